"""What is known from earlier runs: the results of files and texts that have not changed since.

Files are looked up by what the file system tells of them, texts, which flake8 hands over, by their
content. Results of files are written when a run ends, those of texts at once: flake8's processes
are ended without a word when they have nothing more to do.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from importlib.util import find_spec
from json.encoder import encode_basestring_ascii
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from ssot_lint.config.disk import append, read_regular
from ssot_lint.config.settings import Settings
from ssot_lint.model.findings import FileResult
from ssot_lint.run.store.folder import put
from ssot_lint.run.store.packing import packed, unpacked

if TYPE_CHECKING:
    from ssot_lint.ids.generator.api import GeneratorApi

# Clocks of file systems are coarse: a file that was written so shortly before it was looked at
# may have been written again without a trace.
_DOUBTFUL_NS = 2_000_000_000
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

    def is_same(self, later: Stamp) -> bool:
        """Whether the file is sure to be as it was when this stamp was taken."""
        if self[:3] != later[:3]:
            return False
        return self.seen - max(self.modified, self.changed) > _DOUBTFUL_NS


_NO_STAMP = Stamp(0, 0, 0, 0)
"""That of a text, which nobody asks for."""


class Cache:
    """The results under the same settings, in one file of a cache folder.

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

    def result(self, name: str, path: str, stamp: Stamp) -> FileResult | None:
        """The result for a file, when it is sure to be as it was.

        `name` is the path by which settings know it, `path` the one to report it by.
        """
        key = _quoted(name)
        self._asked.add(key)
        entry = self._entry(key)
        if entry is None or entry.stamp.size != stamp.size:
            return None
        if not entry.stamp.is_same(stamp):  # only its content tells
            if not _holds(path, entry.digest):
                return None
            self._note(key, entry._replace(stamp=stamp))
        return entry.result(path)

    def result_of_text(self, name: str, text: str, path: str) -> FileResult | None:
        """The result for a text; `name` and `path` as for a file."""
        entry = self._entry(_quoted(name))
        if entry is None or entry.digest != _digest_of_text(text):
            return None
        return entry.result(path)

    def keep(self, name: str, stamp: Stamp, content_digest: str, result: FileResult) -> None:
        """Remember a result. The stamp must have been taken before the content was read."""
        self._note(_quoted(name), _Entry(stamp, content_digest, *packed(result)))

    def add(self, name: str, text: str, result: FileResult) -> None:
        """Remember the result for a text, on disk at once."""
        key = _quoted(name)
        line = _Entry(_NO_STAMP, _digest_of_text(text), *packed(result)).line(key)
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

    def _entry(self, key: bytes) -> _Entry | None:
        line = self._lines.get(key)
        try:
            return _Entry.of_line(line) if line is not None else None
        except (TypeError, ValueError):
            return None

    def _note(self, key: bytes, entry: _Entry) -> None:
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


def digest(content: bytes) -> str:
    """What tells contents apart."""
    from hashlib import blake2b  # takes longer to import than to look up unchanged files

    return blake2b(content, digest_size=16).hexdigest()


def cache_key(settings: Settings, api: GeneratorApi, *, ignore_noqa: bool) -> str:
    """All that decides a result besides the file: settings, generator, our and others' code."""
    packages = [_packages_stamp(name) for name in ("ssot_lint", "libcst", "flake8")]
    plain = replace(api, needs=frozenset())  # the order of a set changes from run to run
    return repr((sys.version, packages, settings, plain, sorted(api.needs), ignore_noqa))


def _packages_stamp(name: str) -> tuple[object, ...]:
    """The files of an installed package and when they were written, without importing it.

    Of others' packages those at the top tell a version from another.
    """
    spec = find_spec(name)
    top = os.path.dirname((spec and spec.origin) or "")
    folders = [top]
    found: list[tuple[str, int, int]] = []
    for folder in folders:  # grows while it is gone through
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith((".py", ".so", ".pyd")):
                    stat = entry.stat()
                    found.append((entry.name, stat.st_mtime_ns, stat.st_size))
                elif name == "ssot_lint" and entry.is_dir():
                    folders.append(entry.path)
    return (top, *sorted(found))


# On disk: the key, then a line for each result. Tabs, which stand in no JSON string, part what is
# asked for each time from what is not, so that the latter need not be read. A line stands behind
# its own checksum and begins with the end of the one before, so that one that was torn when its
# process ended spoils no other.


class _Entry(NamedTuple):
    """What is known of a file or text; `values` and `edits` are its result as `packing` has it."""

    stamp: Stamp
    digest: str
    values: str
    edits: str

    @classmethod
    def of_line(cls, line: bytes) -> _Entry:
        """Raises TypeError or ValueError for what is none."""
        _, _, times, content, values, edits = line.decode("ascii").split("\t")
        return cls(Stamp(*map(int, times.split(","))), content, values, edits)

    def line(self, key: bytes) -> bytes:
        times = ",".join(map(str, self.stamp))
        parts = "\t".join((times, self.digest, self.values, self.edits))
        rest = b"%s\t%s" % (key, parts.encode("ascii"))
        return b"%08x\t%s" % (crc32(rest), rest)

    def result(self, path: str) -> FileResult | None:
        """The result for the file at `path`, unless somebody has made it up."""
        try:
            return unpacked(self.values, self.edits, path)
        except (TypeError, ValueError, LookupError, RecursionError):
            return None


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


def _digest_of_text(text: str) -> str:
    return digest(text.encode("utf-8", "surrogatepass"))


def _identity(path: Path) -> tuple[int, int, int] | None:
    """What tells a file from one that takes its place."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
