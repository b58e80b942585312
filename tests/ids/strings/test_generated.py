"""Where ids of the generator are, and what they begin with."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.ids.strings.generated import Generated, Origins
from tests.helpers.models import id_model

IMPORT = "from shared.id_generation import UnifiedIdGenerator as G\n"


def asked(code: str) -> tuple[Generated, ast.expr]:
    """The argument of the last call of `ask`."""
    ids = id_model(IMPORT + code)
    found = [
        node.args[0]
        for node in ids.semantics.syntax.nodes
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "ask"
    ]
    return ids.once(Generated), found[-1]


def origins(code: str) -> Origins:
    generated, node = asked(code)
    return generated.origins(node)


@pytest.mark.parametrize(
    ("code", "heads"),
    [
        ("ask(G.generate_base_id('run'))", {"run_"}),
        ("ask(G.generate_base_id(prefix='run'))", {"run_"}),
        ("ask(G.generate_base_id(a))", {""}),
        ("ask(G.generate_base_id(f'run_{a}'))", {"run_"}),
        ("ask(G.generate_base_id(*a))", {""}),
        ("ask(G.generate_message_id('a'))", {""}),
        ("ask(G.generate_base_id('a') or G.generate_base_id('b') or c)", set()),
        ("ask(G.generate_base_id('a') or G.generate_base_id('b') or 'c')", {"a_", "b_", "c"}),
        ("ask(G.generate_base_id('a') if x else None)", {"a_"}),
        ("ask(G.generate_base_id('a') and 'b')", set()),
        ("ask(b := G.generate_base_id('a'))", {"a_"}),
        ("ask(str(G.generate_base_id('a')))", {"a_"}),
        ("ask(f\"{G.generate_base_id('a')}_b\")", {"a_"}),
        ("ask(G.generate_base_id('a').upper())", {""}),
        ("ask(G.generate_base_id('a').replace('a', 'b'))", {""}),
        ("ask(True)", set()),
        ("ask(x[0])", set()),
        ("def f():\n a = G.generate_base_id('a')\n ask(a)", {"a_"}),
        (
            "def f(x):\n if x:\n  a = G.generate_base_id('a')\n else:\n  a = 'b'\n ask(a)",
            {"a_", "b"},
        ),
        ("A = 'x'\nask(A)", {"x"}),
        ("def f():\n t, r, q = G.generate_user_context_ids(1, 2)\n ask(q)", {"req_"}),
        ("def f():\n t, *r = G.generate_user_context_ids(1, 2)\n ask(t)", {"thread_"}),
        ("def f():\n *r, q = G.generate_user_context_ids(1, 2)\n ask(q)", {"req_"}),
        ("def f():\n t, r = G.generate_user_context_ids(1, 2)\n ask(r)", set()),
        ("def f():\n a = G.generate_user_context_ids(1, 2)\n ask(a[-1])", {"req_"}),
        ("ask(G.generate_user_context_ids(1, 2)[0])", {"thread_"}),
        ("ask(G.generate_user_context_ids(1, 2)[0:1])", set()),
        ("ask(G.generate_user_context_ids(1, 2)[True])", set()),
        ("ask(G.generate_user_context_ids(1, 2)[3])", set()),
    ],
)
def test_heads(code: str, heads: set[str]) -> None:
    assert {origin.head for origin in origins(code)} == heads


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ask(G.generate_base_id('a'))", True),
        ("ask(f'b_{G.generate_base_id(1)}')", True),
        ("ask(G.generate_base_id('a').strip())", True),
        ("ask('a')", False),
        ("ask(a)", False),
        ("ask(G.generate_base_id('a') or 'a')", False),
    ],
)
def test_surely_an_id(code: str, expected: bool) -> None:
    generated, node = asked(code)

    assert bool(generated.ids(node)) == expected


def test_none_is_a_value() -> None:
    generated, node = asked("ask(G.generate_base_id('a') if b else None)")
    assert generated.may_be_none(node)

    generated, node = asked("ask(G.generate_base_id('a'))")
    assert not generated.may_be_none(node)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("ask('a' 'b')", "ab"),
        ("ask('a' + 'b')", "ab"),
        ("def f():\n a = 'b'\n ask(a)", "b"),
        ("ask(f'a{b}')", None),
        ("ask('a' or 'b')", None),
        ("ask('\\x41')", "A"),
    ],
)
def test_text(code: str, text: str | None) -> None:
    generated, node = asked(code)

    assert generated.text(node) == text


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("def f():\n a = 'b_'\n a += c", "b_"),
        ("def f():\n a = 'b_'\n a -= c", None),
        ("def f():\n a = d\n a += c", None),
        ("def f():\n self.a += c", None),
    ],
)
def test_text_before_more_is_added(code: str, text: str | None) -> None:
    ids = id_model(code)
    (node,) = ids.semantics.syntax.of(ast.AugAssign)

    assert ids.once(Generated).text_before(node) == text
