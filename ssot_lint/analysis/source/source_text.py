"""A text, its rows, and how places lead into it."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from bisect import bisect
from collections.abc import Collection, Sequence
from functools import cached_property
from itertools import accumulate

from ssot_lint.analysis.source.location import Location
from ssot_lint.analysis.source.text import fold_letters, is_of_word, line_end, may_fold, split_lines


class SourceText:
    """A text, and how rows and columns lead into it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = split_lines(text)
        self._starts = list(accumulate(map(len, self.lines), initial=0))

    @cached_property
    def folded(self) -> str:
        """The text as Python reads its letters, of the same length: a fullwidth `a` is an `a`."""
        text = self.text
        is_plain = text.isascii() or not may_fold(text.encode("utf-8", "surrogatepass"))
        return text if is_plain else fold_letters(text)

    def row_start(self, row: int) -> int:
        """The offset of a row, from 1; behind the last row, the end of the text."""
        return self._starts[row - 1]

    def offset(self, location: Location) -> int:
        """The offset of a place."""
        return self.row_start(location.row) + location.column - 1

    def offset_in_bytes(self, row: int, column: int) -> int:
        """The offset of a place as `ast` has it: the column from 0, in bytes of UTF-8."""
        line = self.lines[row - 1] if row <= len(self.lines) else ""
        if not line.isascii():
            column = len(line.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "replace"))
        return self.row_start(row) + column

    def code(self, node: ast.expr | ast.stmt) -> str:
        """How a node of `ast` is written."""
        start = self.offset_in_bytes(node.lineno, node.col_offset)
        end = self.offset_in_bytes(node.end_lineno or node.lineno, node.end_col_offset or 0)
        return self.text[start:end]

    def location(self, offset: int) -> Location:
        """The place of an offset."""
        ends = not self.lines or bool(line_end(self.lines[-1]))
        rows = len(self.lines) + 1 if ends else len(self.lines)
        row = bisect(self._starts, offset, 1, rows)
        return Location(row, offset - self._starts[row - 1] + 1)

    def row_at(self, offset: int) -> int:
        """The row of an offset."""
        return bisect(self._starts, offset)

    def rows_mentioning(self, words: Collection[str]) -> set[int]:
        """The rows on which one of some words stands as a word of its own, be it in a string."""
        text = self.folded
        # Asked for a `\b` in front, the search would look at every letter of the text.
        found = re.finditer(rf"(?:{'|'.join(map(re.escape, sorted(words)))})\b", text)
        starts = (match.start() for match in found)
        return {self.row_at(at) for at in starts if not is_of_word(text[at - 1 : at])}

    def newline(self, row: int) -> str:
        """The line end to use beside a row: its own, that of the row above it, else LF."""
        for line in reversed(self.lines[:row]):
            if line_end(line):
                return line_end(line)
        return next((line_end(line) for line in self.lines if line_end(line)), "\n")

    def indentation(self, row: int) -> str:
        """The white space that a row begins with."""
        line = self.lines[row - 1]
        return line[: len(line) - len(line.lstrip(" \t\f"))]

    @cached_property
    def comment_rows(self) -> frozenset[int]:
        """The rows that hold nothing but a comment."""
        return frozenset(
            token.start[0]
            for token in self._comment_tokens
            if token.line.lstrip(" \t\f").startswith("#")
        )

    @cached_property
    def _comment_tokens(self) -> Sequence[tokenize.TokenInfo]:
        lines = io.StringIO(self.text, newline=None).readline
        try:
            tokens = list(tokenize.generate_tokens(lines))
        except (tokenize.TokenError, SyntaxError):
            return []
        return [token for token in tokens if token.type == tokenize.COMMENT]

    def comments_at(self, row: int) -> list[str]:
        """The comments on a row and on the rows right above it that hold nothing else."""
        above = self.lines[row - 2] if row > 1 else ""
        if "#" not in self.lines[row - 1] and not above.lstrip(" \t\f").startswith("#"):
            return []  # which is so nearly everywhere, and to find tokens takes long
        comments = {token.start[0]: token.string for token in self._comment_tokens}
        found = [comments[row]] if row in comments else []
        while row - 1 in self.comment_rows:
            row -= 1
            found.append(comments[row])
        return found

    def is_blank(self, row: int) -> bool:
        """Whether a row exists and holds nothing but white space."""
        return 1 <= row <= len(self.lines) and not self.lines[row - 1].strip()
