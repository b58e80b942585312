"""Uses of the generator's name that nothing binds, or that an import may leave unbound."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from ssot_lint.analysis.semantics.names import Kind
from ssot_lint.analysis.syntax.parsing import (
    FUNCTIONS,
    TRIES,
    TYPE_ALIASES,
    last_name_of,
    own_nodes,
    walk,
)
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.kinds import generator_classes

_TYPE_CHECKING = "TYPE_CHECKING"
# What may give a module names that no statement of it binds.
_BINDING_UNSEEN = ("globals", "exec")
# What a handler names that expects a name to be missing.
_EXPECTED = ("NameError", "Exception", "BaseException")


@dataclass(frozen=True)
class Unbound:
    """A use of the generator's name that raises NameError, or may."""

    why: str
    """A clause behind the name."""
    imported: ast.stmt | None = None
    """The import that may not have run; None where there is none."""
    is_for_checkers: bool = False
    """Whether only type checkers run that import."""


class UnboundUses:
    """Finds them in one file. Made once per file: `ids.once(UnboundUses)`.

    Those in a function that imports the generator itself are not among them.
    """

    def __init__(self, ids: IdModel) -> None:
        self._syntax = ids.semantics.syntax
        self._names = ids.semantics.names
        self._mentions = ids.semantics.mentions
        self._called = generator_classes(ids.settings)

    def in_(self, part: ast.AST) -> Iterator[ast.Name]:
        """Those in a statement and below it."""
        nodes = self._syntax.below(part)
        yield from (n for n in nodes if isinstance(n, ast.Name) and self.at(n) is not None)

    def at(self, node: ast.Name) -> Unbound | None:
        """What is wrong with a use of a name; None where that is bound, or not the generator's."""
        if node.id not in self._called or not isinstance(node.ctx, ast.Load):
            return None
        if self._is_bound_unseen or self._is_annotation(node):
            return None
        if self._is_local(node) or self._is_expected(node, ("NameError",)):
            return None
        if self._names.is_builtin(node) and node.id not in self._of_the_module:
            return Unbound("is never imported")
        return self._of_module(node)

    @cached_property
    def _of_the_module(self) -> frozenset[str]:
        return self._names.local_names(self._syntax.tree)

    @cached_property
    def _is_bound_unseen(self) -> bool:
        """Whether something may bind names that no statement of the file names."""
        starred = (alias.name == "*" for node in self._names.imports for alias in node.names)
        return any(starred) or any(map(self._mentions.of, _BINDING_UNSEEN))

    def _is_annotation(self, node: ast.Name) -> bool:
        """Whether only type checkers may ask for it."""
        below: ast.AST = node
        for outer in self._syntax.ancestors(node):
            if below in (getattr(outer, "annotation", None), getattr(outer, "returns", None)):
                return True
            if isinstance(outer, TYPE_ALIASES):
                return True
            if isinstance(outer, ast.stmt):
                break
            below = outer
        return False in self._branches(node)

    def _branches(self, node: ast.AST) -> Iterator[bool]:
        """For each condition around a node that asks for type checkers, whether programs run it."""
        below = node
        for outer in self._syntax.ancestors(node):
            if isinstance(outer, ast.If):
                runs = _runs(outer.test)
                if runs is not None:
                    yield runs is (below in outer.body)
            below = outer

    def _is_expected(self, node: ast.AST, errors: tuple[str, ...]) -> bool:
        """Whether a handler around a node expects one of the errors."""
        below = node
        for outer in self._syntax.ancestors(node):
            if isinstance(outer, TRIES):
                tried = cast("ast.Try", outer)
                if below in tried.body and any(_handles(one, errors) for one in tried.handlers):
                    return True
            below = outer
        return False

    def _is_local(self, node: ast.Name) -> bool:
        """Whether a function or a class around a name binds it: of functions, OST203 speaks."""
        around = self._syntax.around(node, *FUNCTIONS, ast.Lambda, ast.ClassDef)
        return any(node.id in self._names.local_names(scope) for scope in around)

    def _of_module(self, node: ast.Name) -> Unbound | None:
        """What is wrong with a use of a name of the module."""
        runs_later = any(True for _ in self._syntax.around(node, *FUNCTIONS, ast.Lambda))
        # A run that has not bound it in the end has not bound it before, either.
        known = self._names.at_module_end.get(node.id)
        imports = self._imports_of(node.id)
        if imports and not runs_later and all(one.lineno > node.lineno for one in imports):
            return Unbound(f"is imported only below, on line {imports[0].lineno}", imports[0])
        if not known or not any(value.kind is Kind.UNBOUND for value in known):
            return None
        if len(imports) != 1 or not self._names.are_tracked(known):
            return None
        return self._under_condition(node, imports[0])

    def _imports_of(self, name: str) -> list[ast.stmt]:
        """The imports of the module that bind a name of the generator's."""
        found = self._names.tracked_imports.get(self._syntax.tree, {})
        return list(found.get(name, ()))

    def _under_condition(self, node: ast.Name, imported: ast.stmt) -> Unbound | None:
        """What is wrong with a use of what an import brings that only some runs reach."""
        conditions = [
            outer
            for outer in self._syntax.ancestors(imported)
            if isinstance(outer, (ast.If, *TRIES))
        ]
        if not conditions or node in walk(conditions[-1]):
            return None  # what stands beside the import is there when that has run
        row, branches = imported.lineno, list(self._branches(imported))
        if len(branches) == len(conditions) and all(branches):
            return None  # `if not TYPE_CHECKING:` is no condition to a program
        if not all(branches):
            why = f"is imported for type checkers alone, on line {row}"
            return Unbound(why, imported, is_for_checkers=True)
        if self._is_expected(node, _EXPECTED) or self._is_asked_for(conditions[-1], node.id):
            return None
        return Unbound(f"is imported on line {row}, which some runs leave out", imported)

    def _is_asked_for(self, condition: ast.AST, name: str) -> bool:
        """Whether code asks elsewhere for what decides whether an import runs, or has run."""
        tests = [part.test for part in walk(condition) if isinstance(part, ast.If)]
        told = {n.id for test in tests for n in walk(test) if isinstance(n, ast.Name)}
        told |= {
            n.id
            for n in own_nodes([condition])
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store) and n.id != name
        }
        inside = set(walk(condition))
        read = (n for word in sorted(told) for n in self._reads_of(word))
        return any(one not in inside for one in read)

    def _reads_of(self, name: str) -> Iterator[ast.Name]:
        for piece in self._mentions.of(name):
            yield from (n for n in walk(piece) if isinstance(n, ast.Name) and n.id == name)


def _runs(test: ast.expr) -> bool | None:
    """Whether programs run what stands behind a test for type checkers; None for other tests."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = _runs(operand)
            return None if inner is None else not inner
        case ast.Name() | ast.Attribute() if last_name_of(test) == _TYPE_CHECKING:
            return False
    return None


def _handles(handler: ast.ExceptHandler, errors: tuple[str, ...]) -> bool:
    if handler.type is None:
        return "BaseException" in errors
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(last_name_of(one) in errors for one in types)
