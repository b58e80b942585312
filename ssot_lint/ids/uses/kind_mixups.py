"""Ids of one kind that are bound to another: told by names, by annotations, by the generator."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from ssot_lint.analysis.dataflow.backward import choices, handed_on
from ssot_lint.analysis.syntax.parsing import (
    last_name,
    last_name_of,
    parameters,
    plain_text,
)
from ssot_lint.ids.call_arguments import (
    ASKING,
    call_handed,
    imported_names,
    named_arguments,
    root_name,
)
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.kinds import own_kind, snake_case, told_apart
from ssot_lint.ids.shown import held_by, is_text_output
from ssot_lint.ids.strings.generated import Generated, Origins, followed
from ssot_lint.ids.strings.sources import target_name

# What hands a value to something that has a name.
_BINDING = frozenset({ast.AnnAssign, ast.Assign, ast.Call, ast.Dict, ast.NamedExpr})


@dataclass(frozen=True)
class Mixup:
    """A value that is an id of one kind, and the kind that it is bound to."""

    value: ast.expr
    kind: str
    bound_to: str


class KindMixups:
    """Finds them in one file. Made once per file: `ids.once(KindMixups)`."""

    def __init__(self, ids: IdModel) -> None:
        self._ids = ids
        self._syntax = ids.semantics.syntax
        self._names = ids.semantics.names
        self._kinds = told_apart(ids.settings)
        self._known: dict[ast.AST, tuple[Mixup, ...]] = {}

    def in_(self, part: ast.AST) -> tuple[Mixup, ...]:
        """Those in a statement and below it: what assignments, calls and dicts there make."""
        if part not in self._known:
            nodes = (node for node in self._syntax.below(part) if type(node) in _BINDING)
            self._known[part] = tuple(chain.from_iterable(map(self._find, nodes)))
        return self._known[part]

    def _find(self, node: ast.AST) -> Iterator[Mixup]:
        for name, value in self._bindings(node):
            bound_to = own_kind(name, self._kinds)
            for part in choices(value) if bound_to is not None else ():
                kind = self._kind(part)
                if kind is None or bound_to is None or kind == bound_to:
                    continue
                if not self._are_one(part, kind, bound_to):
                    yield Mixup(part, kind, bound_to)

    # What is bound to which name

    def _bindings(self, node: ast.AST) -> Iterable[tuple[str | None, ast.expr]]:
        match node:
            case ast.Assign(targets=targets, value=value):
                return (pair for target in targets for pair in self._assigned(target, value))
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                return self._assigned(target, value)
            case ast.NamedExpr(target=target, value=value):
                return self._assigned(target, value)
            case ast.Dict(keys=keys, values=values) if not self._is_shown(node):
                return zip(map(plain_text, keys), values, strict=True)
            case ast.Call() if not is_text_output(node) and not ASKING.match(last_name(node.func)):
                return named_arguments(self._ids, node)
        return ()

    def _assigned(self, target: ast.expr, value: ast.expr) -> Iterator[tuple[str | None, ast.expr]]:
        if not isinstance(target, (ast.Tuple, ast.List)):
            yield target_name(target), value
        elif isinstance(value, (ast.Tuple, ast.List)):
            for one, item in zip(target.elts, value.elts, strict=False):
                if isinstance(one, ast.Starred) or isinstance(item, ast.Starred):
                    return
                yield from self._assigned(one, item)
        elif isinstance(value, ast.Call) and self._makes_context(value):
            # Of what the generator gives, the place says what it is, and the name another thing.
            yield from ((target_name(one), one) for one in target.elts)

    def _is_shown(self, node: ast.Dict) -> bool:
        handed = call_handed(node, self._syntax)
        return handed is not None and is_text_output(handed[0])

    # Of which kind a value is

    def _kind(self, value: ast.expr) -> str | None:
        if isinstance(value, ast.Await):
            return self._given(value, value.value)
        same = handed_on(value, self._names) if isinstance(value, ast.Call) else None
        if same is not None:
            return self._kind(same)
        if isinstance(value, ast.Name) and isinstance(value.ctx, ast.Store):
            return self._made(value)
        name = target_name(value) if isinstance(value, ast.Subscript) else held_by(value)
        by_name = own_kind(name, self._kinds)
        if by_name is not None or not isinstance(value, (ast.Call, ast.Name, ast.Subscript)):
            return by_name
        if isinstance(value, ast.Call):
            return self._given(value, value)
        return self._annotated(value) or self._made(value)

    def _given(self, value: ast.expr, call: ast.expr) -> str | None:
        """The kind of what a function of this file or another one gives, where that is known."""
        root = root_name(call.func) if isinstance(call, ast.Call) else ""
        if root not in self._ids.semantics.defined and root not in imported_names(self._ids):
            return None  # to ask which objects have a method takes long
        return _only_kind(self._ids.once(followed).origins(value))

    def _annotated(self, value: ast.expr) -> str | None:
        """The kind that the type of a parameter names: `RunId`."""
        function = self._syntax.function_of(value) if isinstance(value, ast.Name) else None
        given = parameters(function.args) if function is not None else ()
        types = (
            last_name_of(arg.annotation)
            for arg in given
            if isinstance(value, ast.Name) and arg.arg == value.id and arg.annotation is not None
        )
        named = (snake_case(one) for one in types if one)
        return next((one for one in named if one in self._kinds), None)

    def _made(self, value: ast.expr) -> str | None:
        """The kind that the generator's order of the ids gives a value."""
        generated = self._ids.once(Generated)
        is_target = isinstance(value, ast.Name) and isinstance(value.ctx, ast.Store)
        origins = generated.unpacked(value) if is_target else generated.ids(value)
        return _only_kind(origins)

    def _makes_context(self, call: ast.Call) -> bool:
        return self._ids.generator_method(call) == self._ids.settings.context_method

    def _are_one(self, value: ast.expr, *kinds: str) -> bool:
        """Whether the function around says by its name that two kinds are one."""
        function = self._syntax.function_of(value)
        words = set(function.name.split("_")) if function is not None else set()
        return words.issuperset(kind.removesuffix("_id") for kind in kinds)


def _only_kind(origins: Origins) -> str | None:
    """The kind of ids, where the generator makes all of them and they are of one."""
    kinds = {origin.kind if origin.made else None for origin in origins}
    return kinds.pop() if len(kinds) == 1 else None
