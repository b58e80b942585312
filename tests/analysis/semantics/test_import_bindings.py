"""What each scope imports, and which import serves a read."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.analysis.semantics.import_bindings import Collector, Service, owner_of
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.syntax.mentions import Mentions


def collected(code: str) -> Collector:
    tree = ast.parse(code)
    collector = Collector(tree, Mentions(tree, SourceText(code)))
    collector.look_everywhere()
    return collector


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import a.b", [("a", (None, 0, "a"), False)]),
        ("import a.b as c", [("c", (None, 0, "a.b"), False)]),
        ("from .a import b", [("b", ("a", 1, "b"), False)]),
        ("try:\n    import a\nexcept ImportError:\n    a = None", [("a", (None, 0, "a"), True)]),
        ("with suppress(ImportError):\n    import a", [("a", (None, 0, "a"), True)]),
        ("if b:\n    import a", [("a", (None, 0, "a"), True)]),
    ],
)
def test_what_imports_bind(code: str, found: list[object]) -> None:
    (scope,) = collected(code).importing

    assert [(item.name, item.brings, item.guarded) for item in scope.imports] == found


def test_who_owns_a_name() -> None:
    collector = collected("import a\ndef f():\n    import a\n    def g():\n        return a\na\n")
    by_name = {getattr(scope.node, "name", ""): scope for scope in collector.scopes}

    assert owner_of("a", by_name["g"]) is by_name["f"]
    assert owner_of("a", by_name[""]) is by_name[""]
    assert owner_of("b", by_name["g"]) is None


@pytest.mark.parametrize(
    ("code", "gone", "needless"),
    [
        ("import a\na\na", [0, 1], [1]),
        ("import a\na\na", [0], []),
        # The last one above serves a read.
        ("import a\na\nimport a\na", [1], [3]),
        ("import a\nif b:\n    import a\n    a\na", [0], [3]),
    ],
)
def test_imports_that_lose_their_last_use(code: str, gone: list[int], needless: list[int]) -> None:
    (scope,) = collected(code).importing
    loads = sorted(scope.loads["a"], key=lambda load: load.node.lineno)
    service = Service(scope.imports, loads)

    found = service.needless([loads[at] for at in gone])
    assert [item.statement.lineno for item in found] == needless
