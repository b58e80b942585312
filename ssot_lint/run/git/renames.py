"""Which new files are old ones under another name, told by their contents."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping

# As git has it by default: so much of the longer one of two must be in both.
_SHARE = 0.5
# A line that more files hold than this does not lead to any of them, and of the files that other
# lines lead to, so many are compared.
_TOO_COMMON, _MOST_COMPARED = 50, 20


def renamed(new: Mapping[str, bytes], gone: Mapping[str, bytes]) -> dict[str, str]:
    """For new files those that are gone and hold the same, or at least half of it, by name.

    Each file that is gone stands for one new file at most. Line ends do not count, and neither
    does the order of lines.
    """
    pairs: dict[str, str] = {}
    taken: set[str] = set()
    for path, name in _same(new, gone):
        if path not in pairs and name not in taken:
            pairs[path] = name
            taken.add(name)
    left = {path: text for path, text in new.items() if path not in pairs}
    free = {name: text for name, text in gone.items() if name not in taken}
    for _, _, path, name in sorted(_similar(left, free)):
        if path not in pairs and name not in taken:
            pairs[path] = name
            taken.add(name)
    return pairs


def _same(new: Mapping[str, bytes], gone: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Pairs of equal content, those of equal file names first."""
    by_content: dict[bytes, list[str]] = {}
    for name, text in gone.items():
        by_content.setdefault(_plain(text), []).append(name)
    found = [(path, name) for path in new for name in by_content.get(_plain(new[path]), ())]
    yield from sorted(found, key=lambda pair: (not _is_namesake(*pair), pair))


def _similar(
    new: Mapping[str, bytes], gone: Mapping[str, bytes]
) -> Iterator[tuple[float, bool, str, str]]:
    """Pairs that have enough in common, with how little it is: the best are the smallest."""
    lines = {name: Counter(_plain(text).split(b"\n")) for name, text in gone.items()}
    holders: dict[bytes, list[str]] = {}
    for name, counted in lines.items():
        for line in counted:
            holders.setdefault(line, []).append(name)
    for path, text in new.items():
        mine = Counter(_plain(text).split(b"\n"))
        led: Counter[str] = Counter()
        for line in mine:
            names = holders.get(line, ())
            if len(names) <= _TOO_COMMON:
                led.update(dict.fromkeys(names, len(line) + 1))
        for name, _ in led.most_common(_MOST_COMPARED):
            share = _common(mine, lines[name])
            if share >= _SHARE:
                yield -share, not _is_namesake(path, name), path, name


def _common(one: Counter[bytes], other: Counter[bytes]) -> float:
    both = _size(one & other)
    return both / max(_size(one), _size(other))


def _size(lines: Counter[bytes]) -> int:
    return sum((len(line) + 1) * count for line, count in lines.items())


def _plain(text: bytes) -> bytes:
    return text.replace(b"\r\n", b"\n")


def _is_namesake(path: str, name: str) -> bool:
    return os.path.basename(path) == name.rpartition("/")[2]
