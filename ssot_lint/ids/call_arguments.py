"""To which parameters the positional arguments of a call go, as far as the file says so."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from ssot_lint.analysis.syntax.libcst_nodes import last_name
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.kinds import class_names


def parameter_lists(ids: IdModel, node: cst.Call) -> Iterator[list[str]]:
    """The names of the parameters that a call's positional arguments go to, if they are known."""
    called = last_name(node.func)
    defined = ids.semantics.names.definitions(node.func)
    lists = [
        _parameters(ids, definition, node)
        for definition in defined
        if definition.name.value == called  # not an alias: the mask does not follow those
    ]
    if lists and all(names == lists[0] for names in lists):
        yield lists[0]
    if not defined and (names := context_parameters(ids, node.func)):
        yield names


def context_parameters(ids: IdModel, func: cst.BaseExpression) -> list[str]:
    """What calls of a context class take by position; empty for all else."""
    dotted = ids.semantics.names.dotted(func)
    called_as = {last_name(func), *(name.rpartition(".")[2] for name in dotted)}
    if called_as & class_names(ids.settings) and is_context_class(ids, func):
        return ["user_id", *ids.settings.context_ids]
    return []


def _parameters(
    ids: IdModel, definition: cst.FunctionDef | cst.ClassDef, call: cst.Call
) -> list[str]:
    """The names of the parameters that the call's positional arguments go to."""
    if isinstance(definition, cst.ClassDef):
        return [name for name, _ in ids.semantics.constructor_of(definition) or ()]
    names = _positional_parameters(definition)
    decorators = {last_name(d.decorator) for d in definition.decorators}
    if not isinstance(call.func, cst.Attribute) or "staticmethod" in decorators:
        return names
    owners = ids.semantics.names.definitions(call.func.value)
    through_class = any(isinstance(owner, cst.ClassDef) for owner in owners)
    return names if through_class and "classmethod" not in decorators else names[1:]


def is_context_class(ids: IdModel, func: cst.BaseExpression) -> bool:
    """Whether the call makes a context: the class, a class method of it, or an alias."""
    names = class_names(ids.settings)
    parts = {part for dotted in ids.semantics.names.dotted(func) for part in dotted.split(".")}
    if parts & names:
        return True
    node = func
    while isinstance(node, cst.Attribute):
        if node.attr.value in names:
            return True
        node = node.value
    if isinstance(node, cst.Name) and node.value in names:
        return True
    return any(
        isinstance(definition, cst.ClassDef) and definition.name.value in names
        for definition in ids.semantics.names.definitions(node)
    )


def _positional_parameters(function: cst.FunctionDef) -> list[str]:
    params = function.params
    return [param.name.value for param in (*params.posonly_params, *params.params)]
