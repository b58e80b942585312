"""
## What it does
Says that a file could not be analysed, and why.

The reason is a syntax error, bytes that its encoding does not have, code nested too deeply, or
that the file could not be read.

Only files in which a rule could speak are parsed, so a file without any word that a rule looks
for is never reported. The command line then ends with exit code 2.

## Why is this bad?
A file that was not analysed is a file that was not checked. A tool that stayed silent about it
would report success.

## Example
```python
def start_run(user_id:
    return uuid.uuid4()
```
Write instead:
```python
def start_run(user_id):
    return UnifiedIdGenerator.generate_base_id("run")
```

## Fix safety
There is no fix.

## References
- [Lexical analysis: encoding declarations](https://docs.python.org/3/reference/lexical_analysis.html#encoding-declarations)
"""

from __future__ import annotations

from ssot_lint.rules.registry import FILE_NOT_ANALYSED_MESSAGE, FILE_NOT_ANALYSED_NAME
from ssot_lint.rules.rule import Rule


class FileNotAnalysed(Rule):
    """OST900. Reported by the core: there is no tree to visit."""

    code = "OST900"
    name = FILE_NOT_ANALYSED_NAME
    message = FILE_NOT_ANALYSED_MESSAGE
