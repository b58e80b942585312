"""Where a value goes, what is done to it on the way, and by which nodes it came there."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.analysis.dataflow.forward import Event, Forward, Front, Handed, Visit
from ssot_lint.analysis.dataflow.sinks.effects import Effect
from tests.helpers.models import semantic_model


def follow(code: str) -> list[tuple[Visit, Event | None]]:
    """All that happens to the value that `here()` gives."""
    model = semantic_model(code)
    (start,) = (
        node
        for node in model.syntax.of(ast.Call)
        if isinstance(node.func, ast.Name) and node.func.id == "here"
    )

    def known(called: ast.expr) -> list[str]:
        return ["user_id", "run_id"] if ast.unparse(called) == "Context" else []

    return list(Forward(model, known).follow(start))


def effects(code: str) -> list[tuple[Visit, Effect]]:
    """What is done to it, in order."""
    return [(visit, event) for visit, event in follow(code) if isinstance(event, Effect)]


@pytest.mark.parametrize(
    ("code", "says", "row"),
    [
        ("here()[:8]", "it is cut", 1),
        ("x = here()\nx[:8]", "`x` is cut", 2),
        ("x = here()\ny = x\nlen(y)", "`y` is measured", 3),
        ("g(here())\ndef g(z):\n int(z)", "`z` is handed to `int()`", 3),
        ("g(*[here()])\ndef g(z):\n int(z)", "`z` is handed to `int()`", 3),
        ("c.d = here()\ndef g():\n c.d.split()", "`d` is taken apart", 3),
        ("def f():\n return here()\ny = f()[:8]", "the result of `f` is cut", 3),
        ("f = lambda: here()\ny = f()[:8]", "the result of `f` is cut", 2),
        ("y = [here()]\ny[0][:8]", "`y` is cut", 2),
        ("x = d.get('k', here())\nd['k'][:8]", "`k` is cut", 2),
        ("y: UUID = here()", "a UUID object is needed: that is how it is annotated", 1),
        ("def f() -> UUID:\n return here()", "a UUID object is needed: that is how it is anno", 1),
        ("g(here())\ndef g(x: UUID):\n pass", "a UUID object is needed: that is how `x` is", 2),
        ("Column(UUID, default=here())", "a UUID object is needed: that is how it is declared", 1),
        ("Column(String(8), default=lambda: here())", "its width is fixed to 8 characters", 1),
        ("class R:\n k = field(default_factory=lambda: here())\nr.k[:8]", "`k` is cut", 3),
        ("Context('u', here())\nc.run_id[:8]", "`run_id` is cut", 2),
        ("r.set(here(), nx=True)", "it becomes a lock", 1),
        ("execute('select :a::uuid', here())", "it is cast to a UUID", 1),
        ("execute('select cast(? as uuid)', here())", "it is cast to a UUID", 1),
        ("execute('select %s, %s::uuid', [1, here()])", "it is cast to a UUID", 1),
        ("execute(\n'select %s::uuid',\n(here(),))", "it is cast to a UUID", 2),
        ("x = (1, here())\nexecute('select %s, %s::uuid', x)", "`x` is cast to a UUID", 2),
        ("execute('select :b::uuid', {'b': here()})", "it is cast to a UUID", 1),
        ("execute('select :b::uuid', [{'b': here()}])", "it is cast to a UUID", 1),
        ("execute('select :b::uuid', {c: here()})", "it is cast to a UUID", 1),
        ("execute('select :b::uuid', b=here())", "it is cast to a UUID", 1),
        ("text('select :b::uuid').bindparams(b=here())", "it is cast to a UUID", 1),
        ("q = 'select ?::uuid'\nexecute(q, here())", "it is cast to a UUID", 1),
        ("execute('select * from ' + t + ' where a = %s::uuid', (here(),))", "it is cast to", 1),
        ("execute(f'select * from {t} where a = %s::uuid', (here(),))", "it is cast to", 1),
        ("D = 'k UUID,'\nexecute('insert into t (k) values (?)', (here(),))", "this file desc", 1),
    ],
)
def test_what_is_done_to_it(code: str, says: str, row: int) -> None:
    ((_, effect), *_) = effects(code)

    assert effect.says.startswith(says)
    assert getattr(effect.at, "lineno", None) == row


@pytest.mark.parametrize(
    "code",
    [
        "def f():\n return here()",
        "x = here()\nprint(x)\ny[:8]",
        "g(here())\ndef h(z):\n int(z)",
        "y = {here(): 1}\ny['a'][:8]",
        "y = (here(), z)\ny[1][:8]",
        "f(metadata={'k': here()})\ndef f(k): k[:8]",
        "class R:\n k = field(default=here())\nother.default[:8]",
        "execute('select %s::uuid, %s', [1, here()])",
        "execute('select %s::text', [here()])",
        "execute('select :a::uuid, :b', {'b': here()})",
        "q = 'select ?::uuid'\ndef f(q):\n execute(q, here())",
        "D = 'k UUID,'\nexecute('insert into t (k, l) values (?, ?)', (1, here()))",
    ],
)
def test_nothing_is_done_to_it(code: str) -> None:
    assert effects(code) == []


def test_the_way_there() -> None:
    code = "def f():\n y = here()\n g(y)\ndef g(z):\n return z[:8]\n"
    ((visit, _),) = effects(code)

    assert visit.path.name == "z"
    assert [getattr(point.node, "lineno", None) for point in visit.way] == [3]


def test_a_long_way_is_told_by_its_end() -> None:
    names = [f"a{at}" for at in range(3000)]
    links = "".join(
        f" {after} = {before}\n" for before, after in zip(["here()", *names], names, strict=False)
    )
    ((visit, effect),) = effects(f"def f():\n{links} a2999[:8]\n")

    assert getattr(effect.at, "lineno", None) == 3002
    assert [getattr(point.node, "lineno", None) for point in visit.way] == [*range(2994, 3002)]


def test_texts_in_front_of_it() -> None:
    code = "A = 'run_'\nx = here()\nf'{A}{x}'\n'a' + x\n'b_%s' % x\n'c_{}'.format(x)\nf'{y}{x}'\n"
    events = (event for _, event in follow(code))

    texts = {event.text for event in events if isinstance(event, Front)}
    assert texts == {"run_", "a", "b_", "c_", "\0"}


def test_a_circle_comes_to_an_end() -> None:
    found = follow("f(here())\ndef f(x):\n g(x)\ndef g(x):\n f(x)\n")

    assert sum(isinstance(event, Handed) for _, event in found) == 3
