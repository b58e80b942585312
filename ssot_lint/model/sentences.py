"""What a message says, in its parts: what is wrong, what to write, and why no fix is safe."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ssot_lint.model.findings import Applicability, FileResult


@dataclass(frozen=True)
class Sentences:
    """The parts of a message; those that it does not have are empty."""

    problem: str
    advice: str
    why: str
    """Why its fix is unsafe, or why there is none."""


_WHY = re.compile(r" \(((?:unsafe|no fix): .*)\)$", re.DOTALL)
# Code in backquotes may hold anything; "(line 8; see there)" belongs to its sentence.
_PROBLEM = re.compile(r"(?:`[^`]*`|\([^()]*\)|(?!; ).)*", re.DOTALL)


def sentences_of(message: str) -> Sentences:
    """The parts of a message as rules write it: `problem; advice (unsafe: why)`."""
    why = _WHY.search(message)
    told = message[: why.start()] if why else message
    problem = _PROBLEM.match(told)
    end = problem.end() if problem else len(told)
    return Sentences(told[:end], told[end + 2 :], why[1] if why else "")


# What tells two reasons of one kind apart: names, places, numbers.
_CODE = re.compile(r"`[^`]*`")
_PLACE = re.compile(r",? (?:in [^\s,]+\.pyi?|(?:at )?lines? \d+)(?=\W|$)")
_NUMBER = re.compile(r"\b\d+\b")


def reason_of(message: str) -> str:
    """Why a finding has no fix, or an unsafe one, in words that findings share.

    Without the names, places and numbers of one of them; empty where there is a safe fix, or where
    nothing is said.
    """
    _, _, why = sentences_of(message).why.partition(": ")
    return _NUMBER.sub("N", _PLACE.sub("", _CODE.sub("`...`", why)))


def count_reasons(
    results: Sequence[FileResult],
) -> Mapping[str, list[tuple[int, Applicability, str]]]:
    """By code, how many findings may be fixed, or may not for which reason: the most
    frequent first.

    Reasons are those of `reason_of`.
    """
    counts = Counter(
        (finding.code, finding.applicability, reason_of(finding.message))
        for result in results
        for finding in result.findings
    )
    found: defaultdict[str, list[tuple[int, Applicability, str]]] = defaultdict(list)
    for (code, applicability, reason), count in counts.items():
        found[code].append((count, applicability, reason))
    for rows in found.values():
        rows.sort(key=lambda row: (-row[0], row[1].value, row[2]))
    return found
