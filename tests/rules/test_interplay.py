"""Rules side by side: one construct, one finding; no fix makes a finding of another rule."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace

import pytest

from ssot_lint.engine.checker import Checker
from ssot_lint.model.findings import Finding
from ssot_lint.rules.registry import all_rules
from tests.helpers.fix_checks import is_applicable
from tests.helpers.fixture_files import Fixture, all_fixtures

ALL = all_fixtures()
FIXING = {rule.code for rule in all_rules() if rule.fixable != "never"}
# Rules that are silent where a more specific one speaks; alone they do.
OFTEN_COVERED = {"OST101", "OST104", "OST301"}


def checker(fixture: Fixture, *codes: str) -> Checker:
    settings = replace(fixture.settings(), select=codes, extend_select=(), ignore=())
    return Checker(settings, fixture.api)


@pytest.mark.slow
@pytest.mark.parametrize("fixture", ALL, ids=lambda f: f.name)
def test_no_fix_makes_a_finding_of_another_rule(fixture: Fixture) -> None:
    """Each rule's fixes alone, held against all rules, on every fixture."""
    path = fixture.checked_as
    everything = checker(fixture, "OST")
    before = everything.check(fixture.source, path)
    present = {f.code for f in before.findings}
    for code in sorted((present | OFTEN_COVERED) & FIXING):
        fixed = checker(fixture, code).fix(fixture.source, path, unsafe=True)
        if fixed.source is not None:
            after = everything.check(fixed.source, path)
            new = counts(after.findings) - counts(before.findings)
            assert not new, f"the fixes of {code} make {new}"


@pytest.mark.slow
@pytest.mark.parametrize("fixture", ALL, ids=lambda f: f.name)
def test_fixes_of_two_rules_together(fixture: Fixture) -> None:
    """Every pair that both have something to fix leaves nothing of either, and nothing new."""
    path = fixture.checked_as
    before = checker(fixture, "OST").check(fixture.source, path)
    present = sorted({f.code for f in before.findings if is_applicable(f, unsafe=True)})
    for pair in itertools.combinations(present, 2):
        result = checker(fixture, *pair).fix(fixture.source, path, unsafe=True)
        assert result.result.analysed, result.result.findings
        assert not [f for f in result.result.findings if is_applicable(f, unsafe=True)], pair
        assert result.source is not None
        after = checker(fixture, "OST").check(result.source, path)
        assert not counts(after.findings) - counts(before.findings), pair


@pytest.mark.slow
@pytest.mark.parametrize("fixture", ALL, ids=lambda f: f.name)
def test_one_construct_one_finding(fixture: Fixture) -> None:
    """No two findings at the same place when all rules are on."""
    findings = checker(fixture, "OST").check(fixture.source, fixture.checked_as).findings
    places = Counter((f.location, f.end_location) for f in findings if f.code != "OST901")

    assert [place for place, count in places.items() if count > 1] == []


def counts(findings: tuple[Finding, ...]) -> Counter[str]:
    return Counter(finding.code for finding in findings)
