"""Findings as a GitLab code quality report."""

from __future__ import annotations

from collections.abc import Sequence

from ssot_lint.model.findings import FileResult
from ssot_lint.reports.escaping import as_json
from ssot_lint.reports.places import with_fingerprints


def render_gitlab(results: Sequence[FileResult]) -> str:
    """An array with the keys of https://docs.gitlab.com/ci/testing/code_quality/."""
    entries = [
        {
            "description": f"{finding.code} {finding.message}",
            "check_name": f"{finding.code} {finding.name}",
            "fingerprint": fingerprint,
            "severity": "minor" if finding.is_warning else "major",
            "location": {"path": path, "lines": {"begin": finding.location.row}},
        }
        for finding, path, fingerprint in with_fingerprints(results)
    ]
    return as_json(entries, indent=2) + "\n"
