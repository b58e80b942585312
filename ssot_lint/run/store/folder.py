"""Cache folders: what makes a folder one, and the removal of what is old or not wanted any more."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from ssot_lint.config.disk import leads_out, walk, written_beside
from ssot_lint.run.git.repository import is_tracked

FOLDER = ".ssot_lint_cache"

# What nobody has added to for so long belongs to settings or versions that are gone.
_FORGOTTEN_SECONDS = 30 * 24 * 3600

# Backup programs leave such folders out: https://bford.info/cachedir/
_TAG = "CACHEDIR.TAG"
_BESIDE = {
    _TAG: b"Signature: 8a477f597d28d172789f06886806bc55\n"
    b"# Results of ssot-lint, kept for its next run.\n",
    ".gitignore": b"*\n",
}
# The results under one key, and what is written before it gets its name. Earlier versions kept
# those of flake8 as `.log`.
_OWN_NAME = re.compile(
    r"[0-9a-f]{8}\.(json|log)"
    r"|([0-9a-f]{8}\.(json|log)|CACHEDIR\.TAG|\.gitignore)\.[0-9a-z_]{8}\.tmp"
)


def put(path: Path, content: bytes) -> None:
    """Write a file of a cache at one stroke, and make the folder one. Raises OSError."""
    _prepare(path.parent)
    _replace(path, content)
    _forget_old(path.parent)


def distrusted(folder: Path, project: Path | None) -> str | None:
    """Why nothing is read from or written to a cache folder, or None.

    Both a link and results may come with the code that is to be checked. `project` is the
    project's root, of a folder that lies in it because nobody has named another one.
    """
    if project is not None and os.path.islink(folder):
        if leads_out(folder, [str(project)]):
            return "is a link that leads out of the project; it is not used, remove it"
        with contextlib.suppress(OSError):  # nothing will be read or written there
            if not _holds_nothing_else(folder):
                return "is a link to what is no cache; it is not used, remove it"
    if os.path.isdir(folder) and is_tracked(os.path.realpath(folder)):
        remedy = f"`git rm -r --cached {folder.name}` makes an end of that"
        return f"is tracked by git, so others may have written it; it is not used, {remedy}"
    return None


def may_be_cache(folder: Path) -> bool:
    """Whether a folder holds nothing but a cache, or is not there, and may become one."""
    try:
        return is_cache(folder) or _holds_nothing_else(folder)
    except OSError:
        return True  # nothing will be read or written there, either


def _holds_nothing_else(folder: Path) -> bool:
    """Whether all that lies in a folder has been written by this module.

    A tag alone does not tell: it may have come with the code, and `.gitignore`, which goes into
    each cache, would hide what lies beside it. Raises OSError.
    """
    with os.scandir(folder) as entries:
        return all(_is_own(Path(entry.path)) for entry in entries)


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
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode):
            return False
        if path.name in _BESIDE:
            own = _BESIDE[path.name]
            return found.st_size == len(own) and path.read_bytes() == own
    except (FileNotFoundError, NotADirectoryError):
        return False
    return _OWN_NAME.fullmatch(path.name) is not None


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
