"""Where a local name is read although it may not be bound yet.

Python raises UnboundLocalError there. Only what a reader would agree on counts: conditions that
exclude each other are heeded, and an import is taken to succeed unless a handler expects that it
fails.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeGuard

from ssot_lint.analysis.semantics.bindings import (
    FUNCTION_NODES,
    FunctionNode,
    body_of,
    bound_names,
    bound_once,
    parameter_names,
    target_names,
)
from ssot_lint.analysis.semantics.control_flow.conditions import (
    Condition,
    canonical,
    constant,
    exclude,
    is_none,
    paths,
    variable,
    without_walrus,
)
from ssot_lint.analysis.semantics.control_flow.hidden_names import HidingFlow
from ssot_lint.analysis.semantics.control_flow.walk import State
from ssot_lint.analysis.semantics.import_bindings import IMPORT_ERRORS
from ssot_lint.analysis.semantics.known_functions import MUTATORS
from ssot_lint.analysis.semantics.names import Names, swallowed_by
from ssot_lint.analysis.syntax.ast_nodes import statements
from ssot_lint.analysis.syntax.parsing import (
    CODE_FIELDS,
    TRIES,
    Function,
    dotted_name,
    last_name,
    names_bound_by,
    own_nodes,
    walk,
)

_NAME_ERRORS = frozenset({"NameError", "UnboundLocalError"})
_ALL_ERRORS = frozenset({"Exception", "BaseException"})
# What may raise an exception. Names and tests for identity do not in code that makes sense.
_MAY_FAIL = frozenset({
    ast.Attribute, ast.Await, ast.BinOp, ast.Call, ast.Subscript, ast.Yield, ast.YieldFrom,
})  # fmt: skip
# Tests that a variable may hold the outcome of.
_TESTS = (ast.BoolOp, ast.Compare, ast.UnaryOp)
# Of more ways than this that lead to a place, only what they have in common is kept.
_MOST_WAYS = 16
# What holds statements that run one after the other, or parts that do.
_WITH_BLOCKS = frozenset({
    ast.AsyncFor, ast.AsyncWith, ast.ExceptHandler, ast.For, ast.If, ast.Match, ast.While, ast.With,
    ast.match_case, *TRIES,
})  # fmt: skip
# Functions inside that call each other are followed as far as people write them.
_CALL_DEPTH = 3


def unbound_reads(function: Function, wanted: Iterable[str], names: Names) -> list[ast.Name]:
    """Reads of the local names that fail on a path through the function, in order.

    Those in functions inside it, too, when nothing binds the name once they exist.
    """
    inside = statements(function)
    afar = {name for node in inside if isinstance(node, ast.Nonlocal) for name in node.names}
    tracked = (frozenset(wanted) & names.local_names(function)) - afar
    if not tracked:
        return []
    bound = parameter_names(function)
    lost = {name for node in inside for name in _unbound_by(node)}
    if tracked.isdisjoint(lost) and not _may_be_read_early(function.body, tracked - bound):
        return []
    own = list(own_nodes(function.body))
    # A call runs only those whose name is bound in one place.
    followed = (_followed(own, tracked) & bound_once(function.body)) - bound - afar
    flow = _UnboundFlow(tracked, _tested(own), followed, names)
    nowhere = {name: frozenset({_ANY_WAY}) for name in tracked - bound}
    flow.run(function.body, _Missing(nowhere))
    return flow.finish()


def _followed(own: Iterable[ast.AST], tracked: frozenset[str]) -> frozenset[str]:
    """The functions inside of which a call may read one of the names, themselves or by others."""
    mentions: dict[str, set[str]] = {}
    for node in own:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                body = body_of(node)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda() as function):
                body = body_of(function)
            case _:
                continue
        parts = (part for item in body for part in walk(item))
        mentions[name] = {part.id for part in parts if isinstance(part, ast.Name)}
    reading: set[str] = set()
    wanted = set(tracked)
    while wanted:
        reading |= wanted
        wanted = {name for name, read in mentions.items() if read & reading} - reading
    return frozenset(reading) & mentions.keys()


def _unbound_by(node: ast.AST) -> Iterable[str]:
    """The names that lose their value in a statement, or at the end of a part of one."""
    if isinstance(node, ast.Delete):
        return (name for target in node.targets for name in target_names(target))
    return names_bound_by(node) if isinstance(node, ast.ExceptHandler) else ()


def _may_be_read_early(body: Sequence[ast.AST], names: frozenset[str]) -> bool:
    """Whether a name is mentioned but behind an import of it in the same block or one around.

    There no path leads past the import, as long as nothing unbinds the name again.
    """
    pending = [(body, names)]
    while pending:
        block, left = pending.pop()
        for node in block:
            if not left:
                break
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                left -= _imported(node)
            elif type(node) in _WITH_BLOCKS:
                pending += [(part, left) for part in _parts(node)]
            elif any(isinstance(part, ast.Name) and part.id in left for part in walk(node)):
                return True
    return False


def _parts(node: ast.AST) -> Iterator[Sequence[ast.AST]]:
    """The blocks that a statement holds, and its expressions, each for itself."""
    for name in CODE_FIELDS[type(node)]:
        value = getattr(node, name)
        if isinstance(value, list):
            yield value
        elif isinstance(value, ast.AST):
            yield [value]


def _imported(node: ast.Import | ast.ImportFrom) -> set[str]:
    return {name for alias in node.names for name in names_bound_by(alias)}


def _tested(own: Iterable[ast.AST]) -> frozenset[str]:
    """The names in the conditions of the code."""
    tests: list[ast.expr] = []
    for node in own:
        if isinstance(node, (ast.If, ast.IfExp, ast.While)):
            tests.append(node.test)
        elif isinstance(node, ast.BoolOp):
            tests += node.values[:-1]
    return frozenset(path for test in tests for path in paths(test))


@dataclass(frozen=True, eq=False)
class _Fact:
    """A test that was found true or false; one for all tests of a function that read the same."""

    text: str
    held: bool
    condition: Condition


_Way = frozenset[_Fact]
"""What is known on one of the paths to a place."""

_ANY_WAY: _Way = frozenset()
_Ways = frozenset[_Way]


class _Facts:
    """The facts of one function. Each is made once: ways are compared often."""

    def __init__(self) -> None:
        self._by_test: dict[tuple[ast.expr, bool], _Fact] = {}
        self._by_text: dict[tuple[str, bool], _Fact] = {}
        self._by_name: dict[str, tuple[ast.Name, ast.Compare]] = {}

    def of_value(self, name: str, value: ast.expr, truth: bool) -> set[_Fact]:
        """What is known of a name that got a value which is always true, or always false."""
        if name not in self._by_name:
            self._by_name[name] = variable(name), is_none(variable(name))
        read, missing = self._by_name[name]
        says_none = isinstance(value, ast.Constant) and value.value is None
        facts = {self.of(read, truth)}
        return facts | {self.of(missing, True)} if says_none else facts

    def of(self, test: ast.expr, held: bool) -> _Fact:
        """What is known when a test was found true or false."""
        made = self._by_test.get((test, held))
        if made is None:
            made = self._by_test[test, held] = self._made(test, held)
        return made

    def _made(self, test: ast.expr, held: bool) -> _Fact:
        test = without_walrus(test)
        while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            test, held = test.operand, not held
        text = canonical(test)
        return self._by_text.setdefault((text, held), _Fact(text, held, Condition(test, held)))


_NO_MEANINGS: Mapping[str, ast.expr] = MappingProxyType({})


class _Missing(State):
    """For each name, the ways that lead to a place without binding it."""

    __slots__ = (
        "importing", "left", "live", "meanings", "takes_all", "takes_name_errors", "ways",
    )  # fmt: skip

    def __init__(
        self, ways: dict[str, _Ways], meanings: Mapping[str, ast.expr] = _NO_MEANINGS
    ) -> None:
        self.ways = ways
        self.meanings = meanings
        """The tests that variables hold the outcome of."""
        self.live = True
        # The rest is for what the handlers of a `try` begin with.
        self.importing: dict[str, _Ways] = {}
        """The ways that lead to the imports in its body."""
        self.left: dict[str, _Ways] = {}
        """Those that lead to a `return` in it: only `finally` meets them."""
        self.takes_all = False
        self.takes_name_errors = False

    def fork(self) -> _Missing:
        copy = _Missing(dict(self.ways), self.meanings)
        copy.live = self.live
        return copy

    def absorb(self, other: _Missing) -> None:
        if other.live:
            _add(self.ways, other.ways)
            self.meanings = {
                name: test
                for name, test in self.meanings.items()
                if other.meanings.get(name) is test
            }
        _add(self.ways, other.left)

    def covers(self, other: _Missing) -> bool:
        return not other.live or (
            all(ways <= self.ways.get(name, frozenset()) for name, ways in other.ways.items())
            and all(other.meanings.get(name) is test for name, test in self.meanings.items())
        )


def _add(to: dict[str, _Ways], more: dict[str, _Ways]) -> None:
    for name, ways in more.items():
        known = to.get(name, frozenset())
        if not ways <= known:
            to[name] = _simplified(known | ways)


def _simplified(ways: _Ways) -> _Ways:
    """The same with fewer words: `x` and `not x` are any way; what is more special goes."""
    if _ANY_WAY in ways:
        return frozenset({_ANY_WAY})
    current: set[_Way] = set()
    pending = list(ways)
    while pending:
        way = pending.pop()
        for other in current:
            joined = _joined(way, other)
            if joined is not None:
                current.remove(other)
                pending.append(joined)
                break
        else:
            current.add(way)
    if len(current) > _MOST_WAYS:
        return frozenset({frozenset.intersection(*current)})
    return frozenset(current)


def _joined(one: _Way, other: _Way) -> _Way | None:
    """One way for two, if they come to that."""
    if len(one) != len(other):
        less, more = (one, other) if len(one) < len(other) else (other, one)
        return less if less <= more else None
    difference = one ^ other
    if len(difference) == 2:
        fact, against = difference
        return one & other if fact.text == against.text else None
    return None if difference else one


class _UnboundFlow(HidingFlow[_Missing]):
    loops_repeat = True

    def __init__(
        self,
        tracked: frozenset[str],
        tested: frozenset[str],
        followed: frozenset[str],
        names: Names,
    ) -> None:
        super().__init__()
        self._tracked = tracked
        self._tested = tested
        self._names = names
        self._found: dict[ast.Name, None] = {}
        self._inner: dict[str, dict[ast.Name, None]] = {}
        """For each name, the reads of it in functions that found it unbound when they were made,
        as long as nothing binds it."""
        self._facts = _Facts()
        self._paths: dict[ast.expr, frozenset[str]] = {}
        """The names and chains of attributes that tests mention."""
        self._followed = followed
        """Names of functions of which a call runs the body here."""
        self._depth = 0
        """How many functions inside are being run."""
        self._functions: dict[str, FunctionNode] = {}
        """Functions that found a name unbound when they were made, by what they are called."""

    def finish(self) -> list[ast.Name]:
        for reads in self._inner.values():
            self._found.update(reads)
        return list(self._found)

    # Reads

    def leave(self, node: ast.AST, state: _Missing) -> None:
        if isinstance(node, ast.Name):
            if not any(node.id in names for names in self._hidden):
                self._read(node, state)
        elif type(node) in _MAY_FAIL:
            if isinstance(node, ast.Call):
                self._call(node, state)
            elif isinstance(node, ast.Await) and isinstance(node.value, ast.Call):
                self._run_inside(node.value, state, awaited=True)
            self.fail(state)

    def _read(self, name: ast.Name, state: _Missing) -> None:
        if not self._is_missing(name.id, state):
            return
        if self._is_expected():
            self.fail(state)
            state.ways[name.id] = frozenset()
        else:
            self._found[name] = None

    def _is_missing(self, name: str, state: _Missing) -> bool:
        return state.live and bool(state.ways.get(name))

    def _is_expected(self) -> bool:
        """Whether a handler waits for the name to be unbound."""
        return any(attempt.takes_name_errors for attempt in self.failing)

    def _call(self, node: ast.Call, state: _Missing) -> None:
        self._run_inside(node, state, awaited=False)
        if isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
            self._forget(dotted_name(node.func.value), state)
        if self._names.never_returns(node):
            state.live = False

    def _run_inside(self, call: ast.Call, state: _Missing, *, awaited: bool) -> None:
        """A call by name runs the body of a function that stands inside."""
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        function = self._functions.get(name)
        if function is None or self._depth > _CALL_DEPTH:
            return
        if isinstance(function, ast.AsyncFunctionDef) is not awaited:
            return
        own = self._names.local_names(function)
        inside = copy(self)
        inside._loops, inside._hidden = [], []
        inside._tracked, inside._followed = self._tracked - own, frozenset()
        inside._functions = {
            known: other
            for known, other in self._functions.items()
            if known not in own and other is not function
        }
        entered = state.fork()
        for hidden in own:
            inside._forget(hidden, entered)
        inside._depth += 1
        if isinstance(function, ast.Lambda):
            inside.expression(function.body, entered)
        else:
            inside.run(function.body, entered)

    def enter_function(self, node: FunctionNode, state: _Missing) -> None:
        for read in _reads_in(node, self._names):
            if read.id in self._tracked and self._is_missing(read.id, state):
                self._inner.setdefault(read.id, {})[read] = None

    def enter_class(self, node: ast.ClassDef, state: _Missing) -> None:
        inside = _ReadFlow()
        inside.run(node.body, _Nothing())
        own = bound_names(node.body).names
        for read in inside.reads:
            if read.id in self._tracked - own:
                self._read(read, state)
        for scope in inside.scopes:
            if isinstance(scope, ast.ClassDef):
                self.enter_class(scope, state)
            else:
                self.enter_function(scope, state)

    # Bindings

    def bind(self, name: str, binder: ast.AST, value: ast.AST | None, state: _Missing) -> None:
        self._bound(name, state)
        early = any(self._is_missing(tracked, state) for tracked in self._tracked)
        if early and name in self._followed and _runs_when_called(value):
            self._functions[name] = value
        if not isinstance(value, ast.expr) or name not in self._tested:
            return
        truth = constant(value)
        if truth is None:
            if isinstance(value, _TESTS) and name not in self._mentioned(value):
                state.meanings = {**state.meanings, name: value}
            return
        facts = self._facts.of_value(name, value, truth)
        for tracked, ways in state.ways.items():
            state.ways[tracked] = frozenset(way | facts for way in ways)

    def _bound(self, name: str, state: _Missing) -> None:
        self._forget(name, state)
        if name in self._tracked:
            state.ways[name] = frozenset()
            if state.live:
                self._inner.pop(name, None)

    def bind_place(self, target: ast.expr, value: ast.expr | None, state: _Missing) -> None:
        while isinstance(target, ast.Subscript):
            target = target.value
        self._forget(dotted_name(target), state)

    def bind_import(self, node: ast.Import | ast.ImportFrom, state: _Missing) -> None:
        for attempt in self._attempts(state):
            _add(attempt.importing, state.ways)
        for alias in node.names:
            for name in names_bound_by(alias):
                self._bound(name, state)

    def unbind(self, name: str, node: ast.AST, state: _Missing) -> None:
        self._forget(name, state)
        if name in self._tracked:
            if isinstance(node, ast.Name):  # a handler's end does not mind that it is unbound
                self._read(node, state)
            state.ways[name] = frozenset({_ANY_WAY})

    def bind_comprehension(self, target: ast.expr, state: _Missing) -> None:
        for name in target_names(target):
            self._forget(name, state)

    def _forget(self, path: str | None, state: _Missing) -> None:
        """What was said about the old value of a name says nothing about the new one."""
        for name, ways in state.ways.items():
            kept = frozenset(self._without(path, way, state) for way in ways)
            if kept != ways:
                state.ways[name] = _simplified(kept)
        kept_meanings = {
            name: test
            for name, test in state.meanings.items()
            if path != name and path not in self._mentioned(test)
        }
        if len(kept_meanings) < len(state.meanings):
            state.meanings = kept_meanings

    def _mentioned(self, test: ast.expr) -> frozenset[str]:
        if test not in self._paths:
            self._paths[test] = paths(test)
        return self._paths[test]

    def _without(self, path: str | None, way: _Way, state: _Missing) -> _Way:
        """What is known on a way but for a name; `a and b` without `a` leaves `b`."""
        if not any(path in known.paths for known in self._conditions(way, state)):
            return way
        parts = (part for known in self._conditions(way, state) for part in known.parts())
        untouched = {fact for fact in way if path not in fact.condition.paths}
        return frozenset(untouched) | {
            self._facts.of(part.test, part.held) for part in parts if path not in part.paths
        }

    def _conditions(self, facts: Iterable[_Fact], state: _Missing) -> Iterator[Condition]:
        """What facts say, with that of tests which variables hold the outcome of."""
        for fact in facts:
            yield fact.condition
            for part in fact.condition.parts() if state.meanings else ():
                if isinstance(part.test, ast.Name) and part.test.id in state.meanings:
                    yield self._facts.of(state.meanings[part.test.id], part.held).condition

    # Paths

    def assume(self, test: ast.expr, held: bool, state: _Missing) -> None:
        truth = constant(test)
        if truth is not None:
            state.live = state.live and truth is held
            return
        if not any(state.ways.values()):
            return
        bound = _asked_for(test)
        if bound is not None and bound[1] is held and bound[0] in self._tracked:
            state.ways[bound[0]] = frozenset()
        fact = self._facts.of(test, held)
        asked = list(self._conditions([fact], state))
        for name, ways in state.ways.items():
            state.ways[name] = frozenset(
                way | {fact}
                for way in ways
                if not exclude(list(self._conditions(way, state)), asked)
            )

    def begin_try(self, caught: Sequence[Sequence[ast.expr]], state: _Missing) -> _Missing:
        attempt = _Missing({})
        attempt.live = False  # nothing has failed yet
        listed = [{last_name(kind) for kind in kinds} for kinds in caught]
        attempt.takes_all = any(not kinds or kinds & _ALL_ERRORS for kinds in listed)
        attempt.takes_name_errors = any(kinds & _NAME_ERRORS for kinds in listed)
        return attempt

    def begin_handler(self, caught: Sequence[ast.expr], failed: _Missing) -> _Missing:
        state = _Missing(dict(failed.ways))
        expects_import_error = any(last_name(kind) in IMPORT_ERRORS for kind in caught)
        if expects_import_error or not failed.live:
            _add(state.ways, failed.importing)
        return state

    def swallowed_by(self, manager: ast.expr) -> Sequence[ast.expr]:
        return swallowed_by(manager, self._names)

    def fail(self, state: _Missing) -> None:
        for attempt in self._attempts(state):
            _add(attempt.ways, state.ways)
            attempt.live = True

    def leave_scope(self, state: _Missing) -> None:
        for attempt in self.failing if state.live else ():
            _add(attempt.left, state.ways)

    def _attempts(self, state: _Missing) -> list[_Missing]:
        """The `try` statements that an exception raised here may get to."""
        reached: list[_Missing] = []
        for attempt in reversed(self.failing) if state.live else ():
            reached.append(attempt)
            if attempt.takes_all:
                break
        return reached


def _asked_for(test: ast.expr) -> tuple[str, bool] | None:
    """The name of which a test says whether it is bound: `"x" in locals()`; and when it is."""
    match test:
        case ast.Compare(
            left=ast.Constant(value=str(name)),
            ops=[ast.In() | ast.NotIn() as sign],
            comparators=[
                ast.Call(func=ast.Name(id="locals" | "vars" | "dir"), args=[], keywords=[])
            ],
        ):
            return name, isinstance(sign, ast.In)
    return None


# Reads in functions inside


class _Nothing(State):
    """No facts."""

    def fork(self) -> _Nothing:
        return self

    def absorb(self, other: _Nothing) -> None:
        pass

    def covers(self, other: _Nothing) -> bool:
        return True


class _ReadFlow(HidingFlow[_Nothing]):
    """Collects the names that the code of one scope reads, and the scopes in it."""

    loops_repeat = False

    def __init__(self) -> None:
        super().__init__()
        self.reads: list[ast.Name] = []
        self.scopes: list[FunctionNode | ast.ClassDef] = []

    def leave(self, node: ast.AST, state: _Nothing) -> None:
        if isinstance(node, ast.Name) and not any(node.id in names for names in self._hidden):
            self.reads.append(node)

    def enter_function(self, node: FunctionNode, state: _Nothing) -> None:
        self.scopes.append(node)

    def enter_class(self, node: ast.ClassDef, state: _Nothing) -> None:
        self.scopes.append(node)


def _reads_in(scope: FunctionNode | ast.ClassDef, names: Names) -> list[ast.Name]:
    """The reads of names from outside in a function or class, and in the scopes in it."""
    flow = _ReadFlow()
    if isinstance(scope, ast.Lambda):
        flow.expression(scope.body, _Nothing())
    else:
        flow.run(scope.body, _Nothing())
    bound = bound_names(body_of(scope))
    own = bound.names | bound.globals
    inner = [read for item in flow.scopes for read in _reads_in(item, names)]
    if isinstance(scope, ast.ClassDef):
        return [*(read for read in flow.reads if read.id not in own), *inner]
    own |= names.local_names(scope)
    return list(dict.fromkeys(read for read in [*flow.reads, *inner] if read.id not in own))


def _runs_when_called(node: ast.AST | None) -> TypeGuard[FunctionNode]:
    """Whether a call runs the body and nothing else: not of generators and what is decorated."""
    if not isinstance(node, FUNCTION_NODES):
        return False
    if any(isinstance(inner, (ast.Yield, ast.YieldFrom)) for inner in own_nodes(body_of(node))):
        return False
    return isinstance(node, ast.Lambda) or not node.decorator_list
