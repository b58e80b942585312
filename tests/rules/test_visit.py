"""Our walk gives the rules what libcst's own would."""

from __future__ import annotations

import ast
from collections.abc import Iterable

import libcst as cst
import pytest

from ssot_lint.analysis.semantics.names import resolve_names
from ssot_lint.analysis.semantics.semantic_model import SemanticModel
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.fixes.file_context import FileContext
from ssot_lint.ids.id_model import tracked
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
    names = resolve_names(module, tracked(settings), None)
    text = SourceText(fixture.source.decode())
    tree = ast.parse(text.text)
    files = [
        FileContext(
            SemanticModel(module, names, tree, text),
            settings,
            fixture.api(),
            frozenset(CODES),
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
