"""Who gets the value of `x`: the code around it, then variables, fields, parameters, results."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.analysis.dataflow.access_paths import (
    PART,
    WHOLE,
    Holder,
    Holders,
    Kind,
    Place,
    Where,
)
from ssot_lint.analysis.dataflow.propagation import Propagation, Step
from ssot_lint.analysis.semantics.signatures import Fields
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.syntax.ast_nodes import Syntax
from ssot_lint.analysis.syntax.mentions import Mentions

LISTED = WHOLE.within(Where.ITEM)
VALUES = WHOLE.within(Where.ENTRY)
KEYS = WHOLE.within(Where.KEY)
SECOND = WHOLE.within(Where.ITEM, 1)


def analysed(code: str) -> tuple[Propagation, Holders]:
    tree = ast.parse(code)
    holders = Holders(Mentions(tree, SourceText(code)))
    return Propagation(holders, Fields(Syntax(tree))), holders


def steps(code: str, place: Place) -> tuple[Propagation, list[Step]]:
    """The expressions that have the value of `x`, which has it in a place, from inside out."""
    propagation, holders = analysed(code)
    found = []
    step: Step | None = Step(holders.loads(Holder(Kind.VARIABLE, "x"))[-1], place)
    while step is not None:
        found.append(step)
        step = propagation.next(step)
    return propagation, found


def described(place: Place) -> str:
    return " of ".join(
        slot.where.value + ("" if slot.at is None else f" {slot.at}") for slot in place.slots
    )


@pytest.mark.parametrize(
    ("code", "place", "expression", "where"),
    [
        # The same value.
        ("str(x)", WHOLE, "str(x)", ""),
        ("cast(str, x)", WHOLE, "cast(str, x)", ""),
        ("save(x)", WHOLE, "x", ""),
        ("x.strip().lower()", WHOLE, "x.strip().lower()", ""),
        ("x.split()", WHOLE, "x", ""),
        ("x or y", WHOLE, "x or y", ""),
        ("y if a else x", WHOLE, "y if a else x", ""),
        ("y if x else a", WHOLE, "x", ""),
        ("f((y := x))", WHOLE, "(y := x)", ""),
        ("a.get('b', x)", WHOLE, "a.get('b', x)", ""),
        ("getattr(a, 'b', x)", WHOLE, "getattr(a, 'b', x)", ""),
        ("f'{x}'", WHOLE, "f'{x}'", ""),
        # A text that has it in it.
        ("f'a_{x}'", WHOLE, "f'a_{x}'", "part"),
        ("f'a_{x:8}'", WHOLE, "x", ""),
        ("'a_' + x", WHOLE, "'a_' + x", "part"),
        ("'_'.join([x, y])", WHOLE, "'_'.join([x, y])", "part"),
        ("x.removeprefix('a_')", PART, "x.removeprefix('a_')", ""),
        # Into containers.
        ("[x, y]", WHOLE, "[x, y]", "item"),
        ("(y, x)", WHOLE, "(y, x)", "item 1"),
        ("(*y, x)", WHOLE, "(*y, x)", "item"),
        ("{'a': x}", WHOLE, "x", ""),  # that is a field
        ("{a: x}", WHOLE, "{a: x}", "entry"),
        ("{x: a}", WHOLE, "{x: a}", "key"),
        ("[x for a in b]", WHOLE, "[x for a in b]", "item"),
        ("{a: x for a in b}", WHOLE, "{a: x for a in b}", "entry"),
        ("[[x]]", WHOLE, "[[x]]", "item of item"),
        # Out of them.
        ("x[0]", LISTED, "x[0]", ""),
        ("x[1]", SECOND, "x[1]", ""),
        ("x[0]", SECOND, "x", "item 1"),
        ("x[1:]", SECOND, "x[1:]", "item"),
        ("x[a]", VALUES, "x[a]", ""),
        ("x['a']", VALUES, "x", "entry"),
        ("x.pop()", LISTED, "x.pop()", ""),
        ("x.get(a)", VALUES, "x.get(a)", ""),
        ("next(iter(x))", LISTED, "next(iter(x))", ""),
        ("max(x)", LISTED, "max(x)", ""),
        # From one into another.
        ("sorted(x)", LISTED, "sorted(x)", "item"),
        ("sorted(x)", KEYS, "sorted(x)", "item"),
        ("sorted(x)", WHOLE, "x", ""),
        ("[*x]", LISTED, "[*x]", "item"),
        ("enumerate(x)", LISTED, "enumerate(x)", "item of item 1"),
        ("zip(x, y)", LISTED, "zip(x, y)", "item of item 0"),
        ("dict(zip(y, x))", LISTED, "dict(zip(y, x))", "entry"),
        ("x.values()", VALUES, "x.values()", "item"),
        ("x.keys()", VALUES, "x", "entry"),
        ("x.items()", KEYS, "x.items()", "item of item 0"),
        ("dict.fromkeys(x)", LISTED, "dict.fromkeys(x)", "key"),
        ("x.copy()", VALUES, "x.copy()", "entry"),
    ],
)
def test_the_code_around(code: str, place: Place, expression: str, where: str) -> None:
    _, (*_, step) = steps(code, place)

    assert (ast.unparse(step.node), described(step.place)) == (expression, where)


def told(holder: Holder) -> str:
    name = f"{holder.scope}.{holder.name}" if holder.scope else holder.name
    return f"{holder.kind.value} {name} {described(holder.place)}".strip()


CLASSES = (
    "class Base:\n a: int\nclass Row(Base):\n b: int\nclass Own:\n def __init__(self, c): pass\n"
)


@pytest.mark.parametrize(
    ("code", "place", "given"),
    [
        # Names, attributes, items.
        ("a = b.c = x", WHOLE, {"variable a", "field c"}),
        ("a: str = x", WHOLE, {"variable a"}),
        ("a += x", WHOLE, {"variable a part"}),
        ("(a := x)", WHOLE, {"variable a"}),
        ("a['b'] = x", WHOLE, {"field b"}),
        ("a[b] = x", WHOLE, {"variable a entry"}),
        ("a[x] = b", WHOLE, {"variable a key"}),
        ("class C:\n a = x", WHOLE, {"variable a", "field a"}),
        ("a, b = x", SECOND, {"variable b"}),
        ("a, b = x", LISTED, {"variable a", "variable b"}),
        ("a, *b = x", LISTED, {"variable a", "variable b item"}),
        ("for a in x: pass", LISTED, {"variable a"}),
        ("for a in x: pass", WHOLE, set()),
        ("for a, b in enumerate(x): pass", LISTED, {"variable b"}),
        ("[a for a in x]", KEYS, {"variable a"}),
        ("with x as a: pass", WHOLE, {"variable a"}),
        ("match x:\n case str(a) | (_ as a): pass", WHOLE, {"variable a"}),
        ("match x:\n case [a, b]: pass", SECOND, {"variable b"}),
        ("{'a': x}", WHOLE, {"field a"}),
        # Containers.
        ("a.append(x)", WHOLE, {"variable a item"}),
        ("a.b.add(x)", WHOLE, {"field b item"}),
        ("a.update(x)", VALUES, {"variable a entry"}),
        ("a.setdefault(b, x)", WHOLE, {"variable a entry"}),
        ("setattr(a, 'b', x)", WHOLE, {"field b"}),
        # Results.
        ("x = 1\ndef f():\n return x", WHOLE, {"result f"}),
        ("x = 1\ndef f():\n yield x", WHOLE, {"result f item"}),
        ("x = 1\n@contextmanager\ndef f():\n yield x", WHOLE, {"result f"}),
        # Parameters.
        ("def f(a, b, *c): pass\nf(1, x)", WHOLE, {"variable f.b"}),
        ("def f(a, *c): pass\nf(1, 2, x)", WHOLE, {"variable f.c item"}),
        ("def f(a, **c): pass\nf(a=x)", WHOLE, {"variable f.a", "field a"}),
        ("def f(a, **c): pass\nf(b=x)", WHOLE, {"variable f.c entry", "field b"}),
        # The list as such is one too many, on the safe side.
        ("def f(a): pass\nf(*x)", LISTED, {"variable f.a", "variable f.a item"}),
        ("def f(a, b): pass\nf(**{'b': x})", WHOLE, {"variable f.b", "field b"}),
        ("class C:\n def f(self, a): pass\nc.f(x)", WHOLE, {"variable C.f.a"}),
        ("def f(a=x): pass", WHOLE, {"variable f.a"}),
        ("def f(b, *, a=x): pass", WHOLE, {"variable f.a"}),
        (CLASSES + "Row(1, x)", WHOLE, {"field b"}),
        (CLASSES + "Row(a=x)", WHOLE, {"field a"}),
        (CLASSES + "Own(x)", WHOLE, {"variable Own.__init__.c"}),
        # Functions that are handed on with it.
        ("def f(a): pass\nsubmit(f, x)", WHOLE, {"variable f.a"}),
        ("def f(a): pass\nmap(f, x)", LISTED, {"variable f.a"}),
        (
            "def f(a, b): pass\nThread(target=f, args=(1, x))",
            WHOLE,
            {"variable f.b", "field args item 1"},
        ),
    ],
)
def test_what_gets_it(code: str, place: Place, given: set[str]) -> None:
    propagation, found = steps(code, place)

    assert {told(holder) for step in found for holder in propagation.given_on(step)} == given


@pytest.mark.parametrize(
    ("code", "holder", "given"),
    [
        ("class C:\n @property\n def a(self): pass", Holder(Kind.FIELD, "a"), {"result a"}),
        ("class C:\n @property\n def a(self): pass", Holder(Kind.RESULT, "a"), {"field a"}),
        ("match b:\n case C(a=c): pass", Holder(Kind.FIELD, "a"), {"variable c"}),
        ("def f(a): pass\nf(**b)", Holder(Kind.FIELD, "a"), {"variable f.a"}),
        (
            "@fixture\ndef a(): pass\ndef test(a): pass",
            Holder(Kind.RESULT, "a"),
            {"variable test.a"},
        ),
        ("def a(): pass\ndef f(b=Depends(a)): pass", Holder(Kind.RESULT, "a"), {"variable f.b"}),
        ("def a(): pass\ndef f(b): pass\nf(a)", Holder(Kind.RESULT, "a"), {"result b"}),
        ("a = 1", Holder(Kind.VARIABLE, "a"), set()),
    ],
)
def test_what_gets_it_elsewhere(code: str, holder: Holder, given: set[str]) -> None:
    propagation, _ = analysed(code)

    assert {told(h) for h in propagation.beyond(holder) if isinstance(h, Holder)} == given


@pytest.mark.parametrize(
    ("code", "expression", "where"),
    [
        ("def a(): pass\nfield(default_factory=a)", "field(default_factory=a)", ""),
        ("def a(): pass\ndefaultdict(a)", "defaultdict(a)", "entry"),
        ("def a(): pass\nto_thread(a)", "to_thread(a)", ""),
    ],
)
def test_calls_that_give_the_result_of_a_function(code: str, expression: str, where: str) -> None:
    propagation, _ = analysed(code)
    (step,) = [h for h in propagation.beyond(Holder(Kind.RESULT, "a")) if isinstance(h, Step)]

    assert (ast.unparse(step.node), described(step.place)) == (expression, where)
