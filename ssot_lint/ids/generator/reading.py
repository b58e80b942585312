"""Reads what the generator offers from its source, once per run; the value travels to workers."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import replace

from ssot_lint.analysis.syntax.parsing import Function, own_nodes
from ssot_lint.config.settings import DEFAULT_GENERATOR, SECTION, Settings
from ssot_lint.ids.generator.api import (
    USER,
    GeneratorApi,
    KindMethod,
    Method,
    MethodKind,
    Parameter,
    Shape,
    Takes,
)
from ssot_lint.ids.generator.formats import Formats, IdMaker, context_maker, id_maker, may_refuse
from ssot_lint.ids.generator.members import Members
from ssot_lint.ids.generator.shapes import Generator, NoGenerator, generator_in, resolved
from ssot_lint.ids.generator.source import (
    Modules,
    SearchPath,
    UnreadableError,
    find_source,
)
from ssot_lint.ids.generator.types import Owner, Results, Types
from ssot_lint.ids.kinds import is_id_name, kind_from

# What of the functions that a ban may tell to use gives a text when it is handed nothing.
_TEXTS_OF_PYTHON = frozenset({"secrets.token_hex", "secrets.token_urlsafe"})
_NAMES_A_PREFIX = re.compile(
    r"(^|_)(prefix|kind|type|entity|name|namespace|label|tag|scope|domain|resource|model)(_|$)"
)
# What an id of a kind is called when a validator is handed it.
_SEPARATORS = "_-.:/"


def builtin_api(settings: Settings, remark: str = "") -> GeneratorApi:
    """The table that serves without the source: what the settings say of the generator."""
    user = settings.user_ids[0] if settings.user_ids else "user_id"
    context = Takes((Parameter(user), Parameter("operation", required=False)))
    single = Takes((Parameter("prefix", required=False),), more=True, any_keyword=True)
    methods = [Method(settings.id_method, MethodKind.STATIC, single)]
    if settings.context_method:
        methods.insert(0, Method(settings.context_method, MethodKind.STATIC, context))
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
    read = ((one, _read_substitute(settings, one)) for one in settings.substitutes)
    return replace(_read_generator(settings), substitutes=tuple(read))


def _read_substitute(settings: Settings, dotted: str) -> GeneratorApi:
    """What is to be used in place of the generator for some bans: one function."""
    owner, _, name = dotted.rpartition(".")
    place = find_source(settings.using(dotted))
    # A `secrets.py` of the project is found in the place of Python's own.
    is_own = isinstance(place, SearchPath) and not place.is_installed
    if owner.partition(".")[0] in sys.stdlib_module_names and not is_own:
        result = "" if dotted in _TEXTS_OF_PYTHON else "gives no `str`"
        method = Method(name, MethodKind.STATIC, Takes(()), result=result)
        return GeneratorApi(owner, (method,), None, owner=owner, is_module=True)
    api = _read_generator(settings.using(dotted))
    unproven = f"`{dotted}`, which a ban tells to use, is not in sight" if api.unproven else ""
    return replace(api, kinds=(), unproven=unproven, warning="")


def _read_generator(settings: Settings) -> GeneratorApi:
    place = find_source(settings)
    if isinstance(place, str):
        api = _unproven(settings, place, "its source is not in sight")
        return replace(api, warning=_WITHOUT_SETTINGS) if _is_by_default(settings) else api
    modules = Modules(settings, place)
    try:
        found = generator_in(modules, settings.generator)
    except UnreadableError as error:
        from ssot_lint.analysis.syntax.newer_versions import (
            advice,  # needs libcst, and others have none to give
        )

        reason, told = str(error), advice(error.source)
        return _unproven(settings, f"{reason}, {told}" if told else reason, reason)
    if isinstance(found, NoGenerator):
        return replace(_unproven(settings, found.reason), is_nothing=found.is_nothing)
    try:
        api = _read(settings, place, modules, found)
    except RecursionError:
        return _unproven(settings, "its source is nested too deeply")
    if found.doubt:
        without = _unproven(settings, found.doubt)
        return replace(api, unproven=without.unproven, warning=without.warning)
    return _without_another(api, settings)


def context_prefixes(settings: Settings) -> tuple[tuple[str, str], ...]:
    """What the ids of a context begin with, by their kinds, as far as the source shows that.

    Never raises.
    """
    place = find_source(settings)
    if isinstance(place, str) or not settings.context_method:
        return ()
    modules = Modules(settings, place)
    try:
        found = generator_in(modules, settings.generator)
        if isinstance(found, NoGenerator):
            return ()
        functions = found.members(modules).own_functions(found.found)
        formats = Formats(modules, found.found, functions)
        kinds = enumerate(settings.context_ids)
        method = settings.context_method
        pairs = [(kind, formats.prefix(context_maker(method, at))) for at, kind in kinds]
    except (UnreadableError, RecursionError):
        return ()
    return tuple((kind, prefix) for kind, prefix in pairs if prefix)


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


_WITHOUT_SETTINGS = (
    "no fix is offered: no settings are in force, and the default generator "
    f"`{DEFAULT_GENERATOR}` is not in sight; `ssot-lint init` finds what makes the ids here, "
    "and writes the settings"
)


def _is_by_default(settings: Settings) -> bool:
    """Whether nobody has said what the generator is."""
    return settings.source is None and settings.generator == DEFAULT_GENERATOR


def _advice(settings: Settings, *keys: str) -> str:
    named = ", ".join(f"`{key}`" for key in keys) or "`generator`, or `generator-source`"
    return f"set {named} in {_where(settings)}"


def _where(settings: Settings) -> str:
    return f"[{SECTION}] of {settings.source or settings.root / 'pyproject.toml'}"


def _read(
    given: Settings, place: SearchPath, modules: Modules, generator: Generator
) -> GeneratorApi:
    found = generator.found
    members = generator.members(modules)
    shape = GeneratorApi(
        name=generator.owner.rpartition(".")[2],
        methods=tuple(members.methods.values()),
        origin=found.module.origin,
        owner=generator.owner,
        is_module=generator.is_module,
        sources=tuple(sorted({module.origin for _, module in members.functions.values()})),
        function=generator.function,
        is_covered=generator.is_covered(modules),
    )
    settings = resolved(given, shape)
    results = Results(modules, Types(modules), Owner(found, members.own_functions(found)))
    ids, remark = _context_ids(members, settings)
    methods = {
        name: _with_result(method, members, results, settings)
        for name, method in sorted(members.methods.items())
    }
    api = replace(
        shape,
        methods=tuple(methods.values()),
        remark=members.remark,
        is_open=bool(members.remark),
        context_ids=ids,
        context_remark=remark,
        needs=modules.closing(found.module),
        is_tangled=modules.is_tangled(found.module),
        folders=place.apart or ("", "src/"),
        is_apart=bool(place.apart),
        hidden_by=found.module.name.partition(".")[0] if place.is_installed else "",
    )
    formats = Formats(modules, found, members.own_functions(found))
    api = _with_prefix(api, settings.id_method, formats, members)
    api = _with_user(api, settings)
    api = replace(
        api,
        refusals=tuple(_refusals(api, settings, formats)),
        kinds=tuple(_kinds(api, settings, formats)),
        widths_beside_prefix=formats.widths_beside_prefix(settings.id_method),
    )
    return _judged(api, settings)


def _with_result(method: Method, members: Members, results: Results, settings: Settings) -> Method:
    known = members.functions.get(method.name)
    if known is None:
        return method
    function, module = known
    several = method.name == settings.context_method
    if method.result:
        return method
    return replace(method, result=results.doubt(function, module, several=several))


def _without_another(api: GeneratorApi, given: Settings) -> GeneratorApi:
    """With no fix at all where the settings name a function, and another one as the id method.

    Which of them makes the ids is for a person to say. What is the default, nobody has named.
    """
    if not api.function or given.id_method in (api.function, Settings.id_method):
        return api
    reason = (
        f"it is the function that makes ids, and `id-method` names another: `{given.id_method}`"
    )
    told = f"no fix is offered: the generator `{given.generator}` is not proven: {reason}; remove "
    told += f"`id-method`, or let `generator` name the module, `{api.owner}`, in {_where(given)}"
    return replace(api, unproven=f"the generator is not proven: {reason}", warning=told)


def _judged(api: GeneratorApi, settings: Settings) -> GeneratorApi:
    """With what keeps fixes from being made, for all of them or for those that need a method."""
    wanted = {"id-method": (settings.id_method, api.shape_of_one(settings.id_method))}
    if settings.context_method:
        context = settings.context_method
        wanted["context-method"] = (context, api.shape_of_context(context))
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


def _refusals(api: GeneratorApi, settings: Settings, formats: Formats) -> Iterator[tuple[str, str]]:
    """Of each kind that has a prefix: why the validator may refuse its ids."""
    if not settings.validators:
        return
    validator = settings.validators[0]
    for kind, prefix in settings.id_prefixes:
        bare = prefix.rstrip(_SEPARATORS)
        shape = Shape(positional=2, texts=(None, bare))
        reason = api.obstacle(validator, shape)
        if reason is None:
            reason = formats.refusal(validator, bare, _maker(api, settings, kind, bare))
        yield kind, reason


def _with_user(api: GeneratorApi, settings: Settings) -> GeneratorApi:
    """With a doubt where all that the context method takes may be something else than a user."""
    method = api.method(settings.context_method)
    if method is None or method.takes is None or method.result:
        return api
    if api.shape_of_context(method.name) is not USER:
        return api
    first = next((p.name for p in method.takes.parameters if p.by_position), None)
    if first is None or "user" in first or first in settings.user_ids:
        return api
    return _doubting(api, method, f"takes `{first}`, which may be no user")


def _with_prefix(api: GeneratorApi, name: str, formats: Formats, members: Members) -> GeneratorApi:
    """With a doubt where what the id method takes first may be no prefix: a user, or a length."""
    method = api.method(name)
    takes = method.takes.parameters if method is not None and method.takes is not None else ()
    first = next((p for p in takes if p.by_position), None)
    if method is None or first is None or method.result:
        return api
    if name in members.functions and may_refuse(members.functions[name][0], first.name):
        told = f"may refuse some of what it is handed as `{first.name}`"
    elif _NAMES_A_PREFIX.search(first.name) or formats.are_begun_by(name):
        return api
    else:
        told = f"takes `{first.name}`, and nothing shows that its ids begin with that"
    return _doubting(api, method, told)


def _doubting(api: GeneratorApi, method: Method, doubt: str) -> GeneratorApi:
    methods = (replace(one, result=doubt) if one is method else one for one in api.methods)
    return replace(api, methods=tuple(methods))


def _kinds(api: GeneratorApi, settings: Settings, formats: Formats) -> Iterator[KindMethod]:
    """The methods that make ids of the kind that they are named after."""
    others = (settings.id_method, settings.context_method, *settings.validators)
    for method in api.methods:
        takes = method.takes
        if method.name in others or takes is None or not _names_a_kind(method.name):
            continue
        needed = [p for p in takes.parameters if p.required]
        are_users = all(p.by_position and p.name in settings.user_ids for p in needed)
        named = KindMethod(method.name, "", tuple(p.name for p in needed))
        if are_users and api.obstacle(method.name, named.shape) is None:
            prefix = formats.prefix_of_kind(method.name, len(needed))
            if prefix:
                yield replace(named, prefix=prefix)


def _names_a_kind(method: str) -> bool:
    return not method.startswith("_") and is_id_name(method) and bool(kind_from(method))


def _maker(api: GeneratorApi, settings: Settings, kind: str, prefix: str) -> IdMaker:
    """What makes the ids of a kind."""
    if kind not in api.context_ids or not settings.context_method:
        return id_maker(settings.id_method, prefix)
    method = api.method(settings.context_method)
    takes = method.takes.parameters if method is not None and method.takes is not None else ()
    operations = next((p.texts for p in takes if p.name == "operation" and p.texts), ())
    return context_maker(settings.context_method, api.context_ids.index(kind), operations)


def _context_ids(members: Members, settings: Settings) -> tuple[tuple[str, ...], str]:
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
