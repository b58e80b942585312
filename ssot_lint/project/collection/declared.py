"""What a file declares of ids: fields of classes, columns of tables, parts of routes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ssot_lint.analysis.dataflow.declared_types import declares_field, fixed_by, fixed_in_text
from ssot_lint.analysis.semantics.signatures import Declaration
from ssot_lint.analysis.syntax.embedded import columns_measured
from ssot_lint.analysis.syntax.parsing import last_name_of, walk
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.kinds import names_an_id, says_whose, snake_case
from ssot_lint.project.facts import Fact, Reach
from ssot_lint.project.modules import imported_as, is_foreign

_TABLE = re.compile(
    r"(?i)\b(?:create|alter)\s+table\s+(?:if\s+(?:not\s+)?exists\s+)?"
    r"(?:[`\"\[]?\w+[`\"\]]?\.)?[`\"\[]?(\w+)"
)
_QUERIED = re.compile(r"(?i)\b(?:from|into|update|table|join)\s+(?:\w+\.)?[`\"\[]?(\w+)")
_ID = re.compile(r"\b\w*id\b")
# The last names of what makes columns, not fields of other models.
_COLUMN = re.compile(r"(?i)column$|uuidfield$|charfield$")
# A part of a route that takes nothing but a UUID, in Django, Flask and in Starlette.
_ROUTE = re.compile(r"(?i)<uuid(?:\([^<>()]{0,100}\))?:\w+>|\{\w+:uuid\}")


def declared(ids: IdModel) -> Iterator[Fact]:
    """What the file declares."""
    yield from _in_classes(ids)
    for node in ids.semantics.syntax.nodes:
        match node:
            case ast.Call(func=func, args=[ast.Constant(value=str(name)), *_]) if declares_field(
                last_name_of(func)
            ):
                yield from _column(ids, node, name)
            case ast.Constant(value=str(text)) if "table" in text.lower():
                yield from _described(text, node.lineno)
            case ast.Constant(value=str(text)) if ":" in text and _ROUTE.search(text):
                yield from _routed(text, node.lineno)
        match node:
            case ast.Constant(value=str(text)) if "(" in text:
                yield from _measured(text, node.lineno)


def _measured(text: str, row: int) -> Iterator[Fact]:
    """The columns of the tables of a query that it cuts or measures."""
    for name in dict.fromkeys(columns_measured(text)):
        for table in dict.fromkeys(_QUERIED.findall(text)) if says_whose(name) else ():
            says = f"a query measures `{name}`"
            yield Fact(snake_case(name), says, row, Reach.TABLE, table)


def _routed(text: str, row: int) -> Iterator[Fact]:
    for part in _ROUTE.finditer(text):
        for name in _ID.findall(part[0]):
            if says_whose(name):
                says = f"a route takes `{name}` as a UUID"
                yield Fact(snake_case(name), says, row, Reach.PROJECT, is_declared=True)


def _in_classes(ids: IdModel) -> Iterator[Fact]:
    """Fields and columns of classes."""
    fields = ids.semantics.fields
    for owner in ids.semantics.syntax.of(ast.ClassDef):
        for name, declaration in fields.of(owner.name).items():
            fixed = fixed_by(declaration, name, fields.aliases) if _is_id(name) else None
            # `id` alone says nothing of whose id it is.
            is_column = _makes_column(declaration) and snake_case(name) != "id"
            reach = Reach.TABLE if is_column else Reach.CLASS
            row = getattr(declaration.place, "lineno", owner.lineno)
            if fixed is not None:
                yield Fact(
                    snake_case(name), fixed.what, row, reach, owner.name, fixed.width, True, True
                )
            elif _is_id(name) and _has_imported_type(ids, declaration):
                yield Fact(
                    snake_case(name), f"`{name}` is declared by a name", row, reach, owner.name,
                    is_declared=True, has_owner=True, is_behind_name=True,
                )  # fmt: skip


def _has_imported_type(ids: IdModel, declaration: Declaration) -> bool:
    """Whether a declaration has a name in it that the file imports from others of the project."""
    parts = (declaration.annotation, declaration.value)
    nodes = (node for part in parts if isinstance(part, ast.expr) for node in walk(part))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    dotted = (imported_as(ids.semantics.names.imports, name) for name in names)
    return any(one is not None and not is_foreign(one) for one in dotted)


def _column(ids: IdModel, call: ast.Call, name: str) -> Iterator[Fact]:
    """`Column("run_id", UUID())` among what a table is made of, or is altered by."""
    fixed = fixed_by(Declaration(value=call), name, ids.semantics.fields.aliases)
    around = ids.semantics.syntax.parent(call)
    match around:
        case ast.Call(args=[ast.Constant(value=str(table)), *_]) if fixed is not None:
            if says_whose(name):
                row = call.lineno
                yield _declaring(name, fixed.what, row, Reach.TABLE, table, fixed.width)


def _described(text: str, row: int) -> Iterator[Fact]:
    """What the definition of a table says of its columns."""
    tables = list(_TABLE.finditer(text))
    ends = [*(table.start() for table in tables[1:]), len(text)] if tables else []
    for table, end in zip(tables, ends, strict=True):
        part = text[table.end() : end]
        for name in dict.fromkeys(_ID.findall(part)):
            for fixed in fixed_in_text(name, part) if says_whose(name) else ():
                says = fixed.what.replace("this file describes", f"the table `{table[1]}` has")
                yield _declaring(name, says, row, Reach.TABLE, table[1], fixed.width)


def _declaring(name: str, says: str, row: int, reach: Reach, owner: str, width: int | None) -> Fact:
    return Fact(snake_case(name), says, row, reach, owner, width, True, True)


def _is_id(name: str) -> bool:
    return names_an_id(snake_case(name))


def _makes_column(declaration: Declaration) -> bool:
    for part in (declaration.annotation, declaration.value):
        if isinstance(part, ast.expr):
            for node in walk(part):
                if isinstance(node, ast.Call) and _COLUMN.search(last_name_of(node.func)):
                    return True
    return False
