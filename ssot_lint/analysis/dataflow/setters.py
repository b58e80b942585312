"""What runs when an attribute is set: setters of properties, descriptors, `__setattr__`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ssot_lint.analysis.dataflow.references import Defined, References
from ssot_lint.analysis.semantics.signatures import Fields
from ssot_lint.analysis.syntax.parsing import FUNCTIONS, last_name, last_name_of


@dataclass(frozen=True)
class Setter:
    """A function that is handed what is assigned, and how it is spoken of."""

    function: Defined
    at: int
    """The parameter that gets the value, without `self`."""
    what: str

    @property
    def parameter(self) -> ast.arg | None:
        """That parameter, where there is one."""
        return next(iter(self.function.parameters[self.at : self.at + 1]), None)


class Setters:
    """Those of one file."""

    def __init__(self, references: References, fields: Fields) -> None:
        self._references = references
        self._fields = fields

    def of(self, target: ast.Attribute) -> Iterator[Setter]:
        """Those that the receiver of an assignment has, as far as its class is seen.

        Where nothing says of which class the receiver is, those of all classes of the file that
        have one for an attribute of the name.
        """
        receivers = self._classes_of(target.value)
        yield from self._of_properties(target.attr, receivers)
        yield from self._of_descriptors(target.attr, receivers)
        for owner in receivers or ():
            for function in self._methods("__setattr__", [owner]):
                yield Setter(function, 1, f"`{owner}.__setattr__`")

    def _of_properties(self, name: str, receivers: Sequence[str] | None) -> Iterator[Setter]:
        for function in self._methods(name, receivers):
            if "setter" in function.decorators:
                yield Setter(function, 0, f"the setter of `{name}`")

    def _of_descriptors(self, name: str, receivers: Sequence[str] | None) -> Iterator[Setter]:
        if receivers is None:
            declared = self._fields.named(name)
        else:
            declared = [d for one in receivers if (d := self._fields.of(one).get(name))]
        for declaration in declared:
            if isinstance(declaration.value, ast.Call):
                made = last_name(declaration.value.func)
                for function in self._methods("__set__", self._fields.lineage(made)):
                    yield Setter(function, 1, f"`{made}.__set__`")

    def _methods(self, name: str, owners: Sequence[str] | None) -> Iterator[Defined]:
        """The methods of a name that some classes have; those of all classes for None."""
        for function in self._references.functions.get(name, ()):
            if function.in_class and (owners is None or function.scope.split(".")[-2] in owners):
                yield function

    def _classes_of(self, receiver: ast.expr) -> list[str] | None:
        """The class of the file that a receiver is of, with those above; None if not known."""
        name = last_name(receiver)
        owner: str | None = None
        if isinstance(receiver, ast.Name):
            function = self._references.function_around(receiver)
            own = function.arguments[:1] if function is not None and function.in_class else []
            if function is not None and own and own[0].arg == name:
                owner = function.scope.split(".")[-2]
            else:
                owner = self._made_or_annotated(name, function)
        return self._fields.lineage(owner) or None if owner is not None else None

    def _made_or_annotated(self, name: str, function: Defined | None) -> str | None:
        """The class that a call makes a variable an instance of, or that it is annotated with."""
        for arg in function.arguments if function is not None else ():
            if arg.arg == name and arg.annotation is not None:
                return last_name_of(arg.annotation)
        node = function.node if function is not None else None
        for piece in self._references.pieces_about(name):
            match piece:
                case ast.Assign(targets=[ast.Name(id=bound)], value=ast.Call(func=called)):
                    is_here = bound == name and self._is_in(piece, node)
                    if is_here and self._fields.classes(last_name(called)):
                        return last_name(called)
        return None

    def _is_in(self, piece: ast.AST, function: ast.AST | None) -> bool:
        around = self._references.parent(piece)
        while around is not None and not isinstance(around, FUNCTIONS):
            around = self._references.parent(around)
        return around is function
