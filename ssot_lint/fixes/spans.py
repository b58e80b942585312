"""Where the edits of a text have come to lie, and what code they wrote or replaced."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from operator import itemgetter

from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.syntax.parsing import children, names_bound_by, walk
from ssot_lint.fixes.edits import TextEdit

_STAR_IMPORT = re.compile(r"import\b[\s(\\]*\*")
TEXTS = tuple(
    kind for name in ("JoinedStr", "TemplateStr") if (kind := getattr(ast, name, None)) is not None
)


@dataclass(frozen=True)
class Name:
    """A name in what edits wrote or replaced. `stored` is for what binds or unbinds it."""

    name: str
    node: ast.AST
    stored: bool
    edits: Sequence[int]


class Spans:
    """Where the edits of a text have come to lie."""

    def __init__(self, edits: Sequence[TextEdit]) -> None:
        """`edits` are in order and do not overlap."""
        self.edits = edits
        grown = [len(edit.content) - (edit.end - edit.start) for edit in edits]
        self._shift = list(accumulate(grown, initial=0))
        self.new = [
            (edit.start + shift, edit.start + shift + len(edit.content))
            for edit, shift in zip(edits, self._shift, strict=False)
        ]
        self.old = [(edit.start, edit.end) for edit in edits]
        self._starts = [start for start, _ in self.new]
        self._old_starts = [start for start, _ in self.old]

    def written_at(self, offset: int) -> int | None:
        """The edit that wrote what stands at an offset of the new text."""
        return _inside(offset, self._starts, self.new)

    def replaced_at(self, offset: int) -> int | None:
        """The edit that replaces what stands at an offset of the old text."""
        return _inside(offset, self._old_starts, self.old)

    def before(self, offset: int) -> int:
        """Where what stands at an offset of the new text, which no edit wrote, stood before."""
        return offset - self._shift[bisect_right(self._starts, offset)]

    def touching(self, start: int, end: int) -> list[int]:
        """The edits that wrote a part of a range of the new text, or removed something in it."""
        first = bisect_left(self._starts, start)
        while first and self.new[first - 1][1] >= start:
            first -= 1
        last = bisect_right(self._starts, end)
        return [i for i in range(first, last) if self.new[i][0] <= end and self.new[i][1] >= start]


def _inside(offset: int, starts: Sequence[int], spans: Sequence[tuple[int, int]]) -> int | None:
    at = bisect_right(starts, offset) - 1
    return at if at >= 0 and offset < spans[at][1] else None


class Side:
    """One of the two texts."""

    def __init__(self, text: SourceText, tree: ast.Module, ranges: Sequence[tuple[int, int]]):
        self.text = text
        self.tree = tree
        self.ranges = ranges
        self._starts = [start for start, _ in ranges]
        self._rows = sorted(
            (text.row_at(start), text.row_at(max(start, end - 1))) for start, end in ranges
        )
        self._ends = list(accumulate((last for _, last in self._rows), max))

    def start(self, node: ast.AST) -> int:
        """The offset of a node that has a place."""
        return self.text.offset_in_bytes(node.lineno, node.col_offset)  # type: ignore[attr-defined]

    def end(self, node: ast.AST) -> int:
        """The offset behind a node that has a place."""
        return self.text.offset_in_bytes(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """The nodes on rows that an edit touches, in no order."""
        found: list[ast.AST] = []
        pending: list[ast.AST] = [self.tree]
        while pending:
            node = pending.pop()
            found.append(node)
            pending += [part for part in children(node) if self._is_near(part)]
        return found

    def _is_near(self, node: ast.AST) -> bool:
        first = getattr(node, "lineno", None)
        if first is None:
            return True
        first = min([first, *(d.lineno for d in getattr(node, "decorator_list", ()))])
        last = getattr(node, "end_lineno", first) or first
        at = bisect_left(self._ends, first)
        return at < len(self._rows) and self._rows[at][0] <= last

    @cached_property
    def texts(self) -> list[tuple[int, int, ast.AST]]:
        """The outermost f-strings on those rows, by their start and end.

        Before Python 3.12 the places of what is in an f-string are not to be relied on.
        """
        inner = {part for node in self.nodes if isinstance(node, TEXTS) for part in walk(node)[1:]}
        outer = [n for n in self.nodes if isinstance(n, TEXTS) and n not in inner]
        return sorted(((self.start(n), self.end(n), n) for n in outer), key=lambda item: item[:2])

    @cached_property
    def in_text(self) -> dict[ast.AST, tuple[int, int, int]]:
        """For each name in an f-string, where that begins and ends, and its number in there."""
        return {
            name: (start, end, number)
            for start, end, text in self.texts
            for number, name in enumerate(n for n in walk(text) if isinstance(n, ast.Name))
        }

    def edits_of(self, node: ast.AST) -> list[int]:
        """The places, in order, of the ranges that a node stands in, or its f-string touches."""
        if node not in self.in_text:
            inside = _inside(self.start(node), self._starts, self.ranges)
            return [] if inside is None else [inside]
        start, end, _ = self.in_text[node]
        first = bisect_right(self._starts, start)
        if first and start < self.ranges[first - 1][1]:
            first -= 1
        return list(range(first, bisect_left(self._starts, end)))

    @cached_property
    def statements(self) -> list[tuple[int, ast.stmt]]:
        """The statements without a body on rows that an edit touches, with their offsets."""
        simple = (n for n in self.nodes if isinstance(n, ast.stmt) and not hasattr(n, "body"))
        return sorted(((self.start(node), node) for node in simple), key=itemgetter(0))

    @cached_property
    def names(self) -> list[Name]:
        """The names in what edits wrote or replaced."""
        found: list[Name] = []
        for node in self.nodes:
            name, stored = _named(node)
            edits = self.edits_of(node) if name is not None else []
            if name is not None and edits:
                found.append(Name(name, node, stored, edits))
        return found

    def rows_with(self, names: Collection[str]) -> list[int]:
        """The rows on which one of the names may stand, or an `import *`."""
        starred = _STAR_IMPORT.finditer(self.text.folded)
        rows = {self.text.row_at(match.start()) for match in starred}
        return sorted(rows | self.text.rows_mentioning(names))


def _named(node: ast.AST) -> tuple[str | None, bool]:
    """The name that a node reads or binds, and whether it binds it."""
    if isinstance(node, ast.Name):
        return node.id, not isinstance(node.ctx, ast.Load)
    if isinstance(node, ast.alias):
        return node.asname or node.name.partition(".")[0], True
    if isinstance(node, ast.arg):
        return node.arg, True
    return next(iter(names_bound_by(node)), None), True
