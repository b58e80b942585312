"""What an editor offers to do about findings: fixes, and comments that suppress them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial

from lsprotocol import types

from ssot_lint.analysis.source.text import split_lines
from ssot_lint.model.errors import printable
from ssot_lint.model.findings import Applicability, Finding, Fix
from ssot_lint.server.desk import Desk
from ssot_lint.server.diagnostics import FIX_ALL, QUICK_FIX, Diagnostics, range_of
from ssot_lint.server.documents import Checked
from ssot_lint.server.hover import touches
from ssot_lint.server.positions import Span
from ssot_lint.server.worker import Worker

_BOM = "\ufeff"
# With more lines that differ, an edit of all of them does as well, and is found at once.
_MOST_COMPARED = 5_000


@dataclass(frozen=True)
class Actions:
    """Makes the actions for a buffer."""

    checked: Checked
    worker: Worker
    diagnostics: Diagnostics
    with_versions: bool
    """Whether the client takes edits that name the version they are for."""

    async def at(
        self, place: types.Range, context: types.CodeActionContext
    ) -> list[types.CodeAction]:
        """The actions for a range, and for what the client names besides: all of a line, often."""
        result, only = self.checked.result, context.only
        # By their line: Neovim 0.7 gives back columns in bytes.
        named = {(one.code, one.range.start.line) for one in context.diagnostics}
        here = [one for one in result.findings if self._is_meant(one, place, named)]
        actions: list[types.CodeAction] = []
        if _wants(only, QUICK_FIX):
            actions += self._quick_fixes(here)
            actions += [one async for one in self._suppressions(here)]
        # Unasked, it stands where a fix is: to find all of them takes a check of what they make.
        asked = result.findings if only is not None else here
        if _wants(only, FIX_ALL) and any(_is_safe(one.fix) for one in asked):
            actions += await self._fix_all()
        return actions

    def _is_meant(
        self, finding: Finding, place: types.Range, named: Container[tuple[object, int]]
    ) -> bool:
        own = range_of(self.checked, finding)
        is_named = (finding.code, own.start.line) in named
        return is_named or touches(own, place)

    def _quick_fixes(self, findings: Iterable[Finding]) -> Iterator[types.CodeAction]:
        for finding in findings:
            fix = finding.fix
            if fix is None or fix.applicability is Applicability.DISPLAY:
                continue
            is_safe = _is_safe(fix)
            told = fix.message if is_safe else f"{fix.message} (unsafe: may change the meaning)"
            yield types.CodeAction(
                title=f"{finding.code}: {printable(told)}",
                kind=QUICK_FIX,
                diagnostics=[self.diagnostics.of_finding(self.checked, finding)],
                is_preferred=True if is_safe else None,
                edit=self._edit(self.checked.document.positions.edits(fix.edits)),
            )

    async def _suppressions(self, findings: Iterable[Finding]) -> AsyncIterator[types.CodeAction]:
        checked = self.checked
        firsts = {(one.code, one.noqa_row): one for one in reversed([*findings])}
        for finding in sorted(firsts.values(), key=lambda one: one.sort_key):
            work = partial(
                Desk.suppressed,
                folder=checked.folder,
                text=checked.document.text,
                path=checked.path,
                finding=finding,
            )
            edit = self._edit(self._difference(await self.worker.do(work)))
            if edit is not None:
                yield types.CodeAction(
                    title=f"{finding.code}: suppress with `# noqa`",
                    kind=QUICK_FIX,
                    diagnostics=[self.diagnostics.of_finding(checked, finding)],
                    edit=edit,
                )

    async def _fix_all(self) -> list[types.CodeAction]:
        checked = self.checked
        work = partial(
            Desk.fixed, folder=checked.folder, text=checked.document.text, path=checked.path
        )
        edit = self._edit(self._difference(await self.worker.do(work)))
        if edit is None:
            return []
        title = "ssot-lint: fix all that is safe to fix"
        return [types.CodeAction(title=title, kind=FIX_ALL, edit=edit)]

    def _difference(self, after: str | None) -> list[types.TextEdit]:
        """The edits that make another text of the buffer's; both count without a BOM."""
        if after is None:
            return []
        document = self.checked.document
        before = document.text.removeprefix(_BOM)
        return document.positions.text_edits(differences(before, after))

    def _edit(self, edits: list[types.TextEdit]) -> types.WorkspaceEdit | None:
        if not edits:
            return None
        document = self.checked.document
        if not self.with_versions:
            return types.WorkspaceEdit(changes={document.uri: edits})
        versioned = types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
        return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(versioned, [*edits])])


def _wants(only: Sequence[str] | None, kind: str) -> bool:
    """Whether actions of a kind are asked for: `source` stands for all that begin with it."""
    return only is None or any(f"{kind}.".startswith(f"{one}.") for one in only)


def _is_safe(fix: Fix | None) -> bool:
    return fix is not None and fix.applicability is Applicability.SAFE


def differences(before: str, after: str) -> list[Span]:
    """Edits of whole lines that make one text of another: what stays keeps its cursor and marks."""
    old, new = split_lines(before), split_lines(after)
    first = _common(old, new)
    end = _common(old[first:][::-1], new[first:][::-1])
    old_left, new_left = old[first : len(old) - end], new[first : len(new) - end]
    at = sum(map(len, old[:first]))
    if max(len(old_left), len(new_left)) > _MOST_COMPARED:
        return [Span(at, at + sum(map(len, old_left)), "".join(new_left))]
    starts = [at]
    for line in old_left:
        starts.append(starts[-1] + len(line))
    changes = SequenceMatcher(None, old_left, new_left, autojunk=False).get_opcodes()
    return [
        Span(starts[i], starts[j], "".join(new_left[k:m]))
        for tag, i, j, k, m in changes
        if tag != "equal"
    ]


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines two texts have in common at their beginning."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count
