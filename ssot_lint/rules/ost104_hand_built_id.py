"""
## What it does
Finds ids put together by hand from a clock, randomness, `id()`, `hash()` or a counter.

A string is one when it holds such a part, directly or through a local variable of the same scope,
and is bound to something named as an id: a name, attribute, item, keyword, parameter or the
result of a function such as `generate_run_id`. A counter is one that outlives the function: an
attribute or a global, if it is named as one (`count`, `seq`) or the function itself counts it up by
one, or what `itertools.count` made. A clock is also that of the event loop. Silent: times that only
name a day, an hour or a minute, strings with a uuid in them (OST101 speaks of that), ids in a
fallback for the generator (OST103).

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

import ast
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

import libcst as cst

from ssot_lint.bindings import FACTORIES
from ssot_lint.built import BuiltIds
from ssot_lint.ids import (
    SOURCE_TRIGGERS,
    SOURCE_WORDS,
    may_read_source,
    names_an_id,
    snake_case,
)
from ssot_lint.rewrites import Planner
from ssot_lint.rule import Rule
from ssot_lint.settings import Settings


class HandBuiltId(Rule):
    """OST104."""

    code = "OST104"
    name = "hand-built-id"
    fixable = "sometimes"
    message = "id built by hand from {source}; use `{generator}.{method}(prefix)`"

    @classmethod
    def triggers(cls, settings: Settings) -> Iterable[str]:
        return SOURCE_TRIGGERS

    @classmethod
    def depends_on(cls, settings: Settings) -> Iterable[str]:
        return SOURCE_WORDS

    @classmethod
    def could_speak(cls, statement: ast.stmt, takers: AbstractSet[str], settings: Settings) -> bool:
        return may_read_source(statement) and any(map(_may_bind_built, ast.walk(statement)))

    def leave_Module(self, original_node: cst.Module) -> None:
        settings = self.file.settings
        built = self.file.once(BuiltIds)
        for node, source in built.found.items():
            if not self.file.in_fallback(node):
                self.report(
                    node,
                    fix=self.file.once(Planner).plan_for(node),
                    source=built.describe(source),
                    generator=settings.generator_class,
                    method=settings.id_method,
                )


def _may_bind_built(node: ast.AST) -> bool:
    """Whether the node may bind a string that code puts together to the name of an id."""
    match node:
        case ast.Assign(targets=targets, value=value):
            return any(map(_may_name_id, targets)) and _may_be_built(value)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            return _may_name_id(target) and _may_be_built(value)
        case ast.NamedExpr(target=target, value=value):
            return _may_name_id(target) and _may_be_built(value)
        case ast.keyword(arg=str(name), value=value):
            return (name in FACTORIES or _is_id(name)) and _may_be_built(value)
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return any(
                isinstance(key, ast.Constant) and _is_id(str(key.value)) and _may_be_built(value)
                for key, value in pairs
            )
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) if _is_id(name):
            returns = (n.value for n in ast.walk(node) if isinstance(n, ast.Return | ast.Yield))
            return any(value is not None and _may_be_built(value) for value in returns)
        case ast.Call(func=func, args=arguments) if _may_name_parameters(func):
            return any(map(_may_be_built, arguments))
        case ast.arguments(defaults=defaults, kw_defaults=more):
            return any(_may_be_built(value) for value in (*defaults, *more) if value is not None)
        case ast.Lambda(body=body):
            return _may_be_built(body)
    return False


def _is_id(name: str) -> bool:
    return names_an_id(snake_case(name.replace("-", "_")))


def _may_name_parameters(func: ast.expr) -> bool:
    """Whether the file may say what the arguments of a call by position are."""
    match func:
        case ast.Attribute(attr="get" | "pop" | "setdefault"):
            return True
        case ast.Attribute(value=ast.Name(id="self" | "cls")):
            return True
        case ast.Name(id=name):
            return name != "print" and not name.endswith(("Error", "Exception"))
        case ast.Attribute(attr=name):
            return name[:1].isupper()
    return False


def _may_name_id(target: ast.AST) -> bool:
    """Whether a target may be named as an id; not sure of items, so those may."""
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return _is_id(name)
    return True


def _may_be_built(value: ast.expr) -> bool:
    match value:
        case ast.IfExp() | ast.BoolOp():
            return True
        case ast.JoinedStr(values=values):
            return any(isinstance(part, ast.FormattedValue) for part in values)
        case ast.BinOp(op=ast.Add() | ast.Mod()):
            return True
        case ast.Call(func=ast.Name(id="str")):
            return True
        case ast.Call(func=ast.Attribute(attr="format" | "join" | "hexdigest")):
            return True
        case ast.Subscript(value=inner):
            return _may_be_built(inner)
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
            return _may_be_built(value.elt)
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            return any(map(_may_be_built, elements))
        case ast.Lambda(body=body):
            return _may_be_built(body)
        case ast.NamedExpr(value=inner) | ast.Starred(value=inner):
            return _may_be_built(inner)
    return False
