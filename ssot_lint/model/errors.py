"""What is told to the user in one line: bad input above all."""

from __future__ import annotations

import re
import unicodedata

from ssot_lint.analysis.source.text import one_line

_CONTROL = frozenset({"Cc", "Cs", "Zl", "Zp"})
# They make text appear in another order than it is read in: https://trojansource.codes/.
_DIRECTING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# What services that keep the output of a run take for a command to them: GitHub and Azure wherever
# it stands in a line, https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands.
LOG_COMMAND = re.compile(r"#(?=#\w*\[)")
# What GitHub takes for one where a line begins with it.
_FIRST_COMMAND = re.compile(r"(?<!\S):(?=:)")


class UserError(Exception):
    """Bad usage or configuration.

    The text is one line that names the file or setting and says what to do. Doors print it
    without a traceback and end with exit code 2.
    """


def printable(text: str) -> str:
    """`text` without what could move a terminal's cursor, split a line, turn it, or be taken for a
    command by the service that shows it.
    """
    if "##" in text:
        text = LOG_COMMAND.sub(r"\\x23", text)
    if "::" in text and text.lstrip().startswith("::"):
        text = _FIRST_COMMAND.sub(r"\\x3a", text, count=1)
    if text.isprintable():
        return text
    return "".join(_escaped(char) if _is_control(char) else char for char in text)


def _is_control(char: str) -> bool:
    return unicodedata.category(char) in _CONTROL or char in _DIRECTING


def _escaped(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file's name that is no UTF-8
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def internal_error(error: Exception) -> str:
    """What to say of an error that is a mistake of ours, in one line."""
    return f"internal error: {type(error).__name__}: {one_line(error)}"
