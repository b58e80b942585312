"""Odd files, each through check, fix, fix --diff, standard input and flake8.

Each case holds `run_id = str(uuid.uuid4())` somewhere, which is found and fixed unless the file is
no Python for this interpreter: then it is OST900, or silent where its bytes hold no trigger.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from ssot_lint.analysis.source.text import decode
from tests.helpers.in_process import run

CALL = "run_id = str(uuid.uuid4())"
FIXED = 'run_id = UnifiedIdGenerator.generate_base_id("run")'
BAD = f"import uuid\n{CALL}\n"


def nested(count: int) -> str:
    return f"import uuid\nx = {'(' * count}1{')' * count}\n{CALL}\n"


def branches(count: int) -> str:
    return "import uuid\nif x == 0:\n    pass\n" + "".join(
        f"elif x == {n}:\n    {CALL if n == count else 'pass'}\n" for n in range(1, count + 1)
    )


def syntax(text: str) -> str:
    """Syntax of some version of Python, with a violation behind it."""
    return f"import uuid\n{text}\n{CALL}\n"


TEXTS: Mapping[str, str | bytes] = {
    # Line ends and layout
    "crlf": BAD.replace("\n", "\r\n"),
    "lone_cr": BAD.replace("\n", "\r"),
    "cr_before_lf": f"import uuid\rx = 1\r\ry = 2\r\n\rz = 3\n{CALL}\r",
    "mixed_ends": f"import uuid\r\nx = 1\ry = 2\n{CALL}\r\n",
    "no_last_newline": BAD.rstrip(),
    "form_feeds": f"\fimport uuid\n\f\ndef f():\n\f    {CALL}\n",
    "cr_before_form_feed": f"import uuid\nx = 1\r\f\n{CALL}\n",
    "cr_before_space_and_feed": f"import uuid\nx = 1\r \f\n{CALL}\n",
    "cookie_before_cr": b"# coding: latin-1\rimport uuid\rx = '\xe9'\r" + CALL.encode(),
    "no_cookie_before_cr": f"# x\rimport uuid\r{CALL}\rx = f(encoding=enc)\r",
    "tabs": f"import uuid\ndef f():\n\tif x:\n\t\t{CALL}\n",
    "tab_then_spaces": f"import uuid\nif x:\n\tif y:\n\t    {CALL}\n",
    "semicolons": f"import uuid; x = 1; {CALL}; y = 2\n",
    "continued": "import uuid\nrun_id = \\\n    str(uuid.uuid4())\n",
    "continued_before": f"import uuid\nx = 1 + \\\n  2\n{CALL}\n",
    "one_line_block": f"import uuid\nif x: {CALL}\n",
    "trailing_space": f"import uuid  \n{CALL}   \n   \n",
    # Encodings
    "bom": b"\xef\xbb\xbf" + BAD.encode(),
    "bom_and_cookie": b"\xef\xbb\xbf# coding: utf-8\n" + BAD.encode(),
    "bom_and_other_cookie": b"\xef\xbb\xbf# coding: latin-1\n" + BAD.encode(),
    "latin_1": f"# coding: latin-1\nimport uuid\nx = 'é'; {CALL}\n".encode("latin-1"),
    "cp1252": f"# coding: cp1252\nimport uuid\nx = '€'; {CALL}\n".encode("cp1252"),
    "shift_jis": f"# coding: shift_jis\nimport uuid\nx = '名前'; {CALL}\n".encode("shift_jis"),
    "utf_7": b"# coding: utf-7\nimport uuid\nrun_id = str(uuid.uuid4())\n",
    "utf_16": BAD.encode("utf-16"),
    "lying_cookie": b"# coding: ascii\nimport uuid\nx = '\xe9'\n" + CALL.encode(),
    "unknown_cookie": b"# coding: klingon\n" + BAD.encode(),
    "no_text_cookie": b"# coding: rot13\n" + BAD.encode(),
    "undecodable": b"import uuid\nx = '\xff'\n" + CALL.encode(),
    "nul": BAD.encode() + b"x = '\0'\n",
    # Letters
    "emoji_before": f"import uuid\nx = '😀'; {CALL}\n",
    "combining_before": f"import uuid\nx = 'e\u0301'; {CALL}\n",
    "wide_names": BAD.replace("uuid4", "ｕuid４"),
    "unicode_names": f"import uuid\nñame = ﬁ = 1; {CALL}\n",
    "line_separators": f"import uuid\nx = 'a\u2028b\x85c'; {CALL}\n",
    # Size and depth
    "empty": "",
    "only_comments": "# import uuid\n# uuid.uuid4()\n",
    "many_lines": "import uuid\ndef f():\n" + "    x = 1\n" * 50_000 + CALL + "\n",
    "long_line": f"import uuid\nx = '{'a' * 1_000_000}'; {CALL}\n",
    "parentheses": nested(3_000),
    "some_parentheses": nested(80),
    "elif": branches(2_000),
    "pieces": "import uuid\nx = (\n" + "    'a'\n" * 3_000 + f")\n{CALL}\n",
    "sum": f"import uuid\nx = {'1 + ' * 3_000}1\n{CALL}\n",
    # Syntax, some of it newer than some interpreters
    "match": syntax("match x:\n    case {'a': [1, *_]} | None if y: pass"),
    "except_star": syntax("try: pass\nexcept* ValueError: pass"),
    "pep_695": syntax("type A[T] = list[T]\ndef f[T: int](x: T) -> T: return x\nclass C[T]: pass"),
    "pep_696": syntax("def f[T = int](x: T) -> T: return x"),
    "pep_701": syntax('y = f"{f"{1 + 2}"}" f"{\n1}"'),
    "pep_750": syntax('y = t"hello {x}"'),
    "pep_758": syntax("try: pass\nexcept ValueError, KeyError: pass"),
    "python_2": syntax("print 'x'"),
    # Comments with a meaning for others
    "type_comment": f"import uuid\nx = [] # type: list[str]\n{CALL}  # type: str\n",
    "type_ignore": f"import uuid\n{CALL}  # type: ignore[misc]\n",
    "pragmas": f"import uuid\n# fmt: off\n{CALL}  # fmt: skip  # pylint: disable=C01\n# fmt: on\n",
    "ruff_noqa": f"import uuid\n{CALL}  # noqa: E501\n",
    "shebang": "#!/usr/bin/env python3\n" + BAD,
    "docstring": f'"""Doc."""\nfrom __future__ import annotations\n{BAD}',
}
SUFFIXES = {"stub": (".pyi", BAD)}
# What has no trigger in its bytes is left to other tools.
SILENT = {"empty", "only_comments"}
# Names that are spelled in an odd way are found, and left to people.
NOT_FIXED = {"wide_names"}
BOM = b"\xef\xbb\xbf"
# So deep that it depends on the interpreter whether anybody can read it.
BIG = {"many_lines", "elif", "long_line", "pieces", "parentheses", "sum"}
DEEP = {"sum", "elif", "parentheses"}


@dataclass(frozen=True)
class Case:
    name: str
    source: bytes
    suffix: str = ".py"

    @property
    def file(self) -> str:
        return self.name + self.suffix

    @property
    def is_python(self) -> bool:
        """Whether this interpreter reads it."""
        try:
            ast.parse(decode(self.source))
        except (SyntaxError, ValueError, LookupError, RecursionError, MemoryError):
            return False
        return True


def bytes_of(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


CASES = [Case(name, bytes_of(text)) for name, text in TEXTS.items()]
CASES += [Case(name, bytes_of(text), suffix) for name, (suffix, text) in SUFFIXES.items()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[tool.ssot-lint]\n")
    return tmp_path


def places(source: bytes) -> list[tuple[int, int]]:
    """Where the calls stand, found without any of our code but the decoder."""
    lines = re.split("\r\n|\r|\n", decode(source))
    return [
        (row, match.start() + 1)
        for row, line in enumerate(lines, start=1)
        if not line.startswith("#")
        for match in re.finditer(r"(?<=str\()uuid\.", line)
    ]


def marked(case: Case) -> ParameterSet:
    marks = [pytest.mark.slow] if case.name in BIG else []
    return pytest.param(case, id=case.name, marks=marks)


@pytest.mark.parametrize("case", [marked(case) for case in CASES])
def test_an_odd_file(case: Case, folder: Path) -> None:
    path = folder / case.file
    path.write_bytes(case.source)
    code, out, _ = run(folder, "check", "--output-format", "json", case.file)
    found = [
        (one["location"]["row"], one["location"]["column"], one["code"]) for one in json.loads(out)
    ]

    if case.name in SILENT:
        assert (code, found) == (0, [])
    elif code == 2 and case.name in DEEP:
        assert [one for *_, one in found] == ["OST900"]
    elif case.is_python or case.name in DEEP:
        assert (code, found) == (1, [(*place, "OST101") for place in places(case.source)])
    else:
        assert code == 2
        assert [one for *_, one in found] == ["OST900"]

    stdin = run(
        folder, "check", "--output-format", "json", "--stdin-filename", case.file, "-",
        stdin=case.source,
    )  # fmt: skip
    assert stdin[:2] == (code, out)

    run(folder, "fix", "--diff", case.file)
    assert path.read_bytes() == case.source
    fixed_stdin = run_bytes(folder, case)
    run(folder, "fix", case.file)
    assert path.read_bytes() == fixed_stdin
    if "OST101" in {one for *_, one in found}:
        hold_fixed(case, path.read_bytes())
    else:
        assert path.read_bytes() == case.source


def run_bytes(folder: Path, case: Case) -> bytes:
    """What `fix -` prints, to the byte."""
    args = ("fix", "-q", "--stdin-filename", case.file, "-")
    return run(folder, *args, stdin=case.source)[1].encode("utf-8", "surrogateescape")


def hold_fixed(case: Case, after: bytes) -> None:
    """Only the call and the import have changed; the rest is there to the byte."""
    text, new = decode(case.source), decode(after)
    if case.name not in NOT_FIXED:
        assert "UnifiedIdGenerator.generate_base_id" in new
    if case.is_python:
        assert ast.parse(new)
    assert case.source.startswith(BOM) is after.startswith(BOM)
    rest = new
    for line in re.split(r"(?<=\n)|(?<=\r)(?!\n)", text):
        if line and "uuid" not in line:
            _, found, rest = rest.partition(line)
            assert found == line
    assert ("\r" in new) is ("\r" in text)
    for comment in re.findall(r"#[^\r\n]*", text):
        assert comment.strip() in new


@pytest.mark.parametrize("is_big", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_flake8_finds_the_same(folder: Path, is_big: bool) -> None:
    # flake8 reads other files than we do by its own lights; what is no Python has its E902 or E999.
    cases = [case for case in CASES if case.suffix == ".py" and case.is_python]
    cases = [case for case in cases if case.name not in DEEP and (case.name in BIG) is is_big]
    for case in cases:
        (folder / case.file).write_bytes(case.source)
    done = subprocess.run(
        [sys.executable, "-m", "flake8", "--select", "OST", "."],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    assert b"Traceback" not in done.stderr
    found = re.findall(r"\./(\w+)\.py:(\d+):(\d+): (OST\d+)", done.stdout.decode())
    expected = [
        (case.name, str(row), str(column), "OST101")
        for case in cases
        if case.name not in SILENT
        for row, column in places(case.source)
    ]

    assert sorted(found) == sorted(expected)
