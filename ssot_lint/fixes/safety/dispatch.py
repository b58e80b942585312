"""What runs in the place of what a call names, or where nothing names it, in other files."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from ssot_lint.analysis.dataflow.calls.operators import SETTING, Operation
from ssot_lint.analysis.dataflow.references import references_of
from ssot_lint.analysis.syntax.parsing import FUNCTIONS, last_name_of
from ssot_lint.project.index import Project
from ssot_lint.project.links import Found, Links

# A class with more that inherit from it is a base of everything.
_MOST_HEIRS = 8


class Dispatch:
    """Methods of classes that inherit, special methods, functions by the class of an argument."""

    def __init__(self, project: Project, links: Links) -> None:
        self._project = project
        self._links = links

    def is_passed_on(self, by: str, func: ast.expr) -> bool:
        """Whether an object passes on calls of methods that its class does not have."""
        if not isinstance(func, ast.Attribute):
            return False
        owners = [one for one in self._links.of(by, func.value) if one.is_object]
        return any(any(self._links.member(one, "__getattr__")) for one in owners)

    def run_by(self, by: str, operation: Operation) -> Iterator[Found]:
        """The methods that an operation may run."""
        is_set, target = operation.method == SETTING, operation.receiver
        owner = target.value if is_set and isinstance(target, ast.Attribute) else target
        for found in self._links.of(by, owner):
            if found.is_object and is_set:
                yield from self._links.setters(found, last_name_of(target))
            elif found.is_object:
                yield from self._links.member(found, operation.method)

    def overriding(self, method: Found) -> Iterator[Found]:
        """The methods that run in place of one where an object is of a class that inherits it."""
        ids = self._links.ids(method.path)
        owner = ids.semantics.once(references_of).parent(method.node) if ids is not None else None
        if not (isinstance(owner, ast.ClassDef) and method.bound):
            return
        pending = [Found(method.path, owner)]
        for class_ in pending:  # grows while it is gone through
            if len(pending) > _MOST_HEIRS:  # a base of everything
                break
            for heir in self._heirs(class_):
                pending.append(heir)
                for part in heir.node.body:
                    if isinstance(part, FUNCTIONS) and part.name == method.node.name:
                        yield replace(method, path=heir.path, node=part, is_guess=True)

    def _heirs(self, class_: Found) -> Iterator[Found]:
        """The classes that inherit from one themselves."""
        project = replace(self._project, path=class_.path)
        for path in (class_.path, *project.heirs(class_.node.name)):
            ids = self._links.ids(path)
            for node in ids.semantics.syntax.of(ast.ClassDef) if ids is not None else ():
                bases = self._links.bases(Found(path, node))
                if any(base.node is class_.node for base in bases):
                    yield Found(path, node)

    def by_class_of_argument(self, found: Found) -> Iterator[Found]:
        """What a function that goes by the class of its argument runs in its place."""
        ids = self._links.ids(found.path)
        if ids is None or "singledispatch" not in map(last_name_of, _decorators(found)):
            return
        for node in ids.semantics.once(references_of).decorated("register"):
            if isinstance(node, FUNCTIONS):
                written = {ast.unparse(decorator) for decorator in node.decorator_list}
                if any(one.startswith(f"{found.node.name}.register") for one in written):
                    yield Found(found.path, node)


def _decorators(found: Found) -> list[ast.expr]:
    return found.node.decorator_list
