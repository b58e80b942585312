"""What is known of texts from earlier runs, for a door that is handed one file after the other.

flake8's processes are ended without a word when they have nothing more to do, so each result is
written as soon as there is one. They share a file, to which each adds lines.
"""

from __future__ import annotations

import contextlib
import os
import stat
import zlib
from collections.abc import Mapping
from json.encoder import encode_basestring_ascii
from pathlib import Path

from ssot_lint.config.disk import read_regular
from ssot_lint.model.findings import FileResult
from ssot_lint.run.store.folder import put
from ssot_lint.run.store.packing import packed, unpacked

# Lines that later ones have replaced stay until there are so many more of them than of others.
_TOO_MANY_OLD = 1_000


class Journal:
    """The results for texts under the same settings.

    Lines that are damaged, and files of another key, are as good as not there. Where the folder is
    not to be used, nothing is known, and nothing is written.
    """

    def __init__(self, folder: Path, key: str, *, is_used: bool = True) -> None:
        self._path = folder / f"{zlib.crc32(key.encode()):08x}.log"
        self._first = encode_basestring_ascii(key)
        self._is_used = is_used
        self._is_begun = False
        self._entries = self._load() if is_used else {}

    def result(self, name: str, text: str, path: str) -> FileResult | None:
        """The result for a text; `name` and `path` as for `Cache.result`."""
        content, values, edits = self._entries.get(encode_basestring_ascii(name), ("", "", ""))
        if content != _digest(text):
            return None
        try:
            return unpacked(values, edits, path)
        except (TypeError, ValueError, LookupError, RecursionError):
            return None

    def keep(self, name: str, text: str, result: FileResult) -> None:
        """Remember a result, on disk at once. A folder that cannot be written to is no error."""
        if not self._is_used:
            return
        key, entry = encode_basestring_ascii(name), (_digest(text), *packed(result))
        with contextlib.suppress(OSError):
            if not self._is_begun:
                # Another process may have begun it meanwhile, or another key may have it.
                self._is_begun = True
                if self._lines() is None:
                    put(self._path, self._written({}))
            self._add(_line(key, entry))
        self._entries[key] = entry

    def _add(self, line: bytes) -> None:
        # Not through a link, which may have come with the code, and not to a device.
        flags = os.O_WRONLY | os.O_APPEND
        for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"):  # as far as the system has them
            flags |= getattr(os, name, 0)
        descriptor = os.open(self._path, flags)
        try:
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                os.write(descriptor, line)  # at one stroke, so that lines do not mix
        finally:
            os.close(descriptor)

    def _lines(self) -> list[str] | None:
        """The lines of the file; None where there is none, or one of another key."""
        try:
            first, *lines = read_regular(self._path).decode("ascii").split("\n")
        except (OSError, ValueError):
            return None
        return lines if first == self._first else None

    def _load(self) -> dict[str, _Entry]:
        lines = self._lines()
        self._is_begun = lines is not None
        if lines is None:
            return {}
        entries: dict[str, _Entry] = {}
        for line in lines:
            checksum, _, rest = line.partition("\t")
            parts = rest.split("\t")
            if len(parts) == 4 and checksum == _checksum(rest):
                entries[parts[0]] = (parts[1], parts[2], parts[3])
        if len(lines) - len(entries) > _TOO_MANY_OLD + len(entries):
            with contextlib.suppress(OSError):
                put(self._path, self._written(entries))
        return entries

    def _written(self, entries: Mapping[str, _Entry]) -> bytes:
        lines = [_line(key, entry) for key, entry in entries.items()]
        return f"{self._first}\n".encode("ascii") + b"".join(lines)


# The digest of a text, and its result as `packing` has it.
_Entry = tuple[str, str, str]


def _line(key: str, entry: _Entry) -> bytes:
    rest = "\t".join((key, *entry))
    return f"{_checksum(rest)}\t{rest}\n".encode("ascii")


def _checksum(text: str) -> str:
    return f"{zlib.crc32(text.encode('ascii')):08x}"


def _digest(text: str) -> str:
    from hashlib import blake2b  # as for the cache

    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
