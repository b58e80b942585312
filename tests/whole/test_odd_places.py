"""Odd places: what cannot be read or written, odd names, links, hostile configuration."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import json
import os
import pkgutil
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import ssot_lint
from ssot_lint.run import files
from tests.helpers.fixture_files import BACKEND
from tests.helpers.in_process import run

resource: Any = pytest.importorskip("resource", reason="limits of Unix")

BAD = "import uuid\nrun_id = str(uuid.uuid4())\n"
NOBODY = 65534


@pytest.fixture
def folder() -> Iterator[Path]:
    """Can be entered by everybody, as pytest's own folders cannot."""
    path = Path(tempfile.mkdtemp())
    path.chmod(0o777)
    (path / "pyproject.toml").write_text("[tool.ssot-lint]\n")
    (path / "a.py").write_text(BAD)
    yield path
    for inside in path.rglob("*"):
        if inside.is_dir() and not inside.is_symlink():
            inside.chmod(0o700)
    shutil.rmtree(path)


@contextlib.contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of root, who may everything."""
    if os.geteuid() != 0:
        yield
        return
    for module in pkgutil.walk_packages(ssot_lint.__path__, "ssot_lint."):
        importlib.import_module(module.name)  # later it may be where nobody may not read
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@contextlib.contextmanager
def disk_full(room: int) -> Iterator[None]:
    """No file can grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# Rights


def test_a_file_without_rights(folder: Path) -> None:
    (folder / "b.py").write_text(BAD)
    (folder / "b.py").chmod(0)
    code, out, _ = run(folder, "check", "--no-cache", under=as_nobody())

    assert code == 2
    assert "b.py:1:1: OST900 file not analysed: cannot be read: Permission denied" in out
    assert "a.py:2:14: OST101" in out


def test_a_folder_without_rights(folder: Path) -> None:
    (folder / "inside").mkdir(0)
    code, _, err = run(folder, "check", "--no-cache", under=as_nobody())

    assert code == 2
    expected = "inside: cannot be read: Permission denied; exclude it, or change who may"
    assert err == f"ssot-lint: error: {expected}\n"


@pytest.mark.parametrize("what", ["a.py", "."])
def test_what_is_read_only_stays(folder: Path, what: str) -> None:
    # What lies elsewhere nobody may read, where the checkout does.
    shutil.copytree(BACKEND, folder, dirs_exist_ok=True)
    (folder / what).chmod(0o555)
    before = contents(folder)
    code, _, err = run(folder, "fix", "--no-cache", "a.py", under=as_nobody())

    assert code == 2
    assert err.startswith("ssot-lint: error: a.py: ")
    assert contents(folder) == before


# The disk


def test_a_full_disk_loses_nothing(folder: Path) -> None:
    (folder / "a.py").write_text(BAD + "x = 1\n" * 1000)
    before = contents(folder)
    with disk_full(10):
        for args in ("fix", "baseline", "check --add-noqa", "init inside"):
            (folder / "inside").mkdir(exist_ok=True)
            code, _, err = run(folder, *args.split())
            assert (code, err.count("\n")) == (2, 1), err
            assert err.endswith(": cannot be written: File too large\n")

    after = contents(folder)
    assert {path: after.get(path) for path in before} == before
    assert not [path for path in after if path.endswith(".tmp")]


def test_a_file_that_vanishes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = files.read
    before: list[str] = []

    def vanishing(path: str) -> bytes:
        content = read(path)
        if path in before or not os.path.isabs(path):  # what it says of ids was read before
            os.unlink(path)
        before.append(path)
        return content

    monkeypatch.setattr("ssot_lint.run.runner.files.read", vanishing)
    code, _, err = run(folder, "fix", "--no-cache")

    assert code == 2
    assert err == "ssot-lint: error: a.py: cannot be written: No such file or directory\n"


# Links


def test_links_that_lead_out_are_checked_and_never_written(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as outside:
        target = Path(outside, "target.py")
        target.write_text(BAD)
        (folder / "a.py").unlink()
        (folder / "link.py").symlink_to(target)
        assert "link.py:2:14: OST101" in run(folder, "check")[1]
        assert run(folder, "check", "--add-noqa")[0] == 2
        assert target.read_text() == BAD
        code, _, err = run(folder, "fix")
        expected = (
            "link.py: is a link to a file outside of what was given; not changed, give that file"
        )
        assert (code, err) == (2, f"ssot-lint: error: {expected}\n")
        assert target.read_text() == BAD

        assert run(folder, "fix", "link.py")[0] == 0
        assert "uuid" not in target.read_text()
        assert (folder / "link.py").is_symlink()


@pytest.mark.parametrize("given", ["app", "app/", "app/target.py", "deep/../app", "up/app"])
def test_folders_that_lead_out_are_not_written_to(folder: Path, given: str) -> None:
    """Nobody sees of a name that it is a link, which may have come with the code."""
    with tempfile.TemporaryDirectory() as outside:
        target = Path(outside, "target.py")
        target.write_text(BAD)
        (folder / "app").symlink_to(outside)
        (folder / "up").symlink_to(".")
        (folder / "deep").mkdir()
        told = "a link leads out of the project there; not changed, name the file behind it"
        assert "target.py:2:14: OST101" in run(folder, "check", given)[1]
        for command in ("fix", "check --add-noqa"):
            code, _, err = run(folder, *command.split(), given)

            assert (code, told in err) == (2, True)
            assert target.read_text() == BAD
        code, _, err = run(folder, "init", "app")
        assert (code, os.listdir(outside)) == (2, ["target.py"])

        assert run(folder, "fix", outside)[0] == 0
        assert "uuid" not in target.read_text()


def test_links_inside_are_followed(folder: Path) -> None:
    (folder / "link.py").symlink_to("a.py")
    assert run(folder, "check", "-q")[1].count("\n") == 1
    assert run(folder, "report", "--format", "json")[1].count('"bypassing": 1') > 0
    assert run(folder, "baseline", "--baseline", "b.json")[1] == "b.json: 1 accepted (+1 -0)\n"
    assert run(folder, "fix", ".")[1] == "Fixed 1 finding in 1 file, 0 left.\n"

    assert "uuid" not in (folder / "a.py").read_text()
    assert (folder / "link.py").is_symlink()


def test_links_that_lead_nowhere_or_in_circles(folder: Path) -> None:
    (folder / "loop.py").symlink_to("loop.py")
    (folder / "gone.py").symlink_to("nothing.py")
    (folder / "up").symlink_to(".")
    code, out, err = run(folder, "check")

    assert (code, err) == (1, "")
    assert out.count("OST101") == 1


# Names


ODD_NAMES = [
    "two\nlines.py", 'quo"te\'s.py', "-n.py", "--select.py", " .py", "a b.py", "ä😀.py", "%41.py",
    "\x1b[31mred.py", "\u202ertl.py", "<script>.py", "a:1:2: OST101 x.py", "*.py", "a\\b.py",
]  # fmt: skip


@pytest.fixture
def odd(folder: Path) -> Path:
    for name in ODD_NAMES:
        (folder / name).write_text(BAD)
    with contextlib.suppress(OSError):  # not every file system takes such names
        Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.py")).write_text(BAD)
    (folder / "a.py").unlink()
    return folder


def test_odd_names_in_all_reports(odd: Path) -> None:
    count = len(list(odd.glob("*.py")))
    assert count >= len(ODD_NAMES)
    for form in ("text", "concise", "grouped", "github", "json-lines"):
        code, out, _ = run(odd, "check", "--output-format", form)
        assert code == 1
        assert "\x1b" not in out
        assert "\u202e" not in out
        lines = [line for line in out.splitlines() if "OST101" in line]
        assert len(lines) >= count
    for form in ("json", "sarif", "gitlab"):
        assert json.loads(run(odd, "check", "--output-format", form)[1])
    suites = ElementTree.fromstring(run(odd, "check", "--output-format", "junit")[1])
    assert len(list(suites.iter("failure"))) == count


def test_odd_names_given_and_fixed(odd: Path) -> None:
    count = len(list(odd.glob("*.py")))
    code, out, _ = run(odd, "check", "--", "-n.py", "--select.py")
    assert (code, out.count("OST101")) == (1, 2)

    assert run(odd, "fix")[0] == 0
    fixed = [path for path in odd.glob("*.py") if b"uuid" not in path.read_bytes()]
    assert len(fixed) == count


def test_odd_names_in_a_baseline(odd: Path) -> None:
    assert run(odd, "baseline")[0] == 0
    code, out, err = run(odd, "check")
    assert (code, err) == (0, "")
    assert out.startswith("No new findings")

    for path in odd.glob("*.py"):
        path.write_text("")
    assert run(odd, "check")[0] == 1
    assert run(odd, "baseline", "--prune")[0] == 0
    assert run(odd, "check")[0] == 0


def test_a_path_of_four_thousand_characters(folder: Path) -> None:
    inside = os.fspath(folder)
    before = os.getcwd()
    os.chdir(folder)
    try:
        while len(inside) < 3_800:
            os.mkdir("d" * 200)
            os.chdir("d" * 200)
            inside += "/" + "d" * 200
        Path("deep.py").write_text(BAD)
    finally:
        os.chdir(before)
    assert "deep.py:2:14: OST101" in run(folder, "check")[1]
    assert run(folder, "fix")[0] == 0
    assert "deep.py" not in run(folder, "check")[1]


@pytest.fixture
def deep(folder: Path) -> Iterator[Path]:
    """Folders in each other, more than Python's calls can be."""
    inside = [str(folder)]
    for _ in range(400):
        inside.append(f"{inside[-1]}/d")
        os.mkdir(inside[-1])
    Path(inside[-1], "a.py").write_text(BAD)
    Path(inside[-1], ".ssot_lint.a.py.x.tmp").touch()
    run(folder, "check", "--no-cache")  # imports need calls of their own
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 300)
    yield folder
    sys.setrecursionlimit(before)


def test_folders_deeper_than_calls(deep: Path) -> None:
    (deep / "pyproject.toml").write_text("")  # without a section, all ways to find a root are gone
    (deep / ".gitignore").write_text("*.pyc\n")
    for command in ("check", "fix --diff"):
        code, out, err = run(deep, *command.split())
        assert (code, out.count("d/a.py") >= 1) == (1, True), err
    assert run(deep, "report")[0] == 0
    assert run(deep, "baseline")[:2] == (0, ".ssot-lint-baseline.json: 2 accepted (+2 -0)\n")
    assert run(deep, "check", "--no-cache")[0] == 0
    assert run(deep, "clean")[1].endswith("d/.ssot_lint.a.py.x.tmp\n")


# Configuration


def test_a_pyproject_that_is_a_folder(folder: Path) -> None:
    (folder / "pyproject.toml").unlink()
    (folder / "pyproject.toml").mkdir()

    assert "a.py:2:14: OST101" in run(folder, "check")[1]
    code, _, err = run(folder, "init")
    assert (code, err.count("\n")) == (2, 1)


def test_a_pyproject_that_is_huge(folder: Path) -> None:
    lines = "".join(f"key{number} = {number}\n" for number in range(50_000))
    (folder / "pyproject.toml").write_text(f"[tool.other]\n{lines}[tool.ssot-lint]\nignore = []\n")

    assert "a.py:2:14: OST101" in run(folder, "check")[1]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a = " + b"[" * 5000, b"\0", b"[tool.ssot-lint"])
def test_a_broken_pyproject_is_one_line(folder: Path, content: bytes) -> None:
    (folder / "pyproject.toml").write_bytes(content)
    code, out, err = run(folder, "check")

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("ssot-lint: error: pyproject.toml")


def test_a_hostile_gitignore(folder: Path) -> None:
    """Patterns that would take for ever are no patterns; others still count."""
    name = "a" * 200 + ".py"
    (folder / name).write_text(BAD)
    (folder / "ignored.py").write_text(BAD)
    lines = [
        "*a" * 60 + "b", "**/" * 60 + "b", "[" * 100, "\\", "!", "(a+)+$", "*" * 1000 + "b",
        "[a-\\", "a" * 100_000, "\0", "/ignored.py", "?" * 500,
    ]  # fmt: skip
    (folder / ".gitignore").write_bytes("\n".join(lines).encode() + b"\n\xff\xfe\n")
    code, out, _ = run(folder, "check")

    assert code == 1
    assert {line.split(":")[0] for line in out.splitlines() if "OST101" in line} == {"a.py", name}


@pytest.mark.skipif(sys.platform == "win32", reason="no FIFOs")
def test_what_is_no_file_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe.py")

    assert run(folder, "check")[0] == 1
    for path in ("pipe.py", "/dev/zero"):
        code, _, err = run(folder, "check", path)
        assert (code, err.count("\n")) == (2, 1)
        assert "is no regular file" in err


# The files of a project that are no files


def pipe(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def zeros(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to("/dev/zero")


endless = pytest.mark.parametrize("endless", [pipe, zeros])


@endless
def test_ignore_files_that_never_end_are_passed_over(folder: Path, endless: Any) -> None:
    (folder / ".git/info").mkdir(parents=True)
    endless(folder / ".git/info/exclude")
    endless(folder / ".gitignore")

    assert run(folder, "check", "--no-cache")[0] == 1


@endless
def test_cache_files_that_never_end_are_passed_over(folder: Path, endless: Any) -> None:
    cache = folder / "cache"
    before = run(folder, "check", "--cache-dir", str(cache))
    kept = list(cache.glob("*.json"))
    for path in kept:
        endless(path)

    assert run(folder, "check", "--cache-dir", str(cache)) == before
    assert all(path.is_file() for path in kept)
    endless(cache / "CACHEDIR.TAG")
    assert run(folder, "clean", str(cache)) == (0, "", "")


@endless
@pytest.mark.parametrize("command", ["check", "fix", "baseline", "baseline --baseline given.json"])
def test_a_baseline_that_never_ends_is_told_in_a_line(
    folder: Path, endless: Any, command: str
) -> None:
    name = "given.json" if "given" in command else ".ssot-lint-baseline.json"
    endless(folder / name)
    code, _, err = run(folder, *command.split(), "--no-cache")

    assert (code, err.count("\n")) == (2, 1)
    assert err.endswith(f"{name}: cannot be read: is no regular file\n")


@endless
def test_init_does_not_wait_for_a_pyproject_that_never_ends(folder: Path, endless: Any) -> None:
    endless(folder / "pyproject.toml")

    told = "ssot-lint: error: pyproject.toml: cannot be read: is no regular file\n"
    assert run(folder, "init") == (2, "", told)


OUTSIDE = "is a link to a file outside of what was given; not changed, "


def linked_out(project: Path, name: str, content: str | None) -> Path:
    """Where a link in a project leads: to a file outside, or to nothing."""
    target = project.parent / "outside"
    if content is not None:
        target.write_text(content)
    (project / name).unlink(missing_ok=True)
    (project / name).symlink_to(target)
    return target


@pytest.fixture
def project(folder: Path) -> Path:
    inside = folder / "project"
    inside.mkdir()
    for name in ("pyproject.toml", "a.py"):
        shutil.copy(folder / name, inside)
    return inside


@pytest.mark.parametrize("content", ["a = 1\n", None])
def test_init_follows_no_link_that_leads_out(project: Path, content: str | None) -> None:
    target = linked_out(project, "pyproject.toml", content)
    before = contents(project.parent)
    told = f"pyproject.toml: {OUTSIDE}write the section by hand, see --diff"

    assert run(project, "init") == (2, "", f"ssot-lint: error: {told}\n")
    assert contents(project.parent) == before
    assert target.exists() == (content is not None)
    assert run(project, "init", "--diff")[0] == 0


@pytest.mark.parametrize("content", ['{"version": 1, "findings": [\nnull]}\n', None])
def test_baseline_follows_no_link_that_leads_out(project: Path, content: str | None) -> None:
    target = linked_out(project, ".ssot-lint-baseline.json", content)
    before = contents(project.parent)
    code, out, err = run(project, "baseline")

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.endswith(
        f".ssot-lint-baseline.json: {OUTSIDE}name the file behind it by --baseline\n"
    )
    assert contents(project.parent) == before
    assert run(project, "baseline", "--baseline", ".ssot-lint-baseline.json")[0] == 2
    assert contents(project.parent) == before
    assert run(project, "baseline", "--baseline", str(target))[0] == 0
    assert target.read_text() != content


# Files with holes: they take no room on a disk, and all memory when they are read


def hole(path: Path) -> None:
    path.unlink(missing_ok=True)
    with path.open("wb") as stream:
        stream.truncate(400_000_000_000)


no_holes = pytest.mark.skipif(os.name == "nt", reason="there, they take room")


@no_holes
def test_a_source_with_a_hole_is_not_read(folder: Path) -> None:
    hole(folder / "hole.py")
    for command in ("check", "fix --diff", "check --add-noqa", "report", "baseline", "init"):
        code, out, err = run(
            folder, *command.split(), "--no-cache" if "init" not in command else "."
        )
        assert code == 2 or command == "init", command
        if command == "check":
            assert "hole.py:1:1: OST900" in out
            assert "has more than 256,000,000 bytes" in out + err


@no_holes
@pytest.mark.parametrize("name", [".gitignore", ".git/info/exclude", "generator.py", ".git"])
def test_what_has_a_hole_is_passed_over(folder: Path, name: str) -> None:
    settings = '[tool.ssot-lint]\ngenerator = "generator.Generator"\n'
    (folder / "pyproject.toml").write_text(settings)
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    hole(folder / name)

    assert run(folder, "check", "--no-cache", "a.py")[0] == 1
    assert run(folder, "fix", "--diff", "--no-cache", "a.py")[0] == 0


@no_holes
def test_cache_files_with_holes_are_passed_over(folder: Path) -> None:
    cache = folder / "cache"
    before = run(folder, "check", "--cache-dir", str(cache))
    for path in cache.glob("*.json"):
        hole(path)
    hole(cache / "CACHEDIR.TAG")

    assert run(folder, "clean", str(cache)) == (0, "", "")
    (cache / "CACHEDIR.TAG").unlink()
    assert run(folder, "check", "--cache-dir", str(cache)) == before


@no_holes
@pytest.mark.parametrize("command", ["check", "baseline", "merge .ssot-lint-baseline.json"])
def test_reports_with_holes_are_told_in_a_line(folder: Path, command: str) -> None:
    hole(folder / ".ssot-lint-baseline.json")
    code, _, err = run(folder, *command.split())

    assert (code, err.count("\n")) == (2, 1)
    assert "cannot be read: has more than" in err
