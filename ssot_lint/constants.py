"""Texts and numbers that a file gives a name once, at its top, read with `ast`."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable

from ssot_lint.imports import bound_by

Constants = dict[str, str | int]


def constants(tree: ast.Module) -> Constants:
    """The constants of a whole file: names in capitals that nothing else in it binds."""
    bound = Counter(name for node in ast.walk(tree) for name in _bound_by(node))
    found: Constants = {}
    for node in [] if bound["*"] else tree.body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=value))
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=value))
            ) if name.isupper() and bound[name] == 1:
                if isinstance(value, (str, int)) and not isinstance(value, bool):
                    found[name] = value
    return found


def _bound_by(node: ast.AST) -> Iterable[str]:
    match node:
        case (
            ast.arg(arg=name)
            | ast.FunctionDef(name=name)
            | ast.AsyncFunctionDef(name=name)
            | ast.ClassDef(name=name)
        ):
            return [name]
        case ast.alias(name=name, asname=alias):
            return [alias or name]
    return bound_by(node)
