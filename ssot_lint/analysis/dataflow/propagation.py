"""Who gets the value of an expression: what is around it, variables, fields, parameters."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ssot_lint.analysis.dataflow.access_paths import (
    PART,
    WHOLE,
    Defined,
    Holder,
    Holders,
    Kind,
    Place,
    Where,
)
from ssot_lint.analysis.dataflow.library import SAME_TEXT
from ssot_lint.analysis.semantics.library import FACTORIES, LOOKUPS
from ssot_lint.analysis.semantics.signatures import Fields
from ssot_lint.analysis.syntax.parsing import last_name_of

_HANDING_ON = frozenset({"str", "cast", "copy", "deepcopy"})
_SAME_ITEMS = frozenset({
    "list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "filter", "deque", "chain",
    "copy", "deepcopy",
})  # fmt: skip
_ITERATED = (Where.ITEM, Where.KEY)
# What gives the result of a coroutine, or of a function that it is handed.
_AWAITING = frozenset({
    "create_task", "ensure_future", "shield", "wait_for", "run_until_complete", "run",
    "run_coroutine_threadsafe",
})  # fmt: skip
_RUNNING = frozenset({"to_thread", "run_in_executor", "submit", "run_in_threadpool", "run_sync"})
# What gives pairs, and at which place of them what it is handed is.
_PAIRING = frozenset({"enumerate", "zip"})
# What hands a function one item after the other.
_EACH = frozenset({"map", "filter", "sorted", "sort", "min", "max", "groupby", "reduce"})
# What gives one of several, as function and as method.
_CHOOSING = frozenset({"next", "min", "max", "choice"})
_TAKING = frozenset({"pop", "popleft", "get", "get_nowait", "__next__"})
_ADDING = frozenset({"append", "appendleft", "add", "insert", "put", "put_nowait"})
_JOINING = frozenset({"extend", "update"})
# Generator functions whose decorator makes one value of what they yield.
_YIELDING_ONE = frozenset({"contextmanager", "asynccontextmanager", "fixture"})


@dataclass(frozen=True)
class Step:
    """An expression that has the value, or holds it in a place."""

    node: ast.expr
    place: Place = WHOLE


class Propagation:
    """How values go through one file."""

    def __init__(self, holders: Holders, fields: Fields) -> None:
        self._holders = holders
        self._fields = fields

    # The same value

    def next(self, step: Step) -> Step | None:
        """The expression around one that has the same value, or holds it."""
        node = step.node
        parent = self._holders.parents[node]
        match parent:
            case ast.Call(args=args) if node in args:
                return self._through_call(step, parent)
            case ast.Attribute(attr=name):
                call = self._holders.parents[parent]
                if isinstance(call, ast.Call) and call.func is parent:
                    return self._through_method(step, call, name)
            case ast.BoolOp() | ast.NamedExpr() | ast.Await():
                return replace(step, node=parent)
            case ast.IfExp(test=test) if node is not test:
                return replace(step, node=parent)
            case ast.FormattedValue(format_spec=None):
                whole = self._holders.parents[parent]
                if isinstance(whole, ast.JoinedStr) and step.place in (WHOLE, PART):
                    return (
                        replace(step, node=whole) if len(whole.values) == 1 else Step(whole, PART)
                    )
            case ast.BinOp(op=ast.Add() | ast.BitOr()):
                return Step(parent, step.place.anywhere if step.place != WHOLE else PART)
            case ast.Subscript(value=value, slice=part) if value is node:
                return self._through_brackets(step, parent, part)
            case _:
                return self._into_display(step, parent)
        return None

    @staticmethod
    def _into_display(step: Step, parent: ast.AST) -> Step | None:
        """A list, dict and the like that is written around the value."""
        node, place = step.node, step.place
        match parent:
            case ast.List() | ast.Set() | ast.Tuple() if isinstance(node, ast.Starred):
                return Step(parent, place)
            case ast.Tuple(elts=elts) if not any(isinstance(e, ast.Starred) for e in elts):
                return Step(parent, place.within(Where.ITEM, elts.index(node)))
            case ast.List() | ast.Set() | ast.Tuple():
                return Step(parent, place.within(Where.ITEM))
            case ast.Starred() if place.where in _ITERATED:
                return Step(parent, place.inner.within(Where.ITEM))
            case ast.ListComp(elt=elt) | ast.SetComp(elt=elt) | ast.GeneratorExp(elt=elt) if (
                node is elt
            ):
                return Step(parent, place.within(Where.ITEM))
            case ast.DictComp(key=key, value=value) if node in (key, value):
                return Step(parent, place.within(Where.KEY if node is key else Where.ENTRY))
            case ast.Dict(keys=keys, values=values):
                if node in keys:
                    return Step(parent, place.within(Where.KEY))
                if not _is_text(keys[values.index(node)]):
                    return Step(parent, place.within(Where.ENTRY))
        return None

    @staticmethod
    def _through_call(step: Step, call: ast.Call) -> Step | None:
        name = last_name_of(call.func)
        is_last = call.args[-1] is step.node and len(call.args) > 1
        if step.place in (WHOLE, PART) and name != "gather":
            is_first = call.args[0] is step.node
            is_same = name in _HANDING_ON and (name == "cast" or is_first)
            is_same = is_same or (name in _AWAITING and is_first)
            is_default = is_last and (name in LOOKUPS or name in ("getattr", "getenv"))
            return replace(step, node=call) if is_same or is_default else None
        if name == "join" and step.place.where in _ITERATED and step.place.inner in (WHOLE, PART):
            return Step(call, PART)
        if name == "gather":
            is_spread = isinstance(step.node, ast.Starred)
            at = call.args.index(step.node)
            return Step(call, step.place if is_spread else step.place.within(Where.ITEM, at))
        if name in _CHOOSING and step.place.where in _ITERATED:
            return Step(call, step.place.inner)
        if name in _PAIRING and step.place.where in _ITERATED:
            at = 1 if name == "enumerate" else call.args.index(step.node)
            pair = step.place.inner.within(Where.ITEM, at)
            return Step(call, pair.within(Where.ITEM))
        if name == "dict" and step.place.where is Where.ITEM:
            pair = step.place.inner
            where = Where.ENTRY if pair.at else Where.KEY
            return Step(call, pair.inner.within(where)) if pair.at is not None else None
        if name in ("fromkeys", "Counter") and step.place.where in _ITERATED:
            return Step(call, step.place.inner.within(Where.KEY))
        if name in ("copy", "deepcopy", "dict") or name in _AWAITING:
            return replace(step, node=call)
        if name in _SAME_ITEMS and step.place.where in _ITERATED:
            return Step(call, step.place.inner.within(Where.ITEM))
        return None

    @staticmethod
    def _through_method(step: Step, call: ast.Call, name: str) -> Step | None:
        inner = step.place.inner
        match step.place.where, name:
            case None | Where.PART, _ if name in SAME_TEXT:
                return replace(step, node=call)
            case Where.PART, "removeprefix" | "removesuffix":
                return Step(call)
            case Where.ITEM, _ if name in _TAKING:
                return Step(call, inner)
            case Where.ENTRY, _ if name in LOOKUPS and not (call.args and _is_text(call.args[0])):
                return Step(call, inner)
            case (Where.KEY, "keys") | (Where.ENTRY, "values"):
                return Step(call, inner.within(Where.ITEM))
            case Where.KEY | Where.ENTRY, "items":
                pair = inner.within(Where.ITEM, 0 if step.place.where is Where.KEY else 1)
                return Step(call, pair.within(Where.ITEM))
            case _, "copy" | "result":  # of a task
                return replace(step, node=call)
        return None

    @staticmethod
    def _through_brackets(step: Step, whole: ast.Subscript, part: ast.expr) -> Step | None:
        place = step.place
        if place.where is Where.ITEM:
            if isinstance(part, ast.Slice):
                return Step(whole, place.anywhere)
            index = part.value if isinstance(part, ast.Constant) else None
            is_other = None not in (index, place.at) and index != place.at
            return None if is_other else Step(whole, place.inner)
        if place.where is Where.ENTRY and not _is_text(part):
            return Step(whole, place.inner)
        return None

    # Other names

    def given_on(self, step: Step) -> Iterator[Holder]:
        """The holders that the code right around an expression gives its value."""
        node, place = step.node, step.place
        parent = self._holders.parents[node]
        match parent:
            case ast.Assign(targets=targets):
                for target in targets:
                    yield from self._into(target, place)
            case ast.AnnAssign(target=target, value=value) if value is node:
                yield from self._into(target, place)
            case ast.NamedExpr(target=target):
                yield from self._into(target, place)
            case ast.AugAssign(target=target):
                yield from self._into(target, place.anywhere if place != WHOLE else PART)
            case ast.For() | ast.AsyncFor() | ast.comprehension() if parent.iter is node:
                if place.where in _ITERATED:
                    yield from self._into(parent.target, place.inner)
            case ast.withitem(context_expr=context, optional_vars=ast.expr() as target) if (
                context is node
            ):
                yield from self._into(target, place)
            case ast.Match(cases=cases):
                for case in cases:
                    yield from self._captured(case.pattern, place)
            case ast.Dict(keys=keys, values=values) if node in values:
                key = keys[values.index(node)]
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield Holder(Kind.FIELD, key.value, place=place)
                    yield from self._spread(parent, key.value, place)
            case ast.Subscript(value=container, slice=part, ctx=ast.Store()) if part is node:
                yield from self._into(container, place.within(Where.KEY))
            case ast.Return() | ast.Yield() | ast.YieldFrom():
                yield from self._result(parent, place)
            case ast.keyword(arg=str(name)):
                call = self._holders.parents[parent]
                if isinstance(call, ast.Call):
                    yield from self.as_keyword(call, last_name_of(call.func), name, place)
            case ast.Call(args=args) if node in args:
                yield from self._as_argument(step, parent, args.index(node))
            case ast.Starred():
                call = self._holders.parents[parent]
                if isinstance(call, ast.Call) and place.where in _ITERATED:
                    for defined in self._called(last_name_of(call.func)):
                        yield from _all_parameters(defined, place.inner)
                        yield from _parameter_at(len(defined.parameters), defined, place.inner)
            case ast.arguments():
                yield from self._as_default(parent, node, place)

    def _into(self, target: ast.expr, place: Place) -> Iterator[Holder]:
        match target:
            case ast.Name(id=name):
                yield replace(self._holders.variable(name, target), place=place)
                statement = self._holders.parents[target]
                if isinstance(self._holders.parents.get(statement), ast.ClassDef):
                    yield Holder(Kind.FIELD, name, place=place)
            case ast.Attribute(attr=name):
                yield Holder(Kind.FIELD, name, place=place)
            case ast.Subscript(value=container, slice=part):
                yield from self._into_item(container, part, place)
            case ast.Call(
                func=ast.Attribute(value=container, attr="setdefault" | "get"), args=[part, *_]
            ):
                yield from self._into_item(container, part, place)
            case ast.Tuple(elts=elts) | ast.List(elts=elts) if place.where in _ITERATED:
                at = place.at
                is_known = at is not None and not any(isinstance(e, ast.Starred) for e in elts)
                for element in elts[at : at + 1] if is_known and at is not None else elts:
                    yield from self._into(element, place.inner)
            case ast.Starred(value=rest):
                yield from self._into(rest, place.within(Where.ITEM))

    def _into_item(self, container: ast.expr, part: ast.expr, place: Place) -> Iterator[Holder]:
        """What holds a value that is put into a container at a key or an index."""
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield Holder(Kind.FIELD, part.value, place=place)
        else:
            yield from self._into(container, place.within(Where.ENTRY))

    def _captured(self, pattern: ast.pattern, place: Place) -> Iterator[Holder]:
        match pattern:
            case ast.MatchAs(pattern=inner, name=name):
                if name is not None:
                    yield replace(self._holders.variable(name, pattern), place=place)
                if inner is not None:
                    yield from self._captured(inner, place)
            case ast.MatchStar(name=str(name)):
                yield replace(self._holders.variable(name, pattern), place=place.within(Where.ITEM))
            case ast.MatchOr(patterns=patterns):
                for one in patterns:
                    yield from self._captured(one, place)
            case ast.MatchClass(cls=ast.Name(id="str"), patterns=[whole]):
                yield from self._captured(whole, place)
            case ast.MatchSequence(patterns=patterns) if place.where in _ITERATED:
                at = place.at
                is_known = at is not None and not any(
                    isinstance(one, ast.MatchStar) for one in patterns
                )
                for one in patterns[at : at + 1] if is_known and at is not None else patterns:
                    yield from self._captured(one, place.inner)

    def _spread(self, mapping: ast.Dict, key: str, place: Place) -> Iterator[Holder]:
        """The parameters that get it by `f(**{"key": value})`."""
        around = self._holders.parents[mapping]
        call = self._holders.parents.get(around)
        if isinstance(around, ast.keyword) and isinstance(call, ast.Call):
            yield from self.as_keyword(call, last_name_of(call.func), key, place)

    def _result(
        self, given: ast.Return | ast.Yield | ast.YieldFrom, place: Place
    ) -> Iterator[Holder]:
        around: ast.AST | None = self._holders.parents.get(given)
        while around is not None and around not in self._holders.defined:
            around = self._holders.parents.get(around)
        if not isinstance(around, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return
        decorators = self._holders.defined[around].decorators
        if isinstance(given, ast.Yield) and not decorators & _YIELDING_ONE:
            place = place.within(Where.ITEM)
        yield Holder(Kind.RESULT, around.name, place=place)

    # Parameters

    def as_keyword(
        self, call: ast.Call | None, called: str, name: str, place: Place
    ) -> Iterator[Holder]:
        """What gets a value that a call hands on under a name."""
        owner = next(
            (one for one in self._fields.lineage(called) if name in self._fields.of(one)), ""
        )
        yield Holder(Kind.FIELD, name, place=place, owner=owner)
        for defined in self._called(called):
            yield from _parameters_named(name, defined, place)
            rest = defined.node.args.kwarg
            if rest is not None and name not in defined.names:
                yield Holder(Kind.VARIABLE, rest.arg, defined.scope, place.within(Where.ENTRY))
        if call is not None:
            yield from self._handed_along(call, name, place)

    def _as_argument(self, step: Step, call: ast.Call, at: int) -> Iterator[Holder]:
        name = last_name_of(call.func)
        called = [*self._called(name), *self._written_there(call.func)]
        for defined in called:
            yield from _parameter_at(at, defined, step.place)
        declared = self._fields.positional(name)
        if at < len(declared) and not self._has_init(name):
            yield Holder(Kind.FIELD, declared[at], place=step.place, owner=name)
        if name == "setattr" and at == 2 and isinstance(call.args[1], ast.Constant):
            yield Holder(Kind.FIELD, str(call.args[1].value), place=step.place)
        if isinstance(call.func, ast.Attribute):
            yield from self._into_container(step, call.func, at, len(call.args))
        yield from self._handed_along(call, at, step.place)

    def _into_container(
        self, step: Step, method: ast.Attribute, at: int, count: int
    ) -> Iterator[Holder]:
        container, name = method.value, method.attr
        if name in _ADDING:
            yield from self._into(container, step.place.within(Where.ITEM))
        elif name in _JOINING and step.place != WHOLE:
            yield from self._into(container, step.place.anywhere)
        elif name == "setdefault" and count == 2:
            yield from self._into(container, step.place.within(Where.ENTRY if at else Where.KEY))
        elif name == "set" and count == 1:  # of a context variable
            yield from self._into(container, step.place.within(Where.ENTRY))

    def _handed_along(self, call: ast.Call, given: int | str, place: Place) -> Iterator[Holder]:
        """The parameters of functions that are handed on beside the value: `submit(f, value)`.

        `given` says by which index or name the call is handed the value.
        """
        for at, node in enumerate([*call.args, *(keyword.value for keyword in call.keywords)]):
            behind = given - at if isinstance(given, int) else 0
            for defined in self._handed(node):
                if last_name_of(call.func) in _EACH:
                    yield from _all_parameters(defined, place.inner)
                elif behind > 0:
                    yield from _parameter_at(behind - 1, defined, place)
                    yield from _parameter_at(behind - 1, defined, place.inner)
                elif isinstance(given, str) and given in defined.names:
                    yield from _parameters_named(given, defined, place)
                elif given == "args" and place.at is not None:
                    yield from _parameter_at(place.at, defined, place.inner)
                else:
                    for one in dict.fromkeys((place, place.inner)):
                        yield from _all_parameters(defined, one)

    def _handed(self, node: ast.expr) -> list[Defined]:
        """The functions of the file that an argument stands for."""
        if isinstance(node, ast.Lambda):
            return [self._holders.defined[node]]
        if not isinstance(node, (ast.Name, ast.Attribute)):
            return []
        named = self._holders.functions.get(last_name_of(node), ())
        return [defined for defined in named if not defined.decorators]

    def _called(self, name: str) -> Iterator[Defined]:
        """The functions of the file that a call of the name may be."""
        yield from self._holders.functions.get(name, ())
        yield from self._inits(name)

    def _written_there(self, func: ast.expr) -> list[Defined]:
        return [self._holders.defined[func]] if isinstance(func, ast.Lambda) else []

    def _inits(self, owner: str) -> list[Defined]:
        """The methods that a call of a class hands its arguments; they may be inherited."""
        inits = self._holders.functions.get("__init__", ())
        for one in self._fields.lineage(owner):
            own = [init for init in inits if init.scope.split(".")[-2:-1] == [one]]
            if own:
                return own
        return []

    def _has_init(self, owner: str) -> bool:
        return bool(self._inits(owner))

    def _as_default(
        self, arguments: ast.arguments, node: ast.expr, place: Place
    ) -> Iterator[Holder]:
        """The parameter whose default it is."""
        defined = self._holders.defined[self._holders.parents[arguments]]
        positional = [*arguments.posonlyargs, *arguments.args]
        with_default = positional[len(positional) - len(arguments.defaults) :]
        named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        for arg, default in [*zip(with_default, arguments.defaults, strict=True), *named]:
            if default is node:
                yield Holder(Kind.VARIABLE, arg.arg, defined.scope, place)

    # What the code says elsewhere

    def beyond(self, holder: Holder) -> Iterator[Holder | Step]:
        """What gets the value of a holder where the code does not speak of that holder itself."""
        name, place = holder.name, holder.place
        if holder.kind is Kind.FIELD:
            if self._holders.is_property(name):
                yield replace(holder, kind=Kind.RESULT)
            for pattern in self._holders.patterns(name):
                yield from self._captured(pattern, place)
            for called in self._holders.spread:
                for defined in self._called(called):
                    yield from _parameters_named(name, defined, place)
        elif holder.kind is Kind.RESULT:
            if self._holders.is_property(name):
                yield Holder(Kind.FIELD, name, place=place)
            if any("fixture" in one.decorators for one in self._holders.functions.get(name, ())):
                for defined in self._holders.taking(name):
                    yield from _parameters_named(name, defined, place)
            for reference in self._holders.references(name):
                yield from self._from_reference(reference, place)
            for one in self._holders.functions.get(name, ()):
                for decorator in one.decorators:
                    yield from self._results_of_parameter(0, decorator, place)

    def _from_reference(self, reference: ast.expr, place: Place) -> Iterator[Holder | Step]:
        """`field(default_factory=f)`, `defaultdict(f)`, `Depends(f)`."""
        parent = self._holders.parents[reference]
        call = self._holders.parents.get(parent)
        if isinstance(parent, ast.keyword) and parent.arg in FACTORIES:
            if isinstance(call, ast.Call):
                yield Step(call, place)
        elif isinstance(parent, ast.Call) and reference in parent.args:
            if last_name_of(parent) == "defaultdict":
                yield Step(parent, place.within(Where.ENTRY))
            elif last_name_of(parent) in _RUNNING:
                yield Step(parent, place)
            at = parent.args.index(reference)
            yield from self._results_of_parameter(at, last_name_of(parent), place)
            yield from self._injected(parent, place)

    def _results_of_parameter(self, at: int, called: str, place: Place) -> Iterator[Holder]:
        """What a function that gets another as an argument knows the results of that by."""
        for defined in self._holders.functions.get(called, ()):
            for parameter in defined.parameters[at : at + 1]:
                yield Holder(Kind.RESULT, parameter.arg, place=place)

    def _injected(self, call: ast.Call, place: Place) -> Iterator[Holder]:
        """The parameter whose default or annotation the call is a part of."""
        inner: ast.AST = call
        around: ast.AST | None = self._holders.parents[inner]
        while isinstance(around, (ast.Subscript, ast.Tuple)):
            inner, around = around, self._holders.parents[around]
        if isinstance(around, ast.arguments) and isinstance(inner, ast.expr):
            yield from self._as_default(around, inner, place)
        elif isinstance(around, ast.arg):
            arguments = self._holders.parents[around]
            defined = self._holders.defined.get(self._holders.parents[arguments])
            if defined is not None:
                yield Holder(Kind.VARIABLE, around.arg, defined.scope, place)


def _all_parameters(defined: Defined, place: Place) -> Iterator[Holder]:
    for arg in defined.arguments:
        yield Holder(Kind.VARIABLE, arg.arg, defined.scope, place)


def _parameter_at(at: int, defined: Defined, place: Place) -> Iterator[Holder]:
    """What gets an argument by position."""
    rest = defined.node.args.vararg
    if at < len(defined.parameters):
        yield Holder(Kind.VARIABLE, defined.parameters[at].arg, defined.scope, place)
    elif rest is not None:
        yield Holder(Kind.VARIABLE, rest.arg, defined.scope, place.within(Where.ITEM))


def _parameters_named(name: str, defined: Defined, place: Place) -> Iterator[Holder]:
    if name in defined.names:
        yield Holder(Kind.VARIABLE, name, defined.scope, place)


def _is_text(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
