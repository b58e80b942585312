"""Whether a format gives a width to a value that is filled in."""

from __future__ import annotations

import ast
import re

from ssot_lint.analysis.dataflow.references import References

# What texts say of the values to fill in: `%(name)-8.8s`, `{name!s:8.8}`.
_FORM = re.compile(
    r"%%|%(?:\((?P<named>\w+)\))?(?P<width>[-#+ \d*]*(?:\.[\d*]+)?)[a-zA-Z]"
    r"|\{(?P<field>\w*)(?:![rsa])?(?::(?P<spec>[^{}]*))?\}"
)


def is_formatted_to_width(node: ast.expr, parent: ast.AST | None, references: References) -> bool:
    """Whether a format that an expression is handed to gives its value a width."""
    match parent:
        case ast.FormattedValue(format_spec=ast.JoinedStr(values=values)):
            return any(map(_has_digits, values))
        case ast.BinOp(op=ast.Mod(), left=left, right=right) if right is node:
            return _has_width(left, 0)
        case ast.Tuple(elts=elts):
            around = references.parent(parent)
            return isinstance(around, ast.BinOp) and _has_width(around.left, elts.index(node))
        case ast.Dict(keys=keys, values=values) if node in values:
            match references.parent(parent), keys[values.index(node)]:
                case (
                    (ast.BinOp(left=text) | ast.Call(args=[text, *_])),
                    ast.Constant(value=str(name)),
                ):
                    return _has_width(text, name)
        case ast.keyword(arg=str(name)):
            match references.parent(parent):
                case ast.Call(func=ast.Attribute(value=text)):
                    return _has_width(text, name)
    return False


def gives_width(call: ast.Call, at: int) -> bool:
    """Whether a call formats the argument of an index, from 0, to a width."""
    func = call.func
    if isinstance(func, ast.Name) and func.id == "format":
        return any(map(_has_digits, call.args[1:]))
    is_method = isinstance(func, ast.Attribute) and _has_width(func.value, at)
    return is_method or (at > 0 and _has_width(call.args[0], at - 1))


def _has_digits(part: ast.expr) -> bool:
    return isinstance(part, ast.Constant) and re.search(r"\d", str(part.value)) is not None


def _has_width(text: ast.expr, value: int | str) -> bool:
    """Whether a text that is filled in gives a width to the value of an index or a name."""
    if not (isinstance(text, ast.Constant) and isinstance(text.value, str)):
        return False
    at = 0
    for form in _FORM.finditer(text.value):
        if form[0] == "%%":
            continue
        named = form["named"] or form["field"] or at
        at += not (form["named"] or form["field"])
        is_wide = re.search(r"\d", form["width"] or form["spec"] or "") is not None
        if is_wide and str(named) == str(value):
            return True
    return False
