"""The mask: which statements of a file hold what a rule speaks about. The others are blanked.

Lines and columns stay, so that a place in the masked text is the place in the file. What names
stand for and what values are made of is asked of the models of the whole file, so that nothing
needs to stay for them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise

from ssot_lint.analysis.source.text import line_end, split_lines
from ssot_lint.analysis.syntax.parsing import FUNCTIONS
from ssot_lint.engine.units import Finder, Unit, units_of
from ssot_lint.ids.id_model import IdModel
from ssot_lint.rules.candidates import also_mentioning, candidates_of, has_other_words
from ssot_lint.rules.triggers import Trigger

_LINES = re.compile(r"[^\r\n]+")
_DEFINITIONS = (*FUNCTIONS, ast.ClassDef)


def mask(
    text: str,
    ids: IdModel,
    triggers: Iterable[Trigger],
    around: Collection[int] | None = None,
) -> str:
    """`text` with every statement blanked that holds nothing; lines and columns stay.

    `text` is what `ids` are of, through `fold_letters`. Kept is every function and every statement
    outside functions that holds a candidate of a rule; with the headers of the classes around and
    what runs between those outside functions. With `around`, only what is about these rows.
    """
    lines = split_lines(text)
    units = list(units_of(ids.semantics.syntax.tree.body, None))
    finder = Finder(text, lines, units)
    kept = _holding_candidates(ids, triggers, finder, around)
    if not kept:
        return _LINES.sub("", text)
    return _blanked(lines, _rows(units, kept))


def _holding_candidates(
    ids: IdModel, triggers: Iterable[Trigger], finder: Finder, around: Collection[int] | None
) -> set[Unit]:
    """The units that hold what one of the rules may speak about."""
    kept: set[Unit] = set()
    about = finder.on({row - 1 for row in around}) if around is not None else None
    # First of all: what a method may have put into an attribute is known to all others then.
    used = _using(ids, finder)
    for trigger in triggers:
        is_by_words = not (trigger.names_tracked or has_other_words(trigger))
        if not finder.holds_any(trigger, about if is_by_words else None):
            continue
        is_candidate = candidates_of(trigger)
        if about is not None and not trigger.names_tracked:
            # Few, which costs less to look at than to search the whole text.
            cause = None if has_other_words(trigger) else trigger.cause
            units = about if cause is None else _matching(cause, about, finder)
        elif trigger.cause is not None:
            units = finder.matching(trigger.cause)
        elif trigger.of_banned and around is not None:
            units = _using(ids, finder, around)
        elif trigger.names_tracked:
            units = used
        else:
            units = frozenset().union(*map(finder.holding, trigger.pieces))
        if about is None:
            units = units | finder.mentioning_any(also_mentioning(trigger, ids))
        else:
            units &= about
        for unit in units - kept:
            if not unit.is_text and any(is_candidate(ids, part) for part in unit.parts):
                kept.add(unit)
    return kept


def _matching(cause: re.Pattern[bytes], units: frozenset[Unit], finder: Finder) -> frozenset[Unit]:
    return frozenset(unit for unit in units if finder.matches_in(cause, unit))


def _using(ids: IdModel, finder: Finder, around: Collection[int] | None = None) -> frozenset[Unit]:
    """The units with what names stand for; of banned functions alone those on the rows `around`."""
    uses = ids.semantics.names.tracked_uses
    rows = (
        row
        for row, node in ((getattr(node, "lineno", 1), node) for node in uses)
        if around is None or (row in around and ids.banned(node) is not None)
    )
    return finder.on({row - 1 for row in rows})


def _blanked(lines: list[str], rows: Collection[int]) -> str:
    """The lines on these rows, from 1, and the ends of all others."""
    if not any("\r" in line for line in lines):
        shown = ["\n"] * len(lines)
        for row in rows:
            shown[row - 1] = lines[row - 1]
        if lines and len(lines) not in rows:
            shown[-1] = line_end(lines[-1])
        return "".join(shown)
    shown = [line if row in rows else line_end(line) for row, line in enumerate(lines, start=1)]
    if any(line.endswith("\r") for line in lines):
        for index in range(len(shown) - 1, 0, -1):
            before = shown[index - 1]
            # A lone CR and an LF behind it would be one end of a line.
            if shown[index] == "\n" and before.endswith("\r"):
                shown[index - 1] = before[:-1] + "\n"
    return "".join(shown)


def _rows(units: list[Unit], kept: set[Unit]) -> set[int]:
    """The rows of the units that stay, with what they cannot stand without."""
    keep = kept | set(_between(units, kept))
    whole = {unit for unit in kept if unit.is_header}
    bodies: dict[Unit, list[Unit]] = {}
    for unit in units:
        owner = unit.owner
        if owner is None:
            continue
        bodies.setdefault(owner, []).append(unit)
        if owner in whole:
            keep.add(unit)
            if unit.is_header:
                whole.add(unit)
    for unit in list(keep):
        around = unit.owner
        while around is not None:
            keep.add(around)
            around = around.owner
    for owner, body in reversed(bodies.items()):
        if owner in keep and keep.isdisjoint(body):
            # A header needs a body.
            keep.add(min(body, key=lambda unit: (unit.is_header, unit.last - unit.first)))
    _add_neighbours(units, keep)
    _add_neighbours(units[::-1], keep)
    return {row for unit in keep for row in range(unit.first, unit.last + 1)}


def _between(units: list[Unit], kept: set[Unit]) -> Iterator[Unit]:
    """What runs between statements that stay: a fix that makes one call for both looks at it."""
    waiting: dict[Unit | None, list[Unit]] = {}
    for unit in units:
        if isinstance(unit.node, _DEFINITIONS):
            continue
        if unit in kept:
            yield from waiting.get(unit.owner, ())
            waiting[unit.owner] = []
        elif unit.owner in waiting:
            waiting[unit.owner].append(unit)


def _add_neighbours(units: list[Unit], keep: set[Unit]) -> None:
    """Statements on the same row, behind a semicolon, stay together."""
    for one, other in pairwise(units):
        if one in keep and max(one.first, other.first) <= min(one.last, other.last):
            keep.add(other)
