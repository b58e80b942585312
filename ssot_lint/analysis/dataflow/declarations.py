"""What a whole file declares of names: types, validators, schemas in texts. Read once per file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cached_property

from ssot_lint.analysis.dataflow.access_paths import AccessPath, Root
from ssot_lint.analysis.dataflow.declared_types import Fixed, fixed_by, fixed_in_text
from ssot_lint.analysis.dataflow.references import Defined, References
from ssot_lint.analysis.dataflow.sinks.effects import Effect
from ssot_lint.analysis.semantics.signatures import Declaration, Fields
from ssot_lint.analysis.syntax.parsing import last_name_of

VALIDATING = re.compile(r"(?i)validator|validates")


class Declarations:
    """What one file declares."""

    def __init__(self, references: References, fields: Fields) -> None:
        self._references = references
        self._fields = fields
        self._in_texts: dict[str, list[tuple[Fixed, ast.Constant]]] = {}

    def fixed(self, path: AccessPath) -> Iterator[Effect]:
        """What is declared of a variable or a field that fixes the form of what it holds."""
        name, aliases = path.name, self._fields.aliases
        for declaration in self.of(path):
            fixed = fixed_by(declaration, name, aliases)
            if fixed is not None:
                yield effect_of(fixed, declaration.place)
        # A variable may have the name of a column or a part of a route and be something else.
        for fixed, text in self._described(name):
            yield effect_of(fixed, text, is_doubt=path.root is not Root.FIELD)

    def of(self, path: AccessPath) -> list[Declaration]:
        """How a variable or a field is declared."""
        annotated = map(Declaration, self._annotations_of(path))
        return [*annotated, *self._declarations_of(path)]

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

    def _declarations_of(self, path: AccessPath) -> list[Declaration]:
        """Of a field; where nothing says whose it is, of all fields and columns of its name."""
        if path.root is not Root.FIELD:
            return []
        if not path.owner:
            columns = map(_column, self._references.declaring(path.name))
            return [*self._fields.named(path.name), *columns]
        own = self._fields.declared(path.owner, path.name)
        return [] if own is None else [own]

    @cached_property
    def _validators(self) -> dict[str, list[Defined]]:
        """The functions that validate fields, by the fields' names."""
        found: dict[str, list[Defined]] = {}
        for defined in self._references.named:
            for decorator in getattr(defined.node, "decorator_list", ()):
                if isinstance(decorator, ast.Call) and VALIDATING.search(last_name_of(decorator)):
                    for arg in decorator.args:
                        if isinstance(arg, ast.Constant) and isinstance(arg.value, str):
                            found.setdefault(arg.value, []).append(defined)
        return found

    def _described(self, name: str) -> list[tuple[Fixed, ast.Constant]]:
        """What texts of the file say of a name, each with the text."""
        if name not in self._in_texts:
            self._in_texts[name] = [
                (fixed, node)
                for node in self._references.texts(name)
                for fixed in fixed_in_text(name, self._text_of(node))
            ]
        return self._in_texts[name]

    def _text_of(self, node: ast.Constant) -> str:
        """A text; for the key of a schema that is written as code, with what it has there."""
        match self._references.parent(node):
            case ast.Dict(keys=keys, values=values) if node in keys:
                value = values[keys.index(node)]
                if isinstance(value, ast.Dict):
                    return f"{node.value!r}: {ast.unparse(value)}"
        return str(node.value)


def effect_of(fixed: Fixed, at: ast.AST | None, *, is_doubt: bool = False) -> Effect:
    """A declaration as something that depends on the form, with the node that says so."""
    return Effect(fixed.what, at, is_doubt=is_doubt, demands_form=True, width=fixed.width)


def _column(call: ast.Call) -> Declaration:
    return Declaration(value=call)
