"""What ids are in one file: who makes them there, where the generator is used, what calls run."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Protocol, TypeAlias

from ssot_lint.analysis.semantics.control_flow.resolver import resolve_names
from ssot_lint.analysis.semantics.names import Tracked
from ssot_lint.analysis.semantics.semantic_model import AskedOnce, SemanticModel
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.syntax.ast_nodes import Syntax
from ssot_lint.analysis.syntax.parsing import Function, has_stars, last_name_of
from ssot_lint.config.bans import is_made_by
from ssot_lint.config.settings import Settings
from ssot_lint.ids.generator.api import GeneratorApi
from ssot_lint.ids.generator.shapes import resolved
from ssot_lint.ids.strings.sources import counters

_MAKING = ("generate_", "create_", "make_", "new_")
_COUNTING = ("count", "counter", "seq", "sequence")
# Code that looks for a text, and the text, of two letters or more.
_LOOKS_FOR = re.compile(
    r"(startswith\(|split\(|match\(|search\(|==|\bin)\s*\(?[rf]{0,2}[\"'^]+([\w:.-]{2,})"
)
# What leaves a function as it is, or calls it no more often than needed.
ANY_KIND = "*"
"""Stands for all kinds, where it is not known which."""
HARMLESS = frozenset({"staticmethod", "classmethod", "cache", "lru_cache", "override", "final"})


class Callees(Protocol):
    """Tells what the calls of one file run."""

    def __call__(self, func: ast.expr) -> Sequence[Callee]:
        """What a call may run, by what stands in front of its parentheses; nothing: unknown."""

    def kinds_taken(self, names: Iterable[str]) -> Mapping[str, frozenset[str]] | None:
        """Of which kinds the ids are that functions of some names may take, wherever they are.

        To ask this costs little. None where nothing is known of other files.
        """

    def finds_by(self, form: str) -> bool:
        """Whether another file finds something by a text that tells of an object, by its form."""


Resolver: TypeAlias = "Callable[[IdModel], Callees]"
"""Gives what tells that for the calls of a file."""


def tracked(settings: Settings) -> Tracked:
    """What is to be known of a file's names: who uses the generator, who a banned function."""
    others = frozenset(settings.other_makers)
    return Tracked(
        settings.generator,
        settings.generator_names,
        settings.banned,
        others,
        settings.other_maker_words,
        frozenset(settings.generator_members),
        settings.banned_families,
        is_made_by,
        settings.generator_is_module,
    )


class IdModel(AskedOnce["IdModel"]):
    """What ids are in one file.

    `codes` are those that are on for it, `path` is its path relative to the root, `resolver` gives
    what its calls run.
    """

    def __init__(
        self,
        semantics: SemanticModel,
        settings: Settings,
        api: GeneratorApi,
        codes: frozenset[str],
        path: str = "",
        resolver: Resolver | None = None,
    ) -> None:
        super().__init__()
        self.semantics = semantics
        self.settings = settings
        self.api = api
        self.codes = codes
        self.path = path
        self._resolver = resolver
        self.is_undecided = False
        """Whether something was asked that only other files tell, of which nothing is known."""

    @property
    def follows_calls(self) -> bool:
        """Whether anything may be known of what calls run."""
        return self._resolver is not None

    @cached_property
    def callees(self) -> Callees:
        """What calls of the file run, in it and in others."""
        return self._resolver(self) if self._resolver is not None else UNKNOWN

    def using(self, substitute: str) -> IdModel:
        """The same file with what bans tell to use in place of the generator."""
        unknown = GeneratorApi(substitute, (), None, unproven=f"`{substitute}` was not read")
        api = dict(self.api.substitutes).get(substitute, unknown)
        settings = resolved(self.settings.using(substitute), api)
        source, tree = self.semantics.text, self.semantics.syntax.tree
        return ids_in(source, tree, self.path, settings, api, self.codes, self._resolver)

    # The generator

    @property
    def know_generator(self) -> bool:
        """Whether anything in the file stands for the generator."""
        return self.semantics.names.know_tracked

    @property
    def have_generator(self) -> bool:
        """Whether anything in the file can be the generator class or something it has."""
        return self.semantics.names.have_tracked_class

    def generator_method(self, call: ast.Call) -> str | None:
        """The name of the generator's method that the call runs, if it runs one."""
        return self.semantics.names.method_of(call.func)

    def shown_call(self, method: str, handed: str | None = None) -> str:
        """A method of the generator as messages tell people to call it.

        With what it is handed, if that is told. Where there is no such method, it has no name.
        """
        if self.api.lacks(method):
            return "the id generator"
        behind = "" if handed is None else f"({handed})"
        return f"`{self.settings.shown(method)}{behind}`"

    @property
    def shown_id_call(self) -> str:
        """The call that makes one id, as messages tell people of it."""
        method = self.settings.id_method
        return self.shown_call(method, "prefix" if self.api.shape_of_one(method).positional else "")

    def count_generated(self) -> int:
        """How often code calls the generator for new ids; its other methods make none."""
        own = (self.settings.context_method, self.settings.id_method)
        calls = chain.from_iterable(self.semantics.names.tracked_calls.values())
        methods = map(self.generator_method, calls)
        return sum(m is not None and (m in own or m.startswith(_MAKING)) for m in methods)

    # Ids that are made without it

    @property
    def have_banned(self) -> bool:
        """Whether anything in the file can be a banned function."""
        return self.semantics.names.have_tracked_function

    def banned(self, node: ast.AST) -> str | None:
        """The dotted name of the banned function that the expression can be, if any."""
        return self.semantics.names.tracked_function(node)

    @cached_property
    def counters(self) -> frozenset[str]:
        """The counters that the file keeps by hand."""
        if not _may_count(self.semantics.text.text):
            return frozenset()
        return counters(self.semantics.syntax)

    # What the file expects of them

    def looks_for(self, text: str) -> int | None:
        """The first row, from 1, on which the file looks for ids that begin with a text.

        Then it must stay in front.
        """
        found = (at for s, at in self._sought if s.startswith(text) or text.startswith(s))
        return min(found, default=None)

    @cached_property
    def _sought(self) -> Sequence[tuple[str, int]]:
        """The texts of two letters or more that the file looks for, each with its row."""
        source = self.semantics.text
        found = _LOOKS_FOR.finditer(source.text)
        return [(match[2], source.row_at(match.start(2))) for match in found]


@dataclass(frozen=True, eq=False)
class Callee:
    """A function or a class that a call may run."""

    ids: IdModel
    """What ids are in its file."""
    node: Function | ast.ClassDef
    path: str
    """The file, relative to the root of the project; where nothing of that is known, empty."""
    is_bound: bool
    """Whether it is a method that is read of an object, or of a class for itself."""
    callees: Callees
    """What calls in its file run."""
    called_in: str = ""
    """The file with the call."""
    root: str = ""
    """The folder that paths are relative to."""

    @property
    def owner(self) -> str:
        """The class that it is a method of; empty for others."""
        owner = self.ids.semantics.syntax.parent(self.node)
        return owner.name if isinstance(owner, ast.ClassDef) else ""

    @property
    def place(self) -> str:
        """Where it is defined, as it is told behind its name."""
        return f" in {self.path}, line {self.node.lineno}" if self.path else ""

    @property
    def is_plain(self) -> bool:
        """Whether a call runs what the function says, and nothing is put around that."""
        decorators = map(last_name_of, self.node.decorator_list)
        return not isinstance(self.node, ast.ClassDef) and HARMLESS.issuperset(decorators)

    @property
    def positional(self) -> list[ast.arg]:
        """The parameters that positional arguments of a call go to, in order."""
        if isinstance(self.node, ast.ClassDef):
            return []
        named = [*self.node.args.posonlyargs, *self.node.args.args]
        return named[1:] if self.is_bound and not self._is_static else named

    @property
    def defaults(self) -> list[tuple[ast.arg, ast.expr]]:
        """The parameters that a call may leave out, and what they are then."""
        if isinstance(self.node, ast.ClassDef):
            return []
        given = self.node.args
        named = [*given.posonlyargs, *given.args]
        pairs = [
            *zip(named[len(named) - len(given.defaults) :], given.defaults, strict=True),
            *zip(given.kwonlyargs, given.kw_defaults, strict=True),
        ]
        return [(arg, value) for arg, value in pairs if value is not None]

    @property
    def _is_static(self) -> bool:
        return "staticmethod" in map(last_name_of, self.node.decorator_list)

    def handed(self, call: ast.Call) -> dict[ast.arg, ast.expr]:
        """What a call hands to which of the parameters; none where stars hide that."""
        if has_stars(call) or isinstance(self.node, ast.ClassDef):
            return {}
        found = dict(zip(self.positional, call.args, strict=False))
        by_name = {arg.arg: arg for arg in (*self.positional, *self.node.args.kwonlyargs)}
        for word in call.keywords:
            if word.arg in by_name:
                found[by_name[word.arg]] = word.value
        return found


class UnknownCallees:
    """Tells of no call what it runs."""

    def __call__(self, func: ast.expr) -> Sequence[Callee]:
        """Nothing."""
        return ()

    def kinds_taken(self, names: Iterable[str]) -> Mapping[str, frozenset[str]] | None:
        """Nothing is known."""
        return None

    def finds_by(self, form: str) -> bool:
        """Nobody does, as far as is known."""
        return False


UNKNOWN: Callees = UnknownCallees()


def ids_in(
    source: SourceText,
    tree: ast.Module,
    relative: str,
    settings: Settings,
    api: GeneratorApi,
    codes: frozenset[str] = frozenset(),
    resolver: Resolver | None = None,
) -> IdModel:
    """The model of a text and its `ast`; `relative` is its path relative to the root.

    `resolver` gives what its calls run.
    """
    syntax = Syntax(tree)
    names = resolve_names(syntax, source, tracked(settings), _package_of(relative))
    semantics = SemanticModel(syntax, source, names)
    return IdModel(semantics, settings, api, codes, relative, resolver)


def _package_of(relative: str) -> str | None:
    """The dotted name of the package that a file lies in, from its path under the root."""
    parts = relative.split("/")[:-1]
    if parts[:1] == ["src"]:
        parts = parts[1:]
    if not parts or not all(part.isidentifier() for part in parts):
        return None
    return ".".join(parts)


def _may_count(text: str) -> bool:
    """Whether code keeps a counter by hand: a look that costs little."""
    increased = text.split("+=")[:-1]
    return "itertools" in text or any(p.rstrip(" \t").endswith(_COUNTING) for p in increased)
