"""All nodes of a file's `ast`, found in one walk for everyone who looks through the whole file."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TypeVar

from ssot_lint.parsing import walk

Node = TypeVar("Node", bound=ast.AST)


class Syntax:
    """The syntax of one file."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree

    @cached_property
    def nodes(self) -> Sequence[ast.AST]:
        """What `ast.walk` gives, in its order, but for the kinds of operators and of access."""
        return walk(self.tree)

    def of(self, *kinds: type[Node]) -> list[Node]:
        """The nodes of some kinds."""
        return [node for node in self.nodes if isinstance(node, kinds)]

    @property
    def sharing(self) -> Iterator[ast.Global | ast.Nonlocal]:
        """The `global` and `nonlocal` statements."""
        yield from self.of(ast.Global)
        yield from self.of(ast.Nonlocal)
