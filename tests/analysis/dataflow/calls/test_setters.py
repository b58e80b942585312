"""Of which class an object is, and what runs when one of its attributes is set."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.analysis.dataflow.calls.receivers import Receivers
from ssot_lint.analysis.dataflow.calls.setters import Setters
from ssot_lint.analysis.dataflow.references import references_of
from tests.helpers.models import semantic_model

PROPERTY = "class A:\n @property\n def x(self): pass\n @x.setter\n def x(self, v): pass\n"


def set_by(code: str) -> tuple[list[str] | None, list[str]]:
    """The classes of what `.x` is set on, and the parameters that get the value."""
    model = semantic_model(code)
    references = model.once(references_of)
    receivers = Receivers(references, model.fields)
    (target,) = (
        node
        for node in model.syntax.of(ast.Attribute)
        if node.attr == "x" and isinstance(node.ctx, ast.Store)
    )
    found = Setters(references, model.fields, receivers).of(target)
    names = [f"{one.function.scope}:{one.parameter.arg}" for one in found if one.parameter]
    return receivers.classes_of(target.value), names


@pytest.mark.parametrize(
    ("code", "classes", "setters"),
    [
        ("a.x = 1", None, []),
        ("class A:\n def f(self): self.x = 1", ["A"], []),
        ("class A(B):\n def f(self): self.x = 1\nclass B: pass", ["A", "B"], []),
        (f"{PROPERTY}def f(a): a.x = 1", None, ["A.x:v"]),
        (f"{PROPERTY}a = A()\na.x = 1", ["A"], ["A.x:v"]),
        (f"{PROPERTY}class B: pass\ndef f(b: B): b.x = 1", ["B"], []),
        (
            "class D:\n def __set__(self, o, v): pass\nclass A:\n x = D()\n"
            " def f(self): self.x = 1",
            ["A"],
            ["D.__set__:v"],
        ),
        (
            "class A:\n def __setattr__(self, n, v): pass\n def f(self): self.x = 1",
            ["A"],
            ["A.__setattr__:v"],
        ),
        ("class A:\n def __setattr__(self, n, v): pass\ndef f(a): a.x = 1", None, []),
    ],
)
def test_setters(code: str, classes: list[str] | None, setters: list[str]) -> None:
    assert set_by(code) == (classes, setters)
