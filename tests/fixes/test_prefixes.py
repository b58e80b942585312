"""What remains of a string as the prefix of a new id."""

from __future__ import annotations

import libcst as cst
import pytest

from ssot_lint.analysis.syntax.libcst_nodes import code_of, walk
from ssot_lint.fixes.planning.prefixes import Split, split
from ssot_lint.fixes.planning.templates import template_of


# `uuid4()` is the random part, `now()` is the time.
@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("f'run_{uuid4()}'", Split("'run'", "run", "")),
        ("f'{uuid4()}'", Split(None, "", "")),
        ("f'run_{name}_{uuid4()}'", Split("f'run_{name}'", "run_", "")),
        ("f'run_{now()}_{uuid4()}'", Split("'run'", "run", "")),
        ("f'run_{uuid4()}_{now()}'", Split("'run'", "run", "")),
        ("f'run_{uuid4()}.json'", Split("'run'", "run", ".json")),
        ("f'run_{uuid4()}_{name}'", Split("'run'", "run", "_{name}")),
        ("f'{name}_{uuid4()}'", Split("f'{name}'", "", "")),
        ("'run_' + uuid4()", Split("'run'", "run", "")),
        ("f'run_{uuid4()!r}'", None),
        ("f'run_{uuid4()}{name}{uuid4()}'", None),
        ("f'a run {uuid4()}'", None),
        ("f'run_{name}'", None),
    ],
)
def test_split(code: str, expected: Split | None) -> None:
    node = cst.parse_expression(code)
    calls = [part for part in walk(node) if isinstance(part, cst.Call)]
    random = [call for call in calls if code_of(call) == "uuid4()"]
    template = template_of(node)
    assert template is not None

    assert split(template, random, lambda part: code_of(part) == "now()") == expected


@pytest.mark.parametrize(
    ("code", "quotes"),
    [
        ("f'a{b}'", ("f'", "'")),
        ("'a' + b", ("f'", "'")),
        ("'a' + b['c']", None),
        ("\"a\" + b['c']", ('f"', '"')),
        ("a + b", None),
        ("'a' + (b := c)", None),
        ("'a' + Kind.RUN", None),
        ("r'a' + b", None),
        ("'a_%s' % b", None),
    ],
)
def test_what_can_be_written_as_an_f_string(code: str, quotes: tuple[str, str] | None) -> None:
    template = template_of(cst.parse_expression(code))

    assert (template and (template.start, template.end)) == quotes
