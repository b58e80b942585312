"""The `--regen` option: rewrite what is generated, goldens and the tables in the README."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--whole-stdlib",
        action="store_true",
        help="compare focused and whole analysis on all of it",
    )
    parser.addoption("--regen", action="store_true", help="rewrite goldens and generated docs")


@pytest.fixture
def regen(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--regen"))
