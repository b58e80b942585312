"""What Python says of one file: its nodes, names, scopes and signatures, each found when asked."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

import libcst as cst

from ssot_lint.analysis.semantics.constants import Constants, constants
from ssot_lint.analysis.semantics.control_flow.reached_uses import Uses
from ssot_lint.analysis.semantics.control_flow.walk import all_params
from ssot_lint.analysis.semantics.names import Names
from ssot_lint.analysis.semantics.scopes import binders
from ssot_lint.analysis.semantics.signatures import (
    Fields,
    Signature,
    Signatures,
    optional_results,
)
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.syntax.ast_nodes import Syntax
from ssot_lint.analysis.syntax.libcst_nodes import DEFERRING, SCOPES, Layout, Node
from ssot_lint.analysis.syntax.mentions import Mentions

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
    """What Python says of one file.

    `module` may lack statements that nobody asks about; `tree` and `text` are the whole file.
    `row_of` gives the row, from 1, that a node of `module` begins on.
    """

    def __init__(
        self,
        module: cst.Module,
        names: Names,
        tree: ast.Module,
        text: SourceText,
        row_of: Callable[[cst.CSTNode], int] = lambda node: 0,
    ) -> None:
        super().__init__()
        self.module = module
        self.names = names
        self.tree = tree
        self.text = text
        self._row_of = row_of
        self._uses: dict[cst.CSTNode, Uses] = {}
        self._binders: dict[tuple[cst.CSTNode, ...], dict[str, list[cst.CSTNode]]] = {}
        self._scopes: dict[int, cst.CSTNode] = {}
        """The scopes of the nodes that were asked for, and of those around them."""

    # The whole file, by its `ast`

    @cached_property
    def syntax(self) -> Syntax:
        """The nodes of the whole file's `ast`."""
        return Syntax(self.tree)

    @cached_property
    def mentions(self) -> Mentions:
        """Where the whole file's `ast` mentions a word."""
        return Mentions(self.tree, self.text)

    @cached_property
    def constants(self) -> Constants:
        """The constants of the whole file."""
        return constants(self.syntax)

    @cached_property
    def signatures(self) -> Signatures:
        """What the functions and classes of the whole file take, by their name."""
        return Signatures(self.syntax, self.fields)

    def constructor_of(self, owner: cst.ClassDef) -> Signature | None:
        """What calls of a class are handed by position; None where the class does not say."""
        found = self.fields.classes(owner.name.value)
        if len(found) > 1:
            row = self._row_of(owner.name)
            found = [node for node in found if node.lineno == row]
        return self.signatures.of_class(found[0]) if len(found) == 1 else None

    @cached_property
    def fields(self) -> Fields:
        """What the classes of the whole file declare."""
        return Fields(self.syntax)

    @cached_property
    def optional_results(self) -> frozenset[str]:
        """The functions of the whole file that say to give none at times."""
        return optional_results(self.syntax)

    # The tree around a node

    @cached_property
    def layout(self) -> Layout:
        """All nodes of the module that hold code."""
        return Layout(self.module)

    @property
    def nodes(self) -> Sequence[cst.CSTNode]:
        """All nodes of the module that hold code, in the order of the source."""
        return self.layout.nodes

    def nodes_of(self, *kinds: type[Node]) -> list[Node]:
        """The nodes of some kinds and those below these, in the order of the source."""
        return self.layout.of(*kinds)

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The node that holds `node`, among those that are code."""
        return self.layout.parent(node)

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The nodes around a node, the innermost first."""
        return self.layout.ancestors(node)

    def around(self, node: cst.CSTNode, *kinds: type) -> Iterator[Any]:
        """The nodes of some kinds, or of kinds below these, around a node, the innermost first."""
        return self.layout.around(node, kinds)

    def scope_of(self, node: cst.CSTNode) -> cst.CSTNode:
        """The function, lambda, class or module whose code the node is."""
        passed: list[int] = []
        below, outer = node, self.parent(node)
        while outer is not None and id(below) not in self._scopes:
            passed.append(id(below))
            if type(outer) in SCOPES and _runs_inside(below, outer):
                break
            below, outer = outer, self.parent(outer)
        scope = self._scopes.get(id(below), outer) or self.module
        self._scopes.update(dict.fromkeys(passed, scope))
        return scope

    def owner_class(self, node: cst.CSTNode) -> cst.ClassDef | None:
        """The innermost class around a node."""
        return next(self.around(node, cst.ClassDef), None)

    def statement_of(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The line of simple statements or the compound statement that holds a node."""
        if isinstance(node, cst.BaseStatement):
            return node
        return next(self.around(node, cst.BaseStatement), None)

    def comments_at(self, node: cst.CSTNode) -> list[str]:
        """The comments on and right above the line of a node, and that of its statement."""
        statement = self.statement_of(node)
        rows = {self._row_of(n) for n in (node, statement) if n is not None}
        return [comment for row in sorted(rows) for comment in self.text.comments_at(row)]

    def is_certain(self, node: cst.CSTNode, line: cst.CSTNode) -> bool:
        """Whether the node is evaluated once whenever the statement runs.

        Not in the branches of `if else`, `or` and `and`, nor in lambdas and comprehensions.
        """
        below = node
        for outer in self.ancestors(node):
            if isinstance(outer, DEFERRING):
                return False
            match outer:
                case cst.BooleanOperation() if below is outer.right:
                    return False
                case cst.IfExp() if below is not outer.test:
                    return False
            if outer is line:
                return True
            below = outer
        return False

    # What names stand for

    def uses(self, function: cst.FunctionDef | cst.Module) -> Uses:
        """The uses of the local variables of a function."""
        if function not in self._uses:
            body = function.body if isinstance(function, cst.Module) else function.body.body
            self._uses[function] = Uses(body)
        return self._uses[function]

    def binders(self, name: str, *body: cst.CSTNode) -> Sequence[cst.CSTNode]:
        """What binds a name in the scope whose code is given: statements, targets, patterns."""
        if body not in self._binders:
            self._binders[body] = binders(body)
        return self._binders[body].get(name, ())

    def is_own(self, load: cst.Name, function: cst.FunctionDef) -> bool:
        """Whether all values of a name are those that the function's own statements give it.

        Not of parameters, of names of functions around, and of those that functions inside use.
        """
        name = load.value
        return (
            name in self.names.local_names(function)
            and name not in self.uses(function).captured
            and all(param.name.value != name for param in all_params(function.params))
        )

    def is_local(self, name: str, node: cst.CSTNode) -> bool:
        """Whether a function around the node binds the name."""
        scopes = self.around(node, *SCOPES)
        return any(name in self.names.local_names(scope) for scope in scopes)


def _runs_inside(part: cst.CSTNode, scope: cst.CSTNode) -> bool:
    """Whether a direct part of a function or class is code of its own scope."""
    if isinstance(scope, (cst.FunctionDef, cst.ClassDef, cst.Lambda)):
        return part is scope.body
    return True
