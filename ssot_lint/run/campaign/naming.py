"""How the ids begin that fixes make: for people who look over the names before they are stored."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from ssot_lint.config.settings import Settings
from ssot_lint.ids.kinds import kind_from
from ssot_lint.model.findings import NewId

_VOWELS = re.compile(r"(?<=.)[aeiou]")
_DOUBLED = re.compile(r"(.)\1")
# What is shorter may stand for anything.
_SHORTEST = 3


@dataclass(frozen=True)
class NewPrefix:
    """How some of the new ids begin."""

    prefix: str
    kinds: tuple[str, ...]
    """The kinds of these ids, by what they are bound to."""
    count: int
    """How many places make them, but in tests."""
    in_tests: int
    is_new: bool
    """Whether no call of the generator had it before."""


@dataclass(frozen=True)
class NameClash:
    """Prefixes of which one may do for all."""

    kind: str
    """The kind of id that has them all; empty where one is short for the other."""
    prefixes: tuple[str, ...]
    """The most frequent first."""


@dataclass(frozen=True)
class Naming:
    """The names that fixes choose."""

    prefixes: tuple[NewPrefix, ...]
    """Those of production code first, and of them the most frequent."""
    clashes: tuple[NameClash, ...]

    @classmethod
    def of(
        cls,
        made: Iterable[tuple[str, NewId]],
        known: Collection[str],
        is_test: Callable[[str], bool] = lambda path: False,
    ) -> Naming:
        """`made` are new ids, each with the path of its file; `known` are prefixes in use before.

        Only constant prefixes count: others are made of what the program holds. Names in tests are
        nobody's but the test's, and clash with none.
        """
        found: dict[str, list[tuple[str, NewId]]] = {}
        for path, one in made:
            if one.is_constant:
                found.setdefault(one.prefix, []).append((path, one))
        prefixes: list[NewPrefix] = []
        for prefix, places in found.items():
            own = [one for path, one in places if not is_test(path)]
            kinds = {kind_from(one.name) for one in own or [one for _, one in places]} - {""}
            in_tests = len(places) - len(own)
            is_new = prefix not in known
            prefixes.append(NewPrefix(prefix, tuple(sorted(kinds)), len(own), in_tests, is_new))
        prefixes.sort(key=lambda one: (-one.count, -one.in_tests, one.prefix))
        return cls(tuple(prefixes), tuple(_clashes([p for p in prefixes if p.count], known)))


def _clashes(prefixes: Sequence[NewPrefix], known: Collection[str]) -> Iterator[NameClash]:
    counts = Counter({one.prefix: one.count for one in prefixes})
    by_kind: dict[str, list[str]] = {}
    for one in prefixes:
        for kind in one.kinds:
            by_kind.setdefault(kind, []).append(one.prefix)
    for kind, own in sorted(by_kind.items()):
        if len(own) > 1:
            yield NameClash(kind, tuple(own))
    told = {frozenset(pair) for own in by_kind.values() for pair in combinations(own, 2)}
    for short, long in combinations(sorted({*counts, *known}, key=lambda one: (len(one), one)), 2):
        is_told = frozenset((short, long)) in told or not (counts[short] or counts[long])
        if not is_told and is_short_for(short, long):
            yield NameClash("", tuple(sorted((short, long), key=lambda one: -counts[one])))


def is_short_for(short: str, long: str) -> bool:
    """Whether a word may be short for another one, as `conn` and `msg` are."""
    if len(short) < _SHORTEST or len(long) - len(short) < 2 or not (short + long).isalpha():
        return False
    skeleton = _VOWELS.sub("", _DOUBLED.sub(r"\1", long))
    return long.startswith(short) or skeleton.startswith(_DOUBLED.sub(r"\1", short))


def prefixes_in(source: bytes, settings: Settings) -> set[str]:
    """The prefixes that a file hands to the generator, where they are written out there."""
    method = re.escape(settings.id_method.encode())
    found = re.findall(rb"\b%b\(\s*f?([\"'])([\w.:@-]+)\1" % method, source)
    return {prefix.decode("ascii", "replace") for _, prefix in found}
