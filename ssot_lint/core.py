"""The way of a file: bytes in, findings out. Pure: reads and writes nothing."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import cast

import libcst as cst
from libcst.metadata import CodePosition, CodeRange, MetadataWrapper, PositionProvider

from ssot_lint.focus import Sieve, mask
from ssot_lint.model import FileResult, Finding, Location
from ssot_lint.names import resolve_names
from ssot_lint.rule import FileContext, Report, visit_together
from ssot_lint.rules import ALL_RULES, CODES
from ssot_lint.rules.ost900_file_not_analysed import FileNotAnalysed
from ssot_lint.settings import Settings
from ssot_lint.source import decode, drop_form_feeds, fold_letters, may_fold, split_lines
from ssot_lint.suppress import Suppressions

_RULES = {rule.code: rule for rule in ALL_RULES}

# libcst takes about six Python calls for each level of nesting; the default of 1,000 would refuse
# sums of 160 terms.
_RECURSION_LIMIT = 6_000


def check_source(
    source: bytes, path: str, settings: Settings | None = None, *, ignore_noqa: bool = False
) -> FileResult:
    """Analyse one file.

    `source` are the file's bytes, `path` its name for reports, `exempt` and per-file-ignores.
    Never raises for bad source: the result then says so with an OST900 finding.
    """
    return Checker(settings or Settings(), ignore_noqa=ignore_noqa).check(source, path)


class Checker:
    """Checks files that share settings: what depends on these alone is prepared once."""

    def __init__(self, settings: Settings, *, ignore_noqa: bool = False, focus: bool = True):
        self._settings = settings
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
            with _room_to_recurse():
                tree = _parse(text)
                folded = fold_letters(text) if may_fold(source) else text
                findings, masked = self._findings(folded, tree, path, codes)
        except _NotAnalysedError as error:
            if not self._ignore_noqa and Suppressions(text, text).whole_file:
                return FileResult(path)
            row = error.location.row
            shown = [(row, line) for line in split_lines(text)[row - 1 : row]]
            refused = self._refused(path, codes, error.reason, error.location)
            return replace(refused, lines=_shown_lines(shown)) if refused.findings else refused
        except RecursionError:
            return self._refused(path, codes, "code is nested too deeply")
        return self._result(text, masked, path, findings)

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

    def _findings(
        self, text: str, tree: ast.Module, path: str, codes: frozenset[str]
    ) -> tuple[list[Finding], str]:
        """Findings, and the text they were found in: `text` with lines blanked."""
        classes = [_RULES[code] for code in sorted(codes)]
        lines, feeds = drop_form_feeds(split_lines(text))
        plain = "".join(lines)
        masked = mask(plain, tree, classes, self._settings) if self._focus else plain
        if not masked.strip():
            return [], masked
        module, masked = _parse_module(masked, plain)
        package = _package_of(self._settings.relative(path))
        names = resolve_names(module, self._settings, package)
        file = FileContext(module, names, self._settings, codes)
        visit_together(module, [rule(file) for rule in classes])
        return _placed(file.reports, module, path, feeds), masked

    def _result(self, text: str, masked: str, path: str, findings: list[Finding]) -> FileResult:
        if not findings:
            return FileResult(path)
        suppressions = Suppressions(text, masked)
        if not self._ignore_noqa:
            if suppressions.whole_file:
                return FileResult(path)
            findings = [f for f in findings if not suppressions.covers(f.code, f.location.row)]
        lines = split_lines(text)
        rows = sorted({finding.location.row for finding in findings})
        return FileResult(
            path,
            tuple(replace(f, noqa_row=suppressions.comment_row(f.location.row)) for f in findings),
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

    OST900 is on whatever is selected, because a file that is not analysed is not clean; only
    `ignore` turns it off.
    """
    selected = settings.select if settings.select is not None else ("OST",)
    choices = [(code, True) for code in (*selected, *settings.extend_select)]
    choices.append((FileNotAnalysed.code, True))
    choices += [(code, False) for code in settings.ignore]
    enabled: frozenset[str] = frozenset()
    for layer in (choices, settings.choices):
        for prefix, on in sorted(layer, key=lambda choice: (len(choice[0]), not choice[1])):
            matching = {code for code in CODES if code.startswith(prefix)}
            enabled = enabled | matching if on else enabled - matching
    return enabled


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


def _placed(
    reports: Sequence[Report], module: cst.Module, path: str, feeds: dict[int, int]
) -> list[Finding]:
    """Findings in order of place. Only now are places computed, which costs more than a visit."""
    if not reports:
        return []
    # Not wrapper.resolve: it adds a visit of the whole tree for providers we have none of.
    provider = PositionProvider()
    generated = provider._gen(MetadataWrapper(module, unsafe_skip_copy=True))
    places = cast("Mapping[cst.CSTNode, CodeRange]", generated)
    findings = [_finding(report, places, path, feeds) for report in reports]
    return sorted(findings, key=lambda finding: finding.sort_key)


def _finding(
    report: Report, places: Mapping[cst.CSTNode, CodeRange], path: str, feeds: dict[int, int]
) -> Finding:
    place = places[report.node]
    related = [places[report.related].start] if report.related is not None else []
    rule = _RULES[report.code]
    return Finding(
        path=path,
        location=_location(place.start, feeds),
        end_location=_location(place.end, feeds),
        code=report.code,
        name=rule.name,
        message=report.message.replace("{line}", str(related[0].line) if related else ""),
        noqa_row=place.start.line,
        related=tuple(_location(position, feeds) for position in related),
    )


def _location(position: CodePosition, feeds: dict[int, int]) -> Location:
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
