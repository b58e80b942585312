"""Where nodes stand, found out for those that somebody asks for."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import libcst as cst
from libcst.metadata import CodePosition, CodeRange, PositionProvider
from libcst.metadata.position_provider import PositionProvidingCodegenState

from ssot_lint.analysis.source.location import Location
from ssot_lint.analysis.source.rows import EVERY_ROW
from ssot_lint.analysis.syntax.node_map import (
    Twin,
    is_alike,
    statement_twins,
    twin_inside,
    twin_of_statement,
)


class Positions:
    """The places of nodes, as libcst's PositionProvider has them.

    That one writes out the whole module, which takes as long as reading it, to know every place
    in it. Here `tree` says where the nodes stand that somebody asks for. Where it does not know,
    the statements are written that hold them; `tree` says on which rows those begin.

    `text` is the code of `tree`, and `lines` what `module` was read from: the same with some
    statements blanked; `rows` are those of its rows that were read, when blank ones were left out.
    `feeds` says how many form feeds were taken from the start of a row, `parent` gives the node
    around one that holds code.
    """

    def __init__(
        self,
        module: cst.Module,
        lines: Sequence[str],
        tree: ast.Module,
        text: Sequence[str],
        feeds: Mapping[int, int],
        parent: Callable[[cst.CSTNode], cst.CSTNode | None],
        rows: Sequence[int] = EVERY_ROW,
    ) -> None:
        self._module = module
        self._lines = lines
        self._text = text
        self._tree = tree
        self._feeds = feeds
        self._parent = parent
        self._read = rows
        self._written: dict[cst.CSTNode, _Written] = {}
        self._twins: dict[cst.CSTNode, ast.expr | ast.stmt | None] = {}
        # Kept for all nodes on the way: the arms of an `elif` lie as deep as the chain is long.
        self._steps: dict[cst.CSTNode, Twin] = {}
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
        """What the node is in `tree`, where that knows its place."""
        if node not in self._twins:
            twin = self._alike(node)
            rows = (twin.lineno, twin.end_lineno or 0) if twin is not None else ()
            if any(self._lines[row - 1] != self._text[row - 1] for row in rows):
                twin = None  # letters were folded, of which `tree` counts the bytes
            self._twins[node] = twin
        return self._twins[node]

    def _alike(self, node: cst.CSTNode) -> ast.expr | ast.stmt | None:
        """What the node is in `tree`, as far as the nodes around it tell."""
        if not is_alike(node):
            return None
        path: list[cst.CSTNode] = []
        outer: cst.CSTNode | None = node
        while outer is not None and outer not in self._steps and outer not in self._statements:
            path.append(outer)
            outer = self._parent(outer)
        twin: Twin = None
        if outer is not None and outer in self._steps:
            twin = self._steps[outer]
        elif outer is not None:
            twin = twin_of_statement(outer, self._statements[outer])
        for inner in reversed(path):
            twin = self._steps[inner] = twin_inside(outer, inner, twin)
            outer = inner
        return twin if isinstance(twin, (ast.expr, ast.stmt)) else None

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
        """The statement with a place in `tree` that holds a node, or the module."""
        passed: list[cst.CSTNode] = []
        outer: cst.CSTNode | None = node
        while outer is not None and outer not in self._parts and outer not in self._statements:
            passed.append(outer)
            outer = self._parent(outer)
        part = self._parts.get(outer, outer) if outer is not None else self._module
        self._parts.update(dict.fromkeys(passed, part))
        return part

    def _write(self, written: cst.CSTNode, part: cst.CSTNode) -> _Written:
        """The places in a part, of which `written` is all that is written."""
        blocks: list[cst.IndentedBlock] = []
        outer = self._parent(part)
        while outer is not None:
            if isinstance(outer, cst.IndentedBlock):
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
