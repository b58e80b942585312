"""The codemod commands, run by the real `libcst.tool`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ssot_lint import codemods
from ssot_lint.rules import ALL_RULES
from tests.fixture_files import ROOT
from tests.test_cli import BAD
from tests.test_fix import FIXED, SAFE

BOTH = 'import uuid\nrun_id = uuid.uuid4()\nthread_id = "abc"\n'


def codemod(folder: Path, *args: str, cwd: Path | None = None) -> str:
    command = [sys.executable, "-m", "libcst.tool", "codemod", *args, "-j", "1", "--no-format"]
    result = subprocess.run(
        [*command, str(folder)], cwd=cwd or folder, capture_output=True, text=True, check=True
    )
    return result.stdout + result.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "safe.py").write_text(SAFE)
    (tmp_path / "bad.py").write_text(BAD)
    (tmp_path / "both.py").write_text(BOTH)
    return tmp_path


def test_safe_fixes_from_this_folders_configuration(folder: Path) -> None:
    codemod(folder, "codemods.FixIds", cwd=ROOT)

    assert (folder / "safe.py").read_text() == FIXED
    assert (folder / "bad.py").read_text() == BAD


def test_unsafe_fixes_and_select(folder: Path) -> None:
    codemod(folder, "-x", "ssot_lint.codemods.FixIds", "--unsafe-fixes", "--select", "OST301")

    assert (folder / "both.py").read_text() == BOTH.replace('"abc"', '"thread_abc"')
    assert (folder / "bad.py").read_text() == BAD


def test_the_command_of_one_rule(folder: Path) -> None:
    codemod(folder, "-x", "ssot_lint.codemods.FixDirectUuidCall", "--unsafe-fixes")

    assert (folder / "bad.py").read_text() == FIXED
    assert 'thread_id = "abc"' in (folder / "both.py").read_text()


def test_each_fixable_rule_has_a_command() -> None:
    commands = {kind.codes for kind in codemods.FixIds.__subclasses__()}

    # OST901 judges the codes of the rules that run with it, so alone it would do nothing.
    alone = {rule.code for rule in ALL_RULES if rule.fixable != "never"} - {"OST901"}
    assert commands == {(code,) for code in alone}
    assert all(kind.DESCRIPTION for kind in codemods.FixIds.__subclasses__())


def test_the_commands_are_listed() -> None:
    command = [sys.executable, "-m", "libcst.tool", "list"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert "codemods.FixIds" in listed
