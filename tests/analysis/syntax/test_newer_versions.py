"""What only a later Python can read is told apart from what none can."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ssot_lint import check_source
from ssot_lint.analysis.syntax.newer_versions import advice, version_needed
from tests.helpers.in_process import run
from tests.run.test_baseline import git

# Each with the first version that reads it.
PROGRAMS = {
    "a = b[*c]\n": (3, 11),
    "def f(*args: *Ts): pass\n": (3, 11),
    "try:\n    a()\nexcept* B as error:\n    b()\nelse:\n    c()\nfinally:\n    d()\n": (3, 11),
    "type X = int\n": (3, 12),
    "type X[T: int, *Ts, **P] = T\n": (3, 12),
    "def f[T](a: T) -> T: ...\n": (3, 12),
    "class A[T](B):\n    async def f[U](self): ...\n": (3, 12),
    "a = f\"{b[\"c\"]}\"\n": (3, 12),
    "a = f'{f'{b}'}' 'c'\n": (3, 12),
    "a = f\"{'\\n'.join(b)}\"\n": (3, 12),
    "a = f'{\n  b  # c\n}'\n": (3, 12),
    "class A[T = int]: pass\n": (3, 13),
    "type X[T = int] = T\n": (3, 13),
    "a = t'{b}'\n": (3, 14),
    "try:\n    a()\nexcept B, C:\n    d()\n": (3, 14),
    "type X = int\na = b[*c]\ntry:\n    a()\nexcept* B, C:\n    d()\n": (3, 14),
}  # fmt: skip


@pytest.mark.parametrize("text", PROGRAMS)
def test_the_version(text: str) -> None:
    running = sys.version_info[:2]
    needed = PROGRAMS[text]

    assert version_needed(f"import uuid\n\n{text}") == (needed if needed > running else None)
    assert version_needed(text, (9, 9)) is None


@pytest.mark.parametrize(
    "wrong",
    ["x = = 1\n", "def f(:\n", "print 'a'\n", "x = (\n", "x = f'{'\n", "f(a=1, 2)\n", "\0"],
)  # fmt: skip
@pytest.mark.parametrize("newer", ["", "type X = int\n", "try: a()\nexcept B, C: d()\n"])
def test_what_no_version_reads(wrong: str, newer: str) -> None:
    assert version_needed(newer + wrong) is None


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "x = " + "not " * 100_000,
        "x = 1" + " + 1" * 100_000,
        "x = a" + ".b" * 100_000,
        "if a: pass\n" + "elif a: pass\n" * 100_000,
        "x = [\n" + "-\n" * 100_000,
        "".join(" " * i + "if a:\n" for i in range(200)),
        "x = 1\n" * 100_000,
    ],
    ids=["brackets", "not", "sum", "attributes", "elif", "lines", "blocks", "long"],
)
def test_what_would_crash_the_parser_is_not_shown_to_it(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("libcst.parse_module", lambda text: pytest.fail("asked"))

    assert version_needed(text) is None


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> str:
    """A text of t-strings; the running interpreter is one that does not read them."""
    if sys.version_info >= (3, 14):
        pytest.skip("this interpreter reads it")
    return "import uuid\na = uuid.uuid4()\nb = t'{a}'\n"


def test_the_finding_says_what_to_run(newer: str) -> None:
    (finding,) = check_source(newer.encode(), "a.py").findings
    running = ".".join(map(str, sys.version_info[:2]))

    assert (finding.code, finding.location.row) == ("OST900", 3)
    assert finding.message == (
        f"file not analysed: valid in Python 3.14, but ssot-lint runs with {running}; "
        "run it with 3.14 or later"
    )
    assert advice("x = = 1\n") is None


def test_a_generator_in_a_later_python(newer: str, tmp_path: Path) -> None:
    """It is only looked at: nothing is fixed, one line says why, and the run goes on."""
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme/ids.py").write_text(f"{newer}class Ids: ...\n")
    (tmp_path / "pyproject.toml").write_text('[tool.ssot-lint]\ngenerator = "acme.ids.Ids"\n')
    (tmp_path / "a.py").write_text("import uuid\nrun_id = str(uuid.uuid4())\n")
    code, out, err = run(tmp_path, "check")

    assert code == 1
    assert "acme/ids.py cannot be parsed, valid in Python 3.14, but ssot-lint runs with " in err
    assert "(no fix: the generator is not proven: acme/ids.py cannot be parsed)" in out
    assert err.count("\n") == 1


def test_other_errors_are_told_as_they_were() -> None:
    (finding,) = check_source(b"import uuid\nx = = uuid.uuid4()\n", "a.py").findings

    assert finding.message == "file not analysed: syntax error: invalid syntax"


def test_only_files_that_are_to_be_checked_end_a_run_with_2(newer: str, tmp_path: Path) -> None:
    """Not for what is exempt, excluded, ignored, of the generator, or of another commit."""
    table = """
generator = "acme.ids.Ids"
exempt = ["old/**"]
extend-exclude = ["vendored"]
per-file-ignores = { "app/later.py" = ["OST900"] }
"""
    (tmp_path / "pyproject.toml").write_text(f"[tool.ssot-lint]{table}")
    for name in ("acme/ids.py", "old/a.py", "vendored/b.py", "app/later.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(newer)
    with (tmp_path / "acme/ids.py").open("a") as file:
        file.write("from acme.types import A\n")
    for name in ("app/none.py", "acme/types.py"):  # nothing that a rule looks for
        (tmp_path / name).write_text("A = t'{a}'\n")
    (tmp_path / "app/changed.py").write_text(newer)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "start")
    (tmp_path / "app/changed.py").write_text("import uuid\nrun_id = uuid.uuid4()\n")

    for command in ("check", "fix", "check --since HEAD", "check old acme app"):
        code, out, err = run(tmp_path, *command.split(), "-q")
        assert (code, out.count("OST900"), out.count("OST101"), err) == (1, 0, 1, ""), command
    for command in ("report", "baseline", "check", "check --no-baseline --add-noqa"):
        assert run(tmp_path, *command.split(), "-q")[0] == 0, command
    (tmp_path / "app/more.py").write_text(newer)
    assert run(tmp_path, "check", "app/none.py", "old/a.py", "-q")[0] == 0
    assert run(tmp_path, "check", "-q")[0] == 2
