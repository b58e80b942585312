"""`python -m ssot_lint`, and what the program `ssot-lint` runs."""

from __future__ import annotations

import contextlib
import os
import sys


def main() -> None:
    """Run the command line. Ctrl-C ends it by one line, also while it is still being imported."""
    try:
        from ssot_lint.cli import main as run

        run()
    except KeyboardInterrupt:
        with contextlib.suppress(OSError):  # the code says it, too
            os.write(2, b"ssot-lint: error: interrupted\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
