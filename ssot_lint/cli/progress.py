"""A progress bar for long runs, on terminals only."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

# Nobody waits for less.
_PATIENCE_SECONDS = 1.0
# Often enough to look alive; drawing takes time from the work.
_FRAME_SECONDS = 0.1


class Progress:
    """Shows how many files are done, on standard error, once a run has taken a while."""

    def __init__(self, *, hidden: bool = False) -> None:
        on_terminal = sys.stderr is not None and sys.stderr.isatty()
        self._next = time.monotonic() + _PATIENCE_SECONDS if on_terminal and not hidden else None
        self._bar: ProgressBar[Any] | None = None

    def show(self, done: int, total: int) -> None:
        """Tell that `done` of `total` files are done."""
        if self._next is None or time.monotonic() < self._next:
            return
        if self._bar is None:
            self._bar = click.progressbar(length=total, label="ssot-lint", file=sys.stderr)
            self._bar.__enter__()
        self._bar.update(done - self._bar.pos)
        self._next = time.monotonic() + _FRAME_SECONDS

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            # Nothing of it stays, and the cursor comes back: what follows is the report.
            click.echo("\r\033[2K\033[?25h", nl=False, err=True)
