"""Where the source of the generator lies: found by its dotted name and parsed, never imported."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.machinery import PathFinder
from pathlib import Path

from ssot_lint.analysis.source.text import decode
from ssot_lint.analysis.syntax.parsing import FUNCTIONS, Function, names_bound
from ssot_lint.config.disk import read_regular
from ssot_lint.config.paths import DEEPEST_PACKAGES, FOLDERS_OF_TESTS
from ssot_lint.config.settings import Settings

# Folders that are looked into on the way there, so that no tree takes long.
_FOLDERS = 2_000
# The imports of the generator are followed to so many modules, none of which is larger.
_MODULES = 500
_LARGEST = 5_000_000

ALL_OF = "*"
"""Behind the name of a package: whatever modules it has."""
Bound = ast.ClassDef | Function | ast.expr
"""What a name of a module stands for: a definition, or the value that is assigned to it."""


class UnreadableError(Exception):
    """A file cannot be read; the text says which and why."""

    def __init__(self, reason: str, source: str = "") -> None:
        super().__init__(reason)
        self.source = source
        """What cannot be parsed."""


@dataclass(frozen=True)
class Module:
    """A parsed module."""

    name: str
    origin: str
    """The file, relative to the root where it lies there."""
    tree: ast.Module
    is_package: bool

    @cached_property
    def statements(self) -> tuple[ast.stmt, ...]:
        """What stands at module level, in branches, too."""
        return tuple(own_statements(self.tree.body))

    @cached_property
    def rebinding(self) -> tuple[ast.AST, ...]:
        """What may bind names of it anew, or delete them: found once for all its functions."""
        return tuple(node for node in ast.walk(self.tree) if _is_rebinding(node))

    @cached_property
    def imported(self) -> Mapping[str, str]:
        """By the names at module level that are imported what they stand for, dotted."""
        found: dict[str, str] = {}
        for node in self.statements:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    first = alias.name.partition(".")[0]
                    found.setdefault(alias.asname or first, alias.name if alias.asname else first)
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    dotted = f"{absolute(node, self)}.{alias.name}"
                    found.setdefault(alias.asname or alias.name, dotted)
        return found

    @cached_property
    def shared(self) -> frozenset[str]:
        """The names at module level that functions change."""
        nodes = (node for node in ast.walk(self.tree) if isinstance(node, ast.Global))
        return frozenset(name for node in nodes for name in node.names)

    @cached_property
    def attributes_set(self) -> frozenset[str]:
        """The attributes that are set somewhere, on whatever."""
        return frozenset(
            node.attr
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
        )


@dataclass(frozen=True)
class Class:
    """A class and the module that defines it."""

    node: ast.ClassDef
    module: Module


@dataclass(frozen=True)
class SearchPath:
    """Where the modules of the generator are looked up.

    `folders` are absolute, with what their files are called by. `apart` are the folders below
    the root, with a slash behind each, of which one holds the generator and all that can import
    it. `is_installed` is set where it lies in the interpreter's environment.
    """

    folders: tuple[tuple[str, str], ...]
    apart: tuple[str, ...] = ()
    file: tuple[str, str] | None = None
    """A module whose file the settings name, and that file."""
    is_installed: bool = False


def find_source(settings: Settings) -> SearchPath | str:
    """Where the module of the generator lies; else the reason why that is not known. Never raises.

    It is looked for at `generator-source` alone, where that is set; else under the root, its
    `src`, the package roots of a monorepo, and in the environment of the running interpreter.
    """
    module = settings.generator.rpartition(".")[0]
    # The latter where it is a module itself, which may lie in no package.
    names = tuple(filter(None, (module, settings.generator)))
    root = str(settings.root)
    own = ((root, ""), (os.path.join(root, "src"), "src/"))
    if settings.generator_source:
        return _at_given(settings, module)
    if any(_file_of(folder, name) is not None for folder, _ in own for name in names):
        return SearchPath(own)
    files = {
        folder: file
        for folder in _package_roots(settings)
        for name in reversed(names)
        if (file := _file_of(folder, name)) is not None
    }
    if len(set(map(_content, files.values()))) > 1:
        listed = ", ".join(map(settings.relative, files.values()))
        return f"several files may be {module}: {listed}"
    if files:
        apart = tuple(f"{settings.relative(folder)}/" for folder in files)
        return SearchPath(((next(iter(files)), apart[0]), *own), apart)
    if any(_installed(name, settings.root) is not None for name in names):
        return SearchPath((), is_installed=True)
    path = module.replace(".", "/")
    return (
        f"neither {path}.py nor src/{path}.py is there, nor in folders below, nor is it installed"
    )


def _at_given(settings: Settings, module: str) -> SearchPath | str:
    given = os.path.join(settings.root, settings.generator_source)
    shown = settings.generator_source.rstrip("/")
    if os.path.isfile(given):
        stem = given.removesuffix(".py").removesuffix(f"{os.sep}__init__")
        owner, _, last = settings.generator.rpartition(".")
        if stem.endswith(os.path.join(os.sep, *owner.split("."), last)) and not _binds(given, last):
            module = settings.generator  # it is the file itself
        path = module.replace(".", os.sep)
        # What it imports lies beside it, where its path ends as its name does.
        if stem.endswith(os.sep + path):
            folder = stem.removesuffix(os.sep + path)
            return SearchPath(((folder, _shown_folder(folder, settings)),), file=(module, given))
        return SearchPath((), file=(module, given))
    if _file_of(given, module) is not None or _file_of(given, settings.generator) is not None:
        return SearchPath(((given, _shown_folder(given, settings)),))
    path = module.replace(".", "/")
    return f"{shown}/{path}.py is not there"


def _binds(path: str, name: str) -> bool:
    """Whether a file may have something of a name at module level, as far as it can be read."""
    try:
        tree = ast.parse(decode(read_regular(path, _LARGEST)))
    except (OSError, SyntaxError, ValueError, LookupError, RecursionError, MemoryError):
        return True
    return any({name, "*"} & set(names_bound(node)) for node in tree.body)


def _shown_folder(folder: str, settings: Settings) -> str:
    inside = settings.relative(os.path.normpath(folder))
    return "" if inside == os.curdir else f"{inside.rstrip('/')}/"


def _file_of(folder: str, module: str) -> str | None:
    """The file of a module that is looked up in a folder. A package wins, as for Python."""
    path = os.path.join(folder, *module.split("."))
    for name in (os.path.join(path, "__init__.py"), f"{path}.py"):
        if os.path.isfile(name):
            return name
    return None


def _content(path: str) -> bytes:
    try:
        return read_regular(path, _LARGEST)
    except OSError:
        return b""


def _package_roots(settings: Settings) -> Iterator[str]:
    """The folders below the root, and `src` in each, in which packages may be looked up."""
    left = [_FOLDERS]
    for folder in _folders_below(str(settings.root), DEEPEST_PACKAGES, settings, left):
        yield folder
        inner = os.path.join(folder, "src")
        if os.path.isdir(inner):
            yield inner


def _folders_below(folder: str, depth: int, settings: Settings, left: list[int]) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            names = sorted(e.name for e in entries if e.is_dir(follow_symlinks=False))
    except OSError:
        return
    for name in names:
        if name.startswith(".") or name in FOLDERS_OF_TESTS or left[0] <= 0:
            continue
        path = os.path.join(folder, name)
        if settings.is_excluded(path, is_folder=True):
            continue
        left[0] -= 1
        if name != "src":  # each folder comes with its own
            yield path
        if depth > 1:
            yield from _folders_below(path, depth - 1, settings, left)


def _installed(module: str, root: Path) -> str | None:
    """The file of a module in the interpreter's environment, found as an import would find it.

    Not through the current folder or the root: what lies there is looked for without.
    """
    own = {os.path.realpath(root), os.path.realpath(os.curdir)}
    path = [entry for entry in sys.path if entry and os.path.realpath(entry) not in own]
    *packages, last = module.split(".")
    try:
        for name in packages:
            spec = PathFinder.find_spec(name, path)
            if spec is None or spec.submodule_search_locations is None:
                return None
            path = list(spec.submodule_search_locations)
        spec = PathFinder.find_spec(last, path)
    except Exception:  # hooks of others may do anything
        return None
    origin = spec.origin if spec is not None and spec.has_location else None
    return origin if origin is not None and origin.endswith(".py") else None


class Modules:
    """Parses the modules that lie where the generator does, each once."""

    def __init__(self, settings: Settings, place: SearchPath) -> None:
        self._settings = settings
        self._place = place
        self._top = settings.generator.partition(".")[0]
        self._known: dict[str, Module | UnreadableError | None] = {}
        self._classes: dict[tuple[str, str], Class | None] = {}
        self._bindings: dict[tuple[str, str], Sequence[Bound | ast.ImportFrom]] = {}

    def module(self, name: str) -> Module | None:
        """The module of a dotted name; None where there is none. Raises UnreadableError."""
        if name not in self._known:
            try:
                self._known[name] = self._read(name)
            except UnreadableError as error:
                self._known[name] = error
        known = self._known[name]
        if isinstance(known, UnreadableError):
            raise known
        return known

    def has(self, name: str) -> bool:
        """Whether there is a module of that name that can be read."""
        try:
            return self.module(name) is not None
        except UnreadableError:
            return False

    def _read(self, name: str) -> Module | None:
        if not all(part.isidentifier() for part in name.split(".")):
            return None
        found = self._find(name)
        if found is None:
            return None
        path, origin = found
        text = ""
        try:
            text = decode(read_regular(path, _LARGEST))
            tree = ast.parse(text)
        except OSError as error:
            raise UnreadableError(f"{origin} cannot be read: {error.strerror}") from None
        except (SyntaxError, ValueError, LookupError, RecursionError, MemoryError):
            raise UnreadableError(f"{origin} cannot be parsed", text) from None
        return Module(name, origin, tree, os.path.basename(path) == "__init__.py")

    def _find(self, name: str) -> tuple[str, str] | None:
        """The file of a module, and what it is called by."""
        place = self._place
        if place.file is not None and place.file[0] == name:
            return place.file[1], self._settings.relative(os.path.normpath(place.file[1]))
        for folder, shown in place.folders:
            path = _file_of(folder, name)
            if path is not None:
                return path, shown + os.path.relpath(path, folder).replace(os.sep, "/")
        # What it takes from other packages is none of the project's.
        if place.is_installed and name.partition(".")[0] == self._top:
            path = _installed(name, self._settings.root)
            if path is not None:
                return path, path
        return None

    # What the names of a module stand for

    def find_class(self, module: str, name: str) -> Class | None:
        """The class that a module defines, or imports from another one. Raises UnreadableError."""
        if (module, name) not in self._classes:
            self._classes[module, name] = None  # for questions that lead back to this one
            self._classes[module, name] = self._find_class(module, name)
        return self._classes[module, name]

    def _find_class(self, module: str, name: str) -> Class | None:
        parsed = self.module(module)
        if parsed is None:
            return None
        for node in parsed.statements:
            if isinstance(node, ast.ClassDef) and node.name == name:
                return Class(node, parsed)
        for owner, original in sources(parsed, name):
            found = self.find_class(owner, original)
            if found is not None:
                return found
        return None

    def class_of(self, func: ast.expr, module: Module) -> Class | None:
        """The class that an expression of a module names. Raises UnreadableError."""
        first, _, rest = plain_name(func).partition(".")
        if not rest:
            return self.find_class(module.name, first) if first else None
        owner, _, last = f"{imported_name(module, first)}.{rest}".rpartition(".")
        return self.find_class(owner, last) if owner else None

    def find(self, module: Module, name: str, hops: int = 16) -> tuple[Bound, Module] | None:
        """What a name at module level stands for, where exactly one statement says so.

        An import is followed as far as its module can be read.
        """
        found = self._bound(module, name)
        if len(found) != 1 or hops == 0:
            return None
        bound = found[0]
        if not isinstance(bound, ast.ImportFrom):
            return bound, module
        original = next(a.name for a in bound.names if (a.asname or a.name) == name)
        try:
            owner = self.module(absolute(bound, module))
        except UnreadableError:
            return None
        return self.find(owner, original, hops - 1) if owner is not None else None

    def _bound(self, module: Module, name: str) -> Sequence[Bound | ast.ImportFrom]:
        key = (module.name, name)
        if key not in self._bindings:
            self._bindings[key] = tuple(_bindings(module.statements, name))
        return self._bindings[key]

    # What importing a module takes

    def closing(self, start: Module) -> frozenset[str]:
        """The modules that cannot import `start`, when they are imported themselves: circles.

        The packages around both are there before either. Any other module must not be needed for
        `start`; and where a package around both leads to it, `start` must take no name of that
        package, which has only begun to run.
        """
        parts = start.name.split(".")
        around = [".".join(parts[:end]) for end in range(1, len(parts))]
        reached = {one: self._reach([one], ()).ran for one in around}
        closing: set[str] = set()
        for count in range(len(around) + 1):
            begun = around[:count]
            run = self._reach([start.name, *around[count:]], begun)
            inside = {name for name in run.ran if _common(name, around) == count}
            closing |= inside - set(begun) - {start.name}
            for package in begun:
                if package in run.used:
                    led = {n for n in reached[package] if _common(n, around) == count}
                    closing |= led | ({package} if count == around.index(package) + 1 else set())
        return frozenset(closing - {start.name})

    def _reach(self, starts: Sequence[str], begun: Collection[str]) -> _Reach:
        """What runs when modules are imported, those that have begun apart."""
        found = _Reach(set(), set())
        pending = list(starts)
        while pending and len(found.ran) < _MODULES:
            name = pending.pop()
            if name.endswith(f".{ALL_OF}"):
                found.ran.add(name)
            if name in found.ran or name in begun or not self.has(name):
                continue
            found.ran.add(name)
            module = self.module(name)
            assert module is not None
            for imported, is_used in self._imported(module):
                if is_used:
                    found.used.add(imported)
                pending.append(imported)
        return found

    def is_tangled(self, start: Module) -> bool:
        """Whether modules that run when `start` is imported import each other in a circle.

        Then it may matter which of them is imported first. That a package runs before its modules
        makes no circle.
        """
        parts = start.name.split(".")
        begun: list[str] = []  # on the way from the first to the current one
        done: set[str] = set()
        pending = [(".".join(parts[:end]), False) for end in range(len(parts), 0, -1)]
        while pending and len(done) < _MODULES:
            name, is_left = pending.pop()
            if is_left:
                begun.remove(name)
                done.add(name)
                continue
            if name.endswith(f".{ALL_OF}") or name in begun:
                return True
            module = self.module(name) if name not in done and self.has(name) else None
            if module is not None:
                begun.append(name)
                pending.append((name, True))
                pending += [(imported, False) for imported, _ in self._direct(module)]
        return bool(pending)

    def _imported(self, module: Module) -> Iterator[tuple[str, bool]]:
        """What a module imports when it is imported, and whether it takes names of that.

        The packages around it, too.
        """
        for name, is_used in self._direct(module):
            pieces = name.split(".")
            for end in range(1, len(pieces)):
                yield ".".join(pieces[:end]), False
            yield name, is_used

    def _direct(self, module: Module) -> Iterator[tuple[str, bool]]:
        """The modules that one names when it is imported, and whether it takes names of them."""
        for node in _run_at_import(module.tree.body):
            if isinstance(node, ast.Call):
                yield from dict.fromkeys(_loaded_by(node, module), True).items()
            elif isinstance(node, ast.Import):
                yield from dict.fromkeys((alias.name for alias in node.names), True).items()
            elif isinstance(node, ast.ImportFrom):
                owner = absolute(node, module)
                parts = {f"{owner}.{alias.name}" for alias in node.names}
                modules = {part for part in parts if self.has(part)}
                yield from dict.fromkeys(sorted(modules), False).items()
                if len(modules) < len(parts):
                    yield owner, True


@dataclass
class _Reach:
    """What runs when a module is imported, and the modules whose names are asked for then."""

    ran: set[str]
    used: set[str]


def _is_rebinding(node: ast.AST) -> bool:
    match node:
        case ast.Global() | ast.Delete() | ast.Call(func=ast.Name(id="globals")):
            return True
        case ast.ImportFrom(names=[ast.alias(name="*")]):
            return True
    return False


def _common(name: str, around: Sequence[str]) -> int:
    """How many of the packages, from the outermost, are the module or lie around it."""
    return sum(name == package or name.startswith(f"{package}.") for package in around)


def own_statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a body, those in its branches included."""
    for node in body:
        yield node
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            continue
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            for inner in getattr(node, name, ()):
                nested = isinstance(inner, (ast.ExceptHandler, ast.match_case))
                yield from own_statements(inner.body if nested else [inner])


def _run_at_import(body: Sequence[ast.stmt]) -> Iterator[ast.stmt | ast.Call]:
    """The statements that run when a module is imported, and the calls in them.

    Those of its classes included, and of its functions that it calls by their names.
    """
    functions = {node.name: node for node in body if isinstance(node, ast.FunctionDef)}
    pending: list[Sequence[ast.stmt]] = [body]
    while pending:
        for node in own_statements([n for n in pending.pop() if not _is_for_types(n)]):
            yield node
            if isinstance(node, ast.ClassDef):
                pending.append(node.body)
            for call in _calls_in(node):
                yield call
                called = functions.pop(last_name(call.func), None)
                if called is not None:
                    pending.append(called.body)


def _calls_in(statement: ast.stmt) -> Iterator[ast.Call]:
    """The calls of a statement itself, not of those below it or of lambdas."""
    pending: list[ast.AST] = [statement]
    while pending:
        for node in ast.iter_child_nodes(pending.pop()):
            if not isinstance(node, (ast.stmt, ast.Lambda)):
                pending.append(node)
                if isinstance(node, ast.Call):
                    yield node


def _loaded_by(call: ast.Call, module: Module) -> Iterator[str]:
    """What `import_module` imports, by its name; all of the package where that is computed."""
    if last_name(call.func) not in ("import_module", "__import__") or not call.args:
        return
    package = module.name if module.is_package else module.name.rpartition(".")[0]
    match call.args[0]:
        case ast.Constant(value=str(name)) if not name.startswith("."):
            yield name
        case ast.Constant(value=str(name)):
            plain = name.lstrip(".")
            parts = package.split(".")
            yield ".".join((*parts[: len(parts) - len(name) + len(plain) + 1], plain))
        case _:
            yield f"{package}.{ALL_OF}"


def _is_for_types(node: ast.stmt) -> bool:
    match node:
        case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING")):
            return not node.orelse
    return False


def _bindings(statements: Iterable[ast.stmt], name: str) -> Iterator[Bound | ast.ImportFrom]:
    """What binds a name at module level, but for the variants that `@overload` announces."""
    for node in statements:
        match node:
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                if node.name == name and "overload" not in map(last_name, node.decorator_list):
                    yield node
            case ast.Assign(targets=targets, value=value):
                if any(isinstance(t, ast.Name) and t.id == name for t in targets):
                    yield value
            case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value):
                if target == name:
                    yield value
            case ast.ImportFrom():
                if any((a.asname or a.name) == name for a in node.names):
                    yield node
            case _ if type(node).__name__ == "TypeAlias":  # since Python 3.12
                alias = getattr(node, "name", None)
                if isinstance(alias, ast.Name) and alias.id == name:
                    yield node.value  # type: ignore[attr-defined]


def sources(module: Module, name: str) -> Iterator[tuple[str, str]]:
    """From where a module may have a name: other modules and the name there."""
    for node in module.statements:
        if isinstance(node, ast.ImportFrom):
            owner = absolute(node, module)
            for alias in node.names:
                if alias.name == "*":
                    yield owner, name
                elif (alias.asname or alias.name) == name:
                    yield owner, alias.name
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
            targets = (t.id for t in node.targets if isinstance(t, ast.Name))
            if name in targets:
                yield module.name, node.value.id


def imported_name(module: Module, name: str) -> str:
    """The dotted name for which a name at module level was imported; empty if it was not."""
    return module.imported.get(name, "")


def absolute(node: ast.ImportFrom, module: Module) -> str:
    """The dotted name of the module that an import takes names from."""
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    package = parts if module.is_package else parts[:-1]
    kept = package[: len(package) - node.level + 1]
    return ".".join([*kept, *([node.module] if node.module else [])])


def last_name(node: ast.expr) -> str:
    """The last part of a name, of a chain of attributes, or of what is called; `?` otherwise."""
    return plain_name(node.func if isinstance(node, ast.Call) else node).rpartition(".")[2] or "?"


def plain_name(node: ast.expr) -> str:
    """`a.b.c` for a name or a chain of attributes; empty for anything else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            owner = plain_name(value)
            return f"{owner}.{name}" if owner else ""
    return ""
