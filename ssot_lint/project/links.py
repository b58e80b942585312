"""What expressions stand for that other files define: functions, classes, objects of these."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from ssot_lint.analysis.dataflow.references import PROPERTIES, Defined, References, references_of
from ssot_lint.analysis.syntax.parsing import (
    Function,
    children,
    last_name_of,
    own_nodes,
    parameters,
)
from ssot_lint.ids.id_model import IdModel

if TYPE_CHECKING:
    from ssot_lint.project.index import Project

# Nobody writes longer ways from a name to what it stands for; circles have no end.
_LONGEST = 24
# So many files are read for one; who hands an id on and on names it for what it is.
_MOST_FILES = 64
WRAPPERS = frozenset({"Optional", "Annotated", "Union", "Type", "type", "Final", "ClassVar"})
"""What may stand around the class in an annotation, and means its objects all the same."""
_CLASSES = frozenset({"Type", "type"})
_INJECTING = frozenset({"Depends", "Security", "Provide", "Inject"})

_Bound: TypeAlias = Function | ast.ClassDef | ast.ImportFrom | ast.expr


@dataclass(frozen=True)
class Found:
    """A function or a class, or an object of the class, and the file that defines it."""

    path: str
    """Relative to the root of the project."""
    node: Function | ast.ClassDef
    is_object: bool = False
    bound: bool = False
    """Whether the function is a method that is read of an object, or of a class for itself."""
    is_guess: bool = False
    """Whether it may be another one that is meant: a method of a class that inherits."""


class Links:
    """Resolves expressions of one file, and of those that these lead into."""

    def __init__(self, project: Project, ids: IdModel) -> None:
        self._project = project
        self._models: dict[str, IdModel | None] = {project.path: ids}
        self._open: set[tuple[str, ast.AST | str]] = set()
        self._names: dict[str, dict[str, list[_Bound]]] = {}
        self._known: dict[tuple[str, ast.AST | str], list[Found]] = {}
        self._refused = 0
        """How often something was not asked, because that would go in a circle or too far."""

    def ids(self, path: str) -> IdModel | None:
        """What ids are in a file: the same model for all who ask, whose nodes they compare."""
        if path not in self._models and len(self._models) < _MOST_FILES:
            self._models[path] = self._project.model(path)
        return self._models.get(path)

    def of(self, path: str, node: ast.expr) -> list[Found]:
        """What an expression of a file may stand for; empty where nothing is known of it."""
        return self._once(path, node, lambda ids: self._look_at(path, ids, node))

    def _once(
        self, path: str, what: ast.AST | str, ask: Callable[[IdModel], Iterable[Found]]
    ) -> list[Found]:
        """What a question about something in a file gives, asked once."""
        key = (path, what)
        if key in self._known:
            return self._known[key]
        ids = self.ids(path)
        if ids is None or not self._may_open(key):
            return []
        refused = self._refused
        self._open.add(key)
        found = list(dict.fromkeys(ask(ids)))
        self._open.discard(key)
        if refused == self._refused:  # otherwise a circle may have hidden something
            self._known[key] = found
        return found

    def member(self, owner: Found, name: str) -> Iterator[Found]:
        """What an attribute of a class, or of its objects, stands for; it may be inherited."""
        yield from self._inherited(owner, lambda one: self._declared_in(one, name))

    def _inherited(
        self, owner: Found, declared: Callable[[Found], Iterable[Found]]
    ) -> Iterator[Found]:
        """What a class says, or those above that say it first; circles of classes end."""
        pending, seen = [owner], set[ast.AST]()
        while pending:
            one = pending.pop(0)
            if not isinstance(one.node, ast.ClassDef) or one.node in seen:
                continue
            seen.add(one.node)
            own = list(declared(one))
            yield from own
            if not own:
                pending = [*self.bases(one), *pending]

    def setters(self, owner: Found, name: str) -> Iterator[Found]:
        """What runs when an attribute of objects of a class is set; it may be inherited.

        A method that sets it, or an object that the class has under its name.
        """
        yield from self._inherited(owner, lambda one: self._setters_in(one, name))

    def _setters_in(self, owner: Found, name: str) -> Iterator[Found]:
        for part in owner.node.body:
            match part:
                case ast.FunctionDef(name=own, decorator_list=by) if own == name:
                    if "setter" in map(last_name_of, by):
                        yield Found(owner.path, part, bound=True)
                case ast.Assign(targets=[ast.Name(id=own)], value=ast.Call() as value):
                    made = self.of(owner.path, value) if own == name else []
                    yield from (set_ for one in made for set_ in self.member(one, "__set__"))

    def bases(self, owner: Found) -> list[Found]:
        """The classes that one inherits from."""
        node = owner.node
        if not isinstance(node, ast.ClassDef):
            return []
        found = self._once(
            owner.path,
            node,
            lambda _: (one for base in node.bases for one in self.of(owner.path, base)),
        )
        classes = [one for one in found if isinstance(one.node, ast.ClassDef)]
        return [replace(one, is_object=owner.is_object) for one in classes]

    def _may_open(self, key: tuple[str, ast.AST | str]) -> bool:
        """Whether something can be asked without going in a circle."""
        may_open = key not in self._open and len(self._open) <= _LONGEST
        self._refused += not may_open
        return may_open

    # Expressions

    def _look_at(self, path: str, ids: IdModel, node: ast.expr) -> Iterator[Found]:
        match node:
            case ast.Await(value=value) | ast.NamedExpr(value=value):
                yield from self.of(path, value)
            case ast.BoolOp(values=values):
                for value in values:
                    yield from self.of(path, value)
            case ast.IfExp(body=body, orelse=orelse):
                yield from self.of(path, body)
                yield from self.of(path, orelse)
            case ast.Name() | ast.Attribute():
                dotted = ids.semantics.names.dotted(node)
                for name in sorted(dotted):
                    yield from self._imported(path, name)
                if not dotted:
                    yield from self._not_imported(path, ids, node)
            case ast.Call(func=ast.Name(id="super"), args=[]):
                references = ids.semantics.once(references_of)
                function = references.function_around(node)
                owner = references.parent(function.node) if function is not None else None
                if isinstance(owner, ast.ClassDef):
                    yield from self.bases(Found(path, owner, is_object=True))
            case ast.Call(func=func, args=args):
                if last_name_of(func) in _INJECTING:
                    for arg in args[:1]:
                        yield from self._called(path, arg)
                else:
                    yield from self._called(path, func)

    def _not_imported(
        self, path: str, ids: IdModel, node: ast.Name | ast.Attribute
    ) -> Iterator[Found]:
        if isinstance(node, ast.Attribute):
            for owner in self.of(path, node.value):
                yield from self.member(owner, node.attr)
            return
        defined = ids.semantics.names.definitions(node)
        yield from (Found(path, one) for one in defined)
        if not defined:
            yield from self._variable(path, ids.semantics.once(references_of), node)

    def _variable(self, path: str, references: References, node: ast.Name) -> Iterator[Found]:
        """What a parameter is annotated with, or what assignments give a variable."""
        taking = references.function_taking(node)
        if taking is not None:
            given = taking.arguments[:1]
            owner = references.parent(taking.node)
            is_first = bool(given) and given[0].arg == node.id
            if isinstance(owner, ast.ClassDef) and is_first and _takes_object(taking):
                yield Found(path, owner, is_object=True)
                return
            yield from self._parameter(path, taking.node.args, node.id)
        values = references.values(node)
        for value in values:
            yield from self.of(path, value)
        if taking is None and not values:
            yield from self._named(path, (node.id,))
        for piece in references.pieces_about(node.id):
            match references.parent(piece):
                case ast.With(items=items) | ast.AsyncWith(items=items):
                    for item in items:
                        match item.optional_vars:
                            case ast.Name(id=name) if name == node.id:
                                yield from self.of(path, item.context_expr)

    def _parameter(self, path: str, given: ast.arguments, name: str) -> Iterator[Found]:
        for arg in parameters(given):
            if arg.arg == name and arg.annotation is not None:
                yield from self._annotated(path, arg.annotation)
        positional = [*given.posonlyargs, *given.args]
        last = positional[len(positional) - len(given.defaults) :]
        pairs = [
            *zip(last, given.defaults, strict=True),
            *zip(given.kwonlyargs, given.kw_defaults, strict=True),
        ]
        for arg, default in pairs:
            if arg.arg == name and isinstance(default, ast.Call):
                yield from self.of(path, default)

    def _called(self, path: str, func: ast.expr) -> Iterator[Found]:
        """What a call gives."""
        for one in self.of(path, func):
            if not isinstance(one.node, ast.ClassDef):
                yield from self._given_by(one.path, one.node)
            elif not one.is_object:
                yield replace(one, is_object=True)
            else:
                for method in self.member(one, "__call__"):
                    if not isinstance(method.node, ast.ClassDef):
                        yield from self._given_by(method.path, method.node)

    def _given_by(self, path: str, function: Function) -> Iterator[Found]:
        """What a function gives, by what it says or returns."""
        if function.returns is not None:
            yield from self._annotated(path, function.returns)
            return
        for part in own_nodes(function.body):
            if isinstance(part, ast.Return) and part.value is not None:
                yield from self.of(path, part.value)

    def _annotated(self, path: str, node: ast.expr) -> Iterator[Found]:
        """The objects that have the type that an annotation names."""
        match node:
            case ast.Constant(value=str(text)):
                names = [name for name in text.replace("|", " ").split() if name != "None"]
                for name in names:
                    yield from self._objects(self._named(path, tuple(name.split("."))))
            case ast.BinOp(op=ast.BitOr(), left=left, right=right):
                yield from self._annotated(path, left)
                yield from self._annotated(path, right)
            case ast.Subscript(value=around, slice=inner) if last_name_of(around) in _CLASSES:
                found = self.of(path, inner)
                yield from (one for one in found if isinstance(one.node, ast.ClassDef))
            case ast.Subscript(value=around, slice=inner) if last_name_of(around) in WRAPPERS:
                parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
                for part in parts[:1] if last_name_of(around) == "Annotated" else parts:
                    yield from self._annotated(path, part)
            case ast.Subscript(value=value):
                yield from self._annotated(path, value)
            case ast.Name() | ast.Attribute():
                yield from self._objects(self.of(path, node))

    @staticmethod
    def _objects(found: Iterable[Found]) -> Iterator[Found]:
        for one in found:
            if isinstance(one.node, ast.ClassDef):
                yield replace(one, is_object=True)

    # Names of modules

    def _imported(self, path: str, dotted: str) -> Iterator[Found]:
        """What a dotted name stands for, as a file imports it."""
        place = self._project.locate(dotted, path)
        if place is not None and place[1]:
            yield from self._named(*place)

    def _named(self, path: str, names: tuple[str, ...]) -> list[Found]:
        """What a module has under a name, with attributes behind it."""
        return self._once(path, ".".join(names), lambda ids: self._bound(path, ids, names))

    def _bound(self, path: str, ids: IdModel, names: tuple[str, ...]) -> Iterator[Found]:
        first, *rest = names
        if path not in self._names:
            self._names[path] = _bound_in(ids.semantics.syntax.tree)
        known = self._names[path]
        pending = known.get(first) or known.get("*", [])
        for bound in pending:
            for one in self._stands_for(path, bound, first):
                owners = [one]
                for name in rest:
                    owners = [below for owner in owners for below in self.member(owner, name)]
                yield from owners

    def _stands_for(self, path: str, bound: _Bound, name: str) -> Iterator[Found]:
        match bound:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield Found(path, bound)
            case ast.ImportFrom(module=module, level=level, names=names):
                of = next((one.name for one in names if (one.asname or one.name) == name), name)
                before = "." * level + (f"{module}." if module else "")
                yield from self._imported(path, before + of)
            case ast.expr():
                yield from self.of(path, bound)

    # Classes

    def _declared_in(self, owner: Found, name: str) -> Iterator[Found]:
        """What the class itself says of an attribute, or its methods give it."""
        assert isinstance(owner.node, ast.ClassDef)
        for part in owner.node.body:
            match part:
                case ast.FunctionDef(name=own) | ast.AsyncFunctionDef(name=own) if own == name:
                    decorators = set(map(last_name_of, part.decorator_list))
                    if not decorators & PROPERTIES:
                        by_class = bool(decorators & {"classmethod", "staticmethod"})
                        yield Found(owner.path, part, bound=owner.is_object or by_class)
                    elif part.returns is not None:
                        yield from self._annotated(owner.path, part.returns)
                case ast.AnnAssign(target=ast.Name(id=own), annotation=annotation) if own == name:
                    yield from self._annotated(owner.path, annotation)
                case ast.Assign(targets=[ast.Name(id=own)], value=value) if own == name:
                    yield from self.of(owner.path, value)
        ids = self.ids(owner.path)
        if ids is not None:
            yield from self._given(owner, ids.semantics.once(references_of), name)

    def _given(self, owner: Found, references: References, name: str) -> Iterator[Found]:
        for piece in references.pieces_about(name):
            function = references.function_around(piece)
            if function is None or references.parent(function.node) is not owner.node:
                continue
            match piece:
                case ast.AnnAssign(target=ast.Attribute(attr=own), annotation=annotation) if (
                    own == name
                ):
                    yield from self._annotated(owner.path, annotation)
                case ast.Assign(targets=[ast.Attribute(attr=own)], value=value) if own == name:
                    yield from self.of(owner.path, value)


def _takes_object(method: Defined) -> bool:
    return method.in_class and "staticmethod" not in method.decorators


def _bound_in(tree: ast.Module) -> dict[str, list[_Bound]]:
    """What the statements of a module bind names to; under `*`, imports of all names."""
    found: dict[str, list[_Bound]] = {}
    pending: list[ast.AST] = list(reversed(tree.body))
    while pending:
        node = pending.pop()
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.setdefault(name, []).append(node)
            case ast.ClassDef(name=name):
                found.setdefault(name, []).append(node)
            case ast.ImportFrom(names=names):
                for alias in names:
                    found.setdefault(alias.asname or alias.name, []).append(node)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found.setdefault(name, []).append(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                found.setdefault(name, []).append(value)
            case ast.If() | ast.Try() | ast.With() | ast.ExceptHandler():
                pending += reversed(children(node))
    return found
