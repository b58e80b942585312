"""Encodings, line ends and letters of source files."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from ssot_lint.analysis.source.text import (
    decode,
    drop_form_feeds,
    fold_letters,
    may_fold,
    split_lines,
)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (b"x = 1\r\ny\r\n", "x = 1\r\ny\r\n"),
        (b"\xef\xbb\xbfx\n", "x\n"),
        (b"# coding: latin-1\n'\xe9'\n", "# coding: latin-1\n'é'\n"),
        (b"#!x\n# -*- coding: cp1252 -*-\n'\x80'\n", "#!x\n# -*- coding: cp1252 -*-\n'€'\n"),
        ("# coding: shift_jis\n'日本'\n".encode("shift_jis"), "# coding: shift_jis\n'日本'\n"),
    ],
)
def test_decode(source: bytes, text: str) -> None:
    assert decode(source) == text


@pytest.mark.parametrize("source", [b"# coding: nothing\n", b"\xef\xbb\xbf# coding: latin-1\n"])
def test_bad_cookies(source: bytes) -> None:
    with pytest.raises(SyntaxError):
        decode(source)


def test_lines_end_where_python_ends_them() -> None:
    assert split_lines("a\r\nb\rc\n\x0cd\u2028e\x85f\x1cg") == [
        "a\r\n",
        "b\r",
        "c\n",
        "\x0cd\u2028e\x85f\x1cg",
    ]


def test_form_feeds_in_the_indentation_go() -> None:
    assert drop_form_feeds(["\x0cx\n", " \x0c  y\n", "z\x0c\n"]) == (
        ["x\n", "  y\n", "z\x0c\n"],
        {1: 1, 2: 2},
    )


def test_letters_that_identifiers_fold_are_all_known() -> None:
    for code in range(0x80, sys.maxunicode + 1):
        letter = chr(code)
        if ("a" + letter).isidentifier() and unicodedata.normalize("NFKC", letter).isascii():
            assert may_fold(letter.encode()), hex(code)


def test_folding_keeps_columns() -> None:
    assert fold_letters("ｕuid４ 😀 é ﬁ ²") == "uuid4 😀 é ﬁ ²"
