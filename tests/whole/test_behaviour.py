"""Random programs do the same before and after the safe fixes.

Each program of `tests/helpers/random_programs.py` is fixed and run before and after, every function
with several arguments; what it logs, returns, raises and leaves on its objects must be the same.
The suite tries 200 seeds; `pytest tests/whole/test_behaviour.py --programs 2000` tries more, in
about two minutes.
"""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ssot_lint.analysis.source.text import decode
from ssot_lint.engine.checker import Checker
from ssot_lint.model.findings import FixResult
from tests.helpers.behaviour import Trace, checker_below, project_below, run
from tests.helpers.fix_checks import is_applicable
from tests.helpers.random_programs import CLASS, SHAPES, Call, Program, program

BATCH = 40
"""Few enough that several processes share the work."""

FIXED_SHARE = 0.5
"""Of every batch; of all programs it is three in four."""

_MENDS = {"OST203", "OST205"}
"""Their fixes are there to change what happens: a call that failed no longer does."""


@dataclass(frozen=True)
class Tried:
    """One program and what became of it."""

    seed: int
    program: Program
    result: FixResult | None
    problem: str | None


def drive(program: Program, trace: Trace, space: dict[str, Any]) -> None:
    for call in program.calls:
        trace.add(("call", call.function, dict(call.arguments)))
        _make(call, trace, space)


def _make(call: Call, trace: Trace, space: dict[str, Any]) -> None:
    holder = space[call.owner]() if call.owner else None
    function = getattr(holder, call.function) if call.owner else space[call.function]
    try:
        trace.add(("returned", _finished(function(**call.arguments))))
    except Exception as error:
        unbound = isinstance(error, NameError) and CLASS in str(error)
        trace.add(("raised", "the generator is unbound" if unbound else error))
    if holder is not None:
        trace.add(("holds", holder))


def _finished(result: object) -> object:
    """What a call gives in the end: generators and coroutines are run."""
    if inspect.isgenerator(result):
        return list(result)
    if inspect.iscoroutine(result):
        return _awaited(result)
    return result


def _awaited(coroutine: Coroutine[Any, Any, object]) -> object:
    try:
        while True:
            coroutine.send(None)
    except StopIteration as stop:
        result: object = stop.value
        return result


def trace_of(source: bytes, program: Program) -> list[object]:
    return run(source, lambda space, trace: drive(program, trace, space)).events


def try_seed(seed: int, checker: Checker, path: str) -> Tried:
    tried = program(seed)
    source = tried.source.encode()
    try:
        result = checker.fix(source, path)
    except Exception:
        return Tried(seed, tried, None, traceback.format_exc(limit=-2))
    return Tried(seed, tried, result, _problem(tried, result, checker, path))


def _problem(tried: Program, result: FixResult, checker: Checker, path: str) -> str | None:
    if not result.result.analysed:
        return "\n".join(f.message for f in result.result.findings if f.code == "OST900")
    if result.source is None:
        return None
    left = [finding for finding in result.result.findings if is_applicable(finding, unsafe=False)]
    if left:
        return f"left over: {left}"
    if len(tried.source) % 4 == 0:  # it takes as long as the fix
        checked = checker.check(tried.source.encode(), path).findings
        promised = [finding for finding in checked if is_applicable(finding, unsafe=False)]
        if len(promised) > len(result.fixed):
            return f"promised, but not fixed: {len(promised)}, {len(result.fixed)}"
    before, after = trace_of(tried.source.encode(), tried), trace_of(result.source, tried)
    if {finding.code for finding in result.fixed} & _MENDS:
        before, after = _without_mended(before, after)
    return None if before == after else _difference(before, after)


def _without_mended(before: list[object], after: list[object]) -> tuple[list[object], list[object]]:
    """The traces up to the first call that only failed because the generator was unbound."""
    end = next((i for i, event in enumerate(before) if "generator is unbound" in str(event)), None)
    if end is None:
        return before, after
    start = max((i for i in range(end) if str(before[i]).startswith("['call'")), default=0)
    return before[:start], after[:start]


def _difference(before: list[object], after: list[object]) -> str:
    """Both traces from the call on in which they part."""
    pairs = zip(before, after, strict=False)
    end = next((i for i, (one, other) in enumerate(pairs) if one != other), len(after))
    start = max(
        (i for i in range(end + 1) if str(before[i:][:1]).startswith("[['call'")), default=0
    )
    shown = slice(start, end + 8)
    return f"before:\n{_shown(before[shown])}\nafter:\n{_shown(after[shown])}"


def _shown(events: list[object]) -> str:
    return "\n".join(f"    {event}" for event in events)


def _told(tried: Tried) -> str:
    fixed = decode((tried.result and tried.result.source) or b"")
    codes = sorted({finding.code for finding in tried.result.fixed}) if tried.result else []
    return (
        f"program({tried.seed}), {', '.join(codes)}\n{tried.program.source}\n"
        f"fixed:\n{fixed}\n{tried.problem}"
    )


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project_below(tmp_path_factory.mktemp("behaviour"))


@pytest.fixture(scope="module")
def checker(root: Path) -> Checker:
    return checker_below(root)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "batch" in metafunc.fixturenames:
        batches = metafunc.config.getoption("--programs") // BATCH
        metafunc.parametrize("batch", range(max(batches, 1)))


def test_programs_do_the_same(batch: int, root: Path, checker: Checker) -> None:
    path = str(root / "app" / "program.py")
    seeds = range(batch * BATCH, (batch + 1) * BATCH)
    tried = [try_seed(seed, checker, path) for seed in seeds]
    broken = [one for one in tried if one.problem]

    assert not broken, "\n\n".join(map(_told, broken))
    # Where nothing is fixed nothing is tried.
    assert sum(bool(one.result and one.result.source) for one in tried) > FIXED_SHARE * BATCH


def test_a_second_fix_changes_nothing(root: Path, checker: Checker) -> None:
    path = str(root / "app" / "program.py")
    for seed in range(0, 100, 10):
        fixed = try_seed(seed, checker, path).result
        if fixed is not None and fixed.source is not None:
            again = checker.fix(fixed.source, path)
            assert again.source is None, decode(again.source or b"")
            assert again.result.findings == fixed.result.findings


@pytest.mark.parametrize("seed", range(1, 100, 10))
def test_unsafe_fixes_leave_no_name_unbound(seed: int, root: Path, checker: Checker) -> None:
    """The meaning may change with them; names that are not there are no meaning."""
    tried = program(seed)
    source = tried.source.encode()

    result = checker.fix(source, str(root / "app" / "program.py"), unsafe=True)

    assert result.result.analysed, result.result.findings
    before = _names_missed(trace_of(source, tried))
    assert _names_missed(trace_of(result.source or source, tried)) <= before, tried.source


def _names_missed(events: list[object]) -> int:
    errors = ("'NameError'", "'UnboundLocalError'", "generator is unbound")
    return sum(any(error in str(event) for error in errors) for event in events)


def test_all_shapes_are_written() -> None:
    reached = frozenset().union(*(program(seed).shapes for seed in range(200)))
    assert reached == SHAPES


def test_a_program_is_always_the_same() -> None:
    assert [program(seed) for seed in range(20)] == [program(seed) for seed in range(20)]
