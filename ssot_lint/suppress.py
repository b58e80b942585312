"""`# noqa`, exactly as flake8 reads it: flake8's own code decides."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from functools import cached_property

from flake8.defaults import NOQA_FILE
from flake8.violation import Violation

# Comments that somebody wrote to suppress one of our codes, in any spelling.
_INTENDED_FOR_FILE = re.compile(r"\s*#\s*flake8\s*[:=]\s*noqa", re.IGNORECASE)
_INTENDED = re.compile(r"#\s*noqa[\s:]*(OST\d+)", re.IGNORECASE)


class Suppressions:
    """The suppressions of one file, given as text with any line ends.

    `masked` is the same text with lines blanked that no finding stands on: tokens are looked for
    in there, which is quicker.
    """

    def __init__(self, text: str, masked: str) -> None:
        # flake8 reads files with universal newlines and splits at LF alone.
        self._lines = list(io.StringIO(text, newline=None))
        self._masked = list(io.StringIO(masked, newline=None))

    @cached_property
    def whole_file(self) -> bool:
        """Whether a `# flake8: noqa` line takes the file out."""
        return any(NOQA_FILE.match(line) for line in self._lines)

    def covers(self, code: str, row: int) -> bool:
        """Whether a comment suppresses `code` on `row` (from 1)."""
        first, last = self._ranges.get(row, (row, row))
        text = "".join(self._lines[first - 1 : last])
        return "noqa" in text.lower() and _is_suppressed(code, text)

    def comment_row(self, row: int) -> int:
        """The row at whose end a comment covers `row`: the last of a multi-line string."""
        return self._ranges.get(row, (row, row))[1]

    def warnings(self) -> Iterator[tuple[int, str]]:
        """Row and text of a remark for each comment that does not do what it seems to."""
        if not self.whole_file:
            for row, line in enumerate(self._lines, start=1):
                if _INTENDED_FOR_FILE.match(line):
                    yield row, f"`{line.strip()}` takes out no file; write `# flake8: noqa`"
        if not any("noqa" in line.lower() for line in self._masked):
            return
        for token in self._tokens:
            match = _INTENDED.search(token.string) if token.type == tokenize.COMMENT else None
            if match is None:
                continue
            code = match[1].upper()
            written = token.string.strip()
            if not _is_suppressed(code, written):
                yield token.start[0], f"`{written}` suppresses nothing; write `# noqa: {code}`"
            elif _is_suppressed("ZZZ999", written):
                yield (
                    token.start[0],
                    f"`{written}` suppresses every code; write `# noqa: {code}`",
                )

    @cached_property
    def _tokens(self) -> list[tokenize.TokenInfo]:
        try:
            return list(tokenize.generate_tokens(iter([*self._masked, ""]).__next__))
        except (tokenize.TokenError, SyntaxError, StopIteration):
            return []

    @cached_property
    def _ranges(self) -> dict[int, tuple[int, int]]:
        """For each row, the first and last row in which flake8 looks for its comment.

        A line is widened over multi-line strings and backslashes, not over brackets, as in
        flake8's `FileProcessor._noqa_line_mapping`.
        """
        ranges: dict[int, tuple[int, int]] = {}
        first, last = len(self._lines) + 2, -1
        for token in self._tokens:
            if token.type in (tokenize.ENDMARKER, tokenize.DEDENT):
                continue
            first, last = min(first, token.start[0]), max(last, token.end[0])
            if token.type in (tokenize.NL, tokenize.NEWLINE):
                ranges.update(dict.fromkeys(range(first, last + 1), (first, last)))
                first, last = len(self._lines) + 2, -1
        return ranges


def _is_suppressed(code: str, text: str) -> bool:
    return bool(Violation(code, "", 1, 1, "", text).is_inline_ignored(False))
