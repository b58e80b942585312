"""Suppressions are read as flake8 reads them; `test_flake8` holds the two against each other."""

from __future__ import annotations

import pytest

from ssot_lint import check_source


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
    ],
)
def test_malformed_comments_give_a_warning(comment: str, remark: str) -> None:
    source = f"import uuid\nx = uuid.uuid4()  {comment}\n".encode()

    assert check_source(source, "a.py").warnings == (f"a.py:2: {remark}",)


@pytest.mark.parametrize("comment", ["# noqa: OST101", "# noqa", "# noqa: E501 see OST101"])
def test_good_comments_give_none(comment: str) -> None:
    source = f"import uuid\nx = uuid.uuid4()  {comment}\n".encode()

    assert check_source(source, "a.py").warnings == ()


def test_a_comment_for_the_file_that_is_none() -> None:
    source = b"#flake8: noqa\nimport uuid\nx = uuid.uuid4()\n"
    (warning,) = check_source(source, "a.py").warnings

    assert warning.startswith("a.py:1: `#flake8: noqa` takes out no file; write `# flake8: noqa`")


def test_the_row_for_a_comment() -> None:
    source = b'import uuid\nx = uuid.uuid4(), """\ntext\n"""\ny = (uuid.uuid4(),\n  1)\n'

    assert [f.noqa_row for f in check_source(source, "a.py").findings] == [4, 5]
