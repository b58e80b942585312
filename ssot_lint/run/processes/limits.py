"""What a piece of work may take: processor time, and what Python takes for itself."""

from __future__ import annotations

import gc
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

LONGEST_SECONDS = 1_000_000
"""Eleven days: as good as no limit, and clocks still count that far."""


class TimeIsUp(BaseException):
    """The work took too long. No Exception, so that nothing on the way takes it for its own."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """End what happens inside by TimeIsUp when it works longer than that; 0 is no limit.

    Only in the main thread of systems that have such alarms: elsewhere nothing is ended. Code
    that is not Python's is ended when it comes back.
    """
    # Not by the clock on the wall, which goes on while a machine sleeps or others use it.
    has_alarm = hasattr(signal, "setitimer")
    if not (seconds and has_alarm and threading.current_thread() is threading.main_thread()):
        yield
        return

    def end(_: int, __: FrameType | None) -> None:
        raise TimeIsUp

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@contextmanager
def rare_collections() -> Iterator[None]:
    """Let the garbage collector look for cycles less often.

    A file makes many thousands of tree nodes and no cycles among them, and so does a cache of
    findings; looking for some takes a tenth of the time and finds nothing. Not for a whole run:
    what is known of other files has cycles, and a process that never collects grows.
    """
    before = gc.get_threshold()
    gc.set_threshold(100_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
