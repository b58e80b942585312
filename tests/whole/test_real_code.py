"""Other people's code, at length: `pytest -m real_code`, which downloads packages that use uuid.

Wheels, because pip runs the code of a source distribution to learn what it is.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import sysconfig
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ssot_lint.analysis.source.text import decode
from ssot_lint.config.reader import SettingsReader
from ssot_lint.config.settings import Settings
from ssot_lint.engine.checker import Checker
from ssot_lint.rules.registry import CODES
from ssot_lint.run.runner import Options, Runner

pytestmark = pytest.mark.real_code

# Well-known packages that make ids with uuid.
PACKAGES = (
    "celery", "kombu", "jupyter_client", "jupyter_server", "sentry-sdk", "distributed", "moto",
    "prefect", "langchain-core", "langgraph", "botocore", "sqlalchemy", "django", "mlflow-skinny",
    "litellm", "strawberry-graphql",
)  # fmt: skip
SETTINGS = Settings(select=("OST",))


@pytest.fixture(params=["standard library", *PACKAGES])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "standard library":
        return Path(sysconfig.get_paths()["stdlib"])
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([*pip, "-d", str(tmp_path), request.param], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "code")
    return tmp_path / "code"


def test_other_peoples_code(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [str(path) for path in _files(folder)]
    runner = Runner(SettingsReader(CODES, fixed=SETTINGS), Options(jobs=2))
    results = {result.path: result for result in runner.check_files(paths)}
    checker = Checker(SETTINGS)
    found = fixed = 0
    for path, result in results.items():
        source = Path(path).read_bytes()
        if _parses(source):
            assert result.analysed, (path, result.findings)
        found += len(result.findings) * result.analysed
        if result.analysed and any(finding.fix for finding in result.findings):
            fixed += _hold_fixes(checker, source, path)
    assert _of_flake8(folder) == {
        (path, finding.location.row, finding.location.column, finding.code)
        for path, result in results.items()
        for finding in result.findings
        if result.analysed and finding.code not in ("OST901", "OST902")
    }
    with capsys.disabled():
        print(f"\n{folder.name}: {len(paths)} files, {found} findings, {fixed} fixed")


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*.py")):
        if "site-packages" not in path.parts and "lib2to3" not in path.parts:
            yield path


def _hold_fixes(checker: Checker, source: bytes, path: str) -> int:
    fixed = checker.fix(source, path, unsafe=True)
    assert not [f for f in fixed.result.findings if f.code == "OST900"], path
    if fixed.source is None:
        return 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compile(fixed.source, path, "exec", dont_inherit=True)
    assert checker.fix(fixed.source, path, unsafe=True).source is None, path
    return len(fixed.fixed)


def _parses(source: bytes) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(decode(source))
        except (SyntaxError, ValueError, LookupError, RecursionError, MemoryError):
            return False
    return True


def _of_flake8(folder: Path) -> set[tuple[str, int, int, str]]:
    """What flake8 finds; it has no OST901, which is about what it suppresses itself."""
    done = subprocess.run(
        [sys.executable, "-m", "flake8", "--isolated", "--select", "OST", "--exclude",
         "site-packages,lib2to3", str(folder)],
        capture_output=True, check=False, cwd=folder,
    )  # fmt: skip
    assert b"Traceback" not in done.stderr, done.stderr[-2000:]
    found = re.findall(
        r"^(.*?):(\d+):(\d+): (OST\d+)", done.stdout.decode("utf-8", "replace"), re.M
    )
    return {(path, int(row), int(column), code) for path, row, column, code in found}
