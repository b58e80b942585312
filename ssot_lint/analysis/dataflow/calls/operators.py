"""What runs when objects of classes of the file are indexed, searched or compared."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ssot_lint.analysis.dataflow.calls.callees import Callee
from ssot_lint.analysis.dataflow.calls.receivers import Receivers
from ssot_lint.analysis.dataflow.references import References

_INDEXING = {
    ast.Load: ("__getitem__", "__missing__"),
    ast.Store: ("__setitem__",),
    ast.Del: ("__delitem__",),
}


class Operators:
    """Those of one file."""

    def __init__(self, references: References, receivers: Receivers) -> None:
        self._references = references
        self._receivers = receivers

    def handed(self, node: ast.expr) -> Iterator[tuple[Callee, int]]:
        """The methods that get the value of an expression, each with the parameter that does.

        Parameters are counted from 0, without `self`.
        """
        parent = self._references.parent(node)
        match parent:
            case ast.Subscript(value=container, slice=part, ctx=ctx) if part is node:
                for name in _INDEXING[type(ctx)]:
                    yield from self._methods(name, container, 0)
            case ast.Assign(targets=targets) if node not in targets:
                for target in targets:
                    if isinstance(target, ast.Subscript):
                        yield from self._methods("__setitem__", target.value, 1)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                other = right if left is node else left
                if isinstance(op, (ast.In, ast.NotIn)) and left is node:
                    yield from self._methods("__contains__", other, 0)
                elif isinstance(op, (ast.Eq, ast.NotEq)):
                    yield from self._methods("__eq__", other, 0)

    def _methods(self, name: str, receiver: ast.expr, at: int) -> Iterator[tuple[Callee, int]]:
        """Those of the receiver's class; of all classes where nothing says which it is of."""
        defined = [one for one in self._references.functions.get(name, ()) if one.in_class]
        classes = self._receivers.classes_of(receiver) if defined else None
        for one in defined:
            if classes is None or one.owner in classes:
                yield Callee(one, is_guess=classes is None), at
