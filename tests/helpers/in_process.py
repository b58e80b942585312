"""The command line and flake8, run in this process: what a user sees, without Python's start."""

from __future__ import annotations

import io
import linecache
import os
import subprocess
from collections.abc import Iterator
from contextlib import (
    AbstractContextManager,
    contextmanager,
    nullcontext,
    redirect_stderr,
    redirect_stdout,
)
from pathlib import Path
from unittest import mock

import flake8.utils
from flake8.main import cli as flake8_cli

from ssot_lint.cli.main import main
from ssot_lint.flake8_plugin import SsotPlugin


def run(
    folder: Path,
    *args: str,
    stdin: bytes = b"",
    env: dict[str, str] | None = None,
    under: AbstractContextManager[None] | None = None,
) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of `ssot-lint` in a folder.

    `under` holds for the run alone: who has lost his rights may not find the way back to where
    the tests started.
    """
    out, err = _stream(), _stream()
    code: object = None
    with (
        _in_folder(folder),
        mock.patch.dict(os.environ, env or {}),
        mock.patch("sys.stdin", _stream(stdin)),
        redirect_stdout(out),
        redirect_stderr(err),
        under or nullcontext(),
    ):
        try:
            main(list(args))
        except SystemExit as end:
            code = end.code
    told = _text(err)
    assert "Traceback" not in told, told
    assert isinstance(code, int)
    return code, _text(out), told


def run_flake8(folder: Path, *args: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """flake8 with our rules alone."""
    return run_plain_flake8(folder, "--select", "OST", *args, stdin=stdin)


def run_plain_flake8(folder: Path, *args: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """flake8, as a process of its own would end."""
    out, err = _stream(), _stream()
    own = dict.fromkeys(("_runner", "_obeying", "_baselines"))
    with (
        _in_folder(folder),
        mock.patch.multiple(SsotPlugin, **own),  # type: ignore[arg-type]
        mock.patch("sys.stdin", _stream(stdin.encode())),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        # What flake8 remembers of texts, by names that other folders have, too.
        vars(flake8.utils)["stdin_get_value"].cache_clear()
        linecache.clearcache()
        command = ["--jobs", "1", *args]
        code = flake8_cli.main(command)
    return subprocess.CompletedProcess(command, code, _text(out), _text(err))


def _stream(content: bytes = b"") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", newline="")


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode("utf-8", "surrogateescape")  # diffs have files' encodings


@contextmanager
def _in_folder(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
