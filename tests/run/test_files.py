"""Which files are found."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ssot_lint.config.reader import SettingsReader
from ssot_lint.model.errors import UserError
from ssot_lint.rules.registry import CODES
from ssot_lint.run.files import find_files


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in (
        "a.py",
        "b.pyi",
        "c.txt",
        "pkg/d.py",
        "pkg/.venv/e.py",
        "build/f.py",
        "pkg/deep/g.py",
        ".hidden/h.py",
        "pkg/notes.py.bak",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / ".git").mkdir()
    return tmp_path


def find(*paths: str, force_exclude: bool = False, respect_gitignore: bool = True) -> list[str]:
    return find_files(
        paths,
        SettingsReader(CODES),
        force_exclude=force_exclude,
        respect_gitignore=respect_gitignore,
    )


def test_folders_are_searched_for_python_files(tree: Path) -> None:
    assert find(".") == [".hidden/h.py", "a.py", "b.pyi", "pkg/d.py", "pkg/deep/g.py"]
    assert find("pkg", "./a.py", "pkg/d.py") == ["pkg/d.py", "pkg/deep/g.py", "./a.py"]
    assert find(str(tree / "pkg")) == [str(tree / "pkg/d.py"), str(tree / "pkg/deep/g.py")]


def test_given_files_are_taken_unless_excluded_by_force(tree: Path) -> None:
    given = ("c.txt", "build/f.py", "a.py")

    assert find(*given) == list(given)
    assert find(*given, force_exclude=True) == ["c.txt", "a.py"]
    assert find("build") == ["build/f.py"]
    assert find("build", force_exclude=True) == []


def test_exclude_and_extend_exclude(tree: Path) -> None:
    (tree / "pyproject.toml").write_text(
        '[tool.ssot-lint]\nexclude = ["deep"]\nextend-exclude = ["/pkg/d.py", ".hidden"]\n'
    )

    assert find(".") == ["a.py", "b.pyi", "build/f.py", "pkg/.venv/e.py"]


def test_gitignore(tree: Path) -> None:
    (tree / ".gitignore").write_text("*.pyi\n/pkg/deep/\n.hidden/*\n!.hidden/h.py\n")
    (tree / "pkg/.gitignore").write_text("d.py\n")

    assert find(".") == [".hidden/h.py", "a.py"]
    assert find("pkg") == []
    assert find("pkg/d.py") == ["pkg/d.py"]
    assert "pkg/d.py" in find(".", respect_gitignore=False)


def test_a_deeper_gitignore_wins(tree: Path) -> None:
    (tree / ".gitignore").write_text("*.py\n")
    (tree / "pkg/.gitignore").write_text("!d.py\n")

    assert find(".") == ["b.pyi", "pkg/d.py"]


def test_git_info_exclude_and_broken_lines(tree: Path) -> None:
    (tree / ".git/info").mkdir()
    (tree / ".git/info/exclude").write_text("a.py\n")
    (tree / ".gitignore").write_bytes(b"!\n/\n\\\n[\n[z-a]\n\xff\nb.pyi\n")

    assert find(".") == [".hidden/h.py", "pkg/d.py", "pkg/deep/g.py"]


def test_gitignore_above_the_repository_does_not_count(tree: Path) -> None:
    (tree / "pkg/.git").mkdir()
    (tree / ".gitignore").write_text("*.py\n")

    assert find("pkg") == ["pkg/d.py", "pkg/deep/g.py"]


def test_links_to_folders_are_not_followed(tree: Path) -> None:
    (tree / "pkg/loop").symlink_to(tree, target_is_directory=True)
    (tree / "linked.py").symlink_to(tree / "c.txt")
    (tree / "dangling.py").symlink_to(tree / "nowhere.py")
    (tree / "itself.py").symlink_to("itself.py")

    assert find("pkg") == ["pkg/d.py", "pkg/deep/g.py"]
    assert "linked.py" in find(".")
    assert "dangling.py" not in find(".")
    assert find("pkg/loop/pkg/deep") == ["pkg/loop/pkg/deep/g.py"]


def test_a_file_with_several_names_is_found_once(tree: Path) -> None:
    (tree / "0.py").symlink_to("a.py")
    (tree / "also").symlink_to(tree / "pkg", target_is_directory=True)
    (tree / "pkg/a_link.py").symlink_to("d.py")
    (tree / "pkg/z_link.py").symlink_to("../c.txt")
    (tree / "pkg/y_link.py").symlink_to("../c.txt")

    assert find("./a.py", "a.py", str(tree / "a.py"), "pkg/../a.py") == ["./a.py"]
    assert find("pkg/d.py", "also/d.py") == ["pkg/d.py"]
    assert find("also", "pkg/d.py") == ["also/d.py", "also/deep/g.py", "also/y_link.py"]
    assert find("pkg", "c.txt") == ["pkg/d.py", "pkg/deep/g.py", "c.txt"]
    # Settings speak of files by their paths, so that a link's own name must not stand for them.
    assert find("0.py", "a.py") == ["a.py"]
    assert find("0.py") == ["0.py"]
    assert find("pkg") == ["pkg/d.py", "pkg/deep/g.py", "pkg/y_link.py"]
    assert [path for path in find(".") if "link" in path or path == "0.py"] == ["pkg/y_link.py"]


@pytest.mark.parametrize("name", ["a.ipynb", "pkg/A.IPYNB"])
def test_notebooks_are_refused_by_name(tree: Path, name: str) -> None:
    (tree / name).touch()

    with pytest.raises(UserError, match=r"^(\S+\.ipynb|\S+IPYNB): notebooks are not read; `nbqa "):
        find("a.py", name)
    assert "a.py" in find(".")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs")
def test_special_files_are_left_out(tree: Path) -> None:
    os.mkfifo(tree / "pkg/pipe.py")

    assert find("pkg") == ["pkg/d.py", "pkg/deep/g.py"]
    with pytest.raises(UserError, match=r"^pkg/pipe.py: is no regular file"):
        find("pkg/pipe.py")


def test_a_missing_path_is_named(tree: Path) -> None:
    with pytest.raises(UserError, match=r"^nowhere: No such file or directory; give a"):
        find("nowhere")
