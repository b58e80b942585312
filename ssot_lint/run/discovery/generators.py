"""What a project's settings could be: looks for the class that makes its ids."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ssot_lint.analysis.source.text import decode
from ssot_lint.config.settings import Settings
from ssot_lint.ids.generator.api import ONE_PREFIX, GeneratorApi
from ssot_lint.ids.generator.reading import read_generator_api, returned_names
from ssot_lint.run import files

# Classes whose names speak of ids: IdGenerator, UnifiedIDFactory, Identifiers.
_ID_CLASS = re.compile(rb"class[ \t]+\w*I[dD]s?(?![a-z])\w*|class[ \t]+\w*Identifier\w*")
_ID_NAME = re.compile(r"I[dD]s?(?![a-z])|Identifier")
_ID_FOLDER = re.compile(r"(^|_)ids?(_|$)|identif")
_MAKES = re.compile(r"(generate|make|create|new|next)(_|$)")
_VALIDATES = re.compile(r"(is_valid|validate|verify)(_|$)")


@dataclass(frozen=True)
class Candidate:
    """A class that may be the generator."""

    path: str
    """Relative to the root, with forward slashes."""
    name: str
    context_method: str
    context_ids: tuple[str, ...]

    @property
    def module(self) -> str:
        """The module it lies in, as far as its path tells."""
        return (
            self.path.removeprefix("src/")
            .removesuffix(".py")
            .removesuffix("/__init__")
            .replace("/", ".")
        )

    @property
    def dotted(self) -> str:
        """The class' dotted name."""
        return f"{self.module}.{self.name}"


def find_generators(paths: Iterable[str], defaults: Settings) -> list[Candidate]:
    """Classes in the files that may be the generator, the likeliest first.

    A class with the context method of the defaults is one; where there is none, a class whose
    name speaks of ids and that has a method that returns several. Tests are left out, and files
    that cannot be read or parsed.
    """
    sieve = re.compile(rb"def[ \t]+" + defaults.context_method.encode())
    exact: list[Candidate] = []
    others: list[Candidate] = []
    for path in paths:
        relative = defaults.relative(path)
        if defaults.is_test(relative) or not _is_importable(relative):
            continue
        source = _read(path)
        if sieve.search(source):
            exact += _candidates(source, relative, defaults)
        elif not exact and _ID_CLASS.search(source):
            others += _candidates(source, relative, defaults)
    found = [one for one in exact if one.context_method == defaults.context_method] or others
    return _by_use(found, paths, defaults)


def _is_importable(path: str) -> bool:
    parts = path.removesuffix(".py").split("/")
    names = all(part.isidentifier() and not keyword.iskeyword(part) for part in parts)
    # The root itself has no name that an import could begin with.
    return path.endswith(".py") and names and parts not in (["__init__"], ["src", "__init__"])


def _read(path: str) -> bytes:
    try:
        return files.read(path)
    except OSError:
        return b""


def _candidates(source: bytes, path: str, defaults: Settings) -> Iterator[Candidate]:
    try:
        tree = ast.parse(decode(source))
    except (SyntaxError, ValueError, LookupError, RecursionError, MemoryError):
        return
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield from _of_class(node, path, defaults)


def _of_class(node: ast.ClassDef, path: str, defaults: Settings) -> Iterator[Candidate]:
    functions = [f for f in node.body if isinstance(f, (ast.FunctionDef, ast.AsyncFunctionDef))]
    for function in functions:
        if function.name == defaults.context_method:
            yield Candidate(path, node.name, function.name, defaults.context_ids)
            return
    if not _ID_NAME.search(node.name):
        return
    for function in functions:
        returned = returned_names(function) or ()
        if _are_several_ids(returned) and not function.name.startswith("_"):
            yield Candidate(path, node.name, function.name, returned)
            return


def _are_several_ids(names: tuple[str, ...]) -> bool:
    return len(set(names)) == len(names) > 1 and all(name.endswith("_id") for name in names)


def _by_use(
    found: Sequence[Candidate], paths: Iterable[str], defaults: Settings
) -> list[Candidate]:
    """Those first that have the default name, then those that most files speak of."""
    if len(found) < 2:
        return list(found)
    uses = {one.name: 0 for one in found}
    for path in paths:
        source = _read(path)
        for name in uses:
            uses[name] += name.encode() in source
    return sorted(
        found, key=lambda one: (one.name != defaults.generator_class, -uses[one.name], one.path)
    )


def proposed_settings(chosen: Candidate, paths: Iterable[str], defaults: Settings) -> Settings:
    """The settings under which a candidate is the generator, as far as its source tells."""
    settings = replace(
        defaults,
        generator=chosen.dotted,
        generator_aliases=(),
        context_method=chosen.context_method,
        context_ids=chosen.context_ids,
        exempt=_exempt(chosen.path),
    )
    if "thread_id" not in chosen.context_ids:
        settings = replace(settings, id_prefixes=())
    api = read_generator_api(settings)
    return replace(
        settings,
        generator_aliases=tuple(_aliases(chosen, paths, api, settings)),
        context_ids=api.context_ids,
        id_method=_id_method(api, settings),
        validators=tuple(m.name for m in api.methods if _VALIDATES.match(m.name)),
    )


def _exempt(path: str) -> tuple[str, ...]:
    """The folder of the generator, where its name says that it is there for ids."""
    folder = path.rpartition("/")[0]
    return (f"{folder}/**",) if _ID_FOLDER.search(folder.rpartition("/")[2]) else ()


def _id_method(api: GeneratorApi, settings: Settings) -> str:
    """The method that makes one id."""
    if api.method(settings.id_method) is not None:
        return settings.id_method
    making = [
        method.name
        for method in api.methods
        if _MAKES.match(method.name) and method.name != settings.context_method
    ]
    called = replace(ONE_PREFIX, makes_ids=False)
    names = [name for name in making if api.obstacle(name, called) is None]
    # One that fixes can call, if any.
    names = [name for name in names if api.obstacle(name, ONE_PREFIX) is None] or names
    # The plainest: `new` before `new_for_session`.
    return min(names, key=lambda name: (len(name), name), default=settings.id_method)


def _aliases(
    chosen: Candidate, paths: Iterable[str], api: GeneratorApi, settings: Settings
) -> Iterator[str]:
    """Other dotted names under which files import the class, or could from a package around."""
    parts = chosen.module.split(".")
    modules = {".".join(parts[:end]) for end in range(1, len(parts))}
    imported = re.compile(
        rb"^[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]+(?:\([^)]*|[^\n]*)\b"
        + re.escape(chosen.name.encode())
        + rb"\b",
        re.MULTILINE,
    )
    for path in paths:
        source = _read(path)
        if chosen.name.encode() in source:
            modules |= {match[1].decode("utf-8", "replace") for match in imported.finditer(source)}
    for module in sorted(modules - {chosen.module}):
        if module.startswith("."):
            continue
        name = f"{module}.{chosen.name}"
        # On a path that begins further in, or the same class from elsewhere.
        is_same = read_generator_api(replace(settings, generator=name)).origin == api.origin
        if chosen.module.endswith(f".{module}") or (is_same and api.origin is not None):
            yield name
