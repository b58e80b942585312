"""What a name may hold, and what a call gives back as it is handed it."""

from __future__ import annotations

import ast

import libcst as cst
import pytest

from ssot_lint.analysis.dataflow.backward import Backward, choices, handed_on
from ssot_lint.analysis.semantics.names import Tracked, resolve_names
from ssot_lint.analysis.semantics.semantic_model import SemanticModel
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.syntax.libcst_nodes import code_of, walk

NOBODY = Tracked("nobody.Nothing", frozenset({"nobody.Nothing"}))


def model(code: str) -> SemanticModel:
    module = cst.parse_module(code)
    names = resolve_names(module, NOBODY, None)
    return SemanticModel(module, names, ast.parse(code), SourceText(code))


def asked(semantics: SemanticModel) -> cst.BaseExpression:
    """The argument of the call of `ask`."""
    return next(
        node.args[0].value
        for node in walk(semantics.module)
        if isinstance(node, cst.Call)
        and isinstance(node.func, cst.Name)
        and node.func.value == "ask"
    )


@pytest.mark.parametrize(
    ("code", "held"),
    [
        ("def f():\n a = 1\n ask(a)", {"1"}),
        ("def f(b):\n a = 1\n if b:\n  a = 2\n ask(a)", {"1", "2"}),
        ("def f():\n a = 1\n a = 2\n ask(a)", {"2"}),
        ("def f():\n a, b = 1, 2\n ask(b)", {"2"}),
        ("def f():\n a, *b = 1, 2\n ask(a)", {None}),
        ("def f(a):\n ask(a)", {None}),
        ("def f():\n if (a := 1):\n  ask(a)", {"1"}),
        # Of others, or what others may change.
        ("a = 1\ndef f():\n ask(a)", set()),
        ("def f():\n global a\n a = 1\n ask(a)", set()),
        ("def f():\n ask(1 + 1)", {"1 + 1"}),
    ],
)
def test_values(code: str, held: set[str | None]) -> None:
    semantics = model(code)
    values = semantics.once(Backward).values(asked(semantics))

    assert {None if value is None else code_of(value) for value in values} == held


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("ask(-8)", -8),
        ("LENGTH = 8\ndef f():\n ask(LENGTH)", 8),
        ("def f():\n n = 8\n ask(n)", 8),
        ("def f(b):\n n = 8\n if b:\n  n = 9\n ask(n)", None),
        ("def f(n):\n ask(n)", None),
    ],
)
def test_numbers(code: str, number: int | None) -> None:
    semantics = model(code)

    assert semantics.once(Backward).number(asked(semantics)) == number


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("ask(str(a))", "a"),
        ("ask(a.casefold())", "a"),
        ("ask(a.strip())", "a"),
        ("from typing import cast\nask(cast(str, a))", "a"),
        ("import typing as t\nask(t.cast(str, a))", "a"),
        # Not sure to be the one that is meant.
        ("def str(a): pass\nask(str(a))", None),
        ("from film import cast\nask(cast(star, a))", None),
        ("ask(a.strip('_'))", None),
        ("ask(str(*a))", None),
        ("ask(sorted(a))", None),
    ],
)
def test_what_a_call_hands_on(code: str, given: str | None) -> None:
    semantics = model(code)
    call = asked(semantics)
    assert isinstance(call, cst.Call)
    found = handed_on(call, semantics.names)

    assert (None if found is None else code_of(found)) == given


@pytest.mark.parametrize(
    ("code", "taken"),
    [
        ("a or b", ["a", "b"]),
        ("a and b", ["b"]),
        ("a if c else b or d", ["a", "b", "d"]),
        ("(a := b)", ["b"]),
        ("a + b", ["a + b"]),
    ],
)
def test_choices(code: str, taken: list[str]) -> None:
    assert [code_of(node) for node in choices(cst.parse_expression(code))] == taken


def test_an_answer_is_made_once() -> None:
    semantics = model("ask(1)")

    assert semantics.once(Backward) is semantics.once(Backward)
