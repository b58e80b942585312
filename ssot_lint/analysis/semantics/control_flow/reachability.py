"""Which expressions one run of a scope can both reach."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import libcst as cst

from ssot_lint.analysis.semantics.control_flow.conditions import Condition, Together
from ssot_lint.analysis.semantics.control_flow.walk import Flow, Guard, State
from ssot_lint.analysis.semantics.known_functions import MUTATORS
from ssot_lint.analysis.semantics.names import Names, ScopeNode
from ssot_lint.analysis.syntax.libcst_nodes import access_path, walk


class Reachability:
    """Which of some expressions in a scope come before which others in the same run.

    `nodes` are these expressions, each with the names and chains of attributes it relies on: it
    is forgotten where one of them gets a new value.
    """

    def __init__(
        self, scope: ScopeNode, nodes: Mapping[cst.CSTNode, frozenset[str]], names: Names
    ) -> None:
        flow = _ReachFlow(nodes, names)
        past = _Past({})
        if isinstance(scope, cst.Lambda):
            flow.expression(scope.body, past)
        elif isinstance(scope, cst.Module):
            flow.run(scope.body, past, at_top=True)
        else:
            flow.run(scope.body.body, past, at_top=isinstance(scope, cst.ClassDef))
        self._before = flow.before

    def before(self, node: cst.CSTNode) -> AbstractSet[cst.CSTNode]:
        """What one run may have reached when it reaches the node."""
        return self._before.get(node, frozenset())

    def both(self, one: cst.CSTNode, other: cst.CSTNode) -> bool:
        """Whether one run may reach both."""
        return one in self.before(other) or other in self.before(one)


@dataclass(frozen=True)
class _Reached:
    """On what an expression relies, and under which conditions it was reached."""

    relies_on: frozenset[str]
    under: Together


class _Past(State):
    """What was reached so far."""

    __slots__ = ("live", "nodes")

    def __init__(self, nodes: dict[cst.CSTNode, _Reached]) -> None:
        self.nodes = nodes
        self.live = True

    def fork(self) -> _Past:
        copy = _Past(dict(self.nodes))
        copy.live = self.live
        return copy

    def absorb(self, other: _Past) -> None:
        for node, reached in other.nodes.items():
            self.nodes.setdefault(node, reached)

    def covers(self, other: _Past) -> bool:
        return other.nodes.keys() <= self.nodes.keys()


class _ReachFlow(Flow[_Past]):
    """Collects, for each of the expressions, those reached before it."""

    loops_repeat = False

    def __init__(self, nodes: Mapping[cst.CSTNode, frozenset[str]], names: Names) -> None:
        super().__init__()
        self._nodes = nodes
        self._names = names
        self.before: dict[cst.CSTNode, set[cst.CSTNode]] = {}
        self._conditions: dict[tuple[cst.BaseExpression, bool], Condition] = {}
        """Each is made once: an arm of a chain has those of all arms above it."""

    def leave(self, node: cst.CSTNode, state: _Past) -> None:
        if node in self._nodes:
            under = Together([self._condition(guard) for guard in self.guards if not guard.stale])
            if state.live:
                self.before.setdefault(node, set()).update(
                    earlier
                    for earlier, reached in state.nodes.items()
                    if not reached.under.exclude(under)
                )
            state.nodes.setdefault(node, _Reached(self._nodes[node], under))
        elif isinstance(node, cst.Call):
            if self._names.never_returns(node):
                state.live = False
            elif isinstance(node.func, cst.Attribute) and node.func.attr.value in MUTATORS:
                path = access_path(node.func.value)
                if path is not None:
                    self._forget_tests(path, state)

    def _condition(self, guard: Guard) -> Condition:
        key = guard.test, guard.held
        if key not in self._conditions:
            self._conditions[key] = Condition(*key)
        return self._conditions[key]

    def bind(self, name: cst.Name, value: cst.CSTNode | None, state: _Past) -> None:
        self._forget(name.value, state)

    def bind_place(self, target: cst.CSTNode, value: cst.CSTNode | None, state: _Past) -> None:
        while isinstance(target, cst.Subscript):
            target = target.value
        path = access_path(target)
        if path is not None:
            self._forget(path, state)

    def bind_import(self, node: cst.Import | cst.ImportFrom, state: _Past) -> None:
        if not isinstance(node.names, cst.ImportStar):
            for alias in node.names:
                bound = alias.evaluated_alias or alias.evaluated_name.partition(".")[0]
                self._forget(bound, state)

    def unbind(self, name: cst.Name, state: _Past) -> None:
        self._forget(name.value, state)

    def bind_comprehension(self, target: cst.CSTNode, state: _Past) -> None:
        for node in walk(target):
            if isinstance(node, cst.Name):
                self._forget(node.value, state)

    def _forget(self, path: str, state: _Past) -> None:
        """What was said about the old value of a name says nothing about the new one."""
        for node, reached in list(state.nodes.items()):
            if path in reached.relies_on:
                del state.nodes[node]
        self._forget_tests(path, state)

    def _forget_tests(self, path: str, state: _Past) -> None:
        """Another test of the path may say something else, for one value or its contents."""
        for guard in self.guards:
            guard.stale = guard.stale or path in self._condition(guard).paths
        for node, reached in state.nodes.items():
            if path in reached.under.paths:
                kept = Together([c for c in reached.under.conditions if path not in c.paths])
                state.nodes[node] = replace(reached, under=kept)
