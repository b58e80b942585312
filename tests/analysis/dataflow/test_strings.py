"""How one reading takes strings apart, whatever they are put together with."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.analysis.dataflow.strings import (
    Part,
    is_string,
    literal_head,
    pieces_of,
    read,
    terms_of,
)


def expression(code: str) -> ast.expr:
    return ast.parse(code, mode="eval").body


def shown(code: str) -> str | None:
    """The pieces between bars: texts as they read, parts in braces."""
    pieces = pieces_of(expression(code))
    if pieces is None:
        return None
    return "|".join(
        f"{{{ast.unparse(piece.node)}{':' if piece.format else ''}{piece.format}}}"
        if isinstance(piece, Part)
        else piece.value
        for piece in pieces
    )


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("'a'", "a"),
        ("b'a'", None),
        ("r'a{b'", "a{b"),
        ("'a' 'b'", "ab"),
        ("f'a_{b!s:>3}_c'", "a_|{b}|_c"),
        ("'a' + b + f'{c}'", "a|{b}|{c}"),
        ("a + b", None),
        ("'a_%s_%.8s' % (b, c)", "a_|{b}|_|{c:.8}"),
        ("'a_' 'b_%s' % c", "a_b_|{c}"),
        ("'50%%_%s' % a", "50%|_|{a}"),
        ("'%s' % (a, b)", None),
        ("'%(a)s' % b", None),
        ("'%r' % b", None),
        ("f'{a}_%s' % b", None),
        ("a % b", None),
        ("'a_{}_{b}_{1:.8}'.format(c, d, b=e)", "a_|{c}|_|{e}|_|{d:.8}"),
        ("'{a}_{}'.format(b, a=c)", "{c}|_|{b}"),
        ("'{{a}}_{}'.format(b)", "{|a}|_|{b}"),
        ("('a_' '{}').format(b)", "a_|{b}"),
        ("'{}'.format(*a)", None),
        ("'{!r}'.format(a)", None),
        ("'_'.join(['a', b, 'c' + d])", "a|_|{b}|_|c|{d}"),
        ("'_'.join(a)", None),
        ("'_'.join([a, *b])", None),
        ("'a' + 'b_%r' % c", "a|{'b_%r' % c}"),
        ("a(b)", None),
    ],
)
def test_pieces(code: str, expected: str | None) -> None:
    assert shown(code) == expected


@pytest.mark.parametrize(
    ("code", "head", "exact"),
    [
        ("''", "", True),
        (r"'a\n'", "a\n", True),
        (r"r'a\n'", r"a\n", True),
        (r"f'a\n{b}'", "a\n", False),
        ("f'a{{b}}'", "a{b}", True),
        ("f'{a}_b'", "", False),
        ("'a' f'b{c}'", "ab", False),
        ("'a' + 'b'", "ab", True),
        ("'a' + b", "a", False),
        ("'a' + 'b_%r' % c", "ab_", False),
        ("'a_%r' % b + 'c'", "a_", False),
        ("'a_%r_%s' % b", "a_", False),
        ("'50%%_%s' % a", "50%_", False),
        ("f'a_{b}_%s' % c", "a_", False),
        ("'a_{!r}'.format(b)", "a_", False),
        ("'{{a}}'.format()", "{a}", True),
    ],
)
def test_heads(code: str, head: str, exact: bool) -> None:
    found = literal_head(expression(code))

    assert found is not None
    assert (found.text, found.exact) == (head, exact)


@pytest.mark.parametrize(
    "code", ["a", "a + 'b'", "b'a'", "a % b", "a.format(b)", "'_'.join(['a'])"]
)
def test_what_begins_with_no_literal_has_no_head(code: str) -> None:
    assert literal_head(expression(code)) is None


@pytest.mark.parametrize(
    ("code", "literal"),
    [("('a' 'b') + c", "'ab'"), ("f'a{b}' + c", "f'a{b}'")],
)
def test_a_head_knows_its_literal(code: str, literal: str) -> None:
    head = literal_head(expression(code))

    assert head is not None
    assert ast.unparse(head.node) == literal


def test_a_sum_is_one_of_strings_where_a_name_stands_for_a_text() -> None:
    node = expression("PREFIX + a")

    assert read(node) is None
    assert pieces_of(node, lambda term: isinstance(term, ast.Name)) is not None


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("'a'", True),
        ("b'a'", True),
        ("a + 'b'", True),
        ("a % 'b'", True),
        ("str(a)", True),
        ("str(a, b)", False),
        ("'_'.join(a)", True),
        ("a.join(b)", False),
        ("a.hexdigest()", True),
        ("'a'[1:]", True),
        ("a + b", False),
    ],
)
def test_what_is_sure_to_be_a_string(code: str, expected: bool) -> None:
    assert is_string(expression(code)) is expected


def test_the_terms_of_a_sum() -> None:
    terms = terms_of(expression("a + (b + c) * 2 + (d + e)"))

    assert [ast.unparse(term) for term in terms] == [
        "a",
        "(b + c) * 2",
        "d",
        "e",
    ]


def test_a_sum_of_thousands_is_read_in_one_go() -> None:
    pieces = pieces_of(expression("'a'" + " + b" * 300))

    assert pieces is not None
    assert len(pieces) == 301
