"""`ssot-lint rule` speaks in the names of the project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ssot_lint.config.settings import Settings
from ssot_lint.rules.project_words import ProjectWords
from ssot_lint.rules.registry import all_rules
from tests.helpers.in_process import run

SHOP = """\
[tool.ssot-lint]
generator = "shop.ids.new_id"
context-method = ""
context-ids = []
id-prefixes = { order_id = "ord_" }
validators = []
"""
SERVICE = """\
[tool.ssot-lint]
generator = "acme.ids.Ids"
context-method = "for_request"
context-ids = ["trace_id", "span_id"]
id-method = "new"
id-prefixes = { trace_id = "trace_" }
context-classes = ["acme.context.Context"]
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text(SHOP)
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/ids.py").write_text(
        "import uuid\n\n\ndef new_id(prefix: str) -> str:\n    return prefix + uuid.uuid4().hex\n"
    )
    return tmp_path


def test_a_function(shop: Path) -> None:
    page = run(shop, "rule", "OST101")[1]

    assert "\nfrom shop.ids import new_id\n" in page
    assert '    run_id = new_id("run")\n' in page
    assert "UnifiedIdGenerator" not in page
    assert page.endswith("The names of the generator and of ids are those of pyproject.toml.\n")


def test_another_kind(shop: Path) -> None:
    page = run(shop, "rule", "OST301")[1]

    assert "Finds strings that become an order id and begin with a literal other" in page
    assert 'order_id = new_id("ord_ws")\n' in page
    assert page.startswith("# OST301 unprefixed-thread-literal\n")  # the name of the rule stays


def test_what_needs_a_context_method_is_off(shop: Path) -> None:
    told = "Off here: the settings name no context method.\n"

    assert told in run(shop, "rule", "OST201")[1]
    assert told not in run(shop, "rule", "OST101")[1]
    assert run(shop, "rule")[1].count("(off: no context method is set)") == 3


def test_a_class(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(SERVICE)

    page = run(tmp_path, "rule", "OST201")[1]

    assert 'trace_id, _, _ = Ids.for_request(user_id, "session")' in page
    assert "thread" not in page.lower()
    assert "`trace_id=span_id`" in run(tmp_path, "rule", "--output-format", "markdown")[1]
    entry = json.loads(run(tmp_path, "rule", "OST305", "--output-format", "json")[1])
    assert "`trace_id=span_id`" in entry["summary"]


def test_the_defaults_change_nothing() -> None:
    words = ProjectWords(Settings())

    assert all(words(rule.documentation()) == rule.documentation() for rule in all_rules())
    assert words.origin == "the defaults; settings name yours"


def test_settings_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.ssot-lint]\nno-such = 1\n")

    code, out, err = run(tmp_path, "rule", "OST101")

    assert (code, err.count("\n")) == (0, 1)
    assert "the names are the default ones" in err
    assert "UnifiedIdGenerator" in out
