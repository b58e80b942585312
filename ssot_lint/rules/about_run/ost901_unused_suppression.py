"""
## What it does
Finds `# noqa` comments that name one of our codes and suppress nothing by it.

Only by the command line: flake8 reads the comments itself and does not say which ones it needed.

Judged are codes whose rules are all on for the file, codes that no rule has, and codes that a
comment names twice. So `--select OST901` alone finds little: select it with the rules whose
suppressions it is to judge. Silent: codes of other tools, `# noqa` without codes, a file with
`# flake8: noqa`, `--ignore-noqa`, and comments that name OST901 too.

## Why is this bad?
The comment says that something is wrong here which is not. Worse, it hides the next finding of
that code on its line.

## Example
```python
run_id = UnifiedIdGenerator.generate_base_id("run")  # noqa: OST101
```
Write instead:
```python
run_id = UnifiedIdGenerator.generate_base_id("run")
```

## Fix safety
Safe: the code goes, and the comment where nothing else is left of it. The codes of other tools and
other comments behind it stay.

Never, with the reason in the message, where the comment gives a reason in words, which may be
worth keeping, or where another `# noqa` behind it would take its place.

## References
- [flake8: in-line ignoring errors](https://flake8.pycqa.org/en/latest/user/violations.html#in-line-ignoring-errors)
- OST900 file-not-analysed
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from ssot_lint.rules.rule import Rule


class UnusedSuppression(Rule):
    """OST901. Reported by the core, which knows what each comment suppresses."""

    code = "OST901"
    name = "unused-suppression"
    fixable = "sometimes"
    message = "`{code}` in this `# noqa` comment {why}; remove it"

    @classmethod
    def unused(
        cls,
        named: Sequence[str],
        suppressed: AbstractSet[str],
        enabled: AbstractSet[str],
        known: Iterable[str],
    ) -> dict[int, str]:
        """Which of the codes that a comment names are of no use, by index, and why.

        `suppressed` are the codes of the findings that the comment covers. A name covers each
        code that begins with it.
        """
        if any(cls.code.startswith(name) for name in named):
            return {}
        reasons: dict[int, str] = {}
        for index, name in enumerate(named):
            if not name.startswith("OST"):
                continue
            covered = {code for code in known if code.startswith(name)}
            if not covered:
                reasons[index] = "is the code of no rule"
            elif name in named[:index]:
                reasons[index] = "is named twice"
            elif covered <= enabled and not covered & suppressed:
                reasons[index] = "suppresses nothing here"
        return reasons
