"""The command line, through its real program."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from ssot_lint import __version__, check_source
from ssot_lint.__main__ import main as program
from ssot_lint.cli.main import cli
from ssot_lint.config.reader import SettingsReader
from ssot_lint.model.errors import printable
from ssot_lint.reports.findings.terminal import render_text
from ssot_lint.rules.registry import CODES, all_rules
from ssot_lint.run.runner import Runner
from tests.helpers.fixture_files import BACKEND, ROOT
from tests.helpers.in_process import run

MODULE = "shared.id_generation.unified_id_generator"
BAD = "import uuid\nrun_id = uuid.uuid4()\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bad.py").write_text(BAD)
    (tmp_path / "good.py").write_text("import uuid\n")
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg/thread.py").write_text("thread_id = 'abc'\n")
    return tmp_path


@pytest.mark.usefixtures("no_generator")
def test_show_settings(folder: Path) -> None:
    status, out, err = run(folder, "check", "--show-settings", "--extend-select", "OST1")

    assert (status, err) == (0, "")
    assert "# Settings: the defaults\n" in out
    assert "# Generator: built-in table, because neither " in out
    assert "#   it serves for reports; no fix is offered without the generator's source\n" in out
    assert "\n#   generate_user_context_ids(user_id, operation=...)\n" in out

    shutil.copytree(BACKEND, folder, dirs_exist_ok=True)
    (folder / "pyproject.toml").write_text(
        "[tool.ssot-lint.per-file-ignores]\n'x \"*.py' = ['OST1']"
    )
    status, out, err = run(folder, "check", "--show-settings", "bad.py")

    assert (status, err) == (0, "")
    assert f"# Settings: {folder / 'pyproject.toml'}\n# Root: {folder}\n" in out
    assert "# Generator: read from shared/id_generation/unified_id_generator.py\n" in out
    assert "#   `generate_user_context_ids` gives thread_id, run_id, request_id\n" in out
    for signature in (
        "generate_base_id(prefix='id', include_random=True, random_length=8)",
        "generate_session_id(user_id, *, kind='web', length=8)",
        "generate_tagged_id(prefix, *args)",
        "generate_labelled_id(prefix, **kwargs)",
        "generate_traced_id  (takes anything, as far as the source tells)",
        "count_of(prefix)  class method",
        "next_id(prefix)  instance method",
    ):
        assert f"\n#   {signature}\n" in out
    (folder / "pyproject.toml").write_text(out)
    assert run(folder, "check", "--show-settings", "bad.py") == (0, out, "")


@pytest.mark.skipif(os.name == "nt", reason="no such names there")
def test_settings_are_shown_without_control_characters(tmp_path: Path) -> None:
    odd = tmp_path / "a\n\x1b[31m"
    odd.mkdir()
    (odd / "pyproject.toml").write_text('[tool.ssot-lint]\nsentinels = ["\\u009b"]\n')
    status, out, err = run(odd, "check", "--show-settings")

    assert (status, err) == (0, "")
    assert out.replace("\n", "").isprintable()
    assert f"# Root: {tmp_path}{os.sep}a\\x0a\\x1b[31m\n" in out


def test_show_settings_of_what_is_not_there(folder: Path) -> None:
    status, out, err = run(folder, "check", "--show-settings", "nowhere")

    assert (status, out) == (2, "")
    assert err.startswith("ssot-lint: error: nowhere: ")


def test_the_source_of_the_generator_decides(folder: Path) -> None:
    shutil.copytree(BACKEND, folder, dirs_exist_ok=True)
    (folder / "call.py").write_text(
        "from shared.id_generation import UnifiedIdGenerator as G\nG.generate_uuid()\n"
    )

    assert run(folder, "check", "-q", "call.py") == (
        1,
        "call.py:2:1: OST204 `UnifiedIdGenerator.generate_uuid` does not exist in "
        "shared/id_generation/unified_id_generator.py; did you mean `generate_base_id`?\n",
        "",
    )


def test_check(folder: Path) -> None:
    assert run(folder, "check") == (
        1,
        "bad.py:2:10: OST101 `uuid.uuid4()` bypasses the id generator; "
        'use `UnifiedIdGenerator.generate_base_id("run")` '
        "(unsafe: it becomes a text, and was an object)\n"
        'pkg/thread.py:1:13: OST301 thread_id "abc" does not start with "thread_"; '
        'write "thread_abc" (unsafe: other code or stored data may know it as it is)\n'
        "2 findings in 2 of 3 files.\n"
        "2 fixable with `ssot-lint fix --unsafe-fixes`.\n",
        "",
    )


def test_check_marks_what_can_be_fixed(folder: Path) -> None:
    (folder / "safe.py").write_text("import uuid\nrun_id = str(uuid.uuid4())\n")

    output = run(folder, "check", "safe.py", "bad.py")[1].splitlines()

    assert output[0].startswith("safe.py:2:14: OST101 [*] `uuid.uuid4()` bypasses")
    assert output[1].startswith("bad.py:2:10: OST101 `uuid.uuid4()` bypasses")
    assert output[3] == "[*] 1 fixable with `ssot-lint fix` (1 more with `--unsafe-fixes`)."


def test_clean(folder: Path) -> None:
    assert run(folder, "check", "good.py") == (0, "No findings in 1 file.\n", "")
    assert run(folder, "check", "-q", "good.py") == (0, "", "")


@pytest.mark.parametrize(
    ("args", "codes"),
    [
        (["--select", "OST1"], ["OST101"]),
        (["--select", "OST1,OST301"], ["OST101", "OST301"]),
        (["--ignore", "OST101"], ["OST301"]),
        (["--select", "OST3", "--extend-select", "OST101"], ["OST101", "OST301"]),
        (["--select", "OST", "--ignore", "OST3"], ["OST101"]),
    ],
)
def test_selection(folder: Path, args: list[str], codes: list[str]) -> None:
    _, output, _ = run(folder, "check", "-q", *args)

    assert [line.split(" ")[1] for line in output.splitlines()] == codes


def test_select_sets_the_files_ignore_aside(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.ssot-lint]\nignore = ["OST101"]\n')

    assert "OST101" not in run(folder, "check")[1]
    assert "OST101" in run(folder, "check", "--select", "OST101")[1]
    assert "OST101" in run(folder, "check", "--isolated")[1]
    assert "OST101" in run(folder, "check", "--extend-select", "OST101")[1]
    assert "OST301" not in run(folder, "check", "--ignore", "OST301")[1]


def test_json(folder: Path) -> None:
    code, output, _ = run(folder, "check", "--output-format", "json", "bad.py")

    assert code == 1
    assert json.loads(output) == [
        {
            "code": "OST101",
            "name": "direct-uuid-call",
            "severity": "error",
            "message": "`uuid.uuid4()` bypasses the id generator; "
            'use `UnifiedIdGenerator.generate_base_id("run")` '
            "(unsafe: it becomes a text, and was an object)",
            "filename": str(folder / "bad.py"),
            "location": {"row": 2, "column": 10},
            "end_location": {"row": 2, "column": 22},
            "fix": {
                "applicability": "unsafe",
                "message": "call `UnifiedIdGenerator.generate_base_id` (checked in this file only)",
                "edits": [
                    {
                        "content": f"from {MODULE} import UnifiedIdGenerator",
                        "location": {"row": 1, "column": 1},
                        "end_location": {"row": 1, "column": 12},
                    },
                    {
                        "content": 'UnifiedIdGenerator.generate_base_id("run")',
                        "location": {"row": 2, "column": 10},
                        "end_location": {"row": 2, "column": 22},
                    },
                ],
            },
            "noqa_row": 2,
            "url": None,
            "related": [],
        }
    ]
    assert run(folder, "check", "--output-format", "json", "good.py")[1] == "[]\n"


def test_concise_equals_text_when_piped(folder: Path) -> None:
    assert run(folder, "check", "--output-format", "concise") == run(folder, "check")


def test_statistics(folder: Path) -> None:
    (folder / "more.py").write_text(BAD * 10)

    assert run(folder, "check", "--statistics")[1] == (
        "11  OST101  direct-uuid-call\n"
        "      11  unsafe: it becomes a text, and was an object\n"
        " 1  OST301  unprefixed-thread-literal\n"
        "       1  unsafe: other code or stored data may know it as it is\n"
        "12 findings in 3 of 4 files.\n"
        "12 fixable with `ssot-lint fix --unsafe-fixes`.\n"
    )
    counts = json.loads(run(folder, "check", "--statistics", "--output-format", "json")[1])
    reason = "it becomes a text, and was an object"
    assert counts[0] == {
        "code": "OST101",
        "name": "direct-uuid-call",
        "count": 11,
        "reasons": [{"applicability": "unsafe", "reason": reason, "count": 11}],
    }


def test_exit_codes(folder: Path) -> None:
    assert run(folder, "check", "--exit-zero")[0] == 0
    (folder / "broken.py").write_text("uuid4(\n")
    code, output, _ = run(folder, "check", "--exit-zero")
    assert code == 2
    assert "broken.py:1:6: OST900 file not analysed: syntax error" in output
    assert "3 findings in 3 of 4 files; 1 file not analysed." in output


def test_a_file_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: str) -> bytes:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr("ssot_lint.run.files.read", fail)
    (result,) = Runner(SettingsReader(CODES)).check_files(["bad.py"])

    assert not result.analysed
    assert result.findings[0].message == "file not analysed: cannot be read: Permission denied"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            ["check", "nowhere"],
            "nowhere: No such file or directory; give a Python file or a folder",
        ),
        (["check", "--select", "E501"], "--select knows no rule `E501`"),
        (["check", "--select", "OTS101"], "did you mean `OST101`?"),
        (["check", "--nope"], "No such option"),
        (["check", "--output-format", "xml"], "'xml' is not one of"),
        (["check", "--config", "nope.toml"], "nope.toml: no such file"),
        (["check", "--config", "bad.py", "--isolated"], "exclude each other"),
        (["check", "-", "bad.py"], "standard input cannot be combined"),
        (["check", "-", "--stdin-filename", "a.ipynb"], "a.ipynb: notebooks are not read; `nbqa "),
        (["rule", "OST999"], "no rule `OST999`; `ssot-lint rule` lists them"),
        (["chek"], "No such command 'chek'"),
        (["check", "--select", ","], "--select needs at least one code"),
        (["check", "two\nlines"], "two\\x0alines: No such file"),
    ],
)
def test_bad_usage_is_one_line(folder: Path, args: list[str], message: str) -> None:
    code, output, errors = run(folder, *args)

    assert (code, output) == (2, "")
    assert errors.startswith("ssot-lint: error: ")
    assert message in errors
    assert errors.count("\n") == 1


@pytest.mark.parametrize("seconds", ["nan", "inf", "1e300", "1e10", "-1"])
def test_a_timeout_that_clocks_cannot_count(folder: Path, seconds: str) -> None:
    code, output, errors = run(folder, "check", "--timeout", seconds)

    assert (code, output, errors.count("\n")) == (2, "", 1)
    assert errors.startswith("ssot-lint: error: Invalid value for '--timeout': ")


@pytest.mark.parametrize(
    ("command", "option"),
    [
        *(("check", f"--{name}-output") for name in ("sarif", "json", "gitlab", "junit")),
        ("check", "--output-file"),
        ("check", "--baseline"),
        ("check", "--stdin-filename"),
        ("check", "--config"),
        ("fix", "--cache-dir"),
        ("report", "--output-file"),
        ("report", "--history"),
    ],
)
def test_names_that_are_empty(folder: Path, command: str, option: str) -> None:
    code, output, errors = run(folder, command, option, "")
    told = f"Invalid value for '{option}': a name must not be empty."

    assert (code, output) == (2, "")
    assert errors == f"ssot-lint: error: {told} (see `ssot-lint {command} --help`)\n"


def test_bad_settings_are_one_line(folder: Path) -> None:
    (folder / "pkg/pyproject.toml").write_text("[tool.ssot-lint]\nexmpt = []\n")

    assert run(folder, "check") == (
        2,
        "",
        "ssot-lint: error: pkg/pyproject.toml: [tool.ssot-lint] has no setting `exmpt`; "
        "did you mean `exempt`?\n",
    )


def test_standard_input(folder: Path) -> None:
    code, output, _ = run(folder, "check", "-", stdin=BAD.encode())
    assert (code, output.split(" ")[0]) == (1, "-:2:10:")
    named = ["check", "-", "--stdin-filename"]
    assert run(folder, *named, "x/y.py", stdin=BAD.encode())[1].startswith("x/y.py:2:10: OST101")
    exempt = run(folder, *named, "shared/id_generation/y.py", stdin=BAD.encode())
    assert exempt[0] == 0
    without_dash = ["check", "--stdin-filename", "x/y.py"]
    assert run(folder, *without_dash, stdin=BAD.encode())[1].startswith("x/y.py:2:10: OST101")
    (folder / "pyproject.toml").write_text('[tool.ssot-lint]\nextend-exclude = ["x"]\n')
    assert run(folder, *named, "x/y.py", "--force-exclude", stdin=BAD.encode())[0] == 0


def test_ignore_noqa_and_warnings(folder: Path) -> None:
    (folder / "bad.py").write_text(BAD.rstrip() + "  # noqa: OST101\n")
    assert run(folder, "check", "bad.py")[0] == 0
    assert run(folder, "check", "--ignore-noqa", "bad.py")[0] == 1
    (folder / "bad.py").write_text(BAD.rstrip() + "  #noqa: OST101\n")
    warning = "ssot-lint: warning: bad.py:2: `#noqa: OST101` suppresses nothing"
    assert run(folder, "check", "bad.py")[2].startswith(warning)
    assert run(folder, "check", "-q", "bad.py")[2] == ""


def test_nothing_to_check_is_said(tmp_path: Path) -> None:
    code, output, errors = run(tmp_path, "check")

    assert (code, output) == (0, "No findings in 0 files.\n")
    assert errors == "ssot-lint: warning: no Python files found\n"


def test_colour_and_source_line(folder: Path) -> None:
    output = run(folder, "check", "--color", "always", "bad.py")[1]

    assert "\x1b[31m\x1b[1mOST101\x1b[0m" in output
    assert "\x1b[31m- run_id = uuid.uuid4()\x1b[0m\n" in output
    output = run(folder, "check", "--color", "always", "--no-show-diff", "bad.py")[1]
    assert "run_id = uuid.uuid4()\n" in output
    assert "^^^^^^^^^^^^\x1b[0m" in output
    assert "\x1b" not in run(folder, "check", "--color", "never", "bad.py")[1]


def test_a_syntax_error_is_shown_in_its_line(folder: Path) -> None:
    (folder / "broken.py").write_text("import uuid\nx = = uuid4\n")
    output = run(folder, "check", "--color", "always", "broken.py")[1]

    assert "x = = uuid4\n" in click.unstyle(output)
    assert click.unstyle(output).splitlines()[3].index("^") == len("    2 | x = ")


@pytest.mark.broad
def test_a_reader_that_goes_away_is_no_error_message(folder: Path) -> None:
    (folder / "many.py").write_text(BAD * 1500)
    command = f'"{sys.executable}" -m ssot_lint check many.py | head -1'
    result = subprocess.run(command, cwd=folder, shell=True, capture_output=True, check=False)

    assert result.stderr == b""


@pytest.mark.broad
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("args", [["report"], ["check", "--output-format", "text"]])
def test_an_encoding_that_lacks_letters(folder: Path, args: list[str]) -> None:
    (folder / "ä😀.py").write_text(BAD)
    command = [sys.executable, "-m", "ssot_lint", *args]
    env = {**os.environ, "PYTHONIOENCODING": "cp1252"}
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, env=env)

    assert done.returncode == (args[0] == "check")
    assert b"\xe4\\U0001f600.py" in done.stdout


@pytest.mark.broad
def test_output_that_cannot_be_written(folder: Path) -> None:
    command = f'"{sys.executable}" -m ssot_lint check bad.py > /dev/full'
    result = subprocess.run(command, cwd=folder, shell=True, capture_output=True, check=False)

    assert result.returncode == 2
    assert result.stderr.startswith(b"ssot-lint: error: cannot write the output: No space left")
    assert result.stderr.count(b"\n") == 1


@pytest.mark.broad
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "command",
    [
        "check nosuch 2>/dev/full",
        "check bad.py >/dev/full 2>/dev/full",
        "check --nosuch 2>/dev/full",
        ">/dev/full 2>/dev/full",
        "--help >/dev/full",
    ],
)
def test_the_exit_code_tells_what_cannot_be_written(folder: Path, command: str) -> None:
    script = f'exec "{sys.executable}" -m ssot_lint {command}'
    done = subprocess.run(script, cwd=folder, shell=True, capture_output=True, check=False)

    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert b"Exception" not in done.stderr


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="shells differ")
@pytest.mark.parametrize("args", ["check many.py", "--help"])
def test_a_reader_that_has_gone_is_no_result(folder: Path, args: str) -> None:
    (folder / "many.py").write_text(BAD * 1500)
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "ssot_lint", *args.split()]
    done = subprocess.run(command, cwd=folder, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)

    assert (done.returncode, done.stderr) == (2, b"")


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ("check --fix", "No such option '--fix'; did you mean the command `ssot-lint fix`?"),
        ("fix --check", "No such option '--check'; did you mean the command `ssot-lint check`?"),
        ("check --diff", "'--diff'; it is an option of `ssot-lint fix`, `ssot-lint init`"),
        ("check --selct OST1", "No such option '--selct'; did you mean `--select`?"),
        ("fix --exit-zero", "'--exit-zero'; it is an option of `ssot-lint check`"),
        ("--exit-zero", "'--exit-zero'; it is an option of `ssot-lint check`"),
        ("check --nothing-like-it", "No such option '--nothing-like-it'"),
        ("chek", "No such command 'chek'; did you mean `ssot-lint check`?"),
        ("Report", "No such command 'Report'; did you mean `ssot-lint report`?"),
        ("bad.py", "No such command 'bad.py'; did you mean `ssot-lint check bad.py`?"),
        ("format", "No such command 'format'; there are baseline, check, clean, fix, init, merge"),
    ],
)
def test_what_may_have_been_meant(folder: Path, args: str, told: str) -> None:
    code, out, err = run(folder, *args.split())

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert told in err
    assert "--help`)" in err


@pytest.mark.skipif(os.name == "nt", reason="folders that are in use stay there")
@pytest.mark.parametrize("args", ["check {}", "check -", "init"])
def test_a_current_folder_that_is_gone(folder: Path, args: str) -> None:
    script = f'rmdir ../gone; exec "{sys.executable}" -m ssot_lint {args}'
    (folder / "gone").mkdir()
    command = script.format(folder / "bad.py")
    result = subprocess.run(
        command,
        cwd=folder / "gone",
        shell=True,
        input=b"",
        capture_output=True,
        check=False,
    )

    assert (result.returncode, result.stdout) == (2, b"")
    expected = b"ssot-lint: error: the current folder is gone; go to another one\n"
    assert result.stderr.endswith(expected)


def test_too_many_open_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(Runner, "check_files", fail)
    told = "Too many open files; use fewer processes (-j), or raise the limit (ulimit)"

    assert run(folder, "check") == (2, "", f"ssot-lint: error: {told}\n")


def test_ctrl_c_while_imports_run(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("raise KeyboardInterrupt\n")
    command = [sys.executable, "-m", "ssot_lint", "check"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)

    assert result.returncode == 2
    assert result.stderr.splitlines() == [b"ssot-lint: error: interrupted"]


def test_the_program_is_the_module() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text()

    assert f'\nssot-lint = "{program.__module__}:{program.__name__}"\n' in pyproject


def test_version_and_rules(folder: Path) -> None:
    assert run(folder, "--version") == (0, f"ssot-lint {__version__}\n", "")
    assert run(folder, "rule", "OST101")[1].startswith("# OST101 direct-uuid-call\n")
    table = CliRunner().invoke(cli, ["rule"]).output
    for rule in all_rules():
        assert f"{rule.code}  {rule.name}" in table
        result = CliRunner().invoke(cli, ["rule", rule.code])
        assert result.output.startswith(f"# {rule.code} {rule.name}\n")
    assert run(folder, "rule", "direct-uuid-call")[1].startswith("# OST101")
    entries = json.loads(run(folder, "rule", "--output-format", "json")[1])
    assert [entry["code"] for entry in entries] == [rule.code for rule in all_rules()]


def test_what_is_printed_cannot_steer_a_terminal(folder: Path) -> None:
    name = "a\x1b[31m\n.py"
    (folder / name).write_text("import uuid\nx = '\x9b31m\u2028', uuid.uuid4()\n")
    output = run(folder, "check", "--color", "always", name)[1]

    assert "a\\x1b[31m\\x0a.py" in output
    assert "\x9b" not in output
    assert printable("\ud800 \udcff \u2066") == "\\ud800 \\xff \\u2066"


def test_the_caret_stands_below_wide_letters() -> None:
    source = "import uuid\nif 1:\n\tx = '日本', uuid.uuid4()\n"
    told = render_text([check_source(source.encode(), "a.py")])
    code, caret = told.splitlines()[-3:-1]
    code, caret = click.unstyle(code), click.unstyle(caret)

    assert code == "     3 | x = '日本', uuid.uuid4()"
    # Each of the two letters takes two columns of a terminal.
    assert caret == " " * 7 + "| " + " " * (len("x = '', ") + 4) + "^" * len("uuid.uuid4()")


def test_a_rule_that_is_off_by_default_says_so(folder: Path) -> None:
    (line,) = [row for row in run(folder, "rule")[1].splitlines() if row.startswith("OST401")]

    assert line.endswith(" (off by default)")
    assert "`--extend-select OST401` turns it on" in run(folder, "rule", "OST401")[1]
    assert '"on_by_default": false' in run(folder, "rule", "OST401", "--output-format", "json")[1]


def test_unused_suppressions_in_all_outputs(folder: Path) -> None:
    (folder / "bad.py").write_text("x = 1  # noqa: OST101\n")

    assert "bad.py:1:16: OST901 [*] `OST101`" in run(folder, "check", "bad.py")[1]
    assert run(folder, "check", "-q", "--statistics", "bad.py")[1] == (
        "1  OST901  unused-suppression\n      1  [*] fixable\n"
    )
    (found,) = json.loads(run(folder, "check", "--output-format", "json", "bad.py")[1])
    assert (found["code"], found["noqa_row"], found["fix"]["applicability"]) == (
        "OST901",
        1,
        "safe",
    )
    assert run(folder, "check", "--ignore-noqa", "bad.py")[0] == 0
    assert run(folder, "check", "--select", "OST901", "bad.py")[0] == 0
    assert run(folder, "fix", "bad.py")[0] == 0
    assert (folder / "bad.py").read_text() == "x = 1\n"


@pytest.mark.broad
def test_rules_are_listed_where_python_drops_docstrings(folder: Path) -> None:
    command = [sys.executable, "-OO", "-m", "ssot_lint", "rule"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)

    assert [row.split()[0] for row in done.stdout.splitlines() if row] == [*CODES]
