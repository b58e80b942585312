"""What a file does to ids that others make: fields that it reads, results of functions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from ssot_lint.analysis.dataflow.forward import Event, Forward, Front
from ssot_lint.analysis.dataflow.sinks.effects import CUT, SINKS, Effect
from ssot_lint.analysis.syntax.parsing import integer, last_name_of, parameters, walk
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.kinds import names_an_id, snake_case
from ssot_lint.ids.shown import is_logged
from ssot_lint.project.facts import Fact, Reach
from ssot_lint.project.modules import imported_by, is_foreign

# Classes in an annotation, and what may stand around them.
_CLASS = re.compile(r"\b[A-Z]\w*")
_AROUND = frozenset({"Optional", "None", "Union", "Annotated", "Any", "List", "Dict", "Type"})
# What code right around an expression does something to its value, or hands it on at once.
_DOING = (
    ast.Subscript, ast.Attribute, ast.Starred, ast.For, ast.comprehension, ast.BoolOp, ast.IfExp,
    ast.keyword, ast.Await,
)  # fmt: skip
_TAKING = frozenset(name for sink in SINKS for name in sink.names) | {"str"}
_BY_IMPORTS = (Reach.FOLDER, Reach.IMPORTED)
# So little of the front of an id that nothing unique is left of it.
_LEAST = 24


class Reads:
    """What one file does to such ids; `path` is relative to the root of the project."""

    def __init__(self, ids: IdModel, path: str, *, is_test: bool) -> None:
        self._ids = ids
        self._path = path
        self._is_test = is_test
        self._forward = Forward(ids.semantics)
        self._modules = " ".join(imported_by(ids.semantics.names.imports, path))

    def facts(self, words: Iterable[str]) -> Iterator[Fact]:
        """All that it does to what has one of the names, or to what functions of them give."""
        for word in sorted(words):
            for piece in self._ids.semantics.mentions.of(word):
                asserts = not self._is_test or _asserts(piece)
                for node in walk(piece):
                    yield from (fact for fact, is_parsed in self._at(node) if asserts or is_parsed)

    def _at(self, node: ast.AST) -> Iterator[tuple[Fact, bool]]:
        """What is done to the id that a node reads or makes, and whether that parses it."""
        match node:
            case ast.Attribute(value=owner, attr=name, ctx=ast.Load()) if _is_whole_id(name):
                yield from self._of_field(node, name, owner)
            case ast.Subscript(slice=ast.Constant(value=str(name)), ctx=ast.Load()) if _is_whole_id(
                name
            ):
                yield from self._of_field(node, name, None)
            case ast.Call(func=func):
                yield from self._of_result(node, func)

    def _of_field(
        self, node: ast.expr, name: str, of: ast.expr | None
    ) -> Iterator[tuple[Fact, bool]]:
        """What is done to an id that is read of an object, or of a row."""
        if not _may_matter(self._ids.semantics.syntax.parent(node)):
            return
        owner = self._class_of(of) if of is not None else ""
        for effect in self._effects(self._forward.here(node)):
            reach = self._reach(owner, is_parsed=effect.demands_form and of is not None)
            fact = Fact(
                snake_case(name),
                _said_of(f"`{name}`", effect),
                getattr(effect.at, "lineno", node.lineno),
                reach,
                owner,
                has_owner=bool(self._ids.semantics.fields.classes(owner)),
                sought=effect.sought,
                modules=self._modules if reach in _BY_IMPORTS else "",
            )
            yield fact, effect.demands_form

    def _reach(self, owner: str, *, is_parsed: bool) -> Reach:
        """Whose ids it reads; a test has made them itself, or gets them from what it imports."""
        if self._is_test:
            return Reach.IMPORTED
        if owner:
            return Reach.CLASS
        return Reach.PROJECT if is_parsed else Reach.FOLDER

    def _of_result(self, call: ast.Call, func: ast.expr) -> Iterator[tuple[Fact, bool]]:
        """What is done to the ids that a function of another file gives."""
        name = last_name_of(func)
        if not self._may_give_id(call, name):
            return
        events = [event for _, event in self._forward.follow(call)]
        fronts = [event for event in events if isinstance(event, Front)]
        effects = list(self._effects(events))
        # Where it comes from takes longest to find out.
        owner = self._module_of(func) if fronts or effects else None
        if owner is None:
            return
        for front in fronts:
            if self._names_id(front.whole):
                says = f"`{_shown(front.text)}` is put in front of what `{name}()` gives"
                row = front.whole.lineno
                fact = Fact(f"{name}()", says, row, Reach.RESULT, owner, front=front.text)
                yield fact, False
        for effect in effects:
            says = _said_of(f"the result of `{name}()`", effect)
            row = getattr(effect.at, "lineno", call.lineno)
            fact = Fact(
                f"{name}()", says, row, Reach.RESULT, owner, effect.width, sought=effect.sought
            )
            yield fact, effect.demands_form

    def _may_give_id(self, call: ast.Call, name: str) -> bool:
        """Whether a call is named for an id, or what gets its result is."""
        if not name or name[0].isupper() or name in self._ids.semantics.defined:
            return False
        if _is_id(name):
            return True
        match self._ids.semantics.syntax.parent(call):
            case ast.Assign(targets=[target]) | ast.AnnAssign(target=target):
                return _is_id(last_name_of(target))
        return False

    def _module_of(self, func: ast.expr) -> str | None:
        """Where a function comes from: empty for a method of who knows what, None for no other."""
        names = self._ids.semantics.names
        if names.method_of(func) is not None or names.definitions(func):
            return None
        dotted = min(names.dotted(func), default=None)
        if dotted is None:
            return "" if isinstance(func, ast.Attribute) and not self._is_test else None
        level = len(dotted) - len(dotted.lstrip("."))
        if level:
            above = self._path.split("/")[:-level]
            dotted = ".".join((*above, dotted[level:]))
        return None if is_foreign(dotted) else dotted.rpartition(".")[0] or None

    def _names_id(self, node: ast.expr) -> bool:
        """Whether something that is named as an id gets the value of an expression."""
        return any(_is_id(path.name) for path in self._forward.gets(node))

    def _effects(self, events: Iterable[Event | None]) -> Iterator[Effect]:
        for event in events:
            if isinstance(event, Effect) and not event.is_doubt:
                is_shown = event.only_result and self._is_logged(event.at)
                if not is_shown and not (event.what == CUT.what and self._keeps_much(event.at)):
                    yield event

    def _is_logged(self, node: ast.AST | None) -> bool:
        return isinstance(node, ast.expr) and is_logged(node, self._ids)

    def _keeps_much(self, node: ast.AST | None) -> bool:
        """Whether a cut leaves more than the front of an id."""
        cut = self._ids.semantics.syntax.parent(node) if node is not None else None
        match cut:
            case ast.Subscript(slice=ast.Slice(lower=lower, upper=upper)):
                most = integer(upper)
                is_front = lower is None or integer(lower) == 0
                return not is_front or most is None or most > _LEAST
        return False

    def _class_of(self, node: ast.expr) -> str:
        """The class that an object is annotated with, or that a method is of; empty if unknown."""
        syntax = self._ids.semantics.syntax
        function = syntax.function_of(node)
        if not isinstance(node, ast.Name) or function is None:
            return ""
        for arg in parameters(function.args):
            if arg.arg == node.id and arg.annotation is not None:
                named = _CLASS.findall(ast.unparse(arg.annotation))
                return next((name for name in named if name not in _AROUND), "")
        owner = syntax.parent(function)
        is_self = isinstance(owner, ast.ClassDef) and node.id == "self"
        return owner.name if isinstance(owner, ast.ClassDef) and is_self else ""


def _said_of(subject: str, effect: Effect) -> str:
    return f"{subject} {effect.what}" if effect.subject else effect.what


def _shown(text: str) -> str:
    return text.replace("\0", "...")


def _asserts(piece: ast.AST) -> bool:
    """Whether a test asserts something in a statement."""
    calls = (node for node in walk(piece) if isinstance(node, ast.Call))
    return isinstance(piece, ast.Assert) or any(
        last_name_of(call.func).startswith("assert") for call in calls
    )


def _may_matter(around: ast.AST | None) -> bool:
    """Whether code right around an id may do something to it: to follow it takes longer."""
    match around:
        case ast.Call(func=func):
            name = last_name_of(func)
            return name in _TAKING or "uuid" in name.lower()
        case ast.FormattedValue(format_spec=spec):
            return spec is not None
        case ast.Compare(ops=[op, *_]):
            return not isinstance(op, (ast.Eq, ast.NotEq, ast.Is, ast.IsNot))
    return isinstance(around, _DOING)


def _is_id(name: str) -> bool:
    return "id" in name.lower() and names_an_id(snake_case(name))


def _is_whole_id(name: str) -> bool:
    """Whether it names an id and says whose: `id` alone does not."""
    return _is_id(name) and snake_case(name) != "id"
