"""What the value of an expression is made of, followed backward with the rows of the library."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from ssot_lint.analysis.dataflow.library import Port, same_row
from ssot_lint.analysis.semantics.control_flow.reached_uses import Uses
from ssot_lint.analysis.semantics.names import Names
from ssot_lint.analysis.semantics.semantic_model import SemanticModel
from ssot_lint.analysis.syntax.ast_nodes import statements
from ssot_lint.analysis.syntax.parsing import (
    Function,
    arguments_of,
    has_stars,
    integer,
    last_name,
    parameters,
)


class Backward:
    """Follows names to the values they hold. Made once per file: `semantics.once(Backward)`."""

    def __init__(self, semantics: SemanticModel) -> None:
        self._semantics = semantics
        self._uses: dict[Function, Uses] = {}
        self._shared: dict[Function, frozenset[str]] = {}

    def number(self, node: ast.AST | None) -> int | None:
        """The integer that an expression is sure to be: written out, or a name for one."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            number = self.number(node.operand)
            return -number if number is not None else None
        if not isinstance(node, ast.Name):
            return integer(node)
        constant = self.constant(node)
        if isinstance(constant, int):
            return constant
        values = {integer(self.value_of(target)) for target in self.sources(node)}
        return values.pop() if len(values) == 1 else None

    def constant(self, name: ast.Name) -> str | int | None:
        """What the file gives a name in capitals; to look costs little for all others."""
        return self._semantics.constants.get(name.id) if name.id.isupper() else None

    def values(self, node: ast.expr) -> list[ast.expr | None]:
        """The expression itself; for a name, those that it may hold, None for an unknown one."""
        if not isinstance(node, ast.Name):
            return [node]
        return [self.value_of(target) for target in self.sources(node)]

    def sources(self, name: ast.Name) -> Sequence[ast.AST]:
        """The targets and parameters whose value a name in a function may hold, by their place.

        Empty for names from outside, and for those that other functions may change.
        """
        function = self._semantics.syntax.function_of(name)
        if function is None:
            return ()
        if function not in self._uses:
            self._uses[function] = Uses(function.body, parameters(function.args))
            self._shared[function] = _names_shared_in(function)
        if name.id in self._shared[function]:
            return ()
        return sorted(self._uses[function].sources(name), key=_place)

    def uses_of(self, target: ast.Name) -> list[ast.Name] | None:
        """The places where the value of a target in a function is read; None if not known."""
        function = self._semantics.syntax.function_of(target)
        if function is None:
            return None
        uses = self._semantics.uses(function)
        return None if target.id in uses.captured else uses.of(target)

    def value_of(self, target: ast.AST) -> ast.expr | None:
        """The expression that a name gets as its target; None where it is not written out."""
        match self._semantics.syntax.parent(target):
            case ast.Assign(value=value) if target is not value:
                return value
            case ast.AnnAssign() | ast.NamedExpr() as parent if parent.target is target:
                return parent.value
            case ast.Tuple() | ast.List() if (found := self.in_tuple(target)) is not None:
                targets, at, value = found
                if not isinstance(value, (ast.Tuple, ast.List)):
                    return None
                elements = [*targets, *value.elts]
                if len(targets) != len(value.elts) or any(
                    isinstance(element, ast.Starred) for element in elements
                ):
                    return None
                return value.elts[at]
        return None

    def shared_value(self, target: ast.AST) -> ast.expr | None:
        """The value that is unpacked into a tuple of targets which the target is one of."""
        found = self.in_tuple(target)
        return found[2] if found is not None else None

    def in_tuple(self, target: ast.AST) -> tuple[Sequence[ast.expr], int, ast.expr] | None:
        """The targets that a target is one of, its position, and the value that they share."""
        container = self._semantics.syntax.parent(target)
        if not isinstance(container, (ast.Tuple, ast.List)):
            return None
        value = self.value_of(container)
        if value is None:
            return None
        at = next(index for index, other in enumerate(container.elts) if other is target)
        return container.elts, at, value


def _names_shared_in(function: Function) -> frozenset[str]:
    """The names that `global` and `nonlocal` statements in a function declare."""
    inside = (node for node in statements(function) if isinstance(node, (ast.Global, ast.Nonlocal)))
    return frozenset(name for node in inside for name in node.names)


_CHOOSING = frozenset({ast.BoolOp, ast.IfExp, ast.NamedExpr})


def choices(node: ast.expr) -> Iterator[ast.expr]:
    """The expressions whose value `node` can take over: the sides of `or` and of `if else`."""
    if type(node) not in _CHOOSING:
        yield node
        return
    match node:
        case ast.BoolOp(op=ast.Or(), values=values):
            for value in values:
                yield from choices(value)
        case ast.BoolOp(values=[*_, last]):
            yield from choices(last)
        case ast.IfExp():
            yield from choices(node.body)
            yield from choices(node.orelse)
        case ast.NamedExpr():
            yield from choices(node.value)


def handed_on(call: ast.Call, names: Names) -> ast.expr | None:
    """The expression whose text is the result of a call: of `str(x)`, `cast(str, x)`, `x.lower()`.

    It may be in another case, or without what stands around it. None where that is not sure.
    """
    name = last_name(call.func)
    given = arguments_of(call)
    if isinstance(call.func, ast.Attribute) and same_row(name, Port.RECEIVER) and not given:
        return call.func.value
    at = 1 if name == "cast" else 0
    row = same_row(name, Port.FIRST)
    if row is None or len(given) != at + 1 or has_stars(call):
        return None
    if "builtins" in row.modules:
        is_sure = names.is_builtin(call.func)
    else:
        is_sure = not names.dotted(call.func).isdisjoint(f"{m}.{name}" for m in row.modules)
    return given[at] if is_sure else None


def _place(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
