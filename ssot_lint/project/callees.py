"""The functions of all files of a project that calls in one of them run."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

from ssot_lint.ids.id_model import Callee, Callees, IdModel, Resolver
from ssot_lint.project.index import Project
from ssot_lint.project.links import Links
from ssot_lint.project.modules import is_foreign


def resolver(project: Callable[[], Project]) -> Resolver:
    """What tells which functions the calls of a file run, who may ask the project of others."""

    def of_file(ids: IdModel) -> Callees:
        asking = project()
        root = asking.index.root if asking.index is not None else ""
        callees = _Callees(Links(asking, ids), asking.path, root)
        if asking.index is not None:
            return callees

        def of(func: ast.expr) -> Sequence[Callee]:
            found = callees(func)
            ids.is_undecided |= not found and _may_be_of_project(ids, func)
            return found

        return of

    return of_file


def _may_be_of_project(ids: IdModel, func: ast.expr) -> bool:
    """Whether a call that nothing is known of may run code of the project."""
    dotted = ids.semantics.names.dotted(func)
    if not dotted:
        return isinstance(func, ast.Attribute)  # of an object, whose class others may have
    return not all(map(is_foreign, dotted))


class _Callees:
    """Those that calls in one file run."""

    def __init__(self, links: Links, path: str, root: str) -> None:
        self._links = links
        self._path = path
        self._root = root

    def __call__(self, func: ast.expr) -> Sequence[Callee]:
        return list(self._of(func))

    def _of(self, func: ast.expr) -> Iterator[Callee]:
        for found in self._links.of(self._path, func):
            ids = self._links.ids(found.path)
            is_called = not (isinstance(found.node, ast.ClassDef) and found.is_object)
            if ids is not None and is_called and not found.is_guess:
                inside = _Callees(self._links, found.path, self._root)
                yield Callee(
                    ids, found.node, found.path, found.bound, inside, self._path, self._root
                )
