"""Which tests cannot have come out so together."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.analysis.semantics.control_flow.conditions import (
    Condition,
    Together,
    asked_for,
    canonical,
    constant,
    exclude,
    is_bound,
    is_none,
    paths,
    variable,
    without_walrus,
)


def expression(code: str) -> ast.expr:
    return ast.parse(code, mode="eval").body


def conditions(text: str) -> list[Condition]:
    """`+ x; - y`: x held, y did not."""
    return [
        Condition(expression(part[1:].strip()), part.startswith("+")) for part in text.split("; ")
    ]


EXCLUDING = [
    ("+ x", "- x"),
    ("+ x", "+ not x"),
    ("+ x.y", "- x.y"),
    ("+ x", "+ x is None"),
    ("+ x is None", "+ x is not None"),
    ("+ x == None", "+ x is not None"),
    ("+ x and y", "- x"),
    ("- x or y", "+ y"),
    ("+ x or y", "- x; - y"),
    ("- x and y", "+ x; + y"),
    ("+ x == 1", "+ x == 2"),
    ("+ x == 1", "- 1 == x"),
    ("+ x == 'a'", "+ x in ('b', 'c')"),
    ("+ x in ('a', 'b')", "- x == 'a'; - x == 'b'"),
    ("+ x in y", "+ x not in y"),
    ("+ x is True", "+ x is False"),
    ("+ x == 1", "- x"),
    ("+ x < y", "+ x >= y"),
    ("+ x > y", "- y < x"),
    ("+ x < y < z", "- x < y"),
    ("+ x > 0", "- x"),
    ("+ len(x) > 0", "- x"),
    ("+ len(x) == 0", "+ x"),
    ("+ len(x) < 1", "+ x"),
    ("- x < 1", "- x"),
    ("+ bool(x)", "- x"),
    ("+ all([x, y])", "- y"),
    ("- any([x, y])", "+ x"),
    # `and` and `or` of several values are one node.
    ("+ x and y and z", "- y"),
    ("- x or y or z", "+ z"),
    ("+ x or y or z", "- x; - y; - z"),
    ("- x and y and z", "+ x; + y; + z"),
    ("+ x and (y or z)", "- y; - z"),
    ("+ 'a' <= x < 'c'", "- x < 'c'"),
    ("+ x == 'a'", "+ x == 'a' 'b'"),
    ("+ (x if y else z)", "- x; + y"),
    # What contradicts itself excludes whatever speaks of the same.
    ("+ x; - x", "+ x"),
]

TOGETHER = [
    ("+ x", "+ x"),
    ("+ x", "- y"),
    ("+ x", "- x.y"),
    ("- x", "+ x is None"),
    ("- x", "+ x is not None"),
    ("+ x or y", "- x"),
    ("- x and y", "+ x"),
    ("+ x == 1", "- x == 2"),
    ("+ x == 1", "+ y == 2"),
    ("+ x in ('a', 'b')", "- x == 'a'"),
    ("+ x in [*y]", "- x == 'a'"),
    ("+ x < y", "- y < x"),
    ("+ x > 0", "+ x"),
    ("- x > 1", "+ x"),
    ("+ (x if y else z)", "- x"),
    ("+ any([x, y])", "- x"),
    ("+ f(x)", "- f(y)"),
    ("+ x or y or z", "- x; - y"),
    ("- x and y and z", "+ x; + z"),
    ("- x < y < z", "- x < y"),
    ("+ len(*x)", "- bool(*x)"),
    ("+ all(*[x, y])", "- x"),
]


@pytest.mark.parametrize(("one", "other"), EXCLUDING)
def test_excluding(one: str, other: str) -> None:
    assert exclude(conditions(one), conditions(other))
    assert exclude(conditions(other), conditions(one))


@pytest.mark.parametrize(("one", "other"), TOGETHER)
def test_not_excluding(one: str, other: str) -> None:
    assert not exclude(conditions(one), conditions(other))
    assert not exclude(conditions(other), conditions(one))


@pytest.mark.parametrize(
    ("code", "truth"),
    [
        ("True", True),
        ("None", False),
        ("0", False),
        ("'a'", True),
        ("''", False),
        ("b'a'", True),
        ("'' 'a'", True),
        ("0.5", None),
        ("...", None),
        ("-1", None),
        ("range(True)", None),
        ("[]", False),
        ("(x,)", True),
        ("[*x]", None),
        ("range(3)", True),
        ("range(0)", False),
        ("range(n)", None),
        ("x", None),
    ],
)
def test_constant(code: str, truth: bool | None) -> None:
    assert constant(expression(code)) is truth


def test_paths() -> None:
    found = paths(expression("a.b.c == d[e] or not f(g, h=i)"))

    assert found == {"a", "a.b", "a.b.c", "d", "e", "f", "g", "i"}
    assert Together(conditions("+ x; - y.z")).paths >= {"x", "y.z"}


def test_parts() -> None:
    told = [
        (ast.unparse(part.test), part.held)
        for part in Condition(expression("not (x or not y or z)"), held=True).parts()
    ]

    assert told == [("x", False), ("y", True), ("z", False)]


@pytest.mark.parametrize(
    ("code", "plain"),
    [
        ("(x := f()) is None", "x is None"),
        ("(x := (y := f())) and z", "x and z"),
        ("x is None", "x is None"),
    ],
)
def test_without_walrus(code: str, plain: str) -> None:
    test = expression(code)
    before = ast.dump(test)

    assert canonical(without_walrus(test)) == canonical(expression(plain))
    assert ast.dump(test) == before  # the tree is everybody's


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("'x' in locals()", "x"),
        ("'x' not in vars()", "x"),
        ("x in locals()", None),
        ("'x' in vars(y)", None),
        ("'x' in locals", None),
        ("'x' in globals()", None),
    ],
)
def test_asked_for(code: str, name: str | None) -> None:
    assert asked_for(expression(code)) == name
    assert ("x" in paths(expression(code))) is (name is not None or code.startswith("x"))


def test_what_is_made_reads_as_what_is_written() -> None:
    assert canonical(is_bound("x")) == canonical(expression("'x' in locals()"))
    assert canonical(is_none(variable("x"))) == canonical(expression("(x) is None"))
    assert canonical(expression("x == 'a'")) == canonical(expression('x  ==  "a"'))
