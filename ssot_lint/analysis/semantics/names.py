"""What a name in this file stands for: imports, aliases, scopes and shadowing.

Runs each scope in the order of its statements (`flow`) and notes for every name and attribute
that is read which values it can hold there. Only what the rules can ask about is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property, reduce
from operator import or_
from typing import cast

import libcst as cst
from libcst.helpers import get_absolute_module_from_package_for_import

from ssot_lint.analysis.semantics.control_flow.walk import Flow, State, all_params
from ssot_lint.analysis.semantics.known_functions import EVENT_LOOP, EXITS, LOOP_GETTERS
from ssot_lint.analysis.semantics.scopes import (
    Bound,
    FunctionNode,
    bound_names,
    names_bound_from_afar,
    target_names,
    type_parameters,
)
from ssot_lint.analysis.syntax.libcst_nodes import (
    access_path,
    kinds_of,
    last_name,
    plain_text,
    walk,
)


class Kind(Enum):
    """What sort of thing a value is."""

    IMPORTED = auto()  # what an import brings, or an attribute of it: `name` is its dotted name
    INSTANCE = auto()  # an instance of the tracked class
    DEFINED = auto()  # a function or class defined in this file: `node`
    OBJECT = auto()  # an instance of a class of this file, as `self` is: `node` is the class
    UNBOUND = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Value:
    """One of the things that an expression can evaluate to."""

    kind: Kind
    name: str = ""
    node: cst.FunctionDef | cst.ClassDef | None = None


@dataclass(frozen=True)
class Tracked:
    """What somebody wants to know the uses of: one class, and some functions.

    `name` is the class's dotted name, `names` all under which it can be imported; `functions` are
    dotted names, too.
    """

    name: str
    names: frozenset[str]
    functions: frozenset[str] = frozenset()

    @property
    def short_name(self) -> str:
        """The class's name without its module."""
        return self.name.rpartition(".")[2]

    @cached_property
    def starred(self) -> frozenset[str]:
        """What an `import *` may bring of it, as dotted names."""
        return self.names | self.functions


@dataclass(frozen=True, slots=True)
class NameSet:
    """Some names, as one number: a place knows thousands, and there may be thousands of places."""

    mask: int
    numbers: Mapping[str, int]
    """The bit of each name of the file that was ever bound."""

    def __contains__(self, name: str) -> bool:
        number = self.numbers.get(name)
        return number is not None and bool(self.mask >> number & 1)

    def __and__(self, other: NameSet) -> NameSet:
        return NameSet(self.mask & other.mask, self.numbers)

    def among(self, names: Iterable[str]) -> set[str]:
        """Those of the names that are in it."""
        return {name for name in names if name in self}


@dataclass(frozen=True)
class Place:
    """What code at one point of the file may rely on."""

    bound: NameSet
    """Local names, and parameters of the functions around, that hold a value for sure."""
    tracked: str | None
    """How the tracked class is called there; None when no name for it is sure to be bound."""


Values = frozenset[Value]

UNKNOWN: Values = frozenset({Value(Kind.UNKNOWN)})
UNBOUND: Values = frozenset({Value(Kind.UNBOUND)})
BUILTIN: Values = frozenset()
"""A name that nothing in the file binds."""

_NOTHING: Values = frozenset()
_NO_NAMES: frozenset[str] = frozenset()
_NOWHERE = Place(NameSet(0, {}), None)

_DOTTED_NAME = re.compile(r"[^\W\d][\w.]*")

ScopeNode = cst.Module | cst.ClassDef | cst.FunctionDef | cst.Lambda
ImportStatement = cst.Import | cst.ImportFrom

# Bases that bring nothing of their own.
_BARE_BASES = frozenset({"object", "ABC"})
_SKIP_TEST = "skipTest"  # a method of every unittest.TestCase


class Names:
    """The answers. Made by `resolve_names`; nodes are those of the tree it was given."""

    def __init__(self, tracked: Tracked) -> None:
        self._tracked = tracked
        # By `id`, because libcst's nodes have a hash in Python; they live as long as the module.
        self._values: dict[int, Values] = {}
        self._locals: dict[int, frozenset[str]] = {}
        self._builtins: set[int] = set()
        self._places: dict[int, Place] = {}
        self.numbers: dict[str, int] = {}
        """The names that are bound anywhere, with their bits in each `NameSet`."""
        self.aliases: set[str] = set()
        """Names that get something imported by an assignment."""
        self.tracked_paths: dict[str, str] = {}
        """Names that imports bind to the tracked class or its module, and how the class is
        written with them."""
        self.know_tracked = False
        """Whether anything in the file stands for the tracked class."""
        self.tracked_calls: dict[ScopeNode, list[cst.Call]] = {}
        """Calls of the tracked class's methods, by the scope that runs them, in order."""
        self.tracked_imports: dict[ScopeNode, dict[str, list[ImportStatement]]] = {}
        """Imports of the tracked class or its module, by scope and the name they bind."""
        self._brought: dict[ImportStatement, dict[str, str]] = {}
        self.at_module_end: dict[str, Values] = {}
        """What the names of the module hold when it has been imported."""

    def values(self, node: cst.CSTNode) -> Values:
        """What the expression can evaluate to; empty when nothing is known of it."""
        return self._values.get(id(node), _NOTHING)

    def dotted(self, node: cst.CSTNode) -> frozenset[str]:
        """Dotted names of what the expression can be, as far as it was imported."""
        values = self._values.get(id(node))
        if values is None:
            return _NO_NAMES
        return frozenset([v.name for v in values if v.kind is Kind.IMPORTED])

    def tracked_function(self, node: cst.CSTNode) -> str | None:
        """The dotted name of the tracked function that the expression can be, if any."""
        values = self._values.get(id(node))
        return self._function_among(values) if values is not None else None

    def _function_among(self, values: Values) -> str | None:
        functions = self._tracked.functions
        found = [v.name for v in values if v.kind is Kind.IMPORTED and v.name in functions]
        return min(found, default=None)

    @cached_property
    def _all_values(self) -> Values:
        """What anything in the file can evaluate to."""
        return frozenset().union(*self._values.values())

    @cached_property
    def have_tracked_function(self) -> bool:
        """Whether anything in the file can be a tracked function."""
        return self._function_among(self._all_values) is not None

    @cached_property
    def have_tracked_class(self) -> bool:
        """Whether anything in the file can be the tracked class or something it has."""
        known = self._tracked.names
        return any(v.name in known or v.name.rpartition(".")[0] in known for v in self._all_values)

    def is_tracked(self, node: cst.CSTNode) -> bool:
        """Whether the expression can be the tracked class or an instance of it."""
        return any(
            value.kind is Kind.INSTANCE or value.name in self._tracked.names
            for value in self.values(node)
        )

    def heirs(self, node: cst.CSTNode) -> list[cst.ClassDef]:
        """The classes of this file that the expression can be, or be an instance of, and that
        have all they do not define themselves from the tracked class."""
        return [
            value.node
            for value in self.values(node)
            if isinstance(value.node, cst.ClassDef) and self.inherits(value.node)
        ]

    def inherits(self, node: cst.ClassDef, below: frozenset[cst.ClassDef] = frozenset()) -> bool:
        """Whether the class is derived from the tracked class, and from nothing else."""
        bases = [b.value for b in node.bases if last_name(b.value) not in _BARE_BASES]
        if len(bases) != 1 or node.keywords or node.decorators or node in below:
            return False
        if self.dotted(bases[0]) & self._tracked.names:
            return True
        above = (d for d in self.definitions(bases[0]) if isinstance(d, cst.ClassDef))
        return any(self.inherits(owner, below | {node}) for owner in above)

    def never_returns(self, call: cst.Call) -> bool:
        """Whether the call is one of a function behind which the scope does not go on."""
        is_skip = isinstance(call.func, cst.Attribute) and call.func.attr.value == _SKIP_TEST
        return is_skip or bool(self.dotted(call.func) & EXITS)

    def tracked_method(self, call: cst.Call) -> str | None:
        """The name of the tracked class's method that the call runs, if it runs one."""
        return self.method_of(call.func)

    def method_of(self, node: cst.CSTNode) -> str | None:
        """The name of the tracked class's method that the expression can be."""
        for dotted in self.dotted(node):
            owner, _, method = dotted.rpartition(".")
            if owner in self._tracked.names:
                return method
        return None

    def definitions(self, node: cst.CSTNode) -> list[cst.FunctionDef | cst.ClassDef]:
        """The functions and classes of this file that the expression can be."""
        return [
            value.node
            for value in self.values(node)
            if value.kind is Kind.DEFINED and value.node is not None
        ]

    def place(self, node: cst.CSTNode) -> Place:
        """What is bound where a reference to a tracked function stands.

        Also known for f-strings, and for calls and strings in files that know the tracked class.
        """
        return self._places.get(id(node), _NOWHERE)

    def note_place(self, node: cst.CSTNode, place: Place) -> None:
        """Remember what is bound at a node. For `resolve_names` only."""
        before = self._places.get(id(node))
        if before is not None:  # a loop's body is walked more than once
            same = before.tracked == place.tracked
            place = Place(before.bound & place.bound, place.tracked if same else None)
        self._places[id(node)] = place

    def note(self, node: cst.CSTNode, values: Values) -> None:
        """Add what the expression can evaluate to. For `resolve_names` only."""
        if values and values is not UNKNOWN and values != UNKNOWN:
            before = self._values.get(id(node))
            self._values[id(node)] = values if before is None else before | values

    def local_names(self, scope: cst.CSTNode) -> frozenset[str]:
        """The names that a module or function binds itself, parameters included."""
        return self._locals.get(id(scope), _NO_NAMES)

    def note_path(self, bound: str, dotted: str, *, plain: bool) -> None:
        """Remember how an import lets code write the tracked class. For `resolve_names` only.

        `plain` is for `import a.b.c`, which binds `a`.
        """
        for known in self._tracked.names:
            if known == dotted or known.rpartition(".")[0] == dotted:
                written = known if plain else bound + known.removeprefix(dotted)
                self.tracked_paths.setdefault(bound, written)

    def note_known(self, dotted: str) -> None:
        """Take notice of what is imported. For `resolve_names` only."""
        known = self._tracked.names
        if dotted.rpartition(".")[2] == self._tracked.short_name or any(
            name.startswith(f"{dotted}.") for name in known
        ):
            self.know_tracked = True

    def is_builtin(self, name: cst.Name) -> bool:
        """Whether nothing in the file binds the name."""
        return id(name) in self._builtins

    def note_builtin(self, name: cst.Name) -> None:
        """Remember that nothing binds the name. For `resolve_names` only."""
        self._builtins.add(id(name))

    def note_locals(self, scope: cst.CSTNode, local_names: frozenset[str]) -> None:
        """Remember the names a scope binds. For `resolve_names` only."""
        self._locals[id(scope)] = local_names

    def note_call(self, scope: ScopeNode, call: cst.Call) -> None:
        """Remember a call of a method of the tracked class. For `resolve_names` only."""
        calls = self.tracked_calls.setdefault(scope, [])
        if call not in calls:
            calls.append(call)

    def brought_by(self, node: ImportStatement) -> Mapping[str, str]:
        """The names that an import binds to the tracked class or its modules, and what they are."""
        return self._brought.get(node, {})

    def note_import(self, scope: ScopeNode, bound: str, dotted: str, node: ImportStatement) -> None:
        """Remember an import of the tracked class. For `resolve_names` only."""
        self._brought.setdefault(node, {})[bound] = dotted
        nodes = self.tracked_imports.setdefault(scope, {}).setdefault(bound, [])
        if node not in nodes:
            nodes.append(node)


def resolve_names(module: cst.Module, tracked: Tracked, package: str | None) -> Names:
    """Names of a whole module.

    `package` is the dotted name of the package the file lies in, for relative imports; None
    when it is not known.
    """
    names = Names(tracked)
    bound = bound_names(module.body)
    extra = names_bound_from_afar(module, tracked.starred)
    top = _Scope(module, None, Bound(bound.names | extra, frozenset(), frozenset()))
    names.note_locals(module, top.locals)
    resolver = _Resolver(tracked, package, names)
    resolver.run_scope(top)
    return names


class _Scope:
    """A module, class body or function: its names, and what they hold for those inside it."""

    def __init__(
        self,
        node: ScopeNode,
        parent: _Scope | None,
        bound: Bound,
        hidden: frozenset[str] = frozenset(),
    ) -> None:
        self.node = node
        self.parent = parent
        self.locals = bound.names - bound.globals - bound.nonlocals
        self.globals = bound.globals
        self.nonlocals = bound.nonlocals
        self.visible: dict[str, Values] = {}
        self.before_deletion: dict[str, Values] = {}
        self.hidden = hidden
        """Targets of the comprehension that the scope stands in."""

    @property
    def falls_back(self) -> bool:
        """Whether a name that is not bound yet is looked up further out."""
        return not isinstance(self.node, (cst.FunctionDef, cst.Lambda))

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
    methods_of: cst.ClassDef | None
    hidden: frozenset[str]

    @cached_property
    def bound(self) -> Bound:
        """What its body binds, and its parameters."""
        node = self.node
        bound = bound_names([node.body] if isinstance(node, cst.Lambda) else node.body.body)
        params = {param.name.value for param in all_params(node.params)} | type_parameters(node)
        return Bound(bound.names | params, bound.globals, bound.nonlocals)


class _Resolver:
    """Goes from scope to scope, outer ones first."""

    def __init__(self, tracked: Tracked, package: str | None, names: Names) -> None:
        self.tracked = tracked
        self.package = package
        self.names = names
        self.attributes: dict[tuple[cst.ClassDef, str], Values] = {}
        """What the methods of a class store in attributes of `self`."""
        known = tracked.names
        self._tracked_parts = known | {name.rpartition(".")[0] for name in known}
        self._meant: dict[ScopeNode, dict[str, Values]] = {}

    def run_scope(self, scope: _Scope) -> None:
        pending = self.run_inline(scope)
        self.names.at_module_end.update(scope.visible)
        while pending:
            # A function that declares `global` may fill in what the others find.
            pending.sort(key=lambda item: not item.bound.globals)
            inner: list[_Pending] = []
            for item in pending:
                inner.extend(self._run_function(item))
            pending = inner

    def unbound(self, name: str, scope: _Scope) -> Values:
        """What a local name is that cannot be bound where it is read.

        That raises; but where the function imports the tracked class under this name elsewhere,
        that is what is meant.
        """
        if not isinstance(scope.node, cst.FunctionDef):
            return UNBOUND
        if scope.node not in self._meant:
            meant = self._meant.setdefault(scope.node, {})
            for node in walk(scope.node.body, into_scopes=False):
                if isinstance(node, (cst.Import, cst.ImportFrom)):
                    for bound, dotted in self.tracked_in(node):
                        _add(meant, bound, frozenset({Value(Kind.IMPORTED, dotted)}))
        return UNBOUND | self._meant[scope.node].get(name, _NOTHING)

    def tracked_in(self, node: ImportStatement) -> Iterator[tuple[str, str]]:
        """What an import brings of the tracked class: the names it binds, and what they are.

        Its class or a module of it; `import a.b` binds `a` and loads `a.b`.
        """
        for bound, dotted, loaded in self.imports(node):
            if loaded in self._tracked_parts:
                yield bound, dotted

    def imports(self, node: ImportStatement) -> Iterator[tuple[str, str, str]]:
        """The names that an import binds, with what they are and what is loaded."""
        if isinstance(node, cst.Import):
            for alias in node.names:
                loaded = alias.evaluated_name
                first = loaded.partition(".")[0]
                bound = alias.evaluated_alias
                yield (bound, loaded, loaded) if bound else (first, first, loaded)
            return
        module = get_absolute_module_from_package_for_import(self.package, node)
        if module is None:
            written = access_path(node.module) if node.module is not None else None
            module = "." * len(node.relative) + (written or "")
        if isinstance(node.names, cst.ImportStar):
            for known in sorted(self.tracked.starred):
                owner, _, name = known.rpartition(".")
                if owner == module:
                    yield name, known, known
            return
        for alias in node.names:
            dotted = f"{module}.{alias.evaluated_name}"
            yield alias.evaluated_alias or alias.evaluated_name, dotted, dotted

    def run_inline(self, scope: _Scope) -> list[_Pending]:
        """Run a module or class body; gives the functions in it."""
        flow = _ScopeFlow(self, scope)
        node = scope.node
        assert isinstance(node, (cst.Module, cst.ClassDef))
        body = node.body if isinstance(node, cst.Module) else node.body.body
        final = flow.run(body, flow.begin({}), at_top=True)
        scope.visible = final.vars
        return flow.pending

    def _run_function(self, item: _Pending) -> list[_Pending]:
        node = item.node
        params = all_params(node.params)
        scope = _Scope(node, item.parent, item.bound, item.hidden)
        self.names.note_locals(node, scope.locals)
        flow = _ScopeFlow(self, scope)
        state = flow.begin(flow.parameter_values(item, params))
        if isinstance(node, cst.Lambda):
            state = flow.expression(node.body, state)
        else:
            state = flow.run(node.body.body, state)
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
        self._pending: dict[cst.CSTNode, _Pending] = {}
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

    def parameter_values(self, item: _Pending, params: Sequence[cst.Param]) -> dict[str, Values]:
        values = dict.fromkeys(type_parameters(item.node), UNKNOWN)
        for param in params:
            values[param.name.value] = self._annotated(param.annotation, self._outer)
        if item.methods_of is not None and params and isinstance(item.node, cst.FunctionDef):
            first = self._first_parameter(item.node, item.methods_of)
            values[params[0].name.value] = first
        return values

    def _first_parameter(self, method: cst.FunctionDef, owner: cst.ClassDef) -> Values:
        decorators = {access_path(d.decorator) for d in method.decorators}
        if "staticmethod" in decorators:
            return UNKNOWN
        kind = Kind.DEFINED if "classmethod" in decorators else Kind.OBJECT
        return frozenset({Value(kind, node=owner)})

    def _annotated(
        self, annotation: cst.Annotation | None, lookup: Callable[[str], Values]
    ) -> Values:
        """What is annotated with the tracked class holds an instance of it."""
        if annotation is None:
            return UNKNOWN
        for node in walk(annotation.annotation):
            paths: list[str] = []
            if isinstance(node, (cst.Name, cst.Attribute)):
                paths = [access_path(node) or ""]
            elif isinstance(node, cst.SimpleString):
                paths = _DOTTED_NAME.findall(node.raw_value)
            for value in (value for path in paths for value in self._path_values(path, lookup)):
                if value.name in self._tracked.names:
                    self._names.note_known(value.name)
                    return UNKNOWN | {Value(Kind.INSTANCE, self._tracked.name)}
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
        if self._hidden and isinstance(scope.node, cst.ClassDef):
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
            if not isinstance(scope.node, cst.ClassDef) and name in scope.locals:
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
        if isinstance(value.node, cst.ClassDef):
            if (value.node, attribute) in self._resolver.attributes:
                return Value(Kind.INSTANCE, self._tracked.name)
            method = _method(value.node, attribute)
            if method is not None:
                return Value(Kind.DEFINED, node=method)
        return Value(Kind.UNKNOWN)

    def _call_values(self, node: cst.Call) -> Values:
        return frozenset(
            result
            for value in self._names.values(node.func)
            for result in self._result_of(value, node)
        )

    def _result_of(self, value: Value, node: cst.Call) -> Iterator[Value]:
        if value.name in self._tracked.names:
            self._names.note_known(value.name)
            yield Value(Kind.INSTANCE, self._tracked.name)
        elif isinstance(value.node, cst.ClassDef) and value.kind is Kind.DEFINED:
            if self._names.inherits(value.node):
                yield Value(Kind.OBJECT, node=value.node)
        elif value.name == "importlib.import_module" and len(node.args) == 1:
            module = plain_text(node.args[0].value)
            if module is not None:
                yield Value(Kind.IMPORTED, module)
        elif value.name in LOOP_GETTERS:
            yield Value(Kind.IMPORTED, EVENT_LOOP)

    def _builtin_call(self, node: cst.Call) -> Values:
        """`__import__("uuid")` and `getattr(uuid, "uuid4")`, when those are the builtins."""
        texts = [plain_text(arg.value) for arg in node.args]
        match node.func, texts:
            case cst.Name("__import__"), [str(module), *_]:
                return frozenset({Value(Kind.IMPORTED, module)})
            case cst.Name("getattr"), [_, str(attribute)] | [_, str(attribute), _]:
                values = self._names.values(node.args[0].value)
                return self._attribute_values(values, attribute)
        return _NOTHING

    # Places

    def _note_place(self, node: cst.CSTNode, state: _Env) -> None:
        bound = NameSet(state.vars.mask | self._handed, self._names.numbers)
        paths = self._names.tracked_paths
        usable = [path for name, path in paths.items() if self._holds_tracked(name, path, state)]
        written = min(usable, key=lambda path: (path.count("."), path), default=None)
        self._names.note_place(node, Place(bound, written))

    @cached_property
    def _handed(self) -> int:
        """The bits of the parameters of the functions around."""
        given: set[str] = set()
        scope = self._scope.parent
        while scope is not None and scope.parent is not None:
            if isinstance(scope.node, (cst.FunctionDef, cst.Lambda)):
                given.update(param.name.value for param in all_params(scope.node.params))
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

    def leave(self, node: cst.CSTNode, state: _Env) -> None:
        kind = type(node)
        if kind is cst.Name:
            self._leave_name(cast("cst.Name", node), state)
        elif kind is cst.Attribute:
            self._leave_attribute(cast("cst.Attribute", node), state)
        else:
            if kind in _HOLD_VALUES:
                self._leave_other(node)
            if kind in (_MAKE_IDS if self._names.know_tracked else _FORMATTED):
                self._note_place(node, state)

    def _leave_name(self, node: cst.Name, state: _Env) -> None:
        names = self._names
        values = self._lookup(node.value, state)
        names.note(node, values)
        if not values:
            names.note_builtin(node)
        if names.tracked_function(node) is not None:
            self._note_place(node, state)

    def _leave_attribute(self, node: cst.Attribute, state: _Env) -> None:
        names = self._names
        values = names.values(node.value)
        if values:
            names.note(node, self._attribute_values(values, node.attr.value))
        if names.tracked_function(node) is not None:
            self._note_place(node, state)

    def _leave_other(self, node: cst.CSTNode) -> None:
        names = self._names
        if type(node) is cst.Call:
            self._leave_call(node)
        elif type(node) is cst.IfExp:
            names.note(node, names.values(node.body) | names.values(node.orelse))
        elif type(node) is cst.BooleanOperation:
            names.note(node, names.values(node.left) | names.values(node.right))
        elif type(node) is cst.NamedExpr:
            names.note(node, names.values(node.value))
        elif type(node) is cst.Await:
            names.note(node, names.values(node.expression))

    def _leave_call(self, node: cst.Call) -> None:
        names = self._names
        if names.tracked_method(node) is not None:
            names.note_call(self._scope.node, node)
        if names.values(node.func):
            names.note(node, self._call_values(node))
        elif isinstance(node.func, cst.Name) and names.is_builtin(node.func):
            names.note(node, self._builtin_call(node))

    def bind(self, name: cst.Name, value: cst.CSTNode | None, state: _Env) -> None:
        if isinstance(value, (cst.FunctionDef, cst.ClassDef)):
            values: Values = frozenset({Value(Kind.DEFINED, node=value)})
        else:
            values = (self._names.values(value) if value is not None else _NOTHING) or UNKNOWN
            if any(item.kind is Kind.IMPORTED for item in values):
                self._names.aliases.add(name.value)
        self._store(name.value, values, state)

    def _store(self, name: str, values: Values, state: _Env) -> None:
        scope = self._scope
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

    def bind_place(self, target: cst.CSTNode, value: cst.CSTNode | None, state: _Env) -> None:
        if not isinstance(target, cst.Attribute) or value is None:
            return
        if not any(stored.kind is Kind.INSTANCE for stored in self._names.values(value)):
            return
        for owner in self._names.values(target.value):
            if owner.kind is Kind.OBJECT and isinstance(owner.node, cst.ClassDef):
                key = (owner.node, target.attr.value)
                self._resolver.attributes[key] = self._names.values(value)

    def declare(self, node: cst.AnnAssign, state: _Env) -> None:
        instance = self._annotated(node.annotation, lambda n: self._lookup(n, state)) - UNKNOWN
        if instance and node.value is not None and isinstance(node.target, cst.Name):
            name = node.target.value
            self._store(name, state.vars.get(name, UNKNOWN) | instance, state)

    def bind_import(self, node: ImportStatement, state: _Env) -> None:
        for bound, dotted in self._resolver.tracked_in(node):
            self._names.note_import(self._scope.node, bound, dotted, node)
        for name, dotted, _ in self._resolver.imports(node):
            self._names.note_known(dotted)
            self._names.note_path(name, dotted, plain=False)
            self._store(name, frozenset({Value(Kind.IMPORTED, dotted)}), state)
        if isinstance(node, cst.Import) and isinstance(self._scope.node, cst.Module):
            for alias in node.names:
                if alias.evaluated_alias is None:
                    dotted = alias.evaluated_name
                    first = dotted.partition(".")[0]
                    self._names.note_path(first, dotted, plain=True)

    def unbind(self, name: cst.Name, state: _Env) -> None:
        self._scope.before_deletion[name.value] = state.vars.get(name.value, UNBOUND)
        state.vars[name.value] = UNBOUND

    def swallowed_by(self, manager: cst.BaseExpression) -> Sequence[cst.BaseExpression]:
        return swallowed_by(manager, self._names)

    def enter_function(self, node: FunctionNode, state: _Env) -> None:
        scope = self._scope
        owner = scope.node if isinstance(scope.node, cst.ClassDef) else None
        hidden = frozenset().union(*self._hidden)
        self._pending[node] = _Pending(node, scope, owner, hidden)

    def enter_class(self, node: cst.ClassDef, state: _Env) -> None:
        self._scope.visible = state.vars
        inner = _Scope(node, self._scope, bound_names(node.body.body))
        for item in self._resolver.run_inline(inner):
            self._pending[item.node] = item

    def enter_comprehension(self, targets: Sequence[cst.CSTNode]) -> None:
        self._hidden.append(frozenset(n for target in targets for n in target_names(target)))

    def leave_comprehension(self) -> None:
        self._hidden.pop()

    def leave_scope(self, state: _Env) -> None:
        if self.at_exit is None:
            self.at_exit = state.fork()
        else:
            self.at_exit.absorb(state)


# Expressions that can be what a name stands for, besides names and attributes.
_HOLD_VALUES = frozenset({
    cst.Await, cst.BooleanOperation, cst.Call, cst.IfExp, cst.NamedExpr,
})  # fmt: skip
# What an id put together by hand can be.
_MAKE_IDS = kinds_of(cst.Call, cst.BaseString, cst.BinaryOperation, cst.Subscript)
_FORMATTED = frozenset({cst.FormattedString})


def swallowed_by(manager: cst.BaseExpression, names: Names) -> Sequence[cst.BaseExpression]:
    """The exceptions that `contextlib.suppress(...)` swallows; none for other managers."""
    if isinstance(manager, cst.Call) and "contextlib.suppress" in names.dotted(manager.func):
        return [arg.value for arg in manager.args]
    return ()


def _add(variables: dict[str, Values], name: str, values: Values) -> None:
    variables[name] = variables.get(name, _NOTHING) | values


def _method(owner: cst.ClassDef, name: str) -> cst.FunctionDef | None:
    for statement in reversed(owner.body.body):
        if isinstance(statement, cst.FunctionDef) and statement.name.value == name:
            return statement
    return None
