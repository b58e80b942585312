"""What each scope of a file imports, binds and reads, and which import a load is served by."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, cast

from ssot_lint.analysis.semantics.bindings import STAR, bound_by
from ssot_lint.analysis.semantics.known_functions import PREPARING
from ssot_lint.analysis.syntax.mentions import BLOCKS, Mentions
from ssot_lint.analysis.syntax.parsing import (
    CODE_FIELDS,
    FUNCTIONS,
    TRIES,
    Function,
    children,
    last_name,
    names_bound_by,
    parameters,
    walk,
)

ImportStatement = ast.Import | ast.ImportFrom

DEFINITIONS = (*FUNCTIONS, ast.ClassDef)
_Definition = Function | ast.ClassDef


class Spot(NamedTuple):
    """Where a statement stands in its scope."""

    block: Sequence[ast.stmt]
    place: int
    """Its place in the block."""
    around: Spot | None
    """Where the statement stands that the block belongs to; None for the body of the scope."""


IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError"})


class BoundName(NamedTuple):
    """A name that an import statement binds."""

    name: str
    statement: ImportStatement
    alias: ast.alias
    spot: Spot
    guarded: bool
    """Whether the file is written to run without it: in a `try`, a `suppress`, a condition."""
    in_module: bool
    """Whether it runs when the module is imported."""

    @property
    def body(self) -> Sequence[ast.stmt]:
        """The block that the statement stands in."""
        return self.spot.block

    @property
    def may_be_missing(self) -> bool:
        """Whether code may run without it: it stands in a `try`, or where a condition holds."""
        spot = self.spot.around if self.in_module else None
        while spot is not None:
            statement = spot.block[spot.place]
            if isinstance(statement, ast.If) and not _is_for_types(statement):
                return True
            spot = spot.around
        return self.guarded

    @property
    def brings(self) -> tuple[str | None, int, str]:
        """What gets the name."""
        node = self.statement
        if isinstance(node, ast.ImportFrom):
            return node.module, node.level, self.alias.name
        return None, 0, self.alias.name if self.alias.asname else self.name


class Load(NamedTuple):
    """Where a name is read: the name itself, or the f-string that it stands in."""

    name: str
    node: ast.expr
    in_text: bool
    spot: Spot
    """Where the statement stands that reads it."""


@dataclass(eq=False)
class Scope:
    node: ast.AST
    parent: Scope | None
    spot: Spot | None = None
    """Where it stands in the scope around it."""
    imports: list[BoundName] = field(default_factory=list)
    bound: set[str] = field(default_factory=set)
    loads: dict[str, list[Load]] = field(default_factory=dict)

    @cached_property
    def imported(self) -> Mapping[str, Sequence[BoundName]]:
        """Its imports, by the names that they bind."""
        found: dict[str, list[BoundName]] = {}
        for item in self.imports:
            found.setdefault(item.name, []).append(item)
        return found

    @property
    def is_in_function(self) -> bool:
        """Whether its code runs when a function is called."""
        function = isinstance(self.node, FUNCTIONS)
        return function or (self.parent is not None and self.parent.is_in_function)


class Service:
    """Which of the imports of a name in a scope its loads go back to.

    A load is served by the last import above it in its own block or one around. What no import
    comes before in that way may be served by any of them.
    """

    def __init__(self, items: Sequence[BoundName], loads: Iterable[Load]) -> None:
        self._items = items
        self._are_alike = len({item.brings for item in items}) < 2
        self._blocks: dict[int, list[BoundName]] = {}
        for item in items:
            self._blocks.setdefault(id(item.body), []).append(item)
        self._servers = {id(load): self._server(load) for load in loads}
        self._served = Counter(map(id, self._servers.values()))
        """How many loads each import serves, by identity; None stands for any of them."""

    def _server(self, load: Load) -> BoundName | None:
        spot: Spot | None = load.spot
        while spot is not None:
            inside = self._blocks.get(id(spot.block), ())
            above = bisect_left(inside, spot.place, key=lambda item: item.spot.place)
            if above:
                return inside[above - 1]
            spot = spot.around
        return None

    def is_sure(self, load: Load) -> bool:
        """Whether what an import brings is at hand where the name is read, as nothing else is.

        That is when an import comes before it in its own block or one around, or when the only
        one cannot be missing.
        """
        if self._are_alike and self._servers[id(load)] is not None:
            return True
        nested = len(self._items) > 1 and any(item.spot.around for item in self._items)
        return not nested and not any(item.may_be_missing for item in self._items)

    def needless(self, gone: Sequence[Load]) -> list[BoundName]:
        """The imports that nothing needs any more when some of the loads are gone."""
        servers = {id(server): server for server in (self._servers[id(load)] for load in gone)}
        lost = Counter(id(self._servers[id(load)]) for load in gone)
        loose = self._served[id(None)]
        if len(gone) == len(self._servers):
            # One that serves nothing by itself goes with the last of the others.
            needless = list(self._items)
        elif self._are_alike and lost[id(None)] == loose:
            served = (server for server in servers.values() if server is not None)
            needless = [item for item in served if lost[id(item)] == self._served[id(item)]]
        else:
            return []
        return [item for item in needless if not (item.guarded and loose)]


class Collector:
    """Collects what each scope imports, and of names that are looked for, where code binds and
    reads them.
    """

    def __init__(self, tree: ast.Module, mentions: Mentions) -> None:
        top = Scope(tree, None)
        self.scopes = [top]
        self.scope_of: dict[ast.AST, Scope] = {}
        """The scope of each piece of the code but imports."""
        self._spots: dict[ast.AST, Spot] = {}
        self._at = Spot(tree.body, 0, None)
        """Where the piece stands that is looked at."""
        self._mentions = mentions
        self._seen: set[ast.AST] = set()
        self._block(tree.body, top, None, guarded=False)
        self.importing = [scope for scope in self.scopes if scope.imports]

    def look_for(self, name: str) -> None:
        """Learn where the code binds and reads a name."""
        self._look_at(self._mentions.of(name))

    def look_everywhere(self) -> None:
        """Learn where the code binds and reads all names."""
        self._look_at(self.scope_of)

    def _look_at(self, pieces: Iterable[ast.AST]) -> None:
        for piece in pieces:
            scope = self.scope_of.get(piece)
            if scope is not None and piece not in self._seen:
                self._seen.add(piece)
                self._at = self._spots[piece]
                self._visit(piece, scope, None)

    # Statements that others stand in

    def _block(
        self, body: Sequence[ast.stmt], scope: Scope, around: Spot | None, *, guarded: bool
    ) -> None:
        for place, node in enumerate(body):
            spot = Spot(body, place, around)
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                self._import(node, scope, spot, guarded=guarded)
            else:
                self._note(node, scope, spot, guarded=guarded)

    def _import(self, node: ImportStatement, scope: Scope, spot: Spot, *, guarded: bool) -> None:
        if is_future(node):
            return
        in_module = scope.parent is None
        for alias in node.names:
            for name in names_bound_by(alias):
                if name != STAR:
                    scope.imports.append(BoundName(name, node, alias, spot, guarded, in_module))

    def _note(self, node: ast.AST, scope: Scope, spot: Spot, *, guarded: bool) -> None:
        kind = type(node)
        if kind not in BLOCKS:
            self.scope_of[node] = scope
            self._spots[node] = spot
            return
        if isinstance(node, DEFINITIONS):
            self._define(node, scope, spot)
            return
        scope.bound.update(bound_by(node))
        may_fail = _expects_import_error(node) or _suppresses(node)
        may_fail = may_fail or (scope.parent is None and _is_condition(node))
        for name in CODE_FIELDS[kind]:
            value = getattr(node, name, None)
            inside = guarded or (may_fail and name != "finalbody")
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                self._block(value, scope, spot, guarded=inside)
            else:
                for item in value if isinstance(value, list) else [value]:
                    if isinstance(item, ast.AST):
                        self._note(item, scope, spot, guarded=inside)

    def _define(self, node: _Definition, scope: Scope, spot: Spot) -> None:
        scope.bound.add(node.name)
        inner = Scope(node, scope, spot)
        self.scopes.append(inner)
        if not isinstance(node, ast.ClassDef):
            inner.bound.update(arg.arg for arg in parameters(node.args))
        for name in CODE_FIELDS[type(node)]:
            value = getattr(node, name)
            if isinstance(value, ast.AST):
                self.scope_of[value] = scope
                self._spots[value] = spot
            elif isinstance(value, list) and value is not node.body:
                self.scope_of.update(dict.fromkeys(value, scope))
                self._spots.update(dict.fromkeys(value, spot))
        self._block(node.body, inner, None, guarded=False)

    # What they are made of

    def _visit(self, node: ast.AST, scope: Scope, text: ast.expr | None) -> None:
        while type(node) is ast.Attribute:
            node = node.value
        kind = type(node)
        if kind is ast.Name:  # most nodes are names and constants
            self._name(cast(ast.Name, node), scope, text)
            return
        if kind is ast.Constant:
            return
        if kind is ast.Lambda:
            self._lambda(cast(ast.Lambda, node), scope, text)
            return
        if kind is ast.JoinedStr and text is None:
            text = cast(ast.JoinedStr, node)
        if isinstance(node, ast.pattern):
            scope.bound.update(bound_by(node))
        for part in children(node):
            self._visit(part, scope, text)

    def _name(self, node: ast.Name, scope: Scope, text: ast.expr | None) -> None:
        if not isinstance(node.ctx, ast.Load):
            scope.bound.add(node.id)
        if not isinstance(node.ctx, ast.Store):
            load = Load(node.id, text or node, text is not None, self._at)
            scope.loads.setdefault(node.id, []).append(load)

    def _lambda(self, node: ast.Lambda, scope: Scope, text: ast.expr | None) -> None:
        inner = Scope(node, scope, self._at)
        self.scopes.append(inner)
        inner.bound.update(arg.arg for arg in parameters(node.args))
        self._visit(node.args, scope, text)
        self._visit(node.body, inner, text)


def scopes_around(scope: Scope) -> Iterator[Scope]:
    """A scope and those around it, the innermost first."""
    outer: Scope | None = scope
    while outer is not None:
        yield outer
        outer = outer.parent


def seen_from(load: Load, scope: Scope, owner: Scope) -> Load:
    """A load of a scope as the scope sees it that owns the name.

    There it stands where the function is made which reads it: the name stays bound from then on.
    """
    while scope is not owner and scope.parent is not None and scope.spot is not None:
        load = load._replace(spot=scope.spot)
        scope = scope.parent
    return load


def owner_of(name: str, scope: Scope) -> Scope | None:
    """The scope that binds a name which is read in one."""
    owner: Scope | None = scope
    while owner is not None:
        visible = owner is scope or not isinstance(owner.node, ast.ClassDef)
        if visible and (name in owner.bound or name in owner.imported):
            return owner
        owner = owner.parent
    return None


def _suppresses(node: ast.AST) -> bool:
    """Whether a `with` lets errors pass: `contextlib.suppress(ImportError)`."""
    if not isinstance(node, (ast.With, ast.AsyncWith)):
        return False
    calls = (item.context_expr for item in node.items)
    names = (call.func for call in calls if isinstance(call, ast.Call))
    return any(getattr(name, "attr", getattr(name, "id", "")) == "suppress" for name in names)


def _is_condition(node: ast.AST) -> bool:
    """Whether what is imported inside depends on where the program runs.

    Not for what only type checkers, the main program or nobody runs: what is imported there says
    nothing about what the rest can do without.
    """
    if not isinstance(node, ast.If) or isinstance(node.test, ast.Constant):
        return False
    return not _is_for_types(node) and "__name__" not in ast.unparse(node.test)


def _is_for_types(node: ast.If) -> bool:
    return "TYPE_CHECKING" in ast.unparse(node.test)


def changes_path(node: ast.AST) -> bool:
    """Whether code speaks of `sys.path`."""
    return any(isinstance(part, ast.Attribute) and _is_path(part) for part in walk(node))


def _is_path(node: ast.Attribute) -> bool:
    return node.attr == "path" and isinstance(node.value, ast.Name) and node.value.id == "sys"


def prepares_imports(node: ast.AST) -> bool:
    """Whether a statement, no definition, may decide what later imports find or do."""
    if isinstance(node, DEFINITIONS):
        return False
    return changes_path(node) or any(map(_prepares, walk(node)))


def _prepares(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            is_set = name in ("setdefault", "update") and "environ" in ast.unparse(node.func)
            return name in PREPARING or is_set
        case ast.Subscript(value=ast.Attribute(attr="environ") | ast.Name(id="environ")):
            return not isinstance(node.ctx, ast.Load)
    return False


def is_future(node: ast.stmt) -> bool:
    """Whether it is an import of what Python will be."""
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def expects_import_error(node: ast.Try) -> bool:
    """Whether a `try` is there for an import that may fail.

    A handler says so, or nothing but imports can fail in its body. Others are for what the code
    around an import does.
    """
    types = (part for handler in node.handlers if handler.type for part in walk(handler.type))
    if not IMPORT_ERRORS.isdisjoint(map(last_name, types)):
        return True
    return bool(node.handlers) and all(map(_imports_only, node.body))


def _expects_import_error(node: ast.AST) -> bool:
    return isinstance(node, TRIES) and expects_import_error(cast("ast.Try", node))


def _imports_only(statement: ast.stmt) -> bool:
    return isinstance(statement, (ast.Import, ast.ImportFrom, ast.Pass)) or (
        isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)
    )
