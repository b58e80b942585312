"""Where a value goes, what is done to it on the way, and by which nodes it came there."""

from __future__ import annotations

import pytest

from ssot_lint.analysis.dataflow.access_paths import AccessPath, Root
from ssot_lint.analysis.dataflow.forward import Forward, Front, Handed, Visit
from ssot_lint.analysis.dataflow.sinks import Effect
from tests.helpers.models import semantic_model


def forward(code: str) -> Forward:
    return Forward(semantic_model(code))


def effects(code: str, *first: AccessPath) -> list[tuple[Visit, Effect]]:
    """What is done to the value that the variable `x` of `f` holds, in order."""
    start = first or (AccessPath(Root.VARIABLE, "x", "f"),)
    return [
        (visit, event) for visit, event in forward(code).follow(start) if isinstance(event, Effect)
    ]


@pytest.mark.parametrize(
    ("code", "says", "row"),
    [
        ("def f(x):\n return x[:8]", "`x` is cut", 2),
        ("def f(x):\n y = x\n return len(y)", "`y` is measured", 3),
        ("def f(x):\n g(x)\ndef g(z):\n int(z)", "`z` is handed to `int()`", 4),
        ("def f(x):\n c.d = x\ndef g():\n c.d.split()", "`d` is taken apart", 4),
        ("def f(x):\n return x\ny = f(1)[:8]", "the result of `f` is cut", 3),
        ("def f(x):\n y = [x]\n y[0][:8]", "`y` is cut", 3),
        ("def f(x):\n y: UUID = x", "a UUID object is needed: that is how it is annotated", 2),
        ("def f(x: UUID):\n pass", "a UUID object is needed: that is how `x` is annotated", 1),
        ("def f(x):\n r.set(x, nx=True)", "it becomes a lock", 2),
    ],
)
def test_what_is_done_to_it(code: str, says: str, row: int) -> None:
    ((_, effect), *_) = effects(code)

    assert effect.says == says
    assert getattr(effect.at, "lineno", None) == row


@pytest.mark.parametrize(
    "code",
    [
        "def f(x):\n return x",
        "def f(x):\n print(x)\n y[:8]",
        "def f(x):\n g(x)\ndef h(z):\n int(z)",
        "def f(x):\n y = {x: 1}\n y['a'][:8]",
    ],
)
def test_nothing_is_done_to_it(code: str) -> None:
    assert effects(code) == []


def test_the_way_there() -> None:
    code = "def f(x):\n y = x\n g(y)\ndef g(z):\n return z[:8]\n"
    ((visit, _),) = effects(code)

    assert visit.path.name == "z"
    assert [getattr(node, "lineno", None) for node in visit.way] == [2, 3]


def test_a_long_way_is_told_by_its_end() -> None:
    names = [f"a{at}" for at in range(3000)]
    links = "".join(
        f" {after} = {before}\n" for before, after in zip(["x", *names], names, strict=False)
    )
    ((visit, effect),) = effects(f"def f(x):\n{links} a2999[:8]\n")

    assert getattr(effect.at, "lineno", None) == 3002
    assert [getattr(node, "lineno", None) for node in visit.way] == [*range(2994, 3002)]


def test_texts_in_front_of_it() -> None:
    code = (
        "A = 'run_'\ndef f(x):\n f'{A}{x}'\n 'a' + x\n 'b_%s' % x\n 'c_{}'.format(x)\n f'{y}{x}'\n"
    )
    events = (event for _, event in forward(code).follow([AccessPath(Root.VARIABLE, "x", "f")]))

    texts = {event.text for event in events if isinstance(event, Front)}
    assert texts == {"run_", "a", "b_", "c_", "\0"}


def test_a_circle_comes_to_an_end() -> None:
    code = "def f(x):\n g(x)\ndef g(x):\n f(x)\n"
    found = list(forward(code).follow([AccessPath(Root.VARIABLE, "x", "f")]))

    assert sum(isinstance(event, Handed) for _, event in found) == 2


def test_what_a_call_hands_a_function_by_name() -> None:
    found = forward("def g(a): pass\nclass C:\n a: str\n").handed_to("g", "a")

    assert AccessPath(Root.VARIABLE, "a", "g") in set(found)
