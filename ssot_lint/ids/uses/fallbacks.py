"""Where the code makes ids itself because the generator failed or is missing."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import cast

from ssot_lint.analysis.syntax.ast_nodes import BODIES, SCOPES, in_order
from ssot_lint.analysis.syntax.parsing import FUNCTIONS, TRIES, own_nodes, walk
from ssot_lint.ids.banned_calls import BannedCalls
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.strings.sources import Sources


@dataclass(frozen=True)
class Fallback:
    """One fallback that makes ids by hand; `first` is where it does so first."""

    first: ast.expr
    banned: str | None
    """The banned function called there; None when the id is a hand-built string."""
    region: tuple[ast.AST, ...]
    """Its statements, or the expression that it is."""
    built: tuple[ast.expr, ...]
    """The hand-built strings that are bound to ids."""
    attempt: ast.Try | None
    """The `try` that calls the generator; None where the generator may be missing."""


class Fallbacks:
    """All fallbacks of a file, and which nodes lie inside one: `ids.once(Fallbacks)`."""

    def __init__(self, ids: IdModel) -> None:
        self._ids = ids
        self._syntax = ids.semantics.syntax
        self._names = ids.semantics.names
        self._banned = ids.once(BannedCalls)
        self._modules = ids.settings.generator_modules
        self._words = frozenset(name.rpartition(".")[2] for name in self._modules)
        self._flags: set[tuple[ast.AST, str]] = set()
        """Scope and name of what says whether the generator could be imported."""
        self._covered: set[ast.AST] = set()
        self._hand_built: dict[ast.AST, Sources] = {}
        """For each function, which may have a thousand fallbacks."""
        self.found: list[Fallback] = []
        if not ids.know_generator:
            return
        self._learn_flags()
        for node in chain.from_iterable(map(walk, self._parts())):
            if type(node) in _BRANCHING and node not in self._covered:
                attempt = _as_try(node)
                if attempt is not None and self._tries_import(attempt):
                    attempt = None
                for branch in self._branches(node):
                    self._take(branch, attempt)
            for name in BODIES.get(type(node), ()) if node is not self._syntax.tree else ():
                block = getattr(node, name)
                if block and block[0] not in self._covered:
                    for rest in self._after_success(block):
                        self._take(rest, None)

    def _parts(self) -> Iterator[ast.AST]:
        """The parts of the file that use the generator, or know whether it is there."""
        model, names = self._ids.semantics, self._names
        modules = any("." in written for written in names.tracked_paths.values())
        rows = sorted(getattr(node, "lineno", 0) for node in names.tracked_uses)
        for part in model.parts:
            first, last = getattr(part, "lineno", 0), getattr(part, "end_lineno", 0)
            at = bisect_left(rows, first)
            if modules or self._flags or (at < len(rows) and rows[at] <= last):
                yield part

    def covers(self, node: ast.AST) -> bool:
        """Whether the node lies inside a fallback, whose one finding speaks for it."""
        return node in self._covered

    def _scope_around(self, node: ast.AST) -> ast.AST:
        return next(self._syntax.around(node, *SCOPES), self._syntax.tree)

    def _learn_flags(self) -> None:
        """Names set to False or None when the import of the generator failed, or to True else."""
        for node in filter(None, map(_as_try, self._syntax.of(*TRIES))):
            if self._tries_import(node):
                names = _names_set_to([*node.body, *node.orelse], (True,))
                names |= _names_set_to(node.handlers, (None, False))
                scope = self._scope_around(node)
                self._flags.update((scope, name) for name in names)

    def _take(self, region: Sequence[ast.AST], attempt: ast.Try | None) -> None:
        inside = [node for part in region for node in in_order(part)]
        built = tuple(dict.fromkeys(self._sources_in(region).ids_in(region)))
        for node in inside:
            banned = self._banned.of(node)
            if banned is not None or node in built:
                assert isinstance(node, ast.expr)
                self.found.append(Fallback(node, banned, tuple(region), built, attempt))
                self._covered.update(inside)
                return

    def _sources_in(self, region: Sequence[ast.AST]) -> Sources:
        """What tells sources there: by the variables of the function that it stands in.

        Outside of functions by its own: variables of a module may get other values anywhere.
        """
        scope = self._scope_around(region[0])
        if not isinstance(scope, FUNCTIONS):
            return Sources(region, self._ids.semantics, self._ids.counters)
        if scope not in self._hand_built:
            self._hand_built[scope] = Sources([scope], self._ids.semantics, self._ids.counters)
        return self._hand_built[scope]

    def _branches(self, node: ast.AST) -> Iterator[Sequence[ast.AST]]:
        """The fallbacks that a node has: parts of a `try`, an `if`, a conditional expression."""
        match node:
            case ast.If() | ast.IfExp():
                missing = self._says_missing(node.test)
                if missing is not None and (branch := node.body if missing else node.orelse):
                    yield branch if isinstance(branch, list) else [branch]
            case ast.BoolOp(
                op=ast.Or(), values=[ast.BoolOp(op=ast.And(), values=[*tests, _]), other, *_]
            ):
                # The old conditional: `generator and generator.make() or fallback()`.
                if any(self._says_missing(test) is False for test in tests):
                    yield [other]
            case _ if (attempt := _as_try(node)) is not None:
                if self._calls_generator(attempt.body) or self._tries_import(attempt):
                    yield from (handler.body for handler in attempt.handlers)

    def _after_success(self, block: Sequence[ast.stmt]) -> Iterator[Sequence[ast.stmt]]:
        """What follows `if generator is not None: return ...`."""
        for index, statement in enumerate(block[:-1]):
            if (
                isinstance(statement, ast.If)
                and not statement.orelse
                and isinstance(statement.body[-1], _LEAVING)
                and self._says_missing(statement.test) is False
            ):
                yield block[index + 1 :]

    def _calls_generator(self, body: Sequence[ast.stmt]) -> bool:
        return any(
            isinstance(node, ast.Call)
            and node.func in self._names.tracked_uses
            and self._names.method_of(node.func) is not None
            for node in own_nodes(body)
        )

    def _tries_import(self, node: ast.Try) -> bool:
        """Whether the body imports the generator's class or module."""
        for inner in own_nodes(node.body):
            match inner:
                case ast.ImportFrom(module=owner, names=names):
                    own = self._ids.settings.generator_class
                    if any(n.name == own or f"{owner}.{n.name}" in self._modules for n in names):
                        return True
                    if self._ids.settings.generator_is_module and owner in self._modules:
                        return True
                case ast.Import(names=names):
                    if any(alias.name in self._modules for alias in names):
                        return True
        return False

    def _says_missing(self, test: ast.expr) -> bool | None:
        """True when the test holds without the generator, False when with it, else None."""
        match test:
            case ast.UnaryOp(op=ast.Not()):
                inner = self._says_missing(test.operand)
                return None if inner is None else not inner
            case ast.Compare(left=left, ops=[operator], comparators=[ast.Constant(value=value)]):
                if (value is not None and type(value) is not bool) or not self._is_witness(left):
                    return None
                if isinstance(operator, (ast.Is, ast.Eq)):
                    return not value
                return bool(value) if isinstance(operator, (ast.IsNot, ast.NotEq)) else None
            case ast.BoolOp():
                wanted = isinstance(test.op, ast.Or)
                found = map(self._says_missing, test.values)
                return wanted if wanted in found else None
        return False if self._is_witness(test) else None

    def _is_witness(self, node: ast.expr) -> bool:
        """The generator, its module, or a flag that says whether it could be imported."""
        if isinstance(node, ast.Call):
            return False
        is_plain = isinstance(node, (ast.Name, ast.Attribute))
        if is_plain and node not in self._names.tracked_uses:
            pass  # to ask what every name stands for takes long
        elif self._names.is_tracked(node):
            return True
        if (
            self._ids.semantics.may_be(node, self._words)
            and self._names.dotted(node) & self._modules
        ):
            return True
        if not self._flags or not isinstance(node, ast.Name):
            return False
        for scope in (*self._syntax.around(node, *SCOPES), self._syntax.tree):
            if (scope, node.id) in self._flags:
                return True
            if node.id in self._names.local_names(scope):
                return False
        return False


def _as_try(node: ast.AST) -> ast.Try | None:
    """The node if it is a `try`; one with `except*` has the same parts."""
    return cast("ast.Try", node) if isinstance(node, TRIES) else None


def _names_set_to(body: Sequence[ast.AST], constants: tuple[bool | None, ...]) -> set[str]:
    """Names that the code assigns one of the constants to."""
    names: set[str] = set()
    for node in own_nodes(body):
        targets: list[ast.expr] = []
        match node:
            case ast.Assign(value=ast.Constant(value=value)):
                targets = node.targets
            case ast.AnnAssign(value=ast.Constant(value=value)):
                targets = [node.target]
            case _:
                continue
        if any(value is constant for constant in constants):
            names.update(target.id for target in targets if isinstance(target, ast.Name))
    return names


_LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)
# What `_branches` has something to say about.
_BRANCHING = frozenset({ast.BoolOp, ast.If, ast.IfExp, *TRIES})
