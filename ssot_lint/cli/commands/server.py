"""`ssot-lint server`."""

from __future__ import annotations

import sys
from importlib.util import find_spec

import click

from ssot_lint.cli.values import Number
from ssot_lint.model.errors import UserError
from ssot_lint.run.processes.limits import LONGEST_SECONDS, rare_collections
from ssot_lint.server.worker import Worker

# Somebody waits for the answer, and those to come wait behind it.
_TIMEOUT = 20.0


@click.command()
@click.option(
    "--timeout",
    type=Number(0, LONGEST_SECONDS),
    default=_TIMEOUT,
    metavar="SECONDS",
    help="Give a file up that takes more processor time; 0 is no limit.  [default: 20]",
)
def server(timeout: float) -> int:
    """Talk to an editor: a language server, over standard input and output.

    Editors start it; docs/editors.md says how. It reports what is found in a buffer as it is typed,
    and offers fixes.
    """
    if find_spec("pygls") is None:
        raise UserError("the server needs pygls: pip install 'ssot-lint[server]'")
    if sys.stdin is None or sys.stdout is None or sys.stdin.isatty():
        told = "it is started by an editor, which talks to it over standard input and output"
        raise UserError(f"server: {told}")
    # The process that works imports libcst while this one imports the protocol: both take long.
    with Worker.of(timeout) as worker:
        with rare_collections():
            from ssot_lint.server.serving import serve
        return serve(worker)
