"""Every rule is documented, in the same headings."""

from __future__ import annotations

import ast
import re
import string

import pytest

from ssot_lint.config.settings import Settings
from ssot_lint.engine.checker import check_source
from ssot_lint.rules.registry import CODES, OFF_BY_DEFAULT, all_rules
from ssot_lint.rules.rule import Rule

HEADINGS = [
    "What it does",
    "Why is this bad?",
    "Example",
    "Fix safety",
    "References",
]


@pytest.fixture(params=all_rules(), ids=lambda rule: rule.code)
def rule(request: pytest.FixtureRequest) -> type[Rule]:
    found: type[Rule] = request.param
    return found


def test_headings(rule: type[Rule]) -> None:
    assert re.findall(r"^## (.*)$", rule.documentation(), re.M) == HEADINGS
    assert len(rule.summary()) <= 100


def test_code_name_and_message(rule: type[Rule]) -> None:
    assert re.fullmatch(r"OST\d{3}", rule.code)
    assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", rule.name)
    module = f"{rule.code.lower()}_{rule.name.replace('-', '_')}"
    assert rule.__module__.endswith("." + module)
    assert "\n" not in rule.message
    assert list(string.Formatter().parse(rule.message))


def test_codes_are_in_order() -> None:
    codes = [rule.code for rule in all_rules()]

    assert codes == sorted(set(codes))
    assert tuple(codes) == CODES


_BEFORE = "from shared.id_generation import UnifiedIdGenerator\nimport uuid\n"


def test_examples_do_what_they_say(rule: type[Rule]) -> None:
    bad, good = re.findall(r"```python\n(.*?)```", rule.documentation(), re.S)

    settings = Settings(
        extend_select=(rule.code,) if rule.code in OFF_BY_DEFAULT else (),
        require_noqa_reason=rule.code == "OST902",
        other_makers=tuple(re.findall(r'^other-makers = \["(.*?)"\]$', rule.documentation(), re.M)),
    )

    before = "" if rule.code == "OST205" else _BEFORE
    found = {f.code for f in check_source((before + bad).encode(), "a.py", settings).findings}
    assert found == {rule.code}
    assert check_source((_BEFORE + good).encode(), "a.py", settings).findings == ()
    ast.parse(good)
