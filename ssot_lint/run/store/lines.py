"""What is known of files that have not changed since, in one file of a cache folder.

Files are looked up by what the file system tells of them, texts, which flake8 hands over, by their
content.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from json.encoder import encode_basestring_ascii
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from ssot_lint.config.disk import append, digest, read_regular
from ssot_lint.run.store.folder import put

# Clocks of file systems are coarse: a file that was written so shortly before it was looked at
# may have been written again without a trace.
_DOUBTFUL_NS = 2_000_000_000
# No time has more; Python refuses to read numbers that are much longer.
_MOST_DIGITS = 30
# Lines that later ones have replaced stay until there are so many more of them than of others.
_TOO_MANY_OLD = 1_000


class Stamp(NamedTuple):
    """What the file system tells of a file without opening it, and when it was asked.

    Times are in nanoseconds, the size is in bytes.
    """

    modified: int
    changed: int
    size: int
    seen: int

    @classmethod
    def of(cls, path: str) -> Stamp:
        """Raises OSError."""
        seen = time.time_ns()
        found = os.stat(path)
        return cls(found.st_mtime_ns, found.st_ctime_ns, found.st_size, seen)


_NO_STAMP = Stamp(0, 0, 0, 0)
"""That of a text, which nobody asks for."""


# On disk: the key, then a line for each result. Tabs, which stand in no JSON string, part what is
# asked for each time from what is not, so that the latter need not be read. A line stands behind
# its own checksum and begins with the end of the one before, so that one that was torn when its
# process ended spoils no other.


class Entry(NamedTuple):
    """What is known of a file or text; `parts` are texts of one line without tabs."""

    times: str
    """Its stamp, as text: where only its content counts, nobody asks for it."""
    digest: str
    parts: tuple[str, ...]

    @classmethod
    def of(cls, stamp: Stamp, content_digest: str, parts: tuple[str, ...]) -> Entry:
        """An entry with a stamp."""
        return cls(",".join(map(str, stamp)), content_digest, parts)

    @classmethod
    def of_line(cls, line: bytes) -> Entry:
        """Raises ValueError for what is none."""
        _, _, times, content, *parts = line.decode("ascii").split("\t")
        return cls(times, content, tuple(parts))

    def holds_at(self, stamp: Stamp) -> bool:
        """Whether a file that has this stamp now is sure not to have changed since."""
        # Compared as text: there are many thousands of stamps.
        modified, changed, size, _ = stamp
        seen = self.times.removeprefix(f"{modified},{changed},{size},")
        if seen == self.times or not (seen.isdecimal() and len(seen) <= _MOST_DIGITS):
            return False
        return int(seen) - max(modified, changed) > _DOUBTFUL_NS

    def may_hold_at(self, stamp: Stamp) -> bool:
        """Whether a file that has this stamp now may have the same content."""
        before = self._stamp
        return before is not None and before.size == stamp.size

    @property
    def _stamp(self) -> Stamp | None:
        try:
            return Stamp(*map(int, self.times.split(",")))
        except (TypeError, ValueError):
            return None

    def line(self, key: bytes) -> bytes:
        """It as a line, with its checksum."""
        parts = "\t".join((self.times, self.digest, *self.parts))
        rest = b"%s\t%s" % (key, parts.encode("ascii"))
        return b"%08x\t%s" % (crc32(rest), rest)


class Lines:
    """What is known under one key, in one file of a cache folder.

    What is damaged, or was written under another key, is as good as not there. Several processes
    may use one folder: a run replaces the file as a whole, with what others have learned meanwhile;
    a door that is handed one text after the other adds to it at once.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self._path = folder / f"{crc32(key.encode()):08x}.json"
        self._first = _quoted(key)
        self._found = _identity(self._path)
        """Taken before the file is read: who replaces it meanwhile is noticed."""
        self._is_begun = False
        """Whether the file is there, under this key."""
        self._lines = self._load()
        self._new: dict[bytes, bytes] = {}
        self._asked: set[bytes] = set()

    def known(self, name: str, path: str, stamp: Stamp) -> Entry | None:
        """What is known of a file, when it is sure to be as it was.

        `name` is the path by which settings know it, `path` where it is.
        """
        key = _quoted(name)
        self._asked.add(key)
        entry = self._entry(key)
        if entry is None or entry.holds_at(stamp):
            return entry
        if not entry.may_hold_at(stamp) or not _holds(path, entry.digest):  # its content tells
            return None
        self._note(key, Entry.of(stamp, entry.digest, entry.parts))
        return entry

    def known_unread(self, name: str, path: str, stamp: Stamp) -> tuple[str, bytes] | None:
        """The digest of the content of such a file, and what is known of it as it lies on disk.

        The same, without taking it apart: there may be many thousands.
        """
        key = _quoted(name)
        parts = self._lines.get(key, b"").split(b"\t", 4)
        if len(parts) < 5:
            return None
        times, content = (part.decode("ascii", "replace") for part in parts[2:4])
        head = Entry(times, content, ())
        if head.holds_at(stamp):
            self._asked.add(key)
        elif self.known(name, path, stamp) is None:
            return None
        return head.digest, parts[4]

    def parts(self, name: str) -> tuple[str, ...]:
        """What is known of a file or text, whether it still holds or not; empty for nothing."""
        entry = self._entry(_quoted(name))
        return entry.parts if entry is not None else ()

    def __iter__(self) -> Iterator[tuple[str, Entry]]:
        """All that is known, whether it still holds or not."""
        for key in self._lines:
            entry = self._entry(key)
            if entry is not None:
                with contextlib.suppress(ValueError, RecursionError):
                    yield str(json.loads(key)), entry

    def known_of_content(self, name: str, content_digest: str) -> Entry | None:
        """What is known of a file or text that is sure to have a content."""
        key = _quoted(name)
        self._asked.add(key)
        entry = self._entry(key)
        return entry if entry is not None and entry.digest == content_digest else None

    def note(self, name: str, stamp: Stamp, content_digest: str, *parts: str) -> None:
        """Remember something. The stamp must have been taken before the content was read."""
        self._note(_quoted(name), Entry.of(stamp, content_digest, parts))

    def replace_parts(self, name: str, entry: Entry, *parts: str) -> None:
        """Remember other parts of an entry that still holds."""
        self._note(_quoted(name), entry._replace(parts=parts))

    def add_of_text(self, name: str, text: str, *parts: str) -> None:
        """Remember something of a text, on disk at once."""
        key = _quoted(name)
        line = Entry.of(_NO_STAMP, digest_of_text(text), parts).line(key)
        self._lines[key] = line
        with contextlib.suppress(OSError):  # as in `save`
            if self._is_begun:
                append(self._path, b"\n" + line)
            else:  # unless another process has begun it meanwhile
                others = self._load()
                self._is_begun = True
                self._write({**others, key: line})

    def save(self, root: Path) -> None:
        """Write what is new, if anything is, and drop files that are gone."""
        if not self._new:
            return
        known = self._lines
        if self._found != _identity(self._path):
            known = {**self._load(), **self._new}
        kept = {
            key: line for key, line in known.items() if key in self._asked or _is_there(root, key)
        }
        with contextlib.suppress(OSError):  # a folder that cannot be written to is no error
            self._write(kept)

    def _entry(self, key: bytes) -> Entry | None:
        line = self._lines.get(key)
        try:
            return Entry.of_line(line) if line is not None else None
        except ValueError:
            return None

    def _note(self, key: bytes, entry: Entry) -> None:
        self._lines[key] = self._new[key] = entry.line(key)
        self._asked.add(key)

    def _load(self) -> dict[bytes, bytes]:
        """The lines of the file that are whole, by the names of theirs; the last of each name."""
        try:
            first, *lines = read_regular(self._path).split(b"\n")
        except OSError:
            return {}
        self._is_begun = first == self._first
        if not self._is_begun:
            return {}
        whole = (line for line in lines if line[:9] == b"%08x\t" % crc32(line[9:]))
        known = {line.split(b"\t", 2)[1]: line for line in whole}
        if len(lines) - len(known) > _TOO_MANY_OLD + len(known):
            with contextlib.suppress(OSError):
                self._write(known)
        return known

    def _write(self, lines: Mapping[bytes, bytes]) -> None:
        put(self._path, b"\n".join([self._first, *lines.values()]))


def _quoted(text: str) -> bytes:
    return encode_basestring_ascii(text).encode("ascii")


def _is_there(root: Path, key: bytes) -> bool:
    """Whether the file that a line is about is there; of what is no line, none is."""
    try:
        return os.path.exists(os.path.join(root, json.loads(key)))
    except (TypeError, ValueError, RecursionError):
        return False


def _holds(path: str, content_digest: str) -> bool:
    """Whether a file has that content."""
    try:
        return digest(read_regular(path)) == content_digest
    except OSError:
        return False


def digest_of_text(text: str) -> str:
    """What tells texts apart."""
    return digest(text.encode("utf-8", "surrogatepass"))


def _identity(path: Path) -> tuple[int, int, int] | None:
    """What tells a file from one that takes its place."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
