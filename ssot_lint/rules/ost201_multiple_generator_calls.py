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
There is no fix yet.

## References
- OST101 direct-uuid-call
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import libcst as cst

from ssot_lint.flow import Flow, State
from ssot_lint.rule import Rule
from ssot_lint.settings import Settings
from ssot_lint.tree import access_path, source_of, walk


class MultipleGeneratorCalls(Rule):
    """OST201."""

    code = "OST201"
    name = "multiple-generator-calls"
    message = (
        "`{method}` is called again for the same user (first call on line {line}), so the ids "
        "do not belong together; unpack {ids} from one call"
    )

    @classmethod
    def triggers(cls, settings: Settings) -> Iterable[str]:
        return [settings.context_method]

    def visit_Module(self, node: cst.Module) -> None:
        method = self.file.settings.context_method
        names = self.file.names
        for scope, calls in names.generator_calls.items():
            context_calls = [call for call in calls if names.generator_method(call) == method]
            if len(context_calls) > 1:
                self._check_scope(scope, frozenset(context_calls))

    def _check_scope(self, scope: cst.CSTNode, calls: frozenset[cst.Call]) -> None:
        flow = _CallFlow(calls)
        if isinstance(scope, cst.Lambda):
            flow.expression(scope.body, _Made({}))
        elif isinstance(scope, cst.Module):
            flow.run(scope.body, _Made({}), at_top=True)
        elif isinstance(scope, (cst.FunctionDef, cst.ClassDef)):
            at_top = isinstance(scope, cst.ClassDef)
            flow.run(scope.body.body, _Made({}), at_top=at_top)
        for second, first in flow.repeated.items():
            settings = self.file.settings
            self.report(
                second,
                related=first,
                method=settings.context_method,
                ids=", ".join(settings.context_ids),
            )


@dataclass(frozen=True)
class _Fact:
    """A test that was found true or false, and the names it speaks of."""

    text: str
    held: bool
    paths: frozenset[str]


@dataclass(frozen=True)
class _Earlier:
    """A call that was made, for whom, and which tests held when it was."""

    call: cst.Call
    user: str
    user_paths: frozenset[str]
    facts: frozenset[_Fact]


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

    handlers_see_body = False
    loops_repeat = False

    def __init__(self, calls: frozenset[cst.Call]) -> None:
        super().__init__()
        self._calls = calls
        self.repeated: dict[cst.Call, cst.Call] = {}

    def leave(self, node: cst.CSTNode, state: _Made) -> None:
        if not isinstance(node, cst.Call) or node not in self._calls:
            return
        user = _user_argument(node)
        made = _Earlier(node, source_of(user), _paths(user), self._facts())
        if state.live:
            for earlier in state.calls.values():
                if earlier.user == made.user and not _exclude(earlier.facts, made.facts):
                    self.repeated.setdefault(node, earlier.call)
                    break
        state.calls.setdefault(node, made)

    def _facts(self) -> frozenset[_Fact]:
        return frozenset(fact for test, held in self.guards for fact in _facts_of(test, held))

    def bind(self, name: cst.Name, value: cst.CSTNode | None, state: _Made) -> None:
        self._forget(name, state)

    def bind_place(self, target: cst.CSTNode, value: cst.CSTNode | None, state: _Made) -> None:
        self._forget(target, state)

    def bind_comprehension(self, target: cst.CSTNode, state: _Made) -> None:
        for node in walk(target):
            if isinstance(node, cst.Name):
                self._forget(node, state)

    def _forget(self, target: cst.CSTNode, state: _Made) -> None:
        """What was said about the old value of a name says nothing about the new one."""
        path = access_path(target)
        if path is None:
            return
        for call, earlier in list(state.calls.items()):
            if path in earlier.user_paths:
                del state.calls[call]
            elif any(path in fact.paths for fact in earlier.facts):
                kept = frozenset(fact for fact in earlier.facts if path not in fact.paths)
                state.calls[call] = replace(earlier, facts=kept)


def _user_argument(call: cst.Call) -> cst.CSTNode:
    """The user the ids are for: `user_id=`, else the first argument, else the call itself."""
    for arg in call.args:
        if arg.keyword is not None and arg.keyword.value == "user_id":
            return arg.value
    for arg in call.args:
        if arg.keyword is None:
            return arg if arg.star else arg.value
    return call


def _paths(node: cst.CSTNode) -> frozenset[str]:
    """The names and chains of attributes that an expression mentions."""
    paths = (access_path(part) for part in walk(node))
    return frozenset(path for path in paths if path is not None)


def _facts_of(test: cst.BaseExpression, held: bool) -> Iterator[_Fact]:
    """What is known when `test` was found true or false, negations taken out."""
    match test:
        case cst.UnaryOperation(operator=cst.Not()):
            yield from _facts_of(test.expression, not held)
        case cst.BooleanOperation(operator=cst.And()) if held:
            yield from _facts_of(test.left, held)
            yield from _facts_of(test.right, held)
        case cst.BooleanOperation(operator=cst.Or()) if not held:
            yield from _facts_of(test.left, held)
            yield from _facts_of(test.right, held)
        case cst.Comparison(comparisons=[only]) if type(only.operator) in _OPPOSITES:
            sign, negated = _OPPOSITES[type(only.operator)]
            text = f"{source_of(test.left)}{sign}{source_of(only.comparator)}"
            yield _Fact(text, held is not negated, _paths(test))
        case _:
            yield _Fact(source_of(test), held, _paths(test))


def _exclude(one: frozenset[_Fact], other: frozenset[_Fact]) -> bool:
    """Whether the two cannot both have held."""
    found = {(fact.text, fact.held) for fact in other}
    return any((fact.text, not fact.held) in found for fact in one)


_OPPOSITES: Mapping[type[cst.BaseCompOp], tuple[str, bool]] = MappingProxyType(
    {
        cst.Is: (" is ", False),
        cst.IsNot: (" is ", True),
        cst.Equal: (" == ", False),
        cst.NotEqual: (" == ", True),
        cst.In: (" in ", False),
        cst.NotIn: (" in ", True),
    }
)
