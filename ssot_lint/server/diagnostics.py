"""Findings as diagnostics."""

from __future__ import annotations

from collections.abc import Callable

from lsprotocol import types
from pygls.uris import from_fs_path

from ssot_lint.analysis.source.location import Location
from ssot_lint.model.errors import printable
from ssot_lint.model.findings import Finding
from ssot_lint.reports.places import way_of
from ssot_lint.server.documents import Checked
from ssot_lint.server.positions import Positions

SOURCE = "ssot-lint"
# As text: how a member of an enumeration is formatted depends on the version of Python.
QUICK_FIX = types.CodeActionKind.QuickFix.value
FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.{SOURCE}"
KINDS = (QUICK_FIX, FIX_ALL)
"""What actions there are about them."""
_RELATED = "what the message speaks of"


class Diagnostics:
    """Makes diagnostics as the client can take them."""

    def __init__(self, *, with_related: bool, read: Callable[[str], Positions | None]) -> None:
        """`read` gives the places of other files, by path; None for one that cannot be read."""
        self._with_related = with_related
        self._read = read

    def of(self, checked: Checked) -> list[types.Diagnostic]:
        """All of a buffer."""
        return [self.of_finding(checked, finding) for finding in checked.result.findings]

    def of_finding(self, checked: Checked, finding: Finding) -> types.Diagnostic:
        """That of one finding."""
        is_warning = finding.is_warning
        severity = types.DiagnosticSeverity
        return types.Diagnostic(
            range=range_of(checked, finding),
            message=printable(finding.message),
            severity=severity.Warning if is_warning else severity.Error,
            code=finding.code,
            source=SOURCE,
            related_information=self._related(checked, finding) if self._with_related else None,
        )

    def _related(
        self, checked: Checked, finding: Finding
    ) -> list[types.DiagnosticRelatedInformation] | None:
        found = []
        for path, step in way_of(finding):
            is_here = path == finding.path
            positions = checked.document.positions if is_here else self._read(path)
            uri = checked.document.uri if is_here else from_fs_path(path)
            if positions is None or uri is None:
                continue
            place = _point(positions, step.location)
            says = printable(step.says) or _RELATED
            location = types.Location(uri, place)
            found.append(types.DiagnosticRelatedInformation(location, says))
        return found or None


def range_of(checked: Checked, finding: Finding) -> types.Range:
    """The place of a finding in its buffer."""
    return checked.document.positions.range(finding.location, finding.end_location)


def _point(positions: Positions, place: Location) -> types.Range:
    return positions.range(place, place)
