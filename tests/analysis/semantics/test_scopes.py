"""Which names the code of a scope binds itself."""

from __future__ import annotations

import libcst as cst
import pytest

from ssot_lint.analysis.semantics.scopes import (
    binders,
    bound_names,
    bound_once,
    names_bound_in,
    target_names,
    type_parameters,
)


def body(code: str) -> list[cst.CSTNode]:
    return list(cst.parse_module(code).body)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("x = 1", "x"),
        ("x, (y, *z) = [w, v] = a", "x y z w v"),
        ("x.a = x[0] = 1", ""),
        ("x: int", "x"),
        ("x += 1", "x"),
        ("del x", "x"),
        ("for x in a: y = 1", "x y"),
        ("with a as (x, y), b: pass", "x y"),
        ("try: pass\nexcept E as x: pass", "x"),
        ("try: pass\nexcept* E as x: pass", "x"),
        ("import a.b, c.d as e", "a e"),
        ("from a import b, c as d", "b d"),
        ("from a import *", ""),
        ("def f(x): y = 1", "f"),
        ("class C(B): x = 1", "C"),
        ("type X = int", "X"),
        ("match a:\n case {'k': x, **y} | [x, *y]: z = 1\n case C(k=w) as v: pass", "x y z w v"),
        ("if (x := 1): pass", "x"),
        # A comprehension and a lambda have scopes of their own; a walrus in the first binds here.
        ("[x for x in a if (y := x)]", "y"),
        ("lambda x: (y := x)", ""),
        # What runs where a function or a class is made.
        ("def f(a=(x := 1)): pass", "f x"),
        ("@(x := d)\ndef f(): pass", "f x"),
        ("class C((x := B)): pass", "C x"),
        ("lambda a=(x := 1): a", "x"),
    ],
)
def test_bound_names(code: str, names: str) -> None:
    assert bound_names(body(code)).names == set(names.split())


def test_declared_names() -> None:
    bound = bound_names(body("global x, y\nnonlocal z\nx = 1\ndef f():\n global w"))

    assert bound.names == {"x", "f"}
    assert bound.globals == {"x", "y"}
    assert bound.nonlocals == {"z"}


def test_bound_once() -> None:
    assert bound_once(body("x = 1\ny = 2\nif a: y = 3\nfor z in z: pass")) == {"x", "z"}


def test_binders() -> None:
    found = binders(body("x = 1\nfor x in a: pass\ndef x(): pass\ny = 2"))

    assert {type(node) for node in found["x"]} == {cst.AssignTarget, cst.For, cst.FunctionDef}
    assert [type(node) for node in found["y"]] == [cst.AssignTarget]


def test_names_bound_in_a_statement_and_what_stands_in_it() -> None:
    (statement,) = body("def f():\n x = 1\n def g():\n  for y in z: (w := y)\n return x")

    assert names_bound_in(statement) == {"x", "y", "w"}


@pytest.mark.parametrize(
    ("target", "names"),
    [("x", ["x"]), ("x, [y, *z]", ["x", "y", "z"]), ("x.a", []), ("x[y]", [])],
)
def test_target_names(target: str, names: list[str]) -> None:
    assert list(target_names(cst.parse_expression(target))) == names


def test_type_parameters() -> None:
    (function,) = body("def f[T, *Ts](x: T): pass")

    assert isinstance(function, cst.FunctionDef)
    assert type_parameters(function) == {"T", "Ts"}
    assert type_parameters(cst.Lambda(cst.Parameters(), cst.Name("x"))) == set()
