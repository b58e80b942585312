"""The rules: a line for each. Importing this imports none of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from ssot_lint.config.settings import Settings
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
    OtherIdMakerTrigger,
    PiecemealContextIdsTrigger,
    ShadowedGeneratorImportTrigger,
    Trigger,
    TruncatedGeneratedIdTrigger,
    UnboundGeneratorTrigger,
    UnexplainedSuppressionTrigger,
    UnknownGeneratorCallTrigger,
    UnprefixedThreadLiteralTrigger,
    UnusedSuppressionTrigger,
    UnvalidatedThreadLookupTrigger,
)

if TYPE_CHECKING:
    from ssot_lint.rules.rule import Rule


@dataclass(frozen=True)
class Entry:
    """A rule: its module in this package, named after its code, and its triggers."""

    module: str
    trigger: type[Trigger]
    on_by_default: bool = True
    """Whether it speaks unless somebody selects something else."""
    needs_context: bool = False
    """Whether it speaks of the call that makes the ids of one context, where there is one."""

    @property
    def code(self) -> str:
        """The code that findings of the rule carry."""
        return self.module.rpartition(".")[2].partition("_")[0].upper()


ENTRIES: tuple[Entry, ...] = (
    Entry("bypassed.ost101_direct_uuid_call", OfBannedCalls),
    Entry("bypassed.ost102_uuid_callable_reference", OfBannedCalls),
    Entry("bypassed.ost103_emergency_uuid_fallback", EmergencyUuidFallbackTrigger),
    Entry("bypassed.ost104_hand_built_id", HandBuiltIdTrigger),
    Entry("bypassed.ost105_other_id_maker", OtherIdMakerTrigger),
    Entry(
        "inconsistent.ost201_multiple_generator_calls",
        MultipleGeneratorCallsTrigger,
        needs_context=True,
    ),
    Entry(
        "inconsistent.ost202_piecemeal_context_ids", PiecemealContextIdsTrigger, needs_context=True
    ),
    Entry("inconsistent.ost203_shadowed_generator_import", ShadowedGeneratorImportTrigger),
    Entry("inconsistent.ost204_unknown_generator_call", UnknownGeneratorCallTrigger),
    Entry("inconsistent.ost205_unbound_generator", UnboundGeneratorTrigger),
    Entry("inconsistent.ost206_mixed_context_ids", MixedContextIdsTrigger, needs_context=True),
    Entry("malformed.ost301_unprefixed_thread_literal", UnprefixedThreadLiteralTrigger),
    Entry("malformed.ost302_doubled_id_prefix", DoubledIdPrefixTrigger),
    Entry("malformed.ost303_truncated_generated_id", TruncatedGeneratedIdTrigger),
    Entry("malformed.ost304_derived_thread_id", DerivedThreadIdTrigger),
    Entry("malformed.ost305_id_kind_mixup", IdKindMixupTrigger),
    Entry("malformed.ost306_constant_context_id", ConstantContextIdTrigger),
    Entry(
        "unchecked.ost401_unvalidated_thread_lookup",
        UnvalidatedThreadLookupTrigger,
        on_by_default=False,
    ),
    Entry("about_run.ost900_file_not_analysed", Trigger),
    Entry("about_run.ost901_unused_suppression", UnusedSuppressionTrigger),
    Entry("about_run.ost902_unexplained_suppression", UnexplainedSuppressionTrigger),
)

CODES: tuple[str, ...] = tuple(entry.code for entry in ENTRIES)

ASKING_OTHERS = frozenset(entry.code for entry in ENTRIES if entry.trigger.asks_others)
"""The codes of which a file may hold findings that only other files tell of."""

NEEDING_CONTEXT = frozenset(entry.code for entry in ENTRIES if entry.needs_context)

OFF_BY_DEFAULT = frozenset(entry.code for entry in ENTRIES if not entry.on_by_default)

FILE_NOT_ANALYSED = "OST900"
UNKNOWN_GENERATOR_CALL = "OST204"
OTHER_MAKER = "OST105"
# Here, because a file is reported without the rule being imported.
FILE_NOT_ANALYSED_NAME = "file-not-analysed"
FILE_NOT_ANALYSED_MESSAGE = "file not analysed: {reason}"
UNUSED_SUPPRESSION = "OST901"
UNEXPLAINED_SUPPRESSION = "OST902"


@cache
def all_rules() -> tuple[type[Rule], ...]:
    """The classes of all rules, which takes libcst."""
    return tuple(map(_rule_in, ENTRIES))


def _rule_in(entry: Entry) -> type[Rule]:
    module = import_module(f"ssot_lint.rules.{entry.module}")
    own = (one for one in vars(module).values() if getattr(one, "code", None) == entry.code)
    rule: type[Rule] = next(one for one in own if isinstance(one, type))
    return rule


def enabled_codes(settings: Settings) -> frozenset[str]:
    """The codes that settings switch on. The longest prefix that speaks of a code decides.

    A rule that is off by default is on only where a prefix of its code is selected, as in flake8.
    OST900 is on whatever is selected, because a file that is not analysed is not clean; only
    `ignore` turns it off. What speaks of the context call is off where there is none.
    """
    enabled: frozenset[str] = frozenset()
    if settings.select is None:
        enabled = frozenset(CODES) - OFF_BY_DEFAULT
    choices = [(code, True) for code in (*(settings.select or ()), *settings.extend_select)]
    choices.append((FILE_NOT_ANALYSED, True))
    choices += [(code, False) for code in settings.ignore]
    for layer in (choices, settings.choices):
        for prefix, on in sorted(layer, key=lambda choice: (len(choice[0]), not choice[1])):
            matching = {code for code in CODES if code.startswith(prefix)}
            enabled = enabled | matching if on else enabled - matching
    return enabled if settings.context_method else enabled - NEEDING_CONTEXT
