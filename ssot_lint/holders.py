"""Where a whole file reads what its variables, fields and functions hold, found with `ast`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property

from ssot_lint.known import LOOKUPS
from ssot_lint.parsing import FUNCTIONS, children, names_bound_by, own_nodes

Function = ast.FunctionDef | ast.AsyncFunctionDef
_PROPERTIES = frozenset({"property", "cached_property", "hybrid_property"})
_NAMED = (*FUNCTIONS, ast.ClassDef)


class Kind(Enum):
    """What holds a value."""

    VARIABLE = "variable"
    FIELD = "field"
    """An attribute, an item or a keyword: anything of that name, of whatever object."""
    RESULT = "result"
    """What functions and methods of that name give."""


class Where(Enum):
    """How a container holds a value."""

    ITEM = "item"
    """Among others: in a list, a set, a tuple, a queue."""
    KEY = "key"
    """It is a key of a mapping."""
    ENTRY = "entry"
    """A mapping has it behind some key."""
    PART = "part"
    """A text has it in it."""


# Containers in containers in containers that are told apart; what is deeper is not followed.
_DEEPEST = 4


@dataclass(frozen=True)
class Slot:
    """How one container holds what is in it."""

    where: Where
    at: int | None = None
    """The index in a tuple, where that is known."""


@dataclass(frozen=True)
class Place:
    """Where in what holds it a value is: a slot for each container, from outside in."""

    slots: tuple[Slot, ...] = ()

    @property
    def where(self) -> Where | None:
        """How the outermost container holds it; None where the value is the holder's own."""
        return self.slots[0].where if self.slots else None

    @property
    def at(self) -> int | None:
        """The index in the outermost container, where it is known."""
        return self.slots[0].at if self.slots else None

    @property
    def inner(self) -> Place:
        """The place in what is taken out of the outermost container."""
        return self if self.where is Where.PART else Place(self.slots[1:])

    @property
    def anywhere(self) -> Place:
        """The same at any index."""
        return Place((Slot(self.slots[0].where), *self.slots[1:])) if self.slots else self

    @property
    def is_too_deep(self) -> bool:
        """Whether to follow it no further."""
        return len(self.slots) > _DEEPEST

    @property
    def is_beside_others(self) -> bool:
        """Whether what holds it is named for something else: a value, the rest of a tuple."""
        return any(
            slot.where in (Where.KEY, Where.PART) or slot.at is not None for slot in self.slots
        )

    def within(self, where: Where, at: int | None = None) -> Place:
        """The place in a container that is put around."""
        return Place((Slot(where, at), *self.slots))


WHOLE = Place()
PART = WHOLE.within(Where.PART)


@dataclass(frozen=True)
class Holder:
    """Something of the file that holds a value."""

    kind: Kind
    name: str
    scope: str = ""
    """Of a variable: the names of the classes and functions around it, with dots between."""
    place: Place = WHOLE
    owner: str = ""
    """Of a field: the class of the file that it is one of, where that is known."""


@dataclass(frozen=True)
class Defined:
    """A function of the file."""

    node: Function | ast.Lambda
    scope: str
    """Its own name, behind those of the classes and functions around it."""
    in_class: bool

    @property
    def arguments(self) -> list[ast.arg]:
        """All that have a name of their own."""
        given = self.node.args
        return [*given.posonlyargs, *given.args, *given.kwonlyargs]

    @property
    def names(self) -> frozenset[str]:
        """The names of those."""
        return frozenset(arg.arg for arg in self.arguments)

    @property
    def parameters(self) -> list[ast.arg]:
        """Those that arguments by position go to, without `self`."""
        named = [*self.node.args.posonlyargs, *self.node.args.args]
        return named[1:] if self.in_class and "staticmethod" not in self.decorators else named

    @property
    def decorators(self) -> frozenset[str]:
        """The last names of its decorators."""
        written = [] if isinstance(self.node, ast.Lambda) else self.node.decorator_list
        return frozenset(map(last_name_of, written))


@dataclass(frozen=True)
class _Scope:
    name: str
    bound: frozenset[str]


class Holders:
    """Where the holders of one file are read.

    `parents` gives the node around each node, `functions` those of a name, `defined` the one that
    a node defines, `spread` the names of what is called with `**`, `patterns` those for a field.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.parents: dict[ast.AST, ast.AST] = {}
        self.functions: dict[str, list[Defined]] = {}
        self.spread: set[str] = set()
        self.patterns: dict[str, list[ast.pattern]] = {}
        self.defined: dict[ast.AST, Defined] = {}
        self._mentions: dict[str, list[ast.expr]] = {}
        self._variables: dict[str, list[ast.expr]] = {}
        self._fields: dict[str, list[ast.expr]] = {}
        self._results: dict[str, list[ast.expr]] = {}
        self._loads: dict[str, dict[str, list[ast.expr]]] = {}
        self._scopes: dict[ast.AST, tuple[_Scope, ...]] = {}
        pending: list[ast.AST] = [tree]
        while pending:
            node = pending.pop()
            self._note(node)
            below = children(node)
            self.parents.update(dict.fromkeys(below, node))
            pending += below

    def loads(self, holder: Holder) -> list[ast.expr]:
        """The expressions that read what the holder holds."""
        if holder.kind is Kind.FIELD:
            return self._fields.get(holder.name, [])
        if holder.kind is Kind.RESULT:
            return self._results.get(holder.name, [])
        if holder.name not in self._loads:
            by_scope = self._loads.setdefault(holder.name, {})
            for node in self._variables.get(holder.name, ()):
                by_scope.setdefault(self.variable(holder.name, node).scope, []).append(node)
        return self._loads[holder.name].get(holder.scope, [])

    def variable(self, name: str, node: ast.AST) -> Holder:
        """The variable that a name stands for in a node that binds or reads it."""
        return Holder(Kind.VARIABLE, name, self._owner(name, self._scopes_around(node)))

    def at_home(self, holder: Holder) -> Iterator[Holder]:
        """A variable with the scope that it belongs to, which may be around the given one."""
        if holder.kind is not Kind.VARIABLE:
            yield holder
            return
        for scopes in self._chains(holder.scope):
            yield replace(holder, scope=self._owner(holder.name, scopes))

    def references(self, function: str) -> list[ast.expr]:
        """Where a function of the file is spoken of by its name without a call."""
        return [node for node in self._mentions.get(function, ()) if not self._is_called(node)]

    def _is_called(self, node: ast.expr) -> bool:
        parent = self.parents[node]
        return isinstance(parent, ast.Call) and parent.func is node

    def _note(self, node: ast.AST) -> None:
        kind = type(node)
        if kind is ast.Constant:  # a quarter of all nodes, and none has anything to note
            return
        if isinstance(node, ast.Name):
            if type(node.ctx) is ast.Load:
                self._mentions.setdefault(node.id, []).append(node)
                self._variables.setdefault(node.id, []).append(node)
        elif isinstance(node, ast.Attribute):
            if type(node.ctx) is ast.Load:
                self._mentions.setdefault(node.attr, []).append(node)
                self._fields.setdefault(node.attr, []).append(node)
        elif isinstance(node, ast.Call):
            self._note_call(node)
        elif isinstance(node, (*FUNCTIONS, ast.Lambda)):
            self._note_function(node)
        elif isinstance(node, ast.keyword):
            if node.arg is None:
                call = self.parents[node]
                self.spread.add(last_name_of(call) if isinstance(call, ast.Call) else "")
        elif isinstance(node, ast.Subscript):
            match node:
                case ast.Subscript(slice=ast.Constant(value=str(key)), ctx=ast.Load()):
                    self._fields.setdefault(key, []).append(node)
        else:
            for name, pattern in _matched_by(node):
                self.patterns.setdefault(name, []).append(pattern)

    def _note_call(self, node: ast.Call) -> None:
        name = last_name_of(node.func)
        self._results.setdefault(name, []).append(node)
        key_at = 1 if name == "getattr" else 0
        if name in LOOKUPS or name == "getenv" or key_at:
            match node.args[key_at : key_at + 1]:
                case [ast.Constant(value=str(key))]:
                    self._fields.setdefault(key, []).append(node)

    def _note_function(self, node: Function | ast.Lambda) -> None:
        parent = self.parents[node]
        in_class = isinstance(parent, ast.ClassDef) and not isinstance(node, ast.Lambda)
        self.defined[node] = Defined(node, self._path_of(node), in_class)
        match node, parent:
            case (ast.Lambda(), ast.Assign(targets=[ast.Name(id=name)])):
                self.functions.setdefault(name, []).append(self.defined[node])
            case (ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name), _):
                self.functions.setdefault(name, []).append(self.defined[node])

    def _around(self, node: ast.AST) -> ast.AST | None:
        """The function, lambda or class whose body the node stands in."""
        outer = self.parents.get(node)
        while outer is not None and not _is_body_of(node, outer):
            node, outer = outer, self.parents.get(outer)
        return outer

    def _path_of(self, node: ast.AST | None) -> str:
        """What a function, a lambda or a class is called inside the ones around it."""
        names: list[str] = []
        while node is not None:
            if isinstance(node, ast.Lambda):
                names.append(f"<{node.lineno}:{node.col_offset}>")
            elif isinstance(node, _NAMED):
                names.append(node.name)
            node = self._around(node)
        return ".".join(reversed(names))

    def _scopes_around(self, node: ast.AST) -> tuple[_Scope, ...]:
        """The functions and lambdas around a node that variables of theirs are seen in."""
        around = self._around(node)
        while isinstance(around, ast.ClassDef):
            around = self._around(around)
        return self._scopes_in(around) if around is not None else ()

    def _scopes_in(self, function: ast.AST) -> tuple[_Scope, ...]:
        if function not in self._scopes:
            defined = self.defined[function]
            own = _Scope(defined.scope, _bound_in(defined.node))
            self._scopes[function] = (*self._scopes_around(function), own)
        return self._scopes[function]

    def _chains(self, path: str) -> list[tuple[_Scope, ...]]:
        """The scopes in the functions of a path, which several may have; outside them: none."""
        found = dict.fromkeys(map(self._scopes_in, self._by_path.get(path, ())))
        return list(found) or [()]

    @cached_property
    def _by_path(self) -> dict[str, list[ast.AST]]:
        found: dict[str, list[ast.AST]] = {}
        for node, defined in self.defined.items():
            found.setdefault(defined.scope, []).append(node)
        return found

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


def _matched_by(node: ast.AST) -> Iterator[tuple[str, ast.pattern]]:
    """The fields that a pattern looks at, each with the pattern for it."""
    match node:
        case ast.MatchClass(kwd_attrs=names, kwd_patterns=patterns):
            yield from zip(names, patterns, strict=True)
        case ast.MatchMapping(keys=keys, patterns=patterns):
            for key, pattern in zip(keys, patterns, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, pattern


def _is_body_of(node: ast.AST, outer: ast.AST) -> bool:
    """Whether the node is code of the function or class: no default, decorator or annotation."""
    if isinstance(outer, _NAMED):
        return isinstance(node, ast.stmt)
    return isinstance(outer, ast.Lambda) and node is outer.body


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
