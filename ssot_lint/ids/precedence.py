"""Which finding speaks where two rules meet: each construct is reported once, by who knows most."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from types import MappingProxyType

from ssot_lint.analysis.syntax.parsing import walk
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.strings.derived import DerivedIds, DoubledPrefixes
from ssot_lint.ids.strings.hand_built import BuiltIds
from ssot_lint.ids.uses.fallbacks import Fallbacks
from ssot_lint.ids.uses.misuse import Misuses
from ssot_lint.ids.uses.other_makers import OtherMakers

SUPERSEDES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "OST103": frozenset(
            {
                "OST101",
                "OST104",
                "OST105",
                "OST202",
                "OST206",
                "OST301",
                "OST302",
                "OST304",
                "OST306",
            }
        ),  # it speaks for the whole fallback
        "OST104": frozenset({"OST301"}),
        "OST105": frozenset({"OST104", "OST301", "OST304"}),  # what is put around its call, too
        "OST204": frozenset({"OST105", "OST201"}),  # a call that fails makes no ids
        "OST302": frozenset({"OST104", "OST301", "OST304"}),
        "OST304": frozenset({"OST104", "OST301", "OST303", "OST305"}),
    }
)
"""The codes that say nothing of what another one reports."""


def _is_doubled(ids: IdModel, node: ast.AST) -> bool:
    doubled = ids.once(DoubledPrefixes)
    if isinstance(node, ast.AugAssign):
        return doubled.added(node) is not None
    return isinstance(node, ast.expr) and doubled.at(node) is not None


def _is_derived(ids: IdModel, node: ast.AST) -> bool:
    return isinstance(node, ast.expr) and ids.once(DerivedIds).at(node) is not None


def _is_made_elsewhere(ids: IdModel, node: ast.AST) -> bool:
    makers = ids.once(OtherMakers)
    return makers.may_be_there and any(makers.of(part) is not None for part in walk(node))


def _fails(ids: IdModel, node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ids.once(Misuses).of_call(node) is not None


_SPEAKS_OF: Mapping[str, Callable[[IdModel, ast.AST], bool]] = MappingProxyType(
    {
        "OST103": lambda ids, node: ids.once(Fallbacks).covers(node),
        "OST104": lambda ids, node: ids.once(BuiltIds).is_one(node),
        "OST105": _is_made_elsewhere,
        "OST204": _fails,
        "OST302": _is_doubled,
        "OST304": _is_derived,
    }
)


def is_superseded(ids: IdModel, code: str, node: ast.AST) -> bool:
    """Whether another rule that is on speaks of a node, so that the rule of a code is silent."""
    return any(
        code in silenced
        and other in ids.codes
        and _SPEAKS_OF[other](ids, node)
        and not is_superseded(ids, other, node)
        for other, silenced in SUPERSEDES.items()
    )
