"""The example in CONTRIBUTING.md is a rule that works; what the docs name is there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import ssot_lint
from tests.helpers.fixture_files import ROOT

HOUSE = Path(ssot_lint.__file__).parent
GUIDE = ROOT / "CONTRIBUTING.md"
STEP = re.compile(
    r"<!-- (?P<kind>file|insert): (?P<path>\S+)(?: before: (?P<anchor>.*?))? -->\n"
    r"(?P<fence>`{3,})\w+\n(?P<code>.*?)^(?P=fence)$",
    re.S | re.M,
)

TESTS = ("tests/rules/test_fixtures.py", "tests/rules/test_rules.py")


def steps() -> list[re.Match[str]]:
    return list(STEP.finditer(GUIDE.read_text(encoding="utf-8")))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The repository with the steps carried out."""
    ignored = shutil.ignore_patterns("__pycache__")
    for folder in (HOUSE, ROOT / "tests"):
        shutil.copytree(folder, tmp_path / folder.name, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for step in steps():
        path = tmp_path / step["path"]
        path.parent.mkdir(exist_ok=True)
        if step["kind"] == "file":
            path.write_text(step["code"])
            continue
        text = path.read_text()
        assert f"\n{step['anchor']}\n" in text
        path.write_text(
            text.replace(f"\n{step['anchor']}\n", f"\n{step['code']}{step['anchor']}\n")
        )
    return tmp_path


@pytest.mark.broad
def test_the_example_is_a_rule_that_works(copy: Path) -> None:
    assert [step["kind"] for step in steps()].count("file") == 2
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:xdist", "-k", "OST209", *TESTS],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(copy)},
    )
    assert done.returncode == 0, done.stdout
    assert int(re.findall(r"(\d+) passed", done.stdout)[0]) >= 8


@pytest.mark.parametrize("page", ["docs/design.md", "CONTRIBUTING.md", "SECURITY.md"])
def test_what_a_page_names_is_there(page: str) -> None:
    """Paths, and `room.name` for what a room of the package holds."""
    text = (ROOT / page).read_text(encoding="utf-8")
    text = re.sub(r"^(`{3,}).*?^\1$", "", text, flags=re.S | re.M)
    names = re.findall(r"`([^`\n]+)`", text)
    paths = [name for name in names if re.fullmatch(r"[\w.-]+(/[\w.-]+)+", name)]
    for path in paths:
        assert any((top / path).exists() for top in (ROOT, HOUSE.parent, HOUSE)), path
    rooms: dict[str, str] = {}
    for file in HOUSE.rglob("*.py"):
        rooms[file.stem] = rooms.get(file.stem, "") + file.read_text(encoding="utf-8")
    known = [name.partition(".") for name in names if re.fullmatch(r"\w+(\.\w+)+", name)]
    for room, _, member in known:
        if room in rooms and member != "py":
            for part in member.split("."):
                assert re.search(rf"\b(def|class) {part}\b|^{part}\b", rooms[room], re.M), (
                    room,
                    member,
                )
    tests = re.findall(r"\btest_\w+", " ".join(name for name in names if name.startswith("test_")))
    sources = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "tests").rglob("test_*.py"))
    for test in tests:
        assert f"def {test}" in sources, test
    assert paths or known or tests


@pytest.mark.parametrize("file", [".ci/run", "pyproject.toml", "benchmarks/README.md"])
def test_the_tests_that_a_file_names_are_there(file: str) -> None:
    named = re.findall(r"\btests/[\w/]+\.py\b", (ROOT / file).read_text(encoding="utf-8"))

    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []
