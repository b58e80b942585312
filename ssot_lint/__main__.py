"""`python -m ssot_lint`, and what the program `ssot-lint` runs."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from typing import NoReturn


def main() -> None:
    """Run the command line. Ctrl-C ends it by one line, also while it is still being imported."""
    try:
        from ssot_lint.analysis.syntax.stack import is_too_small

        problem = is_too_small()
        if problem is not None:
            _end(problem)
        from ssot_lint.run.processes.limits import rare_collections

        with rare_collections():  # the many imports leave no cycles, either
            from ssot_lint.cli.main import main as run

            gc.freeze()  # they stay: no collection need look through them
        run()
    except KeyboardInterrupt:
        _end("interrupted")


def _end(message: str) -> NoReturn:
    with contextlib.suppress(OSError):  # the code says it, too
        os.write(2, f"ssot-lint: error: {message}\n".encode())
    sys.exit(2)


if __name__ == "__main__":
    main()
