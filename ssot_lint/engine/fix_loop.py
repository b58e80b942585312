"""The fix loop: fixes of one file are applied, round by round, until none is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ssot_lint.analysis.source.text import decode
from ssot_lint.analysis.syntax.parsing import NotAnalysedError
from ssot_lint.engine.analyzer import Analysis, Spares
from ssot_lint.engine.trials import Trials
from ssot_lint.fixes.edits import apply_to_bytes
from ssot_lint.model.findings import AppliedFix, Finding

_MAX_ROUNDS = 10


@dataclass(frozen=True)
class FixedText:
    """What fixes gave: the bytes, what they hold, what is gone, and by which fixes."""

    source: bytes
    after: Analysis
    fixed: tuple[Finding, ...] = ()
    applied: tuple[AppliedFix, ...] = ()


def fix_in_rounds(
    begin: FixedText,
    analyse: Callable[[str], Analysis],
    trials: Callable[[Analysis, bytes], Trials],
    *,
    unsafe: bool,
    spares: Spares | None = None,
) -> FixedText:
    """Apply fixes that do no harm until none is left, at most ten rounds.

    `analyse` looks at a text, `trials` tries fixes of one and its bytes. Only safe fixes, unless
    `unsafe`, and of no finding that `spares` tells.
    """
    current = begin
    for _ in range(_MAX_ROUNDS):
        chosen = current.after.applicable(unsafe=unsafe, spares=spares)
        outcome = trials(current.after, current.source).verdict(chosen).outcome
        if not outcome.applied:
            break
        source = apply_to_bytes(current.source, current.after.source, outcome.edits)
        gone = tuple(found.finding for found in outcome.applied)
        fixes = tuple(current.after.applied(outcome.applied))
        try:
            after = analyse(decode(source))
        except (NotAnalysedError, RecursionError):
            break  # the whole cannot be read, though what the fixes wrote can
        current = FixedText(source, after, (*current.fixed, *gone), (*current.applied, *fixes))
    return current
