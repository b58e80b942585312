"""Every fixture gives exactly the findings it is marked with."""

from __future__ import annotations

import pytest

from ssot_lint.core import Checker
from ssot_lint.model import FileResult
from ssot_lint.rules import ALL_RULES
from tests.fixture_files import FIXTURES, Fixture, all_fixtures

ALL = all_fixtures()


@pytest.mark.parametrize("fixture", ALL, ids=lambda f: f.name)
@pytest.mark.parametrize("focus", [True, False], ids=["focused", "whole"])
def test_findings_equal_the_marks(fixture: Fixture, focus: bool) -> None:
    result = Checker(fixture.settings(), focus=focus).check(fixture.source, str(fixture.path))

    assert _found(result, fixture) == sorted(
        (item.row, item.code, item.column or 0) for item in fixture.expected
    )


def _found(result: FileResult, fixture: Fixture) -> list[tuple[int, str, int]]:
    """Findings with their columns where the fixture pins the columns of that row."""
    pinned = {item.row for item in fixture.expected if item.column is not None}
    return sorted(
        (f.location.row, f.code, f.location.column if f.location.row in pinned else 0)
        for f in result.findings
    )


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.code)
def test_every_rule_has_loud_and_silent_lines(rule: type) -> None:
    own = [fixture for fixture in ALL if fixture.path.parent.name == rule.code]  # type: ignore[attr-defined]

    assert any(
        item.code == rule.code  # type: ignore[attr-defined]
        for fixture in own
        for item in fixture.expected
    )
    assert sum(fixture.silent_lines for fixture in own) > 0


def test_every_folder_belongs_to_a_rule() -> None:
    folders = {path.name for path in FIXTURES.iterdir() if path.is_dir()}

    assert folders <= {rule.code for rule in ALL_RULES}
