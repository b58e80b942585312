"""`ssot-lint check`."""

from __future__ import annotations

import os
from collections.abc import Callable

import click

from ssot_lint.commands.baseline import (
    Projects,
    Ratchet,
    common_findings,
    count_findings,
    no_baseline_option,
    ratchet,
    searched_folders,
    tell_stale,
)
from ssot_lint.commands.options import Common, common_options, read_stdin
from ssot_lint.commands.output import (
    EXIT_CLEAN,
    EXIT_FINDINGS,
    Output,
    exit_code,
    is_colored,
    print_left,
)
from ssot_lint.errors import UserError
from ssot_lint.model import FileResult
from ssot_lint.progress import Progress
from ssot_lint.reports import FORMATS
from ssot_lint.run import Runner
from ssot_lint.settings import Settings, SettingsReader


def _copies(command: Callable[..., int]) -> Callable[..., int]:
    """An option for each format of which a copy can be had beside the output."""
    for name in ("junit", "gitlab", "json", "sarif"):
        help_text = f"Write the findings there, too, as {name}."
        command = click.option(f"--{name}-output", metavar="FILE", help=help_text)(command)
    return command


class _Check(click.Command):
    """`--add-noqa` may stand alone: only what follows an equals sign is its value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        given = ["--add-noqa=" if arg == "--add-noqa" else arg for arg in args[:end]]
        return super().parse_args(ctx, [*given, *args[end:]])


@click.command(cls=_Check)
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option(
    "--output-format",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="text adds the source line on a terminal.",
)
@click.option("--output-file", metavar="FILE", help="Write the findings there, not to the output.")
@_copies
@click.option("--statistics", is_flag=True, help="Show counts per code instead of findings.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 when there are findings.")
@click.option("--ignore-noqa", is_flag=True, help="Report suppressed findings too.")
@no_baseline_option
@click.option(
    "--since",
    metavar="REF",
    help="Report only what REF's content does not have; `REF...` is where this branch left it.",
)
@click.option(
    "--add-noqa",
    metavar="[=REASON]",
    help="Suppress what is found by `# noqa` comments in the files, with a reason behind them.",
)
@click.option(
    "--show-settings",
    is_flag=True,
    help="Show what is in force for the first path, and what is known of the generator.",
)
@common_options
def check(
    paths: tuple[str, ...],
    *,
    output_format: str,
    output_file: str | None,
    sarif_output: str | None,
    json_output: str | None,
    gitlab_output: str | None,
    junit_output: str | None,
    statistics: bool,
    exit_zero: bool,
    ignore_noqa: bool,
    no_baseline: bool,
    since: str | None,
    add_noqa: str | None,
    show_settings: bool,
    common: Common,
) -> int:
    """Check files and folders.

    By default the current folder. A path `-` reads standard input.
    """
    copies = {
        "sarif": sarif_output,
        "json": json_output,
        "gitlab": gitlab_output,
        "junit": junit_output,
    }
    output = Output(
        output_format,
        output_file,
        {name: file for name, file in copies.items() if file is not None},
        statistics=statistics,
        quiet=common.quiet,
        color=is_colored(common.color),
    )
    if add_noqa is not None and (ignore_noqa or common.is_stdin(paths)):
        raise click.UsageError("--add-noqa goes with files, and without --ignore-noqa")
    reader = common.reader()
    progress = Progress(hidden=common.quiet)
    runner = Runner(reader, common.run_options(progress), ignore_noqa=ignore_noqa)
    if show_settings:
        _show_settings(_settings_for(paths, reader, common), runner)
        return EXIT_CLEAN
    found, fresh = _checked(paths, runner, reader, common, progress, since)
    projects = None if no_baseline else Projects(reader, common.baseline)
    folders = searched_folders(paths) if since is None else []
    left = ratchet(projects, found, folders) if projects is not None else Ratchet(found)
    shown = common_findings(left.results, fresh)
    if add_noqa is not None:
        return _add_noqa(runner, shown, add_noqa, common)
    output.write(shown, hidden=count_findings(found) - count_findings(shown))
    tell_stale(left.stale, common.baseline)
    code = exit_code(shown, exit_zero=exit_zero)
    return max(code, EXIT_FINDINGS) if left.stale and not exit_zero else code


def _add_noqa(runner: Runner, shown: list[FileResult], reason: str, common: Common) -> int:
    from ssot_lint.commands import noqa  # imports libcst, which other runs may not need

    left = noqa.add_noqa(runner, shown, noqa.check_reason(reason), quiet=common.quiet)
    print_left(left, quiet=common.quiet, color=is_colored(common.color))
    return exit_code(left)


def _checked(
    paths: tuple[str, ...],
    runner: Runner,
    reader: SettingsReader,
    common: Common,
    progress: Progress,
    since: str | None,
) -> tuple[list[FileResult], list[FileResult]]:
    """The results, and those of them that are new since a commit; all, if none is given."""
    if common.is_stdin(paths):
        if since is not None:
            raise click.UsageError("--since compares files, not standard input")
        results = _check_stdin(runner, reader, common)
        return results, results
    found = common.find(paths, reader)
    with progress:
        if since is not None:
            from ssot_lint.commands.comparison import check_since  # no other run needs git

            return check_since(runner, reader, found, since)
        results = list(runner.check_files(found))
        return results, results


def _show_settings(settings: Settings, runner: Runner) -> None:
    from ssot_lint.reports.settings import render_in_force  # no other run needs it

    click.echo(render_in_force(settings, runner.generator_api(settings)), nl=False)


def _settings_for(paths: tuple[str, ...], reader: SettingsReader, common: Common) -> Settings:
    """The settings for the first path. Raises UserError when it is not there."""
    path = paths[0] if paths else "."
    if common.is_stdin(paths):
        return reader.for_file(common.stdin_filename or "-")
    if os.path.isdir(path):
        return reader.for_folder(os.path.abspath(path))
    if not os.path.exists(path):
        raise UserError(f"{path}: no such file or folder")
    return reader.for_file(path)


def _check_stdin(runner: Runner, reader: SettingsReader, common: Common) -> list[FileResult]:
    source = read_stdin()
    if common.leaves_out_stdin(reader):
        return []
    return [runner.check_bytes(source, common.stdin_filename or "-")]
