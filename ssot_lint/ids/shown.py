"""What is shown to people or compared, and so does not become an id: log calls, assertions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ssot_lint.analysis.dataflow.backward import Backward
from ssot_lint.analysis.dataflow.library import LOOKUPS
from ssot_lint.analysis.dataflow.strings import Text, is_literal, pieces_of
from ssot_lint.analysis.syntax.parsing import arguments_of, last_name, plain_text
from ssot_lint.ids.call_arguments import call_handed
from ssot_lint.ids.id_model import IdModel

_LOG_RECEIVER = re.compile(r"((^|_)log|logger|logging)$", re.IGNORECASE)
_LOG_FUNCTIONS = frozenset({"print", "repr", "bind_contextvars", "get_logger", "LoggerAdapter"})
# What compares: unittest's assertEqual, mock's assert_called_with.
_ASSERTION = re.compile(r"assert([A-Z]\w*|_(any|awaited|called|has|not)\w*)$")
# What a literal part of an id is made of.
_ID_TEXT = re.compile(r"[\w:.@-]*")
# Methods whose result is for people to read.
_FOR_PEOPLE = frozenset({"__repr__", "__rich_repr__"})
_HANDING_ON = frozenset({"call", "dict", "str", "repr"})


def is_text_output(node: ast.Call) -> bool:
    """Whether the call logs, prints, formats or compares what it is handed."""
    name = last_name(node.func)
    if name in _LOG_FUNCTIONS or _ASSERTION.match(name):
        return True
    if not isinstance(node.func, ast.Attribute):
        return False
    receiver = node.func.value
    if name == "format" and is_literal(receiver):
        return True
    if isinstance(receiver, ast.Call):
        return is_text_output(receiver) or _names_a_logger(receiver.func)
    return _names_a_logger(receiver)


def is_lookup(node: ast.Call) -> bool:
    """Whether the call is `.get(key, default)` or the like."""
    return isinstance(node.func, ast.Attribute) and node.func.attr in LOOKUPS


def is_getattr(node: ast.Call) -> bool:
    """Whether the call is `getattr(...)`."""
    return isinstance(node.func, ast.Name) and node.func.id == "getattr"


def held_by(node: ast.expr) -> str | None:
    """The name of what an expression holds: of `x.thread_id` and of `x.get("thread_id")`."""
    if not isinstance(node, ast.Call):
        return last_name(node)
    at = 1 if is_getattr(node) else 0
    given = arguments_of(node)
    return plain_text(given[at]) if (at or is_lookup(node)) and len(given) > at else None


def hands_on(node: ast.Call) -> bool:
    """Whether the call gives back what it is handed, as text or look-up: no code of others."""
    if is_lookup(node) or is_getattr(node):
        return True
    return isinstance(node.func, ast.Name) and node.func.id in _HANDING_ON


def _names_a_logger(node: ast.expr) -> bool:
    return _LOG_RECEIVER.search(last_name(node)) is not None


def is_shown(node: ast.expr, ids: IdModel) -> bool:
    """Whether the value of an expression goes into text for people or a test, and nowhere else."""
    current: ast.AST = node
    syntax = ids.semantics.syntax
    while True:
        parent = syntax.parent(current)
        is_format = isinstance(parent, ast.FormattedValue) and current is parent.format_spec
        if is_prose(current) and not is_format:
            return True
        match parent:
            case ast.Compare() | ast.Assert():
                return True
            case ast.Call() | ast.keyword() | ast.Starred():
                found = call_handed(current, syntax)
                if found is None:
                    return False
                call, keyword = found
                if _ends_in_text(call, keyword, ids):
                    return True
                if not hands_on(call) and last_name(call.func) not in ("format", "join"):
                    return False
                current = call
            case ast.Attribute():
                outer = syntax.parent(parent)
                if not isinstance(outer, ast.Call) or outer.func is not parent:
                    return False
                if parent.attr in ("startswith", "endswith", "isdigit", "isalnum"):
                    return True
                current = outer
            case ast.IfExp() if current is parent.test:
                return True
            case ast.Subscript() if current is not parent.value:
                return False
            case ast.Dict() if not any(current is part for part in _keyed(parent)):
                return False
            case _ if isinstance(parent, _HOLDING):
                current = parent
            case _:
                return False


def is_logged(node: ast.expr, ids: IdModel) -> bool:
    """Whether what becomes of an expression goes to a log, a print or an error, nowhere else.

    Directly, or through local variables. Not where it is compared, asked or a key: that decides
    something.
    """
    pending: list[ast.expr] = [node]
    for one in pending:  # grows while it is gone through
        end = _end_of(one, ids)
        if isinstance(end, ast.Name):
            uses = ids.semantics.once(Backward).uses_of(end)
            if not uses:
                return False
            pending += [use for use in uses if use not in pending]
        elif not end:
            return False
    return True


def _end_of(node: ast.expr, ids: IdModel) -> ast.Name | bool:
    """The variable that gets what becomes of an expression; else whether that is only shown."""
    current: ast.AST = node
    syntax = ids.semantics.syntax
    while True:
        parent = syntax.parent(current)
        match parent:
            case ast.Call() | ast.keyword() | ast.Starred():
                found = call_handed(current, syntax)
                if found is None:
                    return False
                call, _ = found
                if _logs(call) or isinstance(syntax.parent(call), ast.Raise):
                    return True
                name = last_name(call.func)
                if not hands_on(call) and name not in ("format", "join", "len"):
                    return False
                current = call
            case ast.Attribute():
                outer = syntax.parent(parent)
                if not isinstance(outer, ast.Call) or outer.func is not parent:
                    return False
                current = outer
            case (
                ast.Assign(targets=[ast.Name() as target])
                | ast.AnnAssign(target=ast.Name() as target)
            ):
                return target
            case ast.Return():
                function = syntax.function_of(parent)
                return function is not None and function.name in _FOR_PEOPLE
            case ast.Subscript() if current is not parent.value:
                return False
            case ast.IfExp() if current is parent.test:
                return False
            case _ if isinstance(parent, _HOLDING):
                current = parent
            case _:
                return False


def _logs(call: ast.Call) -> bool:
    name = last_name(call.func)
    if name == "format" or _ASSERTION.match(name):
        return False
    return name in ("print", "warn") or (
        isinstance(call.func, ast.Attribute) and is_text_output(call)
    )


def _keyed(node: ast.Dict) -> Iterator[ast.expr]:
    """The keys of a dict and the values behind them; not what `**` puts in."""
    for key, value in zip(node.keys, node.values, strict=True):
        if key is not None:
            yield from (key, value)


def _ends_in_text(call: ast.Call, keyword: str | None, ids: IdModel) -> bool:
    if is_text_output(call) and last_name(call.func) != "format":
        return True
    if isinstance(call.func, ast.Name) and call.func.id == "len":
        return True
    raised = ids.semantics.syntax.parent(call)
    return keyword is None and isinstance(raised, ast.Raise) and raised.exc is call


def is_prose(node: ast.AST) -> bool:
    """Whether the literal parts of a string hold what an id does not: spaces, `=`, `...`."""
    if not isinstance(node, (ast.Constant, ast.JoinedStr, ast.BinOp, ast.Call)):
        return False
    texts = [piece.value for piece in pieces_of(node) or () if isinstance(piece, Text)]
    return any(_ID_TEXT.fullmatch(text) is None or ".." in text for text in texts)


# What a value goes through on its way into a text.
_HOLDING = (
    ast.FormattedValue,
    ast.JoinedStr,
    ast.BinOp,
    ast.BoolOp,
    ast.IfExp,
    ast.Subscript,
    ast.Dict,
    ast.List,
    ast.Tuple,
    ast.Set,
)
