"""Fixes, round by round: applied together, looked at again, taken back when they do harm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ssot_lint.analysis import Analysis, Found, Spares
from ssot_lint.edits import EditError, SourceText, apply_to_bytes
from ssot_lint.model import Finding
from ssot_lint.parsing import NotAnalysedError, NotParsedError
from ssot_lint.source import decode

_MAX_ROUNDS = 10


class DiscardedError(Exception):
    """Fixes led to something that must not be written; the text says to what."""


class WorseError(DiscardedError):
    """Fixes led to a finding that was not there before."""


@dataclass(frozen=True)
class Step:
    """What fixes gave: the bytes, what they hold, and the findings that are gone."""

    source: bytes
    after: Analysis
    applied: tuple[Finding, ...] = ()


class Rounds:
    """Applies the fixes of one file. `analyse` looks at a text as it was looked at before."""

    def __init__(
        self,
        analyse: Callable[[str], Analysis],
        *,
        unsafe: bool,
        spares: Spares | None = None,
    ) -> None:
        self._analyse = analyse
        self._unsafe = unsafe
        self._spares = spares

    def run(self, source: bytes, analysis: Analysis) -> Step:
        """Apply fixes until none is left, at most ten rounds.

        Raises DiscardedError when a result could not be read, or when no fix can be applied
        without making a finding that was not there before.
        """
        current = Step(source, analysis)
        for _ in range(_MAX_ROUNDS):
            chosen = current.after.applicable(unsafe=self._unsafe, spares=self._spares)
            if not chosen:
                break
            try:
                step = self._step(current, chosen)
            except WorseError:
                step = self._careful_step(current, chosen)
                if not step.applied and not current.applied:
                    raise
            if not step.applied:
                break
            current = Step(step.source, step.after, (*current.applied, *step.applied))
        return current

    def _step(self, current: Step, chosen: Sequence[Found]) -> Step:
        """Apply fixes together, or the first alone when together they leave no program.

        Raises DiscardedError when that makes something worse.
        """
        # Two fixes that are right alone may empty a block together.
        first = [found for found in chosen if found.draft is chosen[0].draft]
        for applied in (chosen, first):
            try:
                return self._tried(current, applied)
            except NotParsedError:
                continue
        raise DiscardedError("fixes discarded: the result would not parse")

    def _tried(self, current: Step, applied: Sequence[Found]) -> Step:
        source, before = current.source, current.after
        try:
            fixed = apply_to_bytes(source, SourceText(before.text), before.joint_edits(applied))
        except EditError as error:
            raise DiscardedError(f"fixes discarded: {error}") from None
        after = self._analyse_fixed(fixed)
        _expect_fewer(before, after, applied)
        return Step(fixed, after, tuple(found.finding for found in applied))

    def _careful_step(self, current: Step, chosen: Sequence[Found]) -> Step:
        """Apply those fixes that do no harm, found out one by one; maybe none."""
        step = Step(current.source, current.after)
        kept: list[Found] = []
        for draft in dict.fromkeys(id(found.draft) for found in chosen):
            own = [found for found in chosen if id(found.draft) == draft]
            try:
                tried = self._step(current, [*kept, *own])
            except DiscardedError:
                continue
            if len(tried.applied) == len(kept) + len(own):
                kept += own
                step = tried
        return step

    def _analyse_fixed(self, source: bytes) -> Analysis:
        try:
            return self._analyse(decode(source))
        except NotParsedError:
            raise
        except NotAnalysedError as error:
            raise DiscardedError(f"fixes discarded: {error.reason}") from None


def _expect_fewer(before: Analysis, after: Analysis, applied: Sequence[Found]) -> None:
    """Raise when a round left a finding that it should have removed, or made a new one."""
    expected = Counter(found.finding.code for found in before.found)
    expected.subtract(found.finding.code for found in applied)
    counts = Counter(found.finding.code for found in after.found)
    for code, count in counts.items():
        if count > expected[code]:
            raise WorseError(f"fixes discarded: the result would have a new {code}")
