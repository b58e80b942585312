"""Through a file reads what its variables, fields and functions hold."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.analysis.dataflow.access_paths import (
    SUBSTRING,
    WHOLE,
    AccessPath,
    Labels,
    Root,
    Through,
)
from ssot_lint.analysis.dataflow.references import References
from tests.helpers.models import references, semantic_model


def variable(name: str, scope: str = "") -> AccessPath:
    return AccessPath(Root.VARIABLE, name, scope)


FIELD = AccessPath(Root.FIELD, "x")
RESULT = AccessPath(Root.RESULT, "f")


@pytest.mark.parametrize(
    ("code", "path", "rows"),
    [
        ("x = 1\nx\nx = x", variable("x"), [2, 3]),
        ("x = 1\ndef f():\n x", variable("x"), [3]),
        ("x = 1\ndef f():\n x = 2\n x\nx", variable("x"), [5]),
        ("x = 1\ndef f():\n x = 2\n x\nx", variable("x", "f"), [4]),
        ("def f(x):\n x\n def g():\n  x\nx", variable("x", "f"), [2, 4]),
        ("def f():\n global x\n x = 1\n x", variable("x"), [4]),
        ("def f(x):\n def g():\n  nonlocal x\n  x = 1\n  x", variable("x", "f"), [5]),
        ("class C:\n def f(self, x):\n  x", variable("x", "C.f"), [3]),
        ("def f():\n x = 1\n class C:\n  x", variable("x", "f"), [4]),
        ("x\nlambda x: x", variable("x"), [1]),
        ("def f(a=x):\n x = 1", variable("x"), [1]),
        ("def f(*x):\n x", variable("x", "f"), [2]),
        # Fields: attributes, items and lookups of the name, of whatever object.
        ("a.x\nb.x.y\na.y", FIELD, [1, 2]),
        ("a.x = 1", FIELD, []),
        ("a['x']\na[x]\na['y']", FIELD, [1]),
        ("a.get('x')\na.pop('x', 1)\ngetattr(a, 'x')\nf('x')", FIELD, [1, 2, 3]),
        ("os.getenv('x')", FIELD, [1]),
        ("x", FIELD, []),
        # Results: calls.
        ("f()\na.f(1)\nf\ng()", RESULT, [1, 2]),
    ],
)
def test_loads(code: str, path: AccessPath, rows: list[int]) -> None:
    assert sorted(node.lineno for node in references(code).loads(path)) == rows


def test_functions_and_what_they_take() -> None:
    known = references(
        "def f(a, /, b, *c, d, **e): pass\n"
        "class C:\n @property\n def g(self, a): pass\n @staticmethod\n def h(a): pass\n"
        "k = lambda a: a\n"
    )
    taken = {name: [arg.arg for arg in one.parameters] for name, (one,) in known.functions.items()}

    assert taken == {"f": ["a", "b"], "g": ["a"], "h": ["a"], "k": ["a"]}
    assert known.functions["f"][0].names == {"a", "b", "d"}
    assert known.functions["g"][0].scope == "C.g"
    assert known.is_property("g")
    assert not known.is_property("h")
    assert {one.scope for one in known.taking("d")} == {"f"}
    assert len(known.taking("a")) == 4


def test_functions_spoken_of_without_a_call() -> None:
    known = references("f()\nmap(f, x)\ny = a.f\n")

    assert sorted(node.lineno for node in known.references("f")) == [2, 3]


def test_patterns_for_a_field() -> None:
    known = references("match a:\n case C(x=b): pass\n case {'x': c}: pass\n case {'y': d}: pass\n")

    assert sorted(pattern.lineno for pattern in known.patterns("x")) == [2, 3]


def test_what_is_called_with_two_stars() -> None:
    assert set(references("f(**a)\nb.g(**c)\nh(*d)").spread) == {"f", "g"}


@pytest.mark.parametrize(
    ("code", "owner"),
    [
        ("x = 1\ndef f(): x", ""),
        ("def f(x):\n def g(): x", "f"),
        ("class C:\n x = 1\n def f(self): x", ""),
        ("def f():\n return lambda x: x", "f.<2:8>"),
    ],
)
def test_a_variable_belongs_to_the_scope_that_binds_it(code: str, owner: str) -> None:
    model = semantic_model(code)
    found = References(model.syntax, model.mentions)
    (read,) = (node for node in model.syntax.of(ast.Name) if isinstance(node.ctx, ast.Load))

    assert found.variable("x", read) == variable("x", owner)


def test_places() -> None:
    pair = WHOLE.within(Through.ELEMENT, 1)
    listed = pair.within(Through.VALUE)

    assert (WHOLE.through, WHOLE.at) == (None, None)
    assert (pair.through, pair.at) == (Through.ELEMENT, 1)
    assert listed.inner == pair
    assert pair.anywhere == WHOLE.within(Through.ELEMENT)
    assert SUBSTRING.inner == SUBSTRING  # what is taken out of a text is a text with a part of it
    assert pair.is_beside_others
    assert WHOLE.within(Through.KEY).is_beside_others
    assert not WHOLE.within(Through.VALUE).is_beside_others


def test_places_end_somewhere() -> None:
    place: Labels = WHOLE
    depth = 0
    while not place.is_too_deep:
        place = place.within(Through.ELEMENT)
        depth += 1

    assert 2 < depth < 20
