"""Programs written to be broken by fixes do the same after the safe ones.

`tests/hostile/*.py` are whole programs of a few lines. Each holds a shape for which a rewrite that
looks harmless is none: a call that moves above what it must stand below, a name that is bound on
some ways only, a user that is none. A line `# fixes: OST101` asks that something is fixed all the
same: a tool that refuses everything breaks nothing, and is no use.

What fails today stands in `KNOWN_BROKEN` and `KNOWN_REFUSED`, with the cause; what is mended must
leave them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ssot_lint.analysis.source.text import decode
from ssot_lint.engine.checker import Checker
from tests.helpers.behaviour import checker_below, project_below, run, settings_below
from tests.helpers.fix_checks import Linter, check_fix, is_applicable
from tests.helpers.fixture_files import ROOT

PROGRAMS = sorted((ROOT / "tests" / "hostile").glob("*.py"))
_FIXES = re.compile(rb"^# fixes: (OST\d+(?:, OST\d+)*)\r?$", re.M)

NOBODY = "the file itself shows that the user may be no text"

KNOWN_BROKEN = {
    "user_by_function_that_may_return_none": NOBODY,
    "user_none_in_list": NOBODY,
    "user_of_request_get": NOBODY,
}
KNOWN_REFUSED = {
    "call_above_import": "an import of the generator that stands too low could be moved up",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project_below(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def checker(root: Path) -> Checker:
    return checker_below(root)


def _marked(known: dict[str, str], *, paths: list[Path]) -> list[object]:
    """The programs, every other one for the slow tests."""
    found = []
    for at, path in enumerate(paths):
        why = known.get(path.stem)
        marks = [pytest.mark.xfail(strict=True, reason=why)] if why is not None else []
        marks += [pytest.mark.slow] if at % 2 else []
        found.append(pytest.param(path, id=path.stem, marks=marks))
    return list(found)


@pytest.mark.parametrize("path", _marked(KNOWN_BROKEN, paths=PROGRAMS))
def test_the_program_does_the_same(path: Path, root: Path, checker: Checker) -> None:
    source = path.read_bytes()
    before = run(source).events
    assert before, "the program shows nothing"
    assert "raised" not in str(before), "the program does not run to its end"

    result = checker.fix(source, str(root / "app" / "program.py"))

    assert result.result.analysed, result.result.findings
    assert run(result.source or source).events == before, decode(result.source or source)


WANTED = [path for path in PROGRAMS if _FIXES.search(path.read_bytes())]


@pytest.mark.parametrize("path", _marked(KNOWN_REFUSED, paths=WANTED))
def test_what_can_be_fixed_is(path: Path, root: Path, checker: Checker) -> None:
    source = path.read_bytes()
    asked = _FIXES.search(source)
    assert asked is not None

    result = checker.fix(source, str(root / "app" / "program.py"))

    assert set(asked[1].decode().split(", ")) <= {finding.code for finding in result.fixed}


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=path.stem, marks=[pytest.mark.slow] if at % 4 else [])
        for at, path in enumerate(PROGRAMS)
    ],
)
def test_the_fix_is_whole(path: Path, root: Path) -> None:
    """It compiles, is stable, finds nothing new, leaves comments and other code alone.

    The suite asks that of every fourth program, for it takes several fixes of each.
    """
    settings, api = settings_below(root)
    source = path.read_bytes()
    where = str(root / "app" / "program.py")
    keeps = b"\n# keeps-unused-imports" in source
    linter = Linter(settings, api)
    fixed = check_fix(source, where, linter, unsafe=False, keeps_imports=keeps).fixed
    checked = linter.check(source, where).findings
    assert len([f for f in checked if is_applicable(f, unsafe=False)]) <= len(fixed)


def _with_crlf(source: bytes) -> bytes:
    return source.replace(b"\n", b"\r\n")


def _with_tabs(source: bytes) -> bytes:
    return re.sub(rb"^(?: {4})+", lambda match: b"\t" * (len(match[0]) // 4), source, flags=re.M)


def _with_comment(source: bytes) -> bytes:
    return b"# -*- coding: utf-8 -*-\n# caf\xc3\xa9\n" + source


def _in_latin_1(source: bytes) -> bytes:
    return source.replace(b" utf-8 ", b" latin-1 ", 1).replace(b"caf\xc3\xa9", b"caf\xe9", 1)


# Lines in brackets are aligned with spaces, texts over several lines hold them.
_BRACKETS = re.compile(rb"[(\[{\\]$|\"\"\"|'''", re.M)


@pytest.mark.parametrize("change", [_with_crlf, _with_tabs, _in_latin_1])
def test_the_bytes_of_lines_do_not_matter(
    change: Callable[[bytes], bytes], root: Path, checker: Checker
) -> None:
    where = str(root / "app" / "program.py")
    for path in PROGRAMS[::10]:
        source = _with_comment(path.read_bytes())
        if change is _with_tabs and _BRACKETS.search(source):
            continue
        fixed, changed = checker.fix(source, where), checker.fix(change(source), where)
        assert changed.source == (change(fixed.source) if fixed.source else None), path.stem
