"""Whether what a fix writes into f-strings obeys the grammar of Python 3.10, by its own tokens.

From Python 3.12 on, an f-string may hold its own quotes, backslashes, line ends and comments
between its braces. Older interpreters cannot parse such code, so there the parser tells; newer
ones do not tell, not even with `feature_version`.
"""

from __future__ import annotations

import io
import sys
import tokenize
from collections.abc import Iterator, Sequence

_HAS_OWN_TOKENS = sys.version_info >= (3, 12)


def newer_than_3_10(code: str) -> Iterator[tuple[int, int]]:
    """The offsets, from 0, of what in an f-string Python 3.10 does not know: start and end.

    `code` is the source of one f-string, or of several beside each other.
    """
    if not _HAS_OWN_TOKENS:
        return
    starts = [0]
    for line in code.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    quotes: list[str] = []
    # In brackets, because its lines may go on without a backslash.
    for token in tokenize.generate_tokens(io.StringIO(f"({code}\n)").readline):
        kind = tokenize.tok_name[token.type]
        around = quotes
        if kind in ("FSTRING_END", "TSTRING_END"):
            quotes = quotes[:-1]
            continue
        if kind in ("FSTRING_START", "TSTRING_START"):
            quotes = [*quotes, token.string.lstrip("rRfFtTbBuU")]
        elif kind in ("FSTRING_MIDDLE", "TSTRING_MIDDLE"):
            around = quotes[:-1]  # text, not code, of the innermost one
        if around and _is_foreign(kind, token.string, around):
            (row, column), (last_row, last_column) = token.start, token.end
            yield (
                starts[row - 1] + column - (row == 1),
                starts[last_row - 1] + last_column - (last_row == 1),
            )


def _is_foreign(kind: str, token: str, quotes: Sequence[str]) -> bool:
    """Whether a token may not stand between the braces of f-strings with these quotes."""
    if kind in ("NL", "NEWLINE"):
        return any(len(quote) == 1 for quote in quotes)
    return kind == "COMMENT" or any(sign in token for sign in ("\\", *quotes))
