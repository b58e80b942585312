"""What a finding's rule is about, shown where the finding is."""

from __future__ import annotations

from lsprotocol import types

from ssot_lint.model.findings import Finding
from ssot_lint.server.diagnostics import range_of
from ssot_lint.server.documents import Checked


def hovered(checked: Checked, position: types.Position) -> list[Finding]:
    """The findings at a place."""
    return [
        finding
        for finding in checked.result.findings
        if touches(range_of(checked, finding), types.Range(position, position))
    ]


def touches(one: types.Range, other: types.Range) -> bool:
    """Whether two ranges have a place in common, be it their ends."""
    return _key(one.start) <= _key(other.end) and _key(other.start) <= _key(one.end)


def _key(position: types.Position) -> tuple[int, int]:
    return position.line, position.character


def hover(checked: Checked, findings: list[Finding], pages: list[str]) -> types.Hover:
    """The pages of the rules of some findings, at the place of the first one."""
    text = types.MarkupContent(types.MarkupKind.Markdown, "\n\n---\n\n".join(pages))
    return types.Hover(text, range_of(checked, findings[0]))
