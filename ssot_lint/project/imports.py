"""Who imports what of a project: names as the bytes of files write them, resolved once asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias, TypeVar

from ssot_lint.config.paths import has_name_of_test
from ssot_lint.project.modules import Modules, is_foreign

# From the beginning of a line: in a text it may be none, which a look at the file tells.
_IMPORT = re.compile(
    rb"[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]*"
    rb"(\((?:[^()#]|#[^\n]*\n)*\)|(?:[^\n#;()\\]|\\\n)+)|import[ \t]+([^\n#;]+))"
)
_COMMENT = re.compile(rb"#[^\n]*")
_NAME = re.compile(rb"([\w.]+|\*)(?:\s+as\s+\w+)?\s*(?:,|\Z)")
_CLASS = re.compile(rb"[ \t]*class[ \t]+\w+\(([^()\n]*)\)")
_WORDS = re.compile(rb"\w+")
_BASE = "@"
_STAR = "*"
_PACKAGE = "__init__.py"


def imports_in(source: bytes) -> str:
    """What the bytes of a file import, as a text of one line: `a.b:c,d e.f`.

    Without what is sure to be of the standard library, and without the names that it gets; behind
    it, from which names its classes inherit: `@C`.
    """
    found: dict[str, dict[str, None]] = {}
    for statement in _on_lines_with(b"import", _IMPORT, source):
        module, names, modules = statement.groups(b"")
        for whole in _names(modules):
            found.setdefault(whole, {})
        if module:
            found.setdefault(_text(module), {}).update(dict.fromkeys(_names(names)))
    own = ((module, names) for module, names in found.items() if not is_foreign(module))
    written = [f"{module}:{','.join(names)}" if names else module for module, names in own]
    if not written:
        return ""
    classes = _on_lines_with(b"class", _CLASS, source)
    bases = {_text(name) for found in classes for name in _WORDS.findall(found[1])}
    return " ".join((*written, *(f"{_BASE}{name}" for name in sorted(bases))))


def _on_lines_with(
    word: bytes, pattern: re.Pattern[bytes], source: bytes
) -> Iterator[re.Match[bytes]]:
    """Where a pattern, which holds a word, matches from the beginning of a line on.

    To look for the word is many times faster than to try each line.
    """
    at = source.find(word)
    while at >= 0:
        match = pattern.match(source, source.rfind(b"\n", 0, at) + 1)
        behind = at + len(word)
        if match is not None:
            yield match
            behind = max(match.end(), behind)
        at = source.find(word, behind)


def _names(written: bytes) -> Iterator[str]:
    return map(_text, _NAME.findall(_COMMENT.sub(b"", written).strip(b"() \t\r\n\\")))


def _text(name: bytes) -> str:
    return name.decode("ascii", "ignore")


# What one file imports: the file, and the dotted name. There are very many: plain tuples of texts
# are none that the garbage collector keeps track of.
_Import: TypeAlias = tuple[str, str]
_T = TypeVar("_T")


@dataclass(frozen=True)
class Importers:
    """The files that import something, for who follows it into them.

    `imports` has the texts that `imports_in` gives by the paths of files. Tests, which make what
    they need, are none but for what tests have.
    """

    imports: Mapping[str, str]
    modules: Modules
    is_test: Callable[[str], bool] = has_name_of_test
    _known: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    _around: dict[str, frozenset[str]] = field(default_factory=dict)

    def of(self, path: str, name: str) -> tuple[str, ...]:
        """The files that import a name of a file, or all of that, in order; also through others.

        Without a name, those that import anything of it.
        """
        if (path, name) not in self._known:
            found = self._find(path, name) if name else self._using(path) - {path}
            self._known[path, name] = tuple(sorted(found))
        return self._known[path, name]

    def with_tests(self, path: str) -> tuple[str, ...]:
        """The files that import anything of a file by its name, tests among them, in order."""
        direct = {one[0] for one in self._of_module(path, for_tests=True)}
        return tuple(sorted(direct.union(self.of(path, ""))))

    def takes(self, path: str, name: str) -> bool:
        """Whether another file imports a name of a file by that name."""
        return any(
            one[0] != path and self._place(one) == (path, (name,)) for one in self._by_last(name)
        )

    def heirs(self, path: str, name: str) -> tuple[str, ...]:
        """Those of them that have a class which inherits from one of the name."""
        base = f"{_BASE}{name}"
        return tuple(one for one in self.of(path, name) if base in self.imports[one].split())

    def starring(self, path: str) -> tuple[str, ...]:
        """The files that take all names of a file, whatever they may be."""
        return tuple(
            sorted({
                by
                for by, dotted in self._of_module(path, for_tests=True)
                if self._place((by, dotted)) == (path, (_STAR,))
            })
        )  # fmt: skip

    def bring_together(self, path: str, other: str) -> bool:
        """Whether some file imports of both, or one of them of the other: an object may go there.

        Packages only pass on what they import.
        """
        around, beside = self._using(path), self._using(other)
        return not around.isdisjoint(beside)

    def _using(self, path: str) -> frozenset[str]:
        """The file, and those that import anything of it."""
        if path not in self._around:
            imported = list(self._of_module(path, for_tests=self.is_test(path)))
            users = {one[0] for one in imported}
            for package in [user for user in users if user.endswith(_PACKAGE)]:
                passed_on = (one for one in imported if one[0] == package)
                for one in passed_on:
                    users.update(self._find(package, one[1].rpartition(".")[2]))
            kept = (user for user in users if not user.endswith(_PACKAGE))
            self._around[path] = frozenset((path, *kept))
        return self._around[path]

    def _find(self, path: str, name: str) -> set[str]:
        """Those of a name: directly, by a module as a whole, or of who imports it there."""
        holders = {path}
        found: set[str] = set()
        pending = [path]
        of_name = tuple(self._by_last(name))
        while pending:
            holder = pending.pop()
            named = (one for one in of_name if one[0] not in holders)
            passing = [one for one in named if self._place(one) == (holder, (name,))]
            for one in self._of_module(holder, for_tests=self.is_test(path)):
                if self._place(one) == (holder, ()):
                    found.add(one[0])
                elif one[0] not in holders and one[1].endswith(f".{_STAR}"):
                    passing.append(one)
            for by, _ in passing:
                if by not in holders:
                    holders.add(by)
                    found.add(by)
                    pending.append(by)
        for_tests = self.is_test(path)
        return {one for one in found if one != path and (for_tests or not self.is_test(one))}

    def _of_module(self, path: str, *, for_tests: bool) -> Iterator[_Import]:
        """What is imported of a file, or as that file; by tests, too, where that counts."""
        stem = _stem(path)
        for one in self._by_module(stem):
            if one[0] != path and (for_tests or not self.is_test(one[0])):
                place = self._place(one)
                if place is not None and place[0] == path:
                    yield one

    def _place(self, one: _Import) -> tuple[str, tuple[str, ...]] | None:
        if one not in self._places:
            self._places[one] = self.modules.locate(one[1], one[0])
        return self._places[one]

    @cached_property
    def _places(self) -> dict[_Import, tuple[str, tuple[str, ...]] | None]:
        return {}

    def _by_last(self, name: str) -> Iterator[_Import]:
        """What has a name at its end."""
        for part in self._parts_with.get(name, ()):
            for dotted, ends in self._dotted(part):
                if ends[-1] == name:
                    yield from ((by, dotted) for by in self._by_part[part])

    def _by_module(self, stem: str) -> Iterator[_Import]:
        """What may be of a module with a name."""
        for part in self._parts_with.get(stem, ()):
            for dotted, ends in self._dotted(part):
                if stem in ends:
                    yield from ((by, dotted) for by in self._by_part[part])
        for by, part in self._relative_in.get(stem, ()):  # `from . import name`
            yield from ((by, dotted) for dotted, _ in self._dotted(part))

    def _dotted(self, part: str) -> Sequence[tuple[str, Sequence[str]]]:
        """The dotted names of what is imported of one module, each with its last two names.

        Of `a.b.c` the module may be that, or `a.b`.
        """
        if part not in self._taken_apart:
            module, colon, names = part.partition(":")
            between = "" if module.endswith(".") else "."
            whole = [f"{module}{between}{name}" for name in names.split(",")]
            self._taken_apart[part] = [
                (dotted, dotted.split(".")[-2:]) for dotted in (whole if colon else [module])
            ]
        return self._taken_apart[part]

    @cached_property
    def _taken_apart(self) -> dict[str, Sequence[tuple[str, Sequence[str]]]]:
        return {}

    @cached_property
    def _by_part(self) -> Mapping[str, Sequence[str]]:
        """The files by what they import of one module, as they write it: many write the same."""
        return _grouped(
            (part, by)
            for by, text in self.imports.items()
            for part in text.split()
            if not part.startswith(_BASE)
        )

    @cached_property
    def _parts_with(self) -> Mapping[str, Sequence[str]]:
        """Those by the names that they end with, and by their modules'."""
        return _grouped((word, part) for part in self._by_part for word in _ends(part))

    @cached_property
    def _relative_in(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """What begins with dots, by the names of the folders of the files."""
        return _grouped(
            (folder, (by, part))
            for part, files in self._by_part.items()
            if part.startswith(".")
            for by in files
            for folder in by.split("/")[-2:-1]
        )


def _ends(part: str) -> set[str]:
    """The last two names of each that is imported of one module."""
    module, colon, names = part.partition(":")
    return {*module.split(".")[-1 if colon else -2 :], *names.split(",")}


def _stem(path: str) -> str:
    *folders, name = path.removesuffix(".py").split("/")
    return folders[-1] if name == "__init__" and folders else name


def _grouped(pairs: Iterable[tuple[str, _T]]) -> Mapping[str, list[_T]]:
    found: dict[str, list[_T]] = {}
    for key, one in pairs:
        found.setdefault(key, []).append(one)
    return found
