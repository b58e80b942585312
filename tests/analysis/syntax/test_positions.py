"""Positions are those of libcst's PositionProvider, for every node."""

from __future__ import annotations

import ast
import dataclasses
import enum
import functools
import tokenize
from pathlib import Path
from types import ModuleType

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from ssot_lint.analysis.source.location import Location
from ssot_lint.analysis.source.text import split_lines
from ssot_lint.analysis.syntax.node_map import NodeMap, is_written_in
from ssot_lint.analysis.syntax.positions import Positions
from tests.helpers.fixture_files import FIXTURES, GOLDENS
from tests.helpers.models import masked

LIBRARY = [dataclasses, enum, functools, tokenize]

SAMPLES = {
    "one line": "x = 1",
    "several statements on a line": "x = 1; y = 2; z = 3\nfor i in x: y(); z()\nw = 4;\n",
    "decorators and comments": (
        "# a\n\n@one(\n    2,\n)  # b\n# c\n@three\n# d\nasync def f(x=1):  # e\n    # f\n"
        "    pass\n    # g\n# h\nx = 1\n# i\n"
    ),
    "inner blocks": (
        "class A:\n  @b\n  class C(D):\n     '''doc\n  string'''\n     def f(self):\n"
        "        if x:\n            return (\n  1)\n        elif y: pass\n        else:\n"
        "          z = 1\n  w = 2\nv = 3\n"
    ),
    "every compound statement": (
        "while x:\n    a()\nelse:\n    b()\ntry:\n    c()\nexcept E:\n    d()\nelse:\n    e()\n"
        "finally:\n    f()\nwith g() as h:\n\ti()\n\tj()\nmatch k:\n    case 1:\n        l()\n"
    ),
    "backslashes": "x = \\\n  1\nif a and \\\n   b:\n    c = \\\n d\n",
    "parentheses in front": "(a\n .b)\nif x:\n    (c\n     .d)()\n    [e] = f\n",
    "CRLF": "if x:\r\n    y = '''\r\n'''\r\n    z = 1\r\n",
    "lone CR": "if x:\r    y = 1\r    z = 1\r",
    "blank lines with white space": "\n  \nif x:\n    \n    y = 1\n  \n    z = 2\n    \n",
    "no end of line": "def f():\n    return 1\n\n\ndef g():\n    return (2,\n      3)",
    "letters outside ASCII": "é = 'ä'; ö = f'{é}ü'\nclass Ü:\n    ñ = é, ö\n",
}  # fmt: skip


def holders(node: cst.CSTNode) -> dict[cst.CSTNode, cst.CSTNode]:
    found: dict[cst.CSTNode, cst.CSTNode] = {}
    pending = [node]
    while pending:
        current = pending.pop()
        pending += current.children
        found.update(dict.fromkeys(current.children, current))
    return found


def check_places(text: str, masked: str | None = None) -> None:
    module = cst.parse_module(masked or text)
    above = holders(module)

    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    expected = wrapper.resolve(PositionProvider)
    lines = split_lines(masked or text)
    node_map = NodeMap(module, ast.parse(text), is_written_in(lines), above.get)
    places = Positions(module, lines, node_map, split_lines(text), {}, above.get)

    for node in expected:
        start, end = expected[node].start, expected[node].end
        assert places.start(node) == Location(start.line, start.column + 1), node
        assert places.end(node) == Location(end.line, end.column + 1), node


@pytest.mark.parametrize("text", SAMPLES.values(), ids=SAMPLES)
def test_samples(text: str) -> None:
    check_places(text)


@pytest.mark.slow
@pytest.mark.parametrize("code", sorted(path.name for path in FIXTURES.iterdir()))
def test_fixtures(code: str) -> None:
    for path in sorted((FIXTURES / code).glob("*.py")):
        if path.name.endswith(GOLDENS):
            continue  # they have the fixture's shapes
        try:
            text = path.read_bytes().decode("utf-8").lstrip("\ufeff")
            ast.parse(text), cst.parse_module(text)
        except (UnicodeError, SyntaxError, cst.ParserSyntaxError):
            continue  # OST900 has some that cannot be read
        check_places(text)
        check_places(text, masked(text))


@pytest.mark.slow
@pytest.mark.parametrize("module", LIBRARY, ids=lambda module: module.__name__)
def test_standard_library(module: ModuleType) -> None:
    check_places(Path(str(module.__file__)).read_text(encoding="utf-8"))


def test_statements_without_an_end_of_line_that_are_blanked() -> None:
    check_places("x = 1\nif y:\n    z()\nw = 2", "x = 1\n\n\n")


def test_a_tree_of_other_code() -> None:
    check_places("x = 1\ny = 2\n", "x = 1; y = 2; z = 3\n\nw = 4\n")


def test_only_statements_that_are_asked_for_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "class A:\n    def f(self):\n        x = 1\n\f\f        y = 2\nz = 3\n"
    module = cst.parse_module(text.replace("\f", ""))
    owner = cst.ensure_type(module.body[0], cst.ClassDef)
    function = cst.ensure_type(owner.body.body[0], cst.FunctionDef)
    line = cst.ensure_type(function.body.body[1], cst.SimpleStatementLine)
    above = holders(module)
    written: list[str] = []
    write = cst.CSTNode._codegen

    def recorded(node: cst.CSTNode, *args: object, **kwargs: object) -> None:
        written.append(type(node).__name__)
        write(node, *args, **kwargs)  # type: ignore[arg-type]

    tree, lines = ast.parse(text), split_lines(module.code)
    monkeypatch.setattr(cst.CSTNode, "_codegen", recorded)
    node_map = NodeMap(module, tree, is_written_in(lines), above.get)
    places = Positions(module, lines, node_map, split_lines(text), {1: 7, 4: 2}, above.get)

    assert places.start(line.body[0]) == Location(4, 11)
    assert places.end(line.body[0]) == Location(4, 16)
    assert written[0] == "SimpleStatementLine"
    assert "FunctionDef" not in written
    assert written.count("Assign") == 1


def test_what_the_tree_knows_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "if x:\n    é = 'é', [f(a, *b, c=(d.e), **g)]\n"
    module = cst.parse_module(text)
    branch = cst.ensure_type(module.body[0], cst.If)
    line = cst.ensure_type(branch.body.body[0], cst.SimpleStatementLine)
    above = holders(module)
    name = next(node for node in above if isinstance(node, cst.Attribute))

    monkeypatch.setattr(cst.CSTNode, "_codegen", None)
    lines = split_lines(text)
    node_map = NodeMap(module, ast.parse(text), is_written_in(lines), above.get)
    places = Positions(module, lines, node_map, lines, {}, above.get)

    assert places.start(name) == Location(2, 27)
    assert places.end(name) == Location(2, 30)
    assert places.start(line.body[0]) == Location(2, 5)
