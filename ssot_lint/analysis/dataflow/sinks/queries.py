"""Where queries have values filled in that are handed to the same call."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ssot_lint.analysis.dataflow.access_paths import WHOLE, Labels
from ssot_lint.analysis.dataflow.references import References
from ssot_lint.analysis.syntax.embedded import Hole, holes
from ssot_lint.analysis.syntax.parsing import children


def filled_into(
    node: ast.expr, labels: Labels, beside: ast.expr | None, references: References
) -> Iterator[tuple[Hole, ast.expr]]:
    """Where queries have a value filled in that is handed to the same call, each with its text.

    `node` has the value, or holds it behind labels; `beside` is the element of it that has it,
    where that is written there. Where nothing says which of the values it is, all that may be.
    """
    parent = references.parent(node)
    key: str | int | None = labels.chain[-1].at if labels.chain else None
    if isinstance(node, ast.List) and beside in node.elts:
        key = node.elts.index(beside)
    match parent:
        case ast.Dict(keys=keys, values=values) if labels == WHOLE and node in values:
            name = keys[values.index(node)]
            if not (isinstance(name, ast.Constant) and isinstance(name.value, str)):
                return
            key, node = name.value, _outermost(parent, references)
        case ast.keyword(arg=name) if labels == WHOLE:
            key = name
        case ast.Call(args=args) if labels == WHOLE and node in args:
            # The query comes first.
            key = args.index(node) - 1
    call = references.parent(node)
    call = references.parent(call) if isinstance(call, ast.keyword) else call
    if not isinstance(call, ast.Call) or node is call.func:
        return
    for text, at in _texts_beside(node, call, references):
        for hole in holes(text):
            if key == hole.key or ((key is None or type(key) is not type(hole.key)) and hole.cast):
                yield hole, at


def _outermost(display: ast.expr, references: References) -> ast.expr:
    """The list or tuple around a display, if there is one."""
    parent = references.parent(display)
    return parent if isinstance(parent, (ast.List, ast.Tuple)) else display


def _texts_beside(
    node: ast.expr, call: ast.Call, references: References
) -> Iterator[tuple[str, ast.expr]]:
    """The texts of a call beside one of its arguments, or those that variables have there."""
    handed = [*call.args, *(word.value for word in call.keywords)]
    others = [part for part in handed if part is not node]
    found = [text for part in (call.func, *others) for text in _texts_in(part)]
    if not found:
        named = [part for part in others if isinstance(part, ast.Name)]
        found = [t for name in named for t in references.said_of_values(name, _texts_in)]
    yield from found


def _texts_in(part: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The texts in an expression, those that are put together as one."""
    pending = [part]
    while pending:
        node = pending.pop()
        match node:
            case ast.Constant(value=str(text)):
                yield text, node
            case ast.JoinedStr() | ast.BinOp(op=ast.Add()):
                yield _put_together(node), node
            case _:
                pending += reversed(children(node))


def _put_together(whole: ast.expr) -> str:
    """A text as far as it is known; a letter stands for what else is written into it."""
    pending: list[ast.expr] = [whole]
    found: list[str] = []
    while pending:
        match pending.pop():
            case ast.Constant(value=str(text)):
                found.append(text)
            case ast.JoinedStr(values=values):
                pending += reversed(values)
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                pending += (right, left)
            case _:
                found.append("x")
    return "".join(found)
