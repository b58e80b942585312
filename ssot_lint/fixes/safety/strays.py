"""What in a file minds the form of some id, where no way was found that leads there.

A value goes through more than is followed: files, queues, tables of functions. So where the file
parses, measures or matches UUIDs of unknown origin, a fix is not sure to leave it right.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ssot_lint.analysis.dataflow.declared_types import declares_field
from ssot_lint.analysis.dataflow.sinks import converts
from ssot_lint.analysis.syntax.parsing import last_name, last_name_of, walk
from ssot_lint.fixes.refusal import Refusal
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.kinds import kind_from, names_an_id, snake_case
from ssot_lint.ids.shown import is_logged

# The length of the text of a UUID.
_LENGTH = 36
# What is cut to as many letters is likely to be a text that is shortened, not a few of a list.
_LEAST, _MOST = 6, 13
_OTHER_NAME = re.compile(r"\bUUID as (\w+)|\b(\w+) *= *(?:\w+\.)?UUID\b(?!\()")
_MEASURE = re.compile(r"(?i)len|size")
# What patterns of UUIDs have in them.
_HEX = r"(0-9a-f|a-f0-9|\\da-f|a-f\\d)(A-F)?"
_PATTERN = re.compile(
    rf"(?i)\[{_HEX}\\?-\]|\[-{_HEX}\]|\[{_HEX}\]\{{32\}}|\{{8\}}-|\{{36\}}|\?{{8}}-"
)
# What must stand on a row for one of these.
_TRIGGER = re.compile(
    r"UUID|fromhex|unhexlify|\b36\b|[aA]-[fF]|\\d[aA]|\?{8}-|\b16\)|\[\s*0?\s*:\s*(?:[6-9]|1[0-3])\s*\]"
)
# Calls that ask of which type something is, or declare it.
_ABOUT_TYPES = frozenset({
    "isinstance", "issubclass", "cast", "Mapped", "Annotated", "TypeVar", "NewType", "instance_of",
})  # fmt: skip


@dataclass(frozen=True)
class _Stray:
    says: str
    at: ast.AST
    about: frozenset[str]
    """The names of ids that stand in what is looked at; none where nothing tells whose it is."""


class Strays:
    """Those of one file. Made once per file: `ids.once(Strays)`."""

    def __init__(self, ids: IdModel) -> None:
        self._ids = ids
        self._semantics = ids.semantics
        self._parent = ids.semantics.syntax.parent
        self._banned = frozenset(name.rpartition(".")[2] for name in ids.settings.banned)

    def doubt(self, name: str | None) -> Refusal | None:
        """What may be about an id of a name, in snake case."""
        for stray in self._found:
            if not stray.about or name is None or any(_is_same(one, name) for one in stray.about):
                return Refusal(stray.says, stray.at)
        return None

    @cached_property
    def _found(self) -> Sequence[_Stray]:
        text = self._semantics.text
        found_at = [*_TRIGGER.finditer(text.text)]
        for name in sorted(self._parsers):
            found_at += re.finditer(rf"\b{re.escape(name)}\(", text.text)
        rows = {text.row_at(match.start()) for match in found_at}
        pieces = self._semantics.mentions.on_rows(rows)
        found = [stray for piece in pieces for stray in self._in(piece)]
        return sorted(found, key=lambda stray: getattr(stray.at, "lineno", 0))

    def _in(self, piece: ast.AST) -> Iterator[_Stray]:
        for node in walk(piece):
            match node:
                case ast.Call(func=func, args=[arg, *_]) if self._parses(node, last_name_of(func)):
                    says = f"`{last_name_of(func)}()` takes apart what may be this id"
                    yield _Stray(says, node, _ids_in(arg))
                case ast.Call(func=func, keywords=[ast.keyword(arg="hex", value=arg)]) if (
                    last_name_of(func) == "UUID"
                ):
                    yield _Stray("`UUID()` takes apart what may be this id", node, _ids_in(arg))
                case ast.Name(id="UUID") | ast.Attribute(attr="UUID") if self._is_handed_on(node):
                    yield _Stray("`UUID` is handed on, maybe for this id", node, frozenset())
                case ast.Constant(value=str(text)) if _PATTERN.search(text) and not (
                    self._is_docstring(node)
                ):
                    says = "this pattern may be for this id"
                    yield _Stray(says, node, self._about_pattern(node))
                case ast.Subscript(value=value, slice=ast.Slice() as part, ctx=ast.Load()) if (
                    _keeps_front(part) and (about := _ids_in(value)) and self._is_kept(value, node)
                ):
                    yield _Stray("what is cut here may be this id", node, about)
                case ast.Compare(left=left, comparators=[right]):
                    for side, other in ((left, right), (right, left)):
                        is_length = isinstance(side, ast.Constant) and side.value == _LENGTH
                        if is_length and _MEASURE.search(ast.unparse(other)):
                            says = f"{_LENGTH} is the length of a UUID, maybe of this one"
                            yield _Stray(says, node, _ids_in(other))

    def _parses(self, call: ast.Call, name: str) -> bool:
        """Whether a call makes something else of a text that must have a UUID's form."""
        arg = call.args[0]
        if isinstance(arg, ast.Constant) or (
            isinstance(arg, ast.Call) and last_name_of(arg.func) in self._banned
        ):
            return False
        if name == "int":
            base = call.args[1:]
            return len(base) == 1 and isinstance(base[0], ast.Constant) and base[0].value == 16
        return converts(name) or name in self._parsers

    @cached_property
    def _parsers(self) -> frozenset[str]:
        """Other names of the file for `uuid.UUID`."""
        found = _OTHER_NAME.finditer(self._semantics.text.text)
        return frozenset(match[1] or match[2] for match in found)

    def _is_handed_on(self, node: ast.AST) -> bool:
        """Whether the type is handed to a function, or kept, as one that makes UUIDs."""
        parent = self._parent(node)
        call = self._parent(parent) if isinstance(parent, ast.keyword) else parent
        match call:
            case ast.Call(func=func) if func is not node:
                called = last_name_of(func)
                is_keyword = isinstance(parent, ast.keyword) and parent.arg in ("key", "type")
                return is_keyword or not (called in _ABOUT_TYPES or declares_field(called))
            case ast.Dict(values=values):
                return node in values
        return False

    def _is_kept(self, value: ast.expr, cut: ast.expr) -> bool:
        """Whether a text that is cut is neither a new uuid, nor cut for a log alone."""
        if not isinstance(value, (ast.Name, ast.Attribute, ast.Subscript)):
            return False
        made = (last_name_of(part.func) for part in walk(value) if isinstance(part, ast.Call))
        return self._banned.isdisjoint(made) and not is_logged(cut, self._ids)

    def _is_docstring(self, node: ast.AST) -> bool:
        return isinstance(self._parent(node), ast.Expr)

    def _about_pattern(self, node: ast.AST) -> frozenset[str]:
        """The ids that a pattern is matched with, or named after: `RUN_ID_PATTERN`."""
        around: ast.AST | None = self._parent(node)
        if isinstance(around, ast.Call):
            found = [_ids_in(arg) for arg in around.args if arg is not node]
            if any(found):
                return frozenset().union(*found)
        while around is not None and not isinstance(around, ast.stmt):
            around = self._parent(around)
        targets = around.targets if isinstance(around, ast.Assign) else []
        names = [snake_case(last_name(target)) for target in targets]
        named = (re.sub(r"_(re|regex|pattern|format)$", "", name) for name in names)
        return frozenset(name for name in named if names_an_id(name))


def _keeps_front(part: ast.Slice) -> bool:
    """Whether a slice keeps so little of the front that nothing unique is left of an id."""
    match part:
        case ast.Slice(lower=None | ast.Constant(value=0), upper=ast.Constant(value=int(count))):
            return _LEAST <= count <= _MOST
    return False


def _ids_in(node: ast.AST) -> frozenset[str]:
    """The names of ids that an expression reads."""
    names: list[str] = []
    for part in walk(node):
        match part:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Constant(value=str(name)):
                names.append(snake_case(name))
    return frozenset(name for name in names if names_an_id(name))


def _is_same(one: str, name: str) -> bool:
    """Whether two names may be of the same id: `session_id` and `new_session_id`."""
    return kind_from(one) == kind_from(name)
