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
