"""Several projects in one run: each file is judged by what its own imports mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.in_process import run

SETTINGS = """\
[tool.ssot-lint]
generator = "app.ids.new_id"
context-method = ""
context-ids = []
validators = []
"""
IDS = """\
import uuid


def new_id(prefix: str) -> str:
    return f"{prefix}_{uuid.uuid4().hex}"
"""
MAKE = """\
import uuid

from {store} import keep

order_id = str(uuid.uuid4())
keep(order_id)
"""
KEEPS = "def keep(key):\n    return key\n"
PARSES = "import uuid\n\n\ndef keep(key):\n    return uuid.UUID(key)\n"


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def project(name: str, store: str) -> dict[str, str]:
    return {
        f"{name}/pyproject.toml": SETTINGS,
        f"{name}/app/__init__.py": "",
        f"{name}/app/ids.py": IDS,
        f"{name}/app/make.py": MAKE.format(store="app.store"),
        f"{name}/app/store.py": store,
    }


@pytest.mark.parametrize("paths", [["."], ["one", "two"], ["two", "one"]])
@pytest.mark.parametrize("is_repository", [False, True])
def test_they_do_not_speak_for_one_another(
    tmp_path: Path, paths: list[str], is_repository: bool
) -> None:
    write(tmp_path, {**project("one", KEEPS), **project("two", PARSES)})
    if is_repository:
        (tmp_path / ".git").mkdir()

    out = run(tmp_path, "check", "--no-cache", *paths)[1]

    assert "one/app/make.py:5:16: OST101 [*]" in out
    assert "two/app/make.py:5:16: OST101 [*]" not in out
    assert "two/app/make.py:5:16: OST101" in out


@pytest.mark.parametrize("is_repository", [False, True])
def test_a_package_beside_it_is_followed(tmp_path: Path, is_repository: bool) -> None:
    orders = project("services/orders", KEEPS)
    orders["services/orders/app/make.py"] = MAKE.format(store="events.log")
    write(
        tmp_path,
        {
            **orders,
            "pyproject.toml": "",
            "libs/events/events/__init__.py": "",
            "libs/events/events/log.py": PARSES,
        },
    )
    if is_repository:
        (tmp_path / ".git").mkdir()

    out = run(tmp_path, "check", "--no-cache", ".")[1]

    assert "services/orders/app/make.py:5:16: OST101 `uuid.uuid4()`" in out
    assert "libs/events/events/log.py, line 5" in out
