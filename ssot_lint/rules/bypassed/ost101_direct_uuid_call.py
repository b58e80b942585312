"""
## What it does
Finds calls of the banned functions, `uuid.uuid4()` above all, under whatever name.

It follows `import uuid`, `import uuid as u`, `from uuid import uuid4 as x`, `from uuid import *`,
imports inside functions, branches and classes, and aliases made by assignment
(`new_id = uuid.uuid4`). It is silent where the name means something else: a parameter, an
assignment, a loop, another import. `uuid.UUID(...)`, `uuid3` and `uuid5` are not banned: they
make no new id. Files that match `exempt` are left alone.

## Why is this bad?
An id that does not come from the generator has neither the prefix nor the time and counter that
the rest of the product reads from it. Cleanup does not find it, and a lookup by it answers
"404: Thread not found".

## Example
```python
import uuid

def start_run(user_id: str) -> str:
    run_id = str(uuid.uuid4())
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
Safe where the value was a `str`, is bound to something named as an id (`run_id`, `id` of a class,
what `make_run_id` returns), and nothing in sight depends on its form. The prefix is the literal
text in front of the uuid, else the name without `_id`, else the class or function. A uuid in a
variable that ids are cut from goes, and so do times that only stood in the id. Two or more context
ids in one call or in neighbouring statements, with a user at hand, become one context call.

What counts is where the value goes in the file: through variables, fields, arguments, results,
containers, lambdas and functions that are handed over. A return, a field, a log call, a payload or
an argument of a function of another file keeps a fix safe; a cut that only a log shows does, too.

Unsafe, with the reason in the message: the value was a UUID object; the name is none of an id; text
follows the uuid; the id serves as a lock, hash or idempotency key, or becomes the name of a bucket,
a host or an object of Kubernetes; it goes to a function that the code does not name
(`handlers[kind](run_id)`), to a setter, a descriptor or a `__setattr__` of the file; it is taken
apart or cut by code that may be about another value, or the file parses, measures or matches UUIDs
of unknown origin; a test patches `uuid`, a doctest runs the
function, or a comment beside it speaks of its form ("plain UUID", "short"). Also where a comment
stood inside the replaced code: it moves above the statement.

Never, with the reason in the message: a UUID object is needed; a column, a type, a pattern or the
SQL in a text fixes the form, or leaves less room than the generator's ids take; the id is cut,
measured, matched or taken apart later; it is a secret, a cookie, or a link that opens a door (use
`secrets`); nothing says what kind of id it is; the function is called through an alias, or the
import that this very call reaches may be missing there, as one in a `try` around may; the generator
may be missing, or not be found by a script that is started by its path.

Where a ban names what to use (`extend-banned-calls`), that takes the place of the generator.

## References
- [uuid, the Python standard library](https://docs.python.org/3/library/uuid.html)
"""

from __future__ import annotations

import libcst as cst

from ssot_lint.fixes.edits import advice_of
from ssot_lint.fixes.file_context import FileContext
from ssot_lint.fixes.planning.rewrites import Planner
from ssot_lint.rules.rule import Rule


class DirectUuidCall(Rule):
    """OST101."""

    code = "OST101"
    name = "direct-uuid-call"
    fixable = "sometimes"
    message = "`{called}()` bypasses the id generator; use {advice}"

    def __init__(self, file: FileContext) -> None:
        super().__init__(file)
        self._calls: list[cst.Call] = []

    def has_cause(self) -> bool:
        return self.file.ids.have_banned

    def visit_Call(self, node: cst.Call) -> None:
        if self.file.banned_call(node) and not self.file.is_superseded(self.code, node):
            self._calls.append(node)

    def leave_Module(self, original_node: cst.Module) -> None:
        for call in self._calls:
            called = self.file.banned_call(call) or ""
            file = self.file.fixing(called)
            plan = file.once(Planner).plan_for(call)
            told = f"`{file.substitute}`" if file.substitute else file.ids.shown_id_call
            self.report(call, fix=plan, called=called, advice=advice_of(plan, told))
