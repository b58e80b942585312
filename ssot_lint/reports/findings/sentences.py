"""What a message says, in its parts: what is wrong, what to write, and why no fix is safe."""

from __future__ import annotations

import re
from dataclasses import dataclass


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
