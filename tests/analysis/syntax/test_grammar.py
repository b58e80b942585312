"""What Python 3.10 does not know in f-strings, by the tokens of newer interpreters."""

from __future__ import annotations

import ast
import sys

import pytest

from ssot_lint.analysis.syntax.grammar import newer_than_3_10

OLD = [
    "f\"{d['a']}\"",
    'f"""{d["a"]}"""',
    'f"{x!r:>{w}}"',
    'f"a{x}b" "c"',
    'f"{x}\\n"',
    "f'{f\"{x}\"}'",
    'f"""{x\n}"""',
    "f\"{'#'}\"",
    '"a" f"{x}"\n "b"',
    'f"{{}}"',
]
NEW = [
    'f"{d["a"]}"',
    "f\"{'\\n'.join(x)}\"",
    'f"{f"{x}"}"',
    'f"{x\n}"',
    'f"{"#"}"',
    'f"{x  # why\n}"',
    "f'''{d['''a''']}'''",
    "f\"{f'\\n{x}'}\"",
]


@pytest.mark.parametrize("code", OLD)
def test_what_it_knows(code: str) -> None:
    assert not list(newer_than_3_10(code))
    ast.parse(f"({code})")


@pytest.mark.parametrize("code", NEW)
def test_what_it_does_not_know(code: str) -> None:
    if sys.version_info >= (3, 12):
        ast.parse(f"({code})")
        assert list(newer_than_3_10(code))
    else:
        with pytest.raises(SyntaxError):
            ast.parse(f"({code})")


@pytest.mark.skipif(sys.version_info < (3, 12), reason="older parsers refuse it by themselves")
def test_the_place_is_told() -> None:
    code = 'f"a{x}" f"{d["a"]}"'

    assert [code[start:end] for start, end in newer_than_3_10(code)] == ['"a"']
