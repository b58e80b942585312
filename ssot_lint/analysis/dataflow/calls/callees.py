"""Which functions of a file a call may run: by name, by class, out of a container."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ssot_lint.analysis.dataflow.calls.possible_values import PossibleValues
from ssot_lint.analysis.dataflow.calls.receivers import Receivers
from ssot_lint.analysis.dataflow.library import LOADING, RUNNING_WITH, WRAPPING
from ssot_lint.analysis.dataflow.references import Defined, References
from ssot_lint.analysis.semantics.signatures import Fields
from ssot_lint.analysis.syntax.parsing import last_name, last_name_of

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
    fixed: int = 0
    """How many arguments by position it has got before the call: those of `partial`."""


class Callees:
    """Finds the functions of one file that calls run."""

    def __init__(
        self,
        references: References,
        values: PossibleValues,
        fields: Fields,
        receivers: Receivers,
    ) -> None:
        self._references = references
        self._fields = fields
        self._receivers = receivers
        self._values = values
        self._by_place: dict[str, list[Defined]] = {}

    def of(self, call: ast.Call) -> list[Callee]:
        """Those that a call may run, by what it names or takes out of a container."""
        func = call.func
        if isinstance(func, ast.Lambda):
            return [Callee(self._references.definition(func))]
        name = last_name_of(func)
        named = list(self._by_name(func, name))
        found = [one for one in named if _fits(one.function, call)]
        for one in named:
            found += map(Callee, self._values.wrappers(one.function))
        found += [Callee(init) for init in self.inits(name)]
        if not (named and isinstance(func, ast.Attribute)):
            known = {one.function for one in named}
            found += [one for one in self.out_of(func) if one.function not in known]
        return found

    def is_open(self, call: ast.Call) -> bool:
        """Whether a call runs what is put somewhere where the file only finds it."""
        func = call.func
        if not isinstance(func, (ast.Name, ast.Attribute)) or self.of(call):
            return False
        if isinstance(func, ast.Attribute):
            return self.is_left_open(func)
        is_bound = func.id in self._references.functions or self._is_given(func)
        return not is_bound and bool(self._values.iterated(func.id))

    def is_left_open(self, func: ast.expr) -> bool:
        """Whether others put a function under a name: into a field that has none, into a module."""
        if not isinstance(func, ast.Attribute):
            return False
        if any(_is_loaded(value.node) for value in self._values.of(func.value)):
            return True
        given = self._values.of(func) if self._is_own(func) else []
        return bool(given) and all(_is_none(value.node) for value in given)

    def _is_variable(self, name: ast.Name) -> bool:
        """Whether a name gets its value in the file, as a parameter, by assignment or in a loop."""
        return self._is_given(name) or bool(self._values.iterated(name.id))

    def _is_given(self, name: ast.Name) -> bool:
        is_taken = self._references.function_taking(name) is not None
        return is_taken or bool(self._references.values(name))

    def _is_own(self, func: ast.Attribute) -> bool:
        """Whether an attribute is one of the object that a method is run on."""
        function = self._references.function_around(func)
        own = function.arguments[:1] if function is not None and function.in_class else []
        return isinstance(func.value, ast.Name) and [arg.arg for arg in own] == [func.value.id]

    def handed_in(self, func: ast.expr) -> list[tuple[Defined, str]]:
        """The parameters, each with its function, that may hand in what an expression is."""
        if isinstance(func, ast.Attribute) and not self._is_own(func):
            return []
        if isinstance(func, ast.Name) and not self._is_variable(func):
            return []
        nodes = [func, *(value.node for value in self._values.of(func) if not value.fixed)]
        found: list[tuple[Defined, str]] = []
        for node in nodes:
            function = (
                self._references.function_taking(node) if isinstance(node, ast.Name) else None
            )
            if isinstance(node, ast.Name) and function is not None:
                own = function.arguments[:1] if function.in_class else []
                if not any(arg.arg == node.id for arg in own):  # the object of the method
                    found.append((function, node.id))
        return found

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
        known = self._distinct(name)
        if not known or not isinstance(func, ast.Attribute):
            yield from map(Callee, known)
            return
        classes = self._receivers.classes_of(func.value)
        own = [one for one in known if classes is not None and one.owner in classes]
        if own:
            yield from map(Callee, own)
            return
        is_shared = name in SHARED_NAMES or len({one.owner for one in known}) > 1
        for one in known:
            if classes is None or not one.in_class or self._hands_on(classes):
                yield Callee(one, is_guess=is_shared and one.in_class)

    def _distinct(self, name: str) -> Sequence[Defined]:
        """The functions of a name; one of those that a later one replaces with the same arguments.

        What gets an argument is told by the names of the function and of the parameter.
        """
        if name not in self._by_place:
            functions = self._references.functions.get(name, ())
            places = {(one.scope, one.names, len(one.parameters)): one for one in functions}
            self._by_place[name] = list(places.values())
        return self._by_place[name]

    def _hands_on(self, classes: list[str]) -> bool:
        """Whether objects of classes have attributes that are not written out."""
        return any(
            one.owner in classes for one in self._references.functions.get("__getattr__", ())
        )

    def out_of(self, func: ast.expr) -> list[Callee]:
        """Those that an expression may stand for that does not name them."""
        found = (Callee(one, fixed=fixed) for one, fixed in self._values.functions(func))
        return list(dict.fromkeys(found))


def _is_loaded(node: ast.AST) -> bool:
    """Whether it is a module that is chosen while the program runs."""
    return isinstance(node, ast.Call) and last_name_of(node.func) in LOADING


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


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
        if receiver[:1].isupper() and receiver == function.owner:
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
