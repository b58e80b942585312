"""The house holds its shape: imports point one way, rooms stay small, importing does nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import ssot_lint

HOUSE = Path(ssot_lint.__file__).parent

# From the ground up: a layer imports from itself and from those before it.
LAYERS = (
    "analysis.source",
    "analysis.syntax",
    "analysis.semantics",
    "analysis.dataflow",
    "model",
    "config",
    "ids",
    "project",
    "fixes",
    "rules",
    "engine",
    "run",
    "reports",
)
# The doors do not know each other.
DOORS = ("__init__", "__main__", "cli", "codemods", "flake8_plugin", "server")
# What a door may have from another one: the public face, and what it starts.
BETWEEN_DOORS = {
    ("__main__", "cli"),
    ("cli", "__init__"),
    ("cli", "server"),
    ("flake8_plugin", "__init__"),
    ("server", "__init__"),
}

MOST_CHILDREN = 12
MOST_MODULES_AT_THE_TOP = 6


def modules() -> dict[str, ast.Module]:
    """The modules of the package by their dotted names in it; a package by `a.__init__`."""
    return {
        ".".join(path.relative_to(HOUSE).with_suffix("").parts): ast.parse(
            path.read_text(encoding="utf-8")
        )
        for path in sorted(HOUSE.rglob("*.py"))
    }


MODULES = modules()


def imported_by(tree: ast.Module) -> Iterator[str]:
    """The modules of the package that a module imports, anywhere in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            if name.partition(".")[0] == "ssot_lint":
                yield module_of(name.removeprefix("ssot_lint").lstrip("."))


def module_of(name: str) -> str:
    """The module that holds what a dotted name stands for."""
    while name not in MODULES and f"{name}.__init__" not in MODULES:
        name, _, _ = name.rpartition(".")
        if not name:
            return "__init__"
    return name if name in MODULES else f"{name}.__init__"


def layer_of(module: str) -> str:
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "analysis" and len(parts) > 2 else parts[0]


IMPORTS = {
    (module, imported)
    for module, tree in MODULES.items()
    for imported in imported_by(tree)
    if imported != module
}


def test_every_module_has_a_layer() -> None:
    layers = {layer_of(module) for module in MODULES}

    assert layers - {"analysis"} == {*LAYERS, *DOORS}


@pytest.mark.parametrize("layer", [*LAYERS, *DOORS])
def test_imports_point_down(layer: str) -> None:
    below = LAYERS[: LAYERS.index(layer) + 1] if layer in LAYERS else (*LAYERS, layer)
    version = "__init__"  # of the package's own module, it is all that layers may have

    assert [
        f"{module} imports {imported}"
        for module, imported in sorted(IMPORTS)
        if layer_of(module) == layer
        and layer_of(imported) not in below
        and (layer, layer_of(imported)) not in BETWEEN_DOORS
        and not (layer == "reports" and imported == version)
    ] == []


def test_no_module_needs_itself() -> None:
    graph: dict[str, set[str]] = {module: set() for module in MODULES}
    for module, imported in IMPORTS:
        graph[module].add(imported)

    TopologicalSorter(graph).prepare()  # raises CycleError, which names them


@pytest.mark.parametrize(
    "folder", sorted({path.parent for path in HOUSE.rglob("*.py")} - {HOUSE}), ids=str
)
def test_a_room_can_be_taken_in_at_a_glance(folder: Path) -> None:
    children = {path for path in folder.iterdir() if not path.name.startswith("__")}

    assert len(children) <= MOST_CHILDREN, sorted(path.name for path in children)


def test_few_modules_at_the_top() -> None:
    assert len(list(HOUSE.glob("*.py"))) <= MOST_MODULES_AT_THE_TOP


# What may stand in a module besides definitions: each is run once, when it is imported.
_DEFINING = (
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Assign,
    ast.AnnAssign,
)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_importing_a_module_does_nothing_else(module: str) -> None:
    for node in MODULES[module].body:
        match node:
            case ast.Expr(value=ast.Constant(value=str())):
                continue
            case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Compare()):
                continue
        if module == "__main__" and node is MODULES[module].body[-1]:
            continue
        assert isinstance(node, _DEFINING), f"line {node.lineno}"
