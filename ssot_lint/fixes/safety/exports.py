"""What a file gives others that import it, and by which names they know it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from ssot_lint.analysis.dataflow.access_paths import AccessPath, Root
from ssot_lint.analysis.dataflow.references import Defined, references_of
from ssot_lint.ids.id_model import IdModel


def exported_as(ids: IdModel, path: AccessPath) -> Iterator[str]:
    """The names that others import to get what a path of a file holds."""
    if path.root is Root.RESULT:
        functions = ids.semantics.once(references_of).functions.get(path.name, ())
        if any("." not in one.scope for one in functions):
            yield path.name
    elif path.root is Root.VARIABLE and not path.scope:
        yield path.name


def attribute_of(ids: IdModel, path: AccessPath) -> AccessPath | None:
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


def owners_of(ids: IdModel, path: AccessPath) -> Iterator[str]:
    """The classes of a file whose methods or containers have what a path holds, by their names."""
    functions = ids.semantics.once(references_of).functions.get(path.name, ())
    scopes = (one.scope.split(".") for one in functions if one.in_class)
    yield from dict.fromkeys((*(scope[0] for scope in scopes), *filter(None, [path.owner])))


def known_as(ids: IdModel, path: AccessPath, name: str) -> Iterator[AccessPath]:
    """What in a file that imports a name of another one holds what a path holds there."""
    bound = _bound(ids, name)
    yield from (replace(path, name=one, owner="") for one in bound)
    if not bound and name not in ids.semantics.defined:  # by its module
        is_call = path.root is Root.RESULT
        yield path if is_call else AccessPath(Root.FIELD, name, labels=path.labels, is_guess=True)


def called_as(function: Defined) -> tuple[str, str]:
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


def names_for(ids: IdModel, name: str) -> list[str]:
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
