"""How a string is put together around a value, and what remains of it as a prefix."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from ssot_lint.analysis.syntax.libcst_nodes import walk

_SEPARATORS = "_-:."
_CODE = cst.Module(body=[])
# What a literal part of an id is made of.
_ID_TEXT = re.compile(r"[\w:.@-]*", re.ASCII)


@dataclass(frozen=True)
class Text:
    """A literal part, as written between the quotes of an f-string."""

    code: str


@dataclass(frozen=True)
class Part:
    """An expression in a string. `code` is what stands between the braces."""

    node: cst.BaseExpression
    code: str
    plain: bool
    """Whether it has neither a conversion but `!s` nor a format."""
    format: str = ""
    """How `%` and `.format` are told to write it: `.8` in `%.8s` and in `{:.8}`, `d` in `%d`."""

    @property
    def is_number(self) -> bool:
        """Whether only a number can be written so."""
        return self.format.endswith(("d", "i", "x", "X", "f"))


Piece = Text | Part


@dataclass(frozen=True)
class Template:
    """A string that is built around values. `start` and `end` are its quotes as an f-string."""

    whole: cst.BaseExpression
    pieces: tuple[Piece, ...]
    start: str
    end: str


def code_of(node: cst.CSTNode) -> str:
    """The source of a node, without parentheses around it."""
    if getattr(node, "lpar", None):
        node = node.with_changes(lpar=[], rpar=[])
    return _CODE.code_for_node(node)


def template_of(node: cst.BaseExpression) -> Template | None:
    """The parts of an f-string or of a sum of strings; None when there is no such reading."""
    match node:
        case cst.FormattedString():
            pieces = list(_formatted_pieces(node))
            return Template(node, tuple(pieces), node.start, node.end)
        case cst.BinaryOperation(operator=cst.Add()):
            return _sum_template(node)
    return None


def _formatted_pieces(node: cst.FormattedString) -> Iterator[Piece]:
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            yield Text(part.value)
        elif isinstance(part, cst.FormattedStringExpression):
            plain = part.conversion in (None, "s") and not part.format_spec and not part.equal
            code = _CODE.code_for_node(part)[1:-1]
            yield Part(part.expression, code, plain)


def _sum_template(node: cst.BinaryOperation) -> Template | None:
    pieces: list[Piece] = []
    quotes: set[str] = set()
    for term in terms_of(node):
        match term:
            case cst.SimpleString(prefix="" | "u", quote='"' | "'"):
                quotes.add(term.quote)
                pieces.append(Text(term.raw_value.replace("{", "{{").replace("}", "}}")))
            case cst.FormattedString(start='f"' | "f'"):
                quotes.add(term.end)
                pieces.extend(_formatted_pieces(term))
            case cst.BaseString():
                return None
            case _:
                if not _may_be_formatted(term):
                    return None
                pieces.append(Part(term, code_of(term), True))
    codes = "".join(piece.code for piece in pieces if isinstance(piece, Part))
    texts = "".join(piece.code for piece in pieces if isinstance(piece, Text))
    free = [quote for quote in sorted(quotes) or ['"'] if quote not in codes + texts]
    if not free or "\\" in codes or not quotes:
        return None
    return Template(node, tuple(pieces), "f" + free[0], free[0])


def _may_be_formatted(node: cst.BaseExpression) -> bool:
    """Whether a term of a sum gives the same text between braces.

    A walrus would be read as a format there, a brace as an escape, and members of enumerations
    show themselves otherwise.
    """
    if isinstance(node, cst.Attribute) and node.attr.value.isupper():
        return False
    if code_of(node).startswith("{"):
        return False
    return not any(isinstance(part, (cst.NamedExpr, cst.Lambda)) for part in walk(node))


def terms_of(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """What a sum adds up; of everything else the expression itself."""
    waiting = [node]
    while waiting:
        term = waiting.pop()
        if isinstance(term, cst.BinaryOperation) and isinstance(term.operator, cst.Add):
            waiting += (term.right, term.left)
        else:
            yield term


def pieces_of(node: cst.BaseExpression) -> tuple[Piece, ...] | None:
    """The parts of a string that is built around values, or that is nothing but text.

    Knows f-strings, `+`, `%`, `.format` and `.join` of what is written out; adjacent literals too.
    None for everything else, and for a template whose values cannot be told.
    """
    match node:
        case cst.SimpleString(prefix="" | "u" | "U" | "r" | "R"):
            return (_text(node.raw_value),)
        case cst.FormattedString():
            return tuple(_formatted_pieces(node))
        case cst.ConcatenatedString():
            left, right = pieces_of(node.left), pieces_of(node.right)
            return None if left is None or right is None else (*left, *right)
        case cst.BinaryOperation(operator=cst.Add()):
            terms = [(term, pieces_of(term)) for term in terms_of(node)]
            if not any(pieces for _, pieces in terms):
                return None
            return tuple(
                piece
                for term, pieces in terms
                for piece in (pieces or (Part(term, code_of(term), True),))
            )
        case cst.BinaryOperation(operator=cst.Modulo(), left=cst.SimpleString() as left):
            values = [node.right]
            if isinstance(node.right, cst.Tuple):
                values = [element.value for element in node.right.elements]
            return _filled(_PERCENT.split(left.raw_value), values)
        case cst.Call(
            func=cst.Attribute(value=cst.SimpleString() as left, attr=cst.Name("format"))
        ):
            if any(arg.star for arg in node.args):
                return None
            return _fields_filled(_BRACES.split(left.raw_value), node.args)
        case cst.Call(
            func=cst.Attribute(value=cst.SimpleString() as left, attr=cst.Name("join")),
            args=[cst.Arg(value=cst.Tuple() | cst.List() as parts, star="")],
        ):
            return _joined(_text(left.raw_value), parts.elements)
    return None


# Placeholders. What they capture of a format says which value they take, and how.
_PERCENT = re.compile(r"%(-?\d*(?:\.\d+)?[sdixXf])")
_BRACES = re.compile(r"(\{\w*(?::[^{}]*)?\})")


def _text(raw: str) -> Text:
    return Text(raw.replace("{", "{{").replace("}", "}}"))


def _filled(parts: Sequence[str], values: Sequence[cst.BaseExpression]) -> tuple[Piece, ...] | None:
    """Text and what the formats of `%s` hold by turns, filled with values."""
    texts, marks = parts[::2], parts[1::2]
    if len(marks) != len(values) or any("%" in text for text in texts):
        return None
    pieces: list[Piece] = [_text(texts[0])]
    for mark, value, text in zip(marks, values, texts[1:], strict=True):
        form = mark.removesuffix("s")
        pieces += [Part(value, code_of(value), not form, form), _text(text)]
    return tuple(piece for piece in pieces if piece.code)


def _fields_filled(parts: Sequence[str], args: Sequence[cst.Arg]) -> tuple[Piece, ...] | None:
    """Text and `{}` by turns, filled with arguments."""
    positional = [arg.value for arg in args if arg.keyword is None]
    by_name = {arg.keyword.value: arg.value for arg in args if arg.keyword is not None}
    by_name.update({str(index): value for index, value in enumerate(positional)})
    if any("{" in text or "}" in text for text in parts[::2]):
        return None
    pieces: list[Piece] = [_text(parts[0])]
    for index, (mark, text) in enumerate(zip(parts[1::2], parts[2::2], strict=True)):
        field, _, form = mark[1:-1].partition(":")
        value = by_name.get(field or str(index))
        if value is None:
            return None
        pieces += [Part(value, code_of(value), not form, form), _text(text)]
    return tuple(piece for piece in pieces if piece.code)


def _joined(separator: Text, elements: Sequence[cst.BaseElement]) -> tuple[Piece, ...] | None:
    """Elements with a separator between them."""
    pieces: list[Piece] = []
    for element in elements:
        if not isinstance(element, cst.Element):
            return None
        inside = pieces_of(element.value)
        pieces += [separator, *(inside or [Part(element.value, code_of(element.value), True)])]
    return tuple(piece for piece in pieces[1:] if piece.code)


@dataclass(frozen=True)
class Split:
    """A template, cut at the values that a new id replaces."""

    prefix: str | None
    """The code of a string; None when nothing stands in front of the value."""
    head: str
    """The literal text that the prefix begins with."""
    tail: str
    """What follows the id, as written between the quotes."""


def split(
    template: Template, random: Sequence[cst.CSTNode], is_time: Callable[[cst.CSTNode], bool]
) -> Split | None:
    """Cut the template at the random parts; None when that does not give an id.

    What `is_time` calls the time goes: the generator puts in its own.
    """
    pieces = list(template.pieces)
    at = [i for i, p in enumerate(pieces) if isinstance(p, Part) and p.node in random]
    if not at or any(not piece.plain for piece in pieces if isinstance(piece, Part)):
        return None
    before, after = pieces[: at[0]], pieces[at[-1] + 1 :]
    inside = [p for p in pieces[at[0] : at[-1]] if not _is_filling(p, random, is_time)]
    if inside or any("#" in p.code or "\n" in p.code for p in pieces):
        return None
    if all(_is_filling(piece, random, is_time) for piece in after):
        after = []
    head = _trimmed(
        [piece for piece in before if isinstance(piece, Text) or not is_time(piece.node)]
    )
    if any(isinstance(p, Text) and not _ID_TEXT.fullmatch(p.code) for p in head):
        return None
    tail = "".join(p.code if isinstance(p, Text) else f"{{{p.code}}}" for p in after)
    first = head[0].code if head and isinstance(head[0], Text) else ""
    return Split(_literal(template, head) if head else None, first, tail)


def _is_filling(
    piece: Piece, random: Sequence[cst.CSTNode], is_time: Callable[[cst.CSTNode], bool]
) -> bool:
    if isinstance(piece, Text):
        return not piece.code.strip(_SEPARATORS)
    return piece.node in random or is_time(piece.node)


def _trimmed(pieces: list[Piece]) -> list[Piece]:
    """The pieces without separators at the end, and without doubled ones in between."""
    result: list[Piece] = []
    for piece in pieces:
        last = result[-1] if result else None
        if isinstance(piece, Text) and isinstance(last, Text):
            result[-1] = Text(last.code.rstrip(_SEPARATORS) + piece.code)
        else:
            result.append(piece)
    while result and isinstance(result[-1], Text):
        stripped = result[-1].code.rstrip(_SEPARATORS)
        if stripped:
            result[-1] = Text(stripped)
            break
        result.pop()
    if result and isinstance(result[0], Text) and not result[0].code.strip(_SEPARATORS):
        result.pop(0)
    return result


def _literal(template: Template, pieces: Sequence[Piece]) -> str:
    """The code of a string of these pieces, with the template's quotes."""
    if all(isinstance(piece, Text) for piece in pieces):
        quotes = template.end
        return quotes + "".join(piece.code for piece in pieces) + quotes
    inner = "".join(p.code if isinstance(p, Text) else f"{{{p.code}}}" for p in pieces)
    return template.start + inner + template.end
