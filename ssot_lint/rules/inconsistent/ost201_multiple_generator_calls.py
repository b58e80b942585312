"""
## What it does
Finds a second call of the context method that one run of a scope can reach, for the same user.

Each later call is reported too, and names the line of the first. A scope is a function body, a
lambda, a class body or the module. Silent: calls in branches that exclude each other (`if`/`else`,
`match`, conditional expressions, a `try` body and its handlers, code behind a `return` or `raise`,
`if x` and `if not x`, `if "thread_id" not in locals()` behind what binds it), calls for different
users, one call in a loop.

## Why is this bad?
Each call makes a set of ids that belong together. Whoever takes the thread id from one call and
the request id from another has ids that no cleanup can match: sessions leak.

## Example
```python
if not request_id:
    _, _, request_id = UnifiedIdGenerator.generate_user_context_ids(user_id, "session")
if not thread_id:
    thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "session")
```
Write instead:
```python
if not request_id or not thread_id:
    new_thread_id, _, new_request_id = UnifiedIdGenerator.generate_user_context_ids(
        user_id, "session"
    )
    if not request_id:
        request_id = new_request_id
    if not thread_id:
        thread_id = new_thread_id
```

## Fix safety
Safe where each call is unpacked (or indexed) into ids that no other of the calls gives, and they
are made for the same operation: the first call gives all ids. Calls that each stand under an `if`
of their own get one `if` around them, and keep their own around their assignments. Unsafe where the
operations differ: the first one's stays.

Never, with the reason in the message, where two calls give the same id, the ids are kept together,
a call stands in a loop, or other code stands between the conditions.

## References
- OST101 direct-uuid-call
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import libcst as cst

from ssot_lint.analysis.semantics.excerpt_view import ScopeNode
from ssot_lint.analysis.syntax.libcst_nodes import canonical, last_name, walk
from ssot_lint.fixes.edits import Draft
from ssot_lint.fixes.planning.merges import Merger
from ssot_lint.fixes.planning.users import user_argument
from ssot_lint.fixes.refusal import Refusal
from ssot_lint.fixes.safety.evidence import EvidenceOfForm
from ssot_lint.rules.rule import Rule


class MultipleGeneratorCalls(Rule):
    """OST201."""

    code = "OST201"
    name = "multiple-generator-calls"
    fixable = "sometimes"
    message = (
        "`{method}` is called again for the same user (first call on line {line}), so the ids "
        "do not belong together; unpack {ids} from one call"
    )

    def visit_Module(self, node: cst.Module) -> None:
        file = self.file
        method = file.ids.settings.context_method
        for scope, calls in file.generator_calls.items():
            context_calls = [
                call
                for call in calls
                if file.generator_method(call) == method and not file.is_superseded(self.code, call)
            ]
            if len(context_calls) > 1:
                self._check_scope(scope, context_calls)

    def _check_scope(self, scope: ScopeNode, calls: Sequence[cst.Call]) -> None:
        repeated = self._repeated(scope, calls)
        plans = self._plans(repeated, scope)
        for second, first in repeated.items():
            settings = self.file.ids.settings
            self.report(
                second,
                related=first,
                fix=plans.get(second),
                note=self.file.once(EvidenceOfForm).unsuited([second]),
                method=settings.context_method,
                ids=", ".join(settings.context_ids),
            )

    def _repeated(self, scope: ScopeNode, calls: Sequence[cst.Call]) -> dict[cst.Call, cst.Call]:
        """The calls before which another was made for the same user, with the first of these."""
        users = {call: user_argument(call) for call in calls}
        reach = self.file.semantics.reachability(scope, users)
        written = {call: canonical(user) for call, user in users.items()}
        lasting: dict[str, list[cst.Call]] = {}
        for call, user in users.items():
            if not _differs_each_time(user):
                lasting.setdefault(written[call], []).append(call)
        repeated: dict[cst.Call, cst.Call] = {}
        for call in users:
            same = lasting.get(written[call], ())
            earlier = next((other for other in same if reach.comes_before(other, call)), None)
            if earlier is not None:
                repeated[call] = earlier
        return repeated

    def _plans(
        self, repeated: Mapping[cst.Call, cst.Call], scope: cst.CSTNode
    ) -> dict[cst.Call, Draft | Refusal]:
        """For each later call, what merges it with the first."""
        plans: dict[cst.Call, Draft | Refusal] = {}
        for first in dict.fromkeys(repeated.values()):
            others = [
                call
                for call, earlier in repeated.items()
                if earlier is first and not self.file.is_suppressed(self.code, call)
            ]
            plans.update(Merger(self.file).merge(first, others, scope))
        return plans


def _differs_each_time(user: cst.CSTNode) -> bool:
    """Whether evaluating the expression again gives another user: `next(users)`."""
    calls = (part for part in walk(user) if isinstance(part, cst.Call))
    return any(_CONSUMING.match(last_name(call.func) or "") for call in calls)


# Functions that give something else at each call.
_CONSUMING = re.compile("(next|pop|popleft|popitem|get_nowait|recv|read|make|create|new|random)")
