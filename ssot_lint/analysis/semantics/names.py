"""What names in a file stand for: the answers, by the nodes of its `ast`.

`control_flow/resolver.py` finds them out, for the scopes that somebody asks about.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from typing import Protocol, TypeAlias, cast

from ssot_lint.analysis.semantics.bindings import (
    STAR,
    Bound,
    ScopeNode,
    bound_in,
)
from ssot_lint.analysis.semantics.known_functions import EXITS
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.syntax.ast_nodes import Syntax
from ssot_lint.analysis.syntax.parsing import (
    Function,
    arguments_of,
    last_name_of,
)


class Kind(Enum):
    """What sort of thing a value is."""

    IMPORTED = auto()  # what an import brings, or an attribute of it: `name` is its dotted name
    INSTANCE = auto()  # an instance of the tracked class
    DEFINED = auto()  # a function or class defined in this file: `node`
    OBJECT = auto()  # an instance of a class of this file, as `self` is: `node` is the class
    UNBOUND = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Value:
    """One of the things that an expression can evaluate to."""

    kind: Kind
    name: str = ""
    node: Function | ast.ClassDef | None = None


@dataclass(frozen=True)
class Tracked:
    """What somebody wants to know the uses of: one class, and some functions.

    `name` is the class's dotted name, `names` all under which it can be imported; `functions` are
    dotted names, too, and so are `others`, of functions and of classes whose objects need not be
    told from them.
    """

    name: str
    names: frozenset[str]
    functions: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    other_words: frozenset[str] = frozenset()
    """Words of which a file has one whose calls may all be told of."""
    members: frozenset[str] = frozenset()
    """What of the class, or module, counts; empty: all of it."""

    @property
    def short_name(self) -> str:
        """The class's name without its module."""
        return self.name.rpartition(".")[2]

    families: tuple[str, ...] = ()
    """What the dotted names of further functions begin with."""
    is_of_family: Callable[[str, tuple[str, ...]], bool] | None = None
    """Whether a dotted name is that of one of those."""
    is_module: bool = False
    """Whether it is a module: who has its package need not have loaded it."""

    def is_function(self, dotted: str) -> bool:
        """Whether a dotted name is that of one of the functions."""
        return dotted in self.functions or (
            bool(self.families)
            and self.is_of_family is not None
            and self.is_of_family(dotted, self.families)
        )

    def member(self, dotted: str) -> str | None:
        """The name of what counts of it, by a dotted name; None for all else."""
        owner, _, name = dotted.rpartition(".")
        return name if owner in self.names and self.counts(name) else None

    def counts(self, name: str) -> bool:
        """Whether something of the class, or module, counts."""
        return not self.members or name in self.members

    @cached_property
    def starred(self) -> frozenset[str]:
        """What an `import *` may bring of it, as dotted names."""
        return self.names | self.functions


@dataclass(frozen=True, slots=True)
class NameSet:
    """Some names, as one number: a place knows thousands, and there may be thousands of places."""

    mask: int
    numbers: Mapping[str, int]
    """The bit of each name of the file that was ever bound."""

    def __contains__(self, name: str) -> bool:
        number = self.numbers.get(name)
        return number is not None and bool(self.mask >> number & 1)

    def __and__(self, other: NameSet) -> NameSet:
        return NameSet(self.mask & other.mask, self.numbers)

    def among(self, names: Iterable[str]) -> set[str]:
        """Those of the names that are in it."""
        return {name for name in names if name in self}


@dataclass(frozen=True)
class Place:
    """What code at one point of the file may rely on."""

    bound: NameSet
    """Local names, and parameters of the functions around, that hold a value for sure."""
    tracked: str | None
    """How the tracked class is called there; None when no name for it is sure to be bound."""
    functions: frozenset[tuple[str, str]] = frozenset()
    """The functions of it, where it is a module, each with a name that is sure to stand for it."""


Values = frozenset[Value]

UNKNOWN: Values = frozenset({Value(Kind.UNKNOWN)})
UNBOUND: Values = frozenset({Value(Kind.UNBOUND)})
BUILTIN: Values = frozenset()
"""A name that nothing in the file binds."""

_NOTHING: Values = frozenset()
_NO_NAMES: frozenset[str] = frozenset()
NOWHERE = Place(NameSet(0, {}), None)


ImportStatement: TypeAlias = ast.Import | ast.ImportFrom

# Bases that bring nothing of their own.
_BARE_BASES = frozenset({"object", "ABC"})
_SKIP_TEST = "skipTest"  # a method of every unittest.TestCase


class Resolver(Protocol):
    """Finds out what names stand for in functions, when somebody asks about these."""

    def ask(self, node: ast.AST) -> None:
        """Look into the function that a node stands in."""

    def ask_rows(self, rows: Iterable[int]) -> None:
        """Look into the functions on some rows, from 1, together."""


class Names:
    """The answers. Made by `resolve_names`; nodes are those of the tree it was given."""

    def __init__(self, tracked: Tracked, syntax: Syntax, text: SourceText) -> None:
        self._tracked = tracked
        self._syntax = syntax
        self._text = text
        self.resolver: Resolver | None = None
        """Runs functions that somebody asks about; None while it does, and when all are done."""
        self._values: dict[ast.AST, Values] = {}
        self._bound: dict[ast.AST, Bound] = {}
        self._locals: dict[ast.AST, frozenset[str]] = {}
        self._builtins: set[ast.AST] = set()
        self._places: dict[ast.AST, Place] = {}
        self.numbers: dict[str, int] = {}
        """The names that are bound anywhere, with their bits in each `NameSet`."""
        self.aliases: set[str] = set()
        """Names that get something imported by an assignment."""
        self.tracked_paths: dict[str, str] = {}
        """Names that imports bind to the tracked class or its module, and how the class is
        written with them."""
        self.tracked_functions: dict[str, str] = {}
        """Names that imports bind to functions of what is tracked, where that is a module, and how
        these are called there."""
        self.know_tracked = False
        """Whether anything in the file stands for the tracked class."""
        self.spoken: set[str] = set()
        """Names and attributes of the module and its classes that hold something tracked."""
        self._is_complete = False
        self._tracked_uses: set[ast.AST] = set()
        self._tracked_calls: dict[ScopeNode, list[ast.Call]] = {}
        self._tracked_imports: dict[ScopeNode, dict[str, list[ImportStatement]]] = {}
        self._brought: dict[ImportStatement, dict[str, str]] = {}
        self.at_module_end: dict[str, Values] = {}
        """What the names of the module hold when it has been imported."""

    def values(self, node: ast.AST) -> Values:
        """What the expression can evaluate to; empty when nothing is known of it."""
        if self.resolver is not None:
            self.resolver.ask(node)
        parts = _chosen(node)
        if parts is None:
            return self._values.get(node, _NOTHING)
        return _NOTHING.union(*map(self.values, parts))

    def dotted(self, node: ast.AST) -> frozenset[str]:
        """Dotted names of what the expression can be, as far as it was imported."""
        values = self.values(node)
        if not values:
            return _NO_NAMES
        return frozenset([v.name for v in values if v.kind is Kind.IMPORTED])

    def tracked_function(self, node: ast.AST) -> str | None:
        """The dotted name of the tracked function that the expression can be, if any."""
        values = self.values(node)
        return self._function_among(values) if values else None

    def other(self, node: ast.AST) -> str | None:
        """The dotted name of one of the others, or something of it, that the expression can be."""
        others = self._tracked.others
        if not others:
            return None
        found = [v.name for v in self.values(node) if v.kind is Kind.IMPORTED]
        of_them = (n for n in found if n in others or n.rpartition(".")[0] in others)
        return min(of_them, default=None)

    def _function_among(self, values: Values) -> str | None:
        is_one = self._tracked.is_function
        found = [v.name for v in values if v.kind is Kind.IMPORTED and is_one(v.name)]
        return min(found, default=None)

    # What is tracked, wherever in the file

    @property
    def tracked_calls(self) -> Mapping[ScopeNode, Sequence[ast.Call]]:
        """Calls of the tracked class's methods, by the scope that runs them, in order."""
        self._find_tracked()
        return self._tracked_calls

    @property
    def tracked_imports(self) -> Mapping[ScopeNode, Mapping[str, Sequence[ImportStatement]]]:
        """Imports of the tracked class or its module, by scope and the name they bind."""
        self._find_tracked()
        return self._tracked_imports

    @property
    def tracked_uses(self) -> AbstractSet[ast.AST]:
        """What evaluates to something tracked."""
        self._find_tracked()
        return self._tracked_uses

    def _find_tracked(self) -> None:
        """Ask about the functions that mention what stands for something tracked."""
        if self._is_complete or self.resolver is None:
            return
        self._is_complete = True
        tracked = self._tracked
        modules = (name.rpartition(".")[0] for name in tracked.names)
        families = (family.rstrip(".") for family in tracked.families)
        names = (*tracked.starred, *modules, *tracked.others, *families)
        words = {name.rpartition(".")[2] for name in names} - {""}
        known: set[str] = set()
        while words and self.resolver is not None:
            known |= words
            self.resolver.ask_rows(sorted(self._text.rows_mentioning(words)))
            words = self.spoken - known

    @cached_property
    def may_tell_of_calls(self) -> bool:
        """Whether any call may be told of, whatever it calls."""
        return any(word in self._text.text for word in self._tracked.other_words)

    @property
    def have_tracked_function(self) -> bool:
        """Whether anything in the file can be a tracked function."""
        return any(self._function_among(self._values[node]) for node in self.tracked_uses)

    @property
    def have_tracked_class(self) -> bool:
        """Whether anything in the file can be the tracked class or something it has."""
        tracked = self._tracked
        values = (value for node in self.tracked_uses for value in self._values[node])
        return any(v.name in tracked.names or tracked.member(v.name) is not None for v in values)

    def is_tracked(self, node: ast.AST) -> bool:
        """Whether the expression can be the tracked class or an instance of it."""
        return any(
            value.kind is Kind.INSTANCE or value.name in self._tracked.names
            for value in self.values(node)
        )

    def heirs(self, node: ast.AST) -> list[ast.ClassDef]:
        """The classes of this file that the expression can be, or be an instance of, and that
        have all they do not define themselves from the tracked class, by their place."""
        classes = (v.node for v in self.values(node) if isinstance(v.node, ast.ClassDef))
        return sorted(filter(self.inherits, classes), key=lambda defined: defined.lineno)

    def inherits(self, node: ast.ClassDef, below: frozenset[ast.ClassDef] = frozenset()) -> bool:
        """Whether the class is derived from the tracked class, and from nothing else."""
        bases = [base for base in node.bases if not _is_bare(base)]
        if len(bases) != 1 or node.keywords or node.decorator_list or node in below:
            return False
        if self.dotted(bases[0]) & self._tracked.names:
            return True
        above = (d for d in self.definitions(bases[0]) if isinstance(d, ast.ClassDef))
        return any(self.inherits(owner, below | {node}) for owner in above)

    def never_returns(self, call: ast.Call) -> bool:
        """Whether the call is one of a function behind which the scope does not go on."""
        is_skip = isinstance(call.func, ast.Attribute) and call.func.attr == _SKIP_TEST
        return is_skip or bool(self.dotted(call.func) & EXITS)

    def method_of(self, node: ast.AST) -> str | None:
        """The name of the tracked class's method that the expression can be."""
        members = map(self._tracked.member, sorted(self.dotted(node)))
        return next(filter(None, members), None)

    def definitions(self, node: ast.AST) -> list[Function | ast.ClassDef]:
        """The functions and classes of this file that the expression can be, by their place."""
        found = (v.node for v in self.values(node) if v.kind is Kind.DEFINED)
        return sorted(filter(None, found), key=lambda defined: defined.lineno)

    def place(self, node: ast.AST) -> Place:
        """What is bound where a reference to a tracked function stands.

        Also known for f-strings, and for calls and strings in files that know the tracked class or
        have one of the other words.
        """
        if self.resolver is not None:
            self.resolver.ask(node)
        return self._places.get(node, NOWHERE)

    def note_place(self, node: ast.AST, place: Place) -> None:
        """Remember what is bound at a node. For `resolve_names` only."""
        before = self._places.get(node)
        if before is not None:  # a loop's body is walked more than once
            same = before.tracked == place.tracked
            both = before.functions & place.functions
            place = Place(before.bound & place.bound, place.tracked if same else None, both)
        self._places[node] = place

    def note(self, node: ast.AST, values: Values) -> None:
        """Add what the expression can evaluate to. For `resolve_names` only."""
        if values and values is not UNKNOWN and values != UNKNOWN:
            before = self._values.get(node)
            self._values[node] = values if before is None else before | values
            if self.are_tracked(values):
                self._tracked_uses.add(node)

    def are_tracked(self, values: Values) -> bool:
        """Whether one of the values is a tracked function, the tracked class, or something of it.

        Something of it is an instance, a method, or a class that is derived from it. The others
        count, and what they have.
        """
        return values is not UNKNOWN and any(map(self._is_tracked_value, values))

    def _is_tracked_value(self, value: Value) -> bool:
        if value.kind is Kind.IMPORTED:
            name, (owner, _, last) = value.name, value.name.rpartition(".")
            tracked = self._tracked
            if name in tracked.names or name in tracked.others or tracked.is_function(name):
                return True
            return owner in tracked.others or (owner in tracked.names and tracked.counts(last))
        is_class = isinstance(value.node, ast.ClassDef) and self.know_tracked
        return value.kind is Kind.INSTANCE or (is_class and self._is_heir(value.node))

    def _is_heir(self, node: ast.AST | None) -> bool:
        return isinstance(node, ast.ClassDef) and self.inherits(node)

    def bound(self, scope: ScopeNode) -> Bound:
        """What a scope binds and declares, parameters included."""
        if scope not in self._bound:
            self._bound[scope] = bound_in(scope)
        return self._bound[scope]

    def local_names(self, scope: ast.AST) -> frozenset[str]:
        """The names that a module, class or function binds itself, parameters included."""
        if scope not in self._locals:
            bound = self.bound(cast("ScopeNode", scope))
            names = bound.names - bound.globals - bound.nonlocals
            if isinstance(scope, ast.Module):
                names |= self._bound_from_afar()
            self._locals[scope] = names
        return self._locals[scope]

    @cached_property
    def imports(self) -> Sequence[ImportStatement]:
        """The imports of the file."""
        return [*self._syntax.of(ast.Import), *self._syntax.of(ast.ImportFrom)]

    @cached_property
    def shared(self) -> Sequence[ast.Global]:
        """Where functions declare names of the module as theirs."""
        return self._syntax.of(ast.Global)

    def _bound_from_afar(self) -> set[str]:
        """Names of the module that a function's `global` or an `import *` binds."""
        names = {name for node in self.shared for name in node.names}
        starred = (alias.name == STAR for node in self.imports for alias in node.names)
        if any(starred):
            names.update(known.rpartition(".")[2] for known in self._tracked.starred)
        return names

    def note_path(self, bound: str, dotted: str, *, plain: bool) -> None:
        """Remember how an import lets code write the tracked class. For `resolve_names` only.

        `plain` is for `import a.b.c`, which binds `a`.
        """
        for known in self._tracked.names:
            if self._tracked.is_module and (plain or known != dotted):
                if not plain and self._tracked.member(dotted) is not None:
                    self.tracked_functions.setdefault(bound, dotted)
            elif known == dotted or known.rpartition(".")[0] == dotted:
                written = known if plain else bound + known.removeprefix(dotted)
                self.tracked_paths.setdefault(bound, written)

    def note_known(self, dotted: str) -> None:
        """Take notice of what is imported. For `resolve_names` only."""
        known = self._tracked.names
        if (
            dotted.rpartition(".")[2] == self._tracked.short_name
            or self._tracked.member(dotted) is not None
            or any(name.startswith(f"{dotted}.") for name in known)
        ):
            self.know_tracked = True

    def is_builtin(self, name: ast.AST) -> bool:
        """Whether nothing in the file binds the name."""
        if self.resolver is not None:
            self.resolver.ask(name)
        return name in self._builtins

    def note_builtin(self, name: ast.Name) -> None:
        """Remember that nothing binds the name. For `resolve_names` only."""
        self._builtins.add(name)

    def note_call(self, scope: ScopeNode, call: ast.Call) -> None:
        """Remember a call of a method of the tracked class. For `resolve_names` only."""
        calls = self._tracked_calls.setdefault(scope, [])
        if call not in calls:
            calls.append(call)

    def brought_by(self, node: ImportStatement) -> Mapping[str, str]:
        """The names that an import binds to the tracked class or its modules, and what they are."""
        return self._brought.get(node, {})

    def note_import(self, scope: ScopeNode, bound: str, dotted: str, node: ImportStatement) -> None:
        """Remember an import of the tracked class. For `resolve_names` only."""
        self._brought.setdefault(node, {})[bound] = dotted
        nodes = self._tracked_imports.setdefault(scope, {}).setdefault(bound, [])
        if node not in nodes:
            nodes.append(node)


def _chosen(node: ast.AST) -> Sequence[ast.expr] | None:
    """The expressions whose value another takes over; None where it has a value of its own."""
    kind = type(node)
    if kind not in _TAKE_OVER:
        return None
    match node:
        case ast.BoolOp(values=values):
            return values
        case ast.IfExp(body=body, orelse=orelse):
            return [body, orelse]
        case ast.NamedExpr(value=value) | ast.Await(value=value):
            return [value]
    return None


def _is_bare(base: ast.expr) -> bool:
    return isinstance(base, (ast.Name, ast.Attribute)) and last_name_of(base) in _BARE_BASES


_TAKE_OVER = frozenset({ast.Await, ast.BoolOp, ast.IfExp, ast.NamedExpr})


def swallowed_by(manager: ast.expr, names: Names) -> Sequence[ast.expr]:
    """The exceptions that `contextlib.suppress(...)` swallows; none for other managers."""
    if isinstance(manager, ast.Call) and "contextlib.suppress" in names.dotted(manager.func):
        return arguments_of(manager)
    return ()
