"""Triggers: which words a file must hold for a rule to speak, and which statements it may mean.

Generously, never short. They stand apart from the rules because most files need nothing more, and
importing the rules, which import libcst, takes longer than looking at a thousand files.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import groupby, takewhile
from typing import ClassVar

from ssot_lint.analysis.semantics.known_functions import EXIT_WORDS
from ssot_lint.analysis.syntax.parsing import FUNCTIONS, walk
from ssot_lint.config.settings import Settings
from ssot_lint.ids.kinds import (
    class_names,
    generator_classes,
    kind_of,
    literal_prefixes,
)
from ssot_lint.ids.makers import BUILTIN_SOURCES, SOURCE_NAMES, SOURCE_TRIGGERS, SOURCE_WORDS
from ssot_lint.ids.statements import (
    BINDING_IDS,
    BINDING_KINDS,
    BINDING_TEXTS,
    Statement,
    bindings_by,
    bound_to_id,
    called_in,
    derived_names,
    flows_in,
    imported,
    is_made,
    made_names,
    may_bind_text,
    mentions,
    source_names,
    words_of,
)

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
_SOURCE_OR_COUNTER = re.compile(
    rf"{_CALL_OF_SOURCE}|c(?:ounter|ount)\b|s(?:eq|equence)\b|\+=[\s\\(]*1\b".encode()
)


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

    follows_calls: ClassVar[bool] = False
    """Whether the rule speaks where a function of the same file is handed an id, too."""
    depends_on: AbstractSet[str] = frozenset()
    """Words besides the triggers whose binding changes what the rule says."""

    cause: re.Pattern[bytes] | None = None
    """What the text of a statement holds about which the rule speaks for itself, not for what
    a name stands for; narrower than the triggers. Letters outside of ASCII are question marks."""

    def __init__(self, settings: Settings) -> None:
        self.any_of = frozenset(self._any_of(settings))
        """Words of which a file must hold at least one for the rule to speak.

        A statement that holds none of them, nor a name bound to one, must not matter to the
        rule: it is blanked before the rule sees the file.
        """
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

    def could_speak(self, statement: Statement, takers: AbstractSet[str]) -> bool:
        """Whether a statement that holds a trigger deserves a look: a coarse guess, never short.

        For rules whose triggers stand nearly everywhere. `takers` are the functions and classes
        of the file that take an id of a known kind.
        """
        return True


class OfBannedCalls(Trigger):
    """Of rules about banned functions."""

    def _any_of(self, settings: Settings) -> Iterable[str]:
        return [name.rpartition(".")[2] for name in settings.banned_calls]


class OfGenerator(Trigger):
    """Of rules about what names the generator."""

    def _any_of(self, settings: Settings) -> Iterable[str]:
        return generator_classes(settings)


class EmergencyUuidFallbackTrigger(OfGenerator):
    """OST103."""

    depends_on = SOURCE_WORDS


class HandBuiltIdTrigger(Trigger):
    """OST104."""

    depends_on = SOURCE_WORDS
    cause = _SOURCE_OR_COUNTER

    def _any_of(self, settings: Settings) -> Iterable[str]:
        return SOURCE_TRIGGERS

    def _needs(self, settings: Settings) -> Iterable[Iterable[str]]:
        # Context classes name ids that stand in the settings alone.
        return [[_ID_ENDING, *map(re.escape, class_names(settings))], [_SOURCE]]

    def could_speak(self, statement: Statement, takers: AbstractSet[str]) -> bool:
        """Whether something built, of what may be a source, may get the name of an id."""
        built = [value for node in statement.of(*BINDING_IDS) for value in bound_to_id(node)]
        if not built:
            return False
        telling = source_names(statement)
        return any(mentions(value, telling) for value in built)


class MultipleGeneratorCallsTrigger(Trigger):
    """OST201."""

    depends_on = EXIT_WORDS

    def _any_of(self, settings: Settings) -> Iterable[str]:
        # The class too: an instance of it may be made in one function and used in another.
        return [settings.context_method, *generator_classes(settings)]


class PiecemealContextIdsTrigger(Trigger):
    """OST202."""

    depends_on = EXIT_WORDS

    def _any_of(self, settings: Settings) -> Iterable[str]:
        return [settings.id_method, *generator_classes(settings)]


class ShadowedGeneratorImportTrigger(Trigger):
    """OST203."""

    depends_on = EXIT_WORDS | {"contextlib", "suppress"}

    def _any_of(self, settings: Settings) -> Iterable[str]:
        # The class and the modules that have it, each by its own name.
        parts = (part for name in settings.generator_names for part in name.split(".")[-2:])
        return [part for part in parts if part]

    def could_speak(self, statement: Statement, takers: AbstractSet[str]) -> bool:
        """Whether it imports one of them."""
        imports = statement.of(ast.Import, ast.ImportFrom)
        return any(not self.any_of.isdisjoint(imported(node)) for node in imports)


class UnknownGeneratorCallTrigger(OfGenerator):
    """OST204."""

    depends_on = frozenset({"functools", "partial"})


class UnprefixedThreadLiteralTrigger(Trigger):
    """OST301."""

    follows_calls = True

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.depends_on = class_names(settings)
        self._prefixes = dict(settings.id_prefixes)

    def _any_of(self, settings: Settings) -> Iterable[str]:
        kinds = [kind for kind, _ in settings.id_prefixes]
        return [*kinds, *settings.context_classes] if kinds else []

    def could_speak(self, statement: Statement, takers: AbstractSet[str]) -> bool:
        """Whether a text may become an id of one of the kinds."""
        called = takers | self.depends_on
        return any(
            may_bind_text(node, self._prefixes, called) for node in statement.of(*BINDING_TEXTS)
        )


class DoubledIdPrefixTrigger(Trigger):
    """OST302."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._classes = generator_classes(settings)
        self._prefixes = literal_prefixes(settings)

    def _any_of(self, settings: Settings) -> Iterable[str]:
        # A prefix in front of a value ends a literal, or has a placeholder behind it.
        endings = [prefix + sign for prefix in literal_prefixes(settings) for sign in "\"'{%"]
        return [*generator_classes(settings), *endings]

    def could_speak(self, statement: Statement, takers: AbstractSet[str]) -> bool:
        """Whether it names the generator, or a literal in front of an id and one that it has."""
        if not self._classes.isdisjoint(statement.words):
            return True
        beginnings = endings = both = 0
        for text in statement.texts:
            if any(name in text for name in self._classes):
                return True
            begins = text.startswith(self._prefixes)
            ends = any(p + end in text + "%s" for p in self._prefixes for end in ("%s", "{"))
            beginnings, endings = beginnings + begins, endings + ends
            both += begins and ends
        return beginnings > 0 and endings > 0 and beginnings + endings > 1 + (both == 1)


class DerivedThreadIdTrigger(Trigger):
    """OST304."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._kinds = settings.context_ids
        self._method = settings.context_method
        self._classes = class_names(settings)

    def _any_of(self, settings: Settings) -> Iterable[str]:
        return {*settings.context_ids, *class_names(settings), *generator_classes(settings)}

    def could_speak(self, statement: Statement, takers: AbstractSet[str]) -> bool:
        """Whether it speaks of two kinds of ids, and puts something together for one."""
        words = statement.words
        named = sum(any(kind in word for word in words) for kind in self._kinds)
        if not named:
            return False
        called = takers | self._classes
        if named < 2 and self._method not in words and called.isdisjoint(called_in(statement)):
            return False
        bound = [
            (node, kinds, value)
            for node in statement.of(*BINDING_KINDS)
            for kinds, value in bindings_by(node, self._kinds, called)
        ]
        if not bound:
            return False
        flows = list(flows_in(statement))
        made = made_names(flows)
        values = [
            (kinds, value)
            for node, kinds, value in bound
            if isinstance(node, ast.AugAssign) or is_made(value, made)
        ]
        if not values:
            return False
        derived = derived_names(flows, (*self._kinds, self._method))
        return any(self._may_derive(value, kinds, derived) for kinds, value in values)

    def _may_derive(self, value: ast.AST, own: AbstractSet[str], derived: AbstractSet[str]) -> bool:
        """Whether a value for ids of some kinds speaks of another, or of what was made of one."""
        others = [kind for kind in (*self._kinds, self._method) if own != {kind}]
        return any(
            word in derived or any(kind in word for kind in others)
            for node in walk(value)
            for word in words_of(node)
        )


class UnvalidatedThreadLookupTrigger(Trigger):
    """OST401."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._kinds = tuple(kind for kind, _ in settings.id_prefixes)

    def _any_of(self, settings: Settings) -> Iterable[str]:
        return [kind for kind, _ in settings.id_prefixes]

    def could_speak(self, statement: Statement, takers: AbstractSet[str]) -> bool:
        """Whether a function in it takes an id and calls something."""
        return any(self._takes_id(node) for node in statement.of(*FUNCTIONS))

    def _takes_id(self, node: ast.AST) -> bool:
        if not isinstance(node, FUNCTIONS):
            return False
        args = node.args
        every = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
        takes_id = any(arg is not None and kind_of(arg.arg, self._kinds) for arg in every)
        return takes_id and any(isinstance(part, ast.Call) for part in walk(node))


class UnusedSuppressionTrigger(Trigger):
    """OST901."""

    def _any_of(self, settings: Settings) -> Iterable[str]:
        # With a digit, because `POST` and `HOST` stand everywhere.
        return [f"OST{digit}" for digit in range(10)]

    def could_speak(self, statement: Statement, takers: AbstractSet[str]) -> bool:
        """Never: it speaks about comments, which are looked for in the whole text."""
        return False


class UnexplainedSuppressionTrigger(UnusedSuppressionTrigger):
    """OST902."""

    def _any_of(self, settings: Settings) -> Iterable[str]:
        return super()._any_of(settings) if settings.require_noqa_reason else ()
