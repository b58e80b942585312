"""Options of the suite, and a cache folder of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.helpers.fixture_files import BACKEND

# The same examples on every machine, however slow it is.
settings.register_profile("suite", derandomize=True, deadline=None)
settings.load_profile("suite")

WHOLE = Path(__file__).parent / "whole"
# What a test is marked with that takes too long for `pytest -m daily`.
_LONG = ("broad", "slow", "fuzz_long", "real_code")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--whole-stdlib",
        action="store_true",
        help="compare focused and whole analysis on all of it",
    )
    parser.addoption("--fuzz", type=int, default=20, help="how many mutants to try")
    parser.addoption("--fuzz-minutes", type=float, default=60, help="for -m fuzz_long")
    parser.addoption("--programs", type=int, default=200, help="how many to run before and after")
    parser.addoption("--kills", type=int, default=4, help="how many runs of fix to kill")
    parser.addoption("--kill-files", type=int, default=60, help="over how many files they run")
    parser.addoption("--regen", action="store_true", help="rewrite goldens and generated docs")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Modules without a daily test take seconds to be read."""
    return True if config.option.markexpr == "daily" and collection_path == WHOLE else None


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent != WHOLE and not any(map(item.get_closest_marker, _LONG)):
            item.add_marker("daily")


@pytest.fixture(autouse=True, scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Results of runs are kept where no other run of the suite finds them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSOT_LINT_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        patch.delenv("GITHUB_ACTIONS", raising=False)  # diffs are printed otherwise there
        if sys.dont_write_bytecode:
            patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
            # Else each of the many programs that tests start would compile the package anew.
            patch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.getbasetemp() / "pycache"))
        yield


@pytest.fixture(autouse=True, scope="session")
def installed_generator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The environment holds a generator, so that fixes are offered wherever none is written.

    The current folder, by default the root, is an empty one: the repository has an example with
    a generator of its own.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("here"))
        patch.syspath_prepend(str(BACKEND))
        patch.setenv("PYTHONPATH", str(BACKEND), prepend=os.pathsep)
        yield


@pytest.fixture
def no_generator(monkeypatch: pytest.MonkeyPatch) -> None:
    """None is installed, here and for the programs that a test starts."""
    others = [entry for entry in sys.path if entry != str(BACKEND)]
    monkeypatch.syspath_prepend(str(BACKEND))  # from here on it restores the path, whatever is done
    sys.path[:] = others
    monkeypatch.delenv("PYTHONPATH")


@pytest.fixture
def regen(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--regen"))
