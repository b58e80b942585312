"""To which parameters the positional arguments of a call go, as far as the file says so."""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Set

from ssot_lint.analysis.dataflow.backward import choices
from ssot_lint.analysis.dataflow.strings import literal_head
from ssot_lint.analysis.syntax.ast_nodes import Syntax, statements
from ssot_lint.analysis.syntax.parsing import (
    FUNCTIONS,
    Function,
    dotted_name,
    last_name,
    last_name_of,
    parameters,
    plain_text,
    walk,
)
from ssot_lint.ids.id_model import ANY_KIND, HARMLESS, Callee, IdModel
from ssot_lint.ids.kinds import (
    class_names,
    kind_of,
    kinds_of_arguments,
    own_kind,
    told_apart,
)

# What asks whether an id has a form, and does not keep it.
ASKING = re.compile(r"_*(is|has|check|validate|assert|ensure|verify|parse|extract)(_|$)")
# Decorators behind which a function takes what it says.
_HANDING_ON = HARMLESS | {"abstractmethod", "asynccontextmanager", "contextmanager", "overload"}
CONSTRUCTORS = frozenset({"__init__", "__new__"})


def call_handed(node: ast.AST, syntax: Syntax) -> tuple[ast.Call, str | None] | None:
    """The call that is handed an expression, and the keyword by which, if there is one."""
    parent = syntax.parent(node)
    keyword = None
    if isinstance(parent, (ast.keyword, ast.Starred)):
        keyword = parent.arg if isinstance(parent, ast.keyword) else None
        parent = syntax.parent(parent)
    is_handed = isinstance(parent, ast.Call) and node is not parent.func
    return (parent, keyword) if is_handed and isinstance(parent, ast.Call) else None


def named_arguments(ids: IdModel, call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """Names of parameters and what a call hands to them, as far as they are known."""
    for keyword in call.keywords:
        if keyword.arg is not None:
            yield keyword.arg, keyword.value
    starred = (at for at, arg in enumerate(call.args) if isinstance(arg, ast.Starred))
    positional = call.args[: next(starred, None)]
    if positional:
        for names in parameter_lists(ids, call):
            yield from zip(names, positional, strict=False)


def parameter_lists(ids: IdModel, node: ast.Call) -> Iterator[list[str]]:
    """The names of the parameters that a call's positional arguments go to, if they are known."""
    called = last_name(node.func)
    names = ids.semantics.names
    defined = names.definitions(node.func) if called in ids.semantics.defined else []
    lists = [
        _parameters(ids, definition, node)
        for definition in defined
        if definition.name == called  # not an alias
    ]
    if lists and all(taken == lists[0] for taken in lists):
        yield lists[0]
    if not defined:
        taken = context_parameters(ids, node.func) or _parameters_elsewhere(ids, node)
        if taken:
            yield taken


def context_parameters(ids: IdModel, func: ast.expr) -> list[str]:
    """What calls of a context class take by position; empty for all else."""
    if not ids.semantics.may_be(func, class_names(ids.settings)):
        return []
    dotted = ids.semantics.names.dotted(func)
    called_as = {last_name(func), *(name.rpartition(".")[2] for name in dotted)}
    if called_as & class_names(ids.settings) and is_context_class(ids, func):
        return ["user_id", *ids.settings.context_ids]
    return []


def _parameters_elsewhere(ids: IdModel, call: ast.Call) -> list[str]:
    """As other files have it; asked only where it may matter to which parameter an id goes."""
    if not ids.follows_calls or not _may_matter(ids, call):
        return []
    # To know what a name stands for takes a look at the whole function: first what costs little.
    names = ids.semantics.names
    if names.method_of(call.func) is not None or ASKING.match(last_name(call.func)):
        return []
    is_imported = root_name(call.func) in imported_names(ids)
    if (is_imported and not names.dotted(call.func)) or not _is_settled(ids, call.func):
        return []
    found = {tuple(_taken_by(callee)) for callee in ids.callees(call.func)}
    return list(found.pop()) if len(found) == 1 else []


def _is_settled(ids: IdModel, func: ast.expr) -> bool:
    """Whether what a call is made of is one thing all the time, as far as the file says.

    A variable that is bound once, a parameter that is not bound again, an attribute that one
    statement sets; of which nothing asks whether it is an object of some class.
    """
    if not isinstance(func, ast.Attribute):
        return True
    owner = func.value
    while isinstance(owner, ast.Attribute):
        if ids.once(_set_attributes)[owner.attr] > 1 or _is_asked_about(ids, owner):
            return False
        owner = owner.value
    return not isinstance(owner, ast.Name) or (
        _is_bound_once(ids, owner) and not _is_asked_about(ids, owner)
    )


def _set_attributes(ids: IdModel) -> Counter[str]:
    """How often the file sets attributes, by their names."""
    attributes = ids.semantics.syntax.of(ast.Attribute)
    return Counter(one.attr for one in attributes if isinstance(one.ctx, ast.Store))


def _is_asked_about(ids: IdModel, node: ast.expr) -> bool:
    """Whether the file asks of an expression whether it is an object of some class."""
    return f"isinstance({ast.unparse(node)}," in ids.semantics.text.text


def _is_bound_once(ids: IdModel, name: ast.Name) -> bool:
    """Whether a name has one value in the scope that binds it."""
    scopes: Iterator[Function | ast.Module]
    scopes = ids.semantics.syntax.around(name, *FUNCTIONS, ast.Module)
    for scope in scopes:
        found = ids.semantics.binders(scope).get(name.id, ())
        is_parameter = isinstance(scope, FUNCTIONS) and name.id in {
            arg.arg for arg in parameters(scope.args)
        }
        if is_parameter or found:
            is_one = len(found) + is_parameter == 1
            return is_one and all(_gives_one(ids, binder) for binder in found)
    return True


def _gives_one(ids: IdModel, binder: ast.AST) -> bool:
    """Whether what binds a name gives it one value, and not parts of one, or each in turn."""
    if isinstance(binder, (ast.Import, ast.ImportFrom, *FUNCTIONS, ast.ClassDef)):
        return True
    around = ids.semantics.syntax.parent(binder)
    return isinstance(around, (ast.Assign, ast.AnnAssign, ast.NamedExpr))


def _may_matter(ids: IdModel, call: ast.Call) -> bool:
    """Whether a call may hand a literal, or an id of another kind, to what is for ids of a kind."""
    kinds = _kinds_that_may_go_to(ids, call.func)
    if not kinds:
        return False
    is_for_prefixed = any(kind in kinds for kind, _ in ids.settings.id_prefixes)
    return (is_for_prefixed and any(map(_may_be_literal, call.args))) or _may_mix(ids, call)


def _may_mix(ids: IdModel, call: ast.Call) -> bool:
    """Whether a call hands an id of one kind to what may take another one."""
    kinds = _kinds_that_may_go_to(ids, call.func)
    return bool(kinds) and any(
        kinds - {kind} for arg in call.args for kind in _kinds_named(ids, arg)
    )


def _kinds_that_may_go_to(ids: IdModel, func: ast.expr) -> Set[str]:
    """Of which kinds the ids are that a function of another file may take, by its name.

    Of a class that is imported all: who it inherits from may take them.
    """
    taken = ids.once(_kinds_taken)
    every = frozenset(kinds_of_arguments(ids.settings))
    is_class = last_name(func)[:1].isupper()
    if taken is None or is_class:
        # Nothing is known of any function: only those that are imported can be read all the same.
        return every if root_name(func) in imported_names(ids) else frozenset()
    kinds = taken.get(_called_as(ids, func), frozenset())
    return every if ANY_KIND in kinds else kinds


def _called_as(ids: IdModel, func: ast.expr) -> str:
    """What a function is called where it is defined, if an import gives it another name."""
    name = last_name(func)
    return ids.once(_renamed).get(name, name) if isinstance(func, ast.Name) else name


def _renamed(ids: IdModel) -> Mapping[str, str]:
    imports = ids.semantics.names.imports
    named = (alias for node in imports if isinstance(node, ast.ImportFrom) for alias in node.names)
    return {alias.asname: alias.name for alias in named if alias.asname is not None}


def _kinds_taken(ids: IdModel) -> Mapping[str, frozenset[str]] | None:
    """Of which kinds the ids are that functions may take which the file hands something to."""
    calls = ids.semantics.syntax.of(ast.Call)
    called = {_called_as(ids, call.func) for call in calls if any(map(_may_say_kind, call.args))}
    return ids.callees.kinds_taken(called - {""})


def _may_say_kind(node: ast.expr) -> bool:
    """Whether an argument is a literal, or has a name that may be that of an id; or a choice."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    name = last_name(node)
    return "id" in name.lower() if name else not isinstance(node, ast.Starred)


def _kinds_named(ids: IdModel, node: ast.expr) -> Iterator[str]:
    """The kinds of ids that an argument has the names of, and maybe others."""
    for part in walk(node):
        name = plain_text(part) if isinstance(part, ast.Constant) else last_name(part)
        kind = own_kind(name, told_apart(ids.settings)) if name and "d" in name.lower() else None
        if kind is not None:
            yield kind


def _taken_by(callee: Callee) -> list[str]:
    """What a call hands its arguments to; nothing where a decorator may hand on others."""
    if isinstance(callee.node, ast.ClassDef):
        return [name for name, _ in callee.ids.semantics.signatures.of_class(callee.node) or ()]
    decorators = map(last_name_of, callee.node.decorator_list)
    return [arg.arg for arg in callee.positional] if _HANDING_ON.issuperset(decorators) else []


def _may_be_literal(node: ast.expr) -> bool:
    """Whether it is a literal, or what a choice may give is."""
    return any(literal_head(part) is not None for part in choices(node))


def _parameters(ids: IdModel, definition: Function | ast.ClassDef, call: ast.Call) -> list[str]:
    """The names of the parameters that the call's positional arguments go to."""
    if isinstance(definition, ast.ClassDef):
        return [name for name, _ in ids.semantics.signatures.of_class(definition) or ()]
    given = definition.args
    names = [arg.arg for arg in (*given.posonlyargs, *given.args)]
    decorators = {last_name(decorator) for decorator in definition.decorator_list}
    if not isinstance(call.func, ast.Attribute) or "staticmethod" in decorators:
        return names
    owners = ids.semantics.names.definitions(call.func.value)
    through_class = any(isinstance(owner, ast.ClassDef) for owner in owners)
    return names if through_class and "classmethod" not in decorators else names[1:]


def imported_names(ids: IdModel) -> frozenset[str]:
    """The names that imports of a file bind, but for those of Python's own modules."""
    return ids.once(_find_imported)


def _find_imported(ids: IdModel) -> frozenset[str]:
    found: set[str] = set()
    for node in ids.semantics.names.imports:
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level or module.partition(".")[0] not in sys.stdlib_module_names:
                found.update(alias.asname or alias.name for alias in node.names)
        else:
            named = ((alias.asname, alias.name.partition(".")[0]) for alias in node.names)
            found.update(
                asname or first for asname, first in named if first not in sys.stdlib_module_names
            )
    return frozenset(found)


def root_name(func: ast.expr) -> str:
    """The name in front of all attributes; empty where there is none."""
    while isinstance(func, ast.Attribute):
        func = func.value
    return func.id if isinstance(func, ast.Name) else ""


def is_context_class(ids: IdModel, func: ast.expr) -> bool:
    """Whether the call makes a context: the class, a class method of it, or an alias."""
    names = class_names(ids.settings)
    dotted = ids.semantics.names.dotted(func)
    if not names.isdisjoint(part for name in dotted for part in name.split(".")):
        return True
    node = func
    while isinstance(node, ast.Attribute):
        if node.attr in names:
            return True
        node = node.value
    if isinstance(node, ast.Name) and node.id in names:
        return True
    return any(
        isinstance(definition, ast.ClassDef) and definition.name in names
        for definition in ids.semantics.names.definitions(node)
    )


def takers(ids: IdModel) -> set[str]:
    """What a call may hand an id by position: functions and classes, as the file calls them."""
    kinds = tuple(kind for kind, _ in ids.settings.id_prefixes)
    syntax = ids.semantics.syntax
    functions: list[Function] = syntax.of(*FUNCTIONS)
    found = {function.name for function in functions if _takes_id(function, kinds)}
    for owner in syntax.of(ast.ClassDef):
        if any(_may_take_id(statement, kinds) for statement in statements(owner)[1:]):
            found.add(owner.name)
    return found | _takers_elsewhere(ids) | ids.semantics.aliases(class_names(ids.settings))


def _takers_elsewhere(ids: IdModel) -> set[str]:
    """What others define and the file calls that may take an id of some kinds."""
    if not ids.follows_calls:
        return set()
    kinds = {kind for kind, _ in ids.settings.id_prefixes}
    calls = (call for call in ids.semantics.syntax.of(ast.Call) if call.args)
    return {
        last_name(call.func)
        for call in calls
        if kinds & _kinds_that_may_go_to(ids, call.func)
        if any(map(_may_be_literal, call.args))
    }


def mixing_calls(ids: IdModel) -> set[str]:
    """What others define and the file hands an id by position which may take another kind."""
    if not ids.follows_calls:
        return set()
    return {
        last_name(call.func)
        for call in ids.semantics.syntax.of(ast.Call)
        if call.args and _may_mix(ids, call)
    }


def _takes_id(function: Function, kinds: tuple[str, ...]) -> bool:
    given = (*function.args.posonlyargs, *function.args.args)
    return any(kind_of(arg.arg, kinds) for arg in given)


def _may_take_id(statement: ast.AST, kinds: tuple[str, ...]) -> bool:
    """Whether a statement of a class may have calls of that take an id."""
    if isinstance(statement, FUNCTIONS):
        return statement.name in CONSTRUCTORS and _takes_id(statement, kinds)
    if not isinstance(statement, ast.AnnAssign):
        return False
    return kind_of(dotted_name(statement.target), kinds) is not None
