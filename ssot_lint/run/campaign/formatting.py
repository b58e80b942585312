"""Formats what fixes have changed, with the formatter that the settings name.

It runs as a module of our own environment, apart from the checked code: on copies in a folder of
its own, without that code's configuration. Of this only plain values are read and handed over.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ssot_lint.config.reader import tool_table
from ssot_lint.config.settings import Settings
from ssot_lint.model.errors import UserError

_SECONDS = 120
_VERSION = re.compile(r"py3\d{1,2}")


@dataclass(frozen=True)
class Option:
    """A value of a project's configuration that its formatter is told.

    `key` is where it stands in the table of the tool; `told` gives the arguments for it, none
    where the value is not one that the tool takes.
    """

    key: str
    told: Callable[[Any], Sequence[str]]


def _number(*before: str) -> Callable[[Any], Sequence[str]]:
    def told(value: Any) -> Sequence[str]:
        is_number = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1_000
        return (*before, str(value)) if is_number else ()

    return told


def _flag(flag: str) -> Callable[[Any], Sequence[str]]:
    return lambda value: (flag,) if value is True else ()


def _inline(key: str, *allowed: str) -> Callable[[Any], Sequence[str]]:
    """One of some words, or a boolean, as ruff takes it inline."""

    def told(value: Any) -> Sequence[str]:
        if isinstance(value, bool) and not allowed:
            return ("--config", f"{key}={str(value).lower()}")
        return ("--config", f'{key}="{value}"') if value in allowed else ()

    return told


def _versions(value: Any) -> Sequence[str]:
    given = value if isinstance(value, list) else [value]
    known = [one for one in given if isinstance(one, str) and _VERSION.fullmatch(one)]
    return [word for one in known for word in ("--target-version", one)]


_QUOTES, _INDENTS, _ENDS = (
    ("single", "double", "preserve"),
    ("tab", "space"),
    ("auto", "lf", "cr-lf", "native"),
)

# https://docs.astral.sh/ruff/settings/#format
_RUFF = (
    Option("line-length", _number("--line-length")),
    Option("target-version", _versions),
    Option("indent-width", lambda value: [f"--config=indent-width={v}" for v in _number()(value)]),
    Option("preview", _flag("--preview")),
    Option("format.preview", _flag("--preview")),
    Option("format.quote-style", _inline("format.quote-style", *_QUOTES)),
    Option("format.indent-style", _inline("format.indent-style", *_INDENTS)),
    Option("format.line-ending", _inline("format.line-ending", *_ENDS)),
    Option("format.skip-magic-trailing-comma", _inline("format.skip-magic-trailing-comma")),
    Option("format.docstring-code-format", _inline("format.docstring-code-format")),
)
# https://black.readthedocs.io/en/stable/usage_and_configuration/the_basics.html
_BLACK = (
    Option("line-length", _number("--line-length")),
    Option("target-version", _versions),
    Option("skip-string-normalization", _flag("--skip-string-normalization")),
    Option("skip-magic-trailing-comma", _flag("--skip-magic-trailing-comma")),
    Option("preview", _flag("--preview")),
    Option("unstable", _flag("--unstable")),
)
OPTIONS = {"ruff": _RUFF, "black": _BLACK}
COMMANDS = {
    "ruff": ("format", "--isolated", "--no-cache", "--quiet"),
    "black": ("--quiet", "--config"),  # and a file that is empty
}


@dataclass(frozen=True)
class Change:
    """A file that fixes change."""

    path: str
    before: bytes
    after: bytes


def expect_formatter(settings: Settings) -> None:
    """Raise UserError when the formatter that settings name is not installed beside us."""
    name = settings.format
    if name and importlib.util.find_spec(name) is None:
        where = settings.source or "settings"
        told = f"`format` asks for {name}, which is not installed beside ssot-lint"
        raise UserError(f"{where}: {told}: pip install {name}")


def formatted(changes: Sequence[Change], settings: Settings) -> Mapping[str, bytes]:
    """What becomes, by their paths, of changed files that were formatted before.

    Only those that become another one by it, and that mean the same. Files that were not
    formatted, and those that the formatter cannot read, are not among them. Raises UserError where
    the formatter cannot be run.
    """
    if not changes or not settings.format:
        return {}
    expect_formatter(settings)
    with tempfile.TemporaryDirectory(prefix="ssot-lint-") as folder:
        top = Path(folder)
        pairs = [_written(top, number, change) for number, change in enumerate(changes)]
        _run(settings, top)
        found = zip(changes, pairs, strict=True)
        results = ((c, old.read_bytes(), new.read_bytes()) for c, (old, new) in found)
        return {
            change.path: new
            for change, old, new in results
            if old == change.before and new != change.after and _mean_same(change.after, new)
        }


def _written(top: Path, number: int, change: Change) -> tuple[Path, Path]:
    suffix = ".pyi" if change.path.endswith(".pyi") else ".py"
    old, new = top / f"before_{number}{suffix}", top / f"after_{number}{suffix}"
    old.write_bytes(change.before)
    new.write_bytes(change.after)
    return old, new


def _run(settings: Settings, top: Path) -> None:
    empty = top / "empty.toml"
    empty.touch()
    more = (str(empty),) if settings.format == "black" else ()
    told = _told(tool_table(settings.root, settings.format), OPTIONS[settings.format])
    command = (*COMMANDS[settings.format], *more, *told, str(top))
    try:
        subprocess.run(
            [sys.executable, "-I", "-m", settings.format, *command],
            cwd=top,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,  # of files that it cannot read, it says so, and formats the others
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = "takes too long" if isinstance(error, subprocess.TimeoutExpired) else str(error)
        raise UserError(f"`format`: {settings.format} {reason}; nothing was written") from None


def _told(table: Mapping[str, Any], options: Sequence[Option]) -> list[str]:
    words: list[str] = []
    for option in options:
        value: Any = table
        for part in option.key.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        words += option.told(value) if value is not None else ()
    return words


def _mean_same(one: bytes, other: bytes) -> bool:
    """Whether Python reads two files alike."""
    try:
        return ast.dump(ast.parse(one)) == ast.dump(ast.parse(other))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
