"""`fix --patches`: a series for `git apply`, each of which leaves a tree that parses."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

from ssot_lint.run.campaign.owners import Owners
from ssot_lint.run.campaign.patches import SERIES
from tests.helpers.in_process import run
from tests.helpers.projects import write_project

MAKES = "import uuid\n\n\ndef begin():\n    run_id = str(uuid.uuid4())\n    return run_id\n"
BUILDS = (
    "import time\nimport uuid\n\n\ndef begin():\n    run_id = str(uuid.uuid4())\n"
    "    job_id = f'job_{time.time()}'\n    return run_id, job_id\n"
)
FILES = {
    "app/a.py": MAKES,
    "app/b.py": BUILDS,
    "app/deep/c.py": BUILDS.replace("\n", "\r\n"),
    "lib/d.py": MAKES + "# no newline",
    "lib/a b \u00e9.py": MAKES,
    ".github/CODEOWNERS": "* @org/all\n/app/ @org/app a@example.com # ours\n/lib/*.py\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_project(tmp_path, FILES)
    (tmp_path / "app/deep/c.py").write_bytes(FILES["app/deep/c.py"].encode())
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    return tmp_path


def git(folder: Path, *args: str) -> str:
    command = ["git", "-c", "core.autocrlf=false", *args]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def patches(project: Path, by: str, *args: str) -> list[Path]:
    code, out, err = run(project, "fix", "--no-cache", "--patches", "p", "--by", by, *args)
    assert (code, err) == (0, "")
    names = (project / "p" / SERIES).read_text().split()
    assert [line.partition(":")[0] for line in out.splitlines()[:-1]] == [f"p/{n}" for n in names]
    return [project / "p" / name for name in names]


def sources(project: Path) -> dict[str, bytes]:
    files = [*project.glob("app/**/*.py"), *project.glob("lib/*.py")]
    return {str(path.relative_to(project)): path.read_bytes() for path in files}


@pytest.mark.parametrize("by", ["rule", "package", "owner"])
def test_each_is_applied_in_order(project: Path, by: str) -> None:
    before = sources(project)
    made = patches(project, by)
    assert sources(project) == before, "nothing is written but patches"
    findings = count(project)
    for patch in made:
        git(project, "apply", str(patch))
        for path, content in sources(project).items():
            ast.parse(content, path)
        findings, fewer = count(project), findings
        assert findings < fewer
    assert findings == 0
    after = sources(project)
    for path, content in before.items():
        (project / path).write_bytes(content)
    run(project, "fix", "--no-cache")
    assert sources(project) == after


def count(project: Path) -> int:
    return run(project, "check", "--no-cache", "--output-format", "concise", "-q")[1].count("OST")


def test_what_goes_into_which(project: Path) -> None:
    def parts(by: str) -> list[str]:
        found = [path.name[5:].removesuffix(".patch") for path in patches(project, by)]
        for path in (project / "p").iterdir():
            path.unlink()
        return found

    assert parts("rule") == ["OST101", "OST104"]
    assert parts("package") == ["app", "app-deep", "lib"]
    assert parts("owner") == ["org-app-a-example.com", "nobody"]


def test_owners() -> None:
    rows = "*.py @py\n/docs/* @docs\napps/ @apps\n[Section][2] @none\n^[Other]\n/apps/x.py\n# @no\n"
    folder = Path(__file__).parent
    owners = Owners(tuple(Owners.rows_of(rows)))

    assert owners.of("a/b.py") == "@py"
    assert owners.of("docs/a.txt") == "@docs"
    assert owners.of("docs/deep/a.txt") == ""
    assert owners.of("x/apps/y/z.py") == "@apps"
    assert owners.of("apps/x.py") == ""
    assert Owners.read(str(folder)) is None


def test_without_owners(project: Path) -> None:
    (project / ".github/CODEOWNERS").unlink()

    code, _, err = run(project, "fix", "--patches", "p", "--by", "owner")
    assert code == 2
    assert "--by owner: the repository has no CODEOWNERS file" in err
    assert not (project / "p").exists()


def test_a_folder_that_holds_something(project: Path) -> None:
    (project / "p").mkdir()
    (project / "p/mine.txt").write_text("mine")

    code, _, err = run(project, "fix", "--patches", "p")
    assert code == 2
    assert "p: is not empty; --patches takes a new or empty folder" in err
    assert [path.name for path in (project / "p").iterdir()] == ["mine.txt"]


def test_from_a_folder_inside(project: Path) -> None:
    """The paths in patches are those from the root of the repository."""
    code, _, _ = run(project / "app", "fix", "--no-cache", "--patches", "../p", ".")
    assert code == 0
    assert b"--- a/app/a.py\n+++ b/app/a.py\n" in (project / "p/0001-app.patch").read_bytes()
