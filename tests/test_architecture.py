"""Imports point one way: a room imports only from the rooms below it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import ssot_lint

HOUSE = Path(ssot_lint.__file__).parent

# From the ground up; rooms on one floor do not know each other.
FLOORS = [
    {
        "disk",
        "errors",
        "grammar",
        "known",
        "limits",
        "model",
        "paths",
        "patterns",
        "pool",
        "renames",
        "rows",
        "source",
        "stack",
        "tree",
    },
    {"twins"},
    {"git"},
    {"cache_folder", "identity", "parsing", "places", "settings", "flow"},
    {"newer"},
    {"generator_source", "nesting", "reaching", "syntax", "words"},
    {"evaluation", "generator_types", "statements"},
    {"edits", "generator_formats", "screens", "signatures"},
    {"mentions", "spans"},
    {"importing"},
    {"spelled"},
    {
        "conditions",
        "generator_api",
        "handed",
        "holders",
        "imports",
        "packing",
        "scopes",
        "verification",
    },
    {"cache", "constants", "journal", "names", "uses"},
    {"reach", "times", "unbound"},
    {"ids"},
    {"fallbacks"},
    {"rule"},
    {"calls", "misuse", "templates"},
    {"bindings", "generated", "served", "shown"},
    {"surgery"},
    {"built", "hazards"},
    {"declarations", "destinations", "presence", "propagation", "sinks"},
    {"fates"},
    {"sites"},
    {"guards", "users"},
    {"groups"},
    {"context_calls"},
    {"rewrites"},
    {"merges"},
    {"rules", "suppress", "units"},
    {"mask"},
    {"focus"},
    {"analysis", "noqa"},
    {"trials"},
    {"rounds"},
    {"core"},
    {"baseline", "compliance"},
    {"files", "progress", "reports", "since"},
    {"discovery", "projects", "ratchet"},
    {"run"},
    {"codemods", "commands", "flake8_plugin", "__init__"},
    {"cli"},
    {"__main__"},
]


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def imports() -> list[tuple[str, str]]:
    found = []
    for path in sorted(HOUSE.rglob("*.py")):
        room = path.relative_to(HOUSE).parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ssot_lint"):
                targets = [node.module or ""]
                if node.module == "ssot_lint":
                    # `from ssot_lint import files` takes a room, other names the package's own.
                    targets = [f"ssot_lint.{alias.name}" for alias in node.names]
                    rooms = set().union(*FLOORS)
                    targets = [t if room_of(t) in rooms else "ssot_lint" for t in targets]
                found += [(room, room_of(target)) for target in targets]
    return found


def test_every_room_has_a_floor() -> None:
    rooms = {path.stem for path in HOUSE.iterdir() if path.suffix == ".py" or path.is_dir()}

    assert rooms - {"__pycache__", "py"} == set().union(*FLOORS)


@pytest.mark.parametrize(("room", "imported"), sorted(set(imports())))
def test_imports_point_down(room: str, imported: str) -> None:
    floor = {name: index for index, names in enumerate(FLOORS) for name in names}
    version_only = room in ("cli", "flake8_plugin", "reports") and imported == "__init__"

    assert floor[imported] < floor[room] or imported == room or version_only
