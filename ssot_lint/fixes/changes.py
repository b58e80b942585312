"""What the edits of a fix make of the lines that they touch, as a small diff."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from ssot_lint.model.findings import Edit, LineChange


def changes_of(edits: Sequence[Edit], lines: Mapping[int, str]) -> Iterator[tuple[LineChange, ...]]:
    """For each group of edits that share lines, what goes and what comes.

    `lines` are those that the edits touch, by row, without their ends; common indentation goes.
    """
    for group in _groups(edits):
        changes = _changes_by(group, lines)
        if changes:
            yield _dedented(changes)


def all_changes(edits: Sequence[Edit], lines: Mapping[int, str]) -> tuple[LineChange, ...]:
    """What goes and what comes by all the edits; common indentation goes. As `changes_of`."""
    found: list[LineChange] = []
    for group in _groups(edits):
        found += _changes_by(group, lines)
    return _dedented(found) if found else ()


def _changes_by(group: Sequence[Edit], lines: Mapping[int, str]) -> list[LineChange]:
    first, last = group[0].location.row, group[-1].end_location.row
    before = [lines.get(row, "") for row in range(first, last + 1)]
    return _changed(before, _applied(group, before).split("\n"), first)


def _groups(edits: Sequence[Edit]) -> Iterator[list[Edit]]:
    group: list[Edit] = []
    for edit in edits:
        if group and edit.location.row > group[-1].end_location.row:
            yield group
            group = []
        group.append(edit)
    if group:
        yield group


def _applied(edits: Sequence[Edit], lines: Sequence[str]) -> str:
    """The lines after edits, of which the first touches the first line."""
    first = edits[0].location.row
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    text = "\n".join(lines)
    for edit in reversed(edits):
        start, end = (
            starts[place.row - first] + place.column - 1
            for place in (edit.location, edit.end_location)
        )
        text = text[:start] + edit.content.replace("\r\n", "\n").replace("\r", "\n") + text[end:]
    return text


def _changed(before: Sequence[str], after: Sequence[str], row: int) -> list[LineChange]:
    changes: list[LineChange] = []
    for tag, start, end, begin, stop in SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        if tag != "equal":
            changes += [LineChange("-", row + at, before[at]) for at in range(start, end)]
            changes += [LineChange("+", None, line) for line in after[begin:stop]]
    return changes


def _dedented(changes: Sequence[LineChange]) -> tuple[LineChange, ...]:
    lines = textwrap.dedent("\n".join(c.line.expandtabs(4) for c in changes)).split("\n")
    return tuple(
        LineChange(change.sign, change.row, line.rstrip())
        for change, line in zip(changes, lines, strict=True)
    )
