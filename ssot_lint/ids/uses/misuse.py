"""Calls and references that the generator cannot serve, by what its source offers."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import cast

from ssot_lint.analysis.semantics.bindings import ScopeNode, bound_in
from ssot_lint.analysis.semantics.names import Kind
from ssot_lint.analysis.syntax.ast_nodes import SCOPES
from ssot_lint.analysis.syntax.parsing import (
    TRIES,
    arguments_of,
    has_stars,
    last_name,
    own_nodes,
    plain_text,
    walk,
)
from ssot_lint.ids.generator.api import Shape
from ssot_lint.ids.id_model import IdModel

# Functions that ask for an attribute by name, or put one there.
_ASKING = frozenset({"hasattr", "setattr", "object"})

# Words with which a class sets attributes that it does not write down.
_SETTING = frozenset({"setattr", "vars", "__dict__", "__setattr__"})
_HOOKS = frozenset({"__getattr__", "__getattribute__"})
# What expects an error of the code in it.
_EXPECTING = frozenset({"raises", "assertRaises", "assertRaisesRegex", "suppress"})
_CLASSES = frozenset({Kind.IMPORTED, Kind.DEFINED})
_INSTANCES = frozenset({Kind.INSTANCE, Kind.OBJECT})


@dataclass(frozen=True)
class Misuse:
    """What is wrong with a call or a reference, and what to do."""

    maker: str
    """The generator, or another maker."""
    method: str
    problem: str
    advice: str


class Misuses:
    """Judges the uses of the generator in one file. Made once per file: `ids.once(Misuses)`."""

    def __init__(self, ids: IdModel) -> None:
        self._ids = ids
        self._syntax = ids.semantics.syntax
        self._names = ids.semantics.names
        self._asked: dict[ast.AST, frozenset[str | None]] = {}
        """The methods that each scope asks for by name, or sets."""

    def of_call(self, node: ast.Call) -> Misuse | None:
        """Why a call of the generator fails; None when it may succeed or is none of it."""
        if self._asks_by_name(node):
            return self._missing(node, node)
        if isinstance(node.func, ast.Attribute) and (missing := self._missing(node.func, node)):
            return missing
        if has_stars(node):
            return None
        keywords = tuple(keyword.arg for keyword in node.keywords if keyword.arg is not None)
        shape = Shape(positional=len(node.args), keywords=keywords)
        if self._is_partial(node):
            kept = replace(shape, positional=len(node.args) - 1, has_more=True)
            return self._mismatch(node.args[0], kept, node)
        return self._mismatch(node.func, shape, node)

    def of_reference(self, node: ast.Attribute) -> Misuse | None:
        """Why a method that is handed on without a call is not there."""
        is_told = self._method(node) is not None or self._names.other(node) is not None
        if not isinstance(node.ctx, ast.Load) or not is_told:
            return None
        parent = self._syntax.parent(node)
        if isinstance(parent, ast.Call) and parent.func is node:
            return None
        return self._missing(node, node)

    def _missing(self, taken: ast.expr, place: ast.expr) -> Misuse | None:
        """What is wrong with taking something of the generator that it does not have.

        Or of a class that makes ids, too.
        """
        if isinstance(taken, ast.Attribute) and self._names.other(taken) is not None:
            return self._missing_of_other(taken, place)
        method = self._method(taken)
        if method is None or not self._ids.api.is_unknown(method):
            return None
        if self._is_expected(place, method, "AttributeError"):
            return None
        api = self._ids.api
        nearest = api.nearest(method)
        advice = f"did you mean `{nearest}`?" if nearest else "--show-settings lists what does"
        where = f" in {api.origin}" if api.origin else ""
        generator = self._ids.settings.generator_class
        return Misuse(generator, method, f"does not exist{where}", advice)

    def _missing_of_other(self, taken: ast.Attribute, place: ast.expr) -> Misuse | None:
        owners = self._ids.callees(taken.value)
        known: set[str] = set()
        for owner in owners:
            own = _all_names(owner.node) if isinstance(owner.node, ast.ClassDef) else None
            if own is None:
                return None
            known |= own
        if (
            not owners
            or taken.attr in known
            or self._is_expected(place, taken.attr, "AttributeError")
        ):
            return None
        from difflib import get_close_matches  # only for mistakes

        nearest = get_close_matches(taken.attr, sorted(o for o in known if o[:1] != "_"), 1)
        advice = f"did you mean `{nearest[0]}`?" if nearest else "it fails with an AttributeError"
        return Misuse(owners[0].node.name, taken.attr, f"does not exist{owners[0].place}", advice)

    def _mismatch(self, func: ast.expr, shape: Shape, place: ast.Call) -> Misuse | None:
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
        generator = self._ids.settings.generator_class
        return Misuse(generator, method, problem, "it fails with a TypeError")

    def _method(self, func: ast.expr) -> str | None:
        """The name of the generator's method that an expression takes, maybe of an heir of it."""
        method = self._names.method_of(func)
        if method is not None or not isinstance(func, ast.Attribute):
            return method
        heirs = self._names.heirs(func.value)
        own = [self._own_names(heir) for heir in heirs]
        if heirs and not any(known is None or func.attr in known for known in own):
            return func.attr
        return None

    def _own_names(self, heir: ast.ClassDef) -> frozenset[str] | None:
        """What a class derived from the generator has itself; None when nobody can say."""
        family = [heir]
        for one in family:
            above = (owner for base in one.bases for owner in self._names.heirs(base))
            family += [owner for owner in above if owner not in family]
        own = [_own_names(one) for one in family]
        return None if None in own else frozenset().union(*filter(None, own))

    def _is_partial(self, node: ast.Call) -> bool:
        return bool(node.args) and "functools.partial" in self._names.dotted(node.func)

    def _asks_by_name(self, node: ast.Call) -> bool:
        """Whether the call is `getattr(..., "name")`, which fails where there is nothing."""
        is_builtin = isinstance(node.func, ast.Name) and self._names.is_builtin(node.func)
        return is_builtin and last_name(node.func) == "getattr" and len(node.args) == 2

    def _is_generator(self, node: ast.expr) -> bool:
        names = self._names
        return names.is_tracked(node) or bool(names.heirs(node)) or names.other(node) is not None

    def _ways(self, func: ast.expr) -> list[bool]:
        """Whether the method may be taken from the class, from an instance of it, or both."""
        if not isinstance(func, ast.Attribute):
            return [True, False]
        kinds = {value.kind for value in self._names.values(func.value)}
        return [kind in _CLASSES for kind in kinds & (_CLASSES | _INSTANCES)]

    def _is_expected(self, node: ast.expr, method: str, error: str) -> bool:
        """Whether the code reckons with the failure, or gives the generator the method itself."""
        below: ast.AST = node
        for outer in self._syntax.ancestors(node):
            if isinstance(outer, TRIES):
                tried = cast("ast.Try", outer)
                if below in tried.body and error in _caught_by(tried):
                    return True
            elif isinstance(outer, (ast.With, ast.AsyncWith)):
                items = (item.context_expr for item in outer.items)
                names = {last_name(item.func) for item in items if isinstance(item, ast.Call)}
                if names & _EXPECTING:
                    return True
            elif isinstance(outer, (*SCOPES, ast.Module)) and self._asks_for(outer, method):
                return True
            below = outer
        return False

    def _asks_for(self, scope: ScopeNode, method: str) -> bool:
        if scope not in self._asked:
            nodes = own_nodes(scope.body) if isinstance(scope, ast.Module) else walk(scope)
            self._asked[scope] = frozenset(map(self._asked_by, nodes))
        return method in self._asked[scope]

    def _asked_by(self, node: ast.AST) -> str | None:
        """The method that the node asks for by name, or sets."""
        match node:
            case ast.Call():
                asks = last_name(node.func)
                match arguments_of(node):
                    case [owner, name, *rest] if asks in _ASKING or (asks == "getattr" and rest):
                        return plain_text(name) if self._is_generator(owner) else None
            case ast.Compare(left=left, ops=[ast.In()]):
                return plain_text(left)
            case ast.Attribute(value=owner, attr=attribute, ctx=ast.Store()):
                return attribute if self._is_generator(owner) else None
        return None


def _own_names(owner: ast.ClassDef) -> frozenset[str] | None:
    """What a class has itself; None when nobody can say."""
    found = set(bound_in(owner).names)
    for node in walk(owner):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in _SETTING:
                return None
            case ast.Attribute(attr=name, ctx=ast.Store()):
                found.add(name)
            case ast.Constant(value=str(text)):
                found.add(text)  # __slots__ = ("counter",)
    return None if found & (_HOOKS | _SETTING) else frozenset(found)


def _all_names(owner: ast.ClassDef) -> frozenset[str] | None:
    """What a class has; None when nobody can say, or bases or decorators may bring more."""
    bases = [base for base in owner.bases if last_name(base) not in ("object", "ABC")]
    if bases or owner.keywords or owner.decorator_list:
        return None
    own = _own_names(owner)
    return own | frozenset(dir(object)) if own is not None else None


def _caught_by(tried: ast.Try) -> set[str]:
    """The names of the errors that a `try` handles."""
    return {last_name(node) for h in tried.handlers if h.type for node in walk(h.type)}
