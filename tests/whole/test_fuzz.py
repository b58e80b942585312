"""Programs that nobody wrote: no traceback, the same findings with and without focus, whole fixes.

The suite tries a few, with fixed seeds; `pytest tests/whole/test_fuzz.py --fuzz 4000` tries more,
and `pytest -m fuzz_long --fuzz-minutes 60` tries new ones for that time.
"""

from __future__ import annotations

import ast
import random
import time
import warnings
from collections import Counter
from pathlib import Path

import hypothesmith
import pytest
from hypothesis import HealthCheck, given, strategies
from hypothesis import settings as hypothesis_settings

from ssot_lint.analysis.source.text import decode
from ssot_lint.config.settings import Settings
from ssot_lint.engine.checker import Checker
from ssot_lint.ids.generator.reading import read_generator_api
from ssot_lint.ids.precedence import SUPERSEDES
from ssot_lint.model.findings import FileResult
from ssot_lint.rules.inconsistent.ost205_unbound_generator import UnboundGenerator
from tests.helpers.fixture_files import BACKEND
from tests.helpers.mutants import mutant, renamed

SETTINGS = Settings(root=BACKEND, select=("OST",), require_noqa_reason=True)
API = read_generator_api(SETTINGS)
FOCUSED = Checker(SETTINGS, lambda: API)
WHOLE = Checker(SETTINGS, lambda: API, focus=False)
PATH = str(BACKEND / "app" / "program.py")


def hold(source: bytes) -> None:
    """Hold a program against all that must be true of any."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the compiler, about the program
        focused = FOCUSED.check(source, PATH)
        assert not _failed(focused)
        if _parses(source):
            whole = WHOLE.check(source, PATH)
            if whole.analysed:
                assert _told(focused) == _told(whole)
            for unsafe in (False, True):
                _hold_fixes(source, focused, unsafe=unsafe)


def _hold_fixes(source: bytes, before: FileResult, *, unsafe: bool) -> None:
    fixed = FOCUSED.fix(source, PATH, unsafe=unsafe)
    assert not _failed(fixed.result)
    if fixed.source is None:
        return
    assert _parses(fixed.source)
    if _compiles(source):
        compile(fixed.source, "fixed.py", "exec", dont_inherit=True)
    left = Counter(finding.code for finding in fixed.result.findings)
    told = Counter(finding.code for finding in before.findings)
    # An import that a fix adds may make known what a rule could not be sure of: then another rule
    # speaks of the same code.
    known_now = [
        code for code in left - told if SUPERSEDES.get(code, frozenset()) & (told - left).keys()
    ]
    if UnboundGenerator.code in told - left:
        # The import is all that this fix is about: whatever the generator makes is known now.
        known_now += (left - told).keys()
    assert not (left - told).keys() - set(known_now), "a finding is new"
    assert FOCUSED.fix(fixed.source, PATH, unsafe=unsafe).source is None, "not stable"


def _told(result: FileResult) -> list[tuple[object, ...]]:
    return [(f.location, f.end_location, f.code, f.message, f.fix) for f in result.findings]


def _failed(result: FileResult) -> list[str]:
    """What went wrong beyond what a program may bring about."""
    wrong = ("internal error", "the result would be no Python", "could not be analysed")
    return [f.message for f in result.findings if any(text in f.message for text in wrong)]


def _parses(source: bytes) -> bool:
    try:
        ast.parse(decode(source))
    except (SyntaxError, ValueError, LookupError, RecursionError, MemoryError):
        return False
    return True


def _compiles(source: bytes) -> bool:
    try:
        compile(source, "program.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "batch" in metafunc.fixturenames:
        batches = metafunc.config.getoption("--fuzz") // BATCH
        metafunc.parametrize("batch", range(max(batches, 1)))


# Few enough that several processes share the work, many enough that the list of tests stays short.
BATCH = 20


def test_mutants(batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        hold_mutant(seed)


def hold_mutant(seed: int) -> None:
    try:
        hold(mutant(seed).encode("utf-8", "surrogatepass"))
    except BaseException as error:
        error.args = (f"mutant({seed}): {error}",)
        raise


@given(strategies.deferred(hypothesmith.from_grammar))  # it takes seconds to be made
@hypothesis_settings(
    max_examples=30,
    suppress_health_check=list(HealthCheck),
)
def test_programs_of_the_grammar(program: str) -> None:
    hold(renamed(program, len(program)).encode("utf-8", "surrogatepass"))


@pytest.mark.fuzz_long
def test_for_a_long_time(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """New programs until the time is over; prints what failed, all of it."""
    end = time.monotonic() + 60 * request.config.getoption("--fuzz-minutes")
    tried, failed = 0, []
    while time.monotonic() < end:
        seed = random.SystemRandom().randrange(1 << 40)
        tried += 1
        try:
            hold_mutant(seed)
        except Exception as error:
            failed.append(f"{type(error).__name__}: {error}".splitlines()[0][:300])
    print(f"{tried} programs")
    assert not failed, "\n".join(failed)
