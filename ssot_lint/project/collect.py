"""What a file says of ids that others may make. Works on `ast`; most files end at the sieve."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ssot_lint.analysis.dataflow.declared_types import declares_field, fixed_by, fixed_in_text
from ssot_lint.analysis.dataflow.sinks.effects import converts
from ssot_lint.analysis.semantics.signatures import Declaration
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.source.text import decode
from ssot_lint.analysis.syntax.parsing import (
    NotAnalysedError,
    last_name_of,
    parameters,
    parse,
    room_to_recurse,
    walk,
)
from ssot_lint.config.paths import is_test
from ssot_lint.config.settings import Settings
from ssot_lint.ids.generator.api import GeneratorApi
from ssot_lint.ids.id_model import IdModel, ids_in
from ssot_lint.ids.kinds import names_an_id, snake_case
from ssot_lint.ids.shown import is_logged
from ssot_lint.ids.strings.subjects import unwrapped
from ssot_lint.project.facts import Fact, Reach
from ssot_lint.project.sieve import may_say

_TABLE = re.compile(
    r"(?i)\b(?:create|alter)\s+table\s+(?:if\s+(?:not\s+)?exists\s+)?(?:\w+\.)?[`\"\[]?(\w+)"
)
# Classes in an annotation, and what may stand around them.
_CLASS = re.compile(r"\b[A-Z]\w*")
_AROUND = frozenset({"Optional", "None", "Union", "Annotated", "Any", "List", "Dict", "Type"})
_ID = re.compile(r"\b\w*id\b")
# The last names of what makes columns, not fields of other models.
_COLUMN = re.compile(r"(?i)column$|uuidfield$|charfield$")
# So little of the front of an id that nothing unique is left of it.
_LEAST = 24


def facts_of(
    source: bytes, relative: str, settings: Settings, api: GeneratorApi
) -> tuple[Fact, ...]:
    """What the bytes of a file say; nothing where they cannot be read or parsed.

    `relative` is the path relative to the root of the settings, with forward slashes.
    """
    if not may_say(source):
        return ()
    try:
        with room_to_recurse():
            text = decode(source)
            ids = ids_in(SourceText(text), parse(text), relative, settings, api)
            found = dict.fromkeys((*_declared(ids), *_said(ids)))
            if relative == api.origin:  # the generator may take its own ids apart
                found = {fact: None for fact in found if fact.is_declared}
            if is_test(relative):  # each test reads what it has made itself
                found = {fact: None for fact in found if fact.reach is not Reach.FOLDER}
    except (NotAnalysedError, SyntaxError, UnicodeError, LookupError, RecursionError):
        return ()
    return tuple(sorted(found, key=lambda fact: (fact.row, fact.name, fact.says)))


def _declared(ids: IdModel) -> Iterator[Fact]:
    """Fields and columns of classes."""
    fields = ids.semantics.fields
    for owner in ids.semantics.syntax.of(ast.ClassDef):
        for name, declaration in fields.of(owner.name).items():
            fixed = fixed_by(declaration, name, fields.aliases) if _is_id(name) else None
            if fixed is not None:
                # `id` alone says nothing of whose id it is.
                is_column = _makes_column(declaration) and snake_case(name) != "id"
                reach = Reach.TABLE if is_column else Reach.CLASS
                row = getattr(declaration.place, "lineno", owner.lineno)
                yield Fact(
                    snake_case(name), fixed.what, row, reach, owner.name, fixed.width, True, True
                )


def _said(ids: IdModel) -> Iterator[Fact]:
    """What calls, cuts and texts say."""
    for node in ids.semantics.syntax.nodes:
        match node:
            case ast.Call(func=func, args=[ast.Constant(value=str(name)), *_]) if declares_field(
                last_name_of(func)
            ):
                yield from _column(ids, node, name)
            case ast.Call(func=func, args=[given, *_]) if converts(last_name_of(func)):
                says = f"is handed to `{last_name_of(func)}()`"
                yield from _read(ids, given, says, node.lineno)
            case ast.Subscript(value=value, slice=ast.Slice() as part, ctx=ast.Load()):
                if _keeps_little(part) and not is_logged(node, ids):
                    yield from _read(ids, value, "is cut", node.lineno)
            case ast.Constant(value=str(text)) if "table" in text.lower():
                yield from _described(text, node.lineno)


def _column(ids: IdModel, call: ast.Call, name: str) -> Iterator[Fact]:
    """`Column("run_id", UUID())` among what a table is made of, or is altered by."""
    fixed = fixed_by(Declaration(value=call), name, ids.semantics.fields.aliases)
    around = ids.semantics.syntax.parent(call)
    match around:
        case ast.Call(args=[ast.Constant(value=str(table)), *_]) if fixed is not None:
            if _is_id(name) and name != "id":
                row = call.lineno
                yield _declaring(name, fixed.what, row, Reach.TABLE, table, fixed.width)


def _read(ids: IdModel, node: ast.expr, says: str, row: int) -> Iterator[Fact]:
    """What is done to an id that is read of an object or a row."""
    inner = unwrapped(node)
    match inner:
        case ast.Attribute(value=owner, attr=name):
            of = _class_of(ids, owner)
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            of = ""
        case _:
            return
    if _is_id(name) and snake_case(name) != "id":
        reach = Reach.CLASS if of else Reach.FOLDER
        has_owner = bool(ids.semantics.fields.classes(of))
        yield Fact(snake_case(name), f"`{name}` {says}", row, reach, of, has_owner=has_owner)


def _class_of(ids: IdModel, node: ast.expr) -> str:
    """The class that an object is annotated with, or that a method is of; empty if not known."""
    syntax = ids.semantics.syntax
    function = syntax.function_of(node)
    if not isinstance(node, ast.Name) or function is None:
        return ""
    for arg in parameters(function.args):
        if arg.arg == node.id and arg.annotation is not None:
            named = _CLASS.findall(ast.unparse(arg.annotation))
            return next((name for name in named if name not in _AROUND), "")
    owner = syntax.parent(function)
    is_self = isinstance(owner, ast.ClassDef) and node.id == "self"
    return owner.name if isinstance(owner, ast.ClassDef) and is_self else ""


def _described(text: str, row: int) -> Iterator[Fact]:
    """What the definition of a table says of its columns."""
    tables = list(_TABLE.finditer(text))
    ends = [*(table.start() for table in tables[1:]), len(text)] if tables else []
    for table, end in zip(tables, ends, strict=True):
        part = text[table.end() : end]
        for name in dict.fromkeys(_ID.findall(part)):
            for fixed in fixed_in_text(name, part) if _is_id(name) and name != "id" else ():
                says = fixed.what.replace("this file describes", f"the table `{table[1]}` has")
                yield _declaring(name, says, row, Reach.TABLE, table[1], fixed.width)


def _declaring(name: str, says: str, row: int, reach: Reach, owner: str, width: int | None) -> Fact:
    return Fact(snake_case(name), says, row, reach, owner, width, True, True)


def _is_id(name: str) -> bool:
    return names_an_id(snake_case(name))


def _makes_column(declaration: Declaration) -> bool:
    for part in (declaration.annotation, declaration.value):
        if isinstance(part, ast.expr):
            for node in walk(part):
                if isinstance(node, ast.Call) and _COLUMN.search(last_name_of(node.func)):
                    return True
    return False


def _keeps_little(part: ast.Slice) -> bool:
    match part:
        case ast.Slice(lower=None | ast.Constant(value=0), upper=ast.Constant(value=int(count))):
            return count <= _LEAST
    return False
