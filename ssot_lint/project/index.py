"""The facts of all files by the names that they are about, and the answers that they give."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import blake2b
from itertools import chain
from operator import attrgetter, itemgetter

from ssot_lint.config.disk import digest, read_regular
from ssot_lint.config.paths import has_name_of_test, relative_path
from ssot_lint.ids.id_model import ANY_KIND, IdModel
from ssot_lint.ids.kinds import snake_case
from ssot_lint.project.facts import Fact, Reach
from ssot_lint.project.imports import Importers
from ssot_lint.project.modules import Modules, may_mean, module_of
from ssot_lint.project.others import OtherFiles
from ssot_lint.project.questions import (
    BESIDE,
    BETWEEN,
    CONTENT,
    HEIRS,
    IMPORTERS,
    KNOWN,
    PLACE,
    STARRING,
    TAKERS,
)
from ssot_lint.project.takers import kinds_by_name

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

    @property
    def gist(self) -> Told:
        """It without its line, which other code moves."""
        return Told(self.path, replace(self.fact, row=0))


@dataclass(frozen=True)
class Said:
    """All that is said of the ids of one name, by whom it concerns; each in the order of paths."""

    by_owner: Mapping[str, tuple[Told, ...]]
    """By the class that objects are of, the table, the module of a function."""
    by_table: Mapping[str, tuple[Told, ...]]
    """What concerns those, too, who speak of the class or the table."""
    by_folder: Mapping[str, tuple[Told, ...]]
    by_module: Mapping[str, tuple[Told, ...]]
    """What concerns the modules that a file imports, by the last word of their names."""
    of_all: tuple[Told, ...]
    """What concerns all ids of the name."""
    digest: str
    """What tells it from what was said before."""
    told: tuple[Told, ...]
    """All of it."""

    def about(self, owner: str, folder: str, stem: str) -> str:
        """What tells what concerns ids of a class, made in a folder and a module of a name."""
        groups = (
            self.by_owner.get(owner, ()) if owner else (),
            self.by_folder.get(folder, ()),
            self.by_module.get(stem, ()),
            self.of_all,
        )
        parts = [self.tables, *(_digest(told) if told else NOTHING for told in groups)]
        return "-".join(parts) if any(parts) else NOTHING

    @cached_property
    def tables(self) -> str:
        """What tells what concerns tables from what was said of them before."""
        return _digest(tuple(self.by_table.items())) if self.by_table else NOTHING

    @classmethod
    def of(cls, told: Sequence[Told]) -> Said:
        """All of it, in order."""

        def reaching(*reaches: Reach) -> Iterator[Told]:
            return (one for one in told if one.fact.reach in reaches)

        return cls(
            _grouped((one.fact.owner, one) for one in told if one.fact.owner or _has_module(one)),
            _grouped((one.fact.owner, one) for one in reaching(Reach.TABLE)),
            _grouped((_folder(one.path), one) for one in reaching(Reach.FOLDER)),
            _grouped(
                (stem, one)
                for one in reaching(Reach.FOLDER, Reach.IMPORTED)
                for stem in dict.fromkeys(map(_stem, one.fact.modules.split()))
            ),
            tuple(reaching(Reach.PROJECT)),
            _digest(told),
            tuple(told),
        )


@dataclass(frozen=True)
class Index:
    """What the files of a project say. Travels to other processes."""

    root: str
    """The folder that the paths are relative to."""
    said: Mapping[str, Said]
    """By the name of ids."""
    contents: Mapping[str, str] = field(default_factory=dict)
    """The digests of what all files hold, by their paths relative to the root."""
    texts: Mapping[str, bytes] = field(default_factory=dict)
    """What some files are to hold in place of what they hold."""
    imports: Mapping[str, str] = field(default_factory=dict)
    """What files import, as `imports_in` tells it, by their paths."""
    takers: Mapping[str, str] = field(default_factory=dict)
    """Which functions of files take ids, as `takers_in` tells it, by their paths."""
    is_recorded: bool = False
    """Whether it is of an earlier run: files may have changed since."""
    is_test: Callable[[str], bool] = field(default=has_name_of_test, compare=False)
    """Whether a file holds tests, by its path."""

    @classmethod
    def of(
        cls,
        root: str,
        files: Iterable[tuple[str, tuple[Fact, ...]]],
        contents: Mapping[str, str] | None = None,
        imports: Mapping[str, str] | None = None,
        takers: Mapping[str, str] | None = None,
        is_test: Callable[[str], bool] = has_name_of_test,
    ) -> Index:
        """`files` are paths relative to the root, each with what it says; in any order."""
        in_order = sorted(files, key=itemgetter(0))
        told = _grouped((fact.name, Told(path, fact)) for path, facts in in_order for fact in facts)
        said = {name: Said.of(told[name]) for name in sorted(told)}
        return cls(
            root,
            said,
            contents or {},
            imports=imports or {},
            takers=takers or {},
            is_test=is_test,
        )

    def __getstate__(self) -> dict[str, object]:
        """Without what each process finds out once somebody asks there."""
        found_out = ("importers", "kinds_taken", "modules")
        return {name: value for name, value in vars(self).items() if name not in found_out}

    @cached_property
    def importers(self) -> Importers:
        """Who imports what."""
        return Importers(self.imports, self.modules, self.is_test)

    @cached_property
    def modules(self) -> Modules:
        """Which file holds a module."""
        return Modules(self.contents)

    @cached_property
    def kinds_taken(self) -> Mapping[str, frozenset[str]]:
        """The kinds of ids that functions and classes may take, by their names."""
        return kinds_by_name(self.takers.values())

    def expecting(
        self,
        facts: Mapping[str, tuple[Fact, ...]],
        texts: Mapping[str, bytes],
        contents: Mapping[str, str],
        imports: Mapping[str, str],
        takers: Mapping[str, str],
    ) -> Index:
        """The same when some files are going to hold other texts, given by their paths.

        What they say now stays, and where it stands: other code may come before it.
        """
        said = dict(self.said)
        told = _grouped(
            (fact.name, Told(path, fact)) for path in sorted(facts) for fact in facts[path]
        )
        for name, more in told.items():
            old = said[name].told if name in said else ()
            known = {one.gist for one in old}
            new = [one for one in more if one.gist not in known]
            if new:
                said[name] = Said.of(sorted((*old, *new), key=attrgetter("path")))
        return replace(
            self,
            said=said,
            contents={**self.contents, **contents},
            imports={**self.imports, **imports},
            takers={**self.takers, **takers},
            texts={**self.texts, **texts},
        )

    def without(self, paths: AbstractSet[str]) -> Index:
        """The same without what some files say."""
        left = {
            name: Said.of(tuple(one for one in said.told if one.path not in paths))
            for name, said in self.said.items()
        }
        return replace(self, said={name: said for name, said in left.items() if said.told})

    def says_as(self, other: Index) -> bool:
        """Whether another one says the same, be it on other lines."""
        return self._gist == other._gist

    @property
    def _gist(self) -> dict[str, frozenset[Told]]:
        return {name: frozenset(one.gist for one in said.told) for name, said in self.said.items()}

    def answer(self, question: str) -> str:
        """The digest of all that is said of a name, or what else somebody has asked for."""
        kind, rest = question[:1], question[1:]
        if kind == KNOWN:
            return KNOWN
        if kind == CONTENT:
            return self._content(rest)
        if kind == PLACE:
            asked_by, _, dotted = rest.partition(PLACE)
            place = self.modules.locate(dotted, asked_by)
            return place[0] if place is not None else NOTHING
        if kind in (IMPORTERS, HEIRS, BESIDE):
            path, _, name = rest.partition(BETWEEN)
            found = self._found(kind, path, name)
            return _digest(found) if found else NOTHING
        if kind == STARRING:
            starring = self.importers.starring(rest)
            return _digest(starring) if starring else NOTHING
        if kind == TAKERS:
            taken = {name: sorted(self.kinds_taken.get(name, ())) for name in rest.split(",")}
            return _digest(taken)
        name, *about = question.split(BETWEEN)
        if name not in self.said:
            return NOTHING
        return self.said[name].about(*about) if about else self.said[name].digest

    def _found(self, kind: str, path: str, name: str) -> tuple[object, ...]:
        if kind == BESIDE:
            return self.beside(name, path)
        return (self.importers.of if kind == IMPORTERS else self.importers.heirs)(path, name)

    def _content(self, path: str) -> str:
        """The digest of what a file holds."""
        if not self.is_recorded or path not in self.contents:
            return self.contents.get(path, NOTHING)
        try:
            return digest(read_regular(os.path.join(self.root, path)))
        except OSError:
            return NOTHING

    def beside(self, name: str, path: str) -> tuple[Told, ...]:
        """What is said of ids of a name by files of other folders that go with a file.

        That is so where some file uses both: what is made here may then be read there.
        """
        said = self.said.get(name)
        groups = said.by_folder.items() if said is not None else ()
        folder = _folder(path)
        far = [one for where, group in groups if where != folder for one in group]
        return tuple(one for one in far if self._go_together(one.path, path))

    def _go_together(self, path: str, other: str) -> bool:
        if self.is_test(path) and not self.is_test(other):
            return False
        return self.importers.bring_together(path, other)

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
    """What was asked for: see `Index.answer`."""
    others: OtherFiles | None = None

    @property
    def is_known(self) -> bool:
        """Whether anything is known of other files, be it that they say nothing."""
        self.asked.add(KNOWN)
        return self.index is not None

    @property
    def is_test(self) -> bool:
        """Whether the file that asks holds tests."""
        return self.index is not None and self.index.is_test(self.path)

    @property
    def generator(self) -> str | None:
        """The file of the generator, which may take its own ids apart."""
        return self.others.generator if self.others is not None else None

    def locate(self, dotted: str, asked_by: str) -> tuple[str, tuple[str, ...]] | None:
        """The file that a dotted name leads into, and what of the name is left there."""
        if self.others is None:
            return None
        self.asked.add(f"{PLACE}{asked_by}{PLACE}{dotted}")
        return self.others.modules.locate(dotted, asked_by)

    def importers(self, name: str) -> tuple[str, ...]:
        """The files that import a name of the file that asks, be it with all of it."""
        if self.index is None:
            return ()
        self.asked.add(f"{IMPORTERS}{self.path}{BETWEEN}{name}")
        return self.index.importers.of(self.path, name)

    def users(self) -> tuple[str, ...]:
        """The files that import anything of the file that asks."""
        if self.index is None:
            return ()
        self.asked.add(f"{IMPORTERS}{self.path}{BETWEEN}")
        return self.index.importers.of(self.path, "")

    @property
    def is_starred(self) -> bool:
        """Whether another file takes all names that the file that asks has."""
        if self.index is None:
            return False
        self.asked.add(STARRING + self.path)
        return bool(self.index.importers.starring(self.path))

    def speaks_of(self, path: str, word: str) -> bool:
        """Whether another file has a word in it."""
        if self.others is None:
            return False
        self.asked.add(CONTENT + path)
        return self.others.has(path, word)

    def is_read(self, name: str) -> bool:
        """Whether another file imports a name of the file that asks, or reads it of its module."""
        index, others = self.index, self.others
        if index is None or others is None:
            return False
        importers = self.importers(name)
        self.asked.update(CONTENT + path for path in importers)
        is_taken = bool(importers) and index.importers.takes(self.path, name)
        module = module_of(self.path)
        return is_taken or any(others.reads(path, module, name) for path in importers)

    def heirs(self, name: str) -> tuple[str, ...]:
        """The files with classes that inherit from one of the file that asks."""
        if self.index is None:
            return ()
        self.asked.add(f"{HEIRS}{self.path}{BETWEEN}{name}")
        return self.index.importers.heirs(self.path, name)

    def kinds_taken(self, names: Iterable[str]) -> Mapping[str, frozenset[str]] | None:
        """Of which kinds the ids are that functions of some names may take, in whatever file.

        None where nothing is known of other files.
        """
        wanted = sorted(names)
        if self.index is None:
            return None
        if not wanted:
            return {}
        self.asked.add(TAKERS + ",".join(wanted))
        if self.index.is_recorded:  # files may have changed since: who asks has to look
            return dict.fromkeys(wanted, frozenset({ANY_KIND}))
        taken = self.index.kinds_taken
        return {name: taken[name] for name in wanted if name in taken}

    def model(self, path: str) -> IdModel | None:
        """What ids are in another file; None where it cannot be read."""
        if self.others is None:
            return None
        self.asked.add(CONTENT + path)
        return self.others.model(path)

    def about(
        self,
        name: str,
        owner: str,
        speaks_of: Callable[[str], bool],
        defines: Callable[[str], bool] = lambda _: False,
        *,
        made_here: bool = True,
    ) -> Iterator[tuple[Told, bool]]:
        """What other files say of ids of a name, and whether it is surely about these.

        `owner` is the class that they are given to, where that is known; `speaks_of` tells whether
        the file that asks has a word in it, `defines` whether a class of a name is its own: what
        others say of one that they have themselves is then about another one. What concerns those
        whom a file imports is told of ids that are `made_here`, and not handed in from elsewhere.
        """
        module = module_of(self.path)
        stem = _stem(module) if made_here else ""
        self.asked.add(BETWEEN.join((name, owner, _folder(self.path), stem)))
        if made_here:
            self.asked.add(f"{BESIDE}{self.path}{BETWEEN}{name}")
        said = self.index.said.get(name) if self.index is not None else None
        if self.index is None or said is None:
            return
        own = said.by_owner.get(owner, ()) if owner else ()
        if defines(owner):
            own = tuple(told for told in own if not told.fact.has_owner)
        others = [said.by_folder.get(_folder(self.path), ()), said.of_all]
        others += [
            told for table, told in said.by_table.items() if speaks_of(table) and not defines(table)
        ]
        if made_here:
            others.append(self.index.beside(name, self.path))
        for_tests = self.is_test
        imported = said.by_module.get(stem, ())
        others.append(tuple(told for told in imported if _imports(told.fact, module)))
        for told in own:
            if told.path != self.path:
                yield told, True
        for told in dict.fromkeys(chain.from_iterable(others)):
            is_of_tests = told.fact.reach is Reach.TABLE and self.index.is_test(told.path)
            counts = (for_tests or not is_of_tests) and _may_be_of(told.fact, owner)
            if counts and told.path != self.path and told not in own:
                yield told, False

    def about_result(self, name: str) -> Iterator[tuple[Told, bool]]:
        """What other files do to what a function or a module gives, and whether it is surely that.

        `name` is that of the function with `()` behind it, or of a variable of the module with `=`.

        It is not where a package may hand on the function of another module of the same name, or
        where it is a method of who knows what.
        """
        module = module_of(self.path)
        for told in self._said_of(name, Reach.RESULT):
            owner = told.fact.owner
            if may_mean(owner, module) or may_mean(owner.rpartition(".")[0], module):
                yield told, True
            elif not owner:
                if not told.fact.modules or _imports(told.fact, module):
                    yield told, False
            elif f".{module}.".find(f".{owner}.") >= 0:
                yield told, False

    def about_parameter(self, method: str, at: int, keyword: str) -> Iterator[Told]:
        """What methods of a name do in other files to an argument, by position or by keyword."""
        for told in self._said_of(f"{method}(", Reach.PARAMETER):
            index, _, name = told.fact.owner.partition(":")
            if keyword == name if keyword else index == str(at):
                yield told

    def finds_by(self, form: str) -> bool:
        """Whether another file finds something by a text of `id()` or `hash()`, by its form."""
        return any(True for _ in self._said_of(form, Reach.KEY))

    def patching(self, functions: Iterable[str]) -> Iterator[Told]:
        """What tests put in the place of functions of some names, as this file knows them."""
        module = module_of(self.path)
        for function in functions:
            for told in self._said_of(f"{function}()", Reach.PATCH):
                if may_mean(told.fact.owner, module):
                    yield told

    def _said_of(self, name: str, reach: Reach) -> Iterator[Told]:
        """What others say of what has a name."""
        self.asked.add(name)
        said = self.index.said.get(name) if self.index is not None else None
        for told in chain.from_iterable(said.by_owner.values()) if said is not None else ():
            if told.fact.reach is reach and told.path != self.path:
                yield told


def _grouped(pairs: Iterable[tuple[str, Told]]) -> dict[str, tuple[Told, ...]]:
    found: dict[str, list[Told]] = {}
    for key, told in pairs:
        found.setdefault(key, []).append(told)
    return {key: tuple(all_) for key, all_ in found.items()}


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _digest(said: object) -> str:
    return blake2b(repr(said).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _stem(module: str) -> str:
    return module.rpartition(".")[2]


def _may_be_of(fact: Fact, owner: str) -> bool:
    """Whether what is done to the `id` of something may be done to that of a class."""
    if fact.name != "id" or fact.reach is not Reach.FOLDER or not (owner and fact.owner):
        return True
    class_, holder = snake_case(owner), fact.owner
    return class_ in holder or holder in class_


def _has_module(told: Told) -> bool:
    return told.fact.reach in (Reach.RESULT, Reach.PATCH, Reach.PARAMETER, Reach.KEY)


def _imports(fact: Fact, module: str) -> bool:
    return any(may_mean(dotted, module) for dotted in fact.modules.split())
