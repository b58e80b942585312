"""What is done to a value that only the form it has today allows: it is cut, parsed, matched."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto

from ssot_lint.analysis.dataflow.access_paths import WHOLE, Labels
from ssot_lint.analysis.dataflow.declared_types import is_uuid_type
from ssot_lint.analysis.dataflow.library import MINDING_FORM, REPLACING, WORD_CUTS
from ssot_lint.analysis.dataflow.references import References
from ssot_lint.analysis.syntax.embedded import Hole, holes
from ssot_lint.analysis.syntax.parsing import children, last_name_of


class Way(Enum):
    """How code does something to a value."""

    METHOD = auto()  # it calls a method of it
    ATTRIBUTE = auto()  # it reads an attribute of it
    FUNCTION = auto()  # it hands it to a function or a method of something else
    BUILTIN = auto()  # it hands it to a function without an owner: methods may be called so, too


@dataclass(frozen=True)
class Effect:
    """Something that depends on the form of a value, and the node that does it."""

    what: str
    at: ast.AST | None = None
    is_doubt: bool = False
    """Whether it only may depend on it."""
    subject: str = ""
    """What it is said of, where `what` is no sentence by itself."""
    demands_form: bool = False
    """Whether a type, a width or a conversion takes nothing but a certain form."""
    only_result: bool = False
    """Whether it cannot fail, so that it matters only to who gets its result."""
    sought: str = ""
    """The text that is looked for in the value: it only matters to values that may have it."""
    width: int | None = None
    """How many characters there may be, where nothing else is asked for."""

    @property
    def says(self) -> str:
        """It as a sentence."""
        return f"{self.subject} {self.what}".strip()


@dataclass(frozen=True)
class Sink:
    """What depends on the form of the value that it is done to.

    `says` goes behind the name of the value; `owner` is what the function is taken from.
    """

    names: frozenset[str]
    way: Way
    says: str
    owner: str = ""
    word: str = ""
    """What its name has in it, in whatever case."""
    converts: bool = False
    """Whether it makes something else of a text, which must have a certain form for that."""
    only_result: bool = False
    is_doubt: bool = False

    def done(self, callee: str = "") -> Effect:
        """What it does to a value that it is done to."""
        return Effect(
            self.says.format(callee=callee),
            demands_form=self.converts and callee in self.names,
            only_result=self.only_result,
            is_doubt=self.is_doubt,
        )

    def takes(self, name: str, owner: str, *, is_plain: bool) -> bool:
        """Whether it is a function of the name and the owner; `is_plain` when it has none."""
        if self.way is not Way.FUNCTION and not (self.way is Way.BUILTIN and is_plain):
            return False
        is_named = name in self.names or (bool(self.word) and self.word in name.lower())
        return self.owner in ("", owner) and (is_named or not (self.names or self.word))


def _sink(
    names: str, way: Way, says: str, owner: str = "", word: str = "", *, converts: bool = False
) -> Sink:
    return Sink(frozenset(names.split()), way, says, owner, word, converts)


_CUT = Effect("is cut", only_result=True)
_TAKEN_APART = Effect("is taken apart")
_WIDE = Effect("is formatted to a width", only_result=True)


_MATCHED = "is matched with a pattern"
_MATCHING = frozenset({"match", "fullmatch"})
_GLOBBING = frozenset({"fnmatch", "fnmatchcase"})
_PATTERNS = frozenset({"re", "regex"})
# Functions that find a pattern in a text, as those do that put something else in its place.
_IN_TEXT = frozenset({"match", "fullmatch", "search", "findall", "finditer"})
# The first one that fits speaks.
SINKS: tuple[Sink, ...] = (
    Sink(REPLACING, Way.METHOD, "is written otherwise", is_doubt=True, only_result=True),
    Sink(MINDING_FORM, Way.METHOD, "is taken apart"),
    _sink(
        "bytes bytes_le int fields time time_low time_mid time_hi_version clock_seq node urn "
        "variant version is_safe hex",
        Way.ATTRIBUTE,
        "is used as a UUID object",
    ),
    _sink(
        "fromhex unhexlify a2b_hex b16decode ObjectId UUID",
        Way.FUNCTION,
        "is handed to `{callee}()`",
        word="uuid",
        converts=True,
    ),
    _sink("decode", Way.FUNCTION, "is handed to `{callee}()`", owner="codecs"),
    _sink("int float bytes bytearray", Way.BUILTIN, "is handed to `{callee}()`"),
    Sink(frozenset({"len"}), Way.BUILTIN, "is measured", only_result=True),
    _sink(
        "list tuple set frozenset sorted reversed enumerate iter zip", Way.BUILTIN, "is taken apart"
    ),
    _sink("islice", Way.FUNCTION, "is taken apart"),
    Sink(MINDING_FORM, Way.FUNCTION, "is taken apart", owner="str"),
    _sink("", Way.FUNCTION, _MATCHED, owner="re"),
    Sink(_MATCHING, Way.FUNCTION, _MATCHED),
    Sink(_GLOBBING, Way.FUNCTION, _MATCHED),
    _sink("search assertRegex", Way.FUNCTION, _MATCHED),
)


def converts(name: str) -> bool:
    """Whether a function of the name makes something else of a text of a certain form."""
    return any(sink.converts and name in sink.names for sink in SINKS)


def expects_form(name: str) -> bool:
    """Whether a function of the name tells texts of a certain form from all others."""
    return converts(name) or name in _MATCHING


# What texts say of the values to fill in: `%(name)-8.8s`, `{name!s:8.8}`.
_FORM = re.compile(
    r"%%|%(?:\((?P<named>\w+)\))?(?P<width>[-#+ \d*]*(?:\.[\d*]+)?)[a-zA-Z]"
    r"|\{(?P<field>\w*)(?:![rsa])?(?::(?P<spec>[^{}]*))?\}"
)


def done_to(node: ast.expr, references: References) -> Effect | None:
    """What the code around an expression does to its value that depends on the form of that."""
    parent = references.parent(node)
    match parent:
        case ast.Subscript(value=value, slice=part) if value is node and not _is_key(part):
            return _CUT
        case ast.Attribute(attr=name):
            return _done_by_method(parent, name, references)
        case ast.Call(args=args) if node in args:
            if _asks_for_any_length(parent, references):
                return None
            return _done_by_call(parent, node, references)
        case ast.Compare():
            return _done_by_comparison(node, parent)
        case ast.For(iter=iterated) | ast.comprehension(iter=iterated) if iterated is node:
            return _TAKEN_APART
        case ast.Starred():
            return _TAKEN_APART
        case ast.Assign(targets=targets) if any(
            isinstance(target, (ast.Tuple, ast.List)) for target in targets
        ):
            # Only a call gives several values at once.
            return None if isinstance(node, (ast.Call, ast.Await)) else _TAKEN_APART
        case ast.keyword():
            call = references.parent(parent)
            if isinstance(call, ast.Call) and converts(last_name_of(call.func)):
                name = last_name_of(call.func)
                return Effect(f"is handed to `{name}()`", demands_form=True)
            return _WIDE if _is_formatted_to_width(node, parent, references) else None
        case _:
            return _WIDE if _is_formatted_to_width(node, parent, references) else None


def _is_formatted_to_width(node: ast.expr, parent: ast.AST | None, references: References) -> bool:
    """Whether a format that an expression is handed to gives its value a width."""
    match parent:
        case ast.FormattedValue(format_spec=ast.JoinedStr(values=values)):
            return any(map(_has_digits, values))
        case ast.BinOp(op=ast.Mod(), left=left, right=right) if right is node:
            return _has_width(left, 0)
        case ast.Tuple(elts=elts):
            around = references.parent(parent)
            return isinstance(around, ast.BinOp) and _has_width(around.left, elts.index(node))
        case ast.Dict(keys=keys, values=values) if node in values:
            match references.parent(parent), keys[values.index(node)]:
                case (
                    (ast.BinOp(left=text) | ast.Call(args=[text, *_])),
                    ast.Constant(value=str(name)),
                ):
                    return _has_width(text, name)
        case ast.keyword(arg=str(name)):
            match references.parent(parent):
                case ast.Call(func=ast.Attribute(value=text)):
                    return _has_width(text, name)
    return False


def done_to_text(node: ast.expr, references: References) -> Effect | None:
    """What is done to a text that an id is a part of: generated ids have underscores in them."""
    parent = references.parent(node)
    match parent, references.parent(parent):
        case (ast.Attribute(attr=method), ast.Call(func=func, args=args)) if (
            func is parent and method in WORD_CUTS
        ):
            return _split_at(args[0] if args else None)
        case (ast.Call(func=func, args=args), _) if node in args:
            return _matched(func)
        case (ast.Subscript(slice=ast.Slice() as part), _) if _keeps_few(part):
            return replace(_CUT, is_doubt=True)
    return None


# What stands in uuids or in ids of the generator, but not in both.
_SIGNS = "_-"
# A text with an id in it that is cut to less keeps no whole id.
_FEW = 64


def _split_at(separator: ast.expr | None) -> Effect | None:
    match separator:
        case ast.Constant(value=str(text)) if not set(_SIGNS).isdisjoint(text):
            # Of a uuid, the text may have been taken without its dashes.
            return Effect(f"is split at `{text}`", is_doubt="_" not in text)
    return None


def _matched(func: ast.expr) -> Effect | None:
    """What functions that look for patterns in a text do."""
    name = last_name_of(func)
    owner = last_name_of(func.value) if isinstance(func, ast.Attribute) else ""
    if name in _IN_TEXT and owner in _PATTERNS:
        return Effect(_MATCHED)
    is_other = name in _MATCHING or name in _GLOBBING
    return Effect(_MATCHED) if is_other and name != "match" else None


def _keeps_few(part: ast.Slice) -> bool:
    """Whether a slice keeps a few letters from one end of a text."""
    match part:
        case ast.Slice(upper=ast.Constant(value=int(count))):
            return count < _FEW
        case ast.Slice(
            lower=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(count))), upper=None
        ):
            return count < _FEW
    return False


def _is_key(part: ast.expr) -> bool:
    """Whether what stands in brackets is a key of a mapping, not a place in a text."""
    is_text = isinstance(part, ast.Constant) and isinstance(part.value, str)
    return is_text or isinstance(part, (ast.JoinedStr, ast.Tuple))


def _has_digits(part: ast.expr) -> bool:
    return isinstance(part, ast.Constant) and re.search(r"\d", str(part.value)) is not None


def _has_width(text: ast.expr, value: int | str) -> bool:
    """Whether a text that is filled in gives a width to the value of an index or a name."""
    if not (isinstance(text, ast.Constant) and isinstance(text.value, str)):
        return False
    at = 0
    for form in _FORM.finditer(text.value):
        if form[0] == "%%":
            continue
        named = form["named"] or form["field"] or at
        at += not (form["named"] or form["field"])
        is_wide = re.search(r"\d", form["width"] or form["spec"] or "") is not None
        if is_wide and str(named) == str(value):
            return True
    return False


def _done_by_method(attribute: ast.Attribute, name: str, references: References) -> Effect | None:
    parent = references.parent(attribute)
    is_called = isinstance(parent, ast.Call) and parent.func is attribute
    return next(
        (
            sink.done()
            for sink in SINKS
            if sink.way is (Way.METHOD if is_called else Way.ATTRIBUTE) and name in sink.names
        ),
        None,
    )


def _asks_for_any_length(call: ast.Call, references: References) -> bool:
    """Whether a length is held against 0, or against more than any id has."""
    compare = references.parent(call)
    if last_name_of(call.func) != "len" or not isinstance(compare, ast.Compare):
        return False
    for side in (compare.left, *compare.comparators):
        if isinstance(side, ast.Constant) and isinstance(side.value, int):
            return side.value == 0 or side.value > _FEW
    return False


def _done_by_call(call: ast.Call, node: ast.expr, references: References) -> Effect | None:
    func, name = call.func, last_name_of(call.func)
    owner = last_name_of(func.value) if isinstance(func, ast.Attribute) else ""
    is_own = name in references.functions
    for sink in SINKS:
        if is_own and sink.way is Way.FUNCTION and not sink.owner:
            continue  # what it does with a text is in sight
        if sink.takes(name, owner, is_plain=isinstance(func, ast.Name)):
            return sink.done(name)
    if name == "isinstance" and any(is_uuid_type(ast.unparse(arg)) for arg in call.args[1:]):
        return Effect("is tested for being a UUID")
    at = call.args.index(node)
    if (
        (name == "format" and isinstance(func, ast.Name) and any(map(_has_digits, call.args[1:])))
        or (isinstance(func, ast.Attribute) and _has_width(func.value, at))
        or (at > 0 and _has_width(call.args[0], at - 1))
    ):
        return _WIDE
    return None


def _done_by_comparison(node: ast.expr, compare: ast.Compare) -> Effect | None:
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
        return Effect("is compared by its order")
    return None


# Queries


def filled_into(
    node: ast.expr, labels: Labels, beside: ast.expr | None, references: References
) -> Iterator[tuple[Hole, ast.expr]]:
    """Where queries have a value filled in that is handed to the same call, each with its text.

    `node` has the value, or holds it behind labels; `beside` is the element of it that has it,
    where that is written there. Where nothing says which of the values it is, all that may be.
    """
    parent = references.parent(node)
    key: str | int | None = labels.chain[-1].at if labels.chain else None
    if isinstance(node, ast.List) and beside in node.elts:
        key = node.elts.index(beside)
    match parent:
        case ast.Dict(keys=keys, values=values) if labels == WHOLE and node in values:
            name = keys[values.index(node)]
            if not (isinstance(name, ast.Constant) and isinstance(name.value, str)):
                return
            key, node = name.value, _outermost(parent, references)
        case ast.keyword(arg=name) if labels == WHOLE:
            key = name
        case ast.Call(args=args) if labels == WHOLE and node in args:
            # The query comes first.
            key = args.index(node) - 1
    call = references.parent(node)
    call = references.parent(call) if isinstance(call, ast.keyword) else call
    if not isinstance(call, ast.Call) or node is call.func:
        return
    for text, at in _texts_beside(node, call, references):
        for hole in holes(text):
            if key == hole.key or ((key is None or type(key) is not type(hole.key)) and hole.cast):
                yield hole, at


def _outermost(display: ast.expr, references: References) -> ast.expr:
    """The list or tuple around a display, if there is one."""
    parent = references.parent(display)
    return parent if isinstance(parent, (ast.List, ast.Tuple)) else display


def _texts_beside(
    node: ast.expr, call: ast.Call, references: References
) -> Iterator[tuple[str, ast.expr]]:
    """The texts of a call beside one of its arguments, or those that variables have there."""
    handed = [*call.args, *(word.value for word in call.keywords)]
    others = [part for part in handed if part is not node]
    found = [text for part in (call.func, *others) for text in _texts_in(part)]
    if not found:
        named = [part for part in others if isinstance(part, ast.Name)]
        found = [t for name in named for value in references.values(name) for t in _texts_in(value)]
    yield from found


def _texts_in(part: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The texts in an expression, those that are put together as one."""
    pending = [part]
    while pending:
        node = pending.pop()
        match node:
            case ast.Constant(value=str(text)):
                yield text, node
            case ast.JoinedStr() | ast.BinOp(op=ast.Add()):
                yield _put_together(node), node
            case _:
                pending += reversed(children(node))


def _put_together(whole: ast.expr) -> str:
    """A text as far as it is known; a letter stands for what else is written into it."""
    pending: list[ast.expr] = [whole]
    found: list[str] = []
    while pending:
        match pending.pop():
            case ast.Constant(value=str(text)):
                found.append(text)
            case ast.JoinedStr(values=values):
                pending += reversed(values)
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                pending += (right, left)
            case _:
                found.append("x")
    return "".join(found)
