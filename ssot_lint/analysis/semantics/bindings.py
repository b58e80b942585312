"""The names that code binds in the scope it stands in, and what binds them. Works on `ast`."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

from ssot_lint.analysis.syntax.parsing import (
    FUNCTIONS,
    Function,
    children,
    names_bound_by,
    parameters,
    walk,
)

FunctionNode: TypeAlias = Function | ast.Lambda
FUNCTION_NODES = (*FUNCTIONS, ast.Lambda)
Comprehension: TypeAlias = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
ScopeNode: TypeAlias = ast.Module | ast.ClassDef | FunctionNode
STAR = "*"
"""What an `import *` binds, as it is written."""


@dataclass(frozen=True)
class Bound:
    """The names that a scope's own code binds or declares."""

    names: frozenset[str]
    globals: frozenset[str]
    nonlocals: frozenset[str]


def body_of(scope: ScopeNode) -> list[ast.AST]:
    """The code that runs in a scope itself."""
    return [scope.body] if isinstance(scope, ast.Lambda) else [*scope.body]


def bound_names(body: Iterable[ast.AST]) -> Bound:
    """What the code binds in the scope it stands in; functions and classes are not entered."""
    names: set[str] = set()
    global_names: set[str] = set()
    nonlocal_names: set[str] = set()
    for node in own_nodes(body):
        if isinstance(node, ast.Global):
            global_names.update(node.names)
        elif isinstance(node, ast.Nonlocal):
            nonlocal_names.update(node.names)
        else:
            names.update(bound_by(node))
    names.discard(STAR)
    return Bound(frozenset(names), frozenset(global_names), frozenset(nonlocal_names))


def bound_in(scope: ScopeNode) -> Bound:
    """What a scope binds, its parameters included."""
    bound = bound_names(body_of(scope))
    if isinstance(scope, (ast.Module, ast.ClassDef)):
        return bound
    return Bound(bound.names | parameter_names(scope), bound.globals, bound.nonlocals)


def binders(body: Iterable[ast.AST]) -> dict[str, list[ast.AST]]:
    """What binds each name in the scope that the code stands in.

    Import statements, definitions, handlers, patterns, and names that are targets.
    """
    found: dict[str, list[ast.AST]] = {}
    for node in own_nodes(body):
        bound: Iterable[str] = ()
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            bound = (name for alias in node.names for name in names_bound_by(alias))
        elif not isinstance(node, ast.alias):
            bound = bound_by(node)
        for name in dict.fromkeys(bound):
            found.setdefault(name, []).append(node)
    return found


def parameter_names(function: FunctionNode) -> set[str]:
    """The names that a call binds: the parameters, and those in the brackets of `def f[T]()`."""
    given = {arg.arg for arg in parameters(function.args)}
    return given | {parameter.name for parameter in getattr(function, "type_params", ())}


def bound_once(body: Iterable[ast.AST]) -> frozenset[str]:
    """The names that the code binds in one place only."""
    counts = Counter(name for node in own_nodes(body) for name in bound_by(node))
    return frozenset(name for name, count in counts.items() if count == 1)


def assigned_in(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that code assigns anywhere, functions in it included; comprehensions do not.

    Also those in the targets of assignments to attributes and items.
    """
    found: set[str] = set()
    pending = list(nodes)
    while pending:
        node = pending.pop()
        if isinstance(getattr(node, "ctx", None), ast.Store):
            found.update(part.id for part in walk(node) if isinstance(part, ast.Name))
        is_clause = isinstance(node, ast.comprehension)
        pending += own_parts(node) if is_clause else children(node)
    return found


def target_names(target: ast.AST) -> Iterator[str]:
    """The names that an assignment to the target binds."""
    match target:
        case ast.Name(id=name):
            yield name
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for element in elements:
                yield from target_names(element)
        case ast.Starred(value=value):
            yield from target_names(value)


def hidden_by(node: Comprehension) -> frozenset[str]:
    """The names that a comprehension has for itself."""
    return frozenset(name for clause in node.generators for name in target_names(clause.target))


def own_nodes(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """All nodes that run in the scope of a body itself; not the targets of comprehensions."""
    pending = list(body)
    while pending:
        node = pending.pop()
        yield node
        kind = type(node)
        if kind is ast.Name or kind is ast.Constant:
            continue
        pending += own_parts(node)


def own_parts(node: ast.AST) -> list[ast.AST]:
    """The nodes right below one whose code runs in the scope of that one."""
    return _OWN_PARTS.get(type(node), children)(node)


def bound_by(node: ast.AST) -> Iterator[str]:
    """The names that a node itself binds in the scope it stands in, by `del`, too."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Del):
        yield node.id
    else:
        yield from names_bound_by(node)


def _of_function(node: Function) -> list[ast.AST]:
    return [*node.decorator_list, node.args]


def _of_class(node: ast.ClassDef) -> list[ast.AST]:
    return [*node.decorator_list, *node.bases, *node.keywords]


def _of_lambda(node: ast.Lambda) -> list[ast.AST]:
    return [node.args]


def _of_clause(node: ast.comprehension) -> list[ast.AST]:
    return [node.iter, *node.ifs]


# By type, because most nodes are of none of these kinds.
_OWN_PARTS: Mapping[type[ast.AST], Callable[[Any], list[ast.AST]]] = MappingProxyType({
    **dict.fromkeys(FUNCTIONS, _of_function),
    ast.ClassDef: _of_class,
    ast.Lambda: _of_lambda,
    ast.comprehension: _of_clause,
})  # fmt: skip
