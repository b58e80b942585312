"""Where nodes stand, found out for those that somebody asks for."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import libcst as cst
from libcst.metadata import CodePosition, CodeRange, PositionProvider
from libcst.metadata.position_provider import PositionProvidingCodegenState

from ssot_lint.analysis.source.location import Location
from ssot_lint.analysis.source.rows import EVERY_ROW
from ssot_lint.analysis.syntax.node_map import NodeMap


class Positions:
    """The places of nodes, as libcst's PositionProvider has them.

    That one writes out the whole module, which takes as long as reading it, to know every place
    in it. Here the `ast` of the file says where the nodes stand that somebody asks for. Where it
    does not know, the statements are written that hold them; it says on which rows those begin.

    `text` is the code of the file, and `lines` what `module` was read from: the same with some
    statements blanked; `rows` are those of its rows that were read, when blank ones were left out.
    `feeds` says how many form feeds were taken from the start of a row, `parent` gives the node
    around one that holds code.
    """

    def __init__(
        self,
        module: cst.Module,
        lines: Sequence[str],
        node_map: NodeMap,
        text: Sequence[str],
        feeds: Mapping[int, int],
        parent: Callable[[cst.CSTNode], cst.CSTNode | None],
        rows: Sequence[int] = EVERY_ROW,
    ) -> None:
        self._module = module
        self._lines = lines
        self._text = text
        self._map = node_map
        self._feeds = feeds
        self._parent = parent
        self._read = rows
        self._written: dict[cst.CSTNode, _Written] = {}
        self._twins: dict[cst.CSTNode, ast.expr | ast.stmt | None] = {}
        self._parts: dict[cst.CSTNode, cst.CSTNode] = {}

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
        """What the node is in the file's `ast`, where that knows its place."""
        if node not in self._twins:
            twin = self._map.placed_twin(node)
            rows = (twin.lineno, twin.end_lineno or 0) if twin is not None else ()
            if any(self._lines[row - 1] != self._text[row - 1] for row in rows):
                twin = None  # letters were folded, of which `ast` counts the bytes
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
        part = self._part_with(node)
        written = self._written.get(part) or self._write(_without_lines_above(part), part)
        if node not in written.ranges:
            written = self._write(part, part)
        self._written[part] = written
        return written

    def _part_with(self, node: cst.CSTNode) -> cst.CSTNode:
        """The statement with a place in the `ast` that holds a node, or the module."""
        passed: list[cst.CSTNode] = []
        outer: cst.CSTNode | None = node
        while outer is not None and outer not in self._parts and self._row(outer) is None:
            passed.append(outer)
            outer = self._parent(outer)
        part = self._parts.get(outer, outer) if outer is not None else self._module
        self._parts.update(dict.fromkeys(passed, part))
        return part

    def _write(self, written: cst.CSTNode, part: cst.CSTNode) -> _Written:
        """The places in a part, of which `written` is all that is written."""
        blocks: list[cst.IndentedBlock | cst.Match] = []
        outer = self._parent(part)
        while outer is not None:
            if isinstance(outer, (cst.IndentedBlock, cst.Match)):
                blocks.append(outer)
            outer = self._parent(outer)
        provider = PositionProvider()
        default = self._module.default_indent
        state = PositionProvidingCodegenState(
            default_indent=default,
            default_newline=self._module.default_newline,
            provider=provider,
            indent_tokens=[default if b.indent is None else b.indent for b in reversed(blocks)],
        )
        written._codegen(state)
        ranges = cast("dict[cst.CSTNode, CodeRange]", provider._computed)
        ranges[part] = ranges[written]
        # Decorators and comments above it are written with a statement.
        row = self._row(part)
        if row is None:
            return _Written(ranges, 0)
        return _Written(ranges, bisect_left(self._read, row) - ranges[part].start.line)

    def _row(self, part: cst.CSTNode) -> int | None:
        """The row of a line of statements or of a compound statement, if its `ast` is known.

        None for `elif`, which is no statement to write by itself.
        """
        if not isinstance(part, cst.BaseStatement):
            return None
        if type(part) is cst.If and type(self._parent(part)) is cst.If:
            return None
        first = part.body[0] if isinstance(part, cst.SimpleStatementLine) else part
        twin = self._map.twin(first)
        return twin.lineno if isinstance(twin, ast.stmt) else None


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
