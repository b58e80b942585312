"""To which parameters the arguments of a call go."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.ids.call_arguments import call_handed, is_context_class, parameter_lists
from tests.helpers.models import id_model

CONTEXT = "from shared.types import UserExecutionContext as Context\n"


def last_call(tree: ast.AST) -> ast.Call:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return max(calls, key=lambda call: (call.lineno, call.end_col_offset))


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("def f(a, /, b, *, c): pass\nf(1)", ["a", "b"]),
        ("def f(a): pass\ndef f(b): pass\nf(1)", ["b"]),
        ("if x:\n def f(a): pass\nelse:\n def f(b): pass\nf(1)", None),
        ("def f(a): pass\ng = f\ng(1)", None),
        ("class C:\n def f(self, a): pass\nC.f(1)", ["self", "a"]),
        ("class C:\n @classmethod\n def f(cls, a): pass\nC.f(1)", ["a"]),
        ("class C:\n @staticmethod\n def f(a): pass\nC.f(1)", ["a"]),
        ("class C:\n def f(self, a): pass\n def g(self):\n  self.f(1)", ["a"]),
        ("class C:\n def __init__(self, a): pass\nC(1)", ["a"]),
        ("from dataclasses import dataclass\n@dataclass\nclass C:\n a: int\nC(1)", ["a"]),
        (CONTEXT + "Context(1)", ["user_id", "thread_id", "run_id", "request_id"]),
        (CONTEXT + "f(1)", None),
    ],
)
def test_parameter_lists(code: str, names: list[str] | None) -> None:
    ids = id_model(code)
    found = list(parameter_lists(ids, last_call(ids.semantics.syntax.tree)))

    assert [one[: len(names)] for one in found] == [names] if names is not None else not found


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (CONTEXT + "Context()", True),
        (CONTEXT + "Context.create()", True),
        ("shared.UserExecutionContext.create()", True),
        ("class UserExecutionContext: pass\nA = UserExecutionContext\nA()", True),
        ("Other()", False),
    ],
)
def test_context_classes(code: str, expected: bool) -> None:
    ids = id_model(code)

    assert is_context_class(ids, last_call(ids.semantics.syntax.tree).func) == expected


@pytest.mark.parametrize(
    ("code", "handed"),
    [
        ("f(it)", ("f", None)),
        ("f(a=it)", ("f", "a")),
        ("f(*it)", ("f", None)),
        ("f(**it)", ("f", None)),
        ("f(g(it))", ("g", None)),
        ("it()", None),
        ("f([*it])", None),
        ("class C(a=it): pass", None),
        ("f(it + 1)", None),
    ],
)
def test_who_is_handed_a_value(code: str, handed: tuple[str, str | None] | None) -> None:
    syntax = id_model(code).semantics.syntax
    names = [node for node in syntax.nodes if isinstance(node, ast.Name)]
    found = call_handed(next(node for node in names if node.id == "it"), syntax)

    assert (found and (ast.unparse(found[0].func), found[1])) == handed
