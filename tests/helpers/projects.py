"""Projects of several files, and what is said of the fix of one id in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from ssot_lint.config.reader import SettingsReader
from ssot_lint.model.findings import Finding
from ssot_lint.run.runner import Options, Runner
from tests.helpers.behaviour import project_below


def write_project(root: Path, files: Mapping[str, str]) -> Path:
    """A project with the generator and these files; says where it lies."""
    project_below(root)
    (root / "pyproject.toml").write_text("[tool.ssot-lint]\n")
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def findings_of(
    root: Path, code: str, files: Mapping[str, str], name: str = "app/makes.py"
) -> tuple[Finding, ...]:
    """What is found in a file of a project beside others."""
    write_project(root, {**files, name: code})
    runner = Runner(SettingsReader(()), Options(asks_all=True))
    (result,) = runner.check_files([str(root / name)])
    return result.findings


def fix_of(root: Path, code: str, files: Mapping[str, str], name: str = "app/makes.py") -> str:
    """What is said of the fix of the one id that is made in a file of a project beside others."""
    (finding,) = findings_of(root, code, files, name)
    said = re.search(r" \(((?:no fix|unsafe): .*)\)$", finding.message, re.DOTALL)
    return said[1] if said is not None else finding.applicability.value
