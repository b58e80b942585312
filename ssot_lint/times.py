"""Times of which only the day or the hour is left: too coarse to tell two readings apart."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import libcst as cst

from ssot_lint.names import Names
from ssot_lint.tree import integer, last_name, plain_text

_FIELDS = frozenset({"year", "month", "day", "hour", "minute"})
_METHODS = frozenset({"date", "weekday", "isoweekday", "isocalendar", "toordinal"})
# What a format must tell of a time, for two readings to differ.
_FINE = re.compile(r"%-?[fsSXcTr]")
_DAY_WIDTH = len("2000-01-31")
_MINUTE = 60


class CoarseTimes:
    """Tells coarse times. `assigned` is what the local variables of the scope get."""

    def __init__(self, names: Names, assigned: Mapping[str, Sequence[cst.BaseExpression]]) -> None:
        self._names = names
        self._assigned = assigned

    def is_coarse(self, node: cst.CSTNode) -> bool:
        """Whether nothing finer than a minute is left of the times in an expression."""
        match node:
            case cst.Attribute(attr=cst.Name(name)):
                return name in _FIELDS
            case cst.Call():
                return self._is_coarse_call(node)
            case cst.FormattedStringExpression(format_spec=[cst.FormattedStringText(text)]):
                return _is_coarse_format(text)
            case cst.Subscript(value=value, slice=[cst.SubscriptElement(slice=cst.Slice() as cut)]):
                upper = integer(cut.upper) or 0
                from_start = cut.lower is None or integer(cut.lower) == 0
                return from_start and 0 < upper <= _DAY_WIDTH and self._is_date_first(value)
            case cst.Subscript(value=cst.Call() as call, slice=[cst.SubscriptElement(slice=index)]):
                is_first = isinstance(index, cst.Index) and integer(index.value) == 0
                return is_first and self._splits_date_off(call)
            case cst.BinaryOperation(operator=cst.FloorDivide()):
                return (integer(node.right) or 0) >= _MINUTE and self._is_in_seconds(node.left)
        return False

    def _is_coarse_call(self, call: cst.Call) -> bool:
        texts = [plain_text(arg.value) for arg in call.args]
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
        return False

    def _splits_date_off(self, call: cst.Call) -> bool:
        match call:
            case cst.Call(
                func=cst.Attribute(value=whole, attr=cst.Name("split" | "partition")),
                args=[separator, *_],
            ):
                return plain_text(separator.value) in ("T", " ") and self._is_date_first(whole)
        return False

    def _is_date_first(
        self, node: cst.BaseExpression, seen: frozenset[cst.CSTNode] = frozenset()
    ) -> bool:
        """Whether the expression is the text of a date and a time."""
        match node:
            case cst.Call(func=cst.Attribute(attr=cst.Name("isoformat"))):
                return True
            case cst.Call(func=cst.Attribute(value=whole, attr=cst.Name("replace"))):
                return self._is_date_first(whole, seen)
            case cst.Call(func=cst.Name("str"), args=[only]):
                return all(map(self._is_datetime, self._values(only.value)))
            case cst.Name() if node not in seen:
                values = self._values(node)
                return all(self._is_date_first(value, seen | {node}) for value in values)
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
            case cst.Call(func=cst.Name("int"), args=[only]):
                return self._is_in_seconds(only.value)
            case cst.Call():
                is_time = "time.time" in self._names.dotted(node.func)
                return is_time or last_name(node.func) == "timestamp"
        return False


def _is_coarse_format(text: str) -> bool:
    return "%" in text and not _FINE.search(text)
