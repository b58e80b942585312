"""Calls and references that the generator cannot serve, by what its source offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import libcst as cst

from ssot_lint.analysis.semantics.names import Kind
from ssot_lint.analysis.semantics.scopes import bound_names
from ssot_lint.analysis.syntax.libcst_nodes import SCOPES, last_name, plain_text, walk
from ssot_lint.ids.generator.api import Shape
from ssot_lint.ids.id_model import IdModel

# Functions that ask for an attribute by name, or put one there.
_ASKING = frozenset({"hasattr", "setattr", "object"})

# Words with which a class sets attributes that it does not write down.
_SETTING = frozenset({"setattr", "vars", "__dict__", "__setattr__"})
_CLASSES = frozenset({Kind.IMPORTED, Kind.DEFINED})
_INSTANCES = frozenset({Kind.INSTANCE, Kind.OBJECT})


@dataclass(frozen=True)
class Misuse:
    """What is wrong with a call or a reference, and what to do."""

    method: str
    problem: str
    advice: str


class Misuses:
    """Judges the uses of the generator in one file. Made once per file: `ids.once(Misuses)`."""

    def __init__(self, ids: IdModel) -> None:
        self._ids = ids
        self._semantics = ids.semantics
        self._asked: dict[cst.CSTNode, frozenset[str | None]] = {}
        """The methods that each scope asks for by name, or sets."""

    def of_call(self, node: cst.Call) -> Misuse | None:
        """Why a call of the generator fails; None when it may succeed or is none of it."""
        if self._asks_by_name(node):
            return self._missing(node, node)
        if isinstance(node.func, cst.Attribute) and (missing := self._missing(node.func, node)):
            return missing
        if any(arg.star for arg in node.args):
            return None
        if self._is_partial(node):
            first, *rest = node.args
            return self._mismatch(first.value, replace(_shape(rest), has_more=True), node)
        return self._mismatch(node.func, _shape(node.args), node)

    def of_reference(self, node: cst.Attribute) -> Misuse | None:
        """Why a method that is handed on without a call is not there."""
        parent = self._semantics.parent(node)
        if isinstance(parent, (cst.AssignTarget, cst.Del, cst.AugAssign, cst.AnnAssign)):
            return None
        if isinstance(parent, cst.Call) and parent.func is node:
            return None
        return self._missing(node, node)

    def _missing(self, taken: cst.BaseExpression, place: cst.BaseExpression) -> Misuse | None:
        """What is wrong with taking something of the generator that it does not have."""
        method = self._method(taken)
        if method is None or not self._ids.api.is_unknown(method):
            return None
        if self._is_expected(place, method, "AttributeError"):
            return None
        api = self._ids.api
        nearest = api.nearest(method)
        advice = f"did you mean `{nearest}`?" if nearest else "--show-settings lists what does"
        where = f" in {api.origin}" if api.origin else ""
        return Misuse(method, f"does not exist{where}", advice)

    def _mismatch(self, func: cst.BaseExpression, shape: Shape, place: cst.Call) -> Misuse | None:
        """What is wrong with arguments that the function is handed, if it is the generator's."""
        method = self._method(func)
        if method is None:
            return None
        problems = [
            self._ids.api.mismatch(method, shape, on_class=on_class)
            for on_class in self._ways(func)
        ]
        problem = problems[0] if all(problems) else None
        if problem is None or self._is_expected(place, method, "TypeError"):
            return None
        return Misuse(method, problem, "it fails with a TypeError")

    def _method(self, func: cst.BaseExpression) -> str | None:
        """The name of the generator's method that an expression takes, maybe of an heir of it."""
        names = self._semantics.names
        method = names.method_of(func)
        if method is not None or not isinstance(func, cst.Attribute):
            return method
        heirs = names.heirs(func.value)
        own = [self._own_names(heir) for heir in heirs]
        if heirs and not any(known is None or func.attr.value in known for known in own):
            return func.attr.value
        return None

    def _own_names(self, heir: cst.ClassDef) -> frozenset[str] | None:
        """What a class derived from the generator has itself; None when nobody can say."""
        family = [heir]
        for one in family:
            above = (
                owner for base in one.bases for owner in self._semantics.names.heirs(base.value)
            )
            family += [owner for owner in above if owner not in family]
        found: set[str] = set()
        for one in family:
            found.update(bound_names(one.body.body).names)
            for node in walk(one):
                if isinstance(node, cst.Name) and node.value in _SETTING:
                    return None
                if isinstance(node, cst.SimpleString):
                    found.add(plain_text(node) or "")  # __slots__ = ("counter",)
                if isinstance(node, (cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.For)):
                    parts = walk(node.target)
                    found.update(p.attr.value for p in parts if isinstance(p, cst.Attribute))
        return None if found & {"__getattr__", "__getattribute__"} else frozenset(found)

    def _is_partial(self, node: cst.Call) -> bool:
        named = self._semantics.names.dotted(node.func) & {"functools.partial"}
        return bool(named and node.args) and node.args[0].keyword is None

    def _asks_by_name(self, node: cst.Call) -> bool:
        """Whether the call is `getattr(..., "name")`, which fails where there is nothing."""
        is_builtin = isinstance(node.func, cst.Name) and self._semantics.names.is_builtin(node.func)
        return is_builtin and last_name(node.func) == "getattr" and len(node.args) == 2

    def _is_generator(self, node: cst.CSTNode) -> bool:
        return self._ids.is_generator(node) or bool(self._semantics.names.heirs(node))

    def _ways(self, func: cst.BaseExpression) -> list[bool]:
        """Whether the method may be taken from the class, from an instance of it, or both."""
        if not isinstance(func, cst.Attribute):
            return [True, False]
        kinds = {value.kind for value in self._semantics.names.values(func.value)}
        return [kind in _CLASSES for kind in kinds & (_CLASSES | _INSTANCES)]

    def _is_expected(self, node: cst.CSTNode, method: str, error: str) -> bool:
        """Whether the code reckons with the failure, or gives the generator the method itself."""
        below = node
        for outer in self._semantics.around(
            node, cst.Try, cst.TryStar, cst.With, cst.BaseSuite, *SCOPES
        ):
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
        return self._asks_for(self._semantics.module, method)

    def _asks_for(self, scope: cst.CSTNode, method: str) -> bool:
        if scope not in self._asked:
            nodes = walk(scope, into_scopes=not isinstance(scope, cst.Module))
            self._asked[scope] = frozenset(map(self._asked_by, nodes))
        return method in self._asked[scope]

    def _asked_by(self, node: cst.CSTNode) -> str | None:
        """The method that the node asks for by name, or sets."""
        match node:
            case cst.Call(args=[owner, name, *rest]):
                asks = last_name(node.func) in _ASKING or (
                    last_name(node.func) == "getattr" and bool(rest)
                )
                return plain_text(name.value) if asks and self._is_generator(owner.value) else None
            case cst.Comparison(left=left, comparisons=[cst.ComparisonTarget(cst.In())]):
                return plain_text(left)
            case cst.AssignTarget(target=cst.Attribute(value=owner, attr=cst.Name(attribute))):
                return attribute if self._is_generator(owner) else None
        return None


def _shape(args: Sequence[cst.Arg]) -> Shape:
    return Shape(
        positional=sum(arg.keyword is None for arg in args),
        keywords=tuple(arg.keyword.value for arg in args if arg.keyword is not None),
    )
