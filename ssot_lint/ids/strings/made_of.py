"""What the value of an expression is made of, and what of that a call hands on to its result."""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterable, Iterator

from ssot_lint.analysis.dataflow.access_paths import WHOLE
from ssot_lint.analysis.dataflow.library import SURGERY, rows_of
from ssot_lint.analysis.semantics.semantic_model import SemanticModel
from ssot_lint.analysis.syntax.parsing import (
    FUNCTIONS,
    Function,
    children,
    has_stars,
    last_name,
    own_nodes,
    parameters,
)


class MadeOf:
    """Goes from values to what they are made of. Made once per file: `semantics.once(MadeOf)`.

    Python's own functions compute their results from what they are handed, and so does a method
    from what it is called on. What other code makes of its arguments is known for functions of the
    file, by what they return; elsewhere `make_user(time.time())` may look up anything.
    """

    def __init__(self, semantics: SemanticModel) -> None:
        self._semantics = semantics
        self._names = semantics.names
        self._returned: dict[Function, frozenset[str]] = {}

    def parts(self, node: ast.AST) -> list[ast.AST]:
        """What an expression puts into its value, in the order of the source."""
        if not isinstance(node, ast.Call):
            return children(node)
        return [node.func, *self._handed_on(node)]

    def _handed_on(self, call: ast.Call) -> Iterable[ast.AST]:
        """The arguments that the result of a call is made of."""
        if self._computes(call):
            # What a class gets by a name is kept under it: `Mock(at=now).id` is no time.
            named = () if last_name(call.func)[:1].isupper() else call.keywords
            return (*call.args, *named)
        own = [d for d in self._names.definitions(call.func) if isinstance(d, FUNCTIONS)]
        if own:
            return [
                argument
                for function in own
                for name, argument in self.handed_to(call, function)
                if name in self._parameters_in_result(function)
            ]
        rows = rows_of(last_name(call.func))
        count = len(call.args)
        return [
            argument
            for at, argument in enumerate(call.args)
            if any(row.passes(WHOLE, at, count) is not None for row in rows)
        ]

    def handed_to(self, call: ast.Call, function: Function) -> Iterator[tuple[str, ast.AST]]:
        """The arguments of a call, each with the parameter of the function that may get it."""
        given = function.args
        positional = [arg.arg for arg in (*given.posonlyargs, *given.args)]
        if positional[:1] == ["cls"] or (positional[:1] == ["self"] and self._binds(call.func)):
            del positional[0]
        every = [parameter.arg for parameter in parameters(given)]
        for at, argument in enumerate(call.args):
            rest = given.vararg.arg if given.vararg is not None else ""
            names = [positional[at] if at < len(positional) else rest]
            yield from ((name, argument) for name in (every if has_stars(call) else names))
        for keyword in call.keywords:
            names = [keyword.arg] if keyword.arg is not None else every
            yield from ((name, keyword) for name in names)

    def _binds(self, func: ast.expr) -> bool:
        """Whether a method is called on an object, which is then its first argument."""
        if not isinstance(func, ast.Attribute):
            return False
        return not any(isinstance(d, ast.ClassDef) for d in self._names.definitions(func.value))

    def _computes(self, call: ast.Call) -> bool:
        """Whether the call is one of Python's own functions, or makes a text of texts."""
        func = call.func
        if isinstance(func, ast.Name) and hasattr(builtins, func.id):
            return self._names.is_builtin(func)
        if isinstance(func, ast.Attribute) and func.attr in SURGERY:
            return True
        dotted = self._names.dotted(func)
        return any(name.partition(".")[0] in sys.stdlib_module_names for name in dotted)

    def _parameters_in_result(self, function: Function) -> frozenset[str]:
        """The parameters of a function that what it returns is made of."""
        if function not in self._returned:
            self._returned[function] = frozenset()  # of a function that calls itself
            named = {parameter.arg for parameter in parameters(function.args)}
            self._returned[function] = frozenset(named & self._names_in_result(function))
        return self._returned[function]

    def _names_in_result(self, function: Function) -> set[str]:
        """The names whose values go into what a function returns."""
        nodes = list(own_nodes(function.body))
        assigned: dict[str, list[ast.expr]] = {}
        for node in nodes:
            for target, value in assignments(node):
                assigned.setdefault(target, []).append(value)
        pending: list[ast.AST] = [node for node in nodes if isinstance(node, ast.Return)]
        read: set[str] = set()
        while pending:
            part = pending.pop()
            if not isinstance(part, ast.Name):
                pending += self.parts(part)
            elif part.id not in read:
                read.add(part.id)
                pending += assigned.get(part.id, ())
        return read


def assignments(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The plain names that a statement assigns, with what they get."""
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((target.id, value) for target in targets if isinstance(target, ast.Name))
        case (
            ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            | ast.NamedExpr(target=ast.Name(id=name), value=value)
        ):
            yield name, value
