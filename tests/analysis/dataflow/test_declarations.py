"""What a file declares of variables and fields, and where."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.analysis.dataflow.access_paths import AccessPath, Root
from ssot_lint.analysis.dataflow.declarations import Declarations
from ssot_lint.analysis.semantics.signatures import Fields
from ssot_lint.analysis.syntax.ast_nodes import Syntax
from tests.helpers.models import references

VARIABLE = AccessPath(Root.VARIABLE, "x", "f")
FIELD = AccessPath(Root.FIELD, "x")
OF_ROW = AccessPath(Root.FIELD, "x", owner="Row")


def declarations(code: str) -> Declarations:
    tree = ast.parse(code)
    return Declarations(references(code), Fields(Syntax(tree)))


@pytest.mark.parametrize(
    ("code", "path", "says", "row"),
    [
        ("def f(x: UUID): pass", VARIABLE, "that is how `x` is annotated", 1),
        ("def g(x: UUID): pass", FIELD, "that is how `x` is annotated", 1),
        ("class Row:\n x: UUID", FIELD, "that is how `x` is annotated", 2),
        ("class Row:\n x = Column(String(36))", FIELD, "fixed to 36 characters", 2),
        ("W = 36\nclass Row:\n x = Column(String(W))", OF_ROW, "fixed to 36 characters", 3),
        ("class Row:\n x: str = Field(pattern='^a')", FIELD, "a pattern fixes the form", 2),
        ("Q = 'CREATE TABLE t (x UUID PRIMARY KEY)'", FIELD, "describes `x` as a UUID", 1),
        ("Q = 1\nR = 'x CHAR(36)'", FIELD, "fixed to 36 characters", 2),
        ("S = {'x': {'format': 'uuid'}}", FIELD, "describes `x` as a UUID", 1),
        ("Table('r', m,\n Column('x', String(36)))", FIELD, "fixed to 36 characters", 2),
        ("op.add_column('r',\n sa.Column('x', sa.UUID()))", FIELD, "`x` is declared", 2),
        ("type_ = NewType('type_', UUID)\ndef g(x: type_): pass", FIELD, "is annotated", 2),
        ("T: TypeAlias = 'UUID'\ndef g(x: T | None): pass", FIELD, "is annotated", 2),
        ("from uuid import UUID as U\ndef g(x: U): pass", FIELD, "is annotated", 2),
    ],
)
def test_what_fixes_the_form(code: str, path: AccessPath, says: str, row: int) -> None:
    fixed = next(declarations(code).fixed(path))

    assert says in fixed.says
    assert not fixed.is_doubt
    assert getattr(fixed.at, "lineno", None) == row


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("def f(x: str): pass", VARIABLE),
        ("def g(x: UUID): pass", VARIABLE),
        ("def f(x: UUID | str): pass", VARIABLE),
        ("class Other:\n x: UUID", OF_ROW),
        ("class Row:\n x = Column(Text)", FIELD),
        ("class Row: pass\nTable('r', m, Column('x', String(36)))", OF_ROW),
        ("Table('r', m, Column('y', String(36)))", FIELD),
        ("# x UUID,", FIELD),
        ("Q = 'CREATE TABLE t (y UUID)'", FIELD),
    ],
)
def test_what_leaves_the_form_free(code: str, path: AccessPath) -> None:
    assert list(declarations(code).fixed(path)) == []


def test_a_width_is_told_whatever_it_is() -> None:
    (fixed,) = declarations("class Row:\n x = Column(String(255))").fixed(FIELD)

    assert fixed.width == 255


def test_a_variable_may_only_have_the_name_of_a_column() -> None:
    (fixed,) = declarations("Q = 'CREATE TABLE t (x UUID)'").fixed(VARIABLE)

    assert fixed.is_doubt


def test_functions_that_validate_a_field() -> None:
    code = "class Row:\n @field_validator('x')\n def check(cls, v): pass\n"

    assert [path.name for path in declarations(code).validators("x")] == ["v"]
    assert list(declarations(code).validators("y")) == []
