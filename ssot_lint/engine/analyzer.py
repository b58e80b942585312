"""A text to findings: the libcst tree, the visit of all rules, places, suppressions, fixes."""

from __future__ import annotations

import ast
from bisect import bisect, insort
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from posixpath import dirname, relpath
from typing import TypeAlias

import libcst as cst

from ssot_lint.analysis.semantics.excerpt_view import ExcerptView
from ssot_lint.analysis.source.location import Location
from ssot_lint.analysis.source.noqa import Directive, KeptError, Suppressions
from ssot_lint.analysis.source.rows import EVERY_ROW, condensed
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.source.text import lines_at, one_line, split_lines
from ssot_lint.analysis.syntax.nesting import expect_bearable
from ssot_lint.analysis.syntax.node_map import is_written_in
from ssot_lint.analysis.syntax.parsing import NotAnalysedError
from ssot_lint.analysis.syntax.positions import Positions
from ssot_lint.config.settings import Settings
from ssot_lint.engine.excerpt import Excerpt
from ssot_lint.fixes.changes import all_changes
from ssot_lint.fixes.edits import Draft, Placer, TextEdit, overlap, placed
from ssot_lint.fixes.file_context import FileContext
from ssot_lint.fixes.refusal import Place, Refusal
from ssot_lint.ids.id_model import IdModel
from ssot_lint.model.findings import AppliedFix, FileResult, Finding, Fix, Step
from ssot_lint.model.identity import normalised
from ssot_lint.project.index import Project
from ssot_lint.rules.about_run.ost901_unused_suppression import UnusedSuppression
from ssot_lint.rules.about_run.ost902_unexplained_suppression import UnexplainedSuppression
from ssot_lint.rules.registry import ASKING_OTHERS, CODES, all_rules
from ssot_lint.rules.rule import Report, Rule, visit_together

_RULES = {rule.code: rule for rule in all_rules()}
_CODES = {rule.name: rule.code for rule in all_rules()}


@dataclass(frozen=True)
class Analyst:
    """Analyses files, with comments that suppress or without."""

    ignore_noqa: bool
    project: Callable[[str], Project] = lambda path: Project()
    """What the file at a path may ask of others."""
    plans_fixes: bool = True
    """Whether it counts what can be made of what is found."""

    def analyse(self, excerpt: Excerpt, path: str) -> Analysis:
        """What a file holds. Raises NotAnalysedError, and RecursionError when it is too deep."""
        warned = excerpt.ids.settings.warn
        analysis = replace(self._analysis(excerpt, path), warned=warned)
        if self.ignore_noqa:
            return analysis
        codes = excerpt.ids.codes
        if excerpt.ids.is_undecided:
            codes -= ASKING_OTHERS  # what such a comment is there for, nobody can tell
        told = tuple(_about_comments(analysis, codes, excerpt.ids.settings, path))
        if not told:
            return analysis
        found = sorted((*analysis.found, *told), key=lambda one: one.finding.sort_key)
        return replace(analysis, found=tuple(found))

    def _analysis(self, excerpt: Excerpt, path: str) -> Analysis:
        text, masked = excerpt.text, excerpt.masked
        if not masked.strip():
            suppressions = Suppressions(text, masked, excerpt.tree)
            generated = excerpt.ids.count_generated()
            return Analysis(text, suppressions, excerpt.tree, generated=generated)
        module, masked, rows = _parse_module(excerpt)
        suppressions = Suppressions(text, masked, excerpt.tree)
        lines, ids = split_lines(masked), excerpt.ids

        def view(ids: IdModel) -> ExcerptView:
            written = is_written_in(lines)
            return ExcerptView(module, ids.semantics, lambda node: places.start(node).row, written)

        semantics = view(ids)
        places = Positions(
            module,
            lines,
            semantics.node_map,
            semantics.text.lines,
            excerpt.feeds,
            semantics.parent,
            rows,
        )
        idle = self.ignore_noqa or "noqa" not in text.lower()

        def context(semantics: ExcerptView, ids: IdModel, substitute: str = "") -> FileContext:
            return FileContext(
                semantics,
                ids,
                excerpt.relative,
                lambda code, node: not idle and suppressions.covers(code, places.start(node).row),
                self.project(path),
                plans_fixes=self.plans_fixes,
                substitute=substitute,
                using=using if not substitute else None,
            )

        def using(substitute: str) -> FileContext:
            other = ids.using(substitute)
            return context(view(other), other, substitute)

        file = context(semantics, ids)
        rules = [_RULES[code](file) for code in sorted(ids.codes)]
        visit_together(semantics.nodes, rules)
        reports = [report for rule in rules for report in rule.reports]
        generated = ids.count_generated()
        if not reports or (suppressions.whole_file and not self.ignore_noqa):
            return Analysis(text, suppressions, excerpt.tree, generated=generated)
        placer = Placer(semantics.text, lines, places, excerpt.feeds)
        found = tuple(_found(reports, file, places, placer, path))
        return Analysis(text, suppressions, excerpt.tree, found, file, generated)

    def result(self, analysis: Analysis, path: str) -> FileResult:
        """The findings of a file as values, without those that comments suppress."""
        if not analysis.found:
            return FileResult(path, generated=analysis.generated)
        suppressions, warned = analysis.suppressions, analysis.warned
        kept = [found for found in analysis.found if not found.is_suppressed]
        findings = [
            replace(
                found.finding,
                noqa_row=suppressions.comment_row(found.finding.location.row),
                fix=analysis.complete_fix(found),
                is_warning=bool(warned) and found.finding.code.startswith(warned),
            )
            for found in kept
        ]
        rows = {finding.location.row for finding in findings}
        rows |= {row for found in findings if found.fix for row in found.fix.rows}
        covered = [
            (found.finding.location.row, found.finding.code)
            for found in analysis.found
            if found.is_suppressed
        ]
        remarks = sorted(suppressions.warnings(_CODES, covered))
        return FileResult(
            path,
            tuple(findings),
            tuple(f"{path}:{row}: {remark}" for row, remark in remarks),
            lines=lines_at(analysis.text, rows),
            generated=analysis.generated,
        )


def _parse_module(excerpt: Excerpt) -> tuple[cst.Module, str, Sequence[int]]:
    """The tree of the masked text, or of the whole when libcst cannot read the masked one.

    Comes with the text that it is of, and those of its rows that were read.
    """
    masked, whole = excerpt.masked, excerpt.plain
    short = condensed(masked, whole)
    _expect_bearable(excerpt, masked)
    try:
        return cst.parse_module(short.text), masked, short.rows
    except Exception:
        _expect_bearable(excerpt, whole)
        try:
            return cst.parse_module(whole), whole, EVERY_ROW
        except RecursionError:
            raise
        except Exception as error:
            # ParserSyntaxError, and TypeError on some valid code.
            raise NotAnalysedError(f"libcst cannot read it: {one_line(error)}") from None


def _expect_bearable(excerpt: Excerpt, text: str) -> None:
    """Raise NotAnalysedError where libcst cannot bear the text, which is the excerpt's."""
    lines = split_lines(text)
    rows = {row for row, line in enumerate(lines, start=1) if not line.isspace()}
    expect_bearable(excerpt.tree, lines, rows)


# What stands in a message in front of why its fix is unsafe.
_UNSAFE = " (unsafe: "


@dataclass(frozen=True)
class Found:
    """A finding with the edits of its fix that are not about imports."""

    finding: Finding
    is_suppressed: bool
    draft: Draft | None = None
    edits: tuple[TextEdit, ...] = ()
    reason: str = ""
    """Why there is no fix, where something is known to stand against one."""

    def refused(self, reasons: Mapping[int, str]) -> Found:
        """The same; without its draft where there is a reason against that."""
        reason = reasons.get(id(self.draft)) if self.draft is not None else None
        if reason is None:
            return self
        said, _, _ = self.finding.message.partition(_UNSAFE)
        message = f"{said} (no fix: {reason})"
        return Found(replace(self.finding, message=message), self.is_suppressed, reason=reason)

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is about, wherever that stands."""
        return self.finding.code, self.finding.scope, self.finding.text

    def may_apply(self, *, unsafe: bool) -> bool:
        """Whether its fix may be applied, with or without the unsafe ones."""
        if self.draft is None or self.is_suppressed:
            return False
        return self.draft.applicability.may_apply(unsafe=unsafe)

    @property
    def is_about_comment(self) -> bool:
        """Whether it came from a suppression instead of a visitor: its fix changes no code."""
        return self.finding.code == UnusedSuppression.code


Spares: TypeAlias = Callable[[Sequence[Finding]], list[bool]]
"""Tells of each finding of a file whether fixes must leave it alone."""


@dataclass(frozen=True)
class Analysis:
    """What a text holds."""

    text: str
    suppressions: Suppressions
    tree: ast.Module
    found: tuple[Found, ...] = ()
    file: FileContext | None = None
    generated: int = 0
    """How often the file calls the generator for new ids."""
    warned: tuple[str, ...] = ()
    """Codes and prefixes that settings want to be warnings."""

    @cached_property
    def source(self) -> SourceText:
        """The text with its rows."""
        return self.file.semantics.text if self.file is not None else SourceText(self.text)

    def reasons(self) -> dict[tuple[str, str, str], str]:
        """Why findings have no fix, by what they are about."""
        return {found.key: found.reason for found in self.found if found.reason}

    def refusing(self, reasons: Mapping[int, str]) -> Analysis:
        """The same without some drafts, told by their identity, each with the reason."""
        if not reasons:
            return self
        return replace(self, found=tuple(found.refused(reasons) for found in self.found))

    def applicable(self, *, unsafe: bool, spares: Spares | None = None) -> list[Found]:
        """Findings whose fixes may be applied together, in order; none of what `spares` tells."""
        spared = self._spared(spares) if spares is not None else frozenset()
        # What other fixes do with a line may depend on the comment behind it, so comments first.
        comments = [found for found in self.found if found.is_about_comment and found.draft]
        live = (found for found in comments or self.found if found.may_apply(unsafe=unsafe))
        return fitting([], [found for found in live if id(found.draft) not in spared])[1]

    def _spared(self, spares: Spares) -> frozenset[int]:
        """The drafts that would remove a finding that must stay."""
        live = [found for found in self.found if not found.is_suppressed]
        pairs = zip(live, spares([found.finding for found in live]), strict=True)
        return frozenset(id(found.draft) for found, stays in pairs if stays)

    def joint_edits(self, chosen: Sequence[Found]) -> list[TextEdit]:
        """The edits of several fixes, with those of the imports."""
        edits = sorted({edit for found in chosen for edit in found.edits})
        if self.file is None or all(found.is_about_comment for found in chosen):
            return edits
        statements = {s for found in chosen if found.draft for s in found.draft.imports}
        # Where both insert at one place, imports come first.
        return _merged([*self.file.new_code.imports.changes(edits, sorted(statements)), *edits])

    def complete_fix(self, found: Found) -> Fix | None:
        """The fix of one finding, with what it does to the imports."""
        draft = found.draft
        if draft is None:
            return None
        if id(draft) not in self._fixes:
            edits = placed(self.source, self.joint_edits([found]))
            message = draft.message + ("" if found.is_about_comment else self._how_far)
            self._fixes[id(draft)] = Fix(draft.applicability, message, edits)
        return self._fixes[id(draft)]

    def applied(self, chosen: Sequence[Found]) -> Iterator[AppliedFix]:
        """The fixes of findings that are applied together, in order."""
        by_draft: dict[int, list[Found]] = {}
        for found in chosen:
            by_draft.setdefault(id(found.draft), []).append(found)
        for items in by_draft.values():
            draft = items[0].draft
            if draft is not None:
                edits = placed(self.source, items[0].edits)
                rows = {row for edit in edits for row in edit.rows}
                lines = dict(lines_at(self.text, rows))
                changes = all_changes(edits, lines)
                findings = tuple(found.finding for found in items)
                message = draft.message
                yield AppliedFix(findings, draft.applicability, message, changes, draft.makes)

    @property
    def _how_far(self) -> str:
        """What fixes say of how far it was looked for what speaks against them."""
        is_known = self.file is not None and self.file.project.is_known
        return "" if is_known else " (checked in this file only)"

    @cached_property
    def _fixes(self) -> dict[int, Fix]:
        """The fixes by the identity of their drafts, which a thousand findings may share."""
        return {}


def fitting(kept: Sequence[Found], others: Sequence[Found]) -> tuple[list[Found], list[Found]]:
    """Those of `kept` that leave room for the first of the others, and the others that fit in."""
    chosen: list[Found] = []
    edits: list[TextEdit] = []
    drafts: set[int] = set()
    room = [found for found in kept if _fit_in(sorted(others[0].edits), found.edits)]
    for found in (*room, *others):
        if id(found.draft) not in drafts:
            if not _fit_in(edits, found.edits):
                continue
            drafts.add(id(found.draft))
            for edit in found.edits:
                insort(edits, edit)
        chosen.append(found)
    return chosen[: len(room)], chosen[len(room) :]


def _fit_in(edits: Sequence[TextEdit], more: Sequence[TextEdit]) -> bool:
    """Whether edits can go with those that are there, which are in order and do not overlap."""
    if overlap(sorted(more)):
        return False
    # Only beside its neighbours: with all of them anew, many fixes take long.
    places = ((edit, bisect(edits, edit)) for edit in more)
    return not any(
        overlap([*edits[max(at - 1, 0) : at], edit, *edits[at : at + 1]]) for edit, at in places
    )


def _merged(edits: Sequence[TextEdit]) -> list[TextEdit]:
    """The edits in order; what is inserted where another edit begins becomes one with it."""
    result: list[TextEdit] = []
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        last = result[-1] if result else None
        if last is not None and last.start == last.end == edit.start:
            result[-1] = TextEdit(edit.start, edit.end, last.content + edit.content)
        else:
            result.append(edit)
    return result


def _found(
    reports: Sequence[Report], file: FileContext, places: Positions, placer: Placer, path: str
) -> Iterator[Found]:
    """The findings of a file in order of place, each with its fix."""
    covered = [r.node for r in reports if file.is_suppressed(r.code, r.node)]
    text = file.semantics.text
    kept_as_is = [
        (text.offset(places.start(node)), text.offset(places.end(node))) for node in covered
    ]
    resolved: dict[int, tuple[TextEdit, ...] | None] = {}
    found: list[Found] = []
    for report in reports:
        draft = report.fix if isinstance(report.fix, Draft) else None
        if draft is not None and id(draft) not in resolved:
            resolved[id(draft)] = placer.resolve(draft)
        edits = resolved[id(draft)] if draft is not None else ()
        is_suppressed = any(report.node is node for node in covered)
        finding = _finding(report, file, places, path)
        if isinstance(report.fix, Refusal):
            one = _refused(Found(finding, is_suppressed), report.fix, file, places)
        else:
            one = Found(finding, is_suppressed, draft, edits or ())
            if draft is not None and draft.doubt is not None:
                one = replace(one, finding=_told(finding, _UNSAFE, draft.doubt, file, places))
        if edits is None:
            one = one.refused({id(draft): "comments or other code stand where it would write"})
        elif any(
            edit.start < end and start < edit.end for edit in edits for start, end in kept_as_is
        ):
            one = one.refused({id(draft): "it would change what a comment suppresses"})
        found.append(one)
    yield from sorted(found, key=lambda one: one.finding.sort_key)


def _refused(found: Found, refusal: Refusal, file: FileContext, places: Positions) -> Found:
    """A finding without a fix: it says why."""
    told = _told(found.finding, " (no fix: ", refusal, file, places)
    # Without the line: a reason may be told of the same code in another text.
    return replace(found, finding=told, reason=refusal.reason)


def _told(
    finding: Finding, what: str, why: Refusal, file: FileContext, places: Positions
) -> Finding:
    """A finding that says why something is so of its fix, and on which line that stands."""
    way = [Step(_start(point.node, file, places), point.says) for point in why.way]
    reason = why.reason
    if why.because is not None:
        way.append(Step(_start(why.because, file, places), reason))
    elif why.row is not None:
        way.append(Step(Location(why.row, 1), reason))
    if why.because is not None or why.row is not None:
        reason += f", line {way[-1].location.row}"
    related = tuple(dict.fromkeys((*finding.related, *(step.location for step in way))))
    message = f"{finding.message}{what}{reason})"
    way += _far(why.elsewhere, file.project.path)
    if way:
        way.insert(0, Step(finding.location, "it is made here"))
    return replace(finding, message=message, related=related, way=tuple(way))


def _far(places: Sequence[Place], path: str) -> Iterator[Step]:
    """Places in other files, as one sees them from a file of the project."""
    for place in places:
        relative = relpath(place.path, dirname(path) or ".")
        yield Step(Location(place.row, place.column), place.says, relative)


def _start(node: cst.CSTNode | ast.AST, file: FileContext, places: Positions) -> Location:
    """Where a node of either tree begins."""
    if isinstance(node, cst.CSTNode):
        return places.start(node)
    text = file.semantics.text
    return text.location(
        text.offset_in_bytes(getattr(node, "lineno", 1), getattr(node, "col_offset", 0))
    )


def _about_comments(
    analysis: Analysis, codes: frozenset[str], settings: Settings, path: str
) -> Iterator[Found]:
    """What is to say about the comments that suppress our codes."""
    asks_why = settings.require_noqa_reason and UnexplainedSuppression.code in codes
    if UnusedSuppression.code not in codes and not asks_why:
        return
    for directive in analysis.suppressions.directives():
        unused = list(_unused(directive, analysis, codes, path))
        yield from unused
        index = UnexplainedSuppression.unexplained(directive.codes, directive.behind)
        if asks_why and not unused and index is not None:
            message = UnexplainedSuppression.message.format(code=directive.codes[index])
            yield Found(_at_code(directive, index, UnexplainedSuppression, message, path), False)


def _unused(
    directive: Directive, analysis: Analysis, codes: frozenset[str], path: str
) -> Iterator[Found]:
    """The codes in a comment that suppress none of the findings."""
    covered = {
        one.finding.code
        for one in analysis.found
        for place in (one.finding.location, *one.finding.related)
        if place.row in directive.rows
    }
    reasons: dict[int, str] = {}
    if UnusedSuppression.code in codes:
        reasons = UnusedSuppression.unused(directive.codes, covered, codes, CODES)
    if not reasons:
        return
    draft: Draft | None = None
    edits: tuple[TextEdit, ...] = ()
    no_fix = ""
    try:
        edits = (_removal(directive, reasons, SourceText(analysis.text)),)
        draft = Draft(None, "remove what suppresses nothing", ())
    except KeptError as error:
        no_fix = f" (no fix: {error})"
    for index, why in reasons.items():
        message = UnusedSuppression.message.format(code=directive.codes[index], why=why)
        finding = _at_code(directive, index, UnusedSuppression, message + no_fix, path)
        yield Found(finding, False, draft, edits)


def _at_code(
    directive: Directive, index: int, rule: type[Rule], message: str, path: str
) -> Finding:
    """A finding at one of the codes that a comment names."""
    start, end = (directive.column + at + 1 for at in directive.spans[index])
    return Finding(
        path=path,
        location=Location(directive.row, start),
        end_location=Location(directive.row, end),
        code=rule.code,
        name=rule.name,
        message=message,
        noqa_row=directive.row,
        text=directive.codes[index],
    )


def _removal(directive: Directive, indices: Collection[int], text: SourceText) -> TextEdit:
    """The edit that takes codes out of a comment; a row on which nothing is left goes."""
    row = directive.row
    left = directive.without(indices)
    start = text.row_start(row)
    if not left.strip():
        return TextEdit(start, text.row_start(row + 1), "")
    end = start + directive.column + len(directive.comment)
    same = min(len(left), directive.column)  # the code before the comment, without white space
    return TextEdit(start + same, end, left[same:])


def _finding(report: Report, file: FileContext, places: Positions, path: str) -> Finding:
    related = [places.start(report.related)] if report.related is not None else []
    rule = _RULES[report.code]
    start, end = places.start(report.node), places.end(report.node)
    text = file.semantics.text
    code = text.text[text.offset(start) : text.offset(end)]
    return Finding(
        path=path,
        location=start,
        end_location=end,
        code=report.code,
        name=rule.name,
        message=report.message.replace("{line}", str(related[0].row) if related else ""),
        noqa_row=start.row,
        related=tuple(related),
        scope=_scope_of(report.node, file),
        text=normalised(code),
    )


def _scope_of(node: cst.CSTNode, file: FileContext) -> str:
    """The qualified name of the function or class around a node."""
    around = file.semantics.around(node, cst.FunctionDef, cst.ClassDef)
    return ".".join(reversed([outer.name.value for outer in around]))
