"""Which values of a variable reach which reads of it."""

from __future__ import annotations

import libcst as cst
import pytest

from ssot_lint.analysis.semantics.control_flow.reached_uses import Uses
from ssot_lint.analysis.syntax.libcst_nodes import walk


def reached(code: str) -> list[list[int]]:
    """For each read of `x`, in order, which of its bindings reach it, counted from 1."""
    module = cst.parse_module(code)
    bound = [
        node.target
        for node in walk(module)
        if isinstance(node, (cst.AssignTarget, cst.For, cst.NamedExpr))
    ]
    order: dict[cst.CSTNode, int] = {target: at for at, target in enumerate(bound, start=1)}
    uses = Uses(module.body)
    loads = sorted(uses.loads("x"), key=lambda load: [*walk(module)].index(load))
    return [sorted(order[source] for source in uses.sources(load)) for load in loads]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("x = 1\nx", [[1]]),
        ("x = 1\nx = 2\nx", [[2]]),
        ("x = 1\nif a:\n    x = 2\nx", [[1, 2]]),
        ("if a:\n    x = 1\nelse:\n    x = 2\nx", [[1, 2]]),
        ("x = 1\nwhile a:\n    x\n    x = 2", [[1, 2]]),
        ("x = 1\nif a:\n    x = 2\n    raise E\nx", [[1]]),
        ("x = 1\ntry:\n    x = 2\nexcept E:\n    x", [[1, 2]]),
        ("for x in a:\n    x", [[1]]),
        ("x", [[]]),
    ],
)
def test_definitions_that_reach_a_read(code: str, expected: list[list[int]]) -> None:
    assert reached(code) == expected


@pytest.mark.parametrize(
    ("code", "captured"),
    [
        ("x = 1\ndef f():\n    return x", {"x"}),
        ("x = 1\nf = lambda: x", {"x"}),
        ("x = 1\nx", set()),
        ("x = 1\nlocals()", {"x"}),
    ],
)
def test_names_that_others_may_read(code: str, captured: set[str]) -> None:
    assert Uses(cst.parse_module(code).body).captured & {"x"} == captured
