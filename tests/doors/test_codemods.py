"""The codemod commands, run by the real `libcst.tool`."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import libcst as cst
import pytest
from libcst.codemod import CodemodContext

from ssot_lint import codemods
from ssot_lint.rules.registry import all_rules
from tests.doors.test_cli import BAD
from tests.doors.test_fix import FIXED, SAFE
from tests.helpers.fixture_files import ROOT
from tests.helpers.in_process import run
from tests.helpers.projects import write_project

pytestmark = pytest.mark.broad  # each starts libcst.tool

BOTH = 'import uuid\nrun_id = uuid.uuid4()\nthread_id = "abc"\n'


def codemod(folder: Path, *args: str, cwd: Path | None = None) -> str:
    command = [sys.executable, "-m", "libcst.tool", "codemod", *args, "-j", "1", "--no-format"]
    result = subprocess.run(
        [*command, str(folder)], cwd=cwd or folder, capture_output=True, text=True, check=True
    )
    return result.stdout + result.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "safe.py").write_text(SAFE)
    (tmp_path / "bad.py").write_text(BAD)
    (tmp_path / "both.py").write_text(BOTH)
    return tmp_path


def test_safe_fixes_from_this_folders_configuration(folder: Path) -> None:
    codemod(folder, "codemods.FixIds", cwd=ROOT)

    assert (folder / "safe.py").read_text() == FIXED
    assert (folder / "bad.py").read_text() == BAD


def test_unsafe_fixes_and_select(folder: Path) -> None:
    codemod(folder, "-x", "ssot_lint.codemods.FixIds", "--unsafe-fixes", "--select", "OST301")

    assert (folder / "both.py").read_text() == BOTH.replace('"abc"', '"thread_abc"')
    assert (folder / "bad.py").read_text() == BAD


def test_the_command_of_one_rule(folder: Path) -> None:
    codemod(folder, "-x", "ssot_lint.codemods.FixDirectUuidCall", "--unsafe-fixes")

    assert (folder / "bad.py").read_text() == FIXED
    assert 'thread_id = "abc"' in (folder / "both.py").read_text()


BODY = b"import uuid\n\nrun_id = str(uuid.uuid4())\n"
CLEAN = b"import os\n\nx = os.sep\n"
ODD: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda text: text,
    "form_feeds": lambda text: b"\x0c" + text.replace(b"\n\n", b"\n\x0c\n") + b"\x0cy = 1\n\x0c\n",
    "feed_in_line": lambda text: text + b"if x:\n\x0c    y = 1\n    \x0c\n",
    "crlf": lambda text: text.replace(b"\n", b"\r\n"),
    "mixed_ends": lambda text: text + b"y = 1\r\nz = 2\n",
    "lone_cr": lambda text: text.replace(b"\n", b"\r"),
    "lone_cr_at_the_end": lambda text: text + b"y = 1\r",
    "no_last_newline": lambda text: text.rstrip(),
    "blank_lines_at_the_end": lambda text: text + b"\n\n  \n\t\n",
    "spaces_at_the_end": lambda text: text + b"    ",
    "comment_at_the_end": lambda text: text + b"    # x",
    "bom": lambda text: b"\xef\xbb\xbf" + text,
    "latin": lambda text: b"# coding: latin-1\n" + text + b"y = '\xe9'\n",
    "cp1252": lambda text: b"# -*- coding: cp1252 -*-\r\n" + text + b"y = '\x80'\r\n",
    "tabs": lambda text: text + b"if x:\n\ty = 1 \\\n\t\t+ 2\n",
    "spaces_behind": lambda text: text.replace(b"\n", b"  \n"),
    "long_strings": lambda text: text + b'y = """\n\x0c\r\n"""\n',
}  # fmt: skip


def everything(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.py"))}


@pytest.mark.parametrize("body", [BODY, CLEAN], ids=["findings", "clean"])
def test_every_byte_outside_of_the_edits_stays(tmp_path: Path, body: bytes) -> None:
    tool, own = tmp_path / "tool", tmp_path / "own"
    for folder in (tool, own):
        folder.mkdir()
        (folder / "pyproject.toml").write_text("[tool.ssot-lint]\n")
        for name, odd in ODD.items():
            (folder / f"{name}.py").write_bytes(odd(body))
    before = everything(tool)
    told = codemod(tool, "-x", "ssot_lint.codemods.FixIds", "--include-stubs")
    code, *_ = run(own, "fix", "-q")

    assert everything(tool) == everything(own)
    assert "Failed to codemod 0 files" in told
    if body is CLEAN:
        assert everything(tool) == before
    else:
        assert code == 0
        changed = {name for name, text in everything(tool).items() if text != before[name]}
        assert changed == before.keys()


def test_the_diff_shows_the_edits_alone(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"\x0c" + BODY + b"\x0c\n")
    (tmp_path / "b.py").write_bytes(b"\x0c" + CLEAN)
    diff = codemod(tmp_path, "-x", "ssot_lint.codemods.FixIds", "-u", "1")

    assert [line for line in diff.splitlines() if line.startswith("-") and "." in line][1:] == [
        "-run_id = str(uuid.uuid4())"
    ]
    assert "b.py" not in diff


def test_what_another_codemod_makes_of_the_result_counts(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(BODY + b"\x0c\n")
    context = CodemodContext(filename=str(path))
    result = codemods.FixIds(context).transform_module(cst.parse_module(path.read_bytes()))

    assert (
        result.bytes
        == result.code.encode()
        == path.read_bytes()
        .replace(
            b"import uuid\n",
            b"from shared.id_generation.unified_id_generator import UnifiedIdGenerator\n",
        )
        .replace(b"str(uuid.uuid4())", b'UnifiedIdGenerator.generate_base_id("run")')
    )
    assert result.with_changes(body=()).code.strip() == ""
    assert "changed" in result.visit(Renaming()).code
    # The tree that a codemod before this one has changed counts, not what the file holds.
    other = cst.parse_module(BODY.replace(b"run_id", b"req_id"))
    assert b'generate_base_id("req")' in codemods.FixIds(context).transform_module(other).bytes


class Renaming(cst.CSTTransformer):
    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        return updated_node.with_changes(value="changed")


def test_only_files_that_fix_would_look_at_are_changed(tmp_path: Path) -> None:
    """Not what is excluded, exempt, suppressed or accepted."""
    for name in ("a.py", ".venv/lib/b.py", "shared/id_generation/c.py", "d.py", "old.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"\x0c" + BODY)
    (tmp_path / "pyproject.toml").write_text("[tool.ssot-lint]\n")
    (tmp_path / "d.py").write_bytes(BODY.replace(b"())\n", b"())  # noqa: OST101\n"))
    assert run(tmp_path, "baseline", "a.py", "old.py", "-q")[0] == 0
    (tmp_path / "old.py").rename(tmp_path / "new.py")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.py")}
    codemod(tmp_path, "-x", "ssot_lint.codemods.FixIds")

    assert {path: path.read_bytes() for path in tmp_path.rglob("*.py")} == before
    codemod(tmp_path, "-x", "ssot_lint.codemods.FixIds", "--no-baseline")
    changed = {path.name for path, text in before.items() if path.read_bytes() != text}
    assert changed == {"a.py", "new.py"}


def test_each_fixable_rule_has_a_command() -> None:
    names = {name for name in dir(codemods) if name.startswith("Fix")} - {"FixIds"}
    kinds = [getattr(codemods, name) for name in names]
    # OST901 judges the codes of the rules that run with it, so alone it would do nothing.
    alone = [rule for rule in all_rules() if rule.fixable != "never" and rule.code != "OST901"]

    assert names == {f"Fix{rule.__name__}" for rule in alone}
    assert {kind.codes for kind in kinds} == {(rule.code,) for rule in alone}
    assert all(kind.DESCRIPTION.endswith(f" (ssot-lint {kind.codes[0]}).") for kind in kinds)
    assert all(kind.__doc__ == f"Fixes of {kind.codes[0]}." for kind in kinds)


def test_a_command_crosses_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(codemods.FixHandBuiltId)) is codemods.FixHandBuiltId


def test_what_is_no_command_is_missed_as_in_any_module() -> None:
    with pytest.raises(
        AttributeError, match=r"module `ssot_lint\.codemods` has no attribute `FixNo"
    ):
        getattr(codemods, "FixNo")  # noqa: B009


@pytest.mark.parametrize(
    ("told", "options"), [("FixIds", ()), ("FixHandBuiltId", ()), ("FixHandBuiltId", ("-OO",))]
)
def test_only_who_asks_for_a_rule_imports_them(told: str, options: tuple[str, ...]) -> None:
    code = f"import sys; from ssot_lint.codemods import {told} as command; print(command.__name__, "
    code += "'ssot_lint.rules.rule' in sys.modules)"
    command = [sys.executable, *options, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout == f"{told} {told != 'FixIds'}\n"


def test_the_commands_are_listed() -> None:
    command = [sys.executable, "-m", "libcst.tool", "list"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert "codemods.FixIds" in listed
    assert "codemods.FixHandBuiltId - Fix ids put together by hand" in listed


def test_what_other_files_say_decides(tmp_path: Path) -> None:
    makes = "import uuid\nfrom lib import short\n\nrun_id = str(uuid.uuid4())\nshort(run_id)\n"
    files = {"app/makes.py": makes, "lib.py": "def short(run_id):\n    return run_id[:8]\n"}
    write_project(tmp_path, files)
    codemod(tmp_path, "-x", "ssot_lint.codemods.FixIds")
    assert (tmp_path / "app/makes.py").read_text() == makes

    (tmp_path / "lib.py").write_text("def short(run_id):\n    return run_id\n")
    codemod(tmp_path, "-x", "ssot_lint.codemods.FixIds")
    assert "UnifiedIdGenerator" in (tmp_path / "app/makes.py").read_text()


NEW_ID = "def new_id(prefix: str) -> str:"
SHAPES = {
    "module": (
        "acme.ids",
        'id-method = "new_id"\n',
        "def new_id(prefix: str) -> str:",
        "",
        "new_id",
    ),
    "function": ("acme.ids.new_id", "", "def new_id(prefix: str) -> str:", "", "new_id"),
    "instance": (
        "acme.ids.ids",
        'id-method = "new"\n',
        "class Ids:\n  def new(self, prefix: str) -> str:",
        "ids = Ids()\n",
        "ids.new",
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_generators_of_other_shapes(tmp_path: Path, shape: str) -> None:
    generator, more, head, behind, call = SHAPES[shape]
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme/__init__.py").write_text("")
    (tmp_path / "acme/ids.py").write_text(f"{head}\n        return prefix + '_1'\n\n\n{behind}")
    (tmp_path / "pyproject.toml").write_text(
        f'[tool.ssot-lint]\ngenerator = "{generator}"\ncontext-method = ""\n{more}'
    )
    (tmp_path / "app.py").write_bytes(BODY)

    codemod(tmp_path, "-x", "ssot_lint.codemods.FixIds")

    assert f'run_id = {call}("run")\n' in (tmp_path / "app.py").read_text()
