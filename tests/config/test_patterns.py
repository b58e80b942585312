"""Patterns: the quick looks never contradict `pathspec`."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from ssot_lint.config.patterns import Patterns, is_pattern

pytestmark = pytest.mark.filterwarnings("ignore:Possible nested set")

NAMES = st.sampled_from(["a", "b", "ab", "a.py", "b.py", "build", "$x", "[a]", "!a", "#a", "a b"])
PIECES = st.sampled_from(
    [
        "a",
        "b",
        "*",
        "**",
        "/",
        "?",
        "[ab]",
        "[!a]",
        ".py",
        "!",
        "#",
        "build",
        "$",
        "\\",
        " ",
        "[",
        "é",
    ]
)
LINES = st.lists(PIECES, min_size=1, max_size=5).map("".join).filter(is_pattern)
# Where pathspec differs from git: `[!a]` may be the slash behind a folder's name, `a/**` means the
# folder `a`, too, and `!/` every folder.
PATTERNS = st.lists(
    LINES.filter(lambda line: not re.search(r"\[!|/\*\*+[\s/]*$|^\s*!/+\s*$", line)), max_size=4
)


@given(
    PATTERNS,
    st.lists(NAMES, min_size=1, max_size=4),
    st.booleans(),
)
def test_verdict_is_that_of_pathspec(lines: list[str], parts: list[str], is_folder: bool) -> None:
    path = "/".join(parts) + ("/" if is_folder else "")

    assert Patterns(lines).verdict(path) is GitIgnoreSpec.from_lines(lines).check_file(path).include


def test_a_folder_whose_whole_content_is_matched_may_be_entered() -> None:
    patterns = Patterns(["build/**", "!build/keep.py"])

    assert patterns.verdict("build/") is None
    assert patterns.verdict("build/a.py") is True
    assert patterns.verdict("build/keep.py") is False


@given(st.lists(PIECES, max_size=5).map("".join))
def test_what_is_a_pattern_can_be_read(text: str) -> None:
    if is_pattern(text):
        GitIgnoreSpec.from_lines([text])
    elif text.count("*") <= 3:
        with pytest.raises(ValueError, match="Invalid"):
            GitIgnoreSpec.from_lines([text])


@given(
    PATTERNS,
    st.lists(NAMES, min_size=1, max_size=4),
)
def test_entry_of_a_folder_that_is_not_matched(lines: list[str], parts: list[str]) -> None:
    """Going down from the top, the quick look and the full one leave out the same files."""
    patterns = Patterns(lines)
    spec = GitIgnoreSpec.from_lines(lines)
    for depth in range(1, len(parts)):
        folder = "/".join(parts[:depth]) + "/"
        if spec.check_file(folder).include:
            assert patterns.verdict_on_entry(folder)
            return
        assert not patterns.verdict_on_entry(folder)
    if not any(line.startswith("!") for line in lines):
        path = "/".join(parts)
        assert bool(patterns.verdict_on_entry(path)) is bool(spec.check_file(path).include)


@pytest.mark.parametrize("pattern", ["*a*a*a*b", "*" * 40 + "b", "**/" * 12 + "b"])
def test_what_would_take_too_long_is_no_pattern(pattern: str) -> None:
    assert not is_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a*a*b", "a" * 250),
        ("**/a/**/b/**/c", "a/b/" * 200 + "d"),
        ("/".join(["*a*a*b"] * 10), "/".join(["a" * 250] * 10)),
    ],
)
def test_hostile_names_do_not_take_long(pattern: str, path: str) -> None:
    assert is_pattern(pattern)
    assert Patterns([pattern]).verdict(path) is None


def test_a_folder_let_in_again_lets_in_its_files() -> None:
    # git looks at the names in a folder one by one; pathspec alone would leave them out, too.
    patterns = Patterns(["build", "!src/build/"])

    assert patterns.verdict_on_entry("src/build/") is False
    assert patterns.verdict_on_entry("src/build/a.py") is not True


@pytest.mark.parametrize("name", ["a.py", "test_a.py", "__init__.py"])
@pytest.mark.parametrize(
    "line", ["*$py.class", "*.py[cod]", "__pycache__/", "/venv", "docs/_build/", "*.log", "# a.py"]
)
def test_common_patterns_need_no_second_look(
    name: str, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(lines: object) -> None:
        raise AssertionError(f"{line} may match {name}")

    monkeypatch.setattr(GitIgnoreSpec, "from_lines", fail)

    assert Patterns([line]).verdict(f"app/{name}") is None
