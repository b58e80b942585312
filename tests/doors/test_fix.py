"""`ssot-lint fix`, through its real program."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssot_lint import Edit, Location, Settings, apply_edits, check_source, fix_source
from ssot_lint.analysis.source.noqa import Suppressions
from ssot_lint.config.reader import SettingsReader
from ssot_lint.engine.analyzer import Analysis, Found
from ssot_lint.engine.trials import Trials
from ssot_lint.fixes.edits import Draft, TextEdit, overlap
from ssot_lint.fixes.planning.replacement import Site
from ssot_lint.model.errors import UserError
from ssot_lint.model.findings import Finding
from ssot_lint.rules.registry import CODES
from ssot_lint.run import files
from ssot_lint.run.runner import Runner
from tests.doors.test_cli import BAD, MODULE
from tests.helpers.in_process import run

SAFE = "import uuid\nrun_id = str(uuid.uuid4())\n"
FIXED = f"""\
from {MODULE} import UnifiedIdGenerator
run_id = UnifiedIdGenerator.generate_base_id("run")
"""
SECRET = "import uuid\ntoken = str(uuid.uuid4())\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "safe.py").write_text(SAFE)
    (tmp_path / "bad.py").write_text(BAD)
    (tmp_path / "secret.py").write_text(SECRET)
    (tmp_path / "good.py").write_text("import uuid\n")
    return tmp_path


def test_safe_fixes_are_applied_and_the_rest_is_reported(folder: Path) -> None:
    code, output, errors = run(folder, "fix")

    assert (code, errors) == (1, "")
    assert (folder / "safe.py").read_text() == FIXED
    assert (folder / "bad.py").read_text() == BAD
    assert output.splitlines() == [
        "bad.py:2:10: OST101 `uuid.uuid4()` bypasses the id generator; "
        'use `UnifiedIdGenerator.generate_base_id("run")` '
        "(unsafe: it becomes a text, and was an object)",
        "secret.py:2:13: OST101 `uuid.uuid4()` bypasses the id generator; "
        "use `UnifiedIdGenerator.generate_base_id(prefix)` "
        "(no fix: `token` is a secret; use `secrets.token_urlsafe()`)",
        "Fixed 1 finding in 1 file, 2 left (1 hidden, use --unsafe-fixes).",
    ]


def test_unsafe_fixes(folder: Path) -> None:
    code, output, _ = run(folder, "fix", "--unsafe-fixes", "-q")

    assert code == 1
    assert output.count("\n") == 1
    assert (folder / "bad.py").read_text() == FIXED
    assert (folder / "secret.py").read_text() == SECRET


def test_exit_codes(folder: Path) -> None:
    assert run(folder, "fix", "safe.py")[0] == 0
    (folder / "safe.py").write_text(SAFE)
    assert run(folder, "fix", "--exit-non-zero-on-fix", "safe.py")[0] == 1
    assert run(folder, "fix", "--exit-non-zero-on-fix", "safe.py")[0] == 0
    (folder / "broken.py").write_text("uuid4(\n")
    assert run(folder, "fix", "broken.py", "good.py")[0] == 2


def test_diff_writes_nothing(folder: Path) -> None:
    code, output, errors = run(folder, "fix", "--diff")

    assert code == 1
    assert output == (
        "--- safe.py\n+++ safe.py\n@@ -1,2 +1,2 @@\n"
        "-import uuid\n-run_id = str(uuid.uuid4())\n"
        f"+from {MODULE} import UnifiedIdGenerator\n"
        '+run_id = UnifiedIdGenerator.generate_base_id("run")\n'
    )
    assert errors == "Would fix 1 finding in 1 file, 2 left (1 hidden, use --unsafe-fixes).\n"
    assert (folder / "safe.py").read_text() == SAFE
    assert run(folder, "fix", "--diff", "good.py")[:2] == (0, "")


@pytest.mark.broad
@pytest.mark.parametrize("ends", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("last", [True, False], ids=["newline", "no newline"])
def test_git_applies_the_diff(tmp_path: Path, ends: bytes, last: bool) -> None:
    source = "# coding: latin-1\nimport uuid\nname = 'é'\nrun_id = str(uuid.uuid4())\n"
    content = source.encode("latin-1").replace(b"\n", ends)
    (tmp_path / "a.py").write_bytes(content if last else content.removesuffix(ends))
    before = (tmp_path / "a.py").read_bytes()
    command = [sys.executable, "-m", "ssot_lint", "fix", "--diff", "-q", "a.py"]
    diff = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).stdout

    apply = ["git", "apply", "-p0", "--whitespace=nowarn", "-"]
    subprocess.run(apply, cwd=tmp_path, input=diff, check=True)
    assert (tmp_path / "a.py").read_bytes() == fix_source(before, "a.py").source


@pytest.mark.broad
@pytest.mark.skipif(os.name == "nt", reason="no such names there")
@pytest.mark.parametrize(
    "name",
    [
        "a.py\n+++ b.py\n@@ -0,0 +1 @@\n+x = 1\n.py",
        "\x1b[31m\x9b\u2066.py",
        '"a\\.py',
        "é b.py",
        "\udcff.py",
    ],
)
def test_git_applies_the_diff_of_an_odd_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(SAFE)
    command = [sys.executable, "-m", "ssot_lint", "fix", "--diff", "-q", "."]
    diff = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).stdout
    head = diff.splitlines()[:3]

    assert [line[:4] for line in head] == [b"--- ", b"+++ ", b"@@ -"]
    assert os.fsdecode(head[0]).isprintable()
    apply = ["git", "apply", "-p0", "-"]
    subprocess.run(apply, cwd=tmp_path, input=diff, check=True)
    assert (tmp_path / name).read_text() == FIXED


def test_select(folder: Path) -> None:
    both = 'import uuid\nrun_id = str(uuid.uuid4())\nthread_id = "abc"\n'
    (folder / "both.py").write_text(both)
    run(folder, "fix", "--unsafe-fixes", "--select", "OST301", "both.py")

    assert (folder / "both.py").read_text() == both.replace('"abc"', '"thread_abc"')


def test_show_fixes(folder: Path) -> None:
    output = run(folder, "fix", "--show-fixes", "safe.py")[1]

    assert output == (
        "safe.py:\n    1 x OST101 direct-uuid-call\nFixed 1 finding in 1 file, 0 left.\n"
    )


def test_stdin_to_stdout(folder: Path) -> None:
    code, output, errors = run(folder, "fix", "-", stdin=SAFE.encode())
    assert (code, output) == (0, FIXED)
    assert errors == "Fixed 1 finding in 1 file, 0 left.\n"

    code, output, errors = run(folder, "fix", "-", stdin=SECRET.encode())
    assert (code, output) == (1, SECRET)
    assert "-:2:13: OST101" in errors

    assert run(folder, "fix", "--diff", "-", stdin=SAFE.encode())[1].startswith("--- -\n+++ -\n@@")


def test_what_is_suppressed_stays(folder: Path) -> None:
    suppressed = "import uuid\nrun_id = str(uuid.uuid4())  # noqa: OST101\n"
    (folder / "safe.py").write_text(suppressed)
    run(folder, "fix", "--unsafe-fixes")

    assert (folder / "safe.py").read_text() == suppressed


def test_what_does_not_change_is_not_written(folder: Path) -> None:
    before = {path.name: path.stat() for path in folder.iterdir()}
    run(folder, "fix", "good.py", "bad.py", "secret.py")
    after = {path.name: path.stat() for path in folder.iterdir()}

    assert {name: (s.st_ino, s.st_mtime_ns) for name, s in before.items()} == {
        name: (s.st_ino, s.st_mtime_ns) for name, s in after.items()
    }


def test_mode_and_links_stay(folder: Path) -> None:
    (folder / "real").mkdir()
    real = folder / "real/run.py"
    real.write_text(SAFE)
    real.chmod(0o755)
    link = folder / "link.py"
    link.symlink_to(real)
    run(folder, "fix", "link.py")

    assert link.is_symlink()
    assert real.read_text() == FIXED
    assert real.stat().st_mode & 0o777 == 0o755
    assert [path.name for path in (folder / "real").iterdir()] == ["run.py"]


def test_a_file_that_changes_meanwhile_is_refused(folder: Path) -> None:
    path = folder / "safe.py"
    with pytest.raises(UserError, match=r"safe\.py: changed while it was being fixed"):
        files.replace(str(path), b"what it was", b"what it becomes")

    assert path.read_text() == SAFE
    assert not list(folder.glob(".*.tmp"))


def test_a_refused_file_is_told_and_the_others_are_fixed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from ssot_lint.cli.main import main

    (folder / "also.py").write_text(SAFE)
    monkeypatch.chdir(folder)
    original = files.replace

    def meddling(path: str, before: bytes, after: bytes) -> None:
        if path == "also.py":
            Path(path).write_text("# edited meanwhile\n" + SAFE)
        original(path, before, after)

    monkeypatch.setattr(files, "replace", meddling)
    with pytest.raises(SystemExit) as ended:
        main(["fix", "also.py", "safe.py"])

    assert ended.value.code == 2
    assert "also.py: changed while it was being fixed; not written" in capsys.readouterr().err
    assert (folder / "also.py").read_text() == "# edited meanwhile\n" + SAFE
    assert (folder / "safe.py").read_text() == FIXED


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everything")
def test_a_file_that_cannot_be_written(folder: Path) -> None:
    (folder / "safe.py").chmod(0o444)
    code, _, errors = run(folder, "fix", "safe.py")

    assert code == 2
    assert "safe.py: is read-only; not fixed" in errors


def test_the_edits_of_the_json_output_give_what_fix_writes(folder: Path) -> None:
    """By hand: one finding after the other, each from a fresh report."""
    (folder / "more.py").write_text(MANY)
    while True:
        report = json.loads(run(folder, "check", "--output-format", "json", "more.py")[1])
        fixes = [f["fix"] for f in report if f["fix"] and f["fix"]["applicability"] == "safe"]
        if not fixes:
            break
        edits = [
            Edit(_location(e["location"]), _location(e["end_location"]), e["content"])
            for e in fixes[0]["edits"]
        ]
        source = (folder / "more.py").read_bytes()
        (folder / "more.py").write_bytes(apply_edits(source, edits))
    by_hand = (folder / "more.py").read_text()

    (folder / "more.py").write_text(MANY)
    run(folder, "fix", "more.py")
    assert (folder / "more.py").read_text() == by_hand != MANY


MANY = """\
'''Several fixes.'''
import uuid
from uuid import uuid4

first_id = str(uuid.uuid4())


def begin(user_id):
    thread_id = f"thread_{uuid4()}"
    run_id = str(uuid4())  # the run
    return thread_id, run_id
"""


def _location(place: dict[str, int]) -> Location:
    return Location(place["row"], place["column"])


def test_a_fix_that_would_not_parse_is_offered_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ssot_lint.fixes.planning.replacement.Site.code", lambda *args: "((")
    _expect_refused(SAFE.encode(), "the result would be no Python")


def test_a_fix_that_makes_a_finding_is_offered_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "ssot_lint.fixes.planning.replacement.Site.code", lambda *args: "uuid.uuid4()"
    )
    _expect_refused(SAFE.encode(), "the result would have a new OST101")


def test_bytes_that_cannot_be_restored_are_not_touched() -> None:
    source = b"# coding: utf-7\nimport uuid\nname = '+AGE-'\nrun_id = str(uuid.uuid4())\n"
    _expect_refused(source, "its bytes cannot be restored from utf-7")


def _expect_refused(source: bytes, reason: str) -> None:
    """`check` and `fix` agree that the only finding has no fix, and why."""
    result = fix_source(source, "a.py", Settings())

    assert result.source is None
    assert result.result == check_source(source, "a.py", Settings())
    assert result.result.analysed
    [finding] = result.result.findings
    assert finding.fix is None
    assert finding.message.endswith(f"(no fix: {reason})")


def test_the_runner_fixes_with_the_settings_of_each_file(folder: Path) -> None:
    (folder / "pkg").mkdir()
    (folder / "pkg/a.py").write_text(SAFE)
    (folder / "pkg/pyproject.toml").write_text('[tool.ssot-lint]\ngenerator = "acme.Ids"\n')
    (folder / "pkg/acme.py").write_text(
        "class Ids:\n    @staticmethod\n    def generate_base_id(prefix: str) -> str: ...\n"
    )
    runner = Runner(SettingsReader(CODES))
    [fixed] = runner.fix_files([str(folder / "pkg/a.py")], unsafe=False)

    assert fixed.result.source == b'from acme import Ids\nrun_id = Ids.generate_base_id("run")\n'


_EDITS = st.builds(
    lambda start, length, content: TextEdit(start, start + length, content),
    st.integers(0, 12),
    st.integers(0, 3),
    st.sampled_from("ab"),
)


@given(st.lists(st.lists(_EDITS, max_size=3), max_size=6))
def test_fixes_go_together_that_do_not_overlap(fixes: list[list[TextEdit]]) -> None:
    found = [_found(edits) for edits in fixes]
    expected: list[Found] = []
    together: list[TextEdit] = []
    for one in found:
        more = sorted([*together, *one.edits])
        if not overlap(more):
            together = more
            expected.append(one)

    assert _analysis(found).applicable(unsafe=False) == expected


def _found(edits: Sequence[TextEdit]) -> Found:
    """A finding, of which only the fix matters, with a draft of its own."""
    place = Location(1, 1)
    finding = Finding("a.py", place, place, "OST101", "", "", 1)
    return Found(finding, False, Draft(None, "", ()), tuple(edits))


def _analysis(found: Sequence[Found]) -> Analysis:
    return Analysis("", Suppressions("", "", ast.parse("")), ast.parse(""), tuple(found))


def test_the_work_grows_as_the_fixes_do(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0
    original = TextEdit.__lt__

    def counting(self: TextEdit, other: TextEdit) -> bool:
        nonlocal compared
        compared += 1
        return original(self, other)

    count = 400
    starts = [at * 9 % count for at in range(count)]
    analysis = _analysis([_found([TextEdit(start, start + 1, "")]) for start in starts])
    monkeypatch.setattr(TextEdit, "__lt__", counting)

    assert len(analysis.applicable(unsafe=False)) == count
    assert compared < count * 30


def test_a_fix_that_does_harm_is_left_out_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def code(site: Site, call: str) -> str:
        return "((" if "job" in site.prefix else call

    monkeypatch.setattr(Site, "code", code)
    names = ["run", "request", "job", "trace", "thread"]
    source = "import uuid\n" + "".join(f"{name}_id = str(uuid.uuid4())\n" for name in names)
    result = fix_source(source.encode(), "a.py")

    assert result.source is not None
    left = result.source.decode().splitlines()
    assert [line for line in left if "uuid4" in line] == ["job_id = str(uuid.uuid4())"]
    assert len(result.fixed) == len(names) - 1
    assert result.result == check_source(result.source, "a.py")
    [finding] = result.result.findings
    assert finding.message.endswith("(no fix: the result would be no Python)")


@pytest.mark.broad
def test_many_fixes_are_tried_together(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []
    original = Trials._tried

    def counting(self: Trials, chosen: tuple[Found, ...]) -> object:
        tried.append(len(chosen))
        return original(self, chosen)

    monkeypatch.setattr(Trials, "_tried", counting)
    count = 300
    source = "import uuid\n" + "".join(
        f"def make_{at}():\n    run_id = str(uuid.uuid4())\n    return run_id\n"
        for at in range(count)
    )
    check_source(source.encode(), "a.py")

    assert sum(tried) < 2 * count
    assert len(tried) < 4


@pytest.mark.broad
def test_few_trials_find_the_fixes_that_do_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = 0
    original = Trials._tried

    def counting(self: Trials, chosen: tuple[Found, ...]) -> object:
        nonlocal tried
        tried += 1
        return original(self, chosen)

    def code(site: Site, call: str) -> str:
        return "((" if "job" in site.prefix else call

    monkeypatch.setattr(Trials, "_tried", counting)
    monkeypatch.setattr(Site, "code", code)
    kinds = ["job" if at == 77 else "run" for at in range(128)]
    source = "import uuid\n" + "".join(
        f"def make_{at}():\n    {kind}_id = str(uuid.uuid4())\n    return {kind}_id\n"
        for at, kind in enumerate(kinds)
    )
    result = check_source(source.encode(), "a.py")

    assert [finding.fix is None for finding in result.findings].count(True) == 1
    assert tried < 20


def test_what_check_promises_is_fixed_in_unsafe_mode_too() -> None:
    """One of three fixes does no harm alone, but would where the other two are applied."""
    source = b"""import uuid

def f(user_id, number):
    conn_id = f"conn_{uuid.uuid4().hex[:8]}_{number()}"
    thread_id = f"thread_{uuid.uuid4().hex[:8]}_{number()}"
    run_id = f"run_{uuid.uuid4().hex[:8]}_{number()}"
    return conn_id
"""
    promised = [f for f in check_source(source, "a.py").findings if f.fix is not None]
    result = fix_source(source, "a.py", unsafe=True)

    assert len(promised) == len(result.fixed) == 2
    assert result.result.findings[0].message.endswith("the result would have a new OST202)")
