"""All nodes of a file's `ast`, found in one walk for everyone who looks through the whole file."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

from ssot_lint.analysis.syntax.parsing import CODE_FIELDS, FUNCTIONS, Function, children, walk

Node = TypeVar("Node", bound=ast.AST)
Scope: TypeAlias = ast.Module | ast.ClassDef | Function | ast.Lambda
SCOPES = (ast.ClassDef, *FUNCTIONS, ast.Lambda)

BODIES: Mapping[type[ast.AST], tuple[str, ...]] = MappingProxyType(
    {
        kind: tuple(
            name for name in fields if name in ("body", "orelse", "handlers", "finalbody", "cases")
        )
        for kind, fields in CODE_FIELDS.items()
        if issubclass(kind, (ast.mod, ast.stmt, ast.excepthandler, ast.match_case))
    }
)
"""The fields that hold statements, and handlers and cases that do."""


def statements(node: ast.AST) -> list[ast.AST]:
    """The node and the statements below it, with handlers and cases, in the order of `walk`."""
    found = [node]
    for part in found:  # grows while it is gone through
        for name in BODIES.get(type(part), ()):
            found += getattr(part, name)
    return found


def in_order(node: ast.AST, *, into_scopes: bool = True) -> Iterator[ast.AST]:
    """The node and all below it, depth first: nearly in the order of the source.

    With `into_scopes` false, functions, lambdas and classes below the node are given but not
    entered.
    """
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        if into_scopes or current is node or not isinstance(current, SCOPES):
            pending += reversed(children(current))


def own_nodes(statement: ast.AST) -> list[ast.AST]:
    """A statement, handler or case and what is in it, without the statements of its blocks."""
    bodies = BODIES.get(type(statement), ())
    in_blocks = {id(node) for name in bodies for node in getattr(statement, name)}
    found = [node for node in children(statement) if id(node) not in in_blocks]
    for node in found:  # grows while it is gone through
        if CODE_FIELDS[type(node)]:  # every other node has none
            found += children(node)
    return [statement, *found]


class Syntax:
    """The syntax of one file."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self._parents: dict[ast.AST, ast.AST] = {}
        self._linked: set[ast.AST] = set()
        """The statements whose nodes have their parents."""
        self._below: dict[ast.AST, Sequence[ast.AST]] = {}

    @cached_property
    def nodes(self) -> Sequence[ast.AST]:
        """What `ast.walk` gives, in its order, but for the kinds of operators and of access."""
        return walk(self.tree)

    @cached_property
    def statements(self) -> Sequence[ast.AST]:
        """The statements and what they stand in, in the order of `nodes`: a tenth of those."""
        return statements(self.tree)

    def below(self, node: ast.AST) -> Sequence[ast.AST]:
        """What `walk` gives for a node, kept: many rules ask for the same statements."""
        if node not in self._below:
            self._below[node] = walk(node)
        return self._below[node]

    def of(self, *kinds: type[Node]) -> list[Node]:
        """The nodes of some kinds."""
        is_statement = all(issubclass(kind, ast.stmt) for kind in kinds)
        nodes = self.statements if is_statement else self.nodes
        return [node for node in nodes if isinstance(node, kinds)]

    @property
    def sharing(self) -> Iterator[ast.Global | ast.Nonlocal]:
        """The `global` and `nonlocal` statements."""
        yield from self.of(ast.Global)
        yield from self.of(ast.Nonlocal)

    # What stands around a node

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node that a node is a part of; None for the module and for other trees.

        Looked for in the statement alone that the node stands in: few are asked for.
        """
        found = self._parents.get(node)
        if found is None and node is not self.tree:
            self._link_with(self.tree, node)
            found = self._parents.get(node)
            if found is None and self.tree not in self._linked:
                # Before Python 3.12, what stands in an f-string may have another place.
                self._link(self.tree)
                found = self._parents.get(node)
        return found

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, the innermost first."""
        outer = self.parent(node)
        while outer is not None:
            yield outer
            outer = self.parent(outer)

    def around(self, node: ast.AST, *kinds: type[Node]) -> Iterator[Node]:
        """The nodes of some kinds around a node, the innermost first."""
        return (outer for outer in self.ancestors(node) if isinstance(outer, kinds))

    def scope_of(self, node: ast.AST) -> Scope:
        """The function, lambda, class or module whose code the node is.

        Decorators, defaults, annotations and bases are code of the scope around.
        """
        below = node
        for outer in self.ancestors(node):
            if isinstance(outer, SCOPES) and (below is outer.body or below in _body(outer)):
                return outer
            below = outer
        return self.tree

    def function_of(self, node: ast.AST) -> Function | None:
        """The function whose own code the node is; None in lambdas, classes and the module."""
        scope = self.scope_of(node)
        return scope if isinstance(scope, FUNCTIONS) else None

    def part_with(self, node: ast.AST) -> ast.AST:
        """The statement of the module or of a class that holds a node, or a part of a header."""
        below = node
        for outer in self.ancestors(node):
            if isinstance(outer, (ast.Module, ast.ClassDef)):
                return below
            below = outer
        return below

    def statement_of(self, node: ast.AST) -> ast.stmt | None:
        """The statement that a node is or stands in, the innermost."""
        return node if isinstance(node, ast.stmt) else next(self.around(node, ast.stmt), None)

    def _link_with(self, owner: ast.Module | ast.ClassDef, node: Any) -> None:
        """Find the parents of all nodes in the statement of a body that holds a node."""
        row = getattr(node, "lineno", None)
        if row is None or owner in self._linked:
            return
        at = bisect_right(owner.body, row, key=_first_row)
        for statement in owner.body[max(at - 1, 0) : at + 1]:
            self._parents[statement] = owner
            if node is statement:
                return
            if isinstance(statement, ast.ClassDef) and row >= statement.body[0].lineno:
                self._link_with(statement, node)
            else:
                self._link(statement)
            if node in self._parents:
                return

    def _link(self, top: ast.AST) -> None:
        if top in self._linked:
            return
        self._linked.add(top)
        pending = [top]
        for node in pending:  # grows while it is gone through
            below = children(node)
            self._parents.update(dict.fromkeys(below, node))
            pending += below


def _first_row(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _body(scope: ast.AST) -> Sequence[ast.AST]:
    body = getattr(scope, "body", ())
    return body if isinstance(body, list) else ()
