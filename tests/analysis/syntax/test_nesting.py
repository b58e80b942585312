"""Code so deep that libcst would crash or never end: it is refused, and what it can bear is not."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from ssot_lint.analysis.syntax.stack import SMALLEST, stack_size
from ssot_lint.config.settings import Settings
from ssot_lint.engine.checker import Checker, check_source

CALL = "str(uuid.uuid4())"
IN_SMALL_STACK = (
    "file not analysed: code is nested too deeply for libcst in a stack of 2048 KiB (ulimit -s); "
    "split the statement, or exclude the file"
)
TOO_DEEP = "file not analysed: code is nested too deeply"
FOR_LIBCST = f"{TOO_DEEP} for libcst; split the statement, or exclude the file"

# Each a statement that makes an id, so many levels deep.
DEEP: Mapping[str, Callable[[int], str]] = {
    "and": lambda n: f"run_id = {'x and ' * n}{CALL}",
    "or": lambda n: f"run_id = {'x or ' * n}{CALL}",
    "sum": lambda n: f"run_id = {'x + ' * n}{CALL}",
    "attributes": lambda n: f"run_id = {CALL}{'.a' * n}",
    "subscripts": lambda n: f"run_id = {CALL}{'[0]' * n}",
    "calls": lambda n: f"run_id = {CALL}{'()' * n}",
    "chain": lambda n: f"run_id = {CALL}{'.a(0)[1]' * n}",
    "not": lambda n: f"run_id = {'not ' * n}{CALL}",
    "minus": lambda n: f"run_id = {'-' * n}{CALL}",
    "power": lambda n: f"run_id = {'x ** ' * n}{CALL}",
    "lambda": lambda n: f"run_id = {'lambda: ' * n}{CALL}",
    "conditional": lambda n: f"run_id = {'x if y else ' * n}{CALL}",
    "compared": lambda n: f"run_id = {'x < ' * n}{CALL}",
    "clauses": lambda n: f"run_id = [{CALL}{' for x in y' * n}]",
    "pieces": lambda n: f"run_id = {CALL} + ({QUOTED * n})",
    "fields": lambda n: f"run_id = f'{'{x}' * n}{{uuid.uuid4()}}'",
    "elif": lambda n: f"if x:\n    run_id = {CALL}\n" + "elif x:\n    pass\n" * n,
    "brackets": lambda n: f"run_id = {'(' * n}{CALL}{')' * n}",
    "lists": lambda n: f"run_id = {'[' * n}{CALL}{']' * n}",
    "dicts": lambda n: f"run_id = {'{1: ' * n}{CALL}{'}' * n}",
    "arguments": lambda n: f"run_id = {'f(' * n}{CALL}{')' * n}",
    "targets": lambda n: f"{'run_id = ' * n}{CALL}",
    "blocks": lambda n: (
        "".join(f"{' ' * i}if x:\n" for i in range(n)) + f"{' ' * n}run_id = {CALL}"
    ),
    "dotted": lambda n: f"def f():\n    import uuid{'.a' * n}\n    run_id = {CALL}",
    "patterns": lambda n: f"match {CALL}:\n    case {'[' * n}run_id{']' * n}: pass",
    "tuples": lambda n: f"match {CALL}:\n    case {'(' * n}run_id{',)' * n}: pass",
    "mappings": lambda n: f"match {CALL}:\n    case {'{1: ' * n}run_id{'}' * n}: pass",
    "groups": lambda n: f"match {CALL}:\n    case {'(' * n}run_id{')' * n}: pass",
}
QUOTED = "'a' "
PATTERNS = {"patterns", "tuples", "mappings", "groups"}
# What a program may hold, and does not grow with.
FLAT = {"compared", "targets", "fields"}
# So many levels the interpreter itself takes, or another limit of its own comes first.
BEARABLE = {name: 8 if name in PATTERNS else 90 for name in DEEP}
BEARABLE |= {"tuples": 6, "mappings": 6, "attributes": 500, "elif": 500}


def source_of(name: str, count: int) -> bytes:
    return f"import uuid\n{DEEP[name](count)}\n".encode()


@pytest.mark.parametrize("name", DEEP)
def test_what_libcst_can_bear_is_analysed(name: str) -> None:
    found = check_source(source_of(name, BEARABLE[name]), "app/a.py")

    assert "OST101" in {one.code for one in found.findings}


@pytest.mark.broad
@pytest.mark.parametrize(
    "count", [24, *(pytest.param(count, marks=pytest.mark.slow) for count in (180, 1_000, 10_000))]
)
def test_nothing_that_is_deep_ends_the_process(tmp_path: Path, count: int) -> None:
    """In one process: what crashes takes all with it."""
    for name in DEEP:
        levels = min(count, 98) if name == "blocks" else count
        (tmp_path / f"{name}.py").write_bytes(source_of(name, levels))
    done = subprocess.run(
        [sys.executable, "-m", "ssot_lint", "check", "--no-cache", "--isolated", "-j1", "-q", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    told = {line.partition(".py:")[0]: line for line in done.stdout.splitlines() if ".py:" in line}

    assert done.returncode in (1, 2), done.stderr
    assert done.stderr == ""
    assert set(told) == set(DEEP)
    assert not [line for line in done.stdout.splitlines() if "internal error" in line]
    if count >= 10_000:
        refused = {name for name, line in told.items() if "OST900" in line}
        assert refused == set(DEEP) - FLAT - {"blocks"}


@pytest.mark.broad
def test_flake8_goes_on(tmp_path: Path) -> None:
    """Of what is deep, with what flake8 itself and its other plugins take."""
    for name in ("and", "or", "pieces"):
        (tmp_path / f"{name}.py").write_bytes(source_of(name, 10_000))
    for name in PATTERNS:
        (tmp_path / f"{name}.py").write_bytes(source_of(name, 24))
    (tmp_path / "a.py").write_text(f"import uuid\nrun_id = {CALL}\n")
    done = subprocess.run(
        [sys.executable, "-m", "flake8", "--isolated", "--select", "OST", "--ssot-no-cache", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.findall(r"\./(\w+)\.py:\d+:\d+: (OST\d+)", done.stdout)

    assert done.stderr == ""
    refused = {(name, "OST900") for name in ("and", "or", "pieces", *PATTERNS)}
    assert set(found) == refused | {("a", "OST101")}


def test_the_message_names_the_statement() -> None:
    source = f"import uuid\nx = 1\n\n\n{DEEP['and'](10_000)}\n".encode()
    (one,) = check_source(source, "app/a.py").findings

    assert (one.location.row, one.message) == (5, FOR_LIBCST)


def test_what_no_rule_looks_at_may_be_deep() -> None:
    # Python 3.12.1 itself does not read 3,000.
    deep = DEEP["subscripts"](2_500).replace("uuid", "other").replace("run_id", "y")
    found = check_source(f"import uuid\n{deep}\nrun_id = {CALL}\n".encode(), "app/a.py")

    assert [one.code for one in found.findings] == ["OST101"]
    whole = Checker(Settings(), focus=False).check(f"{deep}\n".encode(), "app/a.py")
    assert [one.code for one in whole.findings] == ["OST900"]


def test_many_expressions_of_which_each_is_bearable() -> None:
    deep = "".join(f"{DEEP['subscripts'](600)}\n" for _ in range(20))
    (one,) = check_source(f"import uuid\n{deep}".encode(), "app/a.py").findings

    assert one.message == FOR_LIBCST


# The stack


def in_thread(size: int, work: Callable[[], None]) -> None:
    before = threading.stack_size(size)
    try:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)


@pytest.mark.parametrize(
    ("size", "name", "count", "expected"),
    [
        (2 * SMALLEST, "blocks", 20, "OST101"),
        (2 * SMALLEST, "brackets", 30, "OST101"),
        (2 * SMALLEST, "blocks", 90, IN_SMALL_STACK),
        (2 * SMALLEST, "brackets", 190, IN_SMALL_STACK),
        (
            SMALLEST // 2,
            "and",
            1,
            "file not analysed: the stack is too small (512 KiB); "
            "raise it to 1024 KiB or more (ulimit -s)",
        ),
    ],
)
def test_a_smaller_stack_bears_less(size: int, name: str, count: int, expected: str) -> None:
    told: list[str] = []

    def work() -> None:
        assert stack_size() == size
        (one,) = check_source(source_of(name, count), "app/a.py").findings
        told.extend((one.code, one.message))

    check_source(source_of("and", 1), "app/a.py")  # all is imported
    in_thread(size, work)

    assert expected in told


@pytest.mark.skipif(os.name == "nt", reason="no ulimit")
@pytest.mark.parametrize("size", [100, 512])
def test_a_stack_too_small_for_anything_ends_with_a_line(tmp_path: Path, size: int) -> None:
    """With 64 KiB Python itself does not start."""
    command = f"ulimit -s {size}; exec {sys.executable} -m ssot_lint check ."
    done = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"ssot-lint: error: the stack is too small ({size} KiB); "
        "raise it to 1024 KiB or more (ulimit -s)\n"
    )
