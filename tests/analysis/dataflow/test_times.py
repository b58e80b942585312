"""Times of which only the day or the hour is left."""

from __future__ import annotations

import libcst as cst
import pytest

from ssot_lint.analysis.dataflow.times import CoarseTimes
from ssot_lint.analysis.semantics.names import resolve_names
from ssot_lint.analysis.syntax.libcst_nodes import walk
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
    module = cst.parse_module(
        "\n".join(["import time", "from datetime import datetime", *lines, code])
    )
    assignments = [node for node in walk(module) if isinstance(node, cst.Assign)]
    assigned = {name: [node.value] for name, node in zip(ASSIGNED, assignments, strict=True)}
    *_, asked = (node for node in walk(module) if isinstance(node, cst.Expr))
    expression: cst.CSTNode = asked.value
    if isinstance(expression, cst.FormattedString):
        (expression,) = expression.parts
    names = resolve_names(module, tracked(Settings()), None)
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
