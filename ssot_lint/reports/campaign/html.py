"""What fixes did and left, as one page for a browser."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter

from ssot_lint.model.wording import listed
from ssot_lint.reports.campaign.markdown import said_of, summary_of, title_of
from ssot_lint.reports.pages.page import render_page
from ssot_lint.reports.places import way_of
from ssot_lint.run.campaign.report import CampaignReport, DoneFix

_MOST_USES = 8
_MOST_FINDINGS = 100
"""Findings that are listed for each reason."""


def render_html(report: CampaignReport) -> str:
    """A page that needs neither the network nor scripts."""
    by_file = [(path, list(own)) for path, own in groupby(report.done, key=attrgetter("path"))]
    by_rule = [(code, list(own)) for code, own in groupby(report.left, key=attrgetter("code"))]
    return render_page(
        "ssot_lint.reports.campaign",
        "campaign.html.jinja",
        {"codes": _codes, "said": said_of, "title": title_of, "way": way_of},
        report=report,
        summary=summary_of(report),
        by_file=by_file,
        by_rule=by_rule,
        most_uses=_MOST_USES,
        most_findings=_MOST_FINDINGS,
    )


def _codes(one: DoneFix) -> str:
    return listed(sorted({finding.code for finding in one.fix.findings}))
