"""Which of the calls `a()`, `b()` and `c()` one run can both reach."""

from __future__ import annotations

import ast
from itertools import combinations

import pytest

from ssot_lint.analysis.semantics.control_flow.reachability import Reachability
from ssot_lint.analysis.semantics.control_flow.resolver import resolve_names
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.syntax.ast_nodes import Syntax
from ssot_lint.analysis.syntax.parsing import FUNCTIONS
from ssot_lint.config.settings import Settings
from ssot_lint.ids.id_model import tracked


def calls(code: str) -> tuple[dict[str, ast.AST], Reachability]:
    """The calls by their names, each of which relies on `user`."""
    module = ast.parse(code)
    names = resolve_names(
        Syntax(module), SourceText(ast.unparse(module)), tracked(Settings()), None
    )
    found: dict[str, ast.AST] = {
        node.func.id: node
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("a", "b", "c")
    }
    scope = next((n for n in module.body if isinstance(n, FUNCTIONS)), module)
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
        ("a() or b() or c()", "ab ac bc"),
        ("x and a() or not x and b()", ""),
        ("if x: a()\nelif y: pass\nelif z: b()\nelse: c()", ""),
        ("if x: a()\nelse:\n  if y: b()\n  c()", "bc"),
        ("[c() for i in a() for j in b()]", "ab ac bc"),
        ("try: a()\nexcept E: b()", ""),  # a handler stands in for the body
        ("try: a()\nfinally: b()", "ab"),
        ("try: a()\nexcept E: b()\nelse: c()", "ac"),
        ("async def f():\n  try: a()\n  except E: b()\n  finally: c()", "ac bc"),
        ("async def f():\n  async for i in x:\n    if i: a()\n    else: b()", ""),
        ("async def f():\n  async with a(): b()", "ab"),
        ("match x:\n  case [1, *_] if a(): b()\n  case {'k': 1, **r}: c()", "ab ac"),
        ("for i in x:\n  if i: a()\n  else: b()", ""),
        ("match x:\n  case 1: a()\n  case _: b()", ""),
        # What the code asks itself: whether a name is bound.
        ("if x:\n  a()\n  y = 1\nif 'y' not in locals(): b()", ""),
        ("if x:\n  y = a()\nif 'y' not in vars(): b()\nelse: c()", "ac"),
        ("if 'y' not in dir(): y = a()\nif 'y' not in dir(): y = b()", ""),
        ("def f(y):\n  if x: a()\n  if 'y' not in locals(): b()", ""),
        ("if x:\n  import y\n  a()\nif 'y' not in locals(): b()", ""),
        ("if x: y = a()\nif 'z' not in locals(): b()", "ab"),
        ("if x:\n  y = a()\n  del y\nif 'y' not in locals(): b()", "ab"),
        ("a()\nif x: y = 1\nif 'y' not in locals(): b()", "ab"),
        ("a()\nif x: y = 1\nelse: y = 2\nif 'y' not in locals(): b()", ""),
        ("for i in x:\n  a()\n  y = 1\nif 'y' not in locals(): b()", ""),
        ("try:\n  z()\n  y = a()\nexcept E: pass\nif 'y' not in locals(): b()", ""),
        ("def f():\n  global y\n  if x: y = a()\n  if 'y' not in locals(): b()", "ab"),
        ("if x: y = a()\nif 'y' not in locals(z): b()", "ab"),
        # What was found out on one way only does not hold where it meets another one.
        ("if u: a()\nif x: u = 1\nif not u: b()", "ab"),
        # Tests that exclude each other, one below the other.
        ("if x: a()\nif not x: b()", ""),
        ("if x: a()\nx = 1\nif not x: b()", "ab"),
        ("if x: a()\nx.append(1)\nif not x: b()", "ab"),
        ("if x: a()\nif not y: b()", "ab"),
        # What ends a run; outside functions, it may be blanked.
        ("a()\nraise E\nb()", "ab"),
        ("def f():\n  if x:\n    a()\n    return\n  b()", ""),
        ("def f():\n  if x:\n    a()\n    raise E\n  b()", ""),
        ("import sys\nif x:\n  a()\n  sys.exit()\nb()", ""),
        # What a call relies on gets another value in between.
        ("a()\nuser = 1\nb()", ""),
        ("a()\nother = 1\nb()", "ab"),
        ("a()\nfrom x import user\nb()", ""),
        ("a()\ndel user\nb()", ""),
        ("a()\ndel x, user\nb()", ""),
        ("a()\nmatch x:\n  case {**user}: b()", ""),
        ("a()\nself.user = 1\nb()", "ab"),
        # An attribute is no variable of its name.
        ("if self.x: a()\nx = 1\nif not self.x: b()", ""),
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
    module = ast.parse("class C:\n  x = a()\n  raise E\n  y = b()")
    (scope,) = module.body
    assert isinstance(scope, ast.ClassDef)
    one, other = (node for node in ast.walk(scope) if isinstance(node, ast.Call))
    names = resolve_names(
        Syntax(module), SourceText(ast.unparse(module)), tracked(Settings()), None
    )
    reach = Reachability(scope, dict.fromkeys((one, other), frozenset[str]()), names)

    assert reach.both(one, other)
