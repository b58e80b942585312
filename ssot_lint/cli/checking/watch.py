"""`ssot-lint check --watch`: checks again what changes."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
import watchfiles

from ssot_lint.cli.checking.task import Task
from ssot_lint.cli.output import EXIT_CLEAN, complain
from ssot_lint.config.paths import PYTHON_SUFFIXES
from ssot_lint.model.errors import UserError
from ssot_lint.run.baseline import FILE_NAME

# Editors write a file in several steps; what follows within this time belongs together.
_TOGETHER_MS = 50
# How soon the first check begins, and how often is looked whether somebody pressed Ctrl-C.
_LOOK_MS = 250
# What a round depends on besides the Python files.
_NAMES = frozenset({"pyproject.toml", ".gitignore", FILE_NAME})


def watch(task: Task) -> int:
    """Check, and check again whenever something changes, until Ctrl-C. Raises UserError."""
    try:
        # Listening begins before the first check, so that nothing that happens meanwhile is lost.
        for number, changed in enumerate(_changes(task)):
            if number == 0 or changed:
                _show_round(task)
    except KeyboardInterrupt:
        click.echo()
    return EXIT_CLEAN


def _changes(task: Task) -> Iterator[bool]:
    """Whether something has changed, again and again."""
    names = _NAMES | {os.path.basename(name) for name in (task.common.baseline,) if name}
    if task.common.config is not None:
        names |= {task.common.config.name}

    def matters(_: watchfiles.Change, path: str) -> bool:
        return path.endswith(PYTHON_SUFFIXES) or os.path.basename(path) in names

    try:
        for changes in watchfiles.watch(
            *_folders(task),
            watch_filter=matters,
            step=_TOGETHER_MS,
            rust_timeout=_LOOK_MS,
            yield_on_timeout=True,
            ignore_permission_denied=True,
        ):
            yield bool(changes)
    except OSError as error:  # the system watches only so many folders
        raise UserError(f"--watch: {error}; give fewer folders") from None


def _folders(task: Task) -> list[str]:
    """Where what is given lies, and what it depends on: the roots of the projects."""
    reader = task.common.reader()
    found: set[str] = set()
    for path in task.paths or (".",):
        folder = os.path.abspath(path)
        if not os.path.exists(folder):
            raise UserError(f"{path}: no such file or folder")
        if not os.path.isdir(folder):
            folder = os.path.dirname(folder)
        root = str(reader.for_folder(folder).root)
        found.add(root if Path(folder).is_relative_to(root) else folder)
    return sorted(found)


def _show_round(task: Task) -> None:
    started = time.monotonic()
    try:
        task.run(_clear)
        told = f"checked in {time.monotonic() - started:.1f} s"
    except UserError as error:  # somebody is in the middle of changing a setting
        _clear()
        complain(str(error))
        told = "not checked"
    if not task.common.quiet:
        told = f"{time.strftime('%H:%M:%S')}: {told}."
        click.echo(click.style(f"{told} Watching; Ctrl-C ends.", dim=True))


def _clear() -> None:
    """Begin a new screen, where there is one."""
    if sys.stdout is not None and sys.stdout.isatty():
        click.clear()
