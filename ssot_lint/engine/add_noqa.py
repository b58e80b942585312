"""Writes `# noqa` comments where flake8 and ruff obey them."""

from __future__ import annotations

import io
import tokenize
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from flake8.defaults import NOQA_INLINE_REGEXP

from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.source.text import decode, line_end
from ssot_lint.fixes.edits import EditError, TextEdit, apply_to_bytes
from ssot_lint.model.findings import FileResult, Finding
from ssot_lint.rules.registry import FILE_NOT_ANALYSED, UNEXPLAINED_SUPPRESSION, UNUSED_SUPPRESSION

# A file that is not analysed has no rows to speak of, and a comment about a comment helps nobody.
_NOT_SUPPRESSED = frozenset({FILE_NOT_ANALYSED, UNUSED_SUPPRESSION, UNEXPLAINED_SUPPRESSION})

Wanted = Mapping[int, frozenset[str]]
"""Codes to suppress, by the row (from 1) at whose end a comment covers them."""
Check = Callable[[bytes], FileResult]


def wanted(findings: Iterable[Finding]) -> Wanted:
    """What comments have to suppress for these findings to go, as far as some can."""
    found: dict[int, frozenset[str]] = {}
    for finding in findings:
        if finding.code not in _NOT_SUPPRESSED:
            found[finding.noqa_row] = found.get(finding.noqa_row, frozenset()) | {finding.code}
    return found


def edits_that_suppress(
    source: bytes, findings: Iterable[Finding], check: Check
) -> list[TextEdit] | None:
    """The edits of a file's text that suppress findings; None where nothing does that alone."""
    rows = wanted(findings)
    if not rows or suppressed(source, rows, "", check) is None:
        return None
    return noqa_edits(SourceText(decode(source)), rows)


def suppressed(before: bytes, rows: Wanted, reason: str, check: Check) -> bytes | None:
    """The file with the comments; None where they do not do what they should, or more."""
    text = SourceText(decode(before))
    try:
        after = apply_to_bytes(before, text, noqa_edits(text, rows, reason))
    except EditError:
        return None
    old, new = check(before), check(after)
    gone = Counter((f.code, f.noqa_row) for f in old.findings if f.code in rows.get(f.noqa_row, ()))
    expected = Counter((f.code, f.noqa_row) for f in old.findings) - gone
    found = Counter((f.code, f.noqa_row) for f in new.findings)
    same_remarks = len(old.warnings) == len(new.warnings)
    return after if found == expected and same_remarks and new.analysed else None


def noqa_edits(
    text: SourceText, wanted: Mapping[int, Iterable[str]], reason: str = ""
) -> list[TextEdit]:
    """The edits that suppress codes, by the row (from 1) at whose end a comment covers them.

    Codes join those that a comment there already names. `reason` goes behind new comments and
    must be one line. Not sure to work: what flake8 finds first on a line counts, be it in a
    string, so look at the result again.
    """
    comments = _comments(text.text)
    return [
        edit
        for row, codes in sorted(wanted.items())
        for edit in _edits(text, row, comments.get(row), codes, reason)
    ]


def _comments(text: str) -> dict[int, int]:
    """The column, from 0, at which the comment of a row begins."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text, newline=None).readline))
    except (tokenize.TokenError, SyntaxError):
        return {}
    return dict(token.start for token in tokens if token.type == tokenize.COMMENT)


def _edits(
    text: SourceText, row: int, column: int | None, codes: Iterable[str], reason: str
) -> Iterator[TextEdit]:
    line = text.lines[row - 1]
    end = len(line) - len(line_end(line))
    start = text.row_start(row)
    if column is not None:
        found = NOQA_INLINE_REGEXP.search(line[column:end])
        if found is not None and found["codes"] is not None:
            named = found["codes"].rstrip(" \t,")
            at = start + column + found.start("codes") + len(named)
            fresh = [one for one in sorted(codes) if one not in named.replace(",", " ").split()]
            yield TextEdit(at, at, "".join(f", {one}" for one in fresh))
            return
    comment = f"  # noqa: {', '.join(sorted(codes))}" + (f"  # {reason}" if reason else "")
    yield TextEdit(start + len(line[:end].rstrip()), start + end, comment)
