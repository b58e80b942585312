"""
## What it does
Finds calls of methods that the generator does not have, or with arguments it does not take.

What the generator has is read from its own source, which `ssot-lint check --show-settings` names.
Also spoken of: a method that code takes without calling it, by its name or by `getattr`, arguments
that `functools.partial` keeps, and classes of the file that have only the generator as their base.
Silent: calls with `*args` or `**kwargs`, methods behind a decorator that nobody here knows, code
that asks `hasattr` first, expects the AttributeError or TypeError, or puts the method there
itself. Without the source only the context method's arguments are known. Of classes that
`other-makers` names, methods that they do not have are spoken of, too.

## Why is this bad?
Such a call fails when it runs, and the code that makes ids in an emergency seldom runs in tests.
Rewrites by hand and by script wrote several of them.

## Example
```python
request_id = UnifiedIdGenerator.generate_user_context_ids(user="u1", operation="shutdown")[2]
```
Write instead:
```python
request_id = UnifiedIdGenerator.generate_user_context_ids(user_id="u1", operation="shutdown")[2]
```

## Fix safety
There is no fix: which method or argument was meant is for a person to say.

## References
- OST303 truncated-generated-id, for ids that are to be shorter
"""

from __future__ import annotations

import ast

import libcst as cst

from ssot_lint.ids.uses.misuse import Misuse, Misuses
from ssot_lint.rules.rule import Rule


class UnknownGeneratorCall(Rule):
    """OST204."""

    code = "OST204"
    name = "unknown-generator-call"
    fixable = "never"
    message = "`{maker}.{method}` {problem}; {advice}"

    def has_cause(self) -> bool:
        return self.file.ids.have_generator or bool(self.file.ids.settings.other_makers)

    def visit_Call(self, node: cst.Call) -> None:
        call = self.file.semantics.node_map.twin(node)
        if isinstance(call, ast.Call):
            self._report(node, self.file.ids.once(Misuses).of_call(call))

    def visit_Attribute(self, node: cst.Attribute) -> None:
        reference = self.file.semantics.node_map.twin(node)
        if isinstance(reference, ast.Attribute):
            self._report(node, self.file.ids.once(Misuses).of_reference(reference))

    def _report(self, node: cst.BaseExpression, misuse: Misuse | None) -> None:
        if misuse is not None:
            self.report(
                node,
                maker=misuse.maker,
                method=misuse.method,
                problem=misuse.problem,
                advice=misuse.advice,
            )
