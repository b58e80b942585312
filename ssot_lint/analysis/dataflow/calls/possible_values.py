"""What an expression may stand for: what names, parameters and fields get, and calls give."""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ssot_lint.analysis.dataflow.library import FIXING_ARGUMENTS, WRAPPING, rows_of
from ssot_lint.analysis.dataflow.references import Defined, References, references_of
from ssot_lint.analysis.semantics.bindings import FUNCTION_NODES, FunctionNode
from ssot_lint.analysis.semantics.semantic_model import SemanticModel
from ssot_lint.analysis.semantics.signatures import Fields
from ssot_lint.analysis.syntax.parsing import children, last_name, last_name_of, walk

# What gives an element of a container, or one that holds its elements.
_TAKING = frozenset({"get", "pop", "values", "items", "setdefault", "copy"})
# What gives numbers like those that it is handed.
_COUNTING = frozenset({"range", "count"})
# How many names, calls and containers a function is followed through, and how many values of one
# expression are looked at.
_DEEPEST = 6
_MOST = 100


@dataclass(frozen=True)
class PossibleValue:
    """What an expression may stand for."""

    node: ast.AST
    """A function of the file, or an expression that it gets its value from."""
    fixed: int = 0
    """How many arguments by position it has got already: those of `partial`."""
    calls: int = 0
    """How often it is to be called to give what is meant: 0 for that itself."""


class PossibleValues:
    """Finds those of one file. Made once per file: `semantics.once(possible_values)`."""

    def __init__(self, references: References, fields: Fields) -> None:
        self._references = references
        self._fields = fields
        self._known: dict[tuple[str, str], list[ast.expr]] = {}
        self._functions: dict[tuple[Hashable, int], list[tuple[Defined, int]]] = {}
        self._decorating: dict[ast.AST, list[FunctionNode]] = {}
        self._handed: dict[tuple[ast.AST, str], list[ast.expr]] = {}
        self._returned: dict[ast.AST, list[ast.expr]] = {}

    def of(self, node: ast.AST, calls: int = 0) -> list[PossibleValue]:
        """What the expression, or a call of it, may stand for; not the expression itself."""
        first = PossibleValue(node, calls=calls)
        pending = [(first, _DEEPEST)]
        seen = {first}
        found: list[PossibleValue] = []
        # A decorator calls what it decorates: who calls that by its name knows it better.
        taken = self._references.function_taking(node) if isinstance(node, ast.Name) else None
        decorated = self._decorated(taken) if taken is not None else ()
        for value, left in pending:  # grows while it is gone through
            if value is not first and value.node in decorated:
                continue
            if not value.calls and (value is not first or isinstance(node, FUNCTION_NODES)):
                found.append(value)
            for inner in self._given(value) if left else ():
                if len(seen) >= _MOST:
                    break
                if inner not in seen:
                    seen.add(inner)
                    pending.append((inner, left - 1))
        return found

    def functions(self, node: ast.AST, calls: int = 0) -> list[tuple[Defined, int]]:
        """The functions of the file among those, each with how many arguments it has got."""
        key = (self._place_of(node), calls)
        if key not in self._functions:
            self._functions[key] = [
                (self._references.definition(value.node), value.fixed)
                for value in self.of(node, calls)
                if isinstance(value.node, FUNCTION_NODES)
            ]
        return self._functions[key]

    def _place_of(self, node: ast.AST) -> Hashable:
        """What is the same for all reads of a variable, and of a field of a name."""
        match node:
            case ast.Name(id=name):
                return self._references.variable(name, node)
            case ast.Attribute(attr=name):
                return name
        return node

    def wrappers(self, function: Defined) -> Iterator[Defined]:
        """What the decorators of a function, written in the file, make of it."""
        return self._by_decorators(function, 1)

    def decorators(self, function: Defined) -> Iterator[Defined]:
        """The functions of the file that decorate a function."""
        return self._by_decorators(function, 0)

    def _by_decorators(self, function: Defined, calls: int) -> Iterator[Defined]:
        for node in getattr(function.node, "decorator_list", ()):
            if last_name_of(node) in self._references.functions:
                yield from (one for one, _ in self.functions(node, calls))

    def _returned_by(self, function: ast.AST) -> list[ast.expr]:
        """The expressions that a function gives as its result."""
        if isinstance(function, ast.Lambda):
            return [function.body]
        if function not in self._returned:
            own = self._references.defined.get(function)
            self._returned[function] = [
                given.value
                for given in walk(function)
                if isinstance(given, ast.Return) and given.value is not None
                if self._references.function_around(given) is own
            ]
        return self._returned[function]

    def _given(self, value: PossibleValue) -> Iterator[PossibleValue]:
        fixed, calls = value.fixed, value.calls
        match value.node:
            case ast.Call(func=func, args=[first, *rest]) if last_name(func) in WRAPPING:
                some = len(rest) if last_name(func) in FIXING_ARGUMENTS else 0
                yield PossibleValue(first, fixed + some, calls)
            case ast.Call(func=ast.Attribute(value=container, attr=taking)) if taking in _TAKING:
                for inner in self._elements(container, _DEEPEST):
                    yield PossibleValue(inner, fixed, calls)
            case ast.Call(func=ast.Name(id="next"), args=[container, *_]):
                for inner in self._elements(container, _DEEPEST):
                    yield PossibleValue(inner, fixed, calls)
            case ast.Call(func=func):
                for one in self._called_as(last_name(func)):
                    yield PossibleValue(one, fixed, calls)
                yield PossibleValue(func, fixed, calls + 1)
            case function if isinstance(function, FUNCTION_NODES):
                for inner in self._returned_by(function) if calls else ():
                    yield PossibleValue(inner, fixed, calls - 1)
            case ast.Attribute(attr=name) if self._references.is_property(name):
                for defined in self._defined_as(name):
                    yield PossibleValue(defined, fixed, calls + 1)
            case other:
                for meant in self._meant_by(other):
                    yield PossibleValue(meant, fixed, calls)

    def _called_as(self, owner: str) -> Iterator[ast.AST]:
        """How objects of a class are called."""
        for called in self._references.functions.get("__call__", ()):
            if called.owner in self._fields.lineage(owner):
                yield called.node

    def _meant_by(self, node: ast.AST) -> Iterator[ast.AST]:
        match node:
            case ast.Name(id=name):
                yield from self._defined_as(name)
                yield from self._references.values(node)
                for container in self.iterated(name):
                    yield from self._elements(container, _DEEPEST)
                yield from self._handed_as(node)
            case ast.Attribute(attr=name):
                yield from self._defined_as(name)
                yield from self._once("given", name, self._find_given)
                if self._fields.named(name):
                    yield from self._once("field", name, self._find_handed_as_field)
            case ast.Subscript(value=container):
                yield from self._elements(container, _DEEPEST)
            case ast.IfExp(body=body, orelse=orelse):
                yield from (body, orelse)
            case ast.BoolOp(values=values):
                yield from values
            case ast.NamedExpr(value=inner) | ast.Await(value=inner):
                yield inner

    def _defined_as(self, name: str) -> Iterable[ast.AST]:
        return (one.node for one in self._references.functions.get(name, ()))

    def _handed_as(self, node: ast.Name) -> Iterator[ast.AST]:
        """What calls hand a parameter; what a decorator decorates."""
        function = self._references.function_taking(node)
        if function is None:
            return
        yield from self.handed(function, node.id)
        if function.parameters and function.parameters[0].arg == node.id:
            yield from self._decorated(function)

    def _decorated(self, function: Defined) -> list[FunctionNode]:
        """What has a function of the file as its decorator."""
        if function.node not in self._decorating:
            found = self._references.decorated(function.node_name) if function.node_name else []
            self._decorating[function.node] = found
        return self._decorating[function.node]

    def handed(self, function: Defined, name: str) -> list[ast.expr]:
        """What calls of a function, and `partial`, hand a parameter."""
        key = (function.node, name)
        if key not in self._handed:
            self._handed[key] = list(self._find_handed(function, name))
        return self._handed[key]

    def _find_handed(self, function: Defined, name: str) -> Iterator[ast.expr]:
        calls = self._references.calls_of(function)
        for reference in self._references.references(function.node_name):
            call = self._references.parent(reference)
            match call:
                case ast.Call(func=func, args=[first, *_]) if first is reference:
                    if last_name(func) in FIXING_ARGUMENTS:
                        calls.append(ast.Call(reference, call.args[1:], call.keywords))
        given = (function.argument(call, name) for call in calls)
        yield from (one for one in given if one is not None)

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
            case ast.Call(func=func, args=numbers) if last_name(func) in _COUNTING:
                yield from numbers
            case ast.Name() | ast.Attribute() if left:
                name = last_name(container)
                for given in self._values_of(container):
                    if not isinstance(given, (ast.Name, ast.Attribute)):
                        yield from self._elements(given, left - 1)
                yield from self._once("put", name, self._find_put_into)

    def iterated(self, name: str) -> Sequence[ast.expr]:
        """The containers whose elements a name gets in a loop."""
        return self._once("iterated", name, self._find_iterated)

    def _values_of(self, node: ast.Name | ast.Attribute) -> Sequence[ast.expr]:
        """What assignments give a variable, or an attribute of a name."""
        if isinstance(node, ast.Name):
            return self._references.values(node)
        return self._once("given", node.attr, self._find_given)

    def _once(
        self, what: str, name: str, find: Callable[[str], Iterator[ast.expr]]
    ) -> list[ast.expr]:
        """What is found of a name: many calls may ask for the same one."""
        if (what, name) not in self._known:
            self._known[what, name] = list(find(name))
        return self._known[what, name]

    def _find_given(self, name: str) -> Iterator[ast.expr]:
        """What assignments give an attribute, of whatever object, or a name of a class."""
        for piece in self._references.pieces_about(name):
            match piece:
                case ast.Assign(targets=targets, value=value):
                    if any(last_name(target) == name for target in targets):
                        yield value
                case ast.AnnAssign(target=target, value=ast.expr() as value):
                    if last_name(target) == name:
                        yield value

    def _find_handed_as_field(self, name: str) -> Iterator[ast.expr]:
        """What calls of classes hand a field."""
        for piece in self._references.pieces_about(name):
            for node in walk(piece):
                match node:
                    case ast.keyword(arg=arg, value=value) if arg == name:
                        yield value
                    case ast.AnnAssign(target=ast.Name(id=bound)) if bound == name:
                        owner = self._references.parent(node)
                        if isinstance(owner, ast.ClassDef):
                            yield from self._by_position(owner.name, name)

    def _by_position(self, owner: str, name: str) -> Iterator[ast.expr]:
        positional = self._fields.positional(owner)
        at = positional.index(name) if name in positional else len(positional)
        for call in self._references.calls(owner):
            yield from call.args[at : at + 1]

    def _find_put_into(self, name: str) -> Iterator[ast.expr]:
        """What is put into a container of a name: `c[k] = f`, `c.append(f)`."""
        for piece in self._references.pieces_about(name):
            match piece:
                case ast.Assign(targets=[ast.Subscript(value=container)], value=value):
                    if _container(container) == name:
                        yield value
                case ast.Expr(
                    value=ast.Call(func=ast.Attribute(value=container, attr=putting), args=args)
                ) if rows_of(putting, enters=True):
                    if _container(container) == name:
                        yield from args

    def _find_iterated(self, name: str) -> Iterator[ast.expr]:
        for piece in self._references.pieces_about(name):
            around = self._references.parent(piece)
            loops = [around] if isinstance(around, (ast.For, ast.AsyncFor)) else []
            for loop in loops:
                if loop.target is piece and name in _names_in(piece):
                    yield loop.iter
            for node in walk(piece):
                if isinstance(node, ast.comprehension) and name in _names_in(node.target):
                    yield node.iter


def possible_values(semantics: SemanticModel) -> PossibleValues:
    """Those of a file."""
    return PossibleValues(semantics.once(references_of), semantics.fields)


def _container(node: ast.expr) -> str:
    """The name of a container, through what gives the one of its elements that is meant."""
    while True:
        match node:
            case ast.Subscript(value=inner):
                node = inner
            case ast.Call(func=ast.Attribute(value=inner, attr=taking)) if taking in _TAKING:
                node = inner
            case _:
                return last_name(node)


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
