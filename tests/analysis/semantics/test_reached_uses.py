"""Which values of a variable reach which reads of it."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.analysis.semantics.control_flow.reached_uses import Uses
from ssot_lint.analysis.syntax.parsing import names_bound_by, parameters


def reached(code: str) -> list[list[int]]:
    """For each read of `x`, in order, the rows of the bindings that reach it."""
    uses = Uses(ast.parse(code).body)
    loads = sorted(uses.loads("x"), key=lambda load: (load.lineno, load.col_offset))
    return [sorted(vars(source)["lineno"] for source in uses.sources(load)) for load in loads]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("x = 1\nx", [[1]]),
        ("x = 1\nx = 2\nx", [[2]]),
        ("x = 1\nif a:\n    x = 2\nx", [[1, 3]]),
        ("if a:\n    x = 1\nelse:\n    x = 2\nx", [[2, 4]]),
        ("if a:\n    x = 1\nelif b:\n    x = 2\nelif c:\n    x = 3\nx", [[2, 4, 6]]),
        ("x = 1\na and b and (x := 2)\nx", [[1, 2]]),
        ("x = 1\nwhile a:\n    x\n    x = 2", [[1, 4]]),
        ("x = 1\nif a:\n    x = 2\n    raise E\nx", [[1]]),
        ("x = 1\ntry:\n    x = 2\nexcept E:\n    x", [[1, 3]]),
        ("x = 1\ntry:\n    x = 2\nexcept E:\n    x = 3\nelse:\n    x\nx", [[3], [3, 5]]),
        ("x = 1\ntry:\n    x = 2\nfinally:\n    x", [[1, 3]]),
        # `finally` also runs where a handler or an `else` fails half-way.
        (
            "x = 1\ntry: a()\nexcept E:\n    x = 2\n    b()\n    x = 3\nfinally:\n    x",
            [[1, 4, 6]],
        ),
        ("try: x = 1\nexcept E: x = 2\nelse:\n    x = 3\n    x = 4\nfinally: x", [[1, 2, 4, 5]]),
        ("for x in a:\n    x", [[1]]),
        ("x", [[]]),
        # What binds besides assignments.
        ("import x\nx", [[1]]),
        ("import a.b as x, c\nx", [[1]]),
        ("import x.y\nx", [[1]]),
        ("def x(): pass\nx", [[1]]),
        ("class x: pass\nx", [[1]]),
        ("try: pass\nexcept E as x:\n    x\nx", [[2], []]),
        ("with a as (b, x): x", [[1]]),
        (
            "match a:\n    case [1, x]: x\n    case {'k': 2, **x}: x\n    case [*x]: x",
            [[2], [3], [4]],
        ),
        ("x = 1\nx += 1\nx", [[1], [2]]),
        ("x: int = 1\nx", [[1]]),
        ("x: int\nx", [[]]),
        ("x = y = 1\ndel y, x\nx", [[1], []]),
        # Targets of comprehensions are names of their own.
        ("x = 1\n[x for x in a]\nx", [[1]]),
        ("x = 1\n[x for a in x for x in a]", [[1]]),
        ("x = 1\n[b for a in b for b in x]", [[1]]),
    ],
)
def test_definitions_that_reach_a_read(code: str, expected: list[list[int]]) -> None:
    assert reached(code) == expected


@pytest.mark.parametrize(
    ("code", "captured"),
    [
        ("x = 1\ndef f():\n    return x", {"x"}),
        ("x = 1\nasync def f():\n    async with x: pass", {"x"}),
        ("x = 1\nclass C:\n    y = x", {"x"}),
        ("x = 1\nf = lambda: x", {"x"}),
        ("x = 1\nf = lambda: f'{x}'", {"x"}),
        ("x = 1\ndef f():\n    nonlocal x\n    import x", {"x"}),
        ("x = 1\nx", set()),
        ("x = 1\nlocals()", {"x"}),
        # Defaults and decorators are code of the scope itself.
        ("x = 1\n@x\ndef f(y=x): pass", set()),
        # An attribute, or an argument's name, is no variable.
        ("x = 1\nf = lambda a: a.x", set()),
        ("x = 1\nf = lambda a: a(x=1)", set()),
    ],
)
def test_names_that_others_may_read(code: str, captured: set[str]) -> None:
    assert Uses(ast.parse(code).body).captured & {"x"} == captured


def test_values_of_parameters() -> None:
    (function,) = ast.parse("def f(a, /, x, *y, z=1, **k):\n    x\n    x = 2\n    x").body
    assert isinstance(function, ast.FunctionDef)
    given = parameters(function.args)
    uses = Uses(function.body, given)
    first, second = uses.loads("x")

    assert uses.sources(first) == {given[1]}
    assert uses.of(given[1]) == [first]
    assert [list(names_bound_by(source)) for source in uses.sources(second)] == [["x"]]


def test_attributes_that_are_deleted_are_no_names() -> None:
    uses = Uses(ast.parse("x = 1\ndel a.x, b[x]").body)

    assert [load.col_offset for load in uses.loads("x")] == [11]
