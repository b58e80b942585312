"""Every fixture gives exactly the findings it is marked with, and fixes as its goldens say."""

from __future__ import annotations

import pytest

from ssot_lint.engine.checker import Checker, fix_source
from ssot_lint.model.findings import FileResult
from ssot_lint.rules.registry import ALL_RULES
from ssot_lint.rules.rule import Rule
from tests.helpers.fix_checks import check_fix
from tests.helpers.fixture_files import FIXTURES, GOLDENS, Fixture, all_fixtures

ALL = all_fixtures()


@pytest.mark.parametrize("fixture", ALL, ids=lambda f: f.name)
@pytest.mark.parametrize("focus", [True, False], ids=["focused", "whole"])
def test_findings_equal_the_marks(fixture: Fixture, focus: bool) -> None:
    """Places, and what is said: each refusal of a fix has its reason in the mark, no other has."""
    checker = Checker(fixture.settings(), fixture.api, focus=focus)
    result = checker.check(fixture.source, str(fixture.path))

    assert _found(result, fixture) == sorted(
        (item.row, item.code, item.column or 0) for item in fixture.expected
    )
    by_place = sorted(result.findings, key=lambda f: (f.location.row, f.code, f.location.column))
    by_mark = sorted(fixture.expected, key=lambda item: (item.row, item.code))
    for finding, item in zip(by_place, by_mark, strict=True):
        message, _, reason = finding.message.partition(" (no fix: ")
        assert item.says in message, (item.row, message)
        assert item.no_fix in reason, (item.row, finding.message)
        assert bool(item.no_fix) is bool(reason), (item.row, finding.message)
        assert finding.fix is None or not reason


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.code)
def test_the_message_of_every_rule_is_pinned(rule: type[Rule]) -> None:
    assert any(item.says for f in ALL for item in f.expected if item.code == rule.code)


def _found(result: FileResult, fixture: Fixture) -> list[tuple[int, str, int]]:
    """Findings with their columns where the fixture pins the columns of that row."""
    pinned = {item.row for item in fixture.expected if item.column is not None}
    return sorted(
        (f.location.row, f.code, f.location.column if f.location.row in pinned else 0)
        for f in result.findings
    )


@pytest.mark.parametrize("fixture", ALL, ids=lambda f: f.name)
def test_fixes_equal_the_goldens(fixture: Fixture, regen: bool) -> None:
    """Without a golden, safe fixes change nothing, and unsafe ones nothing more.

    `pytest --regen` writes the goldens.
    """
    settings, api, path = fixture.settings(), fixture.api(), str(fixture.path)
    keeps = fixture.keeps_imports
    safe, unsafe = (
        check_fix(fixture.source, path, settings, api, unsafe=mode, keeps_imports=keeps).source
        or fixture.source
        for mode in (False, True)
    )
    made = {".fixed.py": (safe, fixture.source), ".unsafe.py": (unsafe, safe)}
    for suffix, (result, otherwise) in made.items():
        golden = fixture.path.with_name(fixture.path.stem + suffix)
        if regen and result == otherwise:
            golden.unlink(missing_ok=True)
        elif regen:
            golden.write_bytes(result)
        assert result == (golden.read_bytes() if golden.exists() else otherwise)


def test_every_golden_has_a_fixture() -> None:
    goldens = {path for path in FIXTURES.rglob("*.py") if path.name.endswith(GOLDENS)}
    stems = {path.name.split(".")[0] for path in goldens}

    assert stems <= {path.stem for path in FIXTURES.rglob("*.py") if path not in goldens}


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.code)
def test_a_rule_that_says_it_fixes_does(rule: type[Rule]) -> None:
    own = [fixture for fixture in ALL if fixture.path.parent.name == rule.code]
    fixed = any(
        finding.code == rule.code
        for fixture in own
        for finding in fix_source(
            fixture.source,
            str(fixture.path),
            fixture.settings(),
            api=fixture.api(),
            unsafe=True,
        ).fixed
    )

    assert fixed is (rule.fixable != "never")


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
