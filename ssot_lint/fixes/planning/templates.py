"""Strings that are built around values, with the code of their parts, as fixes write them anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import libcst as cst

from ssot_lint.analysis.syntax.libcst_nodes import code_of, walk


@dataclass(frozen=True)
class Text:
    """A literal part, as written between the quotes of an f-string."""

    code: str


@dataclass(frozen=True)
class Part:
    """An expression in a string."""

    node: cst.BaseExpression
    plain: bool = True
    """Whether it has neither a conversion but `!s` nor a format."""
    braces: cst.FormattedStringExpression | None = None
    """Where an f-string holds it."""

    @property
    def code(self) -> str:
        """What stands between the braces of an f-string for it."""
        return code_of(self.node) if self.braces is None else code_of(self.braces)[1:-1]


Piece: TypeAlias = Text | Part


@dataclass(frozen=True)
class Template:
    """A string that is built around values. `start` and `end` are its quotes as an f-string."""

    whole: cst.BaseExpression
    pieces: tuple[Piece, ...]
    start: str
    end: str


def template_of(node: cst.BaseExpression) -> Template | None:
    """The parts of an f-string or of a sum of strings; None when there is no such reading."""
    match node:
        case cst.FormattedString():
            return Template(node, tuple(_formatted(node)), node.start, node.end)
        case cst.BinaryOperation(operator=cst.Add()):
            return _sum_template(node)
    return None


def _formatted(node: cst.FormattedString) -> Iterator[Piece]:
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            yield Text(part.value)
        elif isinstance(part, cst.FormattedStringExpression):
            plain = part.conversion in (None, "s") and not part.format_spec and not part.equal
            yield Part(part.expression, plain, part)


def _terms_of(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """What a sum adds up."""
    waiting = [node]
    while waiting:
        term = waiting.pop()
        if isinstance(term, cst.BinaryOperation) and isinstance(term.operator, cst.Add):
            waiting += (term.right, term.left)
        else:
            yield term


def _sum_template(node: cst.BinaryOperation) -> Template | None:
    pieces: list[Piece] = []
    quotes: set[str] = set()
    for term in _terms_of(node):
        match term:
            case (
                cst.SimpleString(prefix="" | "u", quote='"' | "'")
                | cst.FormattedString(start='f"' | "f'")
            ):
                quotes.add(term.quote if isinstance(term, cst.SimpleString) else term.end)
                pieces += _pieces_of(term)
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


def _pieces_of(term: cst.SimpleString | cst.FormattedString) -> Iterator[Piece]:
    if isinstance(term, cst.FormattedString):
        yield from _formatted(term)
    else:
        yield Text(term.raw_value.replace("{", "{{").replace("}", "}}"))
