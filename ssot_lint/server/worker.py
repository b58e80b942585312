"""Has a process of its own do the work, one piece after the other, and starts another when it ends.

So the client is always listened to, what takes too long can be ended whatever it is, and time
limits and deep trees meet a main thread, which they need.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, nullcontext, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, TypeAlias, TypeVar

from ssot_lint.model.errors import internal_error
from ssot_lint.run.processes.pool import among_our_own, context, starts_quickly
from ssot_lint.server.desk import Desk

_Result = TypeVar("_Result")
# How often the time that a piece of work may take passes before its process is ended, and how many
# seconds more: the limit is one of processor time, and a process may have to start first.
_PATIENCE, _START = 2, 20.0
# How long a process that has closed its end may take to be gone, in seconds.
_ENDING = 1.0

SOON, LATER = 0, 1
"""What somebody waits for, and what can wait."""

_Job: TypeAlias = Callable[[Desk], Any]
_Waiting: TypeAlias = tuple[int, int, Future[Any], _Job]


class WorkError(Exception):
    """Why a piece of work has no result, in one line."""


class Worker:
    """The process that works, and what is waiting for it."""

    def __init__(self, timeout: float) -> None:
        """A check may take `timeout` seconds of processor time; 0 is no limit."""
        self._timeout = timeout
        self._jobs: queue.PriorityQueue[_Waiting] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._is_ended = False
        self._process, self._connection = self._started()

    @classmethod
    @contextmanager
    def of(cls, timeout: float) -> Iterator[Worker]:
        """One that is there for a while. It begins at once with what every check needs."""
        worker = cls(timeout)
        threading.Thread(target=worker._run, name="worker", daemon=True).start()
        worker.submit(Desk.warm_up)
        try:
            yield worker
        finally:
            worker._end()

    async def do(self, job: Callable[[Desk], _Result], priority: int = SOON) -> _Result:
        """What a job gives. Who is cancelled while it waits takes it out of the queue.

        Raises WorkError.
        """
        return await asyncio.wrap_future(self.submit(job, priority))

    def submit(self, job: Callable[[Desk], _Result], priority: int = SOON) -> Future[_Result]:
        """As `do`, for who does not wait for it."""
        future: Future[_Result] = Future()
        self._jobs.put((priority, next(self._numbers), future, job))
        return future

    def _run(self) -> None:
        """Have done what comes, in a thread of its own."""
        while not self._is_ended:
            _, _, future, job = self._jobs.get()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = self._done(job)
            except Exception as error:
                told = error if isinstance(error, WorkError) else WorkError(internal_error(error))
                if not self._is_ended:
                    future.set_exception(told)
            else:
                future.set_result(result)

    def _done(self, job: _Job) -> Any:
        try:
            self._connection.send(job)
            if self._connection.poll(_PATIENCE * self._timeout + _START if self._timeout else None):
                is_done, result = self._connection.recv()
                if is_done:
                    return result
                raise WorkError(result)
            reason = "takes too long, and does not end by itself"
        except (OSError, EOFError):  # it has ended
            self._process.join(_ENDING)
            reason = f"the process that analysed it ended with code {self._process.exitcode}"
        self._renew()
        raise WorkError(reason)

    def _renew(self) -> None:
        self._process.kill()
        self._process.join()
        self._connection.close()
        if not self._is_ended:
            self._process, self._connection = self._started()

    def _started(self) -> tuple[BaseProcess, Connection]:
        is_copy = starts_quickly()
        how = context()
        ours, its = how.Pipe()
        begins_elsewhere = None if is_copy else os.getcwd()
        args = (its, ours if is_copy else None, self._timeout, begins_elsewhere)
        process = how.Process(target=_work, args=args, daemon=True)
        with nullcontext() if is_copy else among_our_own():
            process.start()
        its.close()
        return process, ours

    def _end(self) -> None:
        """What is still being done is for nobody."""
        self._is_ended = True
        self._process.kill()
        self._process.join()


def _work(
    connection: Connection, other_end: Connection | None, timeout: float, folder: str | None
) -> None:
    """Do what comes through a connection until it is closed; in the process that works.

    `folder` is where to work, if the process has begun elsewhere.
    """
    if folder is not None:
        os.chdir(folder)
    if other_end is not None:
        other_end.close()  # else nobody would hear that the server has gone
    _leave_streams()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server
    desk = Desk(timeout)
    with suppress(EOFError, OSError):
        while True:
            job: _Job = connection.recv()
            try:
                answer = True, job(desk)
            except Exception as error:
                answer = False, internal_error(error)
            connection.send(answer)


def _leave_streams() -> None:
    """Read and write nothing where the client listens."""
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    sys.stdout = sys.stderr
