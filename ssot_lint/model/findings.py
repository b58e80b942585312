"""The values that travel through the linter: findings, their fixes, what became of a file.

Everything here is frozen, can be pickled, and holds neither syntax trees nor open files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from ssot_lint.analysis.source.location import Location


class Applicability(str, Enum):
    """Whether a fix may be applied."""

    SAFE = "safe"
    """The value was a `str` and stays one, is bound to an id of a known kind, and nothing in
    sight depends on its form."""
    UNSAFE = "unsafe"
    """The meaning may change."""
    DISPLAY = "display"
    """Not at all: the message says why."""

    def may_apply(self, *, unsafe: bool) -> bool:
        """Whether such a fix is applied, with or without the unsafe ones."""
        return self is Applicability.SAFE or (unsafe and self is Applicability.UNSAFE)


@dataclass(frozen=True, slots=True)
class Edit:
    """What stands from `location` up to `end_location` becomes `content`."""

    location: Location
    end_location: Location
    content: str

    @property
    def rows(self) -> range:
        """The rows that it touches."""
        return range(self.location.row, self.end_location.row + 1)


@dataclass(frozen=True, slots=True)
class Fix:
    """How to remove a finding: edits that do not overlap, in order of place.

    Complete in itself, with the imports that it needs or leaves unused. Findings that only one
    rewrite can remove together share it.
    """

    applicability: Applicability
    message: str
    edits: Sequence[Edit]

    @property
    def rows(self) -> set[int]:
        """The rows that its edits touch."""
        return {row for edit in self.edits for row in edit.rows}

    @property
    def safety(self) -> Applicability:
        """The name that the applicability had at first."""
        return self.applicability


@dataclass(frozen=True, slots=True)
class Step:
    """A place on the way of an id, and what happens to it there.

    `path` is relative to the folder of the finding's file, with forward slashes; empty for the
    file itself.
    """

    location: Location
    says: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One violation.

    `end_location` points behind the last character. `noqa_row` is the row at whose end a
    `# noqa` comment covers this finding. `related` are places that the message speaks of.
    `scope` is the qualified name of the function or class around it, empty outside of these;
    `text` the code at fault without its layout: both stay when lines move. `way` is that of the
    id to what speaks against a fix, where something does.
    """

    path: str
    location: Location
    end_location: Location
    code: str
    name: str
    message: str
    noqa_row: int
    related: tuple[Location, ...] = ()
    fix: Fix | None = None
    scope: str = ""
    text: str = ""
    way: tuple[Step, ...] = ()
    is_warning: bool = False
    """Whether it is only told, as settings want it: no run fails by it."""

    @property
    def severity(self) -> str:
        """What reports call it that have levels: `error` or `warning`."""
        return "warning" if self.is_warning else "error"

    @property
    def applicability(self) -> Applicability:
        """Whether the finding's fix may be applied; without one, it can only be displayed."""
        return self.fix.applicability if self.fix is not None else Applicability.DISPLAY

    @property
    def safety(self) -> Applicability:
        """The name that the applicability had at first."""
        return self.applicability

    @property
    def sort_key(self) -> tuple[Location, str]:
        """Order within a file: by place, then by code."""
        return self.location, self.code


@dataclass(frozen=True, slots=True)
class FileResult:
    """What the analysis of one file gave.

    `analysed` is false when the file could not be read or parsed; an OST900 finding then says
    why. `warnings` are one-line remarks about the file that are no findings. `lines` holds the
    source lines that findings stand on and that their fixes touch, by row, for reports that show
    them. `generated` is how
    often the file calls the generator for new ids.
    """

    path: str
    findings: tuple[Finding, ...] = ()
    warnings: tuple[str, ...] = ()
    analysed: bool = True
    lines: tuple[tuple[int, str], ...] = ()
    generated: int = 0


@dataclass(frozen=True, slots=True)
class NewId:
    """An id that the code of a fix makes."""

    name: str
    """What it is bound to, in snake case."""
    prefix: str
    """How it begins: the text, or where that is not constant, the code of it."""
    is_constant: bool = True


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line that goes (`-`), with its row from 1, or one that comes (`+`)."""

    sign: str
    row: int | None
    line: str


@dataclass(frozen=True, slots=True)
class AppliedFix:
    """A fix as it was applied to the text of its round. Findings may share one."""

    findings: tuple[Finding, ...]
    """What it removed."""
    applicability: Applicability
    message: str
    changes: tuple[LineChange, ...]
    """What it made of the lines that it is about; imports are not among them."""
    makes: tuple[NewId, ...] = ()


@dataclass(frozen=True, slots=True)
class FixResult:
    """What the fixes made of one file.

    `source` are its new bytes, None when they do not change. `fixed` are the findings that are
    gone, with their places in the round in which they went; `applied` are the fixes that removed
    them, in order; `result` is what is left.
    """

    result: FileResult
    source: bytes | None = None
    fixed: tuple[Finding, ...] = ()
    applied: tuple[AppliedFix, ...] = ()


def fails(results: Sequence[FileResult]) -> bool:
    """Whether something is found that is more than a warning."""
    return any(not finding.is_warning for result in results for finding in result.findings)


def count_codes(results: Sequence[FileResult]) -> list[tuple[int, str, str]]:
    """How often each code was found: count, code, name; most frequent first."""
    counts = Counter((f.code, f.name) for result in results for f in result.findings)
    return sorted(
        ((count, code, name) for (code, name), count in counts.items()),
        key=lambda row: (-row[0], row[1]),
    )
