"""Python source as text: its encoding, its lines, and the form feeds libcst cannot place."""

from __future__ import annotations

import io
import re
import tokenize
import unicodedata
from collections.abc import Iterable
from functools import cache

# The letters outside ASCII that are ASCII letters or digits to Python's identifiers, and some
# more: a fullwidth `uuid` is `uuid` (PEP 3131, NFKC). In UTF-8; a test holds this complete.
_FOLDING_LETTERS = re.compile(
    rb"\xc2[\xaa\xba]|\xc4[\xb2\xb3]|\xc5\xbf|\xc7[\x87-\xb3]|\xca[\xb0-\xb8]|\xcb[\xa1-\xa3]"
    rb"|\xe1[\xb4-\xb6]|\xe2[\x81\x82\x84\x85\xb1]|\xea\x9f|\xef[\xac\xb8\xb9\xbc\xbd]"
    rb"|\xf0\x90\x9e|\xf0\x9d|\xf0\x9f\xaf"
)
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
# The lines that may hold a cookie. To the interpreter a lone CR ends a line, too.
_HEAD = re.compile(rb"(?:[^\r\n]*(?:\r\n?|\n)?){2}")
_LEADING_FEED = re.compile(r"[ \t\f]*\f")


def decode(source: bytes) -> str:
    """The text of a Python file: BOM and encoding cookie are obeyed as by the interpreter.

    Line ends stay as they are. Raises SyntaxError for an unknown or contradictory cookie,
    LookupError for one that names no text encoding, and UnicodeError for bytes that the encoding
    does not have.
    """
    encoding = encoding_of(source)
    if encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32")):
        raise SyntaxError(f"encoding problem: {encoding}")  # as the interpreter does
    return source.decode(encoding)


def encoding_of(source: bytes) -> str:
    """The name of a Python file's encoding. Raises SyntaxError as `decode`."""
    head = _HEAD.match(source)
    lines = iter(head[0].splitlines(keepends=True) if head is not None else ())
    return tokenize.detect_encoding(lambda: next(lines, b""))[0]


def is_of_word(letter: str) -> bool:
    """Whether a letter may be a part of a word, as `\\w` has it; the empty text is none."""
    return letter.isalnum() or letter == "_"


def may_fold(source: bytes) -> bool:
    """Whether UTF-8 source may hold letters that `fold_letters` changes."""
    return _FOLDING_LETTERS.search(source) is not None


def fold_letters(text: str) -> str:
    """`text` with letters that Python's identifiers read as one ASCII letter turned into it.

    Keeps all columns: ligatures, which would become two letters, stay as they are.
    """
    if text.isascii():
        return text
    return _NOT_ASCII.sub(lambda match: _folded_letter(match[0]), text)


@cache
def _folded_letter(letter: str) -> str:
    folded = unicodedata.normalize("NFKC", letter)
    is_letter = ("a" + letter).isidentifier() and len(folded) == 1 and folded.isascii()
    return folded if is_letter else letter


def split_lines(text: str) -> list[str]:
    """The lines of `text` with their ends, where Python sees line ends: CRLF, LF and lone CR.

    `str.splitlines` would also split at form feeds and Unicode separators.
    """
    return list(io.StringIO(text, newline=""))


def lines_at(text: str, rows: Iterable[int]) -> tuple[tuple[int, str], ...]:
    """Rows of a text, from 1 and in order, with the lines on them; those that it has."""
    lines = split_lines(text)
    return tuple((row, lines[row - 1].rstrip("\r\n")) for row in sorted(rows) if row <= len(lines))


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
            rest = line[match.end() :]
            if rest == "\n" and row > 1 and result[row - 2].endswith("\r"):
                result[row - 1] = f" {rest}"  # else two ends of lines would become one
                continue
            removed[row] = match.end()
            result[row - 1] = rest
    return result, removed


# As `object.__repr__` has it.
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


def one_line(error: BaseException) -> str:
    """What an error says, in one line; without the addresses of objects, which differ each time."""
    return " ".join(_ADDRESS.sub("", str(error)).split())[:200]
