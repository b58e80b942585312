"""Which definitions of some names reach each read of them, along the control flow of a file.

Works on `ast`, scope by scope. No condition is believed: where two `if` ask the same, four ways
count. So a name that is bound on every way here is bound whenever the program runs.
"""

from __future__ import annotations

import ast
import re
import sys
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ssot_lint.analysis.semantics.bindings import (
    STAR,
    Comprehension,
    FunctionNode,
    body_of,
    bound_by,
    hidden_by,
    own_parts,
)
from ssot_lint.analysis.semantics.control_flow.held_values import HeldValues
from ssot_lint.analysis.semantics.control_flow.walk import Flow, Loop
from ssot_lint.analysis.semantics.known_functions import PASSING_MANAGERS
from ssot_lint.analysis.syntax.parsing import (
    children,
    last_name_of,
    parameters,
)

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")


class Nowhere:
    """Stands where a definition would stand; there is one object for each reason."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def __repr__(self) -> str:
        return self._reason


UNBOUND = Nowhere("unbound")
"""Nothing has bound the name yet, or something has unbound it."""
OUTSIDE = Nowhere("outside")
"""Nothing in the file binds the name: a builtin, or no name at all."""

Definition = ast.AST | Nowhere
"""The node that binds a name: a name, an alias, an argument, a definition, a handler, a pattern."""
Definitions = frozenset[Definition]

_UNBOUND: Definitions = frozenset({UNBOUND})
_OUTSIDE: Definitions = frozenset({OUTSIDE})
_State = dict[str, Definitions]
# Rounds of a loop: as many as it takes until nothing new is found.
_TO_THE_END = sys.maxsize


@dataclass(frozen=True, eq=False)
class Read:
    """A read of one of the names."""

    definitions: Definitions
    state: Mapping[str, Definitions]
    """What all names of its scope hold there."""
    rounds: tuple[ast.AST, ...]
    """The functions and loops around it, outermost first: each runs its inside anew."""
    is_late: bool
    """Whether it runs when a function is called, and the name is one of a scope around that."""


@dataclass(eq=False)
class _Scope:
    node: ast.AST
    parent: _Scope | None
    names: frozenset[str]
    """Those of the names in question that it binds itself."""
    shared: frozenset[str]
    """Those that it declares `global`."""
    outer: Mapping[str, Definitions] = field(default_factory=dict)
    """What the names of the scope around hold when this one is made."""
    rounds: tuple[ast.AST, ...] = ()
    seen: dict[str, Definitions] = field(default_factory=dict)
    """All definitions of its names, UNBOUND where something unbinds one."""
    end: _State = field(default_factory=dict)

    @property
    def is_class(self) -> bool:
        return isinstance(self.node, ast.ClassDef)


class Reaching:
    """The definitions that reach the reads of `names` in a file.

    `rows` are the rows, sorted, on which one of the names or an `import *` may stand: what touches
    none of them is not looked into.
    """

    def __init__(self, tree: ast.Module, names: Iterable[str], rows: Sequence[int]) -> None:
        self.reads: dict[ast.Name, Read] = {}
        self.rounds: dict[ast.AST, tuple[ast.AST, ...]] = {}
        """The functions and loops around each definition."""
        self.imported: dict[ast.AST, str] = {}
        """The dotted name of what an alias binds its name to, with dots in front if relative."""
        self.bound_at: dict[str, int] = {}
        """How many statements of the module run until a name of it is bound on every way."""
        self._names = frozenset((*names, STAR))
        self._rows = rows
        self._waiting: list[tuple[FunctionNode, _Scope, _State, tuple[ast.AST, ...]]] = []
        self._late: list[tuple[ast.Name, _Scope]] = []
        """The reads that run later than the scope whose name they read."""
        self._module = _Scope(tree, None, *self.bound_in(tree.body))
        _Walk(self, self._module).module(tree)
        while self._waiting:
            self._function(*self._waiting.pop())
        for node, owner in self._late:
            # Functions that were looked into later may bind it, too.
            met = self.reads[node]
            every = owner.seen.get(node.id, frozenset())
            self.reads[node] = replace(met, definitions=met.definitions | every)

    def touches(self, node: Any) -> bool:
        """Whether one of the names may stand on the rows of a node."""
        rows = self._rows
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
        at = bisect_left(rows, first)
        return at < len(rows) and rows[at] <= (node.end_lineno or node.lineno)

    def wait(
        self, node: FunctionNode, scope: _Scope, state: _State, rounds: tuple[ast.AST, ...]
    ) -> None:
        """Look into a function when all of the scope around it has been looked at."""
        self._waiting.append((node, scope, state, rounds))

    def _function(
        self, node: FunctionNode, parent: _Scope, state: _State, rounds: tuple[ast.AST, ...]
    ) -> None:
        names, shared = self.bound_in(body_of(node))
        params = {arg.arg: arg for arg in parameters(node.args) if arg.arg in self._names}
        own = _Scope(node, parent, names | params.keys(), shared, state, (*rounds, node))
        begin: _State = dict.fromkeys(own.names, _UNBOUND)
        begin.update({name: frozenset({arg}) for name, arg in params.items()})
        for name, arg in params.items():
            self.rounds[arg] = own.rounds
            own.seen[name] = frozenset({arg})
        walk = _Walk(self, own)
        if isinstance(node, ast.Lambda):
            walk.expression(node.body, HeldValues(begin))
        else:
            walk.run(node.body, HeldValues(begin))

    def bound_in(self, body: Sequence[ast.AST]) -> tuple[frozenset[str], frozenset[str]]:
        """The names in question that a body binds in its own scope, and those it shares."""
        bound: set[str] = set()
        shared: set[str] = set()
        away: set[str] = set()
        for node in self._own_nodes(body):
            if isinstance(node, ast.Global):
                shared.update(node.names)
            elif isinstance(node, ast.Nonlocal):
                away.update(node.names)
            else:
                bound.update(bound_by(node))
        return (frozenset(bound) - shared - away) & self._names, frozenset(shared) & self._names

    def _own_nodes(self, body: Sequence[ast.AST]) -> Iterator[ast.AST]:
        """What runs in the scope of a body itself, on the rows in question."""
        pending = list(body)
        while pending:
            node = pending.pop()
            if not hasattr(node, "lineno") or self.touches(node):
                yield node
                pending += own_parts(node)

    # What names hold

    def lookup(
        self, name: str, scope: _Scope, state: _State, *, hides_class: bool
    ) -> tuple[Definitions, _Scope | None]:
        """The definitions that a read of a name in a scope meets.

        With the scope around whose name it is, where the read runs later than that: it may meet
        all that binds the name there.
        """
        if name in scope.shared:
            return self._global(name, scope, state)
        if name in scope.names and not (hides_class and scope.is_class):
            found = state.get(name, _UNBOUND)
            if not scope.is_class or UNBOUND not in found:
                return found, None
            outer, owner = self._outer(name, scope, state)
            return (found - _UNBOUND) | outer, owner
        return self._outer(name, scope, state)

    def _outer(self, name: str, scope: _Scope, state: _State) -> tuple[Definitions, _Scope | None]:
        """What the scopes around hold. The code of a class runs where it stands."""
        is_late = False
        inner, around = scope, scope.parent
        while around is not None and around.parent is not None:
            is_late = is_late or not inner.is_class
            if not around.is_class:
                if name in around.shared:
                    break
                if name in around.names:
                    return inner.outer.get(name, _UNBOUND), around if is_late else None
            inner, around = around, around.parent
        return self._global(name, scope, state)

    def _global(self, name: str, scope: _Scope, state: _State) -> tuple[Definitions, _Scope | None]:
        """What a name of the module holds for code of a scope."""
        module = self._module
        for known in (name, STAR):
            if known not in module.names and known not in module.seen:
                continue
            while scope.is_class and scope.parent is not None:
                state, scope = dict(scope.outer), scope.parent
            if scope is module:
                return state.get(known, _UNBOUND), None
            is_lost = UNBOUND in module.end.get(known, _UNBOUND)
            held = module.seen.get(known, frozenset())
            return held | (_UNBOUND if is_lost else frozenset()), module
        return _OUTSIDE, None

    def note_module(self, count: int, state: HeldValues) -> None:
        """Take notice of what the module's names hold behind its first `count` statements."""
        for name in self._module.names if state.live else ():
            if UNBOUND not in state.vars.get(name, _UNBOUND):
                self.bound_at.setdefault(name, count)

    def note_read(self, node: ast.Name, read: Read, owner: _Scope | None) -> None:
        """Add what a read meets: it may be walked more than once."""
        if owner is not None:
            self._late.append((node, owner))
        before = self.reads.get(node)
        if before is not None:
            read = Read(
                before.definitions | read.definitions,
                {name: before.state[name] | held for name, held in read.state.items()},
                read.rounds,
                before.is_late or read.is_late,
            )
        self.reads[node] = read

    def note_global(self, name: str, definition: Definition) -> None:
        """A function binds a name of the module."""
        seen = self._module.seen
        seen[name] = seen.get(name, frozenset()) | {definition}

    @property
    def names(self) -> frozenset[str]:
        """The names in question."""
        return self._names


class _Walk(Flow[HeldValues]):
    """The walk through one scope. Ends where no way leads on."""

    loops_repeat = True

    def __init__(self, reaching: Reaching, scope: _Scope) -> None:
        super().__init__()
        self._all = reaching
        self._scope = scope
        self._rounds = scope.rounds
        self._hidden: list[dict[str, Definitions]] = []
        """The targets of the comprehensions around the place."""

    def module(self, tree: ast.Module) -> None:
        state = HeldValues(dict.fromkeys(self._scope.names, _UNBOUND))
        for count, statement in enumerate(tree.body, start=1):
            state = self.run([statement], state)
            self._all.note_module(count, state)
        self._scope.end = state.vars if state.live else {}

    def run(
        self, body: Iterable[ast.stmt], state: HeldValues, *, at_top: bool = False
    ) -> HeldValues:
        for statement in body:
            if not state.live:
                break
            state = self.statement(statement, state)
        return state

    # What is looked into

    def statement(self, node: ast.stmt, state: HeldValues) -> HeldValues:
        if isinstance(node, (ast.Break, ast.Continue)) or self._all.touches(node):
            if isinstance(node, ast.Assert):  # with `-O` it asks nothing
                return self._parts(children(node), state)
            return super().statement(node, state)
        if isinstance(node, (ast.Return, ast.Raise)):
            state.live = False
        elif self._loops and hasattr(node, "body"):
            # It may still end a round of the loop around it.
            kinds = {type(part) for part in ast.walk(node)}
            for which, kind in enumerate((ast.Break, ast.Continue)):
                if kind in kinds:
                    self._loops[-1][which].append(state.fork())
        return state

    def expression(self, node: ast.AST, state: HeldValues) -> HeldValues:
        is_passed = hasattr(node, "lineno") and not self._all.touches(node)
        return state if is_passed else super().expression(node, state)

    def _annotation(self, node: ast.expr | None, state: HeldValues) -> HeldValues:
        return self.expression(node, state) if node is not None else state

    def _type_alias(self, node: Any, state: HeldValues) -> HeldValues:
        return super()._type_alias(node, self.expression(node.value, state))

    def _more_rounds(self) -> int:
        return _TO_THE_END

    def _round(
        self, node: Loop, state: HeldValues
    ) -> tuple[HeldValues, HeldValues, list[HeldValues]]:
        outer = self._rounds
        self._rounds = (*outer, node)
        ways = super()._round(node, state)
        self._rounds = outer
        return ways

    # Hooks of the walk

    def leave(self, node: ast.AST, state: HeldValues) -> None:
        if isinstance(node, ast.Name):
            self._read(node, state)

    def bind(self, name: str, binder: ast.AST, value: ast.AST | None, state: HeldValues) -> None:
        self._bind(name, binder, state)

    def bind_import(self, node: ast.Import | ast.ImportFrom, state: HeldValues) -> None:
        start = ""
        if isinstance(node, ast.ImportFrom):
            start = "." * node.level + (f"{node.module}." if node.module else "")
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            self._all.imported[alias] = start + (alias.name if alias.asname or start else name)
            self._bind(name, alias, state)
            if name == STAR and start.partition(".")[0] not in sys.stdlib_module_names:
                for other in self._scope.names - {STAR}:
                    self._hold(other, state.vars.get(other, _UNBOUND) | {alias}, state)

    def unbind(self, name: str, node: ast.AST, state: HeldValues) -> None:
        if isinstance(node, ast.Name):  # the end of a handler does not ask for the value
            self._read(node, state)
        if name in self._scope.shared:
            self._all.note_global(name, UNBOUND)
        elif name in self._scope.names:
            self._hold(name, _UNBOUND, state)

    def swallowed_by(self, manager: ast.expr) -> Sequence[ast.expr]:
        """What is entered may swallow what fails inside."""
        return () if hands_errors_on(manager) else [manager]

    def enter_function(self, node: FunctionNode, state: HeldValues) -> None:
        if self._all.touches(node):
            held = {n: ds for hidden in self._hidden for n, ds in hidden.items()}
            # A class shows functions nothing of its own.
            outer = self._scope.outer if self._scope.is_class else state.vars
            self._all.wait(node, self._scope, {**outer, **held}, self._rounds)

    def enter_class(self, node: ast.ClassDef, state: HeldValues) -> None:
        names, shared = self._all.bound_in(node.body)
        inner = _Scope(node, self._scope, names, shared, dict(state.vars), self._rounds)
        _Walk(self._all, inner).run(node.body, HeldValues(dict.fromkeys(names, _UNBOUND)))

    def enter_comprehension(self, node: Comprehension) -> None:
        self._rounds = (*self._rounds, node)
        hidden = hidden_by(node)
        targets = (part for clause in node.generators for part in ast.walk(clause.target))
        found = [part for part in targets if isinstance(part, ast.Name) and part.id in hidden]
        self._hidden.append({part.id: frozenset({part}) for part in found})
        self._all.rounds.update(dict.fromkeys(found, self._rounds))

    def leave_comprehension(self) -> None:
        self._hidden.pop()
        self._rounds = self._rounds[:-1]

    # Names

    def _read(self, node: ast.Name, state: HeldValues) -> None:
        name = node.id
        if name not in self._all.names:
            return
        owner: _Scope | None = None
        hidden = next((h for h in reversed(self._hidden) if name in h), None)
        if hidden is not None:
            met = hidden[name]
        else:
            met, owner = self._all.lookup(
                name, self._scope, state.vars, hides_class=bool(self._hidden)
            )
        read = Read(met, dict(state.vars), self._rounds, owner is not None)
        self._all.note_read(node, read, owner)

    def _bind(self, name: str, node: ast.AST, state: HeldValues) -> None:
        if name not in self._all.names:
            return
        self._all.rounds[node] = self._rounds
        scope = self._scope
        if name in scope.shared:
            self._all.note_global(name, node)
        elif name in scope.names:
            self._hold(name, frozenset({node}), state)
        else:
            self._bind_afar(name, node)

    def _bind_afar(self, name: str, node: ast.AST) -> None:
        """`nonlocal`: a function around gets the value."""
        owner = self._scope.parent
        while owner is not None and (owner.is_class or name not in owner.names):
            owner = owner.parent
        if owner is not None:
            owner.seen[name] = owner.seen.get(name, frozenset()) | {node}

    def _hold(self, name: str, definitions: Definitions, state: HeldValues) -> None:
        state.vars[name] = definitions
        seen = self._scope.seen
        seen[name] = seen.get(name, frozenset()) | definitions
        for failing in self.failing:
            failing.vars[name] = failing.vars.get(name, _UNBOUND) | definitions


def hands_errors_on(manager: ast.expr) -> bool:
    """Whether a manager is one of those that swallow nothing, by the last word of its name."""
    words = _WORD.findall(last_name_of(manager))
    return bool(words) and words[-1].lower() in PASSING_MANAGERS
