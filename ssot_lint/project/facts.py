"""What one file says of ids that others may make: small values, which lie in the cache as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from enum import Enum


class Reach(Enum):
    """Whose ids of its name a fact is about."""

    CLASS = "class"
    """Those that objects of the same class are given."""
    TABLE = "table"
    """Those, too, that files make which speak of the class or the table."""
    FOLDER = "folder"
    """Those that files of the same folder make."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that depends on the form of ids of a name."""

    name: str
    """The name of the field, the column or the variable, in snake case."""
    says: str
    """What it is, as a part of a sentence."""
    row: int
    """Where it stands, from 1."""
    reach: Reach
    owner: str = ""
    """The class or the table that has the field or the column, where one does."""
    width: int | None = None
    """How many characters there may be, where nothing else is asked for."""
    is_declared: bool = False
    """Whether a type or a width says so, and not only code that reads it."""
    has_owner: bool = False
    """Whether the file that says it has the owner, too."""


def packed(facts: Iterable[Fact]) -> str:
    """Facts as a text of one line."""
    rows = [(*astuple(fact)[:3], fact.reach.value, *astuple(fact)[4:]) for fact in facts]
    return json.dumps(rows, separators=(",", ":"))


def unpacked(text: str) -> tuple[Fact, ...]:
    """The facts that were packed as a text. Raises TypeError or ValueError for what is none."""
    rows = json.loads(text)
    if not isinstance(rows, list):
        raise TypeError
    return tuple(_fact(*row) for row in rows)


def _fact(
    name: str,
    says: str,
    row: int,
    reach: str,
    owner: str,
    width: int | None,
    is_declared: bool,
    has_owner: bool,
) -> Fact:
    is_fact = isinstance(row, int) and (width is None or isinstance(width, int))
    if not (is_fact and all(isinstance(text, str) for text in (name, says, owner))):
        raise TypeError
    return Fact(name, says, row, Reach(reach), owner, width, is_declared is True, has_owner is True)
