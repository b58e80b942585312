"""
## What it does
Finds ids of the generator that are cut at the front, so that their random end is lost.

`[:12]`, `[3:12]`, `[:-8]` and `f"{id:.12}"` of a call of the generator, or of a variable of the
same function that holds its result; `.split("_")[0]` and the like where the piece becomes an id.
Silent: the end of an id (`[-8:]`, `.split("_")[-1]`), cuts that leave a whole id, comparisons,
abbreviations for logs and people, and pieces that are handed to the generator as a prefix.

## Why is this bad?
The generator's ids differ at their end: `prefix_milliseconds_counter_random`. The first twelve
letters of `shutdown_req_1700000000000_1_ab12cd34` are `shutdown_req`, for every request.

## Example
```python
request_id = UnifiedIdGenerator.generate_base_id("shutdown_req")[:12]
```
Write instead:
```python
request_id = UnifiedIdGenerator.generate_base_id("shutdown_req")
```

## Fix safety
Unsafe, because the id becomes longer: the cut goes where a call of the generator is cut and bound
to an id. Never, with the reason in the message, where a variable is cut, the piece is a part of
a string, or a fixed width is declared for it.

## References
- OST302 doubled-id-prefix
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

import libcst as cst

from ssot_lint.bindings import Binder, Binding
from ssot_lint.destinations import unsuited
from ssot_lint.edits import Draft, Unwrap
from ssot_lint.generated import Generated, Origin, Origins
from ssot_lint.hazards import declared_form
from ssot_lint.ids import kind_of, names_an_id, snake_case
from ssot_lint.model import Safety
from ssot_lint.rule import Rule
from ssot_lint.settings import Settings
from ssot_lint.shown import is_shown
from ssot_lint.surgery import DerivedIds, names_in, whole_string
from ssot_lint.tree import integer, plain_text

# No id of the generator is longer; what its own end takes is shorter than the second.
_WHOLE_ID = 64
_WHOLE_END = 36
_PRECISION = re.compile(r"(?:.?[<>^=])?\d*\.(\d+)s?")
_WORD_CUTS = frozenset({"split", "partition", "rsplit", "rpartition"})
# Words in names of what is made to be short.
_SHORT = frozenset({
    "prefix", "pattern", "kind", "type", "head", "label", "display", "preview", "masked",
    "redacted", "title", "short", "abbreviated", "truncated", "log", "msg", "message",
})  # fmt: skip


@dataclass(frozen=True)
class _Cut:
    """What is cut, and what is kept of it."""

    value: cst.BaseExpression
    start: int = 0
    end: int | None = None
    word_end: str | None = None
    """The separator before which it is cut."""
    by_word: bool = False


class TruncatedGeneratedId(Rule):
    """OST303."""

    code = "OST303"
    name = "truncated-generated-id"
    fixable = "sometimes"
    message = (
        "the generated id cut here {effect}; use the whole id, or its end where it is too long"
    )

    @classmethod
    def triggers(cls, settings: Settings) -> Iterable[str]:
        return {name.rpartition(".")[2] for name in settings.generator_names}

    def visit_Subscript(self, node: cst.Subscript) -> None:
        cut = _cut(node)
        if cut is not None:
            self._check(node, node, cut)

    def visit_FormattedStringExpression(self, node: cst.FormattedStringExpression) -> None:
        spec = "".join(
            part.value
            for part in node.format_spec or ()
            if isinstance(part, cst.FormattedStringText)
        )
        found = _PRECISION.fullmatch(spec)
        if found is not None and len(node.format_spec or ()) == 1:
            cut = _Cut(node.expression, end=int(found[1]))
            self._check(node, node.expression, cut)

    def _check(self, place: cst.CSTNode, node: cst.BaseExpression, cut: _Cut) -> None:
        origins = self.file.once(Generated).ids(cut.value)
        if not origins or any(_keeps_all(cut, origin) for origin in origins):
            return
        whole = whole_string(node, self.file)
        if "OST304" in self.file.codes and self.file.once(DerivedIds).at(whole) is not None:
            return
        binding = Binder(self.file).of(whole)
        if is_shown(node, self.file) or self._becomes_prefix(node):
            return
        if self._is_abbreviation(binding, cut):
            return
        self.report(
            place,
            effect=_effect(cut, origins),
            note=unsuited([node], self.file),
            fix=self._fix(place, cut, origins, binding, in_string=whole is not node),
        )

    def _becomes_prefix(self, node: cst.BaseExpression) -> bool:
        """Whether the generator is handed the piece, and makes an id of its own of it."""
        below: cst.CSTNode = node
        for outer in self.file.ancestors(node):
            if isinstance(outer, (cst.BaseStatement, cst.BaseSmallStatement)):
                return False
            if isinstance(below, cst.Arg) and self._is_generator(outer):
                return True
            below = outer
        return False

    def _is_generator(self, call: cst.CSTNode) -> bool:
        names = self.file.names
        return isinstance(call, cst.Call) and names.generator_method(call) is not None

    def _is_abbreviation(self, binding: Binding, cut: _Cut) -> bool:
        """Whether the piece is a word of the id, or short for people to read."""
        names = [snake_case(name) for name in names_in(binding)]
        if not any(map(names_an_id, names)) and (
            cut.by_word or any(not _SHORT.isdisjoint(name.split("_")) for name in names)
        ):
            return True
        if not isinstance(binding.target, cst.Name):
            return False
        uses = self.file.once(Generated).uses_of(binding.target)
        return bool(uses) and all(is_shown(use, self.file) for use in uses or ())

    def _fix(
        self,
        place: cst.CSTNode,
        cut: _Cut,
        origins: Origins,
        binding: Binding,
        *,
        in_string: bool,
    ) -> Draft | str:
        if in_string or place is not self.file.parent(cut.value) or cut.by_word:
            return "the piece is a part of something else"
        if not isinstance(cut.value, (cst.Call, cst.Subscript)):
            return "a variable is cut, which may be short on purpose"
        if cut.value.lpar:
            return "the id stands in parentheses"
        names = names_in(binding)
        if not any(names_an_id(snake_case(name)) for name in names):
            return "nothing says that the piece is an id"
        form = declared_form(binding, self.file)
        if form is None and isinstance(place, cst.BaseExpression):
            form = unsuited([place], self.file)
        if form is not None:
            return form
        prefixes = dict(self.file.settings.id_prefixes)
        kinds = {kind_of(name, tuple(prefixes)) for name in names}
        for required in (prefixes[kind] for kind in kinds if kind is not None):
            if not all(origin.head.startswith(required) for origin in origins):
                return f'the whole id would not begin with "{required}"'
        return self.file.draft(Safety.UNSAFE, "use the whole id", [Unwrap(place, cut.value)])


def _cut(node: cst.Subscript) -> _Cut | None:
    """What a subscript leaves of the front of a string."""
    if len(node.slice) != 1:
        return None
    inner = node.slice[0].slice
    if isinstance(inner, cst.Slice):
        start = 0 if inner.lower is None else integer(inner.lower)
        end = integer(inner.upper)
        if inner.step is not None or start is None or start < 0 or not end:
            return None
        return _Cut(node.value, start, end)
    call = node.value
    index = integer(inner.value) if isinstance(inner, cst.Index) else None
    if index != 0 or not isinstance(call, cst.Call):
        return None
    func = call.func
    if not isinstance(func, cst.Attribute) or func.attr.value not in _WORD_CUTS or not call.args:
        return None
    at_front = not func.attr.value.startswith("r")
    separator = plain_text(call.args[0].value) if at_front else None
    return _Cut(func.value, word_end=separator, by_word=True)


def _keeps_all(cut: _Cut, origin: Origin) -> bool:
    if cut.end is None or cut.end < 0:
        return False
    simple = isinstance(origin.node, cst.Call) and len(origin.node.args) == 1
    if origin.exact and simple and cut.end >= len(origin.head) + _WHOLE_END:
        return True
    return cut.end >= _WHOLE_ID


def _effect(cut: _Cut, origins: Origins) -> str:
    """What the cut makes of the ids."""
    pieces = {_constant(cut, origin) for origin in origins}
    piece = pieces.pop()
    if pieces or piece is None:
        return "loses the end that makes it unique"
    return f"is the constant {json.dumps(piece, ensure_ascii=False)}"


def _constant(cut: _Cut, origin: Origin) -> str | None:
    """What the cut leaves, where that is the same for every id."""
    if cut.word_end is not None and cut.word_end in origin.head:
        return origin.head.partition(cut.word_end)[0]
    if cut.end is not None and 0 < cut.end <= len(origin.head):
        return origin.head[cut.start : cut.end]
    return None
