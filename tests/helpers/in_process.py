"""The command line, run in this process: as a user sees it, without the start of Python."""

from __future__ import annotations

import io
import os
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

from ssot_lint.cli.main import main


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
