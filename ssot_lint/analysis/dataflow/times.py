"""Times of which only the day or the hour is left: too coarse to tell two readings apart."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence

from ssot_lint.analysis.semantics.constants import Constants
from ssot_lint.analysis.semantics.names import Names
from ssot_lint.analysis.syntax.parsing import arguments_of, integer, last_name

_FIELDS = frozenset({
    "year", "month", "day", "days", "hour", "minute", "tm_year", "tm_mon", "tm_mday", "tm_wday",
    "tm_yday", "tm_hour", "tm_min",
})  # fmt: skip
_METHODS = frozenset({"date", "weekday", "isoweekday", "isocalendar", "toordinal"})
# What a format must tell of a time, for two readings to differ.
_FINE = re.compile(r"%-?[fsSXcTr]")
_DAY_WIDTH = len("2000-01-31")
_MINUTE_WIDTH = len("2000-01-31T10:00")
_MINUTE = 60
_ROUNDING = frozenset({"int", "round", "floor"})


class CoarseTimes:
    """Tells coarse times.

    `assigned` is what the local variables of the scope get, `constants` gives those of the file.
    """

    def __init__(
        self,
        names: Names,
        assigned: Mapping[str, Sequence[ast.expr]],
        constants: Callable[[], Constants],
    ) -> None:
        self._names = names
        self._assigned = assigned
        self._constants = constants

    def is_coarse(self, node: ast.AST) -> bool:
        """Whether nothing finer than a minute is left of the times in an expression."""
        match node:
            case ast.Attribute(attr=name):
                return name in _FIELDS
            case ast.Call():
                return self._is_coarse_call(node)
            case ast.FormattedValue(
                format_spec=ast.JoinedStr(
                    values=[form] | [form, ast.Constant(value="")]  # the latter in Python 3.12
                )
            ):
                written = form.value if isinstance(form, ast.FormattedValue) else form
                return _is_coarse_format(self._text(written) or "")
            case ast.Subscript(value=value, slice=ast.Slice(lower=lower, upper=end)):
                upper = integer(end) or 0
                from_start = lower is None or integer(lower) == 0
                width = _MINUTE_WIDTH if self._is_date_first(value, plain=True) else _DAY_WIDTH
                return from_start and 0 < upper <= width and self._is_date_first(value)
            case ast.Subscript(value=ast.Call() as call, slice=index):
                return integer(index) == 0 and self._splits_date_off(call)
            case ast.BinOp(op=ast.FloorDiv()):
                return self._is_by_minutes(node)
            case ast.BinOp(
                op=ast.Sub(),
                left=ast.Name(id=name),
                right=ast.BinOp(op=ast.Mod(), left=ast.Name(id=same)) as rest,
            ):
                return name == same and self._is_by_minutes(rest)
        return False

    def _is_coarse_call(self, call: ast.Call) -> bool:
        arguments = arguments_of(call)
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        match last_name(call.func), list(map(self._text, arguments)):
            case name, [] if name in _METHODS:
                return True
            case ("strftime", [str(text), *_]) | ("format", [_, str(text)]):
                return _is_coarse_format(text)
            case "format", [_] if isinstance(call.func, ast.Attribute):
                text = self._text(call.func.value) or ""
                return ":%" in text and _is_coarse_format(text)
            case "isoformat", [*_] if "timespec" in given:
                return self._text(given["timespec"]) in ("hours", "minutes")
            case "replace", [*_]:
                return integer(given.get("second")) is not None
            case name, [None] if name in _ROUNDING:
                match arguments[0]:
                    case ast.BinOp(op=ast.Div()) as quotient:
                        return self._is_by_minutes(quotient)
        return False

    def _text(self, node: ast.expr) -> str | None:
        """The text of a literal or of a constant of the file."""
        match node:
            case ast.Constant(value=str(text)):
                return text
            case ast.Name(id=name) if name.isupper():
                value = self._constants().get(name)
                return value if isinstance(value, str) else None
        return None

    def _is_by_minutes(self, node: ast.BinOp) -> bool:
        """Whether seconds are divided by those of a minute or more."""
        return (integer(node.right) or 0) >= _MINUTE and self._is_in_seconds(node.left)

    def _splits_date_off(self, call: ast.Call) -> bool:
        if not isinstance(call.func, ast.Attribute):
            return False
        whole = call.func.value
        match call.func.attr, arguments_of(call):
            case "split" | "partition", [separator, *_]:
                return self._text(separator) in ("T", " ") and self._is_date_first(whole)
            case "split", []:
                return all(map(self._is_text_of_datetime, self._values(whole)))
        return False

    def _is_date_first(
        self, node: ast.expr, seen: frozenset[ast.expr] = frozenset(), *, plain: bool = False
    ) -> bool:
        """Whether the expression is the text of a date and a time; `plain`: unchanged."""
        match node:
            case ast.Call(func=ast.Attribute(attr="isoformat")):
                return True
            case ast.Call(func=ast.Attribute(value=whole, attr="replace")):
                return not plain and self._is_date_first(whole, seen)
            case ast.Name() if node not in seen:
                known = seen | {node}
                return all(
                    self._is_date_first(value, known, plain=plain) for value in self._values(node)
                )
        return self._is_text_of_datetime(node)

    def _is_text_of_datetime(self, node: ast.expr) -> bool:
        """Whether the expression is `str(datetime.now())`."""
        match node:
            case ast.Call(func=ast.Name(id="str"), args=[only], keywords=[]):
                return all(map(self._is_datetime, self._values(only)))
        return False

    def _values(self, node: ast.expr) -> Sequence[ast.expr]:
        """What a local variable gets; of anything else, that itself."""
        known = self._assigned.get(node.id) if isinstance(node, ast.Name) else None
        return known or (node,)

    def _is_datetime(self, node: ast.expr) -> bool:
        dotted = self._names.dotted(node.func) if isinstance(node, ast.Call) else ()
        return any(name.startswith("datetime.datetime.") for name in dotted)

    def _is_in_seconds(self, node: ast.expr) -> bool:
        match node:
            case ast.Name():
                values = self._values(node)
                return all(not isinstance(v, ast.Name) and self._is_in_seconds(v) for v in values)
            case ast.Call(func=ast.Name(id="int"), args=[only], keywords=[]):
                return self._is_in_seconds(only)
            case ast.Call():
                is_time = "time.time" in self._names.dotted(node.func)
                return is_time or last_name(node.func) == "timestamp"
        return False


def _is_coarse_format(text: str) -> bool:
    return "%" in text and not _FINE.search(text)
