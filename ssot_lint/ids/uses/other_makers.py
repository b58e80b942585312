"""Calls that make ids, but not by the generator: of other makers, and of files that may by hand."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ssot_lint.analysis.dataflow.backward import Backward, choices
from ssot_lint.analysis.syntax.parsing import FUNCTIONS, own_nodes, walk
from ssot_lint.ids.banned_calls import BannedCalls
from ssot_lint.ids.call_arguments import imported_names, root_name
from ssot_lint.ids.id_model import Callee, IdModel
from ssot_lint.ids.kinds import names_an_id, snake_case
from ssot_lint.ids.makers import MAKING, READING, SOURCES
from ssot_lint.ids.strings.generated import followed
from ssot_lint.ids.strings.sources import Sources

# Types of texts, by their names: `str`, `RunId`, one of them or None.
_TEXT_NAME = r"(typing\.)?(str|\w*I[dD])"
_TEXT_TYPE = re.compile(
    rf"{_TEXT_NAME}( \| None)?|None \| {_TEXT_NAME}|(typing\.)?Optional\[{_TEXT_NAME}\]"
)
_GROUPS = (ast.Dict, ast.DictComp, ast.List, ast.ListComp, ast.Set, ast.SetComp, ast.Tuple)
# Functions that call functions further than this are not followed.
_DEEPEST = 4
# What changes something that others may see, or waits for somebody else.
_CHANGING = (
    ast.Await, ast.Delete, ast.Global, ast.Import, ast.ImportFrom, ast.Nonlocal, ast.With,
    ast.AsyncWith, ast.AsyncFor, ast.Yield, ast.YieldFrom,
)  # fmt: skip
# Builtins that make one value of another, and what texts, uuids and times have.
_CONVERTING = frozenset({"str", "int", "hex", "len", "format", "round", "abs", "float", "repr"})
_METHODS_OF_TEXT = frozenset({
    "format", "isoformat", "join", "lower", "removeprefix", "replace", "split", "startswith",
    "strftime", "strip", "timestamp", "upper",
})  # fmt: skip
_ENDS_BY_NAME = re.compile(r"_ids?$")


@dataclass(frozen=True)
class OtherMade:
    """A call that makes an id without the generator."""

    call: ast.Call
    maker: str
    """What makes it, as people call it: `IdManager.new_id`."""
    where: str
    """Where that is defined, as it is told behind its name; empty where nobody knows."""
    is_text: bool
    """Whether it is sure to give a `str`."""
    is_other: bool
    """Whether it is sure to give something else: a coroutine, a list, a UUID."""
    read_by: str
    """A method beside it that takes such ids apart, if there is one."""
    head: str | None
    """The text that its ids begin with; None where that is not known."""
    is_pure: bool
    """Whether it is sure to do nothing but make the id: it may keep what it has made."""


class OtherMakers:
    """Finds them in one file. Made once per file: `ids.once(OtherMakers)`."""

    def __init__(self, ids: IdModel) -> None:
        self._ids = ids
        self._settings = ids.settings
        self._names = ids.semantics.names
        self._known: dict[ast.Call, OtherMade | None] = {}

    def of(self, call: ast.AST | None) -> OtherMade | None:
        """What is to say of a call; None where it makes no id, or makes it by the generator."""
        if not isinstance(call, ast.Call):
            return None
        if call not in self._known:
            self._known[call] = self._find(call)
        return self._known[call]

    def in_(self, part: ast.AST) -> Iterator[OtherMade]:
        """Those in a statement and below it."""
        if self.may_be_there:
            yield from filter(None, map(self.of, self._ids.semantics.syntax.below(part)))

    def words(self) -> Collection[str]:
        """The names of what the file calls that may be of another maker."""
        calls = self._ids.semantics.syntax.of(ast.Call) if self.may_be_there else ()
        imported = None if self._settings.other_makers else imported_names(self._ids)
        return {
            _name(call.func)
            for call in calls
            if _may_make(_name(call.func))
            if imported is None or root_name(call.func) in imported
        }

    @cached_property
    def may_be_there(self) -> bool:
        """Whether the file may call any; a look that costs little."""
        text = self._ids.semantics.text.text
        return any(word in text for word in self._settings.other_maker_words)

    def _find(self, call: ast.Call) -> OtherMade | None:
        if not self.may_be_there or self._ids.banned(call.func) is not None:
            return None
        named = self._named(call.func)
        if named is None and not self._may_lead_elsewhere(call.func):
            return None
        callees = self._ids.callees(call.func)
        if named is not None:
            return self._made(call, _shown(named), callees)
        for callee in callees:
            maker = self._maker_of(callee)
            if maker is not None:
                return self._made(call, maker, [callee])
        return None

    def _made(self, call: ast.Call, maker: str, callees: Sequence[Callee]) -> OtherMade:
        place = next((callee.place for callee in callees), "")
        read_by = next((one for callee in callees for one in _readers(callee)), "")
        is_pure = bool(callees) and all(_is_pure(callee, _DEEPEST) for callee in callees)
        heads = {origin.head for origin in self._ids.once(followed).origins(call)}
        if not heads and callees and all(map(_gives_bare_uuid, callees)):
            heads = {""}
        head = heads.pop() if len(heads) == 1 else None
        is_other = any(map(_gives_another_type, callees))
        return OtherMade(call, maker, place, _give_text(callees), is_other, read_by, head, is_pure)

    def _named(self, func: ast.expr) -> str | None:
        """The dotted name of what the settings name, or of what a class of these has."""
        dotted = self._names.other(func)
        if dotted is None:
            return None
        is_itself = dotted in self._settings.other_makers
        last = dotted.rpartition(".")[2]
        is_class = last[:1].isupper()
        return dotted if (is_itself and not is_class) or MAKING.match(last) else None

    def _may_lead_elsewhere(self, func: ast.expr) -> bool:
        """Whether a call may run a function of another file that makes an id, by its name.

        Of exempt files alone, that is what is imported from there: most have the generator only.
        """
        if not _may_make(_name(func)) or self._names.method_of(func) is not None:
            return False
        if not self._settings.other_makers and root_name(func) not in imported_names(self._ids):
            return False
        words = self._settings.other_maker_words
        dotted = self._names.dotted(func)
        return bool(self._settings.other_makers) or any(
            not words.isdisjoint(name.split(".")) for name in dotted
        )

    def _maker_of(self, callee: Callee) -> str | None:
        """What a function that a call runs is called, if it is one of another maker."""
        path, owner = callee.path, callee.owner
        if isinstance(callee.node, ast.ClassDef) or not path or path == callee.called_in:
            return None
        name = f"{owner}.{callee.node.name}" if owner else callee.node.name
        module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for dotted in (name, owner):
            full = f"{module}.{dotted}" if dotted else module
            accepted = (*self._settings.accepted_makers, *self._settings.substitutes)
            if _is_named(full, accepted):
                return None
        if _is_named(f"{module}.{name}", self._settings.other_makers):
            return name
        if owner and _is_named(f"{module}.{owner}", self._settings.other_makers):
            return name if MAKING.match(callee.node.name) else None
        known = (path in self._ids.api.own_files, module in self._settings.generator_modules)
        is_of_generator = any(known)
        may_by_hand = self._settings.is_exempt(os.path.join(callee.root, path))
        return name if may_by_hand and not is_of_generator and makes_by_hand(callee) else None


def makes_past(ids: IdModel, node: ast.AST | None) -> bool:
    """Whether a call makes what the generator should: it is banned, or one of another maker."""
    if not isinstance(node, ast.Call):
        return False
    is_banned = ids.once(BannedCalls).of(node) is not None
    return is_banned or ids.once(OtherMakers).of(node) is not None


def _name(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


def _may_make(name: str) -> bool:
    return MAKING.match(name) is not None or _ENDS_BY_NAME.search(name) is not None


def makes_by_hand(callee: Callee) -> bool:
    """Whether a function gives an id that a banned function or its own code makes."""
    if isinstance(callee.node, ast.ClassDef) or not callee.is_plain:
        return False
    ids, node = callee.ids, callee.node
    if not names_an_id(snake_case(node.name)) and not MAKING.match(node.name):
        return False
    backward = ids.semantics.once(Backward)
    sources = Sources([node], ids.semantics, ids.counters)
    returned = (n.value for n in own_nodes(node.body) if isinstance(n, ast.Return) and n.value)
    for value in (part for one in returned for part in choices(one)):
        for held in filter(None, backward.values(value)):
            if any(_calls_banned(ids, part) for part in walk(held)):
                return True
            if any(True for _ in sources.sources(held)):
                return True
    return False


def _calls_banned(ids: IdModel, node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ids.banned(node.func) is not None


def _give_text(callees: Iterable[Callee]) -> bool:
    """Whether all of some functions say that they give a `str`."""
    found = [
        isinstance(callee.node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and isinstance(callee.node.returns, ast.Name)
        and callee.node.returns.id == "str"
        for callee in callees
    ]
    return bool(found) and all(found)


def _gives_another_type(callee: Callee) -> bool:
    """Whether calls of a function are sure to give no `str`, by what it says or returns."""
    node = callee.node
    if not isinstance(node, ast.FunctionDef):
        return True  # a class, or a coroutine function
    body = list(own_nodes(node.body))
    if any(isinstance(part, (ast.Yield, ast.YieldFrom)) for part in body):
        return True
    if node.returns is not None and not _TEXT_TYPE.fullmatch(
        ast.unparse(node.returns).strip("'\"")
    ):
        return True
    return any(isinstance(part, ast.Return) and isinstance(part.value, _GROUPS) for part in body)


def _gives_bare_uuid(callee: Callee) -> bool:
    """Whether a function gives the text of a uuid, or of a function that does, and no more."""
    if isinstance(callee.node, ast.ClassDef):
        return False
    returned = [n.value for n in own_nodes(callee.node.body) if isinstance(n, ast.Return)]
    parts = [part for value in returned if value is not None for part in walk(value)]
    has_text = None in returned or any(map(_is_text, parts))
    return not has_text and any(_calls_banned(callee.ids, part) for part in parts)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(node.value)


def _is_pure(callee: Callee, depth: int) -> bool:
    """Whether a function changes nothing that outlives it, as far as can be seen."""
    if depth == 0 or isinstance(callee.node, ast.ClassDef) or not callee.is_plain:
        return False
    return all(_is_harmless(node, callee, depth) for node in own_nodes(callee.node.body))


def _is_harmless(node: ast.AST, callee: Callee, depth: int) -> bool:
    match node:
        case ast.Attribute(ctx=ctx) | ast.Subscript(ctx=ctx):
            return isinstance(ctx, ast.Load)
        case ast.Call(func=func):
            return _is_harmless_call(func, callee, depth)
    return not isinstance(node, _CHANGING)


def _is_harmless_call(func: ast.expr, callee: Callee, depth: int) -> bool:
    names = callee.ids.semantics.names
    dotted = names.dotted(func)
    if callee.ids.banned(func) is not None or (dotted and dotted <= SOURCES):
        return True
    if isinstance(func, ast.Name) and names.is_builtin(func):
        return func.id in _CONVERTING
    if isinstance(func, ast.Attribute) and func.attr in _METHODS_OF_TEXT and not dotted:
        return True
    inside = callee.callees(func)
    return bool(inside) and all(_is_pure(one, depth - 1) for one in inside)


def _readers(callee: Callee) -> Iterator[str]:
    """The methods beside a method that take ids apart."""
    owner = callee.ids.semantics.syntax.parent(callee.node)
    for node in owner.body if isinstance(owner, ast.ClassDef) else ():
        if isinstance(node, FUNCTIONS) and READING.match(node.name):
            yield node.name


def _shown(dotted: str) -> str:
    """A dotted name from the class on: `IdManager.new_id`; of a function, its name."""
    owner, _, name = dotted.rpartition(".")
    last = owner.rpartition(".")[2]
    return f"{last}.{name}" if last[:1].isupper() else name


def _is_named(dotted: str, names: Iterable[str]) -> bool:
    """Whether a place in the project is one of some dotted names, which may begin at a folder."""
    return any(dotted == name or dotted.endswith(f".{name}") for name in names)


def _modules(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.rpartition(".")[0] for name in names)
