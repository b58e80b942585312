"""
## What it does
Finds ids put together by hand from a clock, randomness, `id()`, `hash()` or a counter.

A string is one when it holds such a part, directly or through a local variable of the same scope,
and is bound to something named as an id: a name, attribute, item, keyword, parameter or the
result of a function such as `generate_run_id`. A counter is one that outlives the function: an
attribute or a global, if it is named as one (`count`, `seq`) or the function itself counts it up by
one, or what `itertools.count` made. A clock is also that of the event loop. A string that puts the
end of an id of the generator behind another text is one, too (`f"run_{made.split('_')[-1]}"`). Of
strings in strings the outermost is reported.

Silent: times that only name a day, an hour or a minute, strings with a uuid in them (OST101 speaks
of that), ids in a fallback for the generator (OST103). What a call of other code was only handed is
no part of the string: `row = fetch(time.time())`, `f"thread_{row.id}"`; Python's own functions and
methods of the value, and functions of the file that return it, hand it on. A text of `id()` or
`hash()` that this file or another one computes again for a look-up, a membership test or a removal
is a key. And who takes an id out of something (`extracted_run_id`, `parse_run_id`,
`get_run_id_from`) makes none, unless a clock or randomness is in what it gives.

## Why is this bad?
Two workers read the same clock, `id()` is given out again, a counter starts over with the
process: such ids meet. They also have a form of their own, which nothing else can read.

## Example
```python
import random
import time

request_id = f"req_{int(time.time() * 1000)}_{random.randint(1000, 9999)}"
```
Write instead:
```python
request_id = UnifiedIdGenerator.generate_base_id("req")
```

## Fix safety
The call gets the literal text in front as its prefix, as in OST101, and the helper variables go
when nothing else reads them. Safe where the string holds a time in seconds or finer, or random
bits, in a variable too if nothing else reads that. Unsafe where something does; for `id()`,
`hash()`, counters, small numbers, picks of one of several and coarser times, which may come again
on purpose; and for dates, which people may read.

Never, with the reason in the message, for what `secrets` makes, and where the text holds more
than a fix can tell apart.

## References
- OST101 direct-uuid-call
- OST103 emergency-uuid-fallback
"""

from __future__ import annotations

from itertools import chain

import libcst as cst

from ssot_lint.fixes.edits import advice_of
from ssot_lint.fixes.planning.rewrites import Planner
from ssot_lint.ids.strings.hand_built import BuiltIds
from ssot_lint.rules.rule import Rule


class HandBuiltId(Rule):
    """OST104."""

    code = "OST104"
    name = "hand-built-id"
    fixable = "sometimes"
    message = "id built by hand from {source}; use {advice}"

    def leave_Module(self, original_node: cst.Module) -> None:
        built = self.file.ids.once(BuiltIds)
        found = (built.in_(part).items() for part in self.file.semantics.parts)
        for string, source in chain.from_iterable(found):
            node = self.file.semantics.node_map.node_of(string)
            if node is not None and not self.file.is_superseded(self.code, string):
                plan = self.file.once(Planner).plan_for(node)
                self.report(
                    node,
                    fix=plan,
                    source=built.describe(source),
                    advice=advice_of(plan, self.file.ids.shown_id_call),
                )
