"""A place in a text, as people count: rows and columns from 1."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file: row from 1, column from 1, columns counted in code points."""

    row: int
    column: int
