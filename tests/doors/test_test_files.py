"""`test-files`: which files hold tests, beside what their paths say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ssot_lint.config.settings import Settings
from tests.helpers.in_process import run
from tests.helpers.projects import write_project

CONSTANT = """\
from app.context import UserExecutionContext


def reconnect(user_id):
    return UserExecutionContext(user_id=user_id, run_id=f"reconnection_run_{user_id}")
"""
MAKES = """\
import uuid


def open_session(store):
    trace_id = str(uuid.uuid4())
    store.execute("INSERT INTO traces VALUES (?)", (trace_id,))
"""
TABLE = 'TABLE = "CREATE TABLE traces (trace_id UUID)"\n'


@pytest.mark.parametrize(
    ("patterns", "path", "expected"),
    [
        ((), "app/runs.py", False),
        ((), "app/tests/runs.py", True),
        (("qa/**",), "qa/runs.py", True),
        (("qa/**",), "tests/runs.py", True),
        (("qa/**",), "app/qa.py", False),
        (("!app/testing/**",), "app/testing/clock.py", False),
        (("!app/testing/**",), "lib/testing/clock.py", True),
        (("qa/**", "!qa/live.py"), "qa/live.py", False),
    ],
)
def test_the_setting_has_the_last_word(
    patterns: tuple[str, ...], path: str, expected: bool
) -> None:
    assert Settings(test_files=patterns).is_test(path) is expected


def written(folder: Path, texts: dict[str, str], setting: str) -> Path:
    settings = f"[tool.ssot-lint]\ntest-files = {setting}\n"
    return write_project(folder, {"pyproject.toml": settings, **texts})


def test_constant_ids_are_for_tests(tmp_path: Path) -> None:
    texts = {"qa/runs.py": CONSTANT, "testing/runs.py": CONSTANT, "app/runs.py": CONSTANT}
    project = written(tmp_path, texts, '["qa/**", "!testing/**"]')
    _, out, _ = run(project, "check", ".", "--select", "OST306", "--no-cache")
    told = sorted(line.partition(":")[0] for line in out.splitlines() if "OST306" in line)
    assert told == ["app/runs.py", "testing/runs.py"]


def test_tables_of_tests_are_no_evidence(tmp_path: Path) -> None:
    texts = {"app/makes.py": MAKES, "qa/tables.py": TABLE}
    project = written(tmp_path / "plain", texts, "[]")
    ask = ("check", ".", "--select", "OST101", "--no-cache")
    assert "qa/tables.py" in run(project, *ask)[1]

    project = written(tmp_path / "other", texts, '["qa/**"]')
    assert "qa/tables.py" not in run(project, *ask)[1]


def test_the_report_counts_them_apart(tmp_path: Path) -> None:
    texts = {"app/makes.py": MAKES, "qa/makes.py": MAKES}
    project = written(tmp_path, texts, '["qa/**"]')
    _, out, _ = run(project, "report", ".", "--format", "json", "-q")
    told = json.loads(out)
    assert (told["production"]["bypassing"], told["tests"]["bypassing"]) == (1, 1)
