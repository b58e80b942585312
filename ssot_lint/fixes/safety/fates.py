"""What a whole file does with an id, under whatever names, that only its form of today allows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ssot_lint.analysis.dataflow.access_paths import SUBSTRING, WHOLE, AccessPath, Root
from ssot_lint.analysis.dataflow.declared_types import is_uuid_type
from ssot_lint.analysis.dataflow.propagation import Propagation, Step
from ssot_lint.analysis.dataflow.references import References
from ssot_lint.analysis.dataflow.sinks import done_to, done_to_text
from ssot_lint.analysis.semantics.constants import Constants
from ssot_lint.analysis.syntax.parsing import last_name_of
from ssot_lint.fixes.file_context import FileContext
from ssot_lint.fixes.safety.declarations import Declarations
from ssot_lint.fixes.safety.hazards import FIXED_FORMS, is_delicate, secret_in, words_of
from ssot_lint.ids.kinds import names_an_id, snake_case

_WORD = re.compile(r"[\w-]+")
_SEPARATORS = ("_", ".", ":", "-")
_SQL = re.compile(
    r"(?i)^\s*(create|drop|alter|truncate|insert|select|update|delete|listen|notify)\b"
)
_OPENING = frozenset({"open", "Path", "join", "mkdir", "makedirs", "remove", "unlink", "exists"})


@dataclass(frozen=True)
class Fate:
    """What speaks against another form of an id."""

    obstacle: str | None = None
    """Why there is no fix."""
    doubt: str | None = None
    """Why a fix is unsafe at most."""


@dataclass(frozen=True)
class Form:
    """What an id will look like."""

    required: str | None = None
    """What ids of its kind must begin with, if anything."""
    kind: str | None = None
    """The word that it will begin with if nothing is required, where that is known."""


class Fates:
    """Follows ids through one file. Made once per file: `file.once(Fates)`."""

    def __init__(self, file: FileContext) -> None:
        self._file = file
        self.references = References(file.semantics.mentions)
        self.declarations = Declarations(
            file.semantics.text.text, self.references, file.semantics.fields
        )
        self.propagation = Propagation(self.references, file.semantics.fields)
        self._known: dict[tuple[frozenset[AccessPath], Form], Fate] = {}
        self._onward: dict[AccessPath, tuple[_Found, ...]] = {}

    @property
    def constants(self) -> Constants:
        """The constants of the file."""
        return self._file.semantics.constants

    def handed_to(self, function: str, name: str) -> Iterator[AccessPath]:
        """What gets a value that a call hands a function or a class under a name."""
        yield from self.propagation.as_keyword(None, function, name, WHOLE)

    def of(self, first: Iterable[AccessPath], form: Form) -> Fate:
        """The fate of an id that gets into all of these references."""
        key = (frozenset(first), form)
        if key not in self._known:
            self._known[key] = _Search(self, *key).fate()
        return self._known[key]

    def onward(self, path: AccessPath) -> tuple[_Found, ...]:
        """What happens to what one path holds. Kept: many ids may get into the same one."""
        if path not in self._onward:
            self._onward[path] = tuple(_Look(self).at(path))
        return self._onward[path]


@dataclass(frozen=True)
class _Reason:
    text: str
    is_doubt: bool = False


@dataclass(frozen=True)
class _Front:
    """A text that stands in front of the id."""

    text: str
    is_id: bool
    """Whether both together are an id again."""


_Found: TypeAlias = AccessPath | _Reason | _Front


class _Search:
    """Goes from the first references of an id to all that get it from them."""

    def __init__(self, file: Fates, first: frozenset[AccessPath], form: Form) -> None:
        self._file = file
        self._first = {home for path in first for home in file.references.at_home(path)}
        self._form = form

    def fate(self) -> Fate:
        pending = sorted(self._first, key=lambda path: (path.name, path.scope))
        seen = set(pending)
        doubt: str | None = None
        while pending:
            path = pending.pop(0)
            for found in self._at(path):
                if isinstance(found, AccessPath):
                    if found not in seen and not found.labels.is_too_deep:
                        seen.add(found)
                        pending.append(found)
                elif found.is_doubt:
                    doubt = doubt or found.text
                else:
                    return Fate(found.text, doubt)
        return Fate(None, doubt)

    def _at(self, path: AccessPath) -> Iterator[AccessPath | _Reason]:
        """What happens to the id in one path, and who gets it from there."""
        if path not in self._first and not path.labels.is_beside_others:
            yield from _by_name(path.name)
        for found in self._file.onward(path):
            if not isinstance(found, _Front):
                yield found
            elif (doubled := self._doubled(found)) is not None:
                yield _Reason(f"this file puts `{doubled}` in front of it")

    def _doubled(self, front: _Front) -> str | None:
        """What stands in front of the id and is what it will begin with, too."""
        required, kind = self._form.required, self._form.kind
        if required and front.text.endswith(required):
            return required
        if kind and front.is_id and front.text.endswith(_SEPARATORS):
            before = front.text[: -len(kind) - 1]
            doubled = front.text[len(before) :]
            if doubled[:-1].lower() == kind and not before[-1:].isalnum():
                return doubled
        return None


class _Look:
    """Looks at what one path holds, whatever id that is."""

    def __init__(self, file: Fates) -> None:
        self._file = file
        self._references = file.references
        self._propagation = file.propagation

    def at(self, path: AccessPath) -> Iterator[_Found]:
        """What happens to it, and who gets it from there."""
        labels = path.labels
        if path.root is not Root.RESULT and labels == WHOLE:
            fixed = self._file.declarations.fixed(path)
            if fixed is not None:
                yield _Reason(fixed)
        if path.root is Root.FIELD:
            yield from self._file.declarations.validators(path.name)
        for given in self._propagation.beyond(path):
            if isinstance(given, AccessPath):
                yield given
            else:
                yield from self._along(given, path)
        for load in self._references.loads(path):
            yield from self._along(Step(load, labels), path)

    # What is done where it is read

    def _along(self, first: Step, path: AccessPath) -> Iterator[_Found]:
        """What is done with the value of an expression, and with what has the same value."""
        step: Step | None = first
        while step is not None:
            what = None
            if step.labels == WHOLE:
                what = done_to(step.node, self._references)
            elif step.labels == SUBSTRING:
                what = done_to_text(step.node, self._references)
            if what is not None:
                of = "the result of " if path.root is Root.RESULT else ""
                yield _Reason(f"{of}`{path.name}` {what} in this file")
            if step.labels != SUBSTRING:
                yield from self._needed_by(self._references.parents[step.node])
                yield from self._written_into(step.node)
            yield from self._propagation.given_on(step)
            step = self._propagation.next(step)

    @staticmethod
    def _needed_by(parent: ast.AST) -> Iterator[_Reason]:
        match parent:
            case ast.AnnAssign(annotation=annotation) if is_uuid_type(ast.unparse(annotation)):
                yield _Reason("a UUID object is needed: that is how it is annotated")
            case ast.Call(keywords=keywords) if any(word.arg == "nx" for word in keywords):
                yield _Reason("it becomes a lock", is_doubt=True)

    # Texts that it is written into

    def _written_into(self, node: ast.expr) -> Iterator[_Reason | _Front]:
        parent = self._references.parents[node]
        match parent:
            case ast.FormattedValue():
                whole = self._references.parents[parent]
                if isinstance(whole, ast.JoinedStr):
                    at = next(i for i, part in enumerate(whole.values) if part is parent)
                    yield from self._behind(self._text_of(whole.values[:at]), whole)
            case ast.BinOp(op=ast.Add(), left=left, right=right) if right is node:
                yield from self._behind(self._text_of([left]), parent)
            case ast.BinOp(op=ast.Mod(), left=left, right=right) if right is node:
                yield from self._behind(self._text_of([left]).partition("%")[0], parent)
            case ast.Call(func=ast.Attribute(value=text, attr="format"), args=args) if node in args:
                yield from self._behind(self._text_of([text]).partition("{")[0], parent)
            case ast.List(elts=elts) | ast.Tuple(elts=elts):
                call = self._references.parents[parent]
                match call:
                    case ast.Call(
                        func=ast.Attribute(value=ast.Constant(value=str(between)), attr="join")
                    ):
                        at = next(i for i, part in enumerate(elts) if part is node)
                        yield from self._behind(self._text_of(elts[:at]) + between, call)

    def _behind(self, text: str, whole: ast.expr) -> Iterator[_Reason | _Front]:
        """What follows from the text in front of the id."""
        yield _Front(text, self._is_id(whole))
        if text.startswith("00-"):
            yield _Reason("the trace headers fix its width and alphabet")
        # From behind: a search for a word at the end tries each letter of a long one anew.
        told = _WORD.match(text[-2::-1]) if text.endswith("=") else None
        if told is not None:
            yield from _by_name(told[0][::-1])
        parent = self._references.parents[whole]
        if _SQL.match(text) or (
            isinstance(parent, ast.Call) and last_name_of(parent.func) in _OPENING
        ):
            yield _Reason("it becomes a part of a name or a path", is_doubt=True)

    def _is_id(self, whole: ast.expr) -> bool:
        """Whether something with the name of an id gets the value of an expression."""
        given = self._propagation.given_on(Step(whole))
        return any(names_an_id(snake_case(path.name.replace(".", "_"))) for path in given)

    def _text_of(self, parts: Sequence[ast.expr]) -> str:
        """The text of parts as far as it is known; a NUL for each that is not."""
        pending = list(reversed(parts))
        found: list[str] = []
        while pending:
            part = pending.pop()
            match part.value if isinstance(part, ast.FormattedValue) else part:
                case ast.Name(id=name):
                    found.append(str(self._file.constants.get(name, "\0")))
                case ast.Constant(value=str(text)):
                    found.append(text)
                case ast.JoinedStr(values=values):
                    pending += reversed(values)
                case ast.BinOp(left=left, right=right):
                    pending += (right, left)
                case _:
                    found.append("\0")
        return "".join(found)


def _by_name(name: str) -> Iterator[_Reason]:
    """What the name of a path says."""
    if secret_in([name]) is not None:
        yield _Reason(f"it becomes `{name}`, a secret; use `secrets.token_urlsafe()`")
    if words_of(name) & FIXED_FORMS:
        yield _Reason("the trace headers fix its width and alphabet")
    if is_delicate(name):
        yield _Reason(f"it becomes `{name}`", is_doubt=True)
