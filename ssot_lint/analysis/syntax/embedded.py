"""What SQL, routes and schemas that stand in texts say of names, and of the values filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class NamedType:
    """A type as a text names it, with the number of characters behind it, if there is one."""

    name: str
    width: int | None = None


@dataclass(frozen=True)
class Hole:
    """Where a query has a value filled in."""

    key: int | str
    """Its name, or which it is among those without one, from 0."""
    column: str = ""
    """The column that the value is put into or compared with, where the text shows it."""
    cast: str = ""
    """The type that it is cast to."""


_WORD = re.compile(r"\w+")
_QUERY = re.compile(r"(?i)\s*(?:WITH|INSERT|UPDATE|DELETE|SELECT|MERGE|REPLACE)\b")
_DEFINES = re.compile(r"(?i)\b(?:CREATE|ALTER|ADD)\b")
# What stands behind the name of a column: its type, and what shows that it is one.
_COLUMN = re.compile(
    r"""(?ix) ["'`\]]? \s+ (?: (?:SET\s+DATA\s+)? TYPE\s+ )?
    (?P<type> [a-z]\w* ) (?: \s+VARYING )?
    (?: \s* \( \s* (?P<width> \d{1,9} ) \s* (?: CHAR | BYTE )? \s* \) )?
    (?P<behind> \s* (?: [,;)] | -- | (?:PRIMARY|DEFAULT|REFERENCES|UNIQUE|CONSTRAINT|CHECK|NULL
    |COLLATE|GENERATED|USING)\b | NOT\s+NULL\b ) )?
    (?P<end> \s* \Z )?"""
)
_SCHEMA = re.compile(r"""["']\s*:\s*\{[^{}]{0,500}?["']format["']\s*:\s*["'](\w+)""")
_CONVERTED = re.compile(r"<(\w+)(?:\([^<>()]{0,100}\))?:\Z")
_CONVERTED_BEHIND = re.compile(r":(\w+)\}")
_CAST = re.compile(r"""(?i)["`\]]?\s*(?:\)s)?\s*::\s*(\w+)""")
_CAST_AS = re.compile(r"""(?i)["`\]]?\s*\)?s?\s+AS\s+(\w+)""")
_CASTING = re.compile(r"""(?i)\bCAST\s*\(\s*[\w."`\[:@%(]*\Z""")
# The longest text in front of a name that is looked at.
_REACH = 120

_HOLE = re.compile(
    r"%s|%\((?P<pyformat>\w+)\)s|\?|\$(?P<number>\d{1,4})"
    r"|(?<![:\w]):(?P<named>[A-Za-z_]\w*)|(?<![\w@])@(?P<at>[A-Za-z_]\w*)"
)
# What stands in any query, wherever it begins, and what takes a part of a column or measures it.
_SAYS_SQL = re.compile(r"(?i)\b(?:SELECT|WHERE|CHECK|CREATE|GENERATED|UPDATE|INSERT|GROUP\s+BY)\b")
_MEASURED = re.compile(
    r"""(?ix) \b (?: substr | substring | left | right | len | length | char_length | split_part
    | instr | strpos )
    \s* \( \s* (?: \w+ \. )? ["`\[]? (?P<column> [a-z_]\w* )"""
)
_PATTERNED = re.compile(
    r"""(?ix) \b (?P<column> [a-z_]\w* ) ["`\]]? \s+ (?: NOT \s+ )?
    (?: I?LIKE | GLOB | REGEXP | SIMILAR \s+ TO ) \s+ ' [%_*?[] [^'\n]{0,80}? -"""
)
_COMPARED = re.compile(r"""(?i)["`\[]?(\w+)["`\]]?\s*(?:=|<>|!=)\s*(?:CAST\s*\(\s*)?\Z""")
_INSERT = re.compile(
    r"""(?i)\bINTO\s+[\w."`\[\]]+\s*\((?P<columns>[^()]{0,2000})\)\s*VALUES\s*\("""
)


def types_of(name: str, text: str) -> Iterator[NamedType]:
    """The types that a text gives a name: as a column, in a route, a schema or a cast."""
    if not _WORD.fullmatch(name):
        return
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        if not _WORD.match(text, max(at - 1, 0), at) and not _WORD.match(text, end, end + 1):
            yield from _types_at(text, at, end)
        at = text.find(name, end)


def _types_at(text: str, at: int, end: int) -> Iterator[NamedType]:
    before = text[max(at - _REACH, 0) : at]
    column = _COLUMN.match(text, end)
    if column is not None and _is_column(column, text[:at]):
        width = column["width"]
        yield NamedType(column["type"], int(width) if width is not None else None)
    found = [_CAST.match(text, end)]
    if text.startswith(">", end):
        found.append(_CONVERTED.search(before))
    if before.endswith("{"):
        found.append(_CONVERTED_BEHIND.match(text, end))
    if before.endswith(("'", '"')):
        found.append(_SCHEMA.match(text, end))
    if _CASTING.search(before):
        found.append(_CAST_AS.match(text, end))
    yield from (NamedType(match[1]) for match in found if match is not None)


def _is_column(column: re.Match[str], before: str) -> bool:
    """Whether two words are a column and its type: a text for people may have them, too."""
    if column["width"] is not None or column["behind"] is not None:
        return True
    is_first = not before.strip(" \n\t\"'`[")
    return column["end"] is not None and (is_first or _DEFINES.search(before) is not None)


def columns_measured(text: str) -> Iterator[str]:
    """The columns that a query cuts, measures or matches: `CHECK (length(run_id) = 36)`."""
    if _SAYS_SQL.search(text):
        for pattern in (_MEASURED, _PATTERNED):
            yield from (match["column"] for match in pattern.finditer(text))


def holes(text: str) -> Iterator[Hole]:
    """Where a text has values filled in; columns are told for queries alone."""
    columns = _Columns(text) if _QUERY.match(text) else None
    count = 0
    for match in _HOLE.finditer(text):
        name = match["pyformat"] or match["named"] or match["at"]
        key: int | str = name or (int(match["number"]) - 1 if match["number"] else count)
        count += name is None
        before = text[max(match.start() - _REACH, 0) : match.start()]
        cast = _CAST.match(text, match.end())
        if cast is None and _CASTING.search(before):
            cast = _CAST_AS.match(text, match.end())
        column = columns.at(match.start(), before) if columns is not None else ""
        yield Hole(key, column, cast[1] if cast is not None else "")


class _Columns:
    """The columns that the holes of a query belong to."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._insert = _INSERT.search(text)

    def at(self, place: int, before: str) -> str:
        """The column of the hole at a place of the text."""
        compared = _COMPARED.search(before)
        if compared is not None:
            return compared[1]
        if self._insert is None or place < self._insert.end():
            return ""
        columns = [part.strip(' \n\t"`[]') for part in self._insert["columns"].split(",")]
        index = _index_in(self._text[self._insert.end() : place])
        return columns[index] if index is not None and index < len(columns) else ""


def _index_in(values: str) -> int | None:
    """How many values of `VALUES (` stand before the end of a text; None behind its end."""
    depth = index = 0
    for sign in values:
        if sign == ")" and not depth:
            return None
        depth += (sign == "(") - (sign == ")")
        index += sign == "," and not depth
    return index
