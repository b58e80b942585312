"""Findings as JSON, with the keys of ruff's JSON output."""

from __future__ import annotations

import os
from collections.abc import Sequence

from ssot_lint.analysis.source.location import Location
from ssot_lint.model.findings import FileResult, Finding, Fix, count_codes
from ssot_lint.model.sentences import count_reasons
from ssot_lint.reports.escaping import as_json
from ssot_lint.reports.places import way_of


def render_json(results: Sequence[FileResult]) -> str:
    """An array of findings; rows and columns from 1, columns in code points."""
    findings = [entry_of(finding) for result in results for finding in result.findings]
    return as_json(findings, indent=2) + "\n"


def render_json_statistics(results: Sequence[FileResult]) -> str:
    """An array of codes with their counts, most frequent first, each with the reasons why there is
    no safe fix.
    """
    reasons = count_reasons(results)
    entries = [
        {
            "code": code,
            "name": name,
            "count": count,
            "reasons": [
                {"applicability": applicability.value, "reason": reason or None, "count": number}
                for number, applicability, reason in reasons[code]
            ],
        }
        for count, code, name in count_codes(results)
    ]
    return as_json(entries, indent=2) + "\n"


def entry_of(finding: Finding) -> dict[str, object]:
    """A finding with the keys of ruff's JSON output; `related` are places that it speaks of."""
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "message": finding.message,
        "filename": _absolute(finding.path),
        "location": _place(finding.location),
        "end_location": _place(finding.end_location),
        "fix": _fix(finding.fix) if finding.fix is not None else None,
        "noqa_row": finding.noqa_row,
        "url": None,
        "related": [
            {"filename": _absolute(path), "location": _place(step.location), "message": step.says}
            for path, step in way_of(finding)
        ],
    }


def _absolute(path: str) -> str:
    return os.path.abspath(path) if path != "-" else path


def _fix(fix: Fix) -> dict[str, object]:
    edits = [
        {
            "content": edit.content,
            "location": _place(edit.location),
            "end_location": _place(edit.end_location),
        }
        for edit in fix.edits
    ]
    return {"applicability": fix.applicability.value, "message": fix.message, "edits": edits}


def _place(location: Location) -> dict[str, int]:
    return {"row": location.row, "column": location.column}
