"""Which texts of `id()` and `hash()` are keys of what they tell of."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.ids.strings.found_again import FoundAgain
from tests.helpers.models import semantic_model


@pytest.mark.parametrize(
    ("other", "is_found"),
    [
        ("d.pop(f'a_{id(y)}', None)", True),
        ("d.get('a_' + str(id(y)))", True),
        ("f'a_{id(y)}' in d", True),
        ("f'a_{id(y)}' == x", True),
        ("d[f'a_{id(y)}']", True),
        ("del d[f'a_{id(y)}']", True),
        ("k = f'a_{id(y)}'\n d.remove(k)", True),
        ("k: str = f'a_{id(y)}'\n d.discard(k)", True),
        ("return f'a_{id(y)}'", True),
        ("drop(f'a_{id(y)}', d)", True),
        ("k = f'a_{id(y)}'\n drop(k, d)", True),
        ("keep(f'a_{id(y)}', d)", False),
        ("unknown(f'a_{id(y)}')", False),
        # It is put somewhere, or another text.
        ("d[f'a_{id(y)}'] = y", False),
        ("k = f'a_{id(y)}'\n d.add(k)", False),
        ("k = f'a_{id(y)}'\n return k", False),
        ("d.get(x, f'a_{id(y)}')", False),
        ("f'b_{id(y)}' in d", False),
        ("f'a_{hash(y)}' in d", False),
        ("f'a_{y}_{id(y)}' in d", False),
        ("f'a_{id(y) % 10}' in d", False),
        ("x < f'a_{id(y)}'", False),
    ],
)
def test_found_again(other: str, is_found: bool) -> None:
    functions = "def drop(key, d):\n d.pop(key, None)\ndef keep(key, d):\n d[key] = keep(key, d)\n"
    semantics = semantic_model(
        f"{functions}def f(x):\n a = f'a_{{id(x)}}'\ndef g(d, x, y):\n {other}\n"
    )
    (first,) = (
        node.value
        for node in semantics.syntax.of(ast.Assign)
        if ast.unparse(node.targets[0]) == "a"
    )

    assert semantics.once(FoundAgain).is_one(first) is is_found


def test_once_is_not_again() -> None:
    semantics = semantic_model("d.get(f'a_{id(x)}')")

    assert not semantics.once(FoundAgain).is_one(semantics.syntax.of(ast.JoinedStr)[0])
