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
    return Declarations(code, references(code), Fields(Syntax(tree)))


@pytest.mark.parametrize(
    ("code", "path", "says", "row"),
    [
        ("def f(x: UUID): pass", VARIABLE, "that is how `x` is annotated", 1),
        ("def g(x: UUID): pass", FIELD, "that is how `x` is annotated", 1),
        ("class Row:\n x: UUID", FIELD, "that is how `x` is annotated", 2),
        ("class Row:\n x = Column(String(36))", FIELD, "fixed to 36 characters", 2),
        ("W = 36\nclass Row:\n x = Column(String(W))", OF_ROW, "fixed to 36 characters", 3),
        ("class Row:\n x: str = Field(pattern='^a')", FIELD, "a pattern fixes the form", 2),
        ("Q = 'CREATE TABLE t (x UUID PRIMARY KEY)'", FIELD, "describes `x` as a UUID", None),
    ],
)
def test_what_fixes_the_form(code: str, path: AccessPath, says: str, row: int | None) -> None:
    fixed = declarations(code).fixed(path)

    assert fixed is not None
    assert says in fixed.says
    assert getattr(fixed.at, "lineno", None) == row


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("def f(x: str): pass", VARIABLE),
        ("def g(x: UUID): pass", VARIABLE),
        ("def f(x: UUID | str): pass", VARIABLE),
        ("class Other:\n x: UUID", OF_ROW),
        ("class Row:\n x = Column(String(255))", FIELD),
        ("Q = 'CREATE TABLE t (y UUID)'", FIELD),
    ],
)
def test_what_leaves_the_form_free(code: str, path: AccessPath) -> None:
    assert declarations(code).fixed(path) is None


def test_functions_that_validate_a_field() -> None:
    code = "class Row:\n @field_validator('x')\n def check(cls, v): pass\n"

    assert [path.name for path in declarations(code).validators("x")] == ["v"]
    assert list(declarations(code).validators("y")) == []
