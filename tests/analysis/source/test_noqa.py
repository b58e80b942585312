"""Suppressions are read as flake8 reads them; `test_flake8` holds the two against each other."""

from __future__ import annotations

import ast
import enum
import functools
import tokenize
from argparse import Namespace
from pathlib import Path

import pytest
from flake8.processor import FileProcessor

from ssot_lint import Settings, check_source, fix_source
from ssot_lint.analysis.source.noqa import Suppressions


@pytest.mark.parametrize(
    ("comment", "suppressed"),
    [
        ("# noqa", True),
        ("# noqa: OST101", True),
        ("# noqa:OST101", True),
        ("# NoQA: E501,OST101", True),
        ("# noqa: E501 OST101", True),
        ("# noqa: OST101 because", True),
        ("# noqa: OST1", True),
        ("# other # noqa: OST101", True),
        ("# noqa : OST301", True),
        ("# noqa: OST301", False),
        ("# noqa: ost101", False),
        ("#noqa: OST101", False),
        ("#  noqa: OST101", False),
    ],
)
def test_forms(comment: str, suppressed: bool) -> None:
    source = f"import uuid\nx = uuid.uuid4()  {comment}\n".encode()

    assert (check_source(source, "a.py").findings == ()) is suppressed
    assert len(check_source(source, "a.py", ignore_noqa=True).findings) == 1


@pytest.mark.parametrize(
    ("comment", "remark"),
    [
        ("#noqa: OST101", "`#noqa: OST101` suppresses nothing; write `# noqa: OST101`"),
        ("# noqa: ost101", "`# noqa: ost101` suppresses nothing; write `# noqa: OST101`"),
        ("# noqa : OST101", "`# noqa : OST101` suppresses every code; write `# noqa: OST101`"),
        ("# noqa OST101", "`# noqa OST101` suppresses every code; write `# noqa: OST101`"),
        (
            "# noqa: direct-uuid-call",
            "`# noqa: direct-uuid-call` suppresses every code; write `# noqa: OST101`",
        ),
        (
            "#noqa: Direct-Uuid-Call",
            "`#noqa: Direct-Uuid-Call` suppresses nothing; write `# noqa: OST101`",
        ),
        ("# noqa: some-name", "`# noqa: some-name` suppresses every code; write `# noqa: OST101`"),
        ("# noqa: legacy", "`# noqa: legacy` suppresses every code; write `# noqa: OST101`"),
        (
            "# old # NOQA : we know, #123",
            "`# NOQA : we know, #123` suppresses every code; write `# noqa: OST101`",
        ),
        (
            "# noqa: hand-built-id",
            "`# noqa: hand-built-id` suppresses every code; write `# noqa: OST104`",
        ),
    ],
)
def test_malformed_comments_give_a_warning(comment: str, remark: str) -> None:
    source = f"import uuid\nx = uuid.uuid4()  {comment}\n".encode()

    assert check_source(source, "a.py").warnings == (f"a.py:2: {remark}",)


@pytest.mark.parametrize(
    "comment",
    ["# noqa: OST101", "# noqa", "# noqa:", "# noqa  why", "# noqa: E501 see OST101", "#noqa: a-b"],
)
def test_good_comments_give_none(comment: str) -> None:
    source = f"import uuid\nx = uuid.uuid4()  {comment}\n".encode()

    assert check_source(source, "a.py").warnings == ()


def test_a_comment_too_wide_is_told_once_with_all_that_it_hides() -> None:
    source = b"""import uuid
thread_id = f"x_{uuid.uuid4()}" \\
  "y" '''
'''  # noqa: by-hand
y = 1  # noqa: by-hand
"""
    told = "`# noqa: by-hand` suppresses every code; write `# noqa: OST101, OST301`"

    assert check_source(source, "a.py").findings == ()
    assert check_source(source, "a.py").warnings == (f"a.py:4: {told}",)
    assert check_source(source, "a.py", ignore_noqa=True).warnings == ()


def test_a_comment_for_the_file_that_is_none() -> None:
    source = b"#flake8: noqa\nimport uuid\nx = uuid.uuid4()\n"
    (warning,) = check_source(source, "a.py").warnings

    assert warning.startswith("a.py:1: `#flake8: noqa` takes out no file; write `# flake8: noqa`")


def test_the_row_for_a_comment() -> None:
    source = b'import uuid\nx = uuid.uuid4(), """\ntext\n"""\ny = (uuid.uuid4(),\n  1)\n'

    assert [f.noqa_row for f in check_source(source, "a.py").findings] == [4, 5]


UNUSED = "x = 1  # noqa: OST101\n"


def test_an_unused_code_and_its_fix() -> None:
    (finding,) = check_source(UNUSED.encode(), "a.py").findings

    assert (finding.code, finding.location.column, finding.end_location.column) == (
        "OST901",
        16,
        22,
    )
    assert finding.message == "`OST101` in this `# noqa` comment suppresses nothing here; remove it"
    assert finding.fix is not None
    assert [(e.location.column, e.end_location.column, e.content) for e in finding.fix.edits] == [
        (6, 22, "")
    ]


@pytest.mark.parametrize(
    "source",
    [
        b"x = 1  # noqa: OST101\r\ny = 2\r\n",
        b"# coding: latin-1\nx = '\xe9'  # noqa: OST101",
        b"\xef\xbb\xbfx = 1  # noqa: OST101\n",
        b"\x0cx = 1  # noqa: OST101 \t\n",
        b"x = '\xc3\xa9\xf0\x9f\x98\x80', 1 \t # noqa: OST101\ny = 1  # noqa\n",
    ],
)
def test_the_fix_changes_no_other_byte(source: bytes) -> None:
    code, comment, rest = source.partition(b"# noqa: OST101")

    assert comment
    assert fix_source(source, "a.py").source == code.rstrip() + rest.lstrip(b" \t")


def test_the_line_of_a_comment_alone_goes() -> None:
    source = b"def f():\n    # noqa: OST101\n    pass\n# noqa: OST301"

    assert fix_source(source, "a.py").source == b"def f():\n    pass\n"


@pytest.mark.parametrize(
    ("settings", "codes"),
    [
        (Settings(), ["OST101", "OST999"]),
        (Settings(select=("OST901",)), ["OST999"]),
        (Settings(select=("OST101",)), []),
        (Settings(select=("OST3", "OST9")), ["OST999"]),
        (Settings(ignore=("OST901",)), []),
        (Settings(per_file_ignores=(("a.py", ("OST9",)),)), []),
        (Settings(per_file_ignores=(("a.py", ("OST101",)),)), ["OST999"]),
        (Settings(exempt=("a.py",)), []),
    ],
)
def test_only_codes_that_are_on_are_judged(settings: Settings, codes: list[str]) -> None:
    findings = check_source(b"x = 1  # noqa: OST101, OST999\n", "a.py", settings).findings

    assert [f.message.split("`")[1] for f in findings] == codes


def test_nothing_is_unused_when_suppressions_are_ignored() -> None:
    assert check_source(UNUSED.encode(), "a.py", ignore_noqa=True).findings == ()


def test_a_file_that_is_not_analysed_has_no_unused_suppressions() -> None:
    findings = check_source(f"{UNUSED}x = (\n".encode(), "a.py").findings

    assert [f.code for f in findings] == ["OST900"]


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        ("# noqa: OST101 because", "gives a reason in words"),
        ("# noqa: E501, OST101 - see below", "gives a reason in words"),
        ("# noqa: OST101  # noqa: OST301", "read as another `# noqa`"),
        ("# noqa: OST101 # x # noqa", "read as another `# noqa`"),
    ],
)
def test_why_a_comment_stays(comment: str, reason: str) -> None:
    source = f"x = 1  {comment}\n".encode()
    (finding,) = check_source(source, "a.py").findings

    assert finding.fix is None
    assert f"(no fix: the {'comment' if 'words' in reason else 'rest of the comment'}" in (
        finding.message
    )
    assert reason in finding.message
    assert fix_source(source, "a.py", unsafe=True).source is None


LINES = {
    "strings": "a = 1\nb = '''\n'''; c = 2\nd = 3; e = '''\n\n'''; f = '''\n'''; g = 4\nh = 5\n",
    "backslashes": "if a: \\\n  b()\nc = 1 + \\\n  2\nif d \\\n  or e:\n    f = \\\n   3\n",
    "brackets": "a(\n  '''\n  ''',\n  b(\n  c\n  ),\n)\n",
    "inner blocks": (
        "try:\n  a()\nexcept B:\n  c = '''\n  '''\nelse:\n  d()\nfinally:\n  # e\n  f()\n"
        "match g:\n  case '''\n''':\n    h = '''\n    '''\n  case i: j()\n"
    ),
    "decorators": "class A:\n    @b('''\n''')\n    # c\n    @d\n    def e(self): '''\n'''\n",
    "docstring and comments": "'''\n\n'''\n\n# a\n\nb = 1\n  # c\n",
    "no end of line": "def a():\n    b()\n\ndef c():\n    d = '''\n''' + e",
}


def check_lines(text: str) -> None:
    options = Namespace(
        hang_closing=False, indent_size=4, max_line_length=79, max_doc_length=72, verbose=0
    )
    lines = text.splitlines(keepends=True)
    flake8 = FileProcessor("a.py", options, lines)
    suppressions = Suppressions(text, text, ast.parse(text))

    for row in range(1, len(lines) + 1):
        first, last = suppressions.rows_with(row)
        assert "".join(lines[first - 1 : last]) == flake8.noqa_line_for(row), row


@pytest.mark.parametrize("text", LINES.values(), ids=LINES)
def test_looks_for_comments_where_flake8_looks(text: str) -> None:
    check_lines(text)


@pytest.mark.parametrize("module", [enum, functools, tokenize], ids=lambda module: module.__name__)
def test_looks_for_comments_where_flake8_looks_in_the_standard_library(module: object) -> None:
    check_lines(Path(str(vars(module)["__file__"])).read_text(encoding="utf-8"))
