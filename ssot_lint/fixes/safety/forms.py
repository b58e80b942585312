"""What an id will look like, and what speaks against that."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ssot_lint.analysis.dataflow.sinks.effects import Effect
from ssot_lint.fixes.refusal import Place, Refusal

# What ids have in them behind what they begin with.
_RANDOM = re.compile(r"[0-9a-fA-F_-]*")
_SEPARATORS = ("_", ".", ":", "-")
# How long ids may become of which it is not known.
WIDEST = 64


@dataclass(frozen=True)
class FarEffect(Effect):
    """What another file does to an id."""

    elsewhere: tuple[Place, ...] = ()
    """The way there, through other files."""


@dataclass(frozen=True)
class Evidence:
    """What speaks against another form of an id."""

    obstacle: Refusal | None = None
    """Why there is no fix."""
    doubt: Refusal | None = None
    """Why a fix is unsafe at most."""
    room: int | None = None
    """How many characters there may be at most; None where nothing says so."""


@dataclass(frozen=True)
class Form:
    """What an id will look like."""

    required: str | None = None
    """What ids of its kind must begin with, if anything."""
    kind: str | None = None
    """The word that it will begin with if nothing is required, where that is known."""
    widths: tuple[int, ...] = ()
    """How long it will be with a counter of one digit, of two and so on, where that is known."""

    @property
    def width(self) -> int:
        """How long it may become."""
        return max(self.widths, default=WIDEST)

    def too_wide(self, room: int) -> str:
        """For how long a width is enough, behind that; empty where it is never or not known."""
        fitting = sum(1 for width in self.widths if width <= room)
        if not 0 < fitting < len(self.widths):
            return ""
        return f", enough only until the counter has {fitting + 1} digits"

    def doubled(self, front: str) -> str | None:
        """What a text in front of an id ends with that the id will begin with, too."""
        if self.required and front.endswith(self.required):
            return self.required
        if self.kind and front.endswith(_SEPARATORS):
            before = front[: -len(self.kind) - 1]
            doubled = front[len(before) :]
            if doubled[:-1].lower() == self.kind and not before[-1:].isalnum():
                return doubled
        return None

    def may_hold(self, text: str) -> bool:
        """Whether an id of this form, or a uuid, may have a text in it."""
        begins = self.required or f"{self.kind or text}_"
        return text in begins or _RANDOM.fullmatch(text) is not None
