"""Of which class of the file an object is: `self`, what a call made, what is annotated."""

from __future__ import annotations

import ast

from ssot_lint.analysis.dataflow.references import Defined, References
from ssot_lint.analysis.semantics.signatures import Fields
from ssot_lint.analysis.syntax.parsing import FUNCTIONS, last_name, last_name_of


class Receivers:
    """The objects of one file."""

    def __init__(self, references: References, fields: Fields) -> None:
        self._references = references
        self._fields = fields

    def classes_of(self, receiver: ast.expr) -> list[str] | None:
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
