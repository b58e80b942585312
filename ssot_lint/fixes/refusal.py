"""Why there is no fix, and what in the file is to blame for that."""

from __future__ import annotations

import ast
from dataclasses import dataclass

import libcst as cst

from ssot_lint.analysis.dataflow.forward import Waypoint


@dataclass(frozen=True)
class Place:
    """A place in another file, and what happens there to the id."""

    path: str
    """Relative to the root of the project, with forward slashes."""
    row: int
    column: int
    """Both from 1; the column in code points."""
    says: str


@dataclass(frozen=True)
class Refusal:
    """Why there is no fix: a reason in words, and the node of the file that gives it, if one does.

    `way` are the nodes by which the value came there, the first one first.
    """

    reason: str
    because: cst.CSTNode | ast.AST | None = None
    way: tuple[Waypoint, ...] = ()
    row: int | None = None
    """The row of the file, from 1, where no node says it but the text."""
    elsewhere: tuple[Place, ...] = ()
    """The way from there on, through other files."""


class RefusedError(Exception):
    """Ends the planning of a fix; the text is the reason."""

    def __init__(self, why: str | Refusal, because: cst.CSTNode | ast.AST | None = None) -> None:
        self.refusal = why if isinstance(why, Refusal) else Refusal(why, because)
        super().__init__(self.refusal.reason)
