"""The walk over `ast` finds what the standard library's does."""

from __future__ import annotations

import ast
import warnings
from pathlib import Path

import pytest

from ssot_lint.analysis.syntax.parsing import walk

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
