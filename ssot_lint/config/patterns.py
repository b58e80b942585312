"""Patterns as in `.gitignore`: which one speaks of a path, told fast enough for every file."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_PLAIN_PATTERN = re.compile(r"!?[\w.~+@=/-][\w.~+@=/*-]*", re.ASCII)
# Regular expressions take longer with each `*`: without end for a name made for it.
_MOST_STARS = 3
# What a pattern is made of, where it is one that a regular expression is easily made of.
_PARTS = re.compile(r"(?P<any>\*\*/|\*+)|(?P<one>\?|\[!?[\w-]+\])|(?P<text>[^\\*?\[]+)", re.ASCII)


class Patterns:
    """Patterns of which the last that matches decides. `pathspec` has the last word.

    It is asked only where a pattern may match, and imported only then: most patterns name
    folders that are not there, and a run looks at many thousands of paths.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = tuple(lines)

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._lines)

    def verdict(self, path: str) -> bool | None:
        """Whether the path is matched, None when no pattern speaks of it or a folder around it.

        `path` is relative, with forward slashes, and ends in one when it is a folder.
        """
        whole = path.rstrip("/")
        ends = (at for at in range(1, len(whole) + 1) if whole[at : at + 1] in ("", "/"))
        may_match = any(self._may_match(whole[:end]) for end in ends)
        return self._spec.check_file(path).include if may_match else None

    def verdict_on_entry(self, path: str) -> bool | None:
        """As `verdict`, for a path whose folder is known not to be matched."""
        return self._spec.check_file(path).include if self._may_match(path.rstrip("/")) else None

    def matches(self, path: str) -> bool:
        """Whether the path, or a folder around it, is matched."""
        return bool(self.verdict(path))

    def _may_match(self, path: str) -> bool:
        return (
            self._by_name.fullmatch(path.rpartition("/")[2]) is not None
            or self._by_path.fullmatch(path) is not None
        )

    @cached_property
    def _by_name(self) -> re.Pattern[str]:
        return _any_of(line for line in self._written if "/" not in line)

    @cached_property
    def _by_path(self) -> re.Pattern[str]:
        return _any_of(line for line in self._written if "/" in line)

    @cached_property
    def _written(self) -> list[str]:
        """The patterns without what only tells what a match means."""
        stripped = (line.strip() for line in self._lines)
        return [
            line.removeprefix("!").rstrip("/") for line in stripped if line[:1] not in ("", "#")
        ]

    @cached_property
    def _spec(self) -> GitIgnoreSpec:
        return _spec_of(self._lines)


def is_pattern(text: str) -> bool:
    """Whether the text is a pattern that can be read, and matched in reasonable time."""
    if _has_too_many_stars(text):
        return False
    if _PLAIN_PATTERN.fullmatch(text):
        return True
    try:
        _spec_of([text])
    except (ValueError, re.error):
        return False
    return True


def _has_too_many_stars(pattern: str) -> bool:
    names = pattern.split("/")
    stars = max(name.count("*") for name in names)
    return stars > _MOST_STARS or names.count("**") > _MOST_STARS


def _spec_of(lines: Iterable[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of `re`, about brackets in brackets
        return GitIgnoreSpec.from_lines(lines)


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    """A regular expression that matches whatever one of the patterns matches, and maybe more."""
    names = (f"g{number}" for number in count())
    expressions = [_generous(pattern, names) for pattern in patterns]
    return re.compile("|".join(expressions) or "(?!)", re.DOTALL)


def _generous(pattern: str, names: Iterator[str]) -> str:
    """A regular expression for one pattern; `names` are for its groups."""
    fixed, rest = [""], pattern.removeprefix("/")
    while rest:
        part = _PARTS.match(rest)
        if part is None:
            return ".*"
        if part["any"]:
            fixed.append("")
        else:
            fixed[-1] += "." if part["one"] else re.escape(part[0])
        rest = rest[part.end() :]
    if len(fixed) == 1:
        return fixed[0]
    first, *middle, last = fixed
    return first + "".join(_soonest(text, next(names)) for text in middle if text) + ".*" + last


def _soonest(expression: str, name: str) -> str:
    """Anything up to where `expression` matches first; no other place is tried later.

    Where anything may come behind it, that is enough, and the search does not go back and forth.
    """
    return f"(?=(?P<{name}>.*?{expression}))(?P={name})"
