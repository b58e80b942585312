"""What a statement says by its `ast`, without names being resolved: generously, for triggers."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache, cached_property
from types import MappingProxyType
from typing import TypeAlias

from ssot_lint.analysis.dataflow.library import LOOKUPS, SURGERY
from ssot_lint.analysis.semantics.known_functions import FACTORIES
from ssot_lint.analysis.syntax.parsing import walk
from ssot_lint.ids.kinds import (
    kind_of,
    names_an_id,
    snake_case,
)
from ssot_lint.ids.makers import BUILTIN_SOURCES, COUNTER, SOURCE_NAMES

Prefixes: TypeAlias = Mapping[str, str]
"""How ids of each kind begin."""


class Statement:
    """A statement as triggers see it: gathered once, looked at by all of them."""

    def __init__(self, node: ast.stmt) -> None:
        self.node = node

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """The statement and all that is in it."""
        return walk(self.node)

    def of(self, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
        """The nodes of some kinds."""
        for kind in kinds:
            yield from self._by_kind.get(kind, ())

    @cached_property
    def _by_kind(self) -> dict[type[ast.AST], list[ast.AST]]:
        found: dict[type[ast.AST], list[ast.AST]] = {}
        for node in self.nodes:
            found.setdefault(type(node), []).append(node)
        return found

    @cached_property
    def words(self) -> frozenset[str]:
        """The names and texts by which the statement can speak of something."""
        return frozenset(word for node in self.of(*_SPEAKING) for word in words_of(node))

    @property
    def texts(self) -> Iterator[str]:
        """The strings in the statement."""
        for node in self.of(ast.Constant):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


# What nodes say


_SPEAKING: Mapping[type[ast.AST], str] = MappingProxyType(
    {
        ast.Name: "id", ast.Attribute: "attr", ast.arg: "arg", ast.keyword: "arg",
        ast.Constant: "value", ast.FunctionDef: "name", ast.AsyncFunctionDef: "name",
        ast.alias: "name",
    }
)  # fmt: skip
"""Where the nodes that speak of something have the name or the text by which they do."""


def words_of(node: ast.AST) -> Iterator[str]:
    """The names and texts by which a node itself can speak of an id."""
    field = _SPEAKING.get(type(node))
    word = getattr(node, field) if field is not None else None
    if isinstance(word, str):
        yield word


def called_in(statement: Statement) -> set[str]:
    """The words of what is called."""
    calls = (node.func for node in statement.of(ast.Call) if isinstance(node, ast.Call))
    return {word for func in calls for word in words_of(func)}


def imported(node: ast.AST) -> Iterator[str]:
    """The words of the names that an import gives or takes."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        for alias in node.names:
            yield from alias.name.split(".")
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            yield from node.module.split(".")


# Ids built by hand


_TELLING_SOURCES = (
    ast.AugAssign, ast.Name, ast.Attribute, ast.Assign, ast.AnnAssign, ast.NamedExpr,
)  # fmt: skip


def source_names(statement: Statement) -> set[str]:
    """Names that may stand for a source, or for a local variable that got its value from one."""
    found = {*SOURCE_NAMES, *BUILTIN_SOURCES}
    assigned: list[tuple[str, ast.expr]] = []
    for node in statement.of(*_TELLING_SOURCES):
        match node:
            case ast.AugAssign(op=ast.Add(), target=ast.Name(id=name) | ast.Attribute(attr=name)):
                found.add(name)
            case ast.Name(id=name) | ast.Attribute(attr=name) if COUNTER.search(name):
                found.add(name)
            case ast.Assign(targets=targets, value=value):
                assigned += [(t.id, value) for t in targets if isinstance(t, ast.Name)]
            case (
                ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                | ast.NamedExpr(target=ast.Name(id=name), value=value)
            ):
                assigned.append((name, value))
    left = assigned
    while left:
        told = [name for name, value in left if mentions(value, found)]
        if not told:
            break
        found.update(told)
        left = [(name, value) for name, value in left if name not in found]
    return found


def mentions(value: ast.expr, names: AbstractSet[str]) -> bool:
    """Whether a value reads one of the names, as a variable or an attribute."""
    for node in walk(value):
        match node:
            case ast.Name(id=name) if name in names:
                return True
            case ast.Attribute(attr=name) if name in names and name not in BUILTIN_SOURCES:
                return True
            case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value=name), *_]):
                if name in names:
                    return True
    return False


def bound_to_id(node: ast.AST) -> Iterator[ast.expr]:
    """The strings put together that the node may bind to the name of an id."""
    return (value for value in _may_become_id(node) if _may_be_built(value))


BINDING_IDS = (
    ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.keyword, ast.Dict, ast.FunctionDef,
    ast.AsyncFunctionDef, ast.Call, ast.arguments, ast.Lambda,
)  # fmt: skip


def _may_become_id(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.Assign(targets=targets, value=value):
            if any(map(_may_name_id, targets)):
                yield value
        case (
            ast.AnnAssign(target=target, value=ast.expr() as value)
            | ast.NamedExpr(target=target, value=value)
        ):
            if _may_name_id(target):
                yield value
        case ast.keyword(arg=str(name), value=value):
            if name in FACTORIES or _is_id(name):
                yield value
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and _is_id(str(key.value)):
                    yield value
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) if _is_id(name):
            returns = (n.value for n in walk(node) if isinstance(n, (ast.Return, ast.Yield)))
            yield from (value for value in returns if value is not None)
        case ast.Call(func=func, args=arguments) if _may_name_parameters(func):
            yield from arguments
        case ast.arguments(defaults=defaults, kw_defaults=more):
            yield from (value for value in (*defaults, *more) if value is not None)
        case ast.Lambda(body=body):
            yield body


@cache
def _is_id(name: str) -> bool:
    return names_an_id(snake_case(name))


def _may_name_parameters(func: ast.expr) -> bool:
    """Whether the file may say what the arguments of a call by position are."""
    match func:
        case ast.Attribute(value=ast.Name(id="self" | "cls")):
            return True
        case ast.Name(id=name):
            return name != "print" and not name.endswith(("Error", "Exception"))
        case ast.Attribute(attr=name):
            return name in LOOKUPS or name[:1].isupper()
    return False


def _may_name_id(target: ast.AST) -> bool:
    """Whether a target, or a part of it, may be named as an id."""
    match target:
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return any(map(_may_name_id, parts))
        case ast.Starred(value=inner):
            return _may_name_id(inner)
    name = _name_of(target)
    return name is not None and _is_id(name)


def _may_be_built(value: ast.expr) -> bool:
    match value:
        case ast.BoolOp(values=parts):
            return any(map(_may_be_built, parts))
        case ast.IfExp(body=body, orelse=other):
            return _may_be_built(body) or _may_be_built(other)
        case ast.JoinedStr(values=values):
            return any(isinstance(part, ast.FormattedValue) for part in values)
        case ast.BinOp(left=left, op=ast.Add() | ast.Mod(), right=right):
            return any(_is_text(side) or _may_be_built(side) for side in (left, right))
        case ast.Call(func=ast.Name(id="str"), args=[ast.Call(func=ast.Name(id="id"))]):
            return False  # tells which object it is
        case ast.Call(func=ast.Name(id="str")):
            return True
        case ast.Call(func=ast.Attribute(attr="format" | "join" | "hexdigest")):
            return True
        case ast.Subscript(value=inner):
            return _may_be_built(inner)
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
            return _may_be_built(value.elt)
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            return any(map(_may_be_built, elements))
        case ast.Lambda(body=body):
            return _may_be_built(body)
        case ast.NamedExpr(value=inner) | ast.Starred(value=inner):
            return _may_be_built(inner)
    return False


def _is_text(value: ast.expr) -> bool:
    return isinstance(value, ast.JoinedStr) or (
        isinstance(value, ast.Constant) and isinstance(value.value, (str, bytes))
    )


# Literals that become ids


BINDING_TEXTS = (
    ast.keyword, ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.Dict, ast.arguments, ast.Call,
    ast.BoolOp, ast.IfExp,
)  # fmt: skip


def may_bind_text(node: ast.AST, prefixes: Prefixes, called: AbstractSet[str]) -> bool:
    """Whether the node itself may bind a text to an id of a kind that begins otherwise."""
    match node:
        case ast.keyword(arg=name, value=value):
            return _takes_text(name, value, prefixes)
        case ast.Assign(targets=targets, value=value):
            return any(_assigns_text(target, value, prefixes) for target in targets)
        case ast.AnnAssign(target=target, value=value) | ast.NamedExpr(target=target, value=value):
            return value is not None and _assigns_text(target, value, prefixes)
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return any(_takes_text(_name_of(key), value, prefixes) for key, value in pairs)
        case ast.arguments(defaults=defaults, kw_defaults=kw_defaults):
            positional = [*node.posonlyargs, *node.args]
            given = [
                *zip(positional[::-1], defaults[::-1], strict=False),
                *zip(node.kwonlyargs, kw_defaults, strict=True),
            ]
            return any(_takes_text(arg.arg, value, prefixes) for arg, value in given)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=arguments):
            if name in called and any(_may_begin(argument) for argument in arguments):
                return True
            at = _key_of_lookup(node)
            if at is None or len(arguments) <= at + 1:
                return False
            return _takes_text(_name_of(arguments[at]), arguments[at + 1], prefixes)
        case ast.BoolOp(values=values):
            # `a or b or c` is one node here, and two of libcst: every part may give the name.
            return any(
                _takes_text(_name_held_by(value), other, prefixes)
                for value in values[:-1]
                for other in values[1:]
            )
        case ast.IfExp(body=value, orelse=other):
            return _takes_text(_name_held_by(value), other, prefixes)
    return False


def _takes_text(name: str | None, value: ast.expr | None, prefixes: Prefixes) -> bool:
    kind = kind_of(name, tuple(prefixes))
    return kind is not None and value is not None and _may_begin(value, prefixes[kind])


def _assigns_text(target: ast.expr, value: ast.expr, prefixes: Prefixes) -> bool:
    if isinstance(target, (ast.Tuple, ast.List)):
        named = any(kind_of(_name_of(part), tuple(prefixes)) for part in walk(target))
        return named and _may_begin(value)
    return _takes_text(_name_of(target), value, prefixes)


def _name_of(node: ast.AST | None) -> str | None:
    """The name of what a target is, or of what stands behind a key."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Constant(value=str(name)):
            return name
        case ast.Subscript(slice=index):
            return _name_of(index)
    return None


def _name_held_by(node: ast.expr) -> str | None:
    """As `_name_of`; of `x.get("thread_id")` and `getattr(x, "thread_id")` too."""
    if isinstance(node, ast.Call):
        at = _key_of_lookup(node)
        return _name_of(node.args[at]) if at is not None and len(node.args) > at else None
    return _name_of(node)


def _key_of_lookup(call: ast.Call) -> int | None:
    """Which argument is the key, if the call may look something up."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return 1 if name == "getattr" else 0 if name in LOOKUPS else None
    return None


def _may_begin(value: ast.expr, prefix: str | None = None) -> bool:
    """Whether a value may be a text that the code writes, and that does not begin with `prefix`."""
    match value:
        case ast.Constant(value=str(text)):
            return bool(text) and not (prefix and text.startswith(prefix))
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            return not (prefix and text.startswith(prefix))
        case ast.BoolOp(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
            return any(_may_begin(part, prefix) for part in parts)
        case ast.IfExp(body=body, orelse=other):
            return _may_begin(body, prefix) or _may_begin(other, prefix)
        case ast.NamedExpr(value=inner) | ast.Lambda(body=inner) | ast.Starred(value=inner):
            return _may_begin(inner, prefix)
        case ast.BinOp(left=left, op=ast.Add() | ast.Mod(), right=right):
            return _may_begin(left) or _may_begin(right)
        case ast.Call(func=func, args=arguments, keywords=keywords):
            if isinstance(func, ast.Attribute) and func.attr == "format":
                return _may_begin(func.value)
            at = _key_of_lookup(value)
            given = [*arguments[0 if at is None else at + 1 :], *(word.value for word in keywords)]
            return any(map(_may_begin, given))
    return False


# Ids made of others


def _speaks_of(node: ast.AST, kinds: Sequence[str]) -> bool:
    return any(kind in word for word in words_of(node) for kind in kinds)


_Flow: TypeAlias = tuple[set[str], ast.AST]
"""Names, and what they get their value from."""


_FLOWING = (
    ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.For, ast.AsyncFor, ast.comprehension,
    ast.AugAssign, ast.withitem, ast.Match,
)  # fmt: skip


def flows_in(statement: Statement) -> Iterator[_Flow]:
    """Which words get what in a statement."""
    for node in statement.of(*_FLOWING):
        match node:
            case ast.Assign(targets=targets, value=value):
                yield _words_in(*targets), value
            case (
                ast.AnnAssign(target=target, value=ast.expr() as value)
                | ast.NamedExpr(target=target, value=value)
                | ast.For(target=target, iter=value)
                | ast.AsyncFor(target=target, iter=value)
                | ast.comprehension(target=target, iter=value)
            ):
                yield _words_in(target), value
            case ast.AugAssign(target=target):
                yield _words_in(target), node
            case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                yield _words_in(target), value
            case ast.Match(subject=value, cases=cases):
                yield _captured(cases), value


def made_names(flows: Iterable[_Flow]) -> set[str]:
    """Names whose value may be put together or cut."""
    found: set[str] = set()
    left = list(flows)
    while True:
        told = [flow for flow in left if is_made(flow[1], found)]
        if not told:
            return found
        found.update(name for names, _ in told for name in names)
        left = [flow for flow in left if flow not in told]


def derived_names(flows: Iterable[_Flow], kinds: Sequence[str]) -> set[str]:
    """Names whose value comes from what speaks of an id, or from another such name."""
    left = [(names, _words_in(value)) for names, value in flows]
    found: set[str] = set()
    while True:
        told = [
            flow
            for flow in left
            if not found.isdisjoint(flow[1]) or any(k in word for word in flow[1] for k in kinds)
        ]
        if not told:
            return found
        found.update(word for names, _ in told for word in names)
        left = [flow for flow in left if flow not in told]


def _words_in(*nodes: ast.AST) -> set[str]:
    return {word for node in nodes for part in walk(node) for word in words_of(part)}


def _names_in_target(target: ast.AST) -> Iterator[str]:
    """The names by which what is assigned can be an id: not those of containers and indices."""
    match target:
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from _names_in_target(part)
        case ast.Starred(value=inner):
            yield from _names_in_target(inner)
        case ast.Subscript(slice=index):
            if isinstance(index, ast.Constant):
                yield from words_of(index)
        case _:
            yield from words_of(target)


def _captured(cases: Sequence[ast.match_case]) -> set[str]:
    parts = (part for case in cases for part in walk(case.pattern))
    return {
        part.name for part in parts if isinstance(part, (ast.MatchAs, ast.MatchStar)) and part.name
    }


BINDING_KINDS = (
    ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.AugAssign, ast.keyword, ast.Dict,
    ast.FunctionDef, ast.AsyncFunctionDef, ast.arguments, ast.Call,
)  # fmt: skip


def bindings_by(
    node: ast.AST, kinds: Sequence[str], called: AbstractSet[str]
) -> Iterator[tuple[AbstractSet[str], ast.AST]]:
    """The values that the node itself binds to something named as an id, with the kinds of it."""

    def named(*targets: ast.AST) -> set[str]:
        words = {word for target in targets for word in _names_in_target(target)}
        return {kind for kind in kinds if any(kind in word for word in words)}

    match node:
        case ast.Assign(targets=targets, value=value) if found := named(*targets):
            yield found, value
        case (
            ast.AnnAssign(target=target, value=ast.expr() as value)
            | ast.NamedExpr(target=target, value=value)
        ) if found := named(target):
            yield found, value
        case ast.AugAssign(value=value):
            yield set(), value  # what it adds to may become any id
        case ast.keyword(arg=str(name), value=value) if any(kind in name for kind in kinds):
            yield {kind for kind in kinds if kind in name}, value
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if key is not None and (found := named(key)):
                    yield found, value
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            if found := {kind for kind in kinds if kind in name}:
                inside = (part for part in walk(node) if isinstance(part, (ast.Return, ast.Yield)))
                yield from ((found, part.value) for part in inside if part.value is not None)
        case ast.arguments() if found := named(*ast.iter_child_nodes(node)):
            yield from ((set(), v) for v in (*node.defaults, *filter(None, node.kw_defaults)))
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=arguments):
            if name in called or any(_speaks_of(argument, kinds) for argument in arguments):
                yield from ((set(), argument) for argument in arguments)


def is_made(node: ast.AST, made: AbstractSet[str]) -> bool:
    """Whether a value may be put together or cut, here or where a name of `made` in it got it."""
    match node:
        case ast.JoinedStr() | ast.BinOp() | ast.Slice() | ast.AugAssign():
            return True
        case ast.Subscript(slice=ast.Constant(value=int()) | ast.UnaryOp()):
            return True  # a group of a pattern, or a piece of what was split
        case ast.Name(id=name):
            return name in made
        case ast.Attribute() | ast.Constant() | ast.Subscript(slice=ast.Constant(value=str())):
            return False
        case ast.Call(func=ast.Attribute(attr=name, value=receiver), args=arguments):
            if name in SURGERY:
                return True
            return any(is_made(part, made) for part in (receiver, *arguments))
        case ast.Call(args=arguments):
            return any(is_made(argument, made) for argument in arguments)
    return any(is_made(part, made) for part in ast.iter_child_nodes(node))
