"""What the generator's class has, its bases included, read from their source."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ssot_lint.analysis.syntax.parsing import FUNCTIONS, Function, names_bound
from ssot_lint.ids.generator.api import Method, MethodKind, Parameter, Takes
from ssot_lint.ids.generator.source import (
    Class,
    Module,
    Modules,
    UnreadableError,
    last_name,
    own_statements,
    plain_name,
)
from ssot_lint.ids.generator.types import AnnotatedType, Types

# Decorators behind which a method takes what it is written to take.
_TRANSPARENT = frozenset({
    "abstractmethod", "cache", "deprecated", "final", "lru_cache", "overload", "override",
})  # fmt: skip
_PROPERTIES = frozenset({"property", "cached_property", "abstractproperty"})
# Bases and class decorators that bring no methods with which code makes ids.
_BARE_BASES = frozenset({"object", "ABC", "Generic", "Protocol"})
BARE_DECORATORS = frozenset({"dataclass", "final", "runtime_checkable", "deprecated"})
# Base classes are followed so far.
_HOPS = 16


@dataclass
class Members:
    """What a class has, its bases included."""

    methods: dict[str, Method] = field(default_factory=dict)
    functions: dict[str, tuple[Function, Module]] = field(default_factory=dict)
    """With the modules that define them."""
    remark: str = ""
    of_objects: set[str] = field(default_factory=set)
    """The functions of a module that are methods of an object that it has."""

    def own_functions(self, found: Class) -> dict[str, Function]:
        """The functions that the class's own module defines, but for methods of its objects."""
        return {
            name: function
            for name, (function, module) in self.functions.items()
            if module is found.module and name not in self.of_objects
        }


class ClassReader:
    """Reads the methods of a class and of its bases."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self._types = Types(modules)

    def members(self, found: Class, hops: int = _HOPS) -> Members:
        """The methods of a class and its bases."""
        members = Members()
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
        by_name = set(_set_by_name(found.module.tree))
        for name in filter(None, by_name):
            members.methods.setdefault(name, Method(name))
        computed = "its module sets attributes by computed names" if None in by_name else ""
        uncertainty = _uncertainty(found) or computed
        members.remark = _openness(found.node, own) or uncertainty or members.remark
        return members

    def _inherited(self, base: ast.expr, module: Module, hops: int) -> Members | str:
        """The members of a base class, or a remark that it cannot be read."""
        name = plain_name(base.value if isinstance(base, ast.Subscript) else base)
        if last_name(base.value if isinstance(base, ast.Subscript) else base) in _BARE_BASES:
            return Members()
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
    for name in attributes_set(node):
        found.setdefault(name, Method(name))
    return found


def attributes_set(owner: ast.ClassDef) -> Iterator[str]:
    """Attributes that the methods of a class set on whatever: on `self`, on `cls`; and slots."""
    for node in ast.walk(owner):
        match node:
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield name
            case ast.Assign(targets=[ast.Name(id="__slots__")], value=value):
                texts = (n.value for n in ast.walk(value) if isinstance(n, ast.Constant))
                yield from (text for text in texts if isinstance(text, str))
    yield from filter(None, _set_by_name(owner))


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


def _set_by_name(tree: ast.AST) -> Iterator[str | None]:
    """The names of attributes that code sets by their names, on whatever; None: a computed one.

    Who hands an object on does not see what others set on it: all that a module sets may be of it.
    """
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="setattr"), args=[_, name, _]):
                yield _constant(name)
            case ast.Call(func=ast.Attribute(attr="__setattr__"), args=[*_, name, _]):
                yield _constant(name)
            case ast.Subscript(value=owner, slice=name, ctx=ast.Store()) if _is_dict(owner):
                yield _constant(name)
            case ast.Call(func=ast.Attribute(value=owner, attr=attr)):
                if attr in ("update", "setdefault") and _is_dict(owner):
                    yield None
            case ast.AugAssign(target=owner) if _is_dict(owner):
                yield None
            case ast.Call(func=ast.Name(id="exec")):
                yield None


def _is_dict(node: ast.expr) -> bool:
    """Whether an expression is what holds the attributes of something: `vars(self)`."""
    match node:
        case ast.Attribute(attr="__dict__"):
            return True
        case ast.Call(func=ast.Name(id="vars" | "locals" | "globals")):
            return True
    return False


def _constant(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _uncertainty(found: Class) -> str:
    """Why the module leaves open what the class is; empty when it does not."""
    name, statements = found.node.name, found.module.statements
    if sum(isinstance(node, ast.ClassDef) and node.name == name for node in statements) > 1:
        return "the class is defined several times"
    if sum(name in names_bound(node) for node in statements) > 1:
        return "its module binds the name of the class several times"
    return ""


def _openness(node: ast.ClassDef, own: Mapping[str, Method]) -> str:
    """Why the class may have more than its body shows; empty when it may not."""
    for decorator in node.decorator_list:
        name = last_name(decorator)
        if name not in BARE_DECORATORS:
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
