"""The flake8 plugin: the same findings through flake8."""

from __future__ import annotations

import argparse
import ast
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from flake8.exceptions import ExecutionError
from flake8.options.manager import OptionManager

from ssot_lint import __version__
from ssot_lint.config.reader import SettingsReader
from ssot_lint.config.settings import Settings, key_of, setting_fields, settings_from_table
from ssot_lint.model.errors import UserError, internal_error, printable
from ssot_lint.model.findings import FileResult
from ssot_lint.rules.registry import CODES, OFF_BY_DEFAULT
from ssot_lint.run.baseline import FILE_NAME
from ssot_lint.run.processes.limits import LONGEST_SECONDS
from ssot_lint.run.ratchet import Baselines
from ssot_lint.run.runner import Options, Runner
from ssot_lint.run.store.folder import may_be_cache

# flake8 has options of its own for what to select and which files to look at, and reads the
# suppressions itself.
_FLAKE8S_OWN = frozenset(
    {
        *("select", "extend_select", "ignore", "per_file_ignores"),
        *("exclude", "extend_exclude", "require_noqa_reason"),
    }
)


class SsotPlugin:
    """Checks one file. Settings: flake8's `--ssot-...` options, then pyproject.toml."""

    name = "ssot-lint"
    version = __version__

    _runner: ClassVar[Runner | None] = None
    _obeying: ClassVar[Runner | None] = None
    _named: ClassVar[tuple[str, ...]] = ()
    """The codes, and their beginnings, that flake8 was told to select."""
    """Leaves out what comments suppress; None where flake8 reports that, too."""
    _baselines: ClassVar[Baselines | None] = None

    def __init__(self, tree: ast.AST, filename: str, lines: Sequence[str]) -> None:
        self._tree = tree if isinstance(tree, ast.Module) else None
        self._filename = filename
        self._lines = lines

    @classmethod
    def add_options(cls, manager: OptionManager) -> None:
        """Register one option for each setting."""
        for setting in setting_fields():
            if setting.name in _FLAKE8S_OWN:
                continue
            many = setting.type != "str"
            manager.add_option(
                f"--ssot-{key_of(setting)}",
                parse_from_config=True,
                comma_separated_list=many,
                metavar="NAME=VALUE,..." if setting.type == "Pairs" else None,
                help=f"ssot-lint: {setting.metadata['help']}",
            )
        manager.add_option(
            "--ssot-config",
            parse_from_config=True,
            normalize_paths=True,
            help="ssot-lint: read [tool.ssot-lint] from this file instead of pyproject.toml",
        )
        manager.add_option(
            "--ssot-baseline",
            parse_from_config=True,
            normalize_paths=True,
            help=f"ssot-lint: the accepted findings, instead of {FILE_NAME} in each project",
        )
        manager.add_option(
            "--ssot-no-baseline",
            action="store_true",
            parse_from_config=True,
            help="ssot-lint: treat accepted findings as all others",
        )
        manager.add_option(
            "--ssot-no-cache",
            action="store_true",
            parse_from_config=True,
            help="ssot-lint: neither use nor keep the results of earlier runs",
        )
        manager.add_option(
            "--ssot-timeout",
            type=float,
            default=Options.timeout,
            parse_from_config=True,
            metavar="SECONDS",
            help="ssot-lint: give a file up that takes more processor time; 0 is no limit",
        )

    @classmethod
    def parse_options(cls, options: argparse.Namespace) -> None:
        """Take the options. A bad one ends flake8 with one line."""
        try:
            config = Path(options.ssot_config) if options.ssot_config else None
            reader = SettingsReader(
                CODES,
                config=config,
                overrides={**_overrides(options), "choices": _asked_for(options)},
            )
            baselines = Baselines(reader, options.ssot_baseline or None)
            # A mistake in the settings or the baseline here is told once, not for each file.
            reader.for_folder(Path.cwd())
            if not options.ssot_no_baseline:
                list(baselines.of((), [os.getcwd()]))
            own = _run_options(options)
        except UserError as error:
            raise ExecutionError(str(error)) from None
        # flake8 itself reads the suppressions.
        cls._named = _named(options)
        cls._runner = Runner(reader, own, ignore_noqa=True)
        cls._obeying = None if options.disable_noqa else Runner(reader, own)
        cls._baselines = None if options.ssot_no_baseline else baselines

    def run(self) -> Iterator[tuple[int, int, str, type[SsotPlugin]]]:
        """Findings as flake8 wants them: row from 1, column from 0. Never raises."""
        for finding in self._check().findings:
            if finding.is_warning and not finding.code.startswith(self._named):
                continue  # flake8 knows no levels
            place = finding.location
            told = f"{finding.code} {printable(finding.message)}"
            yield place.row, place.column - 1, told, type(self)

    def _check(self) -> FileResult:
        try:
            runner = self._runner or Runner(SettingsReader(CODES), ignore_noqa=True)
            text = "".join(self._lines)
            return self._new(runner.check_text(text, self._filename, self._tree), text)
        except UserError as error:
            return _not_analysed(self._filename, str(error))
        except Exception as error:
            # One exception would end flake8's whole run and print no file's findings.
            return _not_analysed(self._filename, internal_error(error))

    def _new(self, result: FileResult, text: str) -> FileResult:
        """What no baseline accepts. What a comment suppresses takes no accepted finding's place."""
        if not result.findings or not (self._baselines and self._baselines.speaks_of(result.path)):
            return result
        heard = result
        if self._obeying is not None and "noqa" in text.lower():
            heard = self._obeying.check_text(text, self._filename, self._tree)
        left = self._baselines.without_asking_others(heard)
        known = {one.sort_key for one in heard.findings} - {one.sort_key for one in left.findings}
        new = [one for one in result.findings if one.sort_key not in known]
        return replace(result, findings=tuple(new))


def _not_analysed(path: str, reason: str) -> FileResult:
    from ssot_lint.engine.checker import not_analysed  # texts that are known need no core

    return not_analysed(path, reason)


def _run_options(options: argparse.Namespace) -> Options:
    """Whether results are kept, and where: as for the command line, but that a folder that is for
    something else is left alone without a word.
    """
    given = os.environ.get("SSOT_LINT_CACHE_DIR")
    folder = Path(given) if given else None
    is_used = not options.ssot_no_cache and (folder is None or may_be_cache(folder))
    timeout = options.ssot_timeout
    if not 0 <= timeout <= LONGEST_SECONDS:  # which `nan` is not either
        raise UserError(
            f"flake8 options: --ssot-timeout {timeout:g} is not in the range of 0 to "
            f"{LONGEST_SECONDS}"
        )
    return Options(
        use_cache=is_used, cache_dir=folder, timeout=timeout, timeout_option="--ssot-timeout"
    )


def _asked_for(options: argparse.Namespace) -> tuple[tuple[str, bool], ...]:
    """The rules that are off by default and that flake8's own selection names.

    Not left to flake8's `extend_default_ignore`: any `ignore` of the user sets that aside, which
    would turn the rules on, and it would keep them off where pyproject.toml turns them on.
    """
    named = _named(options)
    return tuple((code, True) for code in sorted(OFF_BY_DEFAULT) if code.startswith(named))


def _named(options: argparse.Namespace) -> tuple[str, ...]:
    return (*(options.select or ()), *(options.extend_select or ()))


def _overrides(options: argparse.Namespace) -> dict[str, object]:
    """The settings that flake8's options give, checked as those of pyproject.toml are."""
    given: dict[str, object] = {}
    names: list[str] = []
    for setting in setting_fields():
        raw: Any = getattr(options, f"ssot_{setting.name}", None)
        if raw is None:
            continue
        names.append(setting.name)
        given[key_of(setting)] = _pairs(raw) if setting.type == "Pairs" else raw
    settings: Settings = settings_from_table(
        given, root=Path.cwd(), source=None, codes=CODES, where="flake8 options"
    )
    found = {name: getattr(settings, name) for name in names}
    if settings.generator_source:  # relative to where flake8 runs, whatever the project's root
        found["generator_source"] = os.path.abspath(settings.generator_source)
    return found


def _pairs(raw: list[str]) -> dict[str, str]:
    pairs = [item.partition("=") for item in raw]
    for name, sign, _ in pairs:
        if not sign:
            raise UserError(f"flake8 options: write {name}=VALUE, not `{name}`")
    return {name.strip(): value.strip() for name, _, value in pairs}
