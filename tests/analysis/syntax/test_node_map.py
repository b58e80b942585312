"""The node map pairs every libcst node that is code with its `ast` node, both ways."""

from __future__ import annotations

import ast
import asyncio
import email
import json
import re
import sys
import unittest
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import libcst as cst
import pytest
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from ssot_lint.analysis.source.text import split_lines
from ssot_lint.analysis.syntax.libcst_nodes import Layout, walk
from ssot_lint.analysis.syntax.node_map import NodeMap, is_written_in
from ssot_lint.analysis.syntax.parsing import children
from tests.helpers.fixture_files import FIXTURES, GOLDENS
from tests.helpers.models import masked

PACKAGES = [asyncio, email, json, unittest]

SHAPES = {
    "lines": "a = b = 1; c += 2; d: int = 3; e: str; pass\n(f) = (g)\n(h)\nf(); g()\n",
    "suites": (
        "if x: a; b\nelif y: c\nelse: d; e\nwhile x: break\nelse: f\nfor x in y: continue\n"
        "else: g\ntry: h\nexcept: i\nelse: j\nfinally: k\nclass A: a; b\ndef f(): return\n"
    ),
    "branches": (
        "if a:\n    b\nelif c:\n    d\n    if e: f\n    else:\n        g\nelif h:\n    i\nelse:\n"
        "    j; k\n    l\nif a:\n    b\nelse:\n    if c:\n        d\n"
    ),
    "loops": (
        "while a:\n    b\nelse:\n    c\nfor d, *e in f:\n    continue\nelse:\n    break\n"
        "async def g():\n    async for h in i: await j\n    async with k as l, m: pass\n"
    ),
    "tries": (
        "try:\n    a\nexcept b as c:\n    d\nexcept (e, f): g\nexcept:\n    h\nelse:\n    i\n"
        "finally:\n    j\ntry: k\nfinally: l\nraise\nraise m\nraise n from o\nassert p\n"
        "assert q, r\n"
    ),
    "with": (
        "with a as b, c, d as (e, f), g() as h.i, j as k[l], m as [n]:\n    o\n"
        "with (p as q, r): pass\nwith (s): pass\nwith (t), (u) as v: pass\n"
    ),
    "imports": (
        "import a\nimport b.c.d, e as f, g.h as i\nfrom j import k, l as m\nfrom . import n\n"
        "from ..o.p import *\nfrom q import (r, s as t,)\n"
    ),
    "deletes": "del a\ndel b, c[0]\ndel (d, e)\ndel (f), g\ndel (h, i), j\ndel k.l,\ndel [o]\n",
    "shared names": "def f():\n    global a, b\n    def g():\n        nonlocal c\n",
    "definitions": (
        "@a\n@b.c(d)\nclass E(F, *g, h=i, **j):\n    @k\n    async def l(self) -> m:\n"
        "        return\n    def n(o, p: q = r, /, s=t, *u: v, w, x: y = z, **aa: bb): pass\n"
        "def cc(*, dd, ee=1): pass\ndef ff(gg, hh=2, ii=3, *jj): pass\nclass KK(*ll, mm=nn): pass\n"
        "class OO(): pass\n"
    ),
    "lambdas": "lambda: a\nlambda b, c=d, /, e=f, *g, h, i=j, **k: l\nlambda *, m: (lambda n: n)\n",
    "operations": (
        "a or b or c\na and b or c and d and e\nnot -a + b * ~c\n1 < (b) <= c not in d is e\n"
    ),
    "parentheses": "a or (b or c)\n(a or b) or c or d\n((a or (b)) or c)\n(a + b) + (c)\n(a)(b)\n",
    "calls": (
        "f()\nf(a, *b, c, d=e, *g, **h, i=j, **k)\nf(x for x in y)\nf(a)(b)[c].d(e=f)\n"
        "print(*a)\nf((yield))\nf(a := 1, (b := 2))\nf(*a or b, *(c, d),)\n"
    ),
    "subscripts": (
        "a[b]\na[b, c]\na[b,]\na[(b, c)]\na[:]\na[b:c:d]\na[::d, e, ...]\na[b := 1]\na[b][c]\n"
        "a[()]\na[b:, c] = d\n"
    ),
    "displays": (
        "[]\n[a, *b]\n{a, *b}\n()\na,\n(a, *b)\na, b = c, *d\n[a, (b, c)] = d\n{}\n"
        "{a: b, **c, 'd': e}\nx = *a, b\n"
    ),
    "comprehensions": (
        "[a for b in c if d if e for f, g in h if i for j in k]\n{a for a in b}\n"
        "{a: b for a, b in c}\n(a for a in (b for b in c))\n[[a for a in b] for b in c if (d)]\n"
        "async def f():\n    return [a async for a in b for c in d]\n"
    ),
    "other expressions": (
        "a if b else c if d else e\n(a := b)\ndef f():\n    a = yield\n    yield b, c\n"
        "    d = yield from e\n    return *a, b\n    yield\n"
        "async def g():\n    (await a)[await b]\nfor x in *a, b: pass\n"
    ),
    "literals": "1, -1, 2.5, 3j, ..., None, True, 'a', b'b', r'c', 'a' 'b' 'c', b'a' b'b', (1)\n",
    "f-strings": (
        "f''\nf'a'\nf'{a}b{c!r}{d:>{e}.{f}}{{g}}'\nf'{h=}'\nf'{i = !s:x}'\nf'{j, k}'\n"
        "f'{(lambda: l)}'\nf'''{\nm\n}'''\nf'{n[\"o\"]}' f'{p:{q}}' 'r' f's{t}{u}'\n"
        "'a' f'b' 'c'\n'a' 'b' f'{c}' 'd'\nf'{f\"{a}{b}\"}{c}'\n(f'{a}'\n 'b'\n f'{c}').d\n"
        "f'{a or b or c}{d(e, *f)}'\n"
    ),
    "patterns": (
        "match a, *b:\n    case 1 | -2 | 3 + 4j | 'a' 'b' | c.d: pass\n    case None | True: pass\n"
        "    case e if f: pass\n    case [g, *h, _] as i: pass\n    case j, *_: pass\n"
        "    case (k, (l | m.n) as o,): pass\n    case {'p': q, r.s: 1, **t,}: pass\n"
        "    case {}: pass\n    case U(): pass\n    case v.W(1, x, y=z, aa=B(c=_)): pass\n"
        "    case (((1 | (2 | 3)))): pass\n    case [] | (): pass\n"
        "    case _:\n        pass; pass\n"
    ),
    "letters outside ASCII": "é = 'ä'; ö = f'{é}ü'\nclass Ü:\n    ñ = é, ö\n",
}  # fmt: skip

NEWER = {
    "except*": ((3, 11), "try: a\nexcept* b as c: d\nexcept* e:\n    f\nelse: g\nfinally: h\n"),
    "starred in subscripts": ((3, 11), "a[*b]\na[*b, c]\na[b, *c]\ndef f(*a: *b): pass\n"),
    "type parameters": (
        (3, 12),
        "type A = b\ntype C[D, *E, **F] = g\ndef h[I: J, K](l: I): pass\n"
        "class M[N: (O, P)]: pass\n",
    ),
    "nested f-strings": ((3, 12), "f'{a['b']:{c:{d}}}{f'{e!r:{f}}'}' f'{g:{h}i{j}}'\n"),
    "names shown in formats": ((3, 13), "f'{a:x{b=}c{d}}' f'{e}'\n"),
    "defaults of type parameters": ((3, 13), "type A[B = c, *D = *e, **F = g] = h\n"),
    "t-strings": ((3, 14), "t'{a}b{c!r:{d}}'\nt'{e=}'\nt'f'\nt'{g}'\n"),
    "except without parentheses": ((3, 14), "try: a\nexcept b, c: d\n"),
}  # fmt: skip

# What `ast` has no node for, wherever it stands.
NONE = (
    cst.SimpleStatementLine, cst.SimpleStatementSuite, cst.IndentedBlock, cst.Else, cst.Finally,
    cst.TypeParameters, cst.DictElement, cst.MatchMappingElement, cst.NameItem, cst.ParamStar,
    cst.Asynchronous, cst.Dot, cst.Comma, cst.BitOr, cst.FormattedStringText,
    cst.TemplatedStringText, cst.SimpleWhitespace,
)  # fmt: skip
# What is the same to `ast` as the one node in it.
HOLDERS = (
    cst.Annotation, cst.Arg, cst.AsName, cst.AssignTarget, cst.CompIf, cst.ComparisonTarget,
    cst.Decorator, cst.Element, cst.From, cst.Index, cst.MatchKeywordElement, cst.MatchOrElement,
    cst.MatchSequenceElement, cst.StarredDictElement, cst.SubscriptElement, cst.TypeParam,
)  # fmt: skip
# What code is that can stand by itself.
WHOLE = (cst.BaseExpression, cst.BaseSmallStatement)
ASIDE = (ast.Slice, ast.Starred)
NEW_GRAMMAR = (
    cst.LazyImport, cst.LazyImportFrom, cst.StarredDictComp,
)  # Python 3.15 # fmt: skip


def kinds_of(*bases: type) -> frozenset[type]:
    """The kinds of nodes that are of some classes."""
    known = (kind for kind in vars(cst).values() if isinstance(kind, type))
    return frozenset(kind for kind in known if issubclass(kind, bases))


class File:
    """A text, or what is left of it, on both trees."""

    def __init__(self, text: str, masked: str | None = None) -> None:
        masked = text if masked is None else masked
        self.module = cst.parse_module(masked)
        self.tree = ast.parse(text)
        self.layout = Layout(self.module)
        self.is_written = is_written_in(split_lines(masked))
        self.map = NodeMap(self.module, self.tree, self.is_written, self.layout.parent)

    def named(self, name: str) -> list[ast.AST | None]:
        """The twins of the names, in their order."""
        return [self.map.twin(n) for n in self.layout.of(cst.Name) if n.value == name]

    def written(self) -> Iterator[tuple[ast.AST, ast.AST | None]]:
        """The nodes of the tree that are written, and what each stands in."""
        pending: list[tuple[ast.AST, ast.AST | None]] = [(self.tree, None)]
        while pending:
            node, outer = pending.pop()
            if not isinstance(node, ast.stmt) or self.is_written(node):
                yield node, outer
                pending += [(inner, node) for inner in children(node)]


def check_total(file: File) -> None:
    """Every node has its twin, of the same code, and every twin its node."""
    for node in file.layout.nodes:
        twin = file.map.twin(node)
        if twin is None:
            assert has_none(node, file), (node, file.layout.parent(node))
            continue
        assert not isinstance(node, NONE)
        back = file.map.node_of(twin)
        if back is node:
            check_same_code(node, twin)
        elif isinstance(node, HOLDERS):
            assert isinstance(node, cst.AsName) or any(back is inner for inner in walk(node))
        else:
            assert isinstance(node, (cst.Name, cst.AsName))
            assert node is not back
            assert not isinstance(twin, ast.expr)
    for written, outer in file.written():
        assert file.map.node_of(written) is not None or is_of_ast_only(written, outer), ast.dump(
            written
        )


def check_same_code(node: cst.CSTNode, twin: ast.AST) -> None:
    if isinstance(node, WHOLE) and not isinstance(twin, ASIDE):
        code = cst.Module([]).code_for_node(node)
        if isinstance(node, cst.BaseExpression):
            assert dump(ast.parse(f"({code})", mode="eval").body) == dump(twin), code
        else:
            assert dump(ast.parse(code).body[0]) == dump(twin), code
    elif isinstance(node, cst.Param):
        assert isinstance(twin, ast.arg)
        assert twin.arg == node.name.value
    elif isinstance(node, cst.BaseCompoundStatement):
        assert type(twin).__name__.removeprefix("Async") == type(node).__name__


def dump(node: ast.AST) -> str:
    """The structure, but not whether names are read or bound."""
    return re.sub(r"ctx=\w+\(\)", "", ast.dump(node))


def has_none(node: cst.CSTNode, file: File) -> bool:
    """Whether `ast` has no node for one, by what it is and what that stands in."""
    outer = file.layout.parent(node)
    match node, outer:
        case _ if isinstance(node, NONE):
            return True
        case cst.Name(), cst.Attribute(attr=name) | cst.Arg(keyword=name):
            return node is name or is_of_import(outer, file)
        case cst.Name(), cst.MatchKeywordElement(key=name):
            return node is name
        case cst.Name(), cst.NameItem():
            return True
        case cst.BaseString(), cst.ConcatenatedString():
            return True
        case cst.Tuple(lpar=()), cst.Del():
            return True
    return is_of_import(node, file)


def is_of_import(node: cst.CSTNode | None, file: File) -> bool:
    """Whether a node is the dotted name of an import, or a part of one."""
    while isinstance(outer := file.layout.parent(node) if node else None, cst.Attribute):
        node = outer
    return isinstance(outer, (cst.ImportAlias, cst.ImportFrom))


def is_of_ast_only(node: ast.AST, outer: ast.AST | None) -> bool:
    match outer:
        case ast.Subscript(slice=ast.Tuple() as tuples):
            return node is tuples
        case ast.JoinedStr():
            return isinstance(node, (ast.Constant, ast.JoinedStr))
        case ast.FormattedValue(format_spec=spec):
            return node is spec
    if node is getattr(outer, "default_value", None):
        return isinstance(node, ast.Starred)  # libcst has the star in `TypeParam`
    return type(outer).__name__ in ("TemplateStr", "Interpolation")


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
def test_shapes(text: str) -> None:
    check_total(File(text))


@pytest.mark.parametrize(("version", "text"), NEWER.values(), ids=NEWER)
def test_shapes_of_newer_versions(version: tuple[int, int], text: str) -> None:
    if sys.version_info < version:
        pytest.skip("this Python cannot read it")
    check_total(File(text))


def test_every_kind_of_node_is_among_the_shapes() -> None:
    texts = [*SHAPES.values(), *(text for _, text in NEWER.values())]
    shown = {type(node) for text in texts for node in Layout(cst.parse_module(text)).nodes}
    kinds = kinds_of(
        *WHOLE, *HOLDERS, *NONE, cst.BaseStatement, cst.MatchPattern, cst.BaseSlice, cst.CompFor,
        cst.BaseElement, cst.BaseDictElement, cst.BaseFormattedStringContent, cst.Param,
        cst.BaseTemplatedStringContent, cst.TypeVar, cst.TypeVarTuple, cst.ParamSpec, cst.WithItem,
        cst.ExceptHandler, cst.ExceptStarHandler, cst.MatchCase, cst.MatchStar, cst.Parameters,
    )  # fmt: skip

    missing = {kind for kind in kinds - shown if not kind.__name__.startswith(("Base", "_"))}

    assert missing - {cst.MatchPattern, cst.MatchSequence, *NEW_GRAMMAR} == set()


def test_names_that_bind() -> None:
    file = File(
        "import a\nimport a.b as a, a.b\nfrom c import a as d, a\nclass a:\n    def a(a): pass\n"
        "try: ...\nexcept E as a: a\nwith b as a: ...\nmatch b:\n    case [a, *a] | {**a}: ...\n"
    )

    found = [type(twin).__name__ if twin else "" for twin in file.named("a")]

    # The body of a handler is before its name to libcst.
    assert found == [
        "alias", "", "alias", "alias", "", "alias", "ClassDef", "FunctionDef", "arg",
        "Name", "ExceptHandler", "Name", "MatchAs", "MatchStar", "MatchMapping",
    ]  # fmt: skip


def test_what_binds_a_name_is_no_name_backward() -> None:
    file = File("def f(x): ...\nimport a as b\ntry: ...\nexcept E as e: ...\n")
    kinds = (ast.FunctionDef, ast.arg, ast.alias, ast.ExceptHandler)

    found = [file.map.node_of(node) for node in ast.walk(file.tree) if isinstance(node, kinds)]

    assert {type(node) for node in found} == {
        cst.FunctionDef, cst.Param, cst.ImportAlias, cst.ExceptHandler,
    }  # fmt: skip


def test_the_front_of_a_chain_is_one_operation_of_its_own() -> None:
    file = File("a or b or c or d\n")
    outer, inner, innermost = file.layout.of(cst.BooleanOperation)
    whole, front = file.map.twin(outer), file.map.twin(inner)

    assert isinstance(whole, ast.BoolOp)
    assert isinstance(front, ast.BoolOp)
    assert front.values == whole.values[:3]
    assert (front.col_offset, front.end_col_offset) == (0, 11)
    assert file.map.twin(inner) is front
    assert file.map.node_of(front) is inner
    assert file.map.node_of(whole) is outer
    assert file.map.twin(innermost.right) is whole.values[1]


def test_arguments_in_the_order_of_the_source() -> None:
    file = File("f(a, *b, c=d, *e, **g)\n")
    call = file.layout.of(cst.Call)[0]

    twins = [file.map.twin(arg) for arg in call.args]

    assert [type(twin).__name__ for twin in twins] == [
        "Name", "Starred", "keyword", "Starred", "keyword",
    ]  # fmt: skip
    assert [ast.unparse(file.map.twin(arg.value) or ast.Pass()) for arg in call.args] == [
        "a", "b", "d", "e", "g",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("f'{a}{b=}' 'c' f'd{e}'", "abe"),
        ("f'{a:{b}}{c}'", "abc"),
        ("'a' f'{b:{c}x{d}}' f'{e}'", "bcde"),
    ],
)
def test_values_in_f_strings(text: str, values: str) -> None:
    file = File(text)
    holes = file.layout.of(cst.FormattedStringExpression)

    found = [file.map.twin(hole) for hole in holes]

    assert all(isinstance(twin, ast.FormattedValue) for twin in found)
    assert "".join(ast.unparse(file.map.twin(hole.expression) or ast.Pass()) for hole in holes) == (
        values
    )


def test_f_strings_that_the_tree_has_in_each_other() -> None:
    file = File("f'{a:{b}}'\n")
    outer, inner = file.layout.of(cst.FormattedStringExpression)
    whole = file.map.twin(outer)
    assert isinstance(whole, ast.FormattedValue)
    assert isinstance(whole.format_spec, ast.JoinedStr)
    value = whole.format_spec.values[0]

    whole.format_spec = ast.JoinedStr([ast.JoinedStr([ast.Constant("b="), value])])

    assert file.map.twin(inner) is value


def test_places_in_f_strings_are_not_taken_from_the_tree() -> None:
    file = File("a = f'{b}'; c or d or e\n")
    placed = [n for n in file.layout.of(cst.Name) if file.map.placed_twin(n) is not None]
    operations = file.layout.of(cst.BooleanOperation)

    assert [name.value for name in placed] == ["a", "c", "d", "e"]
    assert [file.map.placed_twin(node) is not None for node in operations] == [True, False]


def test_statements_that_are_blanked() -> None:
    text = (
        "import a\nimport b\nclass A(B):\n    x = 1\n    @c\n    def f(self):\n        pass\n"
        "    class D:\n        y = 2; z = 3\n        w = 4\ntry:\n    v()\nexcept E:\n    u()\n"
    )
    masked = (
        "\nimport b\nclass A(B):\n\n\n\n\n"
        "    class D:\n        y = 2; z = 3\n\ntry:\n    v()\nexcept E:\n    u()\n"
    )
    file = File(text, masked)
    imported, owner = file.tree.body[1:3]
    assert isinstance(imported, ast.Import)
    assert isinstance(owner, ast.ClassDef)

    check_total(file)
    assert file.map.twin(file.layout.of(cst.ImportAlias)[0]) is imported.names[0]
    assert file.map.twin(file.layout.of(cst.ClassDef)[1]) is owner.body[2]
    assert file.map.node_of(owner.body[1]) is None
    assert file.map.node_of(owner.body[0]) is None


def test_nodes_of_other_trees() -> None:
    file, other = File("x = 1\n"), File("x = 1\n")

    assert file.map.twin(other.module) is None
    assert file.map.twin(other.layout.of(cst.Name)[0]) is None
    assert file.map.node_of(other.tree.body[0]) is None


def test_a_module_of_other_code() -> None:
    module = cst.parse_module("x = 1; y or z or 2\n")
    layout = Layout(module)
    node_map = NodeMap(module, ast.parse("x = 1\n"), lambda statement: True, layout.parent)

    assert {node_map.twin(node) for node in layout.nodes[1:]} == {None}
    assert {node_map.placed_twin(node) for node in layout.nodes} == {None}


def test_nothing_is_paired_but_on_the_way_to_what_is_asked_for() -> None:
    file = File("def f():\n    a(b)\n    c(d)\ne = 1\n")
    asked: list[cst.CSTNode] = []

    def parent(node: cst.CSTNode) -> cst.CSTNode | None:
        asked.append(node)
        return file.layout.parent(node)

    node_map = NodeMap(file.module, file.tree, lambda statement: True, parent)
    name, other = [node for node in file.layout.of(cst.Name) if node.value in "bd"]

    assert isinstance(node_map.twin(name), ast.Name)
    steps = len(asked)
    assert isinstance(node_map.twin(other), ast.Name)
    assert len(asked) - steps < steps
    asked.clear()
    node_map.twin(name)
    assert asked == []


@pytest.mark.slow
@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_standard_library(package: ModuleType) -> None:
    for path in sorted(Path(str(package.__file__)).parent.rglob("*.py")):
        file = File(path.read_text(encoding="utf-8").replace("\f", ""))
        check_total(file)
        check_places(file)


def check_places(file: File) -> None:
    """What both trees know of a place is the same, but for what `ast` sees parentheses of."""
    if sys.version_info < (3, 12):
        return
    wrapper = MetadataWrapper(file.module, unsafe_skip_copy=True)
    places = wrapper.resolve(PositionProvider)
    lines = file.module.code.split("\n")
    for node in file.layout.nodes:
        twin = file.map.twin(node)
        if file.map.placed_twin(node) is None or not isinstance(twin, (ast.expr, ast.stmt)):
            continue
        place = places[node]
        assert isinstance(place, CodeRange)
        row = lines[twin.lineno - 1].encode()[: twin.col_offset].decode()
        assert (place.start.line, place.start.column) == (twin.lineno, len(row)), node


@pytest.mark.slow
@pytest.mark.parametrize("code", sorted(path.name for path in FIXTURES.iterdir()))
def test_excerpts_of_fixtures(code: str) -> None:
    for path in sorted((FIXTURES / code).glob("*.py")):
        if path.name.endswith(GOLDENS):
            continue  # they have the fixture's shapes
        try:
            text = path.read_bytes().decode("utf-8").lstrip("\ufeff").replace("\f", "")
            ast.parse(text), cst.parse_module(text)
        except (UnicodeError, SyntaxError, cst.ParserSyntaxError):
            continue  # OST900 has some that cannot be read
        check_total(File(text))
        check_total(File(text, masked(text)))
