"""Many files: settings for each, one result for each, in the order given."""

from __future__ import annotations

import ast
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

from ssot_lint.config.disk import digest
from ssot_lint.config.reader import SettingsReader
from ssot_lint.model.errors import UserError, internal_error
from ssot_lint.model.findings import FileResult, Finding, FixResult
from ssot_lint.run import files
from ssot_lint.run.facts.knowledge import Knowledge
from ssot_lint.run.processes.limits import TimeIsUp, rare_collections, time_limit
from ssot_lint.run.projects import Folders, OpenStores, Projects, stamp_of
from ssot_lint.run.store.lines import Stamp

if TYPE_CHECKING:
    from ssot_lint.engine.analyzer import Spares
    from ssot_lint.engine.checker import Checker
    from ssot_lint.fixes.refusal import Place
    from ssot_lint.project.index import Index
    from ssot_lint.run.processes.pool import Lost

    Spared = Callable[[str], Spares | None]

# A chunk is big enough that sending it costs nothing beside its work, and small enough that all
# processes end at about the same time.
_CHUNK_BYTES = 256_000
# With less than this to look at, one process is done before others have started.
_WORTH_SPLITTING = 400_000
_WORTH_STARTING = 4_000_000
# A file with more is left to another process, be it alone: in this one, the time that Python's own
# parser takes could not be cut short.
_WORTH_WATCHING = 4_000_000
# How often the fixes of a project are planned anew with what they make of its other files.
_ROUNDS = 3
# How much longer than the limit for a file a process may be silent: it may have to start first.
_PATIENCE = 2


@dataclass(frozen=True)
class Options:
    """How a run goes about its work.

    `cache_dir` is the folder for all results; without it each project has its own. A file that
    takes longer than `timeout` seconds, which `timeout_option` sets, is given up; 0 is no limit.
    `progress` is told how many files are done of how many, `warn` what went wrong and was made
    good.
    """

    jobs: int = 1
    use_cache: bool = False
    cache_dir: Path | None = None
    timeout: float = 120
    timeout_option: str = "--timeout"
    asks_all: bool = False
    """Whether all files of the project are read for what they say of ids, where they have changed.

    Otherwise what the last such run has left behind decides, and each file's own evidence.
    """
    listings: files.Listings = field(default_factory=files.Listings)
    progress: Callable[[int, int], None] = lambda done, total: None
    warn: Callable[[str], None] = lambda message: None


@dataclass(frozen=True, slots=True)
class FixedFile:
    """A file before and after its fixes. `before` is empty where nothing changes."""

    path: str
    before: bytes
    result: FixResult


@dataclass(frozen=True, slots=True)
class _Item:
    """A file to look at, and which of the run's settings hold for it."""

    index: int
    path: str
    project: int
    stamp: Stamp | None
    spares: Spares | None = None


@dataclass(frozen=True, slots=True)
class _Done:
    """What became of a file. `digest` is empty where the result must not be remembered."""

    fixed: FixedFile
    digest: str
    asked: tuple[str, ...] = ()
    """What other files were asked."""

    @property
    def source(self) -> bytes | None:
        """The new bytes of the file; None where they do not change."""
        return self.fixed.result.source


class Runner:
    """Checks and fixes files with the settings that hold for each of them."""

    def __init__(
        self,
        reader: SettingsReader,
        options: Options = Options(),
        *,
        ignore_noqa: bool = False,
    ) -> None:
        self._reader = reader
        self._options = options
        self._projects = Projects(ignore_noqa=ignore_noqa)
        self._memory = OpenStores(
            self._projects,
            is_used=options.use_cache,
            cache_dir=options.cache_dir,
            warn=options.warn,
        )
        self._knowledge = Knowledge(
            self._projects,
            self._memory,
            options.jobs,
            options.listings,
            asks_all=options.asks_all,
        )

    @property
    def listings(self) -> files.Listings:
        """What the folders hold that this run has looked into."""
        return self._options.listings

    def check_files(self, paths: Sequence[str]) -> Iterator[FileResult]:
        """Results in the order of `paths`. A file that cannot be read gives an OST900 finding."""
        return (fixed.result.result for fixed in self._run(paths, None))

    def fix_files(
        self, paths: Sequence[str], *, unsafe: bool, spared: Spared | None = None
    ) -> Iterator[FixedFile]:
        """What fixes make of each file, in the order of `paths`. Nothing is written.

        `spared` gives what tells which findings of a file must stay; it can be pickled.
        """
        return self._run(paths, unsafe, spared)

    def fix_bytes(
        self, source: bytes, path: str, *, unsafe: bool, spared: Spared | None = None
    ) -> FixResult:
        """What fixes make of the bytes of the file that is, or would be, at `path`."""
        spares = spared(path) if spared is not None else None
        project, timeout = self._project(path), self._options.timeout
        self._knowledge.ask(project, [path])
        try:
            with time_limit(timeout):
                checker = self._projects.checker(project)
                result = checker.fix(source, path, unsafe=unsafe, spares=spares)
        except TimeIsUp:
            return FixResult(_not_analysed(self._projects, project, path, _too_slow(timeout)))
        return self._formatted(project, [FixedFile(path, source, result)])[0].result

    def fix_again(self, source: bytes, path: str, code: str, *, unsafe: bool) -> FixResult:
        """What the fixes of one code, or of all where it is empty, make of bytes that the file at
        a path may have by then.
        """
        spared = None if not code else lambda path: partial(_others_than, code)
        return self.fix_bytes(source, path, unsafe=unsafe, spared=spared)

    @property
    def index(self) -> Index | None:
        """What all files of the project say of ids, where they were asked."""
        return self._projects.index

    def check_bytes(self, source: bytes, path: str) -> FileResult:
        """The result for the bytes of the file that is, or would be, at `path`."""
        project, timeout = self._project(path), self._options.timeout
        self._knowledge.ask(project, [path])
        try:
            with time_limit(timeout):
                return self._projects.checker(project).check(source, path)
        except TimeIsUp:
            return _not_analysed(self._projects, project, path, _too_slow(timeout))

    def check_text(self, text: str, path: str, tree: ast.Module | None = None) -> FileResult:
        """The result for the text, without BOM, of the file at `path`; see Checker.check_text."""
        project = self._project(path)
        name = self._projects.settings(project).relative(path)
        with rare_collections():
            self._knowledge.ask(project, [path])
            cache = self._memory.cache(project, of_texts=True)
            answers = self._projects.answers
            known = cache.result_of_text(name, text, path, answers) if cache is not None else None
            if known is not None:
                return known
            checker = self._projects.checker(project)
            checker.asked.clear()
            try:
                with time_limit(self._options.timeout):
                    result = checker.check_text(text, path, tree)
            except TimeIsUp:
                slow = _too_slow(self._options.timeout, self._options.timeout_option)
                return _not_analysed(self._projects, project, path, slow)
            if cache is not None:
                cache.add(name, text, result, sorted(checker.asked), answers)
            return result

    def traces(self, path: str, row: int) -> list[tuple[Place, ...]]:
        """The way of each id on a row of a file through its project; see Checker.traces.

        With the absolute paths of files.
        """
        project = self._project(path)
        # Where nothing says how far the project goes, it is at least what one is looking at.
        here = os.path.join(os.getcwd(), os.path.basename(path))
        self._knowledge.ask(project, [path, here], anew=True)
        index = self._projects.index
        root = index.root if index is not None else ""
        found = self._projects.checker(project).traces(path, row)
        return [
            tuple(replace(one, path=os.path.join(root, one.path)) for one in trace)
            for trace in found
        ]

    @property
    def knows_all(self) -> bool:
        """Whether all files of the project were asked what they say of ids."""
        return self._options.asks_all

    @property
    def knows_others(self) -> bool:
        """Whether anything is known of other files than those that are checked, be it recorded."""
        return self._projects.collected is not None

    def affected(self, before: Mapping[str, bytes]) -> frozenset[str]:
        """The files that use what is another one than when some files held other texts."""
        return self._knowledge.affected(before)

    def says_otherwise(self, texts: Mapping[str, bytes]) -> bool:
        """Whether the project says something else of ids when some files hold other texts."""
        return self._knowledge.says_otherwise(texts)

    def knowing(self, texts: Mapping[str, bytes]) -> AbstractContextManager[None]:
        """While what the project says is what it says when some files hold other texts."""
        return self._knowledge.of(texts)

    def warnings(self) -> list[str]:
        """What limits the fixes in the projects that were looked at: a line for each of them."""
        told = (self._projects.api(number).warning for number in self._projects.numbers)
        return list(dict.fromkeys(filter(None, told)))

    def _project(self, path: str) -> int:
        return self._projects.number(self._reader.for_file(path))

    def _run(
        self, paths: Sequence[str], unsafe: bool | None, spared: Spared | None = None
    ) -> Iterator[FixedFile]:
        """Each file checked, and fixed unless `unsafe` is None, in order."""
        ready: dict[int, FixedFile] = {}
        items: list[_Item] = []
        with rare_collections():
            if paths:
                self._options.progress(0, len(paths))
                self._knowledge.ask(self._project(paths[0]), paths, anew=True)
            folders = Folders(self._reader, self._projects, self._memory)
            for index, path in enumerate(paths):
                known = folders.known(path)
                if known is not None and not _has_fixes(known.findings, unsafe):
                    ready[index] = FixedFile(path, b"", FixResult(known))
                    continue
                spares = spared(path) if spared is not None else None
                project = folders.of(path).project
                items.append(_Item(index, path, project, stamp_of(path), spares))
        work = _Work(self._projects, unsafe, self._options.use_cache, self._options.timeout)
        # The first name's result is written before the second one's file is read again.
        held = _second_names(items) if unsafe is not None else {}
        following = 0

        def note(item: _Item, done: _Done) -> None:
            ready[item.index] = done.fixed
            if done.digest:
                self._keep(item, done)
            self._options.progress(following + len(ready), len(paths))

        def in_order() -> Iterator[FixedFile]:
            nonlocal following
            while following in ready or following in held:
                if following in held:
                    item = held.pop(following)
                    note(*next(self._tidied(iter([(item, work(item))]))))
                yield ready.pop(following)
                following += 1

        self._options.progress(len(ready), len(paths))
        results = self._results([i for i in items if i.index not in held], work)
        if unsafe is not None and self._options.asks_all:
            results = self._planned(results, work)
        if unsafe is not None:
            results = self._tidied(results)
        for item, done in results:
            note(item, done)
            yield from in_order()
        yield from in_order()
        self._memory.save()

    def _planned(
        self, results: Iterator[tuple[_Item, _Done]], work: _Work
    ) -> Iterator[tuple[_Item, _Done]]:
        """The results when the files of the project hold what fixes make of them.

        A fix that meets new evidence there is not made. Evidence is only ever added, so that after
        some rounds nothing changes any more.
        """
        planned = {item.index: (item, done) for item, done in results}
        for _ in range(_ROUNDS):
            changed = [(i, d, d.source) for i, d in planned.values() if d.source is not None]
            before = self._knowledge.answers
            self._knowledge.expect({item.path: source for item, _, source in changed})
            after = self._knowledge.answers
            stale = [
                item
                for item, done, _ in changed
                if any(before(question) != after(question) for question in done.asked)
            ]
            if not stale:
                break
            planned.update((item.index, (item, done)) for item, done in self._results(stale, work))
        yield from planned.values()

    def _tidied(self, results: Iterator[tuple[_Item, _Done]]) -> Iterator[tuple[_Item, _Done]]:
        """The results with formatted files, where settings name a formatter: it is called once for
        all files of a project.
        """
        if not any(self._projects.settings(number).format for number in self._projects.numbers):
            yield from results
            return
        found = list(results)
        tidy: dict[int, FixedFile] = {}
        for project in self._projects.numbers:
            own = [(item.index, done.fixed) for item, done in found if item.project == project]
            made = self._formatted(project, [fixed for _, fixed in own])
            tidy.update(zip((index for index, _ in own), made, strict=True))
        for item, done in found:
            yield item, replace(done, fixed=tidy[item.index])

    def _formatted(self, project: int, fixes: Sequence[FixedFile]) -> list[FixedFile]:
        """Files as the formatter of their project leaves them. Raises UserError."""
        settings = self._projects.settings(project)
        if not settings.format:
            return list(fixes)
        from ssot_lint.run.campaign.formatting import Change, formatted  # few ask for it

        changes = [
            Change(one.path, one.before, one.result.source)
            for one in fixes
            if one.result.source is not None
        ]
        made = formatted(changes, settings)
        return [
            self._as_formatted(project, one, made[one.path]) if one.path in made else one
            for one in fixes
        ]

    def _as_formatted(self, project: int, fixed: FixedFile, source: bytes) -> FixedFile:
        """A fixed file with formatted bytes; as it was where a finding is new in these, such as one
        whose comment has moved.
        """
        result = self._projects.checker(project).check(source, fixed.path)
        were = Counter(finding.code for finding in fixed.result.result.findings)
        if Counter(finding.code for finding in result.findings) - were:
            return fixed
        return replace(fixed, result=replace(fixed.result, result=result, source=source))

    def _keep(self, item: _Item, done: _Done) -> None:
        cache = self._memory.cache(item.project)
        if cache is not None and item.stamp is not None:
            name = self._projects.settings(item.project).relative(item.path)
            result = done.fixed.result.result
            answers = self._projects.answers
            cache.keep(name, item.stamp, done.digest, result, done.asked, answers)

    def _results(self, items: list[_Item], work: _Work) -> Iterator[tuple[_Item, _Done]]:
        if self._is_worth_splitting(items):
            yield from self._split_results(items, work)
            return
        for item in items:
            yield item, work(item)

    def _is_worth_splitting(self, items: list[_Item]) -> bool:
        size = _bytes_in(items)
        if self._options.timeout and any(_bytes_in([item]) > _WORTH_WATCHING for item in items):
            return True
        if min(self._options.jobs, len(items)) < 2 or size < _WORTH_SPLITTING:
            return False
        from ssot_lint.run.processes.pool import starts_quickly

        return starts_quickly() or size >= _WORTH_STARTING

    def _split_results(self, items: list[_Item], work: _Work) -> Iterator[tuple[_Item, _Done]]:
        from ssot_lint.run.processes.pool import Lost, map_chunks

        jobs = min(self._options.jobs, len(items))
        self._projects.prepare()
        # Processes end what takes too long by themselves, unless it is no code of Python's.
        patience = work.timeout * _PATIENCE or None
        chunks = _chunks(items, _bytes_in(items) // jobs)
        for outcome in map_chunks(work, chunks, jobs, patience):
            if not isinstance(outcome, Lost):
                yield outcome
                continue
            if outcome.was_stuck:
                yield outcome.item, work.too_slow(outcome.item)
                continue
            self._options.warn(_lost_once(outcome))
            if outcome.is_final:
                reason = "two processes ended while analysing it"
                yield outcome.item, work.failed(outcome.item, reason)


def shard(paths: Sequence[str], reader: SettingsReader, part: int, parts: int) -> list[str]:
    """The files of the given part, from 1. All parts together are all files.

    A file's part depends on its path in the project alone, so that machines agree on it.
    """
    names = ((path, reader.for_file(path).relative(path)) for path in paths)
    return [path for path, name in names if crc32(os.fsencode(name)) % parts == part - 1]


@dataclass(frozen=True)
class _Work:
    """What is done with a file, in whatever process. Never raises."""

    projects: Projects
    unsafe: bool | None
    """Whether to apply unsafe fixes, too; None applies none at all."""
    remembers: bool
    timeout: float

    def __call__(self, item: _Item) -> _Done:
        try:
            with time_limit(self.timeout):
                return self._done(item)
        except TimeIsUp:
            return self.too_slow(item)

    def _done(self, item: _Item) -> _Done:
        try:
            source = files.read(item.path)
        except OSError as error:
            return self.failed(item, f"cannot be read: {error.strerror}")
        try:
            checker = self.projects.checker(item.project)
            checker.asked.clear()
            with rare_collections():
                result = self._fixed(checker, source, item)
        except UserError as error:
            return self.failed(item, str(error))
        except MemoryError:
            return self.failed(item, "not enough memory; exclude it, or use fewer processes (-j)")
        except Exception as error:
            return self.failed(item, internal_error(error))
        if result.source is not None:
            asked = tuple(sorted(checker.asked))
            return _Done(FixedFile(item.path, source, result), "", asked)
        # Of a file that fixes broke, fix says so, and check must not.
        remembered = self.remembers and (self.unsafe is None or result.result.analysed)
        known = digest(source) if remembered else ""
        return _Done(FixedFile(item.path, b"", result), known, tuple(sorted(checker.asked)))

    def failed(self, item: _Item, reason: str) -> _Done:
        """What becomes of a file that cannot be analysed."""
        result = _not_analysed(self.projects, item.project, item.path, reason)
        return _Done(FixedFile(item.path, b"", FixResult(result)), "")

    def too_slow(self, item: _Item) -> _Done:
        """What becomes of a file that takes too long."""
        return self.failed(item, _too_slow(self.timeout))

    def _fixed(self, checker: Checker, source: bytes, item: _Item) -> FixResult:
        if self.unsafe is None:
            return FixResult(checker.check(source, item.path))
        return checker.fix(source, item.path, unsafe=self.unsafe, spares=item.spares)


def _others_than(code: str, findings: Sequence[Finding]) -> list[bool]:
    """Which findings are not of a code."""
    return [finding.code != code for finding in findings]


def _second_names(items: Iterable[_Item]) -> dict[int, _Item]:
    """The items, by number, whose files come under another name before, as links do."""
    seen: set[str] = set()
    found: dict[int, _Item] = {}
    for item in items:
        real = os.path.realpath(item.path)
        if real in seen:
            found[item.index] = item
        seen.add(real)
    return found


def _not_analysed(projects: Projects, project: int, path: str, reason: str) -> FileResult:
    """The result for a file that cannot be analysed; without a finding where that is ignored."""
    from ssot_lint.engine.checker import not_analysed  # unchanged files need no core

    return not_analysed(path, reason) if projects.tells_of(project, path) else FileResult(path)


def _too_slow(timeout: float, option: str = Options.timeout_option) -> str:
    return f"it takes longer than {timeout:g} s; exclude it, or raise {option}"


def _lost_once(lost: Lost[_Item]) -> str:
    code = lost.exit_code
    cause = f"was killed by signal {-code}" if code and code < 0 else f"ended with code {code}"
    what = "given up" if lost.is_final else "trying the file again"
    return f"{lost.item.path}: the process that analysed it {cause}; {what}"


def _has_fixes(findings: Iterable[Finding], unsafe: bool | None) -> bool:
    return unsafe is not None and any(f.applicability.may_apply(unsafe=unsafe) for f in findings)


def _bytes_in(items: Iterable[_Item]) -> int:
    return sum(item.stamp.size for item in items if item.stamp is not None)


def _chunks(items: list[_Item], share: int) -> Iterator[list[_Item]]:
    """The items in chunks of about the same size, several for each process' share of bytes."""
    limit = min(_CHUNK_BYTES, share // 4)
    chunk: list[_Item] = []
    size = 0
    for item in items:
        chunk.append(item)
        size += item.stamp.size if item.stamp is not None else 0
        if size >= limit:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
