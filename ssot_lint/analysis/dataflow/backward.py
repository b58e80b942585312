"""What the value of an expression is made of, followed backward with the rows of the library."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from ssot_lint.analysis.dataflow.library import Port, same_row
from ssot_lint.analysis.semantics.control_flow.reached_uses import Uses
from ssot_lint.analysis.semantics.control_flow.walk import all_params
from ssot_lint.analysis.semantics.names import Names
from ssot_lint.analysis.semantics.semantic_model import SemanticModel
from ssot_lint.analysis.syntax.libcst_nodes import integer, last_name, statements


class Backward:
    """Follows names to the values they hold. Made once per file: `semantics.once(Backward)`."""

    def __init__(self, semantics: SemanticModel) -> None:
        self._semantics = semantics
        self._uses: dict[cst.FunctionDef, Uses] = {}
        self._shared: dict[cst.FunctionDef, frozenset[str]] = {}

    def number(self, node: cst.CSTNode | None) -> int | None:
        """The integer that an expression is sure to be: written out, or a name for one."""
        if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Minus):
            number = self.number(node.expression)
            return -number if number is not None else None
        if not isinstance(node, cst.Name):
            return integer(node)
        constant = self.constant(node)
        if isinstance(constant, int):
            return constant
        values = {integer(self.value_of(target)) for target in self.sources(node)}
        return values.pop() if len(values) == 1 else None

    def constant(self, name: cst.Name) -> str | int | None:
        """What the file gives a name in capitals; to look costs little for all others."""
        return self._semantics.constants.get(name.value) if name.value.isupper() else None

    def values(self, node: cst.BaseExpression) -> list[cst.BaseExpression | None]:
        """The expression itself; for a name, those that it may hold, None for an unknown one."""
        if not isinstance(node, cst.Name):
            return [node]
        return [self.value_of(target) for target in self.sources(node)]

    def sources(self, name: cst.Name) -> frozenset[cst.CSTNode]:
        """The targets and parameters whose value a name in a function may hold.

        Empty for names from outside, and for those that other functions may change.
        """
        function = self._semantics.scope_of(name)
        if not isinstance(function, cst.FunctionDef):
            return frozenset()
        if function not in self._uses:
            params = [param.name for param in all_params(function.params)]
            self._uses[function] = Uses(function.body.body, params)
            self._shared[function] = _names_shared_in(function)
        if name.value in self._shared[function]:
            return frozenset()
        return self._uses[function].sources(name)

    def uses_of(self, target: cst.Name) -> list[cst.Name] | None:
        """The places where the value of a target in a function is read; None if not known."""
        function = self._semantics.scope_of(target)
        if not isinstance(function, cst.FunctionDef):
            return None
        uses = self._semantics.uses(function)
        return None if target.value in uses.captured else uses.of(target)

    def value_of(self, target: cst.CSTNode) -> cst.BaseExpression | None:
        """The expression that a name gets as its target; None where it is not written out."""
        parent = self._semantics.parent(target)
        match parent:
            case cst.AssignTarget():
                assign = self._semantics.parent(parent)
                return assign.value if isinstance(assign, cst.Assign) else None
            case cst.AnnAssign() | cst.NamedExpr() if parent.target is target:
                return parent.value
            case cst.Element() if (found := self.in_tuple(target)) is not None:
                targets, at, value = found
                if not isinstance(value, (cst.Tuple, cst.List)):
                    return None
                elements = [*targets, *value.elements]
                if len(targets) != len(value.elements) or any(
                    isinstance(element, cst.StarredElement) for element in elements
                ):
                    return None
                return value.elements[at].value
        return None

    def shared_value(self, target: cst.CSTNode) -> cst.BaseExpression | None:
        """The value that is unpacked into a tuple of targets which the target is one of."""
        found = self.in_tuple(target)
        return found[2] if found is not None else None

    def in_tuple(
        self, target: cst.CSTNode
    ) -> tuple[Sequence[cst.BaseElement], int, cst.BaseExpression] | None:
        """The targets that a target is one of, its position, and the value that they share."""
        element = self._semantics.parent(target)
        container = self._semantics.parent(element) if isinstance(element, cst.Element) else None
        if not isinstance(container, (cst.Tuple, cst.List)):
            return None
        at = next(index for index, other in enumerate(container.elements) if other is element)
        value = self.value_of(container)
        return (container.elements, at, value) if value is not None else None


def _names_shared_in(function: cst.FunctionDef) -> frozenset[str]:
    """The names that `global` and `nonlocal` statements in a function declare."""
    inside = statements(function.body)
    nodes = (n for n in inside if type(n) is cst.Global or type(n) is cst.Nonlocal)
    return frozenset(item.name.value for node in nodes for item in node.names)


_CHOOSING = frozenset({cst.BooleanOperation, cst.IfExp, cst.NamedExpr})


def choices(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """The expressions whose value `node` can take over: the sides of `or` and of `if else`."""
    if type(node) not in _CHOOSING:
        yield node
        return
    match node:
        case cst.BooleanOperation():
            if isinstance(node.operator, cst.Or):
                yield from choices(node.left)
            yield from choices(node.right)
        case cst.IfExp():
            yield from choices(node.body)
            yield from choices(node.orelse)
        case cst.NamedExpr():
            yield from choices(node.value)


def handed_on(call: cst.Call, names: Names) -> cst.BaseExpression | None:
    """The expression whose text is the result of a call: of `str(x)`, `cast(str, x)`, `x.lower()`.

    It may be in another case, or without what stands around it. None where that is not sure.
    """
    name = last_name(call.func)
    if isinstance(call.func, cst.Attribute) and same_row(name, Port.RECEIVER) and not call.args:
        return call.func.value
    at = 1 if name == "cast" else 0
    row = same_row(name, Port.FIRST)
    if row is None or len(call.args) != at + 1 or any(arg.star for arg in call.args):
        return None
    if "builtins" in row.modules:
        is_sure = isinstance(call.func, cst.Name) and names.is_builtin(call.func)
    else:
        is_sure = not names.dotted(call.func).isdisjoint(f"{m}.{name}" for m in row.modules)
    return call.args[at].value if is_sure else None
