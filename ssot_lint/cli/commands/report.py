"""`ssot-lint report`."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import datetime, timezone

import click

from ssot_lint.cli.options import Common, common_options, hold_folder, read_given
from ssot_lint.cli.output import EXIT_CLEAN, EXIT_ERROR, EXIT_FINDINGS, is_colored, warn
from ssot_lint.cli.progress import Progress
from ssot_lint.cli.values import Number, PathName
from ssot_lint.config.reader import SettingsReader
from ssot_lint.config.settings import Settings
from ssot_lint.model.errors import UserError
from ssot_lint.reports.compliance import rendering
from ssot_lint.reports.places import repository_path
from ssot_lint.rules.registry import UNKNOWN_GENERATOR_CALL
from ssot_lint.run import files
from ssot_lint.run.campaign.compliance import Compliance, Point, read_history
from ssot_lint.run.discovery.other_makers import find_other_makers
from ssot_lint.run.git.repository import Repository
from ssot_lint.run.runner import Runner

_Render = Callable[[Compliance, Sequence[Point]], str]
# Others are told of later, when these are in the settings.
_MOST_TOLD = 5
_FORMATS: dict[str, _Render] = {
    "table": rendering.render_table,
    "json": rendering.render_json,
    "markdown": rendering.render_markdown,
    "openmetrics": rendering.render_openmetrics,
}


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option("--format", "form", type=click.Choice(sorted([*_FORMATS, "html"])), default="table")
@click.option("--output-file", type=PathName(), metavar="FILE", help="Write the report there.")
@click.option(
    "--fail-under",
    type=Number(0, 100),
    metavar="PERCENT",
    help="Exit with 1 when the share in production code is smaller.",
)
@click.option(
    "--history",
    type=PathName(),
    metavar="FILE",
    help="Append the figures to this file, and show a trend.",
)
@common_options
def report(
    paths: tuple[str, ...],
    *,
    form: str,
    output_file: str | None,
    fail_under: float | None,
    history: str | None,
    common: Common,
) -> int:
    """Tell what share of its ids a code base makes by the generator.

    That is its calls of the generator, divided by these and what OST1xx and OST3xx find. What
    comments suppress and baselines accept counts, too: those ids do not come from the generator
    either. Production code and tests are told apart by their paths in their project; listed are
    files by their paths in the git repository, or from the current folder where there is none.
    """
    if common.is_stdin(paths):
        raise click.UsageError("give files or folders: a share of standard input tells nothing")
    render = _renderer(form)
    # Without a rule about the generator, code that calls it would not be looked at.
    reader = common.reader(UNKNOWN_GENERATOR_CALL)
    before = _read(history) if history is not None else b""
    points = read_history(history or "", before)
    with Progress(hidden=common.quiet) as progress:
        runner = Runner(
            reader, common.run_options(progress, asks_all=hold_folder(paths)), ignore_noqa=True
        )
        listed = common.find(paths, reader, runner.listings)
        results = list(runner.check_files(listed))
    found = Compliance.of(results, lambda path: _is_test(path, reader), repository_path)
    points.append(_point(found))
    if history is not None:
        _append(history, before, points[-1].line())
    text = render(found, points)
    if output_file is not None:
        files.write_report(output_file, click.unstyle(text))
    else:
        click.echo(text, nl=False, color=is_colored(common.color))
    if not common.quiet:
        _tell_other_makers(listed, reader)
    if found.not_analysed:
        return EXIT_ERROR
    percent = found.production.share.percent
    if fail_under is not None and percent is not None and percent < fail_under:
        told = f"ssot-lint: {percent:.2f} % of the ids in production code are generated"
        click.echo(f"{told}, fewer than {fail_under:g} %", err=True)
        return EXIT_FINDINGS
    return EXIT_CLEAN


def _is_test(path: str, reader: SettingsReader) -> bool:
    settings = reader.for_file(path)
    return settings.is_test(settings.relative(path))


def _tell_other_makers(listed: Sequence[str], reader: SettingsReader) -> None:
    """Name classes that make ids, too, of which the settings say nothing."""
    by_root: dict[str, tuple[Settings, list[str]]] = {}
    for path in listed:
        settings = reader.for_file(path)
        by_root.setdefault(str(settings.root), (settings, []))[1].append(path)
    for settings, paths in by_root.values():
        for one in find_other_makers(paths, settings)[:_MOST_TOLD]:
            warn(one.says)


def _renderer(form: str) -> _Render:
    if form != "html":
        return _FORMATS[form]
    try:
        from ssot_lint.reports.compliance.html import (
            render_html,  # needs a package that is an extra
        )
    except ModuleNotFoundError as error:
        install = "pip install 'ssot-lint[html]'"
        raise UserError(f"--format html needs {error.name}: {install}") from None
    return render_html


def _read(name: str) -> bytes:
    """The history so far; nothing where there is none. Raises UserError."""
    return read_given(name) if os.path.exists(name) else b""


def _append(name: str, before: bytes, line: str) -> None:
    """Write the line behind `before`, at one stroke: runs at the same time lose nothing."""
    files.expect_no_way_out(name)
    gap = b"" if before.endswith(b"\n") or not before else b"\n"
    try:
        with open(name, "ab") as stream:
            stream.write(gap + line.encode())
    except OSError as error:
        raise UserError(f"{name}: cannot be written: {error.strerror}") from None


def _point(found: Compliance) -> Point:
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    return Point(now, _commit(), found.production.share, found.tests.share)


def _commit() -> str | None:
    try:
        repository = Repository.around(os.getcwd())
        asked = ("rev-parse", "--verify", "--quiet", "HEAD")
        found = repository.ask(*asked).text if repository is not None else None
    except UserError:  # a history does not need git
        return None
    return (found or "").strip() or None
