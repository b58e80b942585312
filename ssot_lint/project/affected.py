"""Which files may have other findings when what some others define changes."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from ssot_lint.analysis.source.text import decode
from ssot_lint.analysis.syntax.parsing import FUNCTIONS, last_name_of, walk
from ssot_lint.project.modules import module_of

# As far as functions that call functions are followed.
_DEEPEST = 5


def affected(
    imports: Mapping[str, str],
    changes: Mapping[str, tuple[bytes, bytes]],
    read: Callable[[str], bytes],
) -> set[str]:
    """The files that use what has changed, directly or by functions of others that use it.

    `imports` has what files import, as `imports_in` tells it, by their paths; `changes` what files
    held and hold, empty where one is not there; `read` gives what another file holds.
    """
    found: set[str] = set()
    pending = {path: names for path, both in changes.items() if (names := _changed(*both))}
    for _ in range(_DEEPEST):
        following: dict[str, set[str]] = {}
        for path, names in pending.items():
            for user in _users(imports, path):
                used = _used(read(user), names) if user != path else set()
                if used:
                    found.add(user)
                    following.setdefault(user, set()).update(_defined_with(read(user), used))
        pending = {path: names for path, names in following.items() if names}
    return found - changes.keys()


def _users(imports: Mapping[str, str], path: str) -> Iterator[str]:
    """The files whose imports may be of a file, or of a package that passes its names on."""
    parts = module_of(path).split(".")
    words = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, parts[-2:]))})(?!\w)")
    return (user for user, text in imports.items() if words.search(text) or text.startswith("."))


def _used(source: bytes, names: AbstractSet[str]) -> set[str]:
    return {name for name in names if re.search(rb"\b%s\b" % re.escape(name.encode()), source)}


def _changed(old: bytes, new: bytes) -> set[str]:
    """The names of functions and classes that are others; all, where the rest of the module is."""
    before, after = _definitions(old), _definitions(new)
    if before.get("") != after.get(""):
        return {name for name in (*before, *after) if name}
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}


def _definitions(source: bytes) -> dict[str, str]:
    """What each function of a module says, and each class; what else there is, by no name."""
    tree = _tree(source)
    found: dict[str, str] = {}
    for node in tree.body if tree is not None else ():
        if isinstance(node, ast.ClassDef):
            for part in node.body:
                name = part.name if isinstance(part, FUNCTIONS) else node.name
                found[name] = found.get(name, "") + ast.dump(part)
            found[node.name] = found.get(node.name, "") + ast.dump(ast.Tuple(node.bases))
        else:
            name = node.name if isinstance(node, FUNCTIONS) else ""
            found[name] = found.get(name, "") + ast.dump(node)
    return found


def _defined_with(source: bytes, names: AbstractSet[str]) -> set[str]:
    """The functions of a file in which one of the names is used."""
    tree = _tree(source)
    functions = (n for n in walk(tree) if isinstance(n, FUNCTIONS)) if tree is not None else ()
    return {
        function.name
        for function in functions
        if any(last_name_of(n) in names for n in walk(function) if isinstance(n, _NAMING))
    }


_NAMING = (ast.Name, ast.Attribute)


def _tree(source: bytes) -> ast.Module | None:
    try:
        return ast.parse(decode(source))
    except (SyntaxError, ValueError, LookupError, RecursionError, MemoryError):
        return None
