"""`# noqa`, exactly as flake8 reads it: flake8's own code decides."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter, itemgetter
from typing import TypeAlias

from flake8.defaults import NOQA_FILE, NOQA_INLINE_REGEXP
from flake8.violation import Violation

# Comments that somebody wrote to suppress one of our rules, by code or name, in any spelling.
_INTENDED_FOR_FILE = re.compile(r"\s*#\s*flake8\s*[:=]\s*noqa", re.IGNORECASE)
_INTENDED = re.compile(r"#\s*noqa[\s:]*(OST\d+|[a-z]+(?:-[a-z]+)+)", re.IGNORECASE)
# What flake8 passes over behind a comment that it takes for all codes.
_WORDS = re.compile(r"\s*:[^\S\n]*\S[^\n]*")
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

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes as they are written."""
        return tuple(self.comment[start:end] for start, end in self.spans)

    @property
    def behind(self) -> str:
        """What stands behind the codes."""
        return self.comment[self.spans[-1][1] :]

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
# What every line that is wider than its row has in it.
_WIDENING = re.compile(r"\"\"\"|'''|\\$")
_Rows: TypeAlias = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Begun:
    """The rows of a statement that begins a line, and which of those in front is around it."""

    first: int
    last: int
    around: int


class Suppressions:
    """The suppressions of one file, given as text with any line ends.

    `masked` is the same text with lines blanked that no finding stands on, `tree` its syntax
    tree: Python's tokenizer is slow, so it gets no more to read than it must.
    """

    def __init__(self, text: str, masked: str, tree: ast.Module) -> None:
        self._text = text
        self._masked_text = masked
        self._tree = tree
        self._known_ranges: dict[int, tuple[_Rows, Iterator[tuple[int, int]]]] = {}

    @cached_property
    def _lines(self) -> list[str]:
        return _lines_of(self._text)

    @cached_property
    def _masked(self) -> list[str]:
        return _lines_of(self._masked_text)

    @cached_property
    def whole_file(self) -> bool:
        """Whether a `# flake8: noqa` line takes the file out."""
        return takes_file_out(self._text)

    def covers(self, code: str, row: int) -> bool:
        """Whether a comment suppresses `code` on `row` (from 1)."""
        first, last = self.rows_with(row)
        text = "".join(self._lines[first - 1 : last])
        return "noqa" in text.lower() and _is_suppressed(code, text)

    def rows_with(self, row: int) -> tuple[int, int]:
        """The first and last row in which flake8 looks for the comment of a row."""
        above = self._rows_above(row)
        if bisect_right(self._widening, above) == bisect_right(self._widening, row):
            return row, row
        # Tokenized once: a list may have a finding in each line.
        if above not in self._known_ranges:
            self._known_ranges[above] = ([], self._tokenized(above))
        found, more = self._known_ranges[above]
        while not found or found[-1][1] < row:
            following = next(more, None)
            if following is None:
                return row, row
            found.append(following)
        return found[bisect_left(found, row, key=itemgetter(1))]

    @cached_property
    def _widening(self) -> list[int]:
        """The rows that may make a line wider than its row."""
        return [row for row, line in enumerate(self._masked, start=1) if _WIDENING.search(line)]

    def _tokenized(self, above: int) -> Iterator[tuple[int, int]]:
        tokens = tokenize.generate_tokens(iter([*self._masked[above:], ""]).__next__)
        try:
            for first, last in _ranges(tokens):
                yield above + first, above + last
        except (tokenize.TokenError, SyntaxError):
            return

    def comment_row(self, row: int) -> int:
        """The row at whose end a comment covers `row`: the last of a multi-line string."""
        return self.rows_with(row)[1]

    def warnings(
        self, names: Mapping[str, str], covered: Iterable[tuple[int, str]]
    ) -> Iterator[tuple[int, str]]:
        """Row and text of a remark for each comment that does not do what it seems to.

        `names` are those of the rules, each with its code, `covered` the rows and codes of findings
        that comments suppress.
        """
        mistyped = list(self._mistyped(names))
        yield from mistyped
        for row, (written, codes) in self._too_wide(covered).items():
            if row not in dict(mistyped):
                meant = f"write `# noqa: {', '.join(sorted(codes))}`"
                yield row, f"`{written}` suppresses every code; {meant}"

    def _too_wide(self, covered: Iterable[tuple[int, str]]) -> dict[int, tuple[str, set[str]]]:
        """By row, the comments with words that flake8 passes over, and the codes they suppress."""
        found: dict[int, tuple[str, set[str]]] = {}
        for row, code in covered:
            first, last = self.rows_with(row)
            text = "".join(self._lines[first - 1 : last])
            noqa = NOQA_INLINE_REGEXP.search(text)
            words = _WORDS.match(text, noqa.end()) if noqa is not None else None
            if noqa is None or noqa["codes"] is not None or words is None:
                continue
            at = first + text.count("\n", 0, noqa.start())
            found.setdefault(at, (text[noqa.start() : words.end()].rstrip(), set()))[1].add(code)
        return found

    def _mistyped(self, names: Mapping[str, str]) -> Iterator[tuple[int, str]]:
        """Remarks about comments that were meant for our rules."""
        if "flake8" in self._text.lower() and not self.whole_file:
            for row, line in enumerate(self._lines, start=1):
                if _INTENDED_FOR_FILE.match(line):
                    yield row, f"`{line.strip()}` takes out no file; write `# flake8: noqa`"
        if "noqa" not in self._masked_text.lower():
            return
        for token in _tokens_of(self._masked):
            match = _INTENDED.search(token.string) if token.type == tokenize.COMMENT else None
            if match is None:
                continue
            code = names.get(match[1].lower(), match[1].upper())
            if not code.startswith("OST"):  # the name of somebody else's rule
                continue
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
        ranges = {row: rows for rows in _ranges(tokens) for row in range(rows[0], rows[1] + 1)}
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

    def _rows_above(self, row: int) -> int:
        """How many rows the tokenizer may leave out to tell where the line of a row begins.

        Those above the innermost statement with the row in it that begins a line.
        """
        begun = self._begun
        at = bisect_right(begun, row, key=attrgetter("first")) - 1
        while at >= 0 and begun[at].last < row:
            at = begun[at].around
        return begun[at].first - 1 if at >= 0 else 0

    @cached_property
    def _begun(self) -> list[_Begun]:
        """The statements that begin lines, and so do all those around them, in order."""
        found: list[_Begun] = []
        pending = [(statement, -1) for statement in reversed(self._tree.body)]
        while pending:
            statement, around = pending.pop()
            if self._begins_line(statement):
                inside = reversed(list(_blocks(statement)))
                pending += [(inner, len(found)) for inner in inside]
                last = statement.end_lineno or statement.lineno
                found.append(_Begun(statement.lineno, last, around))
        return found

    def _begins_line(self, statement: ast.stmt) -> bool:
        row = statement.lineno
        continues = row > 1 and self._lines[row - 2].endswith("\\\n")
        return not continues and not self._lines[row - 1][: statement.col_offset].strip()


def takes_file_out(text: str) -> bool:
    """Whether a `# flake8: noqa` line takes the file out."""
    return "flake8" in text.lower() and any(map(NOQA_FILE.match, _lines_of(text)))


def _lines_of(text: str) -> list[str]:
    """flake8 reads files with universal newlines and splits at LF alone."""
    return list(io.StringIO(text, newline=None))


def _blocks(statement: ast.AST) -> Iterator[ast.stmt]:
    """The statements directly inside a statement."""
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.stmt):
            yield child
        elif isinstance(child, (ast.ExceptHandler, ast.match_case)):
            yield from child.body


def _ranges(tokens: Iterable[tokenize.TokenInfo]) -> Iterator[tuple[int, int]]:
    """The first and last rows of the lines in each of which flake8 looks for one comment.

    A line is widened over multi-line strings and backslashes, not over brackets, as in flake8's
    `FileProcessor._noqa_line_mapping`.
    """
    rows: list[int] = []
    for token in tokens:
        if token.type in (tokenize.ENDMARKER, tokenize.DEDENT):
            continue
        rows += token.start[0], token.end[0]
        if token.type in (tokenize.NL, tokenize.NEWLINE):
            yield min(rows), max(rows)
            rows.clear()


def _tokens_of(lines: Sequence[str]) -> list[tokenize.TokenInfo]:
    try:
        return list(tokenize.generate_tokens(iter([*lines, ""]).__next__))
    except (tokenize.TokenError, SyntaxError, StopIteration):
        return []


def _is_suppressed(code: str, text: str) -> bool:
    return bool(Violation(code, "", 1, 1, "", text).is_inline_ignored(False))
