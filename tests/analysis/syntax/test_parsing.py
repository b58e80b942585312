"""The walk over `ast` finds what the standard library's does."""

from __future__ import annotations

import ast
import warnings
from pathlib import Path

import pytest

from ssot_lint.analysis.syntax.parsing import (
    arguments_of,
    has_stars,
    integer,
    plain_text,
    walk,
)

MEANINGS = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)


@pytest.mark.broad
def test_walk_finds_all_nodes_in_the_order_of_ast() -> None:
    """Over the standard library's top level: whatever the running Python's grammar has."""
    seen: set[type[ast.AST]] = set()
    for file in sorted(Path(ast.__file__).parent.glob("*.py")):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(file.read_bytes())
        expected = [node for node in ast.walk(tree) if not isinstance(node, MEANINGS)]
        assert walk(tree) == expected, file
        seen.update(map(type, expected))
    assert len(seen) > 50


def test_walk_passes_over_names_and_gaps_in_lists() -> None:
    source = (
        "match v:\n    case P(a, b=c):\n        {**v, 1: 2}\n    case {'k': w, **rest}:\n"
        "        global g, h\n        f = lambda *, x, y=1: x\n"
    )
    tree = ast.parse(source)
    expected = [node for node in ast.walk(tree) if not isinstance(node, MEANINGS)]
    assert walk(tree) == expected


def expression(code: str) -> ast.expr:
    return ast.parse(code, mode="eval").body


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("8", 8),
        ("-8", -8),
        ("0x8", 8),
        ("+8", None),
        ("True", None),
        ("-True", None),
        ("8.0", None),
    ],
)
def test_integers(code: str, number: int | None) -> None:
    assert integer(expression(code)) == number


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("'a'", "a"),
        ('"""a"""', "a"),
        ("''", ""),
        ("r'a'", "a"),
        ("u'a'", "a"),
        # What is not written as it reads.
        (r"'\x61'", None),
        (r"'a\n'", None),
        (r"'\''", None),
        (r"'\\'", None),
        (r"r'\d'", None),
        ("'a' 'b'", None),
        ("'ä'", None),
        ("b'a'", None),
        ("f'a'", None),
        ("1", None),
    ],
)
def test_texts_that_are_written_as_they_read(code: str, text: str | None) -> None:
    assert plain_text(expression(code)) == text


@pytest.mark.parametrize(
    ("code", "given", "is_starred"),
    [
        ("f(a, b=c)", ["a", "c"], False),
        ("f(a=b, *c)", ["*c", "b"], True),
        ("f(**a)", ["a"], True),
        ("f()", [], False),
    ],
)
def test_arguments(code: str, given: list[str], is_starred: bool) -> None:
    call = expression(code)
    assert isinstance(call, ast.Call)

    assert list(map(ast.unparse, arguments_of(call))) == given
    assert has_stars(call) is is_starred
