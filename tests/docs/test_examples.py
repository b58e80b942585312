"""The example backend shows the three situations of the README."""

from __future__ import annotations

from pathlib import Path

import pytest

from ssot_lint.config.reader import SettingsReader
from ssot_lint.rules.registry import CODES
from ssot_lint.run.files import find_files
from ssot_lint.run.runner import Runner
from tests.helpers.fixture_files import ROOT


def test_the_examples_show_what_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    reader = SettingsReader(CODES)
    results = Runner(reader).check_files(find_files(["examples/backend"], reader))
    found = {Path(r.path).name: [f.code for f in r.findings] for r in results if r.findings}

    assert found == {
        "session_factory.py": ["OST201"],
        "threads.py": ["OST301", "OST101", "OST301"],
        "websocket_factory.py": ["OST103", "OST101"],
    }
