"""
## What it does
Finds calls that make an id by something else than the generator: `IdManager.new_thread_id()`.

That are the classes and functions that `other-makers` names, under whatever name a file has them,
and functions of files that `exempt` lets build ids by hand, where other files call these. Of a
class, what it makes counts: methods such as `generate_run_id` or `new_id`, called of the class or
of an object. Silent: what `accepted-makers` names, and calls within the maker's own file.

## Why is this bad?
Two makers give ids of two forms. What one of them made the other's checks refuse, and what tells
an id's time, kind and thread by its form tells something wrong.

## Example
```toml
[tool.ssot-lint]
other-makers = ["app.core.id_manager.IdManager"]
```
```python
from app.core.id_manager import IdManager

def start_run(user_id: str) -> str:
    run_id = IdManager.generate_run_id()
    return run_id
```
Write instead:
```python
from shared.id_generation.unified_id_generator import UnifiedIdGenerator

def start_run(user_id: str) -> str:
    run_id = UnifiedIdGenerator.generate_base_id("run")
    return run_id
```

## Fix safety
That of OST101 direct-uuid-call, with the same reasons against it. Besides, it is unsafe where the
call is handed something, of which the id may be made; where the maker's class has a method that
takes its ids apart (`extract_thread_id`); where nothing says that the call gives a `str`, or what
that begins with; where it begins otherwise than the generator's; and where the call may do more
than make the id: keep it, count it, tell others.

Never where it gives something else than a `str`: a coroutine, a list, a UUID.

## References
- OST101 direct-uuid-call
- OST204 unknown-generator-call
"""

from __future__ import annotations

import libcst as cst

from ssot_lint.fixes.edits import advice_of
from ssot_lint.fixes.planning.rewrites import Planner
from ssot_lint.ids.uses.other_makers import OtherMakers
from ssot_lint.rules.rule import Rule


class OtherIdMaker(Rule):
    """OST105."""

    code = "OST105"
    name = "other-id-maker"
    fixable = "sometimes"
    message = "`{maker}()` makes ids beside the generator; use {advice}"

    def has_cause(self) -> bool:
        return self.file.ids.once(OtherMakers).may_be_there

    def visit_Call(self, node: cst.Call) -> None:
        made = self.file.other_made(node)
        if made is None or self.file.is_superseded(self.code, node):
            return
        plan = self.file.once(Planner).plan_for(node)
        self.report(
            node,
            fix=plan,
            note=f"it is defined{made.where}" if made.where else None,
            maker=made.maker,
            advice=advice_of(plan, self.file.ids.shown_id_call),
        )
