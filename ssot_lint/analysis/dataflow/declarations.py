"""What a whole file declares of names: types, validators, schemas in texts. Read once per file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from ssot_lint.analysis.dataflow.access_paths import AccessPath, Root
from ssot_lint.analysis.dataflow.declared_types import fixed_by, is_uuid_in_text
from ssot_lint.analysis.dataflow.references import Defined, References
from ssot_lint.analysis.dataflow.sinks import Effect
from ssot_lint.analysis.semantics.signatures import Declaration, Fields
from ssot_lint.analysis.syntax.parsing import last_name_of

_VALIDATING = re.compile(r"(?i)validator|validates")


class Declarations:
    """What one file declares."""

    def __init__(self, text: str, references: References, fields: Fields) -> None:
        self._text = text
        self._references = references
        self._fields = fields

    def fixed(self, path: AccessPath) -> Effect | None:
        """What is declared of a variable or a field that fixes the form of what it holds."""
        name, aliases = path.name, self._fields.aliases
        annotated = map(Declaration, self._annotations_of(path))
        for declaration in (*annotated, *self._declarations_of(path)):
            fixed = fixed_by(declaration, name, aliases)
            if fixed is not None:
                return Effect(fixed, declaration.place, demands_form=True)
        if path.root is not Root.FIELD or not self._speaks_of_uuids:
            return None
        if is_uuid_in_text(name, self._text):
            return Effect(f"this file describes `{name}` as a UUID", demands_form=True)
        return None

    def validators(self, name: str) -> Iterator[AccessPath]:
        """The parameters of functions that validate a field."""
        for defined in self._validators.get(name, ()):
            for arg in defined.parameters:
                yield AccessPath(Root.VARIABLE, arg.arg, defined.scope)

    def _annotations_of(self, path: AccessPath) -> Iterator[ast.expr]:
        """Of the parameter; for a field, of all parameters of its name."""
        for defined in self._references.taking(path.name):
            if path.root is Root.FIELD or defined.scope == path.scope:
                for arg in defined.arguments:
                    if arg.arg == path.name and arg.annotation is not None:
                        yield arg.annotation

    def _declarations_of(self, path: AccessPath) -> Sequence[Declaration]:
        """Of a field; where nothing says whose it is, of all fields of its name."""
        if path.root is not Root.FIELD:
            return ()
        if not path.owner:
            return self._fields.named(path.name)
        own = self._fields.declared(path.owner, path.name)
        return () if own is None else (own,)

    @cached_property
    def _validators(self) -> dict[str, list[Defined]]:
        """The functions that validate fields, by the fields' names."""
        found: dict[str, list[Defined]] = {}
        for defined in self._references.named:
            for decorator in getattr(defined.node, "decorator_list", ()):
                if isinstance(decorator, ast.Call) and _VALIDATING.search(last_name_of(decorator)):
                    for arg in decorator.args:
                        if isinstance(arg, ast.Constant) and isinstance(arg.value, str):
                            found.setdefault(arg.value, []).append(defined)
        return found

    @cached_property
    def _speaks_of_uuids(self) -> bool:
        return "uuid" in self._text.lower()
