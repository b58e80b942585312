"""Findings by file, for reading at a desk."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ssot_lint.model.errors import printable
from ssot_lint.model.findings import FileResult, Finding
from ssot_lint.reports.findings.text import mark_of


def render_grouped(results: Sequence[FileResult]) -> str:
    """The path of each file with findings, then one line for each of these. Styled."""
    return "\n".join(_group(result) for result in results if result.findings)


def _group(result: FileResult) -> str:
    places = [f"{f.location.row}:{f.location.column}" for f in result.findings]
    width = max(map(len, places))
    lines = [
        f"  {place:<{width}}  {_told(finding)}\n"
        for place, finding in zip(places, result.findings, strict=True)
    ]
    return click.style(printable(result.path), bold=True) + "\n" + "".join(lines)


def _told(finding: Finding) -> str:
    code = click.style(finding.code, fg="red", bold=True)
    return f"{code} {mark_of(finding)}{printable(finding.message)}"
