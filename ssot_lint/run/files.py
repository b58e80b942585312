"""Which files: those given, and those found in folders; reading and replacing their bytes."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from operator import attrgetter
from typing import NamedTuple, TypeAlias

from ssot_lint.config.disk import (
    escapes,
    leads_out,
    nearest_answer,
    read_regular,
    walk,
    written_beside,
)
from ssot_lint.config.paths import PYTHON_SUFFIXES, relative_path
from ssot_lint.config.patterns import Patterns, is_pattern
from ssot_lint.config.reader import SettingsReader
from ssot_lint.model.errors import UserError

# Where patterns of what git ignores are found.
_IGNORING = frozenset({".git", ".gitignore"})
# No list of patterns, but an attempt to keep a run busy: each file is held against all of them.
_LARGEST_PATTERNS = 200_000
# How the names of files begin and end that are not there for long.
_TEMPORARY = (".ssot_lint.", ".tmp")
_STREAM = re.compile(r"/dev/(?:(stdout|stderr)|fd/(\d{1,4}))")
_STREAMS = {"stdout": 1, "stderr": 2}
# Another run's turn takes as long as writing a file; others may hold a folder for their own ends.
_TURN_SECONDS, _LOOK_SECONDS = 2.0, 0.01


def find_files(
    paths: Iterable[str],
    reader: SettingsReader,
    *,
    force_exclude: bool = False,
    respect_gitignore: bool = True,
    listings: Listings | None = None,
) -> list[str]:
    """The files to check, each once: given ones in order, a folder's sorted.

    A file that is given is taken whatever its name, also when it is excluded, unless
    `force_exclude`; but a notebook is no Python. Folders are searched for `.py` and `.pyi`, without
    what is excluded or ignored by git. Links to folders are not followed, so loops cannot happen.
    `listings` are those of the same run. Raises UserError for a path that does not exist.
    """
    listings = listings if listings is not None else Listings()
    found: dict[str, _Named] = {}
    for path in paths:
        is_folder = _is_folder(path)
        if force_exclude and is_excluded(path, reader, is_folder=is_folder):
            continue
        search = _Search(path, reader, listings, respect_gitignore) if is_folder else None
        for named in search.named() if search is not None else [_given(path)]:
            known = found.get(named.target)
            if known is None:
                found[named.target] = named
            elif known.is_link and not named.is_link:
                # Settings speak of files by their paths, so that the file's own name counts.
                del found[named.target]
                found[named.target] = named
    return [named.path for named in found.values()]


class _Named(NamedTuple):
    """A file or folder by one of its names: as it is to be shown, and from the root.

    `target` is the same for all names of a file.
    """

    path: str
    absolute: str
    target: str
    is_folder: bool = False
    is_link: bool = False


def expect_no_notebook(path: str) -> None:
    """Raise UserError for a notebook: it is JSON, in which nobody sees the places of findings."""
    if path.lower().endswith(".ipynb"):
        told = f'notebooks are not read; `nbqa "ssot_lint check" {path}` hands their cells over'
        raise UserError(f"{path}: {told} (pip install nbqa)")


def _given(path: str) -> _Named:
    expect_no_notebook(path)
    absolute, target = os.path.abspath(path), os.path.realpath(path)
    return _Named(path, absolute, target, is_link=os.path.islink(path))


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link that leads to itself
        return False


def _is_folder(path: str) -> bool:
    try:
        mode = os.stat(path).st_mode
        if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
            raise UserError(f"{path}: is no regular file; give a Python file or a folder")
        return stat.S_ISDIR(mode)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UserError(f"{path}: {reason}; give a Python file or a folder") from None


def is_excluded(path: str, reader: SettingsReader, *, is_folder: bool = False) -> bool:
    """Whether the settings exclude the path, which need not exist, or a folder around it."""
    return reader.for_file(path).is_excluded(path, is_folder=is_folder)


def read(path: str) -> bytes:
    """The bytes of a regular file. Raises OSError."""
    return read_regular(path)


def replace(path: str, before: bytes, after: bytes) -> None:
    """Replace the content of a file, which was `before` when it was read, at one stroke.

    Whoever reads it finds either all of the old or all of the new. Mode and, as far as the
    system allows, owner stay; a link is followed to the file it leads to. Raises UserError when
    the file has changed since, or cannot be written; it is then as it was.
    """
    target = os.path.realpath(path)
    try:
        known = os.stat(target)
        if not os.access(target, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            raise UserError(f"{path}: is read-only; not fixed")
        with _beside(target, after) as temporary:
            os.chmod(temporary, stat.S_IMODE(known.st_mode))
            _keep_owner(temporary, known)
            if read(target) != before:
                raise UserError(
                    f"{path}: changed while it was being fixed; not written, run fix again"
                )
            os.replace(temporary, target)
    except OSError as error:
        raise UserError(f"{path}: cannot be written: {error.strerror}") from None
    _sync_folder(os.path.dirname(target))


def expect_inside(path: str, given: Iterable[str], advice: str = "give that file") -> None:
    """Raise UserError for a link that was not given itself and leads out of what was.

    Nobody asked for the file behind it to be changed.
    """
    folders = [one for one in given if os.path.isdir(one)]
    is_given = any(os.path.abspath(one) == os.path.abspath(path) for one in given)
    if not is_given and leads_out(path, folders):
        told = "is a link to a file outside of what was given"
        raise UserError(f"{path}: {told}; not changed, {advice}")
    # A folder that was given may be such a link, too, and nobody sees that of a name.
    expect_no_way_out(path, os.path.dirname(os.path.abspath(path)), "changed")


def remove_left_behind(top: str) -> Iterator[str]:
    """Remove what a run that was killed while it wrote has left in a folder or below."""
    for folder, _, names in walk(top):
        for name in names:
            if name.startswith(_TEMPORARY[0]) and name.endswith(_TEMPORARY[1]):
                path = os.path.join(folder, name)
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(path)
                    yield path


def _beside(target: str, content: bytes) -> AbstractContextManager[str]:
    before, behind = _TEMPORARY
    name = f"{before}{os.path.basename(target)[:50]}."
    return written_beside(target, content, name, behind, is_durable=True)


def _keep_owner(path: str, known: os.stat_result) -> None:
    mine = os.stat(path)
    if hasattr(os, "chown") and (mine.st_uid, mine.st_gid) != (known.st_uid, known.st_gid):
        with contextlib.suppress(OSError):
            os.chown(path, known.st_uid, known.st_gid)


def _sync_folder(folder: str) -> None:
    """Make the renaming last; not every system can open a folder."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def in_turn(folder: str) -> Iterator[None]:
    """Keep other runs waiting that ask for the same folder, where the system has such locks.

    Nothing is left behind when a run is killed. Who holds the folder for long is not waited for.
    """
    descriptor = _held(folder)
    try:
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _held(folder: str) -> int | None:
    try:
        import fcntl  # Windows has none

        descriptor = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):
        return None
    end = time.monotonic() + _TURN_SECONDS
    while time.monotonic() < end:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            time.sleep(_LOOK_SECONDS)
        except OSError:  # not every file system has locks
            break
    return descriptor


def expect_no_way_out(path: str, way: str | None = None, done: str = "written") -> None:
    """Raise UserError for a file to write that a link of the project around the current folder,
    which may have come with the code, leads out of it.

    `way` is the part of the path that is looked at; by default all of it.
    """
    here = os.getcwd()
    project = nearest_answer(here, {}, lambda one: one if _holds(one, ".git", None) else None)
    if escapes(way or path, project or here):
        told = f"a link leads out of the project there; not {done}, name the file behind it"
        raise UserError(f"{path}: {told}")


def write_report(path: str, text: str, check: Callable[[], None] = lambda: None) -> None:
    """Write a report to a file, at one stroke. Raises UserError when that cannot be done.

    No link of the project is followed out of it: it may have come with the code. `check` is called
    when nothing but the stroke is left; what it raises keeps the file as it is.
    """
    expect_no_way_out(path)
    content = text.encode("utf-8", "backslashreplace")
    try:
        given = _STREAM.fullmatch(path)
        if given is not None:
            _write_to(_STREAMS.get(given[1]) or int(given[2]), content)
            return
        if os.path.exists(path) and not os.path.isfile(path):  # a pipe
            with open(path, "wb") as stream:
                stream.write(content)
            return
        target = os.path.realpath(path)
        with _beside(target, content) as temporary:
            if os.path.exists(target):
                os.chmod(temporary, stat.S_IMODE(os.stat(target).st_mode))
            else:
                os.chmod(temporary, 0o666 & ~_umask())
            check()
            os.replace(temporary, target)
    except OSError as error:
        raise UserError(f"{path}: cannot be written: {error.strerror}") from None


def _write_to(descriptor: int, content: bytes) -> None:
    """Write to what the process has open, behind what it has written there.

    A file that the output is directed into would lose that if it was opened again, or replaced.
    """
    for stream in filter(None, (sys.stdout, sys.stderr)):
        stream.flush()
    with os.fdopen(os.dup(descriptor), "wb") as opened:
        opened.write(content)


def _umask() -> int:
    # There is no other way to ask for it.
    mask = os.umask(0)
    os.umask(mask)
    return mask


class Listings:
    """What lies in the folders that a run has looked into: Python files, and folders.

    Without what git ignores. More than one walks through the folders of a run.
    """

    def __init__(self) -> None:
        self._ignores = _GitIgnores()
        self._known: dict[str, list[_Entry]] = {}

    def ignores(self, folder: str) -> bool:
        """Whether git ignores a folder."""
        return self._ignores.match(folder, is_folder=True)

    def clear(self) -> None:
        """Forget it: folders may hold something else by now."""
        self._ignores = _GitIgnores()
        self._known.clear()

    def of(self, folder: str) -> list[_Entry]:
        """What lies in a folder, by name. `folder` is absolute. Raises OSError."""
        if folder not in self._known:
            self._known[folder] = _entries(folder, self._ignores)
        return self._known[folder]


_Entry: TypeAlias = tuple[str, bool, bool]
"""The name of a Python file or a folder; whether it is a folder; whether it is a link."""


def _entries(folder: str, ignores: _GitIgnores | None) -> list[_Entry]:
    """What of a folder is to be looked at, by name. Raises OSError."""
    with os.scandir(folder) as listing:
        entries = sorted(listing, key=attrgetter("name"))
    patterns = []
    if ignores is not None:
        chain = ignores.chain(folder, {entry.name for entry in entries})
        patterns = [(patterns, _prefix(top, folder)) for top, patterns in chain]
    found: list[_Entry] = []
    for entry in entries:
        name = entry.name
        is_folder = entry.is_dir(follow_symlinks=False)
        if not is_folder and not (name.endswith(PYTHON_SUFFIXES) and _is_file(entry)):
            continue
        if not patterns or not _is_ignored(f"{name}/" if is_folder else name, patterns):
            found.append((name, is_folder, entry.is_symlink()))
    return found


def _is_ignored(name: str, ignored: Iterable[tuple[Patterns, str]]) -> bool:
    for patterns, prefix in ignored:
        verdict = patterns.verdict_on_entry(prefix + name)
        if verdict is not None:
            return verdict
    return False


class _Search:
    """Searches one given folder. That the folder itself is excluded or ignored does not count."""

    def __init__(
        self, top: str, reader: SettingsReader, listings: Listings, respect_gitignore: bool
    ) -> None:
        self._top = top
        self._reader = reader
        self._entries = listings.of
        self._base: str | None = None
        if is_excluded(top, reader, is_folder=True):
            self._base = os.path.abspath(top)
        if not respect_gitignore:
            self._entries = partial(_entries, ignores=None)
        elif listings.ignores(top):
            self._entries = partial(_entries, ignores=_GitIgnores(os.path.abspath(top)))

    def named(self) -> Iterator[_Named]:
        """Python files below the folder, by name. Asks the system for the target of links alone."""
        top, real = os.path.abspath(self._top), os.path.realpath(self._top)
        # Without recursion: folders lie in each other deeper than calls can.
        levels = [self._inside(_Named(self._top, top, real, is_folder=True))]
        while levels:
            for found in levels[-1]:
                if found.is_folder:
                    levels.append(self._inside(found))
                    break
                yield found
            else:
                levels.pop()

    def _inside(self, folder: _Named) -> Iterator[_Named]:
        """What of a folder is to be looked at, by name."""
        try:
            entries = self._entries(folder.absolute)
        except OSError as error:
            told = f"cannot be read: {error.strerror}; exclude it, or change who may"
            raise UserError(f"{folder.path}: {told}") from None
        excluded, prefix = self._exclusion(folder.absolute)
        shown = "" if folder.path == "." else os.path.join(folder.path, "")
        inside, real = os.path.join(folder.absolute, ""), os.path.join(folder.target, "")
        for name, is_folder, is_link in entries:
            end = f"{name}/" if is_folder else name
            if not (excluded and excluded.verdict_on_entry(prefix + end)):
                target = os.path.realpath(inside + name) if is_link else real + name
                yield _Named(shown + name, inside + name, target, is_folder, is_link)

    def _exclusion(self, folder: str) -> tuple[Patterns, str]:
        """The patterns that exclude what lies in a folder, and what they are told before names."""
        settings, base = self._reader.for_folder(folder), self._base
        inside = (
            settings.relative(folder).lstrip("/") if base is None else relative_path(folder, base)
        )
        return settings.excluded, "" if inside in (".", "") else inside + "/"


def _prefix(base: str, folder: str) -> str:
    return "" if base == folder else relative_path(folder, base) + "/"


class _GitIgnores:
    """The `.gitignore` files of a tree. The deepest one that speaks of a path decides.

    Those above `top`, or above the repository, do not count. Folders are absolute paths.
    """

    def __init__(self, top: str | None = None) -> None:
        self._top = top
        self._chains: dict[str, list[tuple[str, Patterns]]] = {}

    def match(self, path: str, is_folder: bool) -> bool:
        absolute = os.path.abspath(path)
        for folder, patterns in self.chain(os.path.dirname(absolute)):
            verdict = patterns.verdict(relative_path(absolute, folder) + ("/" if is_folder else ""))
            if verdict is not None:
                return verdict
        return False

    def chain(
        self, folder: str, names: Collection[str] | None = None
    ) -> list[tuple[str, Patterns]]:
        """The files that speak of what lies in `folder`, nearest first, up to the repository.

        `names` are those in the folder, if they are known.
        """
        passed: list[str] = []
        above = folder
        while above not in self._chains:
            passed.append(above)
            parent = os.path.dirname(above)
            known = names if above == folder else None
            if above == self._top or parent == above or _holds(above, ".git", known):
                break
            above = parent
        chain = self._chains.get(above, [])
        for one in reversed(passed):
            may_ignore = one != folder or names is None or not _IGNORING.isdisjoint(names)
            lines = _ignore_lines(one) if may_ignore else []
            chain = [(one, Patterns(lines)), *chain] if lines else chain
            self._chains[one] = chain
        return chain


def _holds(folder: str, name: str, known: Collection[str] | None) -> bool:
    """Whether something of that name lies in a folder; `known` are the names in it, if at hand."""
    return name in known if known is not None else os.path.exists(os.path.join(folder, name))


def _ignore_lines(folder: str) -> list[str]:
    """The patterns of a folder's `.gitignore`; like git, what is no pattern is passed over."""
    lines: list[str] = []
    # git reads info/exclude before .gitignore, so that the latter wins.
    for source in (
        os.path.join(folder, ".git", "info", "exclude"),
        os.path.join(folder, ".gitignore"),
    ):
        with contextlib.suppress(OSError):
            lines += read_regular(source, _LARGEST_PATTERNS).decode("utf-8", "replace").splitlines()
    return [line for line in lines if is_pattern(line)]
