"""Whether the bytes of a file may hold any fact: a look that costs little."""

from __future__ import annotations

import re

# What must stand in a file that says anything: words, which are quick to find, and cuts of ids.
_WORDS = (b"UUID", b"Uuid", b"GUID", b"fromhex", b"String(", b"Unicode(", b"CHAR", b"char(")
_CUT = re.compile(rb"_id['\"]?\]?\)?\[\s*:?\s*-?\d")
# A file with more is left out: no table is in it, and to parse it takes long.
_LARGEST = 4_000_000


def may_say(source: bytes) -> bool:
    """Whether it is worth parsing."""
    if len(source) > _LARGEST:
        return False
    return any(word in source for word in _WORDS) or _CUT.search(source) is not None
