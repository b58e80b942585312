"""Reports of several runs as one: JSON with JSON, SARIF with SARIF."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ssot_lint.model.errors import UserError
from ssot_lint.reports.escaping import as_json
from ssot_lint.rules.registry import FILE_NOT_ANALYSED

_ADVICE = "give its JSON or SARIF output"


@dataclass(frozen=True)
class Merged:
    """A joined report, how many findings but for warnings it holds, and whether all files were
    analysed.
    """

    text: str
    findings: int
    analysed: bool


def merge_reports(reports: Sequence[tuple[str, bytes]]) -> Merged:
    """Join reports, each with its name. Findings come in the order of one run over all files.

    Raises UserError for what is no report of ours, and where the formats differ.
    """
    parsed = [(name, _parsed(name, content)) for name, content in reports]
    if all(isinstance(report, list) for _, report in parsed):
        entries = sorted(
            (entry for name, report in parsed for entry in _json_entries(name, report)),
            key=lambda entry: _walk_order(str(entry["filename"])),
        )
        return _merged(entries, entries, lambda entry: (str(entry["code"]), entry.get("severity")))
    for name, report in parsed:
        if not _is_sarif(report):
            raise UserError(f"{name}: is not of the same format as the others, or of none we write")
    return _merge_sarif(parsed)


def _merge_sarif(parsed: Sequence[tuple[str, Any]]) -> Merged:
    whole = parsed[0][1]
    rules = whole["runs"][0]["tool"]
    results: list[tuple[list[str], Any]] = []
    for name, report in parsed:
        (run,) = report["runs"]
        if run["tool"] != rules:
            raise UserError(f"{name}: was written by another version; run all with the same")
        try:
            results += [(_walk_order(_uri(one)), one) for one in run.get("results", [])]
        except (KeyError, IndexError, TypeError, AttributeError):
            raise UserError(f"{name}: is no report of ssot-lint; {_ADVICE}") from None
    results.sort(key=lambda result: result[0])
    first = whole["runs"][0]
    succeeded = [_succeeded(name, report["runs"][0]) for name, report in parsed]
    invocations = [{"executionSuccessful": all(succeeded)}]
    run = {**first, "invocations": invocations, "results": [one for _, one in results]}
    merged = {**whole, "runs": [run]}
    return _merged(
        merged, run["results"], lambda result: (str(result["ruleId"]), result.get("level"))
    )


def _merged(
    report: Any, entries: Iterable[Any], told_by: Callable[[Any], tuple[str, object]]
) -> Merged:
    """`told_by` gives the code and the level of an entry."""
    told = [told_by(entry) for entry in entries]
    text = as_json(report, indent=2) + "\n"
    failing = sum(level != "warning" for _, level in told)
    return Merged(text, failing, all(code != FILE_NOT_ANALYSED for code, _ in told))


def _parsed(name: str, content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise UserError(f"{name}: is no JSON; give reports in JSON or SARIF") from None


def _json_entries(name: str, report: list[Any]) -> list[dict[str, Any]]:
    for entry in report:
        if not isinstance(entry, dict) or not {"code", "filename"} <= entry.keys():
            raise UserError(f"{name}: is no report of ssot-lint; {_ADVICE}")
    return report


def _is_sarif(report: Any) -> bool:
    runs = report.get("runs") if isinstance(report, dict) else None
    if not isinstance(runs, list) or len(runs) != 1:
        return False
    return isinstance(runs[0], dict) and "tool" in runs[0]


def _succeeded(name: str, run: Any) -> bool:
    try:
        told = [one.get("executionSuccessful") for one in run.get("invocations", [])]
    except (AttributeError, TypeError):
        raise UserError(f"{name}: is no report of ssot-lint; {_ADVICE}") from None
    return False not in told


def _uri(result: Any) -> str:
    """Raises KeyError, IndexError or TypeError for what is no result of ours."""
    result["ruleId"]
    location = result["locations"][0]["physicalLocation"]
    return str(location["artifactLocation"]["uri"])


def _walk_order(path: str) -> list[str]:
    """Files come folder by folder, and by name in each."""
    return path.replace("\\", "/").split("/")
