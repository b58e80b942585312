"""What the model says of a file."""

from __future__ import annotations

import ast

import pytest

from tests.helpers.models import semantic_model


def test_the_parts_of_a_file() -> None:
    model = semantic_model("a\n@b\nclass C(d, e=f):\n    g\n    def h():\n        i\nj\n")

    assert [ast.unparse(part) for part in model.parts] == [
        "a", "d", "e=f", "g", "def h():\n    i", "b", "j"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "may_be"),
    [
        ("x.clock", True),
        ("clock", True),
        ("other", False),
        ("f()", True),
        ("from x import clock as other\nother", True),
        ("import x.clock as other\nother", True),
        ("import clock.x as other\nother", False),
        ("other = x.clock\nother", True),
        ("a = b = clock\nother: C = a or d\nother", True),
        ("other = getattr(x, 'clock')\nother", True),
        ("other = clock()\nother", False),
        ("if (other := x.clock): pass\nother", True),
        ("other.clock = 1\nother", False),
    ],
)
def test_what_may_be_called_otherwise(code: str, may_be: bool) -> None:
    model = semantic_model(code)
    asked = model.syntax.tree.body[-1]
    assert isinstance(asked, ast.Expr)

    assert model.may_be(asked.value, frozenset({"clock"})) is may_be
