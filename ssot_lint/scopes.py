"""Which names the code of a scope binds itself, without running it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import libcst as cst

from ssot_lint.flow import pattern_names
from ssot_lint.settings import Settings
from ssot_lint.tree import children, walk

FunctionNode = cst.FunctionDef | cst.Lambda


@dataclass(frozen=True)
class Bound:
    """The names that a scope's own code binds or declares."""

    names: frozenset[str]
    globals: frozenset[str]
    nonlocals: frozenset[str]


def type_parameters(node: FunctionNode) -> set[str]:
    """The names in the brackets of `def f[T]()`."""
    if not isinstance(node, cst.FunctionDef) or node.type_parameters is None:
        return set()
    return {parameter.param.name.value for parameter in node.type_parameters.params}


def declares_global(node: FunctionNode) -> bool:
    """Whether the function itself holds a `global` statement."""
    return any(isinstance(inner, cst.Global) for inner in walk(node.body, into_scopes=False))


def bound_names(body: Iterable[cst.CSTNode]) -> Bound:
    """What the code binds in the scope it stands in; functions and classes are not entered."""
    names: set[str] = set()
    global_names: set[str] = set()
    nonlocal_names: set[str] = set()
    for node in _own_nodes(body):
        names.update(_names_bound_by(node))
        if isinstance(node, cst.Global):
            global_names.update(item.name.value for item in node.names)
        elif isinstance(node, cst.Nonlocal):
            nonlocal_names.update(item.name.value for item in node.names)
    return Bound(frozenset(names), frozenset(global_names), frozenset(nonlocal_names))


def bound_once(body: Iterable[cst.CSTNode]) -> frozenset[str]:
    """The names that the code binds in one place only."""
    counts = Counter(name for node in _own_nodes(body) for name in _names_bound_by(node))
    return frozenset(name for name, count in counts.items() if count == 1)


def binders(body: Iterable[cst.CSTNode], name: str) -> list[cst.CSTNode]:
    """What binds a name in the scope that the code stands in: statements, targets, patterns."""
    return [node for node in _own_nodes(body) if name in _names_bound_by(node)]


def names_bound_from_afar(module: cst.Module, settings: Settings) -> set[str]:
    """Names of the module that a function's `global` or an `import *` binds."""
    names: set[str] = set()
    for node in walk(module):
        if isinstance(node, cst.Global):
            names.update(item.name.value for item in node.names)
        elif isinstance(node, cst.ImportStar):
            names.update(known.rpartition(".")[2] for known in settings.known_names)
    return names


def _own_nodes(body: Iterable[cst.CSTNode]) -> Iterator[cst.CSTNode]:
    """All nodes that run in the scope itself."""
    pending = list(body)
    while pending:
        node = pending.pop()
        yield node
        pending.extend(_own_code(node))


def _own_code(node: cst.CSTNode) -> Iterable[cst.CSTNode]:
    """The parts of a node that run in the scope the node stands in."""
    if isinstance(node, cst.Lambda):
        return [node.params]
    if isinstance(node, cst.FunctionDef):
        return [node.params, *node.decorators]
    if isinstance(node, cst.ClassDef):
        return [*node.bases, *node.keywords, *node.decorators]
    if isinstance(node, cst.CompFor):
        inner = [node.inner_for_in] if node.inner_for_in is not None else []
        return [node.iter, *node.ifs, *inner]
    return children(node)


def _names_bound_by(node: cst.CSTNode) -> Iterable[str]:
    match node:
        case cst.AssignTarget() | cst.AnnAssign() | cst.AugAssign() | cst.For() | cst.NamedExpr():
            return target_names(node.target)
        case cst.FunctionDef() | cst.ClassDef() | cst.TypeAlias():
            return [node.name.value]
        case cst.WithItem(asname=cst.AsName()) if node.asname is not None:
            return target_names(node.asname.name)
        case cst.ExceptHandler() | cst.ExceptStarHandler() if node.name is not None:
            return target_names(node.name.name)
        case cst.Del():
            return target_names(node.target)
        case cst.Import():
            return [a.evaluated_alias or a.evaluated_name.partition(".")[0] for a in node.names]
        case cst.ImportFrom() if not isinstance(node.names, cst.ImportStar):
            return [alias.evaluated_alias or alias.evaluated_name for alias in node.names]
        case cst.MatchCase():
            return [name.value for name in pattern_names(node.pattern)]
    return []


def names_bound_in(statement: cst.CSTNode) -> set[str]:
    """The names in what assignments in a statement bind, functions in it included."""
    binding = (cst.AssignTarget, cst.NamedExpr, cst.AnnAssign, cst.For, cst.AugAssign)
    targets = (n for n in walk(statement) if isinstance(n, binding))
    return {n.value for target in targets for n in walk(target.target) if isinstance(n, cst.Name)}


def target_names(target: cst.CSTNode) -> Iterator[str]:
    """The names that an assignment to the target binds."""
    if isinstance(target, cst.Name):
        yield target.value
    elif isinstance(target, (cst.Tuple, cst.List)):
        for element in target.elements:
            yield from target_names(element.value)
    elif isinstance(target, cst.StarredElement):
        yield from target_names(target.value)
