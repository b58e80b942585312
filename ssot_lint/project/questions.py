"""What files ask of each other, as texts: results are kept with the digests of the answers.

A name alone asks what is said of ids of that name; behind it, whose ids and made where. All else is
told by its first letter.
"""

from __future__ import annotations

KNOWN = "!"
"""Whether anything is known."""
CONTENT = "@"
"""What a file holds."""
PLACE = "?"
"""Where a dotted name leads to, which stands behind the file that asks."""
IMPORTERS = "<"
"""Who imports a name of a file."""
HEIRS = ">"
"""Who inherits from a name of a file."""
BESIDE = "&"
"""What those say of a name whom others bring together with a file."""
STARRING = "*"
"""Who takes all names of a file."""
TAKERS = "~"
"""Of which kinds the ids are that functions of some names take."""
BETWEEN = "\t"
"""What stands between the parts of a question."""


def content_asked(question: str) -> str | None:
    """The path of the file whose content is asked for; None where something else is."""
    return question[1:] if question.startswith(CONTENT) else None
