"""Which strings and comments mention a name that code binds."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.analysis.semantics.import_bindings import Collector
from ssot_lint.analysis.semantics.names_in_text import Spelled
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.syntax.mentions import Mentions


def mentioned_in(code: str, name: str = "uuid") -> set[str]:
    """The scopes, by name, whose `uuid` a text may mean."""
    tree = ast.parse(code)
    pieces = Mentions(tree, SourceText(code))
    collector = Collector(tree, pieces)
    spelled = Spelled(code, pieces, collector.scope_of)
    return {
        getattr(scope.node, "name", "module")
        for scope in collector.scopes
        if spelled.is_in(scope, name)
    }


EVERYWHERE = {"module", "f", "g"}
REST = "\ndef f(): pass\ndef g(): pass\n"


@pytest.mark.parametrize(
    ("code", "scopes"),
    [
        ("uuid.uuid4()", set()),
        ("log('a uuid')", set()),
        ("x = 'uuid'", set()),
        ("x = 'uuids.UUID'", set()),
        # A string that is nothing but code.
        ("x = 'uuid.UUID'", {"module"}),
        ("x = 'list[uuid.UUID]'", {"module"}),
        ("def f():\n x = 'uuid.UUID'\ndef g(): pass", {"module", "f"}),
        # Types in quotes.
        ("x: 'uuid'", {"module"}),
        ("def h(a: 'uuid'): pass", {"module"}),
        ("def h() -> 'uuid': pass", {"module"}),
        ("x = cast('uuid', y)", {"module"}),
        ("def f():\n '''\n >>> uuid.uuid4()\n '''\ndef g(): pass", {"module", "f"}),
        # What may mean any scope.
        ("x = y  # type: uuid.UUID" + REST, EVERYWHERE),
        ("eval('uuid.uuid4()')" + REST, EVERYWHERE),
        ("globals()['uuid']" + REST, EVERYWHERE),
        ("import sys\nsys.modules[__name__].uuid" + REST, EVERYWHERE),
        ("dir()\nx = 'uuid'" + REST, set()),
        # Imports are long and mention nothing in strings.
        ("import uuid", set()),
    ],
)
def test_scopes_that_a_text_may_mean(code: str, scopes: set[str]) -> None:
    assert mentioned_in(code) == scopes


@pytest.mark.parametrize(
    ("code", "exported"),
    [
        ("__all__ = ['uuid', 'x']", True),
        ("__all__ = ['x']\n__all__.append('uuid')", True),
        ("__all__ = ['uuids']", False),
        ("names = ['uuid']", False),
    ],
)
def test_exported_names(code: str, exported: bool) -> None:
    tree = ast.parse(code)
    pieces = Mentions(tree, SourceText(code))
    spelled = Spelled(code, pieces, Collector(tree, pieces).scope_of)

    assert spelled.is_exported("uuid") is exported
