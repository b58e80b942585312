"""Which functions of a file a call may run where it does not say their name: out of a container."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ssot_lint.analysis.dataflow.library import RUNNING_WITH, WRAPPING
from ssot_lint.analysis.dataflow.references import Defined, References
from ssot_lint.analysis.syntax.parsing import children, last_name, last_name_of

# What gives an element of a container, or one that holds its elements.
_TAKING = frozenset({"get", "pop", "values", "items", "setdefault", "copy"})
_PUTTING = frozenset({"append", "add", "insert", "setdefault"})
# A container in a container in a container.
_DEEPEST = 3


def is_named(func: ast.expr) -> bool:
    """Whether the source names what is called, by its own name or by that of a parameter."""
    match func:
        case ast.Name() | ast.Attribute() | ast.Lambda():
            return True
        case ast.Call(func=called, args=[_, ast.Constant(), *_]) if last_name(called) == "getattr":
            return True
        case ast.Call(func=called, args=args):
            if last_name(called) in WRAPPING:
                return any(map(is_named, args[:1]))
            return last_name(called) != "getattr" and any(
                isinstance(arg, (ast.Name, ast.Attribute)) for arg in args
            )
        case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name[:1].isupper() and not name.isupper()  # a generic class
        case ast.IfExp(body=body, orelse=orelse):
            return is_named(body) and is_named(orelse)
        case ast.BoolOp(values=values):
            return all(map(is_named, values))
        case ast.NamedExpr(value=value) | ast.Await(value=value):
            return is_named(value)
    return False


def unnamed_in(call: ast.Call) -> ast.expr | None:
    """The function without a name that a call runs, or hands its arguments to."""
    if not is_named(call.func):
        return call.func
    by = RUNNING_WITH.get(last_name_of(call.func))
    if by is None:
        return None
    handed = call.args[by.at : by.at + 1]
    handed += [keyword.value for keyword in call.keywords if keyword.arg == by.keyword]
    return next((node for node in handed if not _may_be_named(node)), None)


def _may_be_named(node: ast.expr) -> bool:
    return isinstance(node, (ast.Constant, ast.Starred)) or is_named(node)


class Callees:
    """Finds the functions of one file that an expression which is called may be."""

    def __init__(self, references: References) -> None:
        self._references = references

    def of(self, func: ast.expr) -> list[Defined]:
        """Those that the expression does not name itself."""
        if isinstance(func, ast.Attribute):
            return []
        found: dict[ast.AST, Defined] = {}
        for value in self._values(func, _DEEPEST):
            for defined in self._named(value):
                found.setdefault(defined.node, defined)
        return list(found.values())

    def _named(self, node: ast.expr) -> Iterable[Defined]:
        if isinstance(node, ast.Lambda):
            return [self._references.definition(node)]
        return self._references.functions.get(last_name(node), ())

    def _values(self, node: ast.expr, left: int) -> Iterator[ast.expr]:
        """The expressions that give an expression its value."""
        if not left:
            return
        match node:
            case ast.Name(id=name):
                for given in self._given(name):
                    yield given
                    if not isinstance(given, ast.Name):
                        yield from self._values(given, left - 1)
                for container in self._iterated(name):
                    yield from self._elements(container, left - 1)
            case ast.Subscript(value=container):
                yield from self._elements(container, left - 1)
            case ast.Call(func=ast.Attribute(value=container, attr=taking)) if taking in _TAKING:
                yield from self._elements(container, left - 1)
            case ast.Call(func=func, args=[first, *_]) if last_name(func) in WRAPPING:
                yield first
            case ast.IfExp(body=body, orelse=orelse):
                yield from (body, orelse)
            case ast.BoolOp(values=values):
                yield from values
            case ast.NamedExpr(value=value) | ast.Await(value=value):
                yield from self._values(value, left)

    def _elements(self, container: ast.expr, left: int) -> Iterator[ast.expr]:
        """What a container holds, as far as the file says it."""
        match container:
            case ast.Dict(values=values):
                yield from _flat(values)
            case ast.List(elts=elts) | ast.Tuple(elts=elts) | ast.Set(elts=elts):
                yield from _flat(elts)
            case ast.Call(func=ast.Attribute(value=inner, attr=taking)) if taking in _TAKING:
                yield from self._elements(inner, left)
            case ast.Subscript(value=inner):
                yield from self._elements(inner, left)
            case ast.Name() | ast.Attribute() if left:
                for given in self._given(last_name(container)):
                    if not isinstance(given, (ast.Name, ast.Attribute)):
                        yield from self._elements(given, left - 1)
                yield from self._put_into(last_name(container))

    def _given(self, name: str) -> Iterator[ast.expr]:
        """What assignments give a name or an attribute."""
        for piece in self._references.pieces_about(name):
            match piece:
                case ast.Assign(targets=targets, value=value):
                    if any(last_name(target) == name for target in targets):
                        yield value
                case ast.AnnAssign(target=target, value=ast.expr() as value):
                    if last_name(target) == name:
                        yield value

    def _put_into(self, name: str) -> Iterator[ast.expr]:
        """What is put into a container of a name: `c[k] = f`, `c.append(f)`."""
        for piece in self._references.pieces_about(name):
            match piece:
                case ast.Assign(targets=[ast.Subscript(value=container)], value=value):
                    if last_name(container) == name:
                        yield value
                case ast.Expr(
                    value=ast.Call(func=ast.Attribute(value=container, attr=putting), args=args)
                ) if putting in _PUTTING:
                    if last_name(container) == name:
                        yield from args

    def _iterated(self, name: str) -> Iterator[ast.expr]:
        """The containers whose elements a name gets in a loop."""
        for piece in self._references.pieces_about(name):
            around = self._references.parent(piece)
            loops = [around] if isinstance(around, (ast.For, ast.AsyncFor)) else []
            for loop in loops:
                if loop.target is piece and name in _names_in(piece):
                    yield loop.iter


def _flat(elements: Iterable[ast.expr]) -> Iterator[ast.expr]:
    """Elements, those of tuples and lists among them too."""
    for element in elements:
        if isinstance(element, (ast.Tuple, ast.List)):
            yield from _flat(element.elts)
        else:
            yield element


def _names_in(target: ast.AST) -> set[str]:
    below = (target, *children(target))
    return {node.id for node in below if isinstance(node, ast.Name)}
