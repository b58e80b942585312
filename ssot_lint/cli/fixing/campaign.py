"""What `fix` tells of a campaign, and the patches that it makes of one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click

from ssot_lint.config.disk import read_regular
from ssot_lint.config.reader import SettingsReader
from ssot_lint.model.errors import UserError
from ssot_lint.model.findings import FixResult
from ssot_lint.model.wording import plural
from ssot_lint.reports.diff import render_diff
from ssot_lint.reports.places import repository_path
from ssot_lint.run import files
from ssot_lint.run.campaign.naming import prefixes_in
from ssot_lint.run.campaign.owners import Owners
from ssot_lint.run.campaign.patches import FileChange, Patch, by_file, by_rule, write_patches
from ssot_lint.run.campaign.report import CampaignReport
from ssot_lint.run.campaign.uses import Uses
from ssot_lint.run.runner import FixedFile, Runner

Render = Callable[[CampaignReport], str]

_SUFFIXES = {
    ".txt": "text",
    ".json": "json",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
}
_NOBODY = "nobody"


def format_of(path: str) -> str:
    """The format of a report that goes to a file. Raises UserError for a name that tells none."""
    suffix = Path(path).suffix.lower()
    if suffix not in _SUFFIXES:
        raise UserError(f"--report {path}: end its name in .txt, .json, .md or .html")
    return _SUFFIXES[suffix]


def renderer(name: str) -> Render:
    """What writes a report in a format. Raises UserError where an extra is missing."""
    if name == "text":
        from ssot_lint.reports.campaign.text import render_text

        return render_text
    if name == "json":
        from ssot_lint.reports.campaign.json import render_json

        return render_json
    if name == "markdown":
        from ssot_lint.reports.campaign.markdown import render_markdown

        return render_markdown
    try:
        from ssot_lint.reports.campaign.html import render_html  # needs an extra
    except ModuleNotFoundError as error:
        told = f"a report in HTML needs {error.name}: pip install 'ssot-lint[html]'"
        raise UserError(told) from None
    return render_html


def report_of(
    results: Sequence[FixResult],
    changed: Sequence[FixedFile],
    reader: SettingsReader,
    runner: Runner,
    *,
    is_written: bool,
) -> CampaignReport:
    """What fixes did, with `changed` files as they were before."""
    before = {one.path: one.before for one in changed}
    known: set[str] = set()
    for result in results:
        path = result.result.path
        known |= prefixes_in(before.get(path) or _content(path), reader.for_file(path))
    uses = Uses(runner.index)

    def is_test(path: str) -> bool:
        settings = reader.for_file(path)
        return settings.is_test(settings.relative(path))

    return CampaignReport.of(results, uses.of, known, is_test=is_test, is_written=is_written)


def _content(path: str) -> bytes:
    try:
        return read_regular(path)
    except OSError:  # what cannot be read was told of by then
        return b""


def make_patches(
    folder: str,
    changed: Sequence[FixedFile],
    runner: Runner,
    by: str,
    *,
    unsafe: bool,
    quiet: bool,
) -> None:
    """Write the patches of a run into a folder, and tell of them. Raises UserError."""
    changes = [_change(one) for one in changed if one.result.source is not None]
    patches = _parts(changes, runner, by, unsafe=unsafe)
    names = write_patches(folder, patches, _as_patch)
    for name, patch in zip(names, patches, strict=True) if not quiet else ():
        told = f"{patch.title} in {plural(len(patch.changes), 'file')}"
        click.echo(f"{os.path.join(folder, name)}: {told}")


def _parts(changes: Sequence[FileChange], runner: Runner, by: str, *, unsafe: bool) -> list[Patch]:
    if by == "rule":

        def fix_again(path: str, source: bytes, code: str) -> FixResult:
            return runner.fix_again(source, path, code, unsafe=unsafe)

        return by_rule(changes, fix_again)
    if by == "package":
        return by_file(changes, lambda path: repository_path(path).rpartition("/")[0] or ".")
    owners = Owners.read(_top())
    if owners is None:
        raise UserError("--by owner: the repository has no CODEOWNERS file")
    return by_file(changes, lambda path: owners.of(repository_path(path)) or _NOBODY)


def _top() -> str:
    """The root of the repository around the current folder, or that folder."""
    here = os.getcwd()
    inside = repository_path(here)
    depth = 0 if inside in (".", "") else inside.count("/") + 1
    return os.path.normpath(os.path.join(here, *[os.pardir] * depth))


def _change(fixed: FixedFile) -> FileChange:
    return FileChange(
        fixed.path, fixed.before, fixed.result.source or fixed.before, fixed.result.fixed
    )


def _as_patch(change: FileChange) -> bytes:
    return render_diff(repository_path(change.path), change.before, change.after, as_git=True)


def write_reports(paths: Sequence[str], report: CampaignReport) -> None:
    """Write a report to files, each in the format that its name tells. Raises UserError."""
    for path, render in _renderers(paths):
        files.write_report(path, click.unstyle(render(report)))


def _renderers(paths: Sequence[str]) -> Iterator[tuple[str, Render]]:
    for path in paths:
        yield path, renderer(format_of(path))


def expect_reports(paths: Sequence[str], output_format: str | None) -> None:
    """Raise UserError before anything is done, where a report could not be made or written.

    `output_format` is that of standard output; None where that is no report.
    """
    for path, _ in _renderers(paths):
        folder = os.path.dirname(path) or "."
        if not os.path.isdir(folder):
            raise UserError(f"--report {path}: there is no folder {folder}")
    if output_format is not None:
        renderer(output_format)
