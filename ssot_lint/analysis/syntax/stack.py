"""How much stack a thread has. Parsers that are not Python's own code end the process beyond it."""

from __future__ import annotations

import sys
import threading

_MIB = 1024 * 1024
USUAL = 8 * _MIB
"""What the main thread has nearly everywhere."""
SMALLEST = _MIB
"""With less, Python's own parser crashes on code that it would refuse otherwise."""

# Where there is no limit: glibc gives threads so much.
_OF_THREADS = 2 * _MIB
# python.exe asks for so much, for all its threads.
_ON_WINDOWS = 2_000_000


def stack_size() -> int:
    """How many bytes of stack the current thread has, used ones included."""
    is_main = threading.current_thread() is threading.main_thread()
    given = 0 if is_main else _given_to_threads()
    if given:
        return given
    try:
        import resource  # not on Windows
    except ModuleNotFoundError:
        return _ON_WINDOWS
    limit, _ = resource.getrlimit(resource.RLIMIT_STACK)
    if limit == resource.RLIM_INFINITY:
        return USUAL if is_main else _OF_THREADS
    return limit


def _given_to_threads() -> int:
    """What the program gives to new threads, and may have given to this one; 0 for the default."""
    given = threading.stack_size()
    if given:
        threading.stack_size(given)  # asking has set it to the default
    return given


def is_too_small() -> str | None:
    """What is wrong with the stack, where nothing can be done with one so small."""
    size = stack_size()
    if size >= SMALLEST or sys.platform == "win32":
        return None
    return (
        f"the stack is too small ({size // 1024} KiB); "
        f"raise it to {SMALLEST // 1024} KiB or more (ulimit -s)"
    )
