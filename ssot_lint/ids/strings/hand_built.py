"""Strings that code puts together to serve as ids, from clocks, randomness and counters."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, takewhile

from ssot_lint.analysis.dataflow.backward import Backward
from ssot_lint.analysis.dataflow.strings import Part, Text, is_string, pieces_of
from ssot_lint.analysis.semantics.bindings import FUNCTION_NODES
from ssot_lint.analysis.semantics.known_functions import EVENT_LOOP, LOOP_GETTERS
from ssot_lint.analysis.syntax.parsing import (
    arguments_of,
    children,
    integer,
    last_name,
    walk,
)
from ssot_lint.ids.banned_calls import BannedCalls
from ssot_lint.ids.bindings import Binder
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.kinds import names_an_id, snake_case
from ssot_lint.ids.makers import SOURCES
from ssot_lint.ids.strings.found_again import FoundAgain, form_of, is_address
from ssot_lint.ids.strings.generated import Generated
from ssot_lint.ids.strings.sources import Sources, may_be_source

# What gives a part of a value, or another form of it.
_CONVERSIONS = frozenset({"int", "str", "round", "abs", "float", "hex", "format", "repr"})
_Test = Callable[[ast.AST], bool]
_ARITHMETIC = (
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.BitAnd, ast.BitOr, ast.BitXor,
    ast.RShift, ast.LShift,
)  # fmt: skip
_PARTS = frozenset({"hex", "isoformat", "lower", "replace", "strftime", "timestamp", "upper"})


class BuiltIds:
    """The hand-built ids of one file."""

    def __init__(self, ids: IdModel) -> None:
        self._ids = ids
        self._semantics = ids.semantics
        self._names = ids.semantics.names
        self._syntax = ids.semantics.syntax
        self._binder = Binder(ids)
        self._by_room: dict[ast.AST, Sources] = {}
        self._known: dict[ast.AST, dict[ast.expr, ast.expr]] = {}

    def is_one(self, node: ast.AST) -> bool:
        """Whether a node is such a string."""
        return node in self.in_(self._syntax.part_with(node))

    def in_(self, code: ast.AST) -> Mapping[ast.expr, ast.expr]:
        """Each string in a part of the file, and the first thing in it that differs each time.

        To look at a part that holds no source costs little.
        """
        if code not in self._known:
            found = dict(self._find(code))
            self._known[code] = {n: s for n, s in found.items() if not self._is_inside(n, found)}
        return self._known[code]

    def _find(self, code: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
        nodes = self._syntax.below(code)
        live = self._around_sources(nodes)
        for node in nodes if live else ():
            if isinstance(node, _BUILDING) and is_string(node) and self._room_of(node) in live:
                source = self._source_of_id(node)
                if source is not None:
                    yield node, source
        for node in nodes if self._ids.have_generator else ():
            if isinstance(node, _JOINING) and is_string(node):
                piece = self.piece_of_generated(node)
                if piece is not None:
                    yield node, piece

    def piece_of_generated(self, node: ast.expr) -> ast.expr | None:
        """The end of an id of the generator, of which a string makes another id."""
        pieces = pieces_of(node) or ()
        parts = [piece.node for piece in pieces if isinstance(piece, Part)]
        ends = [part for part in parts if any(map(self._is_end, self._held_by(part)))]
        if not ends or not isinstance(pieces[0], Text) or self._is_part(node):
            return None
        name = self._name_of_id(node)
        return ends[0] if name is not None and not _TAKING_OUT.search(name) else None

    def _held_by(self, node: ast.expr) -> Sequence[ast.expr]:
        return self.values_of(node) if isinstance(node, ast.Name) else (node,)

    def _is_end(self, node: ast.expr) -> bool:
        """Whether an expression is what stands behind the front of an id of the generator."""
        match node:
            case ast.Subscript(
                value=ast.Call(func=ast.Attribute(value=base, attr=attr)), slice=index
            ) if attr in _SPLITTING and integer(index) != 0:
                pass
            case ast.Subscript(value=base, slice=ast.Slice(lower=ast.expr())):
                pass
            case _:
                return False
        return any(origin.made for origin in self._ids.once(Generated).ids(base))

    def _is_inside(self, node: ast.expr, found: Mapping[ast.expr, ast.expr]) -> bool:
        """Whether the string goes into another one that is an id by hand: that is to go."""
        outer = takewhile(lambda n: not isinstance(n, ast.stmt), self._syntax.ancestors(node))
        return any(
            isinstance(whole, ast.expr)
            and whole in found
            and self._hand_built(whole).is_part(node, whole)
            for whole in outer
        )

    def _around_sources(self, nodes: Iterable[ast.AST]) -> set[ast.AST]:
        """All that holds what may be a source: nothing else can be an id by hand."""
        counters = self._ids.counters
        kinds = _SOURCES_AND_COUNTERS if counters else _SOURCES
        found: set[ast.AST] = set()
        for node in nodes:
            if type(node) in kinds and may_be_source(node, self._semantics, counters):
                around = chain((node,), self._syntax.ancestors(node))
                found.update(takewhile(lambda outer: outer not in found, around))
        return found

    def _source_of_id(self, node: ast.expr) -> ast.expr | None:
        """The first thing in a string that differs each time, if the string is an id by that."""
        if self._is_part(node) or _names_an_object(node):
            return None
        name = self._name_of_id(node)
        if name is None:
            return None
        taken_out = _TAKING_OUT.search(name) is not None
        sources = list(self._hand_built(node).sources(node, pieces=not taken_out))
        if taken_out:  # an address, a hash, a count tell of what was handed in
            sources = [source for source in sources if not self._tells_of_object(source)]
        if not sources or self._is_made_otherwise(node):
            return None
        if all(map(is_address, sources)) and self._is_key(node):
            return None
        return sources[0]

    def _is_key(self, node: ast.expr) -> bool:
        """Whether this file or another one computes a text again to find something by it."""
        is_own = self._semantics.once(FoundAgain).is_one(node)
        return is_own or self._ids.callees.finds_by(form_of(node))

    def _tells_of_object(self, source: ast.expr) -> bool:
        """Whether a source is `id()`, `hash()` or a counter, rather than a clock or randomness."""
        return is_address(source) or self._names.dotted(getattr(source, "func", source)).isdisjoint(
            SOURCES
        )

    def _hand_built(self, node: ast.AST) -> Sources:
        room = self._room_of(node)
        if room not in self._by_room:
            self._by_room[room] = Sources([room], self._semantics, self._ids.counters)
        return self._by_room[room]

    def _room_of(self, node: ast.AST) -> ast.AST:
        """The function whose variables the node may read; outside of functions, the node alone.

        The variables of a module or class may get other values from anywhere.
        """
        scope = self._syntax.scope_of(node)
        return scope if isinstance(scope, FUNCTION_NODES) else node

    def _is_part(self, node: ast.expr) -> bool:
        """Whether the string is a part of one that is put together around it."""
        parent = self._syntax.parent(node)
        match parent:
            case ast.FormattedValue():
                return True
            case ast.BinOp():
                return is_string(parent)
            case ast.Subscript(value=value) if value is node:
                return is_string(parent)
            case ast.Attribute() | ast.keyword() | ast.Starred():
                call = self._syntax.parent(parent)
                is_argument = not isinstance(parent, ast.Attribute)
                return (
                    isinstance(call, ast.Call)
                    and is_string(call)
                    and (is_argument or call.func is parent)
                )
            case ast.Call():
                return is_string(parent)
        return False

    def _name_of_id(self, node: ast.expr) -> str | None:
        """The name, as of an id, that the string is bound to."""
        binding = self._binder.of(node)
        # Several names at once stand in the way of a fix only: they come with the assignment.
        if binding.opposed is not None and binding.statement is None:
            return None
        names = [snake_case(name) for name in (binding.name, binding.by_key) if name]
        if binding.is_returned:
            names = [name for name in names if _MAKING.match(name) or _TAKING_OUT.search(name)]
        return next((name for name in names if names_an_id(_FROM.sub("", name))), None)

    def _is_made_otherwise(self, node: ast.expr) -> bool:
        """Whether a banned call is in it, of which OST101 speaks, or one of the generator."""
        names, banned = self._names, self._ids.once(BannedCalls)
        pending: list[ast.AST] = [node]
        seen: set[ast.AST] = set()
        while pending:
            part = pending.pop()
            if part in seen:
                continue
            seen.add(part)
            if isinstance(part, ast.Call) and (
                banned.of(part) is not None or names.method_of(part.func) is not None
            ):
                return True
            if isinstance(part, ast.Name):
                pending += (value for value in self._held(part, node) if value is not None)
            pending += children(part)
        return False

    def _held(self, load: ast.Name, place: ast.AST) -> list[ast.expr | None]:
        """What a variable of the function that a place stands in may hold; None for unknown."""
        function = self._syntax.function_of(place)
        if function is None:
            return []
        targets = self._semantics.uses(function).sources(load)
        return list(map(self._semantics.once(Backward).value_of, targets))

    def values_of(self, load: ast.Name) -> list[ast.expr]:
        """What a local variable of a function may hold where it is read, if all of it is known."""
        function = self._syntax.function_of(load)
        if function is None or not self._semantics.has_own_values(load, function):
            return []
        values = self._held(load, load)
        return [] if None in values else [value for value in values if value is not None]

    # What a fix may drop

    def is_random(self, node: ast.expr) -> bool:
        """Whether the expression is nothing but a source, in whatever form."""
        return self._is_pure(node, self._hand_built(node).is_source, frozenset())

    def is_time(self, node: ast.expr) -> bool:
        """Whether the expression is nothing but a reading of a clock, in whatever form."""
        return self._is_pure(node, self._hand_built(node).is_clock, frozenset())

    def _is_pure(self, node: ast.expr, reads: _Test, seen: frozenset[ast.expr]) -> bool:
        """Whether the expression is nothing but what `reads` tells, in whatever form."""
        if node in seen:
            return False
        if reads(node):
            return not any(self._acts(part) for n in children(node) for part in walk(n))
        match node:
            case ast.Name():
                values = self.values_of(node)
                inner = seen | {node}
                return bool(values) and all(self._is_pure(v, reads, inner) for v in values)
            case ast.Subscript() | ast.Attribute():
                return self._is_pure(node.value, reads, seen)
            case ast.BinOp() if isinstance(node.op, _ARITHMETIC):
                sides = [side for side in (node.left, node.right) if not _is_constant(side)]
                return bool(sides) and all(self._is_pure(s, reads, seen) for s in sides)
            case ast.Call():
                return self._is_pure_call(node, reads, seen)
            case ast.GeneratorExp() | ast.ListComp():
                return self._is_pure(node.elt, reads, seen)
            case ast.IfExp(body=body, orelse=orelse):
                ways = [way for way in (body, orelse) if not _is_constant(way)]
                return bool(ways) and all(self._is_pure(way, reads, seen) for way in ways)
        return False

    def _acts(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Call) and self._names.dotted(node.func) & LOOP_GETTERS:
            return False
        return isinstance(node, _ACTING)

    def _is_pure_call(self, node: ast.Call, reads: _Test, seen: frozenset[ast.expr]) -> bool:
        name = last_name(node.func)
        arguments = arguments_of(node)
        if isinstance(node.func, ast.Name) and name in _CONVERSIONS and arguments:
            first, *rest = arguments
            return self._is_pure(first, reads, seen) and all(map(_is_constant, rest))
        if not isinstance(node.func, ast.Attribute):
            return False
        receiver = node.func.value
        if name == "hexdigest":
            digested = self._digested(receiver)
            return bool(digested) and all(self._is_pure(d, reads, seen) for d in digested)
        if name == "join" and isinstance(receiver, ast.Constant):
            return len(arguments) == 1 and self._is_pure(arguments[0], reads, seen)
        return (
            name in _PARTS
            and self._is_pure(receiver, reads, seen)
            and all(map(_is_constant, arguments))
        )

    def _digested(self, node: ast.expr) -> list[ast.expr]:
        """What a digest is made of, but for constant texts: of `hashlib.md5(text.encode())`."""
        if not (
            isinstance(node, ast.Call)
            and len(node.args) == 1
            and any(name.startswith("hashlib.") for name in self._names.dotted(node.func))
        ):
            return []
        match node.args[0]:
            case ast.Call(func=ast.Attribute(value=text, attr="encode")):
                pieces = pieces_of(text)
                if pieces is None:
                    return [text]
                return [piece.node for piece in pieces if isinstance(piece, Part)]
        return []

    def sources_in(self, node: ast.AST) -> list[ast.expr]:
        """All that differs each time in an expression or the variables it reads."""
        return list(self._hand_built(node).sources(node))

    def describe(self, source: ast.expr) -> str:
        """A source in a few words, for a message."""
        if any(map(self._is_end, self._held_by(source))):
            return f"a piece of another id, `{ast.unparse(source)}`"
        if not isinstance(source, ast.Call):
            return f"the counter `{ast.unparse(source)}`"
        return f"`{ast.unparse(source.func)}()`"

    def is_secret(self, node: ast.AST) -> bool:
        """Whether something in the string comes from where secrets come from."""
        return any(
            dotted.startswith(("secrets.", "os.urandom"))
            for source in self.sources_in(node)
            if isinstance(source, ast.Call)
            for dotted in self._names.dotted(source.func)
        )

    def is_hash(self, node: ast.expr) -> bool:
        """Whether a digest is a part of it, which has a width and an alphabet of its own."""
        return any(isinstance(n, ast.Attribute) and n.attr == "hexdigest" for n in walk(node))

    def may_come_again(self, node: ast.expr) -> bool:
        """Whether others may make the same string anew, or read a time from it."""
        found: set[str] = set()
        if "seed(" in self._semantics.text.text:
            return True
        for source in self._hand_built(node).sources(node, coarse=True):
            dotted = self._names.dotted(source.func) if isinstance(source, ast.Call) else ()
            if not any(name.startswith((*_CLOCKS, "random.")) for name in dotted):
                return True
            if isinstance(source, ast.Call) and self._is_narrowed(source, dotted, node):
                return True
            found.update(dotted)
        if "time.strftime" in found or not any(name.startswith(_CLOCKS) for name in found):
            # A date can be read; a number of few digits, or one of several things, comes again.
            return not found <= _WIDE
        # A remainder or a quotient of the time stays the same for a while.
        inside = walk(node)
        if any(isinstance(part, ast.BinOp) and isinstance(part.op, _COARSE) for part in inside):
            return True
        return any(isinstance(part, ast.Name) and self._is_shared(part, node) for part in inside)

    def _is_narrowed(self, source: ast.Call, dotted: Iterable[str], string: ast.expr) -> bool:
        """Whether few values are left of what a source gives: of a random number, of a time."""
        sizes = [integer(given) or 0 for given in arguments_of(source)] or [0]
        if any(sizes[0] < least for name, least in _LEAST.items() if name in dotted):
            return True
        is_fraction = not _FRACTIONS.isdisjoint(dotted)
        for outer in self._syntax.ancestors(source):
            if is_fraction and isinstance(outer, ast.BinOp):
                return True
            if isinstance(outer, ast.Call):
                name = last_name(outer.func)
                if name == "round" or (is_fraction and name == "int"):
                    return True
            if isinstance(outer, ast.Subscript) and outer is not string:
                return True
            if outer is string or isinstance(outer, ast.stmt):
                break
        return False

    def _is_shared(self, load: ast.Name, string: ast.expr) -> bool:
        """Whether a variable serves others than the string too, or the string several times."""
        function = self._syntax.function_of(load)
        if function is None or not self.values_of(load):
            return False
        inside = set(walk(string))
        uses = self._semantics.uses(function)
        for target in uses.sources(load):
            if not isinstance(target, ast.Name) or not inside.issuperset(uses.of(target)):
                return True
            if self._repeating(target) != self._repeating(string):
                return True
        return False

    def _repeating(self, node: ast.AST) -> list[ast.AST]:
        return list(self._syntax.around(node, *_REPEATING))


# What may be a source, and what else may be where counters are kept.
_SOURCES = frozenset({ast.Call, ast.AugAssign})
_SOURCES_AND_COUNTERS = _SOURCES | {ast.Name, ast.Attribute}
_SPLITTING = frozenset({"split", "rsplit", "partition", "rpartition"})
_JOINING = (ast.JoinedStr, ast.BinOp, ast.Call)
# What can be a string that code puts together around something.
_BUILDING = (ast.JoinedStr, ast.BinOp, ast.Call, ast.Subscript)
# Expressions that do more than look something up.
_ACTING = (ast.Call, ast.Await, ast.NamedExpr, ast.Yield, ast.YieldFrom, ast.Lambda)
_REPEATING = (
    ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
    ast.comprehension, ast.Lambda,
)  # fmt: skip
_COARSE = (ast.Mod, ast.FloorDiv, ast.Div, ast.Sub)
_CLOCKS = ("time.", EVENT_LOOP)
_WIDE = frozenset({"random.random", "random.getrandbits", "random.randbytes", "random.uniform"})
# The bits and bytes below which a random number comes again.
_LEAST = {"random.getrandbits": 32, "random.randbytes": 4}
_FRACTIONS = frozenset({"random.random", "random.uniform"})
# What functions that make ids begin with.
_MAKING = re.compile("generate_|create_|make_|new_|build_|next_|get_new_")
# From what a value is taken: `get_thread_id_from_run_id`, which is named as the id in front.
_FROM = re.compile(r"_from(_\w+)?$")
# Names of what takes an id out of something that has it, rather than making one.
_TAKING_OUT = re.compile(rf"^_*(extract|extracted|parse|parsed)_|{_FROM.pattern}")


def _names_an_object(node: ast.expr) -> bool:
    """`str(id(x))` alone tells which object it is; it makes no id."""
    match node:
        case ast.Call(func=ast.Name(id="str"), args=[ast.Call(func=ast.Name(id="id"))]):
            return True
    return False


def _is_constant(node: ast.expr) -> bool:
    """Whether the expression is a number or a text that is written out."""
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Constant) and type(node.value) in _WRITTEN


_WRITTEN = frozenset({bytes, complex, float, int, str})
