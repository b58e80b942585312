"""The nodes of a file's `ast`, by kind."""

from __future__ import annotations

import ast

from ssot_lint.analysis.syntax.ast_nodes import Syntax, in_order, own_nodes, statements

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


def test_each_node_is_an_own_one_of_one_statement() -> None:
    tree = ast.parse(CODE)
    own = [node for statement in statements(tree) for node in own_nodes(statement)]

    assert len(own) == len(set(own))
    assert set(own) == set(Syntax(tree).nodes)


def test_own_nodes_stop_at_the_block() -> None:
    (loop,) = ast.parse("for a in b:\n c\nelse:\n d").body

    assert {node.id for node in own_nodes(loop) if isinstance(node, ast.Name)} == {"a", "b"}


def test_expressions() -> None:
    assert {n.value for n in Syntax(ast.parse(CODE)).of(ast.Constant)} == {1, 2, 3}


def test_the_order_of_the_source() -> None:
    tree = ast.parse("if a:\n b = lambda: c\nelse:\n d\nclass E(f):\n g\n")

    def names(*, into_scopes: bool) -> list[str]:
        found = in_order(tree, into_scopes=into_scopes)
        return [node.id for node in found if isinstance(node, ast.Name)]

    assert names(into_scopes=True) == ["a", "b", "c", "d", "f", "g"]
    assert names(into_scopes=False) == ["a", "b", "d"]
    (owner,) = Syntax(tree).of(ast.ClassDef)  # the code that is asked for is entered
    assert len(list(in_order(owner, into_scopes=False))) == 4
