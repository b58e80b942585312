"""Which shape the generator has: a class, a module, one of its functions, or an instance."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ssot_lint.analysis.syntax.parsing import FUNCTIONS, Function, names_bound
from ssot_lint.config.settings import Settings
from ssot_lint.ids.generator.api import GeneratorApi, Method, MethodKind, most_like
from ssot_lint.ids.generator.assigned import (
    as_function,
    assigned,
    method_of_object,
    partial_of,
    static,
)
from ssot_lint.ids.generator.members import BARE_DECORATORS, ClassReader, Members, attributes_set
from ssot_lint.ids.generator.source import (
    Bound,
    Class,
    Module,
    Modules,
    UnreadableError,
    imported_name,
    last_name,
    plain_name,
)
from ssot_lint.ids.makers import MAKING_ID

_CREATING = frozenset({"__new__", "__getattribute__", "__getattr__"})


@dataclass(frozen=True)
class Generator:
    """What the settings name as the generator."""

    owner: str
    """The dotted name of what its methods are read of."""
    found: Class
    """The class; of a module, its functions as those of a class that is named as it is."""
    function: str = ""
    """The function that the settings name, whose module is the owner."""
    is_module: bool = False
    is_instance: bool = False
    doubt: str = ""
    """Why its name may stand for something else; empty where it does not."""

    def is_covered(self, modules: Modules) -> bool:
        """Whether the package around its module binds the module's name to what may be another."""
        module = self.owner if self.is_module else self.owner.rpartition(".")[0]
        package, _, last = module.rpartition(".")
        try:
            around = modules.module(package) if package else None
        except UnreadableError:
            return True
        return around is not None and any(last in names_bound(one) for one in around.statements)

    def members(self, modules: Modules) -> Members:
        """Its methods, as they are called on it."""
        members = ClassReader(modules).members(self.found)
        if self.is_module:
            for name in list(members.functions):
                if _doubt_of(name, self.found.module):
                    members.methods[name] = Method(name)
            for one in _functions_had(self.found.module, modules):
                name = one.method.name
                members.methods[name] = Method(name) if one.doubt else one.method
                members.functions[name] = (one.node, one.module)
                if one.is_of_object:
                    members.of_objects.add(name)
            if _imports_all(self.found.module):
                members.remark = members.remark or "it imports all that another module has"
            if self.found.module.is_package:
                members.remark = members.remark or "it is a package, which has modules, too"
        if self.is_instance:
            for name in attributes_set(self.found.node):
                members.methods[name] = Method(name)
            bound = MethodKind.INSTANCE
            members.methods = {
                name: replace(method, binding=MethodKind.STATIC)
                if method.binding is bound
                else method
                for name, method in members.methods.items()
            }
        return members


@dataclass(frozen=True)
class NoGenerator:
    """Why a dotted name can be no generator."""

    reason: str
    is_nothing: bool = False
    """Whether it is sure to have no method: nothing is of that name, or a plain value."""


def generator_in(modules: Modules, dotted: str) -> Generator | NoGenerator:
    """What a dotted name stands for. Raises UnreadableError."""
    name, _, last = dotted.rpartition(".")
    found = modules.find_class(name, last)
    if found is not None:
        return Generator(dotted, found, doubt=_doubt_of(found.node.name, found.module, found.node))
    itself = modules.module(dotted)
    if itself is not None:
        return Generator(dotted, _as_class(itself), is_module=True)
    module = modules.module(name)
    if module is None:
        return NoGenerator(f"{name} is not there")
    doubt = _doubt_of(last, module)
    found_there = modules.find(module, last)
    function = _function_of(last, *found_there, modules) if found_there is not None else None
    if function is not None:
        doubt = doubt or function.doubt
        return Generator(name, _as_class(module), function=last, is_module=True, doubt=doubt)
    match found_there:
        case (ast.Call(func=func), owner):
            made = modules.class_of(func, owner)
            if made is not None:
                doubt = doubt or _doubt_of(made.node.name, made.module, made.node)
                doubt = doubt or _doubt_of_object(last, made.node, owner)
                return Generator(dotted, made, is_instance=True, doubt=doubt)
            told = f"is made by `{ast.unparse(func)}`, which is no class in sight"
            return NoGenerator(f"`{last}` of {name} {told}")
        case (ast.expr(), _):
            told = "is a value, and no class, function, module or instance"
            return NoGenerator(f"`{last}` of {name} {told}", is_nothing=True)
    is_bound = any(last in names_bound(one) for one in module.statements) or _imports_all(module)
    near = most_like(last, [name for one in module.statements for name in names_bound(one)])
    hint = f" (`{near}`?)" if near is not None and not is_bound else ""
    return NoGenerator(
        f"{name} defines no class or function `{last}`{hint}", is_nothing=not is_bound
    )


def resolved(settings: Settings, api: GeneratorApi) -> Settings:
    """The settings in the terms of the source: the owner of the methods, the ids it returns."""
    ids = api.context_ids or settings.context_ids
    settings = replace(settings, context_ids=ids, generator_is_module=api.is_module)
    if not api.function:
        return settings
    behind = f".{api.function}"
    aliases = (name.removesuffix(behind) for name in settings.generator_aliases)
    method = settings.context_method
    if method == Settings.context_method and api.method(method) is None:
        method = ""  # nobody has named it
    making = (one.name for one in api.methods if MAKING_ID.match(one.name))
    members = dict.fromkeys((api.function, *filter(None, (method, *settings.validators)), *making))
    return replace(
        settings,
        generator=api.owner,
        generator_aliases=tuple(aliases),
        id_method=api.function,
        context_method=method,
        generator_members=tuple(members),
    )


def _as_class(module: Module, body: list[ast.stmt] | None = None) -> Class:
    """A module as a class with its functions, called by its last name."""
    nodes = module.tree.body if body is None else body
    statements = [static(node) if isinstance(node, FUNCTIONS) else node for node in nodes]
    node = ast.ClassDef(
        name=module.name.rpartition(".")[2],
        bases=[],
        keywords=[],
        body=statements or [ast.Pass()],
        decorator_list=[],
        lineno=1,
        col_offset=0,
    )
    return Class(node, module)


@dataclass(frozen=True)
class _Function:
    """What a name of a module stands for that is no `def` of that module."""

    method: Method
    node: Function
    module: Module
    """Where it is written."""
    is_of_object: bool = False
    doubt: str = ""
    """Why it may be another one; empty where it is not."""


def _functions_had(module: Module, modules: Modules) -> Iterator[_Function]:
    """The functions that a module has by imports and assignments, by its names for them."""
    values = (assigned(node) for node in module.statements)
    for name in dict.fromkeys((*module.imported, *(pair[0] for pair in values if pair))):
        found = modules.find(module, name)
        function = _function_of(name, *found, modules) if found is not None else None
        if function is not None:
            yield function


def _function_of(name: str, bound: Bound, module: Module, modules: Modules) -> _Function | None:
    """What stands behind a name, as far as that is a function."""
    match bound:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            node: Function | None = bound
        case ast.ClassDef():
            return None
        case ast.Attribute():
            return _of_object(name, bound, module, modules)
        case _:
            made = as_function(name, bound, _made_partial(bound, module, modules))
            node = static(made) if made is not None else None
    if node is None:
        return None
    inside = ClassReader(modules).members(_as_class(module, [node]))
    doubt = _doubt_of(node.name, module)
    return _Function(replace(inside.methods[node.name], name=name), node, module, doubt=doubt)


def _made_partial(bound: ast.expr, module: Module, modules: Modules) -> ast.AST | None:
    """The function of a module that a value is `functools.partial` of."""
    name = partial_of(bound)
    found = modules.find(module, name) if name else None
    assert not name or isinstance(bound, ast.Call)
    is_own = found is not None and found[1] is module and not _doubt_of(name, module)
    if found is None or not is_own or not isinstance(bound, ast.Call):
        return None
    first, _, rest = plain_name(bound.func).partition(".")
    origin = imported_name(module, first)
    return found[0] if ".".join(filter(None, (origin, rest))) == "functools.partial" else None


def _of_object(
    name: str, bound: ast.Attribute, module: Module, modules: Modules
) -> _Function | None:
    """A method that a module has taken of one of its objects, or of a class."""
    owner, method = method_of_object(bound) or ("", "")
    match modules.find(module, owner) if owner else None:
        case (ast.ClassDef() as itself, where):
            found: Class | None = Class(itself, where)
            is_object = False
        case (ast.Call(func=func), where):
            found, is_object = modules.class_of(func, where), True
        case _:
            return None
    members = ClassReader(modules).members(found) if found is not None else None
    if found is None or members is None or method not in members.functions:
        return None
    known, (node, origin) = members.methods[method], members.functions[method]
    if known.binding is MethodKind.INSTANCE and not is_object:
        return None
    told = "" if known.takes is not None else f"`{method}` is decorated in a way no fix knows"
    if is_object and method in attributes_set(found.node):
        told = f"`{method}` is set anew by its class"
    doubt = told or _doubt_of(owner, module) or _doubt_of(found.node.name, found.module, found.node)
    doubt = doubt or (_doubt_of_object(owner, found.node, where) if is_object else "")
    if known.binding is not MethodKind.UNKNOWN:
        known = replace(known, binding=MethodKind.STATIC)
    if node.returns is None and any(map(_reads_owner, ast.walk(node))):
        known = replace(known, result="has no annotation that says it returns a `str`")
    return _Function(replace(known, name=name), node, origin, is_of_object=True, doubt=doubt)


def _reads_owner(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="self" | "cls")):
            return True
    return False


def _is_overload(node: ast.stmt) -> bool:
    return isinstance(node, FUNCTIONS) and "overload" in map(last_name, node.decorator_list)


def _names_in(targets: list[ast.expr]) -> set[str]:
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _imports_all(module: Module) -> bool:
    return any(
        alias.name == "*"
        for node in module.statements
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    )


def _doubt_of_object(name: str, node: ast.ClassDef, module: Module) -> str:
    """Why an object may not be what its class says, or not yet; empty where it is."""
    told = f"`{name}` of {module.name}"
    own = {one.name: one for one in node.body if isinstance(one, FUNCTIONS)}
    if not _CREATING.isdisjoint(own):
        return f"{told} is of a class that makes objects, or reads attributes, in a way of its own"
    for part in ast.walk(module.tree):
        match part:
            case ast.Attribute(value=ast.Name(id=owner), ctx=ast.Store() | ast.Del()):
                if owner == name:
                    return f"attributes of {told} are set by its module"
    for part in ast.walk(own["__init__"]) if "__init__" in own else ():
        match part:
            case (
                ast.Assign(targets=[ast.Attribute()], value=ast.Constant(value=None))
                | ast.AnnAssign(target=ast.Attribute(), value=ast.Constant(value=None))
            ):
                return f"{told} may have to be set up before it makes ids"
    return ""


def _doubt_of(name: str, module: Module, node: ast.ClassDef | None = None) -> str:
    """Why the name of a class or an instance may stand for something else; empty: it does not."""
    told = f"`{name}` of {module.name}"
    binding = [
        one for one in module.statements if name in names_bound(one) and not _is_overload(one)
    ]
    holding = [one for one in binding if one not in module.tree.body]
    if len(binding) > 1 or holding:
        return f"{told} is bound several times, or only on some ways"
    first = binding[0].lineno if binding else 0
    for part in module.rebinding:
        match part:
            case ast.Global(names=names) if name in names:
                return f"{told} is bound anew by a function"
            case ast.Delete(targets=targets) if name in _names_in(targets):
                return f"{told} is deleted"
            case ast.Call():
                return f"{told} may be bound by a computed name"
            case ast.ImportFrom(lineno=row) if row > first:
                return f"{told} may be bound by the `import *` on line {row}"
    decorators = node.decorator_list if node is not None else []
    wrappers = [d for d in decorators if last_name(d) not in BARE_DECORATORS]
    if wrappers:
        return f"{told} is what `{last_name(wrappers[0])}` makes of it"
    return ""
