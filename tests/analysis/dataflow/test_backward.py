"""What a name may hold, and what a call gives back as it is handed it."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.analysis.dataflow.backward import Backward, choices, handed_on
from ssot_lint.analysis.semantics.semantic_model import SemanticModel
from tests.helpers.models import semantic_model


def asked(semantics: SemanticModel) -> ast.expr:
    """The argument of the call of `ask`."""
    calls = (node for node in semantics.syntax.of(ast.Call) if ast.unparse(node.func) == "ask")
    return next(calls).args[0]


@pytest.mark.parametrize(
    ("code", "held"),
    [
        ("def f():\n a = 1\n ask(a)", {"1"}),
        ("def f(b):\n a = 1\n if b:\n  a = 2\n ask(a)", {"1", "2"}),
        ("def f():\n a = 1\n a = 2\n ask(a)", {"2"}),
        ("def f():\n a, b = 1, 2\n ask(b)", {"2"}),
        ("def f():\n a, *b = 1, 2\n ask(a)", {None}),
        ("def f():\n a, (b, [c]) = 1, (2, [3])\n ask(c)", {"3"}),
        ("def f():\n a, b = 1, *c\n ask(a)", {None}),
        ("async def f():\n a = b = 1\n ask(b)", {"1"}),
        ("def f():\n a: int = 1\n ask(a)", {"1"}),
        ("def f(b):\n for a in b:\n  ask(a)", {None}),
        ("def f(a):\n ask(a)", {None}),
        ("def f():\n if (a := 1):\n  ask(a)", {"1"}),
        # Of others, or what others may change.
        ("a = 1\ndef f():\n ask(a)", set()),
        ("def f():\n global a\n a = 1\n ask(a)", set()),
        ("def f():\n a = 1\n def g():\n  nonlocal a\n  a = 2\n ask(a)", set()),
        ("def f():\n ask(1 + 1)", {"1 + 1"}),
    ],
)
def test_values(code: str, held: set[str | None]) -> None:
    semantics = semantic_model(code)
    values = semantics.once(Backward).values(asked(semantics))

    assert {None if value is None else ast.unparse(value) for value in values} == held


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("ask(-8)", -8),
        ("ask(--8)", 8),
        ("ask(True)", None),
        ("def f():\n n = True\n ask(n)", None),
        ("LENGTH = 8\ndef f():\n ask(LENGTH)", 8),
        ("def f():\n n = 8\n ask(n)", 8),
        ("def f(b):\n n = 8\n if b:\n  n = 9\n ask(n)", None),
        ("def f(n):\n ask(n)", None),
    ],
)
def test_numbers(code: str, number: int | None) -> None:
    semantics = semantic_model(code)

    assert semantics.once(Backward).number(asked(semantics)) == number


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("ask(str(a))", "a"),
        ("ask(str(object=a))", "a"),
        ("ask(a.casefold())", "a"),
        ("ask(a.strip())", "a"),
        ("from typing import cast\nask(cast(str, a))", "a"),
        ("import typing as t\nask(t.cast(str, a))", "a"),
        # Not sure to be the one that is meant.
        ("def str(a): pass\nask(str(a))", None),
        ("from film import cast\nask(cast(star, a))", None),
        ("ask(a.strip('_'))", None),
        ("ask(str(*a))", None),
        ("ask(str(**a))", None),
        ("ask(a.strip(chars=b))", None),
        ("ask(sorted(a))", None),
    ],
)
def test_what_a_call_hands_on(code: str, given: str | None) -> None:
    semantics = semantic_model(code)
    call = asked(semantics)
    assert isinstance(call, ast.Call)
    found = handed_on(call, semantics.names)

    assert (None if found is None else ast.unparse(found)) == given


@pytest.mark.parametrize(
    ("code", "taken"),
    [
        ("a or b", ["a", "b"]),
        ("a and b", ["b"]),
        ("a or b or c", ["a", "b", "c"]),
        ("a and b and c", ["c"]),
        ("a or b and c", ["a", "c"]),
        ("a if c else b or d", ["a", "b", "d"]),
        ("(a := b)", ["b"]),
        ("a + b", ["a + b"]),
    ],
)
def test_choices(code: str, taken: list[str]) -> None:
    assert [ast.unparse(node) for node in choices(ast.parse(code, mode="eval").body)] == taken


def test_an_answer_is_made_once() -> None:
    semantics = semantic_model("ask(1)")

    assert semantics.once(Backward) is semantics.once(Backward)


@pytest.mark.parametrize(
    ("code", "shared"),
    [
        ("def f():\n a, b = g()\n ask(b)", "g()"),
        ("def f():\n (a, b), c = g(), 1\n ask(b)", "g()"),
        ("def f():\n a = g()\n ask(a)", None),
        ("def f():\n for a, b in g():\n  ask(b)", None),
    ],
)
def test_values_that_several_targets_share(code: str, shared: str | None) -> None:
    semantics = semantic_model(code)
    backward = semantics.once(Backward)
    name = asked(semantics)
    assert isinstance(name, ast.Name)
    (binder,) = backward.sources(name)
    found = backward.shared_value(binder)

    assert (None if found is None else ast.unparse(found)) == shared


def test_uses_of_a_target() -> None:
    semantics = semantic_model("def f():\n a = 1\n b = 2\n ask(a)\n return lambda: b")
    targets = {
        node.id: node for node in semantics.syntax.of(ast.Name) if isinstance(node.ctx, ast.Store)
    }
    backward = semantics.once(Backward)

    assert backward.uses_of(targets["a"]) == [asked(semantics)]
    assert backward.uses_of(targets["b"]) is None  # another function reads it
