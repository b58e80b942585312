"""`ssot-lint check`."""

from __future__ import annotations

import os

import click

from ssot_lint.commands.options import Common, common_options, read_stdin
from ssot_lint.commands.output import EXIT_CLEAN, exit_code, is_colored, print_results
from ssot_lint.errors import UserError
from ssot_lint.model import FileResult
from ssot_lint.progress import Progress
from ssot_lint.reports import RENDERERS
from ssot_lint.run import Runner
from ssot_lint.settings import Settings, SettingsReader


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option(
    "--output-format",
    type=click.Choice(sorted(RENDERERS)),
    default="text",
    show_default=True,
    help="text adds the source line on a terminal.",
)
@click.option("--statistics", is_flag=True, help="Show counts per code instead of findings.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 when there are findings.")
@click.option("--ignore-noqa", is_flag=True, help="Report suppressed findings too.")
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
    statistics: bool,
    exit_zero: bool,
    ignore_noqa: bool,
    show_settings: bool,
    common: Common,
) -> int:
    """Check files and folders.

    By default the current folder. A path `-` reads standard input.
    """
    reader = common.reader()
    progress = Progress(hidden=common.quiet)
    runner = Runner(reader, common.run_options(progress), ignore_noqa=ignore_noqa)
    if show_settings:
        _show_settings(_settings_for(paths, reader, common), runner)
        return EXIT_CLEAN
    if common.is_stdin(paths):
        results = _check_stdin(runner, reader, common)
    else:
        found = common.find(paths, reader)
        with progress:
            results = list(runner.check_files(found))
    print_results(
        results,
        output_format,
        statistics=statistics,
        quiet=common.quiet,
        color=is_colored(common.color),
    )
    return exit_code(results, exit_zero=exit_zero)


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
