"""Follows an id into the functions and classes of other files that a file hands it to."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Protocol, TypeAlias

from ssot_lint.analysis.dataflow.access_paths import AccessPath, Root
from ssot_lint.analysis.dataflow.calls.callees import Callee
from ssot_lint.analysis.dataflow.forward import Event, Passed, Visit
from ssot_lint.analysis.dataflow.library import RUNNING_WITH
from ssot_lint.analysis.dataflow.propagation import parameter_at, parameters_named
from ssot_lint.analysis.dataflow.references import references_of
from ssot_lint.analysis.dataflow.sinks.effects import Effect
from ssot_lint.analysis.syntax.parsing import FUNCTIONS, last_name_of
from ssot_lint.fixes.safety.forms import Evidence, Form
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


Reached: TypeAlias = tuple[Found, "Gatherer", tuple[AccessPath, ...]]
"""A function or a class, what gathers evidence in its file, and what gets an id there."""
_LONGEST = 6


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
        self._files: dict[str, Gatherer | None] = {}
        self._reached: dict[tuple[str, Passed], list[Reached]] = {}
        self._known: dict[tuple[str, tuple[AccessPath, ...], Form], Received] = {}
        self._open: list[tuple[str, tuple[AccessPath, ...]]] = []

    def received(self, by: str, passed: Passed, form: Form) -> Iterator[Received]:
        """What the functions of other files that a call in a file may run do to an id."""
        for found, file, paths in self.reached(by, passed):
            with self._inside(found.path, paths) as may_go_on:
                key = (found.path, paths, form)
                if may_go_on and key not in self._known:
                    evidence = file.beyond(paths, form)
                    name = found.node.name if not isinstance(found.node, ast.ClassDef) else ""
                    gives_back = cache(partial(_gives_back, file, paths, name))
                    self._known[key] = Received(found.path, evidence, gives_back)
            if key in self._known:
                yield self._known[key]

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
            for found in self.links.of(by, func):
                for one in self._taking(found):
                    file, ids = self._file(one.path), self.links.ids(one.path)
                    is_other = one.path not in (by, self._project.generator)
                    if is_other and file is not None and ids is not None:
                        paths = tuple(_reached(one, ids, handed))
                        if paths and (one.path, paths) not in known:
                            known.add((one.path, paths))
                            yield one, file, paths

    @contextmanager
    def _inside(self, path: str, paths: tuple[AccessPath, ...]) -> Iterator[bool]:
        """While an id is followed there; tells whether to: not in a circle, and not too far."""
        where = (path, paths)
        may_go_on = where not in self._open and len(self._open) < _LONGEST
        self._open.append(where)
        try:
            yield may_go_on
        finally:
            self._open.pop()

    def _taking(self, found: Found) -> Iterator[Found]:
        """What gets the arguments of a call: constructors, and the fields of their classes."""
        if not isinstance(found.node, ast.ClassDef):
            yield found
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


def _reached(found: Found, ids: IdModel, passed: Passed) -> Iterator[AccessPath]:
    """What of the function or the class gets the argument."""
    labels = passed.labels
    if isinstance(found.node, ast.ClassDef):
        fields = ids.semantics.fields
        declared = [passed.keyword] if passed.keyword else fields.positional(found.node.name)
        for name in declared if passed.keyword else declared[passed.at : passed.at + 1]:
            if name in fields.of(found.node.name):
                yield AccessPath(Root.FIELD, name, labels=labels, owner=found.node.name)
        return
    defined = ids.semantics.once(references_of).definition(found.node)
    if passed.keyword:
        yield from parameters_named(passed.keyword, Callee(defined), labels, with_rest=True)
        return
    # A method that is read of its class is handed the object, too.
    at = passed.at - (defined.in_class and not found.bound)
    if at >= 0:
        yield from parameter_at(at, Callee(defined), labels)


def is_left_to_others(node: ast.AST) -> bool:
    """Whether a function does nothing itself: classes that inherit from its own, or fit it, do."""
    if not isinstance(node, FUNCTIONS):
        return False
    return all(
        isinstance(part, (ast.Pass, ast.Raise))
        or (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))
        for part in node.body
    )
