"""Blank rows are left out where the mask made them, and every row is known."""

from __future__ import annotations

from ssot_lint.analysis.source.rows import condensed


def test_blanked_rows_become_one() -> None:
    short = condensed("a\n\n\n\nb\n", "a\nx\n\ny\nb\n")

    assert short.text == "a\n\nb\n"
    assert list(short.rows) == [0, 1, 2, 5, 6, 7]


def test_blank_rows_of_the_file_stay() -> None:
    """They may lie in a string."""
    text = 'a = """\n\n\n"""\n'

    assert condensed(text + "\n\n", text + "x\n\n").text == text
    assert condensed(text, text).text == text


def test_text_that_ends_in_blanks() -> None:
    short = condensed("a\n\n", "a\nx\n")

    assert short.text == "a\n"
    assert list(short.rows) == [0, 1, 2, 4]


def test_other_ends_of_lines_stay() -> None:
    short = condensed("a\r\n\r\r\n", "a\r\nb\rc\r\n")

    assert short.text == "a\r\n\r\r\n"
    assert list(short.rows[:5]) == [0, 1, 2, 3, 4]
