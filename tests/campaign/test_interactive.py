"""`fix --interactive`: one fix after the other, nothing lost on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.in_process import run
from tests.helpers.projects import write_project

ONE = "import uuid\n\n\ndef begin():\n    {name} = str(uuid.uuid4())\n    return {name}\n"
FILES = {
    "app/a.py": (
        "import uuid\n\n\ndef begin():\n    run_id = str(uuid.uuid4())\n"
        "    task_id = str(uuid.uuid4())\n    return run_id, task_id\n"
    ),
    "app/b.py": (
        "import time\n\n\ndef begin():\n    job_id = f'job_{time.time()}'\n    return job_id\n"
    ),
    "app/c.py": ONE.format(name="job_id"),
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path, FILES)


def ask(project: Path, answers: str, *args: str) -> tuple[int, str]:
    given = "".join(f"{letter}\n" for letter in answers)
    code, out, err = run(
        project, "fix", "-i", "--no-cache", "--color", "never", *args, stdin=given.encode()
    )
    assert err == ""
    return code, out


def made(project: Path) -> list[int]:
    """How many ids the generator makes in each file."""
    return [(project / name).read_text().count("generate_base_id") for name in FILES]


def test_one_by_one(project: Path) -> None:
    code, out = ask(project, "yyyy")

    assert (code, made(project)) == (0, [2, 1, 1])
    assert out.endswith("Applied 4 fixes, skipped 0.\n")
    assert "app/a.py:5: OST101 `uuid.uuid4()` bypasses the id generator" in out
    assert '  + run_id = UnifiedIdGenerator.generate_base_id("run")\n' in out
    assert run(project, "fix", "--no-cache", "--diff")[1] == ""


def test_all_at_once_gives_the_same(project: Path) -> None:
    ask(project, "yyyy")
    one_by_one = [(project / name).read_text() for name in FILES]
    for name, text in FILES.items():
        (project / name).write_text(text)
    run(project, "fix", "--no-cache")

    assert [(project / name).read_text() for name in FILES] == one_by_one


def test_skip_and_suppress(project: Path) -> None:
    code, out = ask(project, "nsyn")

    assert (code, made(project)) == (1, [0, 1, 0])
    assert out.endswith("Applied 1 fix, suppressed 1 finding, skipped 2.\n")
    assert (project / "app/a.py").read_text() == FILES["app/a.py"].replace(
        "task_id = str(uuid.uuid4())", "task_id = str(uuid.uuid4())  # noqa: OST101"
    )


def test_all_of_a_rule(project: Path) -> None:
    code, out = ask(project, "an")

    assert (code, made(project)) == (1, [2, 0, 1])
    assert out.count("Apply this fix?") == 2


@pytest.mark.parametrize("answers", ["yq", "y"])
def test_who_quits_keeps_what_was_applied(project: Path, answers: str) -> None:
    """Also where the input ends."""
    code, out = ask(project, answers)

    assert (code, made(project)) == (1, [1, 0, 0])
    assert out.endswith("Applied 1 fix, skipped 0.\n")


def test_what_answers_mean(project: Path) -> None:
    _, out = ask(project, "?xq")

    assert out.count("  a  apply it, and all others of this rule\n") == 2


def test_unsafe_ones_say_so(project: Path) -> None:
    text = FILES["app/c.py"].replace("str(uuid.uuid4())", "uuid.uuid4()")
    (project / "app/c.py").write_text(text)

    assert "unsafe" not in ask(project, "q", "app/c.py")[1]
    code, out = ask(project, "y", "--unsafe-fixes", "app/c.py")
    assert code == 0
    assert "Apply this unsafe fix?" in out


def test_a_file_that_changes_meanwhile_is_looked_at_again(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ssot_lint.cli.fixing.interactive import Session

    def change(self: Session, *_: object) -> str:
        path = project / "app/c.py"
        path.write_text("# changed\n" + path.read_text())
        return "y" if path.read_text().count("# changed") == 1 else "q"

    monkeypatch.setattr(Session, "_ask", change)
    code, _, err = run(project, "fix", "-i", "--no-cache", "app/c.py")
    assert code == 2
    assert "app/c.py: changed while it was being fixed; not written, run fix again" in err
    assert (project / "app/c.py").read_text() == "# changed\n" + FILES["app/c.py"]


def test_what_a_baseline_accepts_is_not_asked(project: Path) -> None:
    run(project, "baseline", "-q")

    assert ask(project, "")[1] == "Applied 0 fixes, skipped 0.\n"
    assert ask(project, "yyyy", "--no-baseline")[1].endswith("Applied 4 fixes, skipped 0.\n")
