"""Which definitions reach a read: small programs, with the reads of `x` and what they meet."""

from __future__ import annotations

import ast
import textwrap

import pytest

from ssot_lint.analysis.semantics.control_flow.reaching_definitions import Nowhere, Reaching

# Each program reads `x` last. What that may meet: rows of definitions, `unbound`, `outside`.
PROGRAMS: dict[str, tuple[str, set[object]]] = {
    "plain": ("x = 1\nx", {1}),
    "rebound": ("x = 1\nx = 2\nx", {2}),
    "unknown": ("x", {"outside"}),
    "one branch": ("if a:\n    x = 1\nx", {2, "unbound"}),
    "both branches": ("if a:\n    x = 1\nelse:\n    x = 2\nx", {2, 4}),
    "other branch leaves": ("def f():\n  if a:\n    x = 1\n  else:\n    return\n  x", {3}),
    "deleted": ("x = 1\ndel x\nx", {"unbound"}),
    "loop may not run": ("for i in a:\n    x = 1\nx", {2, "unbound"}),
    "loop target": ("for x in a:\n    x", {1}),
    "earlier round": ("for i in a:\n    if i:\n        x = 1\n    x", {3, "unbound"}),
    "endless loop": ("while True:\n    x = 1\n    if a: break\nx", {2}),
    "break before": ("while True:\n    if a: break\n    x = 1\nx", {3, "unbound"}),
    "else of a loop": ("for i in a:\n    break\nelse:\n    x = 1\nx", {4, "unbound"}),
    "continue": ("for i in a:\n    if i: continue\n    x = 1\nx", {3, "unbound"}),
    "try may fail": ("try:\n    x = f()\nexcept E:\n    pass\nx", {2, "unbound"}),
    "handler leaves": ("def f():\n  try:\n    x = 1\n  except E:\n    raise\n  x", {3}),
    "in a handler": ("try:\n    x = 1\n    f()\nexcept E:\n    x", {2, "unbound"}),
    "else of a try": ("try:\n    f()\nexcept E:\n    pass\nelse:\n    x = 1\nx", {6, "unbound"}),
    "finally": ("try:\n    x = 1\nfinally:\n    x", {2, "unbound"}),
    "bound in finally": ("try:\n    f()\nfinally:\n    x = 1\nx", {4}),
    "returns through finally": (
        "def f():\n  x = 1\n  try:\n    x = 2\n    return\n  finally:\n    x",
        {2, 4},
    ),
    "name of a handler": ("x = 1\ntry:\n    f()\nexcept E as x:\n    pass\nx", {1, "unbound"}),
    "with may swallow": ("with suppress(E):\n    x = 1\nx", {2, "unbound"}),
    "with of a lock": ("async def f():\n  async with self._user_lock:\n    x = 1\n  x", {3}),
    "with of a file": ("with open(a) as b, httpx.AsyncClient() as c:\n    x = 1\nx", {2}),
    "one of two may swallow": ("with open(a), pytest.raises(E):\n    x = 1\nx", {2, "unbound"}),
    "target of with": ("with f() as x:\n    pass\nx", {1}),
    "match": ("match a:\n    case 1:\n        x = 1\nx", {3, "unbound"}),
    "match all": ("match a:\n    case 1:\n        x = 1\n    case _:\n        x = 2\nx", {3, 5}),
    "captured": ("match a:\n    case [x]:\n        x", {2}),
    "walrus": ("if (x := f()):\n    pass\nx", {1}),
    "walrus behind and": ("a and (x := f())\nx", {1, "unbound"}),
    "conditional expression": ("(x := 1) if a else 2\nx", {1, "unbound"}),
    "comprehension hides": ("x = 1\n[x for x in a]", {2}),
    "walrus in a comprehension": ("[(x := i) for i in a]\nx", {1, "unbound"}),
    "module, read late": ("def f():\n    x\nx = 1", {3}),
    "module, one branch": ("def f():\n    x\nif a:\n    x = 1", {4, "unbound"}),
    "module, deleted": ("x = 1\ndel x\ndef f():\n    x", {1, "unbound"}),
    "type checking": ("if TYPE_CHECKING:\n    import x\ndef f():\n    x", {2, "unbound"}),
    "import that may fail": ("try:\n    import x\nexcept E:\n    pass\ndef f(): x", {2, "unbound"}),
    "main": ("if __name__ == '__main__':\n    import x\ndef f(): x", {2, "unbound"}),
    "argument": ("x = 1\ndef f(x):\n    x", {2}),
    "default": ("x = 1\ndef f(a=x): pass", {1}),
    "default above": ("def f(a=x): pass\nx = 1", {"unbound"}),
    "decorator above": ("@x\ndef f(): pass\nx = 1", {"unbound"}),
    "closure": ("def f():\n  x = 1\n  def g():\n    x", {2}),
    "closure made early": ("def f():\n  def g():\n    x\n  x = 1", {4, "unbound"}),
    "lambda": ("def f():\n  x = 1\n  return lambda: x", {2}),
    "global": ("x = 1\ndef f():\n  global x\n  x = 2\ndef g():\n  x", {1, 4}),
    "nonlocal": (
        "def f():\n  x = 1\n  def g():\n    nonlocal x\n    x = 2\n  def h():\n    x",
        {2, 5},
    ),
    "class": ("x = 1\nclass A:\n    x = 2\n    y = x", {3}),
    "class, outside": ("x = 1\nclass A:\n    y = x", {1}),
    "class, late": ("x = 1\nclass A:\n    x = 2\n    def f(self): x", {1}),
    "class, comprehension": ("x = 1\nclass A:\n    x = 2\n    y = [x for _ in a]", {1}),
    "star": ("from a import *\ndef f(): x", {1}),
    "star that may hide": ("import x\nfrom a import *\nx", {1, 2}),
    "star of the library": ("import x\nfrom uuid import *\nx", {1}),
    "not looked into": ("for i in a:\n    if i:\n        break\n    x = 1\nx", {4, "unbound"}),
    "added to": ("x = 1\nx += 1\nx", {2}),
    "annotated only": ("x: int\nx", {"unbound"}),
    "definition": ("def x(): pass\nx", {1}),
    "import as": ("import a.b as x\nx", {1}),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_the_last_read_meets(name: str) -> None:
    code, expected = PROGRAMS[name]
    reaching = _reaching(code)
    [*_, last] = sorted(reaching.reads, key=lambda node: (node.lineno, node.col_offset))

    found = {_shown(definition) for definition in reaching.reads[last].definitions}

    assert found == expected


def _shown(definition: ast.AST | Nowhere) -> object:
    if isinstance(definition, Nowhere):
        return repr(definition)
    return getattr(definition, "lineno", None)


def _reaching(code: str, names: tuple[str, ...] = ("x",)) -> Reaching:
    rows = [row for row, line in enumerate(code.split("\n"), 1) if "x" in line or "*" in line]
    return Reaching(ast.parse(code), names, rows)


def test_loops_and_functions_around_are_told() -> None:
    code = textwrap.dedent(
        """
        def f():
            for i in a:
                x = 1
                while i:
                    x
        """
    )
    [read] = _reaching(code).reads.values()

    assert [type(node).__name__ for node in read.rounds] == ["FunctionDef", "For", "While"]


def test_imports_are_told_by_what_they_bring() -> None:
    code = "import x.y\nimport a.x as x\nfrom a.b import c as x\nfrom ..a import x\nfrom . import x"

    names = [dotted for _, dotted in sorted(_by_row(_reaching(code)))]

    assert names == ["x", "a.x", "a.b.c", "..a.x", ".x"]


def _by_row(reaching: Reaching) -> list[tuple[int, str]]:
    return [(getattr(alias, "lineno", 0), name) for alias, name in reaching.imported.items()]


def test_it_is_told_when_a_module_has_bound_a_name_on_every_way() -> None:
    code = "import a\nif a:\n    x = 1\nb = 2\nx = 3\ndel x\n"

    assert _reaching(code).bound_at == {"x": 4}
