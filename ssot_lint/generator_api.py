"""What the generator offers: methods, what they take and give, read from its own source.

The source is parsed, never imported. Reading happens once per run; the value travels to workers.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path

from ssot_lint.parsing import FUNCTIONS, names_bound, own_nodes
from ssot_lint.settings import Settings
from ssot_lint.source import decode

# Decorators behind which a method takes what it is written to take.
_TRANSPARENT = frozenset({
    "abstractmethod", "cache", "deprecated", "final", "lru_cache", "overload", "override",
})  # fmt: skip
_PROPERTIES = frozenset({"property", "cached_property", "abstractproperty"})
# Bases and class decorators that bring no methods with which code makes ids.
_BARE_BASES = frozenset({"object", "ABC", "Generic", "Protocol"})
_BARE_DECORATORS = frozenset({"dataclass", "final", "runtime_checkable", "deprecated"})
# Base classes are followed so far, and the generator's imports to so many modules.
_HOPS = 16
_MODULES = 500


class Binding(str, Enum):
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


@dataclass(frozen=True, slots=True)
class Takes:
    """What a method takes. `more` and `any_keyword` are for `*args` and `**kwargs`."""

    parameters: tuple[Parameter, ...]
    more: bool = False
    any_keyword: bool = False


@dataclass(frozen=True, slots=True)
class Method:
    """An attribute of the class that can be called. `takes` is None where anything goes."""

    name: str
    binding: Binding = Binding.UNKNOWN
    takes: Takes | None = None
    is_async: bool = False


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


# What fixes hand over: `generate_base_id("run")`, `generate_user_context_ids(user, "chat")`.
ONE_PREFIX = Shape(positional=1, meant=("prefix",))
USER_AND_OPERATION = Shape(positional=2, meant=("user_id", "operation"))


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
    """The modules of the project that the generator's module imports, directly or not."""

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
        if method.binding is Binding.INSTANCE and on_class:
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
        if method.binding is Binding.INSTANCE:
            return f"`{name}` is an instance method"
        if method.binding is Binding.UNKNOWN:
            return f"`{name}` is decorated in a way no fix knows"
        problem = self.mismatch(name, shape)
        if problem is not None:
            return f"the generator's `{name}` {problem}"
        taken = [p.name for p in method.takes.parameters] if method.takes is not None else []
        for index, meant in enumerate(shape.meant):
            if meant in taken and taken.index(meant) != index:
                return f"the generator's `{name}` takes `{meant}` at another place"
        return None


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


def builtin_api(settings: Settings, remark: str = "") -> GeneratorApi:
    """The table that serves without the source: what the settings say of the generator."""
    user = settings.user_ids[0] if settings.user_ids else "user_id"
    context = Takes((Parameter(user), Parameter("operation", required=False)))
    single = Takes((Parameter("prefix", required=False),), more=True, any_keyword=True)
    methods = [
        Method(settings.context_method, Binding.STATIC, context),
        Method(settings.id_method, Binding.STATIC, single),
    ]
    methods += [Method(name, Binding.STATIC) for name in settings.validators]
    return GeneratorApi(
        name=settings.generator_class,
        methods=tuple(methods),
        origin=None,
        remark=remark,
        is_open=True,
        context_ids=settings.context_ids,
    )


def read_generator_api(settings: Settings) -> GeneratorApi:
    """The generator's methods, from its source under the root or its `src` folder.

    Never raises: without a source that can be read the built-in table comes back, with the reason.
    """
    reader = _Reader(settings.root)
    module, _, name = settings.generator.rpartition(".")
    try:
        found = reader.find_class(module, name)
    except _UnreadableError as error:
        return builtin_api(settings, str(error))
    if found is None:
        return builtin_api(settings, reader.why_not(module, name))
    members = reader.members(found)
    ids, remark = _context_ids(members, settings)
    return GeneratorApi(
        name=settings.generator_class,
        methods=tuple(members.methods[name] for name in sorted(members.methods)),
        origin=found.module.origin,
        remark=members.remark,
        is_open=bool(members.remark),
        context_ids=ids,
        context_remark=remark,
        needs=reader.needs(found.module),
    )


def _context_ids(members: _Members, settings: Settings) -> tuple[tuple[str, ...], str]:
    """The ids that the context method returns, and why they cannot be unpacked, if so.

    The source is the authority; where it only says how many there are, the settings name them.
    """
    function = members.functions.get(settings.context_method)
    named = settings.context_ids
    if function is None:
        return named, ""
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


def returned_names(function: _Function) -> tuple[str, ...] | None:
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


def _annotated_count(function: _Function) -> int | None:
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


# Finding the class

_Function = ast.FunctionDef | ast.AsyncFunctionDef


class _UnreadableError(Exception):
    """A file of the generator cannot be read; the text says which and why."""


@dataclass(frozen=True)
class _Module:
    """A parsed module of the project."""

    name: str
    origin: str
    tree: ast.Module
    is_package: bool


@dataclass(frozen=True)
class _Class:
    """A class and the module that defines it."""

    node: ast.ClassDef
    module: _Module


@dataclass
class _Members:
    """What a class has, its bases included."""

    methods: dict[str, Method] = field(default_factory=dict)
    functions: dict[str, _Function] = field(default_factory=dict)
    remark: str = ""


class _Reader:
    """Finds and parses modules under a root, each once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._modules: dict[str, _Module | None] = {}
        self._classes: dict[tuple[str, str], _Class | None] = {}

    def why_not(self, module: str, name: str) -> str:
        """Why a class was not found."""
        path = module.replace(".", "/")
        if self._module(module) is None:
            return f"neither {path}.py nor src/{path}.py is there"
        return f"{module} defines no class `{name}`"

    def find_class(self, module: str, name: str) -> _Class | None:
        """The class that a module defines, or imports from another module of the project.

        Raises _UnreadableError.
        """
        if (module, name) not in self._classes:
            self._classes[module, name] = None  # for questions that lead back to this one
            self._classes[module, name] = self._find_class(module, name)
        return self._classes[module, name]

    def _find_class(self, module: str, name: str) -> _Class | None:
        parsed = self._module(module)
        if parsed is None:
            return None
        for node in _own_statements(parsed.tree.body):
            if isinstance(node, ast.ClassDef) and node.name == name:
                return _Class(node, parsed)
        for owner, original in _sources(parsed, name):
            found = self.find_class(owner, original)
            if found is not None:
                return found
        return None

    def _module(self, name: str) -> _Module | None:
        if name not in self._modules:
            self._modules[name] = self._read(name)
        return self._modules[name]

    def _read(self, name: str) -> _Module | None:
        relative = name.replace(".", "/")
        for folder in ("", "src/"):
            for end in (".py", "/__init__.py"):
                origin = f"{folder}{relative}{end}"
                path = self._root / origin
                try:
                    if path.is_file():
                        tree = ast.parse(decode(path.read_bytes()))
                        return _Module(name, origin, tree, end != ".py")
                except OSError as error:
                    raise _UnreadableError(f"{origin} cannot be read: {error.strerror}") from None
                except (SyntaxError, ValueError, LookupError, RecursionError, MemoryError):
                    raise _UnreadableError(f"{origin} cannot be parsed") from None
        return None

    def needs(self, start: _Module) -> frozenset[str]:
        """The modules of the project that must be imported before a module is.

        Those that it imports, and those that the packages around it import: but what lies in
        such a package is imported behind its `__init__`, which then is no circle.
        """
        parts = start.name.split(".")
        packages = [".".join(parts[:end]) for end in range(1, len(parts))]
        found = self._closure(start, packages)
        for name in packages:
            with contextlib.suppress(_UnreadableError):
                package = self._module(name)
                if package is not None:
                    inside = f"{name}."
                    found |= {
                        n for n in self._closure(package, packages) if not n.startswith(inside)
                    }
        return frozenset(found)

    def _closure(self, start: _Module, around: Collection[str]) -> set[str]:
        """What a module imports when it is imported, with what that imports.

        But for what the packages `around` the generator import.
        """
        found: set[str] = set()
        pending = [start]
        while pending and len(found) < _MODULES:
            for name in _imported(pending.pop()):
                try:
                    module = self._module(name)
                except _UnreadableError:
                    continue
                if module is not None and name not in found:
                    found.add(name)
                    pending += [module] if name not in around else []
        return found

    # What the class has

    def members(self, found: _Class, hops: int = _HOPS) -> _Members:
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
        own = _own_members(found.node)
        members.methods |= own
        for node in _own_statements(found.node.body):
            if isinstance(node, FUNCTIONS):
                members.functions[node.name] = node
        for name in _added_later(found.module.tree, found.node.name):
            members.methods[name] = Method(name)
        members.remark = _openness(found.node, own) or self._uncertainty(found) or members.remark
        return members

    def _uncertainty(self, found: _Class) -> str:
        """Why the module leaves open what the class is; empty when it does not."""
        name, tree = found.node.name, found.module.tree
        classes = [
            node
            for node in _own_statements(tree.body)
            if isinstance(node, ast.ClassDef) and node.name == name
        ]
        if len(classes) > 1:
            return "the class is defined several times"
        return (
            "its module sets attributes of it by computed names"
            if (_sets_computed(tree, name))
            else ""
        )

    def _inherited(self, base: ast.expr, module: _Module, hops: int) -> _Members | str:
        """The members of a base class, or a remark that it cannot be read."""
        name = _plain_name(base.value if isinstance(base, ast.Subscript) else base)
        if _last_name(base.value if isinstance(base, ast.Subscript) else base) in _BARE_BASES:
            return _Members()
        owner, _, last = name.rpartition(".")
        try:
            found = self.find_class(owner or module.name, last) if last else None
        except _UnreadableError:
            found = None
        if found is None or hops == 0:
            return f"it inherits from `{name or ast.unparse(base)}`, which is not in sight"
        return self.members(found, hops - 1)


def _own_statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a body, those in its branches included."""
    for node in body:
        yield node
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            continue
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            for inner in getattr(node, name, ()):
                nested = isinstance(inner, (ast.ExceptHandler, ast.match_case))
                yield from _own_statements(inner.body if nested else [inner])


def _sources(module: _Module, name: str) -> Iterator[tuple[str, str]]:
    """From where a module may have a name: other modules and the name there."""
    for node in _own_statements(module.tree.body):
        if isinstance(node, ast.ImportFrom):
            owner = _absolute(node, module)
            for alias in node.names:
                if alias.name == "*":
                    yield owner, name
                elif (alias.asname or alias.name) == name:
                    yield owner, alias.name
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
            targets = (t.id for t in node.targets if isinstance(t, ast.Name))
            if name in targets:
                yield module.name, node.value.id


def _imported(module: _Module) -> Iterator[str]:
    """What a module imports when it is imported: modules, and names that may be some."""
    for node in _own_statements(module.tree.body):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            owner = _absolute(node, module)
            names = [owner, *(f"{owner}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            parts = name.split(".")
            yield from (".".join(parts[:end]) for end in range(1, len(parts) + 1))


def _absolute(node: ast.ImportFrom, module: _Module) -> str:
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    package = parts if module.is_package else parts[:-1]
    kept = package[: len(package) - node.level + 1]
    return ".".join([*kept, *([node.module] if node.module else [])])


def _own_members(node: ast.ClassDef) -> dict[str, Method]:
    found: dict[str, Method] = {}
    for statement in _own_statements(node.body):
        if isinstance(statement, FUNCTIONS):
            if "overload" in _decorators(statement):
                continue
            method = _method(statement)
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
            case ast.Attribute(value=ast.Name(id=name), attr=attribute, ctx=ast.Store()):
                if name == owner:
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
        name = _decorator_name(decorator)
        if name not in _BARE_DECORATORS:
            return f"the class is decorated with `{name}`"
    for keyword in node.keywords:
        if keyword.arg == "metaclass" and _plain_name(keyword.value) not in (
            "ABCMeta",
            "abc.ABCMeta",
        ):
            return "the class has a metaclass"
    for name in ("__getattr__", "__getattribute__"):
        if name in own:
            return f"the class has `{name}`"
    return ""


# Functions


def _method(node: _Function) -> Method:
    decorators = _decorators(node)
    if _PROPERTIES & decorators:
        return Method(node.name)
    binding = Binding.INSTANCE
    if "staticmethod" in decorators or node.name == "__new__":
        binding = Binding.STATIC
    elif "classmethod" in decorators or node.name in ("__init_subclass__", "__class_getitem__"):
        binding = Binding.CLASS
    is_async = isinstance(node, ast.AsyncFunctionDef)
    unknown = decorators - _TRANSPARENT - {"staticmethod", "classmethod"}
    if unknown:
        known = binding if binding is not Binding.INSTANCE else Binding.UNKNOWN
        return Method(node.name, known, None, is_async)
    return Method(node.name, binding, _takes(node.args, binding), is_async)


def _takes(arguments: ast.arguments, binding: Binding) -> Takes:
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    defaults += arguments.defaults
    parameters = [
        Parameter(
            name=arg.arg,
            required=default is None,
            by_keyword=arg not in arguments.posonlyargs,
            default=ast.unparse(default) if default is not None else "",
        )
        for arg, default in zip(positional, defaults, strict=True)
    ]
    if binding is not Binding.STATIC:
        parameters = parameters[1:]  # self or cls
    parameters += [
        Parameter(
            name=arg.arg,
            required=default is None,
            by_position=False,
            default=ast.unparse(default) if default is not None else "",
        )
        for arg, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    ]
    return Takes(tuple(parameters), arguments.vararg is not None, arguments.kwarg is not None)


def _decorators(node: _Function) -> set[str]:
    return {_decorator_name(decorator) for decorator in node.decorator_list}


def _decorator_name(node: ast.expr) -> str:
    return _last_name(node.func if isinstance(node, ast.Call) else node)


def _last_name(node: ast.expr) -> str:
    return _plain_name(node).rpartition(".")[2] or "?"


def _plain_name(node: ast.expr) -> str:
    """`a.b.c` for a name or a chain of attributes; empty for anything else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            owner = _plain_name(value)
            return f"{owner}.{name}" if owner else ""
    return ""
