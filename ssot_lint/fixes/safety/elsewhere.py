"""Follows an id into the functions and classes of other files that a file hands it to."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Protocol, TypeAlias

from ssot_lint.analysis.dataflow.access_paths import WHOLE, AccessPath, Labels, Root
from ssot_lint.analysis.dataflow.calls.callees import Callee
from ssot_lint.analysis.dataflow.calls.operators import SETTERS
from ssot_lint.analysis.dataflow.forward import Event, Forward, Operated, Passed, Visit
from ssot_lint.analysis.dataflow.library import RUNNING_WITH
from ssot_lint.analysis.dataflow.propagation import parameter_at, parameters_named
from ssot_lint.analysis.dataflow.references import Defined, references_of
from ssot_lint.analysis.dataflow.sinks.effects import Effect
from ssot_lint.analysis.semantics.bindings import FunctionNode
from ssot_lint.analysis.syntax.parsing import FUNCTIONS, last_name_of
from ssot_lint.config.paths import is_test
from ssot_lint.fixes.safety.dispatch import Dispatch
from ssot_lint.fixes.safety.exports import (
    attribute_of,
    called_as,
    exported_as,
    known_as,
    names_for,
    owners_of,
)
from ssot_lint.fixes.safety.forms import Evidence, Form
from ssot_lint.fixes.safety.imported_types import ImportedTypes
from ssot_lint.ids.call_arguments import context_parameters
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.shown import is_text_output
from ssot_lint.project.index import Project
from ssot_lint.project.links import Found, Links
from ssot_lint.project.modules import imported_as


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
# What more files use than that is known by what they do to what has its name, as facts have it.
_MOST_USERS = 64


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
        self._files: dict[str, Gatherer | None] = {}
        self._reached: dict[tuple[str, Passed], list[Reached]] = {}
        # What tests make, they hand to what they try, whatever others do with that.
        self._is_for_test = is_test(project.path)
        self._using: dict[tuple[str, AccessPath], list[Using]] = {}
        self._known: dict[tuple[str, tuple[AccessPath, ...], Form, bool], Received] = {}
        self._open: list[tuple[str, tuple[AccessPath, ...], str | None]] = []

    def received(self, by: str, passed: Passed, form: Form) -> Iterator[Received]:
        """What the functions of other files that a call in a file may run do to an id."""
        for taking, file, paths in self.reached(by, passed):
            yield from self._met(taking.path, file, paths, form, taking.function)

    def _handed_in(self, by: str, passed: Passed) -> Iterator[Reached]:
        """The functions that others hand in for a call to run, or that they decorate with it."""
        ids = self.links.ids(by) if not self._is_for_test else None
        callees = ids.once(forward_of).callees if ids is not None else None
        for taking, name in callees.handed_in(passed.call.func) if callees is not None else ():
            for other, given in self._given_for(by, taking, name):
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

    def _given_for(self, by: str, taking: Defined, name: str) -> Iterator[tuple[str, ast.AST]]:
        """What files that import a function give it for a parameter, each with the file."""
        imported, called = called_as(taking)
        for other in replace(self._project, path=by).importers(imported) if imported else ():
            ids = self.links.ids(other)
            if ids is None:
                continue
            references = ids.semantics.once(references_of)
            for known in names_for(ids, called) if called == imported else {called}:
                calls = references.calls(known)
                given = (taking.argument(call, name) for call in calls)
                yield from ((other, one) for one in given if one is not None)
                if [arg.arg for arg in taking.parameters[:1]] == [name]:
                    yield from ((other, node) for node in references.decorated(known))

    def called_by_others(self, by: str, passed: Passed, form: Form) -> Iterator[Received]:
        """What files do to what a function gives that a call in a file hands them."""
        if self._is_for_test:
            return
        for taking, file, paths in self.reached(by, replace(passed, labels=WHOLE)):
            results = [AccessPath(Root.RESULT, one.name, labels=passed.labels) for one in paths]
            yield from self._met(taking.path, file, tuple(results), form, None)

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
        for home, held in self._homes(by, path):
            if home != by:
                yield from self._of(home, [held])
            yield from self._used_of(home, held, by)
        yield from self._filled(by, path)

    def _filled(self, by: str, path: AccessPath) -> Iterator[Using]:
        """What other files have put it into who hand a container to a function that fills it."""
        ids = self.links.ids(by)
        is_container = bool(path.labels.chain) and not path.labels.is_text
        if ids is None or path.root is not Root.VARIABLE or not (path.scope and is_container):
            return
        for taking in ids.semantics.once(references_of).taking(path.name):
            for other, given in self._given_for(by, taking, path.name):
                importing = self.links.ids(other)
                is_here = taking.scope == path.scope and importing is not None
                if isinstance(given, ast.Name) and is_here and importing is not None:
                    held = importing.semantics.once(references_of).variable(given.id, given)
                    yield from self._of(other, [replace(held, labels=path.labels)])

    def _used_of(self, home: str, held: AccessPath, by: str) -> Iterator[Using]:
        """The files beside one that use what another one has."""
        ids = self.links.ids(home)
        project = replace(self._project, path=home)
        if ids is None:
            return
        for name in exported_as(ids, held):
            for other in project.importers(name):
                importing = self.links.ids(other) if other != by else None
                if importing is not None:
                    yield from self._of(other, known_as(importing, held, name))
        attribute = attribute_of(ids, held)
        if attribute is not None:
            for base in self._bases(home, ids, held):
                yield from self._of(base, [attribute])
            of_classes = (one for name in owners_of(ids, held) for one in project.importers(name))
            users = dict.fromkeys((*project.users(), *of_classes))
            for other in users if len(users) <= _MOST_USERS else ():
                if other != by and project.speaks_of(other, attribute.name):
                    yield from self._of(other, [attribute])

    def _bases(self, path: str, ids: IdModel, held: AccessPath) -> Iterator[str]:
        """The files of classes whose methods may call a method of one that inherits from them."""
        references = ids.semantics.once(references_of)
        for method in references.functions.get(held.name, ()) if not self._is_for_test else ():
            owner = references.parent(method.node)
            if isinstance(owner, ast.ClassDef):
                above = self.links.bases(Found(path, owner))
                yield from dict.fromkeys(one.path for one in above if one.path != path)

    def _homes(self, by: str, path: AccessPath) -> Iterator[tuple[str, AccessPath]]:
        """The files that have what a file keeps an id in, and what that is there."""
        ids = self.links.ids(by)
        dotted: list[str] = []
        if ids is not None and path.root is Root.VARIABLE and not path.scope:
            dotted += filter(None, [imported_as(ids.semantics.names.imports, path.name)])
        is_container = path.root is Root.FIELD and bool(path.labels.chain) and not path.owner
        if ids is not None and is_container and not path.labels.is_text and not self._is_for_test:
            for load in ids.semantics.once(references_of).loads(replace(path, labels=WHOLE)):
                if isinstance(load, ast.Attribute):
                    dotted += sorted(ids.semantics.names.dotted(load))
                    found = self.links.of(by, load.value)
                    owners = [one for one in found if one.is_object and one.path != by]
                    yield from ((one.path, replace(path, is_guess=True)) for one in owners)
        homes = (self._project.locate(one, by) for one in dict.fromkeys(dotted))
        located = [home for home in homes if home is not None and len(home[1]) == 1]
        for file, (name,) in located:
            yield file, AccessPath(Root.VARIABLE, name, labels=path.labels)
        if not located:
            yield by, path

    def _of(self, path: str, paths: Iterable[AccessPath]) -> Iterator[Using]:
        file, found = self._file(path), tuple(paths)
        if file is not None and found and path != self._project.generator:
            yield path, file, found

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


def forward_of(ids: IdModel) -> Forward:
    """What follows values through a file: `ids.once(forward_of)`."""
    return Forward(ids.semantics, partial(context_parameters, ids))


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
    for func in call.args[by.at : by.at + 1]:
        if passed.keyword:
            yield func, passed
        elif passed.at > by.at:
            yield func, replace(passed, at=passed.at - by.at - 1)
    for word in call.keywords:
        if word.arg == by.keyword and passed.keyword == "args" and passed.labels.at is not None:
            yield word.value, Passed(call, passed.labels.inner, at=passed.labels.at)


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
