"""Times of which only the day or the hour is left: too coarse to tell two readings apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import libcst as cst

from ssot_lint.analysis.semantics.constants import Constants
from ssot_lint.analysis.semantics.names import Names
from ssot_lint.analysis.syntax.libcst_nodes import canonical, integer, last_name, plain_text

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
        assigned: Mapping[str, Sequence[cst.BaseExpression]],
        constants: Callable[[], Constants],
    ) -> None:
        self._names = names
        self._assigned = assigned
        self._constants = constants

    def is_coarse(self, node: cst.CSTNode) -> bool:
        """Whether nothing finer than a minute is left of the times in an expression."""
        match node:
            case cst.Attribute(attr=cst.Name(name)):
                return name in _FIELDS
            case cst.Call():
                return self._is_coarse_call(node)
            case cst.FormattedStringExpression(format_spec=[cst.FormattedStringText(text)]):
                return _is_coarse_format(text)
            case cst.FormattedStringExpression(
                format_spec=[cst.FormattedStringExpression(expression=spec)]
            ):
                return _is_coarse_format(self._text(spec) or "")
            case cst.Subscript(value=value, slice=[cst.SubscriptElement(slice=cst.Slice() as cut)]):
                upper = integer(cut.upper) or 0
                from_start = cut.lower is None or integer(cut.lower) == 0
                width = _MINUTE_WIDTH if self._is_date_first(value, plain=True) else _DAY_WIDTH
                return from_start and 0 < upper <= width and self._is_date_first(value)
            case cst.Subscript(value=cst.Call() as call, slice=[cst.SubscriptElement(slice=index)]):
                is_first = isinstance(index, cst.Index) and integer(index.value) == 0
                return is_first and self._splits_date_off(call)
            case cst.BinaryOperation(operator=cst.FloorDivide()):
                return self._is_by_minutes(node)
            case cst.BinaryOperation(
                operator=cst.Subtract(),
                left=cst.Name(),
                right=cst.BinaryOperation(operator=cst.Modulo()) as rest,
            ):
                is_own = canonical(rest.left) == canonical(node.left)
                return is_own and self._is_by_minutes(rest)
        return False

    def _is_coarse_call(self, call: cst.Call) -> bool:
        texts = [self._text(arg.value) for arg in call.args]
        given = {arg.keyword.value: arg.value for arg in call.args if arg.keyword is not None}
        match last_name(call.func), texts:
            case name, [] if name in _METHODS:
                return True
            case ("strftime", [str(text), *_]) | ("format", [_, str(text)]):
                return _is_coarse_format(text)
            case "format", [_] if isinstance(call.func, cst.Attribute):
                text = plain_text(call.func.value) or ""
                return ":%" in text and _is_coarse_format(text)
            case "isoformat", [*_] if "timespec" in given:
                return plain_text(given["timespec"]) in ("hours", "minutes")
            case "replace", [*_]:
                return integer(given.get("second")) is not None
            case name, [None] if name in _ROUNDING:
                match call.args[0].value:
                    case cst.BinaryOperation(operator=cst.Divide()) as quotient:
                        return self._is_by_minutes(quotient)
        return False

    def _text(self, node: cst.BaseExpression) -> str | None:
        """The text of a literal or of a constant of the file."""
        if isinstance(node, cst.Name) and node.value.isupper():
            value = self._constants().get(node.value)
            return value if isinstance(value, str) else None
        return plain_text(node)

    def _is_by_minutes(self, node: cst.BinaryOperation) -> bool:
        """Whether seconds are divided by those of a minute or more."""
        return (integer(node.right) or 0) >= _MINUTE and self._is_in_seconds(node.left)

    def _splits_date_off(self, call: cst.Call) -> bool:
        match call:
            case cst.Call(
                func=cst.Attribute(value=whole, attr=cst.Name("split" | "partition")),
                args=[separator, *_],
            ):
                return plain_text(separator.value) in ("T", " ") and self._is_date_first(whole)
            case cst.Call(func=cst.Attribute(value=whole, attr=cst.Name("split")), args=[]):
                return all(map(self._is_text_of_datetime, self._values(whole)))
        return False

    def _is_date_first(
        self,
        node: cst.BaseExpression,
        seen: frozenset[cst.CSTNode] = frozenset(),
        *,
        plain: bool = False,
    ) -> bool:
        """Whether the expression is the text of a date and a time; `plain`: unchanged."""
        match node:
            case cst.Call(func=cst.Attribute(attr=cst.Name("isoformat"))):
                return True
            case cst.Call(func=cst.Attribute(value=whole, attr=cst.Name("replace"))):
                return not plain and self._is_date_first(whole, seen)
            case cst.Name() if node not in seen:
                known = seen | {node}
                return all(
                    self._is_date_first(value, known, plain=plain) for value in self._values(node)
                )
        return self._is_text_of_datetime(node)

    def _is_text_of_datetime(self, node: cst.BaseExpression) -> bool:
        """Whether the expression is `str(datetime.now())`."""
        match node:
            case cst.Call(func=cst.Name("str"), args=[only]):
                return all(map(self._is_datetime, self._values(only.value)))
        return False

    def _values(self, node: cst.BaseExpression) -> Sequence[cst.BaseExpression]:
        """What a local variable gets; of anything else, that itself."""
        known = self._assigned.get(node.value) if isinstance(node, cst.Name) else None
        return known or (node,)

    def _is_datetime(self, node: cst.BaseExpression) -> bool:
        dotted = self._names.dotted(node.func) if isinstance(node, cst.Call) else ()
        return any(name.startswith("datetime.datetime.") for name in dotted)

    def _is_in_seconds(self, node: cst.BaseExpression) -> bool:
        match node:
            case cst.Name():
                values = self._values(node)
                return all(not isinstance(v, cst.Name) and self._is_in_seconds(v) for v in values)
            case cst.Call(func=cst.Name("int"), args=[only]):
                return self._is_in_seconds(only.value)
            case cst.Call():
                is_time = "time.time" in self._names.dotted(node.func)
                return is_time or last_name(node.func) == "timestamp"
        return False


def _is_coarse_format(text: str) -> bool:
    return "%" in text and not _FINE.search(text)
