"""
## What it does
Finds ids of a context that are the same at every run: `run_id=f"reconnect_{user_id}"`.

Such an id is a literal, or a string of literals and the user's id, handed to a context class at
once, through a local variable, or as what `or` and conditional expressions fall back to.

Silent: strings with anything else in them, for that may differ from run to run; ids of kinds that
must begin with a prefix, for those are stored and found again (a thread goes on over many runs);
tests, in which ids are constant so that they can be compared.

## Why is this bad?
Two runs of a user have one id: their messages, logs and states are taken for those of one run, and
what the second one stores writes over the first.

## Example
```python
def on_reconnect(user_id, thread_id):
    return UserExecutionContext(user_id, thread_id, run_id=f"reconnect_{user_id}")
```
Write instead:
```python
def on_reconnect(user_id, thread_id):
    run_id = UnifiedIdGenerator.generate_base_id(f"reconnect_{user_id}")
    return UserExecutionContext(user_id, thread_id, run_id=run_id)
```

## Fix safety
Unsafe: the id differs from run to run then, and whoever looks for the old one finds it no longer.
The text becomes the prefix that the id method is handed. Never where this file looks for ids that
begin so or has the same text elsewhere, where something depends on the form of the id (as with
OST101), where the text is a placeholder, and where another id of the context is constant or comes
from a call for this id alone: one context call is to make both, and which operation they are for,
only a person knows.

## References
- OST301 unprefixed-thread-literal, for ids of kinds that must begin with a prefix
"""

from __future__ import annotations

import ast
import re

import libcst as cst

from ssot_lint.analysis.dataflow.strings import literal_head
from ssot_lint.analysis.syntax.libcst_nodes import code_of
from ssot_lint.fixes.edits import Draft, Replace, advice_of
from ssot_lint.fixes.refusal import Refusal
from ssot_lint.fixes.safety.evidence import EvidenceOfForm
from ssot_lint.fixes.safety.forms import Form
from ssot_lint.ids.generator.api import ONE_PREFIX
from ssot_lint.ids.uses.constants import ConstantId, ConstantIds
from ssot_lint.rules.rule import Rule

_ANOTHER = Refusal("who looks for the old id finds it no longer")


class ConstantContextId(Rule):
    """OST306."""

    code = "OST306"
    name = "constant-context-id"
    fixable = "sometimes"
    message = "{kind} {text} is the same at every run; use {advice}"

    def leave_Module(self, original_node: cst.Module) -> None:
        for found in self.file.ids.once(ConstantIds).found.values():
            node = self.file.semantics.node_map.node_of(found.string)
            is_told = not self.file.is_superseded(self.code, found.string)
            if is_told and isinstance(node, cst.BaseExpression):
                plan = self._fix(node, found)
                self.report(
                    node,
                    fix=plan,
                    kind=found.kind,
                    text=f"`{ast.unparse(found.string)}`",
                    advice=advice_of(plan, self.file.ids.shown_id_call),
                )

    def _fix(self, node: cst.BaseExpression, found: ConstantId) -> Draft | Refusal:
        settings = self.file.ids.settings
        if not found.is_alone:
            return Refusal("one context call is to make it with the other ids of its context")
        head = literal_head(found.string)
        if head is None or not head.text:
            return Refusal("it does not begin with a text")
        if head.exact and head.text.lower() in {one.lower() for one in settings.sentinels}:
            return Refusal("a placeholder says that there is no id")
        sought = self.file.ids.looks_for(head.text)
        if sought is not None:
            return Refusal("this file looks for ids that begin as it does", row=sought)
        evidence = self.file.once(EvidenceOfForm).about(found.string, Form())
        if evidence.obstacle is not None:
            return evidence.obstacle
        alike = re.compile(rf"[\"']{re.escape(head.text)}")
        if len(alike.findall(self.file.semantics.text.text)) > 1:
            return Refusal("the file has the same text elsewhere, too")
        constant = head.text if head.exact else None
        shape = ONE_PREFIX.handing(constant)
        reference = self.file.new_code.generator_at(node, settings.id_method, shape)
        if isinstance(reference, Refusal):
            return reference
        code = f"{reference.method(settings.id_method)}({code_of(node)})"
        message = f"call `{settings.shown(settings.id_method)}`"
        return self.file.draft(
            message, [Replace(node, code)], [reference], doubt=_ANOTHER, advice=f"`{code}`"
        )
