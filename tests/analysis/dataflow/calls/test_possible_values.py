"""What an expression may stand for."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.analysis.dataflow.calls.possible_values import possible_values
from tests.helpers.models import semantic_model


def meant_by_asked(code: str) -> list[str]:
    """What the argument of `ask(...)` may stand for; functions by name, with what is fixed."""
    model = semantic_model(code)
    (call,) = (
        node
        for node in model.syntax.of(ast.Call)
        if isinstance(node.func, ast.Name) and node.func.id == "ask"
    )
    found = []
    for value in model.once(possible_values).of(call.args[0]):
        name = getattr(value.node, "name", "") or ast.unparse(value.node)
        found.append(name + "*" * value.fixed)
    return sorted(found)


CLASSES = "class A:\n def __init__(self, f): self.f = f\ndef g(): pass\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def f(): pass\nask(f)", ["f"]),
        ("g = p.match\nask(g)", ["p.match"]),
        ("def a():\n x = 1\ndef b():\n x = 2\n ask(x)", ["2"]),
        ("def f(a, b): pass\nask(partial(f, 1))", ["f*"]),
        ("x: int = 1\nask(x)", ["1"]),
        ("def f(x): ask(x)\nf(1)\nf(x=2)", ["1", "2"]),
        ("def f(x, y): ask(y)\npartial(f, 1, 2)", ["2"]),
        (f"{CLASSES}A(g)\nask(a.f)", ["f", "g"]),
        ("@dataclass\nclass A:\n f: object\nA(1)\nA(f=2)\nask(a.f)", ["1", "2"]),
        ("def f(): return 1\nask(f())", ["1"]),
        ("def f():\n def g(): return 2\n return g\nask(f())", ["g"]),
        ("class A:\n def __call__(self): pass\nask(A())", ["__call__"]),
        ("class A:\n @property\n def p(self): return 1\nask(a.p)", ["1"]),
        ("T = {'a': 1}\nask(T['a'])", ["1"]),
        ("T = []\nT.append(1)\nask(T[0])", ["1"]),
        ("for x in (1, 2): ask(x)", ["1", "2"]),
        ("[ask(x) for x in range(3)]", ["3"]),
        ("ask(next(count(5)))", ["5"]),
        ("ask(a if b else c)", ["a", "c"]),
        # Who calls `g` by its name knows better what that is handed.
        ("def deco(f):\n ask(f)\n@deco\ndef g(): pass", []),
        ("C = []\ndef deco(f):\n C.append(f)\n@deco\ndef g(): pass\nask(C[0])", ["f", "g"]),
        ("x = y\ny = x\nask(x)", ["x", "y"]),
        ("def f(): return f()\nask(f())", ["f()"]),
    ],
)
def test_what_is_meant(code: str, expected: list[str]) -> None:
    assert sorted(set(meant_by_asked(code))) == sorted(set(expected))
