"""What is told to the user in one line: bad input above all."""

from __future__ import annotations

import unicodedata

_CONTROL = frozenset({"Cc", "Cs", "Zl", "Zp"})


class UserError(Exception):
    """Bad usage or configuration.

    The text is one line that names the file or setting and says what to do. Doors print it
    without a traceback and end with exit code 2.
    """


def printable(text: str) -> str:
    """`text` without anything that could move a terminal's cursor or split a line."""
    if text.isprintable():
        return text
    return "".join(
        char if unicodedata.category(char) not in _CONTROL else f"\\x{ord(char):02x}"
        for char in text
    )
