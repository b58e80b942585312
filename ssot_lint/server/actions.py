"""What an editor offers to do about findings: fixes, and comments that suppress them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from lsprotocol import types

from ssot_lint import Session
from ssot_lint.analysis.source.text import decode, split_lines
from ssot_lint.fixes.edits import TextEdit
from ssot_lint.model.errors import printable
from ssot_lint.model.findings import Applicability, Finding, Fix
from ssot_lint.server.diagnostics import Diagnostics, range_of
from ssot_lint.server.documents import Checked
from ssot_lint.server.hover import touches

FIX_ALL = "source.fixAll.ssot-lint"
KINDS = (types.CodeActionKind.QuickFix, FIX_ALL)

_BOM = "\ufeff"
# With more lines that differ, an edit of all of them does as well, and is found at once.
_MOST_COMPARED = 5_000


@dataclass(frozen=True)
class Actions:
    """Makes the actions for a buffer. In the thread that does the work: they ask its session."""

    checked: Checked
    session: Session
    diagnostics: Diagnostics
    with_versions: bool
    """Whether the client takes edits that name the version they are for."""

    def at(self, place: types.Range, only: Sequence[str] | None) -> list[types.CodeAction]:
        """The actions for a range; `only` those of some kinds."""
        result = self.checked.result
        here = [one for one in result.findings if touches(range_of(self.checked, one), place)]
        actions: list[types.CodeAction] = []
        if _wants(only, types.CodeActionKind.QuickFix):
            actions += self._quick_fixes(here)
            actions += self._suppressions(here)
        # Unasked, it stands where a fix is: to find all of them takes a check of what they make.
        asked = result.findings if only is not None else here
        if _wants(only, FIX_ALL) and any(_is_safe(one.fix) for one in asked):
            actions += self._fix_all()
        return actions

    def _quick_fixes(self, findings: Iterable[Finding]) -> Iterator[types.CodeAction]:
        for finding in findings:
            fix = finding.fix
            if fix is None or fix.applicability is Applicability.DISPLAY:
                continue
            is_safe = _is_safe(fix)
            told = fix.message if is_safe else f"{fix.message} (unsafe: may change the meaning)"
            yield types.CodeAction(
                title=f"{finding.code}: {printable(told)}",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[self.diagnostics.of_finding(self.checked, finding)],
                is_preferred=True if is_safe else None,
                edit=self._edit(self.checked.document.positions.edits(fix.edits)),
            )

    def _suppressions(self, findings: Iterable[Finding]) -> Iterator[types.CodeAction]:
        document = self.checked.document
        seen: set[tuple[str, int]] = set()
        for finding in findings:
            key = finding.code, finding.noqa_row
            if key in seen:
                continue
            seen.add(key)
            edits = self.session.suppress(document.text, self.checked.path, [finding])
            if edits:
                yield types.CodeAction(
                    title=f"{finding.code}: suppress with `# noqa`",
                    kind=types.CodeActionKind.QuickFix,
                    diagnostics=[self.diagnostics.of_finding(self.checked, finding)],
                    edit=self._edit(document.positions.text_edits(edits)),
                )

    def _fix_all(self) -> Iterator[types.CodeAction]:
        document = self.checked.document
        fixed = self.session.fix(document.text, self.checked.path)
        if fixed.source is None:
            return
        # Both without BOM: what an edit of a client would do to one is its own affair.
        before = document.text.removeprefix(_BOM)
        edits = document.positions.text_edits(differences(before, decode(fixed.source)))
        if edits:
            yield types.CodeAction(
                title="ssot-lint: fix all that is safe to fix",
                kind=FIX_ALL,
                edit=self._edit(edits),
            )

    def _edit(self, edits: list[types.TextEdit]) -> types.WorkspaceEdit:
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


def differences(before: str, after: str) -> list[TextEdit]:
    """Edits of whole lines that make one text of another: what stays keeps its cursor and marks."""
    old, new = split_lines(before), split_lines(after)
    first = _common(old, new)
    end = _common(old[first:][::-1], new[first:][::-1])
    old_left, new_left = old[first : len(old) - end], new[first : len(new) - end]
    at = sum(map(len, old[:first]))
    if max(len(old_left), len(new_left)) > _MOST_COMPARED:
        return [TextEdit(at, at + sum(map(len, old_left)), "".join(new_left))]
    starts = [at]
    for line in old_left:
        starts.append(starts[-1] + len(line))
    changes = SequenceMatcher(None, old_left, new_left, autojunk=False).get_opcodes()
    return [
        TextEdit(starts[i], starts[j], "".join(new_left[k:m]))
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
