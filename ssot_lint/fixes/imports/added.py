"""One more import of a file: where it goes, and how it is written there."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from typing import cast

from ssot_lint.analysis.semantics.import_bindings import (
    DEFINITIONS,
    ImportStatement,
    is_future,
    prepares_imports,
)
from ssot_lint.analysis.semantics.known_functions import PREPARING
from ssot_lint.fixes.edits import TextEdit, end_with_comment
from ssot_lint.fixes.imports.order import Packages, place, root_of, with_name
from ssot_lint.fixes.imports.statements import Statements

_STDLIB = sys.stdlib_module_names
_LINE_LENGTH = 88  # black's and ruff's
_COOKIE = re.compile(r"#.*coding[:=]")


class AddedImports:
    """Where imports are added to one file.

    `is_script` tells whether it says that it is started by its path, or may be.
    """

    def __init__(
        self,
        tree: ast.Module,
        places: Statements,
        packages: Packages,
        is_script: Callable[[], bool],
    ) -> None:
        self._tree = tree
        self._places = places
        self._text = places.text
        self._packages = packages
        self._is_script = is_script

    def in_place_of(self, node: ImportStatement, statement: str) -> TextEdit:
        """The edit that writes an import in the place of another one and its comments."""
        start, end = self._places.start(node), self._places.end(node)
        return TextEdit(start, end_with_comment(self._text, end), self._lead(node) + statement)

    def beside(
        self,
        statement: str,
        block: Sequence[ImportStatement],
        touched: Collection[int],
        before: int,
    ) -> TextEdit:
        """The edit that adds an import to those of a block.

        `before` is where the code that needs it begins; the imports of the block whose identities
        are among `touched` are edited by others.
        """
        joined = self._joined(statement, [node for node in block if id(node) not in touched])
        return joined if joined is not None else self._insertion(statement, block, before)

    def _lead(self, node: ImportStatement) -> str:
        """The blank line that a new section of imports begins with in the place of another."""
        above = node.lineno - 1
        if above == 0 or self._text.is_blank(above) or root_of(node) not in _STDLIB:
            return ""
        return self._text.newline(node.lineno)

    def _insertion(self, statement: str, block: Sequence[ImportStatement], before: int) -> TextEdit:
        """The edit that adds an import; `before` is where the code that needs it begins."""
        anchor = self._anchor(block, statement)
        sorted_in = self._sorted_in(block, statement)
        if sorted_in is not None:
            edit = sorted_in
        elif anchor is not None:
            edit = self._below(anchor, statement, block)
        elif block:
            edit = self._above(block[0], statement)
        elif self._preparation is not None:
            edit = self._below(self._preparation, statement)
        else:
            edit = self._at_top(statement)
        return edit if edit.start <= before else self._at_top(statement)

    def _sorted_in(self, block: Sequence[ImportStatement], statement: str) -> TextEdit | None:
        """The edit that adds an import where a sorted block wants it; None where it is not so."""
        places, new = self._places, _parsed(statement)
        is_script = self._is_script()
        at = place(block, new, self._packages, places, is_script=is_script) if block else None
        if at is None or places.shares_line(block[-1]):
            return None
        is_last = at.before == len(block)
        follows = at.before > 0 and not at.leads and (is_last or not at.begins)
        node = block[at.before - 1 if follows else at.before]
        newline = self._text.newline(node.lineno)
        blank = newline if at.begins else ""
        if follows:
            return self._below_section(node, f"{blank}{statement}")
        # The comment on top of a section, or of the file, stays there.
        stays = at.leads or at.before == 0
        start = self._text.row_start(node.lineno if stays else places.first_row(node))
        if places.start(node) != self._text.row_start(node.lineno):
            return None
        return TextEdit(start, start, f"{statement}{newline}{blank}")

    def _below_section(self, node: ast.stmt, content: str) -> TextEdit:
        """The edit that adds a line of its own behind a statement that ends its line."""
        row = node.end_lineno or node.lineno
        at, newline = self._text.row_start(row + 1), self._text.newline(row)
        if not self._text.lines[row - 1].endswith(("\n", "\r")):
            return TextEdit(at, at, f"{newline}{content}")
        return TextEdit(at, at, f"{content}{newline}")

    def _joined(self, statement: str, block: Sequence[ImportStatement]) -> TextEdit | None:
        """The edit that adds a name to an import of the block that takes others from its module.

        Two imports from one module would not be as isort and ruff's `I` rules want them. None
        where the import is written in another way than on one line, or with a name on each.
        """
        new = _parsed(statement)
        if not isinstance(new, ast.ImportFrom) or len(new.names) > 1 or new.names[0].asname:
            return None
        others = [n for n in block if isinstance(n, ast.ImportFrom) and n.module == new.module]
        fitting = [n for n in others if not n.level and all(a.asname is None for a in n.names)]
        return self._with_name(fitting[0], new.names[0].name) if fitting else None

    def _with_name(self, node: ast.ImportFrom, name: str) -> TextEdit | None:
        names = [alias.name for alias in node.names]
        index = with_name(names, name) if names != ["*"] else None
        start, end = self._places.start(node), self._places.end(node)
        if index is None or "#" in self._text.text[start:end]:
            return None
        if node.lineno == node.end_lineno:
            return self._with_name_on_line(node, name, index)
        rows = [alias.lineno for alias in node.names]
        are_alone = all(self._places.line_of(alias) is not None for alias in node.names)
        if len(set(rows)) < len(rows) or not are_alone:
            return None
        row = rows[index] if index < len(rows) else (node.end_lineno or node.lineno)
        if index == len(rows):
            behind = self._text.text[self._places.end(node.names[-1]) :].lstrip()
            if not behind.startswith(",") or self._text.lines[row - 1].strip() != ")":
                return None
        at, newline = self._text.row_start(row), self._text.newline(row)
        return TextEdit(at, at, f"{self._text.indentation(rows[0])}{name},{newline}")

    def _with_name_on_line(self, node: ast.ImportFrom, name: str, index: int) -> TextEdit | None:
        row = self._text.lines[node.lineno - 1].rstrip()
        start, first = self._places.start(node), self._places.start(node.names[0])
        if "(" in self._text.text[start:first] or "\\" in row:
            return None
        if len(row) + len(name) + 2 <= _LINE_LENGTH:
            if index < len(node.names):
                at = self._places.start(node.names[index])
                return TextEdit(at, at, f"{name}, ")
            return TextEdit(self._places.end(node), self._places.end(node), f", {name}")
        names = [alias.name for alias in node.names]
        newline = self._text.newline(node.lineno)
        lines = "".join(f"    {one},{newline}" for one in (*names[:index], name, *names[index:]))
        return TextEdit(first, self._places.end(node), f"({newline}{lines})")

    @cached_property
    def _preparation(self) -> ast.stmt | None:
        """The last statement that prepares imports, before all functions and classes."""
        found: ast.stmt | None = None
        words = any(word in self._text.text for word in ("path", "environ", *PREPARING))
        for node in self._tree.body if words else ():
            if isinstance(node, DEFINITIONS):
                break
            if not isinstance(node, (ast.Import, ast.ImportFrom)) and prepares_imports(node):
                found = node
        return found

    @cached_property
    def block(self) -> list[ImportStatement]:
        """The first imports that follow each other.

        Where the file changes `sys.path` or the environment, those behind the last such statement:
        only there the generator may be found.
        """
        body = self._tree.body
        first = self._first_statement
        if self._preparation is not None:
            first = body.index(self._preparation) + 1
        block: list[ImportStatement] = []
        for node in body[first:]:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                block.append(node)
            elif block or isinstance(node, DEFINITIONS):
                break
        return block

    @cached_property
    def _first_statement(self) -> int:
        """How many statements must stay in front: the docstring and `__future__` imports."""
        body = self._tree.body
        count = 0
        if body and _is_docstring(body[0]):
            count = 1
        while count < len(body) and is_future(body[count]):
            count += 1
        return count

    def _anchor(self, block: Sequence[ImportStatement], statement: str) -> ImportStatement | None:
        """The import that the new one goes behind: of its own package, else the last absolute."""
        root = root_of(_parsed(statement))
        absolute = [node for node in block if root_of(node)]
        own = [node for node in absolute if root_of(node) == root]
        foreign = [node for node in absolute if root_of(node) not in _STDLIB]
        fitting = own or foreign or absolute
        return fitting[-1] if fitting else None

    def _below(self, anchor: ast.stmt, statement: str, block: Sequence[ast.stmt] = ()) -> TextEdit:
        end = self._places.end(anchor)
        if self._places.shares_line(anchor):
            return TextEdit(end, end, f"; {statement}")
        row = anchor.end_lineno or anchor.lineno
        newline = self._text.newline(row)
        apart = not block or (
            root_of(anchor) in _STDLIB and root_of(_parsed(statement)) not in _STDLIB
        )
        blank = newline if apart else ""
        at = self._text.row_start(row + 1)
        if not self._text.lines[row - 1].endswith(("\n", "\r")):
            return TextEdit(at, at, f"{newline}{blank}{statement}")
        gap = self._gap(row) if not block else ""
        return TextEdit(at, at, f"{blank}{statement}{newline}{gap}")

    def _gap(self, row: int) -> str:
        """The blank lines that are missing between an import behind a row and what follows.

        Two before a function or class and the comments right above it, else one.
        """
        if row >= len(self._text.lines):
            return ""
        first = row + 1
        while self._text.is_blank(first):
            first += 1
        own = first
        while own in self._text.comment_rows:
            own += 1
        rows = (self._text.location(self._places.start(node)).row for node in self._definitions)
        wanted = 2 if own in rows else 1
        return self._text.newline(row) * max(0, wanted - (first - row - 1))

    @cached_property
    def _definitions(self) -> Sequence[ast.stmt]:
        return [node for node in self._tree.body if isinstance(node, DEFINITIONS)]

    def _above(self, node: ast.stmt, statement: str) -> TextEdit:
        at = self._text.row_start(node.lineno)
        if self._places.start(node) != at:
            return TextEdit(self._places.start(node), self._places.start(node), f"{statement}; ")
        return TextEdit(at, at, statement + self._text.newline(node.lineno))

    def _at_top(self, statement: str) -> TextEdit:
        """Behind the docstring and `__future__` imports, else behind the comments on top."""
        if self._first_statement:
            return self._below(self._tree.body[self._first_statement - 1], statement)
        lines = self._text.lines
        row = 0
        if len(lines) > 1 and not lines[0].strip() and _COOKIE.match(lines[1].strip()):
            row = 2
        while row < len(lines) and lines[row].lstrip().startswith("#"):
            row += 1
        newline = self._text.newline(max(row, 1))
        at = self._text.row_start(row + 1)
        lead = newline if row and not lines[row - 1].endswith(("\n", "\r")) else ""
        above = newline if row and self._text.is_blank(row + 1) else ""
        return TextEdit(at, at, f"{lead}{above}{statement}{newline}{self._gap(row)}")


def _parsed(statement: str) -> ImportStatement:
    """An import statement that fixes write."""
    return cast("ImportStatement", ast.parse(statement).body[0])


def _is_docstring(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
