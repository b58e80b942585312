"""What a name in this file stands for: imports, aliases, scopes and shadowing.

Runs each scope in the order of its statements (`flow`) and notes for every name and attribute
that is read which values it can hold there. Only what the rules can ask about is kept.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property, reduce
from importlib.util import resolve_name
from itertools import accumulate, chain
from operator import or_
from typing import TypeAlias, cast

from ssot_lint.analysis.semantics.bindings import (
    STAR,
    Bound,
    FunctionNode,
    ScopeNode,
    bound_in,
    own_nodes,
    parameter_names,
    target_names,
)
from ssot_lint.analysis.semantics.control_flow.walk import Flow, State
from ssot_lint.analysis.semantics.known_functions import EVENT_LOOP, EXITS, LOOP_GETTERS
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.syntax.ast_nodes import Syntax
from ssot_lint.analysis.syntax.parsing import (
    FUNCTIONS,
    Function,
    arguments_of,
    dotted_name,
    last_name_of,
    parameters,
    plain_text,
    walk,
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
    dotted names, too.
    """

    name: str
    names: frozenset[str]
    functions: frozenset[str] = frozenset()

    @property
    def short_name(self) -> str:
        """The class's name without its module."""
        return self.name.rpartition(".")[2]

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


Values = frozenset[Value]

UNKNOWN: Values = frozenset({Value(Kind.UNKNOWN)})
UNBOUND: Values = frozenset({Value(Kind.UNBOUND)})
BUILTIN: Values = frozenset()
"""A name that nothing in the file binds."""

_NOTHING: Values = frozenset()
_NO_NAMES: frozenset[str] = frozenset()
NOWHERE = Place(NameSet(0, {}), None)

_DOTTED_NAME = re.compile(r"[^\W\d][\w.]*")

ImportStatement: TypeAlias = ast.Import | ast.ImportFrom

# Bases that bring nothing of their own.
_BARE_BASES = frozenset({"object", "ABC"})
_SKIP_TEST = "skipTest"  # a method of every unittest.TestCase


class Names:
    """The answers. Made by `resolve_names`; nodes are those of the tree it was given."""

    def __init__(self, tracked: Tracked, syntax: Syntax, text: SourceText) -> None:
        self._tracked = tracked
        self._syntax = syntax
        self._text = text
        self.resolver: _Resolver | None = None
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

    def _function_among(self, values: Values) -> str | None:
        functions = self._tracked.functions
        found = [v.name for v in values if v.kind is Kind.IMPORTED and v.name in functions]
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
        words = {name.rpartition(".")[2] for name in (*tracked.starred, *modules)} - {""}
        known: set[str] = set()
        text = self._text.folded
        while words and self.resolver is not None:
            known |= words
            pattern = "|".join(map(re.escape, sorted(words)))
            found = re.finditer(rf"\b(?:{pattern})\b", text)
            self.resolver.ask_rows(sorted({self._text.row_at(match.start()) for match in found}))
            words = self.spoken - known

    @property
    def have_tracked_function(self) -> bool:
        """Whether anything in the file can be a tracked function."""
        return any(self._function_among(self._values[node]) for node in self.tracked_uses)

    @property
    def have_tracked_class(self) -> bool:
        """Whether anything in the file can be the tracked class or something it has."""
        known = self._tracked.names
        values = (value for node in self.tracked_uses for value in self._values[node])
        return any(v.name in known or v.name.rpartition(".")[0] in known for v in values)

    def is_tracked(self, node: ast.AST) -> bool:
        """Whether the expression can be the tracked class or an instance of it."""
        return any(
            value.kind is Kind.INSTANCE or value.name in self._tracked.names
            for value in self.values(node)
        )

    def heirs(self, node: ast.AST) -> list[ast.ClassDef]:
        """The classes of this file that the expression can be, or be an instance of, and that
        have all they do not define themselves from the tracked class."""
        return [
            value.node
            for value in self.values(node)
            if isinstance(value.node, ast.ClassDef) and self.inherits(value.node)
        ]

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
        for dotted in self.dotted(node):
            owner, _, method = dotted.rpartition(".")
            if owner in self._tracked.names:
                return method
        return None

    def definitions(self, node: ast.AST) -> list[Function | ast.ClassDef]:
        """The functions and classes of this file that the expression can be."""
        return [
            value.node
            for value in self.values(node)
            if value.kind is Kind.DEFINED and value.node is not None
        ]

    def place(self, node: ast.AST) -> Place:
        """What is bound where a reference to a tracked function stands.

        Also known for f-strings, and for calls and strings in files that know the tracked class.
        """
        if self.resolver is not None:
            self.resolver.ask(node)
        return self._places.get(node, NOWHERE)

    def note_place(self, node: ast.AST, place: Place) -> None:
        """Remember what is bound at a node. For `resolve_names` only."""
        before = self._places.get(node)
        if before is not None:  # a loop's body is walked more than once
            same = before.tracked == place.tracked
            place = Place(before.bound & place.bound, place.tracked if same else None)
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

        Something of it is an instance, a method, or a class that is derived from it.
        """
        return values is not UNKNOWN and any(map(self._is_tracked_value, values))

    def _is_tracked_value(self, value: Value) -> bool:
        if value.kind is Kind.IMPORTED:
            known, name = self._tracked.names, value.name
            is_known = name in known or name in self._tracked.functions
            return is_known or name.rpartition(".")[0] in known
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
            if known == dotted or known.rpartition(".")[0] == dotted:
                written = known if plain else bound + known.removeprefix(dotted)
                self.tracked_paths.setdefault(bound, written)

    def note_known(self, dotted: str) -> None:
        """Take notice of what is imported. For `resolve_names` only."""
        known = self._tracked.names
        if dotted.rpartition(".")[2] == self._tracked.short_name or any(
            name.startswith(f"{dotted}.") for name in known
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


def resolve_names(syntax: Syntax, text: SourceText, tracked: Tracked, package: str | None) -> Names:
    """Names of a module, and of each of its functions as soon as somebody asks about it.

    `package` is the dotted name of the package the file lies in, for relative imports; None
    when it is not known.
    """
    names = Names(tracked, syntax, text)
    top = _Scope(syntax.tree, None, names.bound(syntax.tree), names.local_names(syntax.tree))
    _Resolver(tracked, package, names).run_module(top)
    return names


class _Scope:
    """A module, class body or function: its names, and what they hold for those inside it."""

    def __init__(
        self,
        node: ScopeNode,
        parent: _Scope | None,
        bound: Bound,
        own: frozenset[str],
        hidden: frozenset[str] = frozenset(),
    ) -> None:
        self.node = node
        self.parent = parent
        self.locals = own
        self.globals = bound.globals
        self.nonlocals = bound.nonlocals
        self.visible: dict[str, Values] = {}
        self.before_deletion: dict[str, Values] = {}
        self.hidden = hidden
        """Targets of the comprehension that the scope stands in."""

    @property
    def falls_back(self) -> bool:
        """Whether a name that is not bound yet is looked up further out."""
        return isinstance(self.node, (ast.Module, ast.ClassDef))

    @property
    def top(self) -> _Scope:
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope


class _Variables(dict[str, Values]):
    """What names hold. `mask` has a bit for each that is sure to hold a value."""

    __slots__ = ("mask", "numbers")

    def __init__(self, numbers: dict[str, int]) -> None:
        super().__init__()
        self.numbers = numbers
        self.mask = 0

    def __setitem__(self, name: str, values: Values) -> None:
        super().__setitem__(name, values)
        bit = 1 << self.numbers.setdefault(name, len(self.numbers))
        self.mask = self.mask | bit if values.isdisjoint(UNBOUND) else self.mask & ~bit

    def copy(self) -> _Variables:
        copy = _Variables(self.numbers)
        dict.update(copy, self)
        copy.mask = self.mask
        return copy

    def absorb(self, other: _Variables) -> None:
        """Add what they may also hold."""
        if self == other:
            return
        held, given = self.get, other.get
        names = self.keys() | other.keys()
        dict.update(self, {name: held(name, UNBOUND) | given(name, UNBOUND) for name in names})
        self.mask &= other.mask


class _Env(State):
    """What the local names of a scope hold at one point."""

    __slots__ = ("live", "vars")

    def __init__(self, variables: _Variables) -> None:
        self.vars = variables
        self.live = True

    def fork(self) -> _Env:
        copy = _Env(self.vars.copy())
        copy.live = self.live
        return copy

    def absorb(self, other: _Env) -> None:
        self.vars.absorb(other.vars)

    def covers(self, other: _Env) -> bool:
        return all(values <= self.vars.get(name, UNBOUND) for name, values in other.vars.items())


@dataclass(frozen=True)
class _Pending:
    """A function whose body is analysed when the scope around it is done."""

    node: FunctionNode
    parent: _Scope
    methods_of: ast.ClassDef | None
    hidden: frozenset[str]


class _Resolver:
    """Goes from scope to scope, outer ones first."""

    def __init__(
        self,
        tracked: Tracked,
        package: str | None,
        names: Names,
    ) -> None:
        self.tracked = tracked
        self.package = package
        self.names = names
        self.attributes: dict[tuple[ast.ClassDef, str], Values] = {}
        """What the methods of a class store in attributes of `self`."""
        known = tracked.names
        self._tracked_parts = known | {name.rpartition(".")[0] for name in known}
        self._meant: dict[ScopeNode, dict[str, Values]] = {}
        self._waiting: dict[FunctionNode, _Pending] = {}
        """The functions of the module and its classes that nobody has asked about."""
        self._functions: list[FunctionNode] = []
        """All of these, in the order of the source."""
        self._first_rows: list[int] = []
        self._last_rows: list[int] = []
        """The last row of each of them and all before it."""

    def run_module(self, scope: _Scope) -> None:
        """Run what an import of the module runs, and what binds names of it from afar."""
        for node in self.names.imports:
            for _, dotted, _ in self.imports(node):
                self.names.note_known(dotted)
        waiting = self.run_inline(scope)
        self.names.at_module_end.update(scope.visible)
        self._functions = sorted((item.node for item in waiting), key=_row_of)
        self._first_rows = list(map(_row_of, self._functions))
        last = (node.end_lineno or node.lineno for node in self._functions)
        self._last_rows = list(accumulate(last, max))
        self._waiting = {item.node: item for item in waiting}
        self.names.resolver = self
        for shared in self.names.shared:
            self.ask(shared)

    def ask(self, node: ast.AST) -> None:
        """Run the function that a node stands in, if that has not been done."""
        self.ask_rows((getattr(node, "lineno", 0),))

    def ask_rows(self, rows: Iterable[int]) -> None:
        """Run the functions on some rows, together."""
        found = dict.fromkeys(chain.from_iterable(map(self._on, rows)))
        if found:
            self.run(found)

    def _on(self, row: int) -> list[FunctionNode]:
        """The functions on a row that have not been run."""
        at = bisect_right(self._first_rows, row) - 1
        found: list[FunctionNode] = []
        while at >= 0 and self._last_rows[at] >= row:
            function = self._functions[at]
            if function in self._waiting and (function.end_lineno or 0) >= row:
                found.append(function)
            at -= 1
        return found

    def run(self, functions: Iterable[FunctionNode]) -> None:
        """Run some functions, with those inside of them."""
        pending = [self._waiting.pop(node) for node in functions if node in self._waiting]
        self.names.resolver = None
        while pending:
            # These may fill in what the others find.
            pending.sort(key=lambda item: not self._fills_in(item.node))
            inner: list[_Pending] = []
            for item in pending:
                inner.extend(self._run_function(item))
            pending = inner
        self.names.resolver = self if self._waiting else None

    def _fills_in(self, node: FunctionNode) -> bool:
        """Whether a function sets names of the module, or attributes."""
        if self.names.bound(node).globals:
            return True
        return isinstance(node, FUNCTIONS) and any(
            isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store)
            for part in own_nodes(node.body)
        )

    def unbound(self, name: str, scope: _Scope) -> Values:
        """What a local name is that cannot be bound where it is read.

        That raises; but where the function imports the tracked class under this name elsewhere,
        that is what is meant.
        """
        if not isinstance(scope.node, FUNCTIONS):
            return UNBOUND
        if scope.node not in self._meant:
            meant = self._meant.setdefault(scope.node, {})
            for node in own_nodes(scope.node.body):
                if isinstance(node, (ast.Import, ast.ImportFrom)):
                    for bound, dotted in self.tracked_in(node):
                        _add(meant, bound, frozenset({Value(Kind.IMPORTED, dotted)}))
        return UNBOUND | self._meant[scope.node].get(name, _NOTHING)

    def tracked_in(self, node: ImportStatement) -> Iterator[tuple[str, str]]:
        """What an import brings of the tracked class: the names it binds, and what they are.

        Its class or a module of it; `import a.b` binds `a` and loads `a.b`.
        """
        for bound, dotted, loaded in self.imports(node):
            if loaded in self._tracked_parts:
                yield bound, dotted

    def imports(self, node: ImportStatement) -> Iterator[tuple[str, str, str]]:
        """The names that an import binds, with what they are and what is loaded."""
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.partition(".")[0]
                bound = alias.asname
                yield (bound, alias.name, alias.name) if bound else (first, first, alias.name)
            return
        module = self._module_of(node)
        for alias in node.names:
            if alias.name == STAR:
                for known in sorted(self.tracked.starred):
                    owner, _, name = known.rpartition(".")
                    if owner == module:
                        yield name, known, known
            else:
                dotted = f"{module}.{alias.name}"
                yield alias.asname or alias.name, dotted, dotted

    def _module_of(self, node: ast.ImportFrom) -> str:
        """The module that is imported from, with its dots in front where these lead nowhere."""
        written = "." * node.level + (node.module or "")
        try:
            return resolve_name(written, self.package or "")
        except ImportError:
            return written

    def run_inline(self, scope: _Scope) -> list[_Pending]:
        """Run a module or class body; gives the functions in it."""
        flow = _ScopeFlow(self, scope)
        node = scope.node
        assert isinstance(node, (ast.Module, ast.ClassDef))
        final = flow.run(node.body, flow.begin({}), at_top=True)
        scope.visible = final.vars
        return flow.pending

    def _run_function(self, item: _Pending) -> list[_Pending]:
        node = item.node
        own = self.names.local_names(node)
        scope = _Scope(node, item.parent, self.names.bound(node), own, item.hidden)
        flow = _ScopeFlow(self, scope)
        state = flow.begin(flow.parameter_values(item))
        if isinstance(node, ast.Lambda):
            state = flow.expression(node.body, state)
        else:
            state = flow.run(node.body, state)
        if state.live:
            flow.leave_scope(state)
        scope.visible = flow.at_exit.vars if flow.at_exit is not None else state.vars
        return flow.pending


class _ScopeFlow(Flow[_Env]):
    """Runs one scope and notes what its names hold."""

    loops_repeat = True

    def __init__(self, resolver: _Resolver, scope: _Scope) -> None:
        super().__init__()
        self._resolver = resolver
        self._tracked = resolver.tracked
        self._names = resolver.names
        self._scope = scope
        self._hidden: list[frozenset[str]] = []
        self._pending: dict[ast.AST, _Pending] = {}
        self.at_exit: _Env | None = None

    @property
    def pending(self) -> list[_Pending]:
        return list(self._pending.values())

    def begin(self, variables: dict[str, Values]) -> _Env:
        held = _Variables(self._names.numbers)
        for name, values in variables.items():
            held[name] = values
        state = _Env(held)
        self._scope.visible = state.vars
        return state

    def parameter_values(self, item: _Pending) -> dict[str, Values]:
        node, params = item.node, parameters(item.node.args)
        values = dict.fromkeys(parameter_names(node), UNKNOWN)
        for param in params:
            values[param.arg] = self._annotated(param.annotation, self._outer)
        if item.methods_of is not None and params and isinstance(node, FUNCTIONS):
            values[params[0].arg] = self._first_parameter(node, item.methods_of)
        return values

    def _first_parameter(self, method: Function, owner: ast.ClassDef) -> Values:
        decorators = {dotted_name(decorator) for decorator in method.decorator_list}
        if "staticmethod" in decorators:
            return UNKNOWN
        kind = Kind.DEFINED if "classmethod" in decorators else Kind.OBJECT
        return frozenset({Value(kind, node=owner)})

    def _annotated(self, annotation: ast.expr | None, lookup: Callable[[str], Values]) -> Values:
        """What is annotated with the tracked class holds an instance of it."""
        if annotation is None:
            return UNKNOWN
        for node in walk(annotation):
            paths: list[str] = []
            match node:
                case ast.Name() | ast.Attribute():
                    paths = [dotted_name(node) or ""]
                case ast.Constant(value=str(text)):
                    paths = _DOTTED_NAME.findall(text)
            for value in (value for path in paths for value in self._path_values(path, lookup)):
                if value.name in self._tracked.names:
                    self._names.note_known(value.name)
                    return UNKNOWN | {Value(Kind.INSTANCE, self._tracked.name)}
        return UNKNOWN

    def _path_values(self, path: str, lookup: Callable[[str], Values]) -> Values:
        first, *rest = path.split(".")
        values = lookup(first)
        for attribute in rest:
            values = self._attribute_values(values, attribute)
        return values

    # What names hold

    def _lookup(self, name: str, state: _Env) -> Values:
        if any(name in hidden for hidden in self._hidden):
            return UNKNOWN
        scope = self._scope
        if self._hidden and isinstance(scope.node, ast.ClassDef):
            return self._outer(name)  # a comprehension does not see the class around it
        if name in scope.globals:
            return scope.top.visible.get(name, UNBOUND)
        if name not in scope.locals:
            return self._outer(name)
        values = state.vars.get(name, UNBOUND)
        if values == UNBOUND:
            values = self._resolver.unbound(name, scope)
        if scope.falls_back and values >= UNBOUND:
            values = (values - UNBOUND) | self._outer(name)
        return values

    def _outer(self, name: str) -> Values:
        hidden, scope = self._scope.hidden, self._scope.parent
        while scope is not None:
            if name in hidden:
                return UNKNOWN
            if name in scope.globals:
                scope = scope.top
            if not isinstance(scope.node, ast.ClassDef) and name in scope.locals:
                values = scope.visible.get(name, UNBOUND)
                if values == UNBOUND and name not in scope.before_deletion:
                    return self._resolver.unbound(name, scope)
                # `del` at the end of a module tidies up after calls that were made before.
                return scope.before_deletion[name] if values == UNBOUND else values
            hidden, scope = scope.hidden, scope.parent
        return BUILTIN

    def _attribute_values(self, values: Values, attribute: str) -> Values:
        return frozenset(self._attribute_value(value, attribute) for value in values)

    def _attribute_value(self, value: Value, attribute: str) -> Value:
        if value.kind is Kind.IMPORTED:
            return Value(Kind.IMPORTED, f"{value.name}.{attribute}")
        if value.kind is Kind.INSTANCE:
            return Value(Kind.IMPORTED, f"{self._tracked.name}.{attribute}")
        if isinstance(value.node, ast.ClassDef):
            if (value.node, attribute) in self._resolver.attributes:
                return Value(Kind.INSTANCE, self._tracked.name)
            method = _method(value.node, attribute)
            if method is not None:
                return Value(Kind.DEFINED, node=method)
        return Value(Kind.UNKNOWN)

    def _call_values(self, node: ast.Call) -> Values:
        return frozenset(
            result
            for value in self._names.values(node.func)
            for result in self._result_of(value, node)
        )

    def _result_of(self, value: Value, node: ast.Call) -> Iterator[Value]:
        if value.name in self._tracked.names:
            self._names.note_known(value.name)
            yield Value(Kind.INSTANCE, self._tracked.name)
        elif isinstance(value.node, ast.ClassDef) and value.kind is Kind.DEFINED:
            if self._names.inherits(value.node):
                yield Value(Kind.OBJECT, node=value.node)
        elif value.name == "importlib.import_module" and len(arguments_of(node)) == 1:
            module = plain_text(arguments_of(node)[0])
            if module is not None:
                yield Value(Kind.IMPORTED, module)
        elif value.name in LOOP_GETTERS:
            yield Value(Kind.IMPORTED, EVENT_LOOP)

    def _builtin_call(self, node: ast.Call) -> Values:
        """`__import__("uuid")` and `getattr(uuid, "uuid4")`, when those are the builtins."""
        texts = [plain_text(arg) for arg in arguments_of(node)]
        match node.func, texts:
            case ast.Name(id="__import__"), [str(module), *_]:
                return frozenset({Value(Kind.IMPORTED, module)})
            case ast.Name(id="getattr"), [_, str(attribute)] | [_, str(attribute), _] if node.args:
                values = self._names.values(node.args[0])
                return self._attribute_values(values, attribute)
        return _NOTHING

    # Places

    def _note_place(self, node: ast.AST, state: _Env) -> None:
        bound = NameSet(state.vars.mask | self._handed, self._names.numbers)
        paths = self._names.tracked_paths
        usable = [path for name, path in paths.items() if self._holds_tracked(name, path, state)]
        written = min(usable, key=lambda path: (path.count("."), path), default=None)
        self._names.note_place(node, Place(bound, written))

    @cached_property
    def _handed(self) -> int:
        """The bits of the parameters of the functions around."""
        given: set[str] = set()
        scope = self._scope.parent
        while scope is not None and scope.parent is not None:
            if not isinstance(scope.node, (ast.Module, ast.ClassDef)):
                given.update(param.arg for param in parameters(scope.node.args))
            scope = scope.parent
        numbers = self._names.numbers
        bits = (numbers.setdefault(name, len(numbers)) for name in given - self._scope.locals)
        return reduce(or_, (1 << number for number in bits), 0)

    def _holds_tracked(self, name: str, path: str, state: _Env) -> bool:
        values = self._lookup(name, state)
        for attribute in path.split(".")[1:]:
            values = self._attribute_values(values, attribute)
        return bool(values) and all(
            value.kind is Kind.IMPORTED and value.name in self._tracked.names for value in values
        )

    # Hooks of the walk

    def leave(self, node: ast.AST, state: _Env) -> None:
        kind = type(node)
        if kind is ast.Name:
            self._leave_name(cast("ast.Name", node), state)
        elif kind is ast.Attribute:
            self._leave_attribute(cast("ast.Attribute", node), state)
        else:
            if kind is ast.Call:
                self._leave_call(cast("ast.Call", node))
            if kind in (_MAKE_IDS if self._names.know_tracked else _FORMATTED):
                self._note_place(node, state)

    def _leave_name(self, node: ast.Name, state: _Env) -> None:
        names = self._names
        values = self._lookup(node.id, state)
        names.note(node, values)
        if not values:
            names.note_builtin(node)
        if names.tracked_function(node) is not None:
            self._note_place(node, state)

    def _leave_attribute(self, node: ast.Attribute, state: _Env) -> None:
        names = self._names
        values = names.values(node.value)
        if values:
            names.note(node, self._attribute_values(values, node.attr))
        if names.tracked_function(node) is not None:
            self._note_place(node, state)

    def _leave_call(self, node: ast.Call) -> None:
        names = self._names
        if names.method_of(node.func) is not None:
            names.note_call(self._scope.node, node)
        if names.values(node.func):
            names.note(node, self._call_values(node))
        elif names.is_builtin(node.func):
            names.note(node, self._builtin_call(node))

    def bind(self, name: str, binder: ast.AST, value: ast.AST | None, state: _Env) -> None:
        if isinstance(value, (*FUNCTIONS, ast.ClassDef)):
            values: Values = frozenset({Value(Kind.DEFINED, node=value)})
        else:
            values = (self._names.values(value) if value is not None else _NOTHING) or UNKNOWN
            if any(item.kind is Kind.IMPORTED for item in values):
                self._names.aliases.add(name)
        self._store(name, values, state)

    def _store(self, name: str, values: Values, state: _Env) -> None:
        scope = self._scope
        is_shared = scope.falls_back or name in scope.globals
        if is_shared and self._names.are_tracked(values):
            self._names.spoken.add(name)
        if name in scope.globals:
            _add(scope.top.visible, name, values)
        elif name in scope.nonlocals:
            owner = scope.parent
            while owner is not None and name not in owner.locals:
                owner = owner.parent
            if owner is not None:
                _add(owner.visible, name, values)
        else:
            state.vars[name] = values
            for failing in self.failing:
                failing.vars[name] = failing.vars.get(name, UNBOUND) | values

    def bind_place(self, target: ast.expr, value: ast.expr | None, state: _Env) -> None:
        if not isinstance(target, ast.Attribute) or value is None:
            return
        stored = self._names.values(value)
        if not any(item.kind is Kind.INSTANCE for item in stored):
            return
        for owner in self._names.values(target.value):
            if owner.kind is Kind.OBJECT and isinstance(owner.node, ast.ClassDef):
                self._resolver.attributes[owner.node, target.attr] = stored
                self._names.spoken.add(target.attr)

    def declare(self, node: ast.AnnAssign, state: _Env) -> None:
        instance = self._annotated(node.annotation, lambda n: self._lookup(n, state)) - UNKNOWN
        if instance and node.value is not None and isinstance(node.target, ast.Name):
            name = node.target.id
            self._store(name, state.vars.get(name, UNKNOWN) | instance, state)

    def bind_import(self, node: ImportStatement, state: _Env) -> None:
        for bound, dotted in self._resolver.tracked_in(node):
            self._names.note_import(self._scope.node, bound, dotted, node)
        for name, dotted, _ in self._resolver.imports(node):
            self._names.note_path(name, dotted, plain=False)
            self._store(name, frozenset({Value(Kind.IMPORTED, dotted)}), state)
        if isinstance(node, ast.Import) and isinstance(self._scope.node, ast.Module):
            for alias in node.names:
                if alias.asname is None:
                    first = alias.name.partition(".")[0]
                    self._names.note_path(first, alias.name, plain=True)

    def unbind(self, name: str, node: ast.AST, state: _Env) -> None:
        self._scope.before_deletion[name] = state.vars.get(name, UNBOUND)
        state.vars[name] = UNBOUND

    def swallowed_by(self, manager: ast.expr) -> Sequence[ast.expr]:
        return swallowed_by(manager, self._names)

    def enter_function(self, node: FunctionNode, state: _Env) -> None:
        scope = self._scope
        owner = scope.node if isinstance(scope.node, ast.ClassDef) else None
        hidden = frozenset().union(*self._hidden)
        self._pending[node] = _Pending(node, scope, owner, hidden)

    def enter_class(self, node: ast.ClassDef, state: _Env) -> None:
        self._scope.visible = state.vars
        inner = _Scope(node, self._scope, self._names.bound(node), self._names.local_names(node))
        for item in self._resolver.run_inline(inner):
            self._pending[item.node] = item

    def enter_comprehension(self, targets: Sequence[ast.expr]) -> None:
        self._hidden.append(frozenset(n for target in targets for n in target_names(target)))

    def leave_comprehension(self) -> None:
        self._hidden.pop()

    def leave_scope(self, state: _Env) -> None:
        if self.at_exit is None:
            self.at_exit = state.fork()
        else:
            self.at_exit.absorb(state)


# What an id put together by hand can be.
_MAKE_IDS = frozenset({ast.BinOp, ast.Call, ast.Constant, ast.JoinedStr, ast.Subscript})
_FORMATTED = frozenset({ast.JoinedStr})


def swallowed_by(manager: ast.expr, names: Names) -> Sequence[ast.expr]:
    """The exceptions that `contextlib.suppress(...)` swallows; none for other managers."""
    if isinstance(manager, ast.Call) and "contextlib.suppress" in names.dotted(manager.func):
        return arguments_of(manager)
    return ()


def _row_of(node: FunctionNode) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _add(variables: dict[str, Values], name: str, values: Values) -> None:
    variables[name] = variables.get(name, _NOTHING) | values


def _method(owner: ast.ClassDef, name: str) -> Function | None:
    for statement in reversed(owner.body):
        if isinstance(statement, FUNCTIONS) and statement.name == name:
            return statement
    return None
