"""What a whole file declares of names: types, validators, schemas in texts. Read once per file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cached_property

from ssot_lint.analysis.dataflow.access_paths import AccessPath, Root
from ssot_lint.analysis.dataflow.declared_types import fixed_by, is_uuid_type
from ssot_lint.analysis.dataflow.references import Defined, References
from ssot_lint.analysis.dataflow.sinks import Effect
from ssot_lint.analysis.semantics.signatures import Fields
from ssot_lint.analysis.syntax.parsing import last_name_of

_VALIDATING = re.compile(r"(?i)validator|validates")
# What stands behind the name of a UUID in a table definition, and in a JSON schema.
_COLUMN = re.compile(r"\s+(?:UUID|uuid)\s*(?:[,)]|PRIMARY|NOT|DEFAULT|REFERENCES|UNIQUE)")
_SCHEMA = re.compile(r"[\"']\s*:\s*\{[^{}]{0,500}?[\"']format[\"']\s*:\s*[\"']uuid")
_ROUTE = "<uuid:"
_WORD = re.compile(r"\w+")
_NAME = re.compile(r"(?<![\w.'\"])[A-Za-z_]\w*\b(?!=)")  # not keywords


class Declarations:
    """What one file declares."""

    def __init__(self, text: str, references: References, fields: Fields) -> None:
        self._text = text
        self._references = references
        self._fields = fields

    def fixed(self, path: AccessPath) -> Effect | None:
        """What is declared of a variable or a field that fixes the form of what it holds."""
        name = path.name
        for annotation in self._annotations_of(path):
            if is_uuid_type(ast.unparse(annotation)):
                says = f"a UUID object is needed: that is how `{name}` is annotated"
                return Effect(says, annotation)
        if path.root is not Root.FIELD:
            return None
        own = self._fields.of(path.owner).get(name, "")
        for declaration in [own] if path.owner else self._fields.named(name):
            fixed = fixed_by(self._spelled_out(declaration), name)
            if fixed is not None:
                return Effect(fixed)
        if self._is_uuid_in_text(name):
            return Effect(f"this file describes `{name}` as a UUID")
        return None

    def validators(self, name: str) -> Iterator[AccessPath]:
        """The parameters of functions that validate a field."""
        for defined in self._validators.get(name, ()):
            for arg in defined.parameters:
                yield AccessPath(Root.VARIABLE, arg.arg, defined.scope)

    def _annotations_of(self, path: AccessPath) -> list[ast.expr]:
        """Of the parameter; for a field, of all parameters of its name."""
        return [
            arg.annotation
            for defined in self._references.taking(path.name)
            if path.root is Root.FIELD or defined.scope == path.scope
            for arg in defined.arguments
            if arg.arg == path.name and arg.annotation is not None
        ]

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

    def _is_uuid_in_text(self, name: str) -> bool:
        """Whether routes, table definitions or JSON schemas in the text say so."""
        if not self._speaks_of_uuids or not _WORD.fullmatch(name):
            return False
        text = self._text
        at = text.find(name)
        while at >= 0:
            end = at + len(name)
            if not _WORD.match(text, max(at - 1, 0), at) and (
                (text.endswith(_ROUTE, 0, at) and text.startswith(">", end))
                or _COLUMN.match(text, end)
                or (text[at - 1 : at] in ("'", '"') and _SCHEMA.match(text, end))
            ):
                return True
            at = text.find(name, end)
        return False

    def _spelled_out(self, declaration: str) -> str:
        """A declaration with the module's own names for types and widths put in."""
        for _ in range(2):
            declaration = _NAME.sub(lambda match: self._fields.alias(match[0]), declaration)
        return declaration
