"""Which of the calls `a()`, `b()` and `c()` one run can both reach."""

from __future__ import annotations

from itertools import combinations

import libcst as cst
import pytest

from ssot_lint.analysis.semantics.control_flow.reachability import Reachability
from ssot_lint.analysis.semantics.names import resolve_names
from ssot_lint.analysis.syntax.libcst_nodes import walk
from ssot_lint.config.settings import Settings
from ssot_lint.ids.id_model import tracked


def calls(code: str) -> tuple[dict[str, cst.CSTNode], Reachability]:
    """The calls by their names, each of which relies on `user`."""
    module = cst.parse_module(code)
    names = resolve_names(module, tracked(Settings()), None)
    found: dict[str, cst.CSTNode] = {
        node.func.value: node
        for node in walk(module)
        if isinstance(node, cst.Call)
        and isinstance(node.func, cst.Name)
        and node.func.value in ("a", "b", "c")
    }
    scope = next((n for n in module.body if isinstance(n, cst.FunctionDef)), module)
    return found, Reachability(scope, dict.fromkeys(found.values(), frozenset({"user"})), names)


@pytest.mark.parametrize(
    ("code", "pairs"),
    [
        ("a()\nb()", "ab"),
        ("if x: a()\nelse: b()", ""),
        ("if x: a()\nb()", "ab"),
        ("if x: a()\nelif y: b()\nelse: c()", ""),
        ("a() if x else b()", ""),
        ("a() or b()", "ab"),
        ("try: a()\nexcept E: b()", ""),  # a handler stands in for the body
        ("try: a()\nfinally: b()", "ab"),
        ("for i in x:\n  if i: a()\n  else: b()", ""),
        ("match x:\n  case 1: a()\n  case _: b()", ""),
        # Tests that exclude each other, one below the other.
        ("if x: a()\nif not x: b()", ""),
        ("if x: a()\nx = 1\nif not x: b()", "ab"),
        ("if x: a()\nx.append(1)\nif not x: b()", "ab"),
        ("if x: a()\nif not y: b()", "ab"),
        # What ends a run.
        ("def f():\n  if x:\n    a()\n    return\n  b()", ""),
        ("def f():\n  if x:\n    a()\n    raise E\n  b()", ""),
        ("import sys\nif x:\n  a()\n  sys.exit()\nb()", ""),
        # What a call relies on gets another value in between.
        ("a()\nuser = 1\nb()", ""),
        ("a()\nother = 1\nb()", "ab"),
        ("a()\nfrom x import user\nb()", ""),
        ("a()\ndel user\nb()", ""),
        ("a()\nfor user in x: b()", ""),
        ("a()\nif x: user = 1\nb()", "ab"),
        ("a()\nb()\nuser = 1\nc()", "ab"),
    ],
)
def test_calls_that_one_run_reaches(code: str, pairs: str) -> None:
    found, reach = calls(code)

    assert [
        one + other
        for one, other in combinations(sorted(found), 2)
        if reach.both(found[one], found[other])
    ] == pairs.split()


def test_what_comes_before_a_call() -> None:
    found, reach = calls("a()\nif x:\n  b()\nelse:\n  c()")

    assert reach.before(found["a"]) == set()
    assert reach.before(found["c"]) == {found["a"]}


def test_the_body_of_a_class_runs_from_above() -> None:
    module = cst.parse_module("class C:\n  x = a()\n  y = b()")
    (scope,) = module.body
    assert isinstance(scope, cst.ClassDef)
    one, other = (node for node in walk(scope) if isinstance(node, cst.Call))
    names = resolve_names(module, tracked(Settings()), None)
    reach = Reachability(scope, dict.fromkeys((one, other), frozenset[str]()), names)

    assert reach.both(one, other)
