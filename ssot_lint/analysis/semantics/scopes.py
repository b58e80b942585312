"""Which names the code of a scope binds itself, without running it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import libcst as cst

from ssot_lint.analysis.semantics.control_flow.walk import pattern_names
from ssot_lint.analysis.syntax.libcst_nodes import LEAVES, children, statements, walk

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


def bound_names(body: Iterable[cst.CSTNode]) -> Bound:
    """What the code binds in the scope it stands in; functions and classes are not entered."""
    names: set[str] = set()
    global_names: set[str] = set()
    nonlocal_names: set[str] = set()
    for node in _own_nodes(body):
        names.update(_names_bound_by(node))
        if type(node) is cst.Global:
            global_names.update(item.name.value for item in node.names)
        elif type(node) is cst.Nonlocal:
            nonlocal_names.update(item.name.value for item in node.names)
    return Bound(frozenset(names), frozenset(global_names), frozenset(nonlocal_names))


def bound_once(body: Iterable[cst.CSTNode]) -> frozenset[str]:
    """The names that the code binds in one place only."""
    counts = Counter(name for node in _own_nodes(body) for name in _names_bound_by(node))
    return frozenset(name for name, count in counts.items() if count == 1)


def binders(body: Iterable[cst.CSTNode]) -> dict[str, list[cst.CSTNode]]:
    """What binds each name in the scope that the code stands in: statements, targets, patterns."""
    found: dict[str, list[cst.CSTNode]] = {}
    for node in _own_nodes(body):
        for name in dict.fromkeys(_names_bound_by(node)):
            found.setdefault(name, []).append(node)
    return found


def names_bound_from_afar(module: cst.Module, starred: Iterable[str]) -> set[str]:
    """Names of the module that a function's `global` or an `import *` binds.

    `starred` are the dotted names that an `import *` may bring.
    """
    names: set[str] = set()
    for node in statements(module):
        if type(node) is cst.Global:
            names.update(item.name.value for item in node.names)
        elif type(node) is cst.ImportFrom and isinstance(node.names, cst.ImportStar):
            names.update(known.rpartition(".")[2] for known in starred)
    return names


def _own_nodes(body: Iterable[cst.CSTNode]) -> Iterator[cst.CSTNode]:
    """All nodes that run in the scope itself, but names and literals."""
    pending = list(body)
    while pending:
        node = pending.pop()
        kind = type(node)
        if kind not in LEAVES:
            yield node
            pending.extend(_OWN_CODE.get(kind, children)(node))


def _own_code_of_function(node: cst.FunctionDef) -> Iterable[cst.CSTNode]:
    return [node.params, *node.decorators]


def _own_code_of_class(node: cst.ClassDef) -> Iterable[cst.CSTNode]:
    return [*node.bases, *node.keywords, *node.decorators]


def _own_code_of_clause(node: cst.CompFor) -> Iterable[cst.CSTNode]:
    inner = [node.inner_for_in] if node.inner_for_in is not None else []
    return [node.iter, *node.ifs, *inner]


def _names_bound_by(node: cst.CSTNode) -> Iterable[str]:
    names = _BINDERS.get(type(node))
    return names(node) if names is not None else ()


def _bound_by_handler(node: cst.ExceptHandler | cst.ExceptStarHandler) -> Iterable[str]:
    return target_names(node.name.name) if node.name is not None else ()


def _bound_by_with(node: cst.WithItem) -> Iterable[str]:
    return target_names(node.asname.name) if node.asname is not None else ()


def imported_names(node: cst.Import | cst.ImportFrom) -> frozenset[str]:
    """The names that an import statement binds, as far as it says so."""
    if isinstance(node.names, cst.ImportStar):
        return frozenset()
    # Of `import a.b` without `as`, the first name is bound.
    return frozenset(
        alias.evaluated_alias or alias.evaluated_name.partition(".")[0] for alias in node.names
    )


def _bound_by_case(node: cst.MatchCase) -> Iterable[str]:
    return [name.value for name in pattern_names(node.pattern)]


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


# By type, because most nodes bind nothing and asking each whether it is one of many costs most
# of the time that a scope takes.
_OWN_CODE: Mapping[type[cst.CSTNode], Callable[[Any], Iterable[cst.CSTNode]]] = {
    cst.ClassDef: _own_code_of_class,
    cst.CompFor: _own_code_of_clause,
    cst.FunctionDef: _own_code_of_function,
    cst.Lambda: lambda node: [node.params],
}
_BINDERS: Mapping[type[cst.CSTNode], Callable[[Any], Iterable[str]]] = {
    **dict.fromkeys(
        (cst.AnnAssign, cst.AssignTarget, cst.AugAssign, cst.Del, cst.For, cst.NamedExpr),
        lambda node: target_names(node.target),
    ),
    **dict.fromkeys((cst.ClassDef, cst.FunctionDef, cst.TypeAlias), lambda node: [node.name.value]),
    cst.ExceptHandler: _bound_by_handler,
    cst.ExceptStarHandler: _bound_by_handler,
    cst.Import: imported_names,
    cst.ImportFrom: imported_names,
    cst.MatchCase: _bound_by_case,
    cst.WithItem: _bound_by_with,
}
