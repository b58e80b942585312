"""Ids of one context that different calls of the generator made, or different makers."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, combinations

from ssot_lint.analysis.dataflow.backward import Backward, choices, handed_on
from ssot_lint.analysis.semantics.control_flow.reachability import Reachability
from ssot_lint.analysis.syntax.ast_nodes import Syntax
from ssot_lint.analysis.syntax.parsing import (
    Function,
    last_name,
    plain_text,
    walk,
)
from ssot_lint.ids.call_arguments import named_arguments
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.kinds import class_names, own_kind
from ssot_lint.ids.shown import is_text_output
from ssot_lint.ids.strings.generated import followed
from ssot_lint.ids.uses.other_makers import OtherMakers

# Variables handed to variables further than this are not followed.
_LONGEST_CHAIN = 8


@dataclass(frozen=True)
class Source:
    """What makes an id."""

    maker: str
    """The generator, or another maker."""
    node: ast.AST = field(compare=False)
    """The expression that does."""
    whole: ast.expr = field(compare=False)
    """That with what makes an id of it: `str(...)`, the text around it."""
    call: ast.Call | None = None
    """The call that gives several ids, if one does: others of that belong to it."""


@dataclass(frozen=True)
class Mixture:
    """Ids of one context that do not belong together."""

    holder: ast.expr
    """What gets them: a call, a dict or a tuple."""
    kinds: tuple[str, str]
    sources: tuple[Source, Source]
    """Of those kinds."""


class Mixtures:
    """Finds them in one file. Made once per file: `ids.once(Mixtures)`."""

    def __init__(self, ids: IdModel) -> None:
        self._ids = ids
        self._syntax: Syntax = ids.semantics.syntax
        self._names = ids.semantics.names
        self._backward = ids.semantics.once(Backward)
        self._kinds = ids.settings.context_ids
        classes = class_names(ids.settings)
        self._contexts = classes | ids.semantics.aliases(classes)
        self._known: dict[ast.AST, tuple[Mixture, ...]] = {}
        self._reach: dict[Function, Reachability] = {}

    def in_(self, part: ast.AST) -> tuple[Mixture, ...]:
        """Those in a statement and below it: what calls, dicts and tuples there get."""
        if part not in self._known:
            nodes = self._syntax.below(part) if self._may_hold(part) else ()
            holders = (n for n in nodes if isinstance(n, (ast.Call, ast.Dict, ast.Tuple)))
            found = map(self._find, holders)
            self._known[part] = tuple(filter(None, found))
        return self._known[part]

    def _may_hold(self, part: ast.AST) -> bool:
        """Whether names of several ids stand in a part; a look that costs little."""
        if not isinstance(part, (ast.expr, ast.stmt)):
            return False
        code = self._ids.semantics.text.code(part)
        named = sum(kind in code for kind in self._kinds)
        return named > 1 or any(name in code for name in self._contexts)

    def _find(self, holder: ast.Call | ast.Dict | ast.Tuple) -> Mixture | None:
        held: dict[str, ast.expr] = {}
        for name, value in self._holds(holder):
            kind = own_kind(name, self._kinds)
            if kind is not None:
                held.setdefault(kind, value)
        if len(held) < 2 or self._syntax.function_of(holder) is None:
            return None
        made = {kind: frozenset(self._sources(value, 0)) for kind, value in held.items()}
        for one, other in combinations((kind for kind in self._kinds if made.get(kind)), 2):
            for first, second in _pairs(made[one], made[other]):
                if self._are_apart(first, second):
                    return Mixture(holder, (one, other), (first, second))
        return None

    def _holds(self, node: ast.expr) -> Iterable[tuple[str | None, ast.expr]]:
        """The names under which ids are handed on together."""
        match node:
            case ast.Call() if not is_text_output(node):
                by_keyword = [(word.arg, word.value) for word in node.keywords]
                by_position: Iterable[tuple[str | None, ast.expr]] = ()
                if node.args and last_name(node.func) in self._contexts:
                    by_position = named_arguments(self._ids, node)
                return chain(by_keyword, by_position)
            case ast.Dict(keys=keys, values=values):
                return zip(map(plain_text, keys), values, strict=True)
            case ast.Tuple(elts=elements, ctx=ast.Load()):
                return ((e.id, e) for e in elements if isinstance(e, ast.Name))
        return ()

    def _are_apart(self, one: Source, other: Source) -> bool:
        """Whether one run may make both, and they do not belong together."""
        if one.maker == other.maker and (
            one.call is None or other.call is None or one.call is other.call
        ):
            return False
        if one.call is not None and other.call is not None and self._is_of_ost201(one, other):
            return False
        return self._meet(one.node, other.node)

    def _is_of_ost201(self, one: Source, other: Source) -> bool:
        """Whether OST201 speaks of the two calls: they are for the same user."""
        method, on = self._ids.settings.context_method, "OST201" in self._ids.codes
        calls = [source.call for source in (one, other) if source.call is not None]
        are_here = all(self._ids.generator_method(call) == method for call in calls)
        return on and are_here and len({ast.dump(_user(call)) for call in calls}) == 1

    def _meet(self, one: ast.AST, other: ast.AST) -> bool:
        function = self._syntax.function_of(one)
        if function is None or self._syntax.function_of(other) is not function:
            return False
        if function not in self._reach:
            nodes: dict[ast.AST, frozenset[str]] = {
                n: frozenset() for n in walk(function) if isinstance(n, ast.Call)
            }
            self._reach[function] = Reachability(function, nodes, self._names)
        reach = self._reach[function]
        return one is not other and reach.both(one, other)

    # What makes a value

    def _sources(
        self, value: ast.expr, depth: int, whole: ast.expr | None = None
    ) -> Iterator[Source]:
        """`whole` is the expression that hands the value on."""
        for part in choices(value) if depth < _LONGEST_CHAIN else ():
            match part:
                case ast.Name():
                    for target in self._backward.sources(part):
                        yield from self._of_target(target, depth)
                case ast.Subscript(value=several):
                    for held in filter(None, self._backward.values(several)):
                        yield from self._of_context(held)
                case ast.Await(value=inner):
                    yield from self._sources(inner, depth + 1)
                case _:
                    yield from self._of_expression(part, depth, whole or part)

    def _of_target(self, target: ast.AST, depth: int) -> Iterator[Source]:
        value = self._backward.value_of(target)
        if value is not None:
            yield from self._sources(value, depth + 1)
            return
        shared = self._backward.shared_value(target)
        if shared is not None:
            yield from self._of_context(shared)

    def _of_context(self, node: ast.AST) -> Iterator[Source]:
        settings = self._ids.settings
        if isinstance(node, ast.Call) and (
            self._ids.generator_method(node) == settings.context_method
        ):
            yield Source(settings.generator_class, node, node, node)

    def _of_expression(self, node: ast.expr, depth: int, whole: ast.expr) -> Iterator[Source]:
        if isinstance(node, ast.Call):
            same = handed_on(node, self._names)
            if same is not None:
                yield from self._sources(same, depth + 1, whole)
                return
        is_text = isinstance(node, (ast.JoinedStr, ast.BinOp))
        for part in walk(node) if is_text else (node,):
            made = self._ids.once(OtherMakers).of(part)
            if made is not None:
                yield Source(made.maker.rpartition(".")[0] or made.maker, part, whole)
                return
            if part is not node:  # put into a text
                yield from self._of_context(part)
            if isinstance(part, ast.Name):
                inside = self._sources(part, depth + 1)
                yield from (source for source in inside if source.call is not None)
        yield from self._of_generator(node)

    def _of_generator(self, node: ast.expr) -> Iterator[Source]:
        """One of the ids of a context call, which a function gives that makes it.

        A single id of the generator belongs to no set: of several of them OST202 speaks, and where
        ids are taken over by the generator one by one, the others are still of another maker.
        """
        origins = self._ids.once(followed).origins(node) if isinstance(node, ast.Call) else ()
        are_of_set = all(origin.made and origin.kind is not None for origin in origins)
        if isinstance(node, ast.Call) and origins and are_of_set:
            yield Source(self._ids.settings.generator_class, node, node, node)


def _pairs(ones: frozenset[Source], others: frozenset[Source]) -> Iterator[tuple[Source, Source]]:
    """What may give an id of one kind beside an id of another; what gives both gives both at once.

    In order of place.
    """
    for first in sorted(ones, key=_place):
        alone = others - ones if first in others else others
        yield from ((first, second) for second in sorted(alone, key=_place))


def _user(call: ast.Call) -> ast.expr:
    """Whom a context call makes ids for."""
    named: Mapping[str | None, ast.expr] = {word.arg: word.value for word in call.keywords}
    return named.get("user_id") or (call.args[0] if call.args else call)


def _place(source: Source) -> tuple[int, int]:
    return getattr(source.node, "lineno", 0), getattr(source.node, "col_offset", 0)
