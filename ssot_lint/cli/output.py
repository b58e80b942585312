"""What commands print, and how they end."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import click

from ssot_lint.model.errors import printable
from ssot_lint.model.findings import FileResult, fails
from ssot_lint.reports import FOR_PROGRAMS, renderer
from ssot_lint.reports.findings.terminal import render_text
from ssot_lint.reports.findings.text import render_plain, render_statistics, render_summary
from ssot_lint.run import files

EXIT_CLEAN, EXIT_FINDINGS, EXIT_ERROR = 0, 1, 2

_FEW = 10
"""Findings whose fixes a terminal shows at once: about a screen."""


@dataclass(frozen=True)
class Output:
    """Where findings go, and how they are written."""

    format: str
    file: str | None = None
    """A file for them; None is standard output."""
    copies: Mapping[str, str] = field(default_factory=dict)
    """Formats of more copies, each with its file."""
    statistics: bool = False
    quiet: bool = False
    color: bool = False
    show_diff: bool | None = None
    """Whether what fixes would change is shown; None: on a terminal, where that is little."""

    def write(self, results: Sequence[FileResult], *, hidden: int = 0) -> None:
        """Write all that is asked for; `hidden` findings are left out of it, as known before.

        Raises UserError for a file that cannot be written.
        """
        if not self.quiet:
            _warn_of(results)
        for name, path in self.copies.items():
            files.write_report(path, renderer(name)(results))
        text = self._rendered(results)
        if self.file is not None:
            files.write_report(self.file, click.unstyle(text))
        else:
            click.echo(text, nl=False, color=self.color)
        if self.format == "github":
            _append_step_summary(results)
        if not self.quiet and (self.file is not None or self.format not in FOR_PROGRAMS):
            click.echo(render_summary(results, hidden=hidden), nl=False)

    def _rendered(self, results: Sequence[FileResult]) -> str:
        if self.statistics and self.format == "json":
            from ssot_lint.reports.findings.json import render_json_statistics

            return render_json_statistics(results)
        if self.statistics:
            return render_statistics(results)
        is_shown = self.color or (self.file is None and _on_terminal())
        if self.format == "text" and (is_shown or self.show_diff):
            return render_text(results, show_diff=self._shows_diff(results))
        if self.format in ("text", "concise") and not is_shown:
            return render_plain(results)
        return renderer(self.format)(results)

    def _shows_diff(self, results: Sequence[FileResult]) -> bool:
        if self.show_diff is not None:
            return self.show_diff
        return sum(len(result.findings) for result in results) <= _FEW


def print_left(
    results: Sequence[FileResult], *, quiet: bool, color: bool, err: bool = False
) -> None:
    """Print what fixes left; with `err` on standard error."""
    if not quiet:
        _warn_of(results)
    name = "text" if color or _on_terminal() else "concise"
    click.echo(renderer(name)(results), nl=False, color=color, err=err)


def _warn_of(results: Sequence[FileResult]) -> None:
    """Print the remarks about files that are no findings."""
    for result in results:
        for warning in result.warnings:
            warn(warning)


def _append_step_summary(results: Sequence[FileResult]) -> None:
    """Tell GitHub what to show below the run, where it says in which file."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    from ssot_lint.reports.findings.github import render_step_summary

    try:
        with open(path, "a", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(render_step_summary(results))
    except OSError as error:
        warn(f"{path}: the step summary cannot be written: {error.strerror}")


def echo_source(text: bytes) -> None:
    """Print a diff or a source: byte by byte to a file or a program, without harm to a terminal."""
    if not _on_terminal():
        click.echo(text, nl=False)
        return
    from ssot_lint.reports.diff import for_terminal

    click.echo(for_terminal(text), nl=False)


def echo_diff(text: bytes) -> None:
    """Print a diff. In a log of GitHub's, no line of it is a command; `git apply` passes that over.

    https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    if text and os.environ.get("GITHUB_ACTIONS") == "true" and not _on_terminal():
        word = os.urandom(16).hex().encode()  # which no diff can know
        text = b"::stop-commands::%b\n%b::%b::\n" % (word, text, word)
    echo_source(text)


def warn(message: str) -> None:
    """Print a warning, in one line."""
    click.echo(f"ssot-lint: warning: {printable(message)}", err=True)


def warn_each(messages: Iterable[str]) -> None:
    """Print warnings, each in one line."""
    for message in messages:
        warn(message)


def complain(message: str) -> None:
    """Print an error that does not end the run, in one line."""
    click.echo(f"ssot-lint: error: {printable(message)}", err=True)


def is_colored(choice: str) -> bool:
    """Whether `--color` asks for colours here."""
    if choice == "auto":
        return _on_terminal() and not os.environ.get("NO_COLOR")
    return choice == "always"


def _on_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def exit_code(results: Sequence[FileResult], *, exit_zero: bool = False) -> int:
    """2 when a file was not analysed, 1 when there are findings but for warnings, else 0."""
    if not all(result.analysed for result in results):
        return EXIT_ERROR
    return EXIT_FINDINGS if fails(results) and not exit_zero else EXIT_CLEAN
