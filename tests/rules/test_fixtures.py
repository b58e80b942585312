"""Every fixture gives exactly the findings it is marked with, and fixes as its goldens say."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import pytest

from ssot_lint.engine.checker import Checker, fix_source
from ssot_lint.model.findings import Applicability, FileResult
from ssot_lint.rules.registry import all_rules
from ssot_lint.rules.rule import Rule
from tests.helpers.fix_checks import BY_HAND, Linter, apply_one_by_one, check_fix
from tests.helpers.fixture_files import FIXTURES, GOLDENS, Fixture, all_fixtures

ALL = all_fixtures()


@dataclass
class Case:
    """A fixture with the checker that its settings make."""

    fixture: Fixture
    linter: Linter

    @property
    def path(self) -> str:
        return self.fixture.checked_as

    def fixed(self, *, unsafe: bool) -> bytes:
        done = self.linter.fix(self.fixture.source, self.path, unsafe=unsafe)
        return self.fixture.source if done.source is None else done.source

    @cached_property
    def result(self) -> FileResult:
        return self.linter.check(self.fixture.source, self.path)


@pytest.fixture(scope="module", params=ALL, ids=lambda f: f.name)
def case(request: pytest.FixtureRequest) -> Case:
    """By its scope, pytest runs the tests of one fixture together: its findings are found once."""
    fixture: Fixture = request.param
    return Case(fixture, Linter(fixture.settings(), fixture.api()))


def test_findings_equal_the_marks(case: Case) -> None:
    expect_marks(case.result, case.fixture)


@pytest.mark.broad
def test_findings_of_the_whole_file_equal_the_marks(case: Case) -> None:
    fixture = case.fixture
    whole = Checker(fixture.settings(), fixture.api, focus=False)

    expect_marks(whole.check(fixture.source, case.path), fixture)


def expect_marks(result: FileResult, fixture: Fixture) -> None:
    """Places, and what is said: each refusal of a fix has its reason in the mark, no other has."""
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
        is_unsafe = finding.applicability is Applicability.UNSAFE
        assert is_unsafe is (" (unsafe: " in message), (item.row, finding.message)


def test_no_place_is_reported_twice(case: Case) -> None:
    """One construct, one finding, whichever rule it is of."""
    places = Counter(
        (f.location, f.end_location) for f in case.result.findings if f.code != "OST901"
    )

    assert [place for place, count in places.items() if count > 1] == []


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_the_message_of_every_rule_is_pinned(rule: type[Rule]) -> None:
    assert any(item.says for f in ALL for item in f.expected if item.code == rule.code)


def _found(result: FileResult, fixture: Fixture) -> list[tuple[int, str, int]]:
    """Findings with their columns where the fixture pins the columns of that row."""
    pinned = {item.row for item in fixture.expected if item.column is not None}
    return sorted(
        (f.location.row, f.code, f.location.column if f.location.row in pinned else 0)
        for f in result.findings
    )


def test_safe_fixes_equal_the_golden(case: Case, regen: bool) -> None:
    """Without a golden they change nothing. `pytest --regen` writes the goldens."""
    expect_golden(case, ".fixed.py", case.fixed(unsafe=False), case.fixture.source, regen)


@pytest.mark.broad
def test_unsafe_fixes_equal_the_golden(case: Case, regen: bool) -> None:
    """Without a golden they change nothing that safe ones do not."""
    expect_golden(case, ".unsafe.py", case.fixed(unsafe=True), case.fixed(unsafe=False), regen)


def expect_golden(case: Case, suffix: str, result: bytes, otherwise: bytes, regen: bool) -> None:
    golden = case.fixture.path.with_name(case.fixture.path.stem + suffix)
    if regen and result == otherwise:
        golden.unlink(missing_ok=True)
    elif regen:
        golden.write_bytes(result)
    assert result == (golden.read_bytes() if golden.exists() else otherwise)


@pytest.mark.broad
@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
def test_fixes_hold_what_any_must(case: Case, unsafe: bool) -> None:
    fixture = case.fixture
    check_fix(
        fixture.source,
        case.path,
        case.linter,
        unsafe=unsafe,
        keeps_imports=fixture.keeps_imports,
    )


@pytest.mark.slow
@pytest.mark.parametrize("fixture", ALL, ids=lambda f: f.name)
def test_fixes_one_by_one_come_to_the_same(fixture: Fixture) -> None:
    """`check_fix` holds that of the fixtures with few fixes; with very many it takes too long."""
    linter, path = Linter(fixture.settings(), fixture.api()), fixture.checked_as
    result = linter.fix(fixture.source, path, unsafe=True)

    if BY_HAND < len(result.fixed) <= 2 * BY_HAND:
        assert apply_one_by_one(fixture.source, path, linter, unsafe=True) == result.source


def test_every_golden_has_a_fixture() -> None:
    goldens = {path for path in FIXTURES.rglob("*.py") if path.name.endswith(GOLDENS)}
    stems = {path.name.split(".")[0] for path in goldens}

    assert stems <= {path.stem for path in FIXTURES.rglob("*.py") if path not in goldens}


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_a_rule_that_says_it_fixes_does(rule: type[Rule]) -> None:
    own = [fixture for fixture in ALL if fixture.path.parent.name == rule.code]
    fixed = any(
        finding.code == rule.code
        for fixture in own
        for finding in fix_source(
            fixture.source,
            fixture.checked_as,
            fixture.settings(),
            api=fixture.api(),
            unsafe=True,
        ).fixed
    )

    assert fixed is (rule.fixable != "never")


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
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

    assert folders <= {rule.code for rule in all_rules()}
