"""Fixtures of several files: a folder is a project, each of its files gives what it is marked with.

They lie in `tests/across/CODE/name/`. What the fixes make of them, unsafe ones too, stands in
`unsafe.diff`.
"""

from __future__ import annotations

import difflib
import shutil
from pathlib import Path

import pytest

from ssot_lint.config.reader import SettingsReader
from ssot_lint.model.findings import FileResult
from ssot_lint.run.runner import Options, Runner
from tests.helpers.behaviour import project_below
from tests.helpers.fixture_files import ROOT, Fixture, load
from tests.rules.test_fixtures import expect_marks

ACROSS = ROOT / "tests" / "across"
PROJECTS = sorted(path for path in ACROSS.glob("*/*") if path.is_dir())


def laid_out(folder: Path, root: Path) -> dict[str, Fixture]:
    """Put a project and the generator below a folder; gives its files without their marks."""
    shutil.copytree(folder, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.diff"))
    project_below(root)
    if not (root / "pyproject.toml").exists():
        (root / "pyproject.toml").write_text("[tool.ssot-lint]\n", encoding="utf-8")
    fixtures = {
        path.relative_to(folder).as_posix(): load(path) for path in sorted(folder.rglob("*.py"))
    }
    for name, fixture in fixtures.items():
        (root / name).write_bytes(fixture.source)
    return fixtures


def runner() -> Runner:
    return Runner(SettingsReader(()), Options(asks_all=True))


@pytest.mark.parametrize("folder", PROJECTS, ids=lambda f: f"{f.parent.name}/{f.name}")
def test_each_file_gives_what_it_is_marked_with(folder: Path, tmp_path: Path, regen: bool) -> None:
    fixtures = laid_out(folder, tmp_path)

    checked = runner().check_files([str(tmp_path / name) for name in fixtures])
    results: dict[str, FileResult] = {result.path: result for result in checked}
    for name, fixture in fixtures.items():
        expect_marks(results[str(tmp_path / name)], fixture)
    expect_diff(folder, tmp_path, fixtures, regen=regen)


def expect_diff(folder: Path, root: Path, fixtures: dict[str, Fixture], *, regen: bool) -> None:
    golden = folder / "unsafe.diff"
    changed = runner().fix_files([str(root / name) for name in fixtures], unsafe=True)
    told = "".join(
        line
        for one in changed
        if one.result.source is not None
        for line in difflib.unified_diff(
            fixtures[Path(one.path).relative_to(root).as_posix()].source.decode().splitlines(True),
            one.result.source.decode().splitlines(True),
            Path(one.path).relative_to(root).as_posix(),
            Path(one.path).relative_to(root).as_posix(),
            n=0,
        )
    )
    if regen:
        golden.write_text(told) if told else golden.unlink(missing_ok=True)
    assert told == (golden.read_text() if golden.exists() else "")


def test_there_are_some() -> None:
    assert PROJECTS
    assert all(list(folder.rglob("*.py")) for folder in PROJECTS)
