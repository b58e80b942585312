"""What files say of each other's ids decides about fixes; it is read once and kept."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ssot_lint.config.disk import digest
from ssot_lint.config.reader import SettingsReader
from ssot_lint.config.settings import Settings
from ssot_lint.ids.generator.api import GeneratorApi
from ssot_lint.ids.generator.reading import builtin_api
from ssot_lint.project.collection import collect
from ssot_lint.project.facts import Fact, packed
from ssot_lint.run.facts import collector as facts
from ssot_lint.run.facts.collector import Collector
from ssot_lint.run.store.folder import FOLDER
from ssot_lint.run.store.lines import Lines, Stamp
from tests.helpers.behaviour import project_below
from tests.helpers.in_process import run, run_flake8

MODELS = "class Run(Base):\n    run_id = Column(UUID())\n"
MAKES = """\
import uuid

def make(session):
    run_id = str(uuid.uuid4())
    session.add(Run(run_id=run_id))
"""
DECLARED = "a UUID object is needed: that is how `run_id` is declared"
IN_MODELS = f"(no fix: {DECLARED} in app/models.py, line 2)"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project_below(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.ssot-lint]\nexclude = ['excluded']\n")
    (tmp_path / "app").mkdir()
    (tmp_path / "app/makes.py").write_text(MAKES)
    (tmp_path / "app/models.py").write_text(MODELS)
    return tmp_path


def reason(project: Path, *args: str) -> str:
    """What is said of the fix of the one finding."""
    _, output, _ = run(project, "check", "--output-format", "json", *args)
    (finding,) = json.loads(output)
    found = re.search(r" \(.*\)$", finding["message"])
    return found[0].strip() if found is not None else finding["fix"]["applicability"]


def test_another_file_decides(project: Path) -> None:
    assert reason(project) == IN_MODELS
    assert reason(project, "app") == IN_MODELS
    assert reason(project, "--no-cache", "-j", "2") == IN_MODELS


def test_a_named_file_is_told_what_is_known(project: Path) -> None:
    """That takes no walk: who was never read says nothing."""
    assert reason(project, "app/makes.py") == "safe"
    assert reason(project) == IN_MODELS
    for _ in range(2):
        assert reason(project, "app/makes.py") == IN_MODELS
        assert "declared in app/models.py" in flake8(project)
    assert reason(project, "--no-cache", "app/makes.py") == "safe"


def test_standard_input_is_told_what_is_known(project: Path) -> None:
    reason(project)
    given = ("--stdin-filename", "app/makes.py")
    _, checked, _ = run(project, "check", *given, stdin=MAKES.encode())
    _, fixed, _ = run(project, "fix", *given, stdin=MAKES.encode())

    assert "declared in app/models.py" in checked
    assert fixed == MAKES


def test_what_is_known_holds_while_its_file_does(project: Path) -> None:
    reason(project)
    (project / "app/models.py").write_text(MODELS.replace("UUID()", "Text()"))
    (project / "app/more.py").write_text(MODELS)

    assert reason(project, "app/makes.py") == "safe"
    assert "safe" not in flake8(project)
    assert "declared in" not in flake8(project)


def test_who_begins_to_import_a_file_is_asked(project: Path) -> None:
    """Results of files that have not changed hold no longer when others come to use them."""
    (project / "app/models.py").unlink()
    (project / "app/makes.py").write_text(
        "import uuid\n\ndef begin():\n    run_id = str(uuid.uuid4())\n    return run_id\n"
    )
    (project / "web").mkdir()
    (project / "web/shown.py").write_text("def shown(run):\n    return run['run_id'][:8]\n")
    user = project / "web/uses.py"
    assert reason(project) == "safe"
    user.write_text("from app.makes import begin\n\ndef use():\n    return begin()[:8]\n")
    assert "web/uses.py, line 4" in reason(project)
    user.write_text("from app.makes import begin\nfrom web.shown import shown\n")
    assert reason(project) == "safe"  # it gives no field of the name
    user.unlink()
    assert reason(project) == "safe"


def test_who_begins_to_bring_files_together_is_asked(project: Path) -> None:
    (project / "app/models.py").unlink()
    (project / "app/makes.py").write_text(
        "import uuid\n\ndef begin(run):\n    run['run_id'] = str(uuid.uuid4())\n"
    )
    (project / "web").mkdir()
    (project / "web/shown.py").write_text("def shown(run):\n    return run['run_id'][:8]\n")
    assert reason(project) == "safe"
    together = "from app.makes import begin\nfrom web.shown import shown\n"
    (project / "main.py").write_text(together)
    assert reason(project) == "(unsafe: `run_id` is cut in web/shown.py, line 2)"
    (project / "main.py").write_text(together[: together.index("\n") + 1])
    assert reason(project) == "safe"


def test_fixes_ask_the_others_whatever_is_named(project: Path) -> None:
    run(project, "fix", "app/makes.py")

    assert (project / "app/makes.py").read_text() == MAKES


def test_who_is_excluded_is_known(project: Path) -> None:
    (project / "excluded").mkdir()
    (project / "app/models.py").rename(project / "excluded/models.py")

    assert "declared in excluded/models.py, line 2" in reason(project)


def test_a_repository_is_one_project(project: Path) -> None:
    (project / ".git").mkdir()
    (project / "app/pyproject.toml").write_text("[tool.ssot-lint]\n")
    (project / "app/models.py").rename(project / "models.py")

    assert "declared in models.py, line 2" in reason(project / "app")


def test_without_settings_it_goes_as_far_as_the_paths(project: Path) -> None:
    (project / "pyproject.toml").unlink()
    (project / "models.py").write_text(MODELS)
    assert reason(project, "app") == IN_MODELS.replace("app/", "")
    (project / "app/models.py").unlink()

    assert reason(project, "app") == "safe"


@pytest.mark.parametrize(
    ("imports", "said"),
    [
        ("from app.models import Run", "no fix"),
        ("from .models import Run", "no fix"),
        ("from app import Run", "no fix"),
        ("from . import Run", "no fix"),
        ("from other.tables import Run", "unsafe"),
    ],
)
def test_a_class_that_comes_from_elsewhere_may_be_another(
    project: Path, imports: str, said: str
) -> None:
    (project / "app/makes.py").write_text(f"{imports}\n{MAKES}")

    assert reason(project).startswith(f"({said}: {DECLARED} in app/models.py")


def test_an_environment_is_no_part_of_it(project: Path) -> None:
    (project / ".venv/lib").mkdir(parents=True)
    (project / "app/models.py").rename(project / ".venv/lib/models.py")

    assert reason(project) == "safe"


def test_a_result_holds_while_the_answers_do(project: Path) -> None:
    assert reason(project) == IN_MODELS
    (project / "app/models.py").write_text(MODELS.replace("UUID()", "Text()"))
    assert reason(project) == "safe"
    (project / "app/models.py").write_text(f"\n{MODELS}")
    assert "app/models.py, line 3" in reason(project)
    (project / "app/models.py").unlink()
    assert reason(project) == "safe"


def flake8(project: Path) -> str:
    """What flake8 says of the one finding."""
    return run_flake8(project, "app/makes.py").stdout


def collector(project: Path, *, jobs: int = 1) -> Collector:
    settings = SettingsReader((), isolated=True).for_folder(str(project))
    store = Lines(project / FOLDER, "facts")
    return Collector(str(project), settings, builtin_api(settings), store, jobs)


def test_files_are_read_once(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = collector(project)
    index = before.collected().index
    assert before.store is not None
    before.store.save(project)
    monkeypatch.setattr("ssot_lint.run.store.lines._DOUBTFUL_NS", -1)
    monkeypatch.setattr("ssot_lint.project.collection.sieve.may_say", None)

    assert collector(project).collected().index == index


def test_a_warm_run_asks_no_facts(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What all files hold is as it was, so what they say is, too."""
    run(project, "check")
    monkeypatch.setattr("ssot_lint.project.index.Index.of", None)

    assert reason(project) == IN_MODELS


def test_who_says_the_same_costs_no_answers(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is asked but whether files that were followed into hold what they held."""
    (project / "app/other.py").write_text("x = 1\n")
    run(project, "check")
    (project / "app/other.py").write_text("x = 2\n")
    monkeypatch.setattr("ssot_lint.project.index.Index.of", None)

    assert reason(project) == IN_MODELS


def test_a_file_that_was_followed_into_is_asked_though_it_says_the_same(project: Path) -> None:
    (project / "app/models.py").unlink()
    (project / "app/makes.py").write_text(
        "import uuid\nfrom app.shown import show\n\nrun_id = str(uuid.uuid4())\nshow(run_id)\n"
    )
    shown = project / "app/shown.py"
    shown.write_text("def show(text):\n    print(text)\n")
    assert reason(project) == "safe"
    shown.write_text("def show(text):\n    return text.split('-')\n")
    assert "app/shown.py, line 2" in reason(project)


def test_what_holds_with_other_contents_is_noted(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(project, "check")
    (project / "app/other.py").write_text("x = 1\n")
    run(project, "check")
    monkeypatch.setattr("ssot_lint.project.index.Index.of", None)

    assert reason(project) == IN_MODELS


def test_a_check_of_another_folder_hides_no_change(project: Path) -> None:
    """It knows of the change, and says nothing of results that it was not asked for."""
    (project / "other").mkdir()
    (project / "other/calm.py").write_text("x = 1\n")
    assert reason(project, "app") == IN_MODELS
    (project / "app/models.py").write_text(MODELS.replace("UUID()", "Text()"))
    run(project, "check", "other")

    assert reason(project, "app") == "safe"


def test_many_processes_say_the_same(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        (project / f"app/models{number}.py").write_text(MODELS)
    one = collector(project).collected().index
    monkeypatch.setattr(facts, "_WORTH_SPLITTING", 0)
    monkeypatch.setattr(facts, "_CHUNK", 3)

    assert collector(project, jobs=2).collected().index == one
    assert len(one.said["run_id"].by_owner["Run"]) == 21


@pytest.mark.parametrize("kept", ["", "1", "[[1]]", "{}", "[" * 9_000])
def test_wrong_facts_are_read_again(project: Path, kept: str) -> None:
    right = collector(project).collected().index
    spoiled = collector(project)
    assert spoiled.store is not None
    path = project / "app/models.py"
    stamp = Stamp.of(str(path))
    spoiled.store.note("app/models.py", stamp, digest(path.read_bytes()), kept)

    assert spoiled.collected().index == right


def test_a_mistake_of_ours_says_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ssot_lint.project.collection.collect.facts_of", None)

    assert not collector(project).collected().index.said


def test_what_cannot_be_read_says_nothing(project: Path) -> None:
    (project / "app/models.py").write_bytes(b"UUID = (")
    (project / "app/gone.py").symlink_to(project / "nowhere.py")

    assert not collector(project).collected().index.said


FIELD = "import uuid\n\ndef make(context):\n    context.run_id = str(uuid.uuid4())\n"
CUTS = "def f(c):\n    return c.run_id[:8]\n"


@pytest.fixture
def new_evidence(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in which the fix of a file brings what speaks against the fix of another."""
    for name in ("models", "makes"):
        (project / f"app/{name}.py").unlink()
    for name in ("first", "second", "third"):
        (project / f"app/{name}.py").write_text(FIELD)

    def facts_of(source: bytes, relative: str, *args: Any) -> tuple[Fact, ...]:
        is_new = relative == "app/third.py" and b"UnifiedIdGenerator" in source
        return collect.facts_of(CUTS.encode() if is_new else source, relative, *args)

    monkeypatch.setattr(facts, "_Read", partial(OneRead, facts_of))
    return project


@dataclass(frozen=True)
class OneRead:
    """As the reader of facts, with something in the place of what it asks."""

    facts_of: Callable[..., tuple[Fact, ...]]
    settings: Settings
    api: GeneratorApi
    generator: str | None

    def __call__(self, item: Any) -> tuple[facts.Said, str]:
        source = Path(item.path).read_bytes()
        return self.said(source, item.relative), digest(source)

    def said(self, source: bytes, relative: str) -> facts.Said:
        return facts.Said(packed(self.facts_of(source, relative, self.settings, self.api)))


def test_fixes_know_what_they_make_of_other_files(new_evidence: Path) -> None:
    _, output, _ = run(new_evidence, "fix", "--show-fixes", "-j", "1")

    assert (new_evidence / "app/first.py").read_text() == FIELD
    assert (new_evidence / "app/second.py").read_text() == FIELD
    assert "UnifiedIdGenerator" in (new_evidence / "app/third.py").read_text()
    assert "app/first.py:4:26: OST101" in output
    assert "(unsafe: `run_id` is cut in app/third.py, line 2)" in output
    assert "Fixed 1 finding in 1 file, 2 " in output


def test_a_diff_knows_it_too(new_evidence: Path) -> None:
    _, output, _ = run(new_evidence, "fix", "--diff", "-j", "1")

    assert "+++ app/third.py" in output
    assert "first.py" not in output


def test_a_fix_says_where_only_its_file_was_looked_at(project: Path) -> None:
    def message(*args: str) -> str:
        _, output, _ = run(project, "check", "--output-format", "json", *args)
        (finding,) = json.loads(output)
        return str(finding["fix"]["message"])

    (project / "app/models.py").unlink()
    call = "call `UnifiedIdGenerator.generate_base_id`"

    assert message("app/makes.py") == f"{call} (checked in this file only)"
    assert message() == call
    assert message("app/makes.py") == call
    assert message("--no-cache", "app/makes.py") == f"{call} (checked in this file only)"


def test_other_settings_ask_for_other_facts(project: Path) -> None:
    """What a test replaces is a maker of ids where the settings say so."""
    (project / "app/models.py").unlink()
    (project / "app/makes.py").write_text(
        "from ids import new_id\n\ndef make(context):\n    context.run_id = str(new_id())\n"
    )
    (project / "tests").mkdir()
    (project / "tests/test_makes.py").write_text(
        "def test(monkeypatch):\n    monkeypatch.setattr('app.makes.new_id', lambda: 'run')\n"
    )
    settings = project / "pyproject.toml"
    banned = settings.read_text() + "banned-calls = ['uuid.uuid4', 'ids.new_id']\n"
    run(project, "check")
    settings.write_text(banned)

    kept = reason(project)
    assert kept == reason(project, "--no-cache")
    assert "tests/test_makes.py" in kept
