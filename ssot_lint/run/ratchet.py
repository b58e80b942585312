"""The baselines of the projects, held against what is found: what is new, and what is gone."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

from ssot_lint.config.paths import relative_path
from ssot_lint.config.reader import SettingsReader
from ssot_lint.config.settings import Settings
from ssot_lint.model.errors import UserError
from ssot_lint.model.findings import FileResult, Finding
from ssot_lint.model.identity import Identity
from ssot_lint.rules.registry import ASKING_OTHERS, CODES, enabled_codes
from ssot_lint.run.baseline import FILE_NAME, Baseline, gone_files, renames


@dataclass(frozen=True)
class Project:
    """A baseline, and what was found in the files that it is about."""

    file: str
    relative: Callable[[str], str]
    """Gives the path by which the baseline knows a file."""
    codes: frozenset[str]
    """Those that are on, and that something is known of."""
    known: Baseline | None
    """None where there is no such file."""
    folders: Sequence[str]
    """Those that were searched."""
    is_there: Callable[[str], bool]
    """Whether there is a file of an absolute path."""
    results: list[FileResult] = field(default_factory=list)

    @cached_property
    def renamed(self) -> Mapping[str, str]:
        """The new paths of files that it knows by paths where nothing is any more."""
        if self.known is None:
            return {}
        folder, codes = folder_of(self.file), self._told_codes
        fresh = {self.relative(one.path): one.findings for one in self.results if one.findings}
        return renames(
            self.known, fresh, codes, lambda path: self.is_there(os.path.join(folder, path))
        )

    @cached_property
    def accepted(self) -> Baseline:
        """What is accepted, by the paths of today."""
        return (self.known or Baseline({})).renamed(self.renamed)

    @cached_property
    def _gone(self) -> tuple[str, ...]:
        """Files that it speaks of, and that are not there any more."""
        return tuple(gone_files(self.accepted, folder_of(self.file), self.folders))

    @cached_property
    def _told_codes(self) -> frozenset[str]:
        """The codes that something is known of: those that are on, and those that no rule has."""
        listed = {one.code for one in self.known.counts} if self.known is not None else set()
        return self.codes | (listed - set(CODES))

    def stale(self) -> Counter[Identity]:
        """What is accepted, but not there any more."""
        stale = self.accepted.stale(self.results, self.relative, self._gone)
        told = self._told_codes
        return Counter({one: count for one, count in stale.items() if one.code in told})

    def pruned(self) -> Baseline:
        """The baseline without what is gone."""
        return self.accepted.lowered_by(self.stale())

    def renewed(self) -> Baseline:
        """The baseline with what is there now in place of what was."""
        fresh = Baseline.of(self.results, self.relative)
        looked_at = [self.relative(result.path) for result in self.results if result.analysed]
        paths = (*looked_at, *self._gone)
        return self.accepted.replaced_by(fresh, paths, self._told_codes)


class Baselines:
    """The baselines of the projects that files belong to, or the one that was given.

    A file that has another path than when it was accepted is known by its findings. Where a run
    `knows_others` not, nothing is known of what only other files tell.
    """

    def __init__(
        self, reader: SettingsReader, given: str | None, *, knows_others: bool = True
    ) -> None:
        self._reader = reader
        self._given = given
        self._told_by_others = frozenset() if knows_others else ASKING_OTHERS
        self._known: dict[str, Baseline | None] = {}
        self._accepted: dict[str, Baseline] = {}
        """By the paths of today, where `follow` has found others."""
        self._is_there: dict[str, bool] = {}
        self._has_gone_files: dict[str, bool] = {}
        """By the baseline's file, whether something it speaks of is not there any more."""

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
            codes, is_there = enabled_codes(own) - self._told_by_others, self._exists
            yield Project(file, _paths_in(file), codes, known, folders, is_there, found)

    @property
    def are_there(self) -> bool:
        """Whether there is any baseline for the files that settings were asked for."""
        files = {self._file(settings) for settings in self._reader.used}
        if self._given is not None:
            files = {self._given}
        return any(self._read(file) is not None for file in files)

    def unknown(self, paths: Iterable[str]) -> list[str]:
        """The files that a baseline may know by another path. Raises UserError."""
        return [path for path in paths if self._may_be_renamed(path)]

    def follow(self, results: Sequence[FileResult]) -> None:
        """Find renamed files by the results of all that `unknown` gave. Raises UserError."""
        for project in self.of(results, ()):
            self._accepted[project.file] = project.accepted

    def spared(self, path: str) -> Callable[[Sequence[Finding]], list[bool]] | None:
        """What tells which findings of a file are accepted. Raises UserError."""
        file = self._file_of(path)
        known, relative = self._now(file), _paths_in(file)(path)
        if known is None or not (own := known.of_file(relative)):
            return None
        return partial(Baseline(own).covers, path=relative)

    def without(self, result: FileResult) -> FileResult:
        """A file's result without what is accepted. Raises UserError."""
        file = self._file_of(result.path)
        known = self._now(file)
        return known.without(result, _paths_in(file)) if known is not None else result

    def without_asking_others(self, result: FileResult) -> FileResult:
        """As `without`, for a file alone: whether it was renamed is told by it, and by no other."""
        (project,) = self.of([result], ())
        return project.accepted.without(result, project.relative)

    def speaks_of(self, path: str) -> bool:
        """Whether some of a file's findings may be accepted. Raises UserError."""
        file = self._file_of(path)
        known = self._read(file)
        is_known = known is not None and bool(known.of_file(_paths_in(file)(path)))
        return is_known or self._may_be_renamed(path)

    def _may_be_renamed(self, path: str) -> bool:
        file = self._file_of(path)
        known = self._read(file)
        if known is None or known.of_file(_paths_in(file)(path)):
            return False
        if file not in self._has_gone_files:
            folder = folder_of(file)
            there = all(self._exists(os.path.join(folder, one)) for one in known.paths)
            self._has_gone_files[file] = not there
        return self._has_gone_files[file]

    def _exists(self, path: str) -> bool:
        if path not in self._is_there:
            self._is_there[path] = os.path.lexists(path)
        return self._is_there[path]

    def _now(self, file: str) -> Baseline | None:
        return self._accepted.get(file) or self._read(file)

    def _file_of(self, path: str) -> str:
        return self._file(self._reader.for_file(path))

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


def folder_of(file: str) -> str:
    """The folder of a baseline, absolute: paths in it begin there."""
    return os.path.dirname(os.path.abspath(file))


def _paths_in(file: str) -> Callable[[str], str]:
    """What gives the path of a file from the folder of a baseline: it may serve many projects."""
    folder = folder_of(file)
    return lambda path: relative_path(os.path.abspath(path), folder)


@dataclass(frozen=True)
class Ratchet:
    """The findings that are not in a baseline, and what the baselines list in vain."""

    results: list[FileResult]
    stale: Mapping[str, Counter[Identity]] = field(default_factory=dict)
    """By the baseline's file."""


def ratchet(baselines: Baselines, results: Sequence[FileResult], folders: Sequence[str]) -> Ratchet:
    """Hold results against the baselines. `folders` are those that were searched."""
    if not baselines.are_there:
        return Ratchet(list(results))
    left: dict[str, FileResult] = {}
    stale: dict[str, Counter[Identity]] = {}
    for project in baselines.of(results, folders):
        if project.known is None:
            continue
        if found := project.stale():
            stale[project.file] = found
        for result in project.results:
            left[result.path] = project.accepted.without(result, project.relative)
    return Ratchet([left.get(result.path, result) for result in results], stale)
