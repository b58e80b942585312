"""Which fixes of a text do no harm: all are tried together, and taken apart only where they do.

What `check` offers and what `fix` applies is decided here alone.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from ssot_lint.analysis.source.location import Location
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.syntax.parsing import NotAnalysedError, NotParsedError, parse
from ssot_lint.engine.analyzer import Analysis, Found, fitting
from ssot_lint.fixes.edits import EditError, TextEdit, apply_text_edits, apply_to_bytes
from ssot_lint.fixes.spans import Spans
from ssot_lint.fixes.verification import Harm, Reliance, harms

Analyse = Callable[[str, ast.Module, Collection[int]], Analysis]
"""Looks for what a text, whose `ast` is at hand, holds on some rows."""


@dataclass(frozen=True)
class Outcome:
    """What some fixes lead to when they are applied together: harm, or none."""

    applied: tuple[Found, ...]
    edits: tuple[TextEdit, ...] = ()
    harms: tuple[Harm, ...] = ()


@dataclass
class Verdict:
    """Which of the fixes that were tried may be applied together, and why others may not."""

    outcome: Outcome
    refused: dict[int, str] = field(default_factory=dict)
    """By the identity of a draft, why it does harm even alone."""
    postponed: set[int] = field(default_factory=set)
    """The drafts that do harm beside the others, but not alone."""


class Trials:
    """Tries the fixes of one text."""

    def __init__(
        self, before: Analysis, analyse: Analyse, known: Reliance, source: bytes | None
    ) -> None:
        """`source` are the bytes of the text, where they are at hand."""
        self._before = before
        self._analyse = analyse
        self._known = known
        self._source = source
        self._outcomes: dict[tuple[int, ...], Outcome] = {}
        self.postponed: set[int] = set()
        """The drafts of which only a further round will tell whether they can be applied."""

    def judged(self) -> Analysis:
        """The analysis without the fixes that do harm: each has a reason instead."""
        refused: dict[int, str] = {}
        for unsafe in (False, True):
            left = [f for f in self._before.found if f.may_apply(unsafe=unsafe)]
            left = [f for f in left if unsafe is not f.may_apply(unsafe=False)]
            kept = self._approved(refused) if unsafe else []
            while left:
                kept, chosen = fitting(kept, left)
                verdict = self.verdict(chosen, kept)
                refused |= verdict.refused
                self.postponed |= verdict.postponed
                drafts = {id(found.draft) for found in chosen}
                left = [found for found in left if id(found.draft) not in drafts]
                kept = []
        return self._before.refusing(refused)

    def _approved(self, refused: Mapping[int, str]) -> list[Found]:
        """The safe fixes that go together."""
        chosen = self._before.applicable(unsafe=False)
        return [found for found in chosen if id(found.draft) not in refused]

    def verdict(self, chosen: Sequence[Found], kept: Sequence[Found] = ()) -> Verdict:
        """Which of the chosen fixes may be applied, besides those that are kept."""
        verdict = Verdict(Outcome(()))
        self._sift(list(kept), list(chosen), verdict)
        return verdict

    def _sift(self, kept: list[Found], items: list[Found], verdict: Verdict) -> list[Found]:
        """Those of the items that do no harm beside what is kept."""
        if not items:
            return []
        outcome = self._outcome([*kept, *items])
        if not outcome.harms:
            verdict.outcome = outcome
            return items
        blamed = self._blamed(outcome, items)
        if blamed and len(blamed) < len(_drafts(items)):
            # Each that is to blame gets its own hearing: beside others it may be innocent.
            innocent = [found for found in items if id(found.draft) not in blamed]
            sifted = self._sift(kept, innocent, verdict)
            self._hear([found for found in items if id(found.draft) in blamed], verdict)
            return sifted
        if len(_drafts(items)) == 1:
            self._hear(items, verdict)
            return []
        first, second = _halves(items)
        sifted = self._sift(kept, first, verdict)
        return [*sifted, *self._sift([*kept, *sifted], second, verdict)]

    def _hear(self, items: Sequence[Found], verdict: Verdict) -> None:
        """Refuse the fixes that do harm alone; others may be applied when the rest is."""
        for draft, found in _drafts(items).items():
            alone = self._outcome(found)
            if alone.harms:
                verdict.refused[draft] = alone.harms[0].reason
            elif not verdict.outcome.applied:
                verdict.outcome = alone
            else:
                verdict.postponed.add(draft)

    def _blamed(self, outcome: Outcome, items: Sequence[Found]) -> set[int]:
        """The drafts that harm comes from; none when it is not known from which."""
        owners = _owners(outcome.edits, outcome.applied)
        blamed: set[int] = set()
        for harm in outcome.harms:
            own = set(chain.from_iterable(owners[i] for i in harm.edits if i < len(owners)))
            blamed |= own & _drafts(items).keys()
        return blamed

    def _outcome(self, chosen: Sequence[Found]) -> Outcome:
        key = tuple(sorted(_drafts(chosen)))
        if key not in self._outcomes:
            self._outcomes[key] = self._tried(tuple(chosen))
        return self._outcomes[key]

    def _tried(self, chosen: tuple[Found, ...]) -> Outcome:
        before = self._before
        edits = tuple(before.joint_edits(chosen))
        spans = Spans(edits)
        everywhere = frozenset(range(len(edits)))

        def refused(reason: str) -> Outcome:
            return Outcome(chosen, edits, (Harm(reason, everywhere),))

        try:
            if self._source is not None:
                apply_to_bytes(self._source, before.source, edits)
            text = apply_text_edits(before.text, edits)
            tree = parse(text)
            fixed = SourceText(text)
            found = harms((before.source, before.tree), (fixed, tree), spans, self._known)
            if found:
                return Outcome(chosen, edits, tuple(found))
            after = self._analyse(text, tree, _rows(fixed, spans))
        except EditError as error:
            return refused(str(error))
        except NotParsedError:
            return refused("the result would be no Python")
        except NotAnalysedError as error:
            return refused(f"the result could not be analysed: {error.reason}")
        except RecursionError:
            return refused("the result would be nested too deeply")
        return Outcome(chosen, edits, tuple(_new_findings(before, after, chosen, spans)))


def _rows(text: SourceText, spans: Spans) -> set[int]:
    """The rows on which edits wrote or removed something."""
    return {
        row
        for start, end in spans.new
        for row in range(text.row_at(start), text.row_at(max(start, end - 1)) + 1)
    }


def _drafts(items: Sequence[Found]) -> dict[int, list[Found]]:
    """The findings by the identity of their drafts, in order."""
    found: dict[int, list[Found]] = {}
    for item in items:
        found.setdefault(id(item.draft), []).append(item)
    return found


def _halves(items: Sequence[Found]) -> tuple[list[Found], list[Found]]:
    """The items in two, cut between scopes where there are several."""
    groups: dict[str, list[Found]] = {}
    for found in chain.from_iterable(_drafts(items).values()):
        groups.setdefault(found.finding.scope, []).append(found)
    if len(groups) < 2 or len(_drafts(items)) != sum(len(_drafts(g)) for g in groups.values()):
        parts = list(_drafts(items).values())
    else:
        parts = list(groups.values())
    middle = len(parts) // 2
    return list(chain(*parts[:middle])), list(chain(*parts[middle:]))


def _owners(edits: Sequence[TextEdit], chosen: Sequence[Found]) -> list[set[int]]:
    """For each of the joint edits, the drafts that it comes from."""
    by_place: dict[tuple[int, int], set[int]] = {}
    for found in chosen:
        for edit in found.edits:
            by_place.setdefault((edit.start, edit.end), set()).add(id(found.draft))
    everybody = set(_drafts(chosen))
    importing = {id(f.draft) for f in chosen if f.draft is not None and f.draft.imports}
    return [by_place.get((edit.start, edit.end)) or importing or everybody for edit in edits]


def _new_findings(
    before: Analysis, after: Analysis, applied: Sequence[Found], spans: Spans
) -> Iterator[Harm]:
    """The findings that touch what the fixes wrote, or name it as their cause.

    But for those that were there before, and that no fix promised to remove.
    """
    gone = {id(found) for found in applied}
    left = [found for found in before.found if id(found) not in gone]
    for found in after.found:
        finding = found.finding
        places = [(finding.location, finding.end_location), *((r, r) for r in finding.related)]
        touched = {
            edit for first, last in places for edit in _written_between(after, spans, first, last)
        }
        if touched and not any(_is_same(old, found, before, spans) for old in left):
            yield Harm(f"the result would have a new {finding.code}", frozenset(touched))


def _written_between(
    after: Analysis, spans: Spans, first: Location, last: Location
) -> Iterator[int]:
    """The edits that wrote something between two places of the new text."""
    start, end = after.source.offset(first), after.source.offset(last)
    for edit in spans.touching(start, end):
        new_start, new_end = spans.new[edit]
        content = spans.edits[edit].content
        if content.strip() and new_start < max(end, start + 1) and start < new_end:
            yield edit


def _is_same(old: Found, new: Found, before: Analysis, spans: Spans) -> bool:
    """Whether a finding in new text was there before, in what an edit replaces."""
    if old.finding.code != new.finding.code or old.finding.scope != new.finding.scope:
        return False
    source = before.source
    start, end = source.offset(old.finding.location), source.offset(old.finding.end_location)
    return any(first <= end and start <= last for first, last in spans.old)
