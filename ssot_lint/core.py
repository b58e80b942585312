"""The way of a file: bytes in, findings and fixed bytes out. Pure: reads and writes nothing."""

from __future__ import annotations

import ast
import sys
import warnings
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

import libcst as cst
from libcst.metadata import CodePosition, CodeRange, MetadataWrapper, PositionProvider

from ssot_lint.edits import (
    Draft,
    EditError,
    Placer,
    SourceText,
    TextEdit,
    apply_to_bytes,
    overlap,
)
from ssot_lint.focus import Sieve, mask
from ssot_lint.generator_api import GeneratorApi, builtin_api
from ssot_lint.model import FileResult, Finding, Fix, FixResult, Location, Safety
from ssot_lint.names import resolve_names
from ssot_lint.rule import FileContext, Report, visit_together
from ssot_lint.rules import ALL_RULES, CODES
from ssot_lint.rules.ost900_file_not_analysed import FileNotAnalysed
from ssot_lint.rules.ost901_unused_suppression import UnusedSuppression
from ssot_lint.settings import Settings
from ssot_lint.source import decode, drop_form_feeds, fold_letters, may_fold, split_lines
from ssot_lint.suppress import Directive, KeptError, Suppressions

_RULES = {rule.code: rule for rule in ALL_RULES}

# libcst takes about six Python calls for each level of nesting; the default of 1,000 would refuse
# sums of 160 terms.
_RECURSION_LIMIT = 6_000

_MAX_ROUNDS = 10


def check_source(
    source: bytes,
    path: str,
    settings: Settings | None = None,
    *,
    api: GeneratorApi | None = None,
    ignore_noqa: bool = False,
) -> FileResult:
    """Analyse one file.

    `source` are the file's bytes, `path` its name for reports, `exempt` and per-file-ignores,
    `api` what `read_generator_api` gave; without it the built-in table serves.
    Never raises for bad source: the result then says so with an OST900 finding.
    """
    return Checker(settings or Settings(), api, ignore_noqa=ignore_noqa).check(source, path)


def fix_source(
    source: bytes,
    path: str,
    settings: Settings | None = None,
    *,
    api: GeneratorApi | None = None,
    unsafe: bool = False,
) -> FixResult:
    """Fix one file: see `Checker.fix`. Never raises for bad source."""
    return Checker(settings or Settings(), api).fix(source, path, unsafe=unsafe)


class Checker:
    """Checks files that share settings: what depends on these alone is prepared once."""

    def __init__(
        self,
        settings: Settings,
        api: GeneratorApi | None = None,
        *,
        ignore_noqa: bool = False,
        focus: bool = True,
    ) -> None:
        self._api = api if api is not None else builtin_api(settings)
        # The source is the authority on what the context method returns.
        ids = self._api.context_ids or settings.context_ids
        self._settings = replace(settings, context_ids=ids)
        self._ignore_noqa = ignore_noqa
        self._focus = focus
        self._enabled = enabled_codes(settings)
        self._sieves: dict[frozenset[str], Sieve] = {}

    def check(self, source: bytes, path: str) -> FileResult:
        """Analyse the bytes of a file."""
        codes = self._codes_for(path)
        if self._focus and not self._sieve(codes).lets_through(source):
            return FileResult(path)
        try:
            text = decode(source)
        except (SyntaxError, UnicodeError, LookupError) as error:
            return self._refused(path, codes, f"cannot be decoded: {_one_line(error)}")
        return self.check_text(text, path)

    def check_text(self, text: str, path: str) -> FileResult:
        """Analyse the text of a file, without BOM."""
        codes = self._codes_for(path)
        source = text.encode("utf-8", "surrogatepass")
        if self._focus and not self._sieve(codes).lets_through(source):
            return FileResult(path)
        try:
            return self._result(self._analyse(text, path, codes), path)
        except _NotAnalysedError as error:
            return self._not_read(error, text, path, codes)
        except RecursionError:
            return self._refused(path, codes, "code is nested too deeply")

    def _not_read(
        self, error: _NotAnalysedError, text: str, path: str, codes: frozenset[str]
    ) -> FileResult:
        if not self._ignore_noqa and Suppressions(text, text).whole_file:
            return FileResult(path)
        row = error.location.row
        shown = [(row, line) for line in split_lines(text)[row - 1 : row]]
        refused = self._refused(path, codes, error.reason, error.location)
        return replace(refused, lines=_shown_lines(shown)) if refused.findings else refused

    # Fixes

    def fix(self, source: bytes, path: str, *, unsafe: bool = False) -> FixResult:
        """Apply the fixes of a file to its bytes until none is left, at most ten rounds.

        Only safe ones, unless `unsafe`. When a result could not be read, or held a finding that
        was not there before, nothing is changed and an OST900 finding says so.
        """
        before = self.check(source, path)
        if not any(_may_apply(found.safety, unsafe=unsafe) for found in before.findings):
            return FixResult(before)
        try:
            with _room_to_recurse():
                return self._fixed_point(source, path, unsafe=unsafe)
        except _DiscardedError as error:
            return FixResult(self._discarded(before, str(error)))

    def _discarded(self, before: FileResult, reason: str) -> FileResult:
        refused = not_analysed(before.path, reason)
        return replace(before, findings=(*before.findings, *refused.findings), analysed=False)

    def _fixed_point(self, source: bytes, path: str, *, unsafe: bool) -> FixResult:
        codes = self._codes_for(path)
        current, fixed = source, list[Finding]()
        analysis = self._analyse(decode(source), path, codes)
        for _ in range(_MAX_ROUNDS):
            chosen = analysis.applicable(unsafe=unsafe)
            if not chosen:
                break
            try:
                step = self._step(current, path, analysis, chosen)
            except _WorseError:
                step = self._careful_step(current, path, analysis, chosen)
                if not step.applied and not fixed:
                    raise
            if not step.applied:
                break
            current, analysis = step.source, step.after
            fixed += [found.finding for found in step.applied]
        changed = current if current != source else None
        return FixResult(self._result(analysis, path), changed, tuple(fixed))

    def _step(
        self, source: bytes, path: str, analysis: _Analysis, chosen: Sequence[_Found]
    ) -> _Step:
        """Apply fixes together. Raises _DiscardedError when that makes something worse."""
        current, applied = self._round(source, analysis, chosen)
        after = self._analyse_fixed(current, path, self._codes_for(path))
        _expect_fewer(analysis, after, applied)
        return _Step(current, after, tuple(applied))

    def _careful_step(
        self, source: bytes, path: str, analysis: _Analysis, chosen: Sequence[_Found]
    ) -> _Step:
        """Apply those fixes that do no harm, found out one by one; maybe none."""
        step = _Step(source, analysis, ())
        kept: list[_Found] = []
        for draft in dict.fromkeys(id(found.draft) for found in chosen):
            own = [found for found in chosen if id(found.draft) == draft]
            try:
                tried = self._step(source, path, analysis, [*kept, *own])
            except _DiscardedError:
                continue
            if len(tried.applied) == len(kept) + len(own):
                kept += own
                step = tried
        return step

    def _round(
        self, source: bytes, analysis: _Analysis, chosen: Sequence[_Found]
    ) -> tuple[bytes, list[_Found]]:
        """The bytes with as many of the fixes applied as go together, and those findings."""
        text = SourceText(analysis.text)
        try:
            edits = analysis.joint_edits(chosen)
            fixed = apply_to_bytes(source, text, edits)
            if _compiles(fixed):
                return fixed, list(chosen)
            # Two fixes that are right alone may empty a block together.
            first = [found for found in chosen if found.draft is chosen[0].draft]
            fixed = apply_to_bytes(source, text, analysis.joint_edits(first))
        except EditError as error:
            raise _DiscardedError(f"fixes discarded: {error}") from None
        if not _compiles(fixed):
            raise _DiscardedError("fixes discarded: the result would not parse")
        return fixed, first

    def _analyse_fixed(self, source: bytes, path: str, codes: frozenset[str]) -> _Analysis:
        try:
            return self._analyse(decode(source), path, codes)
        except _NotAnalysedError as error:
            raise _DiscardedError(f"fixes discarded: {error.reason}") from None

    def _codes_for(self, path: str) -> frozenset[str]:
        if self._settings.is_exempt(path):
            return self._enabled & {FileNotAnalysed.code}
        ignored = self._settings.ignored_in(path)
        if not ignored:
            return self._enabled
        return frozenset(code for code in self._enabled if not code.startswith(ignored))

    def _sieve(self, codes: frozenset[str]) -> Sieve:
        if codes not in self._sieves:
            rules = [_RULES[code] for code in codes]
            self._sieves[codes] = Sieve(w for r in rules for w in r.triggers(self._settings))
        return self._sieves[codes]

    def _analyse(self, text: str, path: str, codes: frozenset[str]) -> _Analysis:
        with _room_to_recurse():
            tree = _parse(text)
            encoded = text.encode("utf-8", "surrogatepass")
            folded = fold_letters(text) if may_fold(encoded) else text
            analysis = self._analysis(text, folded, tree, path, codes)
        if self._ignore_noqa or UnusedSuppression.code not in codes:
            return analysis
        unused = tuple(_unused(analysis, codes, path))
        if not unused:
            return analysis
        found = sorted((*analysis.found, *unused), key=lambda one: one.finding.sort_key)
        return replace(analysis, found=tuple(found))

    def _analysis(
        self, text: str, folded: str, tree: ast.Module, path: str, codes: frozenset[str]
    ) -> _Analysis:
        """Findings in the text. `folded` is what is analysed: with lines blanked."""
        classes = [_RULES[code] for code in sorted(codes)]
        lines, feeds = drop_form_feeds(split_lines(folded))
        plain = "".join(lines)
        masked = mask(plain, tree, classes, self._settings) if self._focus else plain
        if not masked.strip():
            return _Analysis(text, masked)
        module, masked = _parse_module(masked, plain)
        relative = self._settings.relative(path)
        names = resolve_names(module, self._settings, _package_of(relative))
        places = _Places(module, feeds)
        suppressions = _Cover(text, masked, places, idle=self._ignore_noqa)
        source = SourceText(text)
        file = FileContext(
            module=module,
            names=names,
            settings=self._settings,
            api=self._api,
            codes=codes,
            tree=tree,
            text=source,
            relative=relative,
            is_suppressed=suppressions.covers,
        )
        visit_together(module, [rule(file) for rule in classes])
        if not file.reports:
            return _Analysis(text, masked)
        placer = Placer(source, masked, places.mapping, feeds)
        return _Analysis(text, masked, tuple(_found(file, places, placer, path)), file)

    def _result(self, analysis: _Analysis, path: str) -> FileResult:
        if not analysis.found:
            return FileResult(path)
        suppressions = Suppressions(analysis.text, analysis.masked)
        if not self._ignore_noqa and suppressions.whole_file:
            return FileResult(path)
        kept = [found for found in analysis.found if not found.is_suppressed]
        findings = [
            replace(
                found.finding,
                noqa_row=suppressions.comment_row(found.finding.location.row),
                fix=analysis.complete_fix(found),
            )
            for found in kept
        ]
        lines = split_lines(analysis.text)
        rows = sorted({finding.location.row for finding in findings})
        return FileResult(
            path,
            tuple(findings),
            tuple(f"{path}:{row}: {remark}" for row, remark in suppressions.warnings()),
            lines=_shown_lines([(row, lines[row - 1]) for row in rows]),
        )

    def _refused(
        self,
        path: str,
        codes: frozenset[str],
        reason: str,
        location: Location = Location(1, 1),  # noqa: B008 - frozen
    ) -> FileResult:
        if FileNotAnalysed.code not in codes:
            return FileResult(path)
        return not_analysed(path, reason, location)


def _shown_lines(lines: list[tuple[int, str]]) -> tuple[tuple[int, str], ...]:
    return tuple((row, line.rstrip("\r\n")) for row, line in lines)


def not_analysed(path: str, reason: str, location: Location | None = None) -> FileResult:
    """The result for a file that could not be read or parsed, with the reason in one line."""
    place = location or Location(1, 1)
    finding = Finding(
        path=path,
        location=place,
        end_location=place,
        code=FileNotAnalysed.code,
        name=FileNotAnalysed.name,
        message=FileNotAnalysed.message.format(reason=reason),
        noqa_row=place.row,
    )
    return FileResult(path, (finding,), analysed=False)


def enabled_codes(settings: Settings) -> frozenset[str]:
    """The codes that settings switch on. The longest prefix that speaks of a code decides.

    A rule that is off by default is on only where a prefix of its code is selected, as in flake8.
    OST900 is on whatever is selected, because a file that is not analysed is not clean; only
    `ignore` turns it off.
    """
    enabled: frozenset[str] = frozenset()
    if settings.select is None:
        enabled = frozenset(rule.code for rule in ALL_RULES if rule.on_by_default)
    choices = [(code, True) for code in (*(settings.select or ()), *settings.extend_select)]
    choices.append((FileNotAnalysed.code, True))
    choices += [(code, False) for code in settings.ignore]
    for layer in (choices, settings.choices):
        for prefix, on in sorted(layer, key=lambda choice: (len(choice[0]), not choice[1])):
            matching = {code for code in CODES if code.startswith(prefix)}
            enabled = enabled | matching if on else enabled - matching
    return enabled


class _DiscardedError(Exception):
    """Fixes led to something that must not be written; the text says to what."""


class _WorseError(_DiscardedError):
    """Fixes led to a finding that was not there before."""


class _NotAnalysedError(Exception):
    def __init__(self, reason: str, location: Location | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.location = location or Location(1, 1)


def _parse(text: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes are somebody else's business
            return ast.parse(text)
    except SyntaxError as error:
        location = Location(max(error.lineno or 1, 1), max(error.offset or 1, 1))
        raise _NotAnalysedError(f"syntax error: {error.msg}", location) from None
    except ValueError as error:
        raise _NotAnalysedError(f"syntax error: {_one_line(error)}") from None
    except MemoryError:
        raise _NotAnalysedError("code is nested too deeply") from None


def _parse_module(masked: str, whole: str) -> tuple[cst.Module, str]:
    """The tree of the masked text, or of the whole when libcst cannot read the masked one.

    Comes with the text that was read.
    """
    try:
        return cst.parse_module(masked), masked
    except Exception:
        try:
            return cst.parse_module(whole), whole
        except RecursionError:
            raise
        except Exception as error:
            # ParserSyntaxError, and TypeError on some valid code.
            raise _NotAnalysedError(f"libcst cannot read it: {_one_line(error)}") from None


class _Places:
    """Where nodes stand. Computed only when asked, which costs more than a visit."""

    def __init__(self, module: cst.Module, feeds: Mapping[int, int]) -> None:
        self._module = module
        self._feeds = feeds

    @cached_property
    def mapping(self) -> Mapping[cst.CSTNode, CodeRange]:
        # Not wrapper.resolve: it adds a visit of the whole tree for providers we have none of.
        provider = PositionProvider()
        generated = provider._gen(MetadataWrapper(self._module, unsafe_skip_copy=True))
        return cast("Mapping[cst.CSTNode, CodeRange]", generated)

    def start(self, node: cst.CSTNode) -> Location:
        return _location(self.mapping[node].start, self._feeds)

    def end(self, node: cst.CSTNode) -> Location:
        return _location(self.mapping[node].end, self._feeds)


class _Cover:
    """Tells whether a comment suppresses a code at a node."""

    def __init__(self, text: str, masked: str, places: _Places, *, idle: bool) -> None:
        self._text = text
        self._masked = masked
        self._places = places
        self._idle = idle or "noqa" not in text.lower()

    @cached_property
    def _suppressions(self) -> Suppressions:
        return Suppressions(self._text, self._masked)

    def covers(self, code: str, node: cst.CSTNode) -> bool:
        return not self._idle and self._suppressions.covers(code, self._places.start(node).row)


@dataclass(frozen=True)
class _Found:
    """A finding with the edits of its fix that are not about imports."""

    finding: Finding
    is_suppressed: bool
    draft: Draft | None = None
    edits: tuple[TextEdit, ...] = ()

    @property
    def is_about_comment(self) -> bool:
        """Whether it came from a suppression instead of a visitor: its fix changes no code."""
        return self.finding.code == UnusedSuppression.code


@dataclass(frozen=True)
class _Step:
    """What a round of fixes gave."""

    source: bytes
    after: _Analysis
    applied: tuple[_Found, ...]


@dataclass(frozen=True)
class _Analysis:
    """What a text holds."""

    text: str
    masked: str
    found: tuple[_Found, ...] = ()
    file: FileContext | None = None

    def applicable(self, *, unsafe: bool) -> list[_Found]:
        """Findings whose fixes may be applied together, in order."""
        # What other fixes do with a line may depend on the comment behind it, so comments first.
        comments = [found for found in self.found if found.is_about_comment and found.draft]
        chosen: list[_Found] = []
        drafts: list[Draft] = []
        edits: list[TextEdit] = []
        for found in comments or self.found:
            draft = found.draft
            if draft is None or found.is_suppressed or not _may_apply(draft.safety, unsafe=unsafe):
                continue
            if not any(draft is other for other in drafts):
                together = sorted({*edits, *found.edits})
                if overlap(together) or len(together) < len(edits) + len(found.edits):
                    continue
                drafts.append(draft)
                edits = together
            chosen.append(found)
        return chosen

    def joint_edits(self, chosen: Sequence[_Found]) -> list[TextEdit]:
        """The edits of several fixes, with those of the imports."""
        edits = sorted({edit for found in chosen for edit in found.edits})
        if self.file is None or all(found.is_about_comment for found in chosen):
            return edits
        statements = {s for found in chosen if found.draft for s in found.draft.imports}
        # Where both insert at one place, imports come first.
        return _merged([*self.file.imports.changes(edits, sorted(statements)), *edits])

    def complete_fix(self, found: _Found) -> Fix | None:
        """The fix of one finding, with what it does to the imports."""
        if found.draft is None:
            return None
        text = self.file.text if self.file is not None else SourceText(self.text)
        edits = text.edits(self.joint_edits([found]))
        return Fix(found.draft.safety, found.draft.message, edits)


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


def _may_apply(safety: Safety, *, unsafe: bool) -> bool:
    return safety is Safety.SAFE or (unsafe and safety is Safety.UNSAFE)


def _compiles(source: bytes) -> bool:
    try:
        _parse(decode(source))
    except (_NotAnalysedError, SyntaxError, UnicodeError, LookupError):
        return False
    return True


def _expect_fewer(before: _Analysis, after: _Analysis, applied: Sequence[_Found]) -> None:
    """Raise when a round left a finding that it should have removed, or made a new one."""
    expected = Counter(found.finding.code for found in before.found)
    expected.subtract(found.finding.code for found in applied)
    counts = Counter(found.finding.code for found in after.found)
    for code, count in counts.items():
        if count > expected[code]:
            raise _WorseError(f"fixes discarded: the result would have a new {code}")


def _found(file: FileContext, places: _Places, placer: Placer, path: str) -> Iterator[_Found]:
    """The findings of a file in order of place, each with its fix."""
    covered = [r.node for r in file.reports if file.is_suppressed(r.code, r.node)]
    kept_as_is = [
        (file.text.offset(places.start(node)), file.text.offset(places.end(node)))
        for node in covered
    ]
    resolved: dict[int, tuple[TextEdit, ...] | None] = {}
    found: list[_Found] = []
    for report in file.reports:
        draft = report.draft
        edits: tuple[TextEdit, ...] | None = None
        if draft is not None:
            if id(draft) not in resolved:
                resolved[id(draft)] = placer.resolve(draft)
            edits = resolved[id(draft)]
        if edits is None or any(
            edit.start < end and start < edit.end for edit in edits for start, end in kept_as_is
        ):
            draft, edits = None, ()
        is_suppressed = any(report.node is node for node in covered)
        found.append(_Found(_finding(report, places, path), is_suppressed, draft, edits))
    yield from sorted(found, key=lambda one: one.finding.sort_key)


def _unused(analysis: _Analysis, codes: frozenset[str], path: str) -> Iterator[_Found]:
    """The codes in suppressions that suppress none of the findings."""
    for directive in Suppressions(analysis.text, analysis.masked).directives():
        covered = {
            one.finding.code
            for one in analysis.found
            for place in (one.finding.location, *one.finding.related)
            if place.row in directive.rows
        }
        reasons = UnusedSuppression.unused(directive.codes, covered, codes, CODES)
        if not reasons:
            continue
        draft: Draft | None = None
        edits: tuple[TextEdit, ...] = ()
        no_fix = ""
        try:
            edits = (_removal(directive, reasons, SourceText(analysis.text)),)
            draft = Draft(Safety.SAFE, "remove what suppresses nothing", ())
        except KeptError as error:
            no_fix = f" (no fix: {error})"
        for index, why in reasons.items():
            message = UnusedSuppression.message.format(code=directive.codes[index], why=why)
            start, end = (directive.column + at + 1 for at in directive.spans[index])
            finding = Finding(
                path=path,
                location=Location(directive.row, start),
                end_location=Location(directive.row, end),
                code=UnusedSuppression.code,
                name=UnusedSuppression.name,
                message=message + no_fix,
                noqa_row=directive.row,
            )
            yield _Found(finding, False, draft, edits)


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


def _finding(report: Report, places: _Places, path: str) -> Finding:
    related = [places.start(report.related)] if report.related is not None else []
    rule = _RULES[report.code]
    start = places.start(report.node)
    return Finding(
        path=path,
        location=start,
        end_location=places.end(report.node),
        code=report.code,
        name=rule.name,
        message=report.message.replace("{line}", str(related[0].row) if related else ""),
        noqa_row=start.row,
        related=tuple(related),
    )


def _location(position: CodePosition, feeds: Mapping[int, int]) -> Location:
    """libcst counts columns from 0, in code points."""
    return Location(position.line, position.column + 1 + feeds.get(position.line, 0))


def _package_of(relative: str) -> str | None:
    """The dotted name of the package that a file lies in, from its path under the root."""
    parts = relative.split("/")[:-1]
    if parts[:1] == ["src"]:
        parts = parts[1:]
    if not parts or not all(part.isidentifier() for part in parts):
        return None
    return ".".join(parts)


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]


@contextmanager
def _room_to_recurse() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _RECURSION_LIMIT))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
