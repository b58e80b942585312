"""What an expression is bound to: the name that receives its value."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ssot_lint.analysis.dataflow.library import LOOKUPS
from ssot_lint.analysis.semantics.known_functions import FACTORIES
from ssot_lint.analysis.syntax.parsing import arguments_of, dotted_name, last_name, plain_text
from ssot_lint.ids.call_arguments import call_handed, context_parameters
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.kinds import names_an_id, snake_case
from ssot_lint.ids.strings.sources import target_name

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
    target: ast.expr | None = None
    """The target of an assignment, if it is one."""
    statement: ast.AST | None = None
    """The assignment, return statement or parameter."""
    calls: tuple[ast.Call, ...] = ()
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
        self._syntax = ids.semantics.syntax

    def of(self, node: ast.expr) -> Binding:
        """The binding of an expression."""
        binding = Binding()
        current: ast.AST = node
        while True:
            parent = self._syntax.parent(current)
            step = self._step(current, parent, binding)
            if isinstance(step, Binding):
                return step
            if step is None:
                return binding
            binding, current = step

    def _step(
        self, node: ast.AST, parent: ast.AST | None, binding: Binding
    ) -> Binding | tuple[Binding, ast.AST] | None:
        """Where the search ends, or from where and with what it goes on."""
        match parent:
            case ast.BoolOp():
                return replace(binding, direct=False), parent
            case ast.IfExp():
                return (replace(binding, direct=False), parent) if node is not parent.test else None
            case ast.NamedExpr(target=target):
                return replace(
                    binding, name=target.id, target=target, statement=parent, direct=False
                )
            case ast.Call() | ast.keyword():
                return self._argument(node, binding)
            case ast.Lambda():
                return self._lambda(parent, replace(binding, direct=False))
            case ast.Dict(keys=keys, values=values):
                key = next((k for k, v in zip(keys, values, strict=True) if v is node), None)
                return replace(binding, name=plain_text(key), direct=False) if key else None
            case ast.List() | ast.Tuple() | ast.Set():
                return self._element(node, parent, binding)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() if node is parent.elt:
                return replace(binding, plural=True, deferred=True, direct=False), parent
            case ast.Assign(value=value) | ast.AnnAssign(value=value) if node is value:
                return self._assigned(parent, binding)
            case ast.Return() | ast.Yield():
                return self._returned(parent, binding)
            case ast.arguments():
                return self._default(node, parent, binding)
            case ast.Compare(left=left) if node is left:
                return replace(binding, opposed="it is compared")
            case ast.Subscript(value=value) if node is value:
                return replace(binding, opposed="the id is cut")
        return None

    def _default(self, node: ast.AST, parameters: ast.arguments, binding: Binding) -> Binding:
        positional = [*parameters.posonlyargs, *parameters.args]
        given = (
            *zip(reversed(positional), reversed(parameters.defaults), strict=False),
            *zip(parameters.kwonlyargs, parameters.kw_defaults, strict=True),
        )
        parameter = next(parameter for parameter, default in given if default is node)
        return replace(
            binding,
            name=parameter.arg,
            statement=parameter,
            deferred=True,
        )

    def _assigned(self, node: ast.Assign | ast.AnnAssign, binding: Binding) -> Binding:
        binding = replace(binding, statement=node)
        if isinstance(node, ast.AnnAssign):
            return replace(binding, name=target_name(node.target), target=node.target)
        if len(node.targets) > 1:
            return self._chained(node.targets, replace(binding, direct=False))
        return replace(binding, name=target_name(node.targets[0]), target=node.targets[0])

    def _chained(self, targets: Sequence[ast.expr], binding: Binding) -> Binding:
        """`self.run_id = run_id = ...`: one id if all targets have the same name."""
        names = [name for target in targets if (name := target_name(target)) is not None]
        named = [name for name in names if names_an_id(snake_case(name))]
        binding = replace(binding, name=next(iter(named or names), None))
        if len(names) == len(targets) and len(set(names)) == 1:
            first = min(targets, key=lambda target: isinstance(target, ast.Name))
            return replace(binding, target=first)
        return replace(binding, opposed="it gets several names at once")

    def _returned(self, node: ast.Return | ast.Yield, binding: Binding) -> Binding:
        function = self._syntax.function_of(node)
        if function is None:
            return binding
        if binding.plural and not function.name.endswith("ids"):
            return binding  # one of several values that are returned
        return replace(
            binding,
            name=function.name,
            statement=node,
            is_returned=True,
        )

    def _element(
        self, node: ast.AST, container: ast.List | ast.Tuple | ast.Set, binding: Binding
    ) -> Binding | tuple[Binding, ast.AST] | None:
        match self._syntax.parent(container):
            case (
                ast.Assign(targets=[ast.Tuple() | ast.List() as target], value=value) as assign
            ) if value is container:
                if len(container.elts) != len(target.elts):
                    return None
                at = next(i for i, element in enumerate(container.elts) if element is node)
                receiver = target.elts[at]
                if isinstance(receiver, ast.Starred):
                    receiver = receiver.value
                name = target_name(receiver)
                return replace(binding, name=name, target=receiver, statement=assign, direct=False)
            case ast.Subscript(slice=key) if key is container:
                return None  # the parts of a key
        return replace(binding, plural=True, direct=False), container

    def _lambda(
        self, node: ast.Lambda, binding: Binding
    ) -> Binding | tuple[Binding, ast.AST] | None:
        later = replace(binding, deferred=True)
        parent = self._syntax.parent(node)
        if isinstance(parent, (ast.Assign, ast.AnnAssign)):
            return replace(self._assigned(parent, later), is_returned=True)
        handed = call_handed(node, self._syntax)
        if handed is None or handed[1] not in FACTORIES:
            return None
        call, _ = handed
        return replace(later, calls=(*later.calls, call)), call

    def _argument(
        self, node: ast.AST, binding: Binding
    ) -> Binding | tuple[Binding, ast.AST] | None:
        handed = call_handed(node, self._syntax)
        if handed is None:
            return None
        call, keyword = handed
        inside = replace(binding, calls=(*binding.calls, call), direct=False)
        if keyword in FACTORIES:  # a value, not a function, as default of a field
            return inside, call
        if keyword is not None:
            return replace(inside, name=keyword, statement=call)
        position = next((i for i, other in enumerate(call.args) if other is node), None)
        if position is None:
            return None
        name, is_plain = last_name(call.func), isinstance(call.func, ast.Name)
        key_at = 1 if name == "getattr" and is_plain else 0
        if (key_at or name in LOOKUPS) and position == key_at + 1:
            return replace(inside, by_key=plain_text(call.args[key_at])), call
        if is_plain and name in _HANDING_ON:
            return (inside, call) if self._semantics.names.is_builtin(call.func) else None
        parameters = self._parameters(call)
        if position < len(parameters):
            return replace(inside, name=parameters[position], statement=call)
        if len(arguments_of(call)) == 1 and _TYPED.fullmatch(name):
            return replace(inside, name=name, statement=call)
        return None

    def _parameters(self, call: ast.Call) -> Sequence[str]:
        """The names of what a call's positional arguments go to."""
        name = last_name(call.func)
        if name and dotted_name(call.func) in (name, f"self.{name}", f"cls.{name}"):
            own = self._semantics.signatures.of(name)
            if own:
                return [parameter for parameter, _ in own]
        return context_parameters(self._ids, call.func)


def names_in(binding: Binding) -> list[str]:
    """The names that say what kind of id a value becomes."""
    return [name for name in (binding.name, binding.by_key) if name]
