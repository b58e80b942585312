"""Walks the code of one scope in the order in which it runs, branch by branch.

A client keeps its facts in a State. The walk forks the state where paths part, merges it where
they meet, and marks it as not live behind `return`, `raise`, `break` and `continue`.
"""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar

from ssot_lint.analysis.semantics.bindings import Comprehension
from ssot_lint.analysis.syntax.parsing import (
    TRIES,
    TYPE_ALIASES,
    Function,
    annotation_metadata,
    children,
    defaults,
    names_bound_by,
    parameters,
)

Loop: TypeAlias = ast.For | ast.AsyncFor | ast.While


class State(ABC):
    """What is known at one point of the code. Changed in place along a straight line."""

    live: bool = True

    @abstractmethod
    def fork(self: S) -> S:
        """A copy that can go its own way."""

    @abstractmethod
    def absorb(self: S, other: S) -> None:
        """Add what may also be the case, coming from another path."""

    @abstractmethod
    def covers(self: S, other: S) -> bool:
        """Whether absorbing `other` would add nothing."""


S = TypeVar("S", bound=State)

# Rounds of a loop after the first, for values that are handed from name to name; by how many
# loops are around it.
_ROUNDS = (4, 2, 1, 1, 1, 0)
# A `finally` is walked for the paths that leave and for those that go on; nested deeper than
# this, which no person writes, once for both.
_FINALLY_DEPTH = 4


@dataclass
class Guard:
    """A test that was found true or false on the way to the current place.

    `stale` says that a name in it has got another value since. Clients set it.
    """

    test: ast.expr
    held: bool
    stale: bool = False


class Flow(ABC, Generic[S]):
    """The walk. Subclasses take what they need from the hooks at the end."""

    loops_repeat: ClassVar[bool]
    """Whether a loop's body may find what an earlier round of it had done."""

    def __init__(self) -> None:
        self._loops: list[tuple[list[S], list[S]]] = []
        self._finally_depth = 0
        self.failing: list[S] = []
        """For each `try` around the current place, what its handlers begin with.

        As it was before the `try`; a client adds what the body does before it may fail.
        """
        self.guards: list[Guard] = []
        """The tests that led to the current place."""

    def run(self, body: Iterable[ast.stmt], state: S, *, at_top: bool = False) -> S:
        """Walk statements. `at_top` is for modules and class bodies.

        There a statement that ends the run does not make what follows unreachable: who wrote it
        below `sys.exit()` or a `raise` wants it looked at all the same.
        """
        for statement in body:
            if at_top:
                state.live = True
            state = self.statement(statement, state)
        return state

    # Statements

    def statement(self, node: ast.stmt, state: S) -> S:
        handler = _STATEMENTS.get(type(node))
        if handler is not None:
            result: S = handler(self, node, state)
            return result
        return self._parts(children(node), state)

    def _assign(self, node: ast.Assign, state: S) -> S:
        state = self.expression(node.value, state)
        for target in node.targets:
            state = self._target(target, node.value, state)
        return state

    def _ann_assign(self, node: ast.AnnAssign, state: S) -> S:
        state = self._annotation(node.annotation, state)
        if node.value is not None:
            state = self.expression(node.value, state)
            state = self._target(node.target, node.value, state)
        elif not isinstance(node.target, ast.Name):
            state = self._parts(children(node.target), state)
        self.declare(node, state)
        return state

    def _annotation(self, node: ast.expr | None, state: S) -> S:
        """Types are not walked; what `Annotated` carries beside the type is."""
        return self._parts(annotation_metadata(node), state) if node is not None else state

    def _aug_assign(self, node: ast.AugAssign, state: S) -> S:
        state = self.expression(node.target, state)
        state = self.expression(node.value, state)
        return self._target(node.target, None, state)

    def _delete(self, node: ast.Delete, state: S) -> S:
        for target in node.targets:
            state = self._unbind(target, state)
        return state

    def _unbind(self, target: ast.expr, state: S) -> S:
        if isinstance(target, (ast.Tuple, ast.List)):
            for element in target.elts:
                state = self._unbind(element, state)
        elif isinstance(target, ast.Name):
            self.unbind(target.id, target, state)
        else:
            state = self._parts(children(target), state)
        return state

    def _import(self, node: ast.Import | ast.ImportFrom, state: S) -> S:
        self.bind_import(node, state)
        return state

    def _return(self, node: ast.Return, state: S) -> S:
        return self._end(node, state)

    def _raise(self, node: ast.Raise, state: S) -> S:
        self.fail(state)
        return self._end(node, state)

    def _end(self, node: ast.Return | ast.Raise, state: S) -> S:
        state = self._parts(children(node), state)
        self.leave_scope(state)
        state.live = False
        return state

    def _break(self, node: ast.Break, state: S) -> S:
        return self._jump(0, state)

    def _continue(self, node: ast.Continue, state: S) -> S:
        return self._jump(1, state)

    def _jump(self, which: int, state: S) -> S:
        if self._loops:
            self._loops[-1][which].append(state.fork())
        state.live = False
        return state

    def _assert(self, node: ast.Assert, state: S) -> S:
        state = self.expression(node.test, state)
        failed = self._given(node.test, False, state)
        if node.msg is not None:
            failed = self.expression(node.msg, failed)
        self.fail(failed)
        self.assume(node.test, True, state)
        state.live = state.live and not _always_false(node.test)
        return state

    def _if(self, node: ast.If, state: S) -> S:
        outs: list[S] = []
        depth = len(self.guards)
        orelse: list[ast.stmt] = [node]
        # Not by calls: the arms of an `elif` lie as deep as the chain is long.
        while len(orelse) == 1 and isinstance(arm := orelse[0], ast.If):
            state = self.expression(arm.test, state)
            self.guards.append(Guard(arm.test, True))
            outs.append(self.run(arm.body, self._given(arm.test, True, state)))
            self.guards[-1] = Guard(arm.test, False)
            self.assume(arm.test, False, state)
            orelse = arm.orelse
        state = self.run(orelse, state)
        del self.guards[depth:]
        return _merge([*outs, state])

    def _given(self, test: ast.expr, held: bool, state: S) -> S:
        """The path on which a test was found true or false."""
        path = state.fork()
        self.assume(test, held, path)
        return path

    def _while(self, node: ast.While, state: S) -> S:
        return self._loop(node, state, may_end=not _always_true(node.test))

    def _for(self, node: ast.For | ast.AsyncFor, state: S) -> S:
        return self._loop(node, self.expression(node.iter, state), may_end=True)

    def _loop(self, node: Loop, state: S, *, may_end: bool) -> S:
        never_entered, back, breaks = self._round(node, state.fork())
        for _ in range(self._more_rounds()):
            if state.covers(back):
                break
            state.absorb(back)
            never_entered, back, breaks = self._round(node, state.fork())
        if isinstance(node, ast.While):
            back = self._given(node.test, False, back)
        after = _merge([never_entered, back])
        after.live = after.live and may_end
        after = self.run(node.orelse, after)
        return _merge([after, *breaks])

    def _more_rounds(self) -> int:
        """How often to go round again at most: less in nested loops, where rounds multiply."""
        depth = min(len(self._loops), len(_ROUNDS) - 1)
        return _ROUNDS[depth] if self.loops_repeat else 0

    def _round(self, node: Loop, state: S) -> tuple[S, S, list[S]]:
        """One round: the states when it was not begun, at its end, and at its `break`s."""
        breaks: list[S] = []
        continues: list[S] = []
        if isinstance(node, ast.While):
            state = self.expression(node.test, state)
        # A `for` goes round when there is something in what it iterates over.
        test = node.test if isinstance(node, ast.While) else node.iter
        not_begun = self._given(test, False, state)
        self.assume(test, True, state)
        if not isinstance(node, ast.While):
            state = self._target(node.target, None, state)
        self._loops.append((breaks, continues))
        self.enter_body(node, state)
        state = self.run(node.body, state)
        self._loops.pop()
        return not_begun, _merge([state, *continues]), breaks

    def _try(self, node: ast.Try, state: S) -> S:
        marks = [(jumps, len(jumps)) for loop in self._loops for jumps in loop]
        caught = [_elements_of(handler.type) for handler in node.handlers]
        self.failing.append(self.begin_try(caught, state))
        state = self.run(node.body, state)
        failed = self.failing.pop()
        late: list[S] = []
        outs: list[S] = []
        for handler in node.handlers:
            begin = self.begin_handler(_elements_of(handler.type), failed)
            outs.append(self._in_try(partial(self._handler, handler), begin, late, node))
        outs.insert(0, self._in_try(partial(self.run, node.orelse), state, late, node))
        merged = _merge([out.fork() for out in outs])
        if not node.finalbody:
            return merged
        if self._finally_depth > _FINALLY_DEPTH:
            return self.run(node.finalbody, merged)
        self._finally_depth += 1
        for jumps, before in marks:
            jumps[before:] = [self.run(node.finalbody, jump) for jump in jumps[before:]]
        merged = self._finally(node.finalbody, [*outs, failed, *late], merged)
        self._finally_depth -= 1
        return merged

    def _in_try(self, walk: Callable[[S], S], state: S, late: list[S], node: ast.Try) -> S:
        """Walk a handler or an `else`, and note what `finally` finds where that fails half-way."""
        if not node.finalbody:
            return walk(state)
        self.failing.append(self.begin_try((), state))
        state = walk(state)
        late.append(self.failing.pop())
        return state

    def _handler(self, node: ast.ExceptHandler, state: S) -> S:
        if node.type is not None:
            state = self.expression(node.type, state)
        if node.name is not None:
            self.bind(node.name, node, None, state)
        state = self.run(node.body, state)
        if node.name is not None:
            self.unbind(node.name, node, state)
        return state

    def _finally(self, body: list[ast.stmt], ways_in: list[S], merged: S) -> S:
        # It runs on the paths that leave the function too; those do not go on behind it.
        leaving = ways_in[0].fork()
        leaving.live = True
        for other in ways_in[1:]:
            leaving.absorb(other)
        self.run(body, leaving)
        return self.run(body, merged)

    def _with(self, node: ast.With | ast.AsyncWith, state: S) -> S:
        for item in node.items:
            state = self.expression(item.context_expr, state)
            if item.optional_vars is not None:
                state = self._target(item.optional_vars, None, state)
        self.enter_body(node, state)
        managers = [item.context_expr for item in node.items]
        swallowed = [types for manager in managers if (types := self.swallowed_by(manager))]
        if not swallowed:
            return self.run(node.body, state)
        self.failing.append(self.begin_try(swallowed, state))
        state = self.run(node.body, state)
        failed = self.failing.pop()
        return _merge([state, *(self.begin_handler(types, failed) for types in swallowed)])

    def _match(self, node: ast.Match, state: S) -> S:
        state = self.expression(node.subject, state)
        outs: list[S] = []
        for case in node.cases:
            inside = state.fork()
            self._pattern(case.pattern, inside)
            if case.guard is not None:
                inside = self.expression(case.guard, inside)
                state.absorb(inside)
            outs.append(self.run(case.body, inside))
            if case.guard is None and _matches_all(case.pattern):
                return _merge(outs)
        return _merge([*outs, state])

    def _pattern(self, node: ast.pattern, state: S) -> None:
        for part in children(node):
            if isinstance(part, ast.pattern):
                self._pattern(part, state)
            else:
                self.expression(part, state)
        for name in names_bound_by(node):
            self.bind(name, node, None, state)

    def _function(self, node: Function, state: S) -> S:
        state = self._parts(node.decorator_list, state)
        state = self._defaults(node.args, state)
        for annotation in (*(p.annotation for p in parameters(node.args)), node.returns):
            state = self._annotation(annotation, state)
        self.enter_function(node, state)
        self.bind(node.name, node, node, state)
        return state

    def _class(self, node: ast.ClassDef, state: S) -> S:
        state = self._parts((*node.decorator_list, *node.bases, *node.keywords), state)
        self.enter_class(node, state)
        self.bind(node.name, node, node, state)
        return state

    def _type_alias(self, node: Any, state: S) -> S:
        self.bind(node.name.id, node.name, None, state)
        return state

    def _skip(self, node: ast.stmt, state: S) -> S:
        return state

    # Expressions

    def expression(self, node: ast.AST, state: S) -> S:
        """Walk an expression, what is evaluated first comes first."""
        kind = type(node)
        if kind is not ast.Name and kind is not ast.Constant:
            special = _EXPRESSIONS.get(kind)
            if special is None:
                for part in children(node):
                    state = self.expression(part, state)
            else:
                state = special(self, node, state)
        self.leave(node, state)
        return state

    def _parts(self, nodes: Iterable[ast.AST], state: S) -> S:
        for node in nodes:
            state = self.expression(node, state)
        return state

    def _dict(self, node: ast.Dict, state: S) -> S:
        for key, value in zip(node.keys, node.values, strict=True):
            state = self._parts((value,) if key is None else (key, value), state)
        return state

    def _boolean(self, node: ast.BoolOp, state: S) -> S:
        held = isinstance(node.op, ast.And)
        depth = len(self.guards)
        outs: list[S] = []
        for value in node.values[:-1]:
            state = self.expression(value, state)
            self.guards.append(Guard(value, held))
            path = self._given(value, held, state)
            self.assume(value, not held, state)
            outs.append(state)
            state = path
        state = self.expression(node.values[-1], state)
        del self.guards[depth:]
        return _merge([*outs, state])

    def _if_expression(self, node: ast.IfExp, state: S) -> S:
        state = self.expression(node.test, state)
        self.guards.append(Guard(node.test, True))
        body = self.expression(node.body, self._given(node.test, True, state))
        self.guards[-1] = Guard(node.test, False)
        self.assume(node.test, False, state)
        orelse = self.expression(node.orelse, state)
        self.guards.pop()
        return _merge([body, orelse])

    def _lambda(self, node: ast.Lambda, state: S) -> S:
        state = self._defaults(node.args, state)
        self.enter_function(node, state)
        return state

    def _named(self, node: ast.NamedExpr, state: S) -> S:
        state = self.expression(node.value, state)
        return self._target(node.target, node.value, state)

    def _comprehension(self, node: Comprehension, state: S) -> S:
        first, *_ = node.generators
        state = self.expression(first.iter, state)
        inside = state.fork()
        self.enter_comprehension(node)
        for clause in node.generators:
            if clause is not first:
                inside = self.expression(clause.iter, inside)
            self.bind_comprehension(clause.target, inside)
            inside = self._parts(clause.ifs, inside)
        made = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        inside = self._parts(made, inside)
        self.leave_comprehension()
        return _merge([state, inside])

    def _defaults(self, arguments: ast.arguments, state: S) -> S:
        return self._parts(defaults(arguments), state)

    def _target(self, target: ast.expr, value: ast.expr | None, state: S) -> S:
        if isinstance(target, ast.Name):
            self.bind(target.id, target, value, state)
        elif isinstance(target, (ast.Tuple, ast.List)):
            values = _element_values(value, len(target.elts))
            for element, item in zip(target.elts, values, strict=True):
                state = self._target(element, item, state)
        elif isinstance(target, ast.Starred):
            state = self._target(target.value, None, state)
        else:
            state = self._parts(children(target), state)
            self.bind_place(target, value, state)
        return state

    # Hooks

    def leave(self, node: ast.AST, state: S) -> None:
        """An expression was evaluated, after all its parts."""

    def bind(self, name: str, binder: ast.AST, value: ast.AST | None, state: S) -> None:
        """A name gets a value: an expression, a function, a class; None when not known.

        `binder` is what binds it: a name, a definition, a handler, a pattern.
        """

    def bind_place(self, target: ast.expr, value: ast.expr | None, state: S) -> None:
        """An attribute or an item gets a value."""

    def bind_import(self, node: ast.Import | ast.ImportFrom, state: S) -> None:
        """An import statement binds its names."""

    def declare(self, node: ast.AnnAssign, state: S) -> None:
        """A name is annotated, after it got its value."""

    def unbind(self, name: str, node: ast.AST, state: S) -> None:
        """A name loses its value, by `del` or at the end of a handler."""

    def enter_function(self, node: Function | ast.Lambda, state: S) -> None:
        """A function comes into being. Its body is a scope of its own and is not walked."""

    def enter_class(self, node: ast.ClassDef, state: S) -> None:
        """A class comes into being. Its body is a scope of its own and is not walked."""

    def enter_body(self, node: Loop | ast.With | ast.AsyncWith, state: S) -> None:
        """A round of a loop begins, or what a `with` holds."""

    def assume(self, test: ast.expr, held: bool, state: S) -> None:
        """The path is taken on which the test was found true or false."""

    def begin_try(self, caught: Sequence[Sequence[ast.expr]], state: S) -> S:
        """What handlers begin with before the body has run; `caught` is what each of them takes.

        A handler that takes all exceptions has none listed.
        """
        return state.fork()

    def begin_handler(self, caught: Sequence[ast.expr], failed: S) -> S:
        """What the handler of these exceptions begins with, out of an item of `failing`."""
        return failed.fork()

    def swallowed_by(self, manager: ast.expr) -> Sequence[ast.expr]:
        """The exceptions behind which the code goes on after a `with`."""
        return ()

    def fail(self, state: S) -> None:
        """An exception is raised."""

    def enter_comprehension(self, node: Comprehension) -> None:
        """The targets of a comprehension hide names until it is left."""

    def bind_comprehension(self, target: ast.expr, state: S) -> None:
        """A comprehension's target gets its next value."""

    def leave_comprehension(self) -> None:
        """The names are visible again."""

    def leave_scope(self, state: S) -> None:
        """A `return` or `raise` leaves the scope."""


def _merge(states: Sequence[S]) -> S:
    """One state for the place where paths meet; paths that ended before it do not count."""
    arriving = [state for state in states if state.live] or list(states)
    merged = arriving[0]
    for other in arriving[1:]:
        if other is not merged:
            merged.absorb(other)
    return merged


def _always_true(test: ast.expr) -> bool:
    return isinstance(test, ast.Constant) and isinstance(test.value, int) and bool(test.value)


def _always_false(test: ast.expr) -> bool:
    match test:
        case ast.Constant(value=None | int()):
            return not test.value
    return False


def _matches_all(pattern: ast.pattern) -> bool:
    return isinstance(pattern, ast.MatchAs) and pattern.pattern is None


def _elements_of(caught: ast.expr | None) -> list[ast.expr]:
    """The exceptions that a handler names."""
    if isinstance(caught, ast.Tuple):
        return caught.elts
    return [caught] if caught is not None else []


def _element_values(value: ast.expr | None, count: int) -> Sequence[ast.expr | None]:
    if not isinstance(value, (ast.Tuple, ast.List)) or len(value.elts) != count:
        return [None] * count
    is_starred = any(isinstance(element, ast.Starred) for element in value.elts)
    return [None] * count if is_starred else value.elts


_STATEMENTS: Mapping[type[ast.AST], Callable[..., Any]] = {
    ast.AnnAssign: Flow._ann_assign,
    ast.Assert: Flow._assert,
    ast.Assign: Flow._assign,
    ast.AsyncFor: Flow._for,
    ast.AsyncFunctionDef: Flow._function,
    ast.AsyncWith: Flow._with,
    ast.AugAssign: Flow._aug_assign,
    ast.Break: Flow._break,
    ast.ClassDef: Flow._class,
    ast.Continue: Flow._continue,
    ast.Delete: Flow._delete,
    ast.For: Flow._for,
    ast.FunctionDef: Flow._function,
    ast.Global: Flow._skip,
    ast.If: Flow._if,
    ast.Import: Flow._import,
    ast.ImportFrom: Flow._import,
    ast.Match: Flow._match,
    ast.Nonlocal: Flow._skip,
    ast.Raise: Flow._raise,
    ast.Return: Flow._return,
    ast.While: Flow._while,
    ast.With: Flow._with,
    **dict.fromkeys(TRIES, Flow._try),
    **dict.fromkeys(TYPE_ALIASES, Flow._type_alias),
}

_EXPRESSIONS: Mapping[type[ast.AST], Callable[..., Any]] = {
    ast.BoolOp: Flow._boolean,
    ast.Dict: Flow._dict,
    ast.DictComp: Flow._comprehension,
    ast.GeneratorExp: Flow._comprehension,
    ast.IfExp: Flow._if_expression,
    ast.Lambda: Flow._lambda,
    ast.ListComp: Flow._comprehension,
    ast.NamedExpr: Flow._named,
    ast.SetComp: Flow._comprehension,
}
