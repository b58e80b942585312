"""Places and edits of the language server, without a client."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types
from pygls.workspace import PositionCodec

from ssot_lint.analysis.source.location import Location
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.server.actions import differences
from ssot_lint.server.documents import Document
from ssot_lint.server.positions import Positions

TEXTS = st.lists(
    st.sampled_from(["a", "é", "\U0001f600", "\r\n", "\n", "\r", "\f", "\u2028", "\ud800", "'"])
).map("".join)
ENCODINGS = st.sampled_from([*types.PositionEncodingKind])


@given(TEXTS, TEXTS)
def test_differences_make_one_text_of_the_other(before: str, after: str) -> None:
    text = before
    for start, end, content in sorted(differences(before, after), reverse=True):
        text = text[:start] + content + text[end:]

    assert text == after


def test_what_is_the_same_is_not_touched() -> None:
    before = "a\nb\nc\nd\ne\n"

    assert differences(before, before) == []
    assert differences(before, "a\nB\nc\nd\nE\ne\n") == [(2, 4, "B\n"), (8, 8, "E\n")]


def test_many_lines_are_one_edit() -> None:
    before, after = ("".join(f"{word}{i}\n" for i in range(6_000)) for word in "ab")

    assert len(differences(f"x\n{before}y\n", f"x\n{after}y\n")) == 1


@given(TEXTS, ENCODINGS, st.data())
def test_places_lead_back(text: str, encoding: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    if text[:offset].endswith("\r") and text[offset:].startswith("\n"):
        offset += 1  # no place lies between the two
    positions = Positions(text, PositionCodec(encoding))

    assert positions.offset(positions.at(offset)) == offset


@given(TEXTS, ENCODINGS, st.integers(0, 9), st.integers(0, 99))
def test_places_outside_are_the_nearest(
    text: str, encoding: str, line: int, character: int
) -> None:
    positions = Positions(text, PositionCodec(encoding))

    offset = positions.offset(types.Position(line, character))

    assert 0 <= offset <= len(text)
    row = SourceText(text).location(offset).row
    assert row == min(line + 1, SourceText(text).location(len(text)).row)


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("ab", Location(1, 3), (0, 2)),
        ("ab", Location(2, 1), (0, 2)),
        ("ab\n", Location(2, 1), (1, 0)),
        ("ab\n", Location(9, 9), (1, 0)),
        ("", Location(1, 1), (0, 0)),
        ("\ufeffab", Location(1, 1), (0, 1)),
        ("\ufeff\nab", Location(2, 2), (1, 1)),
        ("'\U0001f600'b", Location(1, 4), (0, 4)),
        ("ab", Location(1, 99), (0, 2)),
    ],
)
def test_places_of_findings(text: str, place: Location, expected: tuple[int, int]) -> None:
    found = Positions(text, PositionCodec()).position(place)

    assert (found.line, found.character) == expected


@given(TEXTS, ENCODINGS, st.lists(st.tuples(*[st.integers(0, 4)] * 4, TEXTS), max_size=4))
def test_changes_follow_one_another(
    text: str, encoding: str, changes: list[tuple[int, int, int, int, str]]
) -> None:
    document = Document("file:///a.py", 1, text, PositionCodec(encoding))
    expected = document
    made = []
    for line, character, end_line, end_character, new in changes:
        start, end = sorted([(line, character), (end_line, end_character)])
        place = types.Range(types.Position(*start), types.Position(*end))
        made.append(types.TextDocumentContentChangePartial(place, new))
        expected = expected.changed(made[-1:], 2)
    before = [(one.range.start.line, one.range.start.character) for one in made]

    after = document.changed(made, 7)

    assert (after.text, after.version) == (expected.text, 7)
    assert [(one.range.start.line, one.range.start.character) for one in made] == before
