"""What findings say about the fixtures, reasons for no fix included; `--regen` writes it anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from ssot_lint.engine.checker import Checker
from tests.helpers.fixture_files import all_fixtures

GOLDEN = Path(__file__).parent / "messages.txt"


@pytest.mark.slow
def test_messages_are_those_of_the_golden(regen: bool) -> None:
    said = {
        f"{finding.code} {finding.message}\n"
        for fixture in all_fixtures()
        for finding in Checker(fixture.settings(), fixture.api)
        .check(fixture.source, str(fixture.path))
        .findings
    }
    text = "".join(sorted(said))
    if regen:
        GOLDEN.write_text(text, encoding="utf-8")

    assert text.splitlines() == GOLDEN.read_text(encoding="utf-8").splitlines()
