"""The hook, driven by the real pre-commit on a temporary repository against this checkout."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.test_readme import snippet
from tests.helpers.fixture_files import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (ROOT / ".git").exists(), reason="pre-commit installs a hook from a git checkout"
    ),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pre-commit-home")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    _git(tmp_path, "init", "-q")
    (tmp_path / "bad.py").write_text("import uuid\nrun_id = uuid.uuid4()\n")
    (tmp_path / "good.py").write_text("import uuid\n")
    (tmp_path / "notes.txt").write_text("uuid.uuid4()\n")
    return tmp_path


def _git(folder: Path, *args: str) -> None:
    subprocess.run(["git", *args], cwd=folder, check=True, capture_output=True)


def pre_commit(repository: Path, home: Path, *args: str) -> tuple[int, str]:
    _git(repository, "add", "-A")
    # Variables that git sets for hooks would point pre-commit at this checkout's repository.
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    result = subprocess.run(
        [sys.executable, "-m", "pre_commit", *args],
        cwd=repository,
        env={**env, "PRE_COMMIT_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, result.stdout + result.stderr


def test_the_hooks_do_what_they_say_with_what_they_are_given(repository: Path, home: Path) -> None:
    (repository / "safe.py").write_text("import uuid\nrun_id = str(uuid.uuid4())\n")
    command = ("try-repo", str(ROOT), "-v", "--files")  # both hooks, from one installation
    code, output = pre_commit(
        repository, home, *command, "bad.py", "safe.py", "good.py", "notes.txt"
    )

    assert code == 1
    assert "bad.py:2:10: OST101" in output
    assert "safe.py:2:14: OST101" in output
    assert "files were modified by this hook" in output
    assert "notes.txt" not in output
    assert "good.py" not in output
    assert "uuid" not in (repository / "safe.py").read_text()
    assert (repository / "notes.txt").read_text() == "uuid.uuid4()\n"


def test_the_configuration_in_the_readme(repository: Path, home: Path) -> None:
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()
    config = re.sub(r"repo: \S+.*", f"repo: {ROOT.as_uri()}", snippet("hook"))
    config = re.sub(r"rev: \S+", f"rev: {head}", config)
    path = repository / ".pre-commit-config.yaml"
    path.write_text(config)
    code, output = pre_commit(repository, home, "run", "--all-files")
    assert (code, "bad.py:2:10: OST101" in output) == (1, True), output

    path.write_text(config + '        exclude: "^bad"\n')
    code, output = pre_commit(repository, home, "run", "--all-files")
    assert (code, "Passed" in output) == (0, True), output

    path.write_text(config)
    (repository / "pyproject.toml").write_text('[tool.ssot-lint]\nextend-exclude = ["bad.py"]\n')
    code, output = pre_commit(repository, home, "run", "--all-files")
    assert (code, "Passed" in output) == (0, True), output
