"""Which imports serve a name where code reads it, and whether they are sure to have run there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import libcst as cst

from ssot_lint.analysis.semantics.control_flow.walk import all_params
from ssot_lint.analysis.semantics.scopes import bound_names
from ssot_lint.analysis.syntax.libcst_nodes import SCOPES, code_of, last_name
from ssot_lint.fixes.file_context import FileContext

_Import = cst.Import | cst.ImportFrom
_TRIES = (cst.Try, cst.TryStar)


@dataclass(frozen=True)
class _Bindings:
    """What binds a name in the scope that owns it."""

    is_given: bool
    """Whether something else than imports binds it, too."""
    are_alike: bool
    """Whether all imports bring the same."""
    are_plain: bool
    """Whether there is but one import that may not be missing, or all stand in no block."""
    blocks: Mapping[int, int]
    """For blocks and lines that hold imports, by identity, the place in them of the first."""


class Served:
    """The imports behind the names of one file. Made once per file: `file.once(Served)`."""

    def __init__(self, file: FileContext) -> None:
        self._semantics = file.semantics
        self._known: dict[tuple[int, str], _Bindings] = {}
        self._globals: dict[int, frozenset[str]] = {}
        self._places: dict[int, Mapping[int, int]] = {}

    def obstacle(self, name: cst.Name) -> str | None:
        """Why a call through the name must stay; None if the import that serves it may go with it.

        That is the import above it in its own block or one around, or the only one. What other
        functions do with the name does not matter.
        """
        bindings = self._bindings(self._owner(name), name.value)
        if bindings.is_given and name.value in self._semantics.names.aliases:
            return f"it is called through the alias `{name.value}`"
        is_sure = bindings.are_alike and self._is_behind(name, bindings.blocks)
        if bindings.is_given or not (bindings.are_plain or is_sure):
            return f"`{name.value}` is not imported once and for all"
        return None

    # Whose name it is

    def _owner(self, name: cst.Name) -> cst.CSTNode:
        """The scope that binds the name."""
        own = self._semantics.scope_of(name)
        for scope in (own, *self._semantics.around(own, cst.FunctionDef, cst.Lambda)):
            if isinstance(scope, (cst.FunctionDef, cst.Lambda)):
                if name.value in self._globals_of(scope):
                    break
                if name.value in self._semantics.names.local_names(scope):
                    return scope
            elif scope is own and isinstance(scope, cst.ClassDef):
                found = self._semantics.binders(name.value, scope.body)
                if found:
                    return scope
        return self._semantics.module

    def _globals_of(self, scope: cst.FunctionDef | cst.Lambda) -> frozenset[str]:
        if id(scope) not in self._globals:
            self._globals[id(scope)] = bound_names([scope.body]).globals
        return self._globals[id(scope)]

    def _bindings(self, scope: cst.CSTNode, name: str) -> _Bindings:
        key = (id(scope), name)
        if key not in self._known:
            self._known[key] = self._find(scope, name)
        return self._known[key]

    def _find(self, scope: cst.CSTNode, name: str) -> _Bindings:
        body = scope.body if isinstance(scope, SCOPES) else scope
        found = self._semantics.binders(name, body)
        imports = [node for node in found if isinstance(node, _Import)]
        given = len(imports) < len(found)
        if isinstance(scope, (cst.FunctionDef, cst.Lambda)):
            given = given or any(param.name.value == name for param in all_params(scope.params))
        blocks: dict[int, int] = {}
        for node in imports:
            for block, inside in self._blocks_of(node):
                place = self._places_in(block)[id(inside)]
                blocks[id(block)] = min(place, blocks.get(id(block), place))
        nested = len(imports) > 1 and not all(self._is_in(body, node) for node in imports)
        return _Bindings(
            is_given=given,
            are_alike=len({_brought(node, name) for node in imports}) < 2,
            are_plain=not nested and not any(self._may_be_missing(n, scope) for n in imports),
            blocks=blocks,
        )

    # Where it stands

    def _blocks_of(self, node: _Import) -> Iterable[tuple[cst.CSTNode, cst.CSTNode]]:
        """The line and the block that an import stands in, each with what of it that is."""
        line = self._semantics.parent(node)
        assert line is not None
        yield line, node
        block = self._semantics.parent(line)
        if isinstance(line, cst.SimpleStatementLine) and block is not None:
            yield block, line

    def _is_in(self, body: cst.CSTNode, node: _Import) -> bool:
        """Whether an import is a statement of the body itself."""
        return any(block is body for block, _ in self._blocks_of(node))

    def _is_behind(self, node: cst.CSTNode, blocks: Mapping[int, int]) -> bool:
        """Whether one of the imports comes before the node in a block around it."""
        for block in self._semantics.around(
            node, cst.BaseSuite, cst.SimpleStatementLine, cst.Module
        ):
            first = blocks.get(id(block))
            if first is not None and first < self._semantics.layout.part_of(block.body, node):
                return True
        return False

    def _places_in(self, block: cst.CSTNode) -> Mapping[int, int]:
        """The places of the statements of a block or a line, by identity."""
        if id(block) not in self._places:
            body: Iterable[cst.CSTNode] = getattr(block, "body", ())
            self._places[id(block)] = {id(node): at for at, node in enumerate(body)}
        return self._places[id(block)]

    def _may_be_missing(self, node: _Import, scope: cst.CSTNode) -> bool:
        """Whether code is written to run without an import: in a `try`, a condition."""
        inside: cst.CSTNode = node
        for outer in self._semantics.ancestors(node):
            if outer is scope:
                break
            if isinstance(outer, _TRIES) and inside is not outer.finalbody:
                return True
            if isinstance(outer, cst.With) and any(map(_suppresses, outer.items)):
                return True
            if isinstance(scope, cst.Module) and _depends_on_place(outer):
                return True
            inside = outer
        return False


def _depends_on_place(node: cst.CSTNode) -> bool:
    """Whether a condition of the module asks where the program runs, rather than who reads it."""
    return isinstance(node, cst.If) and "TYPE_CHECKING" not in code_of(node.test)


def _suppresses(item: cst.WithItem) -> bool:
    return isinstance(item.item, cst.Call) and last_name(item.item.func) == "suppress"


def _brought(node: _Import, name: str) -> str:
    """What an import binds to the name, as it is written."""
    assert not isinstance(node.names, cst.ImportStar)
    origin = ""
    if isinstance(node, cst.ImportFrom):
        module = code_of(node.module) if node.module is not None else ""
        origin = "." * len(node.relative) + module + ":"
    for alias in node.names:
        if alias.evaluated_alias == name:
            return origin + alias.evaluated_name
        if alias.evaluated_alias is None and alias.evaluated_name.partition(".")[0] == name:
            return origin + name
    return origin
