"""Calls and references that the generator cannot serve, by what its source offers."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from ssot_lint.generator_api import Shape
from ssot_lint.names import Kind
from ssot_lint.rule import FileContext
from ssot_lint.tree import SCOPES, last_name, plain_text, walk

# Functions that ask for an attribute by name, or put one there.
_ASKING = frozenset({"hasattr", "setattr", "object"})


@dataclass(frozen=True)
class Misuse:
    """What is wrong with a call or a reference, and what to do."""

    method: str
    problem: str
    advice: str


class Misuses:
    """Judges the uses of the generator in one file. Made once per file: `file.once(Misuses)`."""

    def __init__(self, file: FileContext) -> None:
        self._file = file

    def of_call(self, node: cst.Call) -> Misuse | None:
        """Why a call of the generator fails; None when it may succeed or is none of it."""
        method = self._file.names.generator_method(node)
        if method is None:
            return None
        if self._file.api.is_unknown(method):
            return self._unknown(node, method)
        problem = self._mismatch(node, method)
        if problem is None or self._is_expected(node, method, "TypeError"):
            return None
        return Misuse(method, problem, "it fails with a TypeError")

    def of_reference(self, node: cst.Attribute) -> Misuse | None:
        """Why a method that is handed on without a call is not there."""
        parent = self._file.parent(node)
        if isinstance(parent, (cst.AssignTarget, cst.Del, cst.AugAssign, cst.AnnAssign)):
            return None
        if isinstance(parent, cst.Call) and parent.func is node:
            return None
        method = node.attr.value
        if not self._file.names.is_generator(node.value) or not self._file.api.is_unknown(method):
            return None
        return self._unknown(node, method)

    def _unknown(self, node: cst.BaseExpression, method: str) -> Misuse | None:
        if self._is_expected(node, method, "AttributeError"):
            return None
        api = self._file.api
        nearest = api.nearest(method)
        advice = f"did you mean `{nearest}`?" if nearest else "--show-settings lists what does"
        where = f" in {api.origin}" if api.origin else ""
        return Misuse(method, f"does not exist{where}", advice)

    def _mismatch(self, node: cst.Call, method: str) -> str | None:
        shape = _shape(node)
        if shape.has_more:
            return None
        problems = [
            self._file.api.mismatch(method, shape, on_class=on_class)
            for on_class in self._ways(node.func)
        ]
        return problems[0] if all(problems) else None

    def _ways(self, func: cst.BaseExpression) -> list[bool]:
        """Whether the method may be taken from the class, from an instance of it, or both."""
        if not isinstance(func, cst.Attribute):
            return [True, False]
        kinds = {value.kind for value in self._file.names.values(func.value)}
        return [kind is not Kind.INSTANCE for kind in kinds & {Kind.IMPORTED, Kind.INSTANCE}]

    def _is_expected(self, node: cst.CSTNode, method: str, error: str) -> bool:
        """Whether the code reckons with the failure, or gives the generator the method itself."""
        below = node
        for outer in self._file.ancestors(node):
            if isinstance(outer, (cst.Try, cst.TryStar)) and below is outer.body:
                caught = {last_name(n) for h in outer.handlers if h.type for n in walk(h.type)}
                if error in caught:
                    return True
            elif isinstance(outer, cst.With):
                items = (item.item for item in outer.items)
                names = {last_name(i.func) or "" for i in items if isinstance(i, cst.Call)}
                if names & {"raises", "assertRaises", "assertRaisesRegex", "suppress"}:
                    return True
            elif isinstance(outer, SCOPES) and self._asks_for(outer, method):
                return True
            below = outer
        return self._asks_for(self._file.module, method)

    def _asks_for(self, scope: cst.CSTNode, method: str) -> bool:
        into_scopes = not isinstance(scope, cst.Module)
        return any(self._is_about(part, method) for part in walk(scope, into_scopes=into_scopes))

    def _is_about(self, node: cst.CSTNode, method: str) -> bool:
        """Whether the node asks for a method by name, or sets it."""
        match node:
            case cst.Call(args=[owner, name, *rest]):
                asks = last_name(node.func) in _ASKING or (
                    last_name(node.func) == "getattr" and bool(rest)
                )
                return (
                    asks
                    and plain_text(name.value) == method
                    and self._file.names.is_generator(owner.value)
                )
            case cst.Comparison(left=left, comparisons=[cst.ComparisonTarget(cst.In())]):
                return plain_text(left) == method
            case cst.AssignTarget(target=cst.Attribute(value=owner, attr=cst.Name(attribute))):
                return attribute == method and self._file.names.is_generator(owner)
        return False


def _shape(call: cst.Call) -> Shape:
    return Shape(
        positional=sum(arg.keyword is None and not arg.star for arg in call.args),
        keywords=tuple(arg.keyword.value for arg in call.args if arg.keyword is not None),
        has_more=any(arg.star for arg in call.args),
    )
