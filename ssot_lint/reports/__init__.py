"""How findings are shown, one file per format."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from ssot_lint.model import FileResult
from ssot_lint.reports.json import render_json
from ssot_lint.reports.text import render_concise, render_text

Renderer = Callable[[Sequence[FileResult]], str]

RENDERERS: Mapping[str, Renderer] = MappingProxyType(
    {"text": render_text, "concise": render_concise, "json": render_json}
)
