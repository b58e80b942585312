"""A repository that nobody reviewed: nothing that it brings is run, and nothing is waited for."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import ssot_lint.run.git.repository
from ssot_lint.model.errors import UserError
from ssot_lint.run.git.repository import Repository
from tests.helpers.in_process import run
from tests.run.test_baseline import git
from tests.run.test_since import NEW, OLD, add, since

pytestmark = pytest.mark.skipif(os.name == "nt", reason="programs of a shell")


@pytest.fixture
def touch(tmp_path: Path) -> str:
    """A program that leaves a trace, for `touched`."""
    path = tmp_path / "harm"
    path.write_text(f"#!/bin/sh\necho run >> {tmp_path / 'trace'}\ncat\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = tmp_path / "repo"
    (project / "app").mkdir(parents=True)
    for name in ("a", "b"):
        (project / f"app/{name}.py").write_text(OLD + f"{name} = '{name}'\n" * 9)
    git(project, "init", "-q", "-b", "main")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "start")
    git(project, "tag", "start")
    add(project / "app/a.py", NEW)
    (project / "app/b.py").rename(project / "app/c.py")
    return project


def trace(project: Path) -> bool:
    return (project.parent / "trace").exists()


def configure(project: Path, key: str, value: str) -> None:
    git(project, "config", key, value)


PROGRAMS: dict[str, Callable[[str], dict[str, str]]] = {
    "monitor": lambda program: {"core.fsmonitor": program},
    "filter": lambda program: {
        "filter.evil.clean": program,
        "filter.evil.smudge": program,
        "filter.evil.process": program,
        "filter.evil.required": "true",
    },
    "hooks": lambda program: {"core.hooksPath": str(Path(program).parent)},
    "pager": lambda program: {"core.pager": program, "pager.ls-tree": program},
    "alias": lambda program: {
        f"alias.{name}": f"!{program}" for name in ("ls-tree", "rev-parse", "cat-file")
    },
    "textconv": lambda program: {"diff.evil.textconv": program, "diff.external": program},
    "editor": lambda program: {"core.editor": program, "core.askPass": program},
    "ssh": lambda program: {"core.sshCommand": program, "core.gitProxy": program},
}


@pytest.mark.broad
@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_of_the_configuration_are_not_run(project: Path, touch: str, name: str) -> None:
    (project / ".gitattributes").write_text("*.py filter=evil diff=evil\n")
    (project / ".git/info/attributes").write_text("*.py filter=evil diff=evil\n")
    for key, value in PROGRAMS[name](touch).items():
        configure(project, key, value)

    assert since(project)[1] == ["app/a.py:18:12"]
    run(project, "report", "--history", "history.jsonl")
    assert not trace(project)


def test_the_monitor_would_be_run(project: Path, touch: str) -> None:
    """So that the tests above can fail."""
    configure(project, "core.fsmonitor", touch)
    git(project, "status", "--porcelain")

    assert trace(project)


@pytest.mark.parametrize("url", ["ext::sh -c {}", "ssh://host/x", "file://{}"])
def test_what_a_partial_clone_lacks_is_not_fetched(project: Path, touch: str, url: str) -> None:
    blob = git(project, "rev-parse", "start:app/a.py").strip()
    for key, value in {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.url": url.format(touch),
        "remote.origin.promisor": "true",
        "remote.origin.uploadpack": touch,
        "core.sshCommand": touch,
        "protocol.allow": "always",
        "protocol.ext.allow": "always",
    }.items():
        configure(project, key, value)
    path = project / ".git/objects" / blob[:2] / blob[2:]
    path.chmod(0o644)
    path.unlink()
    code, out, err = run(project, "check", "--no-cache", "--since", "start")

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert f"git lacks {blob}, and nothing is fetched here" in err
    assert not trace(project)


def test_a_work_tree_elsewhere_is_not_believed(project: Path, touch: str) -> None:
    for elsewhere in ("/", "/nowhere", str(project.parent)):
        configure(project, "core.worktree", elsewhere)
        assert since(project)[1] == ["app/a.py:18:12"]


def test_a_repository_inside_is_not_asked(project: Path, touch: str) -> None:
    inner = project / "vendor"
    inner.mkdir()
    (inner / "m.py").write_text(OLD)
    git(inner, "init", "-q")
    configure(inner, "core.fsmonitor", touch)
    configure(inner, "include.path", "/dev/stdin")

    assert since(project)[1] == ["app/a.py:18:12", "vendor/m.py:5:12"]
    assert not trace(project)


def test_a_bare_repository_inside_is_a_folder(project: Path, touch: str) -> None:
    """As such it can be committed."""
    bare = project / "app/bare"
    bare.mkdir()
    git(bare, "init", "-q", "--bare")
    git(bare, "--git-dir=.", "config", "core.fsmonitor", touch)
    (bare / "m.py").write_text(OLD)

    assert since(bare)[1] == ["m.py:5:12"]
    assert not trace(project)


@pytest.mark.parametrize("search", [".", "", "bin", "./bin"])
def test_a_program_of_the_repository_is_not_git(project: Path, touch: str, search: str) -> None:
    (project / "bin").mkdir()
    for name in ("git", "bin/git"):
        (project / name).symlink_to(touch)
    path = os.pathsep.join([search, os.environ["PATH"]])
    code, out, _ = run(project, "check", "--no-cache", "--since", "start", env={"PATH": path})

    assert (code, out.split(": ")[0]) == (1, "app/a.py:18:12")
    assert not trace(project)


def test_no_git_is_told(project: Path) -> None:
    code, _, err = run(project, "check", "--since", "start", env={"PATH": "bin"})

    assert (code, err) == (2, "ssot-lint: error: git is not installed; --since needs it\n")
    assert run(project, "report", "--history", "h.jsonl", env={"PATH": "bin"})[0] == 0


@pytest.mark.parametrize("name", ["HEAD", "config", "index", "packed-refs"])
def test_a_pipe_in_the_repository_is_not_waited_for(project: Path, name: str) -> None:
    path = project / ".git" / name
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    code, out, err = run(project, "check", "--since", "start", env={"GIT_CEILING_DIRECTORIES": "/"})

    assert (code, out) == (2, "")
    assert err.endswith(f"{project} is in no git repository\n")


def test_git_is_not_waited_for_for_ever(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(project / "pipe")
    configure(project, "include.path", str(project / "pipe"))
    monkeypatch.setattr(ssot_lint.run.git.repository, "_PATIENCE_SECONDS", 0.2)
    code, _, err = run(project, "check", "--since", "start")

    assert (code, err.count("\n")) == (2, 1)
    assert "git rev-parse has not answered for 0.2 s" in err


def test_many_that_do_not_answer_are_waited_for_as_one(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(project / "pipe")
    configure(project, "include.path", str(project / "pipe"))
    monkeypatch.setattr(
        ssot_lint.run.git.repository, "_patience", ssot_lint.run.git.repository._Patience()
    )
    monkeypatch.setattr(ssot_lint.run.git.repository, "_PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(ssot_lint.run.git.repository, "_LEAST_PATIENCE_SECONDS", 0.1)
    repository = Repository.at(str(project))
    assert repository is not None
    for seconds in (0.3, 0.1, 0.1):
        with pytest.raises(UserError, match=f"has not answered for {seconds} s"):
            repository.ask("rev-parse", "HEAD")


def test_trees_without_end_are_not_listed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve objects are as good as ten billion files: nothing but a limit ends that in time."""
    blob = git(project, "rev-parse", "HEAD:app/a.py").strip()
    tree = ""
    for level in range(11):
        kind = f"040000 tree {tree}" if level else f"100644 blob {blob}"
        lines = "".join(f"{kind}\t{number}\n" for number in range(10))
        (project.parent / "listed").write_text(lines)
        with open(project.parent / "listed") as stream:
            made = subprocess.run(
                ["git", "mktree"], cwd=project, stdin=stream, capture_output=True, check=True
            )
        tree = made.stdout.decode().strip()
    git(project, "tag", "bomb", git(project, "commit-tree", "-m", "x", tree).strip())
    monkeypatch.setattr(ssot_lint.run.git.repository, "_LONGEST_ANSWER", 100_000)
    code, out, err = run(project, "check", "--no-cache", "--since", "bomb")

    assert (code, out) == (2, "")
    assert err.endswith("git ls-tree gives more than 100,000 bytes; see what is in that commit\n")


def test_many_blobs_come_in_order(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssot_lint.run.git.repository, "_BLOBS_AT_ONCE", 2)
    repository = Repository.at(str(project))
    assert repository is not None
    ids = [git(project, "rev-parse", f"HEAD:app/{name}.py").strip() for name in ("a", "b")]
    asked = [*ids, ids[1], ids[0], ids[0]]
    first, second = repository.blobs(ids)
    assert list(repository.blobs(asked)) == [first, second, second, first, first]


def test_a_broken_git_file_is_no_repository(project: Path) -> None:
    inner = project / "app/inner"
    inner.mkdir()
    for text in ("", "gitdir: /nowhere\n", "gitdir: \0\n", "nonsense"):
        (inner / ".git").write_text(text)
        assert Repository.at(str(inner)) is None


@pytest.mark.parametrize("version", ["2", "4"])
def test_what_git_tracks(project: Path, version: str) -> None:
    repository = Repository.at(str(project))
    assert repository is not None
    (project / "app/.ssot_lint_cache").mkdir()
    (project / "app/.ssot_lint_cache/x").touch()
    git(project, "update-index", "--index-version", version)
    cache = str(project / "app/.ssot_lint_cache")
    assert not repository.tracks(cache)

    git(project, "add", "-f", "app/.ssot_lint_cache")
    assert repository.tracks(cache)
    assert not repository.tracks(str(project / ".ssot_lint_cache"))
    if version == "2":
        git(project, "update-index", "--split-index")
        assert repository.tracks(cache)


@pytest.mark.parametrize("size", [10, 400_000_000_000])
def test_an_index_that_cannot_be_read_is_not_believed(project: Path, size: int) -> None:
    """Git cannot read it, either: who knows what it tracks."""
    repository = Repository.at(str(project))
    assert repository is not None
    with (project / ".git/index").open("wb") as stream:
        stream.write(b"app/.ssot_lint_cache/")
        stream.truncate(max(size, 21))

    assert repository.tracks(str(project / "app/.ssot_lint_cache"))


def test_an_unknown_object_is_an_error(project: Path) -> None:
    repository = Repository.at(str(project))
    assert repository is not None
    with pytest.raises(UserError, match="git lacks 0000"):
        list(repository.blobs(["0" * 40]))
