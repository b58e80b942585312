"""Which files use what one gives, and what has it there: by its name, by objects, by callbacks."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias

from ssot_lint.analysis.dataflow.access_paths import WHOLE, AccessPath, Root
from ssot_lint.analysis.dataflow.references import Defined, references_of
from ssot_lint.ids.id_model import IdModel
from ssot_lint.project.index import Project
from ssot_lint.project.links import Found, Links
from ssot_lint.project.modules import imported_as

# What more files use than that is known by what they do to what has its name, as facts have it.
_MOST = 64
User: TypeAlias = tuple[str, tuple[AccessPath, ...]]
"""A file, and what has an id there that another file gives it."""


class Users:
    """Those of files of a project."""

    def __init__(self, project: Project, links: Links) -> None:
        self._project = project
        self._links = links
        # What tests make, they hand to what they try, whatever others do with that.
        self._is_for_test = project.is_test

    def of(self, by: str, path: AccessPath) -> Iterator[User]:
        """Those of what a path of a file holds: its functions give it, or others share it."""
        for home, held in self._homes(by, path):
            if home != by:
                yield home, (held,)
            yield from self._used_of(home, held, by)
        yield from self._filled(by, path)

    def _filled(self, by: str, path: AccessPath) -> Iterator[User]:
        """What other files have put it into who hand a container to a function that fills it."""
        ids = self._links.ids(by)
        is_container = bool(path.labels.chain) and not path.labels.is_text
        if ids is None or path.root is not Root.VARIABLE or not (path.scope and is_container):
            return
        named = ids.semantics.once(references_of).taking(path.name)
        for taking in (one for one in named if one.scope == path.scope):
            for other, given in self.giving(by, taking, path.name):
                importing = self._links.ids(other)
                if isinstance(given, ast.Name) and importing is not None:
                    held = importing.semantics.once(references_of).variable(given.id, given)
                    yield other, (replace(held, labels=path.labels),)

    def _used_of(self, home: str, held: AccessPath, by: str) -> Iterator[User]:
        """The files beside one that use what another one has."""
        ids = self._links.ids(home)
        project = replace(self._project, path=home)
        if ids is None:
            return
        for name in _exported_as(ids, held):
            for other in project.importers(name):
                importing = self._links.ids(other) if other != by else None
                known = tuple(_known_as(importing, held, name)) if importing is not None else ()
                if known:
                    yield other, known
        attribute = _attribute_of(ids, held)
        if attribute is not None:
            for base in self._bases(home, ids, held):
                yield base, (attribute,)
            of_classes = (one for name in _owners_of(ids, held) for one in project.importers(name))
            users = dict.fromkeys((*project.users(), *of_classes))
            for other in users if len(users) <= _MOST else ():
                if other != by and project.speaks_of(other, attribute.name):
                    yield other, (attribute,)

    def _bases(self, path: str, ids: IdModel, held: AccessPath) -> Iterator[str]:
        """The files of classes whose methods may call a method of one that inherits from them."""
        references = ids.semantics.once(references_of)
        for method in references.functions.get(held.name, ()) if not self._is_for_test else ():
            owner = references.parent(method.node)
            if isinstance(owner, ast.ClassDef):
                above = self._links.bases(Found(path, owner))
                yield from dict.fromkeys(one.path for one in above if one.path != path)

    def _homes(self, by: str, path: AccessPath) -> Iterator[tuple[str, AccessPath]]:
        """The files that have what a file keeps an id in, and what that is there."""
        ids = self._links.ids(by)
        dotted: list[str] = []
        if ids is not None and path.root is Root.VARIABLE and not path.scope:
            dotted += filter(None, [imported_as(ids.semantics.names.imports, path.name)])
        is_container = path.root is Root.FIELD and bool(path.labels.chain) and not path.owner
        if ids is not None and is_container and not path.labels.is_text and not self._is_for_test:
            for load in ids.semantics.once(references_of).loads(replace(path, labels=WHOLE)):
                if isinstance(load, ast.Attribute):
                    dotted += sorted(ids.semantics.names.dotted(load))
                    found = self._links.of(by, load.value)
                    owners = [one for one in found if one.is_object and one.path != by]
                    yield from ((one.path, replace(path, is_guess=True)) for one in owners)
        homes = (self._project.locate(one, by) for one in dict.fromkeys(dotted))
        located = [home for home in homes if home is not None and len(home[1]) == 1]
        for file, (name,) in located:
            yield file, AccessPath(Root.VARIABLE, name, labels=path.labels)
        if not located:
            yield by, path

    def giving(self, by: str, taking: Defined, name: str) -> Iterator[tuple[str, ast.AST]]:
        """What files that import a function give it for a parameter, each with the file."""
        imported, called = _called_as(taking)
        for other in replace(self._project, path=by).importers(imported) if imported else ():
            # To look for a word in a file costs a tenth of what it takes to parse it.
            is_spoken_of = called == imported or self._project.speaks_of(other, called)
            ids = self._links.ids(other) if is_spoken_of else None
            if ids is None:
                continue
            references = ids.semantics.once(references_of)
            for known in _names_for(ids, called) if called == imported else [called]:
                calls = references.calls(known)
                given = (taking.argument(call, name) for call in calls)
                yield from ((other, one) for one in given if one is not None)
                if [arg.arg for arg in taking.parameters[:1]] == [name]:
                    yield from ((other, node) for node in references.decorated(known))


def _exported_as(ids: IdModel, path: AccessPath) -> Iterator[str]:
    """The names that others import to get what a path of a file holds."""
    if path.root is Root.RESULT:
        functions = ids.semantics.once(references_of).functions.get(path.name, ())
        if any("." not in one.scope for one in functions):
            yield path.name
    elif path.root is Root.VARIABLE and not path.scope:
        yield path.name


def _attribute_of(ids: IdModel, path: AccessPath) -> AccessPath | None:
    """What holds it of objects that others have: whoever uses the file may have some.

    What a method or a property gives, or a container that a class has.
    """
    references = ids.semantics.once(references_of)
    if path.root is Root.RESULT:
        methods = [one for one in references.functions.get(path.name, ()) if one.in_class]
        root = Root.FIELD if references.is_property(path.name) else Root.RESULT
        is_given = bool(methods) and not path.name.startswith("__")
        return replace(path, root=root, is_guess=True) if is_given else None
    is_container = bool(path.labels.chain) and not path.labels.is_text
    if path.root is not Root.FIELD or not is_container:
        return None
    is_shared = path.is_guess or path.name in ids.semantics.fields.of(path.owner)
    return replace(path, owner="", is_guess=True) if is_shared else None


def _owners_of(ids: IdModel, path: AccessPath) -> Iterator[str]:
    """The classes of a file whose methods or containers have what a path holds, by their names."""
    functions = ids.semantics.once(references_of).functions.get(path.name, ())
    scopes = (one.scope.split(".") for one in functions if one.in_class)
    yield from dict.fromkeys((*(scope[0] for scope in scopes), *filter(None, [path.owner])))


def _known_as(ids: IdModel, path: AccessPath, name: str) -> Iterator[AccessPath]:
    """What in a file that imports a name of another one holds what a path holds there."""
    bound = _bound(ids, name)
    yield from (replace(path, name=one, owner="") for one in bound)
    if not bound and name not in ids.semantics.defined:  # by its module
        is_call = path.root is Root.RESULT
        yield path if is_call else AccessPath(Root.FIELD, name, labels=path.labels, is_guess=True)


def _called_as(function: Defined) -> tuple[str, str]:
    """The name that others import to call a function, and the one that they call; empty for none.

    A method is called by its own name, but for what makes objects: that runs with the class's.
    """
    match function.scope.split("."):
        case [name]:
            return name, name
        case [owner, "__init__" | "__new__"] if function.in_class:
            return owner, owner
        case [owner, name] if function.in_class:
            return owner, name
    return "", ""


def _names_for(ids: IdModel, name: str) -> list[str]:
    """The names by which a file knows what it imports by a name, or with its module."""
    is_own = name in ids.semantics.defined
    return _bound(ids, name) or ([] if is_own else [name])


def _bound(ids: IdModel, name: str) -> list[str]:
    """The names that imports of a name give it."""
    return sorted(
        {
            alias.asname or alias.name
            for statement, alias in _aliases(ids)
            if isinstance(statement, ast.ImportFrom) and alias.name == name
        }
    )


def _aliases(ids: IdModel) -> Iterator[tuple[ast.Import | ast.ImportFrom, ast.alias]]:
    for statement in ids.semantics.names.imports:
        yield from ((statement, alias) for alias in statement.names)
