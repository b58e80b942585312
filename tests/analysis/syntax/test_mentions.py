"""The pieces that a word is looked for in are all that mention it."""

from __future__ import annotations

import ast
import dataclasses
import enum
import functools
import inspect
import tokenize
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.syntax.mentions import BLOCKS, Mentions
from ssot_lint.analysis.syntax.parsing import walk

LIBRARY = [ast, dataclasses, enum, functools, inspect, tokenize]

SAMPLES = {
    "compound statements": (
        "@a.b\nclass C(D, e=f):\n    @g\n    def h(self, i: j = k, *l: m, n=o, **p) -> q:\n"
        "        for r in s: t; u\n        else:\n            while v: w\n"
        "async def x(\n    y,\n    z=1,\n): await b\n"
        "try: c\nexcept (d, e) as f: g\nfinally:\n    with h as i, j: k\n"
    ),
    "cases": (
        "match a:\n    case B(c=d) | {'e': f, **g}: h\n    case [i, *j] if k:\n        l\n"
        "    case m.n as o: p\n"
    ),
    "many rows": "x = [\n a,\n b(\n  c,\n ),\n]; y = d\nif (e and\n f): g = '''\n'''.h\n",
    "inside words": "a_id = id; b = ida, _id, x.id, f'{id}', 'id'\n",
    "keys": "a['b'], a.get('c-d'), a[\"e f\"], a['g.h'], a['ö'], a['']\n",
    "letters that are others to Python": "ｕuid = ｕｕｉｄ.ﬁ; é = e\u0301\n",
    "keys that are spelled otherwise": "a['b' 'c'], a['d'\n 'e'], a['f\\x67']\n",
    "strings that are written otherwise": "a['b\\n'], a['\\''], a['\\\\'], a['''b\n''']\n",
}


def words_in(piece: ast.AST) -> Iterator[str]:
    """The names in a piece, and its strings but for those with other letters between quotes."""
    for node in walk(piece):
        for field in ("id", "attr", "arg", "name", "asname", "rest"):
            word = getattr(node, field, None)
            if isinstance(word, str) and not isinstance(node, ast.FunctionDef):
                yield word.partition(".")[0] if isinstance(node, ast.alias) else word
        match node:
            case ast.Subscript(slice=ast.Constant(value=str(key))):
                yield key


def check_mentions(text: str) -> None:
    tree = ast.parse(text)
    mentions = Mentions(tree, SourceText(text))
    pieces = [node for node in mentions.order if type(node) not in BLOCKS]

    for piece in pieces:
        for word in words_in(piece):
            assert piece in mentions.of(word), (ast.dump(piece), word)
    held = {node for node in ast.walk(tree) if type(node) in BLOCKS}
    held.update(node for piece in pieces for node in walk(piece))
    assert held == set(walk(tree))


@pytest.mark.parametrize("text", SAMPLES.values(), ids=SAMPLES)
def test_samples(text: str) -> None:
    check_mentions(text)


@pytest.mark.parametrize("module", LIBRARY, ids=lambda module: module.__name__)
def test_standard_library(module: ModuleType) -> None:
    check_mentions(Path(str(module.__file__)).read_text(encoding="utf-8"))


def test_pieces_without_the_word_are_left_out() -> None:
    text = "run = 1\nif run_id:\n    x = run_id\n    y = rerun_id\n"
    tree = ast.parse(text)
    mentions = Mentions(tree, SourceText(text))
    assert isinstance(branch := tree.body[1], ast.If)

    assert set(mentions.of("run_id")) == {branch.body[0], branch.test}
    assert set(mentions.of("run_id", in_words=True)) == {*branch.body, branch.test}
    assert mentions.of("nothing") == []


def test_pieces_come_in_one_order() -> None:
    text = "".join(f"run({at})\nif run:\n    run.x = {at}\n" for at in range(5))
    mentions = Mentions(ast.parse(text), SourceText(text))
    places = [mentions.order.index(piece) for piece in mentions.of("run")]

    assert len(places) == 15
    assert places == sorted(places)
