"""What only other files tell of: whoever does not know them takes nothing back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.in_process import run
from tests.helpers.projects import write_project

MAKES = """\
from shared.id_generation import UnifiedIdGenerator


def new_thread():
    return UnifiedIdGenerator.generate_base_id("thread")
"""
USES = """\
from app.makes import new_thread

thread_id = f"thread_{new_thread()}"
"""
ON = ("--select", "OST302,OST901", "--no-cache")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path, {"app/makes.py": MAKES, "app/uses.py": USES})


def suppress(project: Path) -> None:
    (project / "app" / "uses.py").write_text(USES.rstrip() + "  # noqa: OST302\n")


def test_it_is_found_where_they_are_known(project: Path) -> None:
    _, out, _ = run(project, "check", ".", *ON)
    assert "app/uses.py:3:13: OST302" in out
    assert "`new_thread` in app/makes.py, line 4" in out

    code, _, _ = run(project, "check", "app/uses.py", *ON)
    assert code == 0


def test_a_suppression_of_it_is_used_until_somebody_knows(project: Path) -> None:
    suppress(project)
    assert run(project, "check", "app/uses.py", *ON)[0] == 0
    assert run(project, "check", ".", *ON)[0] == 0

    (project / "app" / "makes.py").write_text(MAKES.replace('"thread"', '"run"'))
    assert run(project, "check", "app/uses.py", *ON)[0] == 0
    _, out, _ = run(project, "check", ".", *ON)
    assert "OST901" in out


def test_a_baseline_keeps_it_until_somebody_knows(project: Path) -> None:
    run(project, "baseline", ".", *ON)
    baseline = project / ".ssot-lint-baseline.json"
    accepted = baseline.read_text()
    assert "OST302" in accepted

    code, _, err = run(project, "check", "app/uses.py", *ON)
    assert (code, "not there any more" in err) == (0, False), err
    run(project, "baseline", "--prune", "app/uses.py", *ON)
    run(project, "baseline", "app/uses.py", *ON)
    assert baseline.read_text() == accepted

    (project / "app" / "makes.py").write_text(MAKES.replace('"thread"', '"run"'))
    assert run(project, "check", "app/uses.py", *ON)[0] == 0
    assert run(project, "check", ".", *ON)[0] == 1  # accepted in vain
    run(project, "baseline", "--prune", ".", *ON)
    assert "OST302" not in baseline.read_text()


def test_a_warm_run_says_the_same(project: Path) -> None:
    on = ON[:-1]
    assert "OST302" in run(project, "check", ".", *on)[1]
    assert "OST302" in run(project, "check", ".", *on)[1]
    assert "OST302" in run(project, "check", "app/uses.py", *on)[1]  # what is recorded tells

    (project / "app" / "makes.py").write_text(MAKES.replace('"thread"', '"run"'))
    assert run(project, "check", ".", *on)[0] == 0


def test_files_by_name_see_what_they_take_now(tmp_path: Path) -> None:
    takes, uses = (
        "def load(key):\n    return key\n",
        ("from app.repo import load\n\n\ndef use(thread_id):\n    return load(thread_id)\n"),
    )
    folder = write_project(tmp_path, {"app/repo.py": takes, "app/use.py": uses})
    on = ("--select", "OST305", "--cache-dir", str(tmp_path / "cache"))
    assert run(folder, "check", ".", *on)[0] == 0

    (folder / "app" / "repo.py").write_text(takes.replace("key", "run_id"))

    found = run(folder, "check", "app/use.py", "app/repo.py", *on)[1]
    assert "app/use.py:5:17: OST305" in found
