"""Where an import goes: where isort and ruff's `I` rules want it, in blocks that they have sorted.

Sections, their order and that of the imports in them are these tools' defaults:
https://docs.astral.sh/ruff/settings/#lintisort and https://pycqa.github.io/isort/docs/configuration/options.html
"""

from __future__ import annotations

import ast
import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import accumulate, pairwise, product
from pathlib import Path
from typing import NamedTuple, TypeAlias

from ssot_lint.analysis.semantics.import_bindings import ImportStatement
from ssot_lint.fixes.imports.statements import Statements

_STDLIB = sys.stdlib_module_names
_DIGITS = re.compile(r"(\d+)")

_Key: TypeAlias = tuple[tuple[int, str], ...]
_KeyOf: TypeAlias = Callable[[ImportStatement], _Key]
_RankOf: TypeAlias = Callable[[ImportStatement], int]


@dataclass(frozen=True)
class Packages:
    """What of the packages that a file imports lies in its project: asked of the disk.

    `relative` is the path of the file relative to `root`, `folders` those that the generator's
    module is found in; empty where it is installed, and found by all. `is_tangled` tells whether
    what that imports is imported in circles.
    """

    root: Path
    relative: str
    folders: tuple[str, ...]
    is_tangled: bool = False

    def is_first_party(self, module: str) -> bool:
        """Whether a module lies in the project, where ruff and isort, left to themselves, look.

        A dotted name is looked for as a whole, as ruff does; isort asks for the package alone.
        """
        is_own = module.partition(".")[0] == self._own
        return is_own or any(self._holds(folder, module) for folder in ("", "src/"))

    def shows_generator(self, node: ImportStatement) -> bool:
        """Whether the generator's module is found where an import has succeeded.

        It is of a module that lies where the generator's does, and not beside the file, too: what
        is started by its path finds that first. A folder alone says nothing: an installed package
        may have its name.
        """
        own_folder = self.relative.rpartition("/")[0]
        if own_folder and self._holds(f"{own_folder}/", root_of(node)):
            return False
        named = [_dotted(node)]
        if isinstance(node, ast.ImportFrom):
            named += [f"{_dotted(node)}.{alias.name}" for alias in node.names]
        return bool(root_of(node)) and any(map(self._is_beside_generator, named))

    def _is_beside_generator(self, module: str) -> bool:
        paths = (self.root / folder / module.replace(".", "/") for folder in self.folders)
        return not self.folders or any(
            path.with_suffix(".py").is_file() or (path / "__init__.py").is_file() for path in paths
        )

    def may_hold(self, name: str) -> bool:
        """Whether a package may be the project's: it lies in a folder around the file."""
        above = ("", *accumulate(f"{part}/" for part in self.relative.split("/")[:-1]))
        return any(
            self._holds(f"{folder}{inner}", name) for folder in above for inner in ("", "src/")
        )

    @property
    def is_found_at_once(self) -> bool:
        """Whether whoever imports this file as a part of its package finds the generator's module
        as well.
        """
        return not self.folders or (bool(self._own) and self._is_beside_generator(self._own))

    def _holds(self, folder: str, name: str) -> bool:
        """Whether a package or a module lies in a folder below the root."""
        if not name:
            return False
        if (folder, name) not in self._seen:
            path = self.root / folder / name.replace(".", "/")
            self._seen[folder, name] = path.is_dir() or path.with_suffix(".py").is_file()
        return self._seen[folder, name]

    @cached_property
    def _seen(self) -> dict[tuple[str, str], bool]:
        return {}

    @cached_property
    def _own(self) -> str:
        """The outermost package that the file is a part of; empty where it is of none."""
        folder, name = (self.root / self.relative).parent, ""
        while folder != self.root.parent and (folder / "__init__.py").is_file():
            name, folder = folder.name, folder.parent
        return name


class Place(NamedTuple):
    """A place in a block of imports."""

    before: int
    """The import of the block that the new one goes before; their number for the end."""
    begins: bool
    """Whether it is a section of its own: with a blank line on either side of it, where there is
    another."""
    leads: bool = False
    """Whether it is the first one of a section that is there."""


def root_of(node: ast.stmt) -> str:
    """The outermost package that an import names; empty for relative ones and other code."""
    if isinstance(node, ast.Import):
        return node.names[0].name.partition(".")[0]
    if isinstance(node, ast.ImportFrom) and not node.level:
        return (node.module or "").partition(".")[0]
    return ""


def place(
    block: Sequence[ImportStatement],
    new: ImportStatement,
    packages: Packages,
    places: Statements,
    *,
    is_script: bool,
) -> Place | None:
    """The place of a new import in a block; None where the block is not sorted as these tools do,
    or where the module might not be found as early as that.
    """
    whole, outermost = _dotted, root_of
    for named, is_apart in product((whole, outermost), (_never, places.has_blank_between)):
        rank = partial(_rank, packages=packages, named=named)
        found = _place(_sections(block, rank, is_apart), new, rank)
        if found is not None:
            is_sure = packages.is_found_at_once and not is_script and not packages.is_tangled
            return found if is_sure or _is_found(block, found.before, packages) else None
    return None


def _place(
    sections: Sequence[Sequence[ImportStatement]], new: ImportStatement, rank: _RankOf
) -> Place | None:
    """The place of an import in sections; None where these are not sorted."""
    key, own = _order(sections), rank(new)
    ranks = [rank(section[0]) for section in sections]
    if key is None or ranks != sorted(ranks):
        return None
    fitting = [number for number, one in enumerate(ranks) if one == own]
    if not fitting:
        above = sections[: sum(one < own for one in ranks)]
        return Place(sum(map(len, above)), begins=True)
    related = (n for n in fitting if any(root_of(o) == root_of(new) for o in sections[n]))
    number = next(related, fitting[-1])
    within = bisect_right([key(node) for node in sections[number]], key(new))
    return Place(sum(map(len, sections[:number])) + within, begins=False, leads=not within)


def _is_found(block: Sequence[ImportStatement], index: int, packages: Packages) -> bool:
    """Whether the generator's module is found as early as before an import of the block, if it is
    behind all of them.

    An import may change where modules are found. Foreign ones do not, nor do those behind one
    that is found where the generator's is. Where the generator's module imports others in circles,
    one of the project may have to be imported first.
    """
    shows = (lambda node: False) if packages.is_tangled else packages.shows_generator
    if (not packages.folders and not packages.is_tangled) or any(map(shows, block[:index])):
        return True
    for node in block[index:]:
        root = root_of(node)
        if shows(node):
            return True
        if not root or (root not in _STDLIB and packages.may_hold(root)):
            return False
    return True


def _sections(
    block: Sequence[ImportStatement],
    rank: _RankOf,
    is_apart: Callable[[ImportStatement, ImportStatement], bool],
) -> list[list[ImportStatement]]:
    """The imports of a block, cut where another kind of package begins, or others say so."""
    sections: list[list[ImportStatement]] = []
    for node in block:
        last = sections[-1][-1] if sections else None
        if last is None or rank(last) != rank(node) or is_apart(last, node):
            sections.append([])
        sections[-1].append(node)
    return sections


def _never(before: ImportStatement, after: ImportStatement) -> bool:
    return False


def _order(sections: Sequence[Sequence[ImportStatement]]) -> _KeyOf | None:
    """The order that all sections are in; None where that is none of the known ones."""
    nodes = [node for section in sections for node in section]
    if any(before.end_lineno == after.lineno for before, after in pairwise(nodes)):
        return None
    for key in (_kinds_apart, _by_module):
        if all(key(a) <= key(b) for section in sections for a, b in pairwise(section)):
            return key
    return None


def _kinds_apart(node: ImportStatement) -> _Key:
    """`import a` before `from a import b`, as is usual."""
    return ((int(isinstance(node, ast.ImportFrom)), ""), *_by_module(node))


def _by_module(node: ImportStatement) -> _Key:
    """By the module alone, `force-sort-within-sections`; of one module, by the first name."""
    return (*natural(_dotted(node)), (-2, ""), *_by_type(node.names[0].name))


def natural(name: str) -> _Key:
    """What names are sorted by: without regard to case, and numbers by their size."""
    parts = _DIGITS.split(name.lower())
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in parts)


def _rank(
    node: ImportStatement, packages: Packages, named: Callable[[ImportStatement], str]
) -> int:
    """Which section an import belongs to, counted from the top.

    `named` tells what of its module is looked for in the project.
    """
    root = root_of(node)
    if not root:
        return 4
    if root == "__future__":
        return 0
    if root in _STDLIB:
        return 1
    return 3 if packages.is_first_party(named(node)) else 2


def _dotted(node: ImportStatement) -> str:
    """The module that an import is of."""
    return node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name


def with_name(names: Sequence[str], new: str) -> int | None:
    """Where a name goes among those of `from m import a, b`; None where they are not sorted.

    Constants before classes before the rest, as `order-by-type` has it, else by the alphabet.
    """
    for key in (_by_type, natural):
        keys = [key(name) for name in names]
        if keys == sorted(keys):
            return bisect_right(keys, key(new))
    return None


def _by_type(name: str) -> _Key:
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return ((kind, ""), *natural(name))
