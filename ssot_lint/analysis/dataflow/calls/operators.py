"""What runs when objects are indexed, searched, compared, or given an attribute."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from ssot_lint.analysis.dataflow.calls.callees import Callee
from ssot_lint.analysis.dataflow.calls.receivers import Receivers
from ssot_lint.analysis.dataflow.references import References

SETTING = "__set__"
"""The method of a descriptor, which is what is read at the target."""
SETTERS = frozenset({SETTING, "__setattr__"})
"""What runs when an attribute is set."""
_INDEXING = {
    ast.Load: ("__getitem__", "__missing__"),
    ast.Store: ("__setitem__",),
    ast.Del: ("__delitem__",),
}


@dataclass(frozen=True)
class Operation:
    """A method that an operation runs, what it is a method of, and the parameter of a value.

    Parameters are counted from 0, without `self`.
    """

    method: str
    receiver: ast.expr
    at: int


def operations(node: ast.expr, parent: ast.AST | None) -> Iterator[Operation]:
    """Those that the code right around an expression hands its value to."""
    match parent:
        case ast.Subscript(value=container, slice=part, ctx=ctx) if part is node:
            yield from (Operation(name, container, 0) for name in _INDEXING[type(ctx)])
        case ast.Assign(targets=targets) if node not in targets:
            for target in targets:
                match target:
                    case ast.Subscript(value=container):
                        yield Operation("__setitem__", container, 1)
                    case ast.Attribute(value=owner):
                        yield Operation("__setattr__", owner, 1)
                        yield Operation(SETTING, target, 1)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            other = right if left is node else left
            if isinstance(op, (ast.In, ast.NotIn)) and left is node:
                yield Operation("__contains__", other, 0)
            elif isinstance(op, (ast.Eq, ast.NotEq)):
                yield Operation("__eq__", other, 0)


class Operators:
    """Those of one file."""

    def __init__(self, references: References, receivers: Receivers) -> None:
        self._references = references
        self._receivers = receivers

    def handed(self, node: ast.expr) -> Iterator[tuple[Callee, int]]:
        """The methods of the file that get the value of an expression, and by which parameter."""
        for one in operations(node, self._references.parent(node)):
            if one.method not in SETTERS:  # `Setters` knows those
                yield from self._methods(one.method, one.receiver, one.at)

    def _methods(self, name: str, receiver: ast.expr, at: int) -> Iterator[tuple[Callee, int]]:
        """Those of the receiver's class; of all classes where nothing says which it is of."""
        defined = [one for one in self._references.functions.get(name, ()) if one.in_class]
        classes = self._receivers.classes_of(receiver) if defined else None
        for one in defined:
            if classes is None or one.owner in classes:
                yield Callee(one, is_guess=classes is None), at
