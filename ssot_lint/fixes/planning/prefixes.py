"""What is left of a string, as the prefix of the id that is made in its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import libcst as cst

from ssot_lint.fixes.planning.templates import Part, Piece, Template, Text

_SEPARATORS = "_-:."
# What a literal part of an id is made of.
_ID_TEXT = re.compile(r"[\w:.@-]*", re.ASCII)


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
    template: Template,
    random: Sequence[cst.CSTNode],
    is_time: Callable[[cst.CSTNode], bool],
    *,
    are_numbers: bool = False,
) -> Split | None:
    """Cut the template at the random parts; None when that does not give an id.

    What `is_time` calls the time goes: the generator puts in its own. Random parts that are
    numbers may be written in any format.
    """
    pieces = list(template.pieces)
    at = [i for i, p in enumerate(pieces) if isinstance(p, Part) and p.node in random]
    written = [p for p in pieces if isinstance(p, Part) and not (are_numbers and p.node in random)]
    if not at or not all(piece.plain for piece in written):
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
