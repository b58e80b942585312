"""What the functions and classes of a whole file take, read with `ast`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TypeAlias

from ssot_lint.analysis.semantics.classes import fields_by_position
from ssot_lint.analysis.syntax.ast_nodes import Syntax
from ssot_lint.analysis.syntax.parsing import FUNCTIONS, Function, last_name_of

Signature = tuple[tuple[str, str], ...]
"""Names and annotations of the parameters that positional arguments go to."""

_OPTIONAL = re.compile(r"\b(Optional|None)\b")
_HOLDERS = (ast.Module, ast.ClassDef, *FUNCTIONS)


class Signatures:
    """The signatures of the functions, methods and classes of a whole file, by their name.

    Only those that somebody asks for are read: most files hold many that nobody does.
    """

    def __init__(self, syntax: Syntax, fields: Fields) -> None:
        self._fields = fields
        self._defining: dict[str, list[tuple[Function | ast.ClassDef, bool]]] = {}
        """What defines each name; whether in a class."""
        self._known: dict[str, Signature | None] = {}
        for node in syntax.statements:
            if isinstance(node, _HOLDERS):
                self._note(node)

    def _note(self, holder: ast.Module | ast.ClassDef | Function) -> None:
        is_class = isinstance(holder, ast.ClassDef)
        for inner in holder.body:
            if isinstance(inner, FUNCTIONS):
                self._defining.setdefault(inner.name, []).append((inner, is_class))
        if isinstance(holder, ast.ClassDef):
            self._defining.setdefault(holder.name, []).append((holder, False))

    def __iter__(self) -> Iterator[str]:
        """The names of all functions and classes, in the order in which a walk meets them."""
        return iter(self._defining)

    def of(self, name: str | None) -> Signature | None:
        """Without `self`. None for names under which the file has different ones, or none."""
        if name is None or name not in self._defining:
            return None
        if name not in self._known:
            found = {self._signature_of(*one) for one in self._defining[name]} - {None}
            self._known[name] = found.pop() if len(found) == 1 else None
        return self._known[name]

    def definition(self, name: str) -> ast.stmt:
        """The first function or class of a name that the file has."""
        return self._defining[name][0][0]

    def _signature_of(self, node: Function | ast.ClassDef, in_class: bool) -> Signature | None:
        if isinstance(node, ast.ClassDef):
            return self.of_class(node)
        return _signature(node)[1 if in_class and not _is_static(node) else 0 :]

    def of_class(self, node: ast.ClassDef) -> Signature | None:
        """What calls of a class are handed; None when the class does not say."""
        methods = [method for method in node.body if isinstance(method, FUNCTIONS)]
        inits = [method for method in methods if method.name == "__init__"]
        if inits:
            return _signature(inits[-1])[1:]
        if any(method.name == "__new__" for method in methods):
            return None
        fields = fields_by_position(node, self._fields.classes)
        if fields is None:
            return None
        return tuple((name, ast.unparse(of) if of else "") for name, of in fields.items())


Code: TypeAlias = ast.expr | str
"""An expression, or its source."""


@dataclass(frozen=True)
class Declaration:
    """What a class says of one of its names; nothing of methods but that they are there."""

    annotation: Code | None = None
    value: Code | None = None
    """Its default, or the call that makes the field or column."""

    @property
    def place(self) -> ast.expr | None:
        """A node of it, where it is known as nodes."""
        parts = (self.annotation, self.value)
        return next((part for part in parts if isinstance(part, ast.expr)), None)


class Fields:
    """What the classes of a file declare. Only those that somebody asks for are read."""

    def __init__(self, syntax: Syntax) -> None:
        self._tree = syntax.tree
        self._classes = syntax.of(ast.ClassDef)
        self._known: dict[str, Mapping[str, Declaration]] = {}
        self._lineages: dict[str, list[str]] = {}

    def of(self, owner: str) -> Mapping[str, Declaration]:
        """What classes of the name declare."""
        if owner not in self._known:
            self._known[owner] = dict(chain.from_iterable(map(_declared, self.classes(owner))))
        return self._known[owner]

    def declared(self, owner: str | None, name: str) -> Declaration | None:
        """What a class, or the next one that it inherits from, declares under a name."""
        lineage = self.lineage(owner or "")
        return next((self.of(one)[name] for one in lineage if name in self.of(one)), None)

    def lineage(self, owner: str) -> list[str]:
        """The classes of the file that a name may stand for or that those inherit from."""
        if owner not in self._named:
            return []
        if owner not in self._lineages:
            found = {owner: True}
            pending = [owner]
            while pending:
                bases = [ast.unparse(b) for node in self._named[pending.pop(0)] for b in node.bases]
                new = [name for name in bases if name in self._named and name not in found]
                found.update(dict.fromkeys(new, True))
                pending += new
            self._lineages[owner] = list(found)
        return self._lineages[owner]

    def positional(self, owner: str) -> list[str]:
        """The fields that arguments by position go to; where it is not known what makes the
        constructor, all that is declared for a class, the inherited first.
        """
        owners = self.classes(owner)
        known = fields_by_position(owners[0], self.classes) if len(owners) == 1 else None
        if known is not None:
            return list(known)
        lineage = reversed(self.lineage(owner))
        return list(dict.fromkeys(name for one in lineage for name in self.of(one)))

    def classes(self, name: str) -> Sequence[ast.ClassDef]:
        """The classes of a name."""
        return self._named.get(name, ())

    @cached_property
    def _named(self) -> dict[str, list[ast.ClassDef]]:
        found: dict[str, list[ast.ClassDef]] = {}
        for node in self._classes:
            found.setdefault(node.name, []).append(node)
        return found

    def is_kind_of_text(self, name: str) -> bool:
        """Whether a call of it gives the text that it is handed: a `NewType`, a class of `str`."""
        made = self.aliases.get(name)
        if isinstance(made, ast.Call):
            return last_name_of(made.func) == "NewType"
        classes = self.classes(name)
        return any(last_name_of(base) == "str" for node in classes for base in node.bases)

    def named(self, name: str) -> Sequence[Declaration]:
        """What all classes of the file declare under a name."""
        return self._by_name.get(name, ())

    @cached_property
    def _by_name(self) -> dict[str, list[Declaration]]:
        found: dict[str, list[Declaration]] = {}
        for node in self._classes:
            for name, declaration in self.of(node.name).items():
                found.setdefault(name, []).append(declaration)
        return found

    @cached_property
    def aliases(self) -> Mapping[str, ast.expr]:
        """What the module gives names that stand for a type or a width."""
        return dict(chain.from_iterable(map(_aliased, self._tree.body)))


# What may stand for a type.
_TYPES = (ast.Attribute, ast.BinOp, ast.Call, ast.Name, ast.Subscript)


def _aliased(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """The names that a statement gives types or widths, or gives to those of other modules."""
    match statement:
        case (
            ast.Assign(targets=[ast.Name(id=name), *_], value=value)
            | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
        ):
            is_width = isinstance(value, ast.Constant) and isinstance(value.value, int)
            if is_width or isinstance(value, _TYPES) or _names_type(statement):
                yield name, value
        case ast.ImportFrom(names=names):
            for alias in names:
                if alias.asname is not None and alias.asname != alias.name:
                    yield alias.asname, ast.copy_location(ast.Name(alias.name, ast.Load()), alias)
        case _ if type(statement).__name__ == "TypeAlias":  # new in Python 3.12
            yield statement.name.id, statement.value  # type: ignore[attr-defined]


def _names_type(statement: ast.stmt) -> bool:
    """Whether a statement says that it names a type: then its value may be a text, too."""
    return isinstance(statement, ast.AnnAssign) and last_name_of(statement.annotation) == (
        "TypeAlias"
    )


def _declared(owner: ast.ClassDef) -> Iterator[tuple[str, Declaration]]:
    for part in owner.body:
        match part:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
                yield name, Declaration(annotation, value)
            case ast.Assign(targets=[ast.Name(id=name), *_], value=value):
                yield name, Declaration(None, value)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name, Declaration()


def optional_results(syntax: Syntax) -> frozenset[str]:
    """The functions and methods of a file whose annotation says that they may give none."""
    functions: list[Function] = [*syntax.of(ast.FunctionDef), *syntax.of(ast.AsyncFunctionDef)]
    return frozenset(
        node.name
        for node in functions
        if node.returns is not None and _OPTIONAL.search(ast.unparse(node.returns))
    )


def _signature(node: Function) -> Signature:
    return tuple(
        (arg.arg, ast.unparse(arg.annotation) if arg.annotation else "")
        for arg in (*node.args.posonlyargs, *node.args.args)
    )


def _is_static(node: Function) -> bool:
    return any("staticmethod" in ast.unparse(d) for d in node.decorator_list)
