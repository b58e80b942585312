"""The disk as others leave it: with pipes and devices, and folders deeper than calls can go."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

_Answer = TypeVar("_Answer")


# A file with a hole takes no room on a disk, and all memory when it is read.
_LARGEST = 256_000_000
_AT_ONCE = 1_000_000
_READING = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
# Enough to tell all contents there will ever be apart.
_DIGITS = 32


def read_regular(path: str | os.PathLike[str], most: int = _LARGEST) -> bytes:
    """The bytes of a file. Raises OSError, also for a pipe or a device, which might never end, and
    for what has more than `most` bytes.
    """
    found = os.stat(path)
    is_file = stat.S_ISREG(found.st_mode)
    if not is_file and not stat.S_ISDIR(found.st_mode):  # of a folder, the system says so
        raise OSError(0, "is no regular file", os.fspath(path))
    if is_file and found.st_size > most:
        raise OSError(0, f"has more than {most:,} bytes", os.fspath(path))
    # Not by `open`, which asks more of the system: there may be many thousands.
    descriptor = os.open(path, _READING)
    try:
        return _all_of(descriptor, found.st_size)
    finally:
        os.close(descriptor)


def _all_of(descriptor: int, size: int) -> bytes:
    """What there is to read, which is most often as much as the system has said."""
    content = os.read(descriptor, size + 1)
    if len(content) == size:
        return content
    parts = [content]
    while parts[-1]:
        parts.append(os.read(descriptor, _AT_ONCE))
    return b"".join(parts)


def digest(content: bytes) -> str:
    """What tells contents apart."""
    # Processors have instructions for it, so that it takes a third of what others take.
    try:
        from _hashlib import openssl_sha256 as sha256  # `hashlib` takes longer to import
    except ImportError:
        from hashlib import sha256

    return sha256(content, usedforsecurity=False).hexdigest()[:_DIGITS]


def append(path: str | os.PathLike[str], content: bytes) -> None:
    """Add to a file that is there, at one stroke, so that what several processes add does not mix.

    Not through a link, which may have come with the code, and not to a device. Raises OSError.
    """
    flags = os.O_WRONLY | os.O_APPEND | _system_flags("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY")
    descriptor = os.open(path, flags)
    try:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.write(descriptor, content)
    finally:
        os.close(descriptor)


def _system_flags(*names: str) -> int:
    """The flags with these names, as far as the system has them."""
    return sum(getattr(os, name, 0) for name in names)


@contextmanager
def written_beside(
    target: str, content: bytes, before: str, behind: str, *, is_durable: bool
) -> Iterator[str]:
    """A temporary file in the target's folder that holds the content, to become the target.

    Its name is `before`, something random and `behind`. It is gone at the end, if it is still
    there: Ctrl-C waits until then. What is durable is on the disk, not on its way. Raises OSError.
    """
    with _uninterrupted():
        descriptor, temporary = _created(os.path.dirname(target), before, behind)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
                if is_durable:
                    stream.flush()
                    os.fsync(stream.fileno())
            yield temporary
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)


def _created(folder: str, before: str, behind: str) -> tuple[int, str]:
    """A new file that nobody else may read, and its path.

    As `tempfile.mkstemp` makes it; to import that takes a tenth of what a clean file takes.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | _system_flags("O_NOFOLLOW", "O_BINARY")
    while True:
        path = os.path.join(folder, f"{before}{os.urandom(4).hex()}{behind}")
        with contextlib.suppress(FileExistsError):
            return os.open(path, flags, 0o600), path


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait for what is inside.

    It would otherwise be able to come between a file and the variable for its name.
    """
    import signal
    from threading import current_thread, main_thread

    handler = signal.getsignal(signal.SIGINT)
    if not callable(handler) or current_thread() is not main_thread():
        yield
        return
    is_wanted = False

    def note(*_: object) -> None:
        nonlocal is_wanted
        is_wanted = True

    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if is_wanted:
            handler(signal.SIGINT, None)


def leads_out(path: str | os.PathLike[str], tops: Iterable[str]) -> bool:
    """Whether the path is a link to what lies in none of the folders."""
    if not os.path.islink(path):
        return False
    target = os.path.realpath(path)
    return not any(target.startswith(os.path.join(os.path.realpath(top), "")) for top in tops)


def escapes(path: str | os.PathLike[str], top: str) -> bool:
    """Whether a link that lies in a folder, on the way to the path, leads out of the folder."""
    home = os.path.realpath(top)
    reached, *names = _steps(os.path.abspath(path))
    for name in names:
        following = os.path.join(reached, name)
        if os.path.islink(following):
            target = os.path.realpath(following)
            if is_inside(reached, home) and not is_inside(target, home):
                return True
            following = target
        reached = following
    return False


def _steps(path: str) -> list[str]:
    root, rest = os.path.splitdrive(path)
    return [root + os.sep, *filter(None, rest.split(os.sep))]


def is_inside(path: str, folder: str) -> bool:
    """Whether a path is a folder or lies in it, both absolute and without links."""
    return os.path.join(path, "").startswith(os.path.join(folder, ""))


def walk(top: str) -> Iterator[tuple[str, list[str], list[str]]]:
    """Each folder from `top` down, with the names of the folders and of all else in it.

    Names that are taken out of the former are not looked into. Links are not followed, and what
    cannot be read is passed over. Unlike `os.walk` of Python 3.11, this does not recurse.
    """
    pending = [top]
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError:
            continue
        inside: list[str] = []
        others: list[str] = []
        for entry in entries:
            (inside if entry.is_dir(follow_symlinks=False) else others).append(entry.name)
        yield folder, inside, others
        pending += [os.path.join(folder, name) for name in reversed(inside)]


def nearest_answer(
    folder: str, known: dict[str, _Answer | None], ask: Callable[[str], _Answer | None]
) -> _Answer | None:
    """What the nearest folder upward answers; None where none does. `known` are earlier answers.

    Without recursion: folders lie in each other deeper than calls can.
    """
    passed: list[str] = []
    found: _Answer | None = None
    while folder not in known:
        passed.append(folder)
        found = ask(folder)
        above = os.path.dirname(folder)
        if found is not None or above == folder:
            break
        folder = above
    else:
        found = known[folder]
    known.update(dict.fromkeys(passed, found))
    return found
