"""Ids that are cut, doubled or made of one another: where the rules about that speak.

The answers are shared, because of several rules only the most specific speaks of a string.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import libcst as cst

from ssot_lint.analysis.dataflow.backward import Backward, handed_on
from ssot_lint.analysis.dataflow.library import GROUPS, SURGERY, Port, same_row
from ssot_lint.analysis.dataflow.strings import Part, Piece, Text, pieces_of
from ssot_lint.analysis.syntax.libcst_nodes import code_of, last_name, plain_text, walk
from ssot_lint.ids.bindings import Binder, Binding
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.kinds import kind_of, literal_prefixes, snake_case
from ssot_lint.ids.shown import is_getattr, is_lookup, is_prose, is_shown
from ssot_lint.ids.strings.generated import Generated, Origin

_SEPARATORS = "_.:-"
_WHOLE_WORD = re.compile(rf"[^{_SEPARATORS}]*[a-zA-Z][^{_SEPARATORS}]*(?=[{_SEPARATORS}])")
# Where functions of `re` take the text; methods of a pattern take it one place earlier.
_SEARCHED_AT = {"match": 1, "search": 1, "fullmatch": 1, "split": 1, "sub": 2}
_JOINING = frozenset({cst.Add, cst.Modulo})
_ASIDE = re.compile(r"_(?:from|for|of|by|in|with|via)_")


def names_in(binding: Binding) -> list[str]:
    """The names that say what kind of id a value becomes."""
    return [name for name in (binding.name, binding.by_key) if name]


# Prefixes


@dataclass(frozen=True)
class Doubled:
    """A string that puts the prefix of an id in front of it once more."""

    text: str
    """The text in front of the id, as written."""
    prefix: str
    """The end of it that the id begins with, too."""
    value: cst.BaseExpression
    origin: Origin
    binding: Binding
    is_all: bool = False
    """Whether the string is nothing but the text and the id."""
    again: bool = False
    """Whether another prefix further on is doubled, too."""


class DoubledPrefixes:
    """Finds prefixes that are put in front of ids that begin with them."""

    def __init__(self, ids: IdModel) -> None:
        self._ids = ids
        self._semantics = ids.semantics
        self._generated = ids.once(Generated)
        self._backward = ids.semantics.once(Backward)
        self._literals = literal_prefixes(ids.settings)
        self._found: dict[cst.BaseExpression, Doubled | None] = {}
        self._tested: dict[cst.CSTNode, frozenset[str]] = {}
        """By scope the names of which it looks what they begin with."""

    def at(self, node: cst.BaseExpression) -> Doubled | None:
        """The doubled prefix in a string, given as a whole."""
        if node not in self._found:
            self._found[node] = self._at(node)
        return self._found[node]

    def _at(self, node: cst.BaseExpression) -> Doubled | None:
        if is_part(node, self._ids) or not _may_be_doubled(node):
            return None
        literal = text = ""
        is_all = True
        first: Doubled | None = None
        pieces = _pieces(node, self._generated) or ()
        for piece in pieces:
            if isinstance(piece, Text):
                literal, text = piece.code, text + piece.code
                continue
            prefix, origin = self._doubled(literal, text, piece) or ("", None)
            # The origin can be the string itself, in a loop that hands it on.
            if origin is not None and origin.node is not node:
                binding = Binder(self._ids).of(node)
                if self._is_id(node, piece.node, binding) and not self._is_tested(piece.node):
                    if first is not None:
                        return replace(first, again=True)
                    is_all = is_all and piece is pieces[-1]
                    first = Doubled(text, prefix, piece.node, origin, binding, is_all)
            known = self._generated.text(piece.node) if piece is not pieces[-1] else None
            literal, text = "", text + known if known and piece.plain else ""
            is_all = is_all and bool(text)
        return first

    def added(self, node: cst.AugAssign) -> str | None:
        """The prefix that a variable holds when an id that begins with it is added to it."""
        name = last_name(node.target) or ""
        if not snake_case(name).endswith("id"):
            return None
        text = self._generated.text_before(node) or ""
        found = self._doubled("", text, Part(node.value))
        return found[0] if found is not None and not self._is_tested(node.value) else None

    def _doubled(self, literal: str, text: str, part: Part) -> tuple[str, Origin] | None:
        """What of the text every value of the part begins with, too.

        `literal` is what of the text is written in one piece.
        """
        if not part.plain or ":" in text or not text.endswith(tuple(_SEPARATORS)):
            return None  # what stands behind a colon is a part of a key, or told to people
        origins = self._generated.origins(part.node)
        prefixes = {self._common(literal, text, origin) for origin in origins}
        if len(prefixes) != 1 or not (prefix := prefixes.pop()):
            return None
        return prefix, origins[0]

    def _common(self, literal: str, text: str, origin: Origin) -> str:
        """The longest end of the text that is made of the words that an id begins with."""
        if not (origin.made or origin.leads) and not self._is_known(literal, origin):
            return ""
        words = _WHOLE_WORD.findall(text)
        first = _WHOLE_WORD.findall(origin.head)
        for count in range(min(len(words), len(first)), 0, -1):
            # The words must be all there is at the end and at the beginning.
            ending = re.compile(_joined(words[-count:]) + rf"[{_SEPARATORS}]$")
            beginning = re.compile(_joined(first[:count]))
            found = re.search(rf"(?:^|[{_SEPARATORS}])({ending.pattern})", text)
            if words[-count:] == first[:count] and found and beginning.match(origin.head):
                return found[1]
        return ""

    def _is_known(self, literal: str, origin: Origin) -> bool:
        """Whether both sides hold one of the prefixes that the settings name, as they stand."""
        code = code_of(origin.node)
        return any(
            origin.head.startswith(prefix) and prefix in code and literal.endswith(prefix)
            for prefix in self._literals
        )

    def _is_id(self, node: cst.BaseExpression, value: cst.BaseExpression, to: Binding) -> bool:
        """Whether the string becomes an id. A key or a topic may well hold the word twice."""
        if is_shown(node, self._ids):
            return False
        if isinstance(value, (cst.Call, cst.Subscript)):
            return True
        return any(snake_case(name).endswith("id") for name in names_in(to))

    def _is_tested(self, value: cst.BaseExpression) -> bool:
        """Whether the code looks what the variable begins with: it knows better."""
        if not isinstance(value, cst.Name):
            return False
        scope = self._semantics.scope_of(value)
        if scope not in self._tested:
            self._tested[scope] = frozenset(_tested_in(scope))
        return value.value in self._tested[scope]


def _tested_in(scope: cst.CSTNode) -> Iterator[str]:
    for node in walk(scope):
        match node:
            case cst.Attribute(value=cst.Name(name), attr=cst.Name("startswith")):
                yield name
            case cst.ComparisonTarget(operator=cst.In() | cst.NotIn(), comparator=cst.Name(name)):
                yield name


def _may_be_doubled(node: cst.BaseExpression) -> bool:
    """Whether a value may stand behind a separator; a look that costs little at f-strings."""
    if type(node) is not cst.FormattedString:
        return True
    for before, part in pairwise(node.parts):
        if type(part) is cst.FormattedStringExpression and (
            type(before) is not cst.FormattedStringText or before.value.endswith(tuple(_SEPARATORS))
        ):
            return True
    return False


def _pieces(node: cst.BaseExpression, generated: Generated) -> Sequence[Piece] | None:
    """The parts of a string; also of a sum in which names stand for all of its text."""
    return pieces_of(node, lambda term: generated.text(term) is not None)


def _joined(words: Iterable[str]) -> str:
    return rf"[{_SEPARATORS}]".join(map(re.escape, words))


def whole_string(node: cst.BaseExpression, ids: IdModel) -> cst.BaseExpression:
    """The longest string that the expression is written into."""
    while True:
        parent = ids.semantics.parent(node)
        if isinstance(parent, cst.FormattedStringExpression):
            parent = ids.semantics.parent(parent)
        elif not is_part(node, ids):
            return node
        if not isinstance(parent, cst.BaseExpression):
            return node
        node = parent


def is_part(node: cst.BaseExpression, ids: IdModel) -> bool:
    """Whether the string is only a part of a longer one that is written around it."""
    parent = ids.semantics.parent(node)
    if type(parent) is cst.BinaryOperation:
        return type(parent.operator) in _JOINING
    if type(parent) is cst.Attribute and isinstance(node, cst.BaseString):
        return parent.attr.value == "format"
    return type(parent) is cst.ConcatenatedString


# One id out of another


@dataclass(frozen=True)
class Derived:
    """An id of one kind that is made of one of another kind."""

    kind: str
    source: str


@dataclass(frozen=True)
class _Material:
    """The kinds of ids that a string is made of, and whether it is more than a copy of one."""

    kinds: frozenset[str] = frozenset()
    changed: bool = False


_NOTHING = _Material()


class DerivedIds:
    """Finds context ids that are made of context ids of another kind by string surgery."""

    def __init__(self, ids: IdModel) -> None:
        self._ids = ids
        self._semantics = ids.semantics
        self._generated = ids.once(Generated)
        self._backward = ids.semantics.once(Backward)
        self._kinds = ids.settings.context_ids
        self._found: dict[cst.BaseExpression, Derived | None] = {}

    def at(self, node: cst.BaseExpression) -> Derived | None:
        """What the expression, given as a whole, makes of what; None if nothing."""
        if not _is_surgery(node):
            return None
        if node not in self._found:
            self._found[node] = self._at(node)
        return self._found[node]

    def _at(self, node: cst.BaseExpression) -> Derived | None:
        if is_part(node, self._ids):
            return None
        binding = Binder(self._ids).of(node)
        targets = self._targets(binding)
        if not targets:
            return None
        material = self._material(node, frozenset())
        # An id that holds another one of its own kind is a child of that.
        if not material.changed or not material.kinds or material.kinds & targets:
            return None
        if self._begins_generated(node):
            return None
        if is_shown(node, self._ids):
            return None
        return Derived(min(targets), min(material.kinds))

    def added(self, node: cst.AugAssign) -> Derived | None:
        """What is made by adding to a variable that holds nothing but text."""
        kind = self._kind(last_name(node.target))
        if kind is None or self._generated.text_before(node) is None:
            return None
        kinds = self._material(node.value, frozenset()).kinds
        if not kinds or kind in kinds:
            return None
        return Derived(kind, min(kinds))

    def _begins_generated(self, node: cst.BaseExpression) -> bool:
        """Whether the string is an id of the generator with something behind it."""
        origins = self._generated.origins(node)
        return bool(origins) and all(origin.made or origin.leads for origin in origins)

    def _targets(self, binding: Binding) -> frozenset[str]:
        """The kinds of ids that a value becomes, or parts of it when it is unpacked."""
        if isinstance(binding.target, (cst.Tuple, cst.List)) and binding.direct:
            parts = [element.value for element in binding.target.elements]
            found = [self._kind(last_name(part)) or self._kind_to_be(part) for part in parts]
        else:
            found = [self._target(binding) or self._kind_to_be(binding.target)]
        return frozenset(kind for kind in found if kind is not None)

    def _target(self, binding: Binding) -> str | None:
        """The kind of id that the binding makes of a value."""
        if binding.opposed is not None or binding.plural:
            return None
        found = [(kind, name) for name in names_in(binding) if (kind := self._kind(name))]
        if not found:
            return None
        kind, name = found[0]
        if name == binding.name and binding.calls and binding.statement is binding.calls[-1]:
            call = binding.calls[-1]
            by_keyword = any(
                arg.keyword is not None and arg.keyword.value == name for arg in call.args
            )
            # The mask keeps what takes ids of these kinds only.
            if not by_keyword and not self._takes_by_position(kind, call):
                return None
        return kind

    def _kind_to_be(self, target: cst.BaseExpression | None) -> str | None:
        """The kind of id that what a variable holds becomes, where its name does not tell."""
        if not isinstance(target, cst.Name) or self._kind(target.value) is not None:
            return None
        uses = self._backward.uses_of(target) or ()
        found = [self._target(Binder(self._ids).of(use)) for use in uses]
        kinds = {kind for kind in found if kind is not None}
        return kinds.pop() if len(kinds) == 1 else None

    def _takes_by_position(self, kind: str, call: cst.Call) -> bool:
        names = {name.rpartition(".")[2] for name in self._ids.settings.context_classes}
        return kind in dict(self._ids.settings.id_prefixes) or last_name(call.func) in names

    def _kind(self, name: str | None) -> str | None:
        """The kind of id that a name says to hold: `run_id_from_thread_id` a run id."""
        return kind_of(_ASIDE.split(name)[0], self._kinds) if name else None

    def _material(self, node: cst.BaseExpression, seen: frozenset[cst.CSTNode]) -> _Material:
        match node:
            case cst.Name():
                return self._of_name(node, seen)
            case cst.Attribute():
                return self._named(node.attr.value)
            case cst.NamedExpr():
                return self._material(node.value, seen)
            case cst.BooleanOperation():
                return self._mixed((node.left, node.right), seen)
            case cst.IfExp():
                return self._mixed((node.body, node.orelse), seen)
            case cst.Subscript():
                return self._of_subscript(node, seen)
        pieces = _pieces(node, self._generated)
        if pieces is not None:
            parts = [piece for piece in pieces if isinstance(piece, Part) and not piece.is_number]
            inside = self._mixed((part.node for part in parts), seen)
            same = len(pieces) == 1 and parts and parts[0].plain
            return inside if same else _Material(inside.kinds, True)
        return self._of_call(node, seen) if isinstance(node, cst.Call) else _NOTHING

    def _mixed(
        self, nodes: Iterable[cst.BaseExpression], seen: frozenset[cst.CSTNode]
    ) -> _Material:
        found = [self._material(node, seen) for node in nodes]
        kinds = frozenset(kind for material in found for kind in material.kinds)
        return _Material(kinds, any(material.changed for material in found))

    def _named(self, name: str | None) -> _Material:
        kind = self._kind(name)
        return _Material(frozenset({kind})) if kind is not None else _NOTHING

    def _of_name(self, name: cst.Name, seen: frozenset[cst.CSTNode]) -> _Material:
        if self._is_number(name):
            return _NOTHING
        material = self._named(name.value)
        if material is not _NOTHING or name in seen:
            return material
        found = [self._of_target(t, seen | {name}) for t in self._backward.sources(name)]
        if not found or not all(material.kinds for material in found):
            return _NOTHING
        kinds = frozenset(kind for material in found for kind in material.kinds)
        return _Material(kinds, any(material.changed for material in found))

    def _of_target(self, target: cst.CSTNode, seen: frozenset[cst.CSTNode]) -> _Material:
        value = self._backward.value_of(target)
        if value is not None:
            return self._material(value, seen)
        shared = self._backward.shared_value(target)
        material = self._material(shared, seen) if shared is not None else _NOTHING
        if material.changed:
            return material
        origins = self._generated.unpacked(target)
        kinds = frozenset(origin.kind for origin in origins if origin.kind is not None)
        return _Material(kinds)

    def _is_number(self, name: cst.Name) -> bool:
        """Whether the variable counts something, as the number of a worker does."""
        return any(self._counts(source) for source in self._backward.sources(name))

    def _counts(self, source: cst.CSTNode) -> bool:
        parent = self._semantics.parent(source)
        if isinstance(parent, cst.Element):
            parent = self._semantics.parent(self._semantics.parent(parent) or parent)
        match parent:
            case cst.Param(annotation=cst.Annotation(annotation=cst.Name("int"))):
                return True
            case cst.For(iter=cst.Call() as call) | cst.CompFor(iter=cst.Call() as call):
                return last_name(call.func) in ("range", "enumerate", "count")
        value = self._backward.value_of(source)
        while isinstance(value, cst.Attribute):
            value = value.value
        if not isinstance(value, cst.Call):
            return False
        dotted = self._semantics.names.dotted(value.func)
        return any(name.startswith("threading.") for name in dotted) or (
            last_name(value.func) in ("int", "len", "get_ident", "get_native_id")
        )

    def _of_subscript(self, node: cst.Subscript, seen: frozenset[cst.CSTNode]) -> _Material:
        if len(node.slice) != 1:
            return _NOTHING
        inner = node.slice[0].slice
        if isinstance(inner, cst.Slice):
            return _Material(self._material(node.value, seen).kinds, True)
        key = plain_text(inner.value) if isinstance(inner, cst.Index) else None
        if key is not None:
            return self._named(key)
        inside = self._material(node.value, seen)
        return inside if inside.changed else _NOTHING

    def _of_call(self, call: cst.Call, seen: frozenset[cst.CSTNode]) -> _Material:
        name = last_name(call.func)
        if is_lookup(call) or is_getattr(call):
            at = 1 if is_getattr(call) else 0
            return self._named(plain_text(call.args[at].value) if len(call.args) > at else None)
        same = handed_on(call, self._semantics.names)
        if same is not None:
            return self._material(same, seen)
        if not isinstance(call.func, cst.Attribute):
            return _NOTHING
        receiver = call.func.value
        if name in GROUPS:
            return self._of_groups(call, receiver, seen)
        if name == "sub" or self._is_of_re(call):
            searched = self._searched(call)
            return _NOTHING if searched is None else self._taken(searched, seen)
        if name == "join" and (len(call.args) != 1 or is_prose(receiver)):
            return _NOTHING
        if name == "join":
            return _Material(self._mixed(_elements(call.args[0].value), seen).kinds, True)
        if name in SURGERY:
            return self._taken(receiver, seen)
        return _NOTHING

    def _taken(self, node: cst.BaseExpression, seen: frozenset[cst.CSTNode]) -> _Material:
        return _Material(self._material(node, seen).kinds, True)

    # Patterns

    def _of_groups(
        self, call: cst.Call, match: cst.BaseExpression, seen: frozenset[cst.CSTNode]
    ) -> _Material:
        """What a match gives; a group with the name of an id says which one it is."""
        named = self._named(plain_text(call.args[0].value) if call.args else None)
        calls = self._backward.values(match)
        texts = [self._searched(c) if isinstance(c, cst.Call) else None for c in calls]
        if named is not _NOTHING or None in texts:
            return named
        return _Material(self._mixed((t for t in texts if t is not None), seen).kinds, True)

    def _searched(self, call: cst.Call) -> cst.BaseExpression | None:
        """The text that a function of `re`, or a method of a pattern, looks through."""
        at = _SEARCHED_AT.get(last_name(call.func) or "")
        if at is None:
            return None
        at -= not self._is_of_re(call)
        return call.args[at].value if len(call.args) > at else None

    def _is_of_re(self, call: cst.Call) -> bool:
        return any(name.startswith("re.") for name in self._semantics.names.dotted(call.func))


def _is_surgery(node: cst.BaseExpression) -> bool:
    """Whether the expression may put a string together or cut one; a look that costs little."""
    if type(node) is cst.BinaryOperation:
        return type(node.operator) in _JOINING
    if type(node) is cst.Call:
        func = node.func
        return type(func) is cst.Attribute and (
            func.attr.value in SURGERY or same_row(func.attr.value, Port.RECEIVER) is not None
        )
    return True


def _elements(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    if isinstance(node, (cst.Tuple, cst.List)):
        for element in node.elements:
            yield element.value
    else:
        yield node
