"""What a call of `fix` asks for, and one run of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import click

from ssot_lint.cli.options import Common, read_stdin
from ssot_lint.cli.output import (
    EXIT_CLEAN,
    EXIT_ERROR,
    EXIT_FINDINGS,
    complain,
    echo_diff,
    echo_source,
    exit_code,
    is_colored,
    print_left,
    warn_each,
)
from ssot_lint.config.reader import SettingsReader
from ssot_lint.model.errors import UserError
from ssot_lint.model.findings import FileResult, FixResult
from ssot_lint.reports.diff import render_diff
from ssot_lint.reports.findings.text import render_fix_summary, render_fixes, render_statistics
from ssot_lint.run import files
from ssot_lint.run.ratchet import Baselines
from ssot_lint.run.runner import FixedFile, Runner

# What makes them is imported when somebody asks for one.
REPORTS = ("text", "json", "markdown", "html")
CONCISE = "concise"
PARTS = ("package", "rule", "owner")


@dataclass(frozen=True)
class Shown:
    """How a run of fixes is told of."""

    output_format: str
    reports: tuple[str, ...]
    statistics: bool
    show_fixes: bool

    @property
    def is_report(self) -> bool:
        """Whether a report is standard output."""
        return self.output_format != CONCISE


@dataclass(frozen=True)
class Done:
    """What a run of fixes gave."""

    results: list[FixResult]
    changed: list[FixedFile]
    failed: bool


@dataclass(frozen=True)
class Task:
    """What a call of `fix` asks for."""

    paths: tuple[str, ...]
    common: Common
    unsafe: bool
    diff: bool
    patches: str | None
    by: str | None
    shown: Shown
    on_change: bool

    def check(self, *, interactive: bool) -> None:
        """Raise UserError for options that do not go together, before anything is done."""
        from_stdin = self.common.is_stdin(self.paths)
        apart = self.shown.is_report or self.shown.reports or self.patches or interactive
        if from_stdin and apart:
            raise click.UsageError(
                "standard input goes without --output-format, --report, --patches, --interactive"
            )
        if self.diff and (self.shown.is_report or self.patches or interactive):
            raise click.UsageError(
                "--diff goes without --output-format, --patches and --interactive"
            )
        if self.by is not None and self.patches is None:
            raise click.UsageError("--by goes with --patches")
        if interactive and (self.patches or self.shown.is_report or self.shown.reports):
            raise click.UsageError("--interactive goes without --patches and reports")
        if self.patches is not None:
            from ssot_lint.run.campaign.patches import expect_new_folder

            expect_new_folder(self.patches)
        if self.shown.is_report or self.shown.reports:
            from ssot_lint.cli.fixing.campaign import expect_reports  # few ask for them

            shown = self.shown
            expect_reports(shown.reports, shown.output_format if shown.is_report else None)

    @property
    def writes(self) -> bool:
        """Whether files get what fixes make of them."""
        return not (self.diff or self.patches or self.common.is_stdin(self.paths))

    def run(self, reader: SettingsReader, runner: Runner, baselines: Baselines | None) -> Done:
        """Fix all files, and write them, or show what would change."""
        common, from_stdin = self.common, self.common.is_stdin(self.paths)
        found = [] if from_stdin else common.find(self.paths, reader, runner.listings)
        if from_stdin:
            fixes = _fix_stdin(runner, reader, common, self.unsafe, baselines)
        else:
            fixes = _fix_files(runner, found, self.unsafe, baselines)
        done = Done([], [], False)
        for fixed in fixes:
            done.results.append(fixed.result)
            if fixed.result.source is not None:
                done.changed.append(fixed)
            if self.diff or from_stdin:
                _show(fixed, diff=self.diff)
            elif self.writes:
                done = self._written(fixed, done, runner)
        if baselines is None:
            return done
        left = [replace(r, result=baselines.without(r.result)) for r in done.results]
        return replace(done, results=left)

    def _written(self, fixed: FixedFile, done: Done, runner: Runner) -> Done:
        try:
            _write(fixed, self.paths or (".",))
        except UserError as error:
            complain(str(error))
            done.results[-1] = FixResult(runner.check_bytes(fixed.before, fixed.path))
            done.changed.pop()
            return replace(done, failed=True)
        return done

    def tell(self, done: Done, reader: SettingsReader, runner: Runner) -> int:
        """Tell what was done and what is left; the exit code."""
        common, shown = self.common, self.shown
        # What was written to standard output must stay alone there.
        err = self.diff or common.is_stdin(self.paths)
        if not common.quiet:
            warn_each(runner.warnings())
        if shown.is_report or shown.reports:
            self._report(done, reader, runner)
        if self.patches is not None:
            from ssot_lint.cli.fixing.campaign import make_patches  # few ask for them

            unsafe, quiet = self.unsafe, common.quiet
            make_patches(
                self.patches, done.changed, runner, self.by or PARTS[0], unsafe=unsafe, quiet=quiet
            )
        if not shown.is_report:
            _report(done.results, common, shown, diff=self.diff or bool(self.patches), err=err)
        if not common.quiet and not shown.is_report:
            is_written = not self.diff and self.patches is None
            summary = render_fix_summary(done.results, unsafe=self.unsafe, written=is_written)
            click.echo(summary, nl=False, err=err)
        on_change = self.on_change and self.patches is None
        return _exit_code(done.results, failed=done.failed, diff=self.diff, on_change=on_change)

    def _report(self, done: Done, reader: SettingsReader, runner: Runner) -> None:
        from ssot_lint.cli.fixing.campaign import renderer, report_of, write_reports

        told = report_of(done.results, done.changed, reader, runner, is_written=self.writes)
        write_reports(self.shown.reports, told)
        if self.shown.is_report:
            shown = renderer(self.shown.output_format)(told)
            click.echo(shown, nl=False, color=is_colored(self.common.color))

    def interact(self, reader: SettingsReader, runner: Runner, baselines: Baselines | None) -> int:
        """Ask about one fix after the other; the exit code."""
        from ssot_lint.cli.fixing.interactive import Session  # few ask for it

        found = self.common.find(self.paths, reader, runner.listings)
        results = list(runner.check_files(found))
        if baselines is not None:
            baselines.follow(results)
        spared = baselines.spared if baselines is not None else None
        session = Session(runner, self.unsafe, spared, self.paths or (".",))
        left = session.run(results)
        if baselines is not None:
            left = [baselines.without(one) for one in left]
        if not self.common.quiet:
            warn_each(runner.warnings())
            click.echo(session.summary(), nl=False)
        if session.has_failed:
            return EXIT_ERROR
        code = exit_code(left)
        return max(code, EXIT_FINDINGS) if session.applied and self.on_change else code


def _fix_files(
    runner: Runner, found: Sequence[str], unsafe: bool, baselines: Baselines | None
) -> Iterator[FixedFile]:
    if baselines is None:
        return runner.fix_files(found, unsafe=unsafe)
    if unknown := baselines.unknown(found):
        baselines.follow(list(runner.check_files(unknown)))
    return runner.fix_files(found, unsafe=unsafe, spared=baselines.spared)


def _fix_stdin(
    runner: Runner,
    reader: SettingsReader,
    common: Common,
    unsafe: bool,
    baselines: Baselines | None,
) -> Iterator[FixedFile]:
    source = read_stdin()
    path = common.stdin_filename or "-"
    if common.leaves_out_stdin(reader):
        yield FixedFile(path, source, FixResult(FileResult(path)))
        return
    spared = baselines.spared if baselines is not None else None
    if baselines is not None and baselines.unknown([path]):
        baselines.follow([runner.check_bytes(source, path)])
    fixed = runner.fix_bytes(source, path, unsafe=unsafe, spared=spared)
    yield FixedFile(path, source, fixed)


def _show(fixed: FixedFile, *, diff: bool) -> None:
    after = fixed.result.source if fixed.result.source is not None else fixed.before
    if diff:
        echo_diff(render_diff(fixed.path, fixed.before, after))
    else:
        echo_source(after)


def _write(fixed: FixedFile, given: Sequence[str]) -> None:
    """Write what changes. Raises UserError when that cannot be done."""
    if fixed.result.source is not None:
        files.expect_inside(fixed.path, given)
        files.replace(fixed.path, fixed.before, fixed.result.source)


def _report(
    results: list[FixResult], common: Common, shown: Shown, *, diff: bool, err: bool
) -> None:
    colored = is_colored(common.color)
    left = [result.result for result in results]
    if shown.statistics:
        click.echo(render_statistics(left), nl=False, err=err, color=colored)
    elif not diff:
        print_left(left, quiet=common.quiet, color=colored, err=err)
    if shown.show_fixes:
        click.echo(render_fixes(results), nl=False, err=err, color=colored)


def _exit_code(results: list[FixResult], *, failed: bool, diff: bool, on_change: bool) -> int:
    left = [result.result for result in results]
    changed = any(result.source is not None for result in results)
    if failed or not all(result.analysed for result in left):
        return EXIT_ERROR
    if diff:
        return EXIT_FINDINGS if changed else EXIT_CLEAN
    if changed and on_change:
        return EXIT_FINDINGS
    return exit_code(left)
