"""Functions that a module makes by an assignment: lambdas, `partial`, methods of its objects."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from copy import copy

from ssot_lint.analysis.syntax.parsing import FUNCTIONS, Function
from ssot_lint.ids.generator.source import last_name, plain_name


def assigned(node: ast.stmt) -> tuple[str, ast.expr] | None:
    """The one name that a statement assigns to, and the value."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return name, value
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            return name, value
    return None


def functions_of(body: Iterable[ast.stmt]) -> dict[str, Function]:
    """The functions of a body by their names; those too that assignments make of an expression."""
    found: dict[str, Function] = {}
    for node in body:
        if isinstance(node, FUNCTIONS):
            found[node.name] = node
        elif (pair := assigned(node)) is not None:
            name, value = pair
            function = as_function(name, value, found.get(partial_of(value)))
            if function is not None:
                found[name] = function
    return found


def partial_of(value: ast.expr) -> str:
    """The name of the function that `partial` is handed; empty where the value is none."""
    match value:
        case ast.Call(func=func, args=[ast.Name(id=name), *_]) if last_name(func) == "partial":
            return name
    return ""


def as_function(name: str, value: ast.expr, taken: ast.AST | None = None) -> Function | None:
    """A lambda, or `partial` of a function that is `taken`, as the `def` that does the same."""
    match value:
        case ast.Lambda(args=args, body=body):
            return _defined(name, args, body, None, value)
        case ast.Call(args=[_, *given]) if isinstance(taken, ast.FunctionDef):
            return _partial(name, value, given, taken)
    return None


def _partial(
    name: str, value: ast.Call, given: list[ast.expr], taken: ast.FunctionDef
) -> Function | None:
    """With the arguments that are left; None where it is not plain which these are."""
    args = taken.args
    positional = [*args.posonlyargs, *args.args]
    keywords = {one.arg for one in value.keywords}
    left = positional[len(given) :]
    are_plain = not (args.vararg or args.kwarg or taken.decorator_list)
    are_plain &= not any(isinstance(one, ast.Starred) for one in given) and None not in keywords
    open_ = [one for one in left if one.arg not in keywords]
    # What stands behind an argument that is given by its name cannot be handed over by position.
    if not are_plain or len(given) > len(positional) or left[: len(open_)] != open_:
        return None
    kept = [one for one in args.kwonlyargs if one.arg not in keywords]
    defaults = dict(zip(reversed(positional), reversed(args.defaults), strict=False))
    by_name = dict(zip(args.kwonlyargs, args.kw_defaults, strict=True))
    rest = ast.arguments(
        posonlyargs=[one for one in open_ if one in args.posonlyargs],
        args=[one for one in open_ if one not in args.posonlyargs],
        vararg=None,
        kwonlyargs=kept,
        kw_defaults=[by_name[one] for one in kept],
        kwarg=None,
        defaults=[defaults[one] for one in open_ if one in defaults],
    )
    handed = [ast.keyword(one.arg, ast.Name(one.arg, ast.Load())) for one in kept]
    by_position = [*given, *(ast.Name(one.arg, ast.Load()) for one in open_)]
    call = ast.Call(value.args[0], by_position, [*value.keywords, *handed])
    return _defined(name, rest, call, taken.returns, value)


def _defined(
    name: str, args: ast.arguments, body: ast.expr, returns: ast.expr | None, place: ast.expr
) -> Function:
    returned = ast.copy_location(ast.Return(body), place)
    function = ast.FunctionDef(
        name=name, args=args, body=[returned], decorator_list=[], returns=returns
    )
    return ast.fix_missing_locations(ast.copy_location(function, place))


def static(node: Function) -> Function:
    """A function as one of a class that takes no object."""
    known = copy(node)
    known.decorator_list = [*node.decorator_list, ast.Name("staticmethod", ast.Load())]
    return known


def method_of_object(value: ast.expr) -> tuple[str, str] | None:
    """`ids` and `new` of `ids.new`: the name of an object or a class, and the method's."""
    owner, _, method = plain_name(value).rpartition(".")
    return (owner, method) if owner and "." not in owner else None
