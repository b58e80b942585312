"""What names may hold at one point of the code: the state of walks that follow variables."""

from __future__ import annotations

from typing import Any

from ssot_lint.analysis.semantics.control_flow.walk import State


class HeldValues(State):
    """For each name, the places where it got the value that it may hold."""

    __slots__ = ("live", "vars")

    def __init__(self, variables: dict[str, frozenset[Any]]) -> None:
        self.vars = variables
        self.live = True

    def fork(self) -> HeldValues:
        copy = HeldValues(dict(self.vars))
        copy.live = self.live
        return copy

    def absorb(self, other: HeldValues) -> None:
        for name, places in other.vars.items():
            self.vars[name] = self.vars.get(name, frozenset()) | places

    def covers(self, other: HeldValues) -> bool:
        mine = self.vars
        return not other.live or all(
            places <= mine.get(name, frozenset()) for name, places in other.vars.items()
        )
