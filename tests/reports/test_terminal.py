"""What a terminal shows: findings by file, each sentence once, fixes as small diffs."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from ssot_lint.analysis.source.location import Location
from ssot_lint.engine.checker import check_source
from ssot_lint.fixes.changes import changes_of
from ssot_lint.model.findings import Applicability, Edit, FileResult, Finding, Fix
from ssot_lint.model.sentences import Sentences, sentences_of
from ssot_lint.reports.findings.terminal import render_text
from tests.helpers.in_process import run


def shown(*results: FileResult, show_diff: bool = False) -> str:
    return click.unstyle(render_text(results, show_diff=show_diff))


def edit(row: int, start: int, end: int, content: str, *, last: int | None = None) -> Edit:
    return Edit(Location(row, start), Location(last or row, end), content)


def finding(row: int, message: str, *edits: Edit, code: str = "OST101") -> Finding:
    place = Location(row, 5)
    fix = Fix(Applicability.SAFE, "call it", edits) if edits else None
    return Finding("a.py", place, Location(row, 7), code, "name", message, row, fix=fix)


def result(*findings: Finding) -> FileResult:
    lines = tuple((row, f"x = old({row})") for row in range(1, 9))
    return FileResult("a.py", findings, lines=lines)


def test_files_stand_above_their_findings() -> None:
    told = shown(result(finding(3, "it is wrong; use `a`")), FileResult("clean.py"))

    assert (
        told == "a.py\n  3:5  OST101 it is wrong; use `a`\n    3 | x = old(3)\n      |     ^^\n\n"
    )


def test_sentences_are_said_once() -> None:
    first = finding(1, "it is wrong; use `a` (unsafe: because)")
    told = shown(
        result(
            first,
            finding(2, "it is wrong; use `b` (unsafe: because)"),
            finding(3, "it is wrong; use `b` (unsafe: because)"),
            finding(4, "it is wrong; use `b` (unsafe: other)"),
            finding(5, "it is odd; use `b` (unsafe: because)", code="OST104"),
            finding(6, "it is wrong", code="OST104"),
        )
    )
    said = [line for line in told.splitlines()[1:-1] if "|" not in line]

    assert said == [
        "  1:5  OST101 it is wrong; use `a`",
        "       unsafe: because",
        "  2:5  OST101 use `b`",
        "       unsafe: because",
        "  3:5  OST101 the same as on line 2",
        "  4:5  OST101 use `b`",
        "       unsafe: other",
        "  5:5  OST104 it is odd; use `b`",
        "       unsafe: because",
        "  6:5  OST104 it is wrong",
    ]


def test_another_file_says_it_again() -> None:
    one = result(finding(1, "it is wrong; use `a`"))

    assert shown(one, one).count("it is wrong; use `a`") == 2


def test_a_diff_stands_in_the_place_of_the_code() -> None:
    told = shown(result(finding(3, "wrong; use `a`", edit(3, 5, 8, "new"))), show_diff=True)

    assert told == (
        "a.py\n  3:5  OST101 [*] wrong; use `a`\n    3 - x = old(3)\n      + x = new(3)\n\n"
    )


def test_what_changes_elsewhere_goes_with_the_code() -> None:
    told = shown(result(finding(3, "wrong", edit(1, 1, 1, "import a\n"))), show_diff=True)

    assert told.splitlines()[2:-1] == ["    3 | x = old(3)", "      |     ^^", "      + import a"]


def test_a_change_that_two_fixes_share_is_shown_once() -> None:
    shared = edit(1, 1, 1, "import a\n")
    told = shown(
        result(
            finding(3, "wrong", shared, edit(3, 5, 8, "new")),
            finding(4, "wrong", shared, edit(4, 5, 8, "new")),
        ),
        show_diff=True,
    )

    assert told.count("import a") == 1
    assert told.count("+ x = new") == 2


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([edit(2, 1, 1, "a\nb\n")], ["+a", "+b"]),
        ([edit(2, 1, 1, "", last=3)], ["-2:two"]),
        ([edit(2, 1, 4, "zwei")], ["-2:two", "+zwei"]),
        ([edit(2, 1, 2, "T"), edit(2, 3, 4, "O")], ["-2:two", "+TwO"]),
        ([edit(2, 1, 2, "T"), edit(3, 1, 2, "T")], ["-2:two", "+Two", "-3:three", "+Three"]),
        ([edit(2, 4, 1, "", last=3)], ["-2:two", "-3:three", "+twothree"]),
        ([edit(2, 1, 4, "a\r\nb")], ["-2:two", "+a", "+b"]),
        ([edit(9, 1, 1, "end\n")], ["+end"]),
    ],
)
def test_changes(edits: list[Edit], expected: list[str]) -> None:
    lines = {1: "one", 2: "two", 3: "three", 4: "four"}
    found = [change for hunk in changes_of(edits, lines) for change in hunk]

    assert [f"{c.sign}{f'{c.row}:' if c.row else ''}{c.line}" for c in found] == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("a", Sentences("a", "", "")),
        ("a; b", Sentences("a", "b", "")),
        ("a; b; c (unsafe: d; e)", Sentences("a", "b; c", "unsafe: d; e")),
        ("a (line 2; x); b", Sentences("a (line 2; x)", "b", "")),
        ("`f(a; b)` is; b (no fix: c (d))", Sentences("`f(a; b)` is", "b", "no fix: c (d)")),
        ("a (no fix: b)", Sentences("a", "", "no fix: b")),
        ("a ` (b", Sentences("a ` (b", "", "")),
    ],
)
def test_sentences(message: str, expected: Sentences) -> None:
    assert sentences_of(message) == expected


SOURCE = "import uuid\n\nrun_id = str(uuid.uuid4())\n"


def test_each_line_that_a_fix_touches_is_at_hand() -> None:
    found = check_source(SOURCE.encode(), "a.py")

    assert found.lines == ((1, "import uuid"), (3, "run_id = str(uuid.uuid4())"))


def test_the_option(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[tool.ssot-lint]\ngenerator = 'ids.new_id'\ncontext-method = ''\ncontext-ids = []\n"
    )
    (tmp_path / "ids.py").write_text(
        "import uuid\n\n\ndef new_id(prefix: str) -> str:\n"
        "    return f'{prefix}_{uuid.uuid4().hex}'\n"
    )
    (tmp_path / "a.py").write_text(SOURCE)

    code, out, _ = run(tmp_path, "check", "--show-diff", "-q", "a.py")

    assert (code, out.splitlines()[2:-1]) == (
        1,
        [
            "     1 - import uuid",
            "       + from ids import new_id",
            "     3 - run_id = str(uuid.uuid4())",
            '       + run_id = new_id("run")',
        ],
    )
    assert " - import uuid" not in run(tmp_path, "check", "-q", "a.py")[1]
    assert "+ run_id" in run(tmp_path, "check", "--color", "always", "a.py")[1]
    assert "+ run_id" not in run(tmp_path, "check", "--color", "always", "--no-show-diff")[1]
    (tmp_path / "b.py").write_text("import uuid\n" + "run_id = str(uuid.uuid4())\n" * 11)
    assert "+ run_id" not in run(tmp_path, "check", "--color", "always")[1]  # too many


def test_other_formats_have_no_diff(tmp_path: Path) -> None:
    code, out, err = run(tmp_path, "check", "--show-diff", "--output-format", "json")

    assert (code, out) == (2, "")
    assert "--show-diff goes with --output-format text" in err
