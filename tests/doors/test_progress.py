"""The progress bar: on terminals, for long runs, and gone without a trace."""

from __future__ import annotations

import io
import sys

import pytest

from ssot_lint.cli.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time in seconds, as its only element."""
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    return now


def shown(clock: list[float], seconds: float, *, hidden: bool = False) -> str:
    """What a run of ten files writes that takes so long for each."""
    with Progress(hidden=hidden) as progress:
        for done in range(1, 11):
            clock[0] += seconds
            progress.show(done, 10)
    assert isinstance(sys.stderr, io.StringIO)
    return sys.stderr.getvalue()


def test_a_long_run_shows_how_far_it_is(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    written = shown(clock, 0.3)

    assert "40%" in written
    assert "100%" in written
    assert "10%" not in written
    assert written.endswith("\r\033[2K\033[?25h")
    assert "\n" not in written


@pytest.mark.parametrize(
    ("stream", "seconds", "hidden"),
    [(Terminal(), 0.05, False), (Terminal(), 0.3, True), (io.StringIO(), 0.3, False)],
    ids=["short", "quiet", "piped"],
)
def test_nothing_is_shown(
    stream: io.StringIO,
    seconds: float,
    hidden: bool,
    clock: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stderr", stream)

    assert shown(clock, seconds, hidden=hidden) == ""


def test_the_bar_goes_when_the_run_fails(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with pytest.raises(KeyboardInterrupt), Progress() as progress:  # noqa: PT012
        clock[0] += 2
        progress.show(1, 10)
        raise KeyboardInterrupt

    assert terminal.getvalue().endswith("\r\033[2K\033[?25h")
