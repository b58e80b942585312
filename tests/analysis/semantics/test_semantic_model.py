"""What the model says of the nodes around a node, and of names."""

from __future__ import annotations

import ast

import libcst as cst
import pytest

from ssot_lint.analysis.semantics.names import Tracked, resolve_names
from ssot_lint.analysis.semantics.semantic_model import SemanticModel
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.syntax.libcst_nodes import walk


def model(code: str) -> SemanticModel:
    module = cst.parse_module(code)
    names = resolve_names(module, Tracked("a.B", frozenset({"a.B"})), None)
    return SemanticModel(module, names, ast.parse(code), SourceText(code))


def read(semantics: SemanticModel, name: str = "x") -> cst.Name:
    """The last place where the name stands."""
    found = [n for n in walk(semantics.module) if isinstance(n, cst.Name) and n.value == name]
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
    semantics = model(code)

    assert type(semantics.scope_of(read(semantics))).__name__ == scope


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
    semantics = model(code)
    node = read(semantics)
    line = semantics.statement_of(node)
    assert line is not None

    assert semantics.is_certain(node, line) is is_certain


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
    semantics = model(code)
    node = read(semantics)
    function = semantics.scope_of(node)
    assert isinstance(function, cst.FunctionDef)

    assert semantics.is_own(node, function) is is_own


def test_names_that_a_function_around_binds() -> None:
    semantics = model("y = 1\ndef f():\n    x = 1\n    def g():\n        x\n")

    assert semantics.is_local("x", read(semantics))
    assert not semantics.is_local("y", read(semantics))
