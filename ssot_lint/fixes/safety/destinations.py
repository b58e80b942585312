"""Where the file puts a generated id that it does not suit: `uuid.UUID()`, a narrow column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import libcst as cst

from ssot_lint.analysis.syntax.libcst_nodes import last_name, walk
from ssot_lint.fixes.file_context import FileContext
from ssot_lint.fixes.safety.hazards import (
    declared_form,
    has_fixed_form,
    is_made_an_object,
    needs_object,
)
from ssot_lint.ids.bindings import Binder, Binding


def unsuited(made: Iterable[cst.BaseExpression], file: FileContext) -> str | None:
    """What goes wrong with one of the ids, or pieces of ids, that the generator made.

    A sentence for a message; None when nothing in sight does.
    """
    for node in made:
        for name, reason in _reasons(node, file):
            return f"mind `{name}`: {reason}, which ids of the generator do not suit"
    return None


def _reasons(node: cst.BaseExpression, file: FileContext) -> Iterator[tuple[str, str]]:
    binding = Binder(file.ids).of(node)
    reason = _refusal(binding, file)
    if reason is not None:
        yield binding.name or "the id", reason
    for target in _targets(node, binding, file):
        scope = file.semantics.scope_of(target)
        if not isinstance(scope, cst.FunctionDef):
            continue
        for load in file.semantics.uses(scope).of(target):
            if is_made_an_object(load, file):
                yield target.value, "it is handed to `UUID()`"
            reason = _refusal(Binder(file.ids).of(load), file)
            if reason is not None:
                yield target.value, reason


def _refusal(binding: Binding, file: FileContext) -> str | None:
    """Why what the value is bound to refuses ids of the generator."""
    declared = declared_form(binding, file)
    return (
        needs_object(binding, file)
        or (declared.says if declared is not None else None)
        or has_fixed_form((binding.name,), "", "")
    )


def _targets(node: cst.BaseExpression, binding: Binding, file: FileContext) -> list[cst.Name]:
    """The local variables that hold the id, or the ids."""
    if isinstance(binding.target, cst.Name):
        return [binding.target]
    assign = file.semantics.parent(node)
    if not isinstance(assign, cst.Assign) or len(assign.targets) != 1:
        return []
    target = assign.targets[0].target
    if not isinstance(target, (cst.Tuple, cst.List)):
        return []
    names = (part for part in walk(target) if isinstance(part, cst.Name))
    return [name for name in names if last_name(name) != "_"]
