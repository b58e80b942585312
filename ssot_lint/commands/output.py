"""What commands print, and how they end."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from ssot_lint.errors import printable
from ssot_lint.model import FileResult
from ssot_lint.reports import RENDERERS, Renderer
from ssot_lint.reports.json import render_json_statistics
from ssot_lint.reports.text import render_statistics, render_summary

EXIT_CLEAN, EXIT_FINDINGS, EXIT_ERROR = 0, 1, 2


def print_results(
    results: Sequence[FileResult],
    output_format: str,
    *,
    quiet: bool,
    color: bool,
    statistics: bool = False,
    summary: bool = True,
    err: bool = False,
) -> None:
    """Print findings, or with `statistics` their counts; with `err` on standard error."""
    if not quiet:
        for warning in (w for result in results for w in result.warnings):
            warn(warning)
    if statistics and output_format == "json":
        click.echo(render_json_statistics(results), nl=False)
    elif statistics:
        click.echo(render_statistics(results), nl=False, color=color)
    else:
        if output_format == "text" and not (color or _on_terminal()):
            output_format = "concise"
        render: Renderer = RENDERERS[output_format]
        click.echo(render(results), nl=False, color=color, err=err)
    if summary and not quiet and output_format != "json":
        click.echo(render_summary(results), nl=False)


def warn(message: str) -> None:
    """Print a warning, in one line."""
    click.echo(f"ssot-lint: warning: {printable(message)}", err=True)


def is_colored(choice: str) -> bool:
    """Whether `--color` asks for colours here."""
    if choice == "auto":
        return _on_terminal() and not os.environ.get("NO_COLOR")
    return choice == "always"


def _on_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def exit_code(results: Sequence[FileResult], *, exit_zero: bool = False) -> int:
    """2 when a file was not analysed, 1 when there are findings, else 0."""
    if not all(result.analysed for result in results):
        return EXIT_ERROR
    found = any(result.findings for result in results)
    return EXIT_FINDINGS if found and not exit_zero else EXIT_CLEAN
