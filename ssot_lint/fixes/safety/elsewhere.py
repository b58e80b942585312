"""Follows an id into the functions and classes of other files that a file hands it to."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Protocol, TypeAlias

from ssot_lint.analysis.dataflow.access_paths import AccessPath, Labels, Root
from ssot_lint.analysis.dataflow.calls.callees import Callee
from ssot_lint.analysis.dataflow.calls.operators import SETTERS, SETTING, Operation
from ssot_lint.analysis.dataflow.forward import Event, Forward, Operated, Passed, Visit
from ssot_lint.analysis.dataflow.library import RUNNING_WITH
from ssot_lint.analysis.dataflow.propagation import parameter_at, parameters_named
from ssot_lint.analysis.dataflow.references import Defined, references_of
from ssot_lint.analysis.dataflow.sinks.effects import Effect
from ssot_lint.analysis.syntax.parsing import FUNCTIONS, last_name_of
from ssot_lint.config.paths import is_test
from ssot_lint.fixes.safety.exports import called_as, exported_as, known_as, names_for
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


Reached: TypeAlias = tuple[Found, "Gatherer", tuple[AccessPath, ...]]
"""A function or a class, what gathers evidence in its file, and what gets an id there."""
Using: TypeAlias = "tuple[str, Gatherer, tuple[AccessPath, ...]]"
"""A file that uses what another one gives, what gathers evidence there, and what has it there."""
_LONGEST = 6
_MOST_HEIRS = 8


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
        self._files: dict[str, Gatherer | None] = {}
        self._reached: dict[tuple[str, Passed], list[Reached]] = {}
        # What tests make, they hand to what they try, whatever others do with that.
        self._is_for_test = is_test(project.path)
        self._using: dict[tuple[str, AccessPath], list[Using]] = {}
        self._known: dict[tuple[str, tuple[AccessPath, ...], Form, bool], Received] = {}
        self._open: list[tuple[str, tuple[AccessPath, ...], str | None]] = []

    def received(self, by: str, passed: Passed, form: Form) -> Iterator[Received]:
        """What the functions of other files that a call in a file may run do to an id."""
        for found, file, paths in self.reached(by, passed):
            name = found.node.name if not isinstance(found.node, ast.ClassDef) else ""
            yield from self._met(found.path, file, paths, form, name)

    def _handed_in(self, by: str, func: ast.expr) -> list[Found]:
        """The functions that others hand in for one to call, or that they decorate with it."""
        ids = self.links.ids(by) if not self._is_for_test else None
        found: list[Found] = []
        for taking, name in ids.once(forward_of).callees.handed_in(func) if ids is not None else ():
            for other, given in self._given_for(by, taking, name):
                if isinstance(given, FUNCTIONS):
                    found.append(Found(other, given))
                elif isinstance(given, ast.expr):
                    found += self.links.of(other, given)
        return found

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

    def is_passed_on(self, by: str, func: ast.expr) -> bool:
        """Whether an object passes on calls of methods that its class does not have."""
        if not isinstance(func, ast.Attribute):
            return False
        owners = [one for one in self.links.of(by, func.value) if one.is_object]
        return any(any(self.links.member(one, "__getattr__")) for one in owners)

    def operated(self, by: str, operated: Operated, form: Form) -> Iterator[Received]:
        """What methods of other files do to an id that an operation in a file hands them."""
        operation, labels = operated.operation, operated.labels
        for method in self._run_by(by, operation):
            file, ids = self._file(method.path), self.links.ids(method.path)
            if method.path != by and file is not None and ids is not None:
                takes_name = method.node.name in SETTERS or operation.method not in SETTERS
                paths = tuple(_reached(method, ids, labels, operation.at if takes_name else 0))
                if paths:
                    yield from self._met(method.path, file, paths, form, "")

    def _run_by(self, by: str, operation: Operation) -> Iterator[Found]:
        """The methods that an operation may run."""
        if self._is_for_test:
            return
        is_set, target = operation.method == SETTING, operation.receiver
        owner = target.value if is_set and isinstance(target, ast.Attribute) else target
        for found in self.links.of(by, owner):
            if found.is_object and is_set:
                yield from self.links.setters(found, last_name_of(target))
            elif found.is_object:
                yield from self.links.member(found, operation.method)

    @property
    def is_behind_call(self) -> bool:
        """Whether an id is followed into a function: what that gives, only who calls it gets."""
        return any(function is not None for _, _, function in self._open)

    def used(self, by: str, path: AccessPath, form: Form) -> Iterator[Received]:
        """What files do to what a function or a variable of a file gives them, who import it."""
        if path.root is Root.RESULT and self.is_behind_call:
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
        home, held = self._home(by, path)
        if home != by:
            yield from self._of(home, [held])
        ids = self.links.ids(home)
        project = replace(self._project, path=home)
        for name in exported_as(ids, held) if ids is not None else ():
            for other in project.importers(name):
                importing = self.links.ids(other) if other != by else None
                if importing is not None:
                    yield from self._of(other, known_as(importing, held, name))

    def _home(self, by: str, path: AccessPath) -> tuple[str, AccessPath]:
        """The file that has a variable which a file imports, and what it is there."""
        ids = self.links.ids(by)
        is_shared = path.root is Root.VARIABLE and not path.scope
        dotted = None
        if is_shared and ids is not None:
            dotted = imported_as(ids.semantics.names.imports, path.name)
        located = self._project.locate(dotted, by) if dotted is not None else None
        if located is None or len(located[1]) != 1:
            return by, path
        return located[0], replace(path, name=located[1][0])

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
        known: set[tuple[str, tuple[AccessPath, ...]]] = set()
        for func, handed in ((passed.call.func, passed), *_handed_along(passed)):
            for found in self.links.of(by, func) or self._handed_in(by, func):
                for one in self._taking(found):
                    file, ids = self._file(one.path), self.links.ids(one.path)
                    is_other = one.path not in (by, self._project.generator)
                    if is_other and file is not None and ids is not None:
                        paths = tuple(_reached(one, ids, handed.labels, handed.at, handed.keyword))
                        if paths and (one.path, paths) not in known:
                            known.add((one.path, paths))
                            yield one, file, paths

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
            yield from self._dispatched(found)
            yield from self._overriding(found) if not self._is_for_test else ()
        elif found.is_object:
            yield from self.links.member(found, "__call__")
        else:
            yield from self.links.member(replace(found, is_object=True), "__init__")
            yield found
            yield from self.links.bases(found)

    def _overriding(self, method: Found) -> Iterator[Found]:
        """The methods that run in place of one where an object is of a class that inherits it."""
        ids = self.links.ids(method.path)
        owner = ids.semantics.once(references_of).parent(method.node) if ids is not None else None
        if not (isinstance(owner, ast.ClassDef) and method.bound):
            return
        pending = [Found(method.path, owner)]
        for class_ in pending:  # grows while it is gone through
            if len(pending) > _MOST_HEIRS:  # a base of everything
                break
            for heir in self._heirs(class_):
                pending.append(heir)
                for part in heir.node.body:
                    if isinstance(part, FUNCTIONS) and part.name == method.node.name:
                        yield replace(method, path=heir.path, node=part, is_guess=True)

    def _heirs(self, class_: Found) -> Iterator[Found]:
        """The classes that inherit from one themselves."""
        project = replace(self._project, path=class_.path)
        for path in (class_.path, *project.heirs(class_.node.name)):
            ids = self.links.ids(path)
            for node in ids.semantics.syntax.of(ast.ClassDef) if ids is not None else ():
                bases = self.links.bases(Found(path, node))
                if any(base.node is class_.node for base in bases):
                    yield Found(path, node)

    def _dispatched(self, found: Found) -> Iterator[Found]:
        """What a function that goes by the class of its argument runs in its place."""
        ids = self.links.ids(found.path)
        if ids is None or "singledispatch" not in map(last_name_of, _decorators(found)):
            return
        for node in ids.semantics.once(references_of).decorated("register"):
            if isinstance(node, FUNCTIONS):
                written = {ast.unparse(decorator) for decorator in node.decorator_list}
                if any(one.startswith(f"{found.node.name}.register") for one in written):
                    yield Found(found.path, node)

    def _file(self, path: str) -> Gatherer | None:
        if path not in self._files:
            ids = self.links.ids(path)
            project = replace(self._project, path=path)
            self._files[path] = self._make(ids, project, self) if ids is not None else None
        return self._files[path]


def forward_of(ids: IdModel) -> Forward:
    """What follows values through a file: `ids.once(forward_of)`."""
    return Forward(ids.semantics, partial(context_parameters, ids))


def _decorators(found: Found) -> list[ast.expr]:
    return found.node.decorator_list


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
    callee = Callee(defined, found.is_guess)
    if keyword:
        yield from parameters_named(keyword, callee, labels, with_rest=True)
        return
    # A method that is read of its class is handed the object, too.
    at -= defined.in_class and not found.bound
    if at >= 0:
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
