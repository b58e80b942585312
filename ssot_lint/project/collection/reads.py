"""What a file does to ids that others make: fields that it reads, results of functions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from ssot_lint.analysis.dataflow.access_paths import WHOLE, Through
from ssot_lint.analysis.dataflow.calls.callees import SHARED_NAMES
from ssot_lint.analysis.dataflow.forward import Event, Forward, Front
from ssot_lint.analysis.dataflow.references import references_of
from ssot_lint.analysis.dataflow.sinks.effects import CUT, MEASURED, SINKS, Effect, keeps_much
from ssot_lint.analysis.syntax.parsing import integer, last_name_of, parameters, walk
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.kinds import is_id_name, names_an_id, says_whose, snake_case
from ssot_lint.ids.shown import is_logged
from ssot_lint.ids.strings.subjects import says_nothing
from ssot_lint.project.facts import Fact, Reach
from ssot_lint.project.links import WRAPPERS
from ssot_lint.project.modules import imported_by, is_foreign

# Classes in an annotation, and what is none of a project there.
_CLASS = re.compile(r"\b[A-Z]\w*")
_NO_CLASS = WRAPPERS | {"None", "Any", "List", "Dict"}
# What code right around an expression does something to its value, or hands it on at once.
_NAMING = (ast.Assign, ast.AnnAssign, ast.NamedExpr)
_DOING = (
    ast.Subscript, ast.Attribute, ast.Starred, ast.For,
    ast.comprehension, ast.BoolOp, ast.IfExp, ast.keyword, ast.Await,
)  # fmt: skip
_TAKING = frozenset(name for sink in SINKS for name in sink.names) | {"str"}
_ELEMENT = WHOLE.within(Through.ELEMENT)
_BY_IMPORTS = (Reach.FOLDER, Reach.IMPORTED)
# No id of a generator has fewer characters, with its prefix.
_SHORTEST = 16


class Reads:
    """What one file does to such ids; `path` is relative to the root of the project."""

    def __init__(self, ids: IdModel, path: str, *, is_test: bool) -> None:
        self._ids = ids
        self._path = path
        self._is_test = is_test
        self._forward = Forward(ids.semantics)
        self._references = ids.semantics.once(references_of)
        self._imported = frozenset(
            (alias.asname or alias.name).partition(".")[0]
            for statement in ids.semantics.names.imports
            for alias in statement.names
        )
        self._modules = " ".join(imported_by(ids.semantics.names.imports, path))

    def facts(self, words: Mapping[str, frozenset[int]]) -> Iterator[Fact]:
        """All that it does to what has a name on some rows, and to what gets that name."""
        for word in sorted(words):
            for piece in self._ids.semantics.mentions.of(word):
                nodes = walk(piece)
                match self._ids.semantics.syntax.parent(piece):
                    case ast.For(target=target, iter=over) | ast.AsyncFor(target=target, iter=over):
                        nodes += walk(over) if target is piece else []
                if _is_on(piece, words[word]) or any(map(partial(_binds, word), nodes)):
                    for node in nodes:
                        yield from self._at(node, word)

    def _at(self, node: ast.AST, word: str) -> Iterator[Fact]:
        """What is done to the id that a node reads or makes."""
        match node:
            case ast.Attribute(value=owner, attr=name, ctx=ast.Load()) if _is_id(name):
                yield from self._of_field(node, name, owner)
                yield from self._of_constant(node, name)
            case ast.Subscript(slice=ast.Constant(value=str(name)), ctx=ast.Load()) if _is_id(name):
                yield from self._of_field(node, name, None)
            case ast.Call(
                func=ast.Attribute(attr="get"), args=[ast.Constant(value=str(name)), *_]
            ) if _is_id(name):
                yield from self._of_field(node, name, None)
            case ast.Call(
                func=ast.Name(id="getattr"), args=[owner, ast.Constant(value=str(name)), *_]
            ) if _is_id(name):
                yield from self._of_field(node, name, owner)
            case ast.MatchMapping(keys=keys, patterns=patterns):
                for key, pattern in zip(keys, patterns, strict=True):
                    yield from self._of_pattern(key, pattern)
            case ast.Call(func=func):
                yield from self._of_result(node, func, word)
            case ast.Name(id=name, ctx=ast.Load()) if name == word:
                yield from self._of_parameter(node)
                if says_whose(name):
                    yield from self._of_constant(node, name)

    def _of_field(self, node: ast.expr, name: str, of: ast.expr | None) -> Iterator[Fact]:
        """What is done to an id that is read of an object, or of a row."""
        if not self._may_matter(node):
            return
        owners = self._classes_of(of) if of is not None else []
        for effect in self._effects(event for _, event in self._forward.follow(node)):
            is_parsed = effect.demands_form and of is not None and says_whose(name)
            row = getattr(effect.at, "lineno", node.lineno)
            if owners or says_whose(name):
                yield from self._done_to(name, effect, row, owners, is_parsed=is_parsed)
            elif effect.demands_form:  # `id` alone says nothing of whose id it is
                holder = snake_case(last_name_of(of)) if of is not None else ""
                owner = "" if says_nothing(holder) else holder
                yield self._done_by_name(name, effect, row, self._reach("", is_parsed=False), owner)

    def _of_pattern(self, key: ast.expr, pattern: ast.pattern) -> Iterator[Fact]:
        """What is done to an id that a pattern takes out of a mapping."""
        match key, pattern:
            case ast.Constant(value=str(name)), ast.MatchAs(name=str(bound), pattern=None):
                if says_whose(name):
                    variable = self._references.variable(bound, pattern)
                    events = (event for _, event in self._forward.beyond([variable]))
                    for effect in self._effects(events):
                        row = getattr(effect.at, "lineno", pattern.lineno)
                        yield from self._done_to(name, effect, row, [], is_parsed=False)

    def _done_to(
        self, name: str, effect: Effect, row: int, owners: list[str], *, is_parsed: bool
    ) -> Iterator[Fact]:
        for owner in owners or [""]:
            reach = self._reach(owner, is_parsed=is_parsed)
            yield self._done_by_name(name, effect, row, reach, owner)

    def _done_by_name(self, name: str, effect: Effect, row: int, reach: Reach, owner: str) -> Fact:
        return Fact(
            snake_case(name),
            _said_of(f"`{name}`", effect),
            row,
            reach,
            owner,
            has_owner=bool(self._ids.semantics.fields.classes(owner)),
            sought=effect.sought,
            modules=self._modules if reach in _BY_IMPORTS else "",
        )

    def _of_constant(self, node: ast.expr, name: str) -> Iterator[Fact]:
        """What is done to an id that a module has under a name."""
        first = node.value if isinstance(node, ast.Attribute) else node
        while isinstance(first, ast.Attribute):
            first = first.value
        is_imported = isinstance(first, ast.Name) and first.id in self._imported
        if not is_imported or not self._may_matter(node):
            return
        effects = list(self._effects(event for _, event in self._forward.follow(node)))
        owner = self._module_of(node) if effects else None
        for effect in effects if owner else ():
            row = getattr(effect.at, "lineno", node.lineno)
            says = _said_of(f"`{name}`", effect)
            yield Fact(f"{name}=", says, row, Reach.RESULT, str(owner), sought=effect.sought)

    def _of_parameter(self, node: ast.Name) -> Iterator[Fact]:
        """What a method does to what it is handed: calls may not tell whose method they run."""
        if self._is_test or not self._may_matter(node):
            return
        taking = self._references.function_taking(node)
        if taking is None or not taking.in_class or taking.node_name in SHARED_NAMES:
            return
        names = [arg.arg for arg in taking.parameters]
        at = names.index(node.id) if node.id in names else -1
        if taking.node_name.startswith("__"):
            return
        for effect in self._effects(self._forward.here(node)):
            row = getattr(effect.at, "lineno", node.lineno)
            says = _said_of(f"`{node.id}`", effect)
            yield Fact(
                f"{taking.node_name}(", says, row, Reach.PARAMETER, f"{at}:{node.id}",
                sought=effect.sought,
            )  # fmt: skip

    def _may_matter(self, node: ast.expr, *, in_text: bool = False) -> bool:
        """Whether code may do something to an expression: to follow it takes longer.

        Also where it becomes a part of a text, if that counts.
        """
        around = self._ids.semantics.syntax.parent(node)
        if isinstance(around, ast.Await):
            return self._may_matter(around, in_text=in_text)
        if in_text and isinstance(around, (ast.FormattedValue, ast.BinOp, ast.withitem)):
            return True
        if not isinstance(around, _NAMING):
            return _may_matter(around)
        return any(
            _may_matter(self._ids.semantics.syntax.parent(load))
            for name in self._gets_by_name(around)
            for load in self._references.loads(self._references.variable(name, node))
        )

    @staticmethod
    def _gets_by_name(around: ast.Assign | ast.AnnAssign | ast.NamedExpr) -> Iterator[str]:
        targets = around.targets if isinstance(around, ast.Assign) else [around.target]
        for target in targets:
            yield from (part.id for part in walk(target) if isinstance(part, ast.Name))

    def _reach(self, owner: str, *, is_parsed: bool) -> Reach:
        """Whose ids it reads; a test has made them itself, or gets them from what it imports."""
        if self._is_test:
            return Reach.IMPORTED
        if owner:
            return Reach.CLASS
        return Reach.PROJECT if is_parsed else Reach.FOLDER

    def _of_result(self, call: ast.Call, func: ast.expr, word: str) -> Iterator[Fact]:
        """What is done to the ids that a function of another file gives."""
        name = last_name_of(func)
        if not self._may_give_id(call, name, word) or not self._may_matter(call, in_text=True):
            return
        # Of what is gone through, each element may be one.
        is_held = isinstance(self._ids.semantics.syntax.parent(call), (ast.For, ast.comprehension))
        events = [] if is_held else [event for _, event in self._forward.follow(call)]
        held = [event for _, event in self._forward.follow(call, _ELEMENT)]
        fronts = [event for event in events if isinstance(event, Front)] if _is_id(name) else []
        effects = list(self._effects(events))
        if not any(is_id_name(snake_case(one)) for one in (name, *self._gets(call))):
            # It may be a list.
            effects = [effect for effect in effects if self._is_done_to_text(effect)]
        effects += self._effects(held)
        # Where it comes from takes longest to find out.
        owner = self._module_of(func) if fronts or effects else None
        if owner is None:
            return
        modules = self._modules if self._is_test and not owner else ""
        for front in fronts:
            if self._names_id(front.whole):
                says = f"`{front.shown}` is put in front of what `{name}()` gives"
                row = front.whole.lineno
                yield Fact(
                    f"{name}()", says, row, Reach.RESULT, owner, front=front.text, modules=modules
                )
        for effect in effects:
            says = _said_of(f"the result of `{name}()`", effect)
            row = getattr(effect.at, "lineno", call.lineno)
            yield Fact(
                f"{name}()",
                says,
                row,
                Reach.RESULT,
                owner,
                effect.width,
                sought=effect.sought,
                modules=modules,
            )

    def _is_done_to_text(self, effect: Effect) -> bool:
        """Whether nothing but a text has it done to it: it is parsed, or has a method of texts."""
        parent = self._ids.semantics.syntax.parent(effect.at) if effect.at is not None else None
        return effect.demands_form or isinstance(parent, ast.Attribute)

    def _may_give_id(self, call: ast.Call, name: str, word: str) -> bool:
        """Whether a call is named for an id, or what gets its result is, or is looked at."""
        is_own = isinstance(call.func, ast.Name) and name in self._ids.semantics.defined
        if not name or name[0].isupper() or is_own:
            return False
        return _is_id(name) or any(one == word or _is_id(one) for one in self._gets(call))

    def _gets(self, node: ast.expr) -> Iterator[str]:
        """The names of the variables that get the value of an expression, or what it holds."""
        around = self._ids.semantics.syntax.parent(node)
        target: ast.AST | None = None
        match around:
            case ast.Await():
                yield from self._gets(around)
            case ast.Assign(targets=[target]) | ast.AnnAssign(target=target):
                pass
            case ast.NamedExpr(target=target) | ast.withitem(optional_vars=target):
                pass
            case ast.For(target=target) | ast.AsyncFor(target=target):
                pass
            case ast.comprehension(target=target):
                pass
        for part in walk(target) if target is not None else ():
            if isinstance(part, (ast.Name, ast.Attribute)):
                yield last_name_of(part)

    def _module_of(self, func: ast.expr) -> str | None:
        """Where a function comes from: empty for a method of who knows what, None for no other."""
        names = self._ids.semantics.names
        is_own = isinstance(func, ast.Name) and names.definitions(func)
        if names.method_of(func) is not None or is_own:
            return None
        dotted = min(names.dotted(func), default=None)
        if dotted is None:
            return "" if isinstance(func, ast.Attribute) else None
        level = len(dotted) - len(dotted.lstrip("."))
        if level:
            above = self._path.split("/")[:-level]
            dotted = ".".join((*above, dotted[level:]))
        return None if is_foreign(dotted) else dotted.rpartition(".")[0] or None

    def _names_id(self, node: ast.expr) -> bool:
        """Whether something that is named as an id gets the value of an expression."""
        return any(_is_id(path.name) for path in self._forward.gets(node))

    def _effects(self, events: Iterable[Event | None]) -> Iterator[Effect]:
        syntax = self._ids.semantics.syntax
        for event in events:
            if isinstance(event, Effect) and not event.is_doubt and self._counts(event):
                is_shown = event.only_result and self._is_logged(event.at)
                cut = syntax.parent(event.at) if event.at is not None else None
                if not is_shown and not (event.what == CUT.what and keeps_much(cut)):
                    yield event

    def _counts(self, effect: Effect) -> bool:
        """Whether it says something of ids of others: of a test, what it asserts or parses."""
        if not self._is_test or effect.demands_form:
            return True
        statement = self._ids.semantics.syntax.statement_of(effect.at) if effect.at else None
        if statement is None or not _asserts(statement):
            return False
        return effect.what != MEASURED.what or not self._is_least(effect.at)

    def _is_least(self, node: ast.AST | None) -> bool:
        """Whether a length is held against one that any id has: who asserts that, goes on to."""
        call = self._ids.semantics.syntax.parent(node) if node is not None else None
        compare = self._ids.semantics.syntax.parent(call) if call is not None else None
        match compare:
            case ast.Compare(left=left, ops=[ast.Gt() | ast.GtE()], comparators=[bound]):
                least = integer(bound)
                return left is call and least is not None and least <= _SHORTEST
        return False

    def _is_logged(self, node: ast.AST | None) -> bool:
        return isinstance(node, ast.expr) and is_logged(node, self._ids)

    def _classes_of(self, node: ast.expr) -> list[str]:
        """The class that an object is annotated with; those that a method is of, or has above."""
        syntax = self._ids.semantics.syntax
        function = syntax.function_of(node)
        if not isinstance(node, ast.Name) or function is None:
            return []
        for arg in parameters(function.args):
            if arg.arg == node.id and arg.annotation is not None:
                named = _CLASS.findall(ast.unparse(arg.annotation))
                return [name for name in named if name not in _NO_CLASS][:1]
        owner = syntax.parent(function)
        if not isinstance(owner, ast.ClassDef) or node.id != "self":
            return []
        lineage = self._ids.semantics.fields.lineage(owner.name) or [owner.name]
        classes = [one for name in lineage for one in self._ids.semantics.fields.classes(name)]
        bases = (last_name_of(base) for one in classes for base in one.bases)
        return list(dict.fromkeys((*lineage, *bases)))


def _said_of(subject: str, effect: Effect) -> str:
    return f"{subject} {effect.what}" if effect.subject else effect.what


def _is_on(piece: ast.AST, rows: frozenset[int]) -> bool:
    """Whether a piece stands on one of the rows."""
    first = getattr(piece, "lineno", None)
    last = getattr(piece, "end_lineno", None)
    if first is None or last is None:  # arguments, and the like
        return True
    return any(first <= row <= last for row in rows)


def _binds(word: str, node: ast.AST) -> bool:
    if not isinstance(node, (ast.Name, ast.Attribute)) or not isinstance(node.ctx, ast.Store):
        return False
    return last_name_of(node) == word


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
