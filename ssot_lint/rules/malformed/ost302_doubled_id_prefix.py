"""
## What it does
Finds strings that put a prefix in front of an id that begins with that prefix already.

The id comes from the generator, directly, through a variable of the same function, or by calls of
functions of this file and of others, or is itself a string that begins with `thread_` or another
prefix of the settings. All prefixes count, not only
that of threads. In front of an id of the generator the prefix may be put together of pieces, have a
name (`PREFIX + id`), come by `"_".join(...)`, or be what `+=` adds the id to. Silent: values from
elsewhere, and those whose beginning the code tests first; text for logs and people; keys and names
that are no ids, where a variable is put into them.

## Why is this bad?
`thread_thread_1700000000000_1_ab12cd34` is a different id from the one that everybody else knows.
It is stored, and never found again.

## Example
```python
thread_id = f"thread_{UnifiedIdGenerator.generate_base_id('thread')}"
```
Write instead:
```python
thread_id = UnifiedIdGenerator.generate_base_id("thread")
```

## Fix safety
Unsafe, because stored data may hold the doubled form: the prefix in front goes. Words further in
front go into the prefix that the generator is handed (`f"ws_thread_{...('thread')}"` becomes
`...("thread_ws")`) where the id must begin with `thread_`. Never, with the reason in the message,
where the id then would not begin as its kind must, a variable is put into an id of another name,
the file takes the prefix off again, or more than the prefix and the id is joined or filled into a
template.

## References
- OST301 unprefixed-thread-literal
"""

from __future__ import annotations

import ast
import re

import libcst as cst

from ssot_lint.analysis.syntax.libcst_nodes import code_of, is_sum, last_name, plain_text, walk
from ssot_lint.analysis.syntax.node_map import NodeMap
from ssot_lint.analysis.syntax.parsing import dotted_name
from ssot_lint.fixes.edits import Change, Draft, Replace, Unwrap, advice_of
from ssot_lint.fixes.file_context import FileContext
from ssot_lint.fixes.refusal import Refusal
from ssot_lint.ids.bindings import names_in
from ssot_lint.ids.kinds import kind_of, snake_case, with_required_prefix
from ssot_lint.ids.strings.derived import Doubled, DoubledPrefixes
from ssot_lint.ids.strings.generated import Generated, followed
from ssot_lint.rules.rule import Rule

_STORED = Refusal("stored data may hold the doubled form")
_SEPARATORS = "_.:-"


class DoubledIdPrefix(Rule):
    """OST302."""

    code = "OST302"
    name = "doubled-id-prefix"
    fixable = "sometimes"
    message = 'the id begins with "{begins}" already; {advice}'

    def __init__(self, file: FileContext) -> None:
        super().__init__(file)
        self._taken_off: dict[str, bool] = {}

    def visit_FormattedString(self, node: cst.FormattedString) -> None:
        self._check(node)

    def visit_ConcatenatedString(self, node: cst.ConcatenatedString) -> None:
        self._check(node)

    def visit_BinaryOperation(self, node: cst.BinaryOperation) -> None:
        self._check(node)

    def visit_Call(self, node: cst.Call) -> None:
        if last_name(node.func) in ("format", "join"):
            self._check(node)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        twin = self._nodes.twin(node)
        if not isinstance(twin, ast.AugAssign):
            return
        prefix = self.file.ids.once(DoubledPrefixes).added(twin)
        if prefix is not None and not self.file.is_superseded(self.code, node):
            self.report(
                node,
                fix=Refusal("the prefix stands in another statement"),
                begins=prefix,
                advice=_leave_out(prefix),
            )

    def _check(self, node: cst.BaseExpression) -> None:
        string = self._nodes.twin(node)
        if not isinstance(string, ast.expr):
            return  # a part of one that is written in several pieces
        found = self.file.ids.once(DoubledPrefixes).at(string)
        if found is not None and not self.file.is_superseded(self.code, node):
            begins = found.origin.head[: len(found.prefix)]
            given_by = found.origin.given_by
            plan = self._fix(node, found)
            self.report(
                node,
                fix=plan,
                note=f"{given_by} gives it so" if given_by else None,
                begins=begins,
                advice=advice_of(plan, _leave_out(found.prefix)),
            )

    @property
    def _nodes(self) -> NodeMap:
        return self.file.semantics.node_map

    def _value_of(self, found: Doubled) -> cst.BaseExpression | None:
        """The id behind the text."""
        value = self._nodes.node_of(found.value)
        return value if isinstance(value, cst.BaseExpression) else None

    def _fix(self, node: cst.BaseExpression, found: Doubled) -> Draft | Refusal:
        required = self._required(found)
        rest = found.text.removesuffix(found.prefix)
        if found.again:
            return Refusal("another id in the string is doubled, too")
        value = self._value_of(found)
        if value is None or not isinstance(
            found.value, (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Await)
        ):
            return Refusal("more than one value may stand behind the prefix")
        target, path = found.binding.target, dotted_name(found.value)
        if path is not None and target is not None and path == dotted_name(target):
            return Refusal("nothing would be left of the assignment")
        if not isinstance(found.value, (ast.Call, ast.Await)) and not self._is_named_so(found):
            return Refusal("an id of another name may be named after this one")
        if self._is_taken_off(found.prefix):
            return Refusal("this file takes the prefix off again")
        if self.file.ids.once(followed).may_be_none(found.value):
            return Refusal("the value may be missing, which the prefix hides")
        if "\n" in code_of(value) and (value.lpar or not is_sum(node)):
            return Refusal("the value is written over several lines")
        begins = rest or found.origin.head
        if required and not begins.startswith(required):
            moved = self._moved(node, value, rest, required, found)
            return moved or Refusal(f'without it the id would not begin with "{required}"')
        change = self._without(node, value, rest, found)
        if change is None:
            return Refusal("the prefix is no literal right in front of the id")
        return self._draft(change)

    def _is_named_so(self, found: Doubled) -> bool:
        """Whether what gets the string is named as the prefix says: `req_` for a request."""
        word = found.prefix.rstrip(_SEPARATORS)
        parts = {part for name in names_in(found.binding) for part in snake_case(name).split("_")}
        return any(part.startswith(word) for part in parts)

    def _is_taken_off(self, prefix: str) -> bool:
        """Whether the file cuts or replaces the prefix somewhere, by its name or as a literal."""
        if prefix not in self._taken_off:
            self._taken_off[prefix] = self._looks_taken_off(prefix)
        return self._taken_off[prefix]

    def _looks_taken_off(self, prefix: str) -> bool:
        names = [
            name for name, value in self.file.semantics.model.constants.items() if value == prefix
        ]
        written = "|".join(map(re.escape, (f"'{prefix}'", f'"{prefix}"', *names)))
        taking = rf"\b(removeprefix|len|r?split|r?partition|replace)\(\s*({written})\s*[,)]"
        return re.search(taking, self.file.semantics.text.text) is not None

    def _draft(self, change: Change, advice: str = "") -> Draft:
        message = "leave out the doubled prefix"
        return self.file.draft(message, [change], doubt=_STORED, advice=advice)

    def _required(self, found: Doubled) -> str:
        """What the id must begin with, going by what it is bound to."""
        prefixes = dict(self.file.ids.settings.id_prefixes)
        kinds = [kind_of(name, tuple(prefixes)) for name in names_in(found.binding)]
        return next((prefixes[kind] for kind in kinds if kind is not None), "")

    def _without(
        self, node: cst.BaseExpression, value: cst.BaseExpression, rest: str, found: Doubled
    ) -> Change | None:
        """The change that leaves `rest` of the text in front of the id."""
        if not rest and found.is_all:
            return Unwrap(node, value)
        if isinstance(node, cst.FormattedString):
            text = _text_before(node, value)
            if text is None or not text.value.endswith(found.prefix):
                return None
            return Replace(text, text.value.removesuffix(found.prefix))
        for part in walk(node):
            if is_sum(part) and part.right is value:
                return self._without_term(part, rest, found)
        return None

    def _without_term(self, part: cst.BinaryOperation, rest: str, found: Doubled) -> Change | None:
        """The same for a sum, whose last term is the id."""
        before, value = part.left, part.right
        text = self._nodes.twin(before)
        known = self.file.ids.once(Generated).text(text) if isinstance(text, ast.expr) else None
        if not rest and known == found.text:
            return Unwrap(part, value)
        literal = before.right if is_sum(before) else before
        if not isinstance(literal, cst.SimpleString) or literal.prefix not in ("", "u", "r"):
            return None
        if not literal.raw_value.endswith(found.prefix):
            return None
        kept = literal.raw_value.removesuffix(found.prefix)
        if kept:
            return Replace(literal, literal.prefix + literal.quote + kept + literal.quote)
        return Unwrap(before, before.left) if is_sum(before) else Unwrap(part, value)

    def _moved(
        self,
        node: cst.BaseExpression,
        call: cst.BaseExpression,
        rest: str,
        required: str,
        found: Doubled,
    ) -> Draft | None:
        """The words in front of the prefix become part of what the generator is handed."""
        if not rest or not isinstance(node, cst.FormattedString) or len(node.parts) != 2:
            return None
        if not isinstance(call, cst.Call) or found.origin.node is not found.value or not call.args:
            return None
        if found.origin.given_by:
            return None  # who knows what the function does with what it is handed
        given = call.args[0]
        text = plain_text(given.value)
        literal = given.value
        if text is None or given.keyword is not None or not isinstance(literal, cst.SimpleString):
            return None
        words = rest.strip(_SEPARATORS)
        wanted = with_required_prefix(f"{words}_{text}", required)
        if not words or not (wanted + "_").startswith(required):
            return None
        quoted = cst.SimpleString(literal.prefix + literal.quote + wanted + literal.quote)
        changed = call.with_changes(args=[given.with_changes(value=quoted), *call.args[1:]])
        code = code_of(changed)
        return self._draft(Replace(node, code), f"use `{code}`")


def _leave_out(prefix: str) -> str:
    return f'leave out the "{prefix}" in front of it'


def _text_before(
    node: cst.FormattedString, value: cst.BaseExpression
) -> cst.FormattedStringText | None:
    """The literal part of an f-string that stands in front of a value."""
    before: cst.CSTNode | None = None
    for part in node.parts:
        if isinstance(part, cst.FormattedStringExpression) and part.expression is value:
            return before if isinstance(before, cst.FormattedStringText) else None
        before = part
    return None
