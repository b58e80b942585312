"""Under which other names a file may call something, told without resolving names."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ssot_lint.analysis.semantics.bindings import target_names
from ssot_lint.analysis.syntax.ast_nodes import Syntax


def aliases_of(words: frozenset[str], syntax: Syntax, text: str) -> frozenset[str]:
    """The names that imports and assignments anywhere may give to what the words name.

    Generously: no name that stands for it is missing, but for those that `exec` makes.
    """
    found: set[str] = set()
    imports: list[ast.Import | ast.ImportFrom] = syntax.of(ast.Import, ast.ImportFrom)
    for node in imports:
        for alias in node.names:
            if alias.asname is not None and alias.name.rpartition(".")[2] in words:
                found.add(alias.asname)
    assigned = [
        (name, frozenset(_leaves(value)))
        for targets, value in _assignments(syntax, text)
        for target in targets
        for name in target_names(target)
    ]
    while True:
        known = words | found
        more = {name for name, leaves in assigned if not leaves.isdisjoint(known)} - known
        if not more:
            return frozenset(found)
        found |= more


def _assignments(syntax: Syntax, text: str) -> Iterator[tuple[list[ast.expr], ast.expr]]:
    for node in syntax.of(ast.Assign):
        yield node.targets, node.value
    for annotated in syntax.of(ast.AnnAssign):
        if annotated.value is not None:
            yield [annotated.target], annotated.value
    for named in syntax.of(ast.NamedExpr) if ":=" in text else ():
        yield [named.target], named.value


def _leaves(value: ast.expr) -> Iterator[str]:
    """The last names of what the value of an expression can be taken from."""
    match value:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            yield name
        case ast.Call(args=arguments):  # `getattr(time, "time")`, `import_module("time")`
            for argument in arguments:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value.rpartition(".")[2]
        case ast.IfExp(body=body, orelse=orelse):
            yield from _leaves(body)
            yield from _leaves(orelse)
        case ast.BoolOp(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from _leaves(part)
        case ast.NamedExpr(value=inner) | ast.Await(value=inner):
            yield from _leaves(inner)
