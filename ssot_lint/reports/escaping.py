"""How text of others is written where it is no plain text: in JSON and in Markdown."""

from __future__ import annotations

import json
from typing import Any

from ssot_lint.model.errors import LOG_COMMAND, printable

_SIGNS = "\\`*_[]|~$"


def as_json(value: Any, indent: int | None = None) -> str:
    """JSON in which no service that shows the output of a run finds a command."""
    # Such signs stand in strings alone.
    return LOG_COMMAND.sub(r"\\u0023", json.dumps(value, indent=indent))


def cell(text: str) -> str:
    """Text in a cell of a table that Markdown and HTML leave as it is."""
    plain = printable(" ".join(text.split())).replace("&", "&amp;").replace("<", "&lt;")
    for sign in _SIGNS:
        plain = plain.replace(sign, f"\\{sign}")
    return plain


def prose(text: str) -> str:
    """A message in a line of Markdown; what stands in backquotes is code."""
    parts = " ".join(text.split()).split("`")
    if len(parts) % 2 == 0:
        return cell(text)
    return "".join(
        f"`{printable(part)}`" if index % 2 and part.strip() else cell(f"x{part}x")[1:-1]
        for index, part in enumerate(parts)
    )
