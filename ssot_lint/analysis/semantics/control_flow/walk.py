"""Walks the code of one scope in the order in which it runs, branch by branch.

A client keeps its facts in a State. The walk forks the state where paths part, merges it where
they meet, and marks it as not live behind `return`, `raise`, `break` and `continue`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

import libcst as cst

from ssot_lint.analysis.syntax.libcst_nodes import LEAVES, annotation_metadata, children


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

    test: cst.BaseExpression
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

    def run(self, body: Iterable[cst.CSTNode], state: S, *, at_top: bool = False) -> S:
        """Walk statements. `at_top` is for modules and class bodies.

        There a statement that ends the run does not make what follows unreachable, because the
        mask may have blanked it: the answer must not depend on the mask.
        """
        for statement in body:
            if at_top:
                state.live = True
            state = self.statement(statement, state)
        return state

    # Statements

    def statement(self, node: cst.CSTNode, state: S) -> S:
        handler = _STATEMENTS.get(type(node))
        if handler is not None:
            result: S = handler(self, node, state)
            return result
        return self._parts(children(node), state)

    def _line(self, node: cst.SimpleStatementLine | cst.SimpleStatementSuite, state: S) -> S:
        for small in node.body:
            state = self.statement(small, state)
        return state

    def _block(self, node: cst.IndentedBlock, state: S) -> S:
        return self.run(node.body, state)

    def _assign(self, node: cst.Assign, state: S) -> S:
        state = self.expression(node.value, state)
        for target in node.targets:
            state = self._target(target.target, node.value, state)
        return state

    def _ann_assign(self, node: cst.AnnAssign, state: S) -> S:
        state = self._annotation(node.annotation, state)
        if node.value is not None:
            state = self.expression(node.value, state)
            state = self._target(node.target, node.value, state)
        elif not isinstance(node.target, cst.Name):
            state = self._parts(children_of_target(node.target), state)
        self.declare(node, state)
        return state

    def _annotation(self, node: cst.Annotation | None, state: S) -> S:
        """Types are not walked; what `Annotated` carries beside the type is."""
        return self._parts(annotation_metadata(node), state) if node is not None else state

    def _aug_assign(self, node: cst.AugAssign, state: S) -> S:
        state = self.expression(node.target, state)
        state = self.expression(node.value, state)
        return self._target(node.target, None, state)

    def _delete(self, node: cst.Del, state: S) -> S:
        return self._unbind(node.target, state)

    def _unbind(self, target: cst.CSTNode, state: S) -> S:
        if isinstance(target, (cst.Tuple, cst.List)):
            for element in target.elements:
                state = self._unbind(element.value, state)
        elif isinstance(target, cst.Name):
            self.unbind(target, state)
        else:
            state = self._parts(children(target), state)
        return state

    def _import(self, node: cst.Import | cst.ImportFrom, state: S) -> S:
        self.bind_import(node, state)
        return state

    def _return(self, node: cst.Return, state: S) -> S:
        return self._end(node, state)

    def _raise(self, node: cst.Raise, state: S) -> S:
        self.fail(state)
        return self._end(node, state)

    def _end(self, node: cst.Return | cst.Raise, state: S) -> S:
        state = self._parts(children(node), state)
        self.leave_scope(state)
        state.live = False
        return state

    def _break(self, node: cst.Break, state: S) -> S:
        return self._jump(0, state)

    def _continue(self, node: cst.Continue, state: S) -> S:
        return self._jump(1, state)

    def _jump(self, which: int, state: S) -> S:
        if self._loops:
            self._loops[-1][which].append(state.fork())
        state.live = False
        return state

    def _assert(self, node: cst.Assert, state: S) -> S:
        state = self.expression(node.test, state)
        failed = self._given(node.test, False, state)
        if node.msg is not None:
            failed = self.expression(node.msg, failed)
        self.fail(failed)
        self.assume(node.test, True, state)
        state.live = state.live and not _always_false(node.test)
        return state

    def _if(self, node: cst.If, state: S) -> S:
        outs: list[S] = []
        depth = len(self.guards)
        current: cst.If | cst.Else | None = node
        while isinstance(current, cst.If):
            state = self.expression(current.test, state)
            self.guards.append(Guard(current.test, True))
            outs.append(self.statement(current.body, self._given(current.test, True, state)))
            self.guards[-1] = Guard(current.test, False)
            self.assume(current.test, False, state)
            current = current.orelse
        if current is not None:
            state = self.statement(current.body, state)
        del self.guards[depth:]
        return _merge([*outs, state])

    def _given(self, test: cst.BaseExpression, held: bool, state: S) -> S:
        """The path on which a test was found true or false."""
        path = state.fork()
        self.assume(test, held, path)
        return path

    def _while(self, node: cst.While, state: S) -> S:
        return self._loop(node, state, may_end=not _always_true(node.test))

    def _for(self, node: cst.For, state: S) -> S:
        return self._loop(node, self.expression(node.iter, state), may_end=True)

    def _loop(self, node: cst.For | cst.While, state: S, *, may_end: bool) -> S:
        never_entered, back, breaks = self._round(node, state.fork())
        for _ in range(self._more_rounds()):
            if state.covers(back):
                break
            state.absorb(back)
            never_entered, back, breaks = self._round(node, state.fork())
        if isinstance(node, cst.While):
            back = self._given(node.test, False, back)
        after = _merge([never_entered, back])
        after.live = after.live and may_end
        if node.orelse is not None:
            after = self.statement(node.orelse.body, after)
        return _merge([after, *breaks])

    def _more_rounds(self) -> int:
        """How often to go round again at most: less in nested loops, where rounds multiply."""
        depth = min(len(self._loops), len(_ROUNDS) - 1)
        return _ROUNDS[depth] if self.loops_repeat else 0

    def _round(self, node: cst.For | cst.While, state: S) -> tuple[S, S, list[S]]:
        """One round: the states when it was not begun, at its end, and at its `break`s."""
        breaks: list[S] = []
        continues: list[S] = []
        if isinstance(node, cst.While):
            state = self.expression(node.test, state)
        # A `for` goes round when there is something in what it iterates over.
        test = node.test if isinstance(node, cst.While) else node.iter
        not_begun = self._given(test, False, state)
        self.assume(test, True, state)
        if isinstance(node, cst.For):
            state = self._target(node.target, None, state)
        self._loops.append((breaks, continues))
        state = self.statement(node.body, state)
        self._loops.pop()
        return not_begun, _merge([state, *continues]), breaks

    def _try(self, node: cst.Try | cst.TryStar, state: S) -> S:
        marks = [(jumps, len(jumps)) for loop in self._loops for jumps in loop]
        caught = [_elements_of(handler.type) for handler in node.handlers]
        self.failing.append(self.begin_try(caught, state))
        state = self.statement(node.body, state)
        failed = self.failing.pop()
        outs = [
            self._handler(handler, self.begin_handler(_elements_of(handler.type), failed))
            for handler in node.handlers
        ]
        if node.orelse is not None:
            state = self.statement(node.orelse.body, state)
        outs.insert(0, state)
        merged = _merge([out.fork() for out in outs])
        if node.finalbody is None:
            return merged
        if self._finally_depth > _FINALLY_DEPTH:
            return self.statement(node.finalbody.body, merged)
        self._finally_depth += 1
        for jumps, before in marks:
            jumps[before:] = [self.statement(node.finalbody.body, jump) for jump in jumps[before:]]
        merged = self._finally(node.finalbody, [*outs, failed], merged)
        self._finally_depth -= 1
        return merged

    def _handler(self, node: cst.ExceptHandler | cst.ExceptStarHandler, state: S) -> S:
        if node.type is not None:
            state = self.expression(node.type, state)
        name = node.name.name if node.name is not None else None
        if name is not None:
            state = self._target(name, None, state)
        state = self.statement(node.body, state)
        if isinstance(name, cst.Name):
            self.unbind(name, state)
        return state

    def _finally(self, node: cst.Finally, ways_in: list[S], merged: S) -> S:
        # It runs on the paths that leave the function too; those do not go on behind it.
        leaving = ways_in[0].fork()
        leaving.live = True
        for other in ways_in[1:]:
            leaving.absorb(other)
        self.statement(node.body, leaving)
        return self.statement(node.body, merged)

    def _with(self, node: cst.With, state: S) -> S:
        for item in node.items:
            state = self.expression(item.item, state)
            if item.asname is not None:
                state = self._target(item.asname.name, None, state)
        swallowed = [types for item in node.items if (types := self.swallowed_by(item.item))]
        if not swallowed:
            return self.statement(node.body, state)
        self.failing.append(self.begin_try(swallowed, state))
        state = self.statement(node.body, state)
        failed = self.failing.pop()
        return _merge([state, *(self.begin_handler(types, failed) for types in swallowed)])

    def _match(self, node: cst.Match, state: S) -> S:
        state = self.expression(node.subject, state)
        outs: list[S] = []
        for case in node.cases:
            inside = state.fork()
            self._pattern(case.pattern, inside)
            if case.guard is not None:
                inside = self.expression(case.guard, inside)
                state.absorb(inside)
            outs.append(self.statement(case.body, inside))
            if case.guard is None and _matches_all(case.pattern):
                return _merge(outs)
        return _merge([*outs, state])

    def _pattern(self, node: cst.CSTNode, state: S) -> None:
        for name in pattern_names(node):
            self.bind(name, None, state)
        if isinstance(node, (cst.MatchValue, cst.MatchClass)):
            self.expression(node.value if isinstance(node, cst.MatchValue) else node.cls, state)

    def _function(self, node: cst.FunctionDef, state: S) -> S:
        state = self._parts((d.decorator for d in node.decorators), state)
        state = self._defaults(node.params, state)
        for annotation in (*(p.annotation for p in all_params(node.params)), node.returns):
            state = self._annotation(annotation, state)
        self.enter_function(node, state)
        self.bind(node.name, node, state)
        return state

    def _class(self, node: cst.ClassDef, state: S) -> S:
        state = self._parts((d.decorator for d in node.decorators), state)
        state = self._parts((*node.bases, *node.keywords), state)
        self.enter_class(node, state)
        self.bind(node.name, node, state)
        return state

    def _type_alias(self, node: cst.TypeAlias, state: S) -> S:
        self.bind(node.name, None, state)
        return state

    def _skip(self, node: cst.CSTNode, state: S) -> S:
        return state

    # Expressions

    def expression(self, node: cst.CSTNode, state: S) -> S:
        """Walk an expression, what is evaluated first comes first."""
        kind = type(node)
        if kind not in LEAVES:
            special = _EXPRESSIONS.get(kind, Flow._children)
            state = special(self, node, state)
        self.leave(node, state)
        return state

    def _children(self, node: cst.CSTNode, state: S) -> S:
        return self._parts(children(node), state)

    def _parts(self, nodes: Iterable[cst.CSTNode], state: S) -> S:
        for node in nodes:
            state = self.expression(node, state)
        return state

    def _attribute(self, node: cst.Attribute, state: S) -> S:
        return self.expression(node.value, state)

    def _argument(self, node: cst.Arg, state: S) -> S:
        return self.expression(node.value, state)

    def _boolean(self, node: cst.BooleanOperation, state: S) -> S:
        state = self.expression(node.left, state)
        held = isinstance(node.operator, cst.And)
        self.guards.append(Guard(node.left, held))
        right = self.expression(node.right, self._given(node.left, held, state))
        self.guards.pop()
        self.assume(node.left, not held, state)
        return _merge([state, right])

    def _if_expression(self, node: cst.IfExp, state: S) -> S:
        state = self.expression(node.test, state)
        self.guards.append(Guard(node.test, True))
        body = self.expression(node.body, self._given(node.test, True, state))
        self.guards[-1] = Guard(node.test, False)
        self.assume(node.test, False, state)
        orelse = self.expression(node.orelse, state)
        self.guards.pop()
        return _merge([body, orelse])

    def _lambda(self, node: cst.Lambda, state: S) -> S:
        state = self._defaults(node.params, state)
        self.enter_function(node, state)
        return state

    def _named(self, node: cst.NamedExpr, state: S) -> S:
        state = self.expression(node.value, state)
        return self._target(node.target, node.value, state)

    def _comprehension(self, node: cst.BaseComp, state: S) -> S:
        clauses: list[cst.CompFor] = []
        clause: cst.CompFor | None = node.for_in
        while clause is not None:
            clauses.append(clause)
            clause = clause.inner_for_in
        state = self.expression(clauses[0].iter, state)
        inside = state.fork()
        self.enter_comprehension([clause.target for clause in clauses])
        for clause in clauses:
            if clause is not clauses[0]:
                inside = self.expression(clause.iter, inside)
            self.bind_comprehension(clause.target, inside)
            inside = self._parts((condition.test for condition in clause.ifs), inside)
        inside = self._parts(_elements(node), inside)
        self.leave_comprehension()
        return _merge([state, inside])

    def _formatted(self, node: cst.FormattedStringExpression, state: S) -> S:
        state = self.expression(node.expression, state)
        return self._parts(node.format_spec or (), state)

    def _defaults(self, params: cst.Parameters, state: S) -> S:
        defaults = (param.default for param in all_params(params))
        return self._parts((default for default in defaults if default is not None), state)

    def _target(self, target: cst.CSTNode, value: cst.BaseExpression | None, state: S) -> S:
        if isinstance(target, cst.Name):
            self.bind(target, value, state)
        elif isinstance(target, (cst.Tuple, cst.List)):
            values = _element_values(value, len(target.elements))
            for element, item in zip(target.elements, values, strict=True):
                state = self._target(element.value, item, state)
        elif isinstance(target, cst.StarredElement):
            state = self._target(target.value, None, state)
        else:
            state = self._parts(children_of_target(target), state)
            self.bind_place(target, value, state)
        return state

    # Hooks

    def leave(self, node: cst.CSTNode, state: S) -> None:
        """An expression was evaluated, after all its parts."""

    def bind(self, name: cst.Name, value: cst.CSTNode | None, state: S) -> None:
        """A name gets a value: an expression, a function, a class; None when not known."""

    def bind_place(self, target: cst.CSTNode, value: cst.CSTNode | None, state: S) -> None:
        """An attribute or an item gets a value."""

    def bind_import(self, node: cst.Import | cst.ImportFrom, state: S) -> None:
        """An import statement binds its names."""

    def declare(self, node: cst.AnnAssign, state: S) -> None:
        """A name is annotated, after it got its value."""

    def unbind(self, name: cst.Name, state: S) -> None:
        """A name loses its value."""

    def enter_function(self, node: cst.FunctionDef | cst.Lambda, state: S) -> None:
        """A function comes into being. Its body is a scope of its own and is not walked."""

    def enter_class(self, node: cst.ClassDef, state: S) -> None:
        """A class comes into being. Its body is a scope of its own and is not walked."""

    def assume(self, test: cst.BaseExpression, held: bool, state: S) -> None:
        """The path is taken on which the test was found true or false."""

    def begin_try(self, caught: Sequence[Sequence[cst.BaseExpression]], state: S) -> S:
        """What handlers begin with before the body has run; `caught` is what each of them takes.

        A handler that takes all exceptions has none listed.
        """
        return state.fork()

    def begin_handler(self, caught: Sequence[cst.BaseExpression], failed: S) -> S:
        """What the handler of these exceptions begins with, out of an item of `failing`."""
        return failed.fork()

    def swallowed_by(self, manager: cst.BaseExpression) -> Sequence[cst.BaseExpression]:
        """The exceptions behind which the code goes on after a `with`."""
        return ()

    def fail(self, state: S) -> None:
        """An exception is raised."""

    def enter_comprehension(self, targets: Sequence[cst.CSTNode]) -> None:
        """The targets of a comprehension hide names until it is left."""

    def bind_comprehension(self, target: cst.CSTNode, state: S) -> None:
        """A comprehension's target gets its next value."""

    def leave_comprehension(self) -> None:
        """The names are visible again."""

    def leave_scope(self, state: S) -> None:
        """A `return` or `raise` leaves the scope."""


def all_params(params: cst.Parameters) -> list[cst.Param]:
    """All parameters in order, `*args` and `**kwargs` included."""
    result = [*params.posonly_params, *params.params]
    if isinstance(params.star_arg, cst.Param):
        result.append(params.star_arg)
    result.extend(params.kwonly_params)
    if params.star_kwarg is not None:
        result.append(params.star_kwarg)
    return result


def pattern_names(node: cst.CSTNode) -> list[cst.Name]:
    """The names that a `case` pattern captures."""
    names: list[cst.Name] = []
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, (cst.MatchAs, cst.MatchStar)) and current.name is not None:
            names.append(current.name)
        if isinstance(current, cst.MatchMapping) and current.rest is not None:
            names.append(current.rest)
        pending.extend(child for child in children(current) if not isinstance(child, cst.Name))
    return names


def children_of_target(target: cst.CSTNode) -> Iterable[cst.CSTNode]:
    """What an attribute or item target evaluates: not the attribute's name."""
    return (target.value,) if isinstance(target, cst.Attribute) else children(target)


def _merge(states: Sequence[S]) -> S:
    """One state for the place where paths meet; paths that ended before it do not count."""
    arriving = [state for state in states if state.live] or list(states)
    merged = arriving[0]
    for other in arriving[1:]:
        if other is not merged:
            merged.absorb(other)
    return merged


def _always_true(test: cst.BaseExpression) -> bool:
    if isinstance(test, cst.Integer):
        return test.value != "0"
    return isinstance(test, cst.Name) and test.value == "True"


def _always_false(test: cst.BaseExpression) -> bool:
    if isinstance(test, cst.Integer):
        return test.value == "0"
    return isinstance(test, cst.Name) and test.value in ("False", "None")


def _matches_all(pattern: cst.MatchPattern) -> bool:
    return isinstance(pattern, cst.MatchAs) and pattern.pattern is None


def _elements_of(caught: cst.BaseExpression | None) -> list[cst.BaseExpression]:
    """The exceptions that a handler names."""
    if isinstance(caught, cst.Tuple):
        return [element.value for element in caught.elements]
    return [caught] if caught is not None else []


def _elements(node: cst.BaseComp) -> Iterable[cst.CSTNode]:
    if isinstance(node, cst.DictComp):
        return node.key, node.value
    if isinstance(node, (cst.ListComp, cst.SetComp, cst.GeneratorExp)):
        return (node.elt,)
    return (child for child in children(node) if not isinstance(child, cst.CompFor))


def _element_values(
    value: cst.BaseExpression | None, count: int
) -> Sequence[cst.BaseExpression | None]:
    if isinstance(value, (cst.Tuple, cst.List)) and len(value.elements) == count:
        starred = any(isinstance(element, cst.StarredElement) for element in value.elements)
        if not starred:
            return [element.value for element in value.elements]
    return [None] * count


_STATEMENTS: dict[type[cst.CSTNode], Callable[..., Any]] = {
    cst.AnnAssign: Flow._ann_assign,
    cst.Assert: Flow._assert,
    cst.Assign: Flow._assign,
    cst.AugAssign: Flow._aug_assign,
    cst.Break: Flow._break,
    cst.ClassDef: Flow._class,
    cst.Continue: Flow._continue,
    cst.Del: Flow._delete,
    cst.For: Flow._for,
    cst.FunctionDef: Flow._function,
    cst.Global: Flow._skip,
    cst.If: Flow._if,
    cst.Import: Flow._import,
    cst.IndentedBlock: Flow._block,
    cst.ImportFrom: Flow._import,
    cst.Match: Flow._match,
    cst.Nonlocal: Flow._skip,
    cst.Raise: Flow._raise,
    cst.Return: Flow._return,
    cst.SimpleStatementLine: Flow._line,
    cst.SimpleStatementSuite: Flow._line,
    cst.Try: Flow._try,
    cst.TryStar: Flow._try,
    cst.TypeAlias: Flow._type_alias,
    cst.While: Flow._while,
    cst.With: Flow._with,
}

_EXPRESSIONS: dict[type[cst.CSTNode], Callable[..., Any]] = {
    cst.Annotation: Flow._skip,
    cst.Arg: Flow._argument,
    cst.Attribute: Flow._attribute,
    cst.BooleanOperation: Flow._boolean,
    cst.DictComp: Flow._comprehension,
    cst.FormattedStringExpression: Flow._formatted,
    cst.GeneratorExp: Flow._comprehension,
    cst.IfExp: Flow._if_expression,
    cst.Lambda: Flow._lambda,
    cst.ListComp: Flow._comprehension,
    cst.NamedExpr: Flow._named,
    cst.SetComp: Flow._comprehension,
    cst.StarredDictComp: Flow._comprehension,
}
