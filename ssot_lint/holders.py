"""Where a whole file reads what its variables, fields and functions hold, found with `ast`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from ssot_lint.parsing import FUNCTIONS, children, names_bound_by, own_nodes

Function = ast.FunctionDef | ast.AsyncFunctionDef
_PROPERTIES = frozenset({"property", "cached_property", "hybrid_property"})
_READING = (ast.Name, ast.Attribute, ast.Subscript, ast.Call)
_LOOKUPS = frozenset({"get", "pop", "setdefault"})


class Kind(Enum):
    """What holds a value."""

    VARIABLE = "variable"
    FIELD = "field"
    """An attribute, an item or a keyword: anything of that name, of whatever object."""
    RESULT = "result"
    """What functions and methods of that name give."""


@dataclass(frozen=True)
class Holder:
    """Something of the file that holds a value."""

    kind: Kind
    name: str
    scope: str = ""
    """Of a variable: the names of the classes and functions around it, with dots between."""
    many: bool = False
    """Whether it holds several such values."""
    owner: str = ""
    """Of a field: the class of the file that it is one of, where that is known."""


@dataclass(frozen=True)
class Defined:
    """A function of the file."""

    node: Function
    scope: str
    """Its own name, behind those of the classes and functions around it."""
    in_class: bool

    @property
    def parameters(self) -> list[ast.arg]:
        """Those that arguments by position go to, without `self`."""
        named = [*self.node.args.posonlyargs, *self.node.args.args]
        return named[1:] if self.in_class and "staticmethod" not in self.decorators else named

    @property
    def decorators(self) -> frozenset[str]:
        """The last names of its decorators."""
        return frozenset(last_name_of(node) for node in self.node.decorator_list)


@dataclass(frozen=True)
class _Scope:
    name: str
    bound: frozenset[str]


class Holders:
    """Where the holders of one file are read. `parents` gives the node around each node."""

    def __init__(self, tree: ast.Module) -> None:
        self.parents: dict[ast.AST, ast.AST] = {}
        self.functions: dict[str, list[Defined]] = {}
        self._loads: dict[Holder, list[ast.expr]] = {}
        self._scopes: dict[ast.AST, tuple[_Scope, ...]] = {}
        pending: list[tuple[ast.AST, tuple[_Scope, ...], str]] = [(tree, (), "")]
        while pending:
            node, scopes, inside = pending.pop()
            self._note(node, scopes, inside)
            pending += self._below(node, scopes, inside)

    def loads(self, holder: Holder) -> list[ast.expr]:
        """The expressions that read what the holder holds."""
        return self._loads.get(Holder(holder.kind, holder.name, holder.scope), [])

    def variable(self, name: ast.Name) -> Holder:
        """The variable that a name in the code stands for."""
        return Holder(Kind.VARIABLE, name.id, self._owner(name.id, self._scopes[name]))

    def _note(self, node: ast.AST, scopes: tuple[_Scope, ...], inside: str) -> None:
        if isinstance(node, ast.Name):
            self._scopes[node] = scopes
        if isinstance(node, FUNCTIONS):
            in_class = isinstance(self.parents.get(node), ast.ClassDef)
            self.functions.setdefault(node.name, []).append(
                Defined(node, f"{inside}.{node.name}".lstrip("."), in_class)
            )
        for holder in self._read_by(node):
            assert isinstance(node, ast.expr)
            self._loads.setdefault(holder, []).append(node)

    def _read_by(self, node: ast.AST) -> Iterator[Holder]:
        if not isinstance(node, _READING):
            return
        match node:
            case ast.Name(ctx=ast.Load()):
                yield self.variable(node)
            case ast.Attribute(attr=name, ctx=ast.Load()):
                yield Holder(Kind.FIELD, name)
            case ast.Subscript(slice=ast.Constant(value=str(key)), ctx=ast.Load()):
                yield Holder(Kind.FIELD, key)
            case ast.Call(func=func, args=args):
                name = last_name_of(func)
                key_at = 1 if name == "getattr" else 0
                yield Holder(Kind.RESULT, name)
                if name in _LOOKUPS or key_at:
                    match args[key_at : key_at + 1]:
                        case [ast.Constant(value=str(key))]:
                            yield Holder(Kind.FIELD, key)

    def _below(
        self, node: ast.AST, scopes: tuple[_Scope, ...], inside: str
    ) -> Iterator[tuple[ast.AST, tuple[_Scope, ...], str]]:
        body = _body(node)
        own, name = scopes, inside
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            name = f"{inside}.{node.name}".lstrip(".")
        elif isinstance(node, ast.Lambda):
            name = f"{inside}.<{node.lineno}:{node.col_offset}>"
        if isinstance(node, (*FUNCTIONS, ast.Lambda)):
            own = (*scopes, _Scope(name, _bound_in(node)))
        for part in children(node):
            self.parents[part] = node
            yield (part, own, name) if part in body else (part, scopes, inside)

    @staticmethod
    def _owner(name: str, scopes: tuple[_Scope, ...]) -> str:
        return next((scope.name for scope in reversed(scopes) if name in scope.bound), "")

    def is_property(self, name: str) -> bool:
        """Whether the file has a property of the name."""
        return any(one.decorators & _PROPERTIES for one in self.functions.get(name, ()))


def last_name_of(node: ast.expr) -> str:
    """`c` of `c`, `a.b.c` and `a.b.c(...)`; empty where there is none."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=func):
            return last_name_of(func)
    return ""


def _body(node: ast.AST) -> frozenset[ast.AST]:
    """What of a function or a class does not belong to the code around it."""
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        return frozenset(node.body)
    return frozenset([node.body]) if isinstance(node, ast.Lambda) else frozenset()


def _bound_in(function: Function | ast.Lambda) -> frozenset[str]:
    arguments = function.args
    rest = [arg for arg in (arguments.vararg, arguments.kwarg) if arg is not None]
    given = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *rest)
    bound = {arg.arg for arg in given}
    if isinstance(function, ast.Lambda):
        return frozenset(bound)
    shared: set[str] = set()
    for node in own_nodes(function.body):
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            shared.update(node.names)
        bound.update(names_bound_by(node))
    return frozenset(bound - shared)
