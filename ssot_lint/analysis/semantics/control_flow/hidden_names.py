"""The names that comprehensions hide while a walk is inside of them."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ssot_lint.analysis.semantics.bindings import target_names
from ssot_lint.analysis.semantics.control_flow.walk import Flow, S


class HidingFlow(Flow[S]):
    """A walk that knows which names the comprehensions around the current place hide."""

    def __init__(self) -> None:
        super().__init__()
        self._hidden: list[frozenset[str]] = []

    def enter_comprehension(self, targets: Sequence[ast.expr]) -> None:
        self._hidden.append(frozenset(n for target in targets for n in target_names(target)))

    def leave_comprehension(self) -> None:
        self._hidden.pop()
