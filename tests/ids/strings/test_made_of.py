"""What of a call its result is made of."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.ids.strings.made_of import MadeOf
from tests.helpers.models import semantic_model

FILE = """
import copy, hashlib
from unittest.mock import Mock

def short(number, *, salt=None):
    digits = hex(number)
    return digits[2:]

def again(value, times):
    return again(value, times - 1) if times else value

def all_of(*values):
    return ",".join(values)

class C:
    def own(self, value, other):
        return str(value)
"""


@pytest.mark.parametrize(
    ("call", "handed_on"),
    [
        ("str(a)", "a"),
        ("max(a, key=b)", "a key=b"),
        ("'{}'.format(a)", "a"),
        ("sep.join(a)", "a"),
        ("hashlib.md5(a, usedforsecurity=b)", "a usedforsecurity=b"),
        ("copy.copy(a)", "a"),
        ("d.get(a, b)", "b"),
        # Others look something up, or keep it under a name.
        ("make(a)", ""),
        ("x.find(a, at=b)", ""),
        ("Mock(a, at=b)", "a"),
        # Functions of the file, by what they return.
        ("short(a, salt=b)", "a"),
        ("short(number=a)", "number=a"),
        ("short(*a)", "*a"),
        ("short(**a)", "**a"),
        ("again(a, b)", "a b"),
        ("all_of(a, b)", "a b"),
        ("C.own(x, a, b)", "a"),
        ("C(a)", ""),
    ],
)
def test_what_a_call_hands_on(call: str, handed_on: str) -> None:
    semantics = semantic_model(f"{FILE}\ndef f(a, b, d, x, sep):\n    return {call}\n")
    returned = semantics.syntax.tree.body[-1].body[0].value  # type: ignore[attr-defined]

    _, *parts = semantics.once(MadeOf).parts(returned)

    assert " ".join(map(_code, parts)) == handed_on


def _code(node: ast.AST) -> str:
    if isinstance(node, ast.keyword):
        return f"{node.arg}={node.value.id}" if node.arg else f"**{node.value.id}"  # type: ignore[attr-defined]
    return ast.unparse(node)
