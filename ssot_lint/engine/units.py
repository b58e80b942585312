"""The units of a file that are kept or blanked, and which of them hold a text.

Told by searches through the whole text, which cost less than to take each unit's words apart.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from ssot_lint.analysis.source.text import is_of_word
from ssot_lint.rules.triggers import Trigger


@dataclass(frozen=True, eq=False)
class Unit:
    """The smallest part that is kept or blanked, with its rows from 1.

    A statement outside functions, or the header of a class whose body is units of its own.
    """

    node: ast.stmt
    first: int
    last: int
    owner: Unit | None
    is_header: bool = False

    @property
    def is_text(self) -> bool:
        """Whether it is nothing but a string, such as a docstring."""
        return isinstance(self.node, ast.Expr) and isinstance(self.node.value, ast.Constant)

    @property
    def parts(self) -> Sequence[ast.AST]:
        """Its code: the statement, or what stands in the header of a class."""
        node = self.node
        if self.is_header and isinstance(node, ast.ClassDef):
            return [*node.decorator_list, *node.bases, *node.keywords]
        return [node]


def units_of(body: list[ast.stmt], owner: Unit | None) -> Iterator[Unit]:
    """The units of the statements of a module or, for `owner`, of a class."""
    for node in body:
        first, last = _first_row(node), node.end_lineno or node.lineno
        inside: list[ast.stmt] = []
        if isinstance(node, ast.ClassDef) and _first_row(node.body[0]) > _header_row(node):
            inside = node.body
            last = _first_row(inside[0]) - 1
        unit = Unit(node, first, last, owner, bool(inside))
        yield unit
        yield from units_of(inside, unit)


def _first_row(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _header_row(node: ast.ClassDef) -> int:
    """The last row on which the header of a class is known to be."""
    parts: list[ast.expr] = [*node.bases, *(keyword.value for keyword in node.keywords)]
    return max([node.lineno, *(part.end_lineno or 0 for part in parts)])


class Finder:
    """Finds the units that hold a text, by searches through the whole file."""

    def __init__(self, text: str, lines: list[str], units: list[Unit]) -> None:
        self.text = text
        self._plain = text.encode("ascii", "replace")
        """With one byte for each letter: many times faster to search where some are not ASCII."""
        self.units = units
        self._offsets = offsets = [0, *accumulate(map(len, lines))]
        self._starts = [offsets[unit.first - 1] for unit in units]
        self._ends = [offsets[unit.last] for unit in units]
        self._known_rows: dict[int, tuple[Sequence[Unit], int | None]] = {}
        self._sets: dict[tuple[int, ...], frozenset[Unit]] = {}
        self._holding: dict[str, frozenset[Unit]] = {}
        self._mentioning: dict[str, frozenset[Unit]] = {}

    def holding(self, piece: str) -> frozenset[Unit]:
        """The units in which the text stands, wherever."""
        if piece not in self._holding:
            self._holding[piece] = self._find(piece, whole=False)
        return self._holding[piece]

    def mentioning(self, word: str) -> frozenset[Unit]:
        """The units in which the word stands as a word of its own, be it in a string."""
        if word not in self._mentioning:
            self._mentioning[word] = self._find(word, whole=True)
        return self._mentioning[word]

    def mentioning_any(self, words: Iterable[str]) -> set[Unit]:
        """The units in which one of the words stands, be it in a string."""
        found = {id(units): units for units in map(self.mentioning, words)}
        return set().union(*found.values())

    def holds_any(self, trigger: Trigger, units: frozenset[Unit] | None = None) -> bool:
        """Whether one of the trigger's words stands in the text, or in some of its units."""
        if not _is_plain("".join(trigger.pieces)):
            return any(piece in self.text for piece in trigger.pieces)
        if units is None:
            return trigger.words.stand_in(self._plain)
        return any(trigger.words.stand_in(self._code_of(unit)) for unit in units)

    def _code_of(self, unit: Unit) -> bytes:
        at = self.units.index(unit)
        return self._plain[self._starts[at] : self._ends[at]]

    def matching(self, pattern: re.Pattern[bytes]) -> frozenset[Unit]:
        """The units in which the pattern matches, letters outside of ASCII being question marks."""
        rows: list[int] = []
        match = pattern.search(self._plain)
        while match is not None:
            following = match.end()
            rows.append(self._row_at(match.start()))
            match = pattern.search(self._plain, self._behind(rows[-1], following))
        return self.on(rows)

    def matches_in(self, pattern: re.Pattern[bytes], unit: Unit) -> bool:
        """Whether the pattern matches from somewhere in a unit on."""
        at = self.units.index(unit)
        match = pattern.search(self._plain, self._starts[at])
        return match is not None and match.start() < self._ends[at]

    def _find(self, piece: str, *, whole: bool) -> frozenset[Unit]:
        rows: list[int] = []
        at = self._index(piece, 0) if piece else -1
        while at >= 0:
            following = at + len(piece)
            if not whole or self._stands_alone(at, following):
                rows.append(self._row_at(at))
                following = self._behind(rows[-1], following)
            at = self._index(piece, following)
        return self.on(rows)

    def on(self, rows: Iterable[int]) -> frozenset[Unit]:
        """The units on some rows, from 0: the same set for all words that stand on the same."""
        key = tuple(sorted({row for row in rows if self._around(row)[0]}))
        if key not in self._sets:
            self._sets[key] = frozenset(unit for row in key for unit in self._around(row)[0])
        return self._sets[key]

    def _row_at(self, at: int) -> int:
        """The row of an offset, from 0."""
        return bisect_right(self._offsets, at) - 1

    def _behind(self, row: int, following: int) -> int:
        """Where others than the units on a row may be, at `following` or behind."""
        behind = self._around(row)[1]
        return following if behind is None else behind

    def _index(self, piece: str, start: int) -> int:
        if _is_plain(piece):
            return self._plain.find(piece.encode(), start)
        return self.text.find(piece, start)

    def _around(self, row: int) -> tuple[Sequence[Unit], int | None]:
        """The units on a row, from 0, and where the next others may be; None if there are none."""
        if row not in self._known_rows:
            # Units may share a row, on which one ends and the next begins.
            found: list[Unit] = []
            at, following = self._offsets[row], None
            behind = bisect_right(self._starts, at)
            index = behind - 1
            while index >= 0 and self._ends[index] > at:
                found.append(self.units[index])
                following = min([self._ends[index], *self._starts[behind : behind + 1]])
                index -= 1
            self._known_rows[row] = found, following
        return self._known_rows[row]

    def _stands_alone(self, start: int, end: int) -> bool:
        around = self.text[start - 1 : start] + self.text[end : end + 1]
        return not any(map(is_of_word, around))


def _is_plain(text: str) -> bool:
    """Whether it is the same where letters outside of ASCII have become question marks."""
    return text.isascii() and "?" not in text
