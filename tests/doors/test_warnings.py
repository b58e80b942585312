"""Codes that settings want to be warnings are told in all formats, and fail no run."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.helpers.in_process import run, run_flake8, run_plain_flake8
from tests.helpers.projects import write_project

BUILT = "import time\n\n\ndef f():\n    run_id = f'run_{time.time()}'\n    return run_id\n"
CALLED = "import uuid\n\nrun_id = str(uuid.uuid4())\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_project(tmp_path, {"app/built.py": BUILT})
    (tmp_path / "pyproject.toml").write_text('[tool.ssot-lint]\nwarn = ["OST104"]\n')
    return tmp_path


def called(project: Path) -> Path:
    (project / "app/called.py").write_text(CALLED)
    return project


def test_warnings_alone_fail_nothing(project: Path) -> None:
    code, out, _ = run(project, "check")

    assert code == 0
    assert out.startswith("app/built.py:5:14: OST104 warning: [*] id built by hand")
    assert out.splitlines()[-2].startswith("1 finding (1 warning) in 1 of ")
    assert run(project, "check")[:2] == (code, out)  # from the cache


def test_beside_others_they_stay_warnings(project: Path) -> None:
    code, out, _ = run(called(project), "check")

    assert code == 1
    assert "OST104 warning: [*]" in out
    assert "OST101 [*] `uuid.uuid4()`" in out
    assert "2 findings (1 warning) in 2 of " in out


def test_a_file_that_cannot_be_read_fails(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.ssot-lint]\nwarn = ["OST"]\n')
    (project / "app/broken.py").write_text("import uuid\nuuid.uuid4(\n")

    assert run(project, "check")[0] == 2
    assert run(project, "check", "app/built.py")[0] == 0


def test_what_fix_leaves(project: Path) -> None:
    (project / "app/built.py").write_text(BUILT.replace("return run_id", "return run_id[:4]"))

    assert run(project, "fix")[0] == 0
    assert run(project, "fix", "--exit-non-zero-on-fix")[0] == 0


def test_levels_in_reports(project: Path) -> None:
    def report(name: str) -> str:
        return run(called(project), "check", "--output-format", name)[1]

    found = {one["code"]: one["severity"] for one in json.loads(report("json"))}
    assert found == {"OST104": "warning", "OST101": "error"}
    (sarif,) = json.loads(report("sarif"))["runs"]
    assert {one["ruleId"]: one["level"] for one in sarif["results"]} == found
    assert "::warning title=OST104" in report("github")
    assert "::error title=OST101" in report("github")
    severities = [one["severity"] for one in json.loads(report("gitlab"))]
    assert sorted(severities) == ["major", "minor"]
    suite = ET.fromstring(report("junit"))[0]
    assert (suite.get("failures"), len(suite.findall("testcase"))) == ("1", 1)
    assert "app/built.py:5:14: OST104 id built" in (suite.findtext("system-out") or "")


@pytest.mark.parametrize("name", ["json", "sarif"])
def test_merged_reports(project: Path, name: str) -> None:
    (project / "one").write_text(run(project, "check", "--output-format", name)[1])
    assert run(project, "merge", "one")[0] == 0

    (project / "two").write_text(run(called(project), "check", "--output-format", name)[1])
    assert run(project, "merge", "two")[0] == 1


def test_flake8_has_no_levels(project: Path) -> None:
    selected = run_flake8(called(project), "app")  # selects OST
    plain = run_plain_flake8(project, "app")
    named = run_plain_flake8(project, "--extend-select", "OST104", "app")

    assert "OST104" in selected.stdout
    assert "OST104" not in plain.stdout
    assert "OST101" in plain.stdout
    assert "OST104" in named.stdout


def test_a_code_that_is_none(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.ssot-lint]\nwarn = ["W104"]\n')

    code, _, err = run(project, "check")

    assert (code, err.count("\n")) == (2, 1)
    assert "`warn`" in err
