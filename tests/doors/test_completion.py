"""What shells are told: the codes of rules, also behind a comma."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from ssot_lint.cli.completion import Codes
from ssot_lint.cli.main import cli
from ssot_lint.rules.registry import CODES, all_rules
from tests.helpers.fixture_files import ROOT
from tests.helpers.in_process import run


def completed(*args: str) -> list[str]:
    """What the last of some words may become."""
    shell = ShellComplete(cli, {}, "ssot-lint", "_SSOT_LINT_COMPLETE")
    return [item.value for item in shell.get_completions([*args[:-1]], args[-1])]


@pytest.mark.parametrize("option", ["--select", "--ignore", "--extend-select"])
@pytest.mark.parametrize("command", ["check", "fix", "baseline"])
def test_codes_of_options(command: str, option: str) -> None:
    assert completed(command, option, "") == [*CODES]
    assert completed(command, option, "OST90") == ["OST900", "OST901", "OST902"]
    assert completed(command, option, "ost900") == ["OST900"]
    assert completed(command, option, "X") == []


def test_codes_behind_commas() -> None:
    assert completed("check", "--select", "OST900,OST90") == ["OST900,OST901", "OST900,OST902"]
    assert completed("check", "--select", "OST1,OST900") == ["OST1,OST900"]
    assert completed("check", "--select", "OST101,OST101,OST101") == []
    assert len(completed("check", "--select", "OST101,")) == len(CODES) - 1


def test_codes_of_rules() -> None:
    assert completed("rule", "OST30") == [code for code in CODES if code.startswith("OST30")]
    assert completed("rule", "OST101,") == []


def test_commands() -> None:
    assert "server" in completed("")
    assert completed("ch") == ["check"]


def test_names_stand_beside_codes() -> None:
    shell = ShellComplete(cli, {}, "ssot-lint", "_SSOT_LINT_COMPLETE")
    told = {item.value: item.help for item in shell.get_completions(["rule"], "")}

    assert told == {rule.code: rule.name for rule in all_rules()}


def test_other_values_are_as_they_were(tmp_path: Path) -> None:
    assert Codes().convert("OST101, OST2", None, None) == "OST101, OST2"
    assert run(tmp_path, "check", "--select", "OST7")[0] == 2


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(tmp_path: Path, shell: str) -> None:
    if shell == "bash" and shutil.which("bash") is None:
        pytest.skip("click asks bash for its version")
    code, script, err = run(tmp_path, env={"_SSOT_LINT_COMPLETE": f"{shell}_source"})

    assert (code, err) == (0, "")
    assert "_SSOT_LINT_COMPLETE" in script
    page = (ROOT / "docs/shell-completion.md").read_text(encoding="utf-8")
    assert f"_SSOT_LINT_COMPLETE={shell}_source ssot-lint" in page


# What the user has typed, asked of the functions that the scripts define.
ASKED = {
    "bash": """
eval "$(_SSOT_LINT_COMPLETE=bash_source ssot-lint)"
COMP_WORDS=(ssot-lint check --select OST900,OST90) COMP_CWORD=3
_ssot_lint_completion ssot-lint OST900,OST90 --select
printf '%s\\n' "${COMPREPLY[@]}"
""",
    "fish": """
_SSOT_LINT_COMPLETE=fish_source ssot-lint | source
complete -C "ssot-lint check --select OST900,OST90"
""",
}


@pytest.mark.broad
@pytest.mark.parametrize("shell", ASKED)
def test_in_a_shell(tmp_path: Path, shell: str) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"no {shell} is installed")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    env = {**os.environ, "PATH": path, "HOME": str(tmp_path)}
    done = subprocess.run(
        [program, "-c", ASKED[shell]], env=env, capture_output=True, text=True, check=True
    )

    assert re.findall(r"^[^\s]+", done.stdout, re.M) == ["OST900,OST901", "OST900,OST902"]
