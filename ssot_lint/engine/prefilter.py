"""Can a file matter: a search of its bytes, before anything is parsed.

Sound: what the analysis of the whole file would report, it lets through.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ssot_lint.analysis.source.text import (
    decode,
    fold_letters,
    may_fold,
)
from ssot_lint.config.settings import Settings
from ssot_lint.rules.registry import ENTRIES
from ssot_lint.rules.triggers import Trigger, Words, shortest

# As PEP 263 defines it: a comment in one of the first two lines.
_COOKIE = re.compile(rb"(?:[^\r\n]*(?:\r\n?|\n))?[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-\w.]+)")
_PLAIN_ENCODINGS = frozenset({b"utf-8", b"utf8", b"ascii", b"latin-1", b"iso-8859-1", b"cp1252"})


class Prefilter:
    """The triggers of some rules under given settings, with what can be prepared for all files."""

    def __init__(self, codes: Iterable[str], settings: Settings) -> None:
        wanted = frozenset(codes)
        self.settings = settings
        self.codes = wanted
        self.triggers = [entry.trigger(settings) for entry in ENTRIES if entry.code in wanted]
        self.sieve = Sieve(self.triggers)


class Sieve:
    """Tells from the bytes of a file whether any rule could speak about it."""

    def __init__(self, triggers: Iterable[Trigger]) -> None:
        active = [trigger for trigger in triggers if trigger.any_of]
        plain = {word for trigger in active if not trigger.needs for word in trigger.any_of}
        # NUL: a file in UTF-16 must be refused, not taken as clean.
        self._words = Words(shortest({*plain, "\0"}))
        self._demanding = [
            (
                trigger.words,
                [[re.compile(one.encode()) for one in choices] for choices in trigger.needs],
            )
            for trigger in active
            if trigger.needs
        ]
        self._idle = not active

    def lets_through(self, source: bytes) -> bool:
        """Whether a file of these bytes can hold anything that a rule speaks about."""
        if self._idle:
            return False
        if self._finds(source):
            return True
        return self._may_be_spelled_otherwise(source) and self._finds_decoded(source)

    def _finds(self, source: bytes) -> bool:
        return self._words.stand_in(source) or any(
            words.stand_in(source)
            and all(any(one.search(source) for one in choices) for choices in needs)
            for words, needs in self._demanding
        )

    @staticmethod
    def _may_be_spelled_otherwise(source: bytes) -> bool:
        """Whether the bytes of a word may differ from its ASCII form."""
        cookie = _COOKIE.match(source)
        if cookie is not None and cookie[1].lower() not in _PLAIN_ENCODINGS:
            return True
        return not source.isascii() and may_fold(source)

    def _finds_decoded(self, source: bytes) -> bool:
        try:
            text = decode(source)
        except (SyntaxError, UnicodeError, LookupError):
            return True
        folded = fold_letters(text).encode("utf-8", "surrogatepass")
        return self._finds(folded)
