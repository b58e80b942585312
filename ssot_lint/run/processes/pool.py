"""Work split over processes: items go out in chunks, results come back one by one."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from multiprocessing.context import ForkContext, SpawnContext  # Windows has no ForkContext

# How long is listened at a time, where a process that is silent for long is to be noticed.
_LISTENING_SECONDS = 1.0

I = TypeVar("I")  # noqa: E741 - an item, which can be hashed
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Lost(Generic[I]):
    """An item whose process ended without a result; `exit_code` as multiprocessing gives it."""

    item: I
    exit_code: int | None
    is_final: bool
    """Whether it is given up: a second process ended with it, too, or the first was stuck.

    Otherwise it is being tried again.
    """
    was_stuck: bool = False
    """Whether the process was ended because it took too long."""


def map_chunks(
    work: Callable[[I], R],
    chunks: Iterable[Sequence[I]],
    jobs: int,
    patience: float | None = None,
) -> Iterator[tuple[I, R] | Lost[I]]:
    """`work` done on all items by `jobs` processes; results in the order in which they come.

    A process that is killed loses nothing: the item it was at is tried again, and is lost for
    good when that ends a second process. One that is silent for `patience` seconds is killed, and
    its item lost. `work` must not raise. When the caller stops, by an
    exception or by closing the iterator, the processes are gone at once.

    Not `concurrent.futures`: when one of its processes dies it gives up all that is waiting,
    does not say which item was at fault, and cannot be stopped while it works.
    """
    pool: _Pool[I, R] = _Pool(work, chunks, patience)
    try:
        yield from pool.run(jobs)
    finally:
        pool.kill()


def starts_quickly() -> bool:
    """Whether new processes are cheap: they begin as copies of this one."""
    # Copies of a process with threads can lock up, and macOS's own libraries do not bear it.
    return sys.platform == "linux" and threading.active_count() == 1


def context() -> ForkContext | SpawnContext:
    """How processes start here: as copies of this one, where that is safe."""
    if starts_quickly():
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")


@dataclass(eq=False)
class _Worker(Generic[I]):
    process: BaseProcess
    connection: Connection[Any, Any]
    chunk: Sequence[I]
    done: int = 0
    heard: float = 0
    """When it last gave a result, or was given something to do, by the pool's clock."""
    is_stuck: bool = False


class _Pool(Generic[I, R]):
    def __init__(
        self, work: Callable[[I], R], chunks: Iterable[Sequence[I]], patience: float | None
    ) -> None:
        self._context = context()
        self._work = work
        self._patience = patience
        self._listened = 0.0
        """For how many seconds this process has listened: its clock stands when it does not."""
        self._chunks = iter(chunks)
        self._again: deque[Sequence[I]] = deque()
        self._retried: set[I] = set()
        self._workers: list[_Worker[I]] = []

    def run(self, jobs: int) -> Iterator[tuple[I, R] | Lost[I]]:
        while len(self._workers) < jobs and self._start():
            pass
        while self._workers:
            ready = self._listen()
            for worker in [w for w in self._workers if w.connection in ready]:
                try:
                    result = worker.connection.recv()
                except (EOFError, OSError):
                    yield from self._bury(worker)
                    continue
                yield worker.chunk[worker.done], result
                worker.done += 1
                worker.heard, worker.is_stuck = self._listened, False
                if worker.done == len(worker.chunk):
                    self._hand_on(worker)

    def _listen(self) -> list[object]:
        """The connections that have something to say; those of stuck processes are cut."""
        started = time.monotonic()
        ready = wait([worker.connection for worker in self._workers], _LISTENING_SECONDS)
        # More than that has passed only when this process was stopped, as the others were.
        self._listened += min(time.monotonic() - started, _LISTENING_SECONDS)
        for worker in self._workers if self._patience is not None else ():
            silent = self._listened - worker.heard
            if silent > (self._patience or 0) and worker.connection not in ready:
                worker.is_stuck = True
                worker.process.kill()
        return list(ready)

    def _next_chunk(self) -> Sequence[I] | None:
        if self._again:
            return self._again.popleft()
        return next(self._chunks, None)

    def _start(self) -> bool:
        chunk = self._next_chunk()
        if chunk is None:
            return False
        ours, theirs = self._context.Pipe()
        is_copy = self._context.get_start_method() == "fork"
        args = (ours, theirs, self._work, None if is_copy else os.getcwd())
        process = self._context.Process(target=_serve, args=args, daemon=True)
        with nullcontext() if is_copy else among_our_own():
            process.start()
        theirs.close()  # else its end would not be seen here
        worker = _Worker(process, ours, chunk, heard=self._listened)
        self._workers.append(worker)
        self._send(worker, chunk)
        return True

    def _hand_on(self, worker: _Worker[I]) -> None:
        chunk = self._next_chunk()
        worker.chunk, worker.done, worker.heard = chunk or (), 0, self._listened
        self._send(worker, chunk)
        if chunk is None:
            worker.process.join()
            worker.connection.close()
            self._workers.remove(worker)

    @staticmethod
    def _send(worker: _Worker[I], chunk: Sequence[I] | None) -> None:
        with suppress(OSError):  # if it is dead, the next look at it tells
            worker.connection.send(chunk)

    def _bury(self, worker: _Worker[I]) -> Iterator[Lost[I]]:
        worker.process.join()
        worker.connection.close()
        self._workers.remove(worker)
        item, *waiting = worker.chunk[worker.done :]
        is_final = worker.is_stuck or item in self._retried
        if not is_final:
            self._retried.add(item)
            self._again.append([item])
        if waiting:
            self._again.append(waiting)
        yield Lost(item, worker.process.exitcode, is_final, worker.is_stuck)
        self._start()

    def kill(self) -> None:
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
            worker.connection.close()


@contextmanager
def among_our_own() -> Iterator[None]:
    """Be where this package lies: a new interpreter looks for modules in the current folder first,
    which may hold a `multiprocessing.py` that came with the code to be checked.
    """
    here = os.getcwd()
    os.chdir(Path(__file__).parents[3])
    try:
        yield
    finally:
        os.chdir(here)


def _serve(
    other_end: Connection[Any, Any],
    connection: Connection[Any, Any],
    work: Callable[[I], R],
    folder: str | None,
) -> None:
    """What a process does: chunks in, results out, until there are no more chunks.

    `folder` is where to work, if the process has begun elsewhere.
    """
    if folder is not None:
        os.chdir(folder)
    other_end.close()  # else its own copy would hide that the other process is gone
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it will end it
    try:
        while (chunk := connection.recv()) is not None:
            for item in chunk:
                connection.send(work(item))
    except (EOFError, OSError):
        pass  # whoever started it is gone
