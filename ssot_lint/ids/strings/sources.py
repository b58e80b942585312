"""What counts as an id: names that hold one, the literal head of a string, hand-built strings."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import cast

import libcst as cst

from ssot_lint.analysis.dataflow.backward import choices
from ssot_lint.analysis.dataflow.strings import is_string
from ssot_lint.analysis.dataflow.times import CoarseTimes
from ssot_lint.analysis.semantics.constants import Constants
from ssot_lint.analysis.semantics.names import Names
from ssot_lint.analysis.syntax.ast_nodes import Syntax
from ssot_lint.analysis.syntax.libcst_nodes import (
    LEAVES,
    access_path,
    children,
    code_of,
    last_name,
    plain_text,
    walk,
)
from ssot_lint.ids.kinds import is_id_name
from ssot_lint.ids.makers import BUILTIN_SOURCES, CLOCKS, COUNTER, SOURCES

_MAY_BE_SOURCES = BUILTIN_SOURCES | {"next"}


def counters(syntax: Syntax) -> frozenset[str]:
    """The counters that a file keeps by hand beyond one run of a function.

    As written; `next(name)` for those that `itertools.count` made. By their names: those of
    others are known where they are counted up, see `Sources`.
    """
    found = {f"next({path})" for path in _counts_of_itertools(syntax)}
    names: set[str] = set()
    for node in syntax.of(ast.AugAssign):
        match node.target:
            case ast.Attribute(attr=name) as target if COUNTER.search(name):
                found.add(ast.unparse(target))
            case ast.Name(id=name) if COUNTER.search(name):
                names.add(name)
    if names:
        names &= {name for node in syntax.sharing for name in node.names}
    return frozenset(found | names)


def _counts_of_itertools(syntax: Syntax) -> Iterator[str]:
    """What is assigned an `itertools.count`; of a class, as methods write it."""
    makers: set[str] = set()
    imports: list[ast.Import | ast.ImportFrom] = syntax.of(ast.Import, ast.ImportFrom)
    for node in imports:
        if isinstance(node, ast.Import):
            modules = (a.asname or a.name for a in node.names if a.name == "itertools")
            makers.update(f"{module}.count" for module in modules)
        elif node.module == "itertools":
            makers.update(a.asname or a.name for a in node.names if a.name == "count")
    if not makers:
        return
    for owner in syntax.of(ast.ClassDef):
        targets = (target for part in owner.body for target in _count_targets(part, makers))
        owners = ("self", "cls", owner.name)
        yield from (f"{o}.{ast.unparse(t)}" for t in targets for o in owners)
    for assign in (*syntax.of(ast.Assign), *syntax.of(ast.AnnAssign)):
        yield from map(ast.unparse, _count_targets(assign, makers))


def _count_targets(statement: ast.stmt, makers: AbstractSet[str]) -> list[ast.expr]:
    match statement:
        case ast.Assign(value=ast.Call(func=func), targets=targets) if ast.unparse(func) in makers:
            return targets
        case ast.AnnAssign(value=ast.Call(func=func), target=target):
            return [target] if ast.unparse(func) in makers else []
    return []


class Sources:
    """Tells strings that are put together from a clock, randomness, `id()` or a counter.

    `scope` is the code whose local variables are followed; `counters` are names of counters.
    Whatever the class or the module keeps is one, too, where the scope itself counts it up.
    `constants` gives those of the file.
    """

    def __init__(
        self,
        scope: Sequence[cst.CSTNode],
        names: Names,
        counters: frozenset[str],
        constants: Callable[[], Constants] = dict,
    ) -> None:
        self._names = names
        self._assigned: dict[str, list[cst.BaseExpression]] = {}
        code = chain.from_iterable(walk(part, into_scopes=False) for part in scope)
        nodes = [node for node in code if type(node) in _GIVING_VALUES]
        self._counters = counters | _counted_up(nodes)
        for node in nodes:
            for target, value in _assignments(node):
                self._assigned.setdefault(target, []).append(value)
        self._times = CoarseTimes(names, self._assigned, constants)

    def ids_in(self, nodes: Sequence[cst.CSTNode]) -> Iterator[cst.BaseExpression]:
        """Hand-built strings below `nodes` that are bound to something named as an id."""
        for root in nodes:
            for node in walk(root):
                for name, value in _bindings(node):
                    if is_id_name(name):
                        yield from (part for part in choices(value) if self.is_hand_built(part))

    def is_hand_built(self, node: cst.BaseExpression) -> bool:
        """Whether `node` is a string made of something that differs from run to run."""
        return is_string(node) and next(self.sources(node), None) is not None

    def sources(
        self, node: cst.CSTNode, seen: frozenset[str] = frozenset(), *, coarse: bool = False
    ) -> Iterator[cst.BaseExpression]:
        """What in an expression, or in the local variables that it reads, differs each time.

        With `coarse`, also clocks of whose reading only the day or the hour is left.
        """
        kind = type(node)
        if not coarse and kind in _MAY_BE_COARSE and self._times.is_coarse(node):
            return
        if self.is_source(node):
            assert isinstance(node, cst.BaseExpression)
            yield node
        if kind is cst.Name:
            name = cast("cst.Name", node).value
            if name in self._assigned and name not in seen:
                for value in self._assigned[name]:
                    yield from self.sources(value, seen | {name}, coarse=coarse)
        elif kind not in LEAVES:
            for part in children(node):
                yield from self.sources(part, seen, coarse=coarse)

    def is_source(self, node: cst.CSTNode) -> bool:
        """Whether the expression itself reads a clock, randomness, an address or a counter."""
        if type(node) is cst.Call:
            return self._is_source_call(node)
        return bool(self._counters) and access_path(node) in self._counters

    def is_clock(self, node: cst.CSTNode) -> bool:
        """Whether the expression itself reads a clock."""
        return isinstance(node, cst.Call) and bool(self._names.dotted(node.func) & CLOCKS)

    def _is_source_call(self, call: cst.Call) -> bool:
        if self._names.dotted(call.func) & SOURCES:
            return True
        func = call.func
        if isinstance(func, cst.Name) and func.value == "next" and call.args:
            return f"next({access_path(call.args[0].value)})" in self._counters
        if isinstance(func, cst.Name) and func.value in BUILTIN_SOURCES:
            # Written together: by this the mask knows them.
            return self._names.is_builtin(func) and not code_of(call.whitespace_after_func)
        return False


# The nodes that `CoarseTimes` has something to say about.
_MAY_BE_COARSE = frozenset({
    cst.Attribute, cst.BinaryOperation, cst.Call, cst.FormattedStringExpression, cst.Subscript,
})  # fmt: skip


def may_be_source(node: cst.CSTNode, names: Names, counters: frozenset[str]) -> bool:
    """Whether `Sources` may see a source in the node itself; a look that costs little."""
    if type(node) is cst.Call:
        func = node.func
        if type(func) is cst.Name and func.value in _MAY_BE_SOURCES:
            return True
        return not names.dotted(node.func).isdisjoint(SOURCES)
    if type(node) is cst.AugAssign:
        return isinstance(node.value, cst.Integer)
    return bool(counters) and access_path(node) in counters


# The nodes that say what names hold, for `_counted_up` and `_assignments`.
_GIVING_VALUES = frozenset({
    cst.AnnAssign, cst.Assign, cst.AugAssign, cst.Global, cst.NamedExpr, cst.Nonlocal,
})  # fmt: skip


def _counted_up(nodes: Sequence[cst.CSTNode]) -> frozenset[str]:
    """What of the class or the module the code counts up by one, as written."""
    shared = {
        item.name.value
        for node in nodes
        if type(node) is cst.Global or type(node) is cst.Nonlocal
        for item in node.names
    }
    found: set[str] = set()
    for node in nodes:
        if type(node) is not cst.AugAssign:
            continue
        match node:
            case cst.AugAssign(operator=cst.AddAssign(), value=cst.Integer(value="1")):
                path = access_path(node.target) or ""
                root, *attributes = path.split(".")
                kept = (
                    root in ("self", "cls") or root[:1].isupper() if attributes else root in shared
                )
                if kept:
                    found.add(path)
    return frozenset(found)


def _assignments(node: cst.CSTNode) -> Iterator[tuple[str, cst.BaseExpression]]:
    """The plain names that a statement assigns, with what they get."""
    if type(node) is cst.Assign:
        for target in node.targets:
            if isinstance(target.target, cst.Name):
                yield target.target.value, node.value
    elif (type(node) is cst.AnnAssign or type(node) is cst.NamedExpr) and (
        isinstance(node.target, cst.Name) and node.value is not None
    ):
        yield node.target.value, node.value


_BINDING = frozenset({cst.AnnAssign, cst.Arg, cst.Assign, cst.DictElement, cst.NamedExpr})


def _bindings(node: cst.CSTNode) -> Iterator[tuple[str | None, cst.BaseExpression]]:
    """Names and the expressions that `node` itself binds to them."""
    if type(node) not in _BINDING:
        return
    match node:
        case cst.Assign():
            for target in node.targets:
                yield target_name(target.target), node.value
        case cst.AnnAssign() | cst.NamedExpr() if node.value is not None:
            yield target_name(node.target), node.value
        case cst.Arg(keyword=cst.Name() as keyword):
            yield keyword.value, node.value
        case cst.DictElement():
            yield plain_text(node.key), node.value


def target_name(target: cst.CSTNode) -> str | None:
    """The name by which a target holds its value: of a name, attribute or item with a text key."""
    if isinstance(target, cst.Subscript) and len(target.slice) == 1:
        index = target.slice[0].slice
        return plain_text(index.value) if isinstance(index, cst.Index) else None
    return last_name(target)
