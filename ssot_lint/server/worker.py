"""Runs one piece of work after the other, in the main thread.

Only there a time limit holds, and only there the stack is as deep as libcst's parser may need. The
thread that talks to the client hands the work over, and goes on listening.
"""

from __future__ import annotations

import asyncio
import itertools
import queue
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

_Result = TypeVar("_Result")

SOON, LATER = 0, 1
"""What somebody waits for, and what can wait."""
_LAST = 2


class Worker:
    """A queue of work, and who does it."""

    def __init__(self) -> None:
        self._jobs: queue.PriorityQueue[tuple[int, int, Future[Any], Callable[[], Any]]]
        self._jobs = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._is_ended = False

    async def do(self, work: Callable[[], _Result], priority: int = SOON) -> _Result:
        """What `work` gives. Who is cancelled while it waits takes it out of the queue."""
        return await asyncio.wrap_future(self.submit(work, priority))

    def submit(self, work: Callable[[], _Result], priority: int = SOON) -> Future[_Result]:
        """As `do`, for who does not wait for it."""
        future: Future[_Result] = Future()
        self._jobs.put((priority, next(self._numbers), future, work))
        return future

    def run(self) -> None:
        """Do what comes, until `end`."""
        while True:
            _, _, future, work = self._jobs.get()
            if self._is_ended:
                return
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = work()
            except Exception as error:
                future.set_exception(error)
            else:
                future.set_result(result)

    def end(self) -> None:
        """Do nothing more, from any thread."""
        self._is_ended = True
        self._jobs.put((_LAST, next(self._numbers), Future(), int))
