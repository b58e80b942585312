"""Why an id must keep the form that a uuid gives it, or must not come from the generator."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import libcst as cst

from ssot_lint.analysis.dataflow.declared_types import (
    declares_field,
    fixed_by,
    is_uuid_declared,
    is_uuid_type,
)
from ssot_lint.analysis.dataflow.library import Port, same_row
from ssot_lint.analysis.dataflow.sinks import Effect, converts
from ssot_lint.analysis.semantics.signatures import Declaration
from ssot_lint.analysis.syntax.libcst_nodes import code_of, last_name
from ssot_lint.fixes.file_context import FileContext
from ssot_lint.ids.bindings import Binding
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


def needs_object(binding: Binding, file: FileContext) -> str | None:
    """Why a UUID object is needed where the value goes; None when nothing says so."""
    aliases = file.semantics.fields.aliases
    if binding.annotation is not None and is_uuid_type(code_of(binding.annotation), aliases):
        return "a UUID object is needed: that is how it is annotated"
    for call in binding.calls:
        if _makes_object(call, file):
            return "a UUID object is needed: the value is handed to `UUID()`"
        if converts(last_name(call.func) or ""):
            return f"the value is handed to `{last_name(call.func)}()`"
        if _is_field(call) and is_uuid_declared(Declaration(value=code_of(call)), aliases):
            return "a UUID object is needed: that is the type of the column"
    if binding.calls and binding.name is not None:
        signature = file.semantics.signatures.of(last_name(binding.calls[0].func)) or ()
        if any(name == binding.name and is_uuid_type(of, aliases) for name, of in signature):
            return f"a UUID object is needed: that is how `{binding.name}` is annotated"
    return None


def _is_field(call: cst.Call) -> bool:
    return declares_field(last_name(call.func) or "")


def declared_form(binding: Binding, file: FileContext) -> Effect | None:
    """What the file declares of the field that gets the value, where that fixes its form."""
    fields = file.semantics.fields
    declared: list[tuple[Declaration, str | None]] = [
        (Declaration(value=code_of(call)), None) for call in filter(_is_field, binding.calls)
    ]
    if binding.annotation is not None:
        declared.append((Declaration(code_of(binding.annotation)), binding.name))
    if binding.calls and binding.name is not None and binding.target is None:
        own = fields.declared(last_name(binding.calls[0].func), binding.name)
        declared += [] if own is None else [(own, binding.name)]
    for declaration, name in declared:
        fixed = fixed_by(declaration, name, fields.aliases)
        if fixed is not None:
            return Effect(fixed, declaration.place)
    return None


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


def is_made_an_object(load: cst.CSTNode, file: FileContext) -> bool:
    """Whether the code makes a UUID object of a value; `load` is where it is read."""
    node: cst.CSTNode | None = load
    while node is not None:
        arg = file.semantics.parent(node)
        call = file.semantics.parent(arg) if isinstance(arg, cst.Arg) else None
        if isinstance(call, cst.Call) and _makes_object(call, file):
            return True
        node = _carrier(node, file)
    return False


def _makes_object(call: cst.Call, file: FileContext) -> bool:
    return last_name(call.func) == "UUID" or "uuid.UUID" in file.semantics.names.dotted(call.func)


def _carrier(node: cst.CSTNode, file: FileContext) -> cst.CSTNode | None:
    """The expression around a value that has the same value, or its text in another case."""
    parent = file.semantics.parent(node)
    match parent:
        case cst.Arg():
            call = file.semantics.parent(parent)
            is_same = isinstance(call, cst.Call) and same_row(last_name(call.func), Port.FIRST)
            return call if is_same else None
        case cst.Attribute() if parent.value is node and same_row(parent.attr.value, Port.RECEIVER):
            return file.semantics.parent(parent)
        case cst.BooleanOperation() | cst.NamedExpr():
            return parent
        case cst.IfExp() if node is not parent.test:
            return parent
        case cst.FormattedStringExpression():
            whole = file.semantics.parent(parent)
            alone = isinstance(whole, cst.FormattedString) and len(whole.parts) == 1
            return whole if alone else None
    return None
