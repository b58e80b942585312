"""All nodes of a file's `ast`, found in one walk for everyone who looks through the whole file."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from typing import TypeVar

Node = TypeVar("Node", bound=ast.AST)

# Fields that hold no code: names, and the kinds of operators and of access.
_TOKENS = frozenset({"ctx", "op", "ops", "id", "attr", "kind", "type_comment", "is_async"})


class Syntax:
    """The syntax of one file."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree

    @cached_property
    def nodes(self) -> Sequence[ast.AST]:
        """What `ast.walk` gives, in its order, but for the kinds of operators and of access."""
        nodes: list[ast.AST] = [self.tree]
        for node in nodes:  # which grows on the way
            for name in code_fields(node._fields):
                value = getattr(node, name, None)
                if isinstance(value, list):
                    for item in value:
                        if isinstance(item, ast.AST):
                            nodes.append(item)
                elif isinstance(value, ast.AST):
                    nodes.append(value)
        return nodes

    def of(self, *kinds: type[Node]) -> list[Node]:
        """The nodes of some kinds."""
        return [node for node in self.nodes if isinstance(node, kinds)]

    @property
    def sharing(self) -> Iterator[ast.Global | ast.Nonlocal]:
        """The `global` and `nonlocal` statements."""
        yield from self.of(ast.Global)
        yield from self.of(ast.Nonlocal)


@cache
def code_fields(fields: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the fields of a node that may hold code."""
    return tuple(name for name in fields if name not in _TOKENS)
