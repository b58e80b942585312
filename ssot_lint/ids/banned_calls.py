"""Calls of banned functions: some count wherever they stand, others only where they make an id."""

from __future__ import annotations

import ast

from ssot_lint.analysis.dataflow.strings import is_string
from ssot_lint.config.bans import ban_of
from ssot_lint.ids.bindings import Binder
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.kinds import names_an_id, snake_case


class BannedCalls:
    """Tells which calls of one file count. Made once per file: `ids.once(BannedCalls)`."""

    def __init__(self, ids: IdModel) -> None:
        self._ids = ids
        self._binder = Binder(ids)

    def of(self, node: ast.AST | None) -> str | None:
        """The dotted name of the banned function that a call runs, if it counts there."""
        called = self._ids.banned(node.func) if isinstance(node, ast.Call) else None
        if called is None or not isinstance(node, ast.Call):
            return None
        ban = ban_of(called, self._ids.settings.extend_banned_calls)
        is_free = ban is not None and ban.only_for_ids and not self._becomes_an_id(node)
        return None if is_free else called

    def _becomes_an_id(self, call: ast.Call) -> bool:
        """Whether the value, or a text that it is put into, gets the name of an id."""
        binding = self._binder.of(self._whole(call))
        return any(names_an_id(snake_case(name)) for name in (binding.name, binding.by_key) if name)

    def _whole(self, node: ast.expr) -> ast.expr:
        """The text around a value, as far as it is put together there; or what is taken of it."""
        syntax = self._ids.semantics.syntax
        while True:
            parent = syntax.parent(node)
            outer = syntax.parent(parent) if parent is not None else None
            match parent:
                case ast.FormattedValue() if isinstance(outer, ast.JoinedStr):
                    node = outer
                case ast.Attribute() if isinstance(outer, ast.Call) and outer.func is parent:
                    node = outer
                case ast.Attribute():
                    node = parent
                case ast.Subscript(value=value) if value is node:
                    node = parent
                case ast.BinOp() | ast.Call() if is_string(parent):
                    node = parent
                case ast.Tuple() if isinstance(outer, ast.BinOp) and is_string(outer):
                    node = outer  # "%s_%s" % (day, token)
                case ast.keyword() if isinstance(outer, ast.Call) and is_string(outer):
                    node = outer
                case _:
                    return node
