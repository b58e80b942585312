"""What fixes did and left, as Markdown for a review."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from ssot_lint.model.findings import Applicability, LineChange
from ssot_lint.model.wording import listed, plural
from ssot_lint.reports.escaping import cell, prose
from ssot_lint.reports.places import way_of
from ssot_lint.run.campaign.naming import NameClash
from ssot_lint.run.campaign.report import CampaignReport, DoneFix, LeftOver
from ssot_lint.run.campaign.uses import Use

_MOST_USES = 5
"""Places that are listed for each fix."""
_MOST_NAMES = 8
_MOST_FINDINGS = 20
"""Findings that are listed for each reason."""


def render_markdown(report: CampaignReport) -> str:
    """Sections in the order in which people decide: names, what was done, what is left."""
    return "\n".join([*_head(report), *_naming(report), *_done(report), *_left(report)]) + "\n"


def summary_of(report: CampaignReport) -> str:
    """What was done and what is left, in one sentence."""
    done = "Fixed" if report.is_written else "Would fix"
    told = f"{done} {plural(report.fixed, 'finding')} in {plural(report.changed, 'file')}"
    return f"{told} of {report.files:,}; {plural(report.remaining, 'finding')} left."


def _head(report: CampaignReport) -> Iterator[str]:
    yield "# Ids that the generator makes now"
    yield ""
    yield summary_of(report)


def _naming(report: CampaignReport) -> Iterator[str]:
    naming = report.naming
    if not naming.prefixes:
        return
    yield "\n## How new ids begin\n"
    for clash in naming.clashes:
        yield f"- {prose(said_of(clash))}"
    if naming.clashes:
        yield ""
    shown = [one for one in naming.prefixes if one.count] or list(naming.prefixes[:_MOST_FINDINGS])
    yield "| prefix | for | places | in tests | |\n| --- | --- | ---: | ---: | --- |"
    for one in shown:
        kinds = cell(", ".join(one.kinds))
        new = "new" if one.is_new else ""
        yield f"| {cell(one.prefix)} | {kinds} | {one.count} | {one.in_tests} | {new} |"
    if len(shown) < len(naming.prefixes):
        yield f"\n{len(naming.prefixes) - len(shown)} more in tests alone."


def said_of(clash: NameClash) -> str:
    """What to think of, in a sentence with names in backquotes."""
    names = listed([f"`{one}`" for one in clash.prefixes], _MOST_NAMES)
    if clash.kind:
        return f"Ids of one kind, `{clash.kind}`, begin with {names}: one will do."
    return f"{names} may be the same word."


def _done(report: CampaignReport) -> Iterator[str]:
    if report.done:
        yield "\n## What was done" if report.is_written else "\n## What would be done"
    for path, fixes in groupby(report.done, key=lambda one: one.path):
        yield f"\n### {cell(path)}"
        for one in fixes:
            yield from _fix(one)


def _fix(one: DoneFix) -> Iterator[str]:
    codes = listed(sorted({finding.code for finding in one.fix.findings}))
    mark = " (unsafe)" if one.fix.applicability is Applicability.UNSAFE else ""
    yield f"\n{codes}, line {one.row}{mark}: {prose(one.fix.message)}\n"
    yield from _diff(one.fix.changes)
    yield from _uses("Also used:", one.users)
    yield from _uses("Tests that know it:", one.tests)


def _diff(changes: Sequence[LineChange]) -> Iterator[str]:
    lines = [f"{change.sign} {change.line}" for change in changes]
    fence = "```"
    while any(fence in line for line in lines):
        fence += "`"
    yield f"{fence}diff"
    yield from lines
    yield fence


def _uses(title: str, uses: Sequence[Use]) -> Iterator[str]:
    if not uses:
        return
    yield f"\n{title}\n"
    for use in uses[:_MOST_USES]:
        yield f"- {cell(use.path)}, line {use.row}: {prose(use.says)}"
    if len(uses) > _MOST_USES:
        yield f"- and {len(uses) - _MOST_USES} more"


def _left(report: CampaignReport) -> Iterator[str]:
    if report.left:
        yield "\n## What is left"
    for code, groups in groupby(report.left, key=lambda one: one.code):
        own = list(groups)
        count = sum(len(one.findings) for one in own)
        yield f"\n### {code} {own[0].name}: {count}"
        for one in own:
            yield from _group(one)


TITLES = {
    Applicability.SAFE: "A safe fix is there",
    Applicability.UNSAFE: "Unsafe",
    Applicability.DISPLAY: "No fix",
}


def title_of(one: LeftOver) -> str:
    """Why findings are left, as a title; the reason may have code in backquotes."""
    title = TITLES[one.applicability]
    return f"{title}: {one.reason}" if one.reason else title


def _group(one: LeftOver) -> Iterator[str]:
    yield f"\n#### {prose(title_of(one))} ({len(one.findings)})\n"
    for finding in one.findings[:_MOST_FINDINGS]:
        row = finding.location.row
        yield f"- {cell(finding.path)}, line {row}: {prose(finding.message)}"
        for path, step in way_of(finding):
            at = f"line {step.location.row}"
            place = at if path == finding.path else f"{cell(path)}, {at}"
            yield f"  - {place}: {prose(step.says)}"
    if len(one.findings) > _MOST_FINDINGS:
        yield f"- and {len(one.findings) - _MOST_FINDINGS} more"
