"""What the benchmarks compute and show; nothing is installed, no other tool is run."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import measure, report, rows, trees
from benchmarks.ast_script import python_files
from benchmarks.environment import Environment, alone

ROW = rows.Row("cold", "ours : peer", "ours", "peer", target=6)


def usage(seconds: float, peak: float = 50e6) -> measure.Usage:
    return measure.Usage(seconds, seconds / 2, peak)


def python(
    name: str, code: str, *, path: Path, exits: frozenset[int] = frozenset({0, 1})
) -> measure.Command:
    return measure.Command(name, (sys.executable, "-I", "-S", "-c", code), path, exits=exits)


@pytest.fixture
def stage(tmp_path: Path) -> rows.Stage:
    source, work = tmp_path / "source", tmp_path / "work"
    (source / "app" / "site-packages").mkdir(parents=True)
    work.mkdir()
    for number in range(5):
        (source / "app" / f"m{number}.py").write_text("x = 1\n" * (number + 1))
    (source / "app" / "ids.py").write_text("import uuid\n")
    (source / "app" / "site-packages" / "other.py").write_text("x = 1\n")
    return rows.Stage(Environment(tmp_path / "env"), trees.Trees(source, work))


def test_a_ratio_is_the_median_of_the_rounds_ratios() -> None:
    # The medians are 20 and 4.
    rounds = [
        {"ours": usage(ours), "peer": usage(peer)} for ours, peer in [(2, 1), (20, 10), (40, 4)]
    ]

    result = report.result(ROW, rounds)

    assert result is not None
    assert (result.value, result.verdict) == (2, "ok")
    assert (result.ours.seconds, result.peer and result.peer.seconds) == (20, 4)


def test_every_other_round_goes_backwards(tmp_path: Path) -> None:
    order: list[str] = []

    def before(name: str) -> None:
        order.append(f"before {name}")

    def run(command: measure.Command) -> measure.Usage:
        order.append(command.name)
        return usage(1)

    commands = [
        measure.Command("a", (), tmp_path),
        measure.Command("b", (), tmp_path, before=lambda: before("b")),
    ]
    rounds, failures = measure.paired_rounds(commands, 3, run)

    assert order == ["a", "before b", "b", "before b", "b", "a", "a", "before b", "b"]
    assert [sorted(one) for one in rounds] == [["a", "b"]] * 3
    assert failures == []


def test_a_failing_peer_is_left_out_of_all_rounds(tmp_path: Path) -> None:
    late = tmp_path / "late"
    fails_late = (
        f"import os; os.path.exists({str(late)!r}) and os._exit(7); os.mkdir({str(late)!r})"
    )
    commands = [
        python("ours", "pass", path=tmp_path),
        python("peer", "raise SystemExit('why')", path=tmp_path, exits=frozenset({0})),
        python("crashed", "1 / 0", path=tmp_path),
        measure.Command("gone", (str(tmp_path / "gone"),), tmp_path),
        python("late", fails_late, path=tmp_path),
    ]

    rounds, failures = measure.paired_rounds(commands, 2)

    assert [sorted(one) for one in rounds] == [["ours"]] * 2
    assert sorted(failures) == [
        "left out: crashed: exit code 1: ZeroDivisionError: division by zero",
        "left out: gone: No such file or directory",
        "left out: late: exit code 7: ",
        "left out: peer: exit code 1: why",
    ]
    assert report.result(ROW, rounds) is None
    took = measure.medians(rounds, "ours")
    assert took.seconds > 0
    assert took.cpu > 0
    assert took.peak > 1e6


def test_seconds_that_a_command_tells_are_those_that_count(tmp_path: Path) -> None:
    told = replace(python("told", "print(0.125)", path=tmp_path), tells=True)
    row = rows.Row("told", "an edit", "told", None, 0.3)

    rounds, failures = measure.paired_rounds([told], 1)
    result = report.result(row, rounds)

    assert failures == []
    assert result is not None
    assert (result.value, result.shown(result.value), result.verdict) == (0.125, "0.12 s", "ok")


def test_tables_show_ratios_amounts_and_growth() -> None:
    rounds = [{"ours": usage(7), "peer": usage(1, peak=20e6)}]
    memory = rows.Row("memory", "biggest process", "ours", None, 200e6, "peak")
    steps = [{"1x": usage(1), "2x": usage(2), "4x": usage(5)}]
    results = [report.result(row, rounds) for row in (ROW, memory)]
    made = report.Report(
        folder="app",
        files=3,
        rounds=1,
        versions={"ruff": "1.0"},
        results=tuple(result for result in results if result is not None),
        growth=report.points(steps, [(1, 10), (2, 20), (4, 40)]),
        notes=("left out: fixit",),
    )

    head, ratios, growth, note = made.as_text().rstrip("\n").split("\n\n")

    assert head == "app: 3 files, 1 round(s). ruff 1.0."
    assert note == "left out: fixit"
    cells = [line.replace(" ", "") for line in ratios.splitlines()]
    assert cells[2] == "|cold|ours:peer|7.00s|1.00s|50MB|20MB|7x|6x|over|"
    assert cells[3] == "|memory|biggestprocess|7.00s||50MB||50MB|200MB|ok|"
    assert [line.split()[-2] for line in growth.splitlines()[2:]] == ["ok", "ok", "over"]
    assert "+25%" in growth.splitlines()[-1]
    for table in (ratios, growth):
        assert len({len(line) for line in table.splitlines()}) == 1
    assert json.loads(made.as_json())["results"][0]["value"] == 7


def test_shapes_are_shown_with_what_doubling_them_takes() -> None:
    def taken(name: str, *seconds: float) -> report.Grown | None:
        checks = {str(n): usage(2 * s) for n, s in zip(rows.LINES, seconds, strict=False)}
        return report.grown(name, [checks | {"fix": usage(4)}])

    linear, squared, long = taken("a", 1, 2, 4), taken("b", 1, 4, 9.9), taken("c", 3, 6, 11)
    assert linear is not None
    assert squared is not None
    assert long is not None
    assert taken("cut", 1, 2) is None
    made = report.Report("app", 3, 1, {}, (), (), (), (linear, squared, long))

    table = made.as_text().rstrip("\n").split("\n\n")[-1]

    cells = [line.replace(" ", "") for line in table.splitlines()]
    assert cells[2] == "|a|1.00sCPU|2.00sCPU|4.00sCPU|2x|2.00sCPU|10s,2.4x|ok|"
    assert [line.split("|")[-2] for line in cells[2:]] == ["ok", "over", "over"]


def test_shapes_are_written_beside_a_generator(stage: rows.Stage) -> None:
    commands = rows.shaped(stage, "guards")

    assert [command.name for command in commands] == [*map(str, rows.LINES), "fix"]
    longest = Path(commands[-1].argv[-1])
    assert longest.is_relative_to(stage.trees.work)
    assert len(longest.read_text().splitlines()) >= rows.LINES[-1]
    assert (longest.parent / "shared" / "id_generation").is_dir()
    assert commands[-1].cwd == longest.parent


def test_rows_name_commands_of_their_group(stage: rows.Stage) -> None:
    before = {path: path.stat().st_mtime_ns for path in stage.trees.source.rglob("*")}

    for group in rows.GROUPS:
        commands = {command.name: command for command in group.commands(stage)}
        named = {name for row in group.rows for name in (row.ours, row.peer) if name is not None}
        assert commands.keys() == named
    assert [command.name for command in rows.growing(stage)] == ["1x", "2x", "4x"]

    assert {path: path.stat().st_mtime_ns for path in stage.trees.source.rglob("*")} == before
    assert len(set(rows.NAMES)) == len(rows.NAMES)


def test_copies_hold_the_files_of_the_folder_itself(stage: rows.Stage) -> None:
    names = [path.name for path in stage.trees.files]

    assert names == ["ids.py", "m0.py", "m1.py", "m2.py", "m3.py", "m4.py"]
    assert [path.name for path in python_files(stage.trees.copy)] == names
    assert [path.name[5:] for path in python_files(stage.trees.sample)] == names
    assert trees.size(stage.trees.growing[3])[0] == len(names)
    assert stage.trees.median_file(b"uuid").name == "ids.py"
    assert stage.trees.median_file(b"nowhere") == stage.trees.median_file()


def test_one_run_at_a_time(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(SystemExit, match="another run"), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass
