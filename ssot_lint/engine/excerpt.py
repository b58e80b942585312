"""The excerpt of a file that libcst reads: the statements that can matter, all others blanked.

With the models of the whole file, which tell what can matter, and answer for what is blanked.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.source.text import drop_form_feeds, split_lines
from ssot_lint.analysis.syntax.parsing import parse
from ssot_lint.engine.masking import mask
from ssot_lint.engine.prefilter import Prefilter
from ssot_lint.ids.generator.api import GeneratorApi
from ssot_lint.ids.id_model import IdModel, Resolver, ids_in


@dataclass(frozen=True)
class Excerpt:
    """A text, and what is left of it when all that cannot matter is blanked."""

    text: str
    ids: IdModel
    """What ids are in the whole file."""
    relative: str
    """The path of the file relative to the root, with forward slashes."""
    plain: str
    """The text with its letters folded and without form feeds."""
    masked: str
    """The same with what cannot matter blanked."""
    feeds: Mapping[int, int]
    """How many form feeds begin a row."""

    @classmethod
    def of(
        cls,
        text: str,
        relative: str,
        prefilter: Prefilter,
        api: GeneratorApi,
        *,
        tree: ast.Module | None = None,
        focus: bool = True,
        around: Collection[int] | None = None,
        resolver: Resolver | None = None,
    ) -> Excerpt:
        """`tree` is that of the text, if it is at hand. Without `focus` nothing is blanked.

        With `around`, what is not about these rows is blanked, too. `resolver` gives what calls of
        the file run. Raises NotAnalysedError.
        """
        source = SourceText(text)
        tree = tree or parse(text)
        folded = source.folded
        feeds: Mapping[int, int] = {}
        if "\f" in folded:
            lines, feeds = drop_form_feeds(split_lines(folded))
            folded = "".join(lines)
        ids = ids_in(source, tree, relative, prefilter.settings, api, prefilter.codes, resolver)
        masked = mask(folded, ids, prefilter.triggers, around) if focus else folded
        return cls(text, ids, relative, folded, masked, feeds)

    @property
    def tree(self) -> ast.Module:
        """The `ast` of the text."""
        return self.ids.semantics.syntax.tree
