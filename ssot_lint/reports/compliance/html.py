"""The share of ids that the generator makes, as one page for a browser."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ssot_lint.model.findings import FileResult, Finding
from ssot_lint.reports.compliance.rendering import count_codes, grade, rounded
from ssot_lint.reports.pages.page import render_page
from ssot_lint.run.campaign.compliance import SIDES, Compliance, Figures, Point, Share

# Packages that are shown before the rest is folded away, and files whose findings are listed.
_FIRST = 15
_MOST = 300


def render_html(found: Compliance, history: Sequence[Point]) -> str:
    """A page that needs neither the network nor scripts. The last point is that of `found`."""
    filters: dict[str, Callable[..., Any]] = {
        "codes": count_codes,
        "excerpt": _excerpt,
        "grade": lambda share: grade(share.percent or 0),
        "percent": _percent,
        "width": lambda share: round(share.percent or 0, 1),
        "worst_results": _worst_results,
    }
    return render_page(
        "ssot_lint.reports.compliance",
        "compliance.html.jinja",
        filters,
        found=found,
        now=history[-1],
        sides=[(name, getattr(found, name)) for name in SIDES],
        trend=_Trend.of(history),
        first=_FIRST,
        most=_MOST,
    )


def _percent(share: Share) -> str:
    return "–" if share.percent is None else f"{rounded(share.percent)} %"  # noqa: RUF001


def _worst_results(side: Figures) -> list[tuple[str, Share, FileResult]]:
    """The files with findings, those first that make the most ids without the generator."""
    shares = {path: side.files.get(path, Share()) for path in side.results}
    rows = sorted(shares.items(), key=lambda row: (-row[1].bypassing, row[1].generated, row[0]))
    return [(path, share, side.results[path]) for path, share in rows]


def _excerpt(finding: Finding, result: FileResult) -> tuple[str, str, str] | None:
    """The source line before, in and behind the finding; None where it is not known."""
    line = next((text for row, text in result.lines if row == finding.location.row), None)
    if line is None:
        return None
    line = line.rstrip()
    start = finding.location.column - 1
    same_row = finding.end_location.row == finding.location.row
    end = finding.end_location.column - 1 if same_row else len(line)
    # A tab is no character to show, but space.
    before, marked, after = (
        part.replace("\t", "    ") for part in (line[:start].lstrip(), line[start:end], line[end:])
    )
    return before, marked, after


# The trend


@dataclass(frozen=True)
class _Dot:
    """A point of a line, in percent of the picture's width and, from above, height."""

    x: float
    y: float
    told: str


@dataclass(frozen=True)
class _Trend:
    """What the picture of the development shows."""

    first: str
    last: str
    lines: tuple[tuple[str, tuple[_Dot, ...]], ...]

    @classmethod
    def of(cls, history: Sequence[Point]) -> _Trend | None:
        """None where there is nothing to compare."""
        times = [point.time for point in history]
        if len(history) < 2 or times[0] == times[-1]:
            return None
        span = times[-1] - times[0]
        lines = []
        for name in SIDES:
            shares = [getattr(point, name) for point in history]
            dots = tuple(
                _Dot(
                    round(100 * (time - times[0]) / span, 2),
                    round(100 - share.percent, 2),
                    f"{point.date[:10]}: {name} {_percent(share)}",
                )
                for time, point, share in zip(times, history, shares, strict=True)
                if share.percent is not None
            )
            lines.append((name, dots))
        return cls(history[0].date[:10], history[-1].date[:10], tuple(lines))
