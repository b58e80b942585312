"""Strings that code puts together to serve as ids, from clocks, randomness and counters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import chain, takewhile

import libcst as cst

from ssot_lint.analysis.dataflow.backward import Backward
from ssot_lint.analysis.dataflow.strings import is_string
from ssot_lint.analysis.semantics.known_functions import EVENT_LOOP, LOOP_GETTERS
from ssot_lint.analysis.syntax.libcst_nodes import (
    ACTING,
    REPEATING,
    children,
    code_of,
    integer,
    last_name,
    walk,
)
from ssot_lint.ids.bindings import Binder
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.kinds import names_an_id, snake_case
from ssot_lint.ids.strings.sources import Sources, may_be_source

# What gives a part of a value, or another form of it.
_CONVERSIONS = frozenset({"int", "str", "round", "abs", "float", "hex", "format", "repr"})
_Test = Callable[[cst.CSTNode], bool]
_ARITHMETIC = (cst.Add, cst.Subtract, cst.Multiply, cst.Divide, cst.FloorDivide, cst.Modulo)
_PARTS = frozenset({"hex", "isoformat", "lower", "replace", "strftime", "timestamp", "upper"})


class BuiltIds:
    """The hand-built ids of one file."""

    def __init__(self, ids: IdModel) -> None:
        self._ids = ids
        self._semantics = ids.semantics
        self._binder = Binder(ids)
        self._by_room: dict[cst.CSTNode, Sources] = {}

    @cached_property
    def found(self) -> dict[cst.BaseExpression, cst.BaseExpression]:
        """Each string, and the first thing in it that differs each time."""
        return dict(self._find())

    def _find(self) -> Iterator[tuple[cst.BaseExpression, cst.BaseExpression]]:
        live = self._around_sources()
        for node in self._semantics.nodes_of(*BUILDING) if live else ():
            if not is_string(node) or self._is_part(node) or id(self._room_of(node)) not in live:
                continue
            source = next(self._hand_built(node).sources(node), None)
            if source is None or self._names_an_object(node) or not self._names_id(node):
                continue
            if not self._is_made_otherwise(node):
                yield node, source

    def _around_sources(self) -> set[int]:
        """The `id` of all that holds what may be a source: nothing else can be an id by hand."""
        ids = self._ids
        kinds = (*_SOURCES, *(_COUNTERS if ids.counters else ()))
        found: set[int] = set()
        for node in ids.semantics.nodes_of(*kinds):
            if may_be_source(node, ids.semantics.names, ids.counters):
                around = chain((node,), ids.semantics.ancestors(node))
                found.update(takewhile(lambda key: key not in found, map(id, around)))
        return found

    def _names_an_object(self, node: cst.BaseExpression) -> bool:
        """`str(id(x))` alone tells which object it is; it makes no id."""
        match node:
            case cst.Call(func=cst.Name("str"), args=[cst.Arg(cst.Call(func=cst.Name("id")))]):
                return True
        return False

    def _hand_built(self, node: cst.CSTNode) -> Sources:
        room = self._room_of(node)
        if room not in self._by_room:
            ids = self._ids
            self._by_room[room] = Sources(
                [room], ids.semantics.names, ids.counters, lambda: ids.semantics.constants
            )
        return self._by_room[room]

    def _room_of(self, node: cst.CSTNode) -> cst.CSTNode:
        """The function whose variables the node may read; outside of functions, the node alone.

        The mask may have blanked other statements of a module or class.
        """
        scope = self._semantics.scope_of(node)
        return scope if isinstance(scope, (cst.FunctionDef, cst.Lambda)) else node

    def _is_part(self, node: cst.BaseExpression) -> bool:
        """Whether the string is a part of one that is put together around it."""
        parent = self._semantics.parent(node)
        match parent:
            case cst.FormattedStringExpression() | cst.ConcatenatedString():
                return True
            case cst.BinaryOperation() | cst.Subscript():
                return is_string(parent)
            case cst.Attribute():
                call = self._semantics.parent(parent)
                return isinstance(call, cst.Call) and is_string(call)
            case cst.Arg():
                call = self._semantics.parent(parent)
                return isinstance(call, cst.Call) and is_string(call)
        return False

    def _names_id(self, node: cst.BaseExpression) -> bool:
        binding = self._binder.of(node)
        names = (snake_case(name) for name in (binding.name, binding.by_key) if name)
        if binding.is_returned:
            names = (name for name in names if name.startswith(_MAKERS))
        # Several names at once stand in the way of a fix only: they come with the assignment.
        is_bound = binding.opposed is None or binding.statement is not None
        return is_bound and any(names_an_id(name) for name in names)

    def _is_made_otherwise(self, node: cst.BaseExpression) -> bool:
        """Whether a banned call is in it, of which OST101 speaks, or one of the generator."""
        ids = self._ids
        scope = self._semantics.scope_of(node)
        pending: list[cst.CSTNode] = [node]
        seen: set[cst.CSTNode] = set()
        while pending:
            part = pending.pop()
            if part in seen:
                continue
            seen.add(part)
            if isinstance(part, cst.Call) and (
                ids.banned(part.func) is not None or ids.generator_method(part) is not None
            ):
                return True
            if isinstance(part, cst.Name) and isinstance(scope, cst.FunctionDef):
                targets = self._semantics.uses(scope).sources(part)
                values = map(self._semantics.once(Backward).value_of, targets)
                pending.extend(value for value in values if value is not None)
            pending.extend(children(part))
        return False

    def values_of(self, load: cst.Name) -> list[cst.BaseExpression]:
        """What a local variable of a function may hold where it is read, if all of it is known."""
        scope = self._semantics.scope_of(load)
        if not isinstance(scope, cst.FunctionDef) or not self._semantics.is_own(load, scope):
            return []
        targets = self._semantics.uses(scope).sources(load)
        values = list(map(self._semantics.once(Backward).value_of, targets))
        return [] if None in values else [value for value in values if value is not None]

    # What a fix may drop

    def is_random(self, node: cst.CSTNode) -> bool:
        """Whether the expression is nothing but a source, in whatever form."""
        return self._is_pure(node, self._hand_built(node).is_source, frozenset())

    def is_time(self, node: cst.CSTNode) -> bool:
        """Whether the expression is nothing but a reading of a clock, in whatever form."""
        return self._is_pure(node, self._hand_built(node).is_clock, frozenset())

    def _is_pure(self, node: cst.CSTNode, reads: _Test, seen: frozenset[cst.CSTNode]) -> bool:
        """Whether the expression is nothing but what `reads` tells, in whatever form."""
        if node in seen:
            return False
        if reads(node):
            return not any(self._acts(part) for n in node.children for part in walk(n))
        match node:
            case cst.Name():
                values = self.values_of(node)
                inner = seen | {node}
                return bool(values) and all(self._is_pure(v, reads, inner) for v in values)
            case cst.Subscript() | cst.Attribute():
                return self._is_pure(node.value, reads, seen)
            case cst.BinaryOperation() if isinstance(node.operator, _ARITHMETIC):
                sides = [side for side in (node.left, node.right) if not _is_constant(side)]
                return bool(sides) and all(self._is_pure(s, reads, seen) for s in sides)
            case cst.Call():
                return self._is_pure_call(node, reads, seen)
            case cst.GeneratorExp() | cst.ListComp():
                return self._is_pure(node.elt, reads, seen)
        return False

    def _acts(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Call) and self._semantics.names.dotted(node.func) & LOOP_GETTERS:
            return False
        return isinstance(node, ACTING)

    def _is_pure_call(self, node: cst.Call, reads: _Test, seen: frozenset[cst.CSTNode]) -> bool:
        name = last_name(node.func)
        if isinstance(node.func, cst.Name) and name in _CONVERSIONS and node.args:
            first, *rest = [arg.value for arg in node.args]
            return self._is_pure(first, reads, seen) and all(map(_is_constant, rest))
        if not isinstance(node.func, cst.Attribute):
            return False
        arguments = [arg.value for arg in node.args]
        if name == "join" and isinstance(node.func.value, cst.SimpleString):
            return len(arguments) == 1 and self._is_pure(arguments[0], reads, seen)
        return (
            name in _PARTS
            and self._is_pure(node.func.value, reads, seen)
            and all(map(_is_constant, arguments))
        )

    def sources_in(self, node: cst.CSTNode) -> list[cst.BaseExpression]:
        """All that differs each time in an expression or the variables it reads."""
        return list(self._hand_built(node).sources(node))

    def describe(self, source: cst.BaseExpression) -> str:
        """A source in a few words, for a message."""
        if not isinstance(source, cst.Call):
            return f"the counter `{code_of(source)}`"
        return f"`{code_of(source.func)}()`"

    def is_secret(self, node: cst.CSTNode) -> bool:
        """Whether something in the string comes from where secrets come from."""
        return any(
            dotted.startswith(("secrets.", "os.urandom"))
            for source in self.sources_in(node)
            if isinstance(source, cst.Call)
            for dotted in self._semantics.names.dotted(source.func)
        )

    def may_come_again(self, node: cst.CSTNode) -> bool:
        """Whether others may make the same string anew, or read a time from it."""
        found: set[str] = set()
        if "seed(" in self._semantics.text.text:
            return True
        for source in self._hand_built(node).sources(node, coarse=True):
            dotted = (
                self._semantics.names.dotted(source.func) if isinstance(source, cst.Call) else ()
            )
            if not any(name.startswith((*_CLOCKS, "random.")) for name in dotted):
                return True
            if isinstance(source, cst.Call) and self._is_narrowed(source, dotted, node):
                return True
            found.update(dotted)
        if "time.strftime" in found or not any(name.startswith(_CLOCKS) for name in found):
            # A date can be read; a number of few digits, or one of several things, comes again.
            return not found <= _WIDE
        # A remainder or a quotient of the time stays the same for a while.
        coarse = (cst.Modulo, cst.FloorDivide, cst.Divide, cst.Subtract)
        if any(isinstance(part, coarse) for n in walk(node) for part in n.children):
            return True
        return any(
            isinstance(part, cst.Name) and self._is_shared(part, node) for part in walk(node)
        )

    def _is_narrowed(self, source: cst.Call, dotted: Iterable[str], string: cst.CSTNode) -> bool:
        """Whether few values are left of what a source gives: of a random number, of a time."""
        sizes = [integer(arg.value) or 0 for arg in source.args] or [0]
        if any(sizes[0] < least for name, least in _LEAST.items() if name in dotted):
            return True
        is_fraction = not _FRACTIONS.isdisjoint(dotted)
        for outer in self._semantics.ancestors(source):
            if is_fraction and isinstance(outer, cst.BinaryOperation):
                return True
            if isinstance(outer, cst.Call) and last_name(outer.func) == "round":
                return True
            if is_fraction and isinstance(outer, cst.Call) and last_name(outer.func) == "int":
                return True
            if isinstance(outer, cst.Subscript) and outer is not string:
                return True
            if outer is string or isinstance(outer, cst.BaseStatement):
                break
        return False

    def _is_shared(self, load: cst.Name, string: cst.CSTNode) -> bool:
        """Whether a variable serves others than the string too, or the string several times."""
        scope = self._semantics.scope_of(load)
        if not isinstance(scope, cst.FunctionDef) or not self.values_of(load):
            return False
        inside = set(walk(string))
        uses = self._semantics.uses(scope)
        for target in uses.sources(load):
            if not isinstance(target, cst.Name) or not inside.issuperset(uses.of(target)):
                return True
            if self._repeating(target) != self._repeating(string):
                return True
        return False

    def _repeating(self, node: cst.CSTNode) -> list[cst.CSTNode]:
        return list(self._semantics.around(node, *REPEATING))


# What may be a source, and what else may be where counters are kept.
_SOURCES: tuple[type[cst.CSTNode], ...] = (cst.Call, cst.AugAssign)
_COUNTERS: tuple[type[cst.CSTNode], ...] = (cst.Name, cst.Attribute)
# What can be a string that code puts together.
BUILDING: tuple[type[cst.BaseExpression], ...] = (
    cst.BaseString,
    cst.BinaryOperation,
    cst.Call,
    cst.Subscript,
)
_CLOCKS = ("time.", EVENT_LOOP)
_WIDE = frozenset({"random.random", "random.getrandbits", "random.randbytes", "random.uniform"})
# The bits and bytes below which a random number comes again.
_LEAST = {"random.getrandbits": 32, "random.randbytes": 4}
_FRACTIONS = frozenset({"random.random", "random.uniform"})
_MAKERS = ("generate_", "create_", "make_", "new_", "build_", "next_", "get_new_")


def _is_constant(node: cst.BaseExpression) -> bool:
    if isinstance(node, cst.UnaryOperation):
        node = node.expression
    return isinstance(node, (cst.BaseNumber, cst.SimpleString))
