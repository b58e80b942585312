"""Ids of a context that are the same at every run: literals, and literals with the user in them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ssot_lint.analysis.dataflow.backward import Backward, choices
from ssot_lint.analysis.dataflow.strings import Text, pieces_of
from ssot_lint.analysis.syntax.parsing import walk
from ssot_lint.ids.call_arguments import is_context_class, named_arguments
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.kinds import class_names, own_kind
from ssot_lint.ids.shown import held_by
from ssot_lint.ids.strings.generated import Generated


@dataclass(frozen=True)
class ConstantId:
    """A string that a context gets as an id, and that is the same at every run."""

    string: ast.expr
    kind: str
    is_alone: bool
    """Whether no other id of its context is constant, or made by a call for one id."""


class ConstantIds:
    """Finds them in one file. Made once per file: `ids.once(ConstantIds)`. Tests have none."""

    def __init__(self, ids: IdModel) -> None:
        self._ids = ids
        self._semantics = ids.semantics
        self._backward = ids.semantics.once(Backward)
        # Ids with a prefix of their own are found again: a thread goes on over many runs.
        lasting = {kind for kind, _ in ids.settings.id_prefixes}
        self._kinds = [kind for kind in ids.settings.context_ids if kind not in lasting]

    def in_(self, part: ast.AST) -> Iterator[ConstantId]:
        """Those in a statement and below it."""
        if self.found:
            yield from (
                self.found[n] for n in self._semantics.syntax.below(part) if n in self.found
            )

    @cached_property
    def found(self) -> Mapping[ast.AST, ConstantId]:
        """All of them, by their strings."""
        found = self._find() if not self._ids.settings.is_test(self._ids.path) else ()
        return {one.string: one for one in found}

    def _find(self) -> Iterator[ConstantId]:
        words = class_names(self._ids.settings)
        words |= self._semantics.aliases(words)
        pieces = dict.fromkeys(p for word in words for p in self._semantics.mentions.of(word))
        for call in (node for piece in pieces for node in walk(piece)):
            if isinstance(call, ast.Call) and is_context_class(self._ids, call.func):
                yield from self._handed(call)

    def _handed(self, call: ast.Call) -> Iterator[ConstantId]:
        found: dict[str, list[ast.expr]] = {}
        single: set[str] = set()
        for name, value in named_arguments(self._ids, call):
            if name not in self._ids.settings.context_ids:
                continue
            strings = [s for part in choices(value) for s in self._strings(part)]
            if name in self._kinds:
                found[name] = list(filter(self._is_constant, strings))
            if found.get(name) or any(map(self._is_made_singly, strings)):
                single.add(name)
        for name, strings in found.items():
            yield from (ConstantId(string, name, single == {name}) for string in strings)

    def _strings(self, node: ast.expr) -> Iterator[ast.expr]:
        """What a value is: itself, or what assignments give a local variable."""
        if not isinstance(node, ast.Name):
            yield node
            return
        for target in self._backward.sources(node):
            value = self._backward.value_of(target)
            if value is not None:
                yield from choices(value)

    def _is_made_singly(self, node: ast.expr) -> bool:
        """Whether a call of the generator makes it, and no other id."""
        made = self._ids.generator_method(node) if isinstance(node, ast.Call) else None
        return made is not None and made == self._ids.settings.id_method

    def _is_constant(self, node: ast.expr) -> bool:
        pieces = pieces_of(node)
        if not pieces or not any(isinstance(piece, Text) and piece.value for piece in pieces):
            return False
        return all(isinstance(piece, Text) or self._is_same(piece.node) for piece in pieces)

    def _is_same(self, node: ast.expr) -> bool:
        """Whether a part of a string is the same at every run of a user: the user, a constant."""
        is_user = own_kind(held_by(node), self._ids.settings.user_ids) is not None
        return is_user or self._ids.once(Generated).text(node) is not None
