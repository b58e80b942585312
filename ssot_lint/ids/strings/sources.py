"""What in an expression differs from run to run: clocks, randomness, addresses, counters."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import cast

from ssot_lint.analysis.dataflow.backward import choices
from ssot_lint.analysis.dataflow.library import GROUPS, WORD_CUTS
from ssot_lint.analysis.dataflow.strings import is_string
from ssot_lint.analysis.dataflow.times import CoarseTimes
from ssot_lint.analysis.semantics.semantic_model import SemanticModel
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.syntax.ast_nodes import Syntax, in_order
from ssot_lint.analysis.syntax.parsing import (
    dotted_name,
    integer,
    last_name,
    plain_text,
    walk,
)
from ssot_lint.ids.kinds import is_id_name
from ssot_lint.ids.makers import BUILTIN_SOURCES, CLOCKS, COUNTER, SOURCE_NAMES, SOURCES
from ssot_lint.ids.strings.made_of import MadeOf, assignments

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
    """

    def __init__(
        self, scope: Iterable[ast.AST], semantics: SemanticModel, counters: frozenset[str]
    ) -> None:
        self._semantics = semantics
        self._names = semantics.names
        self._text = semantics.text
        self._made_of = semantics.once(MadeOf)
        self._assigned: dict[str, list[ast.expr]] = {}
        code = chain.from_iterable(in_order(part, into_scopes=False) for part in scope)
        nodes = [node for node in code if type(node) in _GIVING_VALUES]
        self._counters = counters | _counted_up(nodes)
        for node in nodes:
            for target, value in assignments(node):
                self._assigned.setdefault(target, []).append(value)
        self._times = CoarseTimes(self._names, self._assigned, lambda: semantics.constants)

    def ids_in(self, nodes: Iterable[ast.AST]) -> Iterator[ast.expr]:
        """Hand-built strings below `nodes` that are bound to something named as an id."""
        for node in chain.from_iterable(map(in_order, nodes)):
            for name, value in _bindings(node):
                if is_id_name(name):
                    yield from (part for part in choices(value) if self.is_hand_built(part))

    def is_hand_built(self, node: ast.expr) -> bool:
        """Whether `node` is a string made of something that differs from run to run."""
        return is_string(node) and next(self.sources(node), None) is not None

    def sources(
        self, node: ast.AST, *, coarse: bool = False, pieces: bool = True
    ) -> Iterator[ast.expr]:
        """What in an expression, or in the local variables that it reads, differs each time.

        With `coarse`, also clocks of whose reading only the day or the hour is left. Without
        `pieces`, nothing of variables of which only a piece is taken out.
        """
        pending = [node]
        read: set[str] = set()
        cut: set[ast.AST] = set()
        while pending:
            part = pending.pop()
            if not coarse and type(part) in _MAY_BE_COARSE and self._times.is_coarse(part):
                continue
            if self.is_source(part):
                yield cast("ast.expr", part)
            if not pieces and _takes_out(part):
                cut.update(walk(part))
            if not isinstance(part, ast.Name):
                pending += reversed(self._made_of.parts(part))
            elif part.id not in read and part not in cut:
                read.add(part.id)
                pending += reversed(self._assigned.get(part.id, ()))

    def is_part(self, node: ast.AST, whole: ast.AST) -> bool:
        """Whether what an expression makes goes into a string around it."""
        pending = self._made_of.parts(whole)
        while pending:
            part = pending.pop()
            if part is node:
                return True
            pending += self._made_of.parts(part)
        return False

    def is_source(self, node: ast.AST) -> bool:
        """Whether the expression itself reads a clock, randomness, an address or a counter."""
        if type(node) is ast.Call:
            return self._is_source_call(node)
        return bool(self._counters) and dotted_name(node) in self._counters

    def is_clock(self, node: ast.AST) -> bool:
        """Whether the expression itself reads a clock."""
        return isinstance(node, ast.Call) and not self._names.dotted(node.func).isdisjoint(CLOCKS)

    def _is_source_call(self, call: ast.Call) -> bool:
        func = call.func
        may_be = self._semantics.may_be(func, SOURCE_NAMES)
        if may_be and not self._names.dotted(func).isdisjoint(SOURCES):
            return True
        if not isinstance(func, ast.Name):
            return False
        if func.id == "next" and call.args:
            return f"next({dotted_name(call.args[0])})" in self._counters
        return (
            func.id in BUILTIN_SOURCES
            and self._names.is_builtin(func)
            and _is_written_together(func, self._text)
        )


def _takes_out(node: ast.AST) -> bool:
    """Whether the expression is a piece of something: `thread_id.split("_")[1]`."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in _CUTS
    return isinstance(node, ast.Subscript)


# What takes pieces out of a text, or out of what a pattern found in it.
_CUTS = WORD_CUTS | GROUPS | {"removeprefix", "removesuffix"}


# The nodes that `CoarseTimes` has something to say about.
_MAY_BE_COARSE = frozenset({
    ast.Attribute, ast.BinOp, ast.Call, ast.FormattedValue, ast.Subscript,
})  # fmt: skip


def _is_written_together(func: ast.Name, text: SourceText) -> bool:
    """Whether no space stands between the name of a function and its arguments.

    By `id(` the sieve knows such calls. In an f-string, the place may not be known.
    """
    at = text.offset_in_bytes(func.lineno, func.col_offset)
    end = at + len(func.id)
    return text.text[at:end] != func.id or text.text[end : end + 1] == "("


def may_be_source(node: ast.AST, semantics: SemanticModel, counters: AbstractSet[str]) -> bool:
    """Whether `Sources` may see a source in the node itself; a look that costs little."""
    kind = type(node)
    if kind is ast.Call:
        func = cast("ast.Call", node).func
        if type(func) is ast.Name and func.id in _MAY_BE_SOURCES:
            return True
        return semantics.may_be(func, SOURCE_NAMES)
    if kind is ast.AugAssign:
        return integer(cast("ast.AugAssign", node).value) is not None
    return bool(counters) and dotted_name(node) in counters


# The nodes that say what names hold, for `_counted_up` and `assignments`.
_GIVING_VALUES = frozenset({
    ast.AnnAssign, ast.Assign, ast.AugAssign, ast.Global, ast.NamedExpr, ast.Nonlocal,
})  # fmt: skip


def _counted_up(nodes: Sequence[ast.AST]) -> frozenset[str]:
    """What of the class or the module the code counts up by one, as written."""
    declared = (node.names for node in nodes if isinstance(node, (ast.Global, ast.Nonlocal)))
    shared = set(chain.from_iterable(declared))
    found: set[str] = set()
    for node in nodes:
        match node:
            case ast.AugAssign(op=ast.Add(), target=target, value=value) if integer(value) == 1:
                path = dotted_name(target) or ""
                root, *attributes = path.split(".")
                kept = (
                    root in ("self", "cls") or root[:1].isupper() if attributes else root in shared
                )
                if kept:
                    found.add(path)
    return frozenset(found)


def _bindings(node: ast.AST) -> Iterator[tuple[str | None, ast.expr]]:
    """Names and the expressions that `node` itself binds to them."""
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((target_name(target), value) for target in targets)
        case (
            ast.AnnAssign(target=target, value=ast.expr() as value)
            | ast.NamedExpr(target=target, value=value)
        ):
            yield target_name(target), value
        case ast.keyword(arg=name, value=value):
            yield name, value
        case ast.Dict(keys=keys, values=values):
            yield from zip(map(plain_text, keys), values, strict=True)


def target_name(target: ast.AST) -> str | None:
    """The name by which a target holds its value: of a name, attribute or item with a text key."""
    if isinstance(target, ast.Subscript):
        return plain_text(target.slice)
    return last_name(target) or None
