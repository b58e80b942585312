"""Which file of a project holds a module: no import is run, no environment is asked."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ssot_lint.config.paths import DEEPEST_PACKAGES, FOLDERS_OF_TESTS


@dataclass(frozen=True)
class Modules:
    """The modules of a project.

    `paths` are those of all Python files, relative to the root, with forward slashes.
    """

    paths: Collection[str]

    def locate(self, dotted: str, asked_by: str) -> tuple[str, tuple[str, ...]] | None:
        """The file that a dotted name leads into, and what of the name is left there.

        Dots in front count from the folder of the file that asks. An absolute name may begin at
        any folder around that file, or `src` there: the outermost one that has it is taken, as the
        names of packages are complete more often than not. Else at the one folder elsewhere that
        packages lie in and that has it: those of a monorepo. None where no file has it.
        """
        level = len(dotted) - len(dotted.lstrip("."))
        names = tuple(filter(None, dotted[level:].split(".")))
        for root in self._roots(names, level, asked_by):
            for count in range(len(names), -1 if level else 0, -1):
                path = self._file("/".join((*root, *names[:count])))
                if path is not None:
                    return path, names[count:]
        return None

    def _roots(
        self, names: tuple[str, ...], level: int, asked_by: str
    ) -> Iterator[tuple[str, ...]]:
        folders = tuple(asked_by.split("/")[:-1])
        if level:
            if level <= len(folders) + 1:
                yield folders[: len(folders) - level + 1]
            return
        if not names or is_foreign(names[0]):
            return
        for count in range(len(folders) + 1):
            yield folders[:count]
            if folders[count : count + 1] != ("src",):
                yield (*folders[:count], "src")
        apart = self._apart.get(names[0])
        if apart is not None:
            yield apart

    @cached_property
    def _apart(self) -> Mapping[str, tuple[str, ...] | None]:
        """By the names of packages and modules: the folder below the root that they lie in.

        As for the generator's source: up to two levels below, or in `src` there. None where there
        are several, which need not be found by all.
        """
        found: dict[str, tuple[str, ...] | None] = {}
        for path in self.paths:
            if path.endswith(".py"):
                for root, name in self._tops(path.removesuffix(".py").split("/")):
                    found[name] = root if found.get(name, root) == root else None
        return found

    def _tops(self, parts: Sequence[str]) -> Iterator[tuple[tuple[str, ...], str]]:
        """The folders that packages may lie in above a file, each with what of it lies there."""
        for count in range(1, min(len(parts), DEEPEST_PACKAGES + 2)):
            root = tuple(parts[:count])
            if root[-1] in FOLDERS_OF_TESTS or f"{'/'.join(root)}/__init__.py" in self.paths:
                return
            if count <= DEEPEST_PACKAGES or root[-1] == "src":
                is_package = f"{'/'.join(root)}/{parts[count]}/__init__.py" in self.paths
                if is_package or count + 1 == len(parts):
                    yield root, parts[count]

    def _file(self, module: str) -> str | None:
        names = (f"{module}.py", f"{module}/__init__.py") if module else ("__init__.py",)
        return next((name for name in names if name in self.paths), None)


def is_foreign(dotted: str) -> bool:
    """Whether a name is sure to be of the standard library."""
    return dotted.partition(".")[0] in sys.stdlib_module_names


def module_of(path: str) -> str:
    """The dotted name of the module that a file is; `path` has forward slashes."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def may_mean(dotted: str, module: str) -> bool:
    """Whether a dotted name may mean a module: it may begin at a folder below the root."""
    return module == dotted or module.endswith(f".{dotted}")


def imported_by(statements: Iterable[ast.Import | ast.ImportFrom], path: str) -> tuple[str, ...]:
    """The modules of the project that the imports of a file may mean.

    `from a import b` may mean `a.b`, too.
    """
    found = dict.fromkeys(name for node in statements for name in _modules(node, path))
    return tuple(name for name in found if name and not is_foreign(name))


def imported_as(statements: Iterable[ast.Import | ast.ImportFrom], name: str) -> str | None:
    """The dotted name of what a file knows by a name that it imports from a module, if it does.

    Dots in front are those of a relative import.
    """
    for node in statements:
        for alias in node.names if isinstance(node, ast.ImportFrom) else ():
            if (alias.asname or alias.name) == name and isinstance(node, ast.ImportFrom):
                return "." * node.level + (f"{node.module}." if node.module else "") + alias.name
    return None


def _modules(node: ast.Import | ast.ImportFrom, path: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    folders = path.split("/")[:-1]
    above = folders[: len(folders) - node.level + 1] if node.level else []
    base = ".".join(filter(None, (*above, node.module)))
    yield base
    yield from (f"{base}.{alias.name}" for alias in node.names if alias.name != "*")
