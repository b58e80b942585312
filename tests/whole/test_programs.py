"""Programs that a careless rewrite would change print the same after fixes.

`tests/programs/*.py` are whole programs; each shows something that a fix must not break.
"""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest

from ssot_lint import Settings
from tests.helpers.fix_checks import Linter, check_fix
from tests.helpers.fixture_files import ROOT
from tests.whole.test_fix_programs import Fake, generator

PROGRAMS = sorted((ROOT / "tests" / "programs").glob("*.py"))


def output(source: bytes) -> str:
    """What a program prints, or the name of the exception that ends it."""
    printed = io.StringIO()
    with generator(Fake()), contextlib.redirect_stdout(printed):
        try:
            exec(compile(source, "program.py", "exec", dont_inherit=True), {"__name__": "program"})
        except Exception as error:
            return f"{printed.getvalue()}{type(error).__name__}: {error}"
    return printed.getvalue()


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_the_program_prints_the_same(path: Path) -> None:
    source = path.read_bytes()
    linter = Linter(Settings())
    before = output(source)
    assert before
    assert "Error" not in before

    fixed = check_fix(source, "app/program.py", linter, unsafe=False).source

    assert output(fixed or source) == before
    check_fix(source, "app/program.py", linter, unsafe=True)
