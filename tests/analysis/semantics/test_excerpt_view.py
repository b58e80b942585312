"""What the view says of the nodes around a node, and of names."""

from __future__ import annotations

import libcst as cst
import pytest

from ssot_lint.analysis.semantics.excerpt_view import ExcerptView
from ssot_lint.analysis.syntax.libcst_nodes import walk
from tests.helpers.models import excerpt_view


def read(view: ExcerptView, name: str = "x") -> cst.Name:
    """The last place where the name stands."""
    found = [n for n in walk(view.module) if isinstance(n, cst.Name) and n.value == name]
    return found[-1]


@pytest.mark.parametrize(
    ("code", "scope"),
    [
        ("x", "Module"),
        ("def f():\n    x", "FunctionDef"),
        ("def f(a=x): pass", "Module"),
        ("@x\ndef f(): pass", "Module"),
        ("class C:\n    x", "ClassDef"),
        ("class C(x): pass", "Module"),
        ("f = lambda: x", "Lambda"),
        ("f = lambda a=x: a", "Module"),
    ],
)
def test_the_scope_of_a_node(code: str, scope: str) -> None:
    view = excerpt_view(code)

    assert type(view.scope_of(read(view))).__name__ == scope


@pytest.mark.parametrize(
    ("code", "is_certain"),
    [
        ("f(x)", True),
        ("a or x", False),
        ("x or a", True),
        ("x if a else b", False),
        ("a if x else b", True),
        ("lambda: x", False),
        ("[x for a in b]", False),
    ],
)
def test_what_runs_whenever_its_statement_does(code: str, is_certain: bool) -> None:
    view = excerpt_view(code)
    node = read(view)
    line = view.statement_of(node)
    assert line is not None

    assert view.is_certain(node, line) is is_certain


@pytest.mark.parametrize(
    ("code", "is_own"),
    [
        ("def f():\n    x = 1\n    x", True),
        ("def f(x):\n    x", False),
        ("x = 1\ndef f():\n    x", False),
        ("def f():\n    x = 1\n    def g():\n        x\n    x", False),
    ],
)
def test_names_with_all_their_values_in_the_function(code: str, is_own: bool) -> None:
    view = excerpt_view(code)
    node = read(view)
    function = view.scope_of(node)
    assert isinstance(function, cst.FunctionDef)

    assert view.is_own(node, function) is is_own


def test_names_that_a_function_around_binds() -> None:
    view = excerpt_view("y = 1\ndef f():\n    x = 1\n    def g():\n        x\n")

    assert view.is_local("x", read(view))
    assert not view.is_local("y", read(view))
