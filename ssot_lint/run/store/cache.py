"""The results of files and texts that have not changed since earlier runs.

Results of files are written when a run ends, those of texts at once: flake8's processes are ended
without a word when they have nothing more to do.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple

from ssot_lint.config.disk import digest, read_regular
from ssot_lint.config.settings import Settings
from ssot_lint.ids.kinds import kinds_of_arguments
from ssot_lint.model.findings import FileResult
from ssot_lint.project.questions import content_asked
from ssot_lint.run.store.lines import Entry, Lines, Stamp, digest_of_text
from ssot_lint.run.store.packing import packed, unpacked

if TYPE_CHECKING:
    from ssot_lint.ids.generator.api import GeneratorApi

NOBODY_KNOWS = ""
"""The digest of the answer of nobody."""
_NOTHING_ASKED = "{}"


class State(NamedTuple):
    """What tells what all files of a project are now from what they were in other runs.

    Empty where that is not known.
    """

    held: str = ""
    """What they hold."""
    said: str = ""
    """Which they are, and what they say: all answers rest on that but for those on contents."""


NOT_KNOWN = State()


@dataclass(frozen=True)
class Answers:
    """What others say in a run."""

    to: Callable[[str], str] = lambda question: NOBODY_KNOWS
    """The digest of the answer to a question."""
    state: State = NOT_KNOWN
    """While it is the same, no answers are compared."""


class Cache(Lines):
    """The results under the same settings, each with the answers of others that it rests on."""

    def result(
        self, name: str, path: str, stamp: Stamp, answers: Answers = Answers()
    ) -> FileResult | None:
        """The result for a file, when the file and what others say are sure to be as they were.

        `name` is the path by which settings know it, `path` the one to report it by.
        """
        entry = self.known(name, path, stamp)
        return self._result(entry, name, path, answers) if entry is not None else None

    def result_of_content(
        self, name: str, path: str, content_digest: str, answers: Answers = Answers()
    ) -> FileResult | None:
        """The result for a file that is sure to have a content; `name` and `path` as above."""
        entry = self.known_of_content(name, content_digest)
        return self._result(entry, name, path, answers) if entry is not None else None

    def result_of_text(
        self, name: str, text: str, path: str, answers: Answers = Answers()
    ) -> FileResult | None:
        """The result for a text; `name` and `path` as for a file."""
        entry = self.known_of_content(name, digest_of_text(text))
        return _result(entry, path) if entry is not None and _holds(entry, answers) else None

    def _result(self, entry: Entry, name: str, path: str, answers: Answers) -> FileResult | None:
        """The result, which is noted to hold with these answers, too."""
        if not _holds(entry, answers):
            return None
        result = _result(entry, path)
        values, edits, then, said = entry.parts
        now = _written(answers.state)
        if result is not None and said != _NOTHING_ASKED and now != then and answers.state.held:
            self.replace_parts(name, entry, values, edits, now, said)
        return result

    def keep(
        self,
        name: str,
        stamp: Stamp,
        content_digest: str,
        result: FileResult,
        asked: Iterable[str] = (),
        answers: Answers = Answers(),
    ) -> None:
        """Remember a result, and what others said to what it asked.

        The stamp must have been taken before the content was read.
        """
        self.note(name, stamp, content_digest, *packed(result), *_said(asked, answers))

    def add(
        self,
        name: str,
        text: str,
        result: FileResult,
        asked: Iterable[str] = (),
        answers: Answers = Answers(),
    ) -> None:
        """Remember the result for a text, on disk at once."""
        self.add_of_text(name, text, *packed(result), *_said(asked, answers))


def _said(asked: Iterable[str], answers: Answers) -> tuple[str, str]:
    said = {question: answers.to(question) for question in asked}
    return _written(answers.state if said else NOT_KNOWN), _json(said)


def _written(state: State) -> str:
    return " ".join(state)


def _holds(entry: Entry, answers: Answers) -> bool:
    """Whether others say what they said then."""
    try:
        _, _, state, said = entry.parts
        if said == _NOTHING_ASKED:
            return True
        then, now = State(*state.split(" ")), answers.state
        if now.held and now.held == then.held:
            return True
        is_said = now.said and now.said == then.said
        return all(
            answers.to(question) == answer
            for question, answer in json.loads(said).items()
            if not is_said or content_asked(question) is not None
        )
    except (TypeError, ValueError, AttributeError, RecursionError):
        return False


def _result(entry: Entry, path: str) -> FileResult | None:
    """The result for the file at `path`, unless somebody has made it up."""
    try:
        values, edits, *_ = entry.parts
        return unpacked(values, edits, path)
    except (TypeError, ValueError, LookupError, AttributeError, RecursionError):
        return None


_json = json.JSONEncoder(separators=(",", ":"), sort_keys=True).encode


def cache_key(settings: Settings, api: GeneratorApi, *, ignore_noqa: bool) -> str:
    """All that decides a result besides the file: settings, generator, our and others' code."""
    packages = [_packages_stamp(name) for name in ("ssot_lint", "libcst", "flake8")]
    apis = [api, *(one for _, one in api.substitutes)]
    # The order of a set changes from run to run.
    plain = [(replace(one, needs=frozenset(), substitutes=()), sorted(one.needs)) for one in apis]
    return repr((sys.version, packages, settings, plain, ignore_noqa))


def facts_key(root: str, settings: Settings, origin: str | None) -> str:
    """All that decides about facts besides the files below a folder; `origin` is the generator."""
    basis = facts_basis(root, settings, origin)
    return repr(("facts", basis, sys.version, _packages_stamp("ssot_lint")))


def facts_basis(root: str, settings: Settings, origin: str | None) -> str:
    """What settings decide about the facts of the files below a folder."""
    names = settings.generator_names, (*settings.banned, *settings.banned_families)
    others = settings.generator, settings.test_files, kinds_of_arguments(settings)
    return repr((root, origin, *others, *map(sorted, names)))


def _packages_stamp(name: str) -> tuple[object, ...]:
    """What tells the code of an installed package from others, without importing it.

    Its files and when they were written; of others' packages those at the top tell a version from
    another. What was written before the list of what an installer wrote, with digests, is told by
    that: installed again, as CI does, it is the same.
    """
    spec = find_spec(name)
    top = os.path.dirname((spec and spec.origin) or "")
    installed, listed_at = _installed(top, name)
    folders = [top]
    found: list[tuple[str, int, int]] = []
    for folder in folders:  # grows while it is gone through
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith((".py", ".so", ".pyd")):
                    stat = entry.stat()
                    if stat.st_mtime_ns > listed_at:
                        found.append((entry.name, stat.st_mtime_ns, stat.st_size))
                elif name == "ssot_lint" and entry.is_dir():
                    folders.append(entry.path)
    return (installed or top, *sorted(found))


def _installed(top: str, name: str) -> tuple[str, int]:
    """The digest of what an installer says it wrote of a package, and when it said so.

    As the specification of installed projects has it: https://packaging.python.org/en/latest/
    specifications/recording-installed-packages. Without such a list, as where the code is used
    from where it is written, an empty text and 0.
    """
    inside, beside = f"{name}/".encode(), os.path.dirname(top)
    with contextlib.suppress(OSError):
        for folder in os.listdir(beside):
            if folder.startswith(f"{name}-") and folder.endswith(".dist-info"):
                record = os.path.join(beside, folder, "RECORD")
                lines = read_regular(record).splitlines()
                written = [one for one in lines if one.startswith(inside) and b",sha256=" in one]
                if written:
                    return digest(b"\n".join(sorted(written))), os.stat(record).st_mtime_ns
    return "", 0
