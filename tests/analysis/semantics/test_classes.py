"""What the constructors that fields make take by position."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.analysis.semantics.classes import MAKERS, ClassMaker, fields_by_position
from ssot_lint.analysis.semantics.signatures import Fields
from ssot_lint.analysis.syntax.ast_nodes import Syntax

BASES = "@dataclass\nclass Base:\n    base: str\nclass Plain: ...\n"


def taken(code: str) -> list[str] | None:
    """What the last class of a text takes."""
    tree = ast.parse(BASES + code)
    last = tree.body[-1]
    assert isinstance(last, ast.ClassDef)
    found = fields_by_position(last, Fields(Syntax(tree)).classes)
    return None if found is None else list(found)


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: str(sorted(maker.decorators)))
def test_every_row_of_the_table_makes_constructors(maker: ClassMaker) -> None:
    for name in maker.decorators:
        assert taken(f"@x.{name}(slots=True)\nclass A:\n    a: str") == ["a"]
    for name in maker.bases:
        assert taken(f"class A(x.{name}):\n    a: str") == (["a"] if maker.by_position else [])


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("class A:\n    a: str", None),
        ("@dataclass\nclass A(Base):\n    a: str", ["base", "a"]),
        ("@dataclass\nclass A(Base):\n    a: str\n    base: int", ["base", "a"]),
        ("@dataclass\nclass A(Plain):\n    a: str", ["a"]),
        ("class B(Base):\n    b: str\n@dataclass\nclass A(B):\n    a: str", ["base", "a"]),
        ("@dataclass\nclass A(Unknown):\n    a: str", None),
        ("@dataclass\nclass A(A):\n    a: str", None),
        ("@dataclass(kw_only=True)\nclass A(Base):\n    a: str", ["base"]),
        ("@dataclass(kw_only=True)\nclass A:\n    a: str = field(kw_only=False)", ["a"]),
        ("@dataclass\nclass A:\n    a: ClassVar\n    b: x.ClassVar[str]\n    c: str", ["c"]),
        ("@dataclass\nclass A:\n    a: str\n    _: KW_ONLY\n    b: str", ["a"]),
        (
            "@dataclass\nclass A:\n    a: str = field(init=False)\n    b: str = field(init=True)",
            ["b"],
        ),
        ("@dataclass\nclass A:\n    a: str\n    def f(self): ...\n    b = 1", ["a"]),
        ("@define\nclass A:\n    a = field()\n    b: str\n    c = other()", ["a", "b"]),
        ("class A(NamedTuple, Plain):\n    a: str", None),
    ],
)
def test_what_a_constructor_takes(code: str, expected: list[str] | None) -> None:
    assert taken(code) == expected
