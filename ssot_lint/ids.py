"""What counts as an id: names that hold one, the literal head of a string, hand-built strings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from ssot_lint.names import Names
from ssot_lint.tree import last_name, plain_text, walk

# Functions whose result a hand-built id is made of. `random.*` and `secrets.*` all count.
_CLOCKS = frozenset(
    {
        "time.time",
        "time.time_ns",
        "time.monotonic",
        "time.monotonic_ns",
        "time.perf_counter",
        "time.perf_counter_ns",
        "datetime.datetime.now",
        "datetime.datetime.utcnow",
        "datetime.datetime.today",
        "os.urandom",
        "os.getpid",
    }
)
_RANDOM_MODULES = ("random.", "secrets.")
_BUILTIN_SOURCES = frozenset({"id", "hash"})
# Words that decide what those names stand for, where one of them is bound anew.
SOURCE_WORDS = _BUILTIN_SOURCES | {"time", "datetime", "os", "random", "secrets", "itertools"}
_COUNTER = re.compile(r"(^|_)(counter|count|seq|sequence)$")


@dataclass(frozen=True)
class Head:
    """The text a string begins with. `exact` when that is the whole string."""

    text: str
    exact: bool
    node: cst.BaseExpression
    """The string literal that holds the text."""


def literal_head(node: cst.BaseExpression) -> Head | None:
    """What the string that `node` evaluates to begins with, as far as the code says it.

    Knows literals, implicit concatenation, f-strings, `+`, `%` and `.format`. None for
    everything else, bytes included.
    """
    match node:
        case cst.SimpleString():
            value = node.evaluated_value
            return Head(value, True, node) if isinstance(value, str) else None
        case cst.FormattedString():
            return _formatted_head(node)
        case cst.ConcatenatedString():
            return _joined(node, node.left, node.right)
        case cst.BinaryOperation(operator=cst.Add()):
            left = literal_head(node.left)
            if left is None or not left.exact:
                return left
            right = literal_head(node.right)
            if right is None:
                return Head(left.text, False, left.node)
            return Head(left.text + right.text, right.exact, left.node)
        case cst.BinaryOperation(operator=cst.Modulo()):
            return _cut(literal_head(node.left), "%")
        case cst.Call(func=cst.Attribute(value=template, attr=cst.Name("format"))):
            return _cut(literal_head(template), "{")
    return None


def _joined(whole: cst.ConcatenatedString, *parts: cst.BaseExpression) -> Head | None:
    text = ""
    for part in parts:
        head = literal_head(part)
        if head is None:
            return None
        text += head.text
        if not head.exact:
            return Head(text, False, whole)
    return Head(text, True, whole)


def _formatted_head(node: cst.FormattedString) -> Head | None:
    text = ""
    for part in node.parts:
        if not isinstance(part, cst.FormattedStringText):
            return Head(text, False, node)
        text += _unescaped(part.value.replace("{{", "{").replace("}}", "}"), node)
    return Head(text, True, node)


def _unescaped(text: str, node: cst.FormattedString) -> str:
    if "\\" not in text or "r" in node.prefix.lower():
        return text
    quotes = node.end
    try:
        value = ast.literal_eval(f"{quotes}{text}{quotes}")
    except (SyntaxError, ValueError):
        return text
    return value if isinstance(value, str) else text


def _cut(head: Head | None, mark: str) -> Head | None:
    """The head of a template: up to the first placeholder; a doubled mark stands for itself."""
    if head is None:
        return None
    text, rest = "", head.text
    while True:
        before, found, rest = rest.partition(mark)
        text += before
        if not found:
            return Head(text, head.exact, head.node)
        if not rest.startswith(mark):
            return Head(text, False, head.node)
        text += mark
        rest = rest[1:]


def is_id_name(name: str | None) -> bool:
    """Whether something of this name is meant to hold an id."""
    return name is not None and (name == "id" or name.endswith("_id"))


def kind_of(name: str | None, kinds: Sequence[str]) -> str | None:
    """The kind of id that a name holds: the longest of `kinds` that it is or ends in.

    Ends in as a word of its own: a `pthread_id` is no thread id.
    """
    if name is None:
        return None
    fitting = [kind for kind in kinds if name == kind or name.endswith(f"_{kind}")]
    return max(fitting, key=len, default=None)


class HandBuilt:
    """Tells strings that are put together from a clock, randomness, `id()` or a counter.

    `scope` is the code whose local variables are followed.
    """

    def __init__(self, scope: Sequence[cst.CSTNode], names: Names) -> None:
        self._names = names
        self._assigned: dict[str, list[cst.BaseExpression]] = {}
        for node in (node for part in scope for node in walk(part, into_scopes=False)):
            if isinstance(node, cst.Assign):
                for target in node.targets:
                    if isinstance(target.target, cst.Name):
                        self._assigned.setdefault(target.target.value, []).append(node.value)

    def ids_in(self, nodes: Sequence[cst.CSTNode]) -> Iterator[cst.BaseExpression]:
        """Hand-built strings below `nodes` that are bound to something named as an id."""
        for root in nodes:
            for node in walk(root):
                for name, value in _bindings(node):
                    if is_id_name(name):
                        yield from (part for part in choices(value) if self.is_hand_built(part))

    def is_hand_built(self, node: cst.BaseExpression) -> bool:
        """Whether `node` is a string made of something that differs from run to run."""
        return _is_string(node) and self._has_source(node, frozenset())

    def _has_source(self, node: cst.CSTNode, seen: frozenset[str]) -> bool:
        for part in walk(node):
            if isinstance(part, cst.Call) and self._is_source(part):
                return True
            if isinstance(part, (cst.Name, cst.Attribute)) and _COUNTER.search(
                last_name(part) or ""
            ):
                return True
            if isinstance(part, cst.Name) and part.value not in seen:
                values = self._assigned.get(part.value, ())
                if any(self._has_source(value, seen | {part.value}) for value in values):
                    return True
        return False

    def _is_source(self, call: cst.Call) -> bool:
        for dotted in self._names.dotted(call.func):
            if dotted in _CLOCKS or dotted.startswith(_RANDOM_MODULES):
                return True
            if dotted == "itertools.count":
                return True
        func = call.func
        if isinstance(func, cst.Name) and func.value in _BUILTIN_SOURCES:
            return self._names.is_builtin(func)
        return False


def _bindings(node: cst.CSTNode) -> Iterator[tuple[str | None, cst.BaseExpression]]:
    """Names and the expressions that `node` itself binds to them."""
    match node:
        case cst.Assign():
            for target in node.targets:
                yield target_name(target.target), node.value
        case cst.AnnAssign() | cst.NamedExpr() if node.value is not None:
            yield target_name(node.target), node.value
        case cst.Arg(keyword=cst.Name() as keyword):
            yield keyword.value, node.value
        case cst.DictElement():
            yield plain_text(node.key), node.value


def target_name(target: cst.CSTNode) -> str | None:
    """The name by which a target holds its value: of a name, attribute or item with a text key."""
    if isinstance(target, cst.Subscript) and len(target.slice) == 1:
        index = target.slice[0].slice
        return plain_text(index.value) if isinstance(index, cst.Index) else None
    return last_name(target)


def choices(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """The expressions whose value `node` can take over: the sides of `or` and of `if else`."""
    match node:
        case cst.BooleanOperation():
            if isinstance(node.operator, cst.Or):
                yield from choices(node.left)
            yield from choices(node.right)
        case cst.IfExp():
            yield from choices(node.body)
            yield from choices(node.orelse)
        case cst.NamedExpr():
            yield from choices(node.value)
        case _:
            yield node


def _is_string(node: cst.BaseExpression) -> bool:
    match node:
        case cst.BaseString():
            return True
        case cst.BinaryOperation(operator=cst.Add() | cst.Modulo()):
            return _is_string(node.left) or _is_string(node.right)
        case cst.Call(func=cst.Name("str")):
            return True
        case cst.Call(func=cst.Attribute(value=cst.BaseString(), attr=cst.Name("format" | "join"))):
            return True
        case cst.Call(func=cst.Attribute(attr=cst.Name("hexdigest"))):
            return True
        case cst.Subscript():
            return _is_string(node.value)
    return False


# The prefix that the generator is to be handed


def snake_case(name: str) -> str:
    """`threadId`, `ThreadID` and `THREAD_ID` as `thread_id`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return spaced.lower().strip("_")


def names_an_id(name: str) -> bool:
    """Whether a name in snake case says that it holds an id, or several."""
    return is_id_name(name) or name in ("ids",) or name.endswith("_ids")


def kind_from(name: str) -> str:
    """What is left of a name in snake case without what makes it the name of an id.

    Empty for `id` and `generate_id`.
    """
    while (stripped := _MAKING.sub("", name)) != name:
        name = stripped
    return _ID_ENDING.sub("", name)


def with_required_prefix(prefix: str, required: str) -> str:
    """The prefix such that ids begin as required: `ws_thread` for `thread_` is `thread_ws`."""
    bare = required.rstrip(_SEPARATORS)
    if prefix == bare or prefix.startswith(required):
        return prefix
    if re.match(rf"{re.escape(bare)}\d", prefix):
        return required + prefix[len(bare) :]
    rest = without_word(prefix, bare)
    return f"{required}{rest}" if rest else bare


def without_word(text: str, word: str) -> str:
    """`text` without the word where it stands between separators, and without one of these."""
    found = re.search(rf"(?:^|(?<=[{_SEPARATORS}])){re.escape(word)}(?=$|[{_SEPARATORS}])", text)
    if found is None:
        return text
    before, after = text[: found.start()], text[found.end() :]
    return before + after[1:] if after else before.rstrip(_SEPARATORS)


_SEPARATORS = "_.:/-"
_MAKING = re.compile(r"^_*(generate|create|make|build|new|get|generated|get_or|or)_+(?=\w)")
_ID_ENDING = re.compile(r"(^|_)(ids?|uuids?|guids?)$")
