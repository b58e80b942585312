"""Where a value goes in a file, and what is done to it on the way: a worklist with its traces."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
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
from ssot_lint.analysis.dataflow.calls.callees import Callees, unnamed_in
from ssot_lint.analysis.dataflow.calls.operators import Operation, operations
from ssot_lint.analysis.dataflow.calls.possible_values import possible_values
from ssot_lint.analysis.dataflow.declarations import Declarations, effect_of
from ssot_lint.analysis.dataflow.declared_types import declares_field, fixed_by, names_uuid
from ssot_lint.analysis.dataflow.propagation import Parameters, Propagation, Step
from ssot_lint.analysis.dataflow.references import references_of
from ssot_lint.analysis.dataflow.sinks.effects import Effect
from ssot_lint.analysis.dataflow.sinks.queries import filled_into
from ssot_lint.analysis.dataflow.sinks.uses import Uses
from ssot_lint.analysis.semantics.known_functions import FACTORIES
from ssot_lint.analysis.semantics.semantic_model import SemanticModel
from ssot_lint.analysis.semantics.signatures import Declaration
from ssot_lint.analysis.syntax.parsing import FUNCTIONS, last_name, last_name_of, walk

# Nobody reads more, and a value may go through thousands of names.
_LONGEST_WAY = 8
# How many blocks around what is read are looked at.
_DEEPEST = 12
# Where the way begins, and what is said of the value at the places where it may be.
_HERE = AccessPath(Root.EXPRESSION, "")
# Classes that texts are not of.
_NO_TEXT = frozenset({
    "list", "tuple", "set", "frozenset", "dict", "int", "float", "bytes", "bytearray", "bool",
    "UUID", "datetime", "date", "Decimal", "Path", "Mapping", "Enum", "BaseModel",
})  # fmt: skip
_SUBJECTS = {
    Root.VARIABLE: "`{}`",
    Root.FIELD: "`{}`",
    Root.RESULT: "the result of `{}`",
    Root.EXPRESSION: "it",
}


SPREAD = "**"
"""Stands for whatever keyword a mapping has for the value."""


@dataclass(frozen=True)
class Handed:
    """Another access path gets the value, at a node where the code says so."""

    path: AccessPath
    at: ast.AST | None


@dataclass(frozen=True)
class Front:
    """A text that is put in front of the value; `whole` is what both become.

    A NUL stands for each part of the text that is not known.
    """

    text: str
    whole: ast.expr

    @property
    def shown(self) -> str:
        """The text for people."""
        return self.text.replace("\0", "...")


@dataclass(frozen=True)
class Passed:
    """A call is handed the value, or what holds it."""

    call: ast.Call
    labels: Labels
    keyword: str = ""
    """By which keyword; empty for an argument by position, `SPREAD` for one of a mapping."""
    at: int = 0
    """By which position, from 0."""

    @property
    def is_spread(self) -> bool:
        """Whether it is one of those in a list or a mapping that is handed on."""
        if self.keyword:
            return self.keyword not in {word.arg for word in self.call.keywords}
        return any(isinstance(arg, ast.Starred) for arg in self.call.args[: self.at + 1])


@dataclass(frozen=True)
class Operated:
    """An operation that may run a method of an object: that is handed the value."""

    operation: Operation
    labels: Labels


@dataclass(frozen=True)
class Declared:
    """A declaration of what gets the value, whose types may be known to other files only."""

    name: str
    declaration: Declaration


@dataclass(frozen=True)
class FunctionPassed:
    """A call is handed a function that gives the value, or what holds it."""

    passed: Passed


Event: TypeAlias = Handed | Effect | Front | Passed | Operated | Declared | FunctionPassed


@dataclass(frozen=True)
class Waypoint:
    """A node by which a value came to where it is, and what it is called from there on."""

    node: ast.AST
    says: str


@dataclass(frozen=True)
class Visit:
    """An access path that the value reaches, and the visit that it comes from."""

    path: AccessPath
    at: ast.AST | None = None
    before: Visit | None = None
    is_guess: bool = False
    """Whether a step on the way there is a guess."""

    @property
    def way(self) -> tuple[Waypoint, ...]:
        """The last nodes by which the value came here, the first one first.

        Without the expression where the way begins.
        """
        found: list[Waypoint] = []
        visit: Visit | None = self
        while visit is not None and len(found) < _LONGEST_WAY:
            if visit.at is not None and visit.before is not None and visit.before.path != _HERE:
                found.append(Waypoint(visit.at, got(visit.path)))
            visit = visit.before
        return tuple(reversed(found))


def got(path: AccessPath) -> str:
    """What is said of a value where a path gets it, as a sentence about it."""
    if path.root is Root.RESULT:
        return f"`{path.name}` gives it"
    return f"it becomes `{path.owner}.{path.name}`" if path.owner else f"it becomes `{path.name}`"


FIRST = Visit(_HERE)
"""Where the way begins."""


class Forward:
    """Follows values through one file.

    `known` tells of what other files define, as far as that is known without reading them.
    """

    def __init__(self, semantics: SemanticModel, known: Parameters = lambda _: ()) -> None:
        self._semantics = semantics
        fields = semantics.fields
        self._references = semantics.once(references_of)
        self._declarations = Declarations(self._references, fields)
        values = semantics.once(possible_values)
        self._propagation = Propagation(self._references, values, fields, known)
        self._uses = Uses(self._references, values)
        self._events: dict[AccessPath, tuple[Event, ...]] = {}
        self._asks_for_classes = "isinstance" in semantics.text.text

    @property
    def callees(self) -> Callees:
        """Which functions of the file calls run."""
        return self._propagation.callees

    def _handing_on(self, path: AccessPath) -> Iterator[Passed]:
        for reference in self._references.references(path.name):
            parent = self._references.parent(reference)
            call = self._references.parent(parent)
            if isinstance(parent, ast.Call) and reference in parent.args:
                yield Passed(parent, path.labels, at=parent.args.index(reference))
            elif isinstance(parent, ast.keyword) and isinstance(call, ast.Call) and parent.arg:
                yield Passed(call, path.labels, parent.arg)

    def gets(self, node: ast.expr) -> Iterator[AccessPath]:
        """What gets the value of an expression from the code right around it."""
        yield from self._propagation.given_on(Step(node))

    def here(self, node: ast.expr, labels: Labels = WHOLE) -> list[Event]:
        """What the code around an expression does with its value, or with what it holds."""
        return list(self._along(Step(node, labels), _HERE))

    def beyond(self, paths: Iterable[AccessPath]) -> Iterator[tuple[Visit, Event | None]]:
        """All that happens to the value from where some access paths got it.

        Begins each path with None. In the same order for the same file.
        """
        pending: list[Visit] = []
        seen: set[tuple[AccessPath, bool]] = set()

        def add(path: AccessPath, at: ast.AST | None, before: Visit) -> None:
            is_guess = before.is_guess or path.is_guess
            path = replace(path, is_guess=False)
            # What is sure to come somewhere need not be guessed to do so.
            known = not seen.isdisjoint({(path, False), (path, is_guess)})
            if not known and not path.labels.is_too_deep:
                seen.add((path, is_guess))
                pending.append(Visit(path, at, before, is_guess))

        for path in paths:
            add(path, None, FIRST)
        for visit in pending:  # grows while it is gone through
            yield visit, None
            for event in self._at(visit.path):
                yield visit, event
                if isinstance(event, Handed):
                    add(event.path, event.at, visit)

    def follow(
        self, node: ast.expr, labels: Labels = WHOLE
    ) -> Iterator[tuple[Visit, Event | None]]:
        """Both: what is done with the value of an expression here, and beyond."""
        events = self.here(node, labels)
        yield from ((FIRST, event) for event in events)
        yield from self.beyond(event.path for event in events if isinstance(event, Handed))

    def _at(self, path: AccessPath) -> tuple[Event, ...]:
        """What happens to what one path holds. Kept: many values may get into the same one."""
        if path not in self._events:
            self._events[path] = tuple(self._look_at(path))
        return self._events[path]

    def _look_at(self, path: AccessPath) -> Iterator[Event]:
        labels = path.labels
        if path.root is not Root.RESULT and labels == WHOLE:
            yield from self._declarations.fixed(path)
            yield from (Declared(path.name, one) for one in self._declarations.of(path))
        if path.root is Root.RESULT:
            yield from map(FunctionPassed, self._handing_on(path))
        if path.root is Root.FIELD:
            for validated in self._declarations.validators(path.name):
                yield Handed(validated, None)
        for given in self._propagation.beyond(path):
            if isinstance(given, AccessPath):
                yield Handed(given, None)
            else:
                yield from self._along(given, path)
        for load in self._references.loads(path):
            is_other = self._is_of_another(load, path.owner) or self._is_no_text(load, labels)
            if not is_other:
                yield from self._along(Step(load, labels), path)

    def _is_of_another(self, load: ast.expr, owner: str) -> bool:
        """Whether a field is read of an object that is surely of another class than `owner`."""
        if not owner or not isinstance(load, ast.Attribute):
            return False
        classes = self._propagation.receivers.classes_of(load.value)
        lineage = self._semantics.fields.lineage(owner)
        return classes is not None and owner not in classes and classes[0] not in lineage

    def _is_no_text(self, load: ast.expr, labels: Labels) -> bool:
        """Whether a condition around says that what is read there is no text."""
        if labels not in (WHOLE, SUBSTRING) or not self._asks_for_classes:
            return False
        node: ast.AST = load
        around = self._references.parent(load)
        for _ in range(_DEEPEST):  # chains of `elif` may be long
            if around is None or isinstance(around, FUNCTIONS):
                break
            if (
                isinstance(around, (ast.If, ast.IfExp))
                and _is_in_body(node, around)
                and _asks_for_no_text(around.test, load)
            ):
                return not _binds_again(around, load)
            node, around = around, self._references.parent(around)
        return False

    # What is done where it is read

    def _along(self, first: Step, path: AccessPath) -> Iterator[Event]:
        """What is done with the value of an expression, and with what has the same value."""
        subject = _SUBJECTS[path.root].format(path.name)
        step: Step | None = first
        inner: Step | None = None
        while step is not None:
            parent = self._references.parent(step.node)
            what = self._uses.of(step.node, step.labels)
            if what is not None:
                yield replace(what, at=step.node, subject=subject)
            yield from self._passed(step, parent)
            for operation in operations(step.node, parent):
                yield Operated(operation, step.labels)
            if step.labels != SUBSTRING:
                yield from self._needed_by(step.node, parent)
                yield from self._written_into(step.node)
                yield from self._filled_in(step, inner, subject)
            for given in self._propagation.given_on(step):
                yield Handed(given, step.node)
            inner, step = step, self._propagation.next(step)

    def _needed_by(self, node: ast.expr, parent: ast.AST | None) -> Iterator[Effect]:
        match parent:
            case ast.Assign(targets=targets):
                yield from self._set_by(targets)
            case ast.AnnAssign(annotation=annotation, target=target):
                yield from self._declared(Declaration(annotation))
                yield from self._set_by([target])
            case ast.Return() | ast.Yield():
                function = self._semantics.syntax.function_of(parent)
                if function is not None and function.returns is not None:
                    yield from self._declared(Declaration(function.returns))
            case ast.keyword(arg=name):
                call = self._references.parent(parent)
                if isinstance(call, ast.Call):
                    if name in FACTORIES:
                        yield from self._declared_by(call)
                    yield from _unnamed(call)
            case ast.Call(args=args, keywords=keywords) if node in args:
                if any(word.arg == "nx" for word in keywords):
                    yield Effect("it becomes a lock", parent, is_doubt=True)
                yield from _unnamed(parent)
            case ast.Lambda():
                yield from self._needed_by(parent, self._references.parent(parent))

    def _set_by(self, targets: Iterable[ast.expr]) -> Iterator[Effect]:
        """What runs when attributes are set."""
        for target in targets:
            if isinstance(target, ast.Attribute):
                for setter in self._propagation.setters.of(target):
                    says = f"it goes to {setter.what}"
                    yield Effect(says, setter.function.node, is_doubt=True)

    def _declared_by(self, call: ast.Call) -> Iterator[Effect]:
        """What a call that declares a field says of its default."""
        if declares_field(last_name_of(call.func)):
            yield from self._declared(Declaration(value=call))

    def _declared(self, declaration: Declaration) -> Iterator[Effect]:
        fixed = fixed_by(declaration, None, self._semantics.fields.aliases)
        if fixed is not None:
            yield effect_of(fixed, declaration.place)

    def _filled_in(self, step: Step, inner: Step | None, subject: str) -> Iterator[Event]:
        """What queries ask of the value that they have filled in.

        `inner` is the step before: what a list that is written there has in it.
        """
        beside = inner.node if inner is not None and inner.labels == WHOLE else None
        for hole, text in filled_into(step.node, step.labels, beside, self._references):
            if names_uuid(hole.cast):
                yield Effect("is cast to a UUID", text, subject=subject, demands_form=True)
            elif hole.column:
                column = AccessPath(Root.FIELD, hole.column, is_guess=True)
                yield from self._declarations.fixed(column)
                yield Handed(column, text)

    def _passed(self, step: Step, parent: ast.AST | None) -> Iterator[Passed]:
        match parent:
            case ast.Call(args=args) if step.node in args:
                yield Passed(parent, step.labels, at=args.index(step.node))
            case ast.keyword(arg=name) if name or step.labels.through is Through.VALUE:
                call = self._references.parent(parent)
                if isinstance(call, ast.Call):
                    labels = step.labels if name else step.labels.inner
                    yield Passed(call, labels, name or SPREAD)
            case ast.Starred():
                call = self._references.parent(parent)
                if isinstance(call, ast.Call) and step.labels.through is Through.ELEMENT:
                    at = call.args.index(parent) + (step.labels.at or 0)
                    yield Passed(call, step.labels.inner, at=at)

    # Texts that it is written into

    def _written_into(self, node: ast.expr) -> Iterator[Front]:
        parent = self._references.parent(node)
        match parent:
            case ast.FormattedValue():
                whole = self._references.parent(parent)
                if isinstance(whole, ast.JoinedStr):
                    at = next(i for i, part in enumerate(whole.values) if part is parent)
                    yield Front(self._text_of(whole.values[:at]), whole)
            case ast.BinOp(op=ast.Add(), left=left, right=right) if right is node:
                yield Front(self._text_of([left]), parent)
            case ast.BinOp(op=ast.Mod(), left=left, right=right) if right is node:
                yield Front(self._text_of([left]).partition("%")[0], parent)
            case ast.Call(func=ast.Attribute(value=text, attr="format"), args=args) if node in args:
                yield Front(self._text_of([text]).partition("{")[0], parent)
            case ast.List(elts=elts) | ast.Tuple(elts=elts):
                call = self._references.parent(parent)
                match call:
                    case ast.Call(
                        func=ast.Attribute(value=ast.Constant(value=str(between)), attr="join")
                    ):
                        at = next(i for i, part in enumerate(elts) if part is node)
                        yield Front(self._text_of(elts[:at]) + between, call)

    def _text_of(self, parts: Sequence[ast.expr]) -> str:
        """The text of parts as far as it is known; a NUL for each that is not."""
        pending = list(reversed(parts))
        found: list[str] = []
        while pending:
            part = pending.pop()
            match part.value if isinstance(part, ast.FormattedValue) else part:
                case ast.Name(id=name):
                    found.append(str(self._semantics.constants.get(name, "\0")))
                case ast.Constant(value=str(text)):
                    found.append(text)
                case ast.JoinedStr(values=values):
                    pending += reversed(values)
                case ast.BinOp(left=left, right=right):
                    pending += (right, left)
                case _:
                    found.append("\0")
        return "".join(found)


def _is_in_body(node: ast.AST, condition: ast.If | ast.IfExp) -> bool:
    body = condition.body
    return node in body if isinstance(body, list) else node is body


def _binds_again(condition: ast.If | ast.IfExp, read: ast.expr) -> bool:
    """Whether what is read gets something else behind the condition."""
    names = {node.id for node in walk(read) if isinstance(node, ast.Name)}
    return any(
        isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in names
        for node in walk(condition)
    )


def _asks_for_no_text(test: ast.expr, read: ast.expr) -> bool:
    """Whether `isinstance()` says that an expression is of classes that texts are not of."""
    match test:
        case ast.BoolOp(op=ast.And(), values=[first, *_]):
            return _asks_for_no_text(first, read)
        case ast.Call(func=ast.Name(id="isinstance"), args=[asked, classes]):
            names = classes.elts if isinstance(classes, ast.Tuple) else [classes]
            is_it = ast.dump(asked) == ast.dump(read)
            return is_it and all(last_name(name) in _NO_TEXT for name in names)
    return False


def _unnamed(call: ast.Call) -> Iterator[Effect]:
    """Functions that get the value, but no name that one could look up."""
    function = unnamed_in(call)
    if function is not None:
        yield Effect(unknown_function(function), call, is_doubt=True)


def unknown_function(function: ast.expr) -> str:
    """What is said of a value that goes to who knows what function."""
    return f"it goes to `{ast.unparse(function)}`, whatever function that is"
