"""
## What it does
Finds strings that become a thread id and begin with a literal other than `thread_`.

Other kinds of ids and their prefixes are set by `id-prefixes`.

A string becomes a thread id when it is bound to a name, attribute or item that is or ends in
`thread_id`; as keyword argument, dict value, parameter or field default; as positional argument
of a context class, of a function of the same file or of one that is imported; as the other side of
an `or` or `if else`; as default of `.get("thread_id", ...)` or `getattr`; as prefix handed to the
generator; by what a function gives, of this file or of another one, and then at its call.

Silent: comparisons, schemas and descriptions, text for logs and people, docstrings, the empty
string, and sentinels such as `"unknown"` unless a context class is given one.

## Why is this bad?
The database knows threads by ids that start with `thread_`. One without it is stored, never
found again, and comes back as "404: Thread not found".

## Example
```python
context = UserExecutionContext(user_id=user_id, thread_id=f"ws_thread_{user_id}", run_id=run_id)
```
Write instead:
```python
thread_id = UnifiedIdGenerator.generate_base_id("thread_ws")
context = UserExecutionContext(user_id=user_id, thread_id=thread_id, run_id=run_id)
```

## Fix safety
Unsafe, because other code or stored data may know the old id: the prefix goes in front once, and a
word that says the same goes (`ws_thread_1` becomes `thread_ws_1`). Never where the string holds
another id of the kind, is a placeholder, this file looks for ids that begin as it does, a function
gives it back to callers who may put the prefix in front, or a comment says that it has none.

## References
- OST101 direct-uuid-call
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator

import libcst as cst

from ssot_lint.analysis.dataflow.strings import Head
from ssot_lint.analysis.syntax.parsing import last_name, walk
from ssot_lint.fixes.edits import Draft, Replace, advice_of
from ssot_lint.fixes.refusal import Refusal
from ssot_lint.ids.bindings import Binder
from ssot_lint.ids.kinds import kind_of, with_required_prefix
from ssot_lint.ids.strings.literals import Unprefixed, UnprefixedLiterals, bare
from ssot_lint.rules.rule import Rule

_UNPREFIXED = re.compile(
    r"\b(un-?prefixed|prefix-?less|raw|bare"
    r"|(no|not|without|lacks?|lacking|misses|missing|omits?)\s+(\w+\s+)?prefix(es|ed)?)\b",
    re.IGNORECASE,
)


_KNOWN = Refusal("other code or stored data may know it as it is")
_GIVEN = Refusal("a function gives it: what that begins with is to be changed there")


class UnprefixedThreadLiteral(Rule):
    """OST301."""

    code = "OST301"
    name = "unprefixed-thread-literal"
    fixable = "sometimes"
    message = '{kind} {text} does not start with "{prefix}"; {advice}'

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        self._check(node)

    def visit_FormattedString(self, node: cst.FormattedString) -> None:
        self._check(node)

    def visit_ConcatenatedString(self, node: cst.ConcatenatedString) -> None:
        self._check(node)

    def visit_Call(self, node: cst.Call) -> None:
        self._check(node)

    def _check(self, node: cst.BaseString | cst.Call) -> None:
        literal = self.file.semantics.node_map.twin(node)
        if not isinstance(literal, ast.expr):
            return  # a part of one that is written in several pieces
        found = self.file.ids.once(UnprefixedLiterals).at(literal)
        if found is None or self.file.is_superseded(self.code, found.string):
            return
        head = found.head
        plan = self._fix(node, found) if isinstance(node, cst.BaseString) else _GIVEN
        self.report(
            node,
            fix=plan,
            note=f"{found.given_by} gives it so" if found.given_by else None,
            kind=found.kind,
            text=_shown(head.text, head),
            prefix=found.prefix,
            advice=advice_of(plan, self._advice(found)),
        )

    def _advice(self, found: Unprefixed) -> str:
        ids, settings = self.file.ids, self.file.ids.settings
        if found.is_prefix:
            return f'pass "{bare(found.prefix)}" to {ids.shown_call(settings.id_method)}'
        return f"use an id from {ids.shown_call(settings.maker_of(found.kind))}"

    def _fix(self, literal: cst.BaseString, found: Unprefixed) -> Draft | Refusal:
        """The prefix in front, once."""
        settings = self.file.ids.settings
        head, kind, prefix = found.head, found.kind, found.prefix
        if head.exact and head.text.lower() in {s.lower() for s in settings.sentinels}:
            return Refusal("a placeholder does not become an id by a prefix")
        if re.search(r"\s", head.text):
            return Refusal("it reads as text, not as an id")
        if _holds_another(kind, found.string):
            return Refusal(f"it holds another {kind}, which would double the prefix")
        if self._is_given_back(found.string):
            return Refusal("a function gives it back, and who calls it may put the prefix in front")
        if any(_UNPREFIXED.search(comment) for comment in self.file.semantics.comments_at(literal)):
            return Refusal("a comment says that it has no prefix")
        sought = self.file.ids.looks_for(head.text)
        if sought is not None:
            return Refusal("this file looks for ids that begin as it does", row=sought)
        moved = with_required_prefix(head.text, prefix)
        if moved == bare(prefix) and not found.is_prefix:
            if head.exact:
                return Refusal("nothing would be left behind the prefix")
            moved = prefix
        replaced = _with_beginning(literal, head.text, moved)
        if replaced is None:
            return Refusal("it is written with escapes")
        return self.file.draft(
            f'begin with "{prefix}"',
            [replaced],
            doubt=_KNOWN,
            advice=f"write {_shown(moved, head)}",
        )

    def _is_given_back(self, string: ast.expr) -> bool:
        """Whether the string is what a function returns, at once or through a local name."""
        if self._is_returned(string):
            return True
        semantics = self.file.ids.semantics
        target = Binder(self.file.ids).of(string).target
        function = semantics.syntax.function_of(string)
        if not isinstance(target, ast.Name) or function is None:
            return False
        return any(map(self._is_returned, semantics.uses(function).of(target)))

    def _is_returned(self, node: ast.AST) -> bool:
        """Whether a value, or a choice with it, stands behind a `return`."""
        around = self.file.semantics.model.syntax.ancestors(node)
        outer = next((n for n in around if not isinstance(n, (ast.BoolOp, ast.IfExp))), None)
        return isinstance(outer, ast.Return)


def _holds_another(kind: str, string: ast.expr) -> bool:
    """Whether a part of the string is itself an id of the kind."""
    named = (n.arg if isinstance(n, ast.keyword) else last_name(n) for n in walk(string))
    return any(kind_of(name, (kind,)) for name in named)


def _with_beginning(literal: cst.BaseString, begins: str, text: str) -> Replace | None:
    """A literal that begins with `text` instead; None where it is not written as it reads."""
    literal = next((p for p in _pieces(literal) if _is_written(p)), literal)
    match literal:
        case cst.SimpleString():
            code, quote = literal.raw_value, str(literal.quote)
        case cst.FormattedString(parts=[cst.FormattedStringText(value=code), *_]):
            quote = ""
        case _:
            return None
    if "\\" in code or "{{" in code or not code.startswith(begins):
        return None
    changed = quote + text + code[len(begins) :] + quote
    if isinstance(literal, cst.FormattedString):
        return Replace(literal.parts[0], changed)
    return Replace(literal, literal.prefix + changed)


def _pieces(literal: cst.BaseString) -> Iterator[cst.BaseString]:
    """The literals that stand beside each other."""
    while isinstance(literal, cst.ConcatenatedString):
        yield literal.left
        literal = literal.right
    yield literal


def _is_written(literal: cst.BaseString) -> bool:
    """Whether anything stands between the quotes."""
    return bool(getattr(literal, "parts", ()) or getattr(literal, "raw_value", ""))


def _shown(begins: str, head: Head) -> str:
    """What a text that begins so is called in messages; `head` says whether that is all of it."""
    shown = begins if len(begins) <= 40 else begins[:37]
    more = "" if head.exact and shown == begins else "..."
    return json.dumps(shown + more, ensure_ascii=False)
