"""Who imports what of a project: names as the bytes of files write them, resolved once asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

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

    def heirs(self, path: str, name: str) -> tuple[str, ...]:
        """Those of them that have a class which inherits from one of the name."""
        base = f"{_BASE}{name}"
        return tuple(one for one in self.of(path, name) if base in self.imports[one].split())

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
        while pending:
            holder = pending.pop()
            named = [one for one in self._by_last.get(name, ()) if one[0] not in holders]
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
        for one in self._by_module.get(stem, ()):
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

    @cached_property
    def _by_last(self) -> Mapping[str, tuple[_Import, ...]]:
        return _grouped((one[1].rpartition(".")[2], one) for one in self._all)

    @cached_property
    def _by_module(self) -> Mapping[str, tuple[_Import, ...]]:
        """By the names that the file may have whose module it is."""
        return _grouped((part, one) for one in self._all for part in _may_be(one))

    @cached_property
    def _all(self) -> tuple[_Import, ...]:
        return tuple(self._written())

    def _written(self) -> Iterator[_Import]:
        for by, text in self.imports.items():
            for part in (part for part in text.split() if not part.startswith(_BASE)):
                module, colon, names = part.partition(":")
                between = "" if module.endswith(".") else "."
                for name in names.split(","):
                    yield by, f"{module}{between}{name}" if colon else module


def _may_be(one: _Import) -> Iterable[str]:
    """The last parts of a dotted name: of `a.b.c` the module may be that, or `a.b`."""
    parts = one[1].split(".")
    folder = one[0].split("/")[-2:-1]  # `from . import name`
    return dict.fromkeys([*parts[-2:], *(folder if not all(parts[:-1]) else ())])


def _stem(path: str) -> str:
    *folders, name = path.removesuffix(".py").split("/")
    return folders[-1] if name == "__init__" and folders else name


def _grouped(pairs: Iterable[tuple[str, _Import]]) -> dict[str, tuple[_Import, ...]]:
    found: dict[str, list[_Import]] = {}
    for key, one in pairs:
        found.setdefault(key, []).append(one)
    return {key: tuple(all_) for key, all_ in found.items()}
