"""Why an id must keep the form that a uuid gives it, or must not come from the generator."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import libcst as cst

from ssot_lint.analysis.dataflow.declared_types import UUID_TYPE, WIDE_ENOUGH, fixed_by
from ssot_lint.analysis.dataflow.library import Port, same_row
from ssot_lint.analysis.dataflow.sinks import converts
from ssot_lint.analysis.dataflow.templates import code_of
from ssot_lint.analysis.syntax.libcst_nodes import last_name, walk
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
_SIZED = frozenset({"String", "VARCHAR", "CHAR", "Unicode", "NVARCHAR", "Varchar", "FixedString"})
_SIZES = frozenset({"max_length", "min_length", "length", "pattern", "regex"})


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
    if binding.annotation is not None and _mentions_uuid(binding.annotation):
        return "a UUID object is needed: that is how it is annotated"
    for call in binding.calls:
        if _makes_object(call, file):
            return "a UUID object is needed: the value is handed to `UUID()`"
        if converts(last_name(call.func) or ""):
            return f"the value is handed to `{last_name(call.func)}()`"
        if declares_field(call) and any(map(_mentions_uuid, (call.func, *_types_in(call)))):
            return "a UUID object is needed: that is the type of the column"
    if binding.calls and binding.name is not None:
        signature = file.semantics.signatures.of(last_name(binding.calls[0].func)) or ()
        if any(name == binding.name and UUID_TYPE.search(of) for name, of in signature):
            return f"a UUID object is needed: that is how `{binding.name}` is annotated"
    return None


def declares_field(call: cst.Call) -> bool:
    """Whether the call declares a column of a table or a field of a model."""
    return (last_name(call.func) or "").lower().endswith(("field", "column"))


def declared_form(binding: Binding, file: FileContext) -> str | None:
    """Why the form is fixed by what the file declares of the field that gets the value."""
    declarations: list[str] = []
    if binding.annotation is not None:
        declarations.append(code_of(binding.annotation))
    if binding.calls and binding.name is not None and binding.target is None:
        owner = file.semantics.fields.of(last_name(binding.calls[0].func))
        declarations.append(owner.get(binding.name, ""))
    fixed = (fixed_by(declaration, binding.name) for declaration in declarations)
    return next(filter(None, fixed), None)


def _types_in(call: cst.Call) -> Iterable[cst.BaseExpression]:
    return (arg.value for arg in call.args if arg.keyword is None or arg.keyword.value == "type_")


def _mentions_uuid(node: cst.CSTNode) -> bool:
    """Whether a type is UUID; `str | UUID` may be both."""
    names = {last_name(part) or "" for part in walk(node)}
    names |= {part.raw_value for part in walk(node) if isinstance(part, cst.SimpleString)}
    return any(UUID_TYPE.search(name) for name in names) and "str" not in names


def has_fixed_form(
    names: Sequence[str | None], head: str, taken: str, calls: Sequence[cst.Call]
) -> str | None:
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
    for call in filter(declares_field, calls):
        size = _size_in(call)
        if size is not None:
            return size
    return None


def _size_in(call: cst.Call) -> str | None:
    for part in walk(call):
        if not isinstance(part, cst.Call):
            continue
        sized = last_name(part.func) in _SIZED
        for arg in part.args:
            keyword = arg.keyword.value if arg.keyword is not None else None
            if keyword in ("pattern", "regex"):
                return f"`{keyword}` fixes its form"
            if not isinstance(arg.value, cst.Integer):
                continue
            if (keyword in _SIZES or (sized and keyword is None)) and (
                arg.value.evaluated_value < WIDE_ENOUGH
            ):
                return f"its width is fixed to {arg.value.value} characters"
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
