"""What holds a value: a root, and the labels that lead from it to the value.

As taint analyses have them, for instance https://pyre-check.org/docs/pysa-basics/.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Root(Enum):
    """Where an access path begins."""

    VARIABLE = "variable"
    FIELD = "field"
    """An attribute, an item or a keyword: anything of that name, of whatever object."""
    RESULT = "result"
    """What functions and methods of that name give."""
    EXPRESSION = "expression"
    """Nothing with a name: an expression has the value."""


class Through(Enum):
    """How a container holds a value."""

    ELEMENT = "element"
    """Among others: in a list, a set, a tuple, a queue."""
    KEY = "key"
    """It is a key of a mapping."""
    VALUE = "value"
    """A mapping has it behind some key."""
    SUBSTRING = "substring"
    """A text has it in it."""


# Containers in containers in containers that are told apart; what is deeper is not followed.
_DEEPEST = 4


@dataclass(frozen=True)
class Label:
    """How one container holds what is in it."""

    through: Through
    at: int | None = None
    """The index in a tuple, from 0, where that is known."""


@dataclass(frozen=True)
class Labels:
    """The way from a root to the value: a label for each container, from outside in."""

    chain: tuple[Label, ...] = ()

    @property
    def through(self) -> Through | None:
        """How the outermost container holds it; None where the root has the value itself."""
        return self.chain[0].through if self.chain else None

    @property
    def at(self) -> int | None:
        """The index in the outermost container, where it is known."""
        return self.chain[0].at if self.chain else None

    @property
    def inner(self) -> Labels:
        """The labels in what is taken out of the outermost container; of a text, a text."""
        return self if self.through is Through.SUBSTRING else Labels(self.chain[1:])

    @property
    def anywhere(self) -> Labels:
        """The same at any index."""
        return Labels((Label(self.chain[0].through), *self.chain[1:])) if self.chain else self

    @property
    def is_text(self) -> bool:
        """Whether a text has the value in it."""
        return self.through is Through.SUBSTRING

    @property
    def is_too_deep(self) -> bool:
        """Whether to follow it no further."""
        return len(self.chain) > _DEEPEST

    @property
    def is_beside_others(self) -> bool:
        """Whether the root is named for something else: a mapping's value, the rest of a tuple."""
        return any(
            label.through in (Through.KEY, Through.SUBSTRING) or label.at is not None
            for label in self.chain
        )

    def within(self, through: Through, at: int | None = None) -> Labels:
        """The labels when a container is put around."""
        return Labels((Label(through, at), *self.chain))


WHOLE = Labels()
SUBSTRING = WHOLE.within(Through.SUBSTRING)


@dataclass(frozen=True)
class AccessPath:
    """Something of a file that holds a value."""

    root: Root
    name: str
    scope: str = ""
    """Of a variable: the names of the classes and functions around it, with dots between."""
    labels: Labels = WHOLE
    owner: str = ""
    """Of a field: the class of the file that it is one of, where that is known."""
    is_guess: bool = False
    """Whether it may be another one that gets the value: a method of the name of another class."""
