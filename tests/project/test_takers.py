"""Which functions take ids, as the bytes of files tell it."""

from __future__ import annotations

import pytest

from ssot_lint.project.takers import kinds_by_name, takers_in

KINDS = ("thread_id", "run_id")


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("def f(a, thread_id): pass", "thread_id:f"),
        ("def f(a): thread_id = a", ""),
        ("async def f(thread_id: str = g(1), *, run_id=None) -> str: pass", "thread_id:f run_id:f"),
        ("def f(\n    base_thread_id,\n):\n    pass", "thread_id:f"),
        ("def g(a): pass\ndef f(run_id): pass\ndef e(run_id): pass", "run_id:e,f"),
        ("class A:\n    def __init__(self, run_id): pass", "run_id:A"),
        ("class A:\n    pass\nclass B:\n    run_id: str\n", "run_id:B"),
        ("run_id: str\n", ""),
        ("class A:\n    def load(self, run_id): pass", "run_id:load"),
        ("x = 'no function'", ""),
        ("def f[T](run_id: T): pass", "run_id:f"),
        ("def f(  # takes (some):\n    run_id,\n): pass", "run_id:f"),
        ("def f(a='(', run_id=(1, (2, (3,)))): pass", "run_id:f"),
        ("def f(a=')'): pass\nrun_id = 1", ""),
        ("def f(runId): pass", "run_id:f"),
    ],
)
def test_they_are_told_by_name(source: str, told: str) -> None:
    assert takers_in(source.encode(), KINDS) == told


def test_they_are_read_back_by_name() -> None:
    taken = kinds_by_name(["thread_id:f,g run_id:g", "run_id:f"])
    assert taken == {"f": {"thread_id", "run_id"}, "g": {"thread_id", "run_id"}}
