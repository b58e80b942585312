"""Where nodes stand, found out for those that somebody asks for."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat
from typing import cast

import libcst as cst
from libcst.metadata import CodePosition, CodeRange, PositionProvider
from libcst.metadata.position_provider import PositionProvidingCodegenState

from ssot_lint.model import Location
from ssot_lint.rows import EVERY_ROW
from ssot_lint.source import split_lines


class Places:
    """The places of nodes, as libcst's PositionProvider has them.

    That one writes out the whole module, which takes as long as reading it, to know every place
    in it. Here only the statements are written that hold the nodes which somebody asks for;
    `tree` says on which rows they begin.

    `text` is what `module` was read from: the code of `tree` with some statements blanked.
    `rows` are the rows of it that were read, when some blank ones were left out.
    `feeds` says how many form feeds were taken from the start of a row, `around` gives the nodes
    around one that holds code, the innermost first.
    """

    def __init__(
        self,
        module: cst.Module,
        text: str,
        tree: ast.Module,
        feeds: Mapping[int, int],
        around: Callable[[cst.CSTNode], Iterable[cst.CSTNode]],
        rows: Sequence[int] = EVERY_ROW,
    ) -> None:
        self._module = module
        self._text = text
        self._tree = tree
        self._feeds = feeds
        self._around = around
        self._read = rows
        self._written: dict[cst.CSTNode, _Written] = {}

    def start(self, node: cst.CSTNode) -> Location:
        """The place of the first character of a node."""
        written = self._written_with(node)
        return self._location(written.ranges[node].start, written)

    def end(self, node: cst.CSTNode) -> Location:
        """The place behind the last character of a node."""
        written = self._written_with(node)
        return self._location(written.ranges[node].end, written)

    def _location(self, position: CodePosition, written: _Written) -> Location:
        """libcst counts columns from 0, in code points."""
        row = self._read[position.line + written.rows_above]
        return Location(row, position.column + 1 + self._feeds.get(row, 0))

    def _written_with(self, node: cst.CSTNode) -> _Written:
        """What was written out of the tree with the node in it: a statement or the module."""
        nodes = [node, *self._around(node)]
        index = next((i for i, outer in enumerate(nodes) if outer in self._rows), len(nodes))
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
        row = self._rows.get(part)
        # Decorators and comments above it are written with a statement.
        above = 0 if row is None else bisect_left(self._read, row) - ranges[part].start.line
        return _Written(ranges, above)

    @cached_property
    def _rows(self) -> dict[cst.CSTNode, int]:
        """The rows of the lines of statements and the compound statements.

        Not of those behind `else` and the like, which count as parts of what they belong to.
        """
        try:
            return _paired(self._module, self._tree, split_lines(self._text))
        except ValueError:
            return {}  # then the module is the statement


def _without_lines_above(part: cst.CSTNode) -> cst.CSTNode:
    """A statement without the lines above it: in a masked text, thousands of blank ones."""
    if getattr(part, "leading_lines", None):
        return part.with_changes(leading_lines=())
    return part


def _paired(module: cst.Module, tree: ast.Module, lines: list[str]) -> dict[cst.CSTNode, int]:
    """The rows of what is written on `lines` and is a statement of `tree`.

    Raises ValueError when the module is not the code of the tree.
    """
    written = {row for row, line in enumerate(lines, start=1) if line.strip()}
    rows: dict[cst.CSTNode, int] = {}
    pending: list[tuple[Sequence[cst.CSTNode], list[ast.stmt]]] = [(module.body, tree.body)]
    while pending:
        block, statements = pending.pop()
        kept = (statement for statement in statements if statement.lineno in written)
        for line, statement in zip(_by_statement(block), kept, strict=True):
            rows.setdefault(line, statement.lineno)
            inside = getattr(line, "body", None)
            if isinstance(inside, cst.IndentedBlock):
                pending.append((inside.body, getattr(statement, "body", [])))
    return rows


def _by_statement(lines: Iterable[cst.CSTNode]) -> Iterator[cst.CSTNode]:
    """The lines of a block, each as often as it holds statements."""
    for line in lines:
        yield from repeat(line, len(line.body) if isinstance(line, cst.SimpleStatementLine) else 1)


@dataclass(frozen=True)
class _Written:
    """The places in a part of the tree that was written out."""

    ranges: Mapping[cst.CSTNode, CodeRange]
    rows_above: int
    """How many of the rows that were read lie above it."""
