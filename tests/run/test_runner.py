"""Many files: the same results whatever the number of processes, machines and earlier runs."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ssot_lint.config.reader import SettingsReader
from ssot_lint.engine.checker import Checker
from ssot_lint.model.findings import FileResult
from ssot_lint.rules.registry import CODES
from ssot_lint.run import runner as run_room
from ssot_lint.run.files import find_files
from ssot_lint.run.runner import Options, Runner, shard
from tests.doors.test_cli import BAD
from tests.helpers.in_process import run

CLEAN = "import os\n"
FIXABLE = "import uuid\nrun_id = str(uuid.uuid4())\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Forty files, every third one with a finding, under two sections of settings."""
    (tmp_path / "pyproject.toml").write_text("[tool.ssot-lint]\n")
    for number in range(40):
        folder = tmp_path / f"pkg{number % 3}" / "inner"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"m{number}.py").write_text(CLEAN if number % 3 else BAD * (1 + number % 4))
        (folder / "empty.py").touch()
    (tmp_path / "pkg1/pyproject.toml").write_text('[tool.ssot-lint]\ngenerator = "acme.Ids"\n')
    (tmp_path / "pkg1/bad.py").write_text(BAD)
    (tmp_path / "pkg1/broken.py").write_text("import uuid\nuuid.uuid4(\n")
    return tmp_path


@pytest.fixture
def splitting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even little work is split over processes."""
    monkeypatch.setattr(run_room, "_WORTH_SPLITTING", 0)
    monkeypatch.setattr(run_room, "_WORTH_STARTING", 0)
    monkeypatch.setattr(run_room, "_CHUNK_BYTES", 100)


def results(project: Path, options: Options) -> list[FileResult]:
    reader = SettingsReader(CODES)
    return list(Runner(reader, options).check_files(find_files([str(project)], reader)))


@pytest.mark.broad
@pytest.mark.usefixtures("splitting")
@pytest.mark.parametrize("jobs", [2, 3, 50])
def test_results_do_not_depend_on_the_split(project: Path, jobs: int) -> None:
    alone = results(project, Options(jobs=1))
    told: list[tuple[int, int]] = []
    split = results(project, Options(jobs=jobs, progress=lambda *step: told.append(step)))

    assert split == alone
    assert [result.path for result in split] == sorted(
        (result.path for result in split), key=lambda path: path.split(os.sep)
    )
    assert told[-1] == (len(split), len(split))
    assert told == sorted(told)


@pytest.mark.usefixtures("splitting")
def test_fixes_do_not_depend_on_the_split(project: Path) -> None:
    paths = find_files([str(project)], SettingsReader(CODES))
    runs = [
        list(Runner(SettingsReader(CODES), Options(jobs=jobs)).fix_files(paths, unsafe=True))
        for jobs in (1, 3)
    ]

    assert runs[0] == runs[1]
    assert sum(fixed.result.source is not None for fixed in runs[0]) > 10


@pytest.mark.skipif(os.name == "nt", reason="not everybody may make links there")
@pytest.mark.usefixtures("splitting")
@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("extra", [(), ("--diff",)])
def test_a_file_with_two_names_is_fixed_once(
    tmp_path: Path, jobs: str, extra: tuple[str, ...]
) -> None:
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text(FIXABLE)
        (tmp_path / f"{name[0]}_link.py").symlink_to(name)
    code, out, errors = run(tmp_path, "fix", "--no-cache", "-j", jobs, *extra)

    assert code == bool(extra)
    assert "2 findings in 2 files, 0 left." in (errors if extra else out)
    assert (tmp_path / "a_link.py").is_symlink()
    assert ("uuid" in (tmp_path / "a.py").read_text()) is bool(extra)


@pytest.mark.usefixtures("splitting")
@pytest.mark.parametrize("jobs", [1, 3])
def test_one_files_failure_is_one_finding(
    project: Path, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Checker.check

    def failing(self: Checker, source: bytes, path: str) -> FileResult:
        if path.endswith("m6.py"):
            raise ZeroDivisionError("oh")
        return original(self, source, path)

    monkeypatch.setattr(Checker, "check", failing)
    found = {result.path: result for result in results(project, Options(jobs=jobs))}
    (failed,) = [result for path, result in found.items() if path.endswith("m6.py")]

    assert [(f.code, f.message) for f in failed.findings] == [
        ("OST900", "file not analysed: internal error: ZeroDivisionError: oh")
    ]
    assert len(found) == 45


@pytest.mark.skipif(sys.platform != "linux", reason="the fake is inherited by copies only")
@pytest.mark.usefixtures("splitting")
def test_a_killed_process_is_told_and_its_file_given_up(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Checker.check

    def deadly(self: Checker, source: bytes, path: str) -> FileResult:
        if path.endswith("m6.py"):
            os.kill(os.getpid(), signal.SIGKILL)
        return original(self, source, path)

    monkeypatch.setattr(Checker, "check", deadly)
    warnings: list[str] = []
    found = results(project, Options(jobs=2, warn=warnings.append))
    (failed,) = [result for result in found if result.path.endswith("m6.py")]

    assert [warning.partition(": ")[2] for warning in warnings] == [
        "the process that analysed it was killed by signal 9; trying the file again",
        "the process that analysed it was killed by signal 9; given up",
    ]
    assert failed.findings[0].message == (
        "file not analysed: two processes ended while analysing it"
    )
    assert sum(not result.analysed for result in found) == 2


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs alarms")
@pytest.mark.usefixtures("splitting")
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_that_takes_too_long_is_given_up(
    project: Path, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Checker.check

    def endless(self: Checker, source: bytes, path: str) -> FileResult:
        while path.endswith("m6.py"):
            with contextlib.suppress(Exception):
                sum(range(1000))
        return original(self, source, path)

    monkeypatch.setattr(Checker, "check", endless)
    found = results(project, Options(jobs=jobs, timeout=0.5))
    (failed,) = [result for result in found if result.path.endswith("m6.py")]

    assert [f.message for f in failed.findings] == [
        "file not analysed: it takes longer than 0.5 s; exclude it, or raise --timeout"
    ]
    assert sum(not result.analysed for result in found) == 2


@pytest.mark.broad
@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs alarms")
def test_every_door_has_the_limit(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What files are sieved with takes its time, too."""

    def endless(*args: object) -> bool:
        while True:
            with contextlib.suppress(Exception):
                sum(range(1000))

    monkeypatch.setattr("ssot_lint.engine.prefilter.Sieve.lets_through", endless)
    runner = Runner(SettingsReader(CODES), Options(timeout=0.2))
    path = str(project / "pkg0/inner/m0.py")
    results = (
        runner.check_bytes(BAD.encode(), path),
        runner.fix_bytes(BAD.encode(), path, unsafe=False).result,
        runner.check_text(BAD, path),
        *runner.check_files([path]),
        *(fixed.result.result for fixed in runner.fix_files([path], unsafe=False)),
    )

    assert [f.message for result in results for f in result.findings] == 5 * [
        "file not analysed: it takes longer than 0.2 s; exclude it, or raise --timeout"
    ]
    args = ("--no-cache", "--timeout", "0.2")
    for command in ("check -", "fix -"):
        code, out, err = run(project, *command.split(), *args, stdin=BAD.encode())
        assert (code, (out + err).count("longer than 0.2 s")) == (2, 1)
        assert command == "check -" or out.startswith(BAD)
    for command in ("check", "fix", "baseline", "report"):
        assert run(project, command, path, *args)[0] == 2


def test_a_huge_file_is_given_up_though_nothing_can_interrupt_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sys.platform != "linux":
        pytest.skip("the fake is inherited by copies only")

    def stuck(self: Checker, source: bytes, path: str) -> FileResult:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGVTALRM})  # as code that is not Python's
        while True:
            pass

    monkeypatch.setattr(Checker, "check", stuck)
    monkeypatch.setattr(run_room, "_WORTH_WATCHING", 10)
    reader = SettingsReader(CODES)
    path = str(project / "pkg0/inner/m0.py")
    (found,) = Runner(reader, Options(jobs=1, timeout=0.2)).check_files([path])

    assert [f.message for f in found.findings] == [
        "file not analysed: it takes longer than 0.2 s; exclude it, or raise --timeout"
    ]


def test_no_message_holds_an_address(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Checker, source: bytes, path: str) -> FileResult:
        raise KeyError(object(), [self])

    monkeypatch.setattr(Checker, "check", fail)
    (found,) = Runner(SettingsReader(CODES)).check_files([str(project / "pkg0/inner/m0.py")])

    assert [f.message for f in found.findings] == [
        "file not analysed: internal error: KeyError: "
        "(<object object>, [<ssot_lint.engine.checker.Checker object>])"
    ]


def test_a_file_for_which_memory_is_too_small(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def greedy(self: Checker, source: bytes, path: str) -> FileResult:
        raise MemoryError

    monkeypatch.setattr(Checker, "check", greedy)
    expected = "not enough memory; exclude it, or use fewer processes (-j)"

    assert {f.message for result in results(project, Options()) for f in result.findings} == {
        f"file not analysed: {expected}"
    }


@pytest.mark.usefixtures("splitting")
def test_little_work_is_not_split(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_room, "_WORTH_SPLITTING", 10**9)
    monkeypatch.setattr(run_room, "_WORTH_STARTING", 10**9)

    def fail(*args: object) -> None:
        raise AssertionError("split")

    monkeypatch.setattr("ssot_lint.run.processes.pool.map_chunks", fail)
    assert len(results(project, Options(jobs=8))) == 45


def test_a_second_run_needs_no_analysis(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = Options(use_cache=True, cache_dir=project / "cache")
    first = results(project, options)

    def fail(*args: object) -> None:
        raise AssertionError("analysed")

    monkeypatch.setattr(Checker, "_look_at_text", fail)
    (project / "pkg1/broken.py").unlink()  # what cannot be analysed is never remembered
    assert results(project, options) == [r for r in first if not r.path.endswith("broken.py")]


# Many machines


@pytest.mark.parametrize("parts", [1, 2, 7])
def test_shards_are_all_files_once(project: Path, parts: int) -> None:
    reader = SettingsReader(CODES)
    paths = find_files([str(project)], reader)
    found = [path for part in range(parts) for path in shard(paths, reader, part + 1, parts)]

    assert sorted(found) == sorted(paths)


def test_shards_do_not_depend_on_where_the_project_lies(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("elsewhere") / "copy"
    project.rename(other)
    reader = SettingsReader(CODES)
    moved = shard(find_files([str(other)], reader), reader, 2, 3)
    other.rename(project)
    there = shard(find_files([str(project)], SettingsReader(CODES)), SettingsReader(CODES), 2, 3)

    assert [os.path.relpath(path, other) for path in moved] == [
        os.path.relpath(path, project) for path in there
    ]


@pytest.mark.parametrize("output_format", ["json", "sarif"])
def test_merged_shards_are_the_whole(project: Path, output_format: str) -> None:
    args = ("--output-format", output_format, "-q")
    code, whole, _ = run(project, "check", *args)
    for part in (1, 2, 3):
        report = run(project, "check", *args, "--shard", f"{part}/3")[1]
        (project / f"{part}.report").write_text(report)

    assert run(project, "merge", "2.report", "3.report", "1.report") == (code, whole, "")
    assert code == 2
    again = ("2.report", "3.report", "./1.report", str(project / "2.report"), "1.report")
    assert run(project, "merge", *again) == (code, whole, "")

    (project / "pkg1/broken.py").unlink()
    for part in (1, 2):
        report = run(project, "check", *args, "--shard", f"{part}/2")[1]
        (project / f"{part}.report").write_text(report)
    assert run(project, "merge", "1.report", "2.report")[0] == 1


def test_nothing_merged_with_nothing(project: Path) -> None:
    (project / "none.json").write_text("[]\n")

    assert run(project, "merge", "none.json", "none.json") == (0, "[]\n", "")


@pytest.mark.parametrize("invocations", [None, ["x"], 3, {"a": 1}])
def test_sarif_with_odd_invocations(project: Path, invocations: object) -> None:
    report = json.loads(run(project, "check", "--output-format", "sarif", "-q")[1])
    report["runs"][0]["invocations"] = invocations
    (project / "a.sarif").write_text(json.dumps(report))
    expected = "a.sarif: is no report of ssot-lint; give its JSON or SARIF output"

    assert run(project, "merge", "a.sarif") == (2, "", f"ssot-lint: error: {expected}\n")


def test_sarif_of_different_versions(project: Path) -> None:
    report = json.loads(run(project, "check", "--output-format", "sarif", "-q")[1])
    (project / "a.sarif").write_text(json.dumps(report))
    report["runs"][0]["tool"]["driver"]["version"] = "0"
    (project / "b.sarif").write_text(json.dumps(report))
    expected = "b.sarif: was written by another version; run all with the same\n"

    assert run(project, "merge", "a.sarif", "b.sarif") == (2, "", f"ssot-lint: error: {expected}")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "is no JSON; give reports in JSON or SARIF"),
        (
            '{"runs": [{"tool": {}, "results": [{"ruleId": "OST101"}]}]}',
            "is no report of ssot-lint; give its JSON or SARIF output",
        ),
        ("[1]", "is no report of ssot-lint; give its JSON or SARIF output"),
        ("{}", "is not of the same format as the others, or of none we write"),
    ],
)
def test_what_is_no_report(project: Path, content: str, complaint: str) -> None:
    (project / "x.json").write_text(content)
    expected = f"ssot-lint: error: x.json: {complaint}\n"

    assert run(project, "merge", "x.json") == (2, "", expected)


@pytest.mark.parametrize("value", ["0/2", "3/2", "1", "a/b", "1/0", "-1/2", "1/2/3"])
def test_a_shard_that_is_none(project: Path, value: str) -> None:
    code, _, errors = run(project, "check", "--shard", value)

    assert code == 2
    assert errors == (
        f"ssot-lint: error: --shard takes K/N with K from 1 to N, such as 2/5, not `{value}`\n"
    )


# Starting


@pytest.mark.parametrize(
    ("args", "unwanted"),
    [
        (["--version"], {"libcst", "flake8", "pathspec", "ssot_lint.run.runner"}),
        (["check", "--no-cache", "clean.py"], {"libcst", "flake8", "pathspec"}),
        (["check", "--no-cache", "."], {"libcst", "flake8"}),
        (["fix", "--no-cache", "."], {"libcst", "flake8"}),
    ],
)
def test_what_is_not_needed_is_not_imported(
    tmp_path: Path, args: list[str], unwanted: set[str]
) -> None:
    (tmp_path / "clean.py").write_text("thread_id = run()\n\nclass A:\n    run_id: str\n")
    script = (
        "import sys\nfrom ssot_lint.cli.main import main\n"
        f"try:\n    main({args!r})\nexcept SystemExit as end:\n    assert not end.code\n"
        f"print(sorted({unwanted!r} & set(sys.modules)))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert result.stdout.splitlines()[-1] == "[]"
