"""What an expression is bound to: the name that receives its value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import libcst as cst

from ssot_lint.analysis.dataflow.library import LOOKUPS
from ssot_lint.analysis.semantics.known_functions import FACTORIES
from ssot_lint.analysis.syntax.libcst_nodes import access_path, last_name, plain_text
from ssot_lint.ids.call_arguments import context_parameters
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.kinds import names_an_id, snake_case
from ssot_lint.ids.strings.sources import target_name

# Keywords by which a field is given what makes its default.
# Builtins that give back what they are handed, or hold it.
_HANDING_ON = frozenset({"list", "set", "tuple", "sorted", "frozenset", "str"})
_TYPED = re.compile(r"[A-Z]\w*I[dD]")


@dataclass(frozen=True)
class Binding:
    """Where the value of an expression goes.

    `name` is None when nothing names it. `by_key` is the name under which a look-up has it as
    default.
    """

    name: str | None = None
    by_key: str | None = None
    target: cst.BaseExpression | None = None
    """The target of an assignment, if it is one."""
    others: tuple[cst.BaseExpression, ...] = ()
    """Further targets of the assignment, which have the same name."""
    statement: cst.CSTNode | None = None
    """The assignment, return statement or parameter."""
    annotation: cst.BaseExpression | None = None
    calls: tuple[cst.Call, ...] = ()
    """The calls that are handed the value, the innermost first."""
    is_returned: bool = False
    plural: bool = False
    deferred: bool = False
    """Whether it is evaluated another time than the statement: in a lambda, a comprehension."""
    direct: bool = True
    """Whether the value of the assignment is the expression and nothing else."""
    opposed: str | None = None
    """Why the form of the value matters to what surrounds it."""


class Binder:
    """Finds bindings in one file."""

    def __init__(self, ids: IdModel) -> None:
        self._ids = ids
        self._semantics = ids.semantics

    def of(self, node: cst.BaseExpression) -> Binding:
        """The binding of an expression."""
        binding = Binding()
        current: cst.CSTNode = node
        while True:
            parent = self._semantics.parent(current)
            if isinstance(parent, cst.BooleanOperation):
                # All at once: a chain of `or` may hold a thousand ids.
                binding = replace(binding, direct=False)
                current = self._semantics.layout.outermost(parent)
                continue
            step = self._step(current, parent, binding)
            if isinstance(step, Binding):
                return step
            if step is None or parent is None:
                return binding
            binding, current = step

    def _step(
        self, node: cst.CSTNode, parent: cst.CSTNode | None, binding: Binding
    ) -> Binding | tuple[Binding, cst.CSTNode] | None:
        """Where the search ends, or from where and with what it goes on."""
        match parent:
            case cst.IfExp():
                if node is parent.test:
                    return None
                return replace(binding, direct=False), parent
            case cst.NamedExpr():
                return replace(
                    binding,
                    name=last_name(parent.target),
                    target=parent.target,
                    statement=parent,
                    direct=False,
                )
            case cst.Arg():
                call = self._semantics.parent(parent)
                if not isinstance(call, cst.Call):
                    return None
                return self._argument(parent, call, binding)
            case cst.Lambda():
                return self._lambda(parent, replace(binding, direct=False))
            case cst.DictElement():
                if node is parent.value:
                    return replace(binding, name=plain_text(parent.key), direct=False)
                return None
            case cst.Element():
                return self._element(parent, binding)
            case cst.ListComp() | cst.SetComp() | cst.GeneratorExp():
                if node is not parent.elt:
                    return None
                many = replace(binding, plural=True, deferred=True, direct=False)
                return many, parent
            case cst.AssignTarget() | cst.Assign() | cst.AnnAssign():
                return self._assigned(parent, binding)
            case cst.Return() | cst.Yield():
                return self._returned(parent, binding)
            case cst.Param():
                return replace(
                    binding,
                    name=parent.name.value,
                    statement=parent,
                    annotation=parent.annotation.annotation if parent.annotation else None,
                    deferred=True,
                )
            case cst.Comparison():
                return replace(binding, opposed="it is compared")
            case cst.Subscript():
                return replace(binding, opposed="the id is cut")
        return None

    def _assigned(self, node: cst.CSTNode, binding: Binding) -> Binding | None:
        if isinstance(node, cst.AnnAssign):
            return replace(
                binding,
                name=target_name(node.target),
                target=node.target,
                statement=node,
                annotation=node.annotation.annotation,
            )
        if not isinstance(node, cst.Assign):
            return None
        targets = [target.target for target in node.targets]
        if len(targets) > 1:
            return self._chained(targets, replace(binding, statement=node, direct=False))
        return replace(binding, name=target_name(targets[0]), target=targets[0], statement=node)

    def _chained(self, targets: Sequence[cst.BaseExpression], binding: Binding) -> Binding:
        """`self.run_id = run_id = ...`: one id if all targets have the same name."""
        names = [name for target in targets if (name := target_name(target)) is not None]
        named = [name for name in names if names_an_id(snake_case(name))]
        binding = replace(binding, name=next(iter(named or names), None))
        first, *others = sorted(targets, key=lambda target: isinstance(target, cst.Name))
        if len(names) == len(targets) and len(set(names)) == 1:
            return replace(binding, target=first, others=tuple(others))
        return replace(binding, opposed="it gets several names at once")

    def _returned(self, node: cst.CSTNode, binding: Binding) -> Binding:
        function = self._semantics.scope_of(node)
        if not isinstance(function, cst.FunctionDef):
            return binding
        name = function.name.value
        if binding.plural and not name.endswith("ids"):
            return binding  # one of several values that are returned
        return replace(
            binding,
            name=name,
            statement=node,
            annotation=function.returns.annotation if function.returns else None,
            is_returned=True,
        )

    def _element(
        self, node: cst.Element, binding: Binding
    ) -> Binding | tuple[Binding, cst.CSTNode] | None:
        container = self._semantics.parent(node)
        if not isinstance(container, (cst.List, cst.Tuple, cst.Set)):
            return None
        assign = self._semantics.parent(container)
        if isinstance(assign, cst.Assign) and len(assign.targets) == 1:
            target = assign.targets[0].target
            if isinstance(target, (cst.Tuple, cst.List)):
                return self._unpacked(node, container.elements, target, assign, binding)
        return replace(binding, plural=True, direct=False), container

    def _unpacked(
        self,
        node: cst.Element,
        elements: Sequence[cst.BaseElement],
        target: cst.Tuple | cst.List,
        assign: cst.Assign,
        binding: Binding,
    ) -> Binding | None:
        if len(elements) != len(target.elements):
            return None
        index = next(i for i, element in enumerate(elements) if element is node)
        receiver = target.elements[index].value
        return replace(
            binding,
            name=target_name(receiver),
            target=receiver,
            statement=assign,
            direct=False,
        )

    def _lambda(
        self, node: cst.Lambda, binding: Binding
    ) -> Binding | tuple[Binding, cst.CSTNode] | None:
        later = replace(binding, deferred=True)
        parent = self._semantics.parent(node)
        if isinstance(parent, cst.Arg):
            call = self._semantics.parent(parent)
            keyword = parent.keyword.value if parent.keyword is not None else None
            if isinstance(call, cst.Call) and keyword in FACTORIES:
                return replace(later, calls=(*later.calls, call)), call
            return None
        if isinstance(parent, (cst.Assign, cst.AnnAssign)):
            assigned = self._assigned(parent, later)
            return replace(assigned, is_returned=True) if assigned is not None else None
        return None

    def _argument(
        self, arg: cst.Arg, call: cst.Call, binding: Binding
    ) -> Binding | tuple[Binding, cst.CSTNode] | None:
        inside = replace(binding, calls=(*binding.calls, call), direct=False)
        name = last_name(call.func)
        position = next(i for i, other in enumerate(call.args) if other is arg)
        key_at = 1 if name == "getattr" and isinstance(call.func, cst.Name) else 0
        if (key_at or name in LOOKUPS) and position == key_at + 1 and arg.keyword is None:
            key = plain_text(call.args[key_at].value)
            return replace(inside, by_key=key), call
        if arg.keyword is not None:
            keyword = arg.keyword.value
            if keyword in FACTORIES:  # a value, not a function, as default of a field
                return inside, call
            return replace(inside, name=keyword, statement=call)
        if arg.star:
            return None
        if isinstance(call.func, cst.Name) and name in _HANDING_ON:
            return (inside, call) if self._semantics.names.is_builtin(call.func) else None
        parameters = self._parameters(call)
        if position < len(parameters):
            return replace(inside, name=parameters[position], statement=call)
        if len(call.args) == 1 and name is not None and _TYPED.fullmatch(name):
            return replace(inside, name=name, statement=call)
        return None

    def _parameters(self, call: cst.Call) -> Sequence[str]:
        """The names of what a call's positional arguments go to."""
        name = last_name(call.func)
        if access_path(call.func) in (name, f"self.{name}", f"cls.{name}"):
            own = self._semantics.signatures.of(name)
            if own:
                return [parameter for parameter, _ in own]
        return context_parameters(self._ids, call.func)
