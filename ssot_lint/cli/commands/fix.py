"""`ssot-lint fix`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import click

from ssot_lint.cli.commands.baseline import no_baseline_option
from ssot_lint.cli.options import Common, common_options, read_stdin
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
from ssot_lint.cli.progress import Progress
from ssot_lint.config.reader import SettingsReader
from ssot_lint.model.errors import UserError
from ssot_lint.model.findings import FileResult, FixResult
from ssot_lint.reports.diff import render_diff
from ssot_lint.reports.findings.text import render_fix_summary, render_fixes
from ssot_lint.run import files
from ssot_lint.run.ratchet import Baselines
from ssot_lint.run.runner import FixedFile, Runner


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option("--unsafe-fixes", is_flag=True, help="Apply fixes that may change the meaning, too.")
@click.option("--diff", is_flag=True, help="Show what would change instead of writing it.")
@click.option("--show-fixes", is_flag=True, help="List what was fixed, by file.")
@click.option(
    "--exit-non-zero-on-fix",
    is_flag=True,
    help="Exit with 1 when files change, too.",
)
@no_baseline_option
@common_options
def fix(
    paths: tuple[str, ...],
    *,
    unsafe_fixes: bool,
    diff: bool,
    show_fixes: bool,
    exit_non_zero_on_fix: bool,
    no_baseline: bool,
    common: Common,
) -> int:
    """Apply safe fixes to files and folders, and report what is left.

    Findings that a baseline accepts are left alone, unless --no-baseline. By default the current
    folder. A path `-` reads standard input and writes the result to standard output.
    """
    reader = common.reader()
    progress = Progress(hidden=common.quiet or diff)
    runner = Runner(reader, common.run_options(progress, asks_all=not common.is_stdin(paths)))
    baselines = None if no_baseline else Baselines(reader, common.baseline)
    from_stdin = common.is_stdin(paths)
    found = [] if from_stdin else common.find(paths, reader, runner.listings)
    results: list[FixResult] = []
    failed = False
    with progress:
        if from_stdin:
            fixes = _fix_stdin(runner, reader, common, unsafe_fixes, baselines)
        else:
            fixes = _fix_files(runner, found, unsafe_fixes, baselines)
        for fixed in fixes:
            results.append(fixed.result)
            if diff or from_stdin:
                _show(fixed, diff=diff)
                continue
            try:
                _write(fixed, paths or (".",))
            except UserError as error:
                failed = True
                results[-1] = FixResult(runner.check_bytes(fixed.before, fixed.path))
                complain(str(error))
    if baselines is not None:
        results = [replace(r, result=baselines.without(r.result)) for r in results]
    if not common.quiet:
        warn_each(runner.warnings())
    # What was written to standard output must stay alone there.
    _report(results, common, diff=diff, show_fixes=show_fixes, err=diff or from_stdin)
    if not common.quiet:
        summary = render_fix_summary(results, unsafe=unsafe_fixes, written=not diff)
        click.echo(summary, nl=False, err=diff or from_stdin)
    return _exit_code(results, failed=failed, diff=diff, on_change=exit_non_zero_on_fix)


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
    results: list[FixResult], common: Common, *, diff: bool, show_fixes: bool, err: bool
) -> None:
    colored = is_colored(common.color)
    if not diff:
        left = [result.result for result in results]
        print_left(left, quiet=common.quiet, color=colored, err=err)
    if show_fixes:
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
