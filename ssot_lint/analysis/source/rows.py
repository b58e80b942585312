"""Rows that the mask has blanked, left out: libcst makes three nodes of each blank row."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

EVERY_ROW: Sequence[int] = range(sys.maxsize)


@dataclass(frozen=True)
class Condensed:
    """A masked text without most of its blank rows."""

    text: str
    rows: Sequence[int]
    """The row that each of its rows has in the masked text, both from 1."""


def condensed(masked: str, whole: str) -> Condensed:
    """What is left of a masked text, of `whole`, with one row for rows of blanks.

    Only around what the mask has blanked: such rows lie in no string.
    """
    if masked == whole or "\r" in whole:
        return Condensed(masked, EVERY_ROW)
    lines = masked.split("\n")
    before = whole.split("\n")
    rows = [0]
    for is_blank, group in groupby(range(len(lines)), key=lambda index: not lines[index]):
        run = list(group)
        if is_blank and any(before[index].strip() for index in run):
            run = run[:1]
        rows.extend(index + 1 for index in run)
    text = "\n".join([lines[row - 1] for row in rows[1:]])
    return Condensed(text, [*rows, len(lines) + 1])
