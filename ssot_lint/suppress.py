"""`# noqa`, exactly as flake8 reads it: flake8's own code decides."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from flake8.defaults import NOQA_FILE, NOQA_INLINE_REGEXP
from flake8.violation import Violation

# Comments that somebody wrote to suppress one of our codes, in any spelling.
_INTENDED_FOR_FILE = re.compile(r"\s*#\s*flake8\s*[:=]\s*noqa", re.IGNORECASE)
_INTENDED = re.compile(r"#\s*noqa[\s:]*(OST\d+)", re.IGNORECASE)
_NAMES_US = re.compile(r"# noqa:[^\r\n]*OST\d", re.IGNORECASE)


class KeptError(Exception):
    """Codes cannot be taken out of a comment; the text says why."""


@dataclass(frozen=True)
class Directive:
    """A `# noqa` comment with codes, one that flake8 obeys."""

    rows: range
    """The rows on which it suppresses findings."""
    row: int
    column: int
    """Where the comment begins, from 0."""
    before: str
    """The code on its row."""
    comment: str
    spans: tuple[tuple[int, int], ...]
    """Where its codes stand in the comment."""

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes as they are written."""
        return tuple(self.comment[start:end] for start, end in self.spans)

    def without(self, indices: Collection[int]) -> str:
        """The whole row when some of the codes are gone; empty when nothing is left of it.

        Raises KeptError when words say why they are there.
        """
        kept = [index for index in range(len(self.spans)) if index not in indices]
        start, end = self._noqa.start(), self.spans[-1][1]
        tail = self.comment[end:].lstrip(" \t,")
        if tail and not tail.startswith("#"):
            raise KeptError("the comment gives a reason in words")
        if kept:
            code = self._joined(kept)
            comment = self.comment[: self.spans[0][0]] + code + self.comment[end:]
        else:
            head = self.comment[:start]
            comment = head + tail if tail else head.rstrip()
        if self._read(comment) != tuple(self.codes[index] for index in kept):
            raise KeptError("the rest of the comment would be read as another `# noqa`")
        return (self.before + comment) if comment else self.before.rstrip()

    def _joined(self, kept: Sequence[int]) -> str:
        """The codes that stay, each with what stood between it and the one before it."""
        first, *others = kept
        between = (self.comment[self.spans[i - 1][1] : self.spans[i][0]] for i in others)
        rest = (gap + self.codes[i] for gap, i in zip(between, others, strict=True))
        return self.codes[first] + "".join(rest)

    @property
    def _noqa(self) -> re.Match[str]:
        found = NOQA_INLINE_REGEXP.search(self.comment)
        assert found is not None
        return found

    @staticmethod
    def _read(comment: str) -> tuple[str, ...] | None:
        """The codes that flake8 reads in a comment; None when it takes it for all codes."""
        found = NOQA_INLINE_REGEXP.search(comment)
        if found is None:
            return ()
        return None if found["codes"] is None else tuple(_CODE.findall(found["codes"]))


_CODE = re.compile(r"[^,\s]+")


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

    def directives(self) -> Iterator[Directive]:
        """The comments of the whole file that name codes, one of which may be ours."""
        if self.whole_file or not _NAMES_US.search("".join(self._lines)):
            return
        tokens = _tokens_of(self._lines)
        ranges = self._ranges_of(tokens)
        for token in tokens:
            found = NOQA_INLINE_REGEXP.search(token.string)
            if token.type != tokenize.COMMENT or found is None or found["codes"] is None:
                continue
            row, column = token.start
            first, last = ranges.get(row, (row, row))
            ahead = "".join([*self._lines[first - 1 : row - 1], self._lines[row - 1][:column]])
            if NOQA_INLINE_REGEXP.search(ahead) is not None:
                continue  # flake8 takes what it finds first, in a string, too
            at = found.start("codes")
            spans = tuple((at + m.start(), at + m.end()) for m in _CODE.finditer(found["codes"]))
            before = self._lines[row - 1][:column]
            yield Directive(range(first, last + 1), row, column, before, token.string, spans)

    @cached_property
    def _tokens(self) -> list[tokenize.TokenInfo]:
        return _tokens_of(self._masked)

    @cached_property
    def _ranges(self) -> dict[int, tuple[int, int]]:
        return self._ranges_of(self._tokens)

    def _ranges_of(self, tokens: Sequence[tokenize.TokenInfo]) -> dict[int, tuple[int, int]]:
        """For each row, the first and last row in which flake8 looks for its comment.

        A line is widened over multi-line strings and backslashes, not over brackets, as in
        flake8's `FileProcessor._noqa_line_mapping`.
        """
        ranges: dict[int, tuple[int, int]] = {}
        first, last = len(self._lines) + 2, -1
        for token in tokens:
            if token.type in (tokenize.ENDMARKER, tokenize.DEDENT):
                continue
            first, last = min(first, token.start[0]), max(last, token.end[0])
            if token.type in (tokenize.NL, tokenize.NEWLINE):
                ranges.update(dict.fromkeys(range(first, last + 1), (first, last)))
                first, last = len(self._lines) + 2, -1
        return ranges


def _tokens_of(lines: Sequence[str]) -> list[tokenize.TokenInfo]:
    try:
        return list(tokenize.generate_tokens(iter([*lines, ""]).__next__))
    except (tokenize.TokenError, SyntaxError, StopIteration):
        return []


def _is_suppressed(code: str, text: str) -> bool:
    return bool(Violation(code, "", 1, 1, "", text).is_inline_ignored(False))
