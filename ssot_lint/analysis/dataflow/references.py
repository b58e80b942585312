"""Through a whole file reads what its variables, fields and functions hold, found with `ast`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Any, TypeAlias, TypeVar

from ssot_lint.analysis.dataflow.access_paths import AccessPath, Root
from ssot_lint.analysis.dataflow.declared_types import declares_field
from ssot_lint.analysis.dataflow.library import CARRYING, LOOKUPS
from ssot_lint.analysis.semantics.bindings import FUNCTION_NODES, FunctionNode
from ssot_lint.analysis.semantics.semantic_model import SemanticModel
from ssot_lint.analysis.syntax.ast_nodes import Syntax
from ssot_lint.analysis.syntax.mentions import BLOCKS, Mentions
from ssot_lint.analysis.syntax.parsing import (
    FUNCTIONS,
    children,
    last_name,
    last_name_of,
    names_bound_by,
)

_T = TypeVar("_T")
_Functions: TypeAlias = frozenset[ast.AST | None]
PROPERTIES = frozenset({"property", "cached_property", "hybrid_property"})
"""Decorators that make a field of a method."""
_NAMED = (*FUNCTIONS, ast.ClassDef)
_MAKING = frozenset({"__init__", "__new__"})
# What may bind the name of a function, a class or an error. Most statements do not.
_DEFINING = frozenset({*_NAMED, ast.Assign, ast.ExceptHandler})


@dataclass(frozen=True)
class Defined:
    """A function of the file."""

    node: FunctionNode
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
    def owner(self) -> str:
        """The class that it is a method of; empty for other functions."""
        return self.scope.split(".")[-2] if self.in_class else ""

    @property
    def node_name(self) -> str:
        """The name by which calls know it; empty for a lambda."""
        return "" if isinstance(self.node, ast.Lambda) else self.node.name

    def argument(self, call: ast.Call, name: str) -> ast.expr | None:
        """What a call hands a parameter; None where that is not written out."""
        given = [keyword.value for keyword in call.keywords if keyword.arg == name]
        names = [parameter.arg for parameter in self.parameters]
        if name in names and not any(isinstance(arg, ast.Starred) for arg in call.args):
            given += call.args[names.index(name) :][:1]
        return next(iter(given), None)

    @property
    def decorators(self) -> frozenset[str]:
        """The last names of its decorators."""
        written = [] if isinstance(self.node, ast.Lambda) else self.node.decorator_list
        return frozenset(map(last_name_of, written))


class _Read:
    """What the code of one piece reads and binds, by names, and what else speaks of them."""

    def __init__(self) -> None:
        self.mentions: dict[str, list[ast.Name | ast.Attribute]] = {}
        self.fields: dict[str, list[ast.expr]] = {}
        self.results: dict[str, list[ast.expr]] = {}
        self.patterns: dict[str, list[ast.pattern]] = {}
        self.bound: dict[str, list[ast.AST]] = {}
        self.shared: dict[str, list[ast.AST]] = {}
        self.lambdas: list[Defined] = []
        self.declaring: dict[str, list[ast.Call]] = {}
        self.spread: list[str] = []


class References:
    """Through the references of one file are read.

    `functions` gives those of a name, `defined` the one that such a node, or a statement, defines.
    """

    def __init__(self, syntax: Syntax, mentions: Mentions) -> None:
        self._syntax = syntax
        self._arounds: dict[ast.AST, ast.AST | None] = {}
        self.functions: dict[str, list[Defined]] = {}
        self.defined: dict[ast.AST, Defined] = {}
        self._mentions = mentions
        self._read: dict[ast.AST, _Read] = {}
        self._taking: dict[str, list[Defined]] = {}
        self._values: dict[str, dict[str, list[ast.expr]]] = {}
        self._said_of_values: dict[tuple[str, str, object], list[Any]] = {}
        self._loads: dict[str, dict[str, list[ast.expr]]] = {}
        self._scopes: dict[FunctionNode, tuple[FunctionNode, ...]] = {}
        self._binding: dict[str, tuple[_Functions, _Functions]] = {}
        self._given: dict[ast.AST, frozenset[str]] = {}
        self._blocks: dict[str, list[ast.AST]] = {}
        """The functions, classes and handlers that bind a name."""
        self._paths: dict[ast.AST, str] = {}
        for node in mentions.order:
            if type(node) not in _DEFINING:
                continue
            match node:
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    self.functions.setdefault(name, []).append(self._define(node))
                    self._blocks.setdefault(name, []).append(node)
                case ast.ClassDef(name=name) | ast.ExceptHandler(name=str(name)):
                    self._blocks.setdefault(name, []).append(node)
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda() as value):
                    self.functions.setdefault(name, []).append(self._define(value))

    def parent(self, node: ast.AST | None) -> ast.AST | None:
        """The node around one; None for the module, and for nothing."""
        if node is None:
            return None
        found = self._mentions.parents.get(node)
        return found if found is not None else self._syntax.parent(node)

    def loads(self, path: AccessPath) -> list[ast.expr]:
        """The expressions that read what the path holds."""
        name = path.name
        if path.root is Root.FIELD:
            return [node for read in self._about(name) for node in read.fields.get(name, ())]
        if path.root is Root.RESULT:
            return [node for read in self._about(name) for node in read.results.get(name, ())]
        if name not in self._loads:
            by_scope = self._loads.setdefault(name, {})
            for node in self._spoken_of(name):
                if isinstance(node, ast.Name):
                    by_scope.setdefault(self.variable(name, node).scope, []).append(node)
        return self._loads[name].get(path.scope, [])

    def variable(self, name: str, node: ast.AST) -> AccessPath:
        """The variable that a name stands for in a node that binds or reads it."""
        return AccessPath(Root.VARIABLE, name, self._owner(name, self._scopes_around(node)))

    def references(self, function: str) -> list[ast.expr]:
        """Through a function of the file is spoken of by its name without a call."""
        return [node for node in self._spoken_of(function) if not self._is_called(node)]

    def pieces_about(self, word: str) -> list[ast.AST]:
        """The pieces of the file that have a word in them."""
        return self._mentions.of(word)

    def function_around(self, node: ast.AST) -> Defined | None:
        """The function whose code a node is; None in lambdas, classes and the module."""
        around = self._around(node)
        return self.definition(around) if isinstance(around, FUNCTIONS) else None

    def function_taking(self, name: ast.Name) -> Defined | None:
        """The function or lambda that the variable of a name is a parameter of."""
        scope = self.variable(name.id, name).scope
        return next((one for one in self.taking(name.id) if one.scope == scope), None)

    def calls(self, name: str) -> list[ast.Call]:
        """The calls of what has a name."""
        found = self.loads(AccessPath(Root.RESULT, name))
        return [call for call in found if isinstance(call, ast.Call)]

    def calls_of(self, function: Defined) -> list[ast.Call]:
        """The calls that may run a function: by its name, or by its class's if it makes objects."""
        calls = list(self.calls(function.node_name))
        if function.in_class and function.node_name in _MAKING:
            inherited = [call for call in calls if _is_super(call.func)]
            return [*self.calls(function.owner), *inherited]
        return calls

    def decorated(self, by: str) -> list[FunctionNode]:
        """The functions that have a decorator of a name."""
        return [one.node for one in self.named if by in one.decorators]

    def patterns(self, field: str) -> list[ast.pattern]:
        """What is to match a field."""
        return [p for read in self._about(field) for p in read.patterns.get(field, ())]

    def declaring(self, name: str) -> list[ast.Call]:
        """The calls that declare a column or a field and begin with its name as a text."""
        return [node for read in self._about(name) for node in read.declaring.get(name, ())]

    def texts(self, word: str) -> Iterator[ast.Constant]:
        """The texts that have a word in them, and maybe some that only have it in another word."""
        for piece in self._mentions.of(word):
            for node in ast.walk(piece):
                match node:
                    case ast.Constant(value=str(text)) if word in text:
                        yield node

    def values(self, name: ast.Name) -> Sequence[ast.expr]:
        """What plain assignments give the variable that a name stands for."""
        by_scope = self._values.get(name.id)
        if by_scope is None:
            by_scope = self._values[name.id] = {}
            for target, value in self._assigned(name.id):
                by_scope.setdefault(self.variable(name.id, target).scope, []).append(value)
        return by_scope.get(self.variable(name.id, name).scope, ()) if by_scope else ()

    def said_of_values(
        self, name: ast.Name, ask: Callable[[ast.expr], Iterable[_T]]
    ) -> Sequence[_T]:
        """What `ask` says of the values of a variable: asked once for all its many uses."""
        key = (name.id, self.variable(name.id, name).scope, ask)
        if key not in self._said_of_values:
            self._said_of_values[key] = [one for value in self.values(name) for one in ask(value)]
        return self._said_of_values[key]

    def _assigned(self, name: str) -> Iterator[tuple[ast.AST, ast.expr]]:
        for read in self._about(name):
            for target in read.bound.get(name, ()):
                match self.parent(target):
                    case ast.Assign(targets=[only], value=value) if only is target:
                        yield target, value
                    case ast.AnnAssign(value=ast.expr() as value):
                        yield target, value

    @cached_property
    def spread(self) -> list[str]:
        """The names of what is called with `**`."""
        words = ("**", *sorted(CARRYING))
        return list(dict.fromkeys(n for w in words for read in self._about(w) for n in read.spread))

    @property
    def named(self) -> Iterator[Defined]:
        """The functions and methods."""
        return (one for one in self.defined.values() if not isinstance(one.node, ast.Lambda))

    def taking(self, name: str) -> list[Defined]:
        """The functions and lambdas with a parameter of a name."""
        if name not in self._taking:
            self._taking[name] = self._find_taking(name)
        return self._taking[name]

    def _find_taking(self, name: str) -> list[Defined]:
        place = self._mentions.place
        taking: list[tuple[int, Defined]] = []
        for piece in self._mentions.of(name):
            if isinstance(piece, ast.arguments):
                owner = self._mentions.parents[piece]
                taking.append((place[owner], self.defined[owner]))
            lambdas = self._look_into(piece).lambdas
            if lambdas:
                taking += [(place[piece], one) for one in lambdas]
        return [one for _, one in sorted(taking, key=itemgetter(0)) if name in one.names]

    def _about(self, word: str) -> Iterator[_Read]:
        """What the pieces of the file read that have a word in them."""
        return map(self._look_into, self._mentions.of(word))

    def _spoken_of(self, name: str) -> Iterator[ast.Name | ast.Attribute]:
        return (node for read in self._about(name) for node in read.mentions.get(name, ()))

    def _is_called(self, node: ast.expr) -> bool:
        parent = self.parent(node)
        return isinstance(parent, ast.Call) and parent.func is node

    def _look_into(self, piece: ast.AST) -> _Read:
        if piece not in self._read:
            for one in self._beside(piece):
                self._read[one] = read = _Read()
                pending = [one]
                while pending:
                    node = pending.pop()
                    kind = type(node)
                    if kind is ast.Constant:  # a quarter of all nodes; none has anything to note
                        continue
                    note = _NOTES.get(kind)
                    if note is not None:
                        note(self, node, read)
                    if kind is not ast.Name:
                        pending += children(node)
        return self._read[piece]

    def _beside(self, piece: ast.AST) -> list[ast.AST]:
        """The piece with those that get something from it: a `for`'s target, patterns."""
        around = self._mentions.parents
        owner = around[piece]
        if isinstance(piece, ast.stmt):
            return [piece]
        if isinstance(owner, ast.match_case):
            owner = around[owner]
        blocks = [owner, *(owner.cases if isinstance(owner, ast.Match) else ())]
        below = (node for block in blocks for node in children(block))
        return [node for node in below if not (isinstance(node, ast.stmt) or type(node) in BLOCKS)]

    def _note_name(self, node: ast.Name, read: _Read) -> None:
        kind = type(node.ctx)
        if kind is ast.Load:
            read.mentions.setdefault(node.id, []).append(node)
        elif kind is ast.Store:
            read.bound.setdefault(node.id, []).append(node)

    def _note_binding(self, node: ast.AST, read: _Read) -> None:
        for name in names_bound_by(node):
            read.bound.setdefault(name, []).append(node)

    def _note_sharing(self, node: ast.Global | ast.Nonlocal, read: _Read) -> None:
        for name in node.names:
            read.shared.setdefault(name, []).append(node)

    def _note_attribute(self, node: ast.Attribute, read: _Read) -> None:
        if type(node.ctx) is ast.Load:
            read.mentions.setdefault(node.attr, []).append(node)
            read.fields.setdefault(node.attr, []).append(node)

    def _note_call(self, node: ast.Call, read: _Read) -> None:
        name = last_name_of(node.func)
        read.results.setdefault(name, []).append(node)
        key_at = 1 if name == "getattr" else 0
        if name in LOOKUPS or name == "getenv" or key_at:
            match node.args[key_at : key_at + 1]:
                case [ast.Constant(value=str(key))]:
                    read.fields.setdefault(key, []).append(node)
        match node.args[:1]:
            case [ast.Constant(value=str(declared))] if declares_field(name):
                read.declaring.setdefault(declared, []).append(node)

    def _note_keyword(self, node: ast.keyword, read: _Read) -> None:
        call = self.parent(node)
        if node.arg is None:
            read.spread.append(last_name_of(call) if isinstance(call, ast.Call) else "")
        elif node.arg in CARRYING and isinstance(call, ast.Call):
            handed = (*call.args, *(keyword.value for keyword in call.keywords))
            read.spread += filter(None, map(last_name, handed))

    def _note_subscript(self, node: ast.Subscript, read: _Read) -> None:
        match node:
            case ast.Subscript(slice=ast.Constant(value=str(key)), ctx=ast.Load()):
                read.fields.setdefault(key, []).append(node)

    def _note_lambda(self, node: ast.Lambda, read: _Read) -> None:
        read.lambdas.append(self.definition(node))

    def _note_pattern(self, node: ast.MatchClass | ast.MatchMapping, read: _Read) -> None:
        self._note_binding(node, read)
        for name, pattern in _matched_by(node):
            read.patterns.setdefault(name, []).append(pattern)

    def definition(self, node: FunctionNode) -> Defined:
        """The function that a statement or an expression defines."""
        return self.defined.get(node) or self._define(node)

    def _define(self, node: FunctionNode) -> Defined:
        in_class = isinstance(self.parent(node), ast.ClassDef)
        defined = Defined(node, self._path_of(node), in_class and not isinstance(node, ast.Lambda))
        self.defined[node] = defined
        return defined

    def _around(self, node: ast.AST) -> ast.AST | None:
        """The function, lambda or class whose body the node stands in."""
        passed: list[ast.AST] = []
        while node not in self._arounds:
            passed.append(node)
            outer = self.parent(node)
            if outer is None or _is_body_of(node, outer):
                self._arounds[node] = outer
            else:
                node = outer
        found = self._arounds[node]
        self._arounds.update(dict.fromkeys(passed, found))
        return found

    def _path_of(self, node: ast.AST | None) -> str:
        """What a function, a lambda or a class is called inside the ones around it."""
        if node is None:
            return ""
        if node not in self._paths:
            name = ""
            if isinstance(node, ast.Lambda):
                name = f"<{node.lineno}:{node.col_offset}>"
            elif isinstance(node, _NAMED):
                name = node.name
            around = self._path_of(self._around(node))
            self._paths[node] = f"{around}.{name}" if around else name
        return self._paths[node]

    def _scopes_around(self, node: ast.AST) -> tuple[FunctionNode, ...]:
        """The functions and lambdas around a node that variables of theirs are seen in."""
        around = self._around(node)
        while isinstance(around, ast.ClassDef):
            around = self._around(around)
        return self._scopes_in(around) if isinstance(around, FUNCTION_NODES) else ()

    def _scopes_in(self, function: FunctionNode) -> tuple[FunctionNode, ...]:
        if function not in self._scopes:
            self._scopes[function] = (*self._scopes_around(function), function)
        return self._scopes[function]

    def _owner(self, name: str, scopes: tuple[FunctionNode, ...]) -> str:
        owners = (self.definition(scope) for scope in reversed(scopes) if self._binds(scope, name))
        return next((owner.scope for owner in owners), "")

    def _binds(self, function: FunctionNode, name: str) -> bool:
        """Whether a name is a variable of a function, or a parameter of it or of a lambda."""
        if function not in self._given:
            arguments = self.definition(function).node.args
            rest = (arg for arg in (arguments.vararg, arguments.kwarg) if arg is not None)
            self._given[function] = self.definition(function).names.union(arg.arg for arg in rest)
        if isinstance(function, ast.Lambda):
            return name in self._given[function]
        binding, shared = self._binders(name)
        return (name in self._given[function] or function in binding) and function not in shared

    def _binders(self, name: str) -> tuple[_Functions, _Functions]:
        """The functions and classes whose code binds a name, and that share it with others."""
        if name not in self._binding:
            about = list(self._about(name))
            bound = [node for read in about for node in read.bound.get(name, ())]
            shared = [node for read in about for node in read.shared.get(name, ())]
            bound += self._blocks.get(name, ())
            self._binding[name] = (
                frozenset(map(self._around, bound)),
                frozenset(map(self._around, shared)),
            )
        return self._binding[name]

    def is_property(self, name: str) -> bool:
        """Whether the file has a property of the name."""
        return any(one.decorators & PROPERTIES for one in self.functions.get(name, ()))


def references_of(semantics: SemanticModel) -> References:
    """Those of a file; made once: `semantics.once(references_of)`."""
    return References(semantics.syntax, semantics.mentions)


_NOTES: Mapping[type[ast.AST], Callable[[References, Any, _Read], None]] = {
    ast.Name: References._note_name,
    ast.Attribute: References._note_attribute,
    ast.Call: References._note_call,
    ast.keyword: References._note_keyword,
    ast.Subscript: References._note_subscript,
    ast.Lambda: References._note_lambda,
    ast.MatchClass: References._note_pattern,
    ast.MatchMapping: References._note_pattern,
    ast.MatchAs: References._note_binding,
    ast.MatchStar: References._note_binding,
    ast.alias: References._note_binding,
    ast.Global: References._note_sharing,
    ast.Nonlocal: References._note_sharing,
}


def _is_super(func: ast.expr) -> bool:
    """Whether it is a method of `super()`."""
    return isinstance(func, ast.Attribute) and last_name_of(func.value) == "super"


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
