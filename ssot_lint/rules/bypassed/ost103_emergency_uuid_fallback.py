"""
## What it does
Finds fallbacks that make ids themselves when the generator fails or is missing.

A fallback is the `except` handler of a `try` whose body calls or imports the generator, and the
branch that is taken when the generator is None or a flag says that its import failed.

It makes ids when it calls a banned function or binds a string built from a clock,
randomness, `id()`, `hash()` or a counter to something named as an id. The whole fallback gives
one finding, at the first such place; OST101 and OST301 are silent inside it.

## Why is this bad?
The fallback runs on the day when everything else fails too, and then feeds ids of a foreign form
to whatever still works. The generator has no dependency that can fail: calling it again is the
better emergency plan.

## Example
```python
try:
    thread_id, run_id, request_id = UnifiedIdGenerator.generate_user_context_ids(user_id, "ws")
except Exception:
    suffix = str(uuid.uuid4())[:8]
    thread_id = f"ws_thread_{suffix}"
    run_id = f"ws_run_{suffix}"
    request_id = f"ws_req_{suffix}"
```
Write instead:
```python
try:
    thread_id, run_id, request_id = UnifiedIdGenerator.generate_user_context_ids(user_id, "ws")
except Exception:
    thread_id, run_id, request_id = UnifiedIdGenerator.generate_user_context_ids(
        user_id=user_id, operation="emergency"
    )
```

## Fix safety
In a handler of a `try` that calls the generator, the ids it sets come from one context call with
`operation="emergency"`, other ids from single calls; helper variables such as a suffix or a
timestamp go when nothing else reads them. Safe where the ids alone would be (see OST101): the
values stay strings. Mind that a generator that fails again now fails in the handler.

Never where the generator may be missing: first import it unconditionally.

## References
- OST101 direct-uuid-call, which reports the same call elsewhere
"""

from __future__ import annotations

import libcst as cst

from ssot_lint.fixes.edits import advice_of
from ssot_lint.fixes.planning.rewrites import Planner
from ssot_lint.ids.uses.fallbacks import Fallbacks
from ssot_lint.rules.rule import Rule


class EmergencyUuidFallback(Rule):
    """OST103."""

    code = "OST103"
    name = "emergency-uuid-fallback"
    fixable = "sometimes"
    message = "emergency fallback bypasses the id generator with {means}; use {advice}"

    def visit_Module(self, node: cst.Module) -> None:
        settings = self.file.ids.settings
        for fallback in self.file.ids.once(Fallbacks).found:
            first = self.file.semantics.node_map.node_of(fallback.first)
            if first is None:  # the excerpt left it out
                continue
            plan = Planner(self.file).plan_fallback(fallback)
            method = settings.context_method or settings.id_method
            self.report(
                first,
                fix=plan,
                means=f"`{fallback.banned}()`" if fallback.banned else "an id built by hand",
                advice=advice_of(plan, self.file.ids.shown_call(method)),
            )
