"""What a run of fixes did and left: the values that its reports show."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from ssot_lint.model.findings import Applicability, AppliedFix, Finding, FixResult
from ssot_lint.model.sentences import reason_of
from ssot_lint.run.campaign.naming import Naming
from ssot_lint.run.campaign.uses import Use

AskUses = Callable[[str, AppliedFix], tuple[Sequence[Use], Sequence[Use]]]


@dataclass(frozen=True)
class DoneFix:
    """A fix that was made."""

    path: str
    fix: AppliedFix
    users: tuple[Use, ...]
    """Who else uses the ids that it makes."""
    tests: tuple[Use, ...]
    """The tests that patch or assert them."""

    @property
    def row(self) -> int:
        """Where it begins, from 1, in the text that it was applied to."""
        return min(finding.location.row for finding in self.fix.findings)


@dataclass(frozen=True)
class LeftOver:
    """Findings of one rule that are left for one reason."""

    code: str
    name: str
    reason: str
    """Empty where nothing is said: a safe fix that was not asked for, or none at all."""
    applicability: Applicability
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class CampaignReport:
    """What a run of fixes did and left."""

    files: int
    """How many were looked at."""
    changed: int
    done: tuple[DoneFix, ...]
    left: tuple[LeftOver, ...]
    naming: Naming
    is_written: bool = True
    """Whether the files hold it; otherwise it is what would be done."""

    @property
    def fixed(self) -> int:
        """How many findings are gone."""
        return sum(len(one.fix.findings) for one in self.done)

    @property
    def remaining(self) -> int:
        """How many findings are left."""
        return sum(len(one.findings) for one in self.left)

    @classmethod
    def of(
        cls,
        results: Sequence[FixResult],
        uses: AskUses,
        known_prefixes: Collection[str],
        *,
        is_test: Callable[[str], bool],
        is_written: bool,
    ) -> CampaignReport:
        """`uses` gives the users and the tests of what a fix makes in a file; `known_prefixes` are
        those that calls of the generator had before; `is_test` tells of a path.
        """
        done = [
            DoneFix(result.result.path, fix, *map(tuple, uses(result.result.path, fix)))
            for result in results
            for fix in result.applied
        ]
        made = [(one.path, new) for one in done for new in one.fix.makes]
        changed = sum(result.source is not None for result in results)
        left = left_over([f for result in results for f in result.result.findings])
        naming = Naming.of(made, known_prefixes, is_test)
        return cls(len(results), changed, tuple(done), left, naming, is_written)


def left_over(findings: Sequence[Finding]) -> tuple[LeftOver, ...]:
    """Findings by rule and reason: rules in order, of each the most frequent reason first."""
    groups: dict[tuple[str, Applicability, str], list[Finding]] = {}
    for finding in findings:
        key = finding.code, finding.applicability, reason_of(finding.message)
        groups.setdefault(key, []).append(finding)
    found = [
        LeftOver(code, own[0].name, reason, applicability, tuple(own))
        for (code, applicability, reason), own in groups.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.code, -len(one.findings), one.reason)))
