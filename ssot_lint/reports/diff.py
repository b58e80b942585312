"""What fixes would change, as a unified diff of bytes."""

from __future__ import annotations

import difflib
import os

from ssot_lint.model.errors import printable

_NO_NEWLINE = b"\n\\ No newline at end of file\n"


def render_diff(path: str, before: bytes, after: bytes, *, as_git: bool = False) -> bytes:
    """A unified diff that `patch -p0` and `git apply -p0` read; or as git writes it, without -p0.

    Bytes, because a file's encoding and line ends are its own.
    """
    old, new = (_quoted(f"{side}{path}") for side in (("a/", "b/") if as_git else ("", "")))
    lines = difflib.diff_bytes(
        difflib.unified_diff, _lines(before), _lines(after), old, new, lineterm=b"\n"
    )
    return b"".join(line if line.endswith(b"\n") else line + _NO_NEWLINE for line in lines)


def for_terminal(text: bytes) -> str:
    """A diff or a source as a terminal shows it, with nothing in it that could steer it."""
    lines = text.decode("utf-8", "surrogateescape").split("\n")
    return "\n".join(map(_shown, lines))


def _shown(line: str) -> str:
    """A line with its tabs, and with the first half of its end."""
    body, end = (line[:-1], "\r") if line.endswith("\r") else (line, "")
    return "\t".join(map(printable, body.split("\t"))) + end


def _quoted(path: str) -> bytes:
    """The name as git writes it: in C's quotes when it could break the line or steer a terminal."""
    if printable(path) == path and not path.startswith('"'):
        return os.fsencode(path)
    return b'"%b"' % b"".join(map(_escaped, path))


def _escaped(sign: str) -> bytes:
    if sign in '"\\':
        return b"\\" + sign.encode()
    written = os.fsencode(sign)
    return written if printable(sign) == sign else b"".join(b"\\%03o" % byte for byte in written)


def _lines(source: bytes) -> list[bytes]:
    """The lines with their ends, split at LF alone, as diffs are."""
    return [line + b"\n" for line in source.split(b"\n")[:-1]] + [
        line for line in source.split(b"\n")[-1:] if line
    ]
