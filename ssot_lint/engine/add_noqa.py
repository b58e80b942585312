"""Writes `# noqa` comments where flake8 and ruff obey them."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterable, Iterator, Mapping

from flake8.defaults import NOQA_INLINE_REGEXP

from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.source.text import line_end
from ssot_lint.fixes.edits import TextEdit


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
