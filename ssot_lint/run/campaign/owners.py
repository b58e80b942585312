"""Who owns a file, as the CODEOWNERS of a repository tells.

https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ssot_lint.config.disk import read_regular
from ssot_lint.config.patterns import Patterns, is_pattern

# Where it may lie, the place that counts first; GitLab looks at the first three, too.
_PLACES = (".github/CODEOWNERS", ".gitlab/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
_LARGEST = 3_000_000
# A section of GitLab's: `[Backend][2] @team`.
_SECTION = re.compile(r"\^?\[[^\]]*\]")


@dataclass(frozen=True)
class Owners:
    """The rows of a CODEOWNERS file, of which the last that matches a path decides."""

    rows: tuple[tuple[Patterns, bool, str], ...]
    """Each with whether it speaks of the files of one folder alone, and the owners, with blanks
    between; empty where nobody owns what matches."""

    @classmethod
    def read(cls, top: str) -> Owners | None:
        """Those of the repository at `top`; None where it has none that can be read."""
        for place in _PLACES:
            try:
                text = read_regular(os.path.join(top, place), _LARGEST).decode("utf-8", "replace")
            except OSError:
                continue
            return cls(tuple(cls.rows_of(text)))
        return None

    @staticmethod
    def rows_of(text: str) -> Iterator[tuple[Patterns, bool, str]]:
        """The rows of a file's text."""
        for line in text.splitlines():
            told = line.partition(" #")[0].strip()
            if not told or told.startswith("#") or _SECTION.match(told):
                continue
            pattern, *owners = told.replace("\\ ", "\0").split()
            pattern = pattern.replace("\0", "\\ ")
            if is_pattern(pattern):
                yield Patterns([pattern]), pattern.endswith("/*"), " ".join(owners)

    def of(self, path: str) -> str:
        """The owners of a file, with blanks between; empty without. `path` is relative to the top
        of the repository, with forward slashes.
        """
        for patterns, is_flat, owners in reversed(self.rows):
            if patterns.matches(path) and not (is_flat and _is_deeper(patterns, path)):
                return owners
        return ""


def _is_deeper(patterns: Patterns, path: str) -> bool:
    """Whether a path lies deeper than the folder whose files a pattern such as `docs/*` names."""
    return patterns.matches(path.rpartition("/")[0])
