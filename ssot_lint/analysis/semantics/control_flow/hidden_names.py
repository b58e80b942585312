"""The names that comprehensions hide while a walk is inside of them."""

from __future__ import annotations

from ssot_lint.analysis.semantics.bindings import (
    Comprehension,
    hidden_by,
)
from ssot_lint.analysis.semantics.control_flow.walk import Flow, S


class HidingFlow(Flow[S]):
    """A walk that knows which names the comprehensions around the current place hide."""

    def __init__(self) -> None:
        super().__init__()
        self._hidden: list[frozenset[str]] = []

    def enter_comprehension(self, node: Comprehension) -> None:
        self._hidden.append(hidden_by(node))

    def leave_comprehension(self) -> None:
        self._hidden.pop()
