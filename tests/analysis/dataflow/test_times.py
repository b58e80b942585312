"""Times of which only the day or the hour is left."""

from __future__ import annotations

import ast

import pytest

from ssot_lint.analysis.dataflow.times import CoarseTimes
from ssot_lint.analysis.semantics.control_flow.resolver import resolve_names
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.syntax.ast_nodes import Syntax
from ssot_lint.config.settings import Settings
from ssot_lint.ids.id_model import tracked

ASSIGNED = {
    "text": "datetime.now().isoformat()",
    "written": "str(datetime.now())",
    "seconds": "int(time.time())",
    "moment": "datetime.now()",
    "other": "name()",
}


def is_coarse(code: str) -> bool:
    lines = [f"{name} = {value}" for name, value in ASSIGNED.items()]
    text = "\n".join(["import time", "from datetime import datetime", *lines, code])
    tree = ast.parse(text)
    assignments = [node for node in tree.body if isinstance(node, ast.Assign)]
    assigned = {name: [node.value] for name, node in zip(ASSIGNED, assignments, strict=True)}
    asked = tree.body[-1]
    assert isinstance(asked, ast.Expr)
    expression: ast.AST = asked.value
    if isinstance(expression, ast.JoinedStr):
        (expression,) = expression.values
    names = resolve_names(Syntax(tree), SourceText(text), tracked(Settings()), None)
    return CoarseTimes(names, assigned, lambda: {"DAY": "%Y%m%d", "FINE": "%S"}).is_coarse(
        expression
    )


@pytest.mark.parametrize(
    "code",
    [
        "now.day",
        "now.tm_yday",
        "now.date()",
        "now.strftime('%Y%m%d')",
        "time.strftime('%H:%M', now)",
        "now.strftime(DAY)",
        "format(now, '%Y-%m-%d')",
        "'{:%Y%m%d}'.format(now)",
        "f'{now:%Y%m%d}'",
        "f'{now:{DAY}}'",
        "now.strftime('%Y' '%m' '%d')",
        "now.strftime(format='%Y%m%d')",
        "written.split()[0]",
        "text.split(sep='T')[0]",
        "now.isoformat(timespec='minutes')",
        "now.replace(second=0)",
        "text[:10]",
        "text[0:16]",
        "now.isoformat().replace('-', '')[:8]",
        "text.split('T')[0]",
        "time.time() // 60",
        "int(time.time()) // 3600",
        "now.timestamp() // 86400",
        "seconds // 60",
        "int(time.time() / 3600)",
        "seconds - seconds % 60",
    ],
)
def test_coarse(code: str) -> None:
    assert is_coarse(code)


@pytest.mark.parametrize(
    "code",
    [
        "now.second",
        "now.time()",
        "now.strftime('%H%M%S')",
        "now.strftime('%-S')",
        "now.strftime('%s')",
        "now.strftime(FINE)",
        "now.strftime(unknown)",
        "now.strftime('today')",
        "'{}'.format(now)",
        "f'{now:%f}'",
        "f'{now:%Y{DAY}}'",
        "now.replace(second=True)",
        "now.isoformat()",
        "now.isoformat(timespec='seconds')",
        "now.replace(microsecond=0)",
        "text[:19]",
        "text[11:]",
        "text[5:10]",
        "other[:10]",
        "text.split('T')[1]",
        "text.split('-')[0]",
        "time.time() // 10",
        "other // 60",
        "int(time.time() / 10)",
        "int(time.time())",
        "seconds - other % 60",
        "seconds",
    ],
)
def test_fine(code: str) -> None:
    assert not is_coarse(code)
