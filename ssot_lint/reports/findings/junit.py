"""Findings as a JUnit report: each a failed case, one passed case when there are none."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from ssot_lint.model.errors import printable
from ssot_lint.model.findings import FileResult, Finding
from ssot_lint.reports.places import repository_path
from ssot_lint.rules.registry import FILE_NOT_ANALYSED


def render_junit(results: Sequence[FileResult]) -> str:
    """XML as Jenkins, GitLab and others read it. A file that was not analysed is an error."""
    findings = [finding for result in results for finding in result.findings]
    broken = sum(finding.code == FILE_NOT_ANALYSED for finding in findings)
    counts = {
        "name": "ssot-lint",
        "tests": str(max(len(findings), 1)),
        "failures": str(len(findings) - broken),
        "errors": str(broken),
    }
    top = ET.Element("testsuites", counts)
    suite = ET.SubElement(top, "testsuite", counts)
    for finding in findings:
        _add(suite, finding)
    if not findings:
        ET.SubElement(suite, "testcase", {"name": "no findings", "classname": "ssot-lint"})
    ET.indent(top)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(top, "unicode") + "\n"


def _add(suite: ET.Element, finding: Finding) -> None:
    # XML cannot hold control characters, whatever their escape.
    path = printable(repository_path(finding.path))
    message = printable(f"{finding.code} {finding.message}")
    place = f"{path}:{finding.location.row}:{finding.location.column}"
    case = {
        "name": f"{finding.code} {finding.name} {place}",
        "classname": path,
        "file": path,
        "line": str(finding.location.row),
    }
    kind = "error" if finding.code == FILE_NOT_ANALYSED else "failure"
    element = ET.SubElement(ET.SubElement(suite, "testcase", case), kind)
    element.set("message", message)
    element.set("type", finding.code)
    element.text = f"{place}: {message}"
