"""The projects that the files of a run belong to: settings, and all that depends on them alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ssot_lint.config.paths import path_inside
from ssot_lint.config.reader import SettingsReader
from ssot_lint.config.settings import Settings
from ssot_lint.model.findings import FileResult
from ssot_lint.rules.registry import FILE_NOT_ANALYSED, enabled_codes
from ssot_lint.run.store.cache import NOBODY_KNOWS, NOT_KNOWN, Answers, Cache, cache_key, facts_key
from ssot_lint.run.store.folder import FOLDER, distrusted
from ssot_lint.run.store.lines import Lines, Stamp

if TYPE_CHECKING:
    from ssot_lint.engine.checker import Checker
    from ssot_lint.ids.generator.api import GeneratorApi
    from ssot_lint.project.index import Index
    from ssot_lint.run.facts.collector import Collected


class Projects:
    """The settings of a run, by number, with what depends on them. Travels to other processes."""

    def __init__(self, *, ignore_noqa: bool) -> None:
        self.ignore_noqa = ignore_noqa
        self._settings: list[Settings] = []
        self._numbers: dict[int, int] = {}
        self._apis: dict[int, GeneratorApi] = {}
        self._checkers: dict[int, Checker] = {}
        self.collected: Collected | None = None
        """What is known of all files, where they were asked."""
        self._answers: dict[str, str] = {}
        """What it answers: many results rest on the same."""

    @property
    def index(self) -> Index | None:
        """What all files say of ids, where they were asked."""
        return self.collected.index if self.collected is not None else None

    @property
    def answers(self) -> Answers:
        """What results rest on beside the content of their files."""
        collected = self.collected
        return Answers(self.answer, NOT_KNOWN if collected is None else collected.state)

    def number(self, settings: Settings) -> int:
        """The number of the project with these settings."""
        # The reader hands out one object per section, so that identity tells them apart.
        key = id(settings)
        if key not in self._numbers:
            self._numbers[key] = len(self._settings)
            self._settings.append(settings)
        return self._numbers[key]

    @property
    def numbers(self) -> range:
        """The numbers of all projects."""
        return range(len(self._settings))

    def settings(self, project: int) -> Settings:
        """The settings of a project."""
        return self._settings[project]

    def api(self, project: int) -> GeneratorApi:
        """What the generator of a project offers; its source is read once."""
        if project not in self._apis:
            from ssot_lint.ids.generator.reading import read_generator_api  # clean files need none

            self._apis[project] = read_generator_api(self._settings[project])
        return self._apis[project]

    def checker(self, project: int) -> Checker:
        """What checks the files of a project."""
        if project not in self._checkers:
            from ssot_lint.engine.checker import Checker  # unchanged files need none

            self._checkers[project] = Checker(
                self._settings[project],
                partial(self.api, project),
                index=lambda: self.index,
                ignore_noqa=self.ignore_noqa,
            )
        return self._checkers[project]

    def tells_of(self, project: int, path: str) -> bool:
        """Whether to say that a file could not be analysed; settings may ignore that (OST900)."""
        settings, code = self._settings[project], FILE_NOT_ANALYSED
        return code in enabled_codes(settings) and not code.startswith(settings.ignored_in(path))

    def answer(self, name: str) -> str:
        """The digest of what is said of ids of a name; empty where nobody was asked."""
        if name not in self._answers:
            collected = self.collected
            self._answers[name] = collected.answer(name) if collected is not None else NOBODY_KNOWS
        return self._answers[name]

    def ask(self, collected: Collected) -> None:
        """Let what all files say decide from now on."""
        self.collected = collected
        self._answers.clear()
        self._checkers.clear()

    def prepare(self) -> None:
        """Read what other processes would have to read each for itself."""
        for project in range(len(self._settings)):
            self.api(project)

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_numbers": {}, "_checkers": {}, "_answers": {}}


class OpenStores:
    """What is known from earlier runs about the projects of this one, opened when it is asked.

    `cache_dir` is the folder for all of it; without it each project has its own.
    """

    def __init__(
        self,
        projects: Projects,
        *,
        is_used: bool,
        cache_dir: Path | None,
        warn: Callable[[str], None] = lambda message: None,
    ) -> None:
        """`warn` is told which folders are not used, and why."""
        self._projects = projects
        self._warn = warn
        self._is_used = is_used
        self._given = cache_dir
        self._caches: dict[tuple[int, bool], Cache | None] = {}
        self._folders: dict[Path, Path | None] = {}

    def cache(self, project: int, *, of_texts: bool = False) -> Cache | None:
        """The results for files, or for texts; None where none are to be used."""
        if not self._is_used:
            return None
        which = (project, of_texts)
        if which not in self._caches:
            self._caches[which] = self._opened(project, of_texts=of_texts)
        return self._caches[which]

    def facts(self, root: str, project: int) -> Lines | None:
        """What the files below a folder say, with the settings of a project; None where nothing is
        to be kept.
        """
        folder = self._folder(Path(root)) if self._is_used else None
        if folder is None:
            return None
        from ssot_lint.ids.generator.shapes import resolved  # who has read the generator has it

        api = self._projects.api(project)
        settings = resolved(self._projects.settings(project), api)
        return Lines(folder, facts_key(root, settings, api.origin))

    def save(self) -> None:
        """Write what is new about files; what is new about texts has been written."""
        for (project, _), cache in self._caches.items():
            if cache is not None:
                cache.save(self._projects.settings(project).root)

    def _opened(self, project: int, *, of_texts: bool) -> Cache | None:
        settings = self._projects.settings(project)
        folder = self._folder(settings.root)
        if folder is None:
            return None
        api, ignore_noqa = self._projects.api(project), self._projects.ignore_noqa
        key = cache_key(settings, api, ignore_noqa=ignore_noqa)
        # A text has been decoded in the way of who hands it over: bytes that look the same may
        # have another result, as where a comment names an encoding that there is not.
        return Cache(folder, f"texts: {key}" if of_texts else key)

    def _folder(self, root: Path) -> Path | None:
        """The folder of what is kept of a project; None where it is not to be trusted."""
        if root not in self._folders:
            given = self._given
            folder = root / FOLDER if given is None else given
            reason = distrusted(folder, root if given is None else None)
            if reason is not None:
                self._warn(f"{folder}: {reason}")
            self._folders[root] = folder if reason is None else None
        return self._folders[root]


class Folder(NamedTuple):
    """What the files of a folder share."""

    project: int
    cache: Cache | None
    inside: str
    """What the names of its files begin with in the cache."""
    in_project: str
    """What they begin with below the folder of which all files are known."""


class Folders:
    """Looks at files; what those of one folder share is asked once for all of them."""

    def __init__(self, reader: SettingsReader, projects: Projects, memory: OpenStores) -> None:
        self._reader = reader
        self._projects = projects
        self._memory = memory
        self._known: dict[str, Folder] = {}
        self._answers = projects.answers
        collected = projects.collected
        self._top = collected.root if collected is not None else ""
        self._contents = collected.contents if collected is not None else {}

    def known(self, path: str) -> FileResult | None:
        """The result that is known of a file."""
        name, file = os.path.split(path)
        folder = self._known.get(name) or self.of(path)
        if folder.cache is None:
            return None
        content = self._contents.get(folder.in_project + file)
        if content:  # whoever has collected what all files hold has looked at this one
            return folder.cache.result_of_content(
                folder.inside + file, path, content, self._answers
            )
        stamp = stamp_of(path)
        if stamp is None:
            return None
        return folder.cache.result(folder.inside + file, path, stamp, self._answers)

    def of(self, path: str) -> Folder:
        name = os.path.dirname(path)
        if name not in self._known:
            self._known[name] = self._ask(path)
        return self._known[name]

    def _ask(self, path: str) -> Folder:
        settings = self._reader.for_file(path)
        project = self._projects.number(settings)
        name = os.path.basename(path)
        inside = settings.relative(path).removesuffix(name)
        in_project = path_inside(os.path.abspath(path), self._top).removesuffix(name)
        return Folder(project, self._memory.cache(project), inside, in_project)


def stamp_of(path: str) -> Stamp | None:
    """What the file system says of a file; None where there is none."""
    try:
        return Stamp.of(path)
    except OSError:
        return None
