"""Findings as JSON, one to a line."""

from __future__ import annotations

from collections.abc import Sequence

from ssot_lint.model.findings import FileResult
from ssot_lint.reports.escaping import as_json
from ssot_lint.reports.findings.json import entry_of


def render_json_lines(results: Sequence[FileResult]) -> str:
    """One object for each finding, with the keys of the JSON report."""
    findings = (finding for result in results for finding in result.findings)
    return "".join(as_json(entry_of(finding)) + "\n" for finding in findings)
