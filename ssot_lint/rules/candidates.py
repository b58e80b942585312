"""Where a rule may speak: asked of the models of a file before libcst reads any of it.

What the visitor of a rule asks, its candidates ask; for rules about what names stand for, that is
known when names are resolved.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from ssot_lint.analysis.syntax.parsing import FUNCTIONS
from ssot_lint.ids.call_arguments import mixing_calls, takers
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.kinds import generator_classes
from ssot_lint.ids.makers import SOURCE_NAMES
from ssot_lint.ids.strings.derived import DerivedIds, DoubledPrefixes
from ssot_lint.ids.strings.generated import Generated
from ssot_lint.ids.strings.hand_built import BuiltIds
from ssot_lint.ids.strings.literals import UnprefixedLiterals
from ssot_lint.ids.uses.constants import ConstantIds
from ssot_lint.ids.uses.fallbacks import Fallbacks
from ssot_lint.ids.uses.kind_mixups import KindMixups
from ssot_lint.ids.uses.lookups import UncheckedLookups
from ssot_lint.ids.uses.misuse import Misuses
from ssot_lint.ids.uses.mixtures import Mixtures
from ssot_lint.ids.uses.other_makers import OtherMakers
from ssot_lint.ids.uses.unbound import UnboundUses
from ssot_lint.rules.triggers import (
    ConstantContextIdTrigger,
    DerivedThreadIdTrigger,
    DoubledIdPrefixTrigger,
    EmergencyUuidFallbackTrigger,
    HandBuiltIdTrigger,
    IdKindMixupTrigger,
    MixedContextIdsTrigger,
    MultipleGeneratorCallsTrigger,
    OfBannedCalls,
    OfGenerator,
    OtherIdMakerTrigger,
    PiecemealContextIdsTrigger,
    ShadowedGeneratorImportTrigger,
    Trigger,
    TruncatedGeneratedIdTrigger,
    UnboundGeneratorTrigger,
    UnknownGeneratorCallTrigger,
    UnprefixedThreadLiteralTrigger,
    UnusedSuppressionTrigger,
    UnvalidatedThreadLookupTrigger,
)

Candidates: TypeAlias = Callable[[IdModel, ast.AST], bool]
"""Whether a statement, or a part of the header of a class, holds what a rule may speak about."""


def _below(ids: IdModel, part: ast.AST) -> Sequence[ast.AST]:
    return ids.semantics.syntax.below(part)


def _uses_banned(ids: IdModel, part: ast.AST) -> bool:
    uses = ids.semantics.names.tracked_uses
    return any(node in uses and ids.banned(node) is not None for node in _below(ids, part))


def _uses_generator(ids: IdModel, part: ast.AST) -> bool:
    uses = ids.semantics.names.tracked_uses
    return any(node in uses and ids.banned(node) is None for node in _below(ids, part))


def _uses_otherwise(exactly: Candidates) -> Candidates:
    """What decides about a function that uses the generator.

    Of statements outside functions all are kept that use it: what one of them makes, a fix in
    another one may have to know.
    """

    def candidates(ids: IdModel, part: ast.AST) -> bool:
        return _uses_generator(ids, part) and (
            not isinstance(part, FUNCTIONS) or exactly(ids, part)
        )

    return candidates


def _calls_of(ids: IdModel, part: ast.AST, method: str) -> int:
    """How many calls of a method of the generator stand in a function, and those below it."""
    calls = (node for node in _below(ids, part) if isinstance(node, ast.Call))
    return sum(ids.generator_method(call) == method for call in calls)


def _calls_contexts(ids: IdModel, part: ast.AST) -> bool:
    return _calls_of(ids, part, ids.settings.context_method) > 1


def _calls_singly(ids: IdModel, part: ast.AST) -> bool:
    return _calls_of(ids, part, ids.settings.id_method) > 1


def _misuses(ids: IdModel, part: ast.AST) -> bool:
    misuses = ids.once(Misuses)
    return any(
        (isinstance(node, ast.Call) and misuses.of_call(node) is not None)
        or (isinstance(node, ast.Attribute) and misuses.of_reference(node) is not None)
        for node in _below(ids, part)
    )


def _may_cut(ids: IdModel, part: ast.AST) -> bool:
    return any(map(ids.once(Generated).may_be_cut, _below(ids, part)))


def _imports_generator(ids: IdModel, part: ast.AST) -> bool:
    imports = ids.semantics.names.tracked_imports
    return any(node in imports for node in _below(ids, part) if isinstance(node, FUNCTIONS))


def _falls_back(ids: IdModel, part: ast.AST) -> bool:
    return ids.know_generator and any(map(ids.once(Fallbacks).covers, _below(ids, part)))


def _is_unbound(ids: IdModel, part: ast.AST) -> bool:
    return any(True for _ in ids.once(UnboundUses).in_(part))


def _builds(ids: IdModel, part: ast.AST) -> bool:
    return bool(ids.once(BuiltIds).in_(part))


def _asks_another_maker(ids: IdModel, part: ast.AST) -> bool:
    return any(True for _ in ids.once(OtherMakers).in_(part))


def _mixes_calls(ids: IdModel, part: ast.AST) -> bool:
    return bool(ids.once(Mixtures).in_(part))


def _begins_otherwise(ids: IdModel, part: ast.AST) -> bool:
    return any(True for _ in ids.once(UnprefixedLiterals).in_(part))


def _doubles(ids: IdModel, part: ast.AST) -> bool:
    return any(True for _ in ids.once(DoubledPrefixes).in_(part))


def _derives(ids: IdModel, part: ast.AST) -> bool:
    return any(True for _ in ids.once(DerivedIds).in_(part))


def _mixes_kinds(ids: IdModel, part: ast.AST) -> bool:
    return bool(ids.once(KindMixups).in_(part))


def _is_constant(ids: IdModel, part: ast.AST) -> bool:
    return any(True for _ in ids.once(ConstantIds).in_(part))


def _looks_up(ids: IdModel, part: ast.AST) -> bool:
    return any(True for _ in ids.once(UncheckedLookups).in_(part))


CANDIDATES: Mapping[type[Trigger], Candidates] = MappingProxyType(
    {
        Trigger: lambda ids, part: True,
        OfBannedCalls: _uses_banned,
        OfGenerator: _uses_generator,
        EmergencyUuidFallbackTrigger: _falls_back,
        HandBuiltIdTrigger: _builds,
        OtherIdMakerTrigger: _asks_another_maker,
        MultipleGeneratorCallsTrigger: _uses_otherwise(_calls_contexts),
        PiecemealContextIdsTrigger: _uses_otherwise(_calls_singly),
        UnknownGeneratorCallTrigger: _uses_otherwise(_misuses),
        TruncatedGeneratedIdTrigger: _uses_otherwise(_may_cut),
        ShadowedGeneratorImportTrigger: _imports_generator,
        UnboundGeneratorTrigger: _is_unbound,
        MixedContextIdsTrigger: _mixes_calls,
        UnprefixedThreadLiteralTrigger: _begins_otherwise,
        DoubledIdPrefixTrigger: _doubles,
        DerivedThreadIdTrigger: _derives,
        IdKindMixupTrigger: _mixes_kinds,
        ConstantContextIdTrigger: _is_constant,
        UnvalidatedThreadLookupTrigger: _looks_up,
        UnusedSuppressionTrigger: lambda ids, part: False,
    }
)
"""By triggers: those of a class are also those of the classes derived from it."""

_ALSO_MENTIONING: Mapping[type[Trigger], Callable[[IdModel], Collection[str]]] = MappingProxyType(
    {
        HandBuiltIdTrigger: lambda ids: (
            ids.semantics.aliases(SOURCE_NAMES)
            | ids.semantics.aliases(generator_classes(ids.settings))
        ),
        OtherIdMakerTrigger: lambda ids: ids.once(OtherMakers).words(),
        UnprefixedThreadLiteralTrigger: takers,
        IdKindMixupTrigger: mixing_calls,
    }
)
"""Words beside those of the triggers; what mentions one of them may hold a candidate, too."""


def candidates_of(trigger: Trigger) -> Candidates:
    """What tells whether a part of a file holds a candidate."""
    return next(CANDIDATES[kind] for kind in type(trigger).__mro__ if kind in CANDIDATES)


def also_mentioning(trigger: Trigger, ids: IdModel) -> Collection[str]:
    """Words beside those of the triggers that parts with a candidate may hold."""
    words = _ALSO_MENTIONING.get(type(trigger))
    return words(ids) if words is not None else ()


def has_other_words(trigger: Trigger) -> bool:
    """Whether what mentions other words than the trigger's may hold a candidate, too."""
    return type(trigger) in _ALSO_MENTIONING
