"""Which values of local variables reach which places where they are read."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cached_property

from ssot_lint.analysis.semantics.bindings import ScopeNode, body_of
from ssot_lint.analysis.semantics.control_flow.held_values import HeldValues
from ssot_lint.analysis.semantics.control_flow.hidden_names import HidingFlow
from ssot_lint.analysis.semantics.known_functions import LISTING_NAMES, RUNNING_TEXT
from ssot_lint.analysis.syntax.parsing import Function, names_bound_by, walk

_LOOKING_AROUND = LISTING_NAMES | RUNNING_TEXT


class Uses:
    """The uses of the variables of one scope, given by the statements in it.

    Loads of a name in functions and classes inside the scope may find any value of it:
    `captured` are those names. `given` are the parameters, where their values count as well.
    """

    def __init__(self, body: Iterable[ast.stmt], given: Iterable[ast.arg] = ()) -> None:
        flow = _UseFlow()
        flow.run(body, HeldValues({arg.arg: frozenset({arg}) for arg in given}))
        self._loads = flow.loads
        if flow.looks_around:
            flow.captured.update(flow.bound, (load.id for load in flow.loads))
        self.captured = frozenset(flow.captured)

    def of(self, binder: ast.AST) -> list[ast.Name]:
        """The places where the value that a name gets from `binder` may be read."""
        return self._loads_of.get(binder, [])

    @cached_property
    def _loads_of(self) -> dict[ast.AST, list[ast.Name]]:
        """The places where the value that a name gets from each binder may be read."""
        found: dict[ast.AST, list[ast.Name]] = {}
        for load, sources in self._loads.items():
            for source in sources:
                found.setdefault(source, []).append(load)
        return found

    def sources(self, load: ast.Name) -> frozenset[ast.AST]:
        """What gives the values that may be read at `load`; empty for a name from outside."""
        return self._loads.get(load, frozenset())

    def loads(self, name: str) -> list[ast.Name]:
        """The places where a name is read, in the scope itself."""
        return self._by_name.get(name, [])

    @cached_property
    def _by_name(self) -> dict[str, list[ast.Name]]:
        found: dict[str, list[ast.Name]] = {}
        for load in self._loads:
            found.setdefault(load.id, []).append(load)
        return found


class _UseFlow(HidingFlow[HeldValues]):
    loops_repeat = True

    def __init__(self) -> None:
        super().__init__()
        self.loads: dict[ast.Name, frozenset[ast.AST]] = {}
        self.captured: set[str] = set()
        self.bound: set[str] = set()
        self.looks_around = False
        """Whether the code may read variables without naming them: `locals()`."""

    def leave(self, node: ast.AST, state: HeldValues) -> None:
        if type(node) is not ast.Name:
            return
        if node.id in _LOOKING_AROUND:
            self.looks_around = True
        if not any(node.id in names for names in self._hidden):
            self._load(node, state)

    def _load(self, name: ast.Name, state: HeldValues) -> None:
        found = state.vars.get(name.id, frozenset())
        self.loads[name] = self.loads.get(name, frozenset()) | found

    def bind(self, name: str, binder: ast.AST, value: ast.AST | None, state: HeldValues) -> None:
        self.bound.add(name)
        self._hold(name, binder, state)

    def bind_import(self, node: ast.Import | ast.ImportFrom, state: HeldValues) -> None:
        for alias in node.names:
            for name in names_bound_by(alias):
                self._hold(name, alias, state)

    def _hold(self, name: str, binder: ast.AST, state: HeldValues) -> None:
        state.vars[name] = frozenset({binder})
        for failed in self.failing:
            failed.vars[name] = failed.vars.get(name, frozenset()) | {binder}

    def unbind(self, name: str, node: ast.AST, state: HeldValues) -> None:
        if isinstance(node, ast.Name):  # the end of a handler does not ask for the value
            self._load(node, state)
        state.vars.pop(name, None)

    def enter_function(self, node: Function | ast.Lambda, state: HeldValues) -> None:
        self._capture(node)

    def enter_class(self, node: ast.ClassDef, state: HeldValues) -> None:
        self._capture(node)

    def _capture(self, scope: ScopeNode) -> None:
        for part in (part for item in body_of(scope) for part in walk(item)):
            if isinstance(part, ast.Name):
                self.captured.add(part.id)
            elif isinstance(part, (ast.Global, ast.Nonlocal)):
                self.captured.update(part.names)
