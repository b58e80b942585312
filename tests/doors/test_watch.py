"""`ssot-lint check --watch`, as its own process: it ends with Ctrl-C only."""

from __future__ import annotations

import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.in_process import run

pytestmark = pytest.mark.broad  # processes that wait

BAD = "import uuid\nrun_id = uuid.uuid4()\n"
# What runs in the background of a shell is started with Ctrl-C turned off.
PROGRAM = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from ssot_lint.cli.main import main
main(sys.argv[1:])
"""
PATIENCE_SECONDS = 60


class Watching:
    """A running `check --watch`, and what it prints."""

    def __init__(self, folder: Path, *args: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "check", "--watch", *args],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def round(self) -> str:
        """What the next round prints."""
        text = ""
        while "Watching; Ctrl-C ends." not in text:
            text += self._lines.get(timeout=PATIENCE_SECONDS)
        return text

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=PATIENCE_SECONDS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[tool.ssot-lint]\n")
    (tmp_path / "app").mkdir()
    (tmp_path / "app/bad.py").write_text(BAD)
    (tmp_path / "app/good.py").write_text("x = 1\n")
    return tmp_path


@pytest.fixture
def watching(folder: Path) -> Iterator[Watching]:
    started = Watching(folder, "app")
    yield started
    started.process.kill()
    started.process.wait()
    assert started.process.stdout is not None
    started.process.stdout.close()


def test_what_changes_is_checked_again(folder: Path, watching: Watching) -> None:
    first = watching.round()
    assert "app/bad.py:2:10: OST101" in first
    assert "1 finding in 1 of 2 files." in first

    (folder / "app/new.py").write_text(BAD)
    assert "2 findings in 2 of 3 files." in watching.round()

    (folder / "app/bad.py").unlink()
    (folder / "notes.txt").write_text("nobody asks")
    assert "1 finding in 1 of 2 files." in watching.round()

    (folder / "pyproject.toml").write_text("[tool.ssot-lint\n")
    assert "ssot-lint: error: pyproject.toml is not valid TOML" in watching.round()

    (folder / "pyproject.toml").write_text('[tool.ssot-lint]\nignore = ["OST101"]\n')
    assert "No findings in 2 files." in watching.round()

    assert watching.end() == 0


MAKES = "import uuid\n\ndef make(session):\n    session.add(Run(run_id=str(uuid.uuid4())))\n"
MODEL = "class Run(Base):\n    run_id = Column({})\n"


def test_what_other_files_say_is_asked_again(folder: Path, watching: Watching) -> None:
    watching.round()
    (folder / "app/bad.py").write_text(MAKES)
    assert "[*]" in watching.round()

    (folder / "app/models.py").write_text(MODEL.format("UUID()"))
    assert "[*]" not in watching.round()


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("-",), "--watch goes with files, and without --add-noqa"),
        (("--add-noqa",), "--watch goes with files, and without --add-noqa"),
        (("missing",), "missing: no such file or folder"),
    ],
)
def test_what_cannot_be_watched(folder: Path, args: tuple[str, ...], told: str) -> None:
    code, out, err = run(folder, "check", "--watch", *args)

    assert (code, out) == (2, "")
    assert told in err


def test_without_watchfiles(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "ssot_lint.cli.checking.watch", raising=False)
    monkeypatch.setitem(sys.modules, "watchfiles", None)

    expected = "ssot-lint: error: --watch needs watchfiles: pip install 'ssot-lint[watch]'\n"
    assert run(folder, "check", "--watch") == (2, "", expected)
