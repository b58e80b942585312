"""All nodes of a file's `ast`, found in one walk for everyone who looks through the whole file."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from typing import TypeVar

Node = TypeVar("Node", bound=ast.AST)

# Fields that hold no code: names, and the kinds of operators and of access.
_TOKENS = frozenset({"ctx", "op", "ops", "id", "attr", "kind", "type_comment", "is_async"})


class Syntax:
    """The syntax of one file: its tree, and the nodes of it in the order of `ast.walk`."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.nodes: list[ast.AST] = [tree]
        for node in self.nodes:
            self.nodes.extend(parts_of(node))

    @property
    def sharing(self) -> Iterator[ast.Global | ast.Nonlocal]:
        """The `global` and `nonlocal` statements."""
        yield from self.of(ast.Global)
        yield from self.of(ast.Nonlocal)

    def of(self, *kinds: type[Node]) -> list[Node]:
        """The nodes of some kinds."""
        return [node for node in self.nodes if isinstance(node, kinds)]


def parts_of(node: ast.AST) -> Iterator[ast.AST]:
    """As `ast.iter_child_nodes`, without the kinds of operators and of access."""
    for name in code_fields(node._fields):
        value = getattr(node, name, None)
        if isinstance(value, list):
            for item in value:
                if isinstance(item, ast.AST):
                    yield item
        elif isinstance(value, ast.AST):
            yield value


@cache
def code_fields(fields: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the fields of a node that may hold code."""
    return tuple(name for name in fields if name not in _TOKENS)
