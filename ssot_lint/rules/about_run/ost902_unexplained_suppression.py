"""
## What it does
Finds `# noqa` comments of our codes that do not say why, where that is required.

Silent unless `require-noqa-reason = true`. Only by the command line: flake8 reads the comments
itself. A reason is any text behind the codes, in the same comment or in one behind it, that is no
comment for another tool (`# type: ignore`, `# fmt: skip` and the like). Silent: comments of which
OST901 speaks.

## Why is this bad?
Whoever meets the line a year later cannot tell an exception that was thought about from a finding
that somebody wanted to be rid of.

## Example
```python
token = uuid.uuid4()  # noqa: OST101
```
Write instead:
```python
token = uuid.uuid4()  # noqa: OST101  # the partner's API wants a UUID
```

## Fix safety
Never: the reason is not in the code.

## References
- OST901 unused-suppression
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ssot_lint.rules.rule import Rule

_FOR_TOOLS = re.compile(
    r"(type:\s*ignore|fmt:|yapf:|isort:|ruff:|pyright:|mypy:|pylint:|pragma:|nosec|noqa)",
    re.IGNORECASE,
)


class UnexplainedSuppression(Rule):
    """OST902. Reported by the core, which reads the comments."""

    code = "OST902"
    name = "unexplained-suppression"
    message = "`{code}` is suppressed here without a reason; say why behind the code"

    @classmethod
    def unexplained(cls, named: Sequence[str], behind: str) -> int | None:
        """Which of the codes that a comment names is ours, if the text `behind` is no reason."""
        ours = [index for index, name in enumerate(named) if name.startswith("OST")]
        parts = (part.strip(" \t,:;.-") for part in behind.split("#"))
        if not ours or any(part and not _FOR_TOOLS.match(part) for part in parts):
            return None
        return ours[0]
