"""How strings are put together, and what remains of them as a prefix."""

from __future__ import annotations

import libcst as cst
import pytest

from ssot_lint.analysis.dataflow.templates import (
    Part,
    Split,
    Text,
    code_of,
    pieces_of,
    split,
    template_of,
    terms_of,
)
from ssot_lint.analysis.syntax.libcst_nodes import walk


def shown(piece: Text | Part) -> str:
    """Text in quotes, an expression in angles, with what is done to it."""
    if isinstance(piece, Text):
        return repr(piece.code)
    return (
        f"<{piece.code}{'' if piece.plain else ' not plain'}{piece.format and ' ' + piece.format}>"
    )


@pytest.mark.parametrize(
    ("code", "pieces"),
    [
        ("'a'", "'a'"),
        ("b'a'", None),
        ("name", None),
        ("f'a_{b}_{c!s}'", "'a_' <b> '_' <c!s>"),
        ("f'{b!r}{c:>8}{d=}'", "<b!r not plain> <c:>8 not plain> <d= not plain>"),
        ("'a' f'{b}'", "'a' <b>"),
        ("'a_' + b + '_' + c", "'a_' <b> '_' <c>"),
        ("'a_' + (b + 'c')", "'a_' <b> 'c'"),
        ("a + b", None),
        ("'a_%s' % b", "'a_' <b>"),
        ("'a_%s_%d' % (b, c)", "'a_' <b> '_' <c not plain d>"),
        ("'%.8s' % b", "<b not plain .8>"),
        ("'%s_%s' % b", None),
        ("'%(a)s' % b", None),
        ("'a_{}_{}'.format(b, c)", "'a_' <b> '_' <c>"),
        ("'{1}_{0}'.format(b, c)", "<c> '_' <b>"),
        ("'{x}'.format(x=b)", "<b>"),
        ("'{:.8}'.format(b)", "<b not plain .8>"),
        ("'{}'.format(*b)", None),
        ("'{x}'.format(y=b)", None),
        ("'_'.join(['a', b])", "'a' '_' <b>"),
        ("'_'.join(b)", None),
        ("'_'.join([*b])", None),
    ],
)
def test_pieces(code: str, pieces: str | None) -> None:
    found = pieces_of(cst.parse_expression(code))

    assert (None if found is None else " ".join(map(shown, found))) == pieces


@pytest.mark.parametrize(
    ("code", "start", "end"),
    [
        ("f'a_{b}'", "f'", "'"),
        ('f"""a_{b}"""', 'f"""', '"""'),
        ("'a_' + b", "f'", "'"),
        ("'a_' + str(b)", "f'", "'"),
        ("'a_' + b['c']", None, None),
        ("b + c", None, None),
        ("'a'", None, None),
        ("b'a' + c", None, None),
    ],
)
def test_templates(code: str, start: str | None, end: str | None) -> None:
    template = template_of(cst.parse_expression(code))

    assert (template and template.start, template and template.end) == (start, end)


def test_sums() -> None:
    terms = terms_of(cst.parse_expression("a + (b + c) + d * e"))

    assert [code_of(term) for term in terms] == ["a", "b", "c", "d * e"]


# `uuid4()` is the random part, `now()` is the time.
@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("f'run_{uuid4()}'", Split("'run'", "run", "")),
        ("f'{uuid4()}'", Split(None, "", "")),
        ("f'run_{name}_{uuid4()}'", Split("f'run_{name}'", "run_", "")),
        ("f'run_{now()}_{uuid4()}'", Split("'run'", "run", "")),
        ("f'run_{uuid4()}_{now()}'", Split("'run'", "run", "")),
        ("f'run_{uuid4()}.json'", Split("'run'", "run", ".json")),
        ("f'run_{uuid4()}_{name}'", Split("'run'", "run", "_{name}")),
        ("f'{name}_{uuid4()}'", Split("f'{name}'", "", "")),
        ("'run_' + uuid4()", Split("'run'", "run", "")),
        ("f'run_{uuid4()!r}'", None),
        ("f'run_{uuid4()}{name}{uuid4()}'", None),
        ("f'a run {uuid4()}'", None),
        ("f'run_{name}'", None),
    ],
)
def test_split(code: str, expected: Split | None) -> None:
    node = cst.parse_expression(code)
    calls = [part for part in walk(node) if isinstance(part, cst.Call)]
    random = [call for call in calls if code_of(call) == "uuid4()"]
    template = template_of(node)
    assert template is not None

    assert split(template, random, lambda part: code_of(part) == "now()") == expected
