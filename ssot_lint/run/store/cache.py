"""What is known from earlier runs: the results of files that have not changed since."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
import zlib
from collections.abc import Mapping
from dataclasses import replace
from importlib.util import find_spec
from json.encoder import encode_basestring_ascii
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ssot_lint.config.disk import read_regular
from ssot_lint.config.settings import Settings
from ssot_lint.model.findings import FileResult
from ssot_lint.run.store.folder import put
from ssot_lint.run.store.packing import packed, unpacked

if TYPE_CHECKING:
    from ssot_lint.ids.generator.api import GeneratorApi

# Clocks of file systems are coarse: a file that was written so shortly before it was looked at
# may have been written again without a trace.
_DOUBTFUL_NS = 2_000_000_000


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


class Cache:
    """The results for files under the same settings, in one file of a cache folder.

    What is damaged, or was written under another key, is as good as not there. Several runs may
    use one folder: each replaces the file as a whole, with what others have learned meanwhile.
    """

    def __init__(self, folder: Path, key: str, *, is_used: bool = True) -> None:
        """Where the folder is not to be used, nothing is known, and nothing is written."""
        self._folder = folder
        self._key = key
        self._path = folder / f"{zlib.crc32(key.encode()):08x}.json"
        self._is_used = is_used
        self._found = _identity(self._path)
        """Taken before the file is read: who replaces it meanwhile is noticed."""
        self._entries = _load(self._path, key) if is_used else {}
        self._asked: set[str] = set()
        self._changed = False

    def result(self, name: str, path: str, stamp: Stamp) -> FileResult | None:
        """The result for a file, when it is sure to be as it was.

        `name` is the path by which settings know it, `path` the one to report it by.
        """
        key = encode_basestring_ascii(name)
        self._asked.add(key)
        written = self._entries.get(key)
        if written is None:
            return None
        try:
            entry = _Entry.of_line(written)
            if entry.stamp.size != stamp.size or not self._is_as_it_was(key, entry, path, stamp):
                return None
            return unpacked(entry.values, entry.edits, path)
        except (TypeError, ValueError, LookupError, RecursionError):
            return None

    def _is_as_it_was(self, key: str, entry: _Entry, path: str, stamp: Stamp) -> bool:
        """Whether a file's content is that of the entry. Where only times differ, it is read."""
        if entry.stamp.is_same(stamp):
            return True
        try:
            content = read_regular(path)
        except OSError:
            return False
        if digest(content) != entry.digest:
            return False
        self._entries[key] = entry._replace(stamp=stamp).line()
        self._changed = True
        return True

    def keep(self, name: str, stamp: Stamp, content_digest: str, result: FileResult) -> None:
        """Remember a result. The stamp must have been taken before the content was read."""
        key = encode_basestring_ascii(name)
        self._entries[key] = _Entry(stamp, content_digest, *packed(result)).line()
        self._asked.add(key)
        self._changed = True

    def save(self, root: Path) -> None:
        """Write what is new, if anything is. A folder that cannot be written to is no error."""
        if not self._changed or not self._is_used:
            return
        kept = {
            key: entry
            for key, entry in self._with_others().items()
            if key in self._asked or os.path.exists(os.path.join(root, json.loads(key)))
        }
        with contextlib.suppress(OSError):
            put(self._path, _written(self._key, kept))

    def _with_others(self) -> dict[str, str]:
        """What is known here and what other runs have learned meanwhile."""
        if self._found is not None and self._found == _identity(self._path):
            return self._entries
        entries = _load(self._path, self._key)
        for key, entry in self._entries.items():
            if key not in entries or _seen(entries[key]) <= _seen(entry):
                entries[key] = entry
        return entries


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


# On disk: a checksum, then JSON with one entry a line. Tabs, which stand in no JSON string, part
# what is asked for each time from what is not, so that the latter need not be read.


class _Entry(NamedTuple):
    """What is known of a file; `values` and `edits` are its result as `packing` has it."""

    stamp: Stamp
    digest: str
    values: str
    edits: str

    @classmethod
    def of_line(cls, line: str) -> _Entry:
        """Raises ValueError for what is none."""
        times, content, values, edits = line.split("\t")
        modified, changed, size, seen = times[2:].split(",")
        stamp = Stamp(int(modified), int(changed), int(size), int(seen))
        return cls(stamp, content[2:-1], values[1:], edits[1:-1])

    def line(self) -> str:
        times = ",".join(map(str, self.stamp))
        return f':[{times}\t,"{self.digest}"\t,{self.values}\t,{self.edits}]'


def _seen(line: str) -> int:
    """When a file was looked at; of what is no entry, never."""
    try:
        return _Entry.of_line(line).stamp.seen
    except ValueError:
        return -1


def _written(key: str, entries: Mapping[str, str]) -> bytes:
    lines = ",\n".join([f"{name}\t{entry}" for name, entry in entries.items()])
    body = f"{_first_line(key)}\n{lines}\n{_LAST_LINES}".encode("ascii")
    return b"%08x\n" % zlib.crc32(body) + body


def _load(path: Path, key: str) -> dict[str, str]:
    """The entries of a file, by the names of theirs; none where it is damaged or another's."""
    try:
        checksum, _, body = read_regular(path).partition(b"\n")
        if int(checksum, 16) != zlib.crc32(body):
            return {}
        first, *lines, last, end = body.decode("ascii").split("\n")
    except (OSError, ValueError):
        return {}
    if first != _first_line(key) or f"{last}\n{end}" != _LAST_LINES:
        return {}
    parted = (line.partition("\t") for line in lines)
    return {name: entry.removesuffix(",") for name, _, entry in parted}


_LAST_LINES = "}]\n"


def _first_line(key: str) -> str:
    return f"[{encode_basestring_ascii(key)},{{"


def _identity(path: Path) -> tuple[int, int, int] | None:
    """What tells a file from one that takes its place."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
