"""Work split over processes: what comes back, and what becomes of processes that die."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ssot_lint.run.processes import pool
from ssot_lint.run.processes.pool import Lost, map_chunks


def double(item: int) -> int:
    return 2 * item


@dataclass(frozen=True)
class DiesAt:
    """Doubles, but ends its process at an item, as often as it finds a file to remove."""

    item: int
    lives: Path

    def __call__(self, item: int) -> int:
        if item == self.item:
            for life in sorted(self.lives.iterdir())[:1]:
                life.unlink()
                os.kill(os.getpid(), signal.SIGKILL)
        return 2 * item


def hangs_at_seven(item: int) -> int:
    if item == 7:
        time.sleep(600)
    return 2 * item


SPAWNING = """\
import multiprocessing
import os
import sys
from ssot_lint.run.processes import pool

if __name__ == "__main__":
    os.chdir(sys.argv[1])
    pool.context = lambda: multiprocessing.get_context("spawn")
    print(sorted(pool.map_chunks(os.path.abspath, [["a"], ["b"]], 2)))
"""


def test_new_interpreters_import_nothing_from_the_current_folder(tmp_path: Path) -> None:
    """Where processes do not begin as copies, they would, before anything of ours runs there."""
    script = tmp_path / "script" / "main.py"
    hostile = tmp_path / "hostile"
    for folder in (script.parent, hostile):
        folder.mkdir()
    script.write_text(SPAWNING)
    for name in ("multiprocessing", "signal", "__future__"):
        (hostile / f"{name}.py").write_text(f"open({str(tmp_path / 'touched')!r}, 'w')\n")
    command = [sys.executable, str(script), str(hostile)]
    done = subprocess.run(command, capture_output=True, check=False, text=True)

    here = os.path.realpath(hostile)
    assert done.stdout == f"[('a', '{here}/a'), ('b', '{here}/b')]\n", done.stderr
    assert not (tmp_path / "touched").exists()


def outcomes(
    work: Callable[[int], int], items: range, jobs: int, patience: float | None = None
) -> tuple[dict[int, int], list[Lost[int]]]:
    chunks = [items[at : at + 5] for at in range(0, len(items), 5)]
    found: dict[int, int] = {}
    lost: list[Lost[int]] = []
    for outcome in map_chunks(work, chunks, jobs, patience):
        if isinstance(outcome, Lost):
            lost.append(outcome)
        else:
            assert outcome[0] not in found
            found[outcome[0]] = outcome[1]
    return found, lost


@pytest.fixture(params=["fork", "spawn"])
def start(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "fork" and sys.platform != "linux":
        pytest.skip("processes are copied on Linux only")
    monkeypatch.setattr(pool, "context", lambda: multiprocessing.get_context(request.param))


@pytest.mark.broad
@pytest.mark.usefixtures("start")
@pytest.mark.parametrize("jobs", [1, 3])
def test_every_item_is_done_once(jobs: int) -> None:
    found, lost = outcomes(double, range(23), jobs)

    assert found == {item: 2 * item for item in range(23)}
    assert lost == []


@pytest.mark.broad
@pytest.mark.usefixtures("start")
def test_what_a_dead_process_had_is_done_again(tmp_path: Path) -> None:
    (tmp_path / "one").touch()
    found, lost = outcomes(DiesAt(11, tmp_path), range(23), 2)

    assert found == {item: 2 * item for item in range(23)}
    assert lost == [Lost(11, -signal.SIGKILL, is_final=False)]


@pytest.mark.broad
@pytest.mark.usefixtures("start")
def test_an_item_that_ends_two_processes_is_given_up(tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        (tmp_path / name).touch()
    found, lost = outcomes(DiesAt(11, tmp_path), range(23), 2)

    assert found == {item: 2 * item for item in range(23) if item != 11}
    assert [outcome.is_final for outcome in lost] == [False, True]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="new processes take their time to start")
def test_an_item_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "context", lambda: multiprocessing.get_context("fork"))
    monkeypatch.setattr(pool, "_LISTENING_SECONDS", 0.1)
    found, lost = outcomes(hangs_at_seven, range(23), 2, patience=5)

    assert found == {item: 2 * item for item in range(23) if item != 7}
    assert lost == [Lost(7, -signal.SIGKILL, is_final=True, was_stuck=True)]


def test_time_in_which_nobody_listens_is_no_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_LISTENING_SECONDS", 0.01)
    found = set()
    for outcome in map_chunks(double, [[1, 2, 3]], 1, 5):
        assert not isinstance(outcome, Lost)
        found.add(outcome[0])
        hours = 3600 * len(found)
        monkeypatch.setattr(
            "ssot_lint.run.processes.pool.time.monotonic", lambda hours=hours: time.time() + hours
        )

    assert found == {1, 2, 3}


def test_no_process_is_left_when_the_caller_stops() -> None:
    results = map_chunks(double, [[1, 2], [3, 4], [5, 6]], 2)
    next(results)
    assert multiprocessing.active_children()
    results.close()  # type: ignore[attr-defined]

    assert not multiprocessing.active_children()


_SCRIPT = """
import os, signal, sys, time
from ssot_lint.run.processes.pool import map_chunks
signal.signal(signal.SIGINT, signal.default_int_handler)  # background jobs of a shell ignore it
def work(item):
    os.write(1, b"%d\\n" % item)  # at one stroke, because two processes write here
    time.sleep(float(sys.argv[1]))
if __name__ == "__main__":
    list(map_chunks(work, [[number] for number in range(1000)], 2))
"""


@pytest.mark.skipif(os.name == "nt", reason="sends signals")
@pytest.mark.parametrize(
    ("how", "seconds"), [(signal.SIGINT, "60"), (signal.SIGTERM, "0.2"), (signal.SIGKILL, "0.2")]
)
def test_processes_end_with_the_one_that_started_them(
    how: signal.Signals, seconds: str, tmp_path: Path
) -> None:
    script = tmp_path / "script.py"
    script.write_text(_SCRIPT)
    with subprocess.Popen(
        [sys.executable, str(script), seconds],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as main:
        assert main.stdout is not None
        assert {main.stdout.readline() for _ in range(2)} == {"0\n", "1\n"}
        main.send_signal(how)
        # Ends when the last process that writes to it is gone.
        assert len(main.communicate(timeout=20)[0].splitlines()) < 900
