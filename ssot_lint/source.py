"""Python source as text: its encoding, its lines, and the form feeds libcst cannot place."""

from __future__ import annotations

import io
import re
import tokenize

_LEADING_FEED = re.compile(r"[ \t\f]*\f")


def decode(source: bytes) -> str:
    """The text of a Python file: BOM and encoding cookie are obeyed as by the interpreter.

    Line ends stay as they are. Raises SyntaxError for an unknown or contradictory cookie and
    UnicodeDecodeError for bytes that the encoding does not have.
    """
    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    return source.decode(encoding)


def split_lines(text: str) -> list[str]:
    """The lines of `text` with their ends, where Python sees line ends: CRLF, LF and lone CR.

    `str.splitlines` would also split at form feeds and Unicode separators.
    """
    return list(io.StringIO(text, newline=""))


def line_end(line: str) -> str:
    """The line end of a line from `split_lines`; empty for a last line without one."""
    return line[len(line.rstrip("\r\n")) :]


def drop_form_feeds(lines: list[str]) -> tuple[list[str], dict[int, int]]:
    """Lines without the form feeds in their indentation, and how much went, by row from 1.

    To Python a form feed there resets the indentation. libcst reads such lines, but places what
    is on them and behind them wrongly.
    """
    removed: dict[int, int] = {}
    result = list(lines)
    for row, line in enumerate(lines, start=1):
        match = _LEADING_FEED.match(line) if "\f" in line else None
        if match is not None:
            removed[row] = match.end()
            result[row - 1] = line[match.end() :]
    return result, removed
