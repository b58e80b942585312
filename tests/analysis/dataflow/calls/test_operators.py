"""The methods that run when an object of a class of the file is indexed, searched or compared."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.analysis.dataflow.calls.operators import Operators
from ssot_lint.analysis.dataflow.calls.receivers import Receivers
from ssot_lint.analysis.dataflow.references import references_of
from tests.helpers.models import semantic_model

A = """\
class A:
    def __getitem__(self, key): ...
    def __setitem__(self, key, value): ...
    def __delitem__(self, key): ...
    def __contains__(self, key): ...
    def __eq__(self, other): ...
"""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("a = A()\na[here]", ["__getitem__ 0"]),
        ("a = A()\na[here] = 1", ["__setitem__ 0"]),
        ("a = A()\na[1] = here", ["__setitem__ 1"]),
        ("a = A()\ndel a[here]", ["__delitem__ 0"]),
        ("a = A()\nhere in a", ["__contains__ 0"]),
        ("a = A()\na in here", []),
        ("a = A()\na == here", ["__eq__ 0"]),
        ("b[here]", ["__getitem__ 0?"]),
        ("class B: pass\nb = B()\nb[here]", []),
        ("a = A()\na < here", []),
    ],
)
def test_methods(code: str, expected: list[str]) -> None:
    model = semantic_model(A + code)
    references = model.once(references_of)
    node = next(n for n in model.syntax.of(ast.Name) if n.id == "here")
    operators = Operators(references, Receivers(references, model.fields))

    found = [
        f"{callee.function.node_name} {at}{'?' * callee.is_guess}"
        for callee, at in operators.handed(node)
    ]

    assert found == expected
