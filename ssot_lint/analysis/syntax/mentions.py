"""Which pieces of a file's `ast` mention a word, told by its text: only those need a look."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from operator import itemgetter
from typing import Any

from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.source.text import is_of_word, may_fold
from ssot_lint.analysis.syntax.parsing import children

BLOCKS = frozenset(
    kind
    for kind in vars(ast).values()
    if isinstance(kind, type)
    and issubclass(kind, (ast.mod, ast.stmt, ast.excepthandler, ast.match_case))
    and not {"body", "cases"}.isdisjoint(kind._fields)
)
"""What statements stand in."""


_EMPTY = ('""', "''")
_ESCAPED = frozenset("\\\"'")
# Where a key may read otherwise than it is written: put together from literals, or with escapes.
_RESPELLED = re.compile(r"""["'][\w-]*["'](?:\s|\\)*[a-zA-Z]{0,2}["'][\w-]*["']|\\[xuUN0-7]""")


class Mentions:
    """The syntax of one file in pieces: the statements that hold no others, and what the rest of
    them, and of handlers and cases, is made of beside the statements inside: a condition, a target,
    the arguments of a function, a decorator.

    `order` has them with the blocks, as a walk meets them that goes into the last first.
    """

    def __init__(self, tree: ast.Module, text: SourceText) -> None:
        self._text = text
        self.order: list[ast.AST] = []
        self.parents: dict[ast.AST, ast.AST] = {}
        """The node around each block and each piece."""
        self._on_row: dict[int, _Row] = {}
        self._known: dict[tuple[str, bool], list[ast.AST]] = {}
        pending: list[ast.AST] = [tree]
        while pending:
            node = pending.pop()
            self.order.append(node)
            if type(node) in BLOCKS:
                below = children(node)
                self.parents.update(dict.fromkeys(below, node))
                pending += below

    def of(self, word: str, *, in_words: bool = False) -> list[ast.AST]:
        """The pieces with a word, in order, and maybe some without it.

        With `in_words`, those too that have it as a part of another word.
        """
        key = (word, in_words)
        if key not in self._known:
            places = self._places_of(word, in_words=in_words)
            found = {at for place in places for at in self._at(*place)}
            self._known[key] = [self.order[at] for at in sorted(found)]
        return self._known[key]

    def on_rows(self, rows: Iterable[int]) -> list[ast.AST]:
        """The pieces that reach one of some rows, from 1, in order."""
        found = {at for row in rows for at in self._at(row, None)}
        return [self.order[at] for at in sorted(found)]

    @cached_property
    def place(self) -> dict[ast.AST, int]:
        """The place of each piece and each block in `order`."""
        return {node: at for at, node in enumerate(self.order)}

    def _places_of(self, word: str, *, in_words: bool) -> set[tuple[int, int | None]]:
        """The rows and columns at which a word may stand; no column is any."""
        text = self._text.text
        if not word.isprintable() or not _ESCAPED.isdisjoint(word):
            # It is written in another way.
            return {(row, None) for row in range(1, len(self._text.lines) + 1)}
        found = {
            self._place_at(at)
            for written in ([word] if word else _EMPTY)
            for at in _occurrences(written, text)
            if in_words or _is_alone(text, at, written)
        }
        rows = self._folding_rows if word.isascii() else self._rows_outside_ascii
        return found.union((row, None) for row in (*rows, *self._respelled_rows))

    def _place_at(self, offset: int) -> tuple[int, int | None]:
        """The row and column of an offset, the latter if it is the same in bytes and letters."""
        row = self._text.row_at(offset)
        is_plain = self._text.lines[row - 1].isascii()
        return row, offset - self._text.row_start(row) if is_plain else None

    @cached_property
    def _respelled_rows(self) -> frozenset[int]:
        text = self._text
        return frozenset(text.row_at(match.start()) for match in _RESPELLED.finditer(text.text))

    @cached_property
    def _rows_outside_ascii(self) -> list[int]:
        return [row for row, line in enumerate(self._text.lines, start=1) if not line.isascii()]

    @cached_property
    def _folding_rows(self) -> list[int]:
        """The rows with letters that Python takes for others: a fullwidth `uuid` is `uuid`."""
        if self._text.text.isascii() or not may_fold(_encoded(self._text.text)):
            return []
        lines = self._text.lines
        return [row for row in self._rows_outside_ascii if may_fold(_encoded(lines[row - 1]))]

    def _at(self, row: int, column: int | None) -> Iterable[int]:
        """The places in `order` of the pieces that may reach a column of a row."""
        if row not in self._on_row:
            self._on_row[row] = _Row(self.order, self._on(row))
        return self._on_row[row].at(column)

    def _on(self, row: int) -> Iterator[int]:
        """The places in `order` of the pieces that reach a row."""
        spans, firsts, ends = self._spans
        for _, last, at in spans[bisect_left(ends, row) : bisect_right(firsts, row)]:
            if last >= row:
                yield at

    @cached_property
    def _spans(self) -> tuple[list[tuple[int, int, int]], list[int], list[int]]:
        """The rows of the pieces with their places in `order`, sorted.

        With the first rows alone, and for each the last row that it or one before it reaches.
        """
        spans = sorted(
            (*self._rows(node), at)
            for at, node in enumerate(self.order)
            if type(node) not in BLOCKS
        )
        ends = list(accumulate((last for _, last, _ in spans), max))
        return spans, [first for first, _, _ in spans], ends

    def _rows(self, piece: Any) -> tuple[int, int]:
        """The first and the last row of a piece, or of more than it."""
        kind = type(piece)
        if kind is ast.arguments:
            around: Any = self.parents[piece]
            return around.lineno, around.body[0].lineno
        if kind is ast.withitem:
            last = piece.optional_vars or piece.context_expr
            return piece.context_expr.lineno, last.end_lineno
        return piece.lineno, piece.end_lineno


class _Row:
    """The pieces on one row, where a thousand statements may stand."""

    def __init__(self, order: Sequence[ast.AST], places: Iterable[int]) -> None:
        """`places` are those of the pieces in `order`."""
        self._all = list(places)
        short: list[tuple[int, int, int]] = []
        self._long: list[int] = []
        for at in self._all:
            node = order[at]
            if isinstance(node, ast.stmt) and node.lineno == node.end_lineno:
                short.append((node.col_offset, node.end_col_offset or node.col_offset, at))
            else:
                self._long.append(at)
        self._short = sorted(short)

    def at(self, column: int | None) -> list[int]:
        """The places of those that may reach a column; no column is any."""
        if column is None or len(self._all) < 2:
            return self._all
        index = bisect_right(self._short, column, key=itemgetter(0)) - 1
        if index < 0 or self._short[index][1] <= column:
            return self._long
        return [*self._long, self._short[index][2]]


def _occurrences(word: str, text: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + len(word))


def _is_alone(text: str, at: int, word: str) -> bool:
    """Whether what stands at a place is a word, no part of one."""
    end = at + len(word)
    return not (
        (is_of_word(word[0]) and is_of_word(text[at - 1 : at]))
        or (is_of_word(word[-1]) and is_of_word(text[end : end + 1]))
    )


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
