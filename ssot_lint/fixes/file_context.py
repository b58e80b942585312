"""One file as rules and fixes see it: what Python says, what ids are, what new code may say."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import libcst as cst

from ssot_lint.analysis.semantics.excerpt_view import ExcerptView, ImportStatement, ScopeNode
from ssot_lint.analysis.semantics.semantic_model import AskedOnce
from ssot_lint.config.bans import ban_of
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
from ssot_lint.fixes.refusal import Refusal
from ssot_lint.ids.banned_calls import BannedCalls
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.precedence import is_superseded
from ssot_lint.ids.uses.other_makers import OtherMade, OtherMakers, makes_past
from ssot_lint.project.index import Project


class FileContext(AskedOnce["FileContext"]):
    """The three models of one file, and what others say of ids.

    `relative` is its path relative to the root, with
    forward slashes; `is_suppressed` tells whether a comment suppresses a code at a node;
    `plans_fixes` whether anybody wants to know what can be made of what is found.
    """

    def __init__(
        self,
        semantics: ExcerptView,
        ids: IdModel,
        relative: str,
        is_suppressed: Callable[[str, cst.CSTNode], bool],
        project: Project | None = None,
        *,
        plans_fixes: bool = True,
        substitute: str = "",
        using: Callable[[str], FileContext] | None = None,
    ) -> None:
        super().__init__()
        self.semantics = semantics
        self.ids = ids
        self.project = known = project or Project()
        # `__all__` says what they get.
        is_open = "__all__" not in semantics.text.text
        self.new_code = NewCode(
            semantics, ids, relative, lambda: is_open and known.is_starred, known.is_read
        )
        self.is_suppressed = is_suppressed
        self.plans_fixes = plans_fixes
        self.substitute = substitute
        """What its fixes call in place of the generator; empty for that itself."""
        self._using = using
        self._others: dict[str, FileContext] = {}
        self._names = semantics.names

    # What ids are, asked with the nodes that rules visit

    @property
    def generator_calls(self) -> Mapping[ScopeNode, Sequence[cst.Call]]:
        """Calls of the generator's methods, by the scope that runs them, in order."""
        return self._names.tracked_calls

    @property
    def generator_imports(self) -> Mapping[ScopeNode, Mapping[str, Sequence[ImportStatement]]]:
        """Imports of the generator's class or module, by scope and the name they bind."""
        return self._names.tracked_imports

    def generator_method(self, call: cst.Call) -> str | None:
        """The name of the generator's method that the call runs, if it runs one."""
        return self._names.method_of(call.func)

    def banned(self, node: cst.CSTNode) -> str | None:
        """The dotted name of the banned function that the expression can be, if any."""
        return self._names.tracked_function(node)

    def banned_call(self, call: cst.Call) -> str | None:
        """The dotted name of the banned function that a call runs, if that counts there."""
        return self.ids.once(BannedCalls).of(self.semantics.node_map.twin(call))

    def other_made(self, node: cst.CSTNode) -> OtherMade | None:
        """What is to say of a call that makes an id by another maker than the generator."""
        return self.ids.once(OtherMakers).of(self.semantics.node_map.twin(node))

    def makes_past(self, call: cst.Call) -> bool:
        """Whether a call makes what the generator should: it is banned, or one of another maker."""
        return makes_past(self.ids, self.semantics.node_map.twin(call))

    def is_superseded(self, code: str, node: cst.CSTNode | ast.AST) -> bool:
        """Whether another rule speaks of the node in place of the one with the code."""
        twin = node if isinstance(node, ast.AST) else self.semantics.node_map.twin(node)
        return twin is not None and is_superseded(self.ids, code, twin)

    # Fixes

    def fixing(self, banned: str) -> FileContext:
        """The file with what fixes of a banned function call in the place of the generator."""
        use = self._use_for(banned)
        if use == self.substitute or self._using is None:
            return self
        if use not in self._others:
            self._others[use] = self._using(use)
        return self._others[use]

    def fixes(self, banned: str) -> bool:
        """Whether what replaces a banned function is what fixes here call."""
        return self._use_for(banned) == self.substitute

    def _use_for(self, banned: str) -> str:
        ban = ban_of(banned, self.ids.settings.extend_banned_calls)
        return ban.use if ban is not None else ""

    def draft(
        self,
        message: str,
        changes: Iterable[Change],
        references: Iterable[Reference] = (),
        *,
        doubt: Refusal | None,
        advice: str = "",
    ) -> Draft:
        """A draft in which comments inside replaced code move above the statement.

        `doubt` says why it is unsafe; it is safe without one. Comments that move are one, too: what
        they explain may be gone.
        """
        listed = list(changes)
        for change in list(listed):
            node, comments = _replaced(change)
            statement = self.semantics.statement_of(node) if node is not None and comments else None
            if comments and statement is not None:
                listed.append(InsertBefore(statement, comments))
                doubt = doubt or Refusal("a comment stands inside what it replaces", node)
        imports = frozenset(r.statement for r in references if r.statement is not None)
        return Draft(doubt, message, tuple(listed), imports, advice)


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
