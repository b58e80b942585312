"""What a checked repository brings along is not trusted: its caches, links and names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ssot_lint import check_source
from ssot_lint.cache import Stamp, digest
from ssot_lint.cache_folder import FOLDER
from ssot_lint.journal import Journal
from ssot_lint.projects import Memory, Projects
from ssot_lint.screens import CODES
from ssot_lint.settings import SettingsReader
from tests.in_process import run
from tests.test_baseline import git
from tests.test_flake8 import run_flake8

BAD = "import uuid\nrun_id = str(uuid.uuid4())\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a violation, and with caches that say there is none."""
    monkeypatch.delenv("SSOT_LINT_CACHE_DIR")
    project = tmp_path / "project"
    project.mkdir()
    path = project / "a.py"
    path.write_text(BAD)
    (project / "pyproject.toml").write_text("[tool.ssot-lint]\n")
    git(project, "init", "-q")
    flake8(project)  # so that there is a journal under the key of its options
    (log,) = (project / FOLDER).glob("*.log")
    key = json.loads(log.read_text().splitlines()[0])
    clean = check_source(b"x = 1\n", str(path))
    Journal(project / FOLDER, key).keep("a.py", BAD, clean)
    projects = Projects(ignore_noqa=False)
    memory = Memory(projects, is_used=True, cache_dir=None)
    cache = memory.cache(projects.number(SettingsReader(CODES).for_file(path)))
    assert cache is not None
    stamp = Stamp.of(str(path))
    later = stamp._replace(seen=stamp.seen + 10_000_000_000)
    cache.keep("a.py", later, digest(BAD.encode()), clean)
    memory.save()
    return project


def flake8(project: Path) -> str:
    return run_flake8(project, "a.py").stdout


def test_caches_that_lie_can_be_made(project: Path) -> None:
    """So that the test below can fail: what git does not track is believed."""
    assert run(project, "check")[0] == 0
    assert flake8(project) == ""


@pytest.mark.parametrize("version", ["2", "4"])
def test_a_cache_that_git_tracks_is_not_used(project: Path, version: str) -> None:
    git(project, "add", "-f", FOLDER)
    git(project, "update-index", "--index-version", version)
    before = git(project, "status", "--porcelain")
    code, out, err = run(project, "check")

    assert (code, out.split(": ")[0]) == (1, "a.py:2:14")
    assert err == (
        f"ssot-lint: warning: {project / FOLDER}: is tracked by git, so others may have written "
        f"it; it is not used, `git rm -r --cached {FOLDER}` makes an end of that\n"
    )
    assert flake8(project).startswith("a.py:2:14: OST101")
    assert run(project, "check", "--cache-dir", FOLDER, "-q")[0] == 1
    assert git(project, "status", "--porcelain") == before

    git(project, "rm", "-rq", "--cached", FOLDER)
    assert run(project, "check")[0] == 0


def test_a_cache_folder_that_leads_out_is_not_used(project: Path) -> None:
    outside = project.parent / "outside"
    (project / FOLDER).rename(outside)
    (project / FOLDER).symlink_to(outside)
    before = {path: path.read_bytes() for path in outside.iterdir()}
    code, _, err = run(project, "check")

    assert code == 1
    assert err.endswith("is a link that leads out of the project; it is not used, remove it\n")
    assert flake8(project).startswith("a.py:2:14: OST101")
    assert {path: path.read_bytes() for path in outside.iterdir()} == before
