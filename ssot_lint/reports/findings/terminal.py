"""Findings by file for terminals: what is wrong, the code, and what fixes would make of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import click

from ssot_lint.fixes.changes import changes_of
from ssot_lint.model.errors import printable
from ssot_lint.model.findings import FileResult, Finding, Fix, LineChange
from ssot_lint.model.sentences import Sentences, sentences_of
from ssot_lint.reports.findings.text import mark_of


def render_text(results: Sequence[FileResult], *, show_diff: bool = False) -> str:
    """Each file with its findings, and a mark below the code of each; then a blank line. Styled.

    With `show_diff`, what its fix changes stands in the place of the code. What was said in a file
    already is not said again.
    """
    return "".join(f"{_Group(result, show_diff).text}\n" for result in results if result.findings)


@dataclass
class _Group:
    """A file with its findings."""

    result: FileResult
    show_diff: bool
    _rows: dict[tuple[str, Sentences], int] = field(default_factory=dict)
    """Where messages stand that stand above."""
    _said: set[Hashable] = field(default_factory=set)
    """Sentences and changes that stand above."""

    @property
    def text(self) -> str:
        told = [
            line
            for finding in self.result.findings
            for line in (*self._sentences(finding), *self._code(finding))
        ]
        path = click.style(printable(self.result.path), bold=True)
        return "\n".join([path, *told]) + "\n"

    @cached_property
    def _width(self) -> int:
        """Of places, and of what stands below them."""
        return max(len(_place(finding)) for finding in self.result.findings)

    def _sentences(self, finding: Finding) -> Iterator[str]:
        sentences = sentences_of(finding.message)
        above = self._rows.setdefault((finding.code, sentences), finding.location.row)
        told, why = f"the same as on line {above}", ""
        if above == finding.location.row:
            told, why = self._fresh(finding.code, sentences), sentences.why
        place = click.style(f"{_place(finding):>{self._width}}", fg="cyan")
        code = click.style(finding.code, fg="red", bold=True)
        yield f"  {place}  {code} {mark_of(finding)}{printable(told)}".rstrip()
        if why:
            yield f"  {'':>{self._width}}  {printable(why)}"

    def _fresh(self, code: str, sentences: Sentences) -> str:
        """What is wrong, unless that stands above, and what to write instead."""
        problem, advice = sentences.problem, sentences.advice
        if advice and not self._is_fresh((code, problem)):
            return advice
        return f"{problem}; {advice}" if advice else problem

    def _is_fresh(self, what: Hashable) -> bool:
        is_fresh = what not in self._said
        self._said.add(what)
        return is_fresh

    def _code(self, finding: Finding) -> list[str]:
        """The code at fault, or what becomes of it."""
        lines = dict(self.result.lines)
        changes = self._changes(finding.fix, lines) if finding.fix and self.show_diff else []
        shown = [self._row(change.row, change.sign, change.line) for change in changes]
        if any(change.row == finding.location.row for change in changes):
            return shown
        return [*self._excerpt(finding, lines), *shown]

    def _changes(self, fix: Fix, lines: dict[int, str]) -> list[LineChange]:
        """What the fix changes, without what an earlier one of the file changes in the same way."""
        return [
            change
            for hunk in changes_of(fix.edits, lines)
            if self._is_fresh(hunk)
            for change in hunk
        ]

    def _row(self, row: int | None, sign: str, line: str) -> str:
        number = click.style(f"{row or '':>{self._width}}", fg="cyan")
        color = {"-": "red", "+": "green"}[sign]
        return f"  {number} {click.style(f'{sign} {printable(line)}'.rstrip(), fg=color)}"

    def _excerpt(self, finding: Finding, lines: dict[int, str]) -> list[str]:
        """The source line, and carets below the finding's part of it."""
        row = finding.location.row
        if row not in lines:
            return []
        line = lines[row]
        start = finding.location.column - 1
        same_row = finding.end_location.row == row
        end = finding.end_location.column - 1 if same_row else len(line.rstrip())
        before, marked = line[:start], line[start:end] or " "
        cut = len(before) - len(before.lstrip())
        shown = printable(line[cut:].expandtabs(4).rstrip())
        space = _columns(printable(before[cut:].expandtabs(4)))
        carets = "^" * max(_columns(printable(marked.expandtabs(4))), 1)
        bar = click.style("|", fg="cyan")
        return [
            f"  {click.style(f'{row:>{self._width}}', fg='cyan')} {bar} {shown}",
            f"  {'':>{self._width}} {bar} {' ' * space}{click.style(carets, fg='red')}",
        ]


def _place(finding: Finding) -> str:
    return f"{finding.location.row}:{finding.location.column}"


def _columns(text: str) -> int:
    """Columns that a terminal gives the text."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )
