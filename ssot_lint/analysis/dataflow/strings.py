"""How an expression puts a string together: of which texts, and around which values."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count

import libcst as cst

from ssot_lint.analysis.syntax.libcst_nodes import code_of, kinds_of, walk


@dataclass(frozen=True)
class Text:
    """A literal part, as written between the quotes of an f-string."""

    code: str
    literal: cst.SimpleString | cst.FormattedString | None = None
    """Where it is written."""

    @property
    def raw(self) -> str:
        """As written in a string without braces that are filled in."""
        return self.code.replace("{{", "{").replace("}}", "}")

    @property
    def value(self) -> str:
        """The text that it is read as."""
        text, literal = self.raw, self.literal
        if literal is None or "r" in literal.prefix.lower() or "\\" not in text:
            return text
        quote = literal.quote if isinstance(literal, cst.SimpleString) else literal.end
        try:
            value = ast.literal_eval(f"{quote}{text}{quote}")
        except (SyntaxError, ValueError):
            return text
        return value if isinstance(value, str) else text

    def part(self, raw: str) -> Text:
        """A part of it, given as in `raw`."""
        return replace(self, code=raw.replace("{", "{{").replace("}", "}}"))


@dataclass(frozen=True)
class Part:
    """An expression in a string."""

    node: cst.BaseExpression
    plain: bool = True
    """Whether it has neither a conversion but `!s` nor a format."""
    format: str = ""
    """How `%` and `.format` are told to write it: `.8` in `%.8s` and in `{:.8}`, `d` in `%d`."""
    begins: str = ""
    """The text that its value is known to begin with."""
    braces: cst.FormattedStringExpression | None = None
    """Where an f-string holds it."""

    @property
    def code(self) -> str:
        """What stands between the braces of an f-string for it."""
        return code_of(self.node) if self.braces is None else code_of(self.braces)[1:-1]

    @property
    def is_number(self) -> bool:
        """Whether only a number can be written so."""
        return self.format.endswith(("d", "i", "x", "X", "f"))


Piece = Text | Part


@dataclass(frozen=True)
class String:
    """What an expression puts together."""

    pieces: tuple[Piece, ...]
    start: cst.BaseExpression | None
    """The literal that its code begins with, adjacent ones as one; None where none does."""
    is_read: bool = True
    """Whether the pieces are known. Else there is but one, for the whole."""


@dataclass(frozen=True)
class Head:
    """The text a string begins with. `exact` when that is the whole string."""

    text: str
    exact: bool
    node: cst.BaseExpression
    """The string literal that holds the text."""


@dataclass(frozen=True)
class Template:
    """A string that is built around values. `start` and `end` are its quotes as an f-string."""

    whole: cst.BaseExpression
    pieces: tuple[Piece, ...]
    start: str
    end: str


_STRINGS = kinds_of(cst.BaseString)
_BUILDING = frozenset({cst.BinaryOperation, cst.Call})


def is_string(node: cst.BaseExpression) -> bool:
    """Whether the expression is sure to be a string that code puts together."""
    if type(node) in _STRINGS:
        return True
    if type(node) is cst.Subscript:
        return is_string(node.value)
    if type(node) not in _BUILDING:
        return False
    match node:
        case cst.BinaryOperation(operator=cst.Add() | cst.Modulo()):
            return is_string(node.left) or is_string(node.right)
        case (
            cst.Call(func=cst.Name("str"), args=[_])
            | cst.Call(func=cst.Attribute(attr=cst.Name("hexdigest")))
            | cst.Call(func=cst.Attribute(value=cst.BaseString(), attr=cst.Name("format" | "join")))
        ):
            return True
    return False


def literal_head(node: cst.BaseExpression) -> Head | None:
    """What the string that `node` evaluates to begins with, as far as the code says it.

    None for everything that begins with no literal, bytes included.
    """
    string = read(node)
    if string is None or string.start is None:
        return None
    text, exact = _beginning(string.pieces)
    return Head(text, exact, string.start)


def pieces_of(
    node: cst.BaseExpression, is_text: Callable[[cst.BaseExpression], bool] | None = None
) -> tuple[Piece, ...] | None:
    """The parts of a string that is built around values, or that is nothing but text.

    None for everything else, and for a template whose values cannot be told. A sum is one of
    strings where `is_text` says so of a term, too.
    """
    string = read(node, is_text)
    return string.pieces if string is not None and string.is_read else None


def read(
    node: cst.BaseExpression, is_text: Callable[[cst.BaseExpression], bool] | None = None
) -> String | None:
    """How a string is put together; None for what is no string by its own code.

    Knows literals, adjacent ones too, f-strings, `+`, `%`, `.format`, and `.join` of what is
    written out.
    """
    if type(node) not in _STRINGS and type(node) not in _BUILDING:
        return None
    match node:
        case cst.SimpleString():
            text = Text("", node).part(node.raw_value)
            return String((text,), node) if "b" not in node.prefix.lower() else None
        case cst.FormattedString():
            return String(tuple(_formatted(node)), node)
        case cst.ConcatenatedString():
            left, right = read(node.left), read(node.right)
            if left is None or right is None:
                return None
            return String((*left.pieces, *right.pieces), node)
        case cst.BinaryOperation(operator=cst.Add()):
            return _sum(node, is_text)
        case cst.BinaryOperation(operator=cst.Modulo()) if template := read(node.left):
            values = _numbered(_operands(node.right))
            return _filled(node, template, _PERCENT, values, takes_all=True)
        case cst.Call(func=cst.Attribute(value=left, attr=cst.Name("format"))) if template := read(
            left
        ):
            return _filled(node, template, _BRACES, _arguments(node.args))
        case cst.Call(
            func=cst.Attribute(value=cst.SimpleString() as between, attr=cst.Name("join")),
            args=[cst.Arg(value=cst.Tuple() | cst.List() as parts, star="")],
        ) if separator := read(between):
            return _joined(separator, parts.elements)
    return None


def _formatted(node: cst.FormattedString) -> Iterator[Piece]:
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            yield Text(part.value, node)
        elif isinstance(part, cst.FormattedStringExpression):
            plain = part.conversion in (None, "s") and not part.format_spec and not part.equal
            yield Part(part.expression, plain, braces=part)


# Sums


def terms_of(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """What a sum adds up; of everything else the expression itself."""
    waiting = [node]
    while waiting:
        term = waiting.pop()
        if isinstance(term, cst.BinaryOperation) and isinstance(term.operator, cst.Add):
            waiting += (term.right, term.left)
        else:
            yield term


def _sum(
    node: cst.BinaryOperation, is_text: Callable[[cst.BaseExpression], bool] | None
) -> String | None:
    terms = list(terms_of(node))
    strings = list(map(read, terms))
    is_read = any(string.is_read for string in strings if string is not None) or (
        is_text is not None and any(map(is_text, terms))
    )
    if not is_read and strings[0] is None:
        return None
    pieces = (_inside(term, string) for term, string in zip(terms, strings, strict=True))
    start = strings[0].start if strings[0] is not None else None
    return String(tuple(chain.from_iterable(pieces)), start, is_read)


def _inside(node: cst.BaseExpression, string: String | None) -> tuple[Piece, ...]:
    """The pieces that an expression gives a longer string."""
    return string.pieces if string is not None else (Part(node),)


def _joined(separator: String, elements: Sequence[cst.BaseElement]) -> String | None:
    """Elements with a separator between them."""
    if any(isinstance(element, cst.StarredElement) for element in elements):
        return None
    pieces: list[Piece] = []
    for element in elements:
        pieces += (*separator.pieces, *_inside(element.value, read(element.value)))
    return String(tuple(_not_empty(pieces[1:])), None)


# Templates

# What stands in a template for a value, or for a sign. What is captured of a format says how the
# value is written; where nothing is captured, that cannot be told.
_PERCENT = re.compile(r"(?P<sign>%)%|%(?P<field>)(?P<form>-?\d*(?:\.\d+)?[sdixXf])|%")
_BRACES = re.compile(r"(?P<sign>[{}])(?P=sign)|\{(?P<field>\w*)(?::(?P<form>[^{}]*))?\}|[{}]")


def _filled(
    whole: cst.BaseExpression,
    template: String,
    marks: re.Pattern[str],
    values: Mapping[str, cst.BaseExpression],
    *,
    takes_all: bool = False,
) -> String:
    """A template with its values put in."""
    pieces: list[Piece] = []
    numbers = map(str, count())
    for text in template.pieces:
        if isinstance(text, Part):
            pieces.append(text)
            break
        raw, end = text.raw, 0
        for mark in marks.finditer(raw):
            pieces.append(text.part(raw[end : mark.start()] + (mark["sign"] or "")))
            end = mark.end()
            if not mark["sign"]:
                field, form = mark["field"], (mark["form"] or "").removesuffix("s")
                value = values.get(field or next(numbers)) if field is not None else None
                if value is None:
                    return _unread(whole, template, pieces)
                pieces.append(Part(value, not form, form))
        pieces.append(text.part(raw[end:]))
    else:
        if not takes_all or next(numbers) == str(len(values)):
            return String(tuple(_not_empty(pieces)), template.start)
    return _unread(whole, template, pieces)


def _unread(whole: cst.BaseExpression, template: String, pieces: Sequence[Piece]) -> String:
    """A string of which only the text before the first value is known."""
    begins, _ = _beginning(pieces)
    return String((Part(whole, begins=begins),), template.start, is_read=False)


def _beginning(pieces: Iterable[Piece]) -> tuple[str, bool]:
    """The text that a string of some pieces begins with, and whether it is all."""
    text = ""
    for piece in pieces:
        if isinstance(piece, Part):
            return text + piece.begins, False
        text += piece.value
    return text, True


def _not_empty(pieces: Iterable[Piece]) -> Iterator[Piece]:
    return (piece for piece in pieces if isinstance(piece, Part) or piece.code)


def _operands(node: cst.BaseExpression) -> Sequence[cst.BaseExpression]:
    return [part.value for part in node.elements] if isinstance(node, cst.Tuple) else [node]


def _numbered(values: Iterable[cst.BaseExpression]) -> dict[str, cst.BaseExpression]:
    return {str(number): value for number, value in enumerate(values)}


def _arguments(args: Sequence[cst.Arg]) -> Mapping[str, cst.BaseExpression]:
    if any(arg.star for arg in args):
        return {}
    named = {arg.keyword.value: arg.value for arg in args if arg.keyword is not None}
    return named | _numbered(arg.value for arg in args if arg.keyword is None)


# As an f-string


def template_of(node: cst.BaseExpression) -> Template | None:
    """The parts of an f-string or of a sum of strings; None when there is no such reading."""
    match node:
        case cst.FormattedString():
            return Template(node, tuple(_formatted(node)), node.start, node.end)
        case cst.BinaryOperation(operator=cst.Add()):
            return _sum_template(node)
    return None


def _sum_template(node: cst.BinaryOperation) -> Template | None:
    pieces: list[Piece] = []
    quotes: set[str] = set()
    for term in terms_of(node):
        match term:
            case (
                cst.SimpleString(prefix="" | "u", quote='"' | "'")
                | cst.FormattedString(start='f"' | "f'")
            ):
                quotes.add(term.quote if isinstance(term, cst.SimpleString) else term.end)
                pieces += pieces_of(term) or ()
            case cst.BaseString():
                return None
            case _:
                if not _may_be_formatted(term):
                    return None
                pieces.append(Part(term))
    codes = "".join(piece.code for piece in pieces if isinstance(piece, Part))
    texts = "".join(piece.code for piece in pieces if isinstance(piece, Text))
    free = [quote for quote in sorted(quotes) if quote not in codes + texts]
    if not free or "\\" in codes:
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
