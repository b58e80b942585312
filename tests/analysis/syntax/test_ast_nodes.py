"""The nodes of a file's `ast`, by kind."""

from __future__ import annotations

import ast

from ssot_lint.analysis.syntax.ast_nodes import Syntax

CODE = """\
import a
def f():
    global g
    try:
        g = 1
    except E:
        match b:
            case 1: c = 2
class C:
    d: int = 3
"""


def test_the_same_nodes_as_a_walk() -> None:
    tree = ast.parse(CODE)
    mine, theirs = Syntax(tree).nodes, list(ast.walk(tree))

    left_out = (ast.operator, ast.expr_context, ast.unaryop, ast.boolop, ast.cmpop)
    assert list(mine) == [node for node in theirs if not isinstance(node, left_out)]


def test_statements_wherever_they_stand() -> None:
    tree = ast.parse(CODE)
    found = Syntax(tree).of(ast.Assign, ast.AnnAssign)

    assert {ast.unparse(node) for node in found} == {"g = 1", "c = 2", "d: int = 3"}
    assert [node.names for node in Syntax(tree).sharing] == [["g"]]


def test_expressions() -> None:
    assert {n.value for n in Syntax(ast.parse(CODE)).of(ast.Constant)} == {1, 2, 3}
