"""What fixes did and left, as JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence

from ssot_lint.reports.escaping import as_json
from ssot_lint.reports.findings.json import entry_of
from ssot_lint.run.campaign.report import CampaignReport, DoneFix, LeftOver
from ssot_lint.run.campaign.uses import Use


def render_json(report: CampaignReport) -> str:
    """One object; rows and columns from 1, columns in code points."""
    summary = {
        "files": report.files,
        "changed": report.changed,
        "fixed": report.fixed,
        "left": report.remaining,
        "written": report.is_written,
    }
    naming = report.naming
    entries = {
        "summary": summary,
        "fixed": [_done(one) for one in report.done],
        "left": [_left(one) for one in report.left],
        "prefixes": [
            {
                "prefix": one.prefix,
                "kinds": one.kinds,
                "count": one.count,
                "in_tests": one.in_tests,
                "new": one.is_new,
            }
            for one in naming.prefixes
        ],
        "naming": [{"kind": one.kind, "prefixes": one.prefixes} for one in naming.clashes],
    }
    return as_json(entries, indent=2) + "\n"


def _done(one: DoneFix) -> dict[str, object]:
    fix = one.fix
    return {
        "filename": one.path,
        "row": one.row,
        "message": fix.message,
        "applicability": fix.applicability.value,
        "findings": [
            {"code": f.code, "name": f.name, "row": f.location.row, "column": f.location.column}
            for f in fix.findings
        ],
        "before": [c.line for c in fix.changes if c.sign == "-"],
        "after": [c.line for c in fix.changes if c.sign == "+"],
        "new_ids": [
            {"name": new.name, "prefix": new.prefix, "constant": new.is_constant}
            for new in fix.makes
        ],
        "users": _uses(one.users),
        "tests": _uses(one.tests),
    }


def _uses(uses: Sequence[Use]) -> list[dict[str, object]]:
    return [{"filename": use.path, "row": use.row, "message": use.says} for use in uses]


def _left(one: LeftOver) -> dict[str, object]:
    return {
        "code": one.code,
        "name": one.name,
        "applicability": one.applicability.value,
        "reason": one.reason or None,
        "count": len(one.findings),
        "findings": [entry_of(finding) for finding in one.findings],
    }
