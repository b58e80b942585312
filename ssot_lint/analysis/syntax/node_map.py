"""The `ast` node of a libcst node, where both say the same of where it stands."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import repeat
from types import MappingProxyType
from typing import Any, TypeAlias

import libcst as cst

Twin: TypeAlias = Any
"""A node; several for a line with several statements, a key and a value for a dict's element."""


def statement_twins(
    module: cst.Module, tree: ast.Module, is_written: Callable[[ast.stmt], bool]
) -> dict[cst.CSTNode, list[ast.stmt]]:
    """The lines of statements and the compound statements, each with what it is in the tree.

    `is_written` tells of the statements of the tree whether the module has them, too. Raises
    ValueError when it is not the code of the tree.
    """
    found: dict[cst.CSTNode, list[ast.stmt]] = {}
    pending: list[tuple[Sequence[cst.CSTNode], list[ast.stmt]]] = [(module.body, tree.body)]
    while pending:
        block, statements = pending.pop()
        kept = filter(is_written, statements)
        for line, statement in zip(_by_statement(block), kept, strict=True):
            found.setdefault(line, []).append(statement)
            inside = getattr(line, "body", None)
            if isinstance(inside, cst.IndentedBlock):
                pending.append((inside.body, getattr(statement, "body", [])))
    return found


def _by_statement(lines: Sequence[cst.CSTNode]) -> Iterator[cst.CSTNode]:
    """The lines of a block, each as often as it holds statements."""
    for line in lines:
        yield from repeat(line, len(line.body) if isinstance(line, cst.SimpleStatementLine) else 1)


def twin_of_statement(line: cst.CSTNode, statements: list[ast.stmt]) -> Twin:
    """The twin of what `statement_twins` has these statements for."""
    return statements if isinstance(line, cst.SimpleStatementLine) else statements[0]


def twin_inside(outer: cst.CSTNode | None, inner: cst.CSTNode, twin: Twin) -> Twin:
    """The twin of a child of a node whose twin is given.

    None where there is no such thing, or where libcst tells another place of it: it leaves out
    parentheses, and before Python 3.12 `ast` does not know what stands where in an f-string.
    """
    if outer is None or twin is None:
        return None
    step = _STEPS.get(type(outer))
    return step(outer, inner, twin) if step is not None else None


def is_alike(node: cst.CSTNode) -> bool:
    """Whether a node of the kind stands where its twin does."""
    return type(node) in _ALIKE


def _in_line(outer: cst.SimpleStatementLine, inner: cst.CSTNode, twin: Twin) -> Twin:
    return twin[_index(outer.body, inner)]


def _in_assign(outer: cst.Assign, inner: cst.CSTNode, twin: Twin) -> Twin:
    return twin.value if inner is outer.value else twin.targets[_index(outer.targets, inner)]


def _in_call(outer: cst.Call, inner: cst.CSTNode, twin: Twin) -> Twin:
    if inner is outer.func:
        return twin.func
    at = _index(outer.args, inner)
    is_named = _is_named(outer.args[at])
    before = sum(_is_named(arg) is is_named for arg in outer.args[:at])
    return twin.keywords[before].value if is_named else twin.args[before]


def _is_named(arg: cst.Arg) -> bool:
    return arg.keyword is not None or arg.star == "**"


def _in_arg(outer: cst.Arg, inner: cst.CSTNode, twin: Twin) -> Twin:
    if inner is not outer.value:
        return None
    return twin.value if outer.star == "*" else twin


def _in_dict(outer: cst.Dict, inner: cst.CSTNode, twin: Twin) -> Twin:
    at = _index(outer.elements, inner)
    return twin.keys[at], twin.values[at]


def _in_pair(outer: cst.DictElement, inner: cst.CSTNode, twin: Twin) -> Twin:
    return twin[0] if inner is outer.key else twin[1]


def _in_display(outer: Any, inner: cst.CSTNode, twin: Twin) -> Twin:
    return twin.elts[_index(outer.elements, inner)]


def _in_boolean(outer: cst.BooleanOperation, inner: cst.CSTNode, twin: Twin) -> Twin:
    if inner is outer.right:
        return twin.values[-1]
    # `a or b or c` is one node of three to `ast`.
    return twin.values[0] if len(twin.values) == 2 else None


def _fields(**names: str) -> Callable[[Any, cst.CSTNode, Twin], Twin]:
    """The step for nodes whose twin has the same fields, some by another name."""

    def step(outer: Any, inner: cst.CSTNode, twin: Twin) -> Twin:
        for name, other in names.items():
            if getattr(outer, name) is inner:
                return getattr(twin, other)
        return None

    return step


def _index(nodes: Sequence[cst.CSTNode], sought: cst.CSTNode) -> int:
    return next(at for at, node in enumerate(nodes) if node is sought)


def _same(outer: cst.CSTNode, inner: cst.CSTNode, twin: Twin) -> Twin:
    return twin


_STEPS: Mapping[type[cst.CSTNode], Callable[[Any, cst.CSTNode, Twin], Twin]] = MappingProxyType(
    {
        cst.SimpleStatementLine: _in_line,
        cst.Assign: _in_assign,
        cst.AssignTarget: _same,
        cst.AnnAssign: _fields(target="target", value="value"),
        cst.AugAssign: _fields(target="target", value="value"),
        cst.Expr: _fields(value="value"),
        cst.Return: _fields(value="value"),
        cst.If: _fields(test="test"),
        cst.While: _fields(test="test"),
        cst.For: _fields(target="target", iter="iter"),
        cst.Call: _in_call,
        cst.Arg: _in_arg,
        cst.Attribute: _fields(value="value"),
        cst.Subscript: _fields(value="value"),
        cst.Await: _fields(expression="value"),
        cst.Lambda: _fields(body="body"),
        cst.ListComp: _fields(elt="elt"),
        cst.SetComp: _fields(elt="elt"),
        cst.GeneratorExp: _fields(elt="elt"),
        cst.NamedExpr: _fields(target="target", value="value"),
        cst.IfExp: _fields(test="test", body="body", orelse="orelse"),
        cst.BinaryOperation: _fields(left="left", right="right"),
        cst.BooleanOperation: _in_boolean,
        cst.Dict: _in_dict,
        cst.DictElement: _in_pair,
        cst.List: _in_display,
        cst.Tuple: _in_display,
        cst.Set: _in_display,
        cst.Element: _same,
    }
)

# What may be asked for: names and what is around them, literals, statements that hold no others.
_ALIKE = frozenset({
    cst.AnnAssign, cst.Assign, cst.Attribute, cst.AugAssign, cst.Await, cst.BinaryOperation,
    cst.BooleanOperation, cst.Call, cst.Dict, cst.Expr, cst.FormattedString, cst.IfExp,
    cst.Integer, cst.List, cst.Name, cst.NamedExpr, cst.Return, cst.Set, cst.SimpleString,
    cst.Subscript,
})  # fmt: skip
