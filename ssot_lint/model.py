"""The values that travel through the linter: findings and what became of a file.

Everything here is frozen, can be pickled, and holds neither syntax trees nor open files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file: row from 1, column from 1, columns counted in code points."""

    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One violation.

    `end_location` points behind the last character. `noqa_row` is the row at whose end a
    `# noqa` comment covers this finding. `related` are places that the message speaks of.
    """

    path: str
    location: Location
    end_location: Location
    code: str
    name: str
    message: str
    noqa_row: int
    related: tuple[Location, ...] = ()

    @property
    def sort_key(self) -> tuple[Location, str]:
        """Order within a file: by place, then by code."""
        return self.location, self.code


@dataclass(frozen=True, slots=True)
class FileResult:
    """What the analysis of one file gave.

    `analysed` is false when the file could not be read or parsed; an OST900 finding then says
    why. `warnings` are one-line remarks about the file that are no findings. `lines` holds the
    source lines that findings stand on, by row, for reports that show them.
    """

    path: str
    findings: tuple[Finding, ...] = ()
    warnings: tuple[str, ...] = ()
    analysed: bool = True
    lines: tuple[tuple[int, str], ...] = ()


def count_codes(results: Sequence[FileResult]) -> list[tuple[int, str, str]]:
    """How often each code was found: count, code, name; most frequent first."""
    counts = Counter((f.code, f.name) for result in results for f in result.findings)
    return sorted(
        ((count, code, name) for (code, name), count in counts.items()),
        key=lambda row: (-row[0], row[1]),
    )
