"""What makes the ids of a project: classes, functions and instances that may be its generator."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ssot_lint.analysis.dataflow.strings import literal_head
from ssot_lint.analysis.source.text import decode
from ssot_lint.analysis.syntax.parsing import Function, last_name_of, walk
from ssot_lint.config.settings import Settings
from ssot_lint.fixes.safety.hazards import secret_in
from ssot_lint.ids.generator.assigned import functions_of
from ssot_lint.ids.generator.reading import returned_names
from ssot_lint.ids.kinds import kind_from, snake_case
from ssot_lint.ids.makers import ID_MODULES, SOURCES
from ssot_lint.ids.strings.subjects import says_nothing
from ssot_lint.run import files

# A file without any of these makes no ids.
_MAKER = rb"\w*(?:[iI][dD]|generate|create|make|new|next|mint|issue)\w*"
_SIEVE = re.compile(
    rb"def[ \t]+%b|^%b[ \t]*[=:]|class[ \t]+\w*(?:I[dD]s?(?![a-z])|Identifier)" % (_MAKER, _MAKER),
    re.MULTILINE,
)
# Classes whose names speak of ids: IdGenerator, UnifiedIDFactory, Identifiers.
_ID_CLASS = re.compile(r"I[dD]s?(?![a-z])|Identifier")
# Modules and functions whose names do: `ids`, `id_factory`, `new_order_id`, `idgen`.
_ID_WORD = re.compile(r"(^|_)(ids?|idgen|u?uids?|guids?|identifiers?)(_|$)")
_MAKES = re.compile(r"(generate|create|make|new|next|mint|issue|build|get)(_|$)")
_SOURCE_NAMES = frozenset(name.rpartition(".")[2] for name in SOURCES) | {
    *(f"uuid{version}" for version in range(1, 9)), "next", "ulid", "ULID", "nanoid", "ksuid",
}  # fmt: skip
# Words of a maker's name that say how it makes ids, and not of what.
_OF_ANY_KIND = frozenset({
    "any", "base", "custom", "entity", "external", "gen", "global", "hex", "internal", "issue",
    "kind", "mint", "model", "monotonic", "ordered", "prefix", "prefixed", "public", "random",
    "readable", "resource", "safe", "short", "simple", "snowflake", "sortable", "str", "string",
    "time", "timestamp", "type", "typed", "unified", "unique", "universal", "with", *ID_MODULES,
})  # fmt: skip
# Methods that put what they are handed into what they are called on.
_ADDING = frozenset({"add", "append", "extend", "insert", "update", "write"})
_KIND_OF_PREFIX = {prefix: kind for kind, prefix in Settings().kind_prefixes}
_TAKES_KIND = re.compile(r"(^|_)(prefix|kind|type|namespace|entity|tag)(_|$)")
# `new_id = _default.new_id`
_METHOD_TAKEN = re.compile(
    rb"^([^\W_]\w*)[ \t]*(?::[^=\n]+)?=[ \t]*(\w+)\.(\w+)[ \t]*(?:#.*)?\r?$", re.MULTILINE
)


@dataclass(frozen=True)
class Candidate:
    """What may be the generator."""

    path: str
    """The file that defines it, relative to the root, with forward slashes."""
    dotted: str
    """What `generator` in the settings would name."""
    made_by: tuple[str, ...] = ()
    """The methods or functions that make ids, in the order of the source."""
    of_any_kind: tuple[str, ...] = ()
    """Those of them whose ids may be of any kind, going by their names and what they take."""
    context_method: str = ""
    """The one that returns the ids of a context, if any does."""
    context_ids: tuple[str, ...] = ()
    is_named: bool = True
    """Whether its name speaks of ids."""
    needs_object: bool = False
    """Whether it is a class whose methods are called on an object alone."""
    files: int = 0
    """How many other files use it; tests apart."""

    @property
    def name(self) -> str:
        """Its last name."""
        return self.dotted.rpartition(".")[2]

    @property
    def module(self) -> str:
        """The module that defines it, as far as its path tells."""
        return _module_of(self.path)

    @property
    def says(self) -> str:
        """It, with what speaks for it."""
        where = "1 file" if self.files == 1 else f"{self.files} files"
        only = "" if self.is_general else ", makes ids of one kind or secrets"
        return f"{self.dotted}, in {self.path}: used in {where}{only}"

    @property
    def is_general(self) -> bool:
        """Whether it may make all ids of a project: not those of some kinds alone, or secrets."""
        return bool(self.of_any_kind or self.context_method)


def find_generators(paths: Sequence[str], defaults: Settings) -> list[Candidate]:
    """What in the files may be the generator, the likeliest first.

    A class with the context method of the defaults is one; where there is none, all whose functions
    return what comes from UUIDs, randomness, clocks or counters and whose names speak of ids. Tests
    are left out, and files that cannot be read or parsed.
    """
    sources = {
        relative: _read(path)
        for path, relative in ((path, defaults.relative(path)) for path in paths)
        if not defaults.is_test(relative) and _is_importable(relative)
    }
    context = re.compile(rb"def[ \t]+%s\b" % re.escape(defaults.context_method.encode()))
    trees = {
        path: tree
        for path, source in sources.items()
        if (_SIEVE.search(source) or context.search(source)) and (tree := _parsed(source))
    }
    exact = [c for path, tree in trees.items() for c in _with_context(path, tree, defaults)]
    found = exact or [one for path, tree in trees.items() for one in _candidates(path, tree)]
    counted = [replace(one, files=_uses(one, sources)) for one in _as_objects(found, sources)]
    return sorted(
        (one for one in counted if one.is_named or one.files),
        key=lambda one: (
            one.name != defaults.generator_class,
            not one.is_general,
            -one.files,
            not one.is_named,
            -len(one.made_by),
            one.path,
        ),
    )


def clear_winner(candidates: Sequence[Candidate], defaults: Settings) -> Candidate | None:
    """The candidate that is taken without asking: alone, of the default name, or used by far most.

    Of those that may make ids of any kind. `candidates` come with the likeliest first.
    """
    general = [one for one in candidates if one.is_general]
    if not general:
        return None
    first, *others = general
    if not others or first.name == defaults.generator_class:
        return first
    return first if first.files >= 2 * max(others[0].files, 1) or not others[0].files else None


def _is_importable(path: str) -> bool:
    parts = path.removesuffix(".py").split("/")
    names = all(part.isidentifier() and not keyword.iskeyword(part) for part in parts)
    # The root itself has no name that an import could begin with.
    return path.endswith(".py") and names and parts not in (["__init__"], ["src", "__init__"])


def _module_of(path: str) -> str:
    module = path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__")
    return module.replace("/", ".")


def _read(path: str) -> bytes:
    try:
        return files.read(path)
    except OSError:
        return b""


def _parsed(source: bytes) -> ast.Module | None:
    try:
        return ast.parse(decode(source))
    except (SyntaxError, ValueError, LookupError, RecursionError, MemoryError):
        return None


# What a file has


def _with_context(path: str, tree: ast.Module, defaults: Settings) -> Iterator[Candidate]:
    """The classes with the context method of the defaults."""
    for node in tree.body:
        methods = functions_of(node.body) if isinstance(node, ast.ClassDef) else {}
        if isinstance(node, ast.ClassDef) and defaults.context_method in methods:
            dotted = f"{_module_of(path)}.{node.name}"
            ids = defaults.context_ids
            yield Candidate(path, dotted, (), (), defaults.context_method, ids)


def _candidates(path: str, tree: ast.Module) -> Iterator[Candidate]:
    module = _module_of(path)
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            methods = functions_of(node.body)
            is_named = _ID_CLASS.search(node.name) is not None
            made_by = _making(methods, {}, is_named=is_named)
            if made_by and (is_named or len(made_by) > 1):
                method, ids = _context_of(methods)
                needs_object = not any(map(_is_unbound, (methods[name] for name in made_by)))
                dotted = f"{module}.{node.name}"
                of_any = _of_any_kind(made_by, methods)
                yield Candidate(path, dotted, made_by, of_any, method, ids, is_named, needs_object)
    functions = functions_of(tree.body)
    last = module.rpartition(".")[2]
    is_named = _ID_WORD.search(last) is not None
    made_by = _making(functions, functions, is_named=is_named)
    if is_named and len(made_by) > 1 and "." in module:  # settings name what a package has
        of_any = _of_any_kind(made_by, functions)
        yield Candidate(path, module, made_by, of_any, *_context_of(functions))
    else:
        for name in made_by:
            yield Candidate(path, f"{module}.{name}", (name,), _of_any_kind((name,), functions))


def _of_any_kind(names: Iterable[str], functions: Mapping[str, Function]) -> tuple[str, ...]:
    """The functions that may make ids of any kind: not `make_password_reset_id(user_id)`."""
    return tuple(
        name
        for name in names
        if secret_in((name,)) is None and (_names_no_kind(name) or _takes_kind(functions[name]))
    )


def _names_no_kind(name: str) -> bool:
    words = kind_from(snake_case(name)).split("_")
    return all(says_nothing(word) or word in _OF_ANY_KIND for word in words)


def _takes_kind(function: Function) -> bool:
    taken = function.args
    every = (*taken.posonlyargs, *taken.args, *taken.kwonlyargs)
    return any(_TAKES_KIND.search(one.arg) for one in every)


def _is_unbound(method: Function) -> bool:
    """Whether a method can be called on the class."""
    return not {"staticmethod", "classmethod"}.isdisjoint(map(last_name_of, method.decorator_list))


def _making(
    functions: Mapping[str, Function], beside: Mapping[str, Function], *, is_named: bool
) -> tuple[str, ...]:
    """The public functions that make ids; where what they belong to is named so, by any name."""
    known: set[str] = set()
    while True:
        more = {name for name, one in functions.items() if _returns_new(one, known)} - known
        if not more:
            break
        known |= more
    return tuple(
        name
        for name, node in functions.items()
        if name in known
        and not name.startswith("_")
        and (_ID_WORD.search(name) or (is_named and _MAKES.match(name)))
        and _gives_text(node)
    )


def _returns_new(function: Function, known: set[str]) -> bool:
    """Whether what a function returns is made of something new: not a response that only holds it.

    Going by the names of its variables, whatever order the code runs in.
    """
    nodes = list(walk(function))
    new: set[str] = set()
    while True:
        more = {
            name
            for node in nodes
            for name, values in _stored(node)
            if any(_is_new(value, known, new) for value in values)
        } - new
        if not more:
            break
        new |= more
    returned = (node.value for node in nodes if isinstance(node, ast.Return) and node.value)
    return any(_is_new(value, known, new) for value in returned)


def _is_new(value: ast.expr, known: set[str], new: set[str]) -> bool:
    """Whether a value is made of what a source or another maker gives, or of a name for such."""
    for node in walk(value):
        if isinstance(node, ast.Name) and node.id in new:
            return True
        if isinstance(node, ast.Call) and (
            _is_source(node.func) or last_name_of(node.func) in known
        ):
            return True
    return False


def _stored(node: ast.AST) -> Iterator[tuple[str, Sequence[ast.expr]]]:
    """The variables that a node gives something, each with what."""
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((name.id, [value]) for one in targets for name in _names(one))
        case (
            ast.AnnAssign(target=target, value=ast.expr() as value)
            | ast.NamedExpr(target=target, value=value)
        ):
            yield from ((name.id, [value]) for name in _names(target))
        case ast.AugAssign(target=target, value=value) | ast.For(target=target, iter=value):
            yield from ((name.id, [value]) for name in _names(target))
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr), args=args):
            if attr in _ADDING:
                yield name, args


def _names(target: ast.expr) -> Iterator[ast.Name]:
    """The plain names of a target; an attribute or item of something makes nothing new of that."""
    match target:
        case ast.Name():
            yield target
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            for one in elts:
                yield from _names(one)


def _is_source(func: ast.expr) -> bool:
    if last_name_of(func) in _SOURCE_NAMES:
        return True
    return isinstance(func, ast.Attribute) and last_name_of(func.value) in ID_MODULES


def _gives_text(function: Function) -> bool:
    """Whether nothing says that what a function returns is no text."""
    match function.returns:
        case None | ast.Constant(value=None):
            return function.returns is None
        case ast.Name(id="bool" | "int" | "float" | "bytes" | "dict" | "list"):
            return False
    return True


def _context_of(functions: Mapping[str, Function]) -> tuple[str, tuple[str, ...]]:
    """The function that returns several ids, by their names or what they begin with, and these."""
    for name, function in functions.items():
        returned = returned_names(function) or ()
        if len(returned) > 1 and not any(returned):
            returned = _ids_begun(function)
        if _are_several_ids(returned) and not name.startswith("_"):
            return name, returned
    return "", ()


def _ids_begun(function: Function) -> tuple[str, ...]:
    """The ids that a function for a user returns, going by how the last tuple's texts begin."""
    taken = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    tuples = [n.value for n in walk(function) if isinstance(n, ast.Return)]
    if not any("user" in one.arg for one in taken) or not tuples:
        return ()
    begun = map(_begins, tuples[-1].elts if isinstance(tuples[-1], ast.Tuple) else ())
    return tuple(f"{_KIND_OF_PREFIX.get(word, word)}_id" if word else "" for word in begun)


def _begins(value: ast.expr) -> str:
    """The first word of a text, or of what a call that makes it is handed first."""
    handed = value.args[0] if isinstance(value, ast.Call) and value.args else value
    head = literal_head(handed)
    word = re.match("[a-z]+", head.text) if head is not None else None
    return word[0] if word is not None else ""


def _are_several_ids(names: tuple[str, ...]) -> bool:
    return len(set(names)) == len(names) > 1 and all(name.endswith("_id") for name in names)


# What others have of it


def _as_objects(found: Sequence[Candidate], sources: Mapping[str, bytes]) -> Iterator[Candidate]:
    """The candidates; in place of classes whose methods take an object, those of modules.

    Or methods of such objects that modules have under names of their own. Not objects that are for
    their own module alone, going by their names.
    """
    for one in found:
        objects = list(_objects_of(one, sources)) if one.needs_object else []
        yield from objects or [one]


def _objects_of(one: Candidate, sources: Mapping[str, bytes]) -> Iterator[Candidate]:
    made = re.compile(
        rb"^(\w+)[ \t]*(?::[^=\n]+)?=[ \t]*(?:\w+\.)*%s\(" % one.name.encode(), re.MULTILINE
    )
    for path, source in sources.items():
        for match in made.finditer(source) if one.name.encode() in source else ():
            module, name = _module_of(path), match[1].decode()
            if not name.startswith("_"):
                yield replace(one, path=path, dotted=f"{module}.{name}")
            for method in _METHOD_TAKEN.finditer(source):
                if method[2] == match[1] and method[3].decode() in one.made_by:
                    own = method[1].decode()
                    of_any = (own,) if method[3].decode() in one.of_any_kind else ()
                    yield Candidate(path, f"{module}.{own}", (own,), of_any)


def _uses(one: Candidate, sources: Mapping[str, bytes]) -> int:
    """How many files import it, or read it of its module."""
    name, stem = one.name.encode(), one.dotted.split(".")[-2:-1]
    word = re.compile(
        rb"\bimport\b[^\n(]*\b%s\b|\bimport[ \t]*\([^)]*\b%s\b" % (name, name)
        + (rb"|\b%s\.%s\b" % (stem[0].encode(), name) if stem else b"")
    )
    own = {path for path in sources if path == one.path}
    return sum(
        path not in own and name in source and word.search(source) is not None
        for path, source in sources.items()
    )
