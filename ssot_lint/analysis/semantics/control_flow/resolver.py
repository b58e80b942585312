"""What a name in a file stands for: runs its scopes in the order of their statements.

The module at once, each function when somebody asks about it. Notes for every name and attribute
that is read which values it can hold there; only what the rules can ask about is kept.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from importlib.util import resolve_name
from itertools import accumulate, chain
from operator import or_
from typing import cast

from ssot_lint.analysis.semantics.bindings import (
    STAR,
    Bound,
    Comprehension,
    FunctionNode,
    ScopeNode,
    hidden_by,
    own_nodes,
    parameter_names,
)
from ssot_lint.analysis.semantics.control_flow.walk import Flow, State
from ssot_lint.analysis.semantics.known_functions import EVENT_LOOP, LOOP_GETTERS
from ssot_lint.analysis.semantics.names import (
    BUILTIN,
    UNBOUND,
    UNKNOWN,
    ImportStatement,
    Kind,
    Names,
    NameSet,
    Place,
    Tracked,
    Value,
    Values,
    swallowed_by,
)
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.syntax.ast_nodes import Syntax
from ssot_lint.analysis.syntax.parsing import (
    FUNCTIONS,
    Function,
    arguments_of,
    dotted_name,
    parameters,
    plain_text,
    walk,
)

_DOTTED_NAME = re.compile(r"[^\W\d][\w.]*")
_NOTHING: Values = frozenset()


def resolve_names(syntax: Syntax, text: SourceText, tracked: Tracked, package: str | None) -> Names:
    """Names of a module, and of each of its functions as soon as somebody asks about it.

    `package` is the dotted name of the package the file lies in, for relative imports; None
    when it is not known.
    """
    names = Names(tracked, syntax, text)
    top = _Scope(syntax.tree, None, names.bound(syntax.tree), names.local_names(syntax.tree))
    _Resolver(tracked, package, names).run_module(top)
    return names


class _Scope:
    """A module, class body or function: its names, and what they hold for those inside it."""

    def __init__(
        self,
        node: ScopeNode,
        parent: _Scope | None,
        bound: Bound,
        own: frozenset[str],
        hidden: frozenset[str] = frozenset(),
    ) -> None:
        self.node = node
        self.parent = parent
        self.locals = own
        self.globals = bound.globals
        self.nonlocals = bound.nonlocals
        self.visible: dict[str, Values] = {}
        self.before_deletion: dict[str, Values] = {}
        self.hidden = hidden
        """Targets of the comprehension that the scope stands in."""

    @property
    def falls_back(self) -> bool:
        """Whether a name that is not bound yet is looked up further out."""
        return isinstance(self.node, (ast.Module, ast.ClassDef))

    @property
    def top(self) -> _Scope:
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope


class _Variables(dict[str, Values]):
    """What names hold. `mask` has a bit for each that is sure to hold a value."""

    __slots__ = ("mask", "numbers")

    def __init__(self, numbers: dict[str, int]) -> None:
        super().__init__()
        self.numbers = numbers
        self.mask = 0

    def __setitem__(self, name: str, values: Values) -> None:
        super().__setitem__(name, values)
        bit = 1 << self.numbers.setdefault(name, len(self.numbers))
        self.mask = self.mask | bit if values.isdisjoint(UNBOUND) else self.mask & ~bit

    def copy(self) -> _Variables:
        copy = _Variables(self.numbers)
        dict.update(copy, self)
        copy.mask = self.mask
        return copy

    def absorb(self, other: _Variables) -> None:
        """Add what they may also hold."""
        if self == other:
            return
        held, given = self.get, other.get
        names = self.keys() | other.keys()
        dict.update(self, {name: held(name, UNBOUND) | given(name, UNBOUND) for name in names})
        self.mask &= other.mask


class _Env(State):
    """What the local names of a scope hold at one point."""

    __slots__ = ("live", "vars")

    def __init__(self, variables: _Variables) -> None:
        self.vars = variables
        self.live = True

    def fork(self) -> _Env:
        copy = _Env(self.vars.copy())
        copy.live = self.live
        return copy

    def absorb(self, other: _Env) -> None:
        self.vars.absorb(other.vars)

    def covers(self, other: _Env) -> bool:
        return all(values <= self.vars.get(name, UNBOUND) for name, values in other.vars.items())


@dataclass(frozen=True)
class _Pending:
    """A function whose body is analysed when the scope around it is done."""

    node: FunctionNode
    parent: _Scope
    methods_of: ast.ClassDef | None
    hidden: frozenset[str]


class _Resolver:
    """Goes from scope to scope, outer ones first."""

    def __init__(
        self,
        tracked: Tracked,
        package: str | None,
        names: Names,
    ) -> None:
        self.tracked = tracked
        self.package = package
        self.names = names
        self.attributes: dict[tuple[ast.ClassDef, str], Values] = {}
        """What the methods of a class store in attributes of `self`."""
        known = tracked.names
        self._tracked_parts = known | {name.rpartition(".")[0] for name in known}
        self._meant: dict[ScopeNode, dict[str, Values]] = {}
        self._waiting: dict[FunctionNode, _Pending] = {}
        """The functions of the module and its classes that nobody has asked about."""
        self._functions: list[FunctionNode] = []
        """All of these, in the order of the source."""
        self._first_rows: list[int] = []
        self._last_rows: list[int] = []
        """The last row of each of them and all before it."""

    def run_module(self, scope: _Scope) -> None:
        """Run what an import of the module runs, and what binds names of it from afar."""
        for node in self.names.imports:
            for _, dotted, _ in self.imports(node):
                self.names.note_known(dotted)
        waiting = self.run_inline(scope)
        self.names.at_module_end.update(scope.visible)
        self._functions = sorted((item.node for item in waiting), key=_row_of)
        self._first_rows = list(map(_row_of, self._functions))
        last = (node.end_lineno or node.lineno for node in self._functions)
        self._last_rows = list(accumulate(last, max))
        self._waiting = {item.node: item for item in waiting}
        self.names.resolver = self
        for shared in self.names.shared:
            self.ask(shared)

    def ask(self, node: ast.AST) -> None:
        """Run the function that a node stands in, if that has not been done."""
        self.ask_rows((getattr(node, "lineno", 0),))

    def ask_rows(self, rows: Iterable[int]) -> None:
        """Run the functions on some rows, together."""
        found = dict.fromkeys(chain.from_iterable(map(self._on, rows)))
        if found:
            self.run(found)

    def _on(self, row: int) -> list[FunctionNode]:
        """The functions on a row that have not been run."""
        at = bisect_right(self._first_rows, row) - 1
        found: list[FunctionNode] = []
        while at >= 0 and self._last_rows[at] >= row:
            function = self._functions[at]
            if function in self._waiting and (function.end_lineno or 0) >= row:
                found.append(function)
            at -= 1
        return found

    def run(self, functions: Iterable[FunctionNode]) -> None:
        """Run some functions, with those inside of them."""
        pending = [self._waiting.pop(node) for node in functions if node in self._waiting]
        self.names.resolver = None
        while pending:
            # These may fill in what the others find.
            pending.sort(key=lambda item: not self._fills_in(item.node))
            inner: list[_Pending] = []
            for item in pending:
                inner.extend(self._run_function(item))
            pending = inner
        self.names.resolver = self if self._waiting else None

    def _fills_in(self, node: FunctionNode) -> bool:
        """Whether a function sets names of the module, or attributes."""
        if self.names.bound(node).globals:
            return True
        return isinstance(node, FUNCTIONS) and any(
            isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store)
            for part in own_nodes(node.body)
        )

    def unbound(self, name: str, scope: _Scope) -> Values:
        """What a local name is that cannot be bound where it is read.

        That raises; but where the function imports the tracked class under this name elsewhere,
        that is what is meant.
        """
        if not isinstance(scope.node, FUNCTIONS):
            return UNBOUND
        if scope.node not in self._meant:
            meant = self._meant.setdefault(scope.node, {})
            for node in own_nodes(scope.node.body):
                if isinstance(node, (ast.Import, ast.ImportFrom)):
                    for bound, dotted in self.tracked_in(node):
                        _add(meant, bound, frozenset({Value(Kind.IMPORTED, dotted)}))
        return UNBOUND | self._meant[scope.node].get(name, _NOTHING)

    def tracked_in(self, node: ImportStatement) -> Iterator[tuple[str, str]]:
        """What an import brings of the tracked class: the names it binds, and what they are.

        Its class or a module of it; `import a.b` binds `a` and loads `a.b`.
        """
        for bound, dotted, loaded in self.imports(node):
            if loaded in self._tracked_parts or self.tracked.member(loaded) is not None:
                yield bound, dotted

    def imports(self, node: ImportStatement) -> Iterator[tuple[str, str, str]]:
        """The names that an import binds, with what they are and what is loaded."""
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.partition(".")[0]
                bound = alias.asname
                yield (bound, alias.name, alias.name) if bound else (first, first, alias.name)
            return
        module = self._module_of(node)
        for alias in node.names:
            if alias.name == STAR:
                for known in sorted(self.tracked.starred):
                    owner, _, name = known.rpartition(".")
                    if owner == module:
                        yield name, known, known
            else:
                dotted = f"{module}.{alias.name}"
                yield alias.asname or alias.name, dotted, dotted

    def _module_of(self, node: ast.ImportFrom) -> str:
        """The module that is imported from, with its dots in front where these lead nowhere."""
        written = "." * node.level + (node.module or "")
        try:
            return resolve_name(written, self.package or "")
        except ImportError:
            return written

    def run_inline(self, scope: _Scope) -> list[_Pending]:
        """Run a module or class body; gives the functions in it."""
        flow = _ScopeFlow(self, scope)
        node = scope.node
        assert isinstance(node, (ast.Module, ast.ClassDef))
        final = flow.run(node.body, flow.begin({}), at_top=True)
        scope.visible = final.vars
        return flow.pending

    def _run_function(self, item: _Pending) -> list[_Pending]:
        node = item.node
        own = self.names.local_names(node)
        scope = _Scope(node, item.parent, self.names.bound(node), own, item.hidden)
        flow = _ScopeFlow(self, scope)
        state = flow.begin(flow.parameter_values(item))
        if isinstance(node, ast.Lambda):
            state = flow.expression(node.body, state)
        else:
            state = flow.run(node.body, state)
        if state.live:
            flow.leave_scope(state)
        scope.visible = flow.at_exit.vars if flow.at_exit is not None else state.vars
        return flow.pending


class _ScopeFlow(Flow[_Env]):
    """Runs one scope and notes what its names hold."""

    loops_repeat = True

    def __init__(self, resolver: _Resolver, scope: _Scope) -> None:
        super().__init__()
        self._resolver = resolver
        self._tracked = resolver.tracked
        self._names = resolver.names
        self._scope = scope
        self._hidden: list[frozenset[str]] = []
        self._pending: dict[ast.AST, _Pending] = {}
        self.at_exit: _Env | None = None

    @property
    def pending(self) -> list[_Pending]:
        return list(self._pending.values())

    def begin(self, variables: dict[str, Values]) -> _Env:
        held = _Variables(self._names.numbers)
        for name, values in variables.items():
            held[name] = values
        state = _Env(held)
        self._scope.visible = state.vars
        return state

    def parameter_values(self, item: _Pending) -> dict[str, Values]:
        node, params = item.node, parameters(item.node.args)
        values = dict.fromkeys(parameter_names(node), UNKNOWN)
        for param in params:
            values[param.arg] = self._annotated(param.annotation, self._outer)
        if item.methods_of is not None and params and isinstance(node, FUNCTIONS):
            values[params[0].arg] = self._first_parameter(node, item.methods_of)
        return values

    def _first_parameter(self, method: Function, owner: ast.ClassDef) -> Values:
        decorators = {dotted_name(decorator) for decorator in method.decorator_list}
        if "staticmethod" in decorators:
            return UNKNOWN
        kind = Kind.DEFINED if "classmethod" in decorators else Kind.OBJECT
        return frozenset({Value(kind, node=owner)})

    def _annotated(self, annotation: ast.expr | None, lookup: Callable[[str], Values]) -> Values:
        """What is annotated with the tracked class holds an instance of it."""
        if annotation is None:
            return UNKNOWN
        for node in walk(annotation):
            paths: list[str] = []
            match node:
                case ast.Name() | ast.Attribute():
                    paths = [dotted_name(node) or ""]
                case ast.Constant(value=str(text)):
                    paths = _DOTTED_NAME.findall(text)
            for value in (value for path in paths for value in self._path_values(path, lookup)):
                if value.name in self._tracked.names:
                    self._names.note_known(value.name)
                    return UNKNOWN | {Value(Kind.INSTANCE, self._tracked.name)}
                if value.name in self._tracked.others:
                    return UNKNOWN | {value}
        return UNKNOWN

    def _path_values(self, path: str, lookup: Callable[[str], Values]) -> Values:
        first, *rest = path.split(".")
        values = lookup(first)
        for attribute in rest:
            values = self._attribute_values(values, attribute)
        return values

    # What names hold

    def _lookup(self, name: str, state: _Env) -> Values:
        if any(name in hidden for hidden in self._hidden):
            return UNKNOWN
        scope = self._scope
        if self._hidden and isinstance(scope.node, ast.ClassDef):
            return self._outer(name)  # a comprehension does not see the class around it
        if name in scope.globals:
            return scope.top.visible.get(name, UNBOUND)
        if name not in scope.locals:
            return self._outer(name)
        values = state.vars.get(name, UNBOUND)
        if values == UNBOUND:
            values = self._resolver.unbound(name, scope)
        if scope.falls_back and values >= UNBOUND:
            values = (values - UNBOUND) | self._outer(name)
        return values

    def _outer(self, name: str) -> Values:
        hidden, scope = self._scope.hidden, self._scope.parent
        while scope is not None:
            if name in hidden:
                return UNKNOWN
            if name in scope.globals:
                scope = scope.top
            if not isinstance(scope.node, ast.ClassDef) and name in scope.locals:
                values = scope.visible.get(name, UNBOUND)
                if values == UNBOUND and name not in scope.before_deletion:
                    return self._resolver.unbound(name, scope)
                # `del` at the end of a module tidies up after calls that were made before.
                return scope.before_deletion[name] if values == UNBOUND else values
            hidden, scope = scope.hidden, scope.parent
        return BUILTIN

    def _attribute_values(self, values: Values, attribute: str) -> Values:
        return frozenset(self._attribute_value(value, attribute) for value in values)

    def _attribute_value(self, value: Value, attribute: str) -> Value:
        if value.kind is Kind.IMPORTED:
            return Value(Kind.IMPORTED, f"{value.name}.{attribute}")
        if value.kind is Kind.INSTANCE:
            return Value(Kind.IMPORTED, f"{self._tracked.name}.{attribute}")
        if isinstance(value.node, ast.ClassDef):
            if (value.node, attribute) in self._resolver.attributes:
                return Value(Kind.INSTANCE, self._tracked.name)
            method = _method(value.node, attribute)
            if method is not None:
                return Value(Kind.DEFINED, node=method)
        return Value(Kind.UNKNOWN)

    def _call_values(self, node: ast.Call) -> Values:
        return frozenset(
            result
            for value in self._names.values(node.func)
            for result in self._result_of(value, node)
        )

    def _result_of(self, value: Value, node: ast.Call) -> Iterator[Value]:
        if value.name in self._tracked.names:
            self._names.note_known(value.name)
            yield Value(Kind.INSTANCE, self._tracked.name)
        elif value.name in self._tracked.others:
            yield value  # its objects have what it has
        elif isinstance(value.node, ast.ClassDef) and value.kind is Kind.DEFINED:
            if self._names.inherits(value.node):
                yield Value(Kind.OBJECT, node=value.node)
        elif value.name == "importlib.import_module" and len(arguments_of(node)) == 1:
            module = plain_text(arguments_of(node)[0])
            if module is not None:
                yield Value(Kind.IMPORTED, module)
        elif value.name in LOOP_GETTERS:
            yield Value(Kind.IMPORTED, EVENT_LOOP)

    def _builtin_call(self, node: ast.Call) -> Values:
        """`__import__("uuid")` and `getattr(uuid, "uuid4")`, when those are the builtins."""
        texts = [plain_text(arg) for arg in arguments_of(node)]
        match node.func, texts:
            case ast.Name(id="__import__"), [str(module), *_]:
                return frozenset({Value(Kind.IMPORTED, module)})
            case ast.Name(id="getattr"), [_, str(attribute)] | [_, str(attribute), _] if node.args:
                values = self._names.values(node.args[0])
                return self._attribute_values(values, attribute)
        return _NOTHING

    # Places

    def _note_place(self, node: ast.AST, state: _Env) -> None:
        bound = NameSet(state.vars.mask | self._handed, self._names.numbers)
        paths = self._names.tracked_paths
        usable = [path for name, path in paths.items() if self._holds_tracked(name, path, state)]
        written = min(usable, key=lambda path: (path.count("."), path), default=None)
        known = self._names.tracked_functions
        functions = known and frozenset(
            (dotted.rpartition(".")[2], name)
            for name, dotted in known.items()
            if self._lookup(name, state) == {Value(Kind.IMPORTED, dotted)}
        )
        self._names.note_place(node, Place(bound, written, functions or frozenset()))

    @cached_property
    def _handed(self) -> int:
        """The bits of the parameters of the functions around."""
        given: set[str] = set()
        scope = self._scope.parent
        while scope is not None and scope.parent is not None:
            if not isinstance(scope.node, (ast.Module, ast.ClassDef)):
                given.update(param.arg for param in parameters(scope.node.args))
            scope = scope.parent
        numbers = self._names.numbers
        bits = (numbers.setdefault(name, len(numbers)) for name in given - self._scope.locals)
        return reduce(or_, (1 << number for number in bits), 0)

    def _holds_tracked(self, name: str, path: str, state: _Env) -> bool:
        values = self._lookup(name, state)
        for attribute in path.split(".")[1:]:
            values = self._attribute_values(values, attribute)
        return bool(values) and all(
            value.kind is Kind.IMPORTED and value.name in self._tracked.names for value in values
        )

    # Hooks of the walk

    def leave(self, node: ast.AST, state: _Env) -> None:
        kind = type(node)
        if kind is ast.Name:
            self._leave_name(cast("ast.Name", node), state)
        elif kind is ast.Attribute:
            self._leave_attribute(cast("ast.Attribute", node), state)
        else:
            if kind is ast.Call:
                self._leave_call(cast("ast.Call", node))
            if kind in (_MAKE_IDS if self._tells_of_calls else _FORMATTED):
                self._note_place(node, state)

    @property
    def _tells_of_calls(self) -> bool:
        return self._names.know_tracked or self._names.may_tell_of_calls

    def _leave_name(self, node: ast.Name, state: _Env) -> None:
        names = self._names
        values = self._lookup(node.id, state)
        names.note(node, values)
        if not values:
            names.note_builtin(node)
        if names.tracked_function(node) is not None:
            self._note_place(node, state)

    def _leave_attribute(self, node: ast.Attribute, state: _Env) -> None:
        names = self._names
        values = names.values(node.value)
        if values:
            names.note(node, self._attribute_values(values, node.attr))
        if names.tracked_function(node) is not None:
            self._note_place(node, state)

    def _leave_call(self, node: ast.Call) -> None:
        names = self._names
        if names.method_of(node.func) is not None:
            names.note_call(self._scope.node, node)
        if names.values(node.func):
            names.note(node, self._call_values(node))
        elif names.is_builtin(node.func):
            names.note(node, self._builtin_call(node))

    def bind(self, name: str, binder: ast.AST, value: ast.AST | None, state: _Env) -> None:
        if isinstance(value, (*FUNCTIONS, ast.ClassDef)):
            values: Values = frozenset({Value(Kind.DEFINED, node=value)})
        else:
            values = (self._names.values(value) if value is not None else _NOTHING) or UNKNOWN
            if any(item.kind is Kind.IMPORTED for item in values):
                self._names.aliases.add(name)
        self._store(name, values, state)

    def _store(self, name: str, values: Values, state: _Env) -> None:
        scope = self._scope
        is_shared = scope.falls_back or name in scope.globals
        if is_shared and self._names.are_tracked(values):
            self._names.spoken.add(name)
        if name in scope.globals:
            _add(scope.top.visible, name, values)
        elif name in scope.nonlocals:
            owner = scope.parent
            while owner is not None and name not in owner.locals:
                owner = owner.parent
            if owner is not None:
                _add(owner.visible, name, values)
        else:
            state.vars[name] = values
            for failing in self.failing:
                failing.vars[name] = failing.vars.get(name, UNBOUND) | values

    def bind_place(self, target: ast.expr, value: ast.expr | None, state: _Env) -> None:
        if not isinstance(target, ast.Attribute) or value is None:
            return
        stored = self._names.values(value)
        if not any(item.kind is Kind.INSTANCE for item in stored):
            return
        for owner in self._names.values(target.value):
            if owner.kind is Kind.OBJECT and isinstance(owner.node, ast.ClassDef):
                self._resolver.attributes[owner.node, target.attr] = stored
                self._names.spoken.add(target.attr)

    def declare(self, node: ast.AnnAssign, state: _Env) -> None:
        instance = self._annotated(node.annotation, lambda n: self._lookup(n, state)) - UNKNOWN
        if instance and node.value is not None and isinstance(node.target, ast.Name):
            name = node.target.id
            self._store(name, state.vars.get(name, UNKNOWN) | instance, state)

    def bind_import(self, node: ImportStatement, state: _Env) -> None:
        for bound, dotted in self._resolver.tracked_in(node):
            self._names.note_import(self._scope.node, bound, dotted, node)
        for name, dotted, _ in self._resolver.imports(node):
            self._names.note_path(name, dotted, plain=False)
            self._store(name, frozenset({Value(Kind.IMPORTED, dotted)}), state)
        if isinstance(node, ast.Import) and isinstance(self._scope.node, ast.Module):
            for alias in node.names:
                if alias.asname is None:
                    first = alias.name.partition(".")[0]
                    self._names.note_path(first, alias.name, plain=True)

    def unbind(self, name: str, node: ast.AST, state: _Env) -> None:
        self._scope.before_deletion[name] = state.vars.get(name, UNBOUND)
        state.vars[name] = UNBOUND

    def swallowed_by(self, manager: ast.expr) -> Sequence[ast.expr]:
        return swallowed_by(manager, self._names)

    def enter_function(self, node: FunctionNode, state: _Env) -> None:
        scope = self._scope
        owner = scope.node if isinstance(scope.node, ast.ClassDef) else None
        hidden = frozenset().union(*self._hidden)
        self._pending[node] = _Pending(node, scope, owner, hidden)

    def enter_class(self, node: ast.ClassDef, state: _Env) -> None:
        self._scope.visible = state.vars
        inner = _Scope(node, self._scope, self._names.bound(node), self._names.local_names(node))
        for item in self._resolver.run_inline(inner):
            self._pending[item.node] = item

    def enter_comprehension(self, node: Comprehension) -> None:
        self._hidden.append(hidden_by(node))

    def leave_comprehension(self) -> None:
        self._hidden.pop()

    def leave_scope(self, state: _Env) -> None:
        if self.at_exit is None:
            self.at_exit = state.fork()
        else:
            self.at_exit.absorb(state)


# What an id put together by hand can be.
_MAKE_IDS = frozenset({ast.BinOp, ast.Call, ast.Constant, ast.JoinedStr, ast.Subscript})
_FORMATTED = frozenset({ast.JoinedStr})


def _row_of(node: FunctionNode) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _add(variables: dict[str, Values], name: str, values: Values) -> None:
    variables[name] = variables.get(name, _NOTHING) | values


def _method(owner: ast.ClassDef, name: str) -> Function | None:
    for statement in reversed(owner.body):
        if isinstance(statement, FUNCTIONS) and statement.name == name:
            return statement
    return None
