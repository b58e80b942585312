"""Why an id must keep the form that a uuid gives it, or must not come from the generator."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ssot_lint.ids.kinds import snake_case

_SECRETS = frozenset({
    "jti", "nonce", "token", "tokens", "secret", "secrets", "csrf", "xsrf", "password",
    "passwd", "pwd", "passphrase", "salt", "otp", "apikey", "credential", "credentials",
})  # fmt: skip
_WORD = re.compile(r"[a-z0-9]+")
_STATES = frozenset({"state", "oauth_state", "auth_state", "login_state"})
FIXED_FORMS = frozenset({"traceparent", "tracestate"})
# Names of ids whose uniqueness or form others rely on in ways that are not in sight.
_DELICATE = frozenset({
    "lock", "mutex", "lease", "idempotency", "dedup", "deduplication",
    "hash", "digest", "checksum", "etag",
    "fingerprint",
})  # fmt: skip


def words_of(*names: str | None) -> frozenset[str]:
    """The words of names, in the singular too."""
    words = {w for name in names if name for w in _WORD.findall(snake_case(name))}
    return frozenset(words | {word.removesuffix("s") for word in words})


def secret_in(names: Iterable[str | None]) -> str | None:
    """The first of the names that stands for a secret."""
    for name in names:
        if name is not None and (
            words_of(name) & _SECRETS
            or snake_case(name) in _STATES
            or {"api", "key"} <= words_of(name)
        ):
            return name
    return None


def is_delicate(name: str) -> bool:
    """Whether ids of the name serve as lock, hash or key for something."""
    return bool(words_of(name) & _DELICATE)


def has_fixed_form(names: Sequence[str | None], head: str, taken: str) -> str | None:
    """Why the width or the alphabet of the value is fixed.

    `taken` is what is taken of the uuid, as code: `.hex[:16]`.
    """
    words = words_of(*names)
    if words & FIXED_FORMS or head.startswith("00-"):
        return "the trace headers fix its width and alphabet"
    if ("span" in words and ":16]" in taken) or (
        "trace" in words and taken.startswith(".hex") and ("[" not in taken or ":32]" in taken)
    ):
        return "its width and alphabet are fixed: hexadecimal, as traces have it"
    return None
