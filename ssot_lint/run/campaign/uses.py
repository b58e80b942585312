"""Who else uses the ids that a fix makes anew: by what the files of a project say and import."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ssot_lint.analysis.source.text import split_lines
from ssot_lint.config.disk import read_regular
from ssot_lint.fixes.safety.facts_told import has_word, tables_queried
from ssot_lint.model.findings import AppliedFix
from ssot_lint.project.index import Index, Project

_LARGEST = 2_000_000


@dataclass(frozen=True, order=True)
class Use:
    """A place in another file. `path` is relative to the project's root, `row` counts from 1."""

    path: str
    row: int
    says: str


class Uses:
    """Looks for the users of ids in the files of a project; without an index, there are none."""

    def __init__(self, index: Index | None) -> None:
        self._index = index
        self._texts: dict[str, str] = {}

    def of(self, path: str, fix: AppliedFix) -> tuple[Sequence[Use], Sequence[Use]]:
        """The users of the ids of a fix in a file, and the tests that patch or assert them."""
        index = self._index
        if index is None:
            return (), ()
        inside = index.at(path)
        names = {one.name for one in fix.makes if one.name not in ("", "id")}
        functions = {f.scope.rpartition(".")[2] for f in fix.findings if f.scope}
        found = set(self._facts(inside, names))
        asserts = set(self._patches(inside, functions))
        for other in index.importers.with_tests(inside):
            is_test = index.is_test(other)
            for row, line, name in self._mentions(other, names):
                if not is_test:
                    found.add(Use(other, row, f"has `{name}`"))
                elif "assert" in line:
                    asserts.add(Use(other, row, f"asserts `{name}`"))
        users = {use for use in found if not index.is_test(use.path)}
        return sorted(users), sorted(asserts | (found - users))

    def _facts(self, inside: str, names: set[str]) -> Iterator[Use]:
        project = Project(self._index, inside)
        text = self._text(inside)
        tables = tables_queried(text)

        def speaks_of(word: str) -> bool:
            return has_word(text, word) if word[:1].isupper() else word.lower() in tables

        for name in names:
            for told, _ in project.about(name, "", speaks_of):
                yield Use(told.path, told.fact.row, told.fact.says)

    def _patches(self, inside: str, functions: set[str]) -> Iterator[Use]:
        for told in Project(self._index, inside).patching(functions):
            yield Use(told.path, told.fact.row, told.fact.says)

    def _mentions(self, path: str, names: set[str]) -> Iterator[tuple[int, str, str]]:
        """The first row of a file on which each name stands, and all with an assertion."""
        text = self._text(path)
        present = [name for name in names if name in text]
        if not present:
            return
        patterns = {name: re.compile(rf"\b{re.escape(name)}\b") for name in present}
        for row, line in enumerate(split_lines(text), start=1):
            for name in list(patterns):
                if patterns[name].search(line):
                    yield row, line, name

    def _text(self, path: str) -> str:
        if path not in self._texts:
            root = self._index.root if self._index is not None else ""
            self._texts[path] = _read(os.path.join(root, path))
        return self._texts[path]


def _read(path: str) -> str:
    try:
        return read_regular(path, _LARGEST).decode("utf-8", "replace")
    except OSError:
        return ""
