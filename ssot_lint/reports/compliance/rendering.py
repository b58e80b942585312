"""The share of ids that the generator makes: for terminals, for reviews, for programs."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ssot_lint.model.errors import printable
from ssot_lint.model.wording import plural
from ssot_lint.reports.escaping import as_json, cell
from ssot_lint.run.campaign.compliance import SIDES, Compliance, Figures, Point, Share

_WIDTH = 20
_WORST = 10
_TREND = 40
_BLOCKS = "▁▂▃▄▅▆▇█"
_COLORS = {"good": "green", "fair": "yellow", "poor": "red"}


def render_table(found: Compliance, history: Sequence[Point] = ()) -> str:
    """For terminals. Styled."""
    parts = [_line(name, getattr(found, name).share, bold=True) for name in SIDES]
    if len(history) > 1:
        parts.append(_trend(history))
    for title, rows in (
        ("Packages", found.production.worst(found.production.packages, _WORST)),
        ("Files", found.production.worst(found.production.files, _WORST)),
    ):
        if rows:
            parts.append(f"\n{title} with the most ids made without the generator:\n")
            parts += [_line(name, share) for name, share in rows]
    if found.production.share.makers:
        parts.append("\nIds in production code that the generator does not make:\n")
        parts += [
            f"{count:>6}  {printable(maker)}\n" for maker, count in found.production.share.by_maker
        ]
    if found.production.codes:
        parts.append("\nFindings in production code:\n")
        parts += [
            f"{count:>6}  {click.style(code, fg='red', bold=True)}  {name}\n"
            for code, count, name in count_codes(found.production)
        ]
    if found.not_analysed:
        parts.append(f"\n{plural(found.not_analysed, 'file')} not analysed.\n")
    return "".join(parts)


def _label(text: str) -> str:
    """A text as the value of a label in OpenMetrics."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def count_codes(side: Figures) -> list[tuple[str, int, str]]:
    """How often each code was found: code, count, name; most frequent first."""
    rows = [(code, count, side.names[code]) for code, count in side.codes.items()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def _line(name: str, share: Share, *, bold: bool = False) -> str:
    percent = share.percent
    if percent is None:
        return f"{'-':>7}  {' ' * _WIDTH}  {click.style(name, bold=bold)}: no ids are made here\n"
    full = round(_WIDTH * percent / 100)
    bar = click.style("█" * full, fg=_COLORS[grade(percent)]) + "░" * (_WIDTH - full)
    told = f"{share.generated} of {share.generated + share.bypassing}"
    return f"{rounded(percent):>6}%  {bar}  {click.style(printable(name), bold=bold)}: {told}\n"


def grade(percent: float) -> str:
    """What a share is worth: poor, fair, good."""
    return "good" if percent >= 95 else "fair" if percent >= 60 else "poor"


def rounded(percent: float) -> str:
    """With one digit; 100 only where nothing is missing, and 0 only where all is."""
    shown = min(max(round(percent, 1), 0.1 if percent else 0.0), 100.0 if percent >= 100 else 99.9)
    return f"{shown:.1f}"


def _trend(history: Sequence[Point]) -> str:
    points = [(point.date[:10], point.production.percent) for point in history]
    known = [(date, percent) for date, percent in points if percent is not None][-_TREND:]
    if len(known) < 2:
        return ""
    blocks = "".join(_BLOCKS[min(int(percent / 12.5), 7)] for _, percent in known)
    change = known[-1][1] - known[-2][1]
    told = f"production since {known[0][0]}, {change:+.1f} since the last time"
    return f"{'':>7}  {blocks}  {told}\n"


def render_json(found: Compliance, history: Sequence[Point] = ()) -> str:
    """All figures, for programs."""
    return as_json({name: _entry(getattr(found, name)) for name in SIDES}, indent=2) + "\n"


def _entry(side: Figures) -> dict[str, object]:
    return {
        **_figures(side.share),
        "rules": dict(sorted(side.codes.items())),
        "packages": {name: _figures(share) for name, share in sorted(side.packages.items())},
        "files": {name: _figures(share) for name, share in side.worst(side.files, len(side.files))},
    }


def _figures(share: Share) -> dict[str, object]:
    percent = share.percent
    return {
        "generated": share.generated,
        "bypassing": share.bypassing,
        "percent": round(percent, 2) if percent is not None else None,
        "makers": dict(share.makers),
    }


def render_markdown(found: Compliance, history: Sequence[Point] = ()) -> str:
    """For reviews and for the summary of a CI step."""
    parts = ["| part | share | generated | without the generator |\n| --- | ---: | ---: | ---: |\n"]
    parts += [_row(f"**{name}**", getattr(found, name).share) for name in SIDES]
    worst = found.production.worst(found.production.packages, _WORST)
    parts += [_row(cell(name), share) for name, share in worst]
    if found.production.share.makers:
        parts.append("\n| ids in production code | made by |\n| ---: | --- |\n")
        rows = found.production.share.by_maker
        parts += [f"| {count} | {cell(maker)} |\n" for maker, count in rows]
    codes = count_codes(found.production)
    if codes:
        parts.append("\n| count | code | name |\n| ---: | --- | --- |\n")
        parts += [f"| {count} | {code} | {name} |\n" for code, count, name in codes]
    return "".join(parts)


def _row(name: str, share: Share) -> str:
    percent = share.percent
    shown = "-" if percent is None else f"{rounded(percent)} %"
    return f"| {name} | {shown} | {share.generated} | {share.bypassing} |\n"


def render_openmetrics(found: Compliance, history: Sequence[Point] = ()) -> str:
    """For a Prometheus textfile collector: https://prometheus.io/docs/specs/om/open_metrics_spec/.

    A side that makes no ids has no ratio.
    """
    sides = [(name, getattr(found, name)) for name in SIDES]
    lines = [
        "# TYPE ssot_lint_compliance_ratio gauge",
        "# HELP ssot_lint_compliance_ratio Share of ids that the generator makes, from 0 to 1.",
    ]
    for name, side in sides:
        if side.share.percent is not None:
            ratio = side.share.percent / 100
            lines.append(f'ssot_lint_compliance_ratio{{kind="{name}"}} {ratio:.6f}')
    lines += ["# TYPE ssot_lint_ids gauge", "# HELP ssot_lint_ids Places that make ids."]
    for name, side in sides:
        lines.append(f'ssot_lint_ids{{kind="{name}",by="generator"}} {side.share.generated}')
        lines.append(f'ssot_lint_ids{{kind="{name}",by="others"}} {side.share.bypassing}')
    lines += ["# TYPE ssot_lint_makers gauge", "# HELP ssot_lint_makers Ids that others make."]
    lines += [
        f'ssot_lint_makers{{kind="{name}",maker="{_label(maker)}"}} {count}'
        for name, side in sides
        for maker, count in sorted(side.share.makers.items())
    ]
    lines += ["# TYPE ssot_lint_findings gauge", "# HELP ssot_lint_findings Findings by rule."]
    lines += [
        f'ssot_lint_findings{{kind="{name}",rule="{rule}"}} {count}'
        for name, side in sides
        for rule, count in sorted(side.codes.items())
    ]
    return "\n".join([*lines, "# EOF"]) + "\n"
