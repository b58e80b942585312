"""`format`: what was formatted before fixes is formatted behind them, by that tool alone."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from ssot_lint.config.settings import FORMATTERS
from ssot_lint.run.campaign import formatting
from tests.helpers.in_process import run
from tests.helpers.projects import write_project

BEFORE = """\
import uuid


def begin(run_id, other):
    made = {"made": run_id, "request_id": str(uuid.uuid4()), "others": other}
    return made
"""
AFTER = """\
from shared.id_generation.unified_id_generator import UnifiedIdGenerator


def begin(run_id, other):
    made = {
        "made": run_id,
        "request_id": UnifiedIdGenerator.generate_base_id("req"),
        "others": other,
    }
    return made
"""
LONG_LINE = (
    '    made = {"made": run_id, "request_id": UnifiedIdGenerator.generate_base_id("req"), "oth'
)
NAMES = [name for name in FORMATTERS if name]


def project(folder: Path, name: str, code: str = BEFORE, more: str = "") -> Path:
    (folder / "pyproject.toml").write_text(f'[tool.ssot-lint]\nformat = "{name}"\n{more}')
    path = folder / "a.py"
    path.write_text(code)
    return path


def test_there_is_a_command_for_each() -> None:
    assert set(NAMES) == set(formatting.COMMANDS) == set(formatting.OPTIONS)


@pytest.mark.parametrize("name", NAMES)
def test_what_was_formatted_stays_so(tmp_path: Path, name: str) -> None:
    path = project(tmp_path, name)

    assert run(tmp_path, "fix", "--no-cache")[0] == 0
    assert path.read_text() == AFTER
    code, out, _ = run(tmp_path, "fix", "--no-cache", "--diff")
    assert (code, out) == (0, "")


@pytest.mark.parametrize("name", NAMES)
def test_what_was_not_is_left_alone(tmp_path: Path, name: str) -> None:
    path = project(tmp_path, name, BEFORE + "x = {  'a':1 }\n")

    run(tmp_path, "fix", "--no-cache")
    assert LONG_LINE in path.read_text()
    assert "x = {  'a':1 }" in path.read_text()


@pytest.mark.parametrize("name", NAMES)
def test_the_width_of_the_project_counts(tmp_path: Path, name: str) -> None:
    path = project(tmp_path, name, more=f"[tool.{name}]\nline-length = 120\n")

    run(tmp_path, "fix", "--no-cache")
    assert LONG_LINE in path.read_text()


def test_a_file_of_its_own_and_the_form_of_quotes(tmp_path: Path) -> None:
    path = project(tmp_path, "ruff", BEFORE.replace('"', "'"))
    (tmp_path / "ruff.toml").write_text("line-length = 60\n[format]\nquote-style = 'single'\n")

    run(tmp_path, "fix", "--no-cache")
    # It was not formatted for 60 columns: nothing of it is touched but the id.
    assert "str(uuid" not in path.read_text()
    assert "'made': run_id, 'request_id': " in path.read_text()
    (tmp_path / "ruff.toml").write_text("line-length = 88\n[format]\nquote-style = 'single'\n")
    path.write_text(BEFORE.replace('"', "'"))
    run(tmp_path, "fix", "--no-cache")
    assert path.read_text() == AFTER.replace('"', "'")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_the_checked_code_runs(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = project(tmp_path, name)
    for module in (name, "sitecustomize", "usercustomize", "click"):
        (tmp_path / f"{module}.py").write_text("open('ran', 'w').close()\nraise SystemExit(0)\n")
    tool = tmp_path / name
    tool.write_text("#!/bin/sh\ntouch ran\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    run(tmp_path, "fix", "--no-cache", "a.py")
    assert path.read_text() == AFTER
    assert not list(tmp_path.rglob("ran"))


def test_values_that_are_none_of_the_tools_are_not_handed_over(tmp_path: Path) -> None:
    more = "[tool.ruff]\nline-length = 'x; --config=/etc'\nextend = '/etc/ruff.toml'\npreview = 3\n"
    path = project(tmp_path, "ruff", more=more)

    run(tmp_path, "fix", "--no-cache")
    assert path.read_text() == AFTER


def test_a_formatter_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = project(tmp_path, "black")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    code, _, err = run(tmp_path, "fix", "--no-cache")
    assert (code, path.read_text()) == (2, BEFORE)
    assert "`format` asks for black, which is not installed beside ssot-lint" in err
    assert "pip install black" in err
    assert run(tmp_path, "check", "--no-cache")[0] == 1


def test_an_unknown_one(tmp_path: Path) -> None:
    project(tmp_path, "yapf")

    code, _, err = run(tmp_path, "fix")
    assert code == 2
    assert "`format` must be `ruff`, `black` or empty, not 'yapf'" in err


def test_standard_input(tmp_path: Path) -> None:
    project(tmp_path, "ruff")

    _, out, _ = run(tmp_path, "fix", "-", "--stdin-filename", "b.py", stdin=BEFORE.encode())
    assert out == AFTER


def test_places_of_what_is_left_are_those_of_the_formatted_file(tmp_path: Path) -> None:
    project(tmp_path, "ruff", BEFORE + '\n\nthread_id = "abc"\n')

    _, out, _ = run(tmp_path, "fix", "--no-cache")
    assert "a.py:13:13: OST301" in out


def test_a_comment_that_would_suppress_another_line_stays(tmp_path: Path) -> None:
    """The formatter takes it to the line of the bracket, where it covers nothing."""
    code = (
        "import uuid\n\n\ndef begin(call, user):\n"
        '    call(request_id=str(uuid.uuid4()), thread_id="abc", user=user)  # noqa: OST301\n'
    )
    path = project(tmp_path, "ruff", code)

    run(tmp_path, "fix", "--no-cache")
    text = path.read_text()
    assert "# noqa: OST301" in text
    code_left, out, _ = run(tmp_path, "check", "--no-cache")
    assert (code_left, "OST301" in out) == (0, False), text


@pytest.mark.broad
def test_the_codemods_do_the_same(tmp_path: Path) -> None:
    write_project(tmp_path, {})  # another process needs the generator's source
    path = project(tmp_path, "ruff")
    command = ["-I", "-m", "libcst.tool", "codemod", "-x", "ssot_lint.codemods.FixIds"]
    subprocess.run(
        [sys.executable, *command, "--no-format", "-j", "1", "a.py"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )

    assert path.read_text() == AFTER
