"""What differs from run to run, in an expression and in the variables that it reads."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.ids.strings.sources import Sources, counters, may_be_source, target_name
from tests.helpers.models import id_model

IMPORTS = "import itertools, random, time\nfrom datetime import datetime\n"


def sources_in(code: str) -> list[str]:
    """The sources of what the last statement of the last function returns."""
    ids = id_model(IMPORTS + code)
    function = ids.semantics.syntax.tree.body[-1]
    if isinstance(function, ast.ClassDef):
        function = function.body[-1]
    assert isinstance(function, ast.FunctionDef)
    last = function.body[-1]
    assert isinstance(last, ast.Return)
    assert last.value is not None
    found = Sources([function], ids.semantics, ids.counters).sources(last.value)
    return [ast.unparse(source) for source in found]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("def f():\n return time.time()", ["time.time()"]),
        ("def f():\n a = random.random()\n return f'{a}'", ["random.random()"]),
        ("def f():\n (a := id(f))\n return f'{a}'", ["id(f)"]),
        ("def f():\n a = b\n b = a\n b = time.time()\n return a", ["time.time()"]),
        ("def f():\n a = id(f)\n b = a, a\n return b, a, hash(f)", ["id(f)", "hash(f)"]),
        # In the order of the source, whatever block they stand in.
        ("def f(c):\n if c:\n  a = hash(c)\n a = id(c)\n return a", ["hash(c)", "id(c)"]),
        ("def f():\n return {'a': id(f), **{'b': hash(f)}}", ["id(f)", "hash(f)"]),
        ("def f():\n return [id(a) for a in sorted([hash(f)])]", ["id(a)", "hash(f)"]),
        # What others were handed is no part of what they give.
        ("def f():\n return [id(a) for a in g(key=hash(f))]", ["id(a)"]),
        ("def f():\n a = g(time.time())\n return a.id, g(hash(f)).b, h.c(id(f))", []),
        # Only the day is left of the time.
        ("def f():\n return datetime.now().strftime('%Y')", []),
        ("DAY = '%Y'\ndef f():\n return f'{datetime.now():{DAY}}'", []),
        # Neither a builtin nor a variable.
        ("def id(a): pass\ndef f():\n return id(f)", []),
        ("def f(x):\n now = time.time()\n return x.now, g(now=1)", []),
        ("def f():\n def g():\n  a = time.time()\n return a", []),
        ("def f():\n return id (f)", []),  # the mask looks for `id(`
        ("def f():\n return (id)(f)", []),
        ("def f():\n return f'{id( f )}'", ["id(f)"]),
        ("def f():\n return 'ä', hash(\n  f)", ["hash(f)"]),
    ],
)
def test_sources(code: str, found: list[str]) -> None:
    assert sources_in(code) == found


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("class C:\n def f(self):\n  self._n += 1\n  return self._n", ["self._n"]),
        ("class C:\n def f(self):\n  C.n += 0x1\n  return C.n", ["C.n"]),
        ("def f():\n global n\n n += 1\n return n", ["n"]),
        ("def f():\n n = 0\n n += 1\n return n", []),
        ("def f():\n global n\n n += True\n return n", []),
        ("def f():\n global n\n n -= 1\n return n", []),
        ("class C:\n def f(self):\n  self.n += 2\n  return self.n", []),
        ("def g():\n global count\n count += 2\ndef f():\n return count", ["count"]),
        ("a = itertools.count()\ndef f():\n return next(a)", ["next(a)"]),
        ("def f(a):\n return next(a)", []),
        # The attribute of something else only has the name of the counter.
        ("def g():\n global count\n count += 2\ndef f(x):\n return x.count", []),
    ],
)
def test_counters(code: str, found: list[str]) -> None:
    assert sources_in(code) == found


def test_counters_of_a_class_as_methods_write_them() -> None:
    ids = id_model("from itertools import count as c\nclass A:\n n: int = c()\n")

    assert counters(ids.semantics.syntax) == {
        "next(n)", "next(self.n)", "next(cls.n)", "next(A.n)"
    }  # fmt: skip


@pytest.mark.parametrize("code", ["time.time()", "next(a)", "id(a)", "a += 1", "now()", "n.count"])
def test_what_may_be_a_source(code: str) -> None:
    ids = id_model(f"import time\nfrom time import time as now\n{code}")
    last = ids.semantics.syntax.tree.body[-1]
    node = last.value if isinstance(last, ast.Expr) else last

    assert may_be_source(node, ids.semantics, frozenset({"n.count"}))


@pytest.mark.parametrize("code", ["time.sleep()", "nearest(a)", "a += b", "a.count"])
def test_what_is_surely_no_source(code: str) -> None:
    ids = id_model(f"import time\n{code}")
    last = ids.semantics.syntax.tree.body[-1]
    node = last.value if isinstance(last, ast.Expr) else last

    assert not may_be_source(node, ids.semantics, frozenset({"n.count"}))


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("a", "a"),
        ("b.a", "a"),
        ("b['a']", "a"),
        ("b[r'a']", "a"),
        ("b[a]", None),
        ("b['a', 'c']", None),
        ("b[:]", None),
        ("[a]", None),
    ],
)
def test_the_name_of_a_target(target: str, name: str | None) -> None:
    assert target_name(ast.parse(target, mode="eval").body) == name


def test_variables_that_read_one_another_twice_cost_no_more() -> None:
    lines = [f" a{n + 1} = a{n} + a{n}" for n in range(60)]

    assert sources_in("\n".join(["def f():", " a0 = id(f)", *lines, " return a60"])) == ["id(f)"]


def test_long_sums() -> None:
    assert sources_in(f"def f():\n return {'a + ' * 900}id(f)") == ["id(f)"]
