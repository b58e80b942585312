"""Where import statements stand in the text of a file."""

from __future__ import annotations

import ast
from functools import cached_property
from itertools import pairwise

from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.fixes.edits import TextEdit


class Statements:
    """The places of the statements of one file. Offsets are in code points from 0."""

    def __init__(self, tree: ast.Module, text: SourceText) -> None:
        self._tree = tree
        self.text = text

    def first_row(self, node: ast.stmt) -> int:
        """The row that a statement begins on, with the comments right above it."""
        row = node.lineno
        while row - 1 in self.text.comment_rows:
            row -= 1
        return row

    def begins_row(self, node: ast.stmt) -> bool:
        """Whether only white space stands before a statement on its row."""
        start = self.start(node)
        row = self.text.row_at(start)
        return self.text.row_start(row) + len(self.text.indentation(row)) == start

    def has_blank_between(self, before: ast.stmt, after: ast.stmt) -> bool:
        """Whether a blank row stands between two statements."""
        rows = range((before.end_lineno or before.lineno) + 1, after.lineno)
        return any(self.text.is_blank(row) for row in rows)

    def shares_line(self, node: ast.stmt) -> bool:
        """Whether another statement follows on the line that the statement ends on."""
        after = self._following.get(id(node))
        return after is not None and after.lineno == node.end_lineno

    @cached_property
    def _following(self) -> dict[int, ast.stmt]:
        """The statement of the module that follows each one."""
        return {id(one): other for one, other in pairwise(self._tree.body)}

    def line_of(self, alias: ast.alias) -> TextEdit | None:
        """The edit that removes a name which stands on a line of its own, with its comment."""
        start, end = self.start(alias), self.end(alias)
        row_start = self.text.row_start(alias.lineno)
        row_end = self.text.row_start((alias.end_lineno or alias.lineno) + 1)
        rest = self.text.text[end:row_end]
        behind = rest.lstrip(" \t").removeprefix(",").lstrip(" \t")
        if self.text.text[row_start:start].strip() or not behind.startswith(("#", "\r", "\n")):
            return None
        return TextEdit(row_start, row_end, "")

    def start(self, node: ast.stmt | ast.expr | ast.alias) -> int:
        """Where a node begins; that of a decorated definition is in the row of its decorators."""
        row = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        return self.text.offset_in_bytes(row, node.col_offset)

    def end(self, node: ast.stmt | ast.expr | ast.alias) -> int:
        """Where a node ends."""
        return self.text.offset_in_bytes(node.end_lineno or node.lineno, node.end_col_offset or 0)
