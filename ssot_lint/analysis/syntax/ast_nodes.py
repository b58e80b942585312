"""All nodes of a file's `ast`, found in one walk for everyone who looks through the whole file."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import TypeVar

from ssot_lint.analysis.syntax.parsing import CODE_FIELDS, walk

Node = TypeVar("Node", bound=ast.AST)

_BODIES: Mapping[type[ast.AST], tuple[str, ...]] = MappingProxyType(
    {
        kind: tuple(
            name for name in fields if name in ("body", "orelse", "handlers", "finalbody", "cases")
        )
        for kind, fields in CODE_FIELDS.items()
        if issubclass(kind, (ast.mod, ast.stmt, ast.excepthandler, ast.match_case))
    }
)
"""The fields that hold statements, and handlers and cases that do."""


class Syntax:
    """The syntax of one file."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree

    @cached_property
    def nodes(self) -> Sequence[ast.AST]:
        """What `ast.walk` gives, in its order, but for the kinds of operators and of access."""
        return walk(self.tree)

    @cached_property
    def statements(self) -> Sequence[ast.AST]:
        """The statements and what they stand in, in the order of `nodes`: a tenth of those."""
        found: list[ast.AST] = [self.tree]
        for node in found:  # grows while it is gone through
            for name in _BODIES.get(type(node), ()):
                found += getattr(node, name)
        return found

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
