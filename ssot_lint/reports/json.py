"""Findings as JSON, with the keys of ruff's JSON output."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

from ssot_lint.model import FileResult, Finding, Location, count_codes


def render_json(results: Sequence[FileResult]) -> str:
    """An array of findings; rows and columns from 1, columns in code points."""
    findings = [_entry(finding) for result in results for finding in result.findings]
    return json.dumps(findings, indent=2) + "\n"


def render_json_statistics(results: Sequence[FileResult]) -> str:
    """An array of codes with their counts, most frequent first."""
    rows = count_codes(results)
    entries = [{"code": code, "name": name, "count": count} for count, code, name in rows]
    return json.dumps(entries, indent=2) + "\n"


def _entry(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "name": finding.name,
        "message": finding.message,
        "filename": os.path.abspath(finding.path) if finding.path != "-" else "-",
        "location": _place(finding.location),
        "end_location": _place(finding.end_location),
        "fix": None,
        "noqa_row": finding.noqa_row,
        "url": None,
    }


def _place(location: Location) -> dict[str, int]:
    return {"row": location.row, "column": location.column}
