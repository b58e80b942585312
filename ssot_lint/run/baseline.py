"""The accepted findings of yesterday: read, written, and held against those of today.

One entry a line and no line numbers, so that two branches that fix different things merge, and
nothing but a fix changes the file. Data, never executed.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property

from ssot_lint.config.disk import read_regular
from ssot_lint.model.errors import UserError
from ssot_lint.model.findings import FileResult, Finding
from ssot_lint.model.identity import Identity
from ssot_lint.rules.registry import FILE_NOT_ANALYSED

FILE_NAME = ".ssot-lint-baseline.json"
_VERSION = 1
# Some 400,000 findings; read, they take ten times the room.
_LARGEST = 64_000_000
_ADVICE = "repair it, or remove it and run `ssot-lint baseline`"

Paths = Callable[[str], str]
"""Gives the path by which a baseline knows a file."""


@dataclass(frozen=True)
class Baseline:
    """How many findings of each identity are accepted."""

    counts: Mapping[Identity, int]

    @classmethod
    def of(cls, results: Iterable[FileResult], relative: Paths) -> Baseline:
        """All findings of some files. That a file could not be analysed is never accepted."""
        found = (finding for result in results for finding in result.findings)
        return cls(Counter(_identity(one, relative) for one in found if _can_be_accepted(one)))

    @classmethod
    def read(cls, path: str) -> Baseline:
        """Raises UserError for what is no baseline, and OSError."""
        content = read_regular(path, _LARGEST)
        try:
            report = json.loads(content)
            version, entries = report["version"], report["findings"]
            if version != _VERSION:
                raise UserError(f"{path}: is of version {version}, this ssot-lint reads {_VERSION}")
            return cls(_counts(entries))
        except (ValueError, TypeError, KeyError, RecursionError):
            raise UserError(f"{path}: is no baseline of ssot-lint; {_ADVICE}") from None

    def text(self) -> str:
        """What is written to the file: sorted, one entry a line, each line ending in a comma."""
        lines = [
            json.dumps([one.path, one.code, one.scope, one.text, count]) + ",\n"
            for one, count in sorted(self.counts.items())
            if count > 0
        ]
        return f'{{"version": {_VERSION}, "findings": [\n{"".join(lines)}null]}}\n'

    @cached_property
    def _by_path(self) -> Mapping[str, Mapping[Identity, int]]:
        found: dict[str, dict[Identity, int]] = {}
        for identity, count in self.counts.items():
            found.setdefault(identity.path, {})[identity] = count
        return found

    def of_file(self, path: str) -> Mapping[Identity, int]:
        """What is accepted in one file."""
        return self._by_path.get(path, {})

    @property
    def paths(self) -> Iterable[str]:
        """The files that it speaks of."""
        return self._by_path.keys()

    def covers(self, findings: Sequence[Finding], path: str) -> list[bool]:
        """Which of a file's findings are accepted: of each identity the first ones."""
        left = Counter(self.of_file(path))
        covered: list[bool] = []
        for finding in findings:
            identity = Identity.of(finding, path)
            covered.append(left[identity] > 0 and _can_be_accepted(finding))
            left[identity] -= 1
        return covered

    def without(self, result: FileResult, relative: Paths) -> FileResult:
        """A file's result without what is accepted."""
        covered = self.covers(result.findings, relative(result.path))
        if not any(covered):
            return result
        pairs = zip(result.findings, covered, strict=True)
        return replace(result, findings=tuple(finding for finding, known in pairs if not known))

    def stale(
        self, results: Iterable[FileResult], relative: Paths, gone: Iterable[str] = ()
    ) -> Counter[Identity]:
        """What is accepted but not there any more, in the given files and in those that are gone.

        Files that could not be analysed say nothing.
        """
        stale: Counter[Identity] = Counter()
        for result in results:
            if result.analysed:
                path = relative(result.path)
                left = Counter(self.of_file(path))
                left.subtract(Identity.of(finding, path) for finding in result.findings)
                stale.update({one: count for one, count in left.items() if count > 0})
        for path in gone:
            stale.update(self.of_file(path))
        return stale

    def renamed(self, paths: Mapping[str, str]) -> Baseline:
        """With other paths for some of its files, which it knew by none of them before."""
        if not paths:
            return self
        counts = self.counts.items()
        return Baseline({replace(i, path=paths.get(i.path, i.path)): count for i, count in counts})

    def lowered_by(self, stale: Counter[Identity]) -> Baseline:
        """Without so many of each identity."""
        return Baseline({one: count - stale[one] for one, count in self.counts.items()})

    def replaced_by(
        self, fresh: Baseline, paths: Iterable[str], codes: AbstractSet[str]
    ) -> Baseline:
        """With what `fresh` says of some files and codes in place of what this one says of them."""
        looked_at = set(paths)
        kept = {
            one: count
            for one, count in self.counts.items()
            if one.path not in looked_at or one.code not in codes
        }
        return Baseline({**kept, **fresh.counts})


def gone_files(baseline: Baseline, root: str, folders: Iterable[str]) -> Iterator[str]:
    """The files of a baseline that lie in the folders, which were searched, but are not there.

    `folders` are absolute paths.
    """
    searched = [os.path.join(os.path.normpath(folder), "") for folder in folders]
    for path in baseline.paths:
        absolute = os.path.normpath(os.path.join(root, path))
        if absolute.startswith(tuple(searched)) and not os.path.lexists(absolute):
            yield path


_Content = tuple[str, str, str]
"""What an identity is but for its path."""
_Holding = dict[str, Counter[_Content]]
"""What files hold, by path."""


def renames(
    known: Baseline,
    found: Mapping[str, Sequence[Finding]],
    codes: AbstractSet[str],
    is_there: Callable[[str], bool],
) -> dict[str, str]:
    """The new paths of files that were renamed, by those that a baseline knows them by.

    `found` are the findings of today, by path; of `codes` alone something is known. A path that is
    not there any more goes with one that the baseline does not speak of where at least half of what
    was accepted is found: with the one that holds just that, else most of it.
    """
    fresh = {path: _contents(found[path]) for path in found if not known.of_file(path)}
    gone: _Holding = {}
    for path in known.paths if any(fresh.values()) else ():
        if not is_there(path):
            counts = known.of_file(path).items()
            gone[path] = Counter({_content(i): n for i, n in counts if i.code in codes})
    names: dict[str, str] = {}
    for pairs in (_alike_by_name, _alike, _similar):
        left = {path: holds for path, holds in gone.items() if holds and path not in names}
        taken = set(names.values())
        new = {path: holds for path, holds in fresh.items() if holds and path not in taken}
        for old, path in pairs(left, new):
            if old not in names and path not in taken:
                names[old] = path
                taken.add(path)
    return names


def _alike_by_name(gone: _Holding, fresh: _Holding) -> Iterator[tuple[str, str]]:
    """Files that hold the same and have the same name in their folders."""
    return _alike(gone, fresh, os.path.basename)


def _alike(
    gone: _Holding, fresh: _Holding, mark: Callable[[str], str] = lambda path: ""
) -> Iterator[tuple[str, str]]:
    """Files that hold the same, in order; a hundred moved files are no ten thousand pairs."""
    waiting: dict[object, list[str]] = {}
    for path in sorted(gone, reverse=True):
        key = frozenset(gone[path].items()), mark(path)
        waiting.setdefault(key, []).append(path)
    for path in sorted(fresh):
        if olds := waiting.get((frozenset(fresh[path].items()), mark(path))):
            yield olds.pop(), path


def _similar(gone: _Holding, fresh: _Holding) -> Iterator[tuple[str, str]]:
    """Files that hold at least half of what is accepted in one, the most alike first."""
    holders: dict[_Content, list[str]] = {}
    for path, holds in gone.items():
        for content in holds:
            holders.setdefault(content, []).append(path)
    pairs: list[tuple[int, bool, str, str]] = []
    for path, holds in fresh.items():
        common: Counter[str] = Counter()
        for content, count in holds.items():
            for old in holders.get(content, ()):
                common[old] += min(count, gone[old][content])
        for old, count in common.items():
            if 2 * count >= gone[old].total():
                is_moved = os.path.basename(old) == os.path.basename(path)
                pairs.append((-count, not is_moved, old, path))
    for *_, old, path in sorted(pairs):
        yield old, path


def _contents(findings: Iterable[Finding]) -> Counter[_Content]:
    return Counter(_content(Identity.of(one, "")) for one in findings if _can_be_accepted(one))


def _content(identity: Identity) -> _Content:
    return identity.code, identity.scope, identity.text


def _can_be_accepted(finding: Finding) -> bool:
    return finding.code != FILE_NOT_ANALYSED


def _identity(finding: Finding, relative: Paths) -> Identity:
    return Identity.of(finding, relative(finding.path))


def _counts(entries: object) -> Mapping[Identity, int]:
    """Raises TypeError and ValueError for what are no entries."""
    counts: dict[Identity, int] = {}
    if not isinstance(entries, list) or entries[-1:] != [None]:
        raise TypeError
    for path, code, scope, text, count in entries[:-1]:
        if not all(isinstance(part, str) for part in (path, code, scope, text)):
            raise TypeError
        if type(count) is not int or count < 1:
            raise ValueError
        identity = Identity(path, code, scope, text)
        # Lines that a merge has kept from both sides: counts may only fall.
        counts[identity] = min(count, counts.get(identity, count))
    return counts
