"""The names that comprehensions hide while a walk is inside of them."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from ssot_lint.analysis.semantics.control_flow.walk import Flow, S
from ssot_lint.analysis.semantics.scopes import target_names


class HidingFlow(Flow[S]):
    """A walk that knows which names the comprehensions around the current place hide."""

    def __init__(self) -> None:
        super().__init__()
        self._hidden: list[frozenset[str]] = []

    def enter_comprehension(self, targets: Sequence[cst.CSTNode]) -> None:
        self._hidden.append(frozenset(n for target in targets for n in target_names(target)))

    def leave_comprehension(self) -> None:
        self._hidden.pop()
