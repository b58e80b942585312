"""Which values of local variables reach which places where they are read."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import libcst as cst

from ssot_lint.analysis.semantics.control_flow.hidden_names import HidingFlow
from ssot_lint.analysis.semantics.control_flow.walk import State
from ssot_lint.analysis.semantics.known_functions import LISTING_NAMES, RUNNING_TEXT
from ssot_lint.analysis.syntax.libcst_nodes import walk

_LOOKING_AROUND = LISTING_NAMES | RUNNING_TEXT


class _Held(State):
    """For each name, the places where it got the value that it may hold."""

    __slots__ = ("live", "vars")

    def __init__(self, variables: dict[str, frozenset[cst.CSTNode]]) -> None:
        self.vars = variables
        self.live = True

    def fork(self) -> _Held:
        copy = _Held(dict(self.vars))
        copy.live = self.live
        return copy

    def absorb(self, other: _Held) -> None:
        for name, places in other.vars.items():
            self.vars[name] = self.vars.get(name, frozenset()) | places

    def covers(self, other: _Held) -> bool:
        mine = self.vars
        return all(places <= mine.get(name, frozenset()) for name, places in other.vars.items())


class Uses:
    """The uses of the variables of one scope, given by the statements in it.

    Loads of a name in functions and classes inside the scope may find any value of it:
    `captured` are those names. `given` are the parameters, where their values count as well.
    """

    def __init__(self, body: Iterable[cst.CSTNode], given: Iterable[cst.Name] = ()) -> None:
        flow = _UseFlow()
        flow.run(body, _Held({name.value: frozenset({name}) for name in given}), at_top=False)
        self._loads = flow.loads
        if flow.looks_around:
            flow.captured.update(flow.bound, (load.value for load in flow.loads))
        self.captured = frozenset(flow.captured)

    def of(self, binding: cst.Name) -> list[cst.Name]:
        """The places where the value that `binding`, a target, got may be read."""
        return self._loads_of.get(binding, [])

    @cached_property
    def _loads_of(self) -> dict[cst.CSTNode, list[cst.Name]]:
        """The places where the value that each target got may be read."""
        found: dict[cst.CSTNode, list[cst.Name]] = {}
        for load, sources in self._loads.items():
            for source in sources:
                found.setdefault(source, []).append(load)
        return found

    def sources(self, load: cst.Name) -> frozenset[cst.CSTNode]:
        """The targets whose value may be read at `load`; empty for a name from outside."""
        return self._loads.get(load, frozenset())

    def loads(self, name: str) -> list[cst.Name]:
        """The places where a name is read, in the scope itself."""
        return self._by_name.get(name, [])

    @cached_property
    def _by_name(self) -> dict[str, list[cst.Name]]:
        found: dict[str, list[cst.Name]] = {}
        for load in self._loads:
            found.setdefault(load.value, []).append(load)
        return found


class _UseFlow(HidingFlow[_Held]):
    loops_repeat = True

    def __init__(self) -> None:
        super().__init__()
        self.loads: dict[cst.Name, frozenset[cst.CSTNode]] = {}
        self.captured: set[str] = set()
        self.bound: set[str] = set()
        self.looks_around = False
        """Whether the code may read variables without naming them: `locals()`."""

    def leave(self, node: cst.CSTNode, state: _Held) -> None:
        if not isinstance(node, cst.Name):
            return
        if node.value in _LOOKING_AROUND:
            self.looks_around = True
        if any(node.value in names for names in self._hidden):
            return
        self.loads[node] = self.loads.get(node, frozenset()) | state.vars.get(
            node.value, frozenset()
        )

    def bind(self, name: cst.Name, value: cst.CSTNode | None, state: _Held) -> None:
        self.bound.add(name.value)
        state.vars[name.value] = frozenset({name})
        self._may_fail_after(name)

    def bind_import(self, node: cst.Import | cst.ImportFrom, state: _Held) -> None:
        if isinstance(node.names, cst.ImportStar):
            return
        for alias in node.names:
            bound = alias.evaluated_alias or alias.evaluated_name.partition(".")[0]
            state.vars[bound] = frozenset({alias})
            for failed in self.failing:
                failed.vars[bound] = failed.vars.get(bound, frozenset()) | {alias}

    def _may_fail_after(self, name: cst.Name) -> None:
        for failed in self.failing:
            failed.vars[name.value] = failed.vars.get(name.value, frozenset()) | {name}

    def unbind(self, name: cst.Name, state: _Held) -> None:
        self.loads[name] = self.loads.get(name, frozenset()) | state.vars.get(
            name.value, frozenset()
        )
        state.vars.pop(name.value, None)

    def enter_function(self, node: cst.FunctionDef | cst.Lambda, state: _Held) -> None:
        self._capture(node.body)

    def enter_class(self, node: cst.ClassDef, state: _Held) -> None:
        self._capture(node.body)

    def _capture(self, node: cst.CSTNode) -> None:
        self.captured.update(part.value for part in walk(node) if isinstance(part, cst.Name))
