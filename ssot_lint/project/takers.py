"""Which functions of a project take ids, by the names of both: a look that costs little."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence

# The head of a function; longer ones are cut, which nobody writes.
_FUNCTION = re.compile(rb"def[ \t]+(\w+)[ \t]*\((.{0,4000}?)\)[ \t]*(?:->|:)", re.DOTALL)
_CLASS = re.compile(rb"class[ \t]+(\w+)")
_OF_CLASS = frozenset({b"__init__", b"__new__"})


def takers_in(source: bytes, kinds: Sequence[str]) -> str:
    """The functions that may take ids of some kinds, as a text of one line: `run_id:open,start`.

    Also the classes whose constructors or fields do. More than there are, never fewer: what names
    a kind only in part (`base_thread_id`) counts, and so do defaults and annotations.
    """
    wanted = [kind.encode() for kind in kinds if kind.encode() in source]
    if not wanted:
        return ""
    found: dict[bytes, set[str]] = {kind: set() for kind in wanted}
    owned: dict[bytes, list[int]] = {
        kind: [field.start() for field in re.finditer(kind + rb"[ \t]*:", source)]
        for kind in wanted
    }
    for head in _FUNCTION.finditer(source):
        for kind in wanted:
            if kind in head[2]:
                if head[1] in _OF_CLASS:
                    owned[kind].append(head.start())
                else:
                    found[kind].add(_text(head[1]))
    for kind, classes in _classes_at(source, owned):
        found[kind].update(classes)
    texts = (f"{kind.decode()}:{','.join(sorted(found[kind]))}" for kind in wanted if found[kind])
    return " ".join(texts)


def _classes_at(
    source: bytes, places: Mapping[bytes, Sequence[int]]
) -> Iterator[tuple[bytes, set[str]]]:
    """The classes that stand before some places, the last one before each."""
    classes = list(_CLASS.finditer(source)) if any(places.values()) else []
    starts = [one.start() for one in classes]
    for kind, at in places.items():
        before = {bisect(starts, place) for place in at}
        yield kind, {_text(classes[count - 1][1]) for count in before if count}


def kinds_by_name(texts: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """The kinds that functions of a name may take, from what `takers_in` tells of files."""
    found: dict[str, set[str]] = {}
    for text in texts:
        for part in text.split():
            kind, _, names = part.partition(":")
            for name in names.split(","):
                found.setdefault(name, set()).add(kind)
    return {name: frozenset(kinds) for name, kinds in found.items()}


def _text(name: bytes) -> str:
    return name.decode("utf-8", "replace")
