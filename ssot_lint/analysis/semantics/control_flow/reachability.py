"""Which expressions one run of a scope can both reach."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import chain

from ssot_lint.analysis.semantics.bindings import ScopeNode
from ssot_lint.analysis.semantics.control_flow.conditions import (
    Condition,
    Together,
    asked_for,
    is_bound,
)
from ssot_lint.analysis.semantics.control_flow.walk import Flow, Guard, State
from ssot_lint.analysis.semantics.known_functions import MUTATORS
from ssot_lint.analysis.semantics.names import Names
from ssot_lint.analysis.syntax.parsing import (
    dotted_name,
    names_bound_by,
    own_nodes,
    parameters,
    walk,
)


class Reachability:
    """Which of some expressions in a scope come before which others in the same run.

    `nodes` are these expressions, each with the names and chains of attributes it relies on: it
    is forgotten where one of them gets a new value.
    """

    def __init__(
        self, scope: ScopeNode, nodes: Mapping[ast.AST, frozenset[str]], names: Names
    ) -> None:
        flow = _ReachFlow(nodes, names, _asked_in(scope))
        past = _Past({})
        if not isinstance(scope, (ast.Module, ast.ClassDef)):
            flow.begin(parameters(scope.args), past)
        if isinstance(scope, ast.Lambda):
            flow.expression(scope.body, past)
        else:
            flow.run(scope.body, past, at_top=isinstance(scope, (ast.Module, ast.ClassDef)))
        self._before = flow.before

    def before(self, node: ast.AST) -> AbstractSet[ast.AST]:
        """What one run may have reached when it reaches the node."""
        return self._before.get(node, frozenset())

    def both(self, one: ast.AST, other: ast.AST) -> bool:
        """Whether one run may reach both."""
        return one in self.before(other) or other in self.before(one)


def _asked_in(scope: ScopeNode) -> frozenset[str]:
    """The names of which the code finds out itself whether they are bound."""
    body = [scope.body] if isinstance(scope, ast.Lambda) else scope.body
    nodes = list(own_nodes(body))
    shared = (node.names for node in nodes if isinstance(node, ast.Global))  # of the module
    return frozenset(filter(None, map(asked_for, nodes))).difference(chain.from_iterable(shared))


@dataclass(frozen=True)
class _Reached:
    """On what an expression relies, and under which conditions it was reached."""

    relies_on: frozenset[str]
    under: Together

    def merged(self, other: _Reached) -> _Reached:
        """The same expression on two ways that meet: what held on one of them only may not hold."""
        if self.under is other.under:
            return self
        theirs = set(other.under.conditions)
        common = [condition for condition in self.under.conditions if condition in theirs]
        return replace(self, under=Together(common))


class _Past(State):
    """What was reached so far."""

    __slots__ = ("bound", "live", "nodes")

    def __init__(
        self, nodes: dict[ast.AST, _Reached], bound: frozenset[Condition] = frozenset()
    ) -> None:
        self.nodes = nodes
        self.bound = bound
        """That names are bound, of those that the code asks for."""
        self.live = True

    def fork(self) -> _Past:
        copy = _Past(dict(self.nodes), self.bound)
        copy.live = self.live
        return copy

    def absorb(self, other: _Past) -> None:
        self.bound &= other.bound
        for node, reached in other.nodes.items():
            known = self.nodes.get(node)
            self.nodes[node] = reached if known is None else known.merged(reached)

    def covers(self, other: _Past) -> bool:
        return other.nodes.keys() <= self.nodes.keys()


class _ReachFlow(Flow[_Past]):
    """Collects, for each of the expressions, those reached before it."""

    loops_repeat = False

    def __init__(
        self, nodes: Mapping[ast.AST, frozenset[str]], names: Names, asked: Iterable[str]
    ) -> None:
        super().__init__()
        self._nodes = nodes
        self._names = names
        self._bound = {name: Condition(is_bound(name), True) for name in asked}
        """For each name that the code asks for, that it is bound."""
        self.before: dict[ast.AST, set[ast.AST]] = {}
        self._conditions: dict[tuple[ast.expr, bool], Condition] = {}
        """Each is made once: an arm of a chain has those of all arms above it."""

    def leave(self, node: ast.AST, state: _Past) -> None:
        if node in self._nodes:
            held = [self._condition(guard) for guard in self.guards if not guard.stale]
            under = Together([*held, *state.bound])
            if state.live:
                self.before.setdefault(node, set()).update(
                    earlier
                    for earlier, reached in state.nodes.items()
                    if not reached.under.exclude(under)
                )
            state.nodes.setdefault(node, _Reached(self._nodes[node], under))
        elif isinstance(node, ast.Call):
            if self._names.never_returns(node):
                state.live = False
            elif isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
                path = dotted_name(node.func.value)
                if path is not None:
                    self._forget_tests(path, state)

    def _condition(self, guard: Guard) -> Condition:
        key = guard.test, guard.held
        if key not in self._conditions:
            self._conditions[key] = Condition(*key)
        return self._conditions[key]

    def begin(self, parameters: Iterable[ast.arg], state: _Past) -> None:
        """Parameters are bound from the start."""
        for parameter in parameters:
            self._note_bound(parameter.arg, state)

    def bind(self, name: str, binder: ast.AST, value: ast.AST | None, state: _Past) -> None:
        self._forget(name, state)
        self._note_bound(name, state)

    def bind_place(self, target: ast.expr, value: ast.expr | None, state: _Past) -> None:
        while isinstance(target, ast.Subscript):
            target = target.value
        path = dotted_name(target)
        if path is not None:
            self._forget(path, state)

    def bind_import(self, node: ast.Import | ast.ImportFrom, state: _Past) -> None:
        for name in (name for alias in node.names for name in names_bound_by(alias)):
            self._forget(name, state)
            self._note_bound(name, state)

    def unbind(self, name: str, node: ast.AST, state: _Past) -> None:
        self._forget(name, state)
        state.bound -= {condition for condition in state.bound if name in condition.paths}

    def _note_bound(self, name: str, state: _Past) -> None:
        """From here on, a test whether the name is bound says yes."""
        condition = self._bound.get(name)
        if condition is None:
            return
        state.bound |= {condition}
        for node, reached in state.nodes.items():
            under = Together([*reached.under.conditions, condition])
            state.nodes[node] = replace(reached, under=under)

    def bind_comprehension(self, target: ast.expr, state: _Past) -> None:
        for node in walk(target):
            if isinstance(node, ast.Name):
                self._forget(node.id, state)

    def _forget(self, path: str, state: _Past) -> None:
        """What was said about the old value of a name says nothing about the new one."""
        for node, reached in list(state.nodes.items()):
            if path in reached.relies_on:
                del state.nodes[node]
        self._forget_tests(path, state)

    def _forget_tests(self, path: str, state: _Past) -> None:
        """Another test of the path may say something else, for one value or its contents."""
        for guard in self.guards:
            if not guard.stale:
                guard.stale = path in self._condition(guard).paths
        for node, reached in state.nodes.items():
            if path in reached.under.paths:
                kept = Together([c for c in reached.under.conditions if path not in c.paths])
                state.nodes[node] = replace(reached, under=kept)
