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

import ast
import json
import re
from dataclasses import dataclass

import libcst as cst

from ssot_lint.analysis.dataflow.backward import Backward
from ssot_lint.analysis.dataflow.library import WORD_CUTS
from ssot_lint.analysis.dataflow.strings import Part, pieces_of
from ssot_lint.analysis.syntax.node_map import NodeMap
from ssot_lint.analysis.syntax.parsing import arguments_of, integer, plain_text, walk
from ssot_lint.fixes.edits import Draft, Unwrap
from ssot_lint.fixes.refusal import Refusal
from ssot_lint.fixes.safety.evidence import EvidenceOfForm
from ssot_lint.ids.bindings import Binder, Binding, names_in
from ssot_lint.ids.kinds import kind_of, names_an_id, snake_case
from ssot_lint.ids.shown import is_shown
from ssot_lint.ids.strings.derived import whole_string
from ssot_lint.ids.strings.generated import Generated, Origin, Origins
from ssot_lint.rules.rule import Rule

# No id of the generator is longer, nor may a label of a DNS name be; what the end of an id takes
# is shorter than the second.
_WHOLE_ID = 63
_WHOLE_END = 36
# The random digits at the end of an id.
_UNIQUE_END = 8
_LONGER = Refusal("the id becomes longer")
_PRECISION = re.compile(r"(?:-|.?[<>^=])?\d*\.(\d+)s?")
# Words in names of what is made to be short.
_SHORT = frozenset({
    "prefix", "pattern", "kind", "type", "head", "label", "display", "preview", "masked",
    "redacted", "title", "short", "abbreviated", "truncated", "log", "msg", "message",
})  # fmt: skip


@dataclass(frozen=True)
class _Cut:
    """What is cut, and what is kept of it."""

    value: ast.expr
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
        match self._nodes.twin(node):
            case ast.Subscript(value=value, slice=inner) as piece:
                by_word = self._backward.number(inner) == 0
                cut = self._word_cut(value) if by_word else self._slice_cut(value, inner)
                if cut is not None:
                    self._check(node, piece, cut)

    def visit_FormattedStringExpression(self, node: cst.FormattedStringExpression) -> None:
        match self._nodes.twin(node):
            case ast.FormattedValue(value=value, format_spec=ast.JoinedStr(values=parts)):
                self._check_format(node, value, value, "".join(map(self._spec_text, parts)))

    def visit_BinaryOperation(self, node: cst.BinaryOperation) -> None:
        match self._nodes.twin(node):
            case ast.BinOp(op=ast.Mod()) as template:
                self._check_template(node, template)

    def visit_Call(self, node: cst.Call) -> None:
        match self._nodes.twin(node):
            case ast.Call(func=ast.Attribute(attr="format")) as template:
                self._check_template(node, template)
            case ast.Call(func=ast.Name(id="format") as func) as call if self._is_builtin(func):
                if len(given := arguments_of(call)) == 2:
                    self._check_format(node, call, given[0], plain_text(given[1]) or "")

    def _is_builtin(self, func: ast.Name) -> bool:
        return self.file.semantics.model.names.is_builtin(func)

    def _check_template(self, place: cst.CSTNode, node: ast.expr) -> None:
        """The first of the ids that a template of `%` or `.format` cuts."""
        for piece in pieces_of(node) or ():
            if isinstance(piece, Part) and self._check_format(
                place, node, piece.node, piece.format
            ):
                return

    def _check_format(self, place: cst.CSTNode, node: ast.expr, value: ast.expr, spec: str) -> bool:
        """Whether a format cuts an id, which is reported."""
        found = _PRECISION.fullmatch(spec)
        return found is not None and self._check(place, node, _Cut(value, end=int(found[1])))

    def _spec_text(self, part: ast.expr) -> str:
        """A part of a format, with a constant in braces as its number."""
        match part:
            case ast.Constant(value=str(text)):
                return text
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                return str(self._backward.number(value))
        return "?"

    @property
    def _nodes(self) -> NodeMap:
        return self.file.semantics.node_map

    @property
    def _backward(self) -> Backward:
        return self.file.semantics.model.once(Backward)

    @property
    def _generated(self) -> Generated:
        return self.file.ids.once(Generated)

    @property
    def _evidence(self) -> EvidenceOfForm:
        return self.file.once(EvidenceOfForm)

    def _check(self, place: cst.CSTNode, node: ast.expr, cut: _Cut) -> bool:
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
        made = self._nodes.node_of(node)
        self.report(
            place,
            effect=_effect(cut, origins),
            note=self._evidence.unsuited([made] if isinstance(made, cst.BaseExpression) else []),
            fix=self._fix(place, cut, origins, binding, in_string=whole is not node),
        )
        return True

    def _makes_another(self, string: ast.expr) -> bool:
        """Whether an id of another kind is made of the piece, of which OST304 speaks."""
        around = self.file.semantics.model.syntax.around(string, ast.expr)
        return any(self.file.is_superseded(self.code, node) for node in (string, *around))

    def _becomes_prefix(self, node: ast.expr) -> bool:
        """Whether the generator is handed the piece, and makes an id of its own of it."""
        names = self.file.semantics.model.names
        below: ast.AST = node
        for outer in self.file.semantics.model.syntax.ancestors(node):
            if isinstance(outer, ast.stmt):
                return False
            if (
                isinstance(outer, ast.Call)
                and below is not outer.func
                and names.method_of(outer.func) is not None
            ):
                return True
            below = outer
        return False

    def _is_abbreviation(self, binding: Binding, cut: _Cut) -> bool:
        """Whether the piece is a word of the id, or short for people to read."""
        names = [snake_case(name) for name in names_in(binding)]
        if not any(map(names_an_id, names)) and (
            cut.by_word or any(not _SHORT.isdisjoint(name.split("_")) for name in names)
        ):
            return True
        if not isinstance(binding.target, ast.Name):
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
        whole = self._nodes.node_of(cut.value)
        if not isinstance(whole, (cst.Call, cst.Subscript)):
            return Refusal("a variable is cut, which may be short on purpose")
        if not all(origin.made for origin in origins):
            return Refusal(
                "the id is changed before it is cut, maybe for a form that others count on"
            )
        if whole.lpar:
            return Refusal("the id stands in parentheses")
        names = names_in(binding)
        if not any(names_an_id(snake_case(name)) for name in names):
            return Refusal("nothing says that the piece is an id")
        demand = self._evidence.demand(place)
        if demand is not None:
            return demand
        prefixes = dict(self.file.ids.settings.id_prefixes)
        kinds = {kind_of(name, tuple(prefixes)) for name in names}
        for required in (prefixes[kind] for kind in kinds if kind is not None):
            if not all(origin.head.startswith(required) for origin in origins):
                return Refusal(f'the whole id would not begin with "{required}"')
        return self.file.draft("use the whole id", [Unwrap(place, whole)], doubt=_LONGER)

    def _slice_cut(self, value: ast.expr, inner: ast.expr) -> _Cut | None:
        """What `[start:end]` and `[slice(start, end)]` leave of a string."""
        match inner:
            case ast.Slice(lower=lower, upper=upper, step=None):
                pass
            case ast.Call(
                func=ast.Name(id="slice") as func, args=[*before, upper], keywords=[]
            ) if len(before) < 2 and self._is_builtin(func):
                lower = before[0] if before else None
            case _:
                return None
        is_open = lower is None or (isinstance(lower, ast.Constant) and lower.value is None)
        start = 0 if is_open else self._backward.number(lower)
        end = self._backward.number(upper)
        if start is None or start < 0 or not end:
            return None
        return _Cut(value, start, end, by_name=integer(upper) is None)

    def _word_cut(self, value: ast.expr) -> _Cut | None:
        """What the first of the words leaves that a string is taken apart into."""
        values = self._backward.values(value)
        match values[0] if len(values) == 1 else None:
            case ast.Call(func=ast.Attribute(value=string, attr=method)) as call if (
                method in WORD_CUTS and (given := arguments_of(call))
            ):
                separator = None if method.startswith("r") else plain_text(given[0])
                return _Cut(string, word_end=separator, by_word=True)
        return None


def _has_end(whole: ast.expr, value: ast.expr) -> bool:
    """Whether the end of the id, which makes it unique, stands in the string, too."""
    if not isinstance(value, (ast.Name, ast.Attribute)):
        return False  # a call makes another id each time
    for part in walk(whole):
        match part:
            case ast.Subscript(
                value=same, slice=ast.Slice(lower=ast.expr() as lower, upper=None)
            ) if ast.dump(same) == ast.dump(value):
                start = integer(lower)
                if start is not None and start <= -_UNIQUE_END:
                    return True
    return False


def _keeps_all(cut: _Cut, origin: Origin) -> bool:
    if cut.end is None or cut.end < 0:
        return False
    simple = isinstance(origin.node, ast.Call) and len(arguments_of(origin.node)) == 1
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
