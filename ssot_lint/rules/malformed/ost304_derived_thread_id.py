"""
## What it does
Finds thread, run and request ids that are cut or put together from an id of another kind.

By string surgery: an f-string, `+`, `+=`, `%` or `.format` around the other id, `replace`, `split`,
`removeprefix`, `join`, `re.sub`, groups of `re.match` and slices of it, also through a variable of
the same function. Silent: plain copies, groups that have the name of the id they hold, keys and
other ids that are made of several ids, comparisons and text for people, ids that hold another one
of their own kind, and what the generator makes.

## Why is this bad?
The form of an id is the generator's business. Code that takes a thread id out of a run id breaks
silently when the form changes, and messages then go to a thread that does not exist. An id that
is built around another one is not unique by itself, and no prefix or check fits it.

## Example
```python
def resume(run_id):
    thread_id = run_id.replace("run_", "thread_")
    return thread_id
```
Write instead:
```python
def resume(context):
    thread_id = context.thread_id
    return thread_id
```

## Fix safety
No fix: where the right id comes from, only a person knows.

## References
- OST201 multiple-generator-calls
- OST302 doubled-id-prefix
"""

from __future__ import annotations

import ast

import libcst as cst

from ssot_lint.ids.strings.derived import Derived, DerivedIds
from ssot_lint.model.wording import with_article
from ssot_lint.rules.rule import Rule


class DerivedThreadId(Rule):
    """OST304."""

    code = "OST304"
    name = "derived-thread-id"
    fixable = "never"
    message = "{kind} is cut or put together from {source}; {advice} and hand them on together"

    def visit_FormattedString(self, node: cst.FormattedString) -> None:
        self._check(node)

    def visit_ConcatenatedString(self, node: cst.ConcatenatedString) -> None:
        self._check(node)

    def visit_BinaryOperation(self, node: cst.BinaryOperation) -> None:
        self._check(node)

    def visit_Call(self, node: cst.Call) -> None:
        self._check(node)

    def visit_Subscript(self, node: cst.Subscript) -> None:
        self._check(node)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        twin = self.file.semantics.node_map.twin(node)
        if isinstance(twin, ast.AugAssign):
            self._report(node, self.file.ids.once(DerivedIds).added(twin))

    def _check(self, node: cst.BaseExpression) -> None:
        twin = self.file.semantics.node_map.twin(node)
        if isinstance(twin, ast.expr):  # else a part of what is written in several pieces
            self._report(node, self.file.ids.once(DerivedIds).at(twin))

    def _report(self, node: cst.CSTNode, found: Derived | None) -> None:
        if found is not None and not self.file.is_superseded(self.code, node):
            api, settings = self.file.ids.api, self.file.ids.settings
            method = settings.context_method or settings.id_method
            maker = "the id generator" if api.lacks(method) else f"`{method}`"
            advice = f"take both from one call of {maker}"
            if not settings.context_method:
                advice = f"make it with {maker}"
            self.report(node, kind=found.kind, source=with_article(found.source), advice=advice)
