"""Literals that become ids and do not begin as they should."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.ids.strings.literals import UnprefixedLiterals
from tests.helpers.models import id_model

IMPORT = "from shared.id_generation import UnifiedIdGenerator as G\n"
CONTEXT = "from shared.types import UserExecutionContext as Context\n"


def heads(code: str) -> list[str]:
    ids = id_model(code)
    return [
        found.head.text for found in ids.once(UnprefixedLiterals).in_(ids.semantics.syntax.tree)
    ]


@pytest.mark.parametrize(
    "code",
    [
        "thread_id = 'x'",
        "thread_id: str = 'x'",
        "self.thread_id = 'x'",
        "d['thread_id'] = 'x'",
        "thread_id = f'x{a}'",
        "thread_id = 'x' 'y'",
        "thread_id = 'x%s' % a",
        "thread_id = a or b or 'x'",
        "thread_id = a if b else 'x'",
        "thread_id, b = 'x', 'y'",
        "f(thread_id='x')",
        "f(*a, thread_id='x')",
        "f(thread_id='x', **a)",
        "f(thread_id := 'x')",
        "d = {'thread_id': 'x'}",
        "d = a.thread_id or 'x'",
        "d = a.get('thread_id') or 'x'",
        "d = a.thread_id if b else 'x'",
        "d = a.get('thread_id', 'x')",
        "d = getattr(a, 'thread_id', 'x')",
        "def f(a, thread_id='x'): pass",
        "def f(a, *, thread_id='x'): pass",
        "f = lambda thread_id='x': 1",
        "def f(a, thread_id): pass\nf(1, 'x')",
        "thread_id = Field('x')",
        "thread_id = Field(default='x')",
        "thread_id = field(default_factory=lambda: 'x')",
        "thread_id = Column(server_default='x')",
        CONTEXT + "Context(1, 'x')",
        CONTEXT + "Context(1, d.get(a, 'x'))",
        IMPORT + "thread_id = G.generate_base_id('x')",
        IMPORT + "thread_id = G.generate_base_id(prefix='x')",
        "if a:\n f(thread_id='x')",
        "try: pass\nexcept f(thread_id='x'): pass",
        "match a:\n case b if f(thread_id='x'): pass",
        "class C:\n thread_id = 'x'",
        "a == f(thread_id='x')",
    ],
)
def test_unprefixed(code: str) -> None:
    assert [head[:1] for head in heads(code)] == ["x"]


@pytest.mark.parametrize(
    "code",
    [
        "thread_id = 'thread_x'",
        "thread_id = ''",
        "thread_id = b'x'",
        "thread_id = a",
        "thread_id = f'{a}x'",
        "thread_id = 'unknown'",
        "pthread_id = 'x'",
        "thread_ids = 'x'",
        "*b, thread_id = 'y', 'x'",
        "class E(Enum):\n thread_id = 'x'",
        "d = {'thread_id': 'str'}",
        "d = {'thread_id': 'the id of a thread'}",
        "d = {'thread_id': 'threadId'}",
        "d = {**{'thread_id': a}, 'b': 'x'}",
        "f(*'x', **'y')",
        "class C(thread_id='x'): pass",
        "def f(thread_id): pass\nf(*a, 'x')",
        "print({'thread_id': 'x'})",
        "print(a.get('thread_id', 'x'))",
        "a == {'thread_id': 'x'}",
        "f'{a.thread_id or \"x\"}'",
        "'%s' % (a.thread_id or 'x')",
        "raise E({'thread_id': 'x'})",
        "thread_id = G.other('x')",
        IMPORT + "thread_id = G.generate_base_id('thread')",
        "d = {'\\x74hread_id': 'x'}",
        "a = b.thread_id and 'x'",
    ],
)
def test_silent(code: str) -> None:
    assert not heads(code)


def test_what_is_said_of_a_literal() -> None:
    ids = id_model(IMPORT + "thread_id = G.generate_base_id(f'x{a}' + 'y')")
    answers = ids.once(UnprefixedLiterals)
    (found,) = answers.in_(ids.semantics.syntax.tree)

    assert (found.kind, found.prefix, found.is_prefix) == ("thread_id", "thread_", True)
    assert ast.unparse(found.string) == "f'x{a}' + 'y'"
    assert ast.unparse(found.head.node) == "f'x{a}'"
    assert answers.at(found.head.node) is found


def test_who_asks_of_one_statement_hears_of_it_alone() -> None:
    ids = id_model("thread_id = 'x'\nif a:\n thread_id = 'y'")
    answers = ids.once(UnprefixedLiterals)
    _, branch = ids.semantics.syntax.tree.body

    assert [found.head.text for found in answers.in_(branch)] == ["y"]


def test_a_literal_is_told_of_once() -> None:
    assert heads("f(thread_id=a.thread_id or 'x')") == ["x"]


def test_the_header_of_a_class_can_be_asked_about_alone() -> None:
    ids = id_model("@f(thread_id='x')\nclass C(g(thread_id='y')):\n thread_id = 'z'")
    (owner,) = ids.semantics.syntax.of(ast.ClassDef)
    header = ast.ClassDef("C", owner.bases, owner.keywords, [], owner.decorator_list)
    found = ids.once(UnprefixedLiterals).in_(header)

    assert {one.head.text for one in found} == {"x", "y"}
