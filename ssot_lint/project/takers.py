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
    found = {kind: set(_takers_of(source, kind.encode())) for kind in kinds}
    texts = (f"{kind}:{','.join(sorted(names))}" for kind, names in found.items() if names)
    return " ".join(texts)


def _takers_of(source: bytes, kind: bytes) -> Iterator[str]:
    if kind not in source:
        return
    owned: list[int] = []
    for head in _FUNCTION.finditer(source):
        if kind in head[2]:
            if head[1] in _OF_CLASS:
                owned.append(head.start())
            else:
                yield _text(head[1])
    owned += (field.start() for field in re.finditer(kind + rb"[ \t]*:", source))
    classes = list(_CLASS.finditer(source)) if owned else []
    starts = [one.start() for one in classes]
    for at in owned:
        before = bisect(starts, at)
        if before:
            yield _text(classes[before - 1][1])


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
