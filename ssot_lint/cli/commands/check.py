"""`ssot-lint check`."""

from __future__ import annotations

import os
from collections.abc import Callable

import click

from ssot_lint.cli.checking.task import Round, Task
from ssot_lint.cli.commands.baseline import no_baseline_option
from ssot_lint.cli.options import Common, common_options
from ssot_lint.cli.output import (
    EXIT_CLEAN,
    EXIT_ERROR,
    Output,
    exit_code,
    is_colored,
    print_left,
    warn_each,
)
from ssot_lint.cli.values import PathName
from ssot_lint.config.reader import SettingsReader
from ssot_lint.config.settings import Settings
from ssot_lint.model.errors import UserError
from ssot_lint.reports import FORMATS


def _copies(command: Callable[..., int]) -> Callable[..., int]:
    """An option for each format of which a copy can be had beside the output."""
    for name in ("junit", "gitlab", "json", "sarif"):
        help_text = f"Write the findings there, too, as {name}."
        option = click.option(f"--{name}-output", type=PathName(), metavar="FILE", help=help_text)
        command = option(command)
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
    help="text is grouped by file on a terminal, with the code.",
)
@click.option(
    "--show-diff/--no-show-diff",
    default=None,
    help="Show what fixes would change.  [default: on a terminal, where that is little]",
)
@click.option(
    "--output-file",
    type=PathName(),
    metavar="FILE",
    help="Write the findings there, not to the output.",
)
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
    "--explain",
    metavar="FILE:LINE",
    help="Show where the ids of a line go in all files of the project, and what is done to them.",
)
@click.option("--watch", is_flag=True, help="Check again what changes, until Ctrl-C.")
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
    show_diff: bool | None,
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
    explain: str | None,
    watch: bool,
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
        show_diff=show_diff,
    )
    if show_diff and (output_format != "text" or statistics):
        raise click.UsageError("--show-diff goes with --output-format text")
    if add_noqa is not None and (ignore_noqa or common.is_stdin(paths)):
        raise click.UsageError("--add-noqa goes with files, and without --ignore-noqa")
    if explain is not None:
        if paths or watch or add_noqa is not None:
            raise click.UsageError("--explain goes alone")
        return _explain(explain, common)
    if show_settings:
        _show_settings(paths, common)
        return EXIT_CLEAN
    task = Task(paths, common, output, since, ignore_noqa, no_baseline, exit_zero)
    if watch:
        if common.is_stdin(paths) or add_noqa is not None:
            raise click.UsageError("--watch goes with files, and without --add-noqa")
        return _watch(task)
    if add_noqa is not None:
        return _add_noqa(task, add_noqa)
    return task.run()


def _watch(task: Task) -> int:
    try:
        from ssot_lint.cli.checking.watch import watch  # needs a package that is an extra
    except ModuleNotFoundError as error:
        install = "pip install 'ssot-lint[watch]'"
        raise UserError(f"--watch needs {error.name}: {install}") from None
    return watch(task)


def _explain(place: str, common: Common) -> int:
    from ssot_lint.cli.checking.explain import explain  # no other run needs it

    return explain(place, common)


def _add_noqa(task: Task, reason: str) -> int:
    from ssot_lint.cli import add_noqa  # imports libcst, which other runs may not need

    quiet = task.common.quiet
    given = task.paths or (".",)
    now = Round.of(task)
    _, _, shown = now.findings()
    if not quiet:
        warn_each(now.runner.warnings())
    left, written = add_noqa.add_noqa(
        now.runner, shown, given, add_noqa.check_reason(reason), quiet=quiet
    )
    print_left(left, quiet=quiet, color=is_colored(task.common.color))
    return exit_code(left) if written else EXIT_ERROR


def _show_settings(paths: tuple[str, ...], common: Common) -> None:
    from ssot_lint.ids.generator.reading import read_generator_api  # no other run needs these
    from ssot_lint.reports.shown_settings import render_in_force

    settings = _settings_for(paths, common.reader(), common)
    click.echo(render_in_force(settings, read_generator_api(settings)), nl=False)


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
