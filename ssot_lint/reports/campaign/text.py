"""What fixes did and left, as text for a terminal or a log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import click

from ssot_lint.model.errors import printable
from ssot_lint.model.findings import Applicability
from ssot_lint.model.wording import listed
from ssot_lint.reports.campaign.markdown import said_of, summary_of, title_of
from ssot_lint.reports.places import way_of
from ssot_lint.run.campaign.report import CampaignReport, DoneFix, LeftOver
from ssot_lint.run.campaign.uses import Use

_COLORS = {"-": "red", "+": "green"}


def render_text(report: CampaignReport) -> str:
    """All of it, the names of new ids first. Styled."""
    parts = [*_naming(report), *_done(report), *_left(report), summary_of(report)]
    return "\n".join(parts) + "\n"


def _naming(report: CampaignReport) -> Iterator[str]:
    naming = report.naming
    if naming.prefixes:
        yield click.style("How new ids begin", bold=True)
    for clash in naming.clashes:
        yield f"  {printable(said_of(clash))}"
    for one in naming.prefixes:
        kinds = f" for {listed(one.kinds)}" if one.kinds else ""
        new = ", new" if one.is_new else ""
        tests = f", {one.in_tests} in tests" if one.in_tests else ""
        yield f"  {printable(one.prefix + kinds)}: {one.count}{tests}{new}"
    if naming.prefixes:
        yield ""


def _done(report: CampaignReport) -> Iterator[str]:
    for path, fixes in groupby(report.done, key=lambda one: one.path):
        yield click.style(printable(path), bold=True)
        for one in fixes:
            yield from _fix(one)
        yield ""


def _fix(one: DoneFix) -> Iterator[str]:
    codes = click.style(
        listed(sorted({finding.code for finding in one.fix.findings})), fg="red", bold=True
    )
    mark = " (unsafe)" if one.fix.applicability is Applicability.UNSAFE else ""
    yield f"  {one.row}: {codes} {printable(one.fix.message)}{mark}"
    for change in one.fix.changes:
        yield click.style(f"    {change.sign} {printable(change.line)}", fg=_COLORS[change.sign])
    yield from _uses("also used", one.users)
    yield from _uses("known to a test", one.tests)


def _uses(title: str, uses: Sequence[Use]) -> Iterator[str]:
    for use in uses:
        yield f"    {title}: {printable(use.path)}:{use.row}: {printable(use.says)}"


def _left(report: CampaignReport) -> Iterator[str]:
    for code, groups in groupby(report.left, key=lambda one: one.code):
        own = list(groups)
        shown = click.style(code, fg="red", bold=True)
        yield f"{shown} {own[0].name}, left: {sum(len(one.findings) for one in own)}"
        for one in own:
            yield from _group(one)
        yield ""


def _group(one: LeftOver) -> Iterator[str]:
    yield f"  {printable(title_of(one))}: {len(one.findings)}"
    for finding in one.findings:
        row = finding.location.row
        yield f"    {printable(finding.path)}:{row}: {printable(finding.message)}"
        for path, step in way_of(finding):
            yield f"      {printable(path)}:{step.location.row}: {printable(step.says)}"
