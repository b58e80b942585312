"""`ssot-lint baseline`, and what other commands do with the baselines of the projects."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

import click

from ssot_lint import files
from ssot_lint.baseline import FILE_NAME, Baseline, gone_files
from ssot_lint.commands.options import Common, common_options
from ssot_lint.commands.output import EXIT_CLEAN, EXIT_ERROR, warn
from ssot_lint.errors import UserError, printable
from ssot_lint.identity import Identity
from ssot_lint.model import FileResult, Finding
from ssot_lint.paths import relative_path
from ssot_lint.progress import Progress
from ssot_lint.reports.text import plural
from ssot_lint.run import Runner
from ssot_lint.screens import CODES, FileNotAnalysedScreen, enabled_codes
from ssot_lint.settings import SECTION, Settings, SettingsReader

_SHOWN = 5
_ADVICE = "give that file by --baseline"


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
        runner = Runner(reader, common.run_options(progress))
        results = list(runner.check_files(common.find(paths, reader)))
    for project in Projects(reader, common.baseline).of(results, searched_folders(paths)):
        if common.baseline is None:
            files.expect_inside(project.file, [_folder_of(project.file)], _ADVICE)
        before, after = _updated(project, prune=prune)
        if not common.quiet:
            click.echo(_told(project.file, before, after))
    for result in results:
        if not result.analysed and not common.quiet:
            warn(_not_accepted(result.path, reader.for_file(result.path)))
    return EXIT_CLEAN if all(result.analysed for result in results) else EXIT_ERROR


def _not_accepted(path: str, settings: Settings) -> str:
    """That a file cannot be accepted, which would hide all that comes, and what else to do."""
    code = FileNotAnalysedScreen.code
    name = json.dumps(settings.relative(path), ensure_ascii=False)
    advice = f'repair it, or set per-file-ignores = {{ {name} = ["{code}"] }} in [{SECTION}]'
    return f"{path}: was not analysed; nothing is accepted there: {advice}"


def _updated(project: Project, *, prune: bool) -> tuple[Baseline, Baseline]:
    """Write a baseline: what it accepted, and what it accepts now. Raises UserError."""

    def expect_unchanged() -> None:
        if read_baseline(project.file) != known:
            raise UserError(f"{project.file}: changed while it was being written; run again")

    with files.in_turn(_folder_of(project.file)):
        # Another run may have written it since this one has read it.
        known = read_baseline(project.file)
        project = replace(project, known=known)
        after = project.pruned() if prune else project.renewed()
        if known is not None or after.counts:
            files.write_report(project.file, after.text(), expect_unchanged)
        return known or Baseline({}), after


def _told(file: str, before: Baseline, after: Baseline) -> str:
    old, new = Counter(before.counts), Counter(after.counts)
    added, removed = (new - old).total(), (old - new).total()
    return f"{os.path.relpath(file)}: {(+new).total()} accepted (+{added} -{removed})"


no_baseline_option = click.option(
    "--no-baseline", is_flag=True, help="Treat accepted findings as all others."
)


@dataclass(frozen=True)
class Project:
    """A baseline, and what was found in the files that it is about."""

    file: str
    relative: Callable[[str], str]
    """Gives the path by which the baseline knows a file."""
    codes: frozenset[str]
    """Those that are on."""
    known: Baseline | None
    """None where there is no such file."""
    folders: Sequence[str]
    """Those that were searched."""
    results: list[FileResult] = field(default_factory=list)

    @cached_property
    def _gone(self) -> tuple[str, ...]:
        """Files that it speaks of, and that are not there any more."""
        if self.known is None:
            return ()
        return tuple(gone_files(self.known, _folder_of(self.file), self.folders))

    @cached_property
    def _told_codes(self) -> frozenset[str]:
        """The codes that something is known of: those that are on, and those that no rule has."""
        listed = {one.code for one in self.known.counts} if self.known is not None else set()
        return self.codes | (listed - set(CODES))

    def stale(self) -> Counter[Identity]:
        """What is accepted, but not there any more."""
        if self.known is None:
            return Counter()
        stale = self.known.stale(self.results, self.relative, self._gone)
        told = self._told_codes
        return Counter({one: count for one, count in stale.items() if one.code in told})

    def pruned(self) -> Baseline:
        """The baseline without what is gone."""
        return (self.known or Baseline({})).lowered_by(self.stale())

    def renewed(self) -> Baseline:
        """The baseline with what is there now in place of what was."""
        fresh = Baseline.of(self.results, self.relative)
        looked_at = [self.relative(result.path) for result in self.results if result.analysed]
        paths = (*looked_at, *self._gone)
        return (self.known or Baseline({})).replaced_by(fresh, paths, self._told_codes)


class Projects:
    """The baselines of the projects that files belong to, or the one that was given."""

    def __init__(self, reader: SettingsReader, given: str | None) -> None:
        self._reader = reader
        self._given = given
        self._known: dict[str, Baseline | None] = {}

    def of(self, results: Sequence[FileResult], folders: Sequence[str]) -> Iterator[Project]:
        """Each project with its results. `folders` are those that were searched."""
        grouped: dict[str, list[FileResult]] = {}
        settings: dict[str, Settings] = {}
        for folder in folders:  # one in which nothing is left may still have a baseline
            own = self._reader.for_folder(folder)
            settings.setdefault(self._file(own), own)
        by_folder: dict[str, str] = {}
        for result in results:
            folder = os.path.dirname(result.path)
            if folder not in by_folder:
                own = self._reader.for_file(result.path)
                by_folder[folder] = self._file(own)
                settings.setdefault(by_folder[folder], own)
            grouped.setdefault(by_folder[folder], []).append(result)
        for file, own in settings.items():
            known, found = self._read(file), grouped.get(file, [])
            yield Project(file, _paths_in(file), enabled_codes(own), known, folders, found)

    @property
    def are_there(self) -> bool:
        """Whether there is any baseline for the files that settings were asked for."""
        files = {self._file(settings) for settings in self._reader.used}
        if self._given is not None:
            files = {self._given}
        return any(self._read(file) is not None for file in files)

    def spared(self, path: str) -> Callable[[Sequence[Finding]], list[bool]] | None:
        """What tells which findings of a file are accepted. Raises UserError."""
        file = self._file(self._reader.for_file(path))
        known, relative = self._read(file), _paths_in(file)(path)
        if known is None or not (own := known.of_file(relative)):
            return None
        return partial(Baseline(own).covers, path=relative)

    def without(self, result: FileResult) -> FileResult:
        """A file's result without what is accepted. Raises UserError."""
        file = self._file(self._reader.for_file(result.path))
        known = self._read(file)
        return known.without(result, _paths_in(file)) if known is not None else result

    def _file(self, settings: Settings) -> str:
        return self._given or os.path.join(settings.root, FILE_NAME)

    def _read(self, file: str) -> Baseline | None:
        if file not in self._known:
            self._known[file] = read_baseline(file)
        return self._known[file]


def read_baseline(file: str) -> Baseline | None:
    """The baseline of that name; None where there is none. Raises UserError."""
    try:
        return Baseline.read(file)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UserError(f"{file}: cannot be read: {error.strerror}") from None


def _folder_of(file: str) -> str:
    return os.path.dirname(os.path.abspath(file))


def _paths_in(file: str) -> Callable[[str], str]:
    """What gives the path of a file from the folder of a baseline: it may serve many projects."""
    folder = _folder_of(file)
    return lambda path: relative_path(os.path.abspath(path), folder)


@dataclass(frozen=True)
class Ratchet:
    """The findings that are not in a baseline, and what the baselines list in vain."""

    results: list[FileResult]
    stale: Mapping[str, Counter[Identity]] = field(default_factory=dict)
    """By the baseline's file."""


def searched_folders(paths: Sequence[str]) -> list[str]:
    """The folders among paths that were given, absolute; the current one when none was."""
    return [os.path.abspath(path) for path in paths or (".",) if os.path.isdir(path)]


def ratchet(projects: Projects, results: Sequence[FileResult], folders: Sequence[str]) -> Ratchet:
    """Hold results against the baselines. `folders` are those that were searched."""
    if not projects.are_there:
        return Ratchet(list(results))
    left: dict[str, FileResult] = {}
    stale: dict[str, Counter[Identity]] = {}
    for project in projects.of(results, folders):
        if project.known is None:
            continue
        if found := project.stale():
            stale[project.file] = found
        for result in project.results:
            left[result.path] = project.known.without(result, project.relative)
    return Ratchet([left.get(result.path, result) for result in results], stale)


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
