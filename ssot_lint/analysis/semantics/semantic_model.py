"""What Python says of one file: its nodes, names, scopes and signatures, each found when asked."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

from ssot_lint.analysis.semantics.bindings import (
    ScopeNode,
    binders,
    body_of,
    parameter_names,
)
from ssot_lint.analysis.semantics.constants import Constants, constants
from ssot_lint.analysis.semantics.control_flow.reached_uses import Uses
from ssot_lint.analysis.semantics.names import Names
from ssot_lint.analysis.semantics.other_names import aliases_of
from ssot_lint.analysis.semantics.signatures import (
    Fields,
    Signatures,
    optional_results,
)
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.syntax.ast_nodes import Syntax
from ssot_lint.analysis.syntax.mentions import Mentions
from ssot_lint.analysis.syntax.parsing import FUNCTIONS, Function, children

T = TypeVar("T")
Asked = TypeVar("Asked")


class AskedOnce(Generic[Asked]):
    """Keeps what is made of it for all who ask."""

    def __init__(self) -> None:
        self._made: dict[Callable[[Asked], Any], Any] = {}

    def once(self: Asked, make: Callable[[Asked], T]) -> T:
        """What `make` gives for this file: made when the first one asks, the same for all."""
        known: dict[Callable[[Asked], Any], T] = vars(self)["_made"]
        if make not in known:
            known[make] = make(self)
        return known[make]


class SemanticModel(AskedOnce["SemanticModel"]):
    """What Python says of one file, by its whole `ast`: each thing found when it is asked for."""

    def __init__(self, syntax: Syntax, text: SourceText, names: Names) -> None:
        super().__init__()
        self.syntax = syntax
        self.text = text
        self.names = names
        self._aliases: dict[frozenset[str], frozenset[str]] = {}
        self._uses: dict[ast.AST, Uses] = {}
        self._binders: dict[ast.AST, dict[str, list[ast.AST]]] = {}

    @property
    def parts(self) -> Iterator[ast.AST]:
        """The statements of the file; of classes, their parts."""
        pending: list[ast.AST] = [self.syntax.tree]
        while pending:
            node = pending.pop()
            if isinstance(node, (ast.Module, ast.ClassDef)):
                pending += reversed(children(node))
            else:
                yield node

    @cached_property
    def defined(self) -> frozenset[str]:
        """The names of the functions and classes that the file defines."""
        nodes = self.syntax.statements
        return frozenset(n.name for n in nodes if isinstance(n, (*FUNCTIONS, ast.ClassDef)))

    def may_be(self, node: ast.AST, words: frozenset[str]) -> bool:
        """Whether an expression may stand for something whose last name is one of the words.

        To look costs little, unlike asking what the name stands for.
        """
        if type(node) is ast.Attribute:
            return node.attr in words
        if type(node) is not ast.Name:
            return True
        return node.id in words or node.id in self.aliases(words)

    def aliases(self, words: frozenset[str]) -> frozenset[str]:
        """The other names under which the file may call what the words name."""
        if words not in self._aliases:
            self._aliases[words] = aliases_of(words, self.syntax, self.text.text)
        return self._aliases[words]

    @cached_property
    def mentions(self) -> Mentions:
        """Where the file mentions a word."""
        return Mentions(self.syntax.tree, self.text)

    @cached_property
    def constants(self) -> Constants:
        """The constants of the file."""
        return constants(self.syntax)

    @cached_property
    def signatures(self) -> Signatures:
        """What the functions and classes of the file take, by their name."""
        return Signatures(self.syntax, self.fields)

    @cached_property
    def fields(self) -> Fields:
        """What the classes of the file declare."""
        return Fields(self.syntax)

    @cached_property
    def optional_results(self) -> frozenset[str]:
        """The functions of the file that say to give none at times."""
        return optional_results(self.syntax)

    def uses(self, scope: Function | ast.Module) -> Uses:
        """The uses of the local variables of a function, by the nodes of the whole file."""
        if scope not in self._uses:
            self._uses[scope] = Uses(scope.body)
        return self._uses[scope]

    def binders(self, scope: ScopeNode) -> Mapping[str, Sequence[ast.AST]]:
        """What binds each name in a scope, but for its parameters."""
        if scope not in self._binders:
            self._binders[scope] = binders(body_of(scope))
        return self._binders[scope]

    def has_own_values(self, load: ast.Name, function: Function) -> bool:
        """Whether all values of a name are those that the function's own statements give it.

        Not of parameters, of names of functions around, and of those that functions inside use.
        """
        return (
            load.id in self.names.local_names(function)
            and load.id not in self.uses(function).captured
            and load.id not in parameter_names(function)
        )
