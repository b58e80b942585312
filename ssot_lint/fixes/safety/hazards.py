"""Why an id must keep the form that a uuid gives it, or must not come from the generator."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ssot_lint.analysis.dataflow.sinks.effects import Effect
from ssot_lint.analysis.syntax.parsing import last_name_of
from ssot_lint.ids.kinds import snake_case

_SECRETS = frozenset({
    "jti", "nonce", "token", "tokens", "secret", "secrets", "csrf", "xsrf", "password",
    "passwd", "pwd", "passphrase", "salt", "otp", "apikey", "credential", "credentials",
})  # fmt: skip
_WORD = re.compile(r"[a-z0-9]+")
_STATES = frozenset({"state", "oauth_state", "auth_state", "login_state"})
FIXED_FORMS = frozenset({"traceparent", "tracestate"})
TRACED = "the trace headers fix its width and alphabet"
"""What is said of an id that gets into those."""
# Names of ids whose uniqueness or form others rely on in ways that are not in sight.
_DELICATE = frozenset({
    "lock", "mutex", "lease", "idempotency", "dedup", "deduplication",
    "hash", "digest", "checksum", "etag",
    "fingerprint",
})  # fmt: skip


# Words at the end of names of things whose own names have no underscore in them.
_WITHOUT_UNDERSCORE = frozenset({
    "bucket", "host", "hostname", "subdomain", "domain", "fqdn", "pod", "configmap",
})  # fmt: skip


@dataclass(frozen=True)
class Use:
    """Functions, by their last names, that are not handed any id that one can guess or spell."""

    names: frozenset[str]
    what: str
    """What it becomes."""
    is_secret: bool


USES: tuple[Use, ...] = (
    Use(frozenset({"set_cookie", "set_signed_cookie"}), "a cookie, a secret", is_secret=True),
    Use(
        frozenset({"compare_digest", "constant_time_compare"}),
        "what is compared as a secret",
        is_secret=True,
    ),
    Use(frozenset({"create_bucket", "make_bucket"}), "a bucket", is_secret=False),
    Use(frozenset({"V1ObjectMeta"}), "an object of Kubernetes", is_secret=False),
)
# Containers whose items are secrets.
COOKIES = frozenset({"cookies", "cookie"})
# A link that opens a door: what stands between the word and the id, up to the end.
OPENING_LINK = re.compile(
    r"(?i)[/?&#][\w-]*(reset|invit|verif|confirm|activat|magic|unsubscrib)[\w/-]*(?:[?&][\w-]+=|/)"
    r"(?:[\w-]+=)?$"
)


def use_of(called: str) -> Use | None:
    """What functions of a name make of an id."""
    return next((use for use in USES if called in use.names), None)


def has_no_underscore(name: str) -> bool:
    """Whether what is called so can have no underscore in its own name: `bucket`, `host_name`."""
    words = snake_case(name).removesuffix("_name").split("_")
    return words[-1] in _WITHOUT_UNDERSCORE


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


def secret(what: str) -> str:
    """What is said of an id that becomes something which nobody may guess."""
    return f"it becomes {what}; use `secrets.token_urlsafe()`"


def no_underscore(what: str, at: ast.AST | None) -> Effect:
    """An id becomes something at a node whose names have no underscore in them."""
    return Effect(f"it becomes {what}, whose name has no underscore", at, is_doubt=True)


def by_name(name: str, at: ast.AST | None) -> Iterator[Effect]:
    """What the name of something that gets the id says."""
    if secret_in([name]) is not None:
        yield Effect(secret(f"`{name}`, a secret"), at)
    if words_of(name) & FIXED_FORMS:
        yield Effect(TRACED, at, demands_form=True)
    if is_delicate(name):
        yield Effect(f"it becomes `{name}`", at, is_doubt=True)
    if has_no_underscore(name):
        yield no_underscore(f"`{name}`", at)


def by_use(call: ast.Call) -> Iterator[Effect]:
    """What a function does with the ids that it is handed."""
    use = use_of(last_name_of(call.func))
    if use is not None:
        yield (Effect(secret(use.what), call) if use.is_secret else no_underscore(use.what, call))
