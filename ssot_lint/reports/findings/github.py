"""Findings as annotations of GitHub Actions, and the summary of the step."""

from __future__ import annotations

from collections.abc import Sequence

from ssot_lint.model.errors import printable
from ssot_lint.model.findings import FileResult, Finding, count_codes
from ssot_lint.model.wording import plural
from ssot_lint.reports.escaping import cell
from ssot_lint.reports.places import end_column, line_of, repository_path

_ROWS = 50


def render_github(results: Sequence[FileResult]) -> str:
    """One workflow command for each finding.

    https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    return "".join(
        _command(finding, line_of(finding, result))
        for result in results
        for finding in result.findings
    )


def _command(finding: Finding, line: str | None) -> str:
    row = finding.location.row
    properties = {
        "title": f"{finding.code} {finding.name}",
        "file": repository_path(finding.path),
        "line": str(row),
        "col": str(finding.location.column),
        "endLine": str(row),
        "endColumn": str(end_column(finding, line)),
    }
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{finding.severity} {told}::{_data(finding.message)}\n"


def _data(text: str) -> str:
    return printable(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def render_step_summary(results: Sequence[FileResult]) -> str:
    """What GitHub shows below a run, in Markdown: counts by code, and the first findings."""
    findings = [finding for result in results for finding in result.findings]
    files = plural(len(results), "file")
    if not findings:
        return f"### ssot-lint: no findings in {files}\n"
    parts = [f"### ssot-lint: {plural(len(findings), 'finding')} in {files}\n\n"]
    parts.append("| count | code | name |\n| ---: | --- | --- |\n")
    parts += [f"| {count} | {code} | {name} |\n" for count, code, name in count_codes(results)]
    parts.append("\n| where | code | what |\n| --- | --- | --- |\n")
    for finding in findings[:_ROWS]:
        place = f"{repository_path(finding.path)}:{finding.location.row}"
        parts.append(f"| {cell(place)} | {finding.code} | {cell(finding.message)} |\n")
    if len(findings) > _ROWS:
        parts.append(f"\n... and {len(findings) - _ROWS} more.\n")
    return "".join(parts)
