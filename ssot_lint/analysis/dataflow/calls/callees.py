"""Which functions of a file a call may run: by name, by class, out of a container."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ssot_lint.analysis.dataflow.calls.receivers import Receivers
from ssot_lint.analysis.dataflow.library import RUNNING_WITH, WRAPPING, rows_of
from ssot_lint.analysis.dataflow.references import Defined, References
from ssot_lint.analysis.semantics.signatures import Fields
from ssot_lint.analysis.syntax.parsing import children, last_name, last_name_of

# What gives an element of a container, or one that holds its elements.
_TAKING = frozenset({"get", "pop", "values", "items", "setdefault", "copy"})
# Decorators behind which a function takes what it is written to take.
_KEEPING = frozenset({
    "staticmethod", "classmethod", "abstractmethod", "override", "final", "asynccontextmanager",
    "contextmanager", "overload",
})  # fmt: skip
# Names that methods of dicts, lists, sets and queues have.
SHARED_NAMES = frozenset({
    "get", "set", "add", "pop", "put", "update", "append", "insert", "remove", "discard", "extend",
    "keys", "values", "items", "copy", "clear", "setdefault", "index", "count",
})  # fmt: skip
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


@dataclass(frozen=True)
class Callee:
    """A function of the file that a call may run."""

    function: Defined
    is_guess: bool = False
    """Whether it is known by its name alone, which something else may have, too."""


class Callees:
    """Finds the functions of one file that calls run."""

    def __init__(self, references: References, fields: Fields, receivers: Receivers) -> None:
        self._references = references
        self._fields = fields
        self._receivers = receivers
        self._known: dict[tuple[str, str], list[ast.expr]] = {}

    def of(self, call: ast.Call) -> list[Callee]:
        """Those that a call may run, by what it names or takes out of a container."""
        func = call.func
        if isinstance(func, ast.Lambda):
            return [Callee(self._references.definition(func))]
        name = last_name_of(func)
        found = [one for one in self._by_name(func, name) if _fits(one.function, call)]
        found += [Callee(init) for init in self.inits(name)]
        return [*found, *(Callee(defined) for defined in self.out_of(func))]

    def named(self, name: str) -> list[Defined]:
        """Those that some call of a name may run."""
        return [*self._references.functions.get(name, ()), *self.inits(name)]

    def inits(self, owner: str) -> list[Defined]:
        """The methods that a call of a class hands its arguments; they may be inherited."""
        inits = self._references.functions.get("__init__", ())
        for one in self._fields.lineage(owner):
            own = [init for init in inits if init.scope.split(".")[-2:-1] == [one]]
            if own:
                return own
        return []

    def _by_name(self, func: ast.expr, name: str) -> Iterator[Callee]:
        known = self._references.functions.get(name, ())
        if not known or not isinstance(func, ast.Attribute):
            yield from map(Callee, known)
            return
        classes = self._receivers.classes_of(func.value)
        own = [one for one in known if classes is not None and _owner(one) in classes]
        if own:
            yield from map(Callee, own)
            return
        is_shared = name in SHARED_NAMES or len({_owner(one) for one in known}) > 1
        for one in known:
            if classes is None or not one.in_class:
                yield Callee(one, is_guess=is_shared and one.in_class)

    def out_of(self, func: ast.expr) -> list[Defined]:
        """Those that an expression which is called may be without naming them."""
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

    def _given(self, name: str) -> list[ast.expr]:
        """What assignments give a name or an attribute."""
        return self._once("given", name, self._find_given)

    def _put_into(self, name: str) -> list[ast.expr]:
        """What is put into a container of a name: `c[k] = f`, `c.append(f)`."""
        return self._once("put", name, self._find_put_into)

    def _iterated(self, name: str) -> list[ast.expr]:
        """The containers whose elements a name gets in a loop."""
        return self._once("iterated", name, self._find_iterated)

    def _once(
        self, what: str, name: str, find: Callable[[str], Iterator[ast.expr]]
    ) -> list[ast.expr]:
        """What is found of a name: many calls may ask for the same one."""
        if (what, name) not in self._known:
            self._known[what, name] = list(find(name))
        return self._known[what, name]

    def _find_given(self, name: str) -> Iterator[ast.expr]:
        for piece in self._references.pieces_about(name):
            match piece:
                case ast.Assign(targets=targets, value=value):
                    if any(last_name(target) == name for target in targets):
                        yield value
                case ast.AnnAssign(target=target, value=ast.expr() as value):
                    if last_name(target) == name:
                        yield value

    def _find_put_into(self, name: str) -> Iterator[ast.expr]:
        for piece in self._references.pieces_about(name):
            match piece:
                case ast.Assign(targets=[ast.Subscript(value=container)], value=value):
                    if last_name(container) == name:
                        yield value
                case ast.Expr(
                    value=ast.Call(func=ast.Attribute(value=container, attr=putting), args=args)
                ) if rows_of(putting, enters=True):
                    if last_name(container) == name:
                        yield from args

    def _find_iterated(self, name: str) -> Iterator[ast.expr]:
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


def _owner(method: Defined) -> str:
    """The class that a method is one of; empty for other functions."""
    return method.scope.split(".")[-2] if method.in_class else ""


def _fits(function: Defined, call: ast.Call) -> bool:
    """Whether a function may take what a call hands over, as far as that is written out."""
    given = function.node.args
    is_open = any(isinstance(arg, ast.Starred) for arg in call.args) or any(
        keyword.arg is None for keyword in call.keywords
    )
    if is_open or not function.decorators <= _KEEPING:
        return True
    count, names = len(call.args), {str(keyword.arg) for keyword in call.keywords}
    if function.in_class and isinstance(call.func, ast.Attribute):
        receiver = last_name(call.func.value)
        if receiver[:1].isupper() and receiver == _owner(function):
            return True  # a method of the class that is handed its object
    parameters = function.parameters
    if count > len(parameters) and given.vararg is None:
        return False
    if not names <= function.names and given.kwarg is None:
        return False
    needed = parameters[: len(parameters) - len(given.defaults)][count:]
    needed += [
        arg
        for arg, default in zip(given.kwonlyargs, given.kw_defaults, strict=True)
        if default is None
    ]
    return all(arg.arg in names for arg in needed)
