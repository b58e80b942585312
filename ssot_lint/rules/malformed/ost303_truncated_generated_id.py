"""
## What it does
Finds ids of the generator that are cut at the front, so that their random end is lost.

`[:12]`, `[3:12]`, `[:-8]`, `[slice(12)]` and the formats `f"{id:.12}"`, `"%.12s" % id`,
`"{:.12}".format(id)` and `format(id, ".12")` of a call of the generator, or of a variable of the
same function that holds its result, also in capitals or with other separators; `.split("_")[0]` and
the like where the piece becomes an id. The width may be a constant of the file. Silent: the end of
an id (`[-8:]`, `.split("_")[-1]`), cuts that leave a whole id, comparisons, abbreviations for logs
and people, and pieces that are handed to the generator as a prefix.

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
a string, a format cuts the id, it is changed before, or its width has a name or is declared.

## References
- OST302 doubled-id-prefix
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import libcst as cst

from ssot_lint.analysis.dataflow.backward import Backward
from ssot_lint.analysis.dataflow.strings import Part, pieces_of
from ssot_lint.analysis.syntax.libcst_nodes import canonical, integer, last_name, plain_text, walk
from ssot_lint.fixes.edits import Draft, Unwrap
from ssot_lint.fixes.refusal import Refusal
from ssot_lint.fixes.safety.destinations import unsuited
from ssot_lint.fixes.safety.hazards import declared_form
from ssot_lint.ids.bindings import Binder, Binding
from ssot_lint.ids.kinds import kind_of, names_an_id, snake_case
from ssot_lint.ids.precedence import is_superseded
from ssot_lint.ids.shown import is_shown
from ssot_lint.ids.strings.derived import names_in, whole_string
from ssot_lint.ids.strings.generated import Generated, Origin, Origins
from ssot_lint.model.findings import Applicability
from ssot_lint.rules.rule import Rule

# No id of the generator is longer, nor may a label of a DNS name be; what the end of an id takes
# is shorter than the second.
_WHOLE_ID = 63
_WHOLE_END = 36
# The random digits at the end of an id.
_UNIQUE_END = 8
_PRECISION = re.compile(r"(?:-|.?[<>^=])?\d*\.(\d+)s?")
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
    by_name: bool = False
    """Whether a constant says how long the piece is."""


class TruncatedGeneratedId(Rule):
    """OST303."""

    code = "OST303"
    name = "truncated-generated-id"
    fixable = "sometimes"
    message = (
        "the generated id cut here {effect}; use the whole id, or its end where it is too long"
    )

    def visit_Subscript(self, node: cst.Subscript) -> None:
        if len(node.slice) != 1:
            return
        inner = node.slice[0].slice
        by_word = isinstance(inner, cst.Index) and self._backward.number(inner.value) == 0
        cut = self._word_cut(node.value) if by_word else self._slice_cut(node.value, inner)
        if cut is not None:
            self._check(node, node, cut)

    def visit_FormattedStringExpression(self, node: cst.FormattedStringExpression) -> None:
        spec = "".join(map(self._spec_code, node.format_spec or ()))
        self._check_format(node, node.expression, node.expression, spec)

    def visit_BinaryOperation(self, node: cst.BinaryOperation) -> None:
        if isinstance(node.operator, cst.Modulo):
            self._check_template(node)

    def visit_Call(self, node: cst.Call) -> None:
        if last_name(node.func) != "format":
            return
        if isinstance(node.func, cst.Attribute):
            self._check_template(node)
        elif len(node.args) == 2 and self._is_builtin(node.func):
            value, spec = (arg.value for arg in node.args)
            self._check_format(node, node, value, plain_text(spec) or "")

    def _is_builtin(self, func: cst.BaseExpression) -> bool:
        return isinstance(func, cst.Name) and self.file.semantics.names.is_builtin(func)

    def _check_template(self, node: cst.BaseExpression) -> None:
        """The first of the ids that a template of `%` or `.format` cuts."""
        for piece in pieces_of(node) or ():
            if isinstance(piece, Part) and self._check_format(node, node, piece.node, piece.format):
                return

    def _check_format(
        self, place: cst.CSTNode, node: cst.BaseExpression, value: cst.BaseExpression, spec: str
    ) -> bool:
        """Whether a format cuts an id, which is reported."""
        found = _PRECISION.fullmatch(spec)
        return found is not None and self._check(place, node, _Cut(value, end=int(found[1])))

    def _spec_code(self, part: cst.BaseFormattedStringContent) -> str:
        """A part of a format, with a constant in braces as its number."""
        match part:
            case cst.FormattedStringText():
                return part.value
            case cst.FormattedStringExpression(conversion=None, format_spec=None):
                return str(self._backward.number(part.expression))
        return "?"

    @property
    def _backward(self) -> Backward:
        return self.file.semantics.once(Backward)

    @property
    def _generated(self) -> Generated:
        return self.file.ids.once(Generated)

    def _check(self, place: cst.CSTNode, node: cst.BaseExpression, cut: _Cut) -> bool:
        """Whether an id is cut, which is reported."""
        origins = self._generated.ids(cut.value)
        if not origins or any(_keeps_all(cut, origin) for origin in origins):
            return False
        whole = whole_string(node, self.file.ids)
        if self._makes_another(whole):
            return False
        binding = Binder(self.file.ids).of(whole)
        if is_shown(node, self.file.ids) or self._becomes_prefix(node):
            return False
        if _has_end(whole, cut.value):
            return False
        if self._is_abbreviation(binding, cut):
            return False
        self.report(
            place,
            effect=_effect(cut, origins),
            note=unsuited([node], self.file),
            fix=self._fix(place, cut, origins, binding, in_string=whole is not node),
        )
        return True

    def _makes_another(self, string: cst.BaseExpression) -> bool:
        """Whether an id of another kind is made of the piece, of which OST304 speaks."""
        around = self.file.semantics.around(string, cst.BaseExpression)
        return any(is_superseded(self.file.ids, self.code, node) for node in (string, *around))

    def _becomes_prefix(self, node: cst.BaseExpression) -> bool:
        """Whether the generator is handed the piece, and makes an id of its own of it."""
        below: cst.CSTNode = node
        for outer in self.file.semantics.ancestors(node):
            if isinstance(outer, (cst.BaseStatement, cst.BaseSmallStatement)):
                return False
            if isinstance(below, cst.Arg) and self._is_generator(outer):
                return True
            below = outer
        return False

    def _is_generator(self, call: cst.CSTNode) -> bool:
        ids = self.file.ids
        return isinstance(call, cst.Call) and ids.generator_method(call) is not None

    def _is_abbreviation(self, binding: Binding, cut: _Cut) -> bool:
        """Whether the piece is a word of the id, or short for people to read."""
        names = [snake_case(name) for name in names_in(binding)]
        if not any(map(names_an_id, names)) and (
            cut.by_word or any(not _SHORT.isdisjoint(name.split("_")) for name in names)
        ):
            return True
        if not isinstance(binding.target, cst.Name):
            return False
        uses = self._backward.uses_of(binding.target)
        return bool(uses) and all(is_shown(use, self.file.ids) for use in uses or ())

    def _fix(
        self,
        place: cst.CSTNode,
        cut: _Cut,
        origins: Origins,
        binding: Binding,
        *,
        in_string: bool,
    ) -> Draft | Refusal:
        if not isinstance(place, cst.Subscript):
            return Refusal("a format cuts it")
        if in_string or cut.by_word:
            return Refusal("the piece is a part of something else")
        if cut.by_name:
            return Refusal("the width has a name, which others may count on")
        if not isinstance(cut.value, (cst.Call, cst.Subscript)):
            return Refusal("a variable is cut, which may be short on purpose")
        if not all(origin.made for origin in origins):
            return Refusal(
                "the id is changed before it is cut, maybe for a form that others count on"
            )
        if cut.value.lpar:
            return Refusal("the id stands in parentheses")
        names = names_in(binding)
        if not any(names_an_id(snake_case(name)) for name in names):
            return Refusal("nothing says that the piece is an id")
        declared = declared_form(binding, self.file)
        if declared is not None:
            return Refusal(declared.says, declared.at)
        form = unsuited([place], self.file)
        if form is not None:
            return Refusal(form)
        prefixes = dict(self.file.ids.settings.id_prefixes)
        kinds = {kind_of(name, tuple(prefixes)) for name in names}
        for required in (prefixes[kind] for kind in kinds if kind is not None):
            if not all(origin.head.startswith(required) for origin in origins):
                return Refusal(f'the whole id would not begin with "{required}"')
        return self.file.draft(Applicability.UNSAFE, "use the whole id", [Unwrap(place, cut.value)])

    def _slice_cut(self, value: cst.BaseExpression, inner: cst.BaseSlice) -> _Cut | None:
        """What `[start:end]` and `[slice(start, end)]` leave of a string."""
        match inner:
            case cst.Slice(lower=lower, upper=upper, step=None):
                pass
            case cst.Index(cst.Call(func=cst.Name("slice") as func, args=args)) if len(args) in (
                1,
                2,
            ) and self._is_builtin(func):
                lower, upper = [None, *(arg.value for arg in args)][-2:]
            case _:
                return None
        is_open = lower is None or (isinstance(lower, cst.Name) and lower.value == "None")
        start = 0 if is_open else self._backward.number(lower)
        end = self._backward.number(upper)
        if start is None or start < 0 or not end:
            return None
        return _Cut(value, start, end, by_name=integer(upper) is None)

    def _word_cut(self, value: cst.BaseExpression) -> _Cut | None:
        """What the first of the words leaves that a string is taken apart into."""
        values = self._backward.values(value)
        match values[0] if len(values) == 1 else None:
            case cst.Call(
                func=cst.Attribute(value=string, attr=cst.Name(method)), args=[first, *_]
            ) if method in _WORD_CUTS:
                separator = None if method.startswith("r") else plain_text(first.value)
                return _Cut(string, word_end=separator, by_word=True)
        return None


def _has_end(whole: cst.BaseExpression, value: cst.BaseExpression) -> bool:
    """Whether the end of the id, which makes it unique, stands in the string, too."""
    if not isinstance(value, (cst.Name, cst.Attribute)):
        return False  # a call makes another id each time
    for part in walk(whole):
        match part:
            case cst.Subscript(
                value=same, slice=[cst.SubscriptElement(slice=cst.Slice(upper=None, lower=lower))]
            ) if lower is not None and canonical(same) == canonical(value):
                start = integer(lower)
                if start is not None and start <= -_UNIQUE_END:
                    return True
    return False


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
