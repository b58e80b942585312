"""Whether the bytes of a file may hold any fact: a look that costs little."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ssot_lint.analysis.dataflow.declared_types import TYPES, WIDTHS
from ssot_lint.analysis.dataflow.library import MINDING_FORM
from ssot_lint.analysis.dataflow.sinks.effects import CONVERTERS
from ssot_lint.ids.makers import MODULES


def _shortest(words: Iterable[str]) -> tuple[bytes, ...]:
    """The words without those that have another one in them: who has `UUID4` has `UUID`."""
    all_ = frozenset(words)
    kept = (word for word in sorted(all_) if not any(one in word for one in all_ - {word}))
    return tuple(word.encode() for word in kept)


# What must stand in a file that declares the form of anything: a type or what makes one, a width,
# a part of a route, the definition of a table.
_DECLARING = _shortest((
    *(row.name if row.is_uuid else f"{row.name}(" for row in TYPES),
    *(f"{name}=" for name in WIDTHS),
    "<uuid:", "<uuid(", ":uuid}",
))  # fmt: skip
_TABLES = (b"TABLE", b"table")
_DEFINES = re.compile(rb"(?:CREATE|ALTER|[Cc]reate|[Aa]lter)\s+(?:TABLE|[Tt]able)\b")
# What parses a text.
_PARSING = _shortest(f"{name}(" for name in CONVERTERS)
# What reads the form of what is named as an id: cuts, methods that take it apart, `len`, patterns;
# a text in front of what a function gives. One for each beginning: a search for a word is quick,
# for one of two it is not.
_DONE = rb"""['\"]?\]?\)?(?:\([^()\n]{0,80}\))?(?:\[\s*:?\s*-?\d|\.(?:%s)\()""" % b"|".join(
    sorted(name.encode() for name in MINDING_FORM)
)
_READS = (
    re.compile(rb"_id" + _DONE),
    re.compile(rb"Id" + _DONE),
    re.compile(rb"len\([\w.\[\]'\"]{0,80}(?:_i|I)d\b"),
    re.compile(rb"atch\([^\n]{0,120}(?:_i|I)d\b"),
    re.compile(rb"_\{[\w.]{0,80}(?:_i|I)d\("),
    re.compile(rb"_['\"]\s*\+\s*[\w.]{0,80}(?:_i|I)d\("),
)
# What tests put in the place of what makes ids.
_MODULES = b"|".join(sorted(name.encode() for name in MODULES))
_PATCHES = tuple(
    re.compile(call + rb"\([^()]{0,200}\b(?:%s)" % _MODULES)
    for call in (rb"patch\w*(?:\.\w+)?", rb"setattr")
)
# A file with more is left out: no table is in it, and to parse it takes long.
_LARGEST = 4_000_000


@dataclass(frozen=True)
class Sayings:
    """What the bytes of a file may hold facts of."""

    declares: bool
    reads: bool
    patches: bool

    def __bool__(self) -> bool:
        return self.declares or self.reads or self.patches


def sayings(source: bytes) -> Sayings:
    """What it is worth parsing a file for."""
    if len(source) > _LARGEST:
        return Sayings(declares=False, reads=False, patches=False)
    return Sayings(
        any(word in source for word in _DECLARING)
        or (any(word in source for word in _TABLES) and _DEFINES.search(source) is not None),
        any(word in source for word in _PARSING) or any(way.search(source) for way in _READS),
        any(way.search(source) for way in _PATCHES),
    )


def may_say(source: bytes) -> bool:
    """Whether it is worth parsing for anything."""
    return bool(sayings(source))
