"""What the functions and classes of a whole file take, read with `ast`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

Signature = tuple[tuple[str, str], ...]
"""Names and annotations of the parameters that positional arguments go to."""


def signatures(tree: ast.Module) -> dict[str, Signature | None]:
    """The signatures of the functions, methods and classes of a whole file, by their name.

    Without `self`. None for names under which the file has different ones.
    """
    found: dict[str, Signature | None] = {}
    for node in ast.walk(tree):
        for name, signature in _signatures_in(node):
            known = found.setdefault(name, signature)
            if known != signature:
                found[name] = None
    return found


def _signatures_in(node: ast.AST) -> Iterator[tuple[str, Signature]]:
    if isinstance(node, ast.ClassDef):
        methods = [m for m in node.body if isinstance(m, (ast.FunctionDef, ast.AsyncFunctionDef))]
        inits = [method for method in methods if method.name == "__init__"]
        for method in methods:
            yield method.name, _signature(method)[0 if _is_static(method) else 1 :]
        if inits:
            yield node.name, _signature(inits[-1])[1:]
        elif any("dataclass" in ast.unparse(d) for d in node.decorator_list) and not node.bases:
            yield (
                node.name,
                tuple(
                    (part.target.id, ast.unparse(part.annotation))
                    for part in node.body
                    if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
                ),
            )
    elif isinstance(node, (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef)):
        for inner in node.body:
            if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield inner.name, _signature(inner)


def fields(tree: ast.Module) -> dict[str, dict[str, str]]:
    """What the classes of a file declare, by class and name, as source: type and default."""
    found: dict[str, dict[str, str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            declared = found.setdefault(node.name, {})
            for part in node.body:
                if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
                    value = ast.unparse(part.value) if part.value is not None else ""
                    declared[part.target.id] = f"{ast.unparse(part.annotation)} = {value}"
                elif isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Name):
                    declared[part.targets[0].id] = ast.unparse(part.value)
    return found


def _signature(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Signature:
    return tuple(
        (arg.arg, ast.unparse(arg.annotation) if arg.annotation else "")
        for arg in (*node.args.posonlyargs, *node.args.args)
    )


def _is_static(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any("staticmethod" in ast.unparse(d) for d in node.decorator_list)
