"""What one file says of ids that others may make: small values, which lie in the cache as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from enum import Enum


class Reach(Enum):
    """Whose ids of its name a fact is about."""

    CLASS = "class"
    """Those that objects of the class are given."""
    TABLE = "table"
    """Those, too, that files make which speak of the class or the table."""
    FOLDER = "folder"
    """Those that files of the same folder make, or files that it imports."""
    IMPORTED = "imported"
    """Those that files make which it imports."""
    PROJECT = "project"
    """All of the name."""
    RESULT = "result"
    """Those that a function of the name gives; the owner is its module, with its class."""
    PARAMETER = "parameter"
    """Those that methods of the name are handed for a parameter: the owner is its index among
    those without `self`, from 0, a colon, and its name."""
    KEY = "key"
    """Those of a form that is the name: `id()` or `hash()` of an object in a text."""
    PATCH = "patch"
    """Those that a function of the name makes in a module, which is the owner."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that depends on the form of ids of a name."""

    name: str
    """The name of the field, the column or the variable, in snake case; of a function."""
    says: str
    """What it is, as a part of a sentence."""
    row: int
    """Where it stands, from 1."""
    reach: Reach
    owner: str = ""
    """The class, the table, or the module that has it, where one does; of a field that is named
    `id` alone, what objects that have it are called."""
    width: int | None = None
    """How many characters there may be, where nothing else is asked for."""
    is_declared: bool = False
    """Whether a type or a width says so, and not only code that reads it."""
    has_owner: bool = False
    """Whether the file that says it has the owner, too."""
    sought: str = ""
    """The text that is looked for in ids: it only matters to those that may have it."""
    front: str = ""
    """The text that is put in front of ids: it only matters to those that begin with it, too."""
    is_behind_name: bool = False
    """Whether a type or a width that other files name may say so; it is asked for there."""
    modules: str = ""
    """The modules that the file imports, with a blank between, where that matters."""


_FIELDS = [field.name for field in fields(Fact)]
_TEXTS = ("name", "says", "owner", "sought", "front", "modules")


def packed(facts: Iterable[Fact]) -> str:
    """Facts as a text of one line."""
    rows = [(*astuple(fact)[:3], fact.reach.value, *astuple(fact)[4:]) for fact in facts]
    return json.dumps(rows, separators=(",", ":"))


def unpacked(text: str) -> tuple[Fact, ...]:
    """The facts that were packed as a text. Raises TypeError or ValueError for what is none."""
    rows = json.loads(text)
    if not isinstance(rows, list):
        raise TypeError
    return tuple(map(_fact, rows))


def _fact(row: list[object]) -> Fact:
    given = dict(zip(_FIELDS, row, strict=True))
    width = given["width"]
    is_fact = isinstance(given["row"], int) and (width is None or isinstance(width, int))
    is_fact = is_fact and all(isinstance(given[name], bool) for name in _FLAGS)
    if not (is_fact and all(isinstance(given[name], str) for name in _TEXTS)):
        raise TypeError
    return Fact(**{**given, "reach": Reach(given["reach"])})  # type: ignore[arg-type]


_FLAGS = ("is_declared", "has_owner", "is_behind_name")
