"""What the README says is true: tables are generated, snippets are run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ssot_lint.cli.commands.init import NEXT
from ssot_lint.cli.commands.rule import render_rule_table
from ssot_lint.config.settings import Settings, render_settings
from ssot_lint.rules.project_words import ProjectWords
from tests.helpers.fixture_files import ROOT

pytestmark = pytest.mark.broad  # runs its commands

README = ROOT / "README.md"

GENERATED: dict[str, Callable[[], str]] = {
    "rules": lambda: render_rule_table(ProjectWords(Settings())),
    "settings": lambda: f"```toml\n{render_settings()}```\n",
}


def block(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- generated: {name} -->\n)(.*?)(<!-- end -->)", re.S)


@pytest.mark.parametrize("name", GENERATED)
def test_generated_parts_are_up_to_date(name: str, regen: bool) -> None:
    """`pytest --regen` rewrites them."""
    text = README.read_text(encoding="utf-8")
    assert block(name).search(text) is not None
    fresh = block(name).sub(lambda m: m[1] + GENERATED[name]() + m[3], text)
    if regen:
        README.write_text(fresh, encoding="utf-8")
    else:
        assert text == fresh


def snippet(marker: str) -> str:
    """The code block behind `<!-- snippet: marker -->`."""
    text = README.read_text(encoding="utf-8")
    match = re.search(rf"<!-- snippet: {marker} -->\n```\w*\n(.*?)```", text, re.S)
    assert match is not None, marker
    return match[1]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "bad.py").write_text("import uuid\nrun_id = uuid.uuid4()\n")
    return tmp_path


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line as it stands, with this interpreter's programs first on the path."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command,
        cwd=folder,
        shell=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": path},
        check=False,
    )


def test_the_two_commands_are_one_line_each() -> None:
    for marker in ("main", "tests"):
        command = snippet(marker)
        assert command.count("\n") == 1
        assert command.startswith("python3 -m venv .venv && ")


def test_hook_snippet_names_a_hook_that_exists() -> None:
    used = re.findall(r"- id: (\S+)", snippet("hook"))
    offered = re.findall(r"- id: (\S+)", (ROOT / ".pre-commit-hooks.yaml").read_text())

    assert used == ["ssot-lint"]
    assert offered == ["ssot-lint", "ssot-lint-fix"]


def test_init_says_what_the_readme_says() -> None:
    for marker in ("hook", "flake8", "ruff"):
        lines = [line.strip() for line in snippet(marker).splitlines()]
        for line in lines:
            assert line in NEXT or line == "repos:"


def test_ci_snippet_fails_on_a_finding(project: Path) -> None:
    commands = re.findall(r"- run: (ssot-lint .*)", snippet("ci"))

    assert commands
    for command in commands:
        assert run(command, project).returncode == 1
    (project / "bad.py").write_text("")
    for command in commands:
        assert run(command, project).returncode == 0


def test_shard_snippet_reports_every_finding_once(project: Path) -> None:
    text = snippet("shards")
    check, merge = re.findall(r"- run: (ssot-lint .*)", text)
    (parts,) = re.findall(r"part: \[(.*)\]", text)
    for part in parts.split(", "):
        assert run(check.replace("${{ matrix.part }}", part), project).returncode == 0
    code = run(merge, project).returncode
    whole = run("ssot-lint check . --output-format json", project)

    assert (project / "report.json").read_text() == whole.stdout
    assert code == whole.returncode == 1


def test_codemod_snippet_fixes(project: Path) -> None:
    (project / "bad.py").write_text("import uuid\nrun_id = str(uuid.uuid4())\n")
    # Isolated, Python is not told of folders by PYTHONPATH.
    source = f"[tool.ssot-lint]\ngenerator-source = {json.dumps(str(ROOT / 'tests/backend'))}\n"
    (project / "pyproject.toml").write_text(source)
    result = run(snippet("codemod").strip(), project)

    assert result.returncode == 0, result.stderr
    assert "uuid" not in (project / "bad.py").read_text()


def test_flake8_snippet_reports(project: Path) -> None:
    (project / ".flake8").write_text(snippet("flake8-config"))
    result = run(snippet("flake8").strip(), project)

    assert "bad.py:2:10: OST101" in result.stdout, result.stderr
    assert result.returncode == 1


@pytest.mark.parametrize("name", ["settings", "bans"])
def test_settings_snippets_are_read(project: Path, name: str) -> None:
    (project / "pyproject.toml").write_text(snippet(name))
    result = run("ssot-lint check", project)

    assert "OST101" in result.stdout, result.stderr


def test_ruff_keeps_our_suppressions(project: Path) -> None:
    if shutil.which("ruff", path=str(Path(sys.executable).parent)) is None:
        pytest.fail("the dev extra installs ruff")
    (project / "bad.py").write_text("x = 1  # noqa: OST101\n")
    (project / "ruff.toml").write_text(snippet("ruff").replace("[tool.ruff.lint]", "[lint]"))
    result = run("ruff check --select RUF100,RUF102 --output-format json bad.py", project)

    assert json.loads(result.stdout) == []


def test_the_example_output_is_what_the_linter_says() -> None:
    shown = snippet("output")
    result = run("ssot-lint check examples/backend", ROOT)

    assert result.stdout == shown


def test_what_the_readme_says_of_fix_is_an_option(project: Path) -> None:
    text = README.read_text(encoding="utf-8")
    options = set(re.findall(r"ssot-lint fix (--[a-z-]+)", text)) | {"--exit-non-zero-on-fix"}
    offered = run("ssot-lint fix --help", project).stdout

    assert options >= {"--diff", "--unsafe-fixes", "--select"}
    assert all(option in offered for option in options)
