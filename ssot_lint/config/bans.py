"""Functions that settings ban beside UUIDs: which, for what, and what is to be used instead."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

_FAMILY = ".*"
_NO_MAKER = re.compile(
    r"_|(parse|from|decode|encode|set|get|is|to|load|dump|check|validate|read|write)(_|$)"
)
# What of the standard library may make ids.
_OWN_MAKERS = ("secrets", "uuid")


@dataclass(frozen=True, slots=True)
class Ban:
    """An entry of `extend-banned-calls`."""

    call: str
    """The dotted name of a function, or of a module with `.*` behind it: all that it has."""
    use: str = ""
    """The dotted name of what messages tell people to call instead; empty: the generator."""
    only_for_ids: bool = False
    """Whether it counts only where its value gets the name of an id."""

    @property
    def family(self) -> str:
        """The module whose functions are all meant, with a dot behind it; empty: it is one."""
        return self.call.removesuffix("*") if is_family(self.call) else ""

    @property
    def word(self) -> str:
        """A word that a file has which calls it."""
        return self.call.removesuffix(_FAMILY).rpartition(".")[2]

    def means(self, dotted: str) -> bool:
        """Whether a dotted name is that of a function that it bans."""
        if not self.family:
            return dotted == self.call
        return is_made_by(dotted, (self.family,))


def is_made_by(dotted: str, families: tuple[str, ...]) -> bool:
    """Whether a dotted name is that of what may make ids in one of some modules.

    Not of what reads, writes or sets something there, going by its name: `ulid.parse`.
    """
    owner, dot, name = dotted.rpartition(".")
    return f"{owner}{dot}" in families and _NO_MAKER.match(name) is None


def ban_of(dotted: str, bans: Iterable[Ban]) -> Ban | None:
    """The entry that bans a function: one that names it, before one that names its module."""
    found = [one for one in bans if one.means(dotted)]
    return min(found, key=lambda one: (bool(one.family), -len(one.family)), default=None)


def is_family(call: str) -> bool:
    """Whether an entry means all functions of a module: `ulid.*`."""
    return call.endswith(_FAMILY)


def ban_from(raw: object, is_dotted: Callable[[str], bool]) -> Ban:
    """An entry as settings write it: a text, or a table. Raises ValueError."""
    if isinstance(raw, str):
        raw = {"call": raw}
    if not isinstance(raw, Mapping):
        raise ValueError("must be a list of dotted names, and of tables with `call`")
    unknown = set(raw) - {"call", "use", "only-for-ids"}
    if unknown:
        raise ValueError(f"knows `call`, `use` and `only-for-ids`, not `{min(unknown)}`")
    if "call" not in raw:
        raise ValueError("has a table without `call`, the function that is banned")
    call, use, only = raw["call"], raw.get("use", ""), raw.get("only-for-ids", False)
    if not isinstance(call, str) or not is_dotted(call.removesuffix(_FAMILY)):
        raise ValueError(f"must name a function such as `nanoid.generate`, or `ulid.*`: {call!r}")
    if "." not in call:
        raise ValueError(f"must name a function with its module: {call!r}")
    if not isinstance(use, str) or (use and ("." not in use or not is_dotted(use))):
        raise ValueError(f"must give a dotted name for `use`, not {use!r}")
    root = use.partition(".")[0]
    if root in sys.stdlib_module_names and root not in _OWN_MAKERS:
        raise ValueError("must give what makes ids for `use`: of Python's own, `secrets` or `uuid`")
    if not isinstance(only, bool):
        raise ValueError(f"must give true or false for `only-for-ids`, not {only!r}")
    return Ban(call, use, only)
