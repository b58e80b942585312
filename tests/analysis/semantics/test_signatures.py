"""What the functions and classes of a file take and declare."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.analysis.semantics.signatures import (
    Declaration,
    Fields,
    Signatures,
    optional_results,
)
from ssot_lint.analysis.syntax.ast_nodes import Syntax


def syntax(code: str) -> Syntax:
    return Syntax(ast.parse(code))


def signatures(code: str) -> Signatures:
    tree = syntax(code)
    return Signatures(tree, Fields(tree))


def written(declaration: Declaration | None) -> str | None:
    """A declaration as code."""
    if declaration is None:
        return None
    parts = (declaration.annotation, declaration.value)
    return " = ".join(ast.unparse(p) if isinstance(p, ast.expr) else p or "" for p in parts)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def f(a, /, b: int, *c, d, **e): pass", (("a", ""), ("b", "int"))),
        ("async def f(a: 'A'): pass", (("a", "'A'"),)),
        ("def g():\n def f(a): pass", (("a", ""),)),
        # Methods, without what the call itself hands them.
        ("class C:\n def f(self, a): pass", (("a", ""),)),
        ("class C:\n @classmethod\n def f(cls, a): pass", (("a", ""),)),
        ("class C:\n @staticmethod\n def f(a, b): pass", (("a", ""), ("b", ""))),
        # Classes: what their calls are handed.
        ("class f:\n def __init__(self, a: int): pass", (("a", "int"),)),
        (
            "@dataclass(frozen=True)\nclass f:\n a: int\n b = 1\n c: str",
            (("a", "int"), ("c", "str")),
        ),
        ("@dataclass\nclass f(Base):\n a: int", None),
        ("class f:\n a: int", None),
        # Several of the name: only when they take the same.
        ("def f(a): pass\ndef f(a): pass", (("a", ""),)),
        ("def f(a): pass\ndef f(b): pass", None),
        ("def other(a): pass", None),
    ],
)
def test_signature(code: str, expected: object) -> None:
    assert signatures(code).of("f") == expected


def test_no_name_has_no_signature() -> None:
    assert signatures("def f(): pass").of(None) is None


def test_names_with_a_signature() -> None:
    found = signatures("def f(): pass\nclass C:\n def g(self): pass\nlambda x: x")

    assert set(found) == {"f", "C", "g"}


FIELDS = Fields(
    syntax(
        "Short = String(12)\nWIDTH = 36\nname = 'x'\n"
        "class Base:\n a: int = 1\n b = call(2)\n"
        "class Mid(Base, Other):\n c: str\n a: float\n def m(self): pass\n"
        "class Leaf(Mid): d: bytes\n"
    )
)


def test_what_a_class_declares() -> None:
    assert {n: written(d) for n, d in FIELDS.of("Base").items()} == {
        "a": "int = 1",
        "b": " = call(2)",
    }
    assert list(FIELDS.of("Mid")) == ["c", "a", "m"]
    assert not FIELDS.of("Other")
    assert written(FIELDS.declared("Mid", "c")) == "str = "
    assert FIELDS.declared(None, "c") is None


def test_inherited_fields_come_first() -> None:
    assert FIELDS.lineage("Leaf") == ["Leaf", "Mid", "Base"]
    assert FIELDS.lineage("Other") == []
    assert FIELDS.positional("Leaf") == ["a", "b", "c", "m", "d"]


def test_what_all_classes_declare_under_a_name() -> None:
    assert {written(one) for one in FIELDS.named("a")} == {"float = ", "int = 1"}


def test_names_of_types_and_widths() -> None:
    known = {name: ast.unparse(of) for name, of in FIELDS.aliases.items()}

    assert known["Short"] == "String(12)"
    assert known["WIDTH"] == "36"


def test_functions_that_may_give_none() -> None:
    code = (
        "def a() -> str | None: pass\ndef b() -> 'Optional[str]': pass\n"
        "async def c() -> None: pass\ndef d() -> Nonesuch: pass\ndef e(): return None\n"
    )

    assert optional_results(syntax(code)) == {"a", "b", "c"}
