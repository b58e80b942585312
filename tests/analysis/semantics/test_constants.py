"""What a file gives a name once, at its top."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.analysis.semantics.constants import constants
from ssot_lint.analysis.syntax.ast_nodes import Syntax


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("A = 'a'\nB: int = 8\nC = A", {"A": "a", "B": 8}),
        ("a = 'a'", {}),
        ("A = True\nB = None\nC = 1.5", {}),
        ("def f():\n    A = 1", {}),
        # Bound a second time, in whatever way.
        ("A = 1\nA = 2", {}),
        ("A = 1\ndef f():\n    global A\n    A = 2", {}),
        ("A = 1\ndef f(A): pass", {}),
        ("A = 1\nfrom b import c as A", {}),
        ("A = 1\nclass A: pass", {}),
        ("A = 1\nfrom b import *", {}),
        ("A = 1\nfor A in b: pass", {}),
    ],
)
def test_constants(code: str, found: dict[str, str | int]) -> None:
    assert constants(Syntax(ast.parse(code))) == found
