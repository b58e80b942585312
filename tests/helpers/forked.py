"""Runs programs, each in a process of its own that is forked: a start takes no time.

As a script: for each file that is named, what it prints goes into a file beside it, `.out`, with
`failed` behind it where it raised something.
"""

from __future__ import annotations

import os
import runpy
import sys
import traceback
from pathlib import Path


def main(paths: list[str]) -> None:
    for path in paths:
        child = os.fork()
        if not child:
            _run(path)
        os.waitpid(child, 0)


def _run(path: str) -> None:
    """Run one program and end the process."""
    out = os.open(Path(path).with_suffix(".out"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    try:
        runpy.run_path(path, run_name="__main__")
        sys.stdout.flush()
    except BaseException:
        sys.stdout.flush()
        os.write(1, b"\nfailed\n")
        traceback.print_exc()
    finally:
        os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
