"""Why an id must keep the form that a uuid gives it, or must not come from the generator."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import libcst as cst

from ssot_lint.bindings import Binding
from ssot_lint.rule import FileContext
from ssot_lint.templates import code_of
from ssot_lint.tree import access_path, last_name, walk
from ssot_lint.uses import Uses
from ssot_lint.words import snake_case

# Widths below which the generator's ids may not fit.
_WIDE_ENOUGH = 64

_SECRETS = frozenset({
    "jti", "nonce", "token", "tokens", "secret", "secrets", "csrf", "xsrf", "password",
    "passwd", "pwd", "passphrase", "salt", "otp", "apikey", "credential", "credentials",
})  # fmt: skip
_WORD = re.compile(r"[a-z0-9]+")
_STATES = frozenset({"state", "oauth_state", "auth_state", "login_state"})
_FIXED_FORMS = frozenset({"traceparent", "tracestate"})
# Names of ids whose uniqueness or form others rely on in ways that are not in sight.
_DELICATE = frozenset({
    "lock", "mutex", "lease", "idempotency", "dedup",
    "hash", "digest", "checksum", "etag",
    "fingerprint",
})  # fmt: skip
_UUID_TYPE = re.compile(r"\b(UUID[14]?|Uuid|GUID|PGUUID|PG_UUID|UUIDField|UUIDType)\b")
_SIZED = frozenset({"String", "VARCHAR", "CHAR", "Unicode", "NVARCHAR", "Varchar", "FixedString"})
_SIZES = frozenset({"max_length", "min_length", "length", "pattern", "regex"})
_DECLARED_SIZE = re.compile(
    r"\b(String\(|VARCHAR\(|CHAR\(|Unicode\(|(?:max_|min_)?length\s*=\s*)(\d+)"
)
_OBJECT_PARTS = frozenset({
    "bytes", "bytes_le", "int", "fields", "time", "time_low", "time_mid", "time_hi_version",
    "clock_seq", "node", "urn", "variant", "version", "is_safe",
})  # fmt: skip
_SAME_TEXT = frozenset({"lower", "upper", "strip", "casefold"})
_MATCHING = frozenset({"fullmatch", "match", "search", "assertRegex", "fromhex"})
# Methods of texts that depend on their form.
TAKING_APART = frozenset({
    "split", "rsplit", "partition", "rpartition", "replace", "translate", "removeprefix",
    "removesuffix", "isalnum", "isdigit", "isalpha", "encode", "hex", "ljust", "rjust",
    "zfill", "count", "index", "find",
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
    if binding.annotation is not None and _mentions_uuid(binding.annotation):
        return "a UUID object is needed: that is how it is annotated"
    for call in binding.calls:
        if last_name(call.func) == "UUID" or "uuid.UUID" in file.names.dotted(call.func):
            return "a UUID object is needed: the value is handed to `UUID()`"
        if declares_field(call) and any(map(_mentions_uuid, (call.func, *_types_in(call)))):
            return "a UUID object is needed: that is the type of the column"
    if binding.calls and binding.name is not None:
        signature = file.signatures.of(last_name(binding.calls[0].func)) or ()
        if any(name == binding.name and _UUID_TYPE.search(of) for name, of in signature):
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
        owner = file.fields.of(last_name(binding.calls[0].func))
        declarations.append(owner.get(binding.name, ""))
    for declaration in declarations:
        if _UUID_TYPE.search(declaration) and "str" not in re.findall(r"\w+", declaration):
            return f"a UUID object is needed: that is how `{binding.name}` is declared"
        if re.search(r"\b(pattern|regex)\s*=", declaration):
            return f"a pattern fixes the form of `{binding.name}`"
        size = _DECLARED_SIZE.search(declaration)
        if size is not None and int(size[2]) < _WIDE_ENOUGH:
            return f"its width is fixed to {size[2]} characters"
    return None


def _types_in(call: cst.Call) -> Iterable[cst.BaseExpression]:
    return (arg.value for arg in call.args if arg.keyword is None or arg.keyword.value == "type_")


def _mentions_uuid(node: cst.CSTNode) -> bool:
    """Whether a type is UUID; `str | UUID` may be both."""
    names = {last_name(part) or "" for part in walk(node)}
    names |= {part.raw_value for part in walk(node) if isinstance(part, cst.SimpleString)}
    return any(_UUID_TYPE.search(name) for name in names) and "str" not in names


def has_fixed_form(
    names: Sequence[str | None], head: str, taken: str, calls: Sequence[cst.Call]
) -> str | None:
    """Why the width or the alphabet of the value is fixed.

    `taken` is what is taken of the uuid, as code: `.hex[:16]`.
    """
    words = words_of(*names)
    if words & _FIXED_FORMS or head.startswith("00-"):
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
                arg.value.evaluated_value < _WIDE_ENOUGH
            ):
                return f"its width is fixed to {arg.value.value} characters"
    return None


def surgery_on(load: cst.CSTNode, file: FileContext) -> str | None:
    """What the code does to a value that depends on its form; `load` is where it is read."""
    return next(filter(None, (_surgery_at(node, file) for node in _carriers(load, file))), None)


def surgery_on_any(loads: Iterable[cst.CSTNode], uses: Uses, file: FileContext) -> str | None:
    """As `surgery_on`, for all places at which a variable is read, and those of its other names."""
    seen: set[cst.CSTNode] = set()
    pending = list(loads)
    while pending:
        load = pending.pop(0)
        if load in seen:
            continue
        seen.add(load)
        found = surgery_on(load, file)
        if found is not None:
            return found
        for node in _carriers(load, file):
            pending += [use for name in _names_given(node, file) for use in uses.of(name)]
    return None


def _names_given(value: cst.CSTNode, file: FileContext) -> Iterator[cst.Name]:
    """The variables that get a value where it stands."""
    match file.parent(value):
        case cst.Assign(targets=targets):
            yield from (part.target for part in targets if isinstance(part.target, cst.Name))
        case cst.AnnAssign(target=cst.Name() as name, value=given) if given is value:
            yield name
        case cst.NamedExpr(target=cst.Name() as name, value=given) if given is value:
            yield name


def _carriers(load: cst.CSTNode, file: FileContext) -> Iterator[cst.CSTNode]:
    """The expressions that have the value that is read, from the inside out."""
    node: cst.CSTNode | None = load
    while node is not None:
        yield node
        node = _carrier(node, file)


def _carrier(node: cst.CSTNode, file: FileContext) -> cst.CSTNode | None:
    """The expression around a value that has the same value, or its text in another case."""
    parent = file.parent(node)
    match parent:
        case cst.Arg():
            call = file.parent(parent)
            is_text = isinstance(call, cst.Call) and last_name(call.func) in ("str", "cast")
            return call if is_text else None
        case cst.Attribute() if parent.value is node and parent.attr.value in _SAME_TEXT:
            return file.parent(parent)
        case cst.BooleanOperation() | cst.NamedExpr():
            return parent
        case cst.IfExp() if node is not parent.test:
            return parent
        case cst.FormattedStringExpression():
            whole = file.parent(parent)
            alone = isinstance(whole, cst.FormattedString) and len(whole.parts) == 1
            return whole if alone else None
    return None


def _surgery_at(load: cst.CSTNode, file: FileContext) -> str | None:
    parent = file.parent(load)
    match parent:
        case cst.Subscript() if parent.value is load:
            return "is cut"
        case cst.Attribute() if parent.value is load:
            if parent.attr.value in _OBJECT_PARTS:
                return "is used as a UUID object"
            if parent.attr.value in TAKING_APART:
                return "is taken apart"
        case cst.Arg():
            call = file.parent(parent)
            if isinstance(call, cst.Call):
                return _surgery_by(call, file)
        case cst.Comparison():
            sides = (parent.left, *(target.comparator for target in parent.comparisons))
            if any(_makes_object(side, file) for side in sides):
                return "is compared with a UUID"
        case cst.For() | cst.CompFor() if parent.iter is load:
            return "is taken apart"
        case cst.FormattedStringExpression() if parent.format_spec:
            return "is formatted to a width"
        case cst.BinaryOperation(operator=cst.Modulo()) if parent.right is load:
            text = parent.left.raw_value if isinstance(parent.left, cst.SimpleString) else ""
            return "is formatted to a width" if re.search(r"%\.?\d", text) else None
        case cst.ComparisonTarget():
            return surgery_on_comparison(parent, file)
    return None


def surgery_on_comparison(target: cst.CSTNode, file: FileContext) -> str | None:
    """As `surgery_on`, for the right side of a comparison."""
    comparison = file.parent(target)
    if isinstance(comparison, cst.Comparison) and _makes_object(comparison.left, file):
        return "is compared with a UUID"
    return None


def _surgery_by(call: cst.Call, file: FileContext) -> str | None:
    name = last_name(call.func)
    if name == "UUID" or "uuid.UUID" in file.names.dotted(call.func):
        return "is handed to `UUID()`"
    if name is not None and "uuid" in name.lower():
        return f"is handed to `{name}()`"
    if isinstance(call.func, cst.Name) and name in ("len", "int", "bytes"):
        return "is measured" if name == "len" else "is converted"
    path = access_path(call.func) or ""
    if path.startswith("re.") or name in _MATCHING:
        return "is matched with a pattern"
    if name == "isinstance" and any(_mentions_uuid(arg.value) for arg in call.args[1:]):
        return "is tested for being a UUID"
    return None


def _makes_object(node: cst.BaseExpression, file: FileContext) -> bool:
    calls = (part for part in walk(node) if isinstance(part, cst.Call))
    return any(_surgery_by(call, file) == "is handed to `UUID()`" for call in calls)
