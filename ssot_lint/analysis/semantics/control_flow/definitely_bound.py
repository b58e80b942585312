"""Where a local name is read although it may not be bound yet.

Python raises UnboundLocalError there. Only what a reader would agree on counts: conditions that
exclude each other are heeded, and an import is taken to succeed unless a handler expects that it
fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeGuard

import libcst as cst

from ssot_lint.analysis.semantics.control_flow.conditions import (
    Condition,
    constant,
    exclude,
    paths,
    without_walrus,
)
from ssot_lint.analysis.semantics.control_flow.hidden_names import HidingFlow
from ssot_lint.analysis.semantics.control_flow.walk import State, all_params
from ssot_lint.analysis.semantics.known_functions import MUTATORS
from ssot_lint.analysis.semantics.names import Names, swallowed_by
from ssot_lint.analysis.semantics.scopes import (
    FunctionNode,
    bound_names,
    bound_once,
    imported_names,
    target_names,
    type_parameters,
)
from ssot_lint.analysis.syntax.libcst_nodes import (
    access_path,
    canonical,
    children,
    last_name,
    statements,
    walk,
)

IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError"})
_NAME_ERRORS = frozenset({"NameError", "UnboundLocalError"})
_ALL_ERRORS = frozenset({"Exception", "BaseException"})
# What may raise an exception. Names and tests for identity do not in code that makes sense.
_MAY_FAIL = frozenset({
    cst.Attribute, cst.Await, cst.BinaryOperation, cst.Call, cst.Subscript, cst.Yield,
})  # fmt: skip
# Tests that a variable may hold the outcome of.
_TESTS = (cst.BooleanOperation, cst.Comparison, cst.UnaryOperation)
# Of more ways than this that lead to a place, only what they have in common is kept.
_MOST_WAYS = 16
# What holds statements that run one after the other, or parts that do.
_WITH_BLOCKS = frozenset({
    cst.Else, cst.ExceptHandler, cst.ExceptStarHandler, cst.Finally, cst.For, cst.If,
    cst.IndentedBlock, cst.Match, cst.MatchCase, cst.SimpleStatementSuite, cst.Try, cst.TryStar,
    cst.While, cst.With,
})  # fmt: skip
# Functions inside that call each other are followed as far as people write them.
_CALL_DEPTH = 3


def unbound_reads(function: cst.FunctionDef, wanted: Iterable[str], names: Names) -> list[cst.Name]:
    """Reads of the local names that fail on a path through the function, in order.

    Those in functions inside it, too, when nothing binds the name once they exist.
    """
    inside = list(statements(function.body))
    sharing = (node for node in inside if type(node) is cst.Nonlocal)
    afar = {item.name.value for node in sharing for item in node.names}
    tracked = (frozenset(wanted) & names.local_names(function)) - afar
    if not tracked:
        return []
    bound = {param.name.value for param in all_params(function.params)} | type_parameters(function)
    lost = {name for node in inside for name in _unbound_by(node)}
    if tracked.isdisjoint(lost) and not _may_be_read_early(function.body, tracked - bound):
        return []
    own = list(walk(function.body, into_scopes=False))
    # A call runs only those whose name is bound in one place.
    followed = (_followed(own, tracked) & bound_once(function.body.body)) - bound - afar
    flow = _UnboundFlow(tracked, _tested(own), followed, names)
    nowhere = {name: frozenset({_ANY_WAY}) for name in tracked - bound}
    flow.run(function.body.body, _Missing(nowhere))
    return flow.finish()


def _followed(own: Iterable[cst.CSTNode], tracked: frozenset[str]) -> frozenset[str]:
    """The functions inside of which a call may read one of the names, themselves or by others."""
    mentions: dict[str, set[str]] = {}
    for node in own:
        if type(node) is not cst.FunctionDef and type(node) is not cst.Assign:
            continue
        match node:
            case cst.FunctionDef(name=cst.Name(value=name), body=body):
                pass
            case cst.Assign(
                targets=[cst.AssignTarget(target=cst.Name(value=name))],
                value=cst.Lambda(body=body),
            ):
                pass
            case _:
                continue
        mentions[name] = {part.value for part in walk(body) if type(part) is cst.Name}
    reading: set[str] = set()
    wanted = set(tracked)
    while wanted:
        reading |= wanted
        wanted = {name for name, read in mentions.items() if read & reading} - reading
    return frozenset(reading) & mentions.keys()


def _unbound_by(node: cst.CSTNode) -> Iterable[str]:
    """The names that lose their value in a statement, or at the end of a part of one."""
    if type(node) is cst.Del:
        return target_names(node.target)
    if type(node) is cst.ExceptHandler or type(node) is cst.ExceptStarHandler:
        return target_names(node.name.name) if node.name is not None else ()
    return ()


def _may_be_read_early(part: cst.CSTNode, names: frozenset[str]) -> bool:
    """Whether a name is mentioned but behind an import of it in the same block or one around.

    There no path leads past the import, as long as nothing unbinds the name again.
    """
    for inner in children(part):
        for small in inner.body if type(inner) is cst.SimpleStatementLine else (inner,):
            if not names:
                return False
            if type(small) is cst.Import or type(small) is cst.ImportFrom:
                names -= imported_names(small)
            elif type(small) in _WITH_BLOCKS:
                if _may_be_read_early(small, names):
                    return True
            elif any(type(node) is cst.Name and node.value in names for node in walk(small)):
                return True
    return False


def _tested(own: Iterable[cst.CSTNode]) -> frozenset[str]:
    """The names in the conditions of the code."""
    tests: list[cst.CSTNode] = []
    for node in own:
        if type(node) is cst.If or type(node) is cst.IfExp or type(node) is cst.While:
            tests.append(node.test)
        elif type(node) is cst.BooleanOperation:
            tests.append(node.left)
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
        self._by_test: dict[tuple[cst.BaseExpression, bool], _Fact] = {}
        self._by_text: dict[tuple[str, bool], _Fact] = {}

    def of(self, test: cst.BaseExpression, held: bool) -> _Fact:
        """What is known when a test was found true or false."""
        made = self._by_test.get((test, held))
        if made is None:
            made = self._by_test[test, held] = self._made(test, held)
        return made

    def _made(self, test: cst.BaseExpression, held: bool) -> _Fact:
        test = without_walrus(test)
        while isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
            test, held = test.expression, not held
        text = canonical(test)
        return self._by_text.setdefault((text, held), _Fact(text, held, Condition(test, held)))


_NO_MEANINGS: Mapping[str, cst.BaseExpression] = MappingProxyType({})


class _Missing(State):
    """For each name, the ways that lead to a place without binding it."""

    __slots__ = (
        "importing", "left", "live", "meanings", "takes_all", "takes_name_errors", "ways",
    )  # fmt: skip

    def __init__(
        self, ways: dict[str, _Ways], meanings: Mapping[str, cst.BaseExpression] = _NO_MEANINGS
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
        self._found: dict[cst.Name, None] = {}
        self._inner: dict[str, dict[cst.Name, None]] = {}
        """For each name, the reads of it in functions that found it unbound when they were made,
        as long as nothing binds it."""
        self._facts = _Facts()
        self._paths: dict[cst.BaseExpression, frozenset[str]] = {}
        """The names and chains of attributes that tests mention."""
        self._followed = followed
        """Names of functions of which a call runs the body here."""
        self._depth = 0
        """How many functions inside are being run."""
        self._functions: dict[str, FunctionNode] = {}
        """Functions that found a name unbound when they were made, by what they are called."""

    def finish(self) -> list[cst.Name]:
        for reads in self._inner.values():
            self._found.update(reads)
        return list(self._found)

    # Reads

    def leave(self, node: cst.CSTNode, state: _Missing) -> None:
        # Not isinstance: libcst's nodes are abstract base classes, for which it is slow.
        if type(node) is cst.Name:
            if not any(node.value in names for names in self._hidden):
                self._read(node, state)
        elif type(node) in _MAY_FAIL:
            if type(node) is cst.Call:
                self._call(node, state)
            elif type(node) is cst.Await and isinstance(node.expression, cst.Call):
                self._run_inside(node.expression, state, awaited=True)
            self.fail(state)

    def _read(self, name: cst.Name, state: _Missing) -> None:
        if not self._is_missing(name.value, state):
            return
        if self._is_expected():
            self.fail(state)
            state.ways[name.value] = frozenset()
        else:
            self._found[name] = None

    def _is_missing(self, name: str, state: _Missing) -> bool:
        return state.live and bool(state.ways.get(name))

    def _is_expected(self) -> bool:
        """Whether a handler waits for the name to be unbound."""
        return any(attempt.takes_name_errors for attempt in self.failing)

    def _call(self, node: cst.Call, state: _Missing) -> None:
        self._run_inside(node, state, awaited=False)
        if isinstance(node.func, cst.Attribute) and node.func.attr.value in MUTATORS:
            self._forget(access_path(node.func.value), state)
        if self._names.never_returns(node):
            state.live = False

    def _run_inside(self, call: cst.Call, state: _Missing, *, awaited: bool) -> None:
        """A call by name runs the body of a function that stands inside."""
        name = call.func.value if isinstance(call.func, cst.Name) else ""
        function = self._functions.get(name)
        if function is None or _is_async(function) is not awaited or self._depth > _CALL_DEPTH:
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
        if isinstance(function, cst.Lambda):
            inside.expression(function.body, entered)
        else:
            inside.run(function.body.body, entered)

    def enter_function(self, node: FunctionNode, state: _Missing) -> None:
        for read in _reads_in(node, self._names):
            if read.value in self._tracked and self._is_missing(read.value, state):
                self._inner.setdefault(read.value, {})[read] = None

    def enter_class(self, node: cst.ClassDef, state: _Missing) -> None:
        inside = _ReadFlow()
        inside.run(node.body.body, _Nothing())
        own = bound_names(node.body.body).names
        for read in inside.reads:
            if read.value in self._tracked - own:
                self._read(read, state)
        for function in inside.functions:
            if isinstance(function, cst.ClassDef):
                self.enter_class(function, state)
            else:
                reads = _reads_in(function, self._names)
                for read in reads:
                    if read.value in self._tracked and self._is_missing(read.value, state):
                        self._inner.setdefault(read.value, {})[read] = None

    # Bindings

    def bind(self, name: cst.Name, value: cst.CSTNode | None, state: _Missing) -> None:
        self._bound(name.value, state)
        early = any(self._is_missing(tracked, state) for tracked in self._tracked)
        if early and name.value in self._followed and _runs_when_called(value):
            self._functions[name.value] = value
        if not isinstance(value, cst.BaseExpression) or name.value not in self._tested:
            return
        truth = constant(value)
        if truth is None:
            if isinstance(value, _TESTS) and name.value not in self._mentioned(value):
                state.meanings = {**state.meanings, name.value: value}
            return
        facts = {self._facts.of(name, truth)}
        if isinstance(value, cst.Name) and value.value == "None":
            facts.add(self._facts.of(_is_none(name), True))
        for tracked, ways in state.ways.items():
            state.ways[tracked] = frozenset(way | facts for way in ways)

    def _bound(self, name: str, state: _Missing) -> None:
        self._forget(name, state)
        if name in self._tracked:
            state.ways[name] = frozenset()
            if state.live:
                self._inner.pop(name, None)

    def bind_place(self, target: cst.CSTNode, value: cst.CSTNode | None, state: _Missing) -> None:
        while isinstance(target, cst.Subscript):
            target = target.value
        self._forget(access_path(target), state)

    def bind_import(self, node: cst.Import | cst.ImportFrom, state: _Missing) -> None:
        for attempt in self._attempts(state):
            _add(attempt.importing, state.ways)
        if isinstance(node.names, cst.ImportStar):
            return
        for alias in node.names:
            name = alias.evaluated_name
            if isinstance(node, cst.Import):
                name = name.partition(".")[0]
            self._bound(alias.evaluated_alias or name, state)

    def unbind(self, name: cst.Name, state: _Missing) -> None:
        self._forget(name.value, state)
        if name.value in self._tracked:
            self._read(name, state)
            state.ways[name.value] = frozenset({_ANY_WAY})

    def bind_comprehension(self, target: cst.CSTNode, state: _Missing) -> None:
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

    def _mentioned(self, test: cst.BaseExpression) -> frozenset[str]:
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
                if isinstance(part.test, cst.Name) and part.test.value in state.meanings:
                    yield self._facts.of(state.meanings[part.test.value], part.held).condition

    # Paths

    def assume(self, test: cst.BaseExpression, held: bool, state: _Missing) -> None:
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

    def begin_try(
        self, caught: Sequence[Sequence[cst.BaseExpression]], state: _Missing
    ) -> _Missing:
        attempt = _Missing({})
        attempt.live = False  # nothing has failed yet
        listed = [{last_name(kind) for kind in kinds} for kinds in caught]
        attempt.takes_all = any(not kinds or kinds & _ALL_ERRORS for kinds in listed)
        attempt.takes_name_errors = any(kinds & _NAME_ERRORS for kinds in listed)
        return attempt

    def begin_handler(self, caught: Sequence[cst.BaseExpression], failed: _Missing) -> _Missing:
        state = _Missing(dict(failed.ways))
        expects_import_error = any(last_name(kind) in IMPORT_ERRORS for kind in caught)
        if expects_import_error or not failed.live:
            _add(state.ways, failed.importing)
        return state

    def swallowed_by(self, manager: cst.BaseExpression) -> Sequence[cst.BaseExpression]:
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


def _is_none(name: cst.Name) -> cst.Comparison:
    return cst.Comparison(name, [cst.ComparisonTarget(cst.Is(), cst.Name("None"))])


def _asked_for(test: cst.BaseExpression) -> tuple[str, bool] | None:
    """The name of which a test says whether it is bound: `"x" in locals()`; and when it is."""
    match test:
        case cst.Comparison(
            left=cst.SimpleString() as name,
            comparisons=[
                cst.ComparisonTarget(
                    operator=cst.In() | cst.NotIn() as sign,
                    comparator=cst.Call(func=cst.Name("locals" | "vars" | "dir"), args=[]),
                )
            ],
        ):
            return str(name.evaluated_value), isinstance(sign, cst.In)
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
        self.reads: list[cst.Name] = []
        self.functions: list[FunctionNode | cst.ClassDef] = []

    def leave(self, node: cst.CSTNode, state: _Nothing) -> None:
        if isinstance(node, cst.Name) and not any(node.value in names for names in self._hidden):
            self.reads.append(node)

    def enter_function(self, node: FunctionNode, state: _Nothing) -> None:
        self.functions.append(node)

    def enter_class(self, node: cst.ClassDef, state: _Nothing) -> None:
        self.functions.append(node)


def _reads_in(scope: FunctionNode | cst.ClassDef, names: Names) -> list[cst.Name]:
    """The reads of names from outside in a function or class, and in the scopes in it."""
    flow = _ReadFlow()
    if isinstance(scope, cst.Lambda):
        flow.expression(scope.body, _Nothing())
        body: Sequence[cst.CSTNode] = [scope.body]
    else:
        body = scope.body.body
        flow.run(body, _Nothing())
    bound = bound_names(body)
    own = bound.names | bound.globals
    if isinstance(scope, cst.ClassDef):
        direct = [read for read in flow.reads if read.value not in own]
        return [*direct, *(r for inner in flow.functions for r in _reads_in(inner, names))]
    own |= names.local_names(scope)
    reads = [*flow.reads, *(r for inner in flow.functions for r in _reads_in(inner, names))]
    return list(dict.fromkeys(read for read in reads if read.value not in own))


def _runs_when_called(node: cst.CSTNode | None) -> TypeGuard[FunctionNode]:
    """Whether a call runs the body and nothing else: not of generators and what is decorated."""
    if not isinstance(node, (cst.FunctionDef, cst.Lambda)):
        return False
    yields = any(isinstance(inner, cst.Yield) for inner in walk(node.body, into_scopes=False))
    return not yields and not (isinstance(node, cst.FunctionDef) and node.decorators)


def _is_async(node: FunctionNode) -> bool:
    return isinstance(node, cst.FunctionDef) and node.asynchronous is not None
