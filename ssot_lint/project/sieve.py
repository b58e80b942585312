"""Whether the bytes of a file may hold any fact: a look that costs little."""

from __future__ import annotations

import re

from ssot_lint.analysis.dataflow.declared_types import TYPES, WIDTHS
from ssot_lint.analysis.dataflow.sinks.effects import CONVERTERS

# What must stand in a file that says anything: a type or what makes one, a width, what parses a
# text, the definition of a table, or a cut of what is named as an id.
_SAYING = frozenset({
    *(row.name if row.is_uuid else f"{row.name}(" for row in TYPES),
    *(f"{name}=" for name in WIDTHS),
    *CONVERTERS,
})  # fmt: skip
# Who has `UUID4` has `UUID`.
_WORDS = tuple(
    word.encode()
    for word in sorted(_SAYING)
    if not any(other in word for other in _SAYING - {word})
)
_TABLES = (b"TABLE", b"table")
_DEFINES = re.compile(rb"(?:CREATE|ALTER|[Cc]reate|[Aa]lter)\s+(?:TABLE|[Tt]able)\b")
# One for each way to write it: a search for a word is quick, for one of two it is not.
_CUTS = tuple(re.compile(word + rb"['\"]?\]?\)?\[\s*:?\s*-?\d") for word in (rb"_id", rb"Id"))
# A file with more is left out: no table is in it, and to parse it takes long.
_LARGEST = 4_000_000


def may_say(source: bytes) -> bool:
    """Whether it is worth parsing."""
    if len(source) > _LARGEST:
        return False
    if any(word in source for word in _WORDS) or any(cut.search(source) for cut in _CUTS):
        return True
    return any(word in source for word in _TABLES) and _DEFINES.search(source) is not None
