"""Places of a text as a client counts them, and back: lines from 0, columns in its own units."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from lsprotocol import types
from pygls.workspace import PositionCodec

from ssot_lint.analysis.source.location import Location
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.source.text import line_end
from ssot_lint.model.findings import Edit

_BOM = "\ufeff"


class Span(NamedTuple):
    """What stands from offset `start` up to `end` becomes `content`."""

    start: int
    end: int
    content: str


class Positions:
    """Turns places of one text.

    Lines end where the protocol and Python have them end. pygls' own documents have them end
    where `str.splitlines` does, so behind a form feed they take every edit for one of another line.
    """

    def __init__(self, text: str, codec: PositionCodec) -> None:
        self._text = text
        self._codec = codec
        # Findings count without a BOM, which some clients leave in the text.
        self._skipped = 1 if text.startswith(_BOM) else 0

    @cached_property
    def _source(self) -> SourceText:
        return SourceText(self._text)

    def offset(self, position: types.Position) -> int:
        """The offset of a place in the text; what lies outside counts as the nearest place."""
        lines = self._source.lines
        if position.line >= len(lines):
            return len(self._text)
        line = lines[position.line]
        line = line[: len(line) - len(line_end(line))]
        return self._source.row_start(position.line + 1) + self._column(line, position.character)

    def at(self, offset: int) -> types.Position:
        """The place of an offset, which the text has."""
        found = self._source.location(offset)
        return self._position(found.row, found.column - 1)

    def position(self, place: Location) -> types.Position:
        """The place of a finding; the end of the text, where that is before it."""
        skipped = self._skipped if place.row == 1 else 0
        return self._position(place.row, place.column - 1 + skipped)

    def range(self, start: Location, end: Location) -> types.Range:
        """From one place up to another."""
        return types.Range(self.position(start), self.position(end))

    def edits(self, edits: Iterable[Edit]) -> list[types.TextEdit]:
        """The edits of a fix."""
        return [
            types.TextEdit(self.range(edit.location, edit.end_location), edit.content)
            for edit in edits
        ]

    def text_edits(self, edits: Iterable[Span]) -> list[types.TextEdit]:
        """Edits by the offsets of the text without its BOM."""
        skipped = self._skipped
        return [
            types.TextEdit(
                types.Range(self.at(edit.start + skipped), self.at(edit.end + skipped)),
                edit.content,
            )
            for edit in edits
        ]

    def _position(self, row: int, column: int) -> types.Position:
        lines = self._source.lines
        if row > len(lines):
            # Behind the end of the last line, or at its end, where that one is not ended.
            last = lines[-1] if lines else ""
            if not last or line_end(last):
                return types.Position(len(lines), 0)
            return types.Position(len(lines) - 1, self._units(last))
        line = lines[row - 1]
        return types.Position(row - 1, self._units(line[: min(column, len(line))]))

    def _units(self, text: str) -> int:
        return len(text) if text.isascii() else self._codec.client_num_units(text)

    def _column(self, line: str, character: int) -> int:
        if line.isascii():
            return min(character, len(line))
        left = character
        for column, char in enumerate(line):
            left -= self._codec.client_num_units(char)
            if left < 0:
                return column
        return len(line)
