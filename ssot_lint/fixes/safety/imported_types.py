"""What declarations say whose types and widths other files name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ssot_lint.analysis.dataflow.declared_types import Fixed, fixed_by
from ssot_lint.analysis.semantics.signatures import Declaration
from ssot_lint.analysis.syntax.parsing import walk
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.kinds import snake_case
from ssot_lint.project.index import Project, Told
from ssot_lint.project.links import Links
from ssot_lint.project.modules import imported_as

# How many names for a name are followed.
_LONGEST = 3


class ImportedTypes:
    """Those of the declarations that an id meets on its way."""

    def __init__(self, project: Project, links: Links) -> None:
        self._project = project
        self._links = links
        self._known: dict[tuple[str, str], dict[str, ast.expr]] = {}

    def fixed(self, path: str, declaration: Declaration, name: str) -> Fixed | None:
        """Why a declaration of a file fixes the form of what has a name, by what it imports."""
        ids = self._links.ids(path)
        aliases = self._aliases(path, ids, declaration) if ids is not None else {}
        if ids is None or not aliases:
            return None
        return fixed_by(declaration, name, {**aliases, **ids.semantics.fields.aliases})

    def told(self, told: Told) -> Fixed | None:
        """The same of a field that a fact is about."""
        ids = self._links.ids(told.path)
        declared = ids.semantics.fields.of(told.fact.owner) if ids is not None else {}
        for name, declaration in declared.items():
            if snake_case(name) == told.fact.name:
                return self.fixed(told.path, declaration, name)
        return None

    def _aliases(self, path: str, ids: IdModel, declaration: Declaration) -> dict[str, ast.expr]:
        """What the names of a declaration stand for that a file imports."""
        found: dict[str, ast.expr] = {}
        own = ids.semantics.fields.aliases
        pending = [*_names(declaration.annotation), *_names(declaration.value)]
        for _ in range(_LONGEST):
            behind = [own[node.id] for node in pending if node.id in own]
            for node in pending:
                found.update(self._imported(path, ids, node))
            pending = [name for part in behind for name in _names(part)]
        return found

    def _imported(self, path: str, ids: IdModel, node: ast.Name) -> dict[str, ast.expr]:
        """What a name stands for, with all that the file names which has it."""
        key = (path, node.id)
        if key not in self._known:
            self._known[key] = found = {}
            dotted = imported_as(ids.semantics.names.imports, node.id)
            place = self._project.locate(dotted, path) if dotted is not None else None
            if place is not None and len(place[1]) == 1:
                found.update(self._named_in(node.id, *place))
        return self._known[key]

    def _named_in(self, name: str, path: str, names: tuple[str, ...]) -> dict[str, ast.expr]:
        ids = self._links.ids(path)
        if ids is None:
            return {}
        fields = ids.semantics.fields
        made: object = fields.aliases.get(names[0])
        if made is None and "impl" in fields.of(names[0]):  # a type of SQLAlchemy
            made = fields.of(names[0])["impl"].value
        return {**fields.aliases, name: made} if isinstance(made, ast.expr) else {}


def _names(code: ast.expr | str | None) -> Iterator[ast.Name]:
    """The names in an expression, from those that are read in it."""
    if isinstance(code, ast.expr):
        yield from (node for node in walk(code) if isinstance(node, ast.Name))
