"""Which definitions of some names reach each read of them, along the control flow of a file.

Works on `ast`, scope by scope. No condition is believed: where two `if` ask the same, four ways
count. So a name that is bound on every way here is bound whenever the program runs.
"""

from __future__ import annotations

import ast
import re
import sys
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ssot_lint.analysis.semantics.bindings import (
    STAR,
    FunctionNode,
    body_of,
    bound_by,
    own_parts,
)
from ssot_lint.analysis.semantics.known_functions import PASSING_MANAGERS
from ssot_lint.analysis.syntax.parsing import (
    TRIES,
    Function,
    children,
    last_name_of,
    names_bound_by,
    parameters,
)

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")


class Nowhere:
    """Stands where a definition would stand; there is one object for each reason."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def __repr__(self) -> str:
        return self._reason


UNBOUND = Nowhere("unbound")
"""Nothing has bound the name yet, or something has unbound it."""
OUTSIDE = Nowhere("outside")
"""Nothing in the file binds the name: a builtin, or no name at all."""

Definition = ast.AST | Nowhere
"""The node that binds a name: a name, an alias, an argument, a definition, a handler, a pattern."""
Definitions = frozenset[Definition]

_UNBOUND: Definitions = frozenset({UNBOUND})
_OUTSIDE: Definitions = frozenset({OUTSIDE})
_State = dict[str, Definitions]


@dataclass(frozen=True, eq=False)
class Read:
    """A read of one of the names."""

    definitions: Definitions
    state: Mapping[str, Definitions]
    """What all names of its scope hold there."""
    rounds: tuple[ast.AST, ...]
    """The functions and loops around it, outermost first: each runs its inside anew."""
    is_late: bool
    """Whether it runs when a function is called, and the name is one of a scope around that."""


@dataclass(eq=False)
class _Scope:
    node: ast.AST
    parent: _Scope | None
    names: frozenset[str]
    """Those of the names in question that it binds itself."""
    shared: frozenset[str]
    """Those that it declares `global`."""
    outer: Mapping[str, Definitions] = field(default_factory=dict)
    """What the names of the scope around hold when this one is made."""
    rounds: tuple[ast.AST, ...] = ()
    seen: dict[str, Definitions] = field(default_factory=dict)
    """All definitions of its names, UNBOUND where something unbinds one."""
    end: _State = field(default_factory=dict)

    @property
    def is_class(self) -> bool:
        return isinstance(self.node, ast.ClassDef)


class Reaching:
    """The definitions that reach the reads of `names` in a file.

    `rows` are the rows, sorted, on which one of the names or an `import *` may stand: what touches
    none of them is not looked into.
    """

    def __init__(self, tree: ast.Module, names: Iterable[str], rows: Sequence[int]) -> None:
        self.reads: dict[ast.Name, Read] = {}
        self.rounds: dict[ast.AST, tuple[ast.AST, ...]] = {}
        """The functions and loops around each definition."""
        self.imported: dict[ast.AST, str] = {}
        """The dotted name of what an alias binds its name to, with dots in front if relative."""
        self.bound_at: dict[str, int] = {}
        """How many statements of the module run until a name of it is bound on every way."""
        self._names = frozenset((*names, STAR))
        self._rows = rows
        self._waiting: list[tuple[FunctionNode, _Scope, _State, tuple[ast.AST, ...]]] = []
        self._late: list[tuple[ast.Name, _Scope]] = []
        """The reads that run later than the scope whose name they read."""
        self._module = _Scope(tree, None, *self.bound_in(tree.body))
        _Walk(self, self._module).module(tree)
        while self._waiting:
            self._function(*self._waiting.pop())
        for node, owner in self._late:
            # Functions that were looked into later may bind it, too.
            met = self.reads[node]
            every = owner.seen.get(node.id, frozenset())
            self.reads[node] = replace(met, definitions=met.definitions | every)

    def touches(self, node: Any) -> bool:
        """Whether one of the names may stand on the rows of a node."""
        rows = self._rows
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
        at = bisect_left(rows, first)
        return at < len(rows) and rows[at] <= (node.end_lineno or node.lineno)

    def wait(
        self, node: FunctionNode, scope: _Scope, state: _State, rounds: tuple[ast.AST, ...]
    ) -> None:
        """Look into a function when all of the scope around it has been looked at."""
        self._waiting.append((node, scope, state, rounds))

    def _function(
        self, node: FunctionNode, parent: _Scope, state: _State, rounds: tuple[ast.AST, ...]
    ) -> None:
        names, shared = self.bound_in(body_of(node))
        params = {arg.arg: arg for arg in parameters(node.args) if arg.arg in self._names}
        own = _Scope(node, parent, names | params.keys(), shared, state, (*rounds, node))
        begin: _State = dict.fromkeys(own.names, _UNBOUND)
        begin.update({name: frozenset({arg}) for name, arg in params.items()})
        for name, arg in params.items():
            self.rounds[arg] = own.rounds
            own.seen[name] = frozenset({arg})
        walk = _Walk(self, own)
        if isinstance(node, ast.Lambda):
            walk.expression(node.body, begin)
        else:
            walk.run(node.body, begin)

    def bound_in(self, body: Sequence[ast.AST]) -> tuple[frozenset[str], frozenset[str]]:
        """The names in question that a body binds in its own scope, and those it shares."""
        bound: set[str] = set()
        shared: set[str] = set()
        away: set[str] = set()
        for node in self._own_nodes(body):
            if isinstance(node, ast.Global):
                shared.update(node.names)
            elif isinstance(node, ast.Nonlocal):
                away.update(node.names)
            else:
                bound.update(bound_by(node))
        return (frozenset(bound) - shared - away) & self._names, frozenset(shared) & self._names

    def _own_nodes(self, body: Sequence[ast.AST]) -> Iterator[ast.AST]:
        """What runs in the scope of a body itself, on the rows in question."""
        pending = list(body)
        while pending:
            node = pending.pop()
            if not hasattr(node, "lineno") or self.touches(node):
                yield node
                pending += own_parts(node)

    # What names hold

    def lookup(
        self, name: str, scope: _Scope, state: _State, *, hides_class: bool
    ) -> tuple[Definitions, _Scope | None]:
        """The definitions that a read of a name in a scope meets.

        With the scope around whose name it is, where the read runs later than that: it may meet
        all that binds the name there.
        """
        if name in scope.shared:
            return self._global(name, scope, state)
        if name in scope.names and not (hides_class and scope.is_class):
            found = state.get(name, _UNBOUND)
            if not scope.is_class or UNBOUND not in found:
                return found, None
            outer, owner = self._outer(name, scope, state)
            return (found - _UNBOUND) | outer, owner
        return self._outer(name, scope, state)

    def _outer(self, name: str, scope: _Scope, state: _State) -> tuple[Definitions, _Scope | None]:
        """What the scopes around hold. The code of a class runs where it stands."""
        is_late = False
        inner, around = scope, scope.parent
        while around is not None and around.parent is not None:
            is_late = is_late or not inner.is_class
            if not around.is_class:
                if name in around.shared:
                    break
                if name in around.names:
                    return inner.outer.get(name, _UNBOUND), around if is_late else None
            inner, around = around, around.parent
        return self._global(name, scope, state)

    def _global(self, name: str, scope: _Scope, state: _State) -> tuple[Definitions, _Scope | None]:
        """What a name of the module holds for code of a scope."""
        module = self._module
        for known in (name, STAR):
            if known not in module.names and known not in module.seen:
                continue
            while scope.is_class and scope.parent is not None:
                state, scope = dict(scope.outer), scope.parent
            if scope is module:
                return state.get(known, _UNBOUND), None
            is_lost = UNBOUND in module.end.get(known, _UNBOUND)
            held = module.seen.get(known, frozenset())
            return held | (_UNBOUND if is_lost else frozenset()), module
        return _OUTSIDE, None

    def note_module(self, count: int, state: _State | None) -> None:
        """Take notice of what the module's names hold behind its first `count` statements."""
        for name in self._module.names if state is not None else ():
            if state is not None and UNBOUND not in state.get(name, _UNBOUND):
                self.bound_at.setdefault(name, count)

    def note_read(self, node: ast.Name, read: Read, owner: _Scope | None) -> None:
        """Add what a read meets: it may be walked more than once."""
        if owner is not None:
            self._late.append((node, owner))
        before = self.reads.get(node)
        if before is not None:
            read = Read(
                before.definitions | read.definitions,
                _joined(dict(before.state), dict(read.state)),
                read.rounds,
                before.is_late or read.is_late,
            )
        self.reads[node] = read

    def note_global(self, name: str, definition: Definition) -> None:
        """A function binds a name of the module."""
        seen = self._module.seen
        seen[name] = seen.get(name, frozenset()) | {definition}

    @property
    def names(self) -> frozenset[str]:
        """The names in question."""
        return self._names


def _joined(one: _State, other: _State) -> _State:
    """What names hold where two ways meet."""
    if one == other:
        return one
    return {
        name: one.get(name, _UNBOUND) | other.get(name, _UNBOUND)
        for name in one.keys() | other.keys()
    }


def _merged(ways: Iterable[_State | None]) -> _State | None:
    """What names hold where ways meet, None standing for those that do not lead there."""
    result: _State | None = None
    for way in ways:
        if way is not None:
            result = way if result is None else _joined(result, way)
    return result


@dataclass
class _Loop:
    breaks: list[_State] = field(default_factory=list)
    continues: list[_State] = field(default_factory=list)


class _Walk:
    """The walk through one scope. A state of None means that no way leads there.

    No `Flow`: that loses what a handler or an `else` binds before it fails on the way to a
    `finally`, evaluates no annotations, and passes nothing by that touches none of the rows.
    """

    def __init__(self, reaching: Reaching, scope: _Scope) -> None:
        self._all = reaching
        self._scope = scope
        self._rounds = scope.rounds
        self._loops: list[_Loop] = []
        self._failing: list[_State] = []
        """For each `try` around the place, what its handlers may find."""
        self._leaving: list[list[_State]] = []
        """For each `finally` around the place, what it finds on the ways out of the function."""
        self._hidden: list[dict[str, Definitions]] = []
        """The targets of the comprehensions around the place."""

    def module(self, tree: ast.Module) -> None:
        state: _State | None = dict.fromkeys(self._scope.names, _UNBOUND)
        for count, statement in enumerate(tree.body, start=1):
            state = self._statement(statement, state)
            self._all.note_module(count, state)
        self._scope.end = state if state is not None else {}

    def run(self, body: Iterable[ast.stmt], state: _State | None) -> _State | None:
        for statement in body:
            if state is None:
                return None
            state = self._statement(statement, state)
        return state

    # Statements

    def _statement(self, node: ast.stmt, state: _State | None) -> _State | None:
        if state is None:
            return None
        leave = _LEAVING.get(type(node))
        if leave is not None:
            return leave(self, node, state)
        if not self._all.touches(node):
            self._may_jump(node, state)
            return state
        handler = _STATEMENTS.get(type(node))
        if handler is not None:
            return handler(self, node, state)
        for part in children(node):
            self.expression(part, state)
        return state

    def _may_jump(self, node: ast.stmt, state: _State) -> None:
        """What is not looked into may still end a round of the loop around it."""
        if not self._loops or not hasattr(node, "body"):
            return
        kinds = {type(part) for part in ast.walk(node)}
        if ast.Break in kinds:
            self._loops[-1].breaks.append(dict(state))
        if ast.Continue in kinds:
            self._loops[-1].continues.append(dict(state))

    def _return(self, node: ast.stmt, state: _State) -> None:
        for part in children(node):
            self.expression(part, state)
        for ways in self._leaving:
            ways.append(dict(state))

    def _break(self, node: ast.stmt, state: _State) -> None:
        if self._loops:
            self._loops[-1].breaks.append(dict(state))

    def _continue(self, node: ast.stmt, state: _State) -> None:
        if self._loops:
            self._loops[-1].continues.append(dict(state))

    def _assign(self, node: ast.Assign, state: _State) -> _State:
        self.expression(node.value, state)
        for target in node.targets:
            self.expression(target, state)
        return state

    def _aug_assign(self, node: ast.AugAssign, state: _State) -> _State:
        if isinstance(node.target, ast.Name):
            self._read(node.target, state)
        self.expression(node.value, state)
        self.expression(node.target, state)
        return state

    def _ann_assign(self, node: ast.AnnAssign, state: _State) -> _State:
        self.expression(node.annotation, state)
        if node.value is not None:
            self.expression(node.value, state)
        if node.value is not None or not isinstance(node.target, ast.Name):
            self.expression(node.target, state)
        return state

    def _import(self, node: ast.Import | ast.ImportFrom, state: _State) -> _State:
        start = ""
        if isinstance(node, ast.ImportFrom):
            start = "." * node.level + (f"{node.module}." if node.module else "")
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            self._all.imported[alias] = start + (alias.name if alias.asname or start else name)
            self._bind(name, alias, state)
            if name == STAR and start.partition(".")[0] not in sys.stdlib_module_names:
                for other in self._scope.names - {STAR}:
                    self._hold(other, state.get(other, _UNBOUND) | {alias}, state)
        return state

    def _if(self, node: ast.If, state: _State) -> _State | None:
        outs: list[_State | None] = []
        while True:  # a chain of `elif` may be longer than calls may be deep
            self.expression(node.test, state)
            outs.append(self.run(node.body, dict(state)))
            match node.orelse:
                case [ast.If() as following] if self._all.touches(following):
                    node = following
                case other:
                    return _merged([*outs, self.run(other, state)])

    def _while(self, node: ast.While, state: _State) -> _State | None:
        def begin(way: _State) -> None:
            self.expression(node.test, way)

        endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
        return self._loop(node, begin, state, endless=endless)

    def _for(self, node: ast.For | ast.AsyncFor, state: _State) -> _State | None:
        self.expression(node.iter, state)

        def begin(way: _State) -> None:
            pass

        return self._loop(node, begin, state, target=node.target)

    def _loop(
        self,
        node: ast.For | ast.AsyncFor | ast.While,
        begin: Callable[[_State], None],
        state: _State,
        *,
        target: ast.expr | None = None,
        endless: bool = False,
    ) -> _State | None:
        head: _State = state
        outer = self._rounds
        self._rounds = (*outer, node)
        while True:
            loop = _Loop()
            self._loops.append(loop)
            entered = dict(head)
            begin(entered)
            inside = dict(entered)
            if target is not None:
                self.expression(target, inside)
            back = _merged([self.run(node.body, inside), *loop.continues])
            self._loops.pop()
            joined = _merged([head, back]) or head
            if joined == head:
                break
            head = joined
        self._rounds = outer
        after: _State | None = None if endless else self.run(node.orelse, entered)
        return _merged([after, *loop.breaks])

    def _try(self, node: Any, state: _State) -> _State | None:
        jumps = [ways for loop in self._loops for ways in (loop.breaks, loop.continues)]
        marks = [len(ways) for ways in jumps]
        if node.finalbody:
            self._failing.append(dict(state))
            self._leaving.append([])
        self._failing.append(dict(state))
        after = self.run(node.body, state)
        failed = self._failing.pop()
        outs = [self._handler(handler, dict(failed)) for handler in node.handlers]
        outs.append(self.run(node.orelse, after))
        after = _merged(outs)
        if not node.finalbody:
            return after
        failed, left = self._failing.pop(), self._leaving.pop()
        self.run(node.finalbody, _merged([failed, *left]))
        for ways, mark in zip(jumps, marks, strict=True):
            ended = [self.run(node.finalbody, way) for way in ways[mark:]]
            ways[mark:] = [way for way in ended if way is not None]
        return self.run(node.finalbody, after)

    def _handler(self, node: ast.ExceptHandler, state: _State) -> _State | None:
        if node.type is not None:
            self.expression(node.type, state)
        if node.name is not None:
            self._bind(node.name, node, state)
        after = self.run(node.body, state)
        if node.name is not None and after is not None:
            self._unbind(node.name, after)
        return after

    def _with(self, node: ast.With | ast.AsyncWith, state: _State) -> _State | None:
        for item in node.items:
            self.expression(item.context_expr, state)
            if item.optional_vars is not None:
                self.expression(item.optional_vars, state)
        if all(hands_errors_on(item.context_expr) for item in node.items):
            return self.run(node.body, state)
        # What is entered may swallow what fails inside.
        self._failing.append(dict(state))
        after = self.run(node.body, state)
        return _merged([after, self._failing.pop()])

    def _match(self, node: ast.Match, state: _State) -> _State | None:
        self.expression(node.subject, state)
        outs: list[_State | None] = []
        for case in node.cases:
            inside = dict(state)
            self._pattern(case.pattern, inside)
            if case.guard is not None:
                self.expression(case.guard, inside)
            outs.append(self.run(case.body, dict(inside)))
            # What a pattern has bound stays bound when the guard does not hold.
            state = _joined(state, inside)
            if case.guard is None and _takes_all(case.pattern):
                return _merged(outs)
        return _merged([*outs, state])

    def _pattern(self, node: ast.AST, state: _State) -> None:
        for name in names_bound_by(node):
            self._bind(name, node, state)
        for part in children(node):
            if isinstance(part, ast.pattern):
                self._pattern(part, state)
            else:
                self.expression(part, state)

    def _define(self, node: Function, state: _State) -> _State:
        for decorator in node.decorator_list:
            self.expression(decorator, state)
        self._signature(node.args, state)
        if node.returns is not None:
            self.expression(node.returns, state)
        self._enter(node, state)
        self._bind(node.name, node, state)
        return state

    def _class(self, node: ast.ClassDef, state: _State) -> _State:
        for part in (*node.decorator_list, *node.bases, *node.keywords):
            self.expression(part, state)
        names, shared = self._all.bound_in(node.body)
        inner = _Scope(node, self._scope, names, shared, dict(state), self._rounds)
        _Walk(self._all, inner).run(node.body, dict.fromkeys(names, _UNBOUND))
        self._bind(node.name, node, state)
        return state

    def _global(self, node: ast.stmt, state: _State) -> _State:
        return state

    # Expressions

    def expression(self, node: ast.AST, state: _State) -> None:
        """Walk an expression, what is evaluated first comes first."""
        if hasattr(node, "lineno") and not self._all.touches(node):
            return
        match node:
            case ast.Name():
                self._name(node, state)
            case ast.Constant():
                pass
            case ast.NamedExpr():
                self.expression(node.value, state)
                self._bind(node.target.id, node.target, state)
            case ast.BoolOp(values=[first, *others]):
                self.expression(first, state)
                way = dict(state)
                for other in others:
                    self.expression(other, way)
                    self._update(state, way)
            case ast.IfExp():
                self.expression(node.test, state)
                one = dict(state)
                self.expression(node.body, one)
                self.expression(node.orelse, state)
                self._update(state, one)
            case ast.Lambda():
                self._signature(node.args, state)
                self._enter(node, state)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                self._comprehension(node, state)
            case _:
                for part in children(node):
                    self.expression(part, state)

    @staticmethod
    def _update(state: _State, other: _State) -> None:
        """Add to a state what may also hold."""
        state.update(_joined(state, other))

    def _name(self, node: ast.Name, state: _State) -> None:
        if node.id not in self._all.names:
            return
        if isinstance(node.ctx, ast.Load):
            self._read(node, state)
        elif isinstance(node.ctx, ast.Store):
            self._bind(node.id, node, state)
        else:
            self._read(node, state)
            self._unbind(node.id, state)

    def _signature(self, arguments: ast.arguments, state: _State) -> None:
        """What a definition evaluates of its arguments: defaults and annotations."""
        for default in (*arguments.defaults, *arguments.kw_defaults):
            if default is not None:
                self.expression(default, state)
        for arg in parameters(arguments):
            if arg.annotation is not None:
                self.expression(arg.annotation, state)

    def _comprehension(self, node: Any, state: _State) -> None:
        first, *_ = node.generators
        self.expression(first.iter, state)
        outer = self._rounds
        self._rounds = (*outer, node)
        way = dict(state)
        hidden: dict[str, Definitions] = {}
        self._hidden.append(hidden)
        for clause in node.generators:
            if clause is not first:
                self.expression(clause.iter, way)
            for part in ast.walk(clause.target):
                if isinstance(part, ast.Name) and part.id in self._all.names:
                    hidden[part.id] = frozenset({part})
                    self._all.rounds[part] = self._rounds
            for test in clause.ifs:
                self.expression(test, way)
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        for part in parts:
            self.expression(part, way)
        self._hidden.pop()
        self._rounds = outer
        self._update(state, way)

    def _enter(self, node: FunctionNode, state: _State) -> None:
        if self._all.touches(node):
            held = {n: ds for hidden in self._hidden for n, ds in hidden.items()}
            outer = self._visible(state)
            self._all.wait(node, self._scope, {**outer, **held}, self._rounds)

    def _visible(self, state: _State) -> _State:
        """What functions made here find around them: a class shows them nothing of its own."""
        return dict(self._scope.outer) if self._scope.is_class else dict(state)

    # Names

    def _read(self, node: ast.Name, state: _State) -> None:
        name = node.id
        if name not in self._all.names:
            return
        owner: _Scope | None = None
        hidden = next((h for h in reversed(self._hidden) if name in h), None)
        if hidden is not None:
            met = hidden[name]
        else:
            met, owner = self._all.lookup(name, self._scope, state, hides_class=bool(self._hidden))
        read = Read(met, dict(state), self._rounds, owner is not None)
        self._all.note_read(node, read, owner)

    def _bind(self, name: str, node: ast.AST, state: _State) -> None:
        if name not in self._all.names:
            return
        self._all.rounds[node] = self._rounds
        scope = self._scope
        if name in scope.shared:
            self._all.note_global(name, node)
        elif name in scope.names:
            self._hold(name, frozenset({node}), state)
        else:
            self._bind_afar(name, node)

    def _bind_afar(self, name: str, node: ast.AST) -> None:
        """`nonlocal`: a function around gets the value."""
        owner = self._scope.parent
        while owner is not None and (owner.is_class or name not in owner.names):
            owner = owner.parent
        if owner is not None:
            owner.seen[name] = owner.seen.get(name, frozenset()) | {node}

    def _unbind(self, name: str, state: _State) -> None:
        if name in self._scope.shared:
            self._all.note_global(name, UNBOUND)
        elif name in self._scope.names:
            self._hold(name, _UNBOUND, state)

    def _hold(self, name: str, definitions: Definitions, state: _State) -> None:
        state[name] = definitions
        seen = self._scope.seen
        seen[name] = seen.get(name, frozenset()) | definitions
        for failing in self._failing:
            failing[name] = failing.get(name, _UNBOUND) | definitions


def hands_errors_on(manager: ast.expr) -> bool:
    """Whether a manager is one of those that swallow nothing, by the last word of its name."""
    words = _WORD.findall(last_name_of(manager))
    return bool(words) and words[-1].lower() in PASSING_MANAGERS


def _takes_all(pattern: ast.pattern) -> bool:
    match pattern:
        case ast.MatchAs(pattern=None):
            return True
        case ast.MatchAs(pattern=inner) if inner is not None:
            return _takes_all(inner)
        case ast.MatchOr(patterns=patterns):
            return any(map(_takes_all, patterns))
    return False


_LEAVING: Mapping[type[ast.AST], Callable[[_Walk, Any, _State], None]] = {
    ast.Break: _Walk._break,
    ast.Continue: _Walk._continue,
    ast.Raise: _Walk._return,
    ast.Return: _Walk._return,
}
_STATEMENTS: Mapping[type[ast.AST], Callable[[_Walk, Any, _State], _State | None]] = {
    ast.AnnAssign: _Walk._ann_assign,
    ast.Assign: _Walk._assign,
    ast.AsyncFor: _Walk._for,
    ast.AsyncFunctionDef: _Walk._define,
    ast.AsyncWith: _Walk._with,
    ast.AugAssign: _Walk._aug_assign,
    ast.ClassDef: _Walk._class,
    ast.For: _Walk._for,
    ast.FunctionDef: _Walk._define,
    ast.Global: _Walk._global,
    ast.If: _Walk._if,
    ast.Import: _Walk._import,
    ast.ImportFrom: _Walk._import,
    ast.Match: _Walk._match,
    ast.Nonlocal: _Walk._global,
    ast.While: _Walk._while,
    ast.With: _Walk._with,
    **dict.fromkeys(TRIES, _Walk._try),
}
