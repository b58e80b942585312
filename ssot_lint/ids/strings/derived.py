"""Ids that are cut, doubled or made of one another: where the rules about that speak.

The answers are shared, because of several rules only the most specific speaks of a string.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ssot_lint.analysis.dataflow.backward import Backward, handed_on
from ssot_lint.analysis.dataflow.library import GROUPS, SURGERY, Port, same_row
from ssot_lint.analysis.dataflow.strings import Part, Piece, Text, is_literal, pieces_of
from ssot_lint.analysis.syntax.parsing import arguments_of, last_name, plain_text, walk
from ssot_lint.ids.bindings import Binder, Binding, names_in
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.kinds import kind_of, literal_prefixes, snake_case
from ssot_lint.ids.shown import is_getattr, is_lookup, is_prose, is_shown
from ssot_lint.ids.strings.generated import Generated, Origin, followed

_SEPARATORS = "_.:-"
# What stands behind a literal, or behind a part of one.
_ENDING = "\"'{%"
_WHOLE_WORD = re.compile(rf"[^{_SEPARATORS}]*[a-zA-Z][^{_SEPARATORS}]*(?=[{_SEPARATORS}])")
# Where functions of `re` take the text; methods of a pattern take it one place earlier.
_SEARCHED_AT = {"match": 1, "search": 1, "fullmatch": 1, "split": 1, "sub": 2}
_JOINING = frozenset({ast.Add, ast.Mod})
# What puts strings together, or cuts them.
_WRITING = frozenset({ast.AugAssign, ast.BinOp, ast.Call, ast.JoinedStr, ast.Subscript})
_ASIDE = re.compile(r"_(?:from|for|of|by|in|with|via)_")


def _found_in(
    nodes: Iterable[ast.AST],
    at: Callable[[ast.expr], object | None],
    added: Callable[[ast.AugAssign], object | None],
) -> Iterator[ast.AST]:
    """The expressions and the `+=` among some nodes of which something is told."""
    for node in nodes:
        if type(node) not in _WRITING:
            continue
        told = None
        if isinstance(node, ast.AugAssign):
            told = added(node)
        elif isinstance(node, ast.expr):
            told = at(node)
        if told is not None:
            yield node


# Prefixes


@dataclass(frozen=True)
class Doubled:
    """A string that puts the prefix of an id in front of it once more."""

    text: str
    """The text in front of the id, as written."""
    prefix: str
    """The end of it that the id begins with, too."""
    value: ast.expr
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
        self._syntax = ids.semantics.syntax
        self._text = ids.semantics.text
        self._generated = ids.once(Generated)
        self._followed = ids.once(followed)
        self._literals = literal_prefixes(ids.settings)
        self._found: dict[ast.expr, Doubled | None] = {}
        self._tested: dict[ast.AST, frozenset[str]] = {}
        """By scope the names of which it looks what they begin with."""

    def at(self, node: ast.expr) -> Doubled | None:
        """The doubled prefix in a string, given as a whole."""
        if node not in self._found:
            self._found[node] = self._at(node)
        return self._found[node]

    def _at(self, node: ast.expr) -> Doubled | None:
        if not _may_be_doubled(node) or is_part(node, self._ids):
            return None
        literal: Text | None = None
        text = ""
        is_all = True
        first: Doubled | None = None
        pieces = _pieces(node, self._generated) or ()
        for piece in pieces:
            if isinstance(piece, Text):
                literal, text = piece, text + piece.value
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
            literal, text = None, text + known if known and piece.plain else ""
            is_all = is_all and bool(text)
        return first

    def in_(self, statement: ast.AST) -> Iterator[ast.AST]:
        """The strings, and what `+=` adds, with a doubled prefix in a statement."""
        return _found_in(self._syntax.below(statement), self.at, self.added)

    def added(self, node: ast.AugAssign) -> str | None:
        """The prefix that a variable holds when an id that begins with it is added to it."""
        if not snake_case(last_name(node.target)).endswith("id"):
            return None
        text = self._generated.text_before(node) or ""
        found = self._doubled(None, text, Part(node.value))
        return found[0] if found is not None and not self._is_tested(node.value) else None

    def _doubled(self, literal: Text | None, text: str, part: Part) -> tuple[str, Origin] | None:
        """What of the text every value of the part begins with, too.

        `literal` is what of the text is written in one piece.
        """
        if not part.plain or ":" in text or not text.endswith(tuple(_SEPARATORS)):
            return None  # what stands behind a colon is a part of a key, or told to people
        origins = self._generated.origins(part.node)
        if not origins and self._is_marked(literal):
            origins = self._followed.origins(part.node)
        prefixes = {self._common(literal, text, origin) for origin in origins}
        if len(prefixes) != 1 or not (prefix := prefixes.pop()):
            return None
        return prefix, origins[0]

    def _common(self, literal: Text | None, text: str, origin: Origin) -> str:
        """The longest end of the text that is made of the words that an id begins with."""
        is_told = origin.made or origin.leads or origin.given_by
        if not is_told and not self._is_known(literal, origin):
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

    def _is_marked(self, literal: Text | None) -> bool:
        """Whether one of the prefixes that the settings name ends the text as it stands."""
        return literal is not None and any(
            literal.value.endswith(prefix)
            and any(prefix + sign in self._text.code(literal.literal) for sign in _ENDING)
            for prefix in self._literals
        )

    def _is_known(self, literal: Text | None, origin: Origin) -> bool:
        """Whether both sides hold one of the prefixes that the settings name, as they stand."""
        return self._is_marked(literal) and any(
            origin.head.startswith(prefix)
            and literal is not None
            and literal.value.endswith(prefix)
            and prefix in self._text.code(origin.node)
            for prefix in self._literals
        )

    def _is_id(self, node: ast.expr, value: ast.expr, to: Binding) -> bool:
        """Whether the string becomes an id. A key or a topic may well hold the word twice."""
        if is_shown(node, self._ids):
            return False
        if isinstance(value, (ast.Call, ast.Subscript)):
            return True
        return any(snake_case(name).endswith("id") for name in names_in(to))

    def _is_tested(self, value: ast.expr) -> bool:
        """Whether the code looks what the variable begins with: it knows better."""
        if not isinstance(value, ast.Name):
            return False
        scope = self._syntax.scope_of(value)
        if scope not in self._tested:
            self._tested[scope] = frozenset(_tested_in(scope))
        return value.id in self._tested[scope]


def _tested_in(scope: ast.AST) -> Iterator[str]:
    for node in walk(scope):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr="startswith"):
                yield name
            case ast.Compare(ops=ops, comparators=sides):
                for op, side in zip(ops, sides, strict=True):
                    if isinstance(op, (ast.In, ast.NotIn)) and isinstance(side, ast.Name):
                        yield side.id


def _may_be_doubled(node: ast.expr) -> bool:
    """Whether a value may stand behind a separator; a look that costs little."""
    match node:
        case ast.JoinedStr(values=values):
            return any(
                type(part) is ast.FormattedValue
                and (
                    not isinstance(before, ast.Constant)
                    or str(before.value).endswith(tuple(_SEPARATORS))
                )
                for before, part in pairwise(values)
            )
        case ast.BinOp():
            return type(node.op) in _JOINING
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in ("format", "join")
    return False


def _pieces(node: ast.expr, generated: Generated) -> Sequence[Piece] | None:
    """The parts of a string; also of a sum in which names stand for all of its text."""
    return pieces_of(node, lambda term: generated.text(term) is not None)


def _joined(words: Iterable[str]) -> str:
    return rf"[{_SEPARATORS}]".join(map(re.escape, words))


def whole_string(node: ast.expr, ids: IdModel) -> ast.expr:
    """The longest string that the expression is written into."""
    while True:
        parent = ids.semantics.syntax.parent(node)
        is_written_in = isinstance(parent, ast.FormattedValue) or is_part(node, ids)
        if not is_written_in or not isinstance(parent, ast.expr):
            return node
        node = parent


def is_part(node: ast.expr, ids: IdModel) -> bool:
    """Whether the string is only a part of a longer one that is written around it."""
    parent = ids.semantics.syntax.parent(node)
    match parent:
        case ast.BinOp():
            return type(parent.op) in _JOINING
        case ast.Attribute():
            return parent.attr == "format" and is_literal(node)
        case ast.FormattedValue():
            return node is parent.format_spec
    return isinstance(parent, ast.JoinedStr)


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
        self._syntax = ids.semantics.syntax
        self._names = ids.semantics.names
        self._generated = ids.once(Generated)
        self._backward = ids.semantics.once(Backward)
        self._kinds = ids.settings.context_ids
        self._found: dict[ast.expr, Derived | None] = {}

    def at(self, node: ast.expr) -> Derived | None:
        """What the expression, given as a whole, makes of what; None if nothing."""
        if not _is_surgery(node):
            return None
        if node not in self._found:
            self._found[node] = self._at(node)
        return self._found[node]

    def _at(self, node: ast.expr) -> Derived | None:
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

    def in_(self, statement: ast.AST) -> Iterator[ast.AST]:
        """What makes an id of another one in a statement."""
        return _found_in(self._syntax.below(statement), self.at, self.added)

    def added(self, node: ast.AugAssign) -> Derived | None:
        """What is made by adding to a variable that holds nothing but text."""
        kind = self._kind(last_name(node.target))
        if kind is None or self._generated.text_before(node) is None:
            return None
        kinds = self._material(node.value, frozenset()).kinds
        if not kinds or kind in kinds:
            return None
        return Derived(kind, min(kinds))

    def _begins_generated(self, node: ast.expr) -> bool:
        """Whether the string is an id of the generator with something behind it."""
        origins = self._generated.origins(node)
        return bool(origins) and all(origin.made or origin.leads for origin in origins)

    def _targets(self, binding: Binding) -> frozenset[str]:
        """The kinds of ids that a value becomes, or parts of it when it is unpacked."""
        if isinstance(binding.target, (ast.Tuple, ast.List)) and binding.direct:
            parts = list(_elements(binding.target))
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
            by_keyword = any(keyword.arg == name for keyword in call.keywords)
            # Of other kinds, any argument by position would be one.
            if not by_keyword and not self._takes_by_position(kind, call):
                return None
        return kind

    def _kind_to_be(self, target: ast.expr | None) -> str | None:
        """The kind of id that what a variable holds becomes, where its name does not tell."""
        if not isinstance(target, ast.Name) or self._kind(target.id) is not None:
            return None
        uses = self._backward.uses_of(target) or ()
        found = [self._target(Binder(self._ids).of(use)) for use in uses]
        kinds = {kind for kind in found if kind is not None}
        return kinds.pop() if len(kinds) == 1 else None

    def _takes_by_position(self, kind: str, call: ast.Call) -> bool:
        names = {name.rpartition(".")[2] for name in self._ids.settings.context_classes}
        return kind in dict(self._ids.settings.id_prefixes) or last_name(call.func) in names

    def _kind(self, name: str | None) -> str | None:
        """The kind of id that a name says to hold: `run_id_from_thread_id` a run id."""
        return kind_of(_ASIDE.split(name)[0], self._kinds) if name else None

    def _material(self, node: ast.expr, seen: frozenset[ast.AST]) -> _Material:
        match node:
            case ast.Name():
                return self._of_name(node, seen)
            case ast.Attribute():
                return self._named(node.attr)
            case ast.NamedExpr():
                return self._material(node.value, seen)
            case ast.BoolOp():
                return self._mixed(node.values, seen)
            case ast.IfExp():
                return self._mixed((node.body, node.orelse), seen)
            case ast.Subscript():
                return self._of_subscript(node, seen)
        pieces = _pieces(node, self._generated)
        if pieces is not None:
            parts = [piece for piece in pieces if isinstance(piece, Part) and not piece.is_number]
            inside = self._mixed((part.node for part in parts), seen)
            same = len(pieces) == 1 and parts and parts[0].plain
            return inside if same else _Material(inside.kinds, True)
        return self._of_call(node, seen) if isinstance(node, ast.Call) else _NOTHING

    def _mixed(self, nodes: Iterable[ast.expr], seen: frozenset[ast.AST]) -> _Material:
        found = [self._material(node, seen) for node in nodes]
        kinds = frozenset(kind for material in found for kind in material.kinds)
        return _Material(kinds, any(material.changed for material in found))

    def _named(self, name: str | None) -> _Material:
        kind = self._kind(name)
        return _Material(frozenset({kind})) if kind is not None else _NOTHING

    def _of_name(self, name: ast.Name, seen: frozenset[ast.AST]) -> _Material:
        if self._is_number(name):
            return _NOTHING
        material = self._named(name.id)
        if material is not _NOTHING or name in seen:
            return material
        found = [self._of_target(t, seen | {name}) for t in self._backward.sources(name)]
        if not found or not all(material.kinds for material in found):
            return _NOTHING
        kinds = frozenset(kind for material in found for kind in material.kinds)
        return _Material(kinds, any(material.changed for material in found))

    def _of_target(self, target: ast.AST, seen: frozenset[ast.AST]) -> _Material:
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

    def _is_number(self, name: ast.Name) -> bool:
        """Whether the variable counts something, as the number of a worker does."""
        return any(self._counts(source) for source in self._backward.sources(name))

    def _counts(self, source: ast.AST) -> bool:
        if isinstance(source, ast.arg):
            return isinstance(source.annotation, ast.Name) and source.annotation.id == "int"
        parent = self._syntax.parent(source)
        if isinstance(parent, (ast.Tuple, ast.List)):
            parent = self._syntax.parent(parent)
        match parent:
            case ast.For(iter=ast.Call(func=func)) | ast.AsyncFor(iter=ast.Call(func=func)):
                return last_name(func) in ("range", "enumerate", "count")
        value = self._backward.value_of(source)
        while isinstance(value, ast.Attribute):
            value = value.value
        if not isinstance(value, ast.Call):
            return False
        dotted = self._names.dotted(value.func)
        return any(name.startswith("threading.") for name in dotted) or (
            last_name(value.func) in ("int", "len", "get_ident", "get_native_id")
        )

    def _of_subscript(self, node: ast.Subscript, seen: frozenset[ast.AST]) -> _Material:
        if isinstance(node.slice, ast.Slice):
            return self._taken(node.value, seen)
        if isinstance(node.slice, ast.Tuple):
            return _NOTHING
        key = plain_text(node.slice)
        if key is not None:
            return self._named(key)
        inside = self._material(node.value, seen)
        return inside if inside.changed else _NOTHING

    def _of_call(self, call: ast.Call, seen: frozenset[ast.AST]) -> _Material:
        name = last_name(call.func)
        if is_lookup(call) or is_getattr(call):
            given = arguments_of(call)[1 if is_getattr(call) else 0 :]
            return self._named(plain_text(given[0]) if given else None)
        same = handed_on(call, self._names)
        if same is not None:
            return self._material(same, seen)
        if not isinstance(call.func, ast.Attribute):
            return _NOTHING
        receiver = call.func.value
        if name in GROUPS:
            return self._of_groups(call, receiver, seen)
        if name == "sub" or self._is_of_re(call):
            searched = self._searched(call)
            return _NOTHING if searched is None else self._taken(searched, seen)
        if name == "join":
            given = arguments_of(call)
            if len(given) != 1 or is_prose(receiver):
                return _NOTHING
            return _Material(self._mixed(_elements(given[0]), seen).kinds, True)
        if name in SURGERY:
            return self._taken(receiver, seen)
        return _NOTHING

    def _taken(self, node: ast.expr, seen: frozenset[ast.AST]) -> _Material:
        return _Material(self._material(node, seen).kinds, True)

    # Patterns

    def _of_groups(self, call: ast.Call, match: ast.expr, seen: frozenset[ast.AST]) -> _Material:
        """What a match gives; a group with the name of an id says which one it is."""
        named = self._named(next(map(plain_text, arguments_of(call)), None))
        calls = self._backward.values(match)
        texts = [self._searched(c) if isinstance(c, ast.Call) else None for c in calls]
        if named is not _NOTHING or None in texts:
            return named
        return _Material(self._mixed((t for t in texts if t is not None), seen).kinds, True)

    def _searched(self, call: ast.Call) -> ast.expr | None:
        """The text that a function of `re`, or a method of a pattern, looks through."""
        at = _SEARCHED_AT.get(last_name(call.func))
        if at is None:
            return None
        at -= not self._is_of_re(call)
        return next(iter(arguments_of(call)[at:]), None)

    def _is_of_re(self, call: ast.Call) -> bool:
        return any(name.startswith("re.") for name in self._names.dotted(call.func))


def _is_surgery(node: ast.expr) -> bool:
    """Whether the expression may put a string together or cut one; a look that costs little."""
    match node:
        case ast.BinOp():
            return type(node.op) in _JOINING
        case ast.Call(func=func):
            return type(func) is ast.Attribute and (
                func.attr in SURGERY or same_row(func.attr, Port.RECEIVER) is not None
            )
        case ast.Subscript(slice=ast.Constant(value=key)):
            return type(key) is int
    return True


def _elements(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, (ast.Tuple, ast.List)):
        for element in node.elts:
            yield element.value if isinstance(element, ast.Starred) else element
    else:
        yield node
