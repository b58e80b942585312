"""Findings as a JUnit report: each a failed case, one passed case when there are none.

Warnings fail nothing, and JUnit knows no other findings: they go to the output of the suite.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from ssot_lint.model.errors import printable
from ssot_lint.model.findings import FileResult, Finding
from ssot_lint.reports.places import repository_path
from ssot_lint.rules.registry import FILE_NOT_ANALYSED


def render_junit(results: Sequence[FileResult]) -> str:
    """XML as Jenkins, GitLab and others read it. A file that was not analysed is an error."""
    every = [finding for result in results for finding in result.findings]
    findings = [finding for finding in every if not finding.is_warning]
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
    warned = [f"{_place(one)}: {_message(one)}" for one in every if one.is_warning]
    if warned:
        ET.SubElement(suite, "system-out").text = "\n".join(warned)
    ET.indent(top)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(top, "unicode") + "\n"


def _add(suite: ET.Element, finding: Finding) -> None:
    # XML cannot hold control characters, whatever their escape.
    path = printable(repository_path(finding.path))
    message, place = _message(finding), _place(finding)
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


def _message(finding: Finding) -> str:
    return printable(f"{finding.code} {finding.message}")


def _place(finding: Finding) -> str:
    place = finding.location
    return printable(f"{repository_path(finding.path)}:{place.row}:{place.column}")
