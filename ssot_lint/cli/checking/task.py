"""What a call of `check` asks for, and one run of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import click

from ssot_lint.cli.commands.baseline import (
    common_findings,
    count_findings,
    searched_folders,
    tell_stale,
)
from ssot_lint.cli.options import Common, hold_folder, read_stdin
from ssot_lint.cli.output import EXIT_FINDINGS, Output, exit_code, warn_each
from ssot_lint.cli.progress import Progress
from ssot_lint.config.reader import SettingsReader
from ssot_lint.model.findings import FileResult
from ssot_lint.run.ratchet import Baselines, Ratchet, ratchet
from ssot_lint.run.runner import Runner


def _nothing() -> None:
    pass


@dataclass(frozen=True)
class Task:
    """What is to be checked, and what happens with the findings."""

    paths: tuple[str, ...]
    common: Common
    output: Output
    since: str | None
    ignore_noqa: bool
    no_baseline: bool
    exit_zero: bool

    def run(self, before_output: Callable[[], None] = _nothing) -> int:
        """Check, and write what is found; the exit code. Raises UserError."""
        now = Round.of(self)
        found, left, shown = now.findings()
        before_output()
        if not self.common.quiet:
            warn_each(now.runner.warnings())
        self.output.write(shown, hidden=count_findings(found) - count_findings(shown))
        tell_stale(left.stale, self.common.baseline)
        code = exit_code(shown, exit_zero=self.exit_zero)
        return max(code, EXIT_FINDINGS) if left.stale and not self.exit_zero else code


@dataclass(frozen=True)
class Round:
    """One run of a task. Settings are read anew for each."""

    task: Task
    reader: SettingsReader
    runner: Runner
    progress: Progress

    @classmethod
    def of(cls, task: Task) -> Round:
        """Raises UserError for bad options."""
        reader = task.common.reader()
        progress = Progress(hidden=task.common.quiet)
        options = task.common.run_options(progress, asks_all=hold_folder(task.paths))
        return cls(task, reader, Runner(reader, options, ignore_noqa=task.ignore_noqa), progress)

    def findings(self) -> tuple[list[FileResult], Ratchet, list[FileResult]]:
        """All results, what of them is in no baseline, and what of that is to be reported."""
        task = self.task
        found, fresh = self._checked()
        baselines = None if task.no_baseline else self._baselines()
        folders = searched_folders(task.paths) if task.since is None else []
        left = ratchet(baselines, found, folders) if baselines is not None else Ratchet(found)
        shown = left.results if fresh is found else common_findings(left.results, fresh)
        return found, left, shown

    def _baselines(self) -> Baselines:
        knows_others = self.runner.knows_others
        return Baselines(self.reader, self.task.common.baseline, knows_others=knows_others)

    def _checked(self) -> tuple[list[FileResult], list[FileResult]]:
        """The results, and those of them that are new since a commit; all, if none is given."""
        paths, common, since = self.task.paths, self.task.common, self.task.since
        if common.is_stdin(paths):
            if since is not None:
                raise click.UsageError("--since compares files, not standard input")
            results = self._check_stdin(common)
            return results, results
        found = common.find(paths, self.reader, self.runner.listings)
        with self.progress:
            if since is not None:
                from ssot_lint.cli.checking.comparison import check_since  # no other run needs git

                return check_since(self.runner, self.reader, found, since, paths or (".",))
            results = list(self.runner.check_files(found))
            return results, results

    def _check_stdin(self, common: Common) -> list[FileResult]:
        content = read_stdin()
        if common.leaves_out_stdin(self.reader):
            return []
        return [self.runner.check_bytes(content, common.stdin_filename or "-")]
