"""What is known from earlier runs: the results of files that have not changed since."""

from __future__ import annotations

import contextlib
import json
import os
import re
import stat
import sys
import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssot_lint.disk import leads_out, read_regular, walk, written_beside
from ssot_lint.model import Edit, FileResult, Finding, Fix, Location, Safety
from ssot_lint.screens import CODES
from ssot_lint.settings import Settings

if TYPE_CHECKING:
    from ssot_lint.generator_api import GeneratorApi

FOLDER = ".ssot_lint_cache"

# Clocks of file systems are coarse: a file that was written so shortly before it was looked at
# may have been written again without a trace.
_DOUBTFUL_NS = 2_000_000_000
# What nobody has added to for so long belongs to settings or versions that are gone.
_FORGOTTEN_SECONDS = 30 * 24 * 3600

# No file has so many rows or findings, and shares of more cannot be told.
_TOO_MANY = 1 << 31

# Backup programs leave such folders out: https://bford.info/cachedir/
_TAG = "CACHEDIR.TAG"
_BESIDE = {
    _TAG: b"Signature: 8a477f597d28d172789f06886806bc55\n"
    b"# Results of ssot-lint, kept for its next run.\n",
    ".gitignore": b"*\n",
}
# The results under one key, and what is written before it gets its name.
_OWN_NAME = re.compile(
    r"[0-9a-f]{8}\.json|([0-9a-f]{8}\.json|CACHEDIR\.TAG|\.gitignore)\.[0-9a-z_]{8}\.tmp"
)


@dataclass(frozen=True, slots=True)
class Stamp:
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
        if (self.modified, self.changed, self.size) != (later.modified, later.changed, later.size):
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

    @classmethod
    def of_project(cls, root: Path, key: str) -> Cache:
        """The cache in the project itself. A link may come with the code: none leads out of it."""
        folder = root / FOLDER
        return cls(folder, key, is_used=not leads_out(folder, [str(root)]))

    def result(self, name: str, path: str, stamp: Stamp) -> FileResult | None:
        """The result for a file, when it is sure to be as it was.

        `name` is the path by which settings know it, `path` the one to report it by.
        """
        self._asked.add(name)
        entry = self._entries.get(name)
        if entry is None or entry[0][2] != stamp.size:
            return None
        if not Stamp(*entry[0]).is_same(stamp):
            try:
                content = read_regular(path)
            except OSError:
                return None
            if digest(content) != entry[1]:
                return None
            entry[0] = _listed(stamp)
            self._changed = True
        try:
            return _result(entry[2:], path)
        except (TypeError, ValueError, IndexError):
            return None

    def keep(self, name: str, stamp: Stamp, content_digest: str, result: FileResult) -> None:
        """Remember a result. The stamp must have been taken before the content was read."""
        self._entries[name] = [_listed(stamp), content_digest, *_packed(result)]
        self._asked.add(name)
        self._changed = True

    def save(self, root: Path) -> None:
        """Write what is new, if anything is. A folder that cannot be written to is no error."""
        if not self._changed or not self._is_used:
            return
        kept = {
            name: entry
            for name, entry in self._with_others().items()
            if name in self._asked or os.path.exists(os.path.join(root, name))
        }
        body = json.dumps([self._key, kept], separators=(",", ":")).encode()
        with contextlib.suppress(OSError):
            _prepare(self._folder)
            _replace(self._path, b"%08x\n" % zlib.crc32(body) + body)
            _forget_old(self._folder)

    def _with_others(self) -> dict[str, _Entry]:
        """What is known here and what other runs have learned meanwhile."""
        if self._found is not None and self._found == _identity(self._path):
            return self._entries
        entries = _load(self._path, self._key)
        for name, entry in self._entries.items():
            known = entries.get(name)
            if known is None or known[0][3] <= entry[0][3]:
                entries[name] = entry
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
    folders = [top, os.path.join(top, "rules")] if name == "ssot_lint" else [top]
    found: list[tuple[str, int, int]] = []
    for folder in folders:
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith((".py", ".so", ".pyd")):
                    stat = entry.stat()
                    found.append((entry.name, stat.st_mtime_ns, stat.st_size))
    return (top, *sorted(found))


def may_be_cache(folder: Path) -> bool:
    """Whether a folder holds nothing but a cache, or is not there, and may become one."""
    try:
        if is_cache(folder):
            return True
        with os.scandir(folder) as entries:
            return all(_is_own(Path(entry.path)) for entry in entries)
    except OSError:
        return True  # nothing will be read or written there, either


def is_cache(folder: Path) -> bool:
    """Whether this module has made the folder a cache. Raises OSError."""
    return _is_own(folder / _TAG)


def remove_caches(top: Path) -> Iterator[Path]:
    """Remove the cache folders in `top` and below, and tell which.

    Only what this module writes is removed, so a folder that holds more stays. Links are not
    followed out of `top`. Raises OSError.
    """
    for folder, inside, others in walk(str(top)):
        if FOLDER in inside:
            inside.remove(FOLDER)
        elif FOLDER not in others:
            continue
        path = Path(folder, FOLDER)
        if not leads_out(path, [str(top)]) and remove_cache(path):
            yield path


def remove_cache(folder: Path) -> bool:
    """Remove one cache folder; whether it was one. Raises OSError."""
    if not is_cache(folder):
        return False
    for path in list(folder.iterdir()):
        if _is_own(path):
            path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        folder.rmdir()
    return True


def _is_own(path: Path) -> bool:
    """Whether this module has written the file. Raises OSError."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return False
        if path.name in _BESIDE:
            return path.read_bytes() == _BESIDE[path.name]
    except (FileNotFoundError, NotADirectoryError):
        return False
    return _OWN_NAME.fullmatch(path.name) is not None


# On disk

# An entry: the stamp, the digest of the content, then findings, warnings, source lines, whether the
# file could be analysed, and how often it calls the generator.
_Entry = list[Any]


def _load(path: Path, key: str) -> dict[str, _Entry]:
    try:
        checksum, _, body = read_regular(path).partition(b"\n")
        if int(checksum, 16) != zlib.crc32(body):
            return {}
        known_key, entries = json.loads(body)
        if known_key != key:
            return {}
        return {name: entry for name, entry in entries.items() if _has_form(entry)}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}


def _identity(path: Path) -> tuple[int, int, int] | None:
    """What tells a file from one that takes its place."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _has_form(entry: Any) -> bool:
    """Whether this can be an entry. What is said of the findings is looked at when it is used."""
    if type(entry) is not list or len(entry) != 7 or type(entry[0]) is not list:
        return False
    return len(entry[0]) == 4 and all(type(part) is int for part in entry[0])


def _prepare(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in _BESIDE.items():
        if not os.path.lexists(folder / name):
            _replace(folder / name, content)


def _replace(path: Path, content: bytes) -> None:
    with written_beside(str(path), content, f"{path.name}.", ".tmp", is_durable=False) as temporary:
        os.replace(temporary, path)


def _forget_old(folder: Path) -> None:
    horizon = time.time() - _FORGOTTEN_SECONDS
    for path in list(folder.iterdir()):
        if path.name not in _BESIDE and path.lstat().st_mtime < horizon and _is_own(path):
            path.unlink(missing_ok=True)


def _listed(stamp: Stamp) -> list[int]:
    return [stamp.modified, stamp.changed, stamp.size, stamp.seen]


# Results without the path, which another run may write in another way


def _packed(result: FileResult) -> tuple[Any, ...]:
    findings = [_packed_finding(finding) for finding in result.findings]
    warnings = [warning.removeprefix(result.path) for warning in result.warnings]
    return findings, warnings, list(result.lines), result.analysed, result.generated


def _result(packed: Iterable[Any], path: str) -> FileResult:
    """Raises TypeError, ValueError or IndexError for what is no packed result."""
    findings, warnings, lines, analysed, generated = packed
    if analysed is True and findings == warnings == lines == []:  # as of most files
        return FileResult(path, generated=_number(generated))
    return FileResult(
        path,
        tuple(_finding(values, path) for values in _list(findings)),
        tuple(path + _text(warning) for warning in _list(warnings)),
        analysed=analysed is True,
        lines=tuple((_number(row), _text(line)) for row, line in _list(lines)),
        generated=_number(generated),
    )


def _packed_finding(finding: Finding) -> list[Any]:
    fix = finding.fix
    return [
        _place(finding.location),
        _place(finding.end_location),
        finding.code,
        finding.name,
        finding.message,
        finding.noqa_row,
        [_place(location) for location in finding.related],
        finding.scope,
        finding.text,
        fix and [fix.safety.value, fix.message, [_packed_edit(edit) for edit in fix.edits]],
    ]


def _finding(values: Iterable[Any], path: str) -> Finding:
    start, end, code, name, message, noqa_row, related, scope, text, fix = values
    if code not in CODES:
        raise ValueError
    return Finding(
        path=path,
        location=_location(start),
        end_location=_location(end),
        code=code,
        name=_text(name),
        message=_text(message),
        noqa_row=_number(noqa_row),
        related=tuple(map(_location, _list(related))),
        fix=_fix(fix) if fix is not None else None,
        scope=_text(scope),
        text=_text(text),
    )


def _fix(values: Iterable[Any]) -> Fix:
    safety, message, edits = values
    parts = (
        Edit(_location(start), _location(end), _text(content))
        for start, end, content in _list(edits)
    )
    return Fix(Safety(safety), _text(message), tuple(parts))


def _packed_edit(edit: Edit) -> list[Any]:
    return [_place(edit.location), _place(edit.end_location), edit.content]


def _place(location: Location) -> list[int]:
    return [location.row, location.column]


def _location(values: Any) -> Location:
    # In one expression: a finding with a fix has eight places or more.
    if type(values) is list and len(values) == 2:
        row, column = values
        if type(row) is type(column) is int and 0 <= row < _TOO_MANY and 0 <= column < _TOO_MANY:
            return Location(row, column)
    raise TypeError


def _list(value: Any) -> list[Any]:
    if type(value) is not list:
        raise TypeError
    return value


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError
    return value


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value < _TOO_MANY:
        raise TypeError
    return value
