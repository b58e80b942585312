"""Where the file puts a generated id that it does not suit: `uuid.UUID()`, a narrow column."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

import libcst as cst

from ssot_lint.analysis.semantics.semantic_model import SemanticModel
from ssot_lint.analysis.syntax.parsing import walk
from ssot_lint.fixes.file_context import FileContext
from ssot_lint.fixes.safety.hazards import (
    declared_form,
    has_fixed_form,
    is_made_an_object,
    needs_object,
)
from ssot_lint.ids.bindings import Binder, Binding
from ssot_lint.ids.id_model import IdModel


def unsuited(made: Iterable[cst.BaseExpression], file: FileContext) -> str | None:
    """What goes wrong with one of the ids, or pieces of ids, that the generator made.

    A sentence for a message; None when nothing in sight does.
    """
    for node in map(file.semantics.node_map.twin, made):
        for name, reason in _reasons(node, file.ids) if isinstance(node, ast.expr) else ():
            return f"mind `{name}`: {reason}, which ids of the generator do not suit"
    return None


def _reasons(node: ast.expr, ids: IdModel) -> Iterator[tuple[str, str]]:
    binding, model = Binder(ids).of(node), ids.semantics
    reason = _refusal(binding, model)
    if reason is not None:
        yield binding.name or "the id", reason
    for target in _targets(node, binding, model):
        function = model.syntax.function_of(target)
        if function is None:
            continue
        for load in model.uses(function).of(target):
            if is_made_an_object(load, model):
                yield target.id, "it is handed to `UUID()`"
            reason = _refusal(Binder(ids).of(load), model)
            if reason is not None:
                yield target.id, reason


def _refusal(binding: Binding, model: SemanticModel) -> str | None:
    """Why what the value is bound to refuses ids of the generator."""
    declared = declared_form(binding, model)
    return (
        needs_object(binding, model)
        or (declared.says if declared is not None else None)
        or has_fixed_form((binding.name,), "", "")
    )


def _targets(node: ast.expr, binding: Binding, model: SemanticModel) -> list[ast.Name]:
    """The local variables that hold the id, or the ids."""
    if isinstance(binding.target, ast.Name):
        return [binding.target]
    match model.syntax.parent(node):
        case ast.Assign(targets=[ast.Tuple() | ast.List() as target]):
            names = (part for part in walk(target) if isinstance(part, ast.Name))
            return [name for name in names if name.id != "_"]
    return []
