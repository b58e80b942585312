"""Paths as patterns, baselines and reports write them: relative, with forward slashes."""

from __future__ import annotations

import os
import re

Path = str | os.PathLike[str]
PYTHON_SUFFIXES = (".py", ".pyi")
"""How the names of files end that are looked at in folders."""

FOLDERS_OF_TESTS = frozenset({"test", "tests", "testing"})
"""What they hold stands for something else: doubles of the generator, of packages."""
DEEPEST_PACKAGES = 2
"""How far below the root packages of a part of a monorepo may lie, `src` not counted."""


def relative_path(path: Path, top: Path) -> str:
    """The way from a folder to a path, both absolute; it may begin with `../`.

    On another drive than the folder's, the absolute path.
    """
    try:
        return _with_slashes(os.path.relpath(path, top))
    except ValueError:  # there is no way from one drive to another
        return _with_slashes(path)


def path_inside(path: Path, top: Path) -> str:
    """As `relative_path`, but the absolute path where that lies outside of the folder.

    `path` is as `os.path.abspath` gives it.
    """
    inside = os.path.join(os.fspath(top), "")
    if os.fspath(path).startswith(inside):  # as nearly all do, in a tenth of the time
        return _with_slashes(os.fspath(path)[len(inside) :])
    found = relative_path(path, top)
    is_outside = found == os.pardir or found.startswith(os.pardir + "/")
    return _with_slashes(path) if is_outside else found


_TESTS = re.compile(r"(^|/)(tests?|testing)/|(^|/)(test_[^/]*|[^/]*_tests?|conftest)\.pyi?$")


def has_name_of_test(path: str) -> bool:
    """Whether the path of a file says that it holds tests, as pytest reads it."""
    return _TESTS.search(path) is not None


def _with_slashes(path: Path) -> str:
    return os.fspath(path).replace(os.sep, "/")
