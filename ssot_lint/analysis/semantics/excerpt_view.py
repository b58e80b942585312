"""The answers of the semantic model for the libcst nodes of the excerpt that rules visit."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeAlias, TypeVar, cast

import libcst as cst

from ssot_lint.analysis.semantics import bindings
from ssot_lint.analysis.semantics.control_flow.conditions import paths
from ssot_lint.analysis.semantics.control_flow.reachability import Reachability
from ssot_lint.analysis.semantics.control_flow.reached_uses import Uses
from ssot_lint.analysis.semantics.names import NOWHERE, Names, Place
from ssot_lint.analysis.semantics.semantic_model import SemanticModel
from ssot_lint.analysis.syntax.libcst_nodes import DEFERRING, SCOPES, Layout, Node
from ssot_lint.analysis.syntax.node_map import NodeMap
from ssot_lint.analysis.syntax.parsing import FUNCTIONS

T = TypeVar("T")
Twin = TypeVar("Twin", bound=ast.AST)
ScopeNode: TypeAlias = cst.Module | cst.ClassDef | cst.FunctionDef | cst.Lambda
ImportStatement: TypeAlias = cst.Import | cst.ImportFrom


class ExcerptNames:
    """The answers of `names`, through the node map; code that the excerpt lacks is not in them."""

    def __init__(self, names: Names, node_map: NodeMap) -> None:
        self.model = names
        self._map = node_map
        self._dotted: dict[int, frozenset[str]] = {}

    # By `id`, because libcst's nodes have a hash in Python; they live as long as the map.

    def dotted(self, node: cst.CSTNode) -> frozenset[str]:
        """Dotted names of what the expression can be, as far as it was imported."""
        found = self._dotted.get(id(node))
        if found is None:
            twin = self._map.twin(node)
            found = self.model.dotted(twin) if twin is not None else frozenset()
            self._dotted[id(node)] = found
        return found

    def tracked_function(self, node: cst.CSTNode) -> str | None:
        """The dotted name of the tracked function that the expression can be, if any."""
        twin = self._map.twin(node)
        return self.model.tracked_function(twin) if twin is not None else None

    @property
    def aliases(self) -> Collection[str]:
        """Names that get something imported by an assignment."""
        return self.model.aliases

    @property
    def bound(self) -> Collection[str]:
        """The names that are bound anywhere."""
        return self.model.numbers

    @cached_property
    def tracked_calls(self) -> Mapping[ScopeNode, Sequence[cst.Call]]:
        """Calls of the tracked class's methods, by the scope that runs them, in order."""
        return {
            scope: self._map.known(calls, cst.Call)
            for scope, calls in self._by_scope(self.model.tracked_calls)
        }

    @cached_property
    def tracked_imports(self) -> Mapping[ScopeNode, Mapping[str, Sequence[ImportStatement]]]:
        """Imports of the tracked class or its module, by scope and the name they bind."""
        return {
            scope: {
                name: self._map.known(found, cst.Import, cst.ImportFrom)
                for name, found in imports.items()
            }
            for scope, imports in self._by_scope(self.model.tracked_imports)
        }

    def _by_scope(self, found: Mapping[Twin, T]) -> Iterator[tuple[ScopeNode, T]]:
        for twin, what in found.items():
            scope = self._map.node_of(twin)
            if scope is not None:
                yield cast("ScopeNode", scope), what

    def method_of(self, node: cst.CSTNode) -> str | None:
        """The name of the tracked class's method that the expression can be."""
        twin = self._map.twin(node)
        return self.model.method_of(twin) if twin is not None else None

    def place(self, node: cst.CSTNode) -> Place:
        """What is bound where a reference to a tracked function stands.

        Also known for f-strings, and for calls and strings in files that know the tracked class.
        """
        twin = self._map.twin(node)
        return self.model.place(twin) if twin is not None else NOWHERE

    def local_names(self, scope: cst.CSTNode) -> frozenset[str]:
        """The names that a module, class or function binds itself, parameters included."""
        twin = self._map.twin(scope)
        return self.model.local_names(twin) if twin is not None else frozenset()

    def is_builtin(self, name: cst.CSTNode) -> bool:
        """Whether nothing in the file binds the name."""
        twin = self._map.twin(name)
        return twin is not None and self.model.is_builtin(twin)

    def brought_by(self, node: ImportStatement) -> Mapping[str, str]:
        """The names that an import binds to the tracked class or its modules, and what they are."""
        twin = self._map.twin(node)
        if not isinstance(twin, (ast.Import, ast.ImportFrom)):
            return {}
        return self.model.brought_by(twin)


class ExcerptUses:
    """The answers of `uses`, through the node map: names for what binds them."""

    def __init__(self, uses: Uses, node_map: NodeMap) -> None:
        self._uses = uses
        self._map = node_map
        self.captured = uses.captured

    def of(self, binding: cst.CSTNode) -> list[cst.Name]:
        """The places where the value that `binding`, a target, got may be read."""
        twin = self._map.twin(binding)
        return self._map.known(self._uses.of(twin), cst.Name) if twin is not None else []

    def sources(self, load: cst.Name) -> frozenset[cst.CSTNode]:
        """The targets whose value may be read at `load`; empty for a name from outside."""
        twin = self._map.twin(load)
        if not isinstance(twin, ast.Name):
            return frozenset()
        found = map(self._map.node_of, self._uses.sources(twin))
        return frozenset(_binding_of(node) for node in found if node is not None)

    def loads(self, name: str) -> list[cst.Name]:
        """The places where a name is read, in the scope itself."""
        return self._map.known(self._uses.loads(name), cst.Name)


class ExcerptReachability:
    """Which of some expressions in a scope come before which others in the same run.

    `nodes` are these expressions, each with an expression that it relies on, or None.
    """

    def __init__(
        self,
        node_map: NodeMap,
        names: Names,
        scope: cst.CSTNode,
        nodes: Mapping[Node, cst.CSTNode | None],
    ) -> None:
        self._twins: dict[cst.CSTNode, ast.AST | None] = {
            node: node_map.twin(node) for node in nodes
        }
        relied = {
            self._twins[node]: node_map.twin(on) if on is not None else None
            for node, on in nodes.items()
        }
        self._reach = Reachability(
            cast("bindings.ScopeNode", node_map.twin(scope)),
            {
                node: paths(on) if on is not None else frozenset()
                for node, on in relied.items()
                if node is not None
            },
            names,
        )

    def comes_before(self, one: cst.CSTNode, other: cst.CSTNode) -> bool:
        """Whether one run may have reached the first expression when it reaches the second."""
        first, second = self._twins[one], self._twins[other]
        return first is not None and second is not None and first in self._reach.before(second)

    def both(self, one: cst.CSTNode, other: cst.CSTNode) -> bool:
        """Whether one run may reach both."""
        return self.comes_before(one, other) or self.comes_before(other, one)


class ExcerptView:
    """What a semantic model says of the libcst nodes of an excerpt, and what is around these.

    `module` may lack statements that nobody asks about. `row_of` gives the row, from 1, that a
    node of it begins on; `is_written` tells of the statements of the file whether `module` has
    them.
    """

    def __init__(
        self,
        module: cst.Module,
        model: SemanticModel,
        row_of: Callable[[cst.CSTNode], int] = lambda node: 0,
        is_written: Callable[[ast.stmt | ast.expr], bool] = lambda statement: True,
    ) -> None:
        self.module = module
        self.model = model
        self.text = model.text
        self.node_map = NodeMap(module, model.syntax.tree, is_written, self.parent)
        self.names = ExcerptNames(model.names, self.node_map)
        self._row_of = row_of
        self._is_written = is_written
        self._uses: dict[cst.CSTNode, ExcerptUses] = {}
        self._scopes: dict[int, cst.CSTNode] = {}
        """The scopes of the nodes that were asked for, and of those around them."""

    @property
    def parts(self) -> Iterator[ast.AST]:
        """The statements of the file that `module` has; of classes, their parts."""
        for part in self.model.parts:
            if not isinstance(part, ast.stmt) or self._is_written(part):
                yield part

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

    def uses(self, function: cst.FunctionDef | cst.Module) -> ExcerptUses:
        """The uses of the local variables of a function."""
        if function not in self._uses:
            node: Any = self.node_map.twin(function)
            self._uses[function] = ExcerptUses(self.model.uses(node), self.node_map)
        return self._uses[function]

    def reachability(
        self, scope: cst.CSTNode, nodes: Mapping[Node, cst.CSTNode | None]
    ) -> ExcerptReachability:
        """Which of some expressions, each with what it relies on, one run of a scope reaches."""
        return ExcerptReachability(self.node_map, self.model.names, scope, nodes)

    def binders(self, name: str, scope: cst.CSTNode) -> Sequence[ast.AST]:
        """What binds a name in a scope, but for its parameters; of imports, the statements."""
        twin = self.node_map.twin(scope)
        return (
            self.model.binders(cast("bindings.ScopeNode", twin)).get(name, ())
            if twin is not None
            else ()
        )

    def bound_by(self, statements: Iterable[cst.CSTNode]) -> frozenset[str]:
        """The names that statements bind in the scope they stand in."""
        return bindings.bound_names(self.node_map.statements(statements)).names

    def assigned_in(self, statements: Iterable[cst.CSTNode]) -> set[str]:
        """The names that statements assign anywhere, functions in them included."""
        return bindings.assigned_in(self.node_map.statements(statements))

    def is_own(self, load: cst.Name, function: cst.FunctionDef) -> bool:
        """Whether all values of a name are those that the function's own statements give it.

        Not of parameters, of names of functions around, and of those that functions inside use.
        """
        twin, scope = self.node_map.twin(load), self.node_map.twin(function)
        return (
            isinstance(twin, ast.Name)
            and isinstance(scope, FUNCTIONS)
            and self.model.has_own_values(twin, scope)
        )

    def is_local(self, name: str, node: cst.CSTNode) -> bool:
        """Whether a function around the node binds the name."""
        scopes = self.around(node, cst.FunctionDef, cst.Lambda)
        return any(name in self.names.local_names(scope) for scope in scopes)


def _binding_of(binder: cst.CSTNode) -> cst.CSTNode:
    """The name in what binds it."""
    match binder:
        case cst.Param() | cst.FunctionDef() | cst.ClassDef():
            return binder.name
        case cst.MatchAs(name=cst.Name() as name) | cst.MatchStar(name=cst.Name() as name):
            return name
        case cst.MatchMapping(rest=cst.Name() as name):
            return name
        case cst.ExceptHandler(name=cst.AsName(name=name)):
            return name
        case cst.ExceptStarHandler(name=cst.AsName(name=name)):
            return name
    return binder


def _runs_inside(part: cst.CSTNode, scope: cst.CSTNode) -> bool:
    """Whether a direct part of a function or class is code of its own scope."""
    if isinstance(scope, (cst.FunctionDef, cst.ClassDef, cst.Lambda)):
        return part is scope.body
    return True
