"""Where a function reads a local name that may not be bound yet."""

from __future__ import annotations

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from ssot_lint.analysis.semantics.control_flow.definitely_bound import unbound_reads
from ssot_lint.analysis.semantics.names import resolve_names
from ssot_lint.analysis.syntax.libcst_nodes import walk
from ssot_lint.config.settings import Settings
from ssot_lint.ids.id_model import tracked


def unbound_rows(body: str) -> list[int]:
    """The lines of the function's body on which a read of `X` may fail."""
    module = cst.parse_module("def f(a, b, *c):\n" + "\n".join(f"  {x}" for x in body.split("\n")))
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    positions = wrapper.resolve(PositionProvider)
    function = next(node for node in walk(module) if isinstance(node, cst.FunctionDef))
    reads = unbound_reads(function, ["X"], resolve_names(module, tracked(Settings()), None))
    return sorted(positions[read].start.line - 1 for read in reads)


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
        ("match a:\n  case 1:\n    import X\nX()", [4]),
        ("match a:\n  case 1:\n    import X\n  case _:\n    return\nX()", []),
        # Loops.
        ("for i in a:\n  import X\nX()", [3]),
        ("while True:\n  import X\n  if a: break\nX()", []),
        ("for i in a:\n  X()\n  import X", [2]),
        ("for i in (1, 2):\n  import X\nX()", []),
        # Errors. An import is taken to succeed unless somebody waits for it to fail.
        ("try:\n  import X\nexcept ImportError:\n  pass\nX()", [5]),
        ("try:\n  import X\nexcept ImportError:\n  raise\nX()", []),
        ("try:\n  g()\n  import X\nexcept ValueError:\n  pass\nX()", [6]),
        ("try:\n  import X\n  g()\nexcept ValueError:\n  pass\nX()", []),
        ("try:\n  g()\n  import X\nfinally:\n  X()", [5]),
        ("try:\n  X()\nexcept NameError:\n  pass\nimport X", []),
        ("from contextlib import suppress\nwith suppress(E):\n  g()\n  import X\nX()", [5]),
        ("with open(a):\n  g()\n  import X\nX()", []),
        # The name goes away again.
        ("import X\ndel X\nX()", [3]),
        ("import X\ntry:\n  g()\nexcept E as X:\n  pass\nX()", [6]),
        ("if 'X' in locals():\n  X()\nimport X", []),
        # Functions inside: when nothing binds the name once they exist, or they are called before.
        ("def g():\n  X()\nimport X\ng()", []),
        ("def g():\n  X()\ng()\nimport X", [2]),
        ("if a:\n  import X\ndef g():\n  X()\nreturn g", [4]),
        ("g = lambda: X()\ng()\nimport X", [1]),
        ("class C:\n  x = X()\nimport X", [2]),
        ("[X for X in a]\nimport X", []),
        ("[X() for i in a]\nimport X", [1]),
    ],
)
def test_reads_that_may_fail(body: str, rows: list[int]) -> None:
    assert unbound_rows(body) == rows
