"""Which functions of a project take ids, by the names of both: a look that costs little."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence

_FUNCTION = re.compile(rb"def[ \t]+(\w+)[ \t]*(?:\[[^\]\n]*\])?[ \t]*\(")
# Parentheses in its head, and what may hold some that are none.
_TOKEN = re.compile(
    rb"[()]|#[^\n]*|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'",
)
# No head has more bytes.
_LONGEST = 4_000
_CLASS = re.compile(rb"class[ \t]+(\w+)")
_OF_CLASS = frozenset({b"__init__", b"__new__"})


def takers_in(source: bytes, kinds: Sequence[str]) -> str:
    """The functions that may take ids of some kinds, as a text of one line: `run_id:open,start`.

    Also the classes whose constructors or fields do. More than there are, never fewer: what names
    a kind only in part (`base_thread_id`) counts, and so do defaults and annotations.
    """
    spelled = {form: kind for kind in kinds for form in _forms(kind) if form in source}
    if not spelled:
        return ""
    found: dict[str, set[str]] = {kind: set() for kind in spelled.values()}
    owned: dict[str, list[int]] = {kind: [] for kind in found}
    for form, kind in spelled.items():
        owned[kind] += (field.start() for field in re.finditer(form + rb"[ \t]*:", source))
    for function in _FUNCTION.finditer(source):
        start, end = function.end(), function.end() + _LONGEST
        if all(source.find(form, start, end) < 0 for form in spelled):
            continue
        end = _end_of_head(source, start, end)
        for form, kind in spelled.items():
            if source.find(form, start, end) >= 0:
                if function[1] in _OF_CLASS:
                    owned[kind].append(function.start())
                else:
                    found[kind].add(_text(function[1]))
    for kind, classes in _classes_at(source, owned):
        found[kind].update(classes)
    texts = (f"{kind}:{','.join(sorted(found[kind]))}" for kind in kinds if found.get(kind))
    return " ".join(texts)


def _end_of_head(source: bytes, start: int, end: int) -> int:
    """Where the parenthesis closes that was opened before an offset; at most at `end`."""
    depth = 1
    for token in _TOKEN.finditer(source, start, end):
        depth += {b"(": 1, b")": -1}.get(token[0], 0)
        if depth == 0:
            return token.start()
    return end


def _forms(kind: str) -> Iterator[bytes]:
    """How the name of a kind is spelled: `run_id`, `runId`."""
    first, *more = kind.split("_")
    yield kind.encode()
    if more:
        yield (first + "".join(map(str.title, more))).encode()


def _classes_at(
    source: bytes, places: Mapping[str, Sequence[int]]
) -> Iterator[tuple[str, set[str]]]:
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
