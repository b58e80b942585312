"""What is shown to people or compared."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.ids.shown import is_prose, is_shown, is_text_output
from tests.helpers.models import id_model


def shown(code: str) -> bool:
    """Whether the name `it` is."""
    ids = id_model(code)
    names = [n for n in ids.semantics.syntax.nodes if isinstance(n, ast.Name)]
    return is_shown(next(node for node in names if node.id == "it"), ids)


@pytest.mark.parametrize(
    "code",
    [
        "print(it)",
        "logger.info('a', it)",
        "logger.info('a', extra={'a': it})",
        "self.logger.bind(a=it)",
        "print(*it)",
        "print(f'{it}')",
        "f'the run {it}'",
        "f'{it:>{width}} ...'",
        "'run %s of' % it",
        "'the run {}'.format(it)",
        "'run: ' + it",
        "a == it",
        "assert it",
        "assert a, it",
        "x = 1 if it else 2",
        "it.startswith(a)",
        "len(it)",
        "raise ValueError(it)",
        "print({'a': [it, (it,), {it}]})",
        "print(a or it)",
        "print(it[0])",
        "print(str(it))",
        "print(d.get(it))",
        "self.assertEqual(it, a)",
        "m.assert_called_once_with(it)",
    ],
)
def test_shown(code: str) -> None:
    assert shown(code)


@pytest.mark.parametrize(
    "code",
    [
        "f(it)",
        "f(a=it)",
        "a = it",
        "f'{it}'",
        "f'run_{it}'",
        "f(f'{it}:a')",
        "print(a[it])",
        "print(a[it:])",
        "print({**it})",
        "print([*it])",
        "print(f(it))",
        "raise ValueError(a=it)",
        "raise ValueError from it",
        "raise ValueError() from Error(it)",
        "it.upper",
        "it.strip(a)",
        "a.b(a.len(it))",
        "class C(it): pass",
        "print(lambda: it)",
    ],
)
def test_not_shown(code: str) -> None:
    assert not shown(code)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("print()", True),
        ("log.debug()", True),
        ("get_logger().info()", True),
        ("catalogue.info()", False),
        ("'a'.format()", True),
        ("b'a'.format()", True),
        ("a.format()", False),
        ("f()()", False),
    ],
)
def test_text_output(code: str, expected: bool) -> None:
    call = ast.parse(code, mode="eval").body
    assert isinstance(call, ast.Call)

    assert is_text_output(call) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("'a b'", True),
        ("'a=b'", True),
        ("f'a...{b}'", True),
        ("'a' ' ' 'b'", True),
        ("'a.b-c:d@e_f'", False),
        ("'\\x41'", False),  # an id all the same
        ("b'a b'", False),
        ("a", False),
    ],
)
def test_prose(code: str, expected: bool) -> None:
    assert is_prose(ast.parse(code, mode="eval").body) == expected
