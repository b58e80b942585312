"""Follows an id into the functions and classes of other files that a file hands it to."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Protocol, TypeAlias

from ssot_lint.analysis.dataflow.access_paths import WHOLE, AccessPath, Labels, Root, Through
from ssot_lint.analysis.dataflow.calls.callees import Callee
from ssot_lint.analysis.dataflow.calls.operators import SETTERS
from ssot_lint.analysis.dataflow.forward import Event, Forward, Operated, Passed, Visit
from ssot_lint.analysis.dataflow.library import EACH, EACH_SPREAD, MINDING_FORM, RUNNING_WITH
from ssot_lint.analysis.dataflow.propagation import parameter_at, parameters_named
from ssot_lint.analysis.dataflow.references import references_of
from ssot_lint.analysis.dataflow.sinks.effects import CONVERTERS, GLOBBING, MATCHING, Effect
from ssot_lint.analysis.semantics.bindings import FunctionNode
from ssot_lint.analysis.syntax.parsing import FUNCTIONS, last_name_of, walk
from ssot_lint.fixes.safety.dispatch import Dispatch
from ssot_lint.fixes.safety.forms import Evidence, Form
from ssot_lint.fixes.safety.imported_types import ImportedTypes
from ssot_lint.fixes.safety.users import Users
from ssot_lint.ids.call_arguments import context_parameters
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.shown import is_text_output
from ssot_lint.project.index import Project
from ssot_lint.project.links import Found, Links


class Gatherer(Protocol):
    """What gathers evidence in one file."""

    project: Project
    elsewhere: Elsewhere

    def beyond(self, paths: tuple[AccessPath, ...], form: Form) -> Evidence:
        """What speaks against an id of the form that gets into some paths of the file."""

    def gives_back(self, paths: tuple[AccessPath, ...], function: str) -> bool:
        """Whether calls of a function give what gets into the paths."""

    def follow(self, paths: tuple[AccessPath, ...]) -> Iterator[tuple[Visit, Event | None]]:
        """All that happens to what gets into the paths."""

    def effects(self, visit: Visit, event: Event | None, form: Form) -> Iterator[Effect]:
        """What an event says against the form."""


Reached: TypeAlias = "tuple[Taking, Gatherer, tuple[AccessPath, ...]]"
"""A function or a class, what gathers evidence in its file, and what gets an id there."""
Using: TypeAlias = "tuple[str, Gatherer, tuple[AccessPath, ...]]"
"""A file that uses what another one gives, what gathers evidence there, and what has it there."""
_LONGEST = 6
# How an id comes into a file other than by a call of a function.
_MAKING = (None, "", "__init__")


@dataclass(frozen=True)
class Taking:
    """A function or a class that is handed an id, and its file."""

    path: str
    node: FunctionNode | ast.ClassDef

    @property
    def function(self) -> str:
        """The name of the function; empty for a class and for a lambda."""
        return self.node.name if isinstance(self.node, FUNCTIONS) else ""


@dataclass(frozen=True)
class Received:
    """What was found out of an id behind a call."""

    path: str
    """The file that it was handed into."""
    evidence: Evidence
    is_returned: Callable[[], bool]
    """Tells whether the call gives it back: that takes another look."""


class Elsewhere:
    """What other files do to the ids of one.

    `make` gives what gathers evidence in one of them.
    """

    def __init__(
        self,
        project: Project,
        ids: IdModel,
        make: Callable[[IdModel, Project, Elsewhere], Gatherer],
    ) -> None:
        self._project = project
        self._make = make
        self.links = Links(project, ids)
        self.types = ImportedTypes(project, self.links)
        self._dispatch = Dispatch(project, self.links)
        self._users = Users(project, self.links)
        self._files: dict[str, Gatherer | None] = {}
        self._reached: dict[tuple[str, Passed], list[Reached]] = {}
        # What tests make, they hand to what they try, whatever others do with that.
        self._is_for_test = project.is_test
        self._using: dict[tuple[str, AccessPath], list[Using]] = {}
        self._known: dict[tuple[str, tuple[AccessPath, ...], Form, bool], Received] = {}
        self._open: list[tuple[str, tuple[AccessPath, ...], str | None]] = []

    def received(self, by: str, passed: Passed, form: Form) -> Iterator[Received]:
        """What the functions of other files that a call in a file may run do to an id."""
        for taking, file, paths in self.reached(by, passed):
            yield from self._met(taking.path, file, paths, form, taking.function)

    def called_by_others(self, by: str, passed: Passed, form: Form) -> Iterator[Received]:
        """What files do to what a function gives that a call in a file hands them."""
        if self._is_for_test:
            return
        for taking, file, paths in self.reached(by, replace(passed, labels=WHOLE)):
            results = [AccessPath(Root.RESULT, one.name, labels=passed.labels) for one in paths]
            yield from self._met(taking.path, file, tuple(results), form, None)

    def wrapped_by(self, path: str, function: ast.AST) -> str:
        """What another file puts around a function of a file, and minds the form of texts there.

        The name of a decorator; empty for none. What the libraries of others and Python itself put
        around hands on what it gets.
        """
        own = (path, self._project.path)
        for decorator in getattr(function, "decorator_list", ()):
            by = decorator.func if isinstance(decorator, ast.Call) else decorator
            around = (found for found in self.links.of(path, by) if found.path not in own)
            if any(_minds_form(found.node) for found in around):
                return last_name_of(by)
        return ""

    def is_passed_on(self, by: str, func: ast.expr) -> bool:
        """Whether an object passes on calls of methods that its class does not have."""
        return self._dispatch.is_passed_on(by, func)

    def operated(self, by: str, operated: Operated, form: Form) -> Iterator[Received]:
        """What methods of other files do to an id that an operation in a file hands them."""
        operation, labels = operated.operation, operated.labels
        for method in self._dispatch.run_by(by, operation) if not self._is_for_test else ():
            file, ids = self._file(method.path), self.links.ids(method.path)
            if method.path != by and file is not None and ids is not None:
                takes_name = method.node.name in SETTERS or operation.method not in SETTERS
                paths = tuple(_reached(method, ids, labels, operation.at if takes_name else 0))
                if paths:
                    yield from self._met(method.path, file, paths, form, "")

    @property
    def is_behind_call(self) -> bool:
        """Whether an id is followed into a function: what that gives, only who calls it gets.

        An object keeps what it is made with, for all who have it; those of tests, for the test.
        """
        kept = (None,) if self._is_for_test else _MAKING
        return any(function not in kept for _, _, function in self._open)

    def used(self, by: str, path: AccessPath, form: Form, *, is_kept: bool) -> Iterator[Received]:
        """What files do to what a function or a variable of a file gives them, who import it.

        `is_kept` tells whether the file has kept it: then others get it than who has called.
        """
        if path.root is Root.RESULT and self.is_behind_call and not is_kept:
            return
        key = (by, path)
        if key not in self._using:
            self._using[key] = list(self._find_using(by, path))
        for other, file, paths in self._using[key]:
            yield from self._met(other, file, paths, form, None)

    def _met(
        self,
        path: str,
        file: Gatherer,
        paths: tuple[AccessPath, ...],
        form: Form,
        function: str | None,
    ) -> Iterator[Received]:
        """What is found out in a file of what gets into some paths there.

        `function` is the name of the one that is handed it, empty for a class; None where the file
        itself asks for it.
        """
        with self._inside(path, paths, function) as may_go_on:
            key = (path, paths, form, self.is_behind_call)
            if may_go_on and key not in self._known:
                evidence = file.beyond(paths, form)
                gives_back = cache(partial(_gives_back, file, paths, function or ""))
                self._known[key] = Received(path, evidence, gives_back)
        if key in self._known:
            yield self._known[key]

    def _find_using(self, by: str, path: AccessPath) -> Iterator[Using]:
        for other, paths in self._users.of(by, path):
            file = self._file(other)
            if file is not None and other != self._project.generator:
                yield other, file, paths

    def reached(self, by: str, passed: Passed) -> list[Reached]:
        """What a call in a file hands an id to in others."""
        key = (by, passed)
        if key not in self._reached:
            self._reached[key] = list(self._find_reached(by, passed))
        return self._reached[key]

    def _find_reached(self, by: str, passed: Passed) -> Iterator[Reached]:
        if is_text_output(passed.call):
            return
        found = list(self._by_name(by, passed)) or list(self._handed_in(by, passed))
        known: set[tuple[str, tuple[AccessPath, ...]]] = set()
        for taking, file, paths in found:
            is_other = taking.path not in (by, self._project.generator)
            if is_other and (taking.path, paths) not in known:
                known.add((taking.path, paths))
                yield taking, file, paths

    def _by_name(self, by: str, passed: Passed) -> Iterator[Reached]:
        for func, handed in ((passed.call.func, passed), *_handed_along(passed)):
            for found in self.links.of(by, func):
                for one in self._taking(found):
                    yield from self._taken(one, handed)

    def _taken(self, found: Found, handed: Passed) -> Iterator[Reached]:
        file, ids = self._file(found.path), self.links.ids(found.path)
        if file is not None and ids is not None:
            paths = tuple(_reached(found, ids, handed.labels, handed.at, handed.keyword))
            if paths:
                yield Taking(found.path, found.node), file, paths

    def _handed_in(self, by: str, passed: Passed) -> Iterator[Reached]:
        """The functions that others hand in for a call to run, or that they decorate with it."""
        ids = self.links.ids(by) if not self._is_for_test else None
        callees = ids.once(forward_of).callees if ids is not None else None
        for taking, name in callees.handed_in(passed.call.func) if callees is not None else ():
            for other, given in self._users.giving(by, taking, name):
                if isinstance(given, FUNCTIONS):
                    yield from self._taken(Found(other, given), passed)
                elif isinstance(given, ast.expr):
                    for found in self.links.of(other, given):
                        for one in self._taking(found):
                            yield from self._taken(one, passed)
                    yield from self._run_as(other, given, passed)

    def _run_as(self, path: str, given: ast.expr, passed: Passed) -> Iterator[Reached]:
        """The functions that an expression of a file stands for: a lambda, `partial(f, 1)`."""
        ids, file = self.links.ids(path), self._file(path)
        if ids is None or file is None:
            return
        callees = ids.once(forward_of).callees.out_of(given)
        if isinstance(given, ast.Lambda):
            callees = [Callee(ids.semantics.once(references_of).definition(given))]
        for callee in callees:
            paths = tuple(_given_to(callee, passed.labels, passed.at, passed.keyword))
            if paths:
                yield Taking(path, callee.function.node), file, paths

    @contextmanager
    def _inside(
        self, path: str, paths: tuple[AccessPath, ...], function: str | None
    ) -> Iterator[bool]:
        """While an id is followed there; tells whether to: not in a circle, and not too far."""
        is_circle = any(one[:2] == (path, paths) for one in self._open)
        may_go_on = not is_circle and len(self._open) < _LONGEST
        self._open.append((path, paths, function))
        try:
            yield may_go_on
        finally:
            self._open.pop()

    def _taking(self, found: Found) -> Iterator[Found]:
        """What gets the arguments of a call: constructors, and the fields of their classes."""
        if not isinstance(found.node, ast.ClassDef):
            yield found
            yield from self._dispatch.by_class_of_argument(found)
            yield from self._dispatch.overriding(found) if not self._is_for_test else ()
        elif found.is_object:
            yield from self.links.member(found, "__call__")
        else:
            yield from self.links.member(replace(found, is_object=True), "__init__")
            yield found
            yield from self.links.bases(found)

    def _file(self, path: str) -> Gatherer | None:
        if path not in self._files:
            ids = self.links.ids(path)
            project = replace(self._project, path=path)
            self._files[path] = self._make(ids, project, self) if ids is not None else None
        return self._files[path]


# What minds the form of a text that it gets, or is called on.
_MINDING = MINDING_FORM | CONVERTERS | MATCHING | GLOBBING | {"len", "bind", "bind_partial"}


def forward_of(ids: IdModel) -> Forward:
    """What follows values through a file: `ids.once(forward_of)`."""
    return Forward(ids.semantics, partial(context_parameters, ids))


def _minds_form(definition: ast.AST) -> bool:
    """Whether code cuts, measures, parses or matches anything."""
    for node in walk(definition):
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            return True
        if isinstance(node, ast.Call):
            name = last_name_of(node.func)
            if name in _MINDING or "uuid" in name.lower():
                return True
    return False


def _gives_back(file: Gatherer, paths: tuple[AccessPath, ...], function: str) -> bool:
    return bool(function) and file.gives_back(paths, function)


def _handed_along(passed: Passed) -> Iterator[tuple[ast.expr, Passed]]:
    """The function that a call runs with what stands beside it: `submit(f, x)`, `Thread(target=f)`.

    With how it gets the value.
    """
    call = passed.call
    by = RUNNING_WITH.get(last_name_of(call.func))
    if by is None:
        return
    name = last_name_of(call.func)
    for func in call.args[by.at : by.at + 1]:
        if passed.keyword:
            yield func, passed
        elif passed.at > by.at:
            beside = replace(passed, at=passed.at - by.at - 1)
            if name in EACH:
                yield from ((func, one) for one in _elements(beside))
            elif name in EACH_SPREAD:
                for one in _elements(beside):
                    at = one.labels.at
                    yield from ((func, replace(two, at=at or 0)) for two in _elements(one))
            else:
                yield func, beside
    for word in call.keywords:
        if word.arg == by.keyword and passed.keyword == "args" and passed.labels.at is not None:
            yield word.value, Passed(call, passed.labels.inner, at=passed.labels.at)


def _elements(passed: Passed) -> Iterator[Passed]:
    """How a function gets the elements of what a call hands over; it gets nothing whole."""
    if passed.labels.through in (Through.ELEMENT, Through.KEY):
        yield replace(passed, labels=passed.labels.inner)


def _reached(
    found: Found, ids: IdModel, labels: Labels, at: int, keyword: str = ""
) -> Iterator[AccessPath]:
    """What of the function or the class gets an argument, by position or by keyword."""
    if isinstance(found.node, ast.ClassDef):
        fields = ids.semantics.fields
        declared = [keyword] if keyword else fields.positional(found.node.name)
        for name in declared if keyword else declared[at : at + 1]:
            if name in fields.of(found.node.name):
                yield AccessPath(Root.FIELD, name, labels=labels, owner=found.node.name)
        return
    defined = ids.semantics.once(references_of).definition(found.node)
    # A method that is read of its class is handed the object, too.
    at -= defined.in_class and not found.bound and not keyword
    yield from _given_to(Callee(defined, found.is_guess), labels, at, keyword)


def _given_to(callee: Callee, labels: Labels, at: int, keyword: str) -> Iterator[AccessPath]:
    """What of a function gets an argument."""
    if keyword:
        yield from parameters_named(keyword, callee, labels, with_rest=True)
    elif at >= 0:
        yield from parameter_at(at, callee, labels)


def is_left_to_others(node: ast.AST) -> bool:
    """Whether a function does nothing itself: classes that inherit from its own, or fit it, do."""
    if not isinstance(node, FUNCTIONS):
        return False
    return all(
        isinstance(part, (ast.Pass, ast.Raise))
        or (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))
        for part in node.body
    )
