"""
## What it does
Finds context ids of one user that separate calls make where one context call would do.

Two or more kinds of context ids (thread, run, request) made by calls for a single id, in one run
of a scope (a function, lambda, class body or the module) in which a user id is at hand: a
parameter, a local variable, what the same call is handed, an attribute (`ctx.user_id`) that was
read just before, or a field of the dataclass. A parameter that is declared to hold a text or None
counts where the calls stand behind the same guards. One finding for the group, at its first call.
Silent: ids of which a run makes only one, an id in a loop beside one outside, other users that may
be missing, one id behind a check of the user beside one that is not, ids whose names say that they
are for different things (`parent_run_id`, `child_thread_id`), and a second set of ids beside a
context call for the same user.

## Why is this bad?
Ids that belong to one request share a counter and a time when one call makes them, and nobody can
take one of them from another request. Made one by one, they match by luck only.

## Example
```python
def begin(user_id):
    thread_id = UnifiedIdGenerator.generate_base_id("thread")
    run_id = UnifiedIdGenerator.generate_base_id("run")
    return thread_id, run_id
```
Write instead:
```python
def begin(user_id):
    thread_id, run_id, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "begin")
    return thread_id, run_id
```

## Fix safety
One context call before the first of the ids. Safe where the calls stand in one call, one dict or
statements one after the other, and where each stands under an `if` of its own, one after the other:
these get one `if` around them, and the call in it. Unsafe where they stand in other branches (the
ids are then made whether needed or not), have more arguments than a prefix, or the prefix says more
than the kind.

Never where another context call for the user gives ids in the same scope (take them from that
one), where the calls stand too far apart, as in a `try` and its handler, and where no statement
can stand before them: in lambdas, comprehensions, class bodies and the headers of `with` and `if`.
Nor in statements of the module itself. For the same reason OST101 and OST104 leave ids alone that
belong to such a group. Nothing but a user that is surely there is handed over: no method, no
column, nothing that the code asks for (`if user_id is None`) without leaving, and no attribute of
an object that may have changed since. Where the user may still be None, there is no fix: check who
it is first, or give it a default.

## References
- OST201 multiple-generator-calls
"""

from __future__ import annotations

import libcst as cst

from ssot_lint.fixes.edits import advice_of
from ssot_lint.fixes.planning.rewrites import Planner
from ssot_lint.fixes.safety.evidence import EvidenceOfForm
from ssot_lint.model.wording import listed
from ssot_lint.rules.rule import Rule


class PiecemealContextIds(Rule):
    """OST202."""

    code = "OST202"
    name = "piecemeal-context-ids"
    fixable = "sometimes"
    message = "{kinds} of one user come from separate calls; {advice}"

    def leave_Module(self, original_node: cst.Module) -> None:
        if not self.file.ids.know_generator:
            return
        settings = self.file.ids.settings
        for group in self.file.once(Planner).piecemeal:
            if not self.file.is_superseded(self.code, group.calls[0]):
                context = f"unpack them from one `{settings.shown(settings.context_method)}()`"
                written = advice_of(group.fix, "")
                self.report(
                    group.calls[0],
                    fix=group.fix,
                    note=self.file.once(EvidenceOfForm).unsuited(group.calls),
                    kinds=listed(dict.fromkeys(group.kinds)),
                    advice=f"use {written}" if written else context,
                )
