"""The GitHub Action: its steps are run as GitHub would run them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.helpers.fixture_files import ROOT

pytestmark = pytest.mark.broad  # each starts the shell of the action

ACTION: Any = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


def run_step(
    name: str, folder: Path, environment: Mapping[str, str] | None = None, **given: str
) -> tuple[int, str]:
    """Exit code and output of a step, with inputs in the place of the defaults.

    Each runs in the folder, whatever its `working-directory` is.
    """
    (step,) = (step for step in ACTION["runs"]["steps"] if step.get("name") == name)
    inputs = {key: value["default"] for key, value in ACTION["inputs"].items()}
    inputs |= {key.replace("_", "-"): value for key, value in given.items()}
    env = {
        variable: inputs[text.removeprefix("${{ inputs.").removesuffix(" }}")]
        for variable, text in step["env"].items()
        if text.startswith("${{ inputs.")
    }
    assert "${{" not in step["run"]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    summary = {"GITHUB_STEP_SUMMARY": str(folder / "summary.md")}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=folder,
        env={**os.environ, "PATH": path, **summary, **env, **(environment or {})},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    if shutil.which("bash") is None:
        pytest.skip("needs bash, as GitHub's runners have it")
    (tmp_path / "bad.py").write_text("import uuid\nrun_id = uuid.uuid4()\n")
    (tmp_path / "good.py").write_text("x = 1\n")
    # Isolated, Python is not told of folders by PYTHONPATH.
    source = json.dumps(str(ROOT / "tests/backend"))
    (tmp_path / "pyproject.toml").write_text(f"[tool.ssot-lint]\ngenerator-source = {source}\n")
    return tmp_path


def test_check(folder: Path) -> None:
    code, out = run_step("Check", folder)

    assert code == 1
    assert out.startswith("::error title=OST101 direct-uuid-call,file=bad.py,line=2,")
    assert "| 1 | OST101 | direct-uuid-call |" in (folder / "summary.md").read_text()
    assert len(json.loads((folder / "ssot-lint.sarif").read_text())["runs"][0]["results"]) == 1


def test_inputs(folder: Path) -> None:
    options = "--select OST3 --exit-zero"

    assert run_step("Check", folder, paths="good.py", sarif_file="")[0] == 0
    assert not (folder / "ssot-lint.sarif").exists()
    assert run_step("Check", folder, paths="good.py bad.py", options=options)[0] == 0


def test_inputs_of_several_lines(folder: Path) -> None:
    (folder / "other.py").write_text("import uuid\nuser_id = uuid.uuid4()\n")
    code, out = run_step("Check", folder, paths="good.py\nbad.py\n  other.py\n")
    assert (code, out.count("::error ")) == (1, 2)

    options = "--select\nOST1\n--exit-zero\n"
    code, out = run_step("Check", folder, paths="bad.py\nother.py", options=options)
    assert (code, out.count("::error ")) == (0, 2)
    assert run_step("Share of generated ids", folder, paths="good.py\nbad.py\n") == (0, "")
    assert "| **production** | 0.0 % | 0 | 1 |" in (folder / "summary.md").read_text()


# What Python would import from the current folder before anything else.
SHADOWING = (
    "pip.py",
    "click.py",
    "libcst.py",
    "runpy.py",
    "__future__.py",
    "ssot_lint/__init__.py",
)


@pytest.mark.parametrize("search", [pytest.param("", marks=pytest.mark.slow), "."])
def test_nothing_of_what_is_checked_is_imported(folder: Path, search: str) -> None:
    touch = f"open({str(folder / 'touched')!r}, 'w').close()\n"
    for name in (*SHADOWING, "ssot_lint/__main__.py", "pip/__main__.py"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(touch)
    environment = {
        "PYTHONPATH": search,
        "ACTION": str(wheel(folder / "wheels")),
        "PIP_TARGET": str(folder / "installed"),
        "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    assert run_step("Install", folder, environment) == (0, "")
    assert (folder / "installed/made.py").exists()
    assert run_step("Share of generated ids", folder, environment, paths="bad.py") == (0, "")
    code, out = run_step("Check", folder, environment, paths="bad.py")

    assert (code, out.count("::error ")) == (1, 1)
    assert not (folder / "touched").exists()


def wheel(folder: Path) -> Path:
    """A package that can be installed without building anything."""
    folder.mkdir()
    path = folder / "made-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("made.py", "")
        about = "made-1.0.dist-info"
        archive.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: made\nVersion: 1.0\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    return path


def test_every_step_is_isolated() -> None:
    for step in ACTION["runs"]["steps"]:
        lines = step.get("run", "").splitlines()
        called = [line for line in lines if "ssot" in line or "pip" in line]
        assert all(line.strip().startswith("python -I -m ") for line in called)
    assert ACTION["runs"]["steps"][1]["working-directory"] == "${{ runner.temp }}"


def test_inputs_are_not_run(folder: Path) -> None:
    for given in ("$(touch made)", "; touch made", "`touch made`"):
        (folder / "x").touch()
        step = ACTION["runs"]["steps"][-1]["run"]
        assert "eval" not in step
        code = subprocess.run(
            ["bash", "-c", step],
            cwd=folder,
            env={**os.environ, "PATHS": given, "OPTIONS": given, "SARIF": ""},
            capture_output=True,
            check=False,
        ).returncode
        assert code != 0
    assert not (folder / "made").exists()


def test_report(folder: Path) -> None:
    assert run_step("Share of generated ids", folder) == (0, "")
    assert "| **production** | 0.0 % | 0 | 1 |" in (folder / "summary.md").read_text()
