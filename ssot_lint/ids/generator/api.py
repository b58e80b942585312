"""What the generator offers: methods, what they take and give, and whether its source proves it.

Reading happens once per run; the value travels to workers.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from ssot_lint.analysis.syntax.parsing import FUNCTIONS, Function, names_bound, own_nodes
from ssot_lint.config.settings import SECTION, Settings
from ssot_lint.ids.generator.formats import Formats, IdMaker, context_maker, id_maker
from ssot_lint.ids.generator.source import (
    Class,
    Module,
    Modules,
    SearchPath,
    UnreadableError,
    find_source,
    last_name,
    own_statements,
    plain_name,
)
from ssot_lint.ids.generator.types import AnnotatedType, Owner, Results, Types

# Decorators behind which a method takes what it is written to take.
_TRANSPARENT = frozenset({
    "abstractmethod", "cache", "deprecated", "final", "lru_cache", "overload", "override",
})  # fmt: skip
_PROPERTIES = frozenset({"property", "cached_property", "abstractproperty"})
# Bases and class decorators that bring no methods with which code makes ids.
_BARE_BASES = frozenset({"object", "ABC", "Generic", "Protocol"})
_BARE_DECORATORS = frozenset({"dataclass", "final", "runtime_checkable", "deprecated"})
# Base classes are followed so far.
_HOPS = 16
# What an id of a kind is called when a validator is handed it.
_SEPARATORS = "_-.:/"


class MethodKind(str, Enum):
    """How a method is bound when it is called."""

    STATIC = "static"
    CLASS = "class"
    INSTANCE = "instance"
    UNKNOWN = "unknown"
    """A decorator decides, or it is no function at all."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter, without `self` and `cls`."""

    name: str
    required: bool = True
    by_position: bool = True
    by_keyword: bool = True
    default: str = ""
    """The code of the default."""
    annotation: str = ""
    texts: tuple[str, ...] | None = None
    """The texts that its annotation lets in; None where any text may be handed over."""

    def refusal(self, text: str | None) -> str:
        """Why a text cannot be handed over, behind the method's name; None is any text."""
        if self.texts is None or text in self.texts:
            return ""
        shown = f"takes `{self.name}: {self.annotation}`"
        return f"{shown}, which is no text" if not self.texts else f"{shown} alone"


@dataclass(frozen=True, slots=True)
class Takes:
    """What a method takes. `more` and `any_keyword` are for `*args` and `**kwargs`."""

    parameters: tuple[Parameter, ...]
    more: bool = False
    any_keyword: bool = False
    rest: tuple[Parameter, ...] = ()
    """`*args` and `**kwargs`, where their annotations do not let any text in."""


@dataclass(frozen=True, slots=True)
class Method:
    """An attribute of the class that can be called. `takes` is None where anything goes."""

    name: str
    binding: MethodKind = MethodKind.UNKNOWN
    takes: Takes | None = None
    is_async: bool = False
    result: str = ""
    """Why what it gives may be no `str`, or no tuple of them for the context method."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a call hands over: how many arguments by position, and keywords.

    `has_more` is set by `*args` and `**kwargs`: how much they hold is not known.
    """

    positional: int = 0
    keywords: tuple[str, ...] = ()
    has_more: bool = False
    meant: tuple[str, ...] = ()
    """For new code: the parameters that the arguments by position are meant for, in order."""
    texts: tuple[str | None, ...] = ()
    """For new code: the arguments, those by keyword last, as far as they are constant texts."""
    makes_ids: bool = False
    """For new code: whether the result must be a text, or a tuple of texts."""

    def handing(self, *texts: str | None) -> Shape:
        """The same, with what is handed over; None for what is not known."""
        return replace(self, texts=texts)


# What fixes hand over: `generate_base_id("run")`, `generate_user_context_ids(user, "chat")`.
ONE_PREFIX = Shape(positional=1, meant=("prefix",), makes_ids=True)
USER_AND_OPERATION = Shape(positional=2, meant=("user_id", "operation"), makes_ids=True)


@dataclass(frozen=True)
class GeneratorApi:
    """What the generator class offers. Frozen and picklable."""

    name: str
    """The name of the class."""
    methods: tuple[Method, ...]
    origin: str | None
    """The file it was read from, relative to the root; None for the built-in table."""
    remark: str = ""
    """Why the built-in table is used, or why the source does not show everything."""
    is_open: bool = False
    """Whether the class may have methods that are not listed."""
    context_ids: tuple[str, ...] = ()
    """The ids that the context method returns, in order; empty where nothing says so."""
    context_remark: str = ""
    """Why no fix may unpack what the context method returns."""
    needs: frozenset[str] = frozenset()
    """The modules of the project that cannot import the generator's when they are imported."""
    unproven: str = ""
    """Why no fix may be made at all: what the settings name is not in sight."""
    warning: str = ""
    """What to tell about that, and about methods that no fix can call: one line."""
    folders: tuple[str, ...] = ("", "src/")
    """The folders, relative to the root, that names of modules begin in."""
    is_apart: bool = False
    """Whether only what lies in these folders is sure to find the generator."""
    hidden_by: str = ""
    """The name of the installed package that holds it: one of the project would hide that."""
    refusals: tuple[tuple[str, str], ...] = ()
    """By kind of id: why the first validator may refuse those that the generator makes."""

    def method(self, name: str) -> Method | None:
        """The method of that name."""
        return next((method for method in self.methods if method.name == name), None)

    def is_unknown(self, name: str) -> bool:
        """Whether the class is sure to have nothing of that name."""
        return self.method(name) is None and not self.is_open and not hasattr(type, name)

    def nearest(self, name: str) -> str | None:
        """The method whose name is most like the given one."""
        names = [method.name for method in self.methods if not method.name.startswith("_")]
        return _most_like(name, names)

    def mismatch(self, name: str, shape: Shape, *, on_class: bool = True) -> str | None:
        """Why a call of a method fails, as the end of a sentence that begins with its name.

        `on_class` tells `Class.method()` from a call on an instance. None when it may succeed.
        """
        method = self.method(name)
        if method is None or method.takes is None:
            return None
        positional = shape.positional
        if method.binding is MethodKind.INSTANCE and on_class:
            if positional == 0 and not shape.has_more:
                return "is an instance method, called on the class"
            positional = max(positional - 1, 0)
        return _mismatch(method.takes, replace(shape, positional=positional))

    def obstacle(self, name: str, shape: Shape) -> str | None:
        """Why new code cannot call a method on the class like that; None when it can."""
        method = self.method(name)
        if method is None:
            return f"the generator's source has no `{name}`"
        if method.is_async:
            return f"`{name}` is a coroutine"
        if method.binding is MethodKind.INSTANCE:
            return f"`{name}` is an instance method"
        if method.binding is MethodKind.UNKNOWN or (
            method.takes is None and self.origin is not None
        ):
            return f"`{name}` is decorated in a way no fix knows"
        problem = self.mismatch(name, shape)
        if problem is not None:
            return f"the generator's `{name}` {problem}"
        taken = [p.name for p in method.takes.parameters] if method.takes is not None else []
        for index, meant in enumerate(shape.meant):
            if meant in taken and taken.index(meant) != index:
                return f"the generator's `{name}` takes `{meant}` at another place"
        problem = _refused(method.takes, shape) if method.takes is not None else ""
        problem = problem or (method.result if shape.makes_ids else "")
        return f"the generator's `{name}` {problem}" if problem else None

    def refusal(self, kind: str) -> str:
        """Why a validator may refuse ids of that kind; empty where it is sure to accept them."""
        return dict(self.refusals).get(kind, "the generator's source is not known")


def _most_like(name: str, known: Sequence[str]) -> str | None:
    import difflib  # only for mistakes

    return next(iter(difflib.get_close_matches(name, known, 1, 0.6)), None)


def _mismatch(takes: Takes, shape: Shape) -> str | None:
    by_position = [p for p in takes.parameters if p.by_position]
    if shape.positional > len(by_position) and not takes.more:
        allowed = f"{len(by_position)} argument{'s' if len(by_position) != 1 else ''}"
        return f"takes {allowed} by position, not {shape.positional}"
    filled = {p.name for p in by_position[: shape.positional]}
    by_keyword = {p.name for p in takes.parameters if p.by_keyword}
    for keyword in shape.keywords:
        if keyword not in by_keyword and not takes.any_keyword:
            near = _most_like(keyword, sorted(by_keyword))
            hint = f" (`{near}`?)" if near is not None else ""
            return f"takes no argument `{keyword}`{hint}"
        if keyword in filled and keyword in by_keyword:
            return f"is given `{keyword}` twice"
        filled.add(keyword)
    missing = [p.name for p in takes.parameters if p.required and p.name not in filled]
    if missing and not shape.has_more:
        return "lacks " + ", ".join(f"`{name}`" for name in missing)
    return None


def _refused(takes: Takes, shape: Shape) -> str:
    """Why a parameter does not take the text that is handed over; empty when all do."""
    texts = [*shape.texts, *[None] * (shape.positional + len(shape.keywords) - len(shape.texts))]
    by_position = [p for p in takes.parameters if p.by_position]
    by_name = {p.name: p for p in takes.parameters if p.by_keyword}
    rest = next(iter(takes.rest), None)
    handed: list[tuple[Parameter | None, str | None]] = []
    for index, text in enumerate(texts[: shape.positional]):
        handed.append((by_position[index] if index < len(by_position) else rest, text))
    for keyword, text in zip(shape.keywords, texts[shape.positional :], strict=False):
        handed.append((by_name.get(keyword, rest), text))
    refusals = (parameter.refusal(text) for parameter, text in handed if parameter is not None)
    return next(filter(None, refusals), "")


def builtin_api(settings: Settings, remark: str = "") -> GeneratorApi:
    """The table that serves without the source: what the settings say of the generator."""
    user = settings.user_ids[0] if settings.user_ids else "user_id"
    context = Takes((Parameter(user), Parameter("operation", required=False)))
    single = Takes((Parameter("prefix", required=False),), more=True, any_keyword=True)
    methods = [
        Method(settings.context_method, MethodKind.STATIC, context),
        Method(settings.id_method, MethodKind.STATIC, single),
    ]
    methods += [Method(name, MethodKind.STATIC) for name in settings.validators]
    return GeneratorApi(
        name=settings.generator_class,
        methods=tuple(methods),
        origin=None,
        remark=remark,
        is_open=True,
        context_ids=settings.context_ids,
        unproven="the generator's source was not read",
    )


def read_generator_api(settings: Settings) -> GeneratorApi:
    """What the generator's source offers. Never raises.

    Without a source that can be read, or without the class in it, the built-in table comes back,
    with the reason, and with `unproven` set: it serves for reports, and for no fix.
    """
    place = find_source(settings)
    if isinstance(place, str):
        return _unproven(settings, place, "its source is not in sight")
    modules = Modules(settings, place)
    module, _, name = settings.generator.rpartition(".")
    try:
        found = modules.find_class(module, name)
        reason = remark = _other_form(modules, settings) if found is None else ""
    except UnreadableError as error:
        from ssot_lint.analysis.syntax.newer_versions import (
            advice,  # needs libcst, and others have none to give
        )

        found, reason, told = None, str(error), advice(error.source)
        remark = f"{reason}, {told}" if told else reason
    if found is None:
        return _unproven(settings, remark, reason)
    try:
        api = _read(settings, place, modules, found)
    except RecursionError:
        return _unproven(settings, "its source is nested too deeply")
    doubt = _doubt_of(found)
    if not doubt:
        return api
    without = _unproven(settings, doubt)
    return replace(api, unproven=without.unproven, warning=without.warning)


def _unproven(settings: Settings, remark: str, short: str | None = None) -> GeneratorApi:
    where = f"{settings.root}, src and folders below, and {sys.prefix}"
    if settings.generator_source:
        where = f"{settings.root}/{settings.generator_source}"
    told = (
        f"no fix is offered: the generator `{settings.generator}` is not proven: {remark} "
        f"(looked for in {where}); {_advice(settings)}"
    )
    short = f"the generator is not proven: {short or remark}"
    return replace(builtin_api(settings, remark), unproven=short, warning=told)


def _advice(settings: Settings, *keys: str) -> str:
    named = ", ".join(f"`{key}`" for key in keys) or "`generator`, or `generator-source`"
    where = settings.source or settings.root / "pyproject.toml"
    return f"set {named} in [{SECTION}] of {where}"


def _doubt_of(found: Class) -> str:
    """Why the name of the class may stand for something else; empty where it does not."""
    node, module = found.node, found.module
    told = f"`{node.name}` of {module.name}"
    binding = [one for one in module.statements if node.name in names_bound(one)]
    holding = [one for one in binding if one not in module.tree.body]
    if len(binding) > 1 or holding:
        return f"{told} is bound several times, or only on some ways"
    wrappers = [d for d in node.decorator_list if last_name(d) not in _BARE_DECORATORS]
    if wrappers:
        return f"{told} is what `{last_name(wrappers[0])}` makes of it"
    return ""


def _other_form(modules: Modules, settings: Settings) -> str:
    """Why the generator is no class, where it is something else or nothing at all."""
    module, _, name = settings.generator.rpartition(".")
    only = "fixes only know classes so far"
    if modules.module(settings.generator) is not None:
        return f"`{settings.generator}` is a module; {only}"
    parsed = modules.module(module)
    if parsed is None:
        return f"{module} is not there"
    found = modules.find(parsed, name)
    match found[0] if found is not None else None:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return f"`{name}` of {module} is a function; {only}"
        case ast.Call():
            return f"`{name}` of {module} is an instance, or made by a call; {only}"
        case ast.expr():
            return f"`{name}` of {module} is a value; {only}"
    return f"{module} defines no class `{name}`"


def _read(settings: Settings, place: SearchPath, modules: Modules, found: Class) -> GeneratorApi:
    members = _Reader(modules).members(found)
    results = Results(modules, Types(modules), Owner(found, members.own_functions(found)))
    ids, remark = _context_ids(members, settings)
    methods = {
        name: _with_result(method, members, results, settings)
        for name, method in sorted(members.methods.items())
    }
    api = GeneratorApi(
        name=settings.generator_class,
        methods=tuple(methods.values()),
        origin=found.module.origin,
        remark=members.remark,
        is_open=bool(members.remark),
        context_ids=ids,
        context_remark=remark,
        needs=modules.closing(found.module),
        folders=place.apart or ("", "src/"),
        is_apart=bool(place.apart),
        hidden_by=found.module.name.partition(".")[0] if place.is_installed else "",
    )
    api = replace(api, refusals=tuple(_refusals(api, settings, modules, found, members)))
    return _judged(api, settings)


def _with_result(method: Method, members: _Members, results: Results, settings: Settings) -> Method:
    known = members.functions.get(method.name)
    if known is None:
        return method
    function, module = known
    several = method.name == settings.context_method
    return replace(method, result=results.doubt(function, module, several=several))


def _judged(api: GeneratorApi, settings: Settings) -> GeneratorApi:
    """With what keeps fixes from being made, for all of them or for those that need a method."""
    wanted = {
        "id-method": (settings.id_method, ONE_PREFIX),
        "context-method": (settings.context_method, USER_AND_OPERATION),
    }
    missing = [name for name, _ in wanted.values() if api.method(name) is None]
    if len(missing) == len(wanted):
        listed = " nor ".join(f"`{name}`" for name in missing)
        reason = f"{api.origin} has neither {listed}"
        told = f"no fix is offered: the generator `{settings.generator}` is not proven: {reason}"
        return replace(
            api,
            unproven=f"the generator is not proven: {reason}",
            warning=f"{told}; {_advice(settings, *wanted)}",
        )
    problems: dict[str, str] = {}
    for key, (name, shape) in wanted.items():
        method = api.method(name)
        problem = api.obstacle(name, _suiting(method, shape))
        if problem is not None:
            problems[key] = problem
    if not problems:
        return api
    told = "; ".join(problems.values())
    source = f"`{settings.generator}` in {api.origin}"
    told = f"some fixes are not offered: {told} ({source}); {_advice(settings, *problems)}"
    return replace(api, warning=told)


def _suiting(method: Method | None, shape: Shape) -> Shape:
    """A call with texts that the parameters take, where they take any at all."""
    if method is None or method.takes is None:
        return shape
    by_position = [p for p in method.takes.parameters if p.by_position][: shape.positional]
    return shape.handing(*(p.texts[0] if p.texts else None for p in by_position))


def _refusals(
    api: GeneratorApi, settings: Settings, modules: Modules, found: Class, members: _Members
) -> Iterator[tuple[str, str]]:
    """Of each kind that has a prefix: why the validator may refuse its ids."""
    if not settings.validators:
        return
    validator = settings.validators[0]
    formats = Formats(modules, found, members.own_functions(found))
    for kind, prefix in settings.id_prefixes:
        bare = prefix.rstrip(_SEPARATORS)
        shape = Shape(positional=2, texts=(None, bare))
        reason = api.obstacle(validator, shape)
        if reason is None:
            reason = formats.refusal(validator, bare, _maker(api, settings, kind, bare))
        yield kind, reason


def _maker(api: GeneratorApi, settings: Settings, kind: str, prefix: str) -> IdMaker:
    """What makes the ids of a kind."""
    if kind not in api.context_ids:
        return id_maker(settings.id_method, prefix)
    method = api.method(settings.context_method)
    takes = method.takes.parameters if method is not None and method.takes is not None else ()
    operations = next((p.texts for p in takes if p.name == "operation" and p.texts), ())
    return context_maker(settings.context_method, api.context_ids.index(kind), operations)


def _context_ids(members: _Members, settings: Settings) -> tuple[tuple[str, ...], str]:
    """The ids that the context method returns, and why they cannot be unpacked, if so.

    The source is the authority; where it only says how many there are, the settings name them.
    """
    known = members.functions.get(settings.context_method)
    named = settings.context_ids
    if known is None:
        return named, ""
    function, _ = known
    returned = returned_names(function)
    if returned is None:
        count = _annotated_count(function)
        if count is None:
            return named, "its source does not show which ids it returns"
        if count != len(named):
            return named, f"it returns {count} values, `context-ids` names {len(named)}"
        return named, ""
    if all(_is_id(name) for name in returned) and len(set(returned)) == len(returned):
        return returned, ""
    if len(returned) == len(named) and all(
        one == other or one not in named for one, other in zip(returned, named, strict=True)
    ):
        return named, ""
    listed = ", ".join(name or "?" for name in returned)
    return named, f"it returns ({listed}), `context-ids` names others"


def _is_id(name: str | None) -> bool:
    return name is not None and name.endswith("_id")


def returned_names(function: Function) -> tuple[str, ...] | None:
    """The names of the values in the tuples that a function returns; None when they differ.

    A value that has no name gives an empty one.
    """
    found: set[tuple[str, ...]] = set()
    for node in own_nodes(function.body):
        if isinstance(node, ast.Return) and node.value is not None:
            if not isinstance(node.value, ast.Tuple) or not all(map(_is_one, node.value.elts)):
                return None
            found.add(tuple(_name_in(element) for element in node.value.elts))
    return found.pop() if len(found) == 1 else None


def _is_one(element: ast.expr) -> bool:
    return not isinstance(element, ast.Starred)


def _name_in(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _annotated_count(function: Function) -> int | None:
    """How many values `tuple[str, str, str]` says that a function returns."""
    annotation = function.returns
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            annotation = ast.parse(annotation.value, mode="eval").body
        except (SyntaxError, ValueError):
            return None
    match annotation:
        case ast.Subscript(
            value=ast.Name(id="tuple" | "Tuple") | ast.Attribute(attr="Tuple"),
            slice=ast.Tuple(elts=elements),
        ) if not any(isinstance(e, ast.Constant) and e.value is ... for e in elements):
            return len(elements)
    return None


# What the class has


@dataclass
class _Members:
    """What a class has, its bases included."""

    methods: dict[str, Method] = field(default_factory=dict)
    functions: dict[str, tuple[Function, Module]] = field(default_factory=dict)
    """With the modules that define them."""
    remark: str = ""

    def own_functions(self, found: Class) -> dict[str, Function]:
        """The functions that the class's own module defines."""
        return {
            name: function
            for name, (function, module) in self.functions.items()
            if module is found.module
        }


class _Reader:
    """Reads the methods of a class and of its bases."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self._types = Types(modules)

    def members(self, found: Class, hops: int = _HOPS) -> _Members:
        """The methods of a class and its bases."""
        members = _Members()
        for base in reversed(found.node.bases):
            inherited = self._inherited(base, found.module, hops)
            if isinstance(inherited, str):
                members.remark = inherited
                continue
            members.methods |= inherited.methods
            members.functions |= inherited.functions
            members.remark = members.remark or inherited.remark
        own = _own_members(found.node, lambda node: self._types.of(node, found.module))
        members.methods |= own
        for node in own_statements(found.node.body):
            if isinstance(node, FUNCTIONS):
                members.functions[node.name] = (node, found.module)
        for name in _added_later(found.module.tree, found.node.name):
            members.methods[name] = Method(name)
        members.remark = _openness(found.node, own) or self._uncertainty(found) or members.remark
        return members

    def _uncertainty(self, found: Class) -> str:
        """Why the module leaves open what the class is; empty when it does not."""
        name, tree = found.node.name, found.module.tree
        classes = [
            node
            for node in found.module.statements
            if isinstance(node, ast.ClassDef) and node.name == name
        ]
        if len(classes) > 1:
            return "the class is defined several times"
        return (
            "its module sets attributes of it by computed names"
            if (_sets_computed(tree, name))
            else ""
        )

    def _inherited(self, base: ast.expr, module: Module, hops: int) -> _Members | str:
        """The members of a base class, or a remark that it cannot be read."""
        name = plain_name(base.value if isinstance(base, ast.Subscript) else base)
        if last_name(base.value if isinstance(base, ast.Subscript) else base) in _BARE_BASES:
            return _Members()
        owner, _, last = name.rpartition(".")
        try:
            found = self._modules.find_class(owner or module.name, last) if last else None
        except UnreadableError:
            found = None
        if found is None or hops == 0:
            return f"it inherits from `{name or ast.unparse(base)}`, which is not in sight"
        return self.members(found, hops - 1)


_Typed = Callable[[ast.expr | None], AnnotatedType]


def _own_members(node: ast.ClassDef, typed: _Typed) -> dict[str, Method]:
    found: dict[str, Method] = {}
    for statement in own_statements(node.body):
        if isinstance(statement, FUNCTIONS):
            if "overload" in _decorators(statement):
                continue
            method = _method(statement, typed)
            # Of two definitions in branches nobody here knows which one serves.
            known = found.get(method.name, method)
            is_sure = known == method or statement in node.body
            found[method.name] = method if is_sure else Method(method.name)
        elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
            for name, value in _assigned(statement):
                same = found.get(value.id) if isinstance(value, ast.Name) else None
                found[name] = replace(same, name=name) if same is not None else Method(name)
        for name in names_bound(statement):
            found.setdefault(name, Method(name))
    for name in _attributes_set(node):
        found.setdefault(name, Method(name))
    return found


def _attributes_set(owner: ast.ClassDef) -> Iterator[str]:
    """Attributes that the methods of a class set on whatever: on `self`, on `cls`; and slots."""
    for node in ast.walk(owner):
        match node:
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield name
            case ast.Assign(targets=[ast.Name(id="__slots__")], value=value):
                texts = (n.value for n in ast.walk(value) if isinstance(n, ast.Constant))
                yield from (text for text in texts if isinstance(text, str))


def _assigned(node: ast.Assign | ast.AnnAssign) -> Iterator[tuple[str, ast.expr | None]]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        if isinstance(target, ast.Name):
            yield target.id, node.value


def _added_later(tree: ast.Module, owner: str) -> Iterator[str]:
    """Attributes that the module gives to the class from outside."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attribute, ctx=context):
                if name == owner and not isinstance(context, ast.Load):
                    yield attribute
            case ast.Call(func=ast.Name(id="setattr"), args=[ast.Name(id=name), named, _]):
                if name == owner and isinstance(named, ast.Constant):
                    yield str(named.value)


def _sets_computed(tree: ast.Module, owner: str) -> bool:
    """Whether the module sets attributes of the class under names that it computes."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="setattr"), args=[ast.Name(id=name), named, _]):
                if name in (owner, "cls", "self") and not isinstance(named, ast.Constant):
                    return True
    return False


def _openness(node: ast.ClassDef, own: Mapping[str, Method]) -> str:
    """Why the class may have more than its body shows; empty when it may not."""
    for decorator in node.decorator_list:
        name = last_name(decorator)
        if name not in _BARE_DECORATORS:
            return f"the class is decorated with `{name}`"
    for keyword in node.keywords:
        if keyword.arg == "metaclass" and plain_name(keyword.value) not in (
            "ABCMeta",
            "abc.ABCMeta",
        ):
            return "the class has a metaclass"
    for name in ("__getattr__", "__getattribute__"):
        if name in own:
            return f"the class has `{name}`"
    return ""


# Functions


def _method(node: Function, typed: _Typed) -> Method:
    decorators = _decorators(node)
    if _PROPERTIES & decorators:
        return Method(node.name)
    binding = MethodKind.INSTANCE
    if "staticmethod" in decorators or node.name == "__new__":
        binding = MethodKind.STATIC
    elif "classmethod" in decorators or node.name in ("__init_subclass__", "__class_getitem__"):
        binding = MethodKind.CLASS
    is_async = isinstance(node, ast.AsyncFunctionDef)
    unknown = decorators - _TRANSPARENT - {"staticmethod", "classmethod"}
    if unknown:
        known = binding if binding is not MethodKind.INSTANCE else MethodKind.UNKNOWN
        return Method(node.name, known, None, is_async)
    return Method(node.name, binding, _takes(node.args, binding, typed), is_async)


def _takes(arguments: ast.arguments, binding: MethodKind, typed: _Typed) -> Takes:
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    defaults += arguments.defaults
    parameters = [
        replace(
            _parameter(arg, default, typed),
            by_keyword=arg not in arguments.posonlyargs,
        )
        for arg, default in zip(positional, defaults, strict=True)
    ]
    if binding is not MethodKind.STATIC:
        parameters = parameters[1:]  # self or cls
    parameters += [
        replace(_parameter(arg, default, typed), by_position=False)
        for arg, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    ]
    more = [_parameter(arg, None, typed) for arg in (arguments.vararg, arguments.kwarg) if arg]
    rest = tuple(one for one in more if one.texts is not None)
    return Takes(tuple(parameters), arguments.vararg is not None, arguments.kwarg is not None, rest)


def _parameter(arg: ast.arg, default: ast.expr | None, typed: _Typed) -> Parameter:
    known = typed(arg.annotation)
    return Parameter(
        name=arg.arg,
        required=default is None,
        default=ast.unparse(default) if default is not None else "",
        annotation=ast.unparse(arg.annotation).strip("'") if arg.annotation is not None else "",
        texts=None if known.takes_any else known.texts,
    )


def _decorators(node: Function) -> set[str]:
    return set(map(last_name, node.decorator_list))
