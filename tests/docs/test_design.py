"""The page about the design shows the layers and rooms as they are."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers.fixture_files import ROOT
from tests.whole.test_architecture import DOORS, HOUSE, LAYERS, MODULES

PAGE = ROOT / "docs" / "design.md"


def layers() -> str:
    doors = ", ".join(f"`{door}`" for door in DOORS if not door.startswith("_"))
    return " < ".join(f"`{layer}`" for layer in LAYERS) + f" < {doors}\n"


def rooms() -> str:
    """A line for each folder, with what it is for and its modules."""
    rows = ["| room | what for | modules |", "|---|---|---|"]
    for package in sorted(name for name in MODULES if name.endswith(".__init__")):
        folder = package.removesuffix(".__init__")
        inside = sorted(
            name.rpartition(".")[2]
            for name in MODULES
            if name.rpartition(".")[0] == folder and name != package
        )
        about = (ast.get_docstring(MODULES[package]) or "").split("\n")[0]
        names = ", ".join(inside)
        rows.append(f"| `{folder.replace('.', '/')}/` | {about} | {names} |")
    return "\n".join(rows) + "\n"


GENERATED: dict[str, Callable[[], str]] = {"layers": layers, "rooms": rooms}


@pytest.mark.parametrize("name", GENERATED)
def test_generated_parts_are_up_to_date(name: str, regen: bool) -> None:
    """`pytest --regen` rewrites them."""
    text = PAGE.read_text(encoding="utf-8")
    block = re.compile(rf"(<!-- generated: {name} -->\n)(.*?)(<!-- end -->)", re.S)
    assert block.search(text) is not None
    fresh = block.sub(lambda match: match[1] + GENERATED[name]() + match[3], text)
    if regen:
        PAGE.write_text(fresh, encoding="utf-8")
    else:
        assert text == fresh


def test_every_room_says_what_it_is_for() -> None:
    for package in HOUSE.rglob("__init__.py"):
        about = ast.get_docstring(ast.parse(Path(package).read_text(encoding="utf-8"))) or ""
        assert about.split("\n")[0].endswith("."), package


def test_each_word_is_explained_once() -> None:
    text = PAGE.read_text(encoding="utf-8").partition("## Words")[2].partition("\n## ")[0]
    words = [row.split("|")[1].strip() for row in text.splitlines() if row.startswith("| ")]

    assert len(words) > 30
    assert len(set(words)) == len(words)
