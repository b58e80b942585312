"""What calls of a function hand its parameters."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.analysis.dataflow.calls.arguments import handed_no_text
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.syntax.mentions import Mentions


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ("f('u', 'v')", set()),
        ("f(None, 'v')", {"a"}),
        ("f('', b=0)", {"a", "b"}),
        ("f(b=None)", {"b"}),
        ("f(*rows, None)", set()),
        ("g(None)", set()),
        # The object comes first.
        ("obj.f(None)", {"b"}),
        ("f(name)", set()),
    ],
)
def test_parameters_that_are_handed_no_text(call: str, found: set[str]) -> None:
    code = f"def f(a, b): pass\n{call}\n"
    tree = ast.parse(code)
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)

    assert handed_no_text(function, Mentions(tree, SourceText(code))) == found
