"""The facts of all files of a project, each read once and kept by its content."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ssot_lint.config.disk import digest
from ssot_lint.config.reader import SettingsReader
from ssot_lint.config.settings import Settings
from ssot_lint.model.errors import UserError
from ssot_lint.project.questions import content_asked
from ssot_lint.run import files
from ssot_lint.run.processes.limits import TimeIsUp, rare_collections, time_limit
from ssot_lint.run.store.cache import NOT_KNOWN, State, facts_basis
from ssot_lint.run.store.lines import Lines, Stamp

if TYPE_CHECKING:
    from ssot_lint.ids.generator.api import GeneratorApi
    from ssot_lint.project.facts import Fact
    from ssot_lint.project.index import Index

_NONE = "[]"
# What reads a file may not take longer, in seconds; a process that is silent for longer is ended.
_PATIENCE = 20.0
# With less than this to read, in bytes, one process is done before others have started.
_WORTH_SPLITTING = 10_000_000
_CHUNK = 200


class Said(NamedTuple):
    """What a file says, as texts of one line."""

    facts: str = _NONE
    imports: str = ""
    takers: str = ""


_PARTS = len(Said._fields)


class _Item(NamedTuple):
    """A file to read."""

    path: str
    relative: str
    stamp: Stamp


@dataclass(frozen=True)
class _Read:
    """Reads what files say, in whatever process. Never raises."""

    settings: Settings
    api: GeneratorApi
    generator: str | None

    def __call__(self, item: _Item) -> tuple[Said, str]:
        return self.of(item.path, item.relative)

    def of(self, path: str, relative: str) -> tuple[Said, str]:
        """What a file says, and the digest of its content: empty if it is not read."""
        try:
            source = files.read(path)
        except (OSError, MemoryError):
            return Said(), ""
        said = self.said(source, relative)
        return (said, digest(source)) if said is not None else (Said(), "")

    def said(self, source: bytes, relative: str) -> Said | None:
        """What a file with these bytes says; None where they cannot be read."""
        from ssot_lint.ids.kinds import kinds_of_arguments  # with nothing new, nothing is read
        from ssot_lint.project.imports import imports_in
        from ssot_lint.project.takers import takers_in

        facts = self._facts(source, relative)
        if facts is None:
            return None
        takers = takers_in(source, kinds_of_arguments(self.settings))
        return Said(facts, imports_in(source), takers)

    def _facts(self, source: bytes, relative: str) -> str | None:
        try:
            from ssot_lint.project.collection.sieve import may_say

            banned = self.settings.banned_last_names
            if not may_say(source, is_test=self.settings.is_test(relative), banned=banned):
                return _NONE
            from ssot_lint.project.collection.collect import facts_of  # most files end here
            from ssot_lint.project.facts import packed

            with time_limit(_PATIENCE), rare_collections():
                found = facts_of(source, relative, self.settings, self.api, self.generator)
                return packed(found)
        except (TimeIsUp, MemoryError, Exception):
            # A check of the file itself tells what is wrong with it, or with us.
            return None


def recorded(root: str, store: Lines, settings: Settings) -> Index:
    """What is known of the files below a folder from the last run that read them all.

    Without a walk: what a file says holds while it has its stamp.
    """
    from ssot_lint.project.index import Index

    entries = [(relative, entry) for relative, entry in store if len(entry.parts) == _PARTS]
    contents = {relative: entry.digest for relative, entry in entries}
    said = {relative: Said(*entry.parts) for relative, entry in entries}
    imports = {relative: one.imports for relative, one in said.items() if one.imports}
    takers = {relative: one.takers for relative, one in said.items() if one.takers}
    saying = [relative for relative, one in said.items() if one.facts != _NONE]
    facts = _recorded(root, store, saying)
    index = Index.of(root, facts, contents, imports, takers, settings.is_test)
    return replace(index, is_recorded=True)


def _recorded(
    root: str, store: Lines, saying: Iterable[str]
) -> Iterator[tuple[str, tuple[Fact, ...]]]:
    from ssot_lint.project.facts import unpacked

    for relative in saying:
        path = os.path.join(root, relative)
        with contextlib.suppress(OSError, TypeError, ValueError, RecursionError):
            entry = store.known(relative, path, Stamp.of(path))
            if entry is not None:
                yield relative, unpacked(entry.parts[0])


@dataclass
class Collected:
    """What is known of the files of a project: what they hold and, once asked, what they say."""

    root: str
    """The folder that paths are relative to."""
    make: Callable[[], Index]
    contents: Mapping[str, str] = field(default_factory=dict)
    """The digests of what all files hold; empty where one was not read."""
    state: State = NOT_KNOWN

    @cached_property
    def index(self) -> Index:
        """What all files say."""
        return self.make()

    def answer(self, question: str) -> str:
        """See `Index.answer`, which need not be made for what a file holds."""
        path = content_asked(question)
        if path is not None and path in self.contents:
            return self.contents[path]
        return self.index.answer(question)

    def __getstate__(self) -> dict[str, object]:
        """What other processes ask for."""
        return {"root": self.root, "index": self.index}


@dataclass(frozen=True)
class Collector:
    """Collects the facts of the files below a folder.

    Also of those that settings exclude or exempt: they decide who is reported, not who is known.
    """

    root: str
    settings: Settings
    api: GeneratorApi
    store: Lines | None
    jobs: int
    listings: files.Listings = field(default_factory=files.Listings)

    def collected(self) -> Collected:
        """What all files hold and say, with what is known of them already."""
        contents: dict[str, str] = {}
        lines: dict[str, bytes] = {}
        new: dict[str, Said] = {}
        for path, said, content in self._said():
            contents[path] = content
            if isinstance(said, Said):
                new[path] = said
                lines[path] = "\t".join(said).encode("ascii")
            else:
                lines[path] = said

        def index() -> Index:
            from ssot_lint.project.index import Index  # with nothing new, nobody asks

            said = {path: new.get(path) or self._recorded(path) for path in contents}
            facts = (
                (path, self._unpacked(path, one.facts))
                for path, one in said.items()
                if one.facts != _NONE
            )
            imports = {path: one.imports for path, one in said.items() if one.imports}
            takers = {path: one.takers for path, one in said.items() if one.takers}
            is_test = self.settings.is_test
            return Index.of(self.root, facts, contents, imports, takers, is_test)

        return Collected(self.root, index, contents, self._state(contents, lines))

    def _recorded(self, path: str) -> Said:
        """What is kept of a file that has not changed; it is read again where that is made up."""
        parts = self.store.parts(path) if self.store is not None else ()
        if len(parts) == _PARTS:
            return Said(*parts)
        return self._reader.of(os.path.join(self.root, path), path)[0]

    def _state(self, contents: Mapping[str, str], lines: Mapping[str, bytes]) -> State:
        paths = sorted(contents)
        basis = facts_basis(self.root, self.settings, self.api.origin)
        asked = "\n".join((basis, *paths)).encode("utf-8", "surrogatepass")
        said = digest(b"\n".join((asked, *map(lines.__getitem__, paths))))
        held = "\n".join((said, *map(contents.__getitem__, paths)))
        return State(digest(held.encode("ascii")), said)

    def _unpacked(self, path: str, text: str) -> tuple[Fact, ...]:
        """The facts of a file; it is read again when somebody has made up what is kept of it."""
        from ssot_lint.project.facts import unpacked

        try:
            return unpacked(text)
        except (TypeError, ValueError, RecursionError):
            said, _ = self._reader.of(os.path.join(self.root, path), path)
            return unpacked(said.facts)

    def expecting(self, index: Index, texts: Mapping[str, bytes]) -> Index:
        """What all files say when some are going to hold other texts, by their paths.

        What they say now stays.
        """
        return self._with(index, texts)

    def holding(self, index: Index, texts: Mapping[str, bytes]) -> Index:
        """What all files say when some hold other texts, by their paths."""
        return self._with(index.without(texts.keys()), texts)

    def _with(self, index: Index, texts: Mapping[str, bytes]) -> Index:
        from ssot_lint.project.facts import unpacked

        reader = self._reader
        said = {path: reader.said(text, path) or Said() for path, text in texts.items()}
        facts = {path: unpacked(one.facts) for path, one in said.items()}
        imports = {path: one.imports for path, one in said.items()}
        takers = {path: one.takers for path, one in said.items()}
        contents = {path: digest(text) for path, text in texts.items()}
        return index.expecting(facts, texts, contents, imports, takers)

    @property
    def _reader(self) -> _Read:
        from ssot_lint.project.others import generator_file

        generator = generator_file(self.root, self.settings, self.api)
        return _Read(self.settings, self.api, generator)

    def _said(self) -> Iterator[tuple[str, Said | bytes, str]]:
        """The files, relative to the root, each with what it says and its content's digest.

        As bytes, what is kept of one that has not changed.
        """
        unread: list[_Item] = []
        start = len(os.path.join(self.root, ""))
        for path in self._paths():
            relative = path[start:].replace(os.sep, "/")
            try:
                stamp = Stamp.of(path)
            except OSError:
                continue
            store = self.store
            known = store.known_unread(relative, path, stamp) if store is not None else None
            if known is None:
                unread.append(_Item(path, relative, stamp))
            else:
                content, said = known
                yield relative, said, content
        for item, (read, content) in self._read(unread):
            if self.store is not None and content:
                self.store.note(item.relative, item.stamp, content, *read)
            yield item.relative, read, content

    def _paths(self) -> list[str]:
        """All Python files, without those of environments and what git ignores."""
        everything = SettingsReader((), fixed=Settings(root=self.settings.root))
        try:
            return files.find_files([self.root], everything, listings=self.listings)
        except UserError:  # a folder that cannot be read says nothing
            return []

    def _read(self, items: list[_Item]) -> Iterable[tuple[_Item, tuple[Said, str]]]:
        if not items:
            return
        work = self._reader
        if self.jobs < 2 or sum(item.stamp.size for item in items) < _WORTH_SPLITTING:
            yield from ((item, work(item)) for item in items)
            return
        from ssot_lint.run.processes.pool import Lost, map_chunks

        chunks = (items[at : at + _CHUNK] for at in range(0, len(items), _CHUNK))
        for outcome in map_chunks(work, chunks, self.jobs, 2 * _PATIENCE):
            if not isinstance(outcome, Lost):  # what ends a process says nothing
                yield outcome
