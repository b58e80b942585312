"""Walking a libcst tree by what its nodes mean."""

from __future__ import annotations

import libcst as cst
import pytest

from ssot_lint.analysis.syntax.libcst_nodes import (
    Layout,
    access_path,
    canonical,
    children,
    code_of,
    is_sum,
    last_name,
    plain_text,
    walk,
)


@pytest.mark.parametrize(
    ("code", "path", "last"),
    [
        ("a", "a", "a"),
        ("a.b.c", "a.b.c", "c"),
        ("f().c", None, "c"),
        ("a[0].b", None, "b"),
        ("a[0]", None, None),
        ("f()", None, None),
    ],
)
def test_names(code: str, path: str | None, last: str | None) -> None:
    node = cst.parse_expression(code)

    assert (access_path(node), last_name(node)) == (path, last)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("'a'", "a"),
        ('"""a"""', "a"),
        ("r'a'", "a"),
        (r"'\x61'", None),
        ("b'a'", None),
        ("f'a'", None),
        ("a", None),
    ],
)
def test_plain_texts(code: str, text: str | None) -> None:
    assert plain_text(cst.parse_expression(code)) == text


def test_code() -> None:
    assert code_of(cst.parse_expression("( a+b )")) == "a+b"
    assert canonical(cst.parse_expression("f( a )")) == canonical(cst.parse_expression("f(a)"))
    assert is_sum(cst.parse_expression("a + b"))
    assert not is_sum(cst.parse_expression("a - b"))


def test_a_walk_meets_what_holds_code() -> None:
    module = cst.parse_module("def f(a):\n    return a + 1  # why\n")
    kinds = [type(node).__name__ for node in walk(module)]

    assert "Comment" not in kinds
    assert "SimpleWhitespace" not in kinds
    assert kinds.index("FunctionDef") < kinds.index("Return") < kinds.index("Integer")
    assert all(child in list(walk(module)) for child in children(module.body[0]))


def test_scopes_can_be_left_out() -> None:
    module = cst.parse_module("a\ndef f():\n    b\nclass C:\n    c\nlambda: d\n")
    names = {n.value for n in walk(module, into_scopes=False) if isinstance(n, cst.Name)}

    assert {"a"} <= names
    assert not {"b", "c", "d"} & names


def test_the_layout_knows_parents_and_kinds() -> None:
    module = cst.parse_module("if a:\n    f(b)\n")
    layout = Layout(module)
    (call,) = layout.of(cst.Call)

    assert [type(outer).__name__ for outer in layout.ancestors(call)] == [
        "Expr",
        "SimpleStatementLine",
        "IndentedBlock",
        "If",
        "Module",
    ]
    assert next(layout.around(call, (cst.If,))) is module.body[0]
