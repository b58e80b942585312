"""Where a whole file reads what its variables, fields and functions hold, found with `ast`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from ssot_lint.known import LOOKUPS
from ssot_lint.parsing import FUNCTIONS, children, names_bound_by, own_nodes

Function = ast.FunctionDef | ast.AsyncFunctionDef
_PROPERTIES = frozenset({"property", "cached_property", "hybrid_property"})
_READING = (ast.Name, ast.Attribute, ast.Subscript, ast.Call)
_NAMING = (ast.Name, ast.MatchAs, ast.MatchStar)


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
        self._loads: dict[Holder, list[ast.expr]] = {}
        self.spread: set[str] = set()
        self.patterns: dict[str, list[ast.pattern]] = {}
        self.defined: dict[ast.AST, Defined] = {}
        self._mentions: dict[str, list[ast.expr]] = {}
        self._scopes: dict[ast.AST, tuple[_Scope, ...]] = {}
        self._chains: dict[str, set[tuple[_Scope, ...]]] = {}
        pending: list[tuple[ast.AST, tuple[_Scope, ...], str]] = [(tree, (), "")]
        while pending:
            node, scopes, inside = pending.pop()
            self._note(node, scopes, inside)
            pending += self._below(node, scopes, inside)

    def loads(self, holder: Holder) -> list[ast.expr]:
        """The expressions that read what the holder holds."""
        return self._loads.get(Holder(holder.kind, holder.name, holder.scope), [])

    def variable(self, name: str, node: ast.AST) -> Holder:
        """The variable that a name stands for in a node that binds or reads it."""
        return Holder(Kind.VARIABLE, name, self._owner(name, self._scopes[node]))

    def at_home(self, holder: Holder) -> Iterator[Holder]:
        """A variable with the scope that it belongs to, which may be around the given one."""
        if holder.kind is not Kind.VARIABLE:
            yield holder
            return
        for scopes in self._chains.get(holder.scope, {()}):
            yield replace(holder, scope=self._owner(holder.name, scopes))

    def references(self, function: str) -> list[ast.expr]:
        """Where a function of the file is spoken of by its name without a call."""
        return [node for node in self._mentions.get(function, ()) if not self._is_called(node)]

    def _is_called(self, node: ast.expr) -> bool:
        parent = self.parents[node]
        return isinstance(parent, ast.Call) and parent.func is node

    def _note(self, node: ast.AST, scopes: tuple[_Scope, ...], inside: str) -> None:
        if isinstance(node, _NAMING):
            self._scopes[node] = scopes
        if isinstance(node, FUNCTIONS):
            in_class = isinstance(self.parents.get(node), ast.ClassDef)
            defined = Defined(node, _path_of(node, inside), in_class)
            self.functions.setdefault(node.name, []).append(defined)
            self.defined[node] = defined
        elif isinstance(node, ast.Lambda):
            self.defined[node] = Defined(node, _path_of(node, inside), in_class=False)
            match self.parents[node]:
                case ast.Assign(targets=[ast.Name(id=name)]):
                    self.functions.setdefault(name, []).append(self.defined[node])
        elif isinstance(node, ast.keyword) and node.arg is None:
            call = self.parents[node]
            self.spread.add(last_name_of(call) if isinstance(call, ast.Call) else "")
        elif isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
            self._mentions.setdefault(last_name_of(node), []).append(node)
        for name, pattern in _matched_by(node):
            self.patterns.setdefault(name, []).append(pattern)
        for holder in self._read_by(node):
            assert isinstance(node, ast.expr)
            self._loads.setdefault(holder, []).append(node)

    def _read_by(self, node: ast.AST) -> Iterator[Holder]:
        if not isinstance(node, _READING):
            return
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                yield self.variable(name, node)
            case ast.Attribute(attr=name, ctx=ast.Load()):
                yield Holder(Kind.FIELD, name)
            case ast.Subscript(slice=ast.Constant(value=str(key)), ctx=ast.Load()):
                yield Holder(Kind.FIELD, key)
            case ast.Call(func=func, args=args):
                name = last_name_of(func)
                key_at = 1 if name == "getattr" else 0
                yield Holder(Kind.RESULT, name)
                if name in LOOKUPS or name == "getenv" or key_at:
                    match args[key_at : key_at + 1]:
                        case [ast.Constant(value=str(key))]:
                            yield Holder(Kind.FIELD, key)

    def _below(
        self, node: ast.AST, scopes: tuple[_Scope, ...], inside: str
    ) -> Iterator[tuple[ast.AST, tuple[_Scope, ...], str]]:
        body = _body(node)
        own, name = scopes, inside
        if isinstance(node, (*FUNCTIONS, ast.Lambda, ast.ClassDef)):
            name = _path_of(node, inside)
        if isinstance(node, (*FUNCTIONS, ast.Lambda)):
            own = (*scopes, _Scope(name, _bound_in(node)))
            self._chains.setdefault(name, set()).add(own)
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


def _matched_by(node: ast.AST) -> Iterator[tuple[str, ast.pattern]]:
    """The fields that a pattern looks at, each with the pattern for it."""
    match node:
        case ast.MatchClass(kwd_attrs=names, kwd_patterns=patterns):
            yield from zip(names, patterns, strict=True)
        case ast.MatchMapping(keys=keys, patterns=patterns):
            for key, pattern in zip(keys, patterns, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, pattern


def _path_of(node: Function | ast.Lambda | ast.ClassDef, inside: str) -> str:
    """What a function or a class is called inside the ones around it."""
    if isinstance(node, ast.Lambda):
        return f"{inside}.<{node.lineno}:{node.col_offset}>"
    return f"{inside}.{node.name}".lstrip(".")


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
