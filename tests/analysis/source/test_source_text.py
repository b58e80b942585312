"""A text and its rows."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.analysis.source.location import Location
from ssot_lint.analysis.source.source_text import SourceText

TEXT = SourceText("# é\n# why\nx = 'é'  # because\n\n\ty = 1\r\nz = 2")


@pytest.mark.parametrize(
    ("place", "rest"),
    [(Location(1, 1), "# é"), (Location(3, 5), "'é'"), (Location(5, 2), "y = 1")],
)
def test_places_lead_into_the_text(place: Location, rest: str) -> None:
    offset = TEXT.offset(place)

    assert TEXT.text.startswith(rest, offset)
    assert TEXT.location(offset) == place
    assert TEXT.row_at(offset) == place.row


def test_columns_of_ast_count_bytes() -> None:
    assert TEXT.text[TEXT.offset_in_bytes(3, 10) :].startswith("# because")


def test_how_a_node_is_written() -> None:
    text = SourceText("é = ('a'\n  'é') + b")
    (statement,) = ast.parse(text.text).body
    assert isinstance(statement, ast.Assign)
    assert isinstance(statement.value, ast.BinOp)

    assert text.code(statement.value.left) == "'a'\n  'é'"
    assert text.code(statement.value.right) == "b"


def test_comments() -> None:
    assert TEXT.comment_rows == {1, 2}
    assert TEXT.comments_at(3) == ["# because", "# why", "# é"]
    assert TEXT.comments_at(5) == []
    assert SourceText("'''").comments_at(1) == []


def test_rows() -> None:
    assert TEXT.is_blank(4)
    assert not TEXT.is_blank(5)
    assert not TEXT.is_blank(9)
    assert TEXT.indentation(5) == "\t"
    assert TEXT.newline(5) == "\r\n"


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        ({"run"}, {2, 3}),
        ({"run", "run_id"}, {1, 2, 3}),
        ({"id", "rerun"}, {2}),
        ({"x.y"}, {4}),
        ({"uuid"}, {5}),
    ],
)
def test_rows_that_mention_words(words: set[str], rows: set[int]) -> None:
    text = SourceText("run_id = xrun\nrun = rerun\n'run'\nx.y + xxy\nｕｕｉｄ\n")

    assert text.rows_mentioning(words) == rows


def test_comments_on_a_row_and_right_above_it() -> None:
    text = SourceText("# far\n\n# one\n\t# two\nx = '#'  # three\ny = '#'\nz = 1\n")

    assert text.comments_at(5) == ["# three", "# two", "# one"]
    assert text.comments_at(1) == ["# far"]
    assert text.comments_at(6) == text.comments_at(7) == []
