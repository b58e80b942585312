"""Triggers: which words a file must hold for a rule to speak. Generously, never short.

They stand apart from the rules because most files need nothing more, and importing the rules,
which import libcst, takes longer than looking at a thousand files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain, groupby, takewhile
from typing import ClassVar

from ssot_lint.config.settings import Settings
from ssot_lint.ids.kinds import (
    class_names,
    generator_classes,
    literal_prefixes,
    told_apart,
)
from ssot_lint.ids.makers import BUILTIN_SOURCES, SOURCE_NAMES, SOURCE_TRIGGERS

# Ends the name of everything that holds an id. Begins with a set: this makes it quick to look for.
_ID_ENDING = r"[iI][dD][sS]?_*\b"


def _words(names: Iterable[str], behind: str) -> str:
    """A pattern for words with something behind them, grouped by their first letters.

    So it begins with a set: else each place of a text would be tried.
    """
    grouped = groupby(sorted(names, reverse=True), key=lambda name: name[0])
    endings = [(first, "|".join(name[1:] for name in group)) for first, group in grouped]
    return "|".join(rf"{first}(?<!\w.)(?:{rest}){behind}" for first, rest in endings)


# So many bytes of a word are rare enough to be worth a search of their own.
_HEAD = 3
# Calls a source, takes a reference to one, or counts something up.
_CALLED = r"[\s\\]*\("
_HANDED_ON = r"(?=[\s\\]*(?:[,)\]}\n\r;:#\"']|$|(?:as|if|else|or|and|for)\b))"
_CALL_OF_SOURCE = (
    f"{_words(SOURCE_NAMES, f'(?:{_CALLED}|{_HANDED_ON})')}|{_words(BUILTIN_SOURCES, _CALLED)}"
)
_COUNTS_UP = (
    r"c(?:ounter|ount)[\s\\)]*[^\s\w=]{1,2}=|s(?:eq|equence)[\s\\)]*[^\s\w=]{1,2}="
    r"|\+=[\s\\(]*1\b"
)
_SOURCE = f"{_CALL_OF_SOURCE}|{_COUNTS_UP}"
# As above, but that what counts may be counted up elsewhere.
_SOURCE_OR_COUNTER = rf"{_CALL_OF_SOURCE}|c(?:ounter|ount)\b|s(?:eq|equence)\b|\+=[\s\\(]*1\b"


# Takes the end of something: `made.split("_")[-1]`, `made[-8:]`.
_TAKES_END = r"(?:\.\s*r?(?:split|partition)[\s\\]*\(|:\s*\])"


def shortest(words: AbstractSet[str]) -> list[str]:
    """The words, sorted, without those that hold another one of them."""
    lengths = sorted({len(word) for word in words})
    return [word for word in sorted(words) if not any(p in words for p in _parts(word, lengths))]


def _parts(word: str, lengths: Iterable[int]) -> Iterator[str]:
    """The pieces of a word that have one of the lengths and are shorter than it."""
    for size in takewhile(lambda length: length < len(word), lengths):
        yield from (word[at : at + size] for at in range(len(word) - size + 1))


class Words:
    """Words to look for.

    One by one, which is twice as fast as one regular expression for all; what many begin with,
    before these.
    """

    def __init__(self, words: Iterable[str]) -> None:
        encoded = sorted(word.encode() for word in words)
        groups = groupby(encoded, key=lambda word: word[:_HEAD])
        self._heads = [_Head(list(group)) for _, group in groups]

    def stand_in(self, source: bytes) -> bool:
        """Whether one of them stands in the bytes."""
        return any(head.stands_in(source) for head in self._heads)


class _Head:
    """What some words in order begin with, in groups by the byte behind it."""

    def __init__(self, words: Sequence[bytes]) -> None:
        self._text = _common_head(words[0], words[-1])
        following = groupby(words, key=lambda word: word[: len(self._text) + 1])
        ends = self._text == words[0]
        self._groups = [] if ends else [_Head(list(group)) for _, group in following]

    def stands_in(self, source: bytes) -> bool:
        """Whether one of the words stands in the bytes."""
        if self._text not in source:
            return False
        return not self._groups or any(group.stands_in(source) for group in self._groups)


def _common_head(one: bytes, other: bytes) -> bytes:
    same = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return one[: sum(1 for _ in same)]


class Trigger:
    """The triggers of one rule under given settings."""

    names_tracked: ClassVar[bool] = False
    """Whether the rule speaks of what names stand for: the generator, banned functions."""
    of_banned: ClassVar[bool] = False
    """Whether the rule speaks of single uses of banned functions, whatever stands around them."""
    asks_others: ClassVar[bool] = False
    """Whether it may be for other files to tell what the rule speaks of."""
    cause: re.Pattern[bytes] | None = None
    """What the text of a statement holds about which the rule speaks; narrower than the triggers.
    Letters outside of ASCII are question marks."""

    def __init__(self, settings: Settings) -> None:
        self.any_of = frozenset(self._any_of(settings))
        """Words of which a file must hold at least one for the rule to speak."""
        self.pieces = shortest(self.any_of)
        """The triggers without those that hold another one."""
        self.words = Words(self.pieces)
        """The same, to be looked for in bytes."""
        self.needs = tuple(tuple(choices) for choices in self._needs(settings))
        """Besides a trigger: of each of these, a file must match one regular expression."""

    def _any_of(self, settings: Settings) -> Iterable[str]:
        return ()

    def _needs(self, settings: Settings) -> Iterable[Iterable[str]]:
        return ()


class OfBannedCalls(Trigger):
    """Of rules about banned functions."""

    names_tracked = True
    of_banned = True

    def _any_of(self, settings: Settings) -> Iterable[str]:
        return settings.banned_words


class OfGenerator(Trigger):
    """Of rules about what names the generator."""

    names_tracked = True

    def _any_of(self, settings: Settings) -> Iterable[str]:
        return generator_classes(settings)


class EmergencyUuidFallbackTrigger(OfGenerator):
    """OST103: a fallback may name neither the generator nor what is banned."""

    names_tracked = False
    cause = re.compile(_words(("try", "if", "or"), r"\b").encode())


class HandBuiltIdTrigger(Trigger):
    """OST104: of sources, or of pieces of what the generator gives."""

    asks_others = True

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        generators = "|".join(map(re.escape, generator_classes(settings)))
        self.cause = re.compile(
            rf"{_SOURCE_OR_COUNTER}|(?:{generators})[\s\S]{{0,4000}}?{_TAKES_END}".encode()
        )

    def _any_of(self, settings: Settings) -> Iterable[str]:
        return {*SOURCE_TRIGGERS, *generator_classes(settings)}

    def _needs(self, settings: Settings) -> Iterable[Iterable[str]]:
        # Context classes name ids that stand in the settings alone.
        generators = map(re.escape, generator_classes(settings))
        return [[_ID_ENDING, *map(re.escape, class_names(settings))], [_SOURCE, *generators]]


class OtherIdMakerTrigger(Trigger):
    """OST105: what is named in the settings, and what lies in exempt files."""

    asks_others = True

    def _any_of(self, settings: Settings) -> Iterable[str]:
        return settings.other_maker_words


class MultipleGeneratorCallsTrigger(OfGenerator):
    """OST201."""

    def _any_of(self, settings: Settings) -> Iterable[str]:
        # The class too: an instance of it may be made in one function and used in another.
        return [*filter(None, [settings.context_method]), *generator_classes(settings)]


class PiecemealContextIdsTrigger(OfGenerator):
    """OST202."""

    def _any_of(self, settings: Settings) -> Iterable[str]:
        return [settings.id_method, *generator_classes(settings)]


class UnknownGeneratorCallTrigger(OfGenerator):
    """OST204."""

    asks_others = True

    def _any_of(self, settings: Settings) -> Iterable[str]:
        others = (name.rpartition(".")[2] for name in settings.other_makers)
        return [*generator_classes(settings), *others]


class ShadowedGeneratorImportTrigger(Trigger):
    """OST203."""

    def _any_of(self, settings: Settings) -> Iterable[str]:
        # The class and the modules that have it, each by its own name.
        parts = (part for name in settings.generator_names for part in name.split(".")[-2:])
        return [part for part in parts if part]


class UnboundGeneratorTrigger(OfGenerator):
    """OST205: what nothing binds stands for nothing."""

    names_tracked = False


class MixedContextIdsTrigger(Trigger):
    """OST206: names of two kinds of ids, or a context class."""

    asks_others = True

    def _any_of(self, settings: Settings) -> Iterable[str]:
        return {*settings.context_ids, *class_names(settings)}

    def _needs(self, settings: Settings) -> Iterable[Iterable[str]]:
        # Beside each kind another one: then there are two.
        for kind in settings.context_ids:
            others = {*settings.context_ids, *class_names(settings)} - {kind}
            yield list(map(re.escape, sorted(others)))


class UnprefixedThreadLiteralTrigger(Trigger):
    """OST301."""

    asks_others = True

    def _any_of(self, settings: Settings) -> Iterable[str]:
        kinds = [kind for kind, _ in settings.id_prefixes]
        return [*kinds, *settings.context_classes] if kinds else []


class TruncatedGeneratedIdTrigger(OfGenerator):
    """OST303."""


class DoubledIdPrefixTrigger(Trigger):
    """OST302."""

    asks_others = True

    def _any_of(self, settings: Settings) -> Iterable[str]:
        # A prefix in front of a value ends a literal, or has a placeholder behind it.
        endings = [prefix + sign for prefix in literal_prefixes(settings) for sign in "\"'{%"]
        return [*generator_classes(settings), *endings]


class DerivedThreadIdTrigger(Trigger):
    """OST304."""

    def _any_of(self, settings: Settings) -> Iterable[str]:
        return {*settings.context_ids, *class_names(settings), *generator_classes(settings)}


class IdKindMixupTrigger(Trigger):
    """OST305: one kind behind another one's name, the generator's ids in order, or a type.

    Or what others define, and is handed an id by position.
    """

    asks_others = True

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.cause = re.compile(_mixing(settings).encode())

    def _any_of(self, settings: Settings) -> Iterable[str]:
        return settings.context_ids

    def _needs(self, settings: Settings) -> Iterable[Iterable[str]]:
        # By position an id has a comma or a parenthesis behind it.
        endings = {kind[-2:].lower() for kind in told_apart(settings)}
        spelled = ("".join(f"[{sign}{sign.upper()}]" for sign in end) for end in sorted(endings))
        return [[rf"(?:{'|'.join(spelled)})\s*[,)]", _mixing(settings)]]


class ConstantContextIdTrigger(Trigger):
    """OST306."""

    def _any_of(self, settings: Settings) -> Iterable[str]:
        return class_names(settings)


def _mixing(settings: Settings) -> str:
    """A pattern for what may bind an id of one kind to another."""
    types = [kind.title().replace("_", "") for kind in told_apart(settings)]
    spelled = [
        (kind, kind.upper(), t[0].lower() + t[1:])
        for kind, t in zip(told_apart(settings), types, strict=True)
    ]
    kinds = "|".join(map(re.escape, dict.fromkeys(chain(*spelled))))
    others = [settings.context_method, *class_names(settings), *types]
    # An id follows in the same item, before a comma that begins another one: `, run_id=`.
    item = r"(?:[^,=]|[=!<>]=|,(?!\s{0,40}[\"']?\w{1,40}[\"']?\s{0,9}[:=]))"
    bound_to = r"[\"'\])]{0,3}\s{0,9}(?::[^,=]{0,80})?[:=]"
    other = rf"{item}{{0,200}}?(?!(?P=kind))(?:{kinds})\b"
    # Or what a function gives, which begins on the same line.
    given = r"[^,=\n]{0,120}?\("
    bound = rf"(?P<kind>{kinds}){bound_to}(?:{other}|{given})"
    return "|".join((bound, *(re.escape(one) for one in others if one)))


class UnvalidatedThreadLookupTrigger(Trigger):
    """OST401."""

    def _any_of(self, settings: Settings) -> Iterable[str]:
        return [kind for kind, _ in settings.id_prefixes]


class UnusedSuppressionTrigger(Trigger):
    """OST901: it speaks about comments, which are looked for in the whole text."""

    def _any_of(self, settings: Settings) -> Iterable[str]:
        # With a digit, because `POST` and `HOST` stand everywhere.
        return [f"OST{digit}" for digit in range(10)]


class UnexplainedSuppressionTrigger(UnusedSuppressionTrigger):
    """OST902."""

    def _any_of(self, settings: Settings) -> Iterable[str]:
        return super()._any_of(settings) if settings.require_noqa_reason else ()
