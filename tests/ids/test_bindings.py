"""To which name the value of an expression goes."""

from __future__ import annotations

import ast
from dataclasses import fields

import pytest

from ssot_lint.ids.bindings import Binder, Binding
from tests.helpers.models import id_model

CONTEXT = "from shared.types import UserExecutionContext\n"


def binding_of(code: str) -> Binding:
    """Of the string `ID` in the code."""
    ids = id_model(code)
    asked = [n for n in ids.semantics.syntax.nodes if isinstance(n, ast.Constant)]
    return Binder(ids).of(next(node for node in asked if node.value == "ID"))


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("run_id = 'ID'", "run_id"),
        ("run_id: str = 'ID'", "run_id"),
        ("self.run_id = 'ID'", "run_id"),
        ("d['run_id'] = 'ID'", "run_id"),
        ("run_id = a or b or 'ID'", "run_id"),
        ("run_id = a if b else 'ID'", "run_id"),
        ("run_id = a if 'ID' else b", None),
        ("f(run_id := 'ID')", "run_id"),
        ("f(run_id='ID')", "run_id"),
        ("f(**'ID')", None),
        ("f(*'ID')", None),
        ("class C(run_id='ID'): pass", None),
        ("d = {'run_id': 'ID'}", "run_id"),
        ("d = {'ID': run_id}", None),
        ("d = {**'ID'}", None),
        ("a, run_id = b, 'ID'", "run_id"),
        ("a, *run_id = b, 'ID'", "run_id"),
        ("a, b, run_id = b, 'ID'", None),
        ("a, run_id = b, *'ID'", None),
        ("a = run_id = 'ID'", "run_id"),
        ("def run_id():\n return 'ID'", "run_id"),
        ("def run_id():\n yield 'ID'", "run_id"),
        ("def run_id():\n yield from 'ID'", None),
        ("def run_id():\n return a, 'ID'", None),
        ("def run_ids():\n return [a, 'ID']", "run_ids"),
        ("return_ = [run_id for run_id in 'ID']", None),
        ("run_ids = ['ID' for a in b]", "run_ids"),
        ("run_ids = {a: 'ID' for a in b}", None),
        ("def f(a, run_id='ID', b=1): pass", "run_id"),
        ("def f(a, /, b, *, c, run_id='ID'): pass", "run_id"),
        ("def f(a: 'ID'): pass", None),
        ("f = lambda run_id='ID': 1", "run_id"),
        ("run_id = lambda: 'ID'", "run_id"),
        ("run_id = field(default_factory=lambda: 'ID')", "run_id"),
        ("run_id = field(default='ID')", "run_id"),
        ("run_id = f(lambda: 'ID')", None),
        ("def f(a, run_id): pass\nf(1, 'ID')", "run_id"),
        ("def f(a, run_id): pass\nself.f(1, 'ID')", "run_id"),
        ("def f(a, run_id): pass\nother.f(1, 'ID')", None),
        ("def f(a, run_id): pass\nf(*a, 'ID')", "run_id"),
        (CONTEXT + "UserExecutionContext(1, 'ID')", "thread_id"),
        ("RunID('ID')", "RunID"),
        ("RunID('ID', 1)", None),
        ("run_id = str('ID')", "run_id"),
        ("run_id = list(['ID'])", "run_id"),
        ("def str(a): pass\nrun_id = str('ID')", None),
        ("run_id = 'ID'[1]", None),
        ("d['ID'] = run_id", None),
        ("d['ID', 1] = run_id", None),
        ("'ID' == run_id", None),
        ("run_id = f'{\"ID\"}'", None),
        ("'ID'", None),
    ],
)
def test_the_name(code: str, name: str | None) -> None:
    assert binding_of(code).name == name


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("run_id = d.get('thread_id', 'ID')", "thread_id"),
        ("run_id = getattr(d, 'thread_id', 'ID')", "thread_id"),
        ("run_id = d.get('ID', 'thread_id')", None),
        ("run_id = d.get(key, 'ID')", None),
        ("run_id = d.getattr(d, 'thread_id', 'ID')", None),
    ],
)
def test_the_name_of_a_default(code: str, key: str | None) -> None:
    assert binding_of(code).by_key == key


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("run_id = 'ID'", {"direct"}),
        ("run_id = a or 'ID'", set()),
        ("run_ids = ['ID']", {"plural"}),
        ("run_ids = ['ID' for a in b]", {"plural", "deferred"}),
        ("run_id = lambda: 'ID'", {"deferred", "is_returned"}),
        ("def f(run_id='ID'): pass", {"deferred", "direct"}),
        ("def run_id():\n return 'ID'", {"direct", "is_returned"}),
        ("d['ID', 1]", {"direct"}),
    ],
)
def test_how_it_is_bound(code: str, said: set[str]) -> None:
    binding = binding_of(code)
    flags = {one.name for one in fields(Binding) if getattr(binding, one.name) is True}

    assert flags == said


@pytest.mark.parametrize(
    ("code", "opposed"),
    [
        ("run_id = 'ID'[1]", "the id is cut"),
        ("'ID' == a", "it is compared"),
        ("a == 'ID'", None),
        ("a = b = 'ID'", "it gets several names at once"),
        ("self.a = a = 'ID'", None),
    ],
)
def test_what_stands_against_another_form(code: str, opposed: str | None) -> None:
    assert binding_of(code).opposed == opposed


def test_the_parts_of_a_binding() -> None:
    binding = binding_of("self.run_id = run_id = f(g('ID'))")
    assert binding.name is None
    assert binding.calls == ()

    binding = binding_of("def f(run_id: Run = str(field(default='ID'))): pass")
    assert [ast.unparse(call.func) for call in binding.calls] == ["field", "str"]
    assert isinstance(binding.statement, ast.arg)

    binding = binding_of("run_id = self.run_id = 'ID'")
    assert binding.target is not None
    assert ast.unparse(binding.target) == "self.run_id"


def test_the_parts_of_a_list_that_is_indexed() -> None:
    binding = binding_of("run_ids = ['ID', a][0]")

    assert (binding.plural, binding.opposed) == (True, "the id is cut")
