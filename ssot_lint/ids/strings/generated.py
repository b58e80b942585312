"""Where an expression is sure to hold an id of the generator, and what such an id begins with."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ssot_lint.analysis.dataflow.backward import Backward, handed_on
from ssot_lint.analysis.dataflow.strings import Part, literal_head, pieces_of
from ssot_lint.analysis.syntax.parsing import (
    Function,
    has_stars,
    integer,
    last_name,
    may_end,
    own_nodes,
    walk,
)
from ssot_lint.ids.id_model import UNKNOWN, Callee, Callees, IdModel


@dataclass(frozen=True)
class Origin:
    """One of the values that an expression can hold: an id of the generator or a string."""

    node: ast.expr
    head: str
    """The literal text that it begins with, as far as that is known."""
    exact: bool
    """Whether nothing but what the generator adds follows the head; for a string, nothing."""
    made: bool
    """Whether it is an id as the generator made it."""
    kind: str | None = None
    """Which of the context ids it is."""
    leads: bool = False
    """Whether it is a string that begins with an id of the generator."""
    holds: bool = False
    """Whether it is a string that has an id of the generator in it, behind other text."""
    is_none: bool = False
    given_by: str = ""
    """The function that gives it where it is called, and where that stands."""


Origins = tuple[Origin, ...]

# What gives the same text in another form: cut at the front, it loses its end all the same.
_RESHAPING = frozenset({"strip", "replace", "removeprefix"})
# Variables handed to variables further than this are not followed.
_LONGEST_CHAIN = 8
# Functions that call functions further than this are not followed.
_DEEPEST = 5


class Generated:
    """Follows expressions to the values they hold. Made once per file: `ids.once(Generated)`.

    Without `callees`, what functions give is not known.
    """

    def __init__(self, ids: IdModel, callees: Callees = UNKNOWN) -> None:
        self._ids = ids
        self._callees = callees
        self._given: Mapping[ast.AST, Origins] = {}
        """What parameters of functions hold, where the call is known."""
        self._inside: tuple[ast.AST, ...] = ()
        """The functions that were followed to here."""
        self._returned: dict[ast.Call, Origins | None] = {}
        self._names = ids.semantics.names
        self._backward = ids.semantics.once(Backward)

    def ids(self, node: ast.expr) -> Origins:
        """The ids of the generator that the expression can hold; empty if it may hold others.

        Strings that are built around such an id count as one.
        """
        origins = self.origins(node)
        return origins if all(o.made or o.leads or o.holds for o in origins) else ()

    def origins(self, node: ast.expr) -> Origins:
        """All values that the expression can hold but None; empty when one is not known."""
        found = self._origins(node, frozenset()) or ()
        return tuple(origin for origin in found if not origin.is_none)

    def may_be_none(self, node: ast.expr) -> bool:
        """Whether None is one of the values that the expression is known to hold."""
        return any(origin.is_none for origin in self._origins(node, frozenset()) or ())

    def may_be_cut(self, node: ast.AST) -> bool:
        """Whether an expression may keep no more than a piece of an id of the generator."""
        parts = (part for value in self._taken_apart(node) for part in walk(value))
        return any(isinstance(part, ast.expr) and bool(self.ids(part)) for part in parts)

    def _taken_apart(self, node: ast.AST) -> Sequence[ast.expr]:
        """What an index, a slice or a format keeps pieces of."""
        match node:
            case ast.Subscript(slice=ast.Constant(value=str()) | ast.Tuple()):
                return ()
            case ast.Subscript(value=value):
                return (value, *filter(None, self._backward.values(value)))
            case ast.FormattedValue(value=value, format_spec=ast.JoinedStr()):
                return (value,)
            case ast.BinOp(op=ast.Mod(), right=right):
                return (right,)
            case ast.Call(func=ast.Attribute(attr="format") | ast.Name(id="format")):
                return (*node.args, *(word.value for word in node.keywords))
        return ()

    def text(self, node: ast.expr) -> str | None:
        """The string that an expression is sure to be: a literal, or a name for one."""
        origins = self.origins(node)
        if not origins or any(origin.made or not origin.exact for origin in origins):
            return None
        heads = {origin.head for origin in origins}
        return heads.pop() if len(heads) == 1 else None

    def text_before(self, node: ast.AugAssign) -> str | None:
        """The string that a variable is sure to hold when `+=` adds to it."""
        match node:
            case ast.AugAssign(op=ast.Add(), target=ast.Name() as target):
                return self.text(target)
        return None

    def _origins(self, node: ast.expr, seen: frozenset[ast.AST]) -> Origins | None:
        """As `origins`, but None when something is not known."""
        match node:
            case ast.Constant(value=None):
                return (Origin(node, "", exact=True, made=False, is_none=True),)
            case ast.Name():
                return self._of_variable(node, seen)
            case ast.NamedExpr():
                return self._origins(node.value, seen)
            case ast.BoolOp(op=ast.Or()):
                return self._all(node.values, seen)
            case ast.IfExp():
                return self._all((node.body, node.orelse), seen)
            case ast.Call():
                return self._of_call(node, seen)
            case ast.Await(value=ast.Call() as call):
                return self._of_function(call, seen, ast.AsyncFunctionDef)
            case ast.Subscript():
                return self._indexed(node.value, node.slice)
        return self._of_string(node, seen)

    def _all(self, nodes: Iterable[ast.expr], seen: frozenset[ast.AST]) -> Origins | None:
        found: dict[Origin, None] = {}
        for node in nodes:
            origins = self._origins(node, seen)
            if origins is None:
                return None
            found.update(dict.fromkeys(origins))
        return tuple(found)

    def _of_variable(self, name: ast.Name, seen: frozenset[ast.AST]) -> Origins | None:
        constant = self._backward.constant(name)
        if isinstance(constant, str):
            return (Origin(name, constant, exact=True, made=False, is_none=not constant),)
        sources = self._backward.sources(name)
        if name in seen or len(seen) > _LONGEST_CHAIN or not sources:
            return None
        found: dict[Origin, None] = {}
        for target in sources:
            value = self._backward.value_of(target)
            if value is not None:
                origins = self._origins(value, seen | {name})
            else:
                origins = self._given.get(target) or self.unpacked(target) or None
            if origins is None:
                return None
            found.update(dict.fromkeys(origins))
        return tuple(found)

    def _of_call(self, call: ast.Call, seen: frozenset[ast.AST]) -> Origins | None:
        method = self._names.method_of(call.func)
        settings = self._ids.settings
        if method == settings.id_method:
            return (self._with_prefix(call, seen),)
        if method is not None:
            single = method.startswith("generate_") and method.endswith("_id")
            return (Origin(call, "", False, True),) if single else None
        same = handed_on(call, self._names)
        receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
        if same is not None and same is not receiver:  # `str(x)`, `typing.cast(str, x)`
            return self._origins(same, seen)
        if receiver is not None and (same is not None or last_name(call.func) in _RESHAPING):
            return self._reshaped(call, self._origins(receiver, seen) or ())
        of_string = self._of_string(call, seen)
        return self._of_function(call, seen, ast.FunctionDef) if of_string is None else of_string

    def _of_function(
        self, call: ast.Call, seen: frozenset[ast.AST], kind: type[Function]
    ) -> Origins | None:
        """What the functions that a call runs give; None when that is not known of all."""
        if len(self._inside) >= _DEEPEST:
            return None
        if call not in self._returned:
            self._returned[call] = None  # while it is looked for: in a circle nothing is known
            found = [
                self._given_by(callee, call, seen)
                if isinstance(callee.node, kind) and callee.is_plain
                else None
                for callee in self._callees(call.func)
            ]
            if found and None not in found:
                origins = dict.fromkeys(one for some in found for one in some or ())
                self._returned[call] = tuple(origins) or None
        return self._returned[call]

    def _given_by(self, callee: Callee, call: ast.Call, seen: frozenset[ast.AST]) -> Origins | None:
        """What a function gives that is handed the arguments of a call."""
        if callee.node in self._inside or isinstance(callee.node, ast.ClassDef):
            return None
        body = list(own_nodes(callee.node.body))
        if any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in body):
            return None
        there = Generated(callee.ids, callee.callees)
        there._inside = (*self._inside, callee.node)
        handed = callee.handed(call)
        given = {arg: self._origins(value, seen) for arg, value in handed.items()}
        for arg, value in callee.defaults:
            if arg not in handed:
                given[arg] = there._origins(value, frozenset())
        there._given = {arg: origins for arg, origins in given.items() if origins is not None}
        returns = [node.value for node in body if isinstance(node, ast.Return) and node.value]
        found = there._all(returns, frozenset()) if returns else None
        if found is None:
            return None
        if may_end(callee.node.body):
            found = (*found, Origin(call, "", exact=True, made=False, is_none=True))
        where = f"`{callee.node.name}`{callee.place}"
        return tuple(replace(o, node=call, given_by=o.given_by or where) for o in found)

    def _reshaped(self, call: ast.Call, origins: Origins) -> Origins | None:
        """An id of the generator in another form: nothing is known of its beginning."""
        known = [origin for origin in origins if not origin.is_none]
        if not known or not all(o.made or o.leads or o.holds for o in known):
            return None
        return (Origin(call, "", exact=False, made=False, holds=True),)

    def _with_prefix(self, call: ast.Call, seen: frozenset[ast.AST]) -> Origin:
        """An id whose prefix is the first argument. The generator puts `_` behind it."""
        named = [keyword.value for keyword in call.keywords if keyword.arg == "prefix"]
        for prefix in () if has_stars(call) else (*call.args[:1], *named):
            heads = self._origins(prefix, seen) or ()
            if len(heads) == 1 and not heads[0].made:
                head, exact = heads[0].head, heads[0].exact
                return Origin(call, head + "_" if exact else head, exact, made=True)
        return Origin(call, "", False, True)

    def _of_string(self, node: ast.expr, seen: frozenset[ast.AST]) -> Origins | None:
        head = literal_head(node)
        pieces = pieces_of(node)
        if head is not None and head.text:
            parts = [piece.node for piece in pieces or () if isinstance(piece, Part)]
            found = [origin for part in parts for origin in self._origins(part, seen) or ()]
            holds = any(origin.made or origin.leads or origin.holds for origin in found)
            return (Origin(node, head.text, head.exact, made=False, holds=holds),)
        if not pieces or not isinstance(pieces[0], Part) or not pieces[0].plain:
            # The empty string stands for an id that is not there, as None does.
            empty = head is not None and head.exact
            return (Origin(node, "", exact=True, made=False, is_none=True),) if empty else None
        origins = self._origins(pieces[0].node, seen)
        if len(pieces) == 1 or origins is None:
            return origins
        return tuple(
            Origin(node, o.head, exact=False, made=False, leads=o.made or o.leads) for o in origins
        )

    # The context call

    def unpacked(self, target: ast.AST) -> Origins:
        """What a name in a tuple of targets gets from a context call."""
        found = self._backward.in_tuple(target)
        if found is None:
            return ()
        elements, at, value = found
        if not isinstance(value, ast.Call) or not self._is_context_call(value):
            return ()
        kinds = self._ids.settings.context_ids
        starred = [i for i, other in enumerate(elements) if isinstance(other, ast.Starred)]
        if not starred and len(elements) != len(kinds):
            return ()
        if starred and starred[0] < at:
            at -= len(elements)
        return self._context_id(value, at)

    def _indexed(self, node: ast.expr, index: ast.expr) -> Origins | None:
        """`ids[0]`, where `ids` is a context call or a name for one."""
        at = integer(index)
        if at is None:
            return None
        found: list[Origin] = []
        for value in self._backward.values(node):
            if not isinstance(value, ast.Call) or not self._is_context_call(value):
                return None
            found.extend(self._context_id(value, at))
        return tuple(found) or None

    def _is_context_call(self, call: ast.Call) -> bool:
        return self._names.method_of(call.func) == self._ids.settings.context_method

    def _context_id(self, call: ast.Call, at: int) -> Origins:
        settings = self._ids.settings
        if not -len(settings.context_ids) <= at < len(settings.context_ids):
            return ()
        kind = settings.context_ids[at]
        head = dict(settings.id_prefixes).get(kind, "")
        if not head:
            prefix = dict(settings.kind_prefixes).get(kind.removesuffix("_id"))
            head = f"{prefix}_" if prefix else ""
        return (Origin(call, head, False, True, kind),)


def followed(ids: IdModel) -> Generated:
    """What follows expressions into functions, too: `ids.once(followed)`."""
    return Generated(ids, ids.callees)
