"""Findings as lines for people: `path:row:column: CODE message`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import click

from ssot_lint.model.errors import printable
from ssot_lint.model.findings import Applicability, FileResult, Finding, FixResult, count_codes
from ssot_lint.model.sentences import count_reasons
from ssot_lint.model.wording import plural

_MARK = "[*]"


def mark_of(finding: Finding) -> str:
    """What stands before the message of a warning, and of a finding that `fix` removes."""
    mark = f"{_MARK} " if finding.applicability is Applicability.SAFE else ""
    return f"warning: {mark}" if finding.is_warning else mark


def render_concise(results: Sequence[FileResult]) -> str:
    """One line for each finding. Styled; click takes the styles off where they do not belong."""
    return "".join([f"{_head(f)}\n" for result in results for f in result.findings])


def render_plain(results: Sequence[FileResult]) -> str:
    """The same without styles: for programs, which may read many thousands of lines."""
    return "".join([f"{_plain_head(f)}\n" for result in results for f in result.findings])


def render_summary(results: Sequence[FileResult], *, hidden: int = 0) -> str:
    """One line: how many findings in how many files, and how many more were known before."""
    beside = f"; {hidden} known before" if hidden else ""
    with_findings = [result for result in results if result.findings]
    count = sum(len(result.findings) for result in with_findings)
    if not count:
        kind = "new findings" if hidden else "findings"
        return f"No {kind} in {plural(len(results), 'file')}{beside}.\n"
    failed = sum(not result.analysed for result in results)
    warnings = sum(finding.is_warning for result in results for finding in result.findings)
    warned = f" ({plural(warnings, 'warning')})" if warnings else ""
    tail = f"; {plural(failed, 'file')} not analysed" if failed else ""
    return (
        f"{plural(count, 'finding')}{warned} in {len(with_findings)} of "
        f"{plural(len(results), 'file')}{tail}{beside}.\n{_fixable(results)}"
    )


def _fixable(results: Sequence[FileResult]) -> str:
    """How many findings `fix` would remove; nothing when none."""
    safe, unsafe = (
        count_applicability(results, applicability)
        for applicability in (Applicability.SAFE, Applicability.UNSAFE)
    )
    if safe:
        more = f" ({unsafe} more with `--unsafe-fixes`)" if unsafe else ""
        return f"{_MARK} {safe} fixable with `ssot-lint fix`{more}.\n"
    return f"{unsafe} fixable with `ssot-lint fix --unsafe-fixes`.\n" if unsafe else ""


def render_fix_summary(results: Sequence[FixResult], *, unsafe: bool, written: bool) -> str:
    """One line: what was fixed, what is left."""
    count = sum(len(result.fixed) for result in results)
    changed = sum(result.source is not None for result in results)
    rest = [result.result for result in results]
    left = sum(len(result.findings) for result in rest)
    hidden = 0 if unsafe else count_applicability(rest, Applicability.UNSAFE)
    done = "Fixed" if written else "Would fix"
    tail = f" ({hidden} hidden, use --unsafe-fixes)" if hidden else ""
    return f"{done} {plural(count, 'finding')} in {plural(changed, 'file')}, {left} left{tail}.\n"


def render_fixes(results: Sequence[FixResult]) -> str:
    """For each file that fixes change, how often each code was fixed."""
    parts: list[str] = []
    for result in results:
        if result.source is None:
            continue
        parts.append(click.style(printable(result.result.path), bold=True) + ":\n")
        counts = Counter((finding.code, finding.name) for finding in result.fixed)
        for (code, name), count in sorted(counts.items()):
            parts.append(f"    {count} x {click.style(code, fg='red', bold=True)} {name}\n")
    return "".join(parts)


def count_applicability(results: Sequence[FileResult], applicability: Applicability) -> int:
    """How many findings have a fix of that applicability."""
    return sum(
        finding.applicability is applicability for result in results for finding in result.findings
    )


def render_counts(results: Sequence[FileResult]) -> str:
    """A line for each code: count, code, name; most frequent first."""
    return "".join(_counted(results, {}))


def render_statistics(results: Sequence[FileResult]) -> str:
    """As `render_counts`, with a line below each for every reason why there is no safe fix."""
    return "".join(_counted(results, count_reasons(results)))


def _counted(
    results: Sequence[FileResult],
    reasons: Mapping[str, Sequence[tuple[int, Applicability, str]]],
) -> Iterator[str]:
    rows = count_codes(results)
    width = max((len(str(count)) for count, _, _ in rows), default=0)
    for count, code, name in rows:
        yield f"{count:>{width}}  {click.style(code, fg='red', bold=True)}  {name}\n"
        for number, applicability, reason in reasons.get(code, ()):
            yield f"{number:>{width + 6}}  {printable(_said(applicability, reason))}\n"


def _said(applicability: Applicability, reason: str) -> str:
    if applicability is Applicability.SAFE:
        return f"{_MARK} fixable"
    title = "unsafe" if applicability is Applicability.UNSAFE else "no fix"
    return f"{title}: {reason}" if reason else title


def _head(finding: Finding) -> str:
    sep = click.style(":", fg="cyan")
    place = f"{sep}{finding.location.row}{sep}{finding.location.column}{sep}"
    path = click.style(printable(finding.path), bold=True)
    code = click.style(finding.code, fg="red", bold=True)
    return f"{path}{place} {code} {mark_of(finding)}{printable(finding.message)}"


def _plain_head(finding: Finding) -> str:
    path, place = printable(finding.path), finding.location
    message = printable(finding.message)
    return f"{path}:{place.row}:{place.column}: {finding.code} {mark_of(finding)}{message}"
