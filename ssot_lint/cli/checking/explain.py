"""`check --explain FILE:LINE`: the way of the ids of a line through a project."""

from __future__ import annotations

import os
import re

import click

from ssot_lint.cli.options import Common
from ssot_lint.cli.output import EXIT_CLEAN
from ssot_lint.cli.progress import Progress
from ssot_lint.fixes.refusal import Place
from ssot_lint.model.errors import UserError, printable
from ssot_lint.run import files
from ssot_lint.run.runner import Runner

_PLACE = re.compile(r"(?P<path>.+?):(?P<row>\d{1,9})(?::\d+)?:?", re.DOTALL)


def explain(place: str, common: Common) -> int:
    """Print it; what is found on the line stands in front.

    `place` is FILE:LINE, or what a report has of it: FILE:LINE:COLUMN. Raises UserError.
    """
    path, row = _parsed(place)
    progress = Progress(hidden=common.quiet)
    runner = Runner(common.reader(), common.run_options(progress, asks_all=True))
    with progress:
        traces = runner.traces(path, row)
        result = runner.check_bytes(files.read(path), path)
    found = [finding for finding in result.findings if finding.location.row == row]
    for finding in found:
        start = finding.location
        at = f"{path}:{start.row}:{start.column}"
        click.echo(printable(f"{at}: {finding.code} {finding.message}"))
    for trace in traces:
        click.echo("\n".join(_lines(trace)))
    if not (found or traces):
        click.echo(f"{path}:{row}: no id is made or read here")
    return EXIT_CLEAN


def _parsed(place: str) -> tuple[str, int]:
    match = _PLACE.fullmatch(place)
    if match is None or int(match["row"]) < 1:
        raise click.UsageError(f"--explain {place}: write FILE:LINE, as `app/runs.py:12`")
    path, row = match["path"], int(match["row"])
    try:
        rows = files.read(path).count(b"\n") + 1
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from None
    if row > rows:
        raise UserError(f"{path}: has no line {row}; it ends on line {rows}")
    return path, row


def _lines(trace: tuple[Place, ...]) -> list[str]:
    """One line for each place; files from the current folder on."""
    first, *others = trace
    lines = [_line(first)]
    lines += [f"  {_line(place)}" for place in others]
    if not others:
        lines.append("  nothing that the project does with it is known")
    return lines


def _line(place: Place) -> str:
    return printable(f"{os.path.relpath(place.path)}:{place.row}:{place.column}: {place.says}")
