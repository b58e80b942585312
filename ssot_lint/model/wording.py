"""Words that depend on others in a sentence: articles and plurals."""

from __future__ import annotations

import re
from collections.abc import Iterable

# By the sound: "a user_id", "a uuid", "an order_id", "an hour_id", "a one_id", "an sms_id".
_LIKE_A_CONSONANT = re.compile(
    r"(?:u(?:n[it]|s[aeiu]|uid|r[il]|t[ice]|$|[^a-z])|eu|one(?![a-z]))", re.IGNORECASE
)
_LIKE_A_VOWEL = re.compile(
    r"(?:[aeiou]|hour|honest|heir|[fhlmnrsx][^aeiouy]*(?![a-z]))", re.IGNORECASE
)


def with_article(noun: str) -> str:
    """`a run_id`, `an order_id`."""
    is_vowel = _LIKE_A_VOWEL.match(noun) and not _LIKE_A_CONSONANT.match(noun)
    return f"{'an' if is_vowel else 'a'} {noun}"


def listed(words: Iterable[str], most: int = 0) -> str:
    """`a`, `a and b`, `a, b and c`; of more than `most`, where that is given, so many and how many
    more.
    """
    *others, last = words
    if most and len(others) >= most:
        return f"{', '.join(others[:most])} and {len(others) + 1 - most} more"
    return f"{', '.join(others)} and {last}" if others else last


def plural(count: int, noun: str) -> str:
    """A number of things, as people write it."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
