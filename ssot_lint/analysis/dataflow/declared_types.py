"""What declarations say of the values that they take: their type, their width, a pattern."""

from __future__ import annotations

import re

# Widths below which the generator's ids may not fit.
WIDE_ENOUGH = 64


UUID_TYPE = re.compile(r"\b(UUID[14]?|Uuid|GUID|PGUUID|PG_UUID|UUIDField|UUIDType)\b")


_DECLARED_SIZE = re.compile(
    r"\b(String\(|VARCHAR\(|CHAR\(|Unicode\(|(?:max_|min_)?length\s*=\s*)(\d+)"
)


def fixed_by(declaration: str, name: str | None) -> str | None:
    """Why the declaration of a field, as code, fixes the form of what it holds."""
    if is_uuid_type(declaration):
        return f"a UUID object is needed: that is how `{name}` is declared"
    if re.search(r"\b((pattern|regex)\s*=|matches_re\()", declaration):
        return f"a pattern fixes the form of `{name}`"
    size = _DECLARED_SIZE.search(declaration)
    if size is not None and int(size[2]) < WIDE_ENOUGH:
        return f"its width is fixed to {size[2]} characters"
    return None


def is_uuid_type(code: str) -> bool:
    """Whether the code of a type says that it is UUID; `str | UUID` may be both."""
    return UUID_TYPE.search(code) is not None and "str" not in re.findall(r"\w+", code)
