"""`ssot-lint baseline`, and what other commands tell about the baselines of the projects."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import click

from ssot_lint.cli.options import Common, common_options, hold_folder
from ssot_lint.cli.output import EXIT_CLEAN, EXIT_ERROR, warn
from ssot_lint.cli.progress import Progress
from ssot_lint.config.settings import SECTION, Settings
from ssot_lint.model.errors import UserError, printable
from ssot_lint.model.findings import FileResult
from ssot_lint.model.identity import Identity
from ssot_lint.model.wording import plural
from ssot_lint.rules.registry import FILE_NOT_ANALYSED
from ssot_lint.run import files
from ssot_lint.run.baseline import Baseline
from ssot_lint.run.ratchet import Baselines, Project, folder_of, read_baseline
from ssot_lint.run.runner import Runner

_SHOWN = 5
_ADVICE = "name the file behind it by --baseline"


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option(
    "--prune", is_flag=True, help="Take out what is gone, and accept nothing that is new."
)
@common_options
def baseline(paths: tuple[str, ...], *, prune: bool, common: Common) -> int:
    """Accept the findings of today: `check` then reports only what comes on top.

    They go into .ssot-lint-baseline.json at the root of the project, by file, function and code
    at fault, without line numbers. Of files that are not given, by default all in the current
    folder, nothing is changed there.
    """
    if common.is_stdin(paths):
        raise click.UsageError("give files or folders: standard input has no findings to accept")
    reader = common.reader()
    with Progress(hidden=common.quiet) as progress:
        runner = Runner(reader, common.run_options(progress, asks_all=hold_folder(paths)))
        results = list(runner.check_files(common.find(paths, reader, runner.listings)))
    baselines = Baselines(reader, common.baseline, knows_others=runner.knows_others)
    for project in baselines.of(results, searched_folders(paths)):
        if common.baseline is None:
            files.expect_inside(project.file, [folder_of(project.file)], _ADVICE)
        told = _updated(project, prune=prune)
        if not common.quiet:
            click.echo(printable(told))
    for result in results:
        if not result.analysed and not common.quiet:
            warn(_not_accepted(result.path, reader.for_file(result.path)))
    return EXIT_CLEAN if all(result.analysed for result in results) else EXIT_ERROR


def _not_accepted(path: str, settings: Settings) -> str:
    """That a file cannot be accepted, which would hide all that comes, and what else to do."""
    code = FILE_NOT_ANALYSED
    name = json.dumps(settings.relative(path), ensure_ascii=False)
    advice = f'to ignore that, set per-file-ignores = {{ {name} = ["{code}"] }} in [{SECTION}]'
    return f"{path}: was not analysed, so nothing is accepted there; {advice}"


def _updated(project: Project, *, prune: bool) -> str:
    """Write a baseline, and tell what it accepts now. Raises UserError."""

    def expect_unchanged() -> None:
        if read_baseline(project.file) != known:
            raise UserError(f"{project.file}: changed while it was being written; run again")

    with files.in_turn(folder_of(project.file)):
        # Another run may have written it since this one has read it.
        known = read_baseline(project.file)
        project = replace(project, known=known)
        after = project.pruned() if prune else project.renewed()
        if known is not None or after.counts:
            files.write_report(project.file, after.text(), expect_unchanged)
        elif not after.counts:
            return f"{os.path.relpath(project.file)}: not written, as there is nothing to accept"
    return _told(project, after)


def _told(project: Project, after: Baseline) -> str:
    old, new = Counter(project.accepted.counts), Counter(after.counts)
    added, removed = (new - old).total(), (old - new).total()
    told = f"{os.path.relpath(project.file)}: {(+new).total()} accepted (+{added} -{removed})"
    return f"{told}, {plural(len(project.renamed), 'file')} renamed" if project.renamed else told


no_baseline_option = click.option(
    "--no-baseline", is_flag=True, help="Treat accepted findings as all others."
)


def searched_folders(paths: Sequence[str]) -> list[str]:
    """The folders among paths that were given, absolute; the current one when none was."""
    return [os.path.abspath(path) for path in paths or (".",) if os.path.isdir(path)]


def tell_stale(stale: Mapping[str, Counter[Identity]], given: str | None) -> None:
    """Say which accepted findings are gone, and what to do about them.

    `given` is the baseline that was named on the command line.
    """
    command = "ssot-lint baseline --prune" + (f" --baseline {given}" if given else "")
    for file, found in stale.items():
        count = found.total()
        gone = plural(count, "accepted finding") + (" is gone" if count == 1 else " are gone")
        told = f"{os.path.relpath(file)}: {gone}; run `{command}`"
        click.echo(f"ssot-lint: {printable(told)}", err=True)
        for one in sorted(found)[:_SHOWN]:
            place = f"{one.path}: {one.code} in {one.scope or 'the module'}: {one.text}"
            click.echo(f"  {printable(place)}", err=True)
        if len(found) > _SHOWN:
            click.echo(f"  ... and {len(found) - _SHOWN} more", err=True)


def count_findings(results: Sequence[FileResult]) -> int:
    """How many findings there are in all."""
    return sum(len(result.findings) for result in results)


def common_findings(one: Sequence[FileResult], other: Sequence[FileResult]) -> list[FileResult]:
    """The results of the same files with the findings that stand in both."""
    found: list[FileResult] = []
    for first, second in zip(one, other, strict=True):
        kept = set(second.findings)
        found.append(replace(first, findings=tuple(f for f in first.findings if f in kept)))
    return found
