"""What is shown to people or compared, and so does not become an id: log calls, assertions."""

from __future__ import annotations

import re

import libcst as cst

from ssot_lint.analysis.dataflow.library import LOOKUPS
from ssot_lint.analysis.dataflow.strings import Text, pieces_of
from ssot_lint.analysis.syntax.libcst_nodes import last_name
from ssot_lint.ids.id_model import IdModel

_LOG_RECEIVER = re.compile(r"((^|_)log|logger|logging)$", re.IGNORECASE)
_LOG_FUNCTIONS = frozenset({"print", "repr", "bind_contextvars", "get_logger", "LoggerAdapter"})
# What compares: unittest's assertEqual, mock's assert_called_with.
_ASSERTION = re.compile(r"assert([A-Z]\w*|_(any|awaited|called|has|not)\w*)$")
# What a literal part of an id is made of.
_ID_TEXT = re.compile(r"[\w:.@-]*")
_HANDING_ON = frozenset({"call", "dict", "str", "repr"})


def is_text_output(node: cst.Call) -> bool:
    """Whether the call logs, prints, formats or compares what it is handed."""
    name = last_name(node.func)
    if name is None:
        return False
    if name in _LOG_FUNCTIONS or _ASSERTION.match(name):
        return True
    if not isinstance(node.func, cst.Attribute):
        return False
    receiver = node.func.value
    if name == "format" and isinstance(receiver, cst.BaseString):
        return True
    if isinstance(receiver, cst.Call):
        return is_text_output(receiver) or _names_a_logger(receiver.func)
    return _names_a_logger(receiver)


def is_lookup(node: cst.Call) -> bool:
    """Whether the call is `.get(key, default)` or the like."""
    return isinstance(node.func, cst.Attribute) and node.func.attr.value in LOOKUPS


def is_getattr(node: cst.Call) -> bool:
    """Whether the call is `getattr(...)`."""
    return isinstance(node.func, cst.Name) and node.func.value == "getattr"


def hands_on(node: cst.Call) -> bool:
    """Whether the call gives back what it is handed, as text or look-up: no code of others."""
    if is_lookup(node) or is_getattr(node):
        return True
    return isinstance(node.func, cst.Name) and node.func.value in _HANDING_ON


def _names_a_logger(node: cst.BaseExpression) -> bool:
    return _LOG_RECEIVER.search(last_name(node) or "") is not None


def is_shown(node: cst.BaseExpression, ids: IdModel) -> bool:
    """Whether the value of an expression goes into text for people or a test, and nowhere else."""
    current: cst.CSTNode = node
    while True:
        if isinstance(current, cst.BaseExpression) and is_prose(current):
            return True
        parent = ids.semantics.parent(current)
        match parent:
            case cst.Comparison() | cst.ComparisonTarget() | cst.Assert():
                return True
            case cst.Arg():
                call = ids.semantics.parent(parent)
                if not isinstance(call, cst.Call):
                    return False
                if _ends_in_text(call, parent, ids):
                    return True
                if not hands_on(call) and last_name(call.func) not in ("format", "join"):
                    return False
                current = call
            case cst.Attribute():
                call = ids.semantics.parent(parent)
                if not isinstance(call, cst.Call) or call.func is not parent:
                    return False
                if parent.attr.value in ("startswith", "endswith", "isdigit", "isalnum"):
                    return True
                current = call
            case cst.IfExp() if current is parent.test:
                return True
            case cst.Subscript() if current is not parent.value:
                return False
            case _ if isinstance(parent, _HOLDING):
                current = parent
            case _:
                return False


def _ends_in_text(call: cst.Call, arg: cst.Arg, ids: IdModel) -> bool:
    if is_text_output(call) and last_name(call.func) != "format":
        return True
    name = last_name(call.func)
    if name == "len" and isinstance(call.func, cst.Name):
        return True
    return arg.keyword is None and isinstance(ids.semantics.parent(call), cst.Raise)


def is_prose(node: cst.BaseExpression) -> bool:
    """Whether the literal parts of a string hold what an id does not: spaces, `=`, `...`."""
    if not isinstance(node, (cst.BaseString, cst.BinaryOperation, cst.Call)):
        return False
    texts = [piece.code for piece in pieces_of(node) or () if isinstance(piece, Text)]
    return any(_ID_TEXT.fullmatch(text) is None or ".." in text for text in texts)


# What a value goes through on its way into a text.
_HOLDING = (
    cst.FormattedStringExpression,
    cst.FormattedString,
    cst.ConcatenatedString,
    cst.BinaryOperation,
    cst.BooleanOperation,
    cst.IfExp,
    cst.Subscript,
    cst.DictElement,
    cst.Dict,
    cst.Element,
    cst.List,
    cst.Tuple,
    cst.Set,
)
