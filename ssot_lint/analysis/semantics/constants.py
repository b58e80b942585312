"""Texts and numbers that a file gives a name once, at its top, read with `ast`."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable

from ssot_lint.analysis.semantics.bindings import STAR, bound_by
from ssot_lint.analysis.syntax.ast_nodes import Syntax

Constants = dict[str, str | int]


def constants(syntax: Syntax) -> Constants:
    """The constants of a whole file: names in capitals that nothing else in it binds."""
    found = _candidates(syntax.tree)
    if not found:
        return found
    bound = Counter(name for node in syntax.nodes for name in _bound_by(node))
    return {} if bound[STAR] else {name: v for name, v in found.items() if bound[name] == 1}


def _candidates(tree: ast.Module) -> Constants:
    """The names in capitals that the module itself gives a text or a number."""
    found: Constants = {}
    for node in tree.body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=value))
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=value))
            ) if name.isupper():
                if isinstance(value, (str, int)) and not isinstance(value, bool):
                    found[name] = value
    return found


def _bound_by(node: ast.AST) -> Iterable[str]:
    """The names that a node binds in whatever scope."""
    return [node.arg] if isinstance(node, ast.arg) else bound_by(node)
