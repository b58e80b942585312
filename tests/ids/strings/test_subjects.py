"""What an expression is about, by the names in it."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.ids.strings.subjects import Subjects, called, says_nothing, subject_of, unwrapped
from tests.helpers.models import semantic_model


@pytest.mark.parametrize(
    ("code", "kinds", "name"),
    [
        ("run_id", {"run"}, "run_id"),
        ("self.run_id", {"run"}, "run_id"),
        ("row['run_id']", {"run"}, "run_id"),
        ("row.get('title')", set(), "title"),
        ("str(value).lower()", set(), "value"),
        ("rows[0]", set(), "row"),
        ("threads[user_id]", set(), "thread"),
        ("self.key(item)", set(), "key"),
        ("a.b.RunID", {"run"}, "run_id"),
        ("ids", set(), "ids"),
    ],
)
def test_subjects(code: str, kinds: set[str], name: str) -> None:
    subject = subject_of(ast.parse(code, mode="eval").body)

    assert (set(subject.kinds), subject.name) == (kinds, name)


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("value", "run_id", True),
        ("raw_key", "run_id", True),
        ("k", "run_id", True),
        ("title", "run_id", False),
        ("run", "run_id", True),
        ("run_key", "run_id", True),
        ("run", "agent_run_id", True),
        ("job_id", "run_id", False),
        ("run_id", "new_run_id", True),
        ("run_id", None, True),
        ("title", None, False),
        # Of a caught error a piece is shown.
        ("e", "run_id", False),
    ],
)
def test_what_may_be_an_id(code: str, name: str | None, expected: bool) -> None:
    assert subject_of(ast.parse(code, mode="eval").body).may_be(name) is expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("value[:8]", "value"),
        ("value = title\nvalue[:8]", "title"),
        ("for value in titles: value[:8]", "titles"),
        ("[c[:8] for c in phone]", "phone"),
        ("def f(v): v[:8]", "v"),
        ("@field_validator('phone')\ndef f(cls, v): v[:8]", "phone"),
    ],
)
def test_what_a_name_stands_for(code: str, expected: str) -> None:
    model = semantic_model(code)
    cut = next(iter(n for n in model.syntax.of(ast.Subscript) if isinstance(n.slice, ast.Slice)))

    assert Subjects(model).of(cut.value).name == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def f(x): x[:8]\nf('a')", True),
        ("def f(x): x[:8]\nf('a')\nf(y)", False),
        ("Y = 'a'\ndef f(x): x[:8]\nf(Y)\nf(Y.upper())", True),
        ("def f(x): x[:8]", False),
        ("x = 'a'\nx[:8]", True),
        ("x = f'{y}'\nx[:8]", True),
        ("x = y\nx[:8]", False),
    ],
)
def test_what_is_written_out(code: str, expected: bool) -> None:
    model = semantic_model(code)
    cut = next(iter(n for n in model.syntax.of(ast.Subscript) if isinstance(n.slice, ast.Slice)))

    assert Subjects(model).is_written_out(cut.value) is expected


def test_names_alone() -> None:
    assert says_nothing("raw_value")
    assert not says_nothing("headline")
    assert called("RunID").kinds == {"run"}
    assert ast.unparse(unwrapped(ast.parse("str(x.strip())", mode="eval").body)) == "x"
