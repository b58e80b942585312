"""What a team's own compliance script looks like: parse each file, walk it, print uuid4 calls."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

NOT_OURS = {"__pycache__", "build", "dist", "node_modules", "site-packages", "venv"}


def python_files(folder: Path) -> Iterator[Path]:
    """The files below a folder that are its own, in a fixed order."""
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).parts
        if not NOT_OURS.intersection(parts) and not any(part.startswith(".") for part in parts):
            yield path


def uuid4_calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Calls of whatever is named uuid4."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            named = node.func
            name = named.attr if isinstance(named, ast.Attribute) else getattr(named, "id", None)
            if name == "uuid4":
                yield node


def main(folder: Path) -> None:
    """Print where the calls are."""
    for path in python_files(folder):
        try:
            tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError) as error:
            print(f"{path}: {error}", file=sys.stderr)
            continue
        for call in uuid4_calls(tree):
            print(f"{path}:{call.lineno}:{call.col_offset + 1}: uuid4()")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
