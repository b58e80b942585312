"""What a whole file declares of names: types, validators, schemas in texts. Read once per file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from ssot_lint.analysis.dataflow.access_paths import Defined, Holder, Holders, Kind
from ssot_lint.analysis.dataflow.declared_types import fixed_by, is_uuid_in_text, is_uuid_type
from ssot_lint.analysis.semantics.signatures import Declaration, Fields
from ssot_lint.analysis.syntax.parsing import last_name_of

_VALIDATING = re.compile(r"(?i)validator|validates")


class Declarations:
    """What one file declares."""

    def __init__(self, text: str, holders: Holders, fields: Fields) -> None:
        self._text = text
        self._holders = holders
        self._fields = fields

    def fixed(self, holder: Holder) -> str | None:
        """Why what is declared of a variable or a field fixes the form of what it holds."""
        name, aliases = holder.name, self._fields.aliases
        annotations = list(self._annotations_of(holder))
        if any(is_uuid_type(annotation, aliases) for annotation in annotations):
            return f"a UUID object is needed: that is how `{name}` is annotated"
        for declaration in (*map(Declaration, annotations), *self._declarations_of(holder)):
            fixed = fixed_by(declaration, name, aliases)
            if fixed is not None:
                return fixed
        if holder.kind is not Kind.FIELD or not self._speaks_of_uuids:
            return None
        is_uuid = is_uuid_in_text(name, self._text)
        return f"this file describes `{name}` as a UUID" if is_uuid else None

    def validators(self, name: str) -> Iterator[Holder]:
        """The parameters of functions that validate a field."""
        for defined in self._validators.get(name, ()):
            for arg in defined.parameters:
                yield Holder(Kind.VARIABLE, arg.arg, defined.scope)

    def _annotations_of(self, holder: Holder) -> Iterator[ast.expr]:
        """Of the parameter; for a field, of all parameters of its name."""
        for defined in self._holders.taking(holder.name):
            if holder.kind is Kind.FIELD or defined.scope == holder.scope:
                for arg in defined.arguments:
                    if arg.arg == holder.name and arg.annotation is not None:
                        yield arg.annotation

    def _declarations_of(self, holder: Holder) -> Sequence[Declaration]:
        """Of a field; where nothing says whose it is, of all fields of its name."""
        if holder.kind is not Kind.FIELD:
            return ()
        if not holder.owner:
            return self._fields.named(holder.name)
        own = self._fields.declared(holder.owner, holder.name)
        return () if own is None else (own,)

    @cached_property
    def _validators(self) -> dict[str, list[Defined]]:
        """The functions that validate fields, by the fields' names."""
        found: dict[str, list[Defined]] = {}
        for defined in self._holders.named:
            for decorator in getattr(defined.node, "decorator_list", ()):
                if isinstance(decorator, ast.Call) and _VALIDATING.search(last_name_of(decorator)):
                    for arg in decorator.args:
                        if isinstance(arg, ast.Constant) and isinstance(arg.value, str):
                            found.setdefault(arg.value, []).append(defined)
        return found

    @cached_property
    def _speaks_of_uuids(self) -> bool:
        return "uuid" in self._text.lower()
