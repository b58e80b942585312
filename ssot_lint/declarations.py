"""What a whole file declares of names: types, validators, schemas in texts. Read once per file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cached_property

from ssot_lint.hazards import fixed_by, is_uuid_type
from ssot_lint.holders import Defined, Holder, Holders, Kind, last_name_of
from ssot_lint.signatures import Fields

_VALIDATING = re.compile(r"(?i)validator|validates")
_UUIDS_IN_TEXT = (
    re.compile(r"<uuid:(\w+)>"),
    re.compile(r"\b(\w+)\s+(?:UUID|uuid)\s*(?:[,)]|PRIMARY|NOT|DEFAULT|REFERENCES|UNIQUE)"),
    re.compile(r"[\"'](\w+)[\"']\s*:\s*\{[^{}]{0,500}?[\"']format[\"']\s*:\s*[\"']uuid"),
)


class Declarations:
    """What one file declares."""

    def __init__(self, text: str, holders: Holders, fields: Fields) -> None:
        self._text = text
        self._holders = holders
        self._fields = fields

    def fixed(self, holder: Holder) -> str | None:
        """Why what is declared of a variable or a field fixes the form of what it holds."""
        name = holder.name
        if any(map(is_uuid_type, self._annotations_of(holder))):
            return f"a UUID object is needed: that is how `{name}` is annotated"
        if holder.kind is not Kind.FIELD:
            return None
        own = self._fields.of(holder.owner).get(name, "")
        for declaration in [own] if holder.owner else self._fields.named(name):
            fixed = fixed_by(self._spelled_out(declaration), name)
            if fixed is not None:
                return fixed
        return f"this file describes `{name}` as a UUID" if name in self._uuids_in_text else None

    def validators(self, name: str) -> Iterator[Holder]:
        """The parameters of functions that validate a field."""
        for defined in self._validators.get(name, ()):
            for arg in defined.parameters:
                yield Holder(Kind.VARIABLE, arg.arg, defined.scope)

    def _annotations_of(self, holder: Holder) -> list[str]:
        """Of the parameter; for a field, of all parameters of its name."""
        found = self._annotations.get(holder.name, [])
        return [
            annotation
            for scope, annotation in found
            if holder.kind is Kind.FIELD or scope == holder.scope
        ]

    @cached_property
    def _annotations(self) -> dict[str, list[tuple[str, str]]]:
        """The annotations of parameters by their names, each with the function's scope."""
        found: dict[str, list[tuple[str, str]]] = {}
        for defined in self._holders.defined.values():
            for arg in defined.arguments:
                if arg.annotation is not None:
                    written = (defined.scope, ast.unparse(arg.annotation))
                    found.setdefault(arg.arg, []).append(written)
        return found

    @cached_property
    def _validators(self) -> dict[str, list[Defined]]:
        """The functions that validate fields, by the fields' names."""
        found: dict[str, list[Defined]] = {}
        for node, defined in self._holders.defined.items():
            for decorator in getattr(node, "decorator_list", ()):
                if isinstance(decorator, ast.Call) and _VALIDATING.search(last_name_of(decorator)):
                    for arg in decorator.args:
                        if isinstance(arg, ast.Constant) and isinstance(arg.value, str):
                            found.setdefault(arg.value, []).append(defined)
        return found

    @cached_property
    def _uuids_in_text(self) -> frozenset[str]:
        """Names that routes, table definitions and JSON schemas in the text say to be UUIDs."""
        if "uuid" not in self._text.lower():
            return frozenset()
        return frozenset(name for form in _UUIDS_IN_TEXT for name in form.findall(self._text))

    def _spelled_out(self, declaration: str) -> str:
        """A declaration with the module's own names for types and widths put in."""
        own = self._fields.aliases
        for _ in range(2):
            declaration = re.sub(
                r"(?<![\w.'\"])[A-Za-z_]\w*\b(?!=)",  # not keywords
                lambda match: own.get(match[0], match[0]),
                declaration,
            )
        return declaration
