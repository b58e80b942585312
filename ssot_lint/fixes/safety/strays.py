"""What in a file minds the form of some id, where no way was found that leads there.

A value goes through more than is followed: files, queues, tables of functions. So where the file
parses, measures, cuts or matches something that nothing tells from an id, a fix is not sure to
leave it right.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ssot_lint.analysis.dataflow.declared_types import declares_field
from ssot_lint.analysis.dataflow.library import WORD_CUTS
from ssot_lint.analysis.dataflow.sinks.effects import converts
from ssot_lint.analysis.syntax.embedded import columns_measured
from ssot_lint.analysis.syntax.parsing import last_name, last_name_of, walk
from ssot_lint.fixes.refusal import Refusal
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.kinds import kind_from, names_an_id, snake_case
from ssot_lint.ids.shown import is_logged
from ssot_lint.ids.strings.subjects import ANYTHING, Subject, Subjects, called, subject_of

# The length of the text of a UUID.
_LENGTH = 36
# The lengths of what may be an id, or a piece of one.
_LENGTHS = range(8, 65)
# What stands in uuids or in ids of the generator, but not in both.
_SIGNS = frozenset("_-")
# Names of texts that ids may be written into.
_TEXTS = frozenset({"line", "string", "text", "txt"})
# Names of what may be cut at a place that is not written out; of several, some may be taken so.
_MAYBE_TEXTS = frozenset({"value", "val", "v", "key", "k", "text", "line", "string", "raw"})
# What makes several of something: their number is asked.
_SEVERAL = frozenset({"set", "list", "tuple", "dict", "sorted", "frozenset"})
_ASKING = frozenset({"isalnum", "isalpha", "isdigit", "isnumeric", "isdecimal", "__len__"})
_SEARCHING = frozenset({"count", "find", "rfind", "index", "rindex"})
_BY_ORDER = frozenset({"bisect", "bisect_left", "bisect_right", "insort"})
_SEPARATING = frozenset({"delimiter", "sep", "separator", "punctuation_chars"})
_PACKING = frozenset({"Struct", "pack", "pack_into", "unpack", "unpack_from", "iter_unpack"})
_FIXED_LETTERS = re.compile(r"\d{2}s")
# The form of a field that cuts a text: `:.8`, `:<8.8`, `:.8s`.
_PRECISION = re.compile(r"[^.]*\.\d+s?\Z")
_OTHER_NAME = re.compile(r"\bUUID as (\w+)|\b(\w+) *= *(?:\w+\.)?UUID\b(?!\()")
# What patterns of UUIDs have in them.
_HEX = r"(0-9a-f|a-f0-9|\\da-f|a-f\\d)(A-F)?"
_PATTERN = re.compile(
    rf"(?i)\[{_HEX}\\?-\]|\[-{_HEX}\]|(?<!#)\[{_HEX}\](?!\{{[36]\}})|\{{8\}}-|\{{36\}}|\?{{8}}-|_{{8}}-"
    r"|\buuid:UUID\b"
)
# Fields of formats that have a width: `{job_id:.8}`, `%(ref)-8s`.
_FIXING_FORMAT = re.compile(
    r"\{([A-Za-z]\w*)(?:![rsa])?:[<>^]?(?:\d+|\d*\.\d+)s?\}|%\((\w+)\)-?(?:\d+|\d*\.\d+)s"
)
# What must stand on a row for one of these: words, which are quick to find, and patterns.
_WORDS = (
    "UUID", "fromhex", "unhexlify", "36", "16)", "a-f", "A-F", "a-F", "\\da", "\\dA", "?????-",
    "_____-", "len(", "__len__(", "bisect", "insort", "delimiter=", "sep=", "separator=", "chars=",
    ".isal", ".isdig", ".isnum", ".isdec", "split(", "partition(", "find(", "index(", "count(",
    "startswith(", "substr", "SUBSTR", "length(", "LENGTH(", "left(", "LEFT(", "right(", "RIGHT(",
    "'_' in", "'-' in", '"_" in', '"-" in', "'_' not in", "'-' not in", '"_" not in', '"-" not in',
)  # fmt: skip
_TRIGGER = re.compile(r"\[[^\[\]\n:]{0,60}:|\ds?\}|\)-?[.\d]+s|\d\ds")
# Calls that ask of which type something is, or declare it.
_ABOUT_TYPES = frozenset({
    "isinstance", "issubclass", "cast", "Mapped", "Annotated", "TypeVar", "NewType", "instance_of",
})  # fmt: skip


@dataclass(frozen=True)
class _Stray:
    says: str
    at: ast.AST
    about: Subject = ANYTHING
    sought: str | None = None
    """What is looked for at the beginning; empty for any text that the file has."""


class Strays:
    """Those of one file. Made once per file: `ids.once(Strays)`."""

    def __init__(self, ids: IdModel) -> None:
        self._ids = ids
        self._semantics = ids.semantics
        self._subjects = Subjects(ids.semantics)
        self._parent = ids.semantics.syntax.parent
        self._banned = frozenset(name.rpartition(".")[2] for name in ids.settings.banned)

    def doubt(self, name: str | None) -> Refusal | None:
        """What may be about an id of a name, in snake case."""
        for stray in self._found:
            if stray.about.may_be(name) and self._may_begin(name, stray.sought):
                return Refusal(stray.says, stray.at)
        return None

    def _may_begin(self, name: str | None, sought: str | None) -> bool:
        """Whether an id of a name will begin with what is looked for, so far as anything is."""
        kind = kind_from(name) if name is not None else ""
        if sought is None or not kind:
            return sought is None
        if sought:
            return f"{kind}_".startswith(sought)
        beginnings = {kind, kind.partition("_")[0]}
        looked_for = "|".join(map(re.escape, sorted(beginnings)))
        alone = re.compile(rf"[\"'](?:{looked_for})[_:-]?[\"']")
        return alone.search(self._semantics.text.text) is not None

    @cached_property
    def _found(self) -> Sequence[_Stray]:
        text = self._semantics.text
        found_at = [match.start() for match in _TRIGGER.finditer(text.text)]
        for word in (*_WORDS, *(f"{name}(" for name in sorted(self._parsers))):
            found_at += _places(word, text.text)
        rows = set(map(text.row_at, found_at))
        pieces = self._semantics.mentions.on_rows(rows)
        found = [stray for piece in pieces for node in walk(piece) for stray in self._in(node)]
        return sorted(found, key=lambda stray: getattr(stray.at, "lineno", 0))

    def _in(self, node: ast.AST) -> Iterator[_Stray]:
        match node:
            case ast.Call():
                yield from self._parsing(node)
                yield from self._searching(node)
                yield from self._packing(node)
                yield from self._separating(node)
            case ast.Name(id="UUID") | ast.Attribute(attr="UUID") if self._is_handed_on(node):
                yield _Stray("`UUID` is handed on, maybe for this id", node)
            case ast.Constant(value=str(text)) if not self._is_docstring(node):
                yield from self._in_text(node, text)
            case ast.Constant(value=value) if type(value) is int and value == _LENGTH:
                yield from self._in_length(node)
            case ast.Subscript(value=value, slice=ast.Slice() as part, ctx=ast.Load()):
                about = self._subjects.of(value)
                # Of several some are taken.
                is_cut = _is_cut(part) or (_is_cut_anywhere(part) and about.name in _MAYBE_TEXTS)
                if is_cut and not _is_plural(about.name) and self._is_kept(value, node):
                    yield _Stray("what is cut here may be this id", node, about)
            case ast.FormattedValue(value=value, format_spec=ast.JoinedStr(values=[form])):
                if isinstance(form, ast.Constant) and _PRECISION.match(str(form.value)):
                    yield _Stray("what is cut here may be this id", node, self._subjects.of(value))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                yield from self._comparing(node, left, op, right)

    # By calls

    def _parsing(self, call: ast.Call) -> Iterator[_Stray]:
        name = last_name_of(call.func)
        hexadecimal = (word.value for word in call.keywords if word.arg == "hex")
        arg = next(iter(call.args), None) or (next(hexadecimal, None) if name == "UUID" else None)
        if arg is None or not self._parses(call, name, arg):
            return
        if not self._subjects.is_written_out(arg, (ast.Constant,)):
            # Of texts more than ids are numbers with the base 16.
            about = self._subjects.of(arg) if name == "int" else Subject(subject_of(arg).kinds)
            yield _Stray(f"`{name}()` takes apart what may be this id", call, about)

    def _parses(self, call: ast.Call, name: str, arg: ast.expr) -> bool:
        """Whether a call makes something else of a text that must have a UUID's form."""
        if isinstance(arg, ast.Constant) or (
            isinstance(arg, ast.Call) and last_name_of(arg.func) in self._banned
        ):
            return False
        if name == "int":
            base = [*call.args[1:], *(word.value for word in call.keywords if word.arg == "base")]
            return len(base) == 1 and isinstance(base[0], ast.Constant) and base[0].value == 16
        return converts(name) or name in self._parsers

    @cached_property
    def _parsers(self) -> frozenset[str]:
        """Other names of the file for `uuid.UUID`."""
        found = _OTHER_NAME.finditer(self._semantics.text.text)
        return frozenset(match[1] or match[2] for match in found)

    def _searching(self, call: ast.Call) -> Iterator[_Stray]:
        """Methods that look for a sign in a text, or ask what it consists of."""
        match call:
            case ast.Call(func=func, args=[_, sought]) if last_name_of(func) in _BY_ORDER:
                first = sought.elts[0] if isinstance(sought, ast.Tuple) and sought.elts else sought
                yield _Stray("what is found by its order may be this id", call, subject_of(first))
            case ast.Call(
                func=ast.Attribute(value=value, attr="startswith"), args=[sought, *_]
            ) if self._is_kept(value, call):
                says = "`startswith()` is asked of what may be this id"
                text = sought.value if isinstance(sought, ast.Constant) else ""
                yield _Stray(says, call, self._subjects.of(value), str(text))
            case ast.Call(func=ast.Attribute(value=value, attr=method), args=args):
                is_search = bool(args) and (
                    (method in WORD_CUTS and _may_be_sign(args[0]))
                    or (method in _SEARCHING and getattr(args[0], "value", None) in _SIGNS)
                )
                is_asked = method in _ASKING and not args
                if (is_search or is_asked) and self._is_kept(value, call):
                    says = f"`{method}()` is asked of what may be this id"
                    about = self._subjects.of(value)
                    if is_search and (method not in WORD_CUTS or about.name in _TEXTS):
                        about = Subject(about.kinds)  # what has signs to count may have an id
                    yield _Stray(says, call, about)

    def _separating(self, call: ast.Call) -> Iterator[_Stray]:
        """What takes a sign of ids for what stands between values."""
        for word in call.keywords:
            if word.arg in _SEPARATING and _is_sign(word.value):
                yield _Stray("what ids have in them separates values here", call)

    def _packing(self, call: ast.Call) -> Iterator[_Stray]:
        """Records that have so many letters for a text."""
        match call:
            case ast.Call(func=func, args=[ast.Constant(value=str() | bytes() as form), *_]):
                if last_name_of(func) in _PACKING and _FIXED_LETTERS.search(str(form)):
                    yield _Stray("this record has a fixed width, maybe for this id", call)

    def _is_handed_on(self, node: ast.AST) -> bool:
        """Whether the type is handed to a function, or kept, as one that makes UUIDs."""
        parent = self._parent(node)
        call = self._parent(parent) if isinstance(parent, ast.keyword) else parent
        match call:
            case ast.Call(func=func) if func is not node:
                name = last_name_of(func)
                is_keyword = isinstance(parent, ast.keyword) and parent.arg in ("key", "type")
                return is_keyword or not (name in _ABOUT_TYPES or declares_field(name))
            case ast.Dict(values=values):
                return node in values
        return False

    # By what stands there

    def _in_text(self, node: ast.Constant, text: str) -> Iterator[_Stray]:
        if text == "uuid.UUID" and self._is_handed_on(node):
            yield _Stray("`uuid.UUID` is handed on by its name, maybe for this id", node)
        if _PATTERN.search(text):
            yield _Stray("this pattern may be for this id", node, self._about_pattern(node))
        for column in columns_measured(text):
            says = f"this query measures or cuts `{column}`, which may be this id"
            yield _Stray(says, node, called(column))
        for match in _FIXING_FORMAT.finditer(text):
            says = f"`{match[0]}` gives a width to what may be this id"
            yield _Stray(says, node, called(match[1] or match[2]))

    def _in_length(self, node: ast.Constant) -> Iterator[_Stray]:
        """The length of a UUID where something is measured, or told what length to take."""
        says = f"{_LENGTH} is the length of a UUID, maybe of this one"
        inner: ast.AST = node
        parent = self._parent(node)
        while isinstance(parent, ast.BinOp):
            inner, parent = parent, self._parent(parent)
        match parent:
            case ast.Compare(left=left, comparators=[right]):
                other = right if left is inner else left
                if _MEASURE.search(ast.unparse(other)):
                    yield _Stray(says, parent, Subject(subject_of(other).kinds))
            case ast.keyword(arg=name):
                call = self._parent(parent)
                if isinstance(call, ast.Call) and _takes_length(call.func, name or ""):
                    yield _Stray(says, call)
            case ast.Call(func=func):
                if _takes_length(func, ""):
                    yield _Stray(says, parent)
            case ast.Dict(keys=keys, values=values) if node in values:
                key = keys[values.index(node)]
                if isinstance(key, ast.Constant) and _MEASURE.search(str(key.value)):
                    yield _Stray(says, node)
            case ast.Tuple(elts=elts):
                if any(isinstance(one, (ast.Lambda, ast.Name, ast.Attribute)) for one in elts):
                    yield _Stray(says, node)
            case ast.Assign(targets=[target]):
                if _MEASURE.search(last_name(target)):
                    yield _Stray(says, node)
            case ast.Slice() | ast.Subscript():
                yield _Stray(says, node)

    def _comparing(
        self, node: ast.Compare, left: ast.expr, op: ast.cmpop, right: ast.expr
    ) -> Iterator[_Stray]:
        if isinstance(op, (ast.In, ast.NotIn)):
            is_sign = isinstance(left, ast.Constant) and left.value in _SIGNS
            if is_sign and self._is_kept(right, node):
                about = Subject(self._subjects.of(right).kinds)
                yield _Stray("what is searched here may be this id", node, about)
        elif isinstance(op, (ast.Eq, ast.NotEq)):
            for side, other in ((left, right), (right, left)):
                match side:
                    case ast.Call(func=ast.Name(id="len"), args=[measured]) if _is_length(other):
                        about = self._subjects.of(measured)
                        is_number = _is_plural(about.name) or about.name in _SEVERAL
                        if not (is_number or self._subjects.is_written_out(measured)):
                            says = "what is measured here may be this id"
                            yield _Stray(says, node, about)

    def _is_kept(self, value: ast.expr, use: ast.expr) -> bool:
        """Whether a text is neither a new uuid, nor that of others, nor used for a log alone."""
        made = (last_name_of(part.func) for part in walk(value) if isinstance(part, ast.Call))
        if not self._banned.isdisjoint(made) or self._subjects.is_written_out(value):
            return False
        return not is_logged(use, self._ids)

    def _is_docstring(self, node: ast.AST) -> bool:
        return isinstance(self._parent(node), ast.Expr)

    def _about_pattern(self, node: ast.AST) -> Subject:
        """The ids that a pattern is matched with, or named after: `RUN_ID_PATTERN`."""
        around: ast.AST | None = self._parent(node)
        if isinstance(around, ast.Call):
            found = [subject_of(arg).kinds for arg in around.args if arg is not node]
            if any(found):
                return Subject(frozenset().union(*found))
        while around is not None and not isinstance(around, (ast.stmt, ast.arg)):
            around = self._parent(around)
        match around:
            case ast.Assign(targets=targets):
                names = [snake_case(last_name(target)) for target in targets]
            case ast.AnnAssign(target=target):
                names = [snake_case(last_name(target))]
            case ast.arg(arg=name):
                names = [snake_case(name)]
            case _:
                names = []
        named = (re.sub(r"_(re|regex|pattern|format)$", "", name) for name in names)
        return Subject(frozenset(kind_from(name) for name in named if names_an_id(name)) - {""})


_MEASURE = re.compile(r"(?i)len|size|width|record|read")
_TYPE_OR_TIME = re.compile(
    r"(?i)string\w*$|unicode$|text$|(?:var|n)*char\w*$|column|mapped_column|field$|time|delta|sleep"
    r"|range$"
)


def _takes_length(func: ast.expr, keyword: str) -> bool:
    """Whether a call makes a check of a length, or is handed one by a keyword that says so."""
    name = last_name_of(func)
    if _TYPE_OR_TIME.match(name):
        return False
    return name[:1].isupper() or any(map(_MEASURE.search, (name, keyword)))


def _places(word: str, text: str) -> Iterator[int]:
    """Where a word stands in a text, in code points from 0."""
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def _is_cut(part: ast.Slice) -> bool:
    """Whether a slice takes a few letters of a text, or leaves a few; not the first or last one."""
    bounds = [_whole(bound) for bound in (part.lower, part.upper) if bound is not None]
    known = [bound for bound in bounds if bound is not None]
    if part.upper is None or part.lower is None:
        is_trimmed = known in ([1], [-1]) and not (part.lower is None and known == [1])
        if is_trimmed:
            return False
    return bool(known) and all(abs(bound) <= max(_LENGTHS) for bound in known) and any(known)


def _is_cut_anywhere(part: ast.Slice) -> bool:
    """Whether a slice ends where a name or a sum says."""
    bounds = (part.lower, part.upper)
    return any(isinstance(bound, (ast.Name, ast.Attribute, ast.BinOp)) for bound in bounds)


def _is_plural(name: str) -> bool:
    return name.endswith("s") and len(name) > 2


def _whole(bound: ast.expr) -> int | None:
    match bound:
        case ast.Constant(value=int(value)):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
            return -value
    return None


def _may_be_sign(arg: ast.expr) -> bool:
    """Whether what is looked for is a sign of ids, or not known."""
    return _is_sign(arg) or isinstance(arg, (ast.Name, ast.Attribute))


def _is_sign(arg: ast.expr) -> bool:
    return (
        isinstance(arg, ast.Constant)
        and isinstance(arg.value, str)
        and not _SIGNS.isdisjoint(arg.value)
    )


def _is_length(other: ast.expr) -> bool:
    """Whether something may be the length of an id."""
    if isinstance(other, ast.Constant):
        # The length of a whole UUID is a case of its own.
        is_number = type(other.value) is int and other.value != _LENGTH
        return is_number and other.value in _LENGTHS
    return isinstance(other, (ast.Name, ast.Attribute))
