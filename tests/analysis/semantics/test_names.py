"""What expressions stand for. The fixtures hold what the rules make of it."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.analysis.semantics.control_flow.resolver import resolve_names
from ssot_lint.analysis.semantics.names import Names
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.syntax.ast_nodes import Syntax
from ssot_lint.config.settings import Settings
from ssot_lint.ids.id_model import tracked


def resolve(code: str, package: str | None = None) -> tuple[Syntax, Names]:
    syntax = Syntax(ast.parse(code))
    return syntax, resolve_names(syntax, SourceText(code), tracked(Settings()), package)


def dotted(code: str, package: str | None = None) -> set[str]:
    """Dotted names of the argument of the last call of `ask` in `code`."""
    syntax, names = resolve(code, package)
    asked = [
        node
        for node in syntax.of(ast.Call)
        if isinstance(node.func, ast.Name) and node.func.id == "ask"
    ]
    return set(names.dotted(asked[-1].args[0]))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import a; ask(a)", {"a"}),
        ("import a.b.c; ask(a.b.c.d)", {"a.b.c.d"}),
        ("import a.b as c; ask(c.d)", {"a.b.d"}),
        ("from a.b import c as d; ask(d.e)", {"a.b.c.e"}),
        ("from a import b; c = d = b; ask(d)", {"a.b"}),
        ("from a import b\nif x:\n  b = None\nask(b)", {"a.b"}),
        ("from a import b\nb = None\nask(b)", set()),
        ("if x:\n  from a import b\nelse:\n  from c import b\nask(b)", {"a.b", "c.b"}),
        ("try:\n  from a import b\nexcept ImportError:\n  from c import b\nask(b)", {"a.b", "c.b"}),
        ("from a import b\ndef f():\n  def g(): ask(b)\n  b = 1", set()),
        ("def f():\n  def g(): ask(b)\n  from a import b", {"a.b"}),
        ("def f():\n  global b\n  from a import b\ndef g(): ask(b)", {"a.b"}),
        (
            "def f():\n  b = 1\n  def g():\n    nonlocal b\n    from a import b\n  def h(): ask(b)",
            {"a.b"},
        ),
        ("class A:\n  from a import b\n  ask(b)", {"a.b"}),
        ("class A:\n  from a import b\n  def f(self): ask(b)", set()),
        ("from a import b\nclass A:\n  b = b\n  ask(b)", {"a.b"}),
        ("from a import b\nask(b if x else None)", {"a.b"}),
        ("from a import b\nask(c := b)", {"a.b"}),
        ("from a import b\n[c for c in b]; ask(b)", {"a.b"}),
        ("from a import b\n[ask(b) for b in c]", set()),
        ("from a import b\n[b := 1 for c in d]; ask(b)", {"a.b"}),
        ("from a import b\nfor i in x:\n  ask(b)\n  b = 1", {"a.b"}),
        ("from a import b\ndel b\nask(b)", set()),
        ("ask(b); from a import b", set()),
        ("from a import b\nlambda b: ask(b)", set()),
        ("from a import b\nlambda: ask(b)", {"a.b"}),
        ("from a import b\nwith x as (b, c):\n  ask(b)", set()),
        ("import importlib as i; ask(i.import_module('a.b'))", {"a.b"}),
        ("ask(__import__('a').b)", {"a.b"}),
        ("def __import__(x): ...\nask(__import__('a').b)", set()),
    ],
)
def test_dotted(code: str, expected: set[str]) -> None:
    assert dotted(code) == expected


@pytest.mark.parametrize(
    ("package", "expected"),
    [("a.b", {"a.x.y"}), ("a.b.c", {"a.b.x.y"}), ("a", {"..x.y"}), (None, {"..x.y"})],
)
def test_relative_imports(package: str | None, expected: set[str]) -> None:
    assert dotted("from ..x import y; ask(y)", package) == expected


def test_tracked_calls_are_listed_by_the_scope_that_runs_them() -> None:
    _, names = resolve("""\
from shared.id_generation import UnifiedIdGenerator as G
def f(x=G.generate_base_id("x")):
    make = G().generate_base_id
    make("a")
    return lambda: G.generate_base_id("b")
class A:
    y = [G.generate_base_id("y") for _ in z]
""")
    calls = {
        type(scope).__name__: [ast.unparse(call) for call in found]
        for scope, found in names.tracked_calls.items()
    }

    assert calls == {
        "Module": ["G.generate_base_id('x')"],
        "ClassDef": ["G.generate_base_id('y')"],
        "FunctionDef": ["make('a')"],
        "Lambda": ["G.generate_base_id('b')"],
    }


IMPORT = "from shared.id_generation.unified_id_generator import UnifiedIdGenerator as Ids\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("class A(Ids): ...\nask(A)", ["A"]),
        ("class A(Ids): ...\nask(A())", ["A"]),
        ("class A(Ids):\n  def f(self): ask(self)", ["A"]),
        ("class A(Ids):\n  @classmethod\n  def f(cls): ask(cls)", ["A"]),
        ("class A(Ids): ...\nclass B(A): ...\nask(B)", ["B"]),
        ("class A: ...\nask(A())", []),
        ("class A(Ids, Other): ...\nask(A)", []),
        # In the order of the file, whichever comes first in the expression.
        ("class A(Ids): ...\nclass B(Ids): ...\nclass C(Ids): ...\nask(C() or B or A())", [*"ABC"]),
    ],
)
def test_heirs(code: str, expected: list[str]) -> None:
    syntax, names = resolve(IMPORT + code)
    calls = [node for node in syntax.of(ast.Call) if getattr(node.func, "id", None) == "ask"]
    assert [heir.name for heir in names.heirs(calls[-1].args[0])] == expected
