"""To which parameters the positional arguments of a call go, as far as the file says so."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from ssot_lint.analysis.semantics.control_flow.walk import all_params
from ssot_lint.analysis.syntax.libcst_nodes import last_name
from ssot_lint.ids.kinds import class_names
from ssot_lint.ids.model import IdModel

_DATACLASS = frozenset({"dataclass", "define", "frozen", "mutable", "attrs", "s"})


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
    if not defined and is_context_class(ids, node.func):
        dotted = ids.semantics.names.dotted(node.func)
        called_as = {called, *(name.rpartition(".")[2] for name in dotted)}
        if called_as & class_names(ids.settings):
            yield ["user_id", *ids.settings.context_ids]


def _parameters(
    ids: IdModel, definition: cst.FunctionDef | cst.ClassDef, call: cst.Call
) -> list[str]:
    """The names of the parameters that the call's positional arguments go to."""
    if isinstance(definition, cst.ClassDef):
        return _constructor_parameters(definition)
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


def _constructor_parameters(owner: cst.ClassDef) -> list[str]:
    """What calls of the class are handed, by position; empty when the class does not say."""
    methods = [part for part in owner.body.body if isinstance(part, cst.FunctionDef)]
    for method in methods:
        if method.name.value == "__init__":
            return _positional_parameters(method)[1:]
    if any(method.name.value == "__new__" for method in methods):
        return []
    decorators = {_decorator_name(decorator) for decorator in owner.decorators}
    bases = {last_name(base.value) for base in owner.bases}
    if bases == {"NamedTuple"} or (decorators & _DATACLASS and not bases):
        return [name for part in owner.body.body for name in _field_names(part)]
    return []


def _decorator_name(decorator: cst.Decorator) -> str | None:
    node = decorator.decorator
    return last_name(node.func if isinstance(node, cst.Call) else node)


def _field_names(statement: cst.CSTNode) -> Iterator[str]:
    """The field that an annotated name in a dataclass makes, if it is one of the constructor's."""
    if not isinstance(statement, cst.SimpleStatementLine):
        return
    for small in statement.body:
        if not isinstance(small, cst.AnnAssign) or not isinstance(small.target, cst.Name):
            continue
        annotation = small.annotation.annotation
        if isinstance(annotation, cst.Subscript):
            annotation = annotation.value
        out = isinstance(small.value, cst.Call) and any(
            arg.keyword is not None and arg.keyword.value in ("init", "kw_only")
            for arg in small.value.args
        )
        if last_name(annotation) not in ("ClassVar", "KW_ONLY") and not out:
            yield small.target.value


def _positional_parameters(function: cst.FunctionDef) -> list[str]:
    keyword_only = set(function.params.kwonly_params)
    return [
        param.name.value
        for param in all_params(function.params)
        if param not in keyword_only and not param.star
    ]
