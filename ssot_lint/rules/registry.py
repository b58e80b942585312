"""The rules: each is named here once."""

from __future__ import annotations

from ssot_lint.rules.about_run.ost900_file_not_analysed import FileNotAnalysed
from ssot_lint.rules.about_run.ost901_unused_suppression import UnusedSuppression
from ssot_lint.rules.about_run.ost902_unexplained_suppression import UnexplainedSuppression
from ssot_lint.rules.bypassed.ost101_direct_uuid_call import DirectUuidCall
from ssot_lint.rules.bypassed.ost102_uuid_callable_reference import UuidCallableReference
from ssot_lint.rules.bypassed.ost103_emergency_uuid_fallback import EmergencyUuidFallback
from ssot_lint.rules.bypassed.ost104_hand_built_id import HandBuiltId
from ssot_lint.rules.inconsistent.ost201_multiple_generator_calls import MultipleGeneratorCalls
from ssot_lint.rules.inconsistent.ost202_piecemeal_context_ids import PiecemealContextIds
from ssot_lint.rules.inconsistent.ost203_shadowed_generator_import import ShadowedGeneratorImport
from ssot_lint.rules.inconsistent.ost204_unknown_generator_call import UnknownGeneratorCall
from ssot_lint.rules.malformed.ost301_unprefixed_thread_literal import UnprefixedThreadLiteral
from ssot_lint.rules.malformed.ost302_doubled_id_prefix import DoubledIdPrefix
from ssot_lint.rules.malformed.ost303_truncated_generated_id import TruncatedGeneratedId
from ssot_lint.rules.malformed.ost304_derived_thread_id import DerivedThreadId
from ssot_lint.rules.rule import Rule
from ssot_lint.rules.unchecked.ost401_unvalidated_thread_lookup import UnvalidatedThreadLookup

ALL_RULES: tuple[type[Rule], ...] = (
    DirectUuidCall,
    UuidCallableReference,
    EmergencyUuidFallback,
    HandBuiltId,
    MultipleGeneratorCalls,
    PiecemealContextIds,
    ShadowedGeneratorImport,
    UnknownGeneratorCall,
    UnprefixedThreadLiteral,
    DoubledIdPrefix,
    TruncatedGeneratedId,
    DerivedThreadId,
    UnvalidatedThreadLookup,
    FileNotAnalysed,
    UnusedSuppression,
    UnexplainedSuppression,
)
