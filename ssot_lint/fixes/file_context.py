"""One file as rules and fixes see it: what Python says, what ids are, what new code may say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import libcst as cst

from ssot_lint.analysis.semantics.semantic_model import AskedOnce, SemanticModel
from ssot_lint.config.settings import Settings
from ssot_lint.fixes.edits import (
    Change,
    Draft,
    InsertBefore,
    Remove,
    Replace,
    Unwrap,
    comments_in,
)
from ssot_lint.fixes.new_code import NewCode, Reference
from ssot_lint.ids.generator.api import GeneratorApi
from ssot_lint.ids.id_model import IdModel
from ssot_lint.model.findings import Applicability


class FileContext(AskedOnce["FileContext"]):
    """The three models of one file.

    `codes` are those that are on for it; `relative` is its path relative to the root, with
    forward slashes; `is_suppressed` tells whether a comment suppresses a code at a node.
    """

    def __init__(
        self,
        semantics: SemanticModel,
        settings: Settings,
        api: GeneratorApi,
        codes: frozenset[str],
        relative: str,
        is_suppressed: Callable[[str, cst.CSTNode], bool],
    ) -> None:
        super().__init__()
        self.semantics = semantics
        self.ids = IdModel(semantics, settings, api, codes, is_suppressed)
        self.new_code = NewCode(self.ids, relative)

    def draft(
        self,
        applicability: Applicability,
        message: str,
        changes: Iterable[Change],
        references: Iterable[Reference] = (),
    ) -> Draft:
        """A draft in which comments inside replaced code move above the statement.

        That makes it unsafe: what they explain may be gone.
        """
        listed = list(changes)
        for change in list(listed):
            node, comments = _replaced(change)
            statement = self.semantics.statement_of(node) if node is not None and comments else None
            if comments and statement is not None:
                listed.append(InsertBefore(statement, comments))
                applicability = Applicability.UNSAFE
        imports = frozenset(r.statement for r in references if r.statement is not None)
        return Draft(applicability, message, tuple(listed), imports)


def _replaced(change: Change) -> tuple[cst.CSTNode | None, tuple[str, ...]]:
    """The node that a change does away with, and the comments that go with it."""
    match change:
        case Replace():
            return change.node, tuple(comments_in(change.node))
        case Remove():
            return change.statement, tuple(comments_in(change.statement))
        case Unwrap():
            kept = Counter(comments_in(change.inner))
            gone = Counter(comments_in(change.node)) - kept
            return change.node, tuple(gone.elements())
    return None, ()
