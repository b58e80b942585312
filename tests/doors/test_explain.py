"""`check --explain FILE:LINE` shows the way of an id through the files of a project."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.in_process import run
from tests.helpers.projects import write_project

MAKES = """\
import uuid
from lib.runs import Repository

def make(repository: Repository):
    run_id = str(uuid.uuid4())
    key = "run:" + run_id
    repository.save(run_id)
    return key

def read(row):
    return row["run_id"]
"""
RUNS = """\
from lib.models import Run

class Repository:
    def save(self, run_id):
        self.session.add(Run(run_id=run_id))
"""
MODELS = "class Run(Base):\n    run_id = Column(UUID())\n"
FILES = {"app/makes.py": MAKES, "lib/runs.py": RUNS, "lib/models.py": MODELS}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path, FILES)


def test_the_way_of_an_id(project: Path) -> None:
    code, output, errors = run(project, "check", "--explain", "app/makes.py:5")

    found, *way = output.splitlines()
    assert found.startswith("app/makes.py:5:18: OST101 `uuid.uuid4()` bypasses")
    assert way == [
        "app/makes.py:5:18: `uuid.uuid4()` makes an id",
        "  app/makes.py:5:14: it becomes `run_id`",
        "  app/makes.py:7:5: it is handed to `save`",
        "  lib/runs.py:4:5: it becomes `run_id`",
        "  lib/runs.py:5:26: it is handed to `Run`",
        "  lib/models.py:1:1: it becomes `Run.run_id`",
        "  lib/models.py:2:14: a UUID object is needed: that is how `run_id` is declared",
        "  lib/runs.py:5:37: it becomes `run_id`",
        "  lib/models.py:2:1: a UUID object is needed: that is how `run_id` is declared",
        "  app/makes.py:6:11: `run:` is put in front of it",
        "  app/makes.py:6:11: it becomes `key`",
        "  app/makes.py:8:12: `make` gives it",
    ]
    assert (code, errors) == (0, "")


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("app/makes.py:11", "app/makes.py:11:12: `row['run_id']` is an id"),
        ("app/makes.py:5:18:", "`uuid.uuid4()` makes an id"),
        ("app/makes.py:1", "app/makes.py:1: no id is made or read here"),
    ],
)
def test_other_lines(project: Path, place: str, says: str) -> None:
    code, output, _ = run(project, "check", "--explain", place)

    assert says in output
    assert code == 0


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("app/makes.py",), "--explain app/makes.py: write FILE:LINE, as `app/runs.py:12`"),
        (("app/makes.py:0",), "write FILE:LINE"),
        (("app/makes.py:99",), "app/makes.py: has no line 99; it ends on line 12"),
        (("app/gone.py:1",), "app/gone.py: cannot be read: No such file or directory"),
        (("app/makes.py:5", "app"), "--explain goes alone"),
        (("app/makes.py:5", "--watch"), "--explain goes alone"),
        (("broken.py:1",), "broken.py: cannot be read or parsed; `ssot-lint check` says why"),
    ],
)
def test_bad_places(project: Path, args: tuple[str, ...], says: str) -> None:
    (project / "broken.py").write_text("def (")
    code, output, errors = run(project, "check", "--explain", *args)

    assert (code, output) == (2, "")
    assert says in errors
    assert "Traceback" not in errors
