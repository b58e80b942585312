"""What the code around an expression does to its value that depends on the form of that."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from ssot_lint.analysis.dataflow.access_paths import SUBSTRING, WHOLE, Labels
from ssot_lint.analysis.dataflow.calls.possible_values import PossibleValues
from ssot_lint.analysis.dataflow.declared_types import is_uuid_type
from ssot_lint.analysis.dataflow.library import EACH, MINDING_FORM, WORD_CUTS
from ssot_lint.analysis.dataflow.references import References
from ssot_lint.analysis.dataflow.sinks.effects import (
    CUT,
    GLOBBING,
    MATCHED,
    MATCHING,
    ORDERED,
    SINKS,
    TAKEN_APART,
    WIDE,
    Effect,
    Way,
    converts,
)
from ssot_lint.analysis.dataflow.sinks.widths import gives_width, is_formatted_to_width
from ssot_lint.analysis.syntax.parsing import last_name, last_name_of

# What gives the first or last one of those that it is handed.
_ORDERING = frozenset({"min", "max"})
# What gives a pattern, and the functions that find one in a text or put something in its place.
_PATTERNS = frozenset({"re", "regex", "compile"})
_IN_TEXT = frozenset({
    "match", "fullmatch", "search", "findall", "finditer", "split", "sub", "subn",
})  # fmt: skip
# What asks how a text begins or ends.
_ASKING = frozenset({"startswith", "endswith"})
_COUNTING = frozenset({"count", "find", "rfind", "index", "rindex"})
# What stands in uuids or in ids of the generator, but not in both.
_SIGNS = "_-"
# A text with an id in it that is cut to less keeps no whole id.
_FEW = 64


class Uses:
    """What one file does with values."""

    def __init__(self, references: References, values: PossibleValues) -> None:
        self._references = references
        self._values = values

    def of(self, node: ast.expr, labels: Labels) -> Effect | None:
        """What is done to the value of an expression, to a text with it in it, to each element."""
        parent = self._references.parent(node)
        if labels == WHOLE:
            return self._of_whole(node, parent)
        if labels == SUBSTRING:
            return self._of_text(node, parent)
        if labels.inner == WHOLE and isinstance(parent, ast.Call) and node in parent.args:
            return self._of_each(parent)
        return None

    def _of_whole(self, node: ast.expr, parent: ast.AST | None) -> Effect | None:
        match parent:
            case ast.Subscript(value=value, slice=part) if value is node and not _is_key(part):
                return CUT
            case ast.Attribute(attr=name):
                return self._by_method(parent, name)
            case ast.Call(args=args) if node in args:
                return None if self._asks_for_any_length(parent) else self._by_call(parent, node)
            case ast.Compare():
                return _by_comparison(node, parent)
            case ast.For(iter=iterated) | ast.comprehension(iter=iterated) if iterated is node:
                return TAKEN_APART
            case ast.Starred():
                return TAKEN_APART
            case ast.Assign(targets=targets) if any(
                isinstance(target, (ast.Tuple, ast.List)) for target in targets
            ):
                # Only a call gives several values at once.
                return None if isinstance(node, (ast.Call, ast.Await)) else TAKEN_APART
            case ast.keyword():
                call = self._references.parent(parent)
                if isinstance(call, ast.Call) and converts(last_name_of(call.func)):
                    name = last_name_of(call.func)
                    return Effect(f"is handed to `{name}()`", demands_form=True)
        return WIDE if is_formatted_to_width(node, parent, self._references) else None

    def _of_text(self, node: ast.expr, parent: ast.AST | None) -> Effect | None:
        """What is done to a text that an id is a part of."""
        match parent, self._references.parent(parent):
            case (ast.Attribute(attr=method), ast.Call(func=func, args=args)) if func is parent:
                return _by_text_method(method, args)
            case (ast.Call(func=func, args=args), around) if node in args:
                if last_name(func) == "len":
                    return _by_exact_length(parent, around)
                return next(filter(None, map(self._matched, self._called(func))), None)
            case (ast.Subscript(slice=ast.Slice() as part), _) if _keeps_few(part):
                return replace(CUT, is_doubt=True)
        return None

    def _of_each(self, call: ast.Call) -> Effect | None:
        """What functions that are handed one element after the other do."""
        if last_name(call.func) not in EACH:
            return None
        handed = [*call.args, *(word.value for word in call.keywords if word.arg == "key")]
        runs = (function for node in handed for function in self._called(node))
        return next(filter(None, map(self._by_function, runs)), None)

    # By functions

    def _called(self, func: ast.expr) -> Iterator[ast.expr]:
        """A function that is called, and what its name may stand for, as far as not in sight."""
        yield func
        for value in self._values.of(func):
            if isinstance(value.node, ast.expr) and not isinstance(value.node, ast.Lambda):
                yield value.node

    def _by_call(self, call: ast.Call, node: ast.expr) -> Effect | None:
        func, name = call.func, last_name_of(call.func)
        done = next(filter(None, map(self._by_function, self._called(func))), None)
        if done is not None:
            return done
        if name in _ORDERING and len(call.args) > 1:
            return replace(ORDERED, is_doubt=True)
        if name == "isinstance" and any(is_uuid_type(ast.unparse(arg)) for arg in call.args[1:]):
            return Effect("is tested for being a UUID")
        return WIDE if gives_width(call, call.args.index(node)) else None

    def _by_function(self, func: ast.expr) -> Effect | None:
        """What a function does to the value that it is handed."""
        match func:
            case ast.Call(func=maker, args=[ast.Constant(value=str(method)), *args]):
                return _by_made(last_name(maker), method, args)
            case ast.Call(func=maker, args=[first, *_]) if last_name(maker) == "itemgetter":
                return None if _is_key(first) else CUT
            case ast.Call():
                return None
        name, owner = last_name_of(func), self._owner_of(func)
        is_own = name in self._references.functions
        for sink in SINKS:
            if is_own and sink.way is Way.FUNCTION and not sink.owner:
                continue  # what it does with a text is in sight
            if sink.takes(name, owner, is_plain=isinstance(func, ast.Name)):
                return sink.done(name)
        return None

    def _owner_of(self, func: ast.expr) -> str:
        """What a function is taken from; `re` for a pattern."""
        if not isinstance(func, ast.Attribute):
            return ""
        owner = last_name_of(func.value)
        is_pattern = owner in _PATTERNS or (func.attr in _IN_TEXT and self._is_pattern(func.value))
        return "re" if is_pattern else owner

    def _is_pattern(self, node: ast.expr) -> bool:
        return any(
            isinstance(value.node, ast.Call) and last_name(value.node.func) == "compile"
            for value in self._values.of(node)
        )

    def _matched(self, func: ast.expr) -> Effect | None:
        """What functions that look for patterns in a text do with it."""
        name = last_name_of(func)
        if name in _IN_TEXT and self._owner_of(func) == "re":
            return MATCHED
        is_other = name in MATCHING or name in GLOBBING
        return MATCHED if is_other and name != "match" else None

    # By methods

    def _by_method(self, attribute: ast.Attribute, name: str) -> Effect | None:
        call = self._references.parent(attribute)
        is_called = isinstance(call, ast.Call) and call.func is attribute
        if isinstance(call, ast.Call) and is_called and name in _ASKING:
            end = "begin" if name == "startswith" else "end"
            return self._by_asking(call, f"is checked to {end} with")
        way = Way.METHOD if is_called else Way.ATTRIBUTE
        return next(
            (sink.done() for sink in SINKS if sink.way is way and name in sink.names),
            None,
        )

    def _by_asking(self, call: ast.Call, says: str) -> Effect | None:
        """What asks whether a text begins or ends with another one."""
        match call.args[:1]:
            case [ast.Constant(value=str(text))]:
                return Effect(f"{says} `{text}`", is_doubt=True, sought=text)
            case [ast.Name() as name]:
                for value in self._references.values(name):
                    known = str(value.value) if isinstance(value, ast.Constant) else ""
                    return Effect(f"{says} `{name.id}`", is_doubt=True, sought=known)
        return None

    def _asks_for_any_length(self, call: ast.Call) -> bool:
        """Whether a length is held against 0, or against more than any id has."""
        compare = self._references.parent(call)
        if last_name_of(call.func) != "len" or not isinstance(compare, ast.Compare):
            return False
        for side in (compare.left, *compare.comparators):
            if isinstance(side, ast.Constant) and isinstance(side.value, int):
                return side.value == 0 or side.value > _FEW
        return False


def _by_made(maker: str, name: str, args: list[ast.expr]) -> Effect | None:
    """What `methodcaller("split", "-")` and the like do."""
    if maker == "methodcaller" and name in MINDING_FORM:
        return TAKEN_APART
    return None


def _by_text_method(method: str, args: list[ast.expr]) -> Effect | None:
    sought = args[0] if args else None
    match sought:
        case ast.Constant(value=str(text)) if not set(_SIGNS).isdisjoint(text):
            # Of a uuid, the text may have been taken without its dashes.
            if method in WORD_CUTS:
                return Effect(f"is split at `{text}`", is_doubt="_" not in text)
            if method in _COUNTING:
                return Effect(f"is searched for `{text}`", is_doubt=True, only_result=True)
    return None


def _by_exact_length(call: ast.Call, around: ast.AST | None) -> Effect | None:
    """What tells a text of one length from all others."""
    match around:
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[right]):
            other = right if left is call else left
            if isinstance(other, ast.Constant) and isinstance(other.value, int) and other.value:
                return Effect("is measured", is_doubt=True)
    return None


def _keeps_few(part: ast.Slice) -> bool:
    """Whether a slice keeps a few letters of a text, or drops a few."""
    match part:
        case ast.Slice(upper=ast.Constant(value=int(count))):
            return count < _FEW
        case ast.Slice(
            lower=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(count))), upper=None
        ):
            return count < _FEW
        case ast.Slice(lower=ast.Constant(value=int(count)), upper=None):
            return _PREFIX < count < _FEW
    return False


# What is cut off the front of a text and is no longer than that may be what stands before an id.
_PREFIX = 12


def _is_key(part: ast.expr) -> bool:
    """Whether what stands in brackets is a key of a mapping, not a place in a text."""
    is_text = isinstance(part, ast.Constant) and isinstance(part.value, str)
    return is_text or isinstance(part, (ast.JoinedStr, ast.Tuple))


def _by_comparison(node: ast.expr, compare: ast.Compare) -> Effect | None:
    sides = [compare.left, *compare.comparators]
    if any(last_name_of(s) == "UUID" for s in sides if isinstance(s, ast.Call)):
        return Effect("is compared with a UUID")
    at = next(i for i, side in enumerate(sides) if side is node)
    if at and isinstance(compare.ops[at - 1], (ast.In, ast.NotIn)):
        before = sides[at - 1]
        if isinstance(before, ast.Constant) and isinstance(before.value, str):
            return Effect("is searched", sought=before.value)
    around = compare.ops[max(at - 1, 0) : at + 1]
    if any(isinstance(op, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)) for op in around):
        return ORDERED
    return None
