"""How an expression puts a string together: of which texts, and around which values."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import TypeAlias

from ssot_lint.analysis.syntax.parsing import has_stars


@dataclass(frozen=True)
class Text:
    """A literal part."""

    value: str
    literal: ast.expr
    """Where it is written: adjacent literals are one."""


@dataclass(frozen=True)
class Part:
    """An expression in a string."""

    node: ast.expr
    plain: bool = True
    """Whether it has neither a conversion but `!s` nor a format."""
    format: str = ""
    """How `%` and `.format` are told to write it: `.8` in `%.8s` and in `{:.8}`, `d` in `%d`."""
    begins: str = ""
    """The text that its value is known to begin with."""

    @property
    def is_number(self) -> bool:
        """Whether only a number can be written so."""
        return self.format.endswith(("d", "i", "x", "X", "f"))


Piece: TypeAlias = Text | Part


@dataclass(frozen=True)
class String:
    """What an expression puts together."""

    pieces: tuple[Piece, ...]
    start: ast.expr | None
    """The literal that its code begins with, adjacent ones as one; None where none does."""
    is_read: bool = True
    """Whether the pieces are known. Else there is but one, for the whole."""


@dataclass(frozen=True)
class Head:
    """The text a string begins with. `exact` when that is the whole string."""

    text: str
    exact: bool
    node: ast.expr
    """The string literal that holds the text."""


_BUILDING = frozenset({ast.BinOp, ast.Call, ast.Constant, ast.JoinedStr})


def is_literal(node: ast.AST) -> bool:
    """Whether the expression is a literal of text or bytes, with values in it or without."""
    if type(node) is ast.JoinedStr:
        return True
    return isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))


def is_string(node: ast.AST) -> bool:
    """Whether the expression is sure to be a string that code puts together."""
    if type(node) is ast.Subscript:
        return is_string(node.value)
    match node:
        case ast.BinOp(op=ast.Add() | ast.Mod()):
            return is_string(node.left) or is_string(node.right)
        case ast.Call(func=ast.Name(id="str")):
            return len(node.args) + len(node.keywords) == 1
        case ast.Call(func=ast.Attribute(attr="hexdigest")):
            return True
        case ast.Call(func=ast.Attribute(value=value, attr="format" | "join")):
            return is_literal(value)
    return is_literal(node)


def literal_head(node: ast.expr) -> Head | None:
    """What the string that `node` evaluates to begins with, as far as the code says it.

    None for everything that begins with no literal, bytes included.
    """
    string = read(node)
    if string is None or string.start is None:
        return None
    text, exact = _beginning(string.pieces)
    return Head(text, exact, string.start)


def pieces_of(
    node: ast.expr, is_text: Callable[[ast.expr], bool] | None = None
) -> tuple[Piece, ...] | None:
    """The parts of a string that is built around values, or that is nothing but text.

    None for everything else, and for a template whose values cannot be told. A sum is one of
    strings where `is_text` says so of a term, too.
    """
    string = read(node, is_text)
    return string.pieces if string is not None and string.is_read else None


def read(node: ast.expr, is_text: Callable[[ast.expr], bool] | None = None) -> String | None:
    """How a string is put together; None for what is no string by its own code.

    Knows literals, adjacent ones too, f-strings, `+`, `%`, `.format`, and `.join` of what is
    written out.
    """
    if type(node) not in _BUILDING:
        return None
    match node:
        case ast.Constant(value=str(text)):
            return String((Text(text, node),), node)
        case ast.JoinedStr():
            return String(tuple(_formatted(node)), node)
        case ast.BinOp(op=ast.Add()):
            return _sum(node, is_text)
        case ast.BinOp(op=ast.Mod()) if template := read(node.left):
            values = _numbered(_operands(node.right))
            return _filled(node, template, _PERCENT, values, takes_all=True)
        case ast.Call(func=ast.Attribute(value=left, attr="format")) if template := read(left):
            return _filled(node, template, _BRACES, _arguments(node))
        case ast.Call(
            func=ast.Attribute(value=ast.Constant() as between, attr="join"),
            args=[ast.Tuple(elts=parts) | ast.List(elts=parts)],
        ) if separator := read(between):
            return _joined(separator, parts)
    return None


def _formatted(node: ast.JoinedStr) -> Iterator[Piece]:
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            plain = part.conversion in (-1, ord("s")) and part.format_spec is None
            yield Part(part.value, plain)
        elif isinstance(part, ast.Constant):
            yield Text(str(part.value), node)


# Sums


def terms_of(node: ast.expr) -> Iterator[ast.expr]:
    """What a sum adds up; of everything else the expression itself."""
    waiting = [node]
    while waiting:
        term = waiting.pop()
        if isinstance(term, ast.BinOp) and isinstance(term.op, ast.Add):
            waiting += (term.right, term.left)
        else:
            yield term


def _sum(node: ast.BinOp, is_text: Callable[[ast.expr], bool] | None) -> String | None:
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


def _inside(node: ast.expr, string: String | None) -> tuple[Piece, ...]:
    """The pieces that an expression gives a longer string."""
    return string.pieces if string is not None else (Part(node),)


def _joined(separator: String, elements: Sequence[ast.expr]) -> String | None:
    """Elements with a separator between them."""
    if any(isinstance(element, ast.Starred) for element in elements):
        return None
    pieces: list[Piece] = []
    for element in elements:
        pieces += (*separator.pieces, *_inside(element, read(element)))
    return String(tuple(_not_empty(pieces[len(separator.pieces) :])), None)


# Templates

# What stands in a template for a value, or for a sign. What is captured of a format says how the
# value is written; where nothing is captured, that cannot be told.
_PERCENT = re.compile(r"(?P<sign>%)%|%(?P<field>)(?P<form>-?\d*(?:\.\d+)?[sdixXf])|%")
_BRACES = re.compile(r"(?P<sign>[{}])(?P=sign)|\{(?P<field>\w*)(?::(?P<form>[^{}]*))?\}|[{}]")


def _filled(
    whole: ast.expr,
    template: String,
    marks: re.Pattern[str],
    values: Mapping[str, ast.expr],
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
        end = 0
        for mark in marks.finditer(text.value):
            between = text.value[end : mark.start()] + (mark["sign"] or "")
            pieces.append(Text(between, text.literal))
            end = mark.end()
            if not mark["sign"]:
                field, form = mark["field"], (mark["form"] or "").removesuffix("s")
                value = values.get(field or next(numbers)) if field is not None else None
                if value is None:
                    return _unread(whole, template, pieces)
                pieces.append(Part(value, not form, form))
        pieces.append(Text(text.value[end:], text.literal))
    else:
        if not takes_all or next(numbers) == str(len(values)):
            return String(tuple(_not_empty(pieces)), template.start)
    return _unread(whole, template, pieces)


def _unread(whole: ast.expr, template: String, pieces: Sequence[Piece]) -> String:
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
    return (piece for piece in pieces if isinstance(piece, Part) or piece.value)


def _operands(node: ast.expr) -> Sequence[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]


def _numbered(values: Iterable[ast.expr]) -> dict[str, ast.expr]:
    return {str(number): value for number, value in enumerate(values)}


def _arguments(call: ast.Call) -> Mapping[str, ast.expr]:
    if has_stars(call):
        return {}
    named = {keyword.arg or "": keyword.value for keyword in call.keywords}
    return named | _numbered(call.args)
