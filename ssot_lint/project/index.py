"""The facts of all files by the names that they are about, and the answers that they give."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from ssot_lint.config.paths import relative_path
from ssot_lint.project.facts import Fact, Reach

NOTHING = ""
"""The digest of what nobody knows."""


@dataclass(frozen=True)
class Told:
    """A fact, and the file that says it, relative to the project's root."""

    path: str
    fact: Fact

    @property
    def says(self) -> str:
        """It with its place."""
        return f"{self.fact.says} in {self.path}, line {self.fact.row}"


@dataclass(frozen=True)
class Index:
    """What the files of a project say. Travels to other processes."""

    root: str
    """The folder that the paths are relative to."""
    told: Mapping[str, tuple[Told, ...]]
    """By name, in the order of paths and rows."""
    digests: Mapping[str, str]
    """By name, what tells all that is said of it from what was said before."""

    @classmethod
    def of(cls, root: str, files: Iterable[tuple[str, tuple[Fact, ...]]]) -> Index:
        """`files` are paths relative to the root, each with what it says; in any order."""
        told: dict[str, list[Told]] = {}
        for path, facts in sorted(files):
            for fact in facts:
                told.setdefault(fact.name, []).append(Told(path, fact))
        ordered = {name: tuple(told[name]) for name in sorted(told)}
        return cls(root, ordered, {name: _digest(said) for name, said in ordered.items()})

    def answer(self, name: str) -> str:
        """The digest of all that is said of a name."""
        return self.digests.get(name, NOTHING)

    def at(self, path: str) -> str:
        """The path of a file relative to the root, with forward slashes."""
        return relative_path(os.path.abspath(path), self.root)


@dataclass
class Project:
    """What one file may ask of all others. Where nothing is known, nothing speaks against it."""

    index: Index | None = None
    path: str = ""
    """The file that asks, relative to the index' root."""
    asked: set[str] = field(default_factory=set)
    """The names that were asked for."""

    def about(
        self, name: str, owner: str, speaks_of: Callable[[str], bool]
    ) -> Iterator[tuple[Told, bool]]:
        """What other files say of ids of a name, and whether it is surely about these.

        `owner` is the class that they are given to, where that is known; `speaks_of` tells whether
        the file that asks has a word in it.
        """
        self.asked.add(name)
        for told in self.index.told.get(name, ()) if self.index is not None else ():
            fact = told.fact
            is_own = bool(owner) and fact.owner == owner
            if told.path != self.path and (is_own or self._concerns(told, speaks_of)):
                yield told, is_own

    def _concerns(self, told: Told, speaks_of: Callable[[str], bool]) -> bool:
        """Whether a fact may be about ids of its name of which nothing else is known."""
        match told.fact.reach:
            case Reach.CLASS:
                return False
            case Reach.TABLE:
                return speaks_of(told.fact.owner)
            case Reach.FOLDER:
                return _folder(told.path) == _folder(self.path)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _digest(value: object) -> str:
    return blake2b(repr(value).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
