"""
## What it does
Finds a second call of the context method that one run of a scope can reach, for the same user.

Each later call is reported too, and names the line of the first. A scope is a function body, a
lambda, a class body or the module. Silent: calls in branches that exclude each other (`if`/`else`,
`match`, conditional expressions, a `try` body and its handlers, code behind a `return` or `raise`,
`if x` and `if not x`), calls for different users, one call in a loop.

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
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import libcst as cst

from ssot_lint.conditions import Condition, exclude, paths
from ssot_lint.destinations import unsuited
from ssot_lint.edits import Draft
from ssot_lint.flow import Flow, State
from ssot_lint.merges import Merger
from ssot_lint.misuse import Misuses
from ssot_lint.names import EXIT_WORDS, Names
from ssot_lint.rule import Rule
from ssot_lint.settings import Settings
from ssot_lint.tree import access_path, canonical, last_name, walk
from ssot_lint.users import user_argument


class MultipleGeneratorCalls(Rule):
    """OST201."""

    code = "OST201"
    name = "multiple-generator-calls"
    fixable = "sometimes"
    message = (
        "`{method}` is called again for the same user (first call on line {line}), so the ids "
        "do not belong together; unpack {ids} from one call"
    )

    @classmethod
    def triggers(cls, settings: Settings) -> Iterable[str]:
        # The class too: an instance of it may be made in one function and used in another.
        classes = (name.rpartition(".")[2] for name in settings.generator_names)
        return [settings.context_method, *classes]

    @classmethod
    def depends_on(cls, settings: Settings) -> Iterable[str]:
        return EXIT_WORDS

    def visit_Module(self, node: cst.Module) -> None:
        method = self.file.settings.context_method
        names = self.file.names
        for scope, calls in names.generator_calls.items():
            context_calls = [
                call
                for call in calls
                if names.generator_method(call) == method and not self._fails(call)
            ]
            if len(context_calls) > 1:
                self._check_scope(scope, frozenset(context_calls))

    def _fails(self, call: cst.Call) -> bool:
        """Whether the call makes no ids at all, of which OST204 speaks."""
        return "OST204" in self.file.codes and self.file.once(Misuses).of_call(call) is not None

    def _check_scope(self, scope: cst.CSTNode, calls: frozenset[cst.Call]) -> None:
        flow = _CallFlow(calls, self.file.names)
        if isinstance(scope, cst.Lambda):
            flow.expression(scope.body, _Made({}))
        elif isinstance(scope, cst.Module):
            flow.run(scope.body, _Made({}), at_top=True)
        elif isinstance(scope, (cst.FunctionDef, cst.ClassDef)):
            at_top = isinstance(scope, cst.ClassDef)
            flow.run(scope.body.body, _Made({}), at_top=at_top)
        plans = self._plans(flow.repeated, scope)
        for second, first in flow.repeated.items():
            settings = self.file.settings
            self.report(
                second,
                related=first,
                fix=plans.get(second),
                note=unsuited([second], self.file),
                method=settings.context_method,
                ids=", ".join(settings.context_ids),
            )

    def _plans(
        self, repeated: Mapping[cst.Call, cst.Call], scope: cst.CSTNode
    ) -> dict[cst.Call, Draft | str]:
        """For each later call, what merges it with the first."""
        plans: dict[cst.Call, Draft | str] = {}
        for first in dict.fromkeys(repeated.values()):
            others = [
                call
                for call, earlier in repeated.items()
                if earlier is first and not self.file.is_suppressed(self.code, call)
            ]
            plans.update(Merger(self.file).merge(first, others, scope))
        return plans


@dataclass(frozen=True)
class _Earlier:
    """A call that was made, for whom, and under which conditions."""

    call: cst.Call
    user: str
    user_paths: frozenset[str]
    conditions: tuple[Condition, ...]


class _Made(State):
    """The calls made so far, those first that were made first."""

    __slots__ = ("calls", "live")

    def __init__(self, calls: dict[cst.Call, _Earlier]) -> None:
        self.calls = calls
        self.live = True

    def fork(self) -> _Made:
        copy = _Made(dict(self.calls))
        copy.live = self.live
        return copy

    def absorb(self, other: _Made) -> None:
        for call, earlier in other.calls.items():
            self.calls.setdefault(call, earlier)

    def covers(self, other: _Made) -> bool:
        return other.calls.keys() <= self.calls.keys()


class _CallFlow(Flow[_Made]):
    """Collects, for each call, the first one made before it for the same user."""

    loops_repeat = False

    def __init__(self, calls: frozenset[cst.Call], names: Names) -> None:
        super().__init__()
        self._calls = calls
        self._names = names
        self.repeated: dict[cst.Call, cst.Call] = {}

    def leave(self, node: cst.CSTNode, state: _Made) -> None:
        if not isinstance(node, cst.Call):
            return
        if self._names.never_returns(node):
            state.live = False
        elif node in self._calls:
            self._leave_generator_call(node, state)

    def _leave_generator_call(self, node: cst.Call, state: _Made) -> None:
        user = user_argument(node)
        conditions = tuple(Condition(g.test, g.held) for g in self.guards if not g.stale)
        made = _Earlier(node, canonical(user), paths(user), conditions)
        if state.live:
            for earlier in state.calls.values():
                if earlier.user == made.user and not exclude(earlier.conditions, conditions):
                    self.repeated.setdefault(node, earlier.call)
                    break
        if not _differs_each_time(user):
            state.calls.setdefault(node, made)

    def bind(self, name: cst.Name, value: cst.CSTNode | None, state: _Made) -> None:
        self._forget(name.value, state)

    def bind_place(self, target: cst.CSTNode, value: cst.CSTNode | None, state: _Made) -> None:
        while isinstance(target, cst.Subscript):
            target = target.value
        path = access_path(target)
        if path is not None:
            self._forget(path, state)

    def bind_import(self, node: cst.Import | cst.ImportFrom, state: _Made) -> None:
        if not isinstance(node.names, cst.ImportStar):
            for alias in node.names:
                bound = alias.evaluated_alias or alias.evaluated_name.partition(".")[0]
                self._forget(bound, state)

    def unbind(self, name: cst.Name, state: _Made) -> None:
        self._forget(name.value, state)

    def bind_comprehension(self, target: cst.CSTNode, state: _Made) -> None:
        for node in walk(target):
            if isinstance(node, cst.Name):
                self._forget(node.value, state)

    def _forget(self, path: str, state: _Made) -> None:
        """What was said about the old value of a name says nothing about the new one."""
        for guard in self.guards:
            guard.stale = guard.stale or path in paths(guard.test)
        for call, earlier in list(state.calls.items()):
            if path in earlier.user_paths:
                del state.calls[call]
            elif any(path in paths(condition.test) for condition in earlier.conditions):
                kept = tuple(c for c in earlier.conditions if path not in paths(c.test))
                state.calls[call] = replace(earlier, conditions=kept)


def _differs_each_time(user: cst.CSTNode) -> bool:
    """Whether evaluating the expression again gives another user: `next(users)`."""
    calls = (part for part in walk(user) if isinstance(part, cst.Call))
    return any(_CONSUMING.match(last_name(call.func) or "") for call in calls)


# Functions that give something else at each call.
_CONSUMING = re.compile("(next|pop|popleft|popitem|get_nowait|recv|read|make|create|new|random)")
