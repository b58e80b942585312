"""Where nodes stand, found out for those that somebody asks for."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import libcst as cst
from libcst.metadata import CodePosition, CodeRange, PositionProvider
from libcst.metadata.position_provider import PositionProvidingCodegenState

from ssot_lint.model import Location
from ssot_lint.rows import EVERY_ROW
from ssot_lint.twins import statement_twins, twin_of


class Places:
    """The places of nodes, as libcst's PositionProvider has them.

    That one writes out the whole module, which takes as long as reading it, to know every place
    in it. Here `tree` says where the nodes stand that somebody asks for. Where it does not know,
    the statements are written that hold them; `tree` says on which rows those begin.

    `text` is the code of `tree`, and `lines` what `module` was read from: the same with some
    statements blanked; `rows` are those of its rows that were read, when blank ones were left out.
    `feeds` says how many form feeds were taken from the start of a row, `around` gives the nodes
    around one that holds code, the innermost first.
    """

    def __init__(
        self,
        module: cst.Module,
        lines: Sequence[str],
        tree: ast.Module,
        text: Sequence[str],
        feeds: Mapping[int, int],
        around: Callable[[cst.CSTNode], Iterable[cst.CSTNode]],
        rows: Sequence[int] = EVERY_ROW,
    ) -> None:
        self._module = module
        self._lines = lines
        self._text = text
        self._tree = tree
        self._feeds = feeds
        self._around = around
        self._read = rows
        self._written: dict[cst.CSTNode, _Written] = {}
        self._twins: dict[cst.CSTNode, ast.expr | ast.stmt | None] = {}

    def start(self, node: cst.CSTNode) -> Location:
        """The place of the first character of a node."""
        twin = self._twin(node)
        if twin is not None:
            return self._in_text(twin.lineno, twin.col_offset)
        written = self._written_with(node)
        return self._location(written.ranges[node].start, written)

    def end(self, node: cst.CSTNode) -> Location:
        """The place behind the last character of a node."""
        twin = self._twin(node)
        if twin is not None:
            return self._in_text(twin.end_lineno or 0, twin.end_col_offset or 0)
        written = self._written_with(node)
        return self._location(written.ranges[node].end, written)

    def _twin(self, node: cst.CSTNode) -> ast.expr | ast.stmt | None:
        """What the node is in `tree`, where that knows its place."""
        if node not in self._twins:
            path = [node]
            around = iter(self._around(node))
            while path[-1] not in self._statements and (outer := next(around, None)) is not None:
                path.append(outer)
            statements = self._statements.get(path[-1])
            twin = twin_of(path[::-1], statements) if statements is not None else None
            rows = (twin.lineno, twin.end_lineno or 0) if twin is not None else ()
            if any(self._lines[row - 1] != self._text[row - 1] for row in rows):
                twin = None  # letters were folded, of which `tree` counts the bytes
            self._twins[node] = twin
        return self._twins[node]

    def _in_text(self, row: int, column: int) -> Location:
        """`ast` counts columns from 0, in bytes of UTF-8."""
        line = self._text[row - 1]
        if not line.isascii():
            column = len(line.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "replace"))
        return Location(row, column + 1)

    def _location(self, position: CodePosition, written: _Written) -> Location:
        """libcst counts columns from 0, in code points."""
        row = self._read[position.line + written.rows_above]
        return Location(row, position.column + 1 + self._feeds.get(row, 0))

    def _written_with(self, node: cst.CSTNode) -> _Written:
        """What was written out of the tree with the node in it: a statement or the module."""
        nodes = [node, *self._around(node)]
        known = self._statements
        index = next((i for i, outer in enumerate(nodes) if outer in known), len(nodes))
        part = nodes[index] if index < len(nodes) else self._module
        blocks = [outer for outer in nodes[index:] if isinstance(outer, cst.IndentedBlock)][::-1]
        written = self._written.get(part) or self._write(_without_lines_above(part), part, blocks)
        if node not in written.ranges:
            written = self._write(part, part, blocks)
        self._written[part] = written
        return written

    def _write(
        self, written: cst.CSTNode, part: cst.CSTNode, blocks: Sequence[cst.IndentedBlock]
    ) -> _Written:
        """The places in a part, of which `written` is all that is written."""
        provider = PositionProvider()
        default = self._module.default_indent
        state = PositionProvidingCodegenState(
            default_indent=default,
            default_newline=self._module.default_newline,
            provider=provider,
            indent_tokens=[default if b.indent is None else b.indent for b in blocks],
        )
        written._codegen(state)
        ranges = cast("dict[cst.CSTNode, CodeRange]", provider._computed)
        ranges[part] = ranges[written]
        statements = self._statements.get(part)
        # Decorators and comments above it are written with a statement.
        if not statements:
            return _Written(ranges, 0)
        row = bisect_left(self._read, statements[0].lineno)
        return _Written(ranges, row - ranges[part].start.line)

    @cached_property
    def _statements(self) -> Mapping[cst.CSTNode, list[ast.stmt]]:
        """What the lines of statements and the compound statements are in `tree`.

        Not those behind `else` and the like, which count as parts of what they belong to.
        """
        written = {row for row, line in enumerate(self._lines, start=1) if line.strip()}
        try:
            return statement_twins(self._module, self._tree, lambda s: s.lineno in written)
        except ValueError:
            return {}  # then the module is the statement


def _without_lines_above(part: cst.CSTNode) -> cst.CSTNode:
    """A statement without the lines above it: in a masked text, thousands of blank ones."""
    if getattr(part, "leading_lines", None):
        return part.with_changes(leading_lines=())
    return part


@dataclass(frozen=True)
class _Written:
    """The places in a part of the tree that was written out."""

    ranges: Mapping[cst.CSTNode, CodeRange]
    rows_above: int
    """How many of the rows that were read lie above it."""
