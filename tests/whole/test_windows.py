"""What is different on Windows, set by hand: paths, processes, what its Python lacks."""

from __future__ import annotations

import json
import multiprocessing
import ntpath
import os
import subprocess
import sys
from pathlib import Path, PureWindowsPath
from types import SimpleNamespace
from typing import Any

import pytest

from ssot_lint.config import paths, settings
from ssot_lint.config.paths import path_inside, relative_path
from ssot_lint.config.settings import Settings
from ssot_lint.reports import places
from ssot_lint.reports.merge import _walk_order
from ssot_lint.run import baseline, files, ratchet
from ssot_lint.run import runner as runs
from ssot_lint.run.git import since
from ssot_lint.run.processes import pool
from tests.helpers.in_process import run

BAD = "import uuid\nrun_id = str(uuid.uuid4())\n"
REPOSITORY = "C:\\work\\repo"

# `os` as modules see it there, with nothing that looks at files.
WINDOWS: Any = SimpleNamespace(
    path=ntpath,
    sep="\\",
    pardir="..",
    curdir=".",
    fspath=os.fspath,
    fsencode=os.fsencode,
    getcwd=lambda: REPOSITORY,
)


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (paths, settings, files, places, baseline, ratchet, since):
        monkeypatch.setattr(module, "os", WINDOWS)

    def absolute(path: str) -> str:
        return ntpath.normpath(ntpath.join(REPOSITORY, path))

    monkeypatch.setattr(ntpath, "abspath", absolute)


@pytest.fixture
def project() -> Settings:
    root: Any = PureWindowsPath(REPOSITORY)
    return Settings(
        root=root,
        extend_exclude=("app/old", "*_pb2.py"),
        exempt=("shared/ids/**",),
        per_file_ignores=(("tests/**", ("OST1",)),),
    )


# Paths


@pytest.mark.usefixtures("windows")
@pytest.mark.parametrize(
    ("path", "relative", "inside"),
    [
        ("C:\\work\\repo\\app\\a.py", "app/a.py", "app/a.py"),
        ("c:\\WORK\\repo\\app\\a.py", "app/a.py", "app/a.py"),
        ("C:\\work\\repo", ".", "."),
        ("C:\\work\\repo\\..b.py", "..b.py", "..b.py"),
        ("C:\\work\\other\\a.py", "../other/a.py", "C:/work/other/a.py"),
        ("C:\\work", "..", "C:/work"),
        ("D:\\a.py", "D:/a.py", "D:/a.py"),
        ("\\\\server\\share\\a.py", "//server/share/a.py", "//server/share/a.py"),
    ],
)
def test_paths_in_a_folder(path: str, relative: str, inside: str) -> None:
    assert relative_path(path, REPOSITORY) == relative
    assert path_inside(path, REPOSITORY) == inside


@pytest.mark.usefixtures("windows")
@pytest.mark.parametrize(
    ("path", "relative"),
    [
        ("app\\a.py", "app/a.py"),
        ("app/a.py", "app/a.py"),
        (".\\a.py", "a.py"),
        ("app\\..\\a.py", "a.py"),
        ("C:\\work\\repo\\app\\a.py", "app/a.py"),
        ("C:\\work\\repo\\", "."),
        ("D:\\app\\a.py", "D:/app/a.py"),
        ("D:\\a.py", "D:/a.py"),
        ("..\\a.py", "C:/work/a.py"),
    ],
)
def test_paths_in_a_project(project: Settings, path: str, relative: str) -> None:
    assert project.relative(path) == relative


@pytest.mark.usefixtures("windows")
def test_patterns_of_settings(project: Settings) -> None:
    assert project.is_excluded("app\\old\\a.py", is_folder=False)
    assert project.is_excluded("C:\\work\\repo\\app\\old", is_folder=True)
    assert project.is_excluded("lib\\x_pb2.py", is_folder=False)
    assert not project.is_excluded("lib\\old\\a.py", is_folder=False)
    assert project.is_exempt("shared\\ids\\deep\\a.py")
    assert project.is_exempt("shared\\id_generation\\unified_id_generator.py")
    assert not project.is_exempt("app\\a.py")
    assert project.ignored_in("tests\\unit\\a.py") == ("OST1",)
    assert project.ignored_in("app\\tests\\a.py") == ()


@pytest.mark.usefixtures("windows")
def test_gitignore_of_a_folder_above(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = {REPOSITORY: ["/build/", "*.gen.py"], f"{REPOSITORY}\\app": ["!kept.gen.py"]}
    monkeypatch.setattr(files, "_ignore_lines", lambda folder: lines.get(folder, []))
    monkeypatch.setattr(ntpath, "exists", lambda path: path == f"{REPOSITORY}\\.git")
    ignores = files._GitIgnores()

    assert ignores.match(f"{REPOSITORY}\\build", is_folder=True)
    assert not ignores.match(f"{REPOSITORY}\\app\\build", is_folder=True)
    assert ignores.match(f"{REPOSITORY}\\app\\deep\\a.gen.py", is_folder=False)
    assert not ignores.match(f"{REPOSITORY}\\app\\kept.gen.py", is_folder=False)
    assert not ignores.match("D:\\a.gen.py", is_folder=False)


@pytest.mark.usefixtures("windows")
def test_paths_in_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_repository", lambda folder: REPOSITORY)
    monkeypatch.setattr(places, "Path", PureWindowsPath)

    def uri(path: str) -> str:
        return places.uri(places.repository_path(path))

    assert uri("app\\a b.py") == "app/a%20b.py"
    assert uri("D:\\a b.py") == "file:///D:/a%20b.py"
    assert uri("C:\\a.py") == "file:///C:/a.py"
    assert _walk_order("app\\a.py") == _walk_order("app/a.py")


@pytest.mark.usefixtures("windows")
def test_paths_in_baselines(monkeypatch: pytest.MonkeyPatch) -> None:
    relative = ratchet._paths_in(f"{REPOSITORY}\\{baseline.FILE_NAME}")
    assert relative("app\\a.py") == "app/a.py"
    assert relative("D:\\a.py") == "D:/a.py"

    there = {f"{REPOSITORY}\\app\\a.py"}
    monkeypatch.setattr(ntpath, "lexists", lambda path: path in there)
    listed: Any = SimpleNamespace(paths=("app/a.py", "app/gone.py", "other/gone.py"))
    gone = baseline.gone_files(listed, REPOSITORY, [f"{REPOSITORY}\\app"])
    assert list(gone) == ["app/gone.py"]


@pytest.mark.usefixtures("windows")
def test_paths_of_git() -> None:
    given: Any = SimpleNamespace(repository=SimpleNamespace(top=REPOSITORY))
    assert since.Since._path(given, "app/a.py") == f"{REPOSITORY}\\app\\a.py"


# Processes


@pytest.fixture
def spawned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "context", lambda: multiprocessing.get_context("spawn"))
    monkeypatch.setattr(runs, "_WORTH_SPLITTING", 0)
    monkeypatch.setattr(runs, "_WORTH_STARTING", 0)


@pytest.mark.slow
@pytest.mark.usefixtures("spawned")
def test_a_run_in_processes_that_begin_anew(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.ssot-lint]\nselect = ['OST1']\n")
    for number in range(12):
        (tmp_path / f"m{number}.py").write_text(BAD)
    one = run(tmp_path, "check", "--no-cache", "-j", "1")
    assert one[1].count("OST101") == 12
    assert run(tmp_path, "check", "--no-cache", "-j", "2") == one
    assert run(tmp_path, "fix", "--no-cache", "-j", "2")[0] == 0
    assert run(tmp_path, "check", "--no-cache", "-j", "1")[0] == 0


# What Python has only elsewhere

WITHOUT = """
import os, signal, sys
for name in ("fcntl", "resource", "pwd", "grp", "termios"):
    sys.modules[name] = None
for module, names in (
    (os, "fork chown geteuid getuid sched_getaffinity killpg"),
    (signal, "SIGALRM SIGVTALRM SIGKILL setitimer"),
):
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)
from ssot_lint.cli.main import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize("command", ["check", "check -j 2", "fix --diff", "report", "init --diff"])
def test_what_its_python_lacks(tmp_path: Path, command: str) -> None:
    (tmp_path / "a.py").write_text(BAD)

    assert _without(tmp_path, command) == run(tmp_path, *command.split())


@pytest.mark.slow
def test_changes_without_what_its_python_lacks(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BAD)
    (tmp_path / "b.py").write_text(BAD)

    assert _without(tmp_path, "baseline a.py")[0] == 0
    assert _without(tmp_path, "fix")[0] == 0
    assert _without(tmp_path, "check")[0] == 0
    assert (tmp_path / "a.py").read_text() == BAD
    assert (tmp_path / "b.py").read_text() != BAD
    assert _without(tmp_path, "clean")[0] == 0


def _without(folder: Path, command: str) -> tuple[int, str, str]:
    program = [sys.executable, "-c", WITHOUT, *command.split()]
    done = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_terminal_that_knows_few_letters(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "naïve→.py").write_text(BAD, encoding="utf-8")
    for args in (["check"], ["report"], ["check", "--output-format", "json"]):
        done = subprocess.run(
            [sys.executable, "-m", "ssot_lint", *args],
            cwd=tmp_path,
            capture_output=True,
            env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
            check=False,
        )
        assert b"Traceback" not in done.stderr
        assert b"internal error" not in done.stderr
        assert done.returncode in (0, 1)
        assert b"naive" not in done.stdout
        if args[-1] == "json":
            assert json.loads(done.stdout.decode(encoding))


def test_a_file_that_another_program_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_text(BAD)

    def held(source: str, target: str) -> None:
        raise PermissionError(13, "The process cannot access the file", target)

    monkeypatch.setattr(os, "replace", held)
    code, _, err = run(tmp_path, "fix", "--no-cache")

    told = "a.py: cannot be written: The process cannot access the file"
    assert (code, err) == (2, f"ssot-lint: error: {told}\n")
    assert (tmp_path / "a.py").read_text() == BAD
    assert [path.name for path in tmp_path.iterdir()] == ["a.py"]
