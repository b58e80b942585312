"""The functions of all files of a project that calls in one of them run."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from ssot_lint.ids.id_model import Callee, Callees, IdModel, Resolver
from ssot_lint.project.index import Project
from ssot_lint.project.links import Links
from ssot_lint.project.modules import is_foreign


def resolver(project: Callable[[], Project]) -> Resolver:
    """What tells which functions the calls of a file run, who may ask the project of others."""

    def of_file(ids: IdModel) -> Callees:
        asking = project()
        return _Callees(Links(asking, ids), asking, asking.path, ids)

    return of_file


def _may_be_of_project(ids: IdModel, func: ast.expr) -> bool:
    """Whether a call that nothing is known of may run code of the project."""
    dotted = ids.semantics.names.dotted(func)
    if not dotted:
        return isinstance(func, ast.Attribute)  # of an object, whose class others may have
    return not all(map(is_foreign, dotted))


class _Callees:
    """Those that calls in one file run."""

    def __init__(
        self, links: Links, project: Project, path: str, asking: IdModel | None = None
    ) -> None:
        """`asking` is the model of the file whose findings depend on it."""
        self._links = links
        self._project = project
        self._path = path
        self._asking = asking

    def __call__(self, func: ast.expr) -> Sequence[Callee]:
        found = list(self._of(func))
        ids = self._asking
        if ids is not None and self._project.index is None:
            ids.is_undecided |= not found and _may_be_of_project(ids, func)
        return found

    def kinds_taken(self, names: Iterable[str]) -> Mapping[str, frozenset[str]] | None:
        """Of which kinds the ids are that functions of some names may take, wherever they are."""
        return self._project.kinds_taken(names)

    def finds_by(self, form: str) -> bool:
        """Whether another file finds something by a text that tells of an object, by its form."""
        if self._asking is not None and self._project.index is None:
            self._asking.is_undecided = True
        return self._project.finds_by(form)

    def _of(self, func: ast.expr) -> Iterator[Callee]:
        index = self._project.index
        root = index.root if index is not None else ""
        for found in self._links.of(self._path, func):
            ids = self._links.ids(found.path)
            is_called = not (isinstance(found.node, ast.ClassDef) and found.is_object)
            if ids is not None and is_called and not found.is_guess:
                inside = _Callees(self._links, self._project, found.path)
                yield Callee(ids, found.node, found.path, found.bound, inside, self._path, root)
