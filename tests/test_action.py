"""The GitHub Action: its steps are run as GitHub would run them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.fixture_files import ROOT

ACTION: Any = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


def run_step(name: str, folder: Path, **given: str) -> tuple[int, str]:
    """Exit code and output of a step, with inputs in the place of the defaults."""
    (step,) = (step for step in ACTION["runs"]["steps"] if step.get("name") == name)
    inputs = {key: value["default"] for key, value in ACTION["inputs"].items()}
    inputs |= {key.replace("_", "-"): value for key, value in given.items()}
    env = {
        variable: inputs[text.removeprefix("${{ inputs.").removesuffix(" }}")]
        for variable, text in step["env"].items()
    }
    assert "${{" not in step["run"]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    summary = {"GITHUB_STEP_SUMMARY": str(folder / "summary.md")}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=folder,
        env={**os.environ, "PATH": path, **summary, **env},
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
