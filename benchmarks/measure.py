"""Runs commands in paired rounds and takes time, CPU time and memory of each run."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

# What ru_maxrss counts in.
_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Usage:
    """What one run took, its child processes included."""

    seconds: float
    cpu: float
    peak: float
    """Bytes of the biggest process. Never less than this process has: children begin as copies."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command line, and what is done before each of its runs without being measured."""

    name: str
    argv: tuple[str, ...]
    cwd: Path
    before: Callable[[], object] = lambda: None
    exits: frozenset[int] = frozenset({0, 1})
    """The exit codes of a run that did its work."""
    tells: bool = False
    """Whether the seconds that count are those that it prints."""


Quantity = Literal["seconds", "cpu", "peak"]


class CommandFailedError(Exception):
    """A command is not there, or did not do its work."""


# One round: what each command took, by its name.
Round = Mapping[str, Usage]


def run(command: Command) -> Usage:
    """Run a command once. Raises CommandFailedError."""
    with tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as told:
        start = time.perf_counter()
        try:
            process = subprocess.Popen(
                command.argv,
                cwd=command.cwd,
                stdin=subprocess.DEVNULL,
                stdout=told if command.tells else subprocess.DEVNULL,
                stderr=errors,
            )
        except OSError as error:
            raise CommandFailedError(f"{command.name}: {error.strerror}") from error
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        said = errors.read().decode(errors="replace").strip()
        told.seek(0)
        printed = told.read()
    # Linters end with 1 when they have found something, Python when it has crashed.
    if process.returncode not in command.exits or "Traceback (most recent call last)" in said:
        last = said.rpartition("\n")[2][:200]
        raise CommandFailedError(f"{command.name}: exit code {process.returncode}: {last}")
    return Usage(
        float(printed) if command.tells else seconds,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss * _PEAK_UNIT,
    )


def paired_rounds(
    commands: Sequence[Command], count: int, run: Callable[[Command], Usage] = run
) -> tuple[list[Round], list[str]]:
    """Every command once in each round, every other round backwards; and what was left out.

    So noise hits all alike, and no command always runs behind the same one. A command that fails
    is taken out of all rounds.
    """
    left = list(commands)
    failures: list[str] = []
    rounds: list[dict[str, Usage]] = []
    for number in range(count):
        rounds.append({})
        for command in left[:: -1 if number % 2 else 1]:
            try:
                command.before()
                rounds[-1][command.name] = run(command)
            except CommandFailedError as error:
                failures.append(f"left out: {error}")
                left.remove(command)
    names = {command.name for command in left}
    kept: list[Round] = [
        {name: usage for name, usage in taken.items() if name in names} for taken in rounds
    ]
    return kept, failures


def medians(rounds: Sequence[Round], name: str) -> Usage:
    """The medians of what a command took."""
    taken = [one[name] for one in rounds]
    return Usage(
        seconds=statistics.median(usage.seconds for usage in taken),
        cpu=statistics.median(usage.cpu for usage in taken),
        peak=statistics.median(usage.peak for usage in taken),
    )


def median_ratio(rounds: Sequence[Round], ours: str, peer: str, quantity: Quantity) -> float:
    """The median of the rounds' ratios, which is not the ratio of the medians."""
    return statistics.median(
        amount(one[ours], quantity) / amount(one[peer], quantity) for one in rounds
    )


def amount(usage: Usage, quantity: Quantity) -> float:
    """One of the three things that are measured."""
    return float(getattr(usage, quantity))
