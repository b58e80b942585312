"""With twice the code a check does about twice the work, counted in calls instead of seconds."""

from __future__ import annotations

import ast
import cProfile
import sys
from dataclasses import replace

import pytest

from benchmarks.rows import LINES, NAMES
from benchmarks.shapes import SHAPES
from ssot_lint.engine.checker import Checker
from tests.helpers.behaviour import settings_below
from tests.helpers.fixture_files import ROOT

# What took four times as long with twice the code, and what is close to it.
NAMED = (
    "elif-generated",
    "elif-ids",
    "elif-module",
    "id-used-as-keyword",
    "ids-of-many-names",
    "repeated-keys",
    "fallbacks",
    "handlers",
    "guards-used",
    "one-line-of-names",
    "decorators",
    "chain-of-ids",
    "conditions",
    "functions-of-one-name",
    "contexts-of-users",
    "piecemeal-functions",
)
SHORT = 60
"""Lines that are enough to have all of a shape."""
# What was quadratic was above 2.6 at these sizes; what is linear is near 2.
LINES_HALF = 150
MOST = 2.4


@pytest.fixture(scope="module")
def checker() -> Checker:
    settings, api = settings_below(ROOT / "examples" / "backend")
    # As the benchmark: with the rules that are off by default.
    return Checker(replace(settings, select=("OST",)), lambda: api)


def path_of(name: str) -> str:
    return str(ROOT / "examples" / "backend" / "app" / f"{name}.py")


def calls(name: str, lines: int, checker: Checker) -> int:
    """How many functions a check calls, those of the interpreter included."""
    source = SHAPES[name](lines).encode()
    profile = cProfile.Profile()
    profile.enable()
    try:
        checker.check(source, path_of(name))
    finally:
        profile.disable()
    return sum(entry.callcount for entry in profile.getstats())


def test_named_shapes_are_there() -> None:
    assert set(NAMED) <= SHAPES.keys()
    assert "shapes" in NAMES
    assert list(LINES) == sorted(LINES)


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_is_python_of_about_that_size(name: str) -> None:
    assert SHAPES[name](SHORT) == SHAPES[name](SHORT)

    code = SHAPES[name](SHORT)
    ast.parse(code)
    statements = code.count("\n") + code.count(";") + code.count(",")
    assert statements > SHORT // 2
    assert code.count("\n") < SHORT * 2


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in NAMED else pytest.mark.slow) for name in SHAPES],
)
def test_a_shape_has_findings(name: str, checker: Checker) -> None:
    result = checker.check(SHAPES[name](SHORT).encode(), path_of(name))

    assert result.analysed
    assert result.findings


@pytest.mark.slow
@pytest.mark.skipif(sys.gettrace() is not None, reason="something else counts already")
@pytest.mark.parametrize("name", NAMED)
def test_twice_the_code_is_twice_the_work(name: str, checker: Checker) -> None:
    checker.check(SHAPES[name](SHORT).encode(), path_of(name))  # what is found out once

    half = calls(name, LINES_HALF, checker)
    whole = calls(name, 2 * LINES_HALF, checker)

    assert whole < MOST * half
