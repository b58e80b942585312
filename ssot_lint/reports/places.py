"""Where findings are, as services want to read it: paths in the repository, one line each."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from urllib.parse import quote

from ssot_lint.config.paths import path_inside
from ssot_lint.model.findings import FileResult, Finding, Step
from ssot_lint.model.identity import Identity, fingerprints


def repository_path(path: str) -> str:
    """A path from the root of the git repository around the current folder, with `/`.

    From the current folder where there is none. Absolute where it lies outside.
    """
    if path == "-":
        return path
    top = _repository(os.getcwd())
    return path_inside(os.path.abspath(path), top)


@cache
def _repository(folder: str) -> str:
    top = folder
    while not os.path.exists(os.path.join(top, ".git")):
        above = os.path.dirname(top)
        if above == top:
            return folder
        top = above
    return top


def uri(path: str) -> str:
    """The path of `repository_path` as a relative reference, or as a file's address."""
    if os.path.isabs(path):
        return Path(path).as_uri()
    return quote(os.fsencode(path))


def with_fingerprints(results: Sequence[FileResult]) -> Iterator[tuple[Finding, str, str]]:
    """Each finding with its path in the repository and its fingerprint."""
    findings = [finding for result in results for finding in result.findings]
    paths = [repository_path(finding.path) for finding in findings]
    pairs = zip(findings, paths, strict=True)
    marks = fingerprints(Identity.of(finding, path) for finding, path in pairs)
    yield from zip(findings, paths, marks, strict=True)


def way_of(finding: Finding) -> list[tuple[str, Step]]:
    """The places that a message speaks of, each with its file, as the finding's path is given.

    Those on the way of the id to what speaks against a fix come last, in their order.
    """
    folder = os.path.dirname(finding.path)
    told = {step.location for step in finding.way if not step.path}
    others = [Step(place, "") for place in finding.related if place not in told]
    return [
        (os.path.normpath(os.path.join(folder, step.path)) if step.path else finding.path, step)
        for step in (*others, *finding.way)
    ]


def line_of(finding: Finding, result: FileResult) -> str | None:
    """The source line that the finding begins on, if it is known."""
    return dict(result.lines).get(finding.location.row)


def end_column(finding: Finding, line: str | None) -> int:
    """Where the part of a finding that is on its first line ends: behind the last column."""
    if finding.end_location.row == finding.location.row:
        return finding.end_location.column
    start = finding.location.column
    return max(len(line) + 1 if line is not None else start, start)
