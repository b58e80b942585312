"""Why an id must keep the form that a uuid gives it, or must not come from the generator."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence

from ssot_lint.analysis.dataflow.declared_types import (
    declares_field,
    fixed_by,
    is_uuid_declared,
    is_uuid_type,
)
from ssot_lint.analysis.dataflow.library import Port, same_row
from ssot_lint.analysis.dataflow.sinks import Effect, converts
from ssot_lint.analysis.semantics.semantic_model import SemanticModel
from ssot_lint.analysis.semantics.signatures import Declaration
from ssot_lint.analysis.syntax.parsing import last_name
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


def needs_object(binding: Binding, model: SemanticModel) -> str | None:
    """Why a UUID object is needed where the value goes; None when nothing says so."""
    aliases = model.fields.aliases
    if binding.annotation is not None and is_uuid_type(ast.unparse(binding.annotation), aliases):
        return "a UUID object is needed: that is how it is annotated"
    for call in binding.calls:
        if _makes_object(call, model):
            return "a UUID object is needed: the value is handed to `UUID()`"
        if converts(last_name(call.func)):
            return f"the value is handed to `{last_name(call.func)}()`"
        if _is_field(call) and is_uuid_declared(Declaration(value=ast.unparse(call)), aliases):
            return "a UUID object is needed: that is the type of the column"
    if binding.calls and binding.name is not None:
        signature = model.signatures.of(last_name(binding.calls[0].func)) or ()
        if any(name == binding.name and is_uuid_type(of, aliases) for name, of in signature):
            return f"a UUID object is needed: that is how `{binding.name}` is annotated"
    return None


def _is_field(call: ast.Call) -> bool:
    return declares_field(last_name(call.func))


def declared_form(binding: Binding, model: SemanticModel) -> Effect | None:
    """What the file declares of the field that gets the value, where that fixes its form."""
    fields = model.fields
    declared: list[tuple[Declaration, str | None]] = [
        (Declaration(value=ast.unparse(call)), None) for call in filter(_is_field, binding.calls)
    ]
    if binding.annotation is not None:
        declared.append((Declaration(ast.unparse(binding.annotation)), binding.name))
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


def is_made_an_object(load: ast.AST, model: SemanticModel) -> bool:
    """Whether the code makes a UUID object of a value; `load` is where it is read."""
    node: ast.AST | None = load
    while node is not None:
        outer = _argument_of(node, model)
        if isinstance(outer, ast.Call) and node is not outer.func and _makes_object(outer, model):
            return True
        node = _carrier(node, model)
    return False


def _makes_object(call: ast.Call, model: SemanticModel) -> bool:
    return last_name(call.func) == "UUID" or "uuid.UUID" in model.names.dotted(call.func)


def _argument_of(node: ast.AST, model: SemanticModel) -> ast.AST | None:
    """What stands around a node, but for the keyword or the star by which a call is handed it."""
    parent = model.syntax.parent(node)
    if isinstance(parent, (ast.keyword, ast.Starred)):
        return model.syntax.parent(parent)
    return parent


def _carrier(node: ast.AST, model: SemanticModel) -> ast.AST | None:
    """The expression around a value that has the same value, or its text in another case."""
    parent = _argument_of(node, model)
    match parent:
        case ast.Call() if node is not parent.func:
            return parent if same_row(last_name(parent.func), Port.FIRST) else None
        case ast.Attribute() if same_row(parent.attr, Port.RECEIVER):
            return model.syntax.parent(parent)
        case ast.BoolOp() | ast.NamedExpr():
            return parent
        case ast.IfExp() if node is not parent.test:
            return parent
        case ast.FormattedValue():
            whole = model.syntax.parent(parent)
            alone = isinstance(whole, ast.JoinedStr) and len(whole.values) == 1
            return whole if alone else None
    return None
