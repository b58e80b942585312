"""
## What it does
Finds ids of one kind that are bound to another kind: `thread_id=run_id`.

Also `"run_id": context.request_id`, `thread_id = user_id`, `run_id=run_id or request_id`.

The kinds are the ids that the context method returns, and the user's. Of which kind a value is, its
name says, the type of a parameter (`RunId`), and the order in which the generator returns its ids;
through `or` and conditional expressions, too. What it is bound to, the name of a variable, an
attribute, a key or a keyword says, and the order of a context class's parameters, of those of
functions of the file and of other files, and of methods where the class of the object is known.
What a function gives, be it of another file, is of the kind that the generator makes there; what a
method of an object gives is not asked for.

Silent: comparisons, log calls, checks of a form (`is_valid(run_id)`), tables from one kind to
another (`threads[run_id] = thread_id`), ids of others (`parent_run_id`), and code that says that
the two are one: a comment beside it that names both kinds, a function whose name does.

## Why is this bad?
The ids have the same type and much the same form, so that nothing fails where they are mixed up. It
fails later: the thread is not found, messages of one run go to another.

## Example
```python
def resume(context, session):
    return session.open(thread_id=context.run_id)
```
Write instead:
```python
def resume(context, session):
    return session.open(thread_id=context.thread_id)
```

## Fix safety
There is no fix: whether the value or the name is wrong is for a person to say. Where the two are
one on purpose, say so in a comment: `# the thread_id is the run_id here`.

## References
- OST304 derived-thread-id, for ids that are made from ids of another kind
"""

from __future__ import annotations

import ast
import re
from itertools import chain

import libcst as cst

from ssot_lint.ids.uses.kind_mixups import KindMixups, Mixup
from ssot_lint.model.wording import with_article
from ssot_lint.rules.rule import Rule


class IdKindMixup(Rule):
    """OST305."""

    code = "OST305"
    name = "id-kind-mixup"
    fixable = "never"
    message = "`{value}` is {kind} and becomes {bound_to}; hand over the {wanted}"

    def leave_Module(self, original_node: cst.Module) -> None:
        mixups = self.file.ids.once(KindMixups)
        for mixup in chain.from_iterable(map(mixups.in_, self.file.semantics.parts)):
            value = self.file.semantics.node_map.node_of(mixup.value)
            if value is None or self.file.is_superseded(self.code, mixup.value):
                continue
            if not self._is_said(value, mixup):
                self.report(
                    value,
                    value=ast.unparse(mixup.value),
                    kind=with_article(mixup.kind),
                    bound_to=with_article(mixup.bound_to),
                    wanted=mixup.bound_to,
                )

    def _is_said(self, value: cst.CSTNode, mixup: Mixup) -> bool:
        """Whether a comment beside it says that the two kinds are one: it names both."""
        words = [kind.removesuffix("_id") for kind in (mixup.kind, mixup.bound_to)]
        return any(
            all(re.search(rf"(?i)(?<![a-z]){re.escape(word)}", comment) for word in words)
            for comment in self.file.semantics.comments_at(value)
        )
