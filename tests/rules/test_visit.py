"""Our walk gives the rules what libcst's own would."""

from __future__ import annotations

import ast
from collections.abc import Iterable

import libcst as cst
import pytest

from ssot_lint.analysis.semantics.control_flow.resolver import resolve_names
from ssot_lint.analysis.semantics.excerpt_view import ExcerptView
from ssot_lint.analysis.semantics.semantic_model import SemanticModel
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.syntax.ast_nodes import Syntax
from ssot_lint.fixes.file_context import FileContext
from ssot_lint.ids.id_model import IdModel, tracked
from ssot_lint.rules.registry import CODES, all_rules
from ssot_lint.rules.rule import Rule, visit_together
from tests.helpers.fixture_files import Fixture, all_fixtures

READABLE = [f for f in all_fixtures() if f.path.parent.name != "OST900"]


@pytest.mark.broad
@pytest.mark.parametrize(
    "fixture",
    [
        pytest.param(fixture, id=fixture.name, marks=[pytest.mark.slow] if at % 3 else [])
        for at, fixture in enumerate(READABLE)
    ],
)
def test_same_reports_as_visit_batched(fixture: Fixture) -> None:
    settings = fixture.settings()
    module = cst.parse_module(fixture.source)
    text = SourceText(fixture.source.decode())
    syntax = Syntax(ast.parse(text.text))
    names = resolve_names(syntax, text, tracked(settings), None)
    model = SemanticModel(syntax, text, names)
    files = [
        FileContext(
            ExcerptView(module, model),
            IdModel(model, settings, fixture.api(), frozenset(CODES)),
            "a.py",
            lambda code, node: False,
        )
        for _ in range(2)
    ]

    ours, theirs = ([rule(file) for rule in all_rules()] for file in files)

    visit_together(files[0].semantics.nodes, ours)
    cst.visit_batched(module, list(theirs))

    assert _reported(ours) == _reported(theirs)


def _reported(rules: Iterable[Rule]) -> set[tuple[str, int]]:
    return {(report.code, id(report.node)) for rule in rules for report in rule.reports}
