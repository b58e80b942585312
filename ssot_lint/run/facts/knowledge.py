"""What the files of a run's project say of ids: now, and with what fixes make of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ssot_lint.config.disk import nearest_answer, read_regular
from ssot_lint.config.settings import Settings
from ssot_lint.ids.generator.shapes import resolved
from ssot_lint.ids.kinds import kinds_of_arguments
from ssot_lint.run.facts.collector import Collected, Collector, recorded
from ssot_lint.run.files import Listings
from ssot_lint.run.projects import OpenStores, Projects

if TYPE_CHECKING:
    from ssot_lint.project.index import Index

# A run over more files than are changed at a time goes by what the last one of all has left.
_MOST_READ = 200


class Knowledge:
    """Lets what all files say decide in a run.

    With `asks_all`, all files of the project are read that have changed; otherwise what the last
    such run has left behind decides.
    """

    def __init__(
        self,
        projects: Projects,
        memory: OpenStores,
        jobs: int,
        listings: Listings,
        *,
        asks_all: bool,
    ) -> None:
        self._projects = projects
        self._memory = memory
        self._jobs = jobs
        self._listings = listings
        self._asks_all = asks_all
        self._has_asked = False
        self._collector: Collector | None = None

    @property
    def answers(self) -> Callable[[str], str]:
        """What gives the digest of the answer to a question: see `Index.answer`."""
        index = self._projects.index
        return index.answer if index is not None else lambda question: ""

    def ask(self, number: int, paths: Sequence[str], *, anew: bool = False) -> None:
        """Ask the files of the project that some paths are in, whose number the first one's is.

        They are asked once, but by each run over files that reads them all.
        """
        if self._has_asked and not (anew and self._asks_all):
            return
        self._has_asked = True
        api = self._projects.api(number)
        settings = resolved(self._projects.settings(number), api)
        root = _root_of(paths, settings)
        store = self._memory.facts(root, number)
        if self._asks_all:
            self._collector = Collector(root, settings, api, store, self._jobs, self._listings)
            self._projects.ask(self._collector.collected())
            self._listings.clear()
            if store is not None:
                store.save(Path(root))
        elif store is not None:
            index = recorded(root, store, settings)
            if index.contents:  # else no run has read them
                self._projects.ask(_only(_with_takers(index, paths, settings)))

    def expect(self, texts: Mapping[str, bytes]) -> None:
        """Let what files are going to hold decide, too, by their paths."""
        index = self._projects.index
        if self._collector is not None and index is not None:
            inside = {index.at(path): text for path, text in texts.items()}
            self._projects.ask(_only(self._collector.expecting(index, inside)))

    def says_otherwise(self, texts: Mapping[str, bytes]) -> bool:
        """Whether facts are others when some files hold other texts, by their paths."""
        index = self._projects.index
        other = self._with(texts)
        return index is not None and other is not None and not other.says_as(index)

    def affected(self, before: Mapping[str, bytes]) -> frozenset[str]:
        """The files that use what is another one than when some held other texts, by paths."""
        index = self._projects.index
        if index is None:
            return frozenset()
        from ssot_lint.project.affected import affected  # only who compares needs it

        def read(path: str) -> bytes:
            try:
                return read_regular(os.path.join(index.root, path))
            except OSError:
                return b""

        changes = {index.at(path): (old, read(index.at(path))) for path, old in before.items()}
        found = affected(index.imports, changes, read)
        return frozenset(os.path.join(index.root, *path.split("/")) for path in found)

    @contextmanager
    def of(self, texts: Mapping[str, bytes]) -> Iterator[None]:
        """While the facts are those that files say when some of them hold other texts."""
        before, other = self._projects.collected, self._with(texts)
        if before is None or other is None:
            yield
            return
        self._projects.ask(_only(other))
        try:
            yield
        finally:
            self._projects.ask(before)

    def _with(self, texts: Mapping[str, bytes]) -> Index | None:
        index = self._projects.index
        if self._collector is None or index is None:
            return None
        inside = {index.at(path): text for path, text in texts.items()}
        return self._collector.holding(index, inside)


def _with_takers(index: Index, paths: Sequence[str], settings: Settings) -> Index:
    """A recorded index with which functions take ids now in the files of a run by name."""
    from ssot_lint.project.takers import takers_in

    kinds = kinds_of_arguments(settings)
    found: dict[str, str] = {}
    for path in paths if len(paths) <= _MOST_READ else ():
        with suppress(OSError):
            found[index.at(path)] = takers_in(read_regular(path), kinds)
    return replace(index, takers={**index.takers, **found})


def _only(index: Index) -> Collected:
    return Collected(index.root, lambda: index)


def _root_of(paths: Sequence[str], settings: Settings) -> str:
    """The folder that all of a run's files are known below: the repository around the first path.

    Without one, the folder of the settings, or one that holds all paths where they are of several
    projects. Where nothing says how far it goes, the folder around them: the current one may hold
    much.
    """
    first = _folder(paths[0])
    repository = nearest_answer(first, {}, _repository)
    if repository is not None:
        return repository
    has_root = os.path.exists(settings.root / "pyproject.toml")
    own = [str(settings.root)] if has_root else []
    try:
        return os.path.commonpath([*own, *{_folder(path) for path in paths}])
    except ValueError:  # on several drives
        return first


def _folder(path: str) -> str:
    return os.path.dirname(os.path.abspath(path))


def _repository(folder: str) -> str | None:
    return folder if os.path.exists(os.path.join(folder, ".git")) else None
