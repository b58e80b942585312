"""Who gets the value of `x`: the code around it, then variables, fields, parameters, results."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.analysis.dataflow.access_paths import (
    SUBSTRING,
    WHOLE,
    AccessPath,
    Labels,
    Root,
    Through,
)
from ssot_lint.analysis.dataflow.calls.possible_values import possible_values
from ssot_lint.analysis.dataflow.propagation import Propagation, Step
from ssot_lint.analysis.dataflow.references import References, references_of
from tests.helpers.models import semantic_model

LISTED = WHOLE.within(Through.ELEMENT)
VALUES = WHOLE.within(Through.VALUE)
KEYS = WHOLE.within(Through.KEY)
SECOND = WHOLE.within(Through.ELEMENT, 1)


def analysed(code: str) -> tuple[Propagation, References]:
    model = semantic_model(code)
    references = model.once(references_of)
    return Propagation(references, model.once(possible_values), model.fields), references


def steps(code: str, labels: Labels) -> tuple[Propagation, list[Step]]:
    """The expressions that have the value of `x`, which has it in a labels, from inside out."""
    propagation, references = analysed(code)
    found = []
    step: Step | None = Step(references.loads(AccessPath(Root.VARIABLE, "x"))[-1], labels)
    while step is not None:
        found.append(step)
        step = propagation.next(step)
    return propagation, found


def described(labels: Labels) -> str:
    return " of ".join(
        label.through.value + ("" if label.at is None else f" {label.at}") for label in labels.chain
    )


@pytest.mark.parametrize(
    ("code", "labels", "expression", "where"),
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
        ("f'a_{x}'", WHOLE, "f'a_{x}'", "substring"),
        ("f'a_{x:8}'", WHOLE, "x", ""),
        ("'a_' + x", WHOLE, "'a_' + x", "substring"),
        ("'_'.join([x, y])", WHOLE, "'_'.join([x, y])", "substring"),
        ("x.removeprefix('a_')", SUBSTRING, "x.removeprefix('a_')", ""),
        # Into containers.
        ("[x, y]", WHOLE, "[x, y]", "element"),
        ("(y, x)", WHOLE, "(y, x)", "element 1"),
        ("(*y, x)", WHOLE, "(*y, x)", "element"),
        ("{'a': x}", WHOLE, "x", ""),  # that is a field
        ("{a: x}", WHOLE, "{a: x}", "value"),
        ("{x: a}", WHOLE, "{x: a}", "key"),
        ("[x for a in b]", WHOLE, "[x for a in b]", "element"),
        ("{a: x for a in b}", WHOLE, "{a: x for a in b}", "value"),
        ("[[x]]", WHOLE, "[[x]]", "element of element"),
        # Out of them.
        ("x[0]", LISTED, "x[0]", ""),
        ("x[1]", SECOND, "x[1]", ""),
        ("x[0]", SECOND, "x", "element 1"),
        ("x[1:]", SECOND, "x[1:]", "element"),
        ("x[a]", VALUES, "x[a]", ""),
        ("x['a']", VALUES, "x", "value"),
        ("x.pop()", LISTED, "x.pop()", ""),
        ("x.get(a)", VALUES, "x.get(a)", ""),
        ("next(iter(x))", LISTED, "next(iter(x))", ""),
        ("max(x)", LISTED, "max(x)", ""),
        # From one into another.
        ("sorted(x)", LISTED, "sorted(x)", "element"),
        ("sorted(x)", KEYS, "sorted(x)", "element"),
        ("sorted(x)", WHOLE, "x", ""),
        ("[*x]", LISTED, "[*x]", "element"),
        ("enumerate(x)", LISTED, "enumerate(x)", "element of element 1"),
        ("zip(x, y)", LISTED, "zip(x, y)", "element of element 0"),
        ("dict(zip(y, x))", LISTED, "dict(zip(y, x))", "value"),
        ("x.values()", VALUES, "x.values()", "element"),
        ("x.keys()", VALUES, "x", "value"),
        ("x.items()", KEYS, "x.items()", "element of element 0"),
        ("dict.fromkeys(x)", LISTED, "dict.fromkeys(x)", "key"),
        ("x.copy()", VALUES, "x.copy()", "value"),
    ],
)
def test_the_code_around(code: str, labels: Labels, expression: str, where: str) -> None:
    _, (*_, step) = steps(code, labels)

    assert (ast.unparse(step.node), described(step.labels)) == (expression, where)


def told(path: AccessPath) -> str:
    name = f"{path.scope}.{path.name}" if path.scope else path.name
    return f"{path.root.value} {name} {described(path.labels)}".strip()


CLASSES = (
    "class Base:\n a: int\nclass Row(Base):\n b: int\nclass Own:\n def __init__(self, c): pass\n"
)


@pytest.mark.parametrize(
    ("code", "labels", "given"),
    [
        # Names, attributes, items.
        ("a = b.c = x", WHOLE, {"variable a", "field c"}),
        ("a: str = x", WHOLE, {"variable a"}),
        ("a += x", WHOLE, {"variable a substring"}),
        ("(a := x)", WHOLE, {"variable a"}),
        ("a['b'] = x", WHOLE, {"field b"}),
        ("a[b] = x", WHOLE, {"variable a value"}),
        ("a[x] = b", WHOLE, {"variable a key"}),
        ("class C:\n a = x", WHOLE, {"variable a", "field a"}),
        ("a, b = x", SECOND, {"variable b"}),
        ("a, b = x", LISTED, {"variable a", "variable b"}),
        ("a, *b = x", LISTED, {"variable a", "variable b element"}),
        ("for a in x: pass", LISTED, {"variable a"}),
        ("for a in x: pass", WHOLE, set()),
        ("for a, b in enumerate(x): pass", LISTED, {"variable b"}),
        ("[a for a in x]", KEYS, {"variable a"}),
        ("with x as a: pass", WHOLE, {"variable a"}),
        ("match x:\n case str(a) | (_ as a): pass", WHOLE, {"variable a"}),
        ("match x:\n case [a, b]: pass", SECOND, {"variable b"}),
        ("{'a': x}", WHOLE, {"field a"}),
        # Containers.
        ("a.append(x)", WHOLE, {"variable a element"}),
        ("a.b.add(x)", WHOLE, {"field b element"}),
        ("a.update(x)", VALUES, {"variable a value"}),
        ("a.setdefault(b, x)", WHOLE, {"variable a value"}),
        ("setattr(a, 'b', x)", WHOLE, {"field b"}),
        # Results.
        ("x = 1\ndef f():\n return x", WHOLE, {"result f"}),
        ("x = 1\ndef f():\n yield x", WHOLE, {"result f element"}),
        ("x = 1\n@contextmanager\ndef f():\n yield x", WHOLE, {"result f"}),
        # Parameters.
        ("def f(a, b, *c): pass\nf(1, x)", WHOLE, {"variable f.b"}),
        ("def f(a, *c): pass\nf(1, 2, x)", WHOLE, {"variable f.c element"}),
        ("def f(a, **c): pass\nf(a=x)", WHOLE, {"variable f.a", "field a"}),
        ("def f(a, **c): pass\nf(1, b=x)", WHOLE, {"variable f.c value", "field b"}),
        # The list as such is one too many, on the safe side.
        ("def f(a): pass\nf(*x)", LISTED, {"variable f.a", "variable f.a element"}),
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
            {"variable f.b", "field args element 1"},
        ),
    ],
)
def test_what_gets_it(code: str, labels: Labels, given: set[str]) -> None:
    propagation, found = steps(code, labels)

    assert {told(path) for step in found for path in propagation.given_on(step)} == given


@pytest.mark.parametrize(
    ("code", "path", "given"),
    [
        ("class C:\n @property\n def a(self): pass", AccessPath(Root.FIELD, "a"), {"result a"}),
        ("class C:\n @property\n def a(self): pass", AccessPath(Root.RESULT, "a"), {"field a"}),
        ("match b:\n case C(a=c): pass", AccessPath(Root.FIELD, "a"), {"variable c"}),
        ("def f(a): pass\nf(**b)", AccessPath(Root.FIELD, "a"), {"variable f.a"}),
        (
            "@fixture\ndef a(): pass\ndef test(a): pass",
            AccessPath(Root.RESULT, "a"),
            {"variable test.a"},
        ),
        (
            "def a(): pass\ndef f(b=Depends(a)): pass",
            AccessPath(Root.RESULT, "a"),
            {"variable f.b"},
        ),
        ("def a(): pass\ndef f(b): pass\nf(a)", AccessPath(Root.RESULT, "a"), {"result b"}),
        ("a = 1", AccessPath(Root.VARIABLE, "a"), set()),
    ],
)
def test_what_gets_it_elsewhere(code: str, path: AccessPath, given: set[str]) -> None:
    propagation, _ = analysed(code)

    assert {told(h) for h in propagation.beyond(path) if isinstance(h, AccessPath)} == given


@pytest.mark.parametrize(
    ("code", "expression", "where"),
    [
        ("def a(): pass\nfield(default_factory=a)", "field(default_factory=a)", ""),
        ("def a(): pass\ndefaultdict(a)", "defaultdict(a)", "value"),
        ("def a(): pass\nto_thread(a)", "to_thread(a)", ""),
    ],
)
def test_calls_that_give_the_result_of_a_function(code: str, expression: str, where: str) -> None:
    propagation, _ = analysed(code)
    (step,) = [h for h in propagation.beyond(AccessPath(Root.RESULT, "a")) if isinstance(h, Step)]

    assert (ast.unparse(step.node), described(step.labels)) == (expression, where)
