"""Our walk gives the rules what libcst's own would."""

from __future__ import annotations

import ast

import libcst as cst
import pytest

from ssot_lint.analysis.semantics.names import resolve_names
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.rules.registry import ALL_RULES
from ssot_lint.rules.rule import FileContext, visit_together
from ssot_lint.rules.triggers import CODES
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
    names = resolve_names(module, settings, None)
    text = SourceText(fixture.source.decode())
    tree = ast.parse(text.text)
    ours, theirs = (
        FileContext(
            module=module,
            names=names,
            settings=settings,
            api=fixture.api(),
            codes=frozenset(CODES),
            tree=tree,
            text=text,
            relative="a.py",
            is_suppressed=lambda code, node: False,
        )
        for _ in range(2)
    )

    visit_together(ours, [rule(ours) for rule in ALL_RULES])
    cst.visit_batched(module, [rule(theirs) for rule in ALL_RULES])

    assert {(r.code, id(r.node)) for r in ours.reports} == {
        (r.code, id(r.node)) for r in theirs.reports
    }
