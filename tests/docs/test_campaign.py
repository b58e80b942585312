"""The page about campaigns shows what is printed, and what it says of options is so."""

from __future__ import annotations

import difflib
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from ssot_lint.cli.fixing.interactive import ANSWERS
from ssot_lint.config.settings import FORMATTERS
from tests.docs.test_guides import told
from tests.helpers.fixture_files import ROOT
from tests.helpers.in_process import run

PAGE = ROOT / "docs" / "campaign.md"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    copy = tmp_path / "backend"
    unwanted = shutil.ignore_patterns("__pycache__", ".*_cache")
    shutil.copytree(ROOT / "examples" / "backend", copy, ignore=unwanted)
    subprocess.run(["git", "init", "-q", "."], cwd=copy, check=True)
    return copy


def test_it_shows_what_is_printed(project: Path, regen: bool) -> None:
    shown = PAGE.read_text(encoding="utf-8")
    now = told(shown, project)
    if regen:
        PAGE.write_text(now, encoding="utf-8")
    else:
        assert now == shown, "\n".join(difflib.unified_diff(shown.split("\n"), now.split("\n")))
    for name in (project.parent / "patches" / "series").read_text().split():
        subprocess.run(["git", "apply", f"../patches/{name}"], cwd=project, check=True)


def test_its_commands_run(project: Path) -> None:
    lines = re.findall(r"^ssot-lint (.*)$", PAGE.read_text(encoding="utf-8"), re.M)

    assert len(lines) == 2
    for line in lines:
        arguments = shlex.split(line.partition(" > ")[0])
        assert run(project, *arguments)[0] in (0, 1), line
    assert (project / "fixes.html").exists()


def test_answers_and_formatters_are_those_of_the_program() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert re.findall(r"^\| `(\w)` \| (.*) \|$", text, re.M) == list(ANSWERS.items())
    assert all(f'"{name}"' in text for name in FORMATTERS if name)
