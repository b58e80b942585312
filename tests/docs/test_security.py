"""What SECURITY.md promises: nothing of the code is run, no network, nothing that never ends."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from ssot_lint.config.paths import has_name_of_test
from ssot_lint.config.settings import Settings
from ssot_lint.engine.checker import Checker
from ssot_lint.model.errors import printable
from ssot_lint.run.processes.limits import time_limit
from tests.helpers.in_process import run
from tests.run.test_baseline import git

LONG = 100_000
# Far more than linear work takes, far less than quadratic work of this size would.
PATIENCE_SECONDS = 30

HOSTILE: Mapping[str, str] = {
    "name_of_kinds": "thread_id" + "_id" * LONG + " = str(uuid.uuid4())",
    "name_of_uuids": "uuid" * LONG + "\nself.run_id = str(uuid.uuid4())",
    "width_of_digits": f"x = '{{run_id:{'1' * LONG}'\nself.run_id = str(uuid.uuid4())",
    "name_of_underscores": "_" * LONG + "id = str(uuid.uuid4())",
    "name_of_prefixes": "thread_" * LONG + "id = 'abc'",
    "attribute": "x" + ".thread_id" * 500 + " = str(uuid.uuid4())",
    "literal_of_prefixes": f"thread_id = '{'thread_' * LONG}'",
    "literal_of_dashes": f"thread_id = '{'-' * LONG}'",
    "literal_of_spaces": f"thread_id = '{' ' * LONG}x'",
    "literal_of_formats": f"thread_id = '{'%s' * LONG}' % uuid.uuid4()",
    "literal_of_braces": f"thread_id = '{'{}' * LONG}'.format(uuid.uuid4())",
    "literal_of_open_braces": f"thread_id = '{'{' * LONG}'.format(uuid.uuid4())",
    "literal_of_hex": f"run_id = '{'0123456789abcdef' * LONG}'",
    "literal_of_backslashes": f"thread_id = '{chr(92) * 2 * LONG}'",
    "fields": "thread_id = f'" + "{uuid.uuid4()}_" * 100 + "'",
    "pattern": f"import re\nx = re.match(r'{'(a+)+' * 2_000}', thread_id)\nrun_id = x[1]",
    "noqa_codes": f"run_id = str(uuid.uuid4())  # noqa: {'OST101,' * 5_000}",
    "noqa_spaces": f"run_id = str(uuid.uuid4())  # noqa:{' ' * LONG}x",
    "noqa_again": f"run_id = str(uuid.uuid4())  # {'noqa ' * LONG}",
    "noqa_almost": f"run_id = str(uuid.uuid4())  #{' #' * LONG}noqa",
    "noqa_letters": f"run_id = str(uuid.uuid4())  # noqa:{'A' * LONG}",
    "spaces": f"run_id = str(uuid.uuid4()){' ' * LONG}\n{' ' * LONG}\n",
    "comments": "#" * LONG + "\nrun_id = str(uuid.uuid4())",
    "blank_lines": "\n" * LONG + "run_id = str(uuid.uuid4())",
    "imports": "from uuid import (" + "uuid4, " * 5_000 + ")\nrun_id = str(uuid4())",
    "ids_in_a_list": "x = [\n" + "dict(run_id=str(uuid.uuid4())),\n" * 1_300 + "]",
    "many_ids": "\n".join(f"run_id = str(uuid.uuid4())  # {n}" for n in range(300)),
    "width_to_fill": f"job_id = str(uuid.uuid4())\nprint('%{'0' * LONG}!' % job_id, job_id)",
    "text_in_front": f"job_id = str(uuid.uuid4())\nprint(f'{'a' * LONG}{{job_id}}', job_id)",
    "told_in_front": f"job_id = str(uuid.uuid4())\nprint(f'{'a' * LONG} {{job_id}}', job_id)",
    "schemas": "x = '{" + "\\'a_id\\': {" * 9_000 + " uuid'\na.a_id = str(uuid.uuid4())",
    "docstring": f"def f():\n    '''{'uuid4() thread_id ' * 10_000}'''\n    return uuid.uuid4()",
}


# What is no violation, or is suppressed.
SILENT = {
    "literal_of_prefixes",
    "literal_of_hex",
    "pattern",
    "noqa_spaces",
    "noqa_again",
    "noqa_letters",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_does_not_take_for_ever(name: str) -> None:
    checker = Checker(Settings(select=("OST",), require_noqa_reason=True))
    source = f"import uuid\n{HOSTILE[name]}\n".encode()
    with time_limit(PATIENCE_SECONDS):
        result = checker.check(source, "app/a.py")
        checker.fix(source, "app/a.py", unsafe=True)

    assert result.analysed
    assert bool(result.findings) is (name not in SILENT)


@pytest.mark.parametrize("name", ["test_" * LONG, "tests" * LONG, "/" * LONG, "a/tests" * LONG])
def test_hostile_paths_do_not_take_for_ever(name: str) -> None:
    with time_limit(PATIENCE_SECONDS):
        has_name_of_test(name)
        printable(name + "\x1b")


# What Python or its tools would run, or import in the place of something else.
HARMFUL = ("a.py", "setup.py", "conftest.py", "sitecustomize.py", "click.py", "libcst.py")


def test_nothing_of_the_code_is_run(tmp_path: Path) -> None:
    """Neither the files, nor the generator, nor what looks like configuration of Python."""
    touch = f"open({str(tmp_path / 'touched')!r}, 'w').close()\n"
    names = [*HARMFUL, "shared/id_generation/unified_id_generator.py", "shared/__init__.py"]
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"import uuid\n{touch}run_id = str(uuid.uuid4())\n")
    for args in (["check"], ["fix"], ["report"], ["baseline"], ["init", "--diff"]):
        run(tmp_path, *args)

    assert not (tmp_path / "touched").exists()


def test_no_network_and_no_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*args: object, **kwargs: object) -> None:
        raise AssertionError("a connection, or a program")

    started: list[object] = []
    real = subprocess.Popen

    def recorded(command: object, **kwargs: object) -> object:
        started.append(command)
        assert not kwargs.get("shell")
        return real(command, **kwargs)  # type: ignore[call-overload]

    (tmp_path / "a.py").write_text("import uuid\nrun_id = str(uuid.uuid4())\n")
    git(tmp_path, "init", "-q")
    monkeypatch.setattr(socket, "socket", forbidden)
    monkeypatch.setattr(os, "system", forbidden)
    monkeypatch.setattr(subprocess, "Popen", recorded)
    for args in (["check"], ["fix", "--diff"], ["baseline"], ["check", "--since", "HEAD"]):
        run(tmp_path, *args)
    run(tmp_path, "report", "--format", "html", "--output-file", "report.html")

    assert started
    names = {Path(command[0]).name for command in started if isinstance(command, list)}
    assert names <= {"git", "git.exe"}


def test_a_cache_is_data(tmp_path: Path) -> None:
    """What a cache or a baseline holds is read as JSON, and what is none is no accident."""
    (tmp_path / "a.py").write_text("import uuid\nrun_id = str(uuid.uuid4())\n")
    cache = tmp_path / "cache"
    expected = run(tmp_path, "check", "--cache-dir", str(cache))
    for path in cache.rglob("*.json"):
        path.write_bytes(b"cos\nsystem\n(S'touch touched'\ntR.")

    assert run(tmp_path, "check", "--cache-dir", str(cache)) == expected
    assert not (tmp_path / "touched").exists()
    (tmp_path / ".ssot-lint-baseline.json").write_bytes(b"cos\nsystem\n(S'touch touched'\ntR.")
    code, _, err = run(tmp_path, "check", "--no-cache")
    assert (code, err.count("\n")) == (2, 1)


def test_nothing_outside_is_written(tmp_path: Path) -> None:
    bad = "import uuid\nrun_id = str(uuid.uuid4())\n"
    for name in ("given/a.py", "beside/b.py"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(bad)
    run(tmp_path, "fix", "given")

    assert "uuid" not in (tmp_path / "given/a.py").read_text()
    assert (tmp_path / "beside/b.py").read_text() == bad


def test_settings_write_no_code(tmp_path: Path) -> None:
    bad = "import uuid\nrun_id = str(uuid.uuid4())\n"
    (tmp_path / "a.py").write_text(bad)
    settings = "[tool.ssot-lint]\nkind-prefixes = { run = 'x\"); print(\"y' }\n"
    (tmp_path / "pyproject.toml").write_text(settings)
    code, _, err = run(tmp_path, "fix")

    assert (code, err.count("\n")) == (2, 1)
    assert (tmp_path / "a.py").read_text() == bad
