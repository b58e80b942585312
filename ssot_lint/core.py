"""The way of a file: bytes in, findings out. Pure: reads and writes nothing."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from ssot_lint.focus import Sieve, mask
from ssot_lint.model import FileResult, Finding, Location
from ssot_lint.names import resolve_names
from ssot_lint.rule import FileContext, Report, Rule
from ssot_lint.rules import ALL_RULES, CODES
from ssot_lint.rules.ost900_file_not_analysed import FileNotAnalysed
from ssot_lint.settings import Settings
from ssot_lint.source import decode, drop_form_feeds, split_lines
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
        self._sieves: dict[frozenset[str], tuple[Sieve, frozenset[str]]] = {}

    def check(self, source: bytes, path: str) -> FileResult:
        """Analyse the bytes of a file."""
        codes = self._codes_for(path)
        sieve, _ = self._sieve(codes)
        if self._focus and not sieve.lets_through(source):
            return FileResult(path)
        try:
            text = decode(source)
        except (SyntaxError, UnicodeDecodeError) as error:
            return self._refused(path, codes, f"cannot be decoded: {_one_line(error)}")
        return self.check_text(text, path)

    def check_text(self, text: str, path: str) -> FileResult:
        """Analyse the text of a file, without BOM."""
        codes = self._codes_for(path)
        sieve, triggers = self._sieve(codes)
        if self._focus and not sieve.lets_through(text.encode("utf-8", "surrogatepass")):
            return FileResult(path)
        try:
            with _room_to_recurse():
                tree = _parse(text)
                findings = self._findings(text, tree, path, codes, triggers)
        except _NotAnalysed as error:
            return self._refused(path, codes, error.reason, error.location)
        except RecursionError:
            return self._refused(path, codes, "code is nested too deeply")
        return self._result(text, path, findings)

    def _codes_for(self, path: str) -> frozenset[str]:
        if self._settings.is_exempt(path):
            return self._enabled & {FileNotAnalysed.code}
        ignored = self._settings.ignored_in(path)
        if not ignored:
            return self._enabled
        return frozenset(code for code in self._enabled if not code.startswith(ignored))

    def _sieve(self, codes: frozenset[str]) -> tuple[Sieve, frozenset[str]]:
        if codes not in self._sieves:
            triggers = frozenset(
                word for code in codes for word in _RULES[code].triggers(self._settings)
            )
            self._sieves[codes] = Sieve(triggers), triggers
        return self._sieves[codes]

    def _findings(
        self,
        text: str,
        tree: ast.Module,
        path: str,
        codes: frozenset[str],
        triggers: frozenset[str],
    ) -> list[Finding]:
        lines, feeds = drop_form_feeds(split_lines(text))
        plain = "".join(lines) if feeds else text
        masked = mask(plain, tree, triggers, self._settings) if self._focus else plain
        if not masked.strip():
            return []
        module = _parse_module(masked, plain)
        package = _package_of(self._settings.relative(path))
        names = resolve_names(module, self._settings, package)
        file = FileContext(module, names, self._settings)
        rules: list[Rule] = [_RULES[code](file) for code in sorted(codes)]
        cst.visit_batched(module, rules)
        return _placed(file.reports, module, path, feeds)

    def _result(self, text: str, path: str, findings: list[Finding]) -> FileResult:
        if not findings:
            return FileResult(path)
        suppressions = Suppressions(text)
        if not self._ignore_noqa:
            if suppressions.whole_file:
                return FileResult(path)
            findings = [f for f in findings if not suppressions.covers(f.code, f.location.row)]
        lines = split_lines(text)
        rows = sorted({finding.location.row for finding in findings})
        return FileResult(
            path,
            tuple(
                replace(f, noqa_row=suppressions.comment_row(f.location.row)) for f in findings
            ),
            tuple(f"{path}:{row}: {remark}" for row, remark in suppressions.warnings()),
            lines=tuple((row, lines[row - 1].rstrip("\r\n")) for row in rows),
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
    choices.sort(key=lambda choice: (len(choice[0]), not choice[1]))
    enabled: set[str] = set()
    for prefix, on in choices:
        matching = {code for code in CODES if code.startswith(prefix)}
        enabled = enabled | matching if on else enabled - matching
    return frozenset(enabled)


class _NotAnalysed(Exception):
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
        raise _NotAnalysed(f"syntax error: {error.msg}", location) from None
    except ValueError as error:
        raise _NotAnalysed(f"syntax error: {_one_line(error)}") from None
    except MemoryError:
        raise _NotAnalysed("code is nested too deeply") from None


def _parse_module(masked: str, whole: str) -> cst.Module:
    """The tree of the masked text, or of the whole when libcst cannot read the masked one."""
    try:
        return cst.parse_module(masked)
    except Exception:
        try:
            return cst.parse_module(whole)
        except RecursionError:
            raise
        except Exception as error:
            # ParserSyntaxError, and TypeError on some valid code.
            raise _NotAnalysed(f"libcst cannot read it: {_one_line(error)}") from None


def _placed(
    reports: Sequence[Report], module: cst.Module, path: str, feeds: dict[int, int]
) -> list[Finding]:
    """Findings in order of place. Only now are places computed, which costs more than a visit."""
    if not reports:
        return []
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    places = wrapper.resolve(PositionProvider)
    findings = [_finding(report, places, path, feeds) for report in reports]
    return sorted(findings, key=lambda finding: finding.sort_key)


def _finding(
    report: Report, places: "dict[cst.CSTNode, CodeRange]", path: str, feeds: dict[int, int]
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


def _location(position: object, feeds: dict[int, int]) -> Location:
    row: int = position.line  # type: ignore[attr-defined]
    column: int = position.column  # type: ignore[attr-defined]
    return Location(row, column + 1 + feeds.get(row, 0))


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
