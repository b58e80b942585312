"""`check --add-noqa`: comments that flake8 and ruff obey, and nothing else changes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.in_process import run

SOURCE = '''\
import uuid

plain = uuid.uuid4()
other = uuid.uuid4()  # why
typed = uuid.uuid4()  # type: ignore[x]
known = uuid.uuid4()  # noqa: E501
words = uuid.uuid4()  # noqa: E501, W291 because
done = uuid.uuid4()  # noqa: OST101
text = f"""
{uuid.uuid4()}
"""
continued = 1, \\
    uuid.uuid4()
bracket = [
    uuid.uuid4(),
]
first = uuid.uuid4(); second = uuid.uuid4()
thread_id = "abc"; third = uuid.uuid4()
'''
SUPPRESSED = '''\
import uuid

plain = uuid.uuid4()  # noqa: OST101
other = uuid.uuid4()  # why  # noqa: OST101
typed = uuid.uuid4()  # type: ignore[x]  # noqa: OST101
known = uuid.uuid4()  # noqa: E501, OST101
words = uuid.uuid4()  # noqa: E501, W291, OST101 because
done = uuid.uuid4()  # noqa: OST101
text = f"""
{uuid.uuid4()}
"""  # noqa: OST101
continued = 1, \\
    uuid.uuid4()  # noqa: OST101
bracket = [
    uuid.uuid4(),  # noqa: OST101
]
first = uuid.uuid4(); second = uuid.uuid4()  # noqa: OST101
thread_id = "abc"; third = uuid.uuid4()  # noqa: OST101, OST301
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.py").write_text(SOURCE)
    return tmp_path


def linter(folder: Path, *args: str) -> str:
    command = [sys.executable, "-m", *args]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


def test_comments_stand_where_they_are_obeyed(folder: Path) -> None:
    code, out, err = run(folder, "check", "--add-noqa", ".")

    assert (code, out, err) == (0, "Suppressed 12 findings in 1 file.\n", "")
    assert (folder / "a.py").read_text() == SUPPRESSED
    assert run(folder, "check", ".")[0] == 0


@pytest.mark.broad
def test_flake8_and_ruff_obey(folder: Path) -> None:
    (folder / "ruff.toml").write_text('[lint]\nexternal = ["OST"]\n')
    assert linter(folder, "flake8", "--isolated", "--select", "OST", "a.py").count("OST") == 12
    run(folder, "check", "--add-noqa=until the move", ".")

    assert linter(folder, "flake8", "--isolated", "--select", "OST", "a.py") == ""
    args = ("--no-cache", "--select", "RUF100", "--output-format", "json", "a.py")
    told = [entry["message"] for entry in json.loads(linter(folder, "ruff", "check", *args))]
    assert told  # about codes that are not on here
    assert not any("OST" in message for message in told)


def test_twice_is_once(folder: Path) -> None:
    run(folder, "check", "--add-noqa")
    assert run(folder, "check", "--add-noqa")[1] == "Suppressed 0 findings in 0 files.\n"
    assert (folder / "a.py").read_text() == SUPPRESSED


def test_a_reason(folder: Path) -> None:
    (folder / "a.py").write_text("import uuid\nx = uuid.uuid4()\ny = uuid.uuid4()  # noqa: E501\n")
    assert run(folder, "check", "--add-noqa=# moves  in\tMay", "a.py")[0] == 0

    assert (folder / "a.py").read_text().splitlines()[1:] == [
        "x = uuid.uuid4()  # noqa: OST101  # moves in May",
        "y = uuid.uuid4()  # noqa: E501, OST101",
    ]


@pytest.mark.parametrize("reason", ["# noqa: E501", "\x1b[2J"])
def test_reasons_that_would_do_more(folder: Path, reason: str) -> None:
    code, _, err = run(folder, "check", f"--add-noqa={reason}", "a.py")

    assert (code, err.count("\n")) == (2, 1)
    assert "give a reason in plain words" in err
    assert (folder / "a.py").read_text() == SOURCE


@pytest.mark.parametrize(
    "source",
    [
        b"import uuid\r\nx = uuid.uuid4()\r\ny = 1\r\n",
        b"\xef\xbb\xbfimport uuid\nx = uuid.uuid4()",
        b"# coding: latin-1\nimport uuid\nx = uuid.uuid4(), '\xe4'\n",
        b"import uuid\rx = uuid.uuid4()\ry = 1\r",
    ],
    ids=["crlf", "bom, no end", "latin-1", "cr"],
)
def test_the_bytes_around_stay(folder: Path, source: bytes) -> None:
    (folder / "a.py").write_bytes(source)
    run(folder, "check", "--add-noqa", "a.py")
    after = (folder / "a.py").read_bytes()

    assert after.replace(b"  # noqa: OST101", b"") == source != after
    assert run(folder, "check", "a.py")[0] == 0


def test_where_no_comment_is_obeyed(folder: Path) -> None:
    """flake8 takes the first thing on the line that looks like one, here in a string."""
    text = 'import uuid\nx = uuid.uuid4(), "# noqa: E501"\ny = uuid.uuid4()\n'
    (folder / "a.py").write_text(text)
    code, out, err = run(folder, "check", "--add-noqa", "a.py")

    assert (folder / "a.py").read_text() == text[:-1] + "  # noqa: OST101\n"
    assert code == 1
    assert err == "ssot-lint: warning: a.py:2: no `# noqa` would be obeyed here\n"
    assert out.startswith("Suppressed 1 finding in 1 file.\na.py:2:5: OST101")


def test_what_is_known_before_is_left_alone(folder: Path) -> None:
    run(folder, "baseline")
    (folder / "b.py").write_text("import uuid\nx = uuid.uuid4()\n")
    run(folder, "check", "--add-noqa")

    assert (folder / "a.py").read_text() == SOURCE
    assert "noqa: OST101" in (folder / "b.py").read_text()


def test_files_that_are_not_analysed_stay(folder: Path) -> None:
    (folder / "a.py").write_text("import uuid\nuuid.uuid4(\n")

    assert run(folder, "check", "--add-noqa", "a.py")[0] == 2
    assert (folder / "a.py").read_text() == "import uuid\nuuid.uuid4(\n"


@pytest.mark.parametrize("args", [("-",), ("--ignore-noqa", "a.py")])
def test_what_it_does_not_go_with(folder: Path, args: tuple[str, ...]) -> None:
    assert run(folder, "check", "--add-noqa", *args, stdin=b"")[0] == 2
