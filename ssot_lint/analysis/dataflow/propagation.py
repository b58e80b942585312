"""Who gets the value of an expression: what is around it, variables, fields, parameters."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from ssot_lint.analysis.dataflow.access_paths import (
    SUBSTRING,
    WHOLE,
    AccessPath,
    Labels,
    Root,
    Through,
)
from ssot_lint.analysis.dataflow.calls.callees import Callee, Callees
from ssot_lint.analysis.dataflow.calls.operators import Operators
from ssot_lint.analysis.dataflow.calls.possible_values import PossibleValues
from ssot_lint.analysis.dataflow.calls.receivers import Receivers
from ssot_lint.analysis.dataflow.calls.setters import Setters
from ssot_lint.analysis.dataflow.library import (
    CARRYING,
    EACH,
    LOOKUPS,
    RUNNING,
    YIELDING_ONE,
    At,
    Port,
    rows_of,
)
from ssot_lint.analysis.dataflow.references import References
from ssot_lint.analysis.semantics.bindings import FUNCTION_NODES
from ssot_lint.analysis.semantics.known_functions import FACTORIES
from ssot_lint.analysis.semantics.signatures import Fields
from ssot_lint.analysis.syntax.parsing import FUNCTIONS, last_name_of

_ITERATED = (Through.ELEMENT, Through.KEY)

Parameters: TypeAlias = Callable[[ast.expr], Sequence[str]]
"""The names of what a call's arguments by position go to, asked with the called expression."""


@dataclass(frozen=True)
class Step:
    """An expression that has the value, or holds it behind labels."""

    node: ast.expr
    labels: Labels = WHOLE


class Propagation:
    """How values go through one file."""

    def __init__(
        self,
        references: References,
        values: PossibleValues,
        fields: Fields,
        known: Parameters = lambda _: (),
    ) -> None:
        self._references = references
        self._fields = fields
        self._known = known
        self.receivers = Receivers(references, fields)
        self._values = values
        self.callees = Callees(references, values, fields, self.receivers)
        self._operators = Operators(references, self.receivers)
        self.setters = Setters(references, fields, self.receivers)

    # The same value

    def next(self, step: Step) -> Step | None:
        """The expression around one that has the same value, or holds it."""
        node = step.node
        parent = self._references.parent(node)
        match parent:
            case ast.Call(args=args) if node in args:
                return self._through_call(step, parent, args.index(node))
            case ast.keyword(arg=str(name)) if name in FACTORIES:
                return self._as_factory(step, parent, name)
            case ast.keyword():
                call = self._references.parent(parent)
                if isinstance(call, ast.Call) and last_name_of(call.func) == "format":
                    return Step(call, SUBSTRING) if step.labels in (WHOLE, SUBSTRING) else None
            case ast.Lambda():
                around = self._references.parent(parent)
                if isinstance(around, ast.keyword) and around.arg in FACTORIES:
                    return self._as_factory(step, around, around.arg)
            case ast.Attribute():
                call = self._references.parent(parent)
                if isinstance(call, ast.Call) and call.func is parent:
                    return self._through_call(step, call, None)
            case ast.BoolOp() | ast.NamedExpr() | ast.Await():
                return replace(step, node=parent)
            case ast.IfExp(test=test) if node is not test:
                return replace(step, node=parent)
            case ast.FormattedValue(format_spec=None):
                whole = self._references.parent(parent)
                if isinstance(whole, ast.JoinedStr) and step.labels in (WHOLE, SUBSTRING):
                    return (
                        replace(step, node=whole)
                        if len(whole.values) == 1
                        else Step(whole, SUBSTRING)
                    )
            case ast.BinOp(op=ast.Mod(), right=right) if right is node:
                return Step(parent, SUBSTRING)
            case ast.BinOp(op=ast.Add() | ast.BitOr()):
                return Step(parent, step.labels.anywhere if step.labels != WHOLE else SUBSTRING)
            case ast.Subscript(value=value, slice=part) if value is node:
                return self._through_brackets(step, parent, part)
            case _:
                return self._into_display(step, parent)
        return None

    def _as_factory(self, step: Step, keyword: ast.keyword, name: str) -> Step | None:
        """A call that is handed what it gives if there is nothing else, or what makes that."""
        call = self._references.parent(keyword)
        if not isinstance(call, ast.Call):
            return None
        through = self._through_call(step, call, Port.DEFAULT) if name == "default" else None
        return through or Step(call, step.labels)

    @staticmethod
    def _into_display(step: Step, parent: ast.AST | None) -> Step | None:
        """A list, dict and the like that is written around the value."""
        node, labels = step.node, step.labels
        match parent:
            case ast.List() | ast.Set() | ast.Tuple() if isinstance(node, ast.Starred):
                return Step(parent, labels)
            case ast.Tuple(elts=elts) if not any(isinstance(e, ast.Starred) for e in elts):
                return Step(parent, labels.within(Through.ELEMENT, elts.index(node)))
            case ast.List() | ast.Set() | ast.Tuple():
                return Step(parent, labels.within(Through.ELEMENT))
            case ast.Starred() if labels.through in _ITERATED:
                return Step(parent, labels.inner.within(Through.ELEMENT))
            case ast.ListComp(elt=elt) | ast.SetComp(elt=elt) | ast.GeneratorExp(elt=elt) if (
                node is elt
            ):
                return Step(parent, labels.within(Through.ELEMENT))
            case ast.DictComp(key=key, value=value) if node in (key, value):
                return Step(parent, labels.within(Through.KEY if node is key else Through.VALUE))
            case ast.Dict(keys=keys, values=values):
                if node in keys:
                    return Step(parent, labels.within(Through.KEY))
                if not _is_text(keys[values.index(node)]):
                    return Step(parent, labels.within(Through.VALUE))
        return None

    def _through_call(self, step: Step, call: ast.Call, at: At) -> Step | None:
        """What a call gives of the value of an argument, or of what a method is called on."""
        starred = isinstance(step.node, ast.Starred)
        for row in rows_of(last_name_of(call.func)):
            labels = row.passes(step.labels, at, len(call.args), starred=starred)
            by_name = row.unless_text_key and call.args and _is_text(call.args[0])
            if labels is not None and not by_name:
                return Step(call, labels)
        is_text = step.labels in (WHOLE, SUBSTRING)
        if is_text and at == 0 and self._fields.is_kind_of_text(last_name_of(call.func)):
            return Step(call, step.labels)
        is_format = isinstance(call.func, ast.Attribute) and call.func.attr == "format"
        return Step(call, SUBSTRING) if is_format and is_text and at is not None else None

    @staticmethod
    def _through_brackets(step: Step, whole: ast.Subscript, part: ast.expr) -> Step | None:
        labels = step.labels
        if labels.through is Through.ELEMENT:
            if isinstance(part, ast.Slice):
                return Step(whole, labels.anywhere)
            index = part.value if isinstance(part, ast.Constant) else None
            is_other = None not in (index, labels.at) and index != labels.at
            return None if is_other else Step(whole, labels.inner)
        if labels.through is Through.VALUE and not _is_text(part):
            return Step(whole, labels.inner)
        return None

    # Other names

    def given_on(self, step: Step) -> Iterator[AccessPath]:
        """The references that the code right around an expression gives its value."""
        node, labels = step.node, step.labels
        parent = self._references.parent(node)
        for callee, at in self._operators.handed(node):
            yield from parameter_at(at, callee, labels)
        match parent:
            case ast.Assign(targets=targets):
                for target in targets:
                    yield from self._into(target, labels)
            case ast.AnnAssign(target=target, value=value) if value is node:
                yield from self._into(target, labels)
            case ast.NamedExpr(target=target):
                yield from self._into(target, labels)
            case ast.AugAssign(target=target):
                yield from self._into(target, labels.anywhere if labels != WHOLE else SUBSTRING)
            case ast.For() | ast.AsyncFor() | ast.comprehension() if parent.iter is node:
                if labels.through in _ITERATED:
                    yield from self._into(parent.target, labels.inner)
            case ast.withitem(context_expr=context, optional_vars=ast.expr() as target) if (
                context is node
            ):
                yield from self._into(target, labels)
            case ast.Match(cases=cases):
                for case in cases:
                    yield from self._captured(case.pattern, labels)
            case ast.Dict(keys=keys, values=values) if node in values:
                key = keys[values.index(node)]
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield AccessPath(Root.FIELD, key.value, labels=labels)
                    yield from self._spread(parent, key.value, labels)
            case ast.Subscript(value=container, slice=part, ctx=ast.Store()) if part is node:
                yield from self._put_into(container, labels.within(Through.KEY))
            case ast.Return() | ast.Yield() | ast.YieldFrom():
                yield from self._result(parent, labels)
            case ast.keyword(arg=str(name)):
                call = self._references.parent(parent)
                if isinstance(call, ast.Call):
                    yield from self._as_keyword(call, name, labels)
            case ast.Call(args=args) if node in args:
                yield from self._as_argument(step, parent, args.index(node))
            case ast.Starred():
                call = self._references.parent(parent)
                if isinstance(call, ast.Call) and labels.through in _ITERATED:
                    for one in self.callees.of(call):
                        yield from _all_parameters(one, labels.inner)
                        yield from parameter_at(len(one.function.parameters), one, labels.inner)
            case ast.arguments():
                yield from self._as_default(parent, node, labels)
            case ast.Lambda():
                yield from self._as_lambda(parent, labels)

    def _as_lambda(self, made: ast.Lambda, labels: Labels) -> Iterator[AccessPath]:
        """What is known to get what a lambda gives."""
        match self._references.parent(made):
            case ast.Assign(targets=[ast.Name(id=name)]):
                yield AccessPath(Root.RESULT, name, labels=labels)
        paths = self._from_reference(made, labels)
        yield from (path for path in paths if isinstance(path, AccessPath))

    def _into(self, target: ast.expr, labels: Labels) -> Iterator[AccessPath]:
        match target:
            case ast.Name(id=name):
                yield replace(self._references.variable(name, target), labels=labels)
                holder = self._references.parent(self._references.parent(target))
                if isinstance(holder, ast.ClassDef):
                    yield AccessPath(Root.FIELD, name, labels=labels, owner=holder.name)
            case ast.Attribute(attr=name):
                owner = next(iter(self.receivers.classes_of(target.value) or ()), "")
                yield AccessPath(Root.FIELD, name, labels=labels, owner=owner)
                for setter in self.setters.of(target):
                    yield from parameter_at(setter.at, Callee(setter.function), labels)
            case ast.Subscript(value=container, slice=part):
                yield from self._into_item(container, part, labels)
            case ast.Call(
                func=ast.Attribute(value=container, attr="setdefault" | "get"), args=[part, *_]
            ):
                yield from self._into_item(container, part, labels)
            case ast.Tuple(elts=elts) | ast.List(elts=elts) if labels.through in _ITERATED:
                at = labels.at
                is_known = at is not None and not any(isinstance(e, ast.Starred) for e in elts)
                for element in elts[at : at + 1] if is_known and at is not None else elts:
                    yield from self._into(element, labels.inner)
            case ast.Starred(value=rest):
                yield from self._into(rest, labels.within(Through.ELEMENT))

    def _into_item(
        self, container: ast.expr, part: ast.expr, labels: Labels
    ) -> Iterator[AccessPath]:
        """What holds a value that is put into a container at a key or an index."""
        if _is_text(part):
            yield from _named_by(part, labels)
        else:
            yield from self._put_into(container, labels.within(Through.VALUE))

    def _put_into(self, container: ast.expr, labels: Labels) -> Iterator[AccessPath]:
        """What holds a container that gets the value; for a parameter, what calls hand it, too."""
        yield from self._into(container, labels)
        if not isinstance(container, ast.Name):
            return
        function = self._references.function_around(container)
        if function is None or container.id not in function.names:
            return
        for call in self._references.calls_of(function):
            argument = function.argument(call, container.id)
            if argument is not None:
                yield from self._into(argument, labels)

    def _captured(self, pattern: ast.pattern, labels: Labels) -> Iterator[AccessPath]:
        match pattern:
            case ast.MatchAs(pattern=inner, name=name):
                if name is not None:
                    yield replace(self._references.variable(name, pattern), labels=labels)
                if inner is not None:
                    yield from self._captured(inner, labels)
            case ast.MatchStar(name=str(name)):
                yield replace(
                    self._references.variable(name, pattern), labels=labels.within(Through.ELEMENT)
                )
            case ast.MatchOr(patterns=patterns):
                for one in patterns:
                    yield from self._captured(one, labels)
            case ast.MatchClass(cls=ast.Name(id="str"), patterns=[whole]):
                yield from self._captured(whole, labels)
            case ast.MatchSequence(patterns=patterns) if labels.through in _ITERATED:
                at = labels.at
                is_known = at is not None and not any(
                    isinstance(one, ast.MatchStar) for one in patterns
                )
                for one in patterns[at : at + 1] if is_known and at is not None else patterns:
                    yield from self._captured(one, labels.inner)

    def _spread(self, mapping: ast.Dict, key: str, labels: Labels) -> Iterator[AccessPath]:
        """The parameters that get it by `f(**{"key": value})`."""
        around = self._references.parent(mapping)
        call = self._references.parent(around)
        if not (isinstance(around, ast.keyword) and isinstance(call, ast.Call)):
            return
        if around.arg is None:
            yield from self._as_keyword(call, key, labels)
        elif around.arg in CARRYING:
            yield from self._handed_along(call, key, labels)

    def _result(
        self, given: ast.Return | ast.Yield | ast.YieldFrom, labels: Labels
    ) -> Iterator[AccessPath]:
        around: ast.AST | None = self._references.parent(given)
        while around is not None and not isinstance(around, FUNCTION_NODES):
            around = self._references.parent(around)
        if not isinstance(around, FUNCTIONS):
            return
        decorators = self._references.definition(around).decorators
        if isinstance(given, ast.Yield) and not decorators & YIELDING_ONE:
            labels = labels.within(Through.ELEMENT)
        yield AccessPath(Root.RESULT, around.name, labels=labels)

    # Parameters

    def _as_keyword(self, call: ast.Call, name: str, labels: Labels) -> Iterator[AccessPath]:
        """What gets a value that a call hands on under a name."""
        lineage = self._fields.lineage(last_name_of(call.func))
        owner = next((one for one in lineage if name in self._fields.of(one)), "")
        if name not in FACTORIES:
            yield AccessPath(Root.FIELD, name, labels=labels, owner=owner)
        for one in self.callees.of(call):
            yield from parameters_named(name, one, labels, with_rest=True)
        yield from self._handed_along(call, name, labels)

    def _as_argument(self, step: Step, call: ast.Call, at: int) -> Iterator[AccessPath]:
        name = last_name_of(call.func)
        called = self.callees.of(call)
        for one in called:
            yield from parameter_at(at, one, step.labels)
        declared = self._fields.positional(name)
        if at < len(declared) and not self.callees.inits(name):
            yield AccessPath(Root.FIELD, declared[at], labels=step.labels, owner=name)
        known = () if called else self._known(call.func)
        if at < len(known):
            yield AccessPath(Root.FIELD, known[at], labels=step.labels)
        key_at = 1 if name == "getattr" else 0
        if (key_at or name in LOOKUPS) and at == key_at + 1:
            yield from _named_by(call.args[key_at], step.labels)
        if name == "setattr" and at == 2:
            yield from _named_by(call.args[1], step.labels)
        if isinstance(call.func, ast.Attribute):
            yield from self._into_container(step, call.func, at, len(call.args))
        yield from self._handed_along(call, at, step.labels)

    def _into_container(
        self, step: Step, method: ast.Attribute, at: int, count: int
    ) -> Iterator[AccessPath]:
        for row in rows_of(method.attr, enters=True):
            labels = row.passes(step.labels, at, count)
            if labels is not None:
                yield from self._put_into(method.value, labels)

    def _handed_along(
        self, call: ast.Call, given: int | str, labels: Labels
    ) -> Iterator[AccessPath]:
        """The parameters of functions that are handed on beside the value: `submit(f, value)`.

        `given` says by which index or name the call is handed the value.
        """
        for at, node in enumerate([*call.args, *(keyword.value for keyword in call.keywords)]):
            behind = given - at if isinstance(given, int) else 0
            for defined in self._handed(node):
                if last_name_of(call.func) in EACH:
                    yield from _all_parameters(defined, labels.inner)
                elif behind > 0:
                    yield from parameter_at(behind - 1, defined, labels)
                    yield from parameter_at(behind - 1, defined, labels.inner)
                elif isinstance(given, str) and given in defined.function.names:
                    yield from parameters_named(given, defined, labels)
                elif given == "args" and labels.at is not None:
                    yield from parameter_at(labels.at, defined, labels.inner)
                else:
                    for one in dict.fromkeys((labels, labels.inner)):
                        yield from _all_parameters(defined, one)

    def _handed(self, node: ast.expr) -> list[Callee]:
        """The functions of the file that an argument stands for."""
        if isinstance(node, ast.Lambda):
            return [Callee(self._references.definition(node))]
        if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript, ast.Call)):
            return [one for one in self.callees.out_of(node) if not one.function.decorators]
        return []

    def _as_default(
        self, arguments: ast.arguments, node: ast.expr, labels: Labels
    ) -> Iterator[AccessPath]:
        """The parameter whose default it is."""
        owner = self._references.parent(arguments)
        if not isinstance(owner, FUNCTION_NODES):
            return
        defined = self._references.definition(owner)
        positional = [*arguments.posonlyargs, *arguments.args]
        with_default = positional[len(positional) - len(arguments.defaults) :]
        named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        for arg, default in [*zip(with_default, arguments.defaults, strict=True), *named]:
            if default is node:
                yield AccessPath(Root.VARIABLE, arg.arg, defined.scope, labels)

    # What the code says elsewhere

    def beyond(self, path: AccessPath) -> Iterator[AccessPath | Step]:
        """What gets the value of a path where the code does not speak of that path itself."""
        name, labels = path.name, path.labels
        if path.root is Root.FIELD:
            if self._references.is_property(name):
                yield replace(path, root=Root.RESULT)
            for pattern in self._references.patterns(name):
                yield from self._captured(pattern, labels)
            for called in self._references.spread:
                for defined in self.callees.named(called):
                    yield from parameters_named(name, Callee(defined), labels)
        elif path.root is Root.RESULT:
            if self._references.is_property(name):
                yield AccessPath(Root.FIELD, name, labels=labels)
            if any("fixture" in one.decorators for one in self._references.functions.get(name, ())):
                for defined in self._references.taking(name):
                    yield from parameters_named(name, Callee(defined), labels)
            for reference in self._references.references(name):
                yield from self._from_reference(reference, labels)
            for one in self._references.functions.get(name, ()):
                for decorator in self._values.decorators(one):
                    for parameter in decorator.parameters[:1]:
                        yield AccessPath(Root.RESULT, parameter.arg, labels=labels)

    def _from_reference(self, reference: ast.expr, labels: Labels) -> Iterator[AccessPath | Step]:
        """`field(default_factory=f)`, `defaultdict(f)`, `Depends(f)`."""
        parent = self._references.parent(reference)
        call = self._references.parent(parent)
        if isinstance(parent, ast.keyword) and parent.arg in FACTORIES:
            if isinstance(call, ast.Call):
                yield Step(call, labels)
        elif isinstance(parent, ast.Call) and reference in parent.args:
            if last_name_of(parent) == "defaultdict":
                yield Step(parent, labels.within(Through.VALUE))
            elif last_name_of(parent) in RUNNING:
                yield Step(parent, labels)
            at = parent.args.index(reference)
            yield from self._results_of_parameter(at, last_name_of(parent), labels)
            yield from self._injected(parent, labels)

    def _results_of_parameter(self, at: int, called: str, labels: Labels) -> Iterator[AccessPath]:
        """What a function that gets another as an argument knows the results of that by."""
        for defined in self._references.functions.get(called, ()):
            for parameter in defined.parameters[at : at + 1]:
                yield AccessPath(Root.RESULT, parameter.arg, labels=labels)

    def _injected(self, call: ast.Call, labels: Labels) -> Iterator[AccessPath]:
        """The parameter whose default or annotation the call is a part of."""
        inner: ast.AST = call
        around: ast.AST | None = self._references.parent(inner)
        while isinstance(around, (ast.Subscript, ast.Tuple)):
            inner, around = around, self._references.parent(around)
        if isinstance(around, ast.arguments) and isinstance(inner, ast.expr):
            yield from self._as_default(around, inner, labels)
        elif isinstance(around, ast.arg):
            arguments = self._references.parent(around)
            owner = self._references.parent(arguments)
            if isinstance(owner, FUNCTION_NODES):
                defined = self._references.definition(owner)
                yield AccessPath(Root.VARIABLE, around.arg, defined.scope, labels)


def _variable(arg: ast.arg, callee: Callee, labels: Labels) -> AccessPath:
    scope = callee.function.scope
    return AccessPath(Root.VARIABLE, arg.arg, scope, labels, is_guess=callee.is_guess)


def _all_parameters(callee: Callee, labels: Labels) -> Iterator[AccessPath]:
    for arg in callee.function.arguments:
        yield _variable(arg, callee, labels)


def parameter_at(at: int, callee: Callee, labels: Labels) -> Iterator[AccessPath]:
    """What gets an argument by position."""
    parameters, rest = callee.function.parameters, callee.function.node.args.vararg
    at += callee.fixed
    if at < len(parameters):
        yield _variable(parameters[at], callee, labels)
    elif rest is not None:
        yield _variable(rest, callee, labels.within(Through.ELEMENT))


def parameters_named(
    name: str, callee: Callee, labels: Labels, *, with_rest: bool = False
) -> Iterator[AccessPath]:
    """What gets an argument by keyword; without a parameter of its name, `**`, if that counts."""
    for arg in callee.function.arguments:
        if arg.arg == name:
            yield _variable(arg, callee, labels)
    rest = callee.function.node.args.kwarg
    if with_rest and rest is not None and name not in callee.function.names:
        yield _variable(rest, callee, labels.within(Through.VALUE))


def _named_by(key: ast.expr, labels: Labels) -> Iterator[AccessPath]:
    """What a text that is written out names."""
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        yield AccessPath(Root.FIELD, key.value, labels=labels)


def _is_text(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
