"""What runs when an attribute is set: setters of properties, descriptors, `__setattr__`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ssot_lint.analysis.dataflow.calls.receivers import Receivers
from ssot_lint.analysis.dataflow.references import Defined, References
from ssot_lint.analysis.semantics.signatures import Fields
from ssot_lint.analysis.syntax.parsing import last_name


@dataclass(frozen=True)
class Setter:
    """A function that is handed what is assigned, and how it is spoken of."""

    function: Defined
    at: int
    """The parameter that gets the value, without `self`."""
    what: str

    @property
    def parameter(self) -> ast.arg | None:
        """That parameter, where there is one."""
        return next(iter(self.function.parameters[self.at : self.at + 1]), None)


class Setters:
    """Those of one file."""

    def __init__(self, references: References, fields: Fields, receivers: Receivers) -> None:
        self._references = references
        self._fields = fields
        self._receivers = receivers

    def of(self, target: ast.Attribute) -> Iterator[Setter]:
        """Those that the receiver of an assignment has, as far as its class is seen.

        Where nothing says of which class the receiver is, those of all classes of the file that
        have one for an attribute of the name.
        """
        receivers = self._receivers.classes_of(target.value)
        yield from self._of_properties(target.attr, receivers)
        yield from self._of_descriptors(target.attr, receivers)
        for owner in receivers or ():
            for function in self._methods("__setattr__", [owner]):
                yield Setter(function, 1, f"`{owner}.__setattr__`")

    def _of_properties(self, name: str, receivers: Sequence[str] | None) -> Iterator[Setter]:
        for function in self._methods(name, receivers):
            if "setter" in function.decorators:
                yield Setter(function, 0, f"the setter of `{name}`")

    def _of_descriptors(self, name: str, receivers: Sequence[str] | None) -> Iterator[Setter]:
        if receivers is None:
            declared = self._fields.named(name)
        else:
            declared = [d for one in receivers if (d := self._fields.of(one).get(name))]
        for declaration in declared:
            if isinstance(declaration.value, ast.Call):
                made = last_name(declaration.value.func)
                for function in self._methods("__set__", self._fields.lineage(made)):
                    yield Setter(function, 1, f"`{made}.__set__`")

    def _methods(self, name: str, owners: Sequence[str] | None) -> Iterator[Defined]:
        """The methods of a name that some classes have; those of all classes for None."""
        for function in self._references.functions.get(name, ()):
            if function.in_class and (owners is None or function.scope.split(".")[-2] in owners):
                yield function
