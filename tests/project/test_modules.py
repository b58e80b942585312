"""Which file holds a module that another one imports."""

from __future__ import annotations

import pytest

from ssot_lint.project.modules import Modules

PATHS = (
    "libs/events/events/__init__.py",
    "libs/events/events/log.py",
    "libs/text/src/text/__init__.py",
    "libs/twice/both/__init__.py",
    "services/orders/both/__init__.py",
    "services/orders/orders/__init__.py",
    "services/orders/orders/cart.py",
    "services/orders/orders/redis.py",
    "services/orders/tool.py",
    "services/orders/tests/helper.py",
    "tests/fakes/stripe.py",
    "a/b/c/deep/__init__.py",
)
ASKING = "services/orders/orders/cart.py"


@pytest.mark.parametrize(
    ("dotted", "expected"),
    [
        ("orders.cart.total", ("services/orders/orders/cart.py", ("total",))),
        (".cart", (ASKING, ())),
        ("events.log.publish", ("libs/events/events/log.py", ("publish",))),
        ("events.publish", ("libs/events/events/__init__.py", ("publish",))),
        ("text", ("libs/text/src/text/__init__.py", ())),
        ("tool", ("services/orders/tool.py", ())),
        ("both", ("services/orders/both/__init__.py", ())),  # around it: not libs/twice
        ("redis", ("services/orders/orders/redis.py", ())),  # as a script finds it
        ("stripe", None),  # a double for tests
        ("deep", None),
        ("fastapi", None),
        ("log", None),  # lies in a package
    ],
)
def test_where_a_module_lies(dotted: str, expected: tuple[str, tuple[str, ...]] | None) -> None:
    assert Modules(PATHS).locate(dotted, ASKING) == expected


def test_a_name_that_several_folders_have_means_none() -> None:
    assert Modules(PATHS).locate("both", "scripts/run.py") is None
    assert Modules(PATHS).locate("events", "scripts/run.py") is not None
