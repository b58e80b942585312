"""The ratchet: what is accepted stays accepted through all but a fix, and only shrinks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ssot_lint.analysis.source.location import Location
from ssot_lint.model.findings import Finding
from ssot_lint.model.identity import Identity
from ssot_lint.run import files
from ssot_lint.run.baseline import Baseline, renames
from ssot_lint.run.ratchet import Project
from tests.helpers.in_process import run

FILE = ".ssot-lint-baseline.json"
NOTHING = "not written, as there is nothing to accept"
SOURCE = """\
import uuid


def first():
    run_id = str(uuid.uuid4( ))
    return run_id


class Maker:
    def second(self, user):
        thread_id = 'abc'
        return {'thread_id': thread_id, "run_id": f"run_{uuid.uuid4()}" }
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[tool.ssot-lint]\n")
    (tmp_path / "app").mkdir()
    (tmp_path / "app/a.py").write_text(SOURCE)
    (tmp_path / "app/b.py").write_text(SOURCE)
    return tmp_path


@pytest.fixture
def accepted(project: Path) -> Path:
    assert run(project, "baseline")[:2] == (0, f"{FILE}: 6 accepted (+6 -0)\n")
    return project


def check(project: Path, *args: str) -> tuple[int, list[str]]:
    """The exit code, and the findings."""
    code, out, _ = run(project, "check", "-q", *args)
    return code, out.splitlines()


def tool(project: Path, *command: str) -> str:
    done = subprocess.run(
        command, cwd=project, capture_output=True, check=True, encoding="utf-8", env=None
    )
    return done.stdout


def test_the_file(accepted: Path) -> None:
    text = (accepted / FILE).read_text()

    assert text.splitlines()[:4] == [
        '{"version": 1, "findings": [',
        '["app/a.py", "OST101", "Maker.second", "uuid.uuid4()", 1],',
        '["app/a.py", "OST101", "first", "uuid.uuid4()", 1],',
        '["app/a.py", "OST301", "Maker.second", "\\"abc\\"", 1],',
    ]
    assert json.loads(text)["findings"][-1] is None
    assert run(accepted, "baseline")[1] == f"{FILE}: 6 accepted (+0 -0)\n"
    assert (accepted / FILE).read_text() == text


def test_only_what_is_new_is_reported(accepted: Path) -> None:
    assert run(accepted, "check") == (
        0,
        "No new findings in 2 files; 6 known before.\n",
        "",
    )
    assert check(accepted, "--no-baseline")[0] == 1
    with (accepted / "app/a.py").open("a") as file:
        file.write("\n\ndef third():\n    return uuid.uuid4(), uuid.uuid4()\n")
    code, out, _ = run(accepted, "check")

    assert code == 1
    assert [line.split(" ")[0] for line in out.splitlines()[:2]] == [
        "app/a.py:16:12:",
        "app/a.py:16:26:",
    ]
    assert out.splitlines()[2] == "2 findings in 1 of 2 files; 6 known before."


def test_one_more_of_the_same_is_new(accepted: Path) -> None:
    text = SOURCE.replace("return run_id", "other_id = str(uuid.uuid4())\n    return run_id")
    (accepted / "app/a.py").write_text(text)

    code, found = check(accepted)
    assert (code, len(found)) == (1, 1)
    assert found[0].startswith("app/a.py:6:20: OST101")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "'''Doc.'''\n\nimport os\n\n" + text,
        lambda text: text.replace("user", "somebody"),
        lambda text: text.replace("'", '"'),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "import uuid\n" + text[text.index("class") :] + text[12 : text.index("class")],
    ],
    ids=["lines above", "a name elsewhere", "quotes", "line ends", "functions in another order"],
)
def test_what_makes_nothing_new(accepted: Path, change: object) -> None:
    assert callable(change)
    (accepted / "app/a.py").write_bytes(change(SOURCE).encode())

    assert run(accepted, "check") == (
        0,
        "No new findings in 2 files; 6 known before.\n",
        "",
    )


@pytest.mark.broad
def test_black_makes_nothing_new(accepted: Path) -> None:
    long = SOURCE.replace(
        "uuid.uuid4( )", "uuid.uuid4( ),   'a very long text', " + "'more', " * 12
    )
    (accepted / "app/a.py").write_text(long)
    run(accepted, "baseline")
    tool(accepted, sys.executable, "-m", "black", "-q", "-l", "40", "app")

    assert (accepted / "app/a.py").read_text() != long
    assert run(accepted, "check") == (
        0,
        "No new findings in 2 files; 6 known before.\n",
        "",
    )


def test_what_is_fixed_is_stale_until_it_is_pruned(accepted: Path) -> None:
    (accepted / "app/a.py").write_text(SOURCE.replace("uuid.uuid4( )", "1"))
    code, out, err = run(accepted, "check")

    assert (code, out) == (1, "No new findings in 2 files; 5 known before.\n")
    assert err == (
        f"ssot-lint: {FILE}: 1 accepted finding is gone; run `ssot-lint baseline --prune`\n"
        "  app/a.py: OST101 in first: uuid.uuid4()\n"
    )
    assert run(accepted, "check", "--exit-zero")[0] == 0
    before = (accepted / FILE).read_text()
    assert run(accepted, "baseline", "--prune")[1] == f"{FILE}: 5 accepted (+0 -1)\n"
    gone = '["app/a.py", "OST101", "first", "uuid.uuid4()", 1],\n'
    assert (accepted / FILE).read_text() == before.replace(gone, "")
    assert check(accepted) == (0, [])


def test_pruning_accepts_nothing(accepted: Path) -> None:
    before = (accepted / FILE).read_text()
    (accepted / "app/c.py").write_text(SOURCE)

    assert run(accepted, "baseline", "--prune")[1] == f"{FILE}: 6 accepted (+0 -0)\n"
    assert (accepted / FILE).read_text() == before
    assert check(accepted)[0] == 1


def test_of_files_that_are_not_given_nothing_is_said(accepted: Path) -> None:
    (accepted / "app/a.py").write_text("")
    (accepted / "app/b.py").unlink()
    (accepted / "app/c.py").write_text("")
    before = (accepted / FILE).read_text()

    assert run(accepted, "check", "app/c.py")[0] == 0
    assert run(accepted, "baseline", "app/c.py")[1] == f"{FILE}: 6 accepted (+0 -0)\n"
    assert (accepted / FILE).read_text() == before
    assert run(accepted, "check", "app/a.py")[0] == 1
    assert "6 accepted findings are gone" in run(accepted, "check", "app")[2]
    assert run(accepted, "baseline", "--prune")[1] == f"{FILE}: 0 accepted (+0 -6)\n"


def test_of_codes_that_are_off_nothing_is_stale(accepted: Path) -> None:
    assert run(accepted, "check", "--select", "OST301")[0] == 0
    assert run(accepted, "check", "--ignore", "OST1")[0] == 0


def test_of_codes_that_are_off_nothing_is_changed(accepted: Path) -> None:
    before = (accepted / FILE).read_text()
    for option in ("--prune", "-q"):
        run(accepted, "baseline", "--select", "OST301", option)
        assert (accepted / FILE).read_text() == before
    (accepted / "app/a.py").write_text("")
    assert run(accepted, "baseline", "--select", "OST301")[1] == f"{FILE}: 5 accepted (+0 -1)\n"


def test_fixes_leave_alone_what_is_accepted(accepted: Path) -> None:
    with (accepted / "app/a.py").open("a") as file:
        file.write("\n\ndef third():\n    req_id = str(uuid.uuid4())\n    return req_id\n")
    before = (accepted / "app/b.py").read_bytes()

    assert "app/b.py" not in run(accepted, "fix", "--diff", "--unsafe-fixes", "-j", "2")[1]
    assert run(accepted, "fix", "--unsafe-fixes")[:2] == (0, "Fixed 1 finding in 1 file, 0 left.\n")
    assert (accepted / "app/b.py").read_bytes() == before
    text = (accepted / "app/a.py").read_text()
    assert text.count("uuid.uuid4") == 2
    assert 'generate_base_id("req")' in text
    assert check(accepted) == (0, [])
    given = run(accepted, "fix", "--stdin-filename", "app/b.py", "-", stdin=before)[1]
    assert given.encode() == before
    assert run(accepted, "fix", "--no-baseline")[0] == 1
    assert (accepted / "app/b.py").read_bytes() != before


def test_a_file_that_cannot_be_analysed_is_not_accepted(project: Path) -> None:
    (project / "app/b.py").write_text("import uuid\nuuid.uuid4(\n")
    code, out, err = run(project, "baseline")

    assert (code, out) == (2, f"{FILE}: 3 accepted (+3 -0)\n")
    told = 'per-file-ignores = { "app/b.py" = ["OST900"] }'
    assert err == (
        "ssot-lint: warning: app/b.py: was not analysed, so nothing is accepted there; "
        f"to ignore that, set {told} in [tool.ssot-lint]\n"
    )
    assert check(project)[0] == 2
    (project / "pyproject.toml").write_text(f"[tool.ssot-lint]\n{told}\n")
    assert run(project, "baseline") == (0, f"{FILE}: 3 accepted (+0 -0)\n", "")
    assert check(project) == (0, [])


def test_what_is_ignored_may_fail_in_any_way(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: str) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(files, "read", fail)
    assert [line[:16] for line in check(project, "--no-cache")[1]] == [
        "app/a.py:1:1: OS",
        "app/b.py:1:1: OS",
    ]
    table = '[tool.ssot-lint]\nper-file-ignores = { "app/b.py" = ["OST9"] }\n'
    (project / "pyproject.toml").write_text(table)
    assert len(check(project, "--no-cache")[1]) == 1
    assert check(project, "--no-cache", "--ignore", "OST900") == (0, [])


def test_clean_projects_get_no_file(project: Path) -> None:
    for name in ("a", "b"):
        (project / f"app/{name}.py").write_text("")

    assert run(project, "baseline")[:2] == (
        0,
        f"{FILE}: not written, as there is nothing to accept\n",
    )
    assert not (project / FILE).exists()


def test_each_project_has_its_own(accepted: Path) -> None:
    (accepted / "other").mkdir()
    (accepted / "other/pyproject.toml").write_text("[tool.ssot-lint]\n")
    (accepted / "other/c.py").write_text(SOURCE)

    assert len(check(accepted)[1]) == 3
    run(accepted, "baseline", "other")
    assert '["c.py", "OST101", "first"' in (accepted / "other" / FILE).read_text()
    assert check(accepted) == (0, [])


def test_another_place_for_the_file(project: Path) -> None:
    assert run(project, "baseline", "--baseline", "known.json")[0] == 0
    assert not (project / FILE).exists()
    assert check(project, "--baseline", "known.json") == (0, [])
    (project / "app/a.py").write_text("")
    told = run(project, "check", "--baseline", "known.json")[2].splitlines()[0]
    command = "`ssot-lint baseline --prune --baseline known.json`"
    assert told == f"ssot-lint: known.json: 3 accepted findings are gone; run {command}"


def test_one_file_for_several_projects(project: Path) -> None:
    (project / "other").mkdir()
    (project / "other/pyproject.toml").write_text("[tool.ssot-lint]\n")
    (project / "other/c.py").write_text(SOURCE)
    run(project, "baseline", "--baseline", "known.json")
    before = (project / "other/c.py").read_bytes()

    assert check(project, "--baseline", "known.json") == (0, [])
    assert check(project, "--baseline", "known.json", "other") == (0, [])
    run(project, "fix", "--baseline", "known.json", "--unsafe-fixes")
    assert (project / "other/c.py").read_bytes() == before


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "is no baseline of ssot-lint; repair it, or remove it and run `ssot-lint baseline`"),
        ("[]", "is no baseline"),
        ('{"version": 1, "findings": [["a", "b", 1]]}', "is no baseline"),
        ('{"version": 1, "findings": [["a", "b", "c", "d", true], null]}', "is no baseline"),
        ('{"version": 2, "findings": [null]}', "is of version 2, this ssot-lint reads 1"),
    ],
)
def test_a_damaged_file_is_told_in_a_line(project: Path, content: str, complaint: str) -> None:
    (project / FILE).write_text(content)
    for command in ("check", "fix"):
        code, _, err = run(project, command)
        assert code == 2
        assert err.startswith("ssot-lint: error: ")
        assert f"{FILE}: {complaint}" in err
        assert err.count("\n") == 1


def test_the_advice_about_a_damaged_file_helps(project: Path) -> None:
    (project / FILE).write_text("{")
    assert run(project, "baseline")[0] == 2
    (project / FILE).unlink()
    assert run(project, "baseline")[0] == 0


NO_RULE = '["app/a.py", "NOPE", "first", "uuid.uuid4()", 2],\n'


def test_codes_that_no_rule_has_are_stale(accepted: Path) -> None:
    before = (accepted / FILE).read_text()
    (accepted / FILE).write_text(before.replace("null]", f"{NO_RULE}null]"))
    code, _, err = run(accepted, "check")
    assert code == 1
    assert "2 accepted findings are gone" in err
    assert "  app/a.py: NOPE in first: uuid.uuid4()\n" in err
    assert run(accepted, "check", "app/b.py")[0] == 0

    for option in ("--prune", "--quiet"):
        (accepted / FILE).write_text(before.replace("null]", f"{NO_RULE}null]"))
        assert run(accepted, "baseline", option)[0] == 0
        assert (accepted / FILE).read_text() == before


# Files with other names


def told(project: Path) -> list[str]:
    """The paths in the baseline, each as often as it has entries."""
    return [entry[0] for entry in json.loads((project / FILE).read_text())["findings"][:-1]]


@pytest.mark.broad
@pytest.mark.parametrize("new", ["app/z.py", "app/new/a.py", "c.py"])
def test_a_renamed_file_keeps_what_is_accepted(accepted: Path, new: str) -> None:
    (accepted / new).parent.mkdir(exist_ok=True)
    (accepted / "app/a.py").rename(accepted / new)
    source = (accepted / new).read_bytes()

    assert run(accepted, "check") == (0, "No new findings in 2 files; 6 known before.\n", "")
    for args in ([new], ["app", new], [], ["--no-cache", "-j", "2"]):
        assert check(accepted, *args) == (0, []), args
        run(accepted, "fix", "--unsafe-fixes", *args)
        assert (accepted / new).read_bytes() == source
    fixed = run(accepted, "fix", "-q", "--unsafe-fixes", "-", "--stdin-filename", new, stdin=source)
    assert fixed[:2] == (0, source.decode())
    assert told(accepted) == ["app/a.py"] * 3 + ["app/b.py"] * 3


@pytest.mark.parametrize("options", [(), ("--prune",), ("app/z.py",), ("app/z.py", "--prune")])
def test_the_baseline_takes_the_new_name(accepted: Path, options: tuple[str, ...]) -> None:
    (accepted / "app/a.py").rename(accepted / "app/z.py")

    assert run(accepted, "baseline", *options) == (
        0,
        f"{FILE}: 6 accepted (+0 -0), 1 file renamed\n",
        "",
    )
    assert told(accepted) == ["app/b.py"] * 3 + ["app/z.py"] * 3
    assert run(accepted, "baseline", *options)[1] == f"{FILE}: 6 accepted (+0 -0)\n"


def test_what_is_new_in_a_renamed_file_is_reported(accepted: Path) -> None:
    (accepted / "app/a.py").unlink()
    text = SOURCE.replace("str(uuid.uuid4( ))", "1") + "\n\ndef third():\n    return uuid.uuid4()\n"
    (accepted / "app/z.py").write_text(text)
    code, out, err = run(accepted, "check", "-q")

    assert code == 1
    assert [line.split(" ")[0] for line in out.splitlines()] == ["app/z.py:16:12:"]
    assert err.splitlines()[1:] == ["  app/z.py: OST101 in first: uuid.uuid4()"]
    assert run(accepted, "baseline", "--prune")[1] == (
        f"{FILE}: 5 accepted (+0 -1), 1 file renamed\n"
    )


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda app: (app / "z.py").write_text(SOURCE), 3),  # a copy: the first is still there
        (lambda app: (app / "a.py").rename(app / "b.py"), 0),  # over one that is known
        (lambda app: [(app / "a.py").unlink(), (app / "z.py").write_text(SOURCE[:60])], 1),
    ],
    ids=["copy", "over another", "less than half"],
)
def test_what_is_no_renaming(accepted: Path, change: Callable[[Path], object], found: int) -> None:
    change(accepted / "app")

    assert len(check(accepted)[1]) == found


def test_each_accepted_finding_serves_once(accepted: Path) -> None:
    (accepted / "app/a.py").rename(accepted / "app/y.py")
    (accepted / "app/z.py").write_text(SOURCE)
    code, found = check(accepted)

    assert (code, len(found)) == (1, 3)
    assert all(line.startswith("app/z.py") for line in found)
    before = (accepted / "app/y.py").read_bytes()
    run(accepted, "fix", "--unsafe-fixes", "-j", "1")
    assert (accepted / "app/y.py").read_bytes() == before
    assert (accepted / "app/z.py").read_text() != SOURCE


def test_a_file_goes_with_the_one_that_holds_most_of_it(accepted: Path) -> None:
    (accepted / "app/new").mkdir()
    for name in ("a", "b"):
        (accepted / f"app/{name}.py").rename(accepted / f"app/new/{name}.py")
    less = SOURCE.replace("str(uuid.uuid4( ))", "1")
    (accepted / "app/a_first.py").write_text(less)

    assert {line.partition(":")[0] for line in check(accepted)[1]} == {"app/a_first.py"}
    (accepted / "app/a_first.py").unlink()
    assert run(accepted, "baseline")[1] == f"{FILE}: 6 accepted (+0 -0), 2 files renamed\n"
    assert told(accepted) == ["app/new/a.py"] * 3 + ["app/new/b.py"] * 3


def test_whole_folders_are_renamed() -> None:
    """Each file goes with that of its own name, though all hold the same."""
    place = Location(1, 1)

    def finding(scope: str) -> Finding:
        return Finding("", place, place, "OST101", "", "", 1, scope=scope, text="uuid.uuid4()")

    found = {f"backend/{n}.py": [finding("a"), finding("b")] for n in range(2_000)}
    found["backend/other.py"] = [finding("a")]
    known = Baseline(
        {
            Identity.of(one, path.replace("backend", "app")): 1
            for path in found
            for one in found[path]
        }
    )

    assert renames(known, found, {"OST101"}, lambda path: False) == {
        path.replace("backend", "app"): path for path in found
    }
    assert renames(known, found, {"OST101"}, lambda path: True) == {}
    assert renames(known, found, {"OST301"}, lambda path: False) == {}


def test_of_codes_that_are_off_a_renaming_says_nothing(accepted: Path) -> None:
    (accepted / "app/a.py").rename(accepted / "app/z.py")

    assert check(accepted, "--select", "OST301") == (0, [])
    assert run(accepted, "baseline", "--select", "OST301")[1] == (
        f"{FILE}: 6 accepted (+0 -0), 1 file renamed\n"
    )
    assert check(accepted) == (0, [])


# Several runs at once


def at_once(monkeypatch: pytest.MonkeyPatch, what: Callable[[], object]) -> None:
    """Do something when a run has read a baseline and is about to write it."""
    renewed = Project.renewed

    def slow(project: Project) -> Baseline:
        what()
        return renewed(project)

    monkeypatch.setattr(Project, "renewed", slow)


def test_what_another_run_has_written_meanwhile_is_kept(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_held", lambda folder: None)  # as on Windows
    (project / "app/other.py").write_text(SOURCE)
    run(project, "baseline", "app/a.py")
    first = (project / FILE).read_text()
    at_once(monkeypatch, lambda: (project / FILE).write_text(first.replace("a.py", "other.py")))
    code, out, err = run(project, "baseline", "app/b.py")

    told = f"{project / FILE}: changed while it was being written; run again"
    assert (code, out, err) == (2, "", f"ssot-lint: error: {told}\n")
    assert (project / FILE).read_text() == first.replace("a.py", "other.py")
    assert sorted(path.name for path in project.iterdir()) == [FILE, "app", "pyproject.toml"]
    monkeypatch.undo()
    assert run(project, "baseline", "app/b.py")[1] == f"{FILE}: 6 accepted (+3 -0)\n"


def test_runs_write_a_baseline_in_turn(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fcntl = pytest.importorskip("fcntl", reason="locks of Unix")
    folder = os.open(project, os.O_RDONLY)
    refused: list[bool] = []

    def ask() -> None:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            refused.append(True)

    at_once(monkeypatch, ask)
    assert run(project, "baseline", "app/a.py")[0] == 0
    assert refused
    monkeypatch.setattr(files, "_TURN_SECONDS", 0.05)
    fcntl.flock(folder, fcntl.LOCK_EX)
    assert run(project, "baseline")[1] == f"{FILE}: 6 accepted (+3 -0)\n"
    os.close(folder)


@pytest.mark.broad
def test_runs_at_once_lose_nothing(project: Path) -> None:
    for name in ("c", "d"):
        (project / f"app/{name}.py").write_text(SOURCE)
    command = [sys.executable, "-m", "ssot_lint", "baseline", "-q"]
    runs = [subprocess.Popen([*command, f"app/{name}.py"], cwd=project) for name in "abcd"]

    assert [one.wait() for one in runs] == [0] * 4
    assert run(project, "baseline")[1] == f"{FILE}: 12 accepted (+0 -0)\n"


def git(project: Path, *args: str) -> str:
    who = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
    return tool(project, "git", *who, *args)


def fix_one(project: Path, name: str, old: str, new: str) -> None:
    path = project / "app" / name
    path.write_text(path.read_text().replace(old, new))
    run(project, "baseline", "--prune")
    git(project, "commit", "-qam", f"{name} is better")


@pytest.mark.parametrize("union", [False, True])
def test_branches_that_fix_different_things_merge(project: Path, union: bool) -> None:
    """Neighbours too, where git is told that the lines stand for themselves."""
    (project / "app/c.py").write_text(SOURCE)
    if union:
        (project / ".gitattributes").write_text(f"{FILE} merge=union\n")
    (project / ".gitignore").write_text(".ssot_lint_cache\n")
    run(project, "baseline")
    git(project, "init", "-q", "-b", "main")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "start")
    git(project, "checkout", "-qb", "other")
    fix_one(project, "a.py", "str(uuid.uuid4( ))", "1")
    git(project, "checkout", "-q", "main")
    # In the file, a neighbour of the other line or far away from it.
    if union:
        fix_one(project, "a.py", "{uuid.uuid4()}", "1")
    else:
        fix_one(project, "c.py", "str(uuid.uuid4( ))", "1")
    git(project, "merge", "-q", "--no-edit", "other")

    run(project, "baseline", "--prune")
    assert check(project) == (0, [])
    assert len(json.loads((project / FILE).read_text())["findings"]) == 9 - 2 + 1
