"""Only what came on top since a commit, as git tells it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from ssot_lint.engine.checker import Checker
from ssot_lint.model.findings import FileResult
from tests.helpers.behaviour import project_below
from tests.helpers.in_process import run
from tests.run.test_baseline import git, tool

pytestmark = pytest.mark.broad  # each makes a repository

OLD = "import uuid\n\n\ndef old():\n    return uuid.uuid4()\n"
NEW = "\n\ndef new():\n    return uuid.uuid4()\n"
BROKEN = "import uuid\nuuid.uuid4(\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = tmp_path / "repo"
    (project / "app").mkdir(parents=True)
    (project / "pyproject.toml").write_text("[tool.ssot-lint]\n")
    (project / ".gitignore").write_text("ignored.py\n")
    for name in ("a", "b", "c"):
        # Different, so that git does not take one for another that was renamed.
        (project / f"app/{name}.py").write_text(OLD + f"{name} = '{name}'\n" * 9)
    (project / "app/broken.py").write_text(BROKEN)
    git(project, "init", "-q", "-b", "main")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "start")
    git(project, "tag", "start")
    return project


def since(project: Path, *args: str) -> tuple[int, list[str], str]:
    """Exit code, places of findings, summary."""
    code, out, err = run(project, "check", "--no-cache", *(args or ("--since", "start")))
    assert err == ""
    *found, summary = [line for line in out.splitlines() if "fixable with" not in line]
    return code, [line.split(": ")[0] for line in found], summary


def add(path: Path, text: str = NEW) -> None:
    with path.open("a") as file:
        file.write(text)


def test_nothing_differs_and_nothing_is_read(project: Path) -> None:
    """The broken file would be an OST900."""
    assert since(project) == (0, [], "No findings in 0 files.")
    assert run(project, "check")[0] == 2


def test_only_what_is_new(project: Path) -> None:
    add(project / "app/a.py")
    (project / "app/b.py").write_text("'''Moved.'''\n\n" + (project / "app/b.py").read_text())

    expected = "1 finding in 1 of 2 files; 2 known before."
    assert since(project) == (1, ["app/a.py:18:12"], expected)


def test_staged_committed_and_untracked_files(project: Path) -> None:
    add(project / "app/a.py")
    git(project, "add", "app/a.py")
    add(project / "app/b.py")
    git(project, "commit", "-qam", "more")
    add(project / "app/c.py")
    (project / "app/untracked.py").write_text(OLD)
    (project / "app/ignored.py").write_text(OLD)

    places = ["app/a.py:18:12", "app/b.py:18:12", "app/c.py:18:12", "app/untracked.py:5:12"]
    assert since(project)[1] == places
    assert since(project, "--since", "HEAD")[1] == places[2:]


def test_renamed_files_keep_what_they_had(project: Path) -> None:
    git(project, "mv", "app/a.py", "app/renamed.py")
    add(project / "app/renamed.py")
    git(project, "rm", "-q", "app/b.py")

    assert since(project)[1:] == (
        ["app/renamed.py:18:12"],
        "1 finding in 1 of 1 file; 1 known before.",
    )


def test_nothing_is_changed_or_checked_out(project: Path) -> None:
    add(project / "app/a.py")
    before = git(project, "status", "--porcelain"), (project / ".git/index").read_bytes()
    since(project)

    assert (git(project, "status", "--porcelain"), (project / ".git/index").read_bytes()) == before


def test_from_a_folder_inside_and_for_some_files(project: Path) -> None:
    add(project / "app/a.py")
    add(project / "app/b.py")

    assert since(project / "app")[1] == ["a.py:18:12", "b.py:18:12"]
    assert since(project, "--since", "start", "app/b.py")[1] == ["app/b.py:18:12"]


@pytest.mark.skipif(os.name == "nt", reason="names")
def test_odd_names(project: Path) -> None:
    name = 'app/odd "name"\n: ä.py'
    (project / name).write_text(OLD)
    git(project, "add", "-A")
    git(project, "commit", "-qm", "odd")
    git(project, "tag", "odd")
    add(project / name)

    assert since(project, "--since", "odd", "-q", "--output-format", "json")[0] == 1
    code, out, _ = run(project, "check", "--no-cache", "--since", "odd")
    assert code == 1
    assert out.startswith('app/odd "name"\\x0a: ä.py:9:12: OST101')


def test_where_a_branch_left_another(project: Path) -> None:
    git(project, "checkout", "-qb", "branch")
    add(project / "app/a.py")
    git(project, "commit", "-qam", "branch")
    git(project, "checkout", "-q", "main")
    (project / "app/b.py").write_text("")
    git(project, "commit", "-qam", "main is better")
    git(project, "checkout", "-q", "branch")

    assert since(project, "--since", "main...")[1] == ["app/a.py:18:12"]
    assert since(project, "--since", "main")[1] == ["app/a.py:18:12", "app/b.py:5:12"]


def test_with_a_baseline(project: Path) -> None:
    (project / "app/broken.py").unlink()
    add(project / "app/a.py")
    run(project, "baseline")
    add(project / "app/a.py", NEW.replace("new", "newest"))

    assert since(project)[1] == ["app/a.py:22:12"]
    (project / "app/b.py").write_text("")
    code, _, err = run(project, "check", "--since", "start")
    assert code == 1
    assert "1 accepted finding is gone" in err


def test_a_file_that_got_broken(project: Path) -> None:
    (project / "app/a.py").write_text(BROKEN)

    assert since(project)[:2] == (2, ["app/a.py:2:11"])


@pytest.mark.parametrize("ref", ["nowhere", "--upload-pack=x", "", "nowhere..."])
def test_an_unknown_commit_is_told_in_a_line(project: Path, ref: str) -> None:
    code, out, err = run(project, "check", f"--since={ref}")

    assert (code, out) == (2, "")
    assert err == (
        f"ssot-lint: error: --since {ref}: no such commit, branch or tag; "
        "fetch it, or see `git branch -a`\n"
    )


def test_a_shallow_clone_is_told_in_a_line(project: Path) -> None:
    add(project / "app/a.py")
    git(project, "commit", "-qam", "more")
    url = project.as_uri()
    tool(project.parent, "git", "clone", "-q", "--no-tags", "--depth", "1", url, "shallow")
    code, _, err = run(project.parent / "shallow", "check", "--since", "start")

    assert code == 2
    assert err.endswith("not in this shallow clone; fetch the whole history (fetch-depth: 0)\n")


def test_outside_of_a_repository(tmp_path: Path) -> None:
    code, _, err = run(tmp_path, "check", "--since", "main", env={"GIT_CEILING_DIRECTORIES": "/"})

    assert code == 2
    assert err.endswith(" is in no git repository\n")


def test_standard_input_is_no_file(project: Path) -> None:
    assert run(project, "check", "--since", "start", "-", stdin=b"")[0] == 2


def test_a_file_that_git_was_told_to_forget(project: Path) -> None:
    git(project, "rm", "-q", "--cached", "app/a.py")
    git(project, "mv", "app/b.py", "app/renamed.py")
    (project / "app/b.py").write_text(OLD)
    # Both are there now, and only one of them was.
    expected = "1 finding in 1 of 2 files; 1 known before."
    assert since(project) == (1, ["app/renamed.py:5:12"], expected)

    add(project / "app/a.py")
    assert since(project)[1] == ["app/a.py:18:12", "app/renamed.py:5:12"]


# Other repositories


def repository(folder: Path, text: str = OLD) -> Path:
    folder.mkdir()
    (folder / "m.py").write_text(text)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "start")
    return folder


def test_files_in_another_repository(project: Path) -> None:
    other = repository(project.parent / "other")
    code, out, err = run(project, "check", "--no-cache", "--since", "start", "../other")
    told = "no such commit, branch or tag; fetch it, or see `git branch -a`"
    assert (code, out) == (2, "")
    assert err == f"ssot-lint: error: --since start: in {os.path.realpath(other)}: {told}\n"

    add(other / "m.py")
    add(project / "app/a.py")
    found = since(project, "--since", "main", "../other", "app/a.py")[1]
    assert found == ["../other/m.py:9:12", "app/a.py:18:12"]
    env = {"GIT_DIR": str(project / ".git"), "GIT_WORK_TREE": str(project)}
    code, out, _ = run(project, "check", "--no-cache", "--since", "main", "../other", env=env)
    assert (code, out.split(": ")[0]) == (1, "../other/m.py:9:12")


def test_files_in_no_repository(project: Path) -> None:
    outside = project.parent / "outside.py"
    outside.write_text(OLD)
    (project / "app/link.py").symlink_to(outside)
    for path, told in (("../outside.py", "../outside.py"), (".", "app/link.py")):
        code, out, err = run(project, "check", "--since", "start", path)
        assert (code, out) == (2, "")
        reason = "is in no git repository that was named; leave it out, or name it"
        expected = f"--since start: {told} {reason}"
        assert err == f"ssot-lint: error: {expected}\n"


def test_submodules_are_compared_with_what_the_commit_has_of_them(project: Path) -> None:
    """Whatever is called so in the submodule itself."""
    origin = repository(project.parent / "origin")
    git(project, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(origin), "sub")
    git(project, "commit", "-qm", "sub")
    git(project, "tag", "with")
    inside = project / "sub"
    assert since(project, "--since", "with") == (0, [], "No findings in 0 files.")

    add(inside / "m.py")
    git(inside, "commit", "-qam", "more")
    git(inside, "tag", "with")
    assert since(project, "--since", "with")[1] == ["sub/m.py:9:12"]
    git(project, "commit", "-qam", "more")
    assert since(project, "--since", "with")[1] == ["sub/m.py:9:12"]
    assert since(project, "--since", "with", "sub")[1] == ["sub/m.py:9:12"]
    assert since(inside, "--since", "with") == (0, [], "No findings in 0 files.")
    # Of a submodule that the commit does not have, all is new.
    assert since(project, "--since", "start")[1] == ["sub/m.py:5:12", "sub/m.py:9:12"]


def test_another_work_tree_inside_is_compared_with_the_same_commit(project: Path) -> None:
    git(project, "worktree", "add", "-q", "--detach", "tree")
    assert since(project) == (0, [], "No findings in 0 files.")

    add(project / "tree/app/a.py")
    assert since(project)[1] == ["tree/app/a.py:18:12"]
    assert since(project / "tree")[1] == ["app/a.py:18:12"]


def test_a_repository_inside_is_one_only_when_it_is_named(project: Path) -> None:
    """Else its files are like others: here git knows none of them."""
    repository(project / "vendor")
    assert since(project)[1] == ["vendor/m.py:5:12"]

    assert since(project, "--since", "main", "vendor") == (0, [], "No findings in 0 files.")
    add(project / "vendor/m.py")
    assert since(project, "--since", "main", ".", "vendor")[1] == ["vendor/m.py:9:12"]


def test_renamed_and_changed_in_any_number(project: Path) -> None:
    """The most similar ones belong together, and each old file stands for one new one."""
    for name in ("a", "b"):
        git(project, "mv", f"app/{name}.py", f"app/new_{name}.py")
        add(project / f"app/new_{name}.py")
    (project / "app/copy_of_a.py").write_text((project / "app/new_a.py").read_text())

    found = since(project)[1]
    assert found == [
        "app/copy_of_a.py:18:12",
        "app/new_a.py:5:12",
        "app/new_a.py:18:12",
        "app/new_b.py:18:12",
    ]


@pytest.mark.skipif(os.name == "nt", reason="line ends")
def test_line_ends_that_git_converts_are_no_difference(project: Path) -> None:
    path = project / "app/a.py"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    assert since(project) == (0, [], "No findings in 0 files.")


def test_a_repository_of_sha256(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(OLD)
    git(tmp_path, "init", "-q", "-b", "main", "--object-format=sha256")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "start")
    assert since(tmp_path, "--since", "main") == (0, [], "No findings in 0 files.")

    add(tmp_path / "a.py")
    assert since(tmp_path, "--since", "main")[1] == ["a.py:9:12"]


def test_a_folder_that_only_looks_like_a_repository(project: Path) -> None:
    (project / "app/.git").mkdir()
    add(project / "app/a.py")

    assert since(project)[1] == ["app/a.py:18:12"]


# What git says


@pytest.mark.parametrize(
    ("env", "told"),
    [
        ({"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}, "detected dubious ownership in repository at"),
        (
            {
                "GIT_CONFIG_COUNT": "1",
                "GIT_CONFIG_KEY_0": "core.bare",
                "GIT_CONFIG_VALUE_0": "nope",
            },
            "bad boolean config value 'nope' for 'core.bare'",
        ),
    ],
)
def test_the_reason_of_git_is_told(project: Path, env: dict[str, str], told: str) -> None:
    code, out, err = run(project, "check", "--since", "start", env=env)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("ssot-lint: error: --since start: ")
    assert told in err


MODELS = "class Run(Base):\n    run_id = Column({})\n"


@pytest.fixture
def across(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project, and a rule that speaks where another file says something of run ids."""
    (project / "app/models.py").write_text(MODELS.format("Text()"))
    git(project, "add", "-A")
    git(project, "commit", "-qm", "models")
    git(project, "tag", "models")
    check = Checker.check

    def and_across(self: Checker, source: bytes, path: str) -> FileResult:
        result = check(self, source, path)
        about = self._project(path).about("run_id", "Run", lambda _: False)
        if not path.endswith("c.py") or not list(about):
            return result
        found = replace(result.findings[0], code="OST301", text="run_id")
        return replace(result, findings=(*result.findings, found))

    monkeypatch.setattr(Checker, "check", and_across)
    return project


def test_what_a_change_does_to_other_files(across: Path) -> None:
    args = ("-j", "1", "--since", "models", ".")
    assert since(across, *args) == (0, [], "No findings in 0 files.")

    (across / "app/models.py").write_text(MODELS.format("UUID()"))

    code, found, summary = since(across, *args)
    assert (code, found) == (1, ["app/c.py:5:12"])
    assert summary.startswith("1 finding in 1 of 4 files; ")


def test_what_is_only_moved_does_nothing_to_others(across: Path) -> None:
    (across / "app/models.py").write_text(MODELS.format("UUID()"))
    git(across, "commit", "-qam", "uuid")
    (across / "app/models.py").write_text("\n" + MODELS.format("UUID()"))

    found = since(across, "-j", "1", "--since", "HEAD", ".")

    assert found == (0, [], "No findings in 1 file.")


MAKES = """\
from shared.id_generation import UnifiedIdGenerator


def new_thread():
    return UnifiedIdGenerator.generate_base_id("{}")


def other():
    return 1
"""
PASSES = "from app.makes import new_thread\n\n\ndef passed():\n    return new_thread()\n"
USES = "from app.passes import passed\n\nthread_id = f'thread_{passed()}'\n"


@pytest.fixture
def returning(project: Path) -> Path:
    """A project in which a file uses what a function of another one gives, by a third one."""
    project_below(project)
    for name, text in (("makes", MAKES.format("run")), ("passes", PASSES), ("uses", USES)):
        (project / f"app/{name}.py").write_text(text)
    git(project, "add", "-A")
    git(project, "commit", "-qm", "returning")
    return project


def test_what_a_function_gives_does_to_files_that_did_not_change(returning: Path) -> None:
    assert since(returning, "--since", "HEAD", ".") == (0, [], "No findings in 0 files.")

    (returning / "app/makes.py").write_text(MAKES.format("thread"))
    assert since(returning, "--since", "HEAD", ".")[1] == ["app/uses.py:3:13"]
    git(returning, "commit", "-qam", "changed")
    assert since(returning, "--since", "HEAD", ".")[1] == []


def test_who_uses_nothing_that_changed_is_not_checked(returning: Path) -> None:
    (returning / "app/makes.py").write_text(MAKES.format("run").replace("return 1", "return 2"))

    assert since(returning, "--since", "HEAD", ".") == (0, [], "No findings in 1 file.")


def test_what_a_deleted_file_said(across: Path) -> None:
    """Where it is gone, nothing is new; what it said, it said before."""
    (across / "app/models.py").write_text(MODELS.format("UUID()"))
    git(across, "commit", "-qam", "uuid")
    (across / "app/models.py").unlink()
    assert since(across, "-j", "1", "--since", "HEAD", ".")[:2] == (0, [])

    git(across, "commit", "-qam", "gone")
    (across / "app/models.py").write_text(MODELS.format("UUID()"))
    assert since(across, "-j", "1", "--since", "HEAD", ".")[1] == ["app/c.py:5:12"]
