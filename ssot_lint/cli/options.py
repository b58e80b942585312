"""Options that commands share, and what follows from them."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Any

import click

from ssot_lint.cli.completion import Codes as CodesType
from ssot_lint.cli.output import warn
from ssot_lint.cli.progress import Progress
from ssot_lint.cli.values import Number, PathName, PathOf
from ssot_lint.config.reader import SettingsReader
from ssot_lint.config.settings import check_codes
from ssot_lint.model.errors import UserError
from ssot_lint.rules.registry import CODES
from ssot_lint.run import files
from ssot_lint.run.processes.limits import LONGEST_SECONDS, rare_collections
from ssot_lint.run.runner import Options, shard
from ssot_lint.run.store.folder import FOLDER, may_be_cache

Codes = tuple[str, ...] | None


@dataclass(frozen=True)
class Common:
    """The values of the options that `check` and `fix` share."""

    select: Codes
    ignore: Codes
    extend_select: Codes
    stdin_filename: str | None
    force_exclude: bool
    respect_gitignore: bool
    jobs: int | None
    no_cache: bool
    cache_dir: Path | None
    timeout: float
    shard: tuple[int, int] | None
    baseline: str | None
    config: Path | None
    isolated: bool
    quiet: bool
    color: str

    def reader(self, *besides: str) -> SettingsReader:
        """The reader of settings; `besides` are codes that are on whatever is selected.

        Raises UserError for a bad `--config`.
        """
        if self.config is not None and self.isolated:
            raise click.UsageError("--config and --isolated exclude each other")
        return SettingsReader(
            CODES, config=self.config, isolated=self.isolated, overrides=self._overrides(besides)
        )

    def _overrides(self, besides: tuple[str, ...]) -> dict[str, object]:
        """As in ruff: `--select` sets aside what the file selects, others go over it."""
        on = (*(self.extend_select or ()), *besides)
        off = tuple(code for code in self.ignore or () if code not in besides)
        if self.select is not None:
            return {"select": self.select, "extend_select": on, "ignore": off}
        return {"choices": (*((code, True) for code in on), *((code, False) for code in off))}

    def run_options(self, progress: Progress, *, asks_all: bool = False) -> Options:
        """How to go about the work. Raises UserError when --cache-dir cannot be a cache.

        `asks_all` is for runs that ask what all files of the project say of ids.
        """
        folder = self.cache_dir
        # Not Path's own methods, which raise where a folder around it may not be entered.
        if folder is not None and os.path.exists(folder) and not os.path.isdir(folder):
            raise UserError(f"--cache-dir {self.cache_dir}: is no folder")
        if folder is not None and not self.no_cache:
            _expect_own_folder(folder)
        return Options(
            jobs=self.jobs or usable_cores(),
            use_cache=not self.no_cache,
            cache_dir=self.cache_dir,
            timeout=self.timeout,
            asks_all=asks_all,
            progress=progress.show,
            warn=warn,
        )

    def is_stdin(self, paths: tuple[str, ...]) -> bool:
        """Whether standard input is to be read: as in ruff, also when it is given a name."""
        if "-" not in paths and self.stdin_filename is None:
            return False
        if paths not in ((), ("-",)):
            raise click.UsageError("standard input cannot be combined with other paths")
        files.expect_no_notebook(self.stdin_filename or "-")
        return True

    def find(
        self, paths: tuple[str, ...], reader: SettingsReader, listings: files.Listings
    ) -> list[str]:
        """The files to look at; `listings` are those of the run. Raises UserError for a path that
        is not there.
        """
        with rare_collections():
            found = files.find_files(
                paths or (".",),
                reader,
                force_exclude=self.force_exclude,
                respect_gitignore=self.respect_gitignore,
                listings=listings,
            )
        if not found and not self.quiet:
            warn("no Python files found")
        return found if self.shard is None else shard(found, reader, *self.shard)

    def leaves_out_stdin(self, reader: SettingsReader) -> bool:
        """Whether the file that standard input stands for is excluded."""
        name = self.stdin_filename
        return name is not None and self.force_exclude and files.is_excluded(name, reader)


def _expect_own_folder(folder: Path) -> None:
    """Raise UserError for a folder that is there for something else than a cache."""
    if folder == Path():  # also what an empty value becomes
        raise UserError("--cache-dir: is the current folder; give one that is for nothing else")
    if not may_be_cache(folder):
        told = "is not empty, and no cache of ssot-lint; give a folder that is for nothing else"
        raise UserError(f"--cache-dir {folder}: {told}")


def read_stdin() -> bytes:
    """The bytes of standard input. Raises UserError when it is closed."""
    if sys.stdin is None:
        raise UserError("standard input is closed; give a file or a folder")
    return sys.stdin.buffer.read()


def read_given(name: str) -> bytes:
    """The bytes of a file that somebody named. Raises UserError."""
    # What is read from a pipe or a device may never end.
    if os.path.exists(name) and not os.path.isfile(name):
        raise UserError(f"{name}: is no regular file; give one")
    try:
        return files.read(name)
    except OSError as error:
        raise UserError(f"{name}: cannot be read: {error.strerror}") from None


def usable_cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _codes(context: click.Context, option: click.Parameter, value: str | None) -> Codes:
    if value is None:
        return None
    try:
        codes = check_codes((code.strip() for code in value.split(",") if code.strip()), CODES)
        if not codes:
            raise ValueError("needs at least one code")
        return codes
    except ValueError as error:
        raise UserError(f"--{(option.name or '').replace('_', '-')} {error}") from None


def _shard(
    context: click.Context, option: click.Parameter, value: str | None
) -> tuple[int, int] | None:
    if value is None:
        return None
    match = re.fullmatch(r"(\d{1,6})/(\d{1,6})", value)
    part, parts = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= part <= parts:
        raise UserError(f"--shard takes K/N with K from 1 to N, such as 2/5, not `{value}`")
    return part, parts


quiet_option = click.option(
    "-q", "--quiet", is_flag=True, help="Findings only: no summary, no warnings."
)

# In the order in which `--help` lists them.
_OPTIONS = (
    click.option(
        "--select",
        type=CodesType(),
        metavar="CODES",
        callback=_codes,
        help="Codes or prefixes to report.",
    ),
    click.option(
        "--ignore",
        type=CodesType(),
        metavar="CODES",
        callback=_codes,
        help="Codes or prefixes to leave out.",
    ),
    click.option(
        "--extend-select",
        type=CodesType(),
        metavar="CODES",
        callback=_codes,
        help="Codes to report besides those selected.",
    ),
    click.option(
        "--stdin-filename",
        type=PathName(),
        metavar="FILE",
        help="File name to report for standard input.",
    ),
    click.option("--force-exclude", is_flag=True, help="Exclude files that are given, too."),
    click.option(
        "--respect-gitignore/--no-respect-gitignore",
        default=True,
        help="Leave out what .gitignore names, or not.  [default: respect]",
    ),
    click.option(
        "-j",
        "--jobs",
        type=click.IntRange(min=1),
        metavar="N",
        help="How many processes to use.  [default: one for each core]",
    ),
    click.option(
        "--no-cache", is_flag=True, help="Neither use nor keep the results of earlier runs."
    ),
    click.option(
        "--cache-dir",
        type=PathOf(),
        metavar="FOLDER",
        envvar="SSOT_LINT_CACHE_DIR",
        help=f"Where results are kept.  [default: {FOLDER} in each project]",
    ),
    click.option(
        "--timeout",
        type=Number(0, LONGEST_SECONDS),
        default=Options.timeout,
        metavar="SECONDS",
        help="Give a file up that takes more processor time; 0 is no limit.  [default: 120]",
    ),
    click.option(
        "--shard",
        metavar="K/N",
        callback=_shard,
        help="Take the K-th of N parts of the files, for N machines.",
    ),
    click.option(
        "--baseline",
        type=PathName(),
        metavar="FILE",
        help="The accepted findings.  [default: .ssot-lint-baseline.json in each project]",
    ),
    click.option(
        "--config",
        type=PathOf(),
        metavar="FILE",
        help="Read [tool.ssot-lint] from this TOML file, for all files.",
    ),
    click.option(
        "--isolated",
        is_flag=True,
        help="Read no pyproject.toml; all settings at their defaults.",
    ),
    quiet_option,
    click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        help="Colour the output; auto does on a terminal, unless NO_COLOR is set.",
    ),
)


def common_options(command: Callable[..., int]) -> Callable[..., int]:
    """The shared options; their values reach the command as `common`."""

    @wraps(command)
    def collected(*args: Any, **given: Any) -> int:
        common = Common(**{field.name: given.pop(field.name) for field in fields(Common)})
        return command(*args, common=common, **given)

    decorated: Callable[..., int] = collected
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def hold_folder(paths: Sequence[str]) -> bool:
    """Whether a folder is among paths that were given, or none was.

    Named files are checked while somebody waits: that takes no walk through all others.
    """
    return any(map(os.path.isdir, paths or (".",)))
