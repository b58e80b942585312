"""Faults: whatever ends a run of `fix`, and whenever, each file is wholly old or wholly new.

`pytest -m slow` kills a few runs over some files; `--kills 100 --kill-files 2000` takes its time.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ssot_lint.config import disk
from ssot_lint.engine.checker import fix_source
from ssot_lint.model.findings import FileResult
from ssot_lint.run import files
from ssot_lint.run.store.cache import Cache
from ssot_lint.run.store.lines import Stamp
from tests.helpers.in_process import run

pytestmark = pytest.mark.skipif(os.name == "nt", reason="sends signals")

PROGRAM = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # background jobs of a shell ignore it
from ssot_lint.run import runner as run
run._WORTH_SPLITTING = 0  # several processes
from ssot_lint.cli.main import main
main(sys.argv[1:])
"""


def bad(number: int) -> bytes:
    filler = "".join(f"x{line} = {number}\n" for line in range(number % 50))
    return f"import uuid\n{filler}run_id = str(uuid.uuid4())\n".encode()


class Project:
    """Files with a violation each, before and after their fix."""

    def __init__(self, top: Path, count: int) -> None:
        self.top = top
        (top / "pyproject.toml").write_text("[tool.ssot-lint]\n")
        self.old = {top / f"pkg{n % 7}" / f"m{n}.py": bad(n) for n in range(count)}
        self.new: dict[Path, bytes] = {}
        for path, source in self.old.items():
            path.parent.mkdir(exist_ok=True)
            fixed = fix_source(source, str(path)).source
            assert fixed is not None
            self.new[path] = fixed
        self.reset()

    def reset(self) -> None:
        for path, source in self.old.items():
            path.write_bytes(source)

    def start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "fix", "-q", "-j", "2", "--no-cache"],
            cwd=self.top,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def count_new(self) -> int:
        """How many files are new; the others are old, to the byte."""
        count = 0
        for path, old in self.old.items():
            content = path.read_bytes()
            assert content in (old, self.new[path])
            count += content != old
        return count

    def left_behind(self) -> list[Path]:
        known = {*self.old, self.top / "pyproject.toml"}
        return [path for path in self.top.rglob("*") if path.is_file() and path not in known]


@pytest.fixture
def project(tmp_path: Path, request: pytest.FixtureRequest) -> Project:
    return Project(tmp_path, request.config.getoption("--kill-files"))


def finish(process: subprocess.Popen[bytes]) -> bytes:
    _, err = process.communicate(timeout=600)
    assert b"Traceback" not in err
    return err


@pytest.mark.slow
def test_killed_at_any_moment(project: Project, request: pytest.FixtureRequest) -> None:
    started = time.monotonic()
    finish(project.start())
    took = time.monotonic() - started
    assert project.count_new() == len(project.new)

    chance = random.Random(1)
    counts = []
    for _ in range(request.config.getoption("--kills")):
        project.reset()
        process = project.start()
        time.sleep(chance.uniform(0, took))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        counts.append(project.count_new())
        assert all(path.name.startswith(".ssot_lint.") for path in project.left_behind())
    print(f"files that were new when the run was killed: {sorted(counts)}")

    finish(project.start())
    assert project.count_new() == len(project.new)
    run(project.top, "clean")
    assert not project.left_behind()


@pytest.mark.slow
def test_interrupted_at_any_moment(project: Project) -> None:
    chance = random.Random(2)
    for _ in range(3):
        project.reset()
        process = project.start()
        while process.poll() is None and not project.count_new():
            time.sleep(0.01)  # it has begun when the first file is new
        time.sleep(chance.uniform(0, 0.3))
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
        err = finish(process)
        assert err.strip() in (b"", b"ssot-lint: error: interrupted")
        project.count_new()
        assert not project.left_behind()


def _remember(target: Path) -> None:
    known = Cache(target.parent, "key")
    known.keep("app.py", Stamp.of(str(target)), "", FileResult("app.py"))
    known.save(target.parent)


@pytest.mark.parametrize(
    ("write", "content"),
    [
        (lambda target: files.replace(str(target), b"old\n", b"new\n"), b"new\n"),
        (lambda target: files.write_report(str(target), "new\n"), b"new\n"),
        (_remember, b"old\n"),
    ],
    ids=["fix", "report", "cache"],
)
def test_interrupted_before_the_temporary_file_has_a_name(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    write: Callable[[Path], None],
    content: bytes,
) -> None:
    """Ctrl-C waits until the file is written: there is a moment when nothing knows of it."""
    target = tmp_path / "app.py"
    target.write_bytes(b"old\n")
    make = disk._created

    def interrupted(folder: str, before: str, behind: str) -> tuple[int, str]:
        made = make(folder, before, behind)
        os.kill(os.getpid(), signal.SIGINT)
        return made

    monkeypatch.setattr(disk, "_created", interrupted)
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            write(target)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, handler)

    assert target.read_bytes() == content
    assert not [path for path in tmp_path.rglob("*") if path.name.endswith(".tmp")]


@pytest.mark.slow
def test_two_runs_at_once(project: Project) -> None:
    first, second = project.start(), project.start()
    for process in (first, second):
        for line in finish(process).splitlines():
            assert b"changed while it was being fixed" in line
    project.count_new()
    finish(project.start())

    assert project.count_new() == len(project.new)
    assert not project.left_behind()


@pytest.mark.broad
def test_a_worker_that_is_killed(project: Project) -> None:
    process = project.start()
    killed = False
    while process.poll() is None and not killed:
        done = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True
        )
        for child in done.stdout.split()[:1]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)
                killed = True
        time.sleep(0.02)
    finish(process)

    assert killed
    assert project.count_new() == len(project.new)
