"""The share of ids that the generator makes, in all its forms."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from prometheus_client import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from ssot_lint.config.paths import has_name_of_test
from ssot_lint.model.findings import FileResult
from ssot_lint.run.runner import Runner
from tests.helpers.in_process import run
from tests.run.test_baseline import git

IMPORT = "from shared.id_generation import UnifiedIdGenerator as Ids\nimport uuid\n"
GOOD = IMPORT + "\n\ndef make(user_id):\n    ids = Ids.generate_user_context_ids(user_id, 'a')\n"
GOOD += "    return ids, Ids.generate_base_id('b'), Ids.is_valid_id('c')\n"
BAD = IMPORT + "\n\ndef make():\n    return Ids.generate_base_id('a'), uuid.uuid4(), uuid.uuid4()\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Four generated and three others in production code; none of two in tests."""
    files = {
        "pyproject.toml": "[tool.ssot-lint]\n",
        "app/good.py": GOOD,
        "app/core/bad.py": BAD,
        "app/core/nothing.py": "x = 1\n",
        "app/better.py": IMPORT + "a = Ids.generate_base_id('a')\nthread_id = 'abc'\n",
        "tests/test_bad.py": "import uuid\na = uuid.uuid4(), uuid.uuid4()\n",
        "shared/id_generation/exempt.py": BAD,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def parsed(text: str) -> list[Metric]:
    """Raises for what Prometheus would not take."""
    return list(text_string_to_metric_families(text))  # type: ignore[no-untyped-call]


def figures(folder: Path, *args: str) -> tuple[int, int, int, int]:
    _, out, _ = run(folder, "report", "--format", "json", *args)
    report = json.loads(out)
    return tuple(
        report[side][kind]
        for side in ("production", "tests")
        for kind in ("generated", "bypassing")
    )


def test_figures(project: Path) -> None:
    report = json.loads(run(project, "report", "--format", "json")[1])

    assert figures(project) == (4, 3, 0, 2)
    assert report["production"]["percent"] == 57.14
    assert report["production"]["rules"] == {"OST101": 2, "OST301": 1}
    assert report["production"]["packages"]["app/core"] == {
        "generated": 1, "bypassing": 2, "percent": 33.33, "makers": {"banned calls": 2}
    }  # fmt: skip
    assert list(report["production"]["files"]) == ["app/core/bad.py", "app/better.py"]
    assert figures(project, "app/good.py") == (2, 0, 0, 0)


MANAGER = """\
import uuid


class IdManager:
    @staticmethod
    def generate_run_id() -> str:
        return str(uuid.uuid4())

    @staticmethod
    def generate_thread_id() -> str:
        return str(uuid.uuid4())
"""
CALLS = "from app.manager import IdManager\n\nrun_id = IdManager.generate_run_id()\n"


@pytest.fixture
def several_makers(project: Path) -> Path:
    """The project with a manager that makes ids in two files, and an id that is made by hand."""
    (project / "app/manager.py").write_text(MANAGER)
    (project / "app/one.py").write_text(CALLS)
    (project / "app/two.py").write_text(CALLS + "session_id = IdManager.generate_thread_id()\n")
    (project / "app/hand.py").write_text("import time\n\nrun_id = f'run_{time.time()}'\n")
    return project


def test_makers_are_counted(several_makers: Path) -> None:
    settings = several_makers / "pyproject.toml"
    settings.write_text("[tool.ssot-lint]\nother-makers = ['app.manager.IdManager']\n")
    made = {"IdManager": 3, "banned calls": 4, "by hand": 1}

    _, out, err = run(several_makers, "report", "--format", "json", "--history", "points.jsonl")
    report = json.loads(out)
    assert report["production"]["makers"] == made
    assert report["production"]["files"]["app/two.py"]["makers"] == {"IdManager": 2}
    assert report["production"]["packages"]["app"]["makers"]["by hand"] == 1
    assert "IdManager" not in err
    point = json.loads((several_makers / "points.jsonl").read_text())
    assert point["production"]["makers"] == made

    table = run(several_makers, "report", "--history", "points.jsonl")[1]
    assert "\n     3  IdManager\n" in table
    assert "| 3 | IdManager |" in run(several_makers, "report", "--format", "markdown")[1]
    metrics = parsed(run(several_makers, "report", "--format", "openmetrics")[1])
    (makers,) = (one for one in metrics if one.name == "ssot_lint_makers")
    found = {(s.labels["kind"], s.labels["maker"]): s.value for s in makers.samples}
    assert found["production", "IdManager"] == 3
    assert found["tests", "banned calls"] == 2


def test_a_point_without_makers_is_read(project: Path) -> None:
    old = '{"date": "2026-01-01T00:00:00Z", "commit": null, "production": '
    old += '{"generated": 1, "bypassing": 1}, "tests": {"generated": 0, "bypassing": 0}}\n'
    (project / "points.jsonl").write_text(old)

    assert "production since 2026-01-01" in run(project, "report", "--history", "points.jsonl")[1]


@pytest.mark.parametrize("setting", ["other-makers", "accepted-makers"])
def test_makers_that_no_setting_names_are_told_of(several_makers: Path, setting: str) -> None:
    told = '`IdManager` makes ids in 2 files beside the generator; put "app.manager.IdManager" into'
    assert told in run(several_makers, "report")[2]
    assert told not in run(several_makers, "report", "-q")[2]

    settings = several_makers / "pyproject.toml"
    settings.write_text(f"[tool.ssot-lint]\n{setting} = ['app.manager.IdManager']\n")
    assert "IdManager" not in run(several_makers, "report")[2]


@pytest.fixture
def monorepo(tmp_path: Path) -> Path:
    """Two projects whose files have the same paths in each: one clean, one bad; and tests."""
    for name, text in (("one", GOOD), ("two", BAD)):
        (tmp_path / name / "src").mkdir(parents=True)
        (tmp_path / name / "tests").mkdir()
        (tmp_path / name / "pyproject.toml").write_text("[tool.ssot-lint]\n")
        (tmp_path / name / "src/a.py").write_text(text)
        (tmp_path / name / "tests/a.py").write_text("import uuid\na = uuid.uuid4()\n")
    git(tmp_path, "init", "-q")
    return tmp_path


def test_projects_whose_files_have_the_same_paths(monorepo: Path) -> None:
    one, two = (figures(monorepo, name) for name in ("one", "two"))
    report = json.loads(run(monorepo, "report", "--format", "json")[1])

    assert (one, two) == ((2, 0, 0, 1), (1, 2, 0, 1))
    assert figures(monorepo) == tuple(a + b for a, b in zip(one, two, strict=True)) == (3, 2, 0, 2)
    assert report["production"]["packages"].keys() == {"one/src", "two/src"}
    assert list(report["production"]["files"]) == ["two/src/a.py"]
    assert list(report["tests"]["files"]) == ["one/tests/a.py", "two/tests/a.py"]


@pytest.mark.parametrize("order", [("one", "two"), ("two", "one")])
def test_fail_under_counts_the_files_of_all_projects(monorepo: Path, order: Sequence[str]) -> None:
    assert run(monorepo, "report", "-q", "--fail-under", "60", *order)[0] == 0
    assert run(monorepo, "report", "-q", "--fail-under", "60.1", *order)[0] == 1


def test_paths_are_the_same_from_whatever_folder(monorepo: Path) -> None:
    inside = json.loads(run(monorepo / "two/src", "report", "--format", "json")[1])

    assert list(inside["production"]["files"]) == ["two/src/a.py"]
    assert has_name_of_test("tests/a.py")
    # A project in a folder of tests is none of their own.
    (monorepo / "two").rename(monorepo / "tests")
    assert figures(monorepo, "tests") == (1, 2, 0, 1)


def test_the_cache_knows_the_figures(project: Path) -> None:
    assert figures(project) == figures(project) == figures(project, "--no-cache")


def test_what_is_suppressed_or_accepted_counts(project: Path) -> None:
    run(project, "baseline", "tests")
    run(project, "check", "--add-noqa", "app")

    assert run(project, "check")[0] == 0
    assert figures(project) == (4, 3, 0, 2)


@pytest.mark.parametrize("setting", ['select = ["OST101"]', 'ignore = ["OST2"]'])
def test_the_generators_calls_count_whatever_is_selected(project: Path, setting: str) -> None:
    (project / "pyproject.toml").write_text(f"[tool.ssot-lint]\n{setting}\n")

    assert figures(project)[0] == 4
    assert figures(project, "--select", "OST301") == (4, 1, 0, 0)
    assert figures(project, "--ignore", "OST2,OST204,OST3") == (4, 2, 0, 2)


def test_the_table(project: Path) -> None:
    code, out, err = run(project, "report")

    assert (code, err) == (0, "")
    assert out.splitlines()[:2] == [
        "  57.1%  ███████████░░░░░░░░░  production: 4 of 7",
        "   0.0%  ░░░░░░░░░░░░░░░░░░░░  tests: 0 of 2",
    ]
    assert "  33.3%  ███████░░░░░░░░░░░░░  app/core/bad.py: 1 of 3\n" in out
    assert "     2  OST101  direct-uuid-call\n" in out
    assert "no ids are made here" in run(project, "report", "app/core/nothing.py")[1]


@pytest.mark.parametrize("percent", ["nan", "inf", "-1", "101"])
def test_fail_under_what_is_no_share(project: Path, percent: str) -> None:
    code, out, err = run(project, "report", "--fail-under", percent)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("ssot-lint: error: Invalid value for '--fail-under': ")


@pytest.mark.parametrize(("percent", "code"), [("57.14", 0), ("57.2", 1), ("0", 0), ("100", 1)])
def test_fail_under(project: Path, percent: str, code: int) -> None:
    done = run(project, "report", "-q", "--fail-under", percent)

    assert done[0] == code
    assert bool(done[2]) is bool(code)
    if percent == "57.2":
        told = "57.14 % of the ids in production code are generated, fewer than 57.2 %"
        assert done[2] == f"ssot-lint: {told}\n"
    assert run(project, "report", "--fail-under", percent, "app/core/nothing.py")[0] == 0


def test_markdown(project: Path) -> None:
    out = run(project, "report", "--format", "markdown")[1]

    assert "| **production** | 57.1 % | 4 | 3 |\n" in out
    assert "| app/core | 33.3 % | 1 | 2 |\n" in out
    assert "| 2 | OST101 | direct-uuid-call |\n" in out


def test_openmetrics(project: Path) -> None:
    out = run(project, "report", "--format", "openmetrics")[1]
    samples = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in parsed(out)
        for sample in family.samples
    }

    assert samples["ssot_lint_compliance_ratio", "production"] == pytest.approx(4 / 7, abs=1e-6)
    assert samples["ssot_lint_ids", "generator", "production"] == 4
    assert samples["ssot_lint_ids", "others", "tests"] == 2
    assert samples["ssot_lint_findings", "OST301", "production"] == 1
    nothing = run(project, "report", "--format", "openmetrics", "app/core/nothing.py")[1]
    assert "ratio{" not in nothing
    assert parsed(nothing)


def test_history(project: Path) -> None:
    git(project, "init", "-q")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "start")
    commit = git(project, "rev-parse", "HEAD").strip()
    run(project, "report", "--history", "history.jsonl")
    (project / "app/core/bad.py").write_text(GOOD)
    out = run(project, "report", "--history", "history.jsonl")[1]
    points = [json.loads(line) for line in (project / "history.jsonl").read_text().splitlines()]

    assert [point["production"]["bypassing"] for point in points] == [3, 1]
    assert points[0]["commit"] == commit
    assert points[0]["date"].endswith("+00:00")
    assert out.splitlines()[2].strip().startswith("▅▇  production since 20")
    assert out.splitlines()[2].endswith(", +26.2 since the last time")


def point(generated: str) -> str:
    figures = f'{{"generated": {generated}, "bypassing": 0}}'
    return f'{{"date": "2025-01-01", "commit": null, "production": {figures}, "tests": {figures}}}'


def test_what_others_append_to_the_history_meanwhile_is_kept(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = project / "history.jsonl"
    history.write_text(point("1"))  # whose last line has no end
    original = Runner.check_files

    def meanwhile(self: Runner, paths: Sequence[str]) -> Iterator[FileResult]:
        with history.open("a") as stream:
            stream.write("\n" + point("2") + "\n")
        return original(self, paths)

    monkeypatch.setattr(Runner, "check_files", meanwhile)
    run(project, "report", "--history", "history.jsonl")
    points = [json.loads(line) for line in history.read_text().splitlines() if line]

    assert [one["production"]["generated"] for one in points] == [1, 2, 4]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")
@pytest.mark.parametrize("command", [("report", "--history"), ("merge",)])
def test_what_is_no_regular_file_is_not_read(project: Path, command: tuple[str, ...]) -> None:
    os.mkfifo(project / "pipe")

    expected = "ssot-lint: error: pipe: is no regular file; give one\n"
    assert run(project, *command, "pipe") == (2, "", expected)


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"date": "x"}',
        '{"date": 1, "commit": 2}',
        point("1e999"),
        point("-1"),
        point("1.5"),
        point('"1"'),
        point("true"),
    ],
)
def test_a_damaged_history_is_kept(project: Path, line: str) -> None:
    (project / "history.jsonl").write_text(line)
    code, _, err = run(project, "report", "--history", "history.jsonl")

    assert code == 2
    expected = "history.jsonl:1: is no point of a history; remove the line"
    assert err == f"ssot-lint: error: {expected}\n"
    assert (project / "history.jsonl").read_text() == line


def test_a_file_that_is_not_analysed(project: Path) -> None:
    (project / "app/broken.py").write_text("import uuid\nuuid.uuid4(\n")
    code, out, _ = run(project, "report")

    assert code == 2
    assert out.endswith("\n1 file not analysed.\n")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("tests/a.py", True),
        ("app/tests/helpers.py", True),
        ("app/test_a.py", True),
        ("app/a_test.py", True),
        ("conftest.py", True),
        ("app/testing/a.py", True),
        ("app/contest.py", False),
        ("app/latest/a.py", False),
        ("app/attest.py", False),
        ("app/a.py", False),
    ],
)
def test_what_is_a_test(path: str, expected: bool) -> None:
    assert has_name_of_test(path) is expected
