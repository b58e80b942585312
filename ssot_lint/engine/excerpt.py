"""The excerpt of a file that libcst reads: the statements that can matter, all others blanked."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ssot_lint.analysis.source.text import (
    drop_form_feeds,
    fold_letters,
    may_fold,
    split_lines,
)
from ssot_lint.analysis.syntax.parsing import parse
from ssot_lint.engine.masking import mask
from ssot_lint.engine.prefilter import Prefilter


@dataclass(frozen=True)
class Excerpt:
    """A text, and what is left of it when all that cannot matter is blanked."""

    text: str
    tree: ast.Module
    """Of the text with its letters folded and without form feeds, as `plain`."""
    plain: str
    masked: str
    feeds: Mapping[int, int]
    """How many form feeds begin a row."""

    @classmethod
    def of(
        cls,
        text: str,
        prefilter: Prefilter,
        *,
        tree: ast.Module | None = None,
        focus: bool = True,
        around: Collection[int] | None = None,
    ) -> Excerpt:
        """`tree` is that of the text, if it is at hand. Without `focus` nothing is blanked.

        With `around`, what is not about these rows is blanked, too. Raises NotAnalysedError.
        """
        folded = _folded(text)
        tree = tree or parse(text)
        feeds: Mapping[int, int] = {}
        if "\f" in folded:
            lines, feeds = drop_form_feeds(split_lines(folded))
            folded = "".join(lines)
        masked = folded
        if focus:
            masked = mask(folded, tree, prefilter.triggers, prefilter.settings, around)
        return cls(text, tree, folded, masked, feeds)


def _folded(text: str) -> str:
    if not text.isascii() and may_fold(text.encode("utf-8", "surrogatepass")):
        return fold_letters(text)
    return text
