"""What an expression may hold, as far as the names in it tell: an id of some kind, or anything."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from ssot_lint.analysis.dataflow.declarations import VALIDATING
from ssot_lint.analysis.dataflow.library import LOOKUPS, Port, same_row
from ssot_lint.analysis.dataflow.references import references_of
from ssot_lint.analysis.semantics.semantic_model import SemanticModel
from ssot_lint.analysis.syntax.parsing import FUNCTIONS, children, last_name, last_name_of
from ssot_lint.ids.kinds import kind_from, names_an_id, snake_case

# Words that say nothing of what something holds; a name of two letters says nothing, either.
_SAYING_NOTHING = frozenset({
    "arg", "candidate", "cell", "code", "col", "column", "data", "elem", "element", "entry",
    "field", "first", "getattr", "ident", "identifier", "item", "key", "last", "left", "next",
    "obj", "object", "other", "param", "part", "raw", "record", "ref", "reference", "result",
    "right", "row", "second", "self", "stem", "val", "value",
})  # fmt: skip
_SHORT = 2
# How many names a text is followed through.
_DEEPEST = 3
# Short names that do: errors that were caught.
_ERRORS = frozenset({"e", "ex"})


@dataclass(frozen=True)
class Subject:
    """What something is about."""

    kinds: frozenset[str] = frozenset()
    """The kinds of the ids that are named in it."""
    name: str = ""
    """What it is called, in snake case; empty where nothing says so."""

    def may_be(self, name: str | None) -> bool:
        """Whether it may be an id of a name, in snake case; None stands for any id."""
        if name is None:
            return bool(self.kinds) or says_nothing(self.name)
        kind = kind_from(name)
        if self.kinds:
            return kind in self.kinds
        return _telling(self.name) <= set(kind.split("_"))


ANYTHING = Subject()


class Subjects:
    """What the expressions of one file are about."""

    def __init__(self, semantics: SemanticModel) -> None:
        self._references = semantics.once(references_of)

    def of(self, node: ast.expr) -> Subject:
        """What an expression is about, by its name or by what that stands for."""
        about, inner = subject_of(node), unwrapped(node)
        for _ in range(_DEEPEST):
            if about.kinds or not (isinstance(inner, ast.Name) and says_nothing(about.name)):
                break
            field = self._validated(inner)
            if field:
                return called(field)
            match [*self._references.values(inner), *self._looped_over(inner)]:
                case [ast.Name() | ast.Attribute() | ast.Subscript() as only]:
                    about, inner = subject_of(only), unwrapped(only)
                case _:
                    break
        return about

    def is_written_out(
        self, node: ast.expr, written: tuple[type[ast.expr], ...] = (ast.Constant, ast.JoinedStr)
    ) -> bool:
        """Whether it is a variable that only gets texts which are written out where it does.

        A parameter that all calls, in this file, hand such, too.
        """
        name = unwrapped(node)
        if not isinstance(name, ast.Name):
            return False
        function = self._references.function_taking(name)
        if function is None:
            given = self._references.values(name)
            return bool(given) and all(isinstance(one, written) for one in given)
        calls = self._references.calls_of(function)
        handed = [function.argument(call, name.id) for call in calls]
        return bool(handed) and all(one is not None and self._is_constant(one) for one in handed)

    def _is_constant(self, node: ast.expr) -> bool:
        given = unwrapped(node)
        if isinstance(given, ast.Name):
            values = self._references.values(given)
            return bool(values) and all(isinstance(value, ast.Constant) for value in values)
        return isinstance(given, ast.Constant)

    def _validated(self, name: ast.Name) -> str:
        """The field that a parameter of what validates it is; empty for all others."""
        function = self._references.function_taking(name)
        for decorator in getattr(function.node, "decorator_list", ()) if function else ():
            match decorator:
                case ast.Call(func=func, args=[ast.Constant(value=str(field)), *_]):
                    if VALIDATING.search(last_name_of(func)):
                        return field
        return ""

    def _looped_over(self, name: ast.Name) -> list[ast.expr]:
        """What the next loop around that binds a name goes over."""
        around: ast.AST | None = name
        while around is not None and not isinstance(around, FUNCTIONS):
            match around:
                case ast.For() | ast.AsyncFor():
                    loops = [(around.target, around.iter)]
                case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                    loops = [(clause.target, clause.iter) for clause in around.generators]
                case _:
                    loops = []
            found = [iterated for target, iterated in loops if last_name(target) == name.id]
            if found:
                return found
            around = self._references.parent(around)
        return []


def subject_of(node: ast.expr) -> Subject:
    """What an expression is about."""
    return Subject(frozenset(_kinds_in(node)), snake_case(_called(node)))


def called(name: str) -> Subject:
    """What something of a name is about."""
    name = snake_case(name)
    return Subject(frozenset({kind_from(name)} if names_an_id(name) else ()) - {""}, name)


def says_nothing(name: str) -> bool:
    """Whether a name in snake case does not say what it is the name of: `value`, `raw_key`."""
    return not _telling(name)


def _telling(name: str) -> set[str]:
    """The words of a name that say what it is the name of: `event` of `event_key`."""
    if name in _ERRORS:
        return {name}
    words = name.split("_")
    return {word for word in words if len(word) > _SHORT and word not in _SAYING_NOTHING}


def _kinds_in(node: ast.expr) -> Iterator[str]:
    """The kinds of the ids that an expression reads: not of those that it only looks up by."""
    pending: list[ast.AST] = [node]
    while pending:
        part = pending.pop()
        match part:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Constant(value=str(name)):
                kind = kind_from(snake_case(name)) if names_an_id(snake_case(name)) else ""
                if kind:
                    yield kind
        match part:
            case ast.Subscript(value=container, slice=key) if not isinstance(key, ast.Constant):
                pending.append(container)
            case _:
                pending += children(part)


def unwrapped(node: ast.expr) -> ast.expr:
    """The expression whose text it is in another case, with other letters or as a `str`."""
    while True:
        match node:
            case ast.Call(func=ast.Name(id=name), args=[inner, *_]) if same_row(name, Port.FIRST):
                node = inner
            case ast.Call(func=ast.Attribute(value=inner, attr=name)) if (
                same_row(name, Port.RECEIVER) and name not in LOOKUPS
            ):
                node = inner
            case _:
                return node


def _called(node: ast.expr) -> str:
    """The name of what an expression gives, as far as it has one."""
    is_one_of = False
    while True:
        match unwrapped(node):
            case ast.Subscript(slice=ast.Constant(value=str(key))):
                return key
            case ast.Subscript(value=container):
                node, is_one_of = container, True
            case ast.Call(
                func=ast.Attribute(attr=looking), args=[ast.Constant(value=str(key)), *_]
            ) if looking in LOOKUPS:
                return key
            case ast.Call(func=func):
                return last_name(func)
            case inner:
                return last_name(inner).removesuffix("s" if is_one_of else "")
