"""Where a function reads a local name that may not be bound yet."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.analysis.semantics.control_flow.definitely_bound import unbound_reads
from ssot_lint.analysis.semantics.control_flow.resolver import resolve_names
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.syntax.ast_nodes import Syntax
from ssot_lint.analysis.syntax.parsing import FUNCTIONS
from ssot_lint.config.settings import Settings
from ssot_lint.ids.id_model import tracked


def unbound_rows(body: str) -> list[int]:
    """The lines of the function's body on which a read of `X` may fail."""
    lines = "\n".join(f"  {line}" for line in body.split("\n"))
    module = ast.parse(f"async def f(a, b, *c):\n{lines}")
    (function,) = module.body
    assert isinstance(function, FUNCTIONS)
    names = resolve_names(
        Syntax(module), SourceText(ast.unparse(module)), tracked(Settings()), None
    )
    return sorted(read.lineno - 1 for read in unbound_reads(function, ["X"], names))


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        ("import X\nX()", []),
        ("X()\nimport X", [1]),
        ("X()", []),  # not a local name
        ("global X\nX()\nimport X", []),
        # Branches.
        ("if a:\n  import X\nX()", [3]),
        ("if a:\n  import X\nelse:\n  X = b\nX()", []),
        ("if a:\n  import X\nif a:\n  X()", []),
        ("if a:\n  import X\nif not a:\n  X()", [4]),
        ("if a:\n  import X\nif b:\n  X()", [4]),
        ("if a:\n  import X\na = b\nif a:\n  X()", [5]),
        ("if a:\n  import X\nelse:\n  return\nX()", []),
        ("if a:\n  import X\nelse:\n  raise E\nX()", []),
        ("if a and b:\n  import X\nif b and a:\n  X()", []),
        ("if a:\n  import X\na and X()", []),
        ("if a:\n  import X\nb and X()", [3]),
        ("ok = a is None\nif ok:\n  import X\nif a is None:\n  X()", []),
        ("done = False\nif a:\n  import X\n  done = True\nif done:\n  X()", []),
        ("done = False\nif a:\n  import X\nif done:\n  X()", []),
        ("done = False\nif a:\n  import X\n  done = True\nb and done and X()", []),
        ("done = False\nif a:\n  import X\n  done = True\nb or done or X()", [5]),
        ("match a:\n  case 1:\n    import X\nX()", [4]),
        ("match a:\n  case 1:\n    import X\n  case _:\n    return\nX()", []),
        ("match a:\n  case {'k': 1, **X}: pass\n  case [*X]: pass\n  case X: pass\nX()", []),
        ("match a:\n  case {'k': 1, **X}: pass\n  case [1]: pass\nX()", [4]),
        ("if a:\n  import X\nelif b:\n  X = a\nelif c:\n  return\nelse:\n  X = b\nX()", []),
        ("if a:\n  import X\nelif b:\n  X = a\nelif c:\n  pass\nelse:\n  X = b\nX()", [9]),
        ("if a:\n  import X\nelif b:\n  X()", [4]),
        ("if a and b and c:\n  import X\nif c and a and b:\n  X()", []),
        ("if a and b and c:\n  import X\nif a and b:\n  X()", [4]),
        ("if a or b or c:\n  import X\nif b:\n  X()", []),
        ("a and b and c and X()\nimport X", [1]),
        ("if (d := g()) is None:\n  import X\nif d is None:\n  X()", []),
        ("if (d := g()):\n  import X\nif not d:\n  X()", [4]),
        ("if a == 'b' 'c':\n  import X\nif a == 'bc':\n  X()", []),
        # Loops.
        ("for i in a:\n  import X\nX()", [3]),
        ("while True:\n  import X\n  if a: break\nX()", []),
        ("for i in a:\n  X()\n  import X", [2]),
        ("for i in (1, 2):\n  import X\nX()", []),
        ("async for i in a:\n  import X\nX()", [3]),
        ("async for i in a:\n  import X\nelse:\n  X = b\nX()", []),
        ("async for X in a: X()\nX()", [2]),
        # Errors. An import is taken to succeed unless somebody waits for it to fail.
        ("try:\n  import X\nexcept ImportError:\n  pass\nX()", [5]),
        ("try:\n  import X\nexcept ImportError:\n  raise\nX()", []),
        ("try:\n  g()\n  import X\nexcept ValueError:\n  pass\nX()", [6]),
        ("try:\n  import X\n  g()\nexcept ValueError:\n  pass\nX()", []),
        ("try:\n  g()\n  import X\nfinally:\n  X()", [5]),
        ("try:\n  X()\nexcept NameError:\n  pass\nimport X", []),
        ("try:\n  g()\n  import X\nexcept E:\n  X = a\nelse:\n  X()\nfinally:\n  pass\nX()", []),
        ("try:\n  g()\nexcept E:\n  pass\nelse:\n  import X\nfinally:\n  X()", [8]),
        ("async with open(a) as X:\n  X()\nX()", []),
        ("from contextlib import suppress\nwith suppress(E):\n  g()\n  import X\nX()", [5]),
        ("with open(a):\n  g()\n  import X\nX()", []),
        # The name goes away again.
        ("import X\ndel X\nX()", [3]),
        ("import X\ndel a, (X, b)\nX()", [3]),
        ("import X\ndel a.X, b[X]\nX()", []),
        ("del X\nimport X", [1]),
        # At its end, a handler unbinds its name whether it has a value or not.
        ("try:\n  g()\nexcept E as X:\n  del X\nX = a\nX()", []),
        ("import X\ntry:\n  g()\nexcept E as X:\n  pass\nX()", [6]),
        ("if 'X' in locals():\n  X()\nimport X", []),
        # Functions inside: when nothing binds the name once they exist, or they are called before.
        ("def g():\n  X()\nimport X\ng()", []),
        ("def g():\n  X()\ng()\nimport X", [2]),
        ("if a:\n  import X\ndef g():\n  X()\nreturn g", [4]),
        ("g = lambda: X()\ng()\nimport X", [1]),
        ("class C:\n  x = X()\nimport X", [2]),
        ("class C:\n  def m(self): X()\nimport X", []),
        ("async def g():\n  X()\nawait g()\nimport X", [2]),
        ("async def g():\n  X()\nh = g()\nimport X", []),
        ("def g():\n  yield X()\ng()\nimport X", []),
        ("def g():\n  yield from X()\ng()\nimport X", []),
        ("def g():\n  nonlocal X\n  X = 1\ng()\nX()\nimport X", []),
        ("def g(a=X): pass\nimport X", [1]),
        ("[X for X in a]\nimport X", []),
        ("[X() for i in a]\nimport X", [1]),
        ("[X for i in a for X in i]\nimport X", []),
        ("[i for i in a for j in X]\nimport X", [1]),
        ("X += 1\nimport X", [1]),
        ("g(X=1)\na.X\nimport X\nX()", []),
    ],
)
def test_reads_that_may_fail(body: str, rows: list[int]) -> None:
    assert unbound_rows(body) == rows
