"""What declarations say of the values that they take: their type, their width, a pattern."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from ssot_lint.analysis.semantics.known_functions import FACTORIES
from ssot_lint.analysis.semantics.signatures import Code, Declaration
from ssot_lint.analysis.syntax.embedded import types_of
from ssot_lint.analysis.syntax.parsing import NotParsedError, children, last_name_of, parse


@dataclass(frozen=True)
class DeclaredType:
    """What a type, or what makes one, says of its values; by its last name."""

    name: str
    is_uuid: bool = False
    width_at: int | None = None
    """Which argument says how many characters there may be."""
    is_pattern: bool = False


@dataclass(frozen=True)
class Fixed:
    """Why a declaration fixes the form of what it holds."""

    what: str
    width: int | None = None
    """How many characters there may be at most, where that is all that it says."""


TYPES = (
    *(DeclaredType(name, is_uuid=True) for name in ("UUID", "UUID1", "UUID4", "Uuid", "GUID")),
    *(DeclaredType(name, is_uuid=True) for name in ("UUID3", "UUID5", "UUID6", "UUID7", "UUID8")),
    *(DeclaredType(name, is_uuid=True) for name in ("PGUUID", "PG_UUID", "UUIDField", "UUIDType")),
    DeclaredType("UNIQUEIDENTIFIER", is_uuid=True),
    *(DeclaredType(name, width_at=0) for name in ("String", "FixedString", "Unicode")),
    *(DeclaredType(name, width_at=0) for name in ("CHAR", "VARCHAR", "NVARCHAR", "Varchar")),
    *(DeclaredType(name, width_at=0) for name in ("NCHAR", "CHARACTER", "VARCHAR2")),
    DeclaredType("matches_re", is_pattern=True),
)
# Keywords, whatever is handed them.
WIDTHS = frozenset({"max_length", "length"})
PATTERNS = frozenset({"pattern", "regex"})
# Those by which a field is handed its type, or what tests for it.
TYPED_BY = frozenset({"type_", "type", "sa_type", "sa_column", "validator", "converter"})
# How the names of what declares a field of a model or a column of a table end, in small letters.
DECLARING = ("field", "column")

_UUIDS = frozenset(row.name for row in TYPES if row.is_uuid)
_UUIDS_IN_TEXTS = frozenset(map(str.lower, _UUIDS))
_WIDTH_AT = {row.name: row.width_at for row in TYPES if row.width_at is not None}
# SQL has them in any case.
_WIDE_IN_TEXTS = frozenset(map(str.lower, _WIDTH_AT))
_MATCHING = frozenset(row.name for row in TYPES if row.is_pattern)

Aliases: TypeAlias = Mapping[str, ast.expr]
"""What the module gives names that stand for types and widths."""
_NO_ALIASES: Aliases = MappingProxyType({})
# How many names for a name for a type are followed.
_LONGEST_CHAIN = 2


def fixed_by(
    declaration: Declaration, name: str | None, aliases: Aliases = _NO_ALIASES
) -> Fixed | None:
    """Why a declaration fixes the form of what it holds, if only its width."""
    if is_uuid_declared(declaration, aliases):
        named = f"`{name}`" if name else "it"
        how = "annotated" if declaration.value is None else "declared"
        return Fixed(f"a UUID object is needed: that is how {named} is {how}")
    parts = [*_parts(declaration.annotation, aliases), *_parts(declaration.value, aliases)]
    if any(map(_is_pattern, parts)):
        return Fixed(f"a pattern fixes {f'the form of `{name}`' if name else 'its form'}")
    least = max((_least_width(part, aliases) for part in parts), default=0)
    if least > 1:
        return Fixed(_fixed_to(least))
    widths = (width for part in parts if (width := _width(part, aliases)) is not None)
    narrow = min(widths, default=None)
    return Fixed(_fixed_to(narrow), narrow) if narrow is not None else None


def fixed_in_text(name: str, text: str) -> Iterator[Fixed]:
    """Why routes, table definitions, casts or JSON schemas in a text fix the form of a name's."""
    for found in types_of(name, text):
        if names_uuid(found.name):
            yield Fixed(f"this file describes `{name}` as a UUID")
        elif found.width is not None and found.name.lower() in _WIDE_IN_TEXTS:
            yield Fixed(_fixed_to(found.width), found.width)


def names_uuid(written: str) -> bool:
    """Whether the name of a type in SQL, a route or a schema is one of UUIDs."""
    return written.lower() in _UUIDS_IN_TEXTS


def _fixed_to(width: int) -> str:
    return f"its width is fixed to {width} characters"


def is_uuid_declared(declaration: Declaration, aliases: Aliases = _NO_ALIASES) -> bool:
    """Whether a field is declared as UUID: by its annotation, or by the call that makes it."""
    annotation, made = declaration.annotation, _expression(declaration.value)
    if annotation is not None and is_uuid_type(annotation, aliases):
        return True
    if isinstance(made, ast.Name):
        made = aliases.get(made.id)
    # Beside an annotation, a call of anything else gives a default.
    if isinstance(made, ast.Call) and (annotation is None or declares_field(last_name_of(made))):
        return _makes_uuid(made, aliases)
    within = (part for part in _parts(annotation, aliases) if isinstance(part, ast.Call))
    return any(declares_field(last_name_of(p)) and _makes_uuid(p, aliases) for p in within)


def _makes_uuid(made: ast.Call, aliases: Aliases) -> bool:
    """Whether a call that makes a field or column says that it is UUID."""
    types = [word.value for word in made.keywords if word.arg in TYPED_BY]
    return any(is_uuid_type(part, aliases) for part in (made.func, *made.args, *types))


def is_uuid_type(code: Code, aliases: Aliases = _NO_ALIASES) -> bool:
    """Whether the code of a type says that it is UUID; `str | UUID` may be both."""
    names = {last_name_of(part) for part in _parts(code, aliases) if isinstance(part, ast.expr)}
    return not names.isdisjoint(_UUIDS) and "str" not in names


def declares_field(called: str) -> bool:
    """Whether what is called declares a column of a table or a field of a model."""
    return called.lower().endswith(DECLARING)


def _parts(code: Code | None, aliases: Aliases) -> Iterator[ast.AST]:
    """What a declaration is made of; for names of the module, also what these stand for.

    Without what makes a default, and what a migration changes. Texts are code, as in annotations,
    but for those that keywords are handed, which are there for people.
    """
    pending: list[tuple[ast.AST | None, int]] = [(_expression(code), _LONGEST_CHAIN)]
    while pending:
        part, left = pending.pop()
        if part is None or (isinstance(part, ast.keyword) and _says_nothing(part.arg)):
            continue
        yield part
        match part:
            case ast.Constant(value=str(text)):
                pending.append((_expression(text), left))
            case ast.keyword(value=ast.Constant()):
                continue
            case ast.Name(id=name) if name in aliases and left:
                pending.append((aliases[name], left - 1))
            case _:
                pending += [(below, left) for below in reversed(children(part))]


def _says_nothing(keyword: str | None) -> bool:
    """Whether a keyword takes a default, or the type that a column had before."""
    return keyword in FACTORIES or (keyword or "").startswith("existing_")


def _expression(code: Code | None) -> ast.expr | None:
    if not isinstance(code, str):
        return code
    try:
        body = parse(f"({code}\n)").body
    except NotParsedError:
        return None  # a text for people
    return body[0].value if len(body) == 1 and isinstance(body[0], ast.Expr) else None


def _is_pattern(part: ast.AST) -> bool:
    match part:
        case ast.keyword(arg=name):
            return name in PATTERNS
        case ast.Call():
            return last_name_of(part) in _MATCHING
    return False


def _width(part: ast.AST, aliases: Aliases) -> int | None:
    """The width that a part of a declaration gives."""
    match part:
        case ast.keyword(arg=name, value=value) if name in WIDTHS:
            return _number(value, aliases)
        case ast.Call(args=args):
            at = _WIDTH_AT.get(last_name_of(part))
            return _number(args[at], aliases) if at is not None and at < len(args) else None
    return None


def _least_width(part: ast.AST, aliases: Aliases) -> int:
    """How many characters a part of a declaration asks for; 0 where it asks for none."""
    match part:
        case ast.keyword(arg="min_length", value=value):
            return _number(value, aliases) or 0
    return 0


def _number(node: ast.expr | None, aliases: Aliases) -> int | None:
    if isinstance(node, ast.Name):
        node = aliases.get(node.id)
    match node:
        case ast.Constant(value=int(number)) if not isinstance(number, bool):
            return number
    return None
