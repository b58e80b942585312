"""What ids are in one file: who makes them there, and where the generator is used."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from functools import cached_property
from itertools import chain

from ssot_lint.analysis.semantics.control_flow.resolver import resolve_names
from ssot_lint.analysis.semantics.names import Tracked
from ssot_lint.analysis.semantics.semantic_model import AskedOnce, SemanticModel
from ssot_lint.analysis.source.source_text import SourceText
from ssot_lint.analysis.syntax.ast_nodes import Syntax
from ssot_lint.config.settings import Settings
from ssot_lint.ids.generator.api import GeneratorApi
from ssot_lint.ids.strings.sources import counters

_MAKING = ("generate_", "create_", "make_", "new_")
_COUNTING = ("count", "counter", "seq", "sequence")
# Code that looks for a text, and the text, of two letters or more.
_LOOKS_FOR = re.compile(
    r"(startswith\(|split\(|match\(|search\(|==|\bin)\s*\(?[rf]{0,2}[\"'^]+([\w:.-]{2,})"
)


def tracked(settings: Settings) -> Tracked:
    """What is to be known of a file's names: who uses the generator, who a banned function."""
    return Tracked(settings.generator, settings.generator_names, settings.banned)


class IdModel(AskedOnce["IdModel"]):
    """What ids are in one file.

    `codes` are those that are on for it, `path` is its path relative to the root.
    """

    def __init__(
        self,
        semantics: SemanticModel,
        settings: Settings,
        api: GeneratorApi,
        codes: frozenset[str],
        path: str = "",
    ) -> None:
        super().__init__()
        self.semantics = semantics
        self.settings = settings
        self.api = api
        self.codes = codes
        self.path = path

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


def ids_in(
    source: SourceText,
    tree: ast.Module,
    relative: str,
    settings: Settings,
    api: GeneratorApi,
    codes: frozenset[str] = frozenset(),
) -> IdModel:
    """The model of a text and its `ast`; `relative` is its path relative to the root."""
    syntax = Syntax(tree)
    names = resolve_names(syntax, source, tracked(settings), _package_of(relative))
    return IdModel(SemanticModel(syntax, source, names), settings, api, codes, relative)


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
