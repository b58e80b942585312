"""Names that text mentions: quoted types, doctests, type comments, names looked up by a string."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from ssot_lint.analysis.semantics.import_bindings import Scope, scopes_around
from ssot_lint.analysis.semantics.known_functions import LISTING_NAMES, RUNNING_TEXT
from ssot_lint.analysis.syntax.mentions import Mentions
from ssot_lint.analysis.syntax.parsing import FUNCTIONS, walk

# `dir` gives names, and nothing that they stand for.
_LOOKING = sorted({"globals", *LISTING_NAMES, *RUNNING_TEXT} - {"dir"})
# A string that is nothing but a dotted name or a type may stand for the code it spells.
_SPELLS_CODE = re.compile(r"[\w.\[\], |]+")


class Spelled:
    """The names that the text of one file mentions outside of its code.

    `scope_of` has the scopes of the pieces.
    """

    def __init__(self, text: str, pieces: Mentions, scope_of: Mapping[ast.AST, Scope]) -> None:
        self._text = text
        self._pieces = pieces
        self._scope_of = scope_of
        self._everywhere: dict[str, bool] = {}
        self._scopes: dict[str, set[Scope]] = {}

    def is_exported(self, name: str) -> bool:
        """Whether `__all__` may list a name."""
        return "__all__" in self._text and any(
            text == name for piece in self._with(name) for text in _strings_in(piece)
        )

    def is_in(self, scope: Scope, name: str) -> bool:
        """Whether a mention may mean the name that the scope binds: one inside of it."""
        if name not in self._scopes:
            self._everywhere[name] = self._is_everywhere(name)
            spelling = (piece for piece in self._with(name) if self._spells(piece, name))
            around = (outer for p in spelling for outer in scopes_around(self._scope_of[p]))
            self._scopes[name] = set(around)
        return self._everywhere[name] or scope in self._scopes[name]

    def _is_everywhere(self, name: str) -> bool:
        """Whether a mention may mean any scope: a type comment, a string for some `eval`."""
        word = re.compile(rf"\b{re.escape(name)}\b")
        type_comments = re.findall(r"#[ \t]*type:(.*)", self._text)
        if any(word.search(comment) for comment in type_comments):
            return True
        # `sys.modules[__name__].uuid`
        if "sys.modules" in self._text and re.search(rf"\.{re.escape(name)}\b", self._text):
            return True
        return self._looks_up_names and any(
            word.search(text) for piece in self._with(name) for text in _strings_in(piece)
        )

    def _spells(self, piece: ast.AST, name: str) -> bool:
        """Whether a doctest, a quoted type or a string that is code mentions the name."""
        word = re.compile(rf"\b{re.escape(name)}\b")
        dotted = re.compile(rf"\b{re.escape(name)}\.\w")
        for text in _strings_in(piece):
            if ">>>" in text and word.search(text):
                return True
            if _SPELLS_CODE.fullmatch(text) and dotted.search(text):
                return True
        return any(word.search(text) for text in self._quoted_annotations(piece))

    @cached_property
    def _looks_up_names(self) -> bool:
        """Whether code finds names by text: `globals()["uuid"]`, `eval("uuid.uuid4()")`."""
        text = self._text
        return any(f"{name}(" in text and re.search(rf"\b{name}\(", text) for name in _LOOKING)

    def _with(self, name: str) -> Iterator[ast.AST]:
        """The pieces in whose strings the name may stand. Imports, which may be long, have none."""
        for piece in self._pieces.of(name, in_words=True):
            if not isinstance(piece, (ast.Import, ast.ImportFrom)):
                yield piece

    def _quoted_annotations(self, piece: ast.AST) -> Iterator[str]:
        around = self._pieces.parents[piece]
        if isinstance(around, FUNCTIONS) and around.returns is piece:
            yield from _strings_in(piece)
        for node in walk(piece):
            if isinstance(node, (ast.AnnAssign, ast.arg)):
                if node.annotation is not None:
                    yield from _strings_in(node.annotation)
            elif isinstance(node, ast.Call) and _is_cast(node.func) and node.args:
                yield from _strings_in(node.args[0])


def _strings_in(node: ast.AST) -> Iterator[str]:
    for part in walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def _is_cast(func: ast.expr) -> bool:
    """Whether the name of a function, as written, ends in "cast"."""
    match func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.endswith("cast")
    return False
