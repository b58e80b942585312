"""Which functions of a file a call may run: by name, by class, by what it hands over."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.analysis.dataflow.calls.callees import Callees, is_named, unnamed_in
from ssot_lint.analysis.dataflow.calls.possible_values import possible_values
from ssot_lint.analysis.dataflow.calls.receivers import Receivers
from ssot_lint.analysis.dataflow.references import references_of
from tests.helpers.models import semantic_model


def callees_of(code: str) -> list[str]:
    """The functions that the call with `here` among its arguments may run; `?` marks a guess."""
    model = semantic_model(code)
    references = model.once(references_of)
    functions = model.once(possible_values)
    receivers = Receivers(references, model.fields)
    callees = Callees(references, functions, model.fields, receivers)
    (call,) = (
        node
        for node in model.syntax.of(ast.Call)
        if any(isinstance(arg, ast.Name) and arg.id == "here" for arg in node.args)
    )
    return sorted(one.function.scope + "?" * one.is_guess for one in callees.of(call))


CLASSES = "class A:\n def f(self, a): pass\nclass B:\n def f(self, a): pass\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def f(a): pass\nf(here)", ["f"]),
        ("def f(): pass\nf(here)", []),
        ("def f(a, b): pass\nf(here)", []),
        ("def f(a, b=1): pass\nf(here)", ["f"]),
        ("def f(a, *, b): pass\nf(here)", []),
        ("def f(a): pass\nf(here, c=1)", []),
        ("def f(*a, **b): pass\nf(here, c=1)", ["f"]),
        ("@other\ndef f(): pass\nf(here)", ["f"]),
        ("class C:\n def __init__(self, a): pass\nC(here)", ["C.__init__"]),
        (f"{CLASSES}x.f(here)", ["A.f?", "B.f?"]),
        (f"{CLASSES}x = A()\nx.f(here)", ["A.f"]),
        (f"{CLASSES}def g(x: B): x.f(here)", ["B.f"]),
        ("class A:\n def get(self, a): pass\nx.get(here)", ["A.get?"]),
        ("class A:\n def own(self, a): pass\nx.own(here)", ["A.own"]),
        ("class A:\n def f(self, a): pass\n def g(self): self.f(here)", ["A.f"]),
        ("def f(a): pass\nT = {'a': f}\nT[k](here)", ["f"]),
        ("def f(a): pass\nT = [(1, f)]\nfor _, g in T: g(here)", ["f"]),
        ("def f(a): pass\nT = {}\nT['a'] = f\nT.get(k)(here)", ["f"]),
        ("def f(a): pass\ng = f\ng(here)", ["f"]),
        ("(lambda a: a)(here)", ["<1:1>"]),
    ],
)
def test_callees(code: str, expected: list[str]) -> None:
    assert callees_of(code) == expected


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("f", True),
        ("a.b", True),
        ("getattr(o, 'n')", True),
        ("getattr(o, n)", False),
        ("partial(f, 1)", True),
        ("partial(t[k], 1)", False),
        ("TABLE[k]", False),
        ("List[int]", True),
        ("f if a else g", True),
        ("f if a else t[k]", False),
        ("t[k] or f", False),
    ],
)
def test_what_the_source_names(code: str, named: bool) -> None:
    assert is_named(ast.parse(code, mode="eval").body) is named


@pytest.mark.parametrize(
    ("code", "unnamed"),
    [
        ("f(x)", None),
        ("t[k](x)", "t[k]"),
        ("map(t[k], x)", "t[k]"),
        ("map(f, x)", None),
        ("loop.run_in_executor(None, t[k], x)", "t[k]"),
        ("Thread(target=t[k], args=(x,))", "t[k]"),
        ("Thread(None, f)", None),
    ],
)
def test_functions_without_a_name(code: str, unnamed: str | None) -> None:
    call = ast.parse(code, mode="eval").body
    assert isinstance(call, ast.Call)
    found = unnamed_in(call)

    assert (ast.unparse(found) if found is not None else None) == unnamed
