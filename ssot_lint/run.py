"""Many files: settings for each, one result for each, in the order given."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from ssot_lint import files
from ssot_lint.core import Checker, not_analysed
from ssot_lint.generator_api import GeneratorApi, read_generator_api
from ssot_lint.model import FileResult, FixResult
from ssot_lint.settings import Settings, SettingsReader


class Runner:
    """Checks and fixes files with the settings that hold for each of them."""

    def __init__(self, reader: SettingsReader, *, ignore_noqa: bool = False) -> None:
        self._reader = reader
        self._ignore_noqa = ignore_noqa
        self._checkers: dict[int, Checker] = {}
        self._apis: dict[tuple[str, str], GeneratorApi] = {}

    def check_files(self, paths: Iterable[str]) -> Iterator[FileResult]:
        """Results in the order of `paths`. A file that cannot be read gives an OST900 finding."""
        with _rare_collections():
            for path in paths:
                try:
                    source = files.read(path)
                except OSError as error:
                    yield not_analysed(path, f"cannot be read: {error.strerror}")
                    continue
                yield self.check_bytes(source, path)

    def fix_files(
        self, paths: Iterable[str], *, unsafe: bool
    ) -> Iterator[tuple[str, bytes, FixResult]]:
        """For each path its bytes and what fixes make of them. Nothing is written."""
        with _rare_collections():
            for path in paths:
                try:
                    source = files.read(path)
                except OSError as error:
                    refused = not_analysed(path, f"cannot be read: {error.strerror}")
                    yield path, b"", FixResult(refused)
                    continue
                yield path, source, self.fix_bytes(source, path, unsafe=unsafe)

    def fix_bytes(self, source: bytes, path: str, *, unsafe: bool) -> FixResult:
        """What fixes make of the bytes of the file that is, or would be, at `path`."""
        return self._checker(self._reader.for_file(path)).fix(source, path, unsafe=unsafe)

    def check_bytes(self, source: bytes, path: str) -> FileResult:
        """The result for the bytes of the file that is, or would be, at `path`."""
        return self._checker(self._reader.for_file(path)).check(source, path)

    def check_text(self, text: str, path: str) -> FileResult:
        """The result for the text, without BOM, of the file at `path`."""
        return self._checker(self._reader.for_file(path)).check_text(text, path)

    def generator_api(self, settings: Settings) -> GeneratorApi:
        """What the generator that the settings name offers; its source is read once."""
        key = (str(settings.root), settings.generator)
        if key not in self._apis:
            self._apis[key] = read_generator_api(settings)
        return self._apis[key]

    def _checker(self, settings: Settings) -> Checker:
        # The reader hands out one object per section, so that identity tells them apart.
        key = id(settings)
        if key not in self._checkers:
            api = self.generator_api(settings)
            self._checkers[key] = Checker(settings, api, ignore_noqa=self._ignore_noqa)
        return self._checkers[key]


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Let the garbage collector look for cycles less often.

    A file makes many thousands of tree nodes and no cycles among them; looking for some takes a
    tenth of the time and finds nothing.
    """
    before = gc.get_threshold()
    gc.set_threshold(100_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
