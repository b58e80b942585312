"""Where an expression is sure to hold an id of the generator, and what such an id begins with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import libcst as cst

from ssot_lint.analysis.dataflow.backward import Backward, handed_on
from ssot_lint.analysis.dataflow.strings import Part, literal_head, pieces_of
from ssot_lint.analysis.syntax.libcst_nodes import integer, last_name
from ssot_lint.ids.id_model import IdModel


@dataclass(frozen=True)
class Origin:
    """One of the values that an expression can hold: an id of the generator or a string."""

    node: cst.BaseExpression
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


Origins = tuple[Origin, ...]

# What gives the same text in another form: cut at the front, it loses its end all the same.
_RESHAPING = frozenset({"strip", "replace", "removeprefix"})
# Variables handed to variables further than this are not followed.
_LONGEST_CHAIN = 8


class Generated:
    """Follows expressions to the values they hold. Made once per file: `ids.once(Generated)`."""

    def __init__(self, ids: IdModel) -> None:
        self._ids = ids
        self._semantics = ids.semantics
        self._backward = ids.semantics.once(Backward)

    def ids(self, node: cst.BaseExpression) -> Origins:
        """The ids of the generator that the expression can hold; empty if it may hold others.

        Strings that are built around such an id count as one.
        """
        origins = self.origins(node)
        return origins if all(o.made or o.leads or o.holds for o in origins) else ()

    def origins(self, node: cst.BaseExpression) -> Origins:
        """All values that the expression can hold but None; empty when one is not known."""
        found = self._origins(node, frozenset()) or ()
        return tuple(origin for origin in found if not origin.is_none)

    def may_be_none(self, node: cst.BaseExpression) -> bool:
        """Whether None is one of the values that the expression is known to hold."""
        return any(origin.is_none for origin in self._origins(node, frozenset()) or ())

    def text(self, node: cst.BaseExpression) -> str | None:
        """The string that an expression is sure to be: a literal, or a name for one."""
        origins = self.origins(node)
        if not origins or any(origin.made or not origin.exact for origin in origins):
            return None
        heads = {origin.head for origin in origins}
        return heads.pop() if len(heads) == 1 else None

    def text_before(self, node: cst.AugAssign) -> str | None:
        """The string that a variable is sure to hold when `+=` adds to it."""
        is_sum = isinstance(node.operator, cst.AddAssign) and isinstance(node.target, cst.Name)
        return self.text(node.target) if is_sum else None

    def _origins(self, node: cst.BaseExpression, seen: frozenset[cst.CSTNode]) -> Origins | None:
        """As `origins`, but None when something is not known."""
        match node:
            case cst.Name("None"):
                return (Origin(node, "", exact=True, made=False, is_none=True),)
            case cst.Name():
                return self._of_variable(node, seen)
            case cst.NamedExpr():
                return self._origins(node.value, seen)
            case cst.BooleanOperation(operator=cst.Or()):
                return self._all((node.left, node.right), seen)
            case cst.IfExp():
                return self._all((node.body, node.orelse), seen)
            case cst.Call():
                return self._of_call(node, seen)
            case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=index))]):
                return self._indexed(node.value, index)
        return self._of_string(node, seen)

    def _all(
        self, nodes: Iterable[cst.BaseExpression], seen: frozenset[cst.CSTNode]
    ) -> Origins | None:
        found: dict[Origin, None] = {}
        for node in nodes:
            origins = self._origins(node, seen)
            if origins is None:
                return None
            found.update(dict.fromkeys(origins))
        return tuple(found)

    def _of_variable(self, name: cst.Name, seen: frozenset[cst.CSTNode]) -> Origins | None:
        constant = self._backward.constant(name)
        if isinstance(constant, str):
            return (Origin(name, constant, exact=True, made=False, is_none=not constant),)
        sources = self._backward.sources(name)
        if name in seen or len(seen) > _LONGEST_CHAIN or not sources:
            return None
        found: dict[Origin, None] = {}
        for target in sources:
            value = self._backward.value_of(target)
            origins = (
                self.unpacked(target) or None
                if value is None
                else self._origins(value, seen | {name})
            )
            if origins is None:
                return None
            found.update(dict.fromkeys(origins))
        return tuple(found)

    def _of_call(self, call: cst.Call, seen: frozenset[cst.CSTNode]) -> Origins | None:
        method = self._ids.generator_method(call)
        settings = self._ids.settings
        if method == settings.id_method:
            return (self._with_prefix(call, seen),)
        if method is not None:
            single = method.startswith("generate_") and method.endswith("_id")
            return (Origin(call, "", False, True),) if single else None
        same = handed_on(call, self._semantics.names)
        receiver = call.func.value if isinstance(call.func, cst.Attribute) else None
        if same is not None and same is not receiver:  # `str(x)`, `typing.cast(str, x)`
            return self._origins(same, seen)
        if receiver is not None and (same is not None or last_name(call.func) in _RESHAPING):
            return self._reshaped(call, self._origins(receiver, seen) or ())
        return self._of_string(call, seen)

    def _reshaped(self, call: cst.Call, origins: Origins) -> Origins | None:
        """An id of the generator in another form: nothing is known of its beginning."""
        known = [origin for origin in origins if not origin.is_none]
        if not known or not all(o.made or o.leads or o.holds for o in known):
            return None
        return (Origin(call, "", exact=False, made=False, holds=True),)

    def _with_prefix(self, call: cst.Call, seen: frozenset[cst.CSTNode]) -> Origin:
        """An id whose prefix is the first argument. The generator puts `_` behind it."""
        if not any(arg.star for arg in call.args):
            for index, arg in enumerate(call.args):
                if arg.keyword.value == "prefix" if arg.keyword is not None else index == 0:
                    heads = self._origins(arg.value, seen) or ()
                    if len(heads) == 1 and not heads[0].made:
                        head, exact = heads[0].head, heads[0].exact
                        return Origin(call, head + "_" if exact else head, exact, made=True)
        return Origin(call, "", False, True)

    def _of_string(self, node: cst.BaseExpression, seen: frozenset[cst.CSTNode]) -> Origins | None:
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

    def unpacked(self, target: cst.CSTNode) -> Origins:
        """What a name in a tuple of targets gets from a context call."""
        found = self._backward.in_tuple(target)
        if found is None:
            return ()
        elements, at, value = found
        if not isinstance(value, cst.Call) or not self._is_context_call(value):
            return ()
        kinds = self._ids.settings.context_ids
        starred = [i for i, other in enumerate(elements) if isinstance(other, cst.StarredElement)]
        if not starred and len(elements) != len(kinds):
            return ()
        if starred and starred[0] < at:
            at -= len(elements)
        return self._context_id(value, at)

    def _indexed(self, node: cst.BaseExpression, index: cst.BaseExpression) -> Origins | None:
        """`ids[0]`, where `ids` is a context call or a name for one."""
        at = integer(index)
        if at is None:
            return None
        found: list[Origin] = []
        for value in self._backward.values(node):
            if not isinstance(value, cst.Call) or not self._is_context_call(value):
                return None
            found.extend(self._context_id(value, at))
        return tuple(found) or None

    def _is_context_call(self, call: cst.Call) -> bool:
        return self._ids.generator_method(call) == self._ids.settings.context_method

    def _context_id(self, call: cst.Call, at: int) -> Origins:
        settings = self._ids.settings
        if not -len(settings.context_ids) <= at < len(settings.context_ids):
            return ()
        kind = settings.context_ids[at]
        head = dict(settings.id_prefixes).get(kind, "")
        if not head:
            prefix = dict(settings.kind_prefixes).get(kind.removesuffix("_id"))
            head = f"{prefix}_" if prefix else ""
        return (Origin(call, head, False, True, kind),)
