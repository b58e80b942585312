"""Findings as SARIF 2.1.0, for GitHub code scanning and others."""

from __future__ import annotations

from collections.abc import Sequence

from ssot_lint.model.findings import Applicability, FileResult, Finding, Fix, Step
from ssot_lint.reports.escaping import as_json
from ssot_lint.reports.places import (
    end_column,
    line_of,
    repository_path,
    uri,
    way_of,
    with_fingerprints,
)
from ssot_lint.rules.registry import OFF_BY_DEFAULT, all_rules
from ssot_lint.rules.rule import Rule

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_PLACES = "%SRCROOT%"
# GitHub shows no more of a rule's description.
_LONGEST = 1024


def render_sarif(results: Sequence[FileResult]) -> str:
    """One run. Paths are relative to the root of the repository, columns count code points."""
    from ssot_lint import __version__

    by_finding = {id(finding): result for result in results for finding in result.findings}
    driver = {
        "name": "ssot-lint",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(rule) for rule in all_rules()],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": all(result.analysed for result in results)}],
        "results": [
            _result(finding, path, fingerprint, line_of(finding, by_finding[id(finding)]))
            for finding, path, fingerprint in with_fingerprints(results)
        ],
    }
    return as_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: type[Rule]) -> dict[str, object]:
    text = rule.documentation()
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": _cut(rule.summary())},
        "fullDescription": {"text": _cut(text.split("## Example")[0].strip())},
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": "error", "enabled": rule.code not in OFF_BY_DEFAULT},
    }


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def _result(finding: Finding, path: str, fingerprint: str, line: str | None) -> dict[str, object]:
    region = {
        "startLine": finding.location.row,
        "startColumn": finding.location.column,
        "endLine": finding.location.row,
        "endColumn": end_column(finding, line),
    }
    related = [
        _step(place, step) | {"id": number} for number, (place, step) in enumerate(way_of(finding))
    ]
    flow = [{"location": _step(place, step)} for place, step in way_of(finding) if step.says]
    return {
        "ruleId": finding.code,
        "ruleIndex": [rule.code for rule in all_rules()].index(finding.code),
        "level": finding.severity,
        "message": {"text": finding.message},
        "locations": [_location(path, region)],
        **({"relatedLocations": related} if related else {}),
        **({"codeFlows": [{"threadFlows": [{"locations": flow}]}]} if flow else {}),
        **({"fixes": [_fix(path, finding.fix)]} if finding.fix is not None else {}),
        "partialFingerprints": {"ssotLint/v1": fingerprint},
    }


def _fix(path: str, fix: Fix) -> dict[str, object]:
    """What its edits make of the file, for viewers that offer it."""
    mark = " (unsafe)" if fix.applicability is Applicability.UNSAFE else ""
    replacements = [
        {
            "deletedRegion": {
                "startLine": edit.location.row,
                "startColumn": edit.location.column,
                "endLine": edit.end_location.row,
                "endColumn": edit.end_location.column,
            },
            "insertedContent": {"text": edit.content},
        }
        for edit in fix.edits
    ]
    change = {"artifactLocation": _artifact(path), "replacements": replacements}
    return {"description": {"text": f"{fix.message}{mark}"}, "artifactChanges": [change]}


def _step(path: str, step: Step) -> dict[str, object]:
    """A place on the way of an id, and what happens there."""
    region = {"startLine": step.location.row, "startColumn": step.location.column}
    message = {"message": {"text": step.says}} if step.says else {}
    return _location(repository_path(path), region) | message


def _location(path: str, region: dict[str, int]) -> dict[str, object]:
    return {"physicalLocation": {"artifactLocation": _artifact(path), "region": region}}


def _artifact(path: str) -> dict[str, str]:
    artifact = {"uri": uri(path)}
    if not artifact["uri"].startswith("file:"):
        artifact["uriBaseId"] = _PLACES
    return artifact
