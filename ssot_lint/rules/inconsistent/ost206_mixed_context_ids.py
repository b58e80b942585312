"""
## What it does
Finds ids of one context that different calls of the generator made, or different makers.

What gets them is a call of a context class, another call with keywords for several of the ids, a
dict or a tuple. They are mixed where one run may give it the id of one kind from one call of the
context method and that of another kind from another, also by functions of other files, or where
they come from different makers: the context method, and those that `other-makers` names. Silent:
ids that the caller gave, be it with generated ones in their place (`run_id or generated_run_id`);
branches of which a run takes one; two context calls for the same user in one function, of which
OST201 speaks; single ids of the generator, of which OST202 does; ids that are made by hand or by a
banned function, of which OST101 and OST104 do.

## Why is this bad?
Ids of one request share a time and a counter when one call makes them. A context with the thread of
one call and the run of another belongs to no request: its events go to nobody, or to somebody else.

## Example
```python
def begin(user_id, other_user_id):
    thread_id, _, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "begin")
    _, run_id, _ = UnifiedIdGenerator.generate_user_context_ids(other_user_id, "begin")
    return UserExecutionContext(user_id, thread_id, run_id)
```
Write instead:
```python
def begin(user_id):
    thread_id, run_id, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "begin")
    return UserExecutionContext(user_id, thread_id, run_id)
```

## Fix safety
Unsafe, for the id is another one then: where a call of the context method earlier in the block
throws the id of that kind away (`thread_id, _, _ = ...`), that one takes the place of what is made
later on, in the same block or in one below that runs once. Else never: whose ids were meant is for
a person to say.

## References
- OST201 multiple-generator-calls
- OST202 piecemeal-context-ids
"""

from __future__ import annotations

import ast
from itertools import chain

import libcst as cst

from ssot_lint.fixes.edits import Draft, Replace
from ssot_lint.fixes.refusal import Refusal
from ssot_lint.fixes.safety.evidence import EvidenceOfForm
from ssot_lint.fixes.safety.forms import Form
from ssot_lint.ids.uses.mixtures import Mixture, Mixtures
from ssot_lint.rules.rule import Rule

# What runs at another time than the statements around it, or more often.
_ELSEWHERE = (
    cst.FunctionDef, cst.Lambda, cst.ClassDef, cst.For, cst.While, cst.BaseComp, cst.CompFor,
)  # fmt: skip
_ANOTHER = Refusal("the id is another one then")
_WHOSE = Refusal("whose ids are meant is for a person to say")


class MixedContextIds(Rule):
    """OST206."""

    code = "OST206"
    name = "mixed-context-ids"
    fixable = "sometimes"
    message = "{one} comes from {first} and {other} from {second}; unpack them from one `{context}`"

    def leave_Module(self, original_node: cst.Module) -> None:
        mixtures = self.file.ids.once(Mixtures)
        for mixture in chain.from_iterable(map(mixtures.in_, self.file.semantics.parts)):
            node = self.file.semantics.node_map.node_of(mixture.holder)
            is_told = not self.file.is_superseded(self.code, mixture.holder)
            if is_told and isinstance(node, cst.BaseExpression):
                self._report(node, mixture)

    def _report(self, node: cst.BaseExpression, mixture: Mixture) -> None:
        settings = self.file.ids.settings
        first, second = self._told(mixture)
        source = self.file.semantics.node_map.node_of(mixture.sources[0].node)
        self.report(
            node,
            related=source if isinstance(source, cst.CSTNode) else None,
            fix=self._fix(node, mixture),
            one=mixture.kinds[0],
            other=mixture.kinds[1],
            first=first,
            second=second,
            context=f"{settings.shown(settings.context_method)}()",
        )

    def _fix(self, node: cst.BaseExpression, mixture: Mixture) -> Draft | Refusal:
        """Hand on the id that the context call has thrown away."""
        made, other = mixture.sources
        kind = mixture.kinds[1]
        if made.call is None:
            made, other = other, made
            kind = mixture.kinds[0]
        value = self.file.semantics.node_map.node_of(other.whole)
        if made.call is None or other.call is not None or not isinstance(value, cst.BaseExpression):
            return _WHOSE
        thrown = self._thrown_away(made.call, kind)
        if thrown is None or not self._comes_before(made.call, value):
            return _WHOSE
        scope = self.file.semantics.scope_of(node)
        name = self.file.new_code.fresh_name((f"generated_{kind}", "_"), scope)
        if name == "_":
            return Refusal(f"`generated_{kind}` is the name of something else")
        evidence = self.file.once(EvidenceOfForm).about(other.whole, Form())
        if evidence.obstacle is not None:
            return evidence.obstacle
        changes = [Replace(thrown, name), Replace(value, name)]
        return self.file.draft(f"unpack {kind} from the same call", changes, doubt=_ANOTHER)

    def _thrown_away(self, call: ast.Call, kind: str) -> cst.BaseExpression | None:
        """The target of a context call that takes the id of a kind, and is read by nobody."""
        kinds = self.file.ids.settings.context_ids
        match self.file.ids.semantics.syntax.parent(call):
            case ast.Assign(targets=[ast.Tuple(elts=targets)]) if len(targets) == len(kinds):
                target = targets[kinds.index(kind)]
                if isinstance(target, ast.Name) and not target.id.strip("_"):
                    thrown = self.file.semantics.node_map.node_of(target)
                    return thrown if isinstance(thrown, cst.BaseExpression) else None
        return None

    def _comes_before(self, call: ast.Call, node: cst.BaseExpression) -> bool:
        """Whether each run that comes to a node has come by a call, once for each time.

        The statement with the call stands in front of what the node is in, in the same block.
        """
        semantics = self.file.semantics
        made = semantics.node_map.node_of(call)
        line = semantics.statement_of(made) if made is not None else None
        block = semantics.parent(line) if line is not None else None
        if line is None or not isinstance(block, cst.IndentedBlock):
            return False
        inner: cst.CSTNode = node
        for outer in semantics.ancestors(node):
            if outer is block:
                body: list[cst.CSTNode] = list(block.body)
                return body.index(line) < body.index(inner)
            if isinstance(outer, _ELSEWHERE):
                return False
            inner = outer
        return False

    @staticmethod
    def _told(mixture: Mixture) -> tuple[str, str]:
        """The makers, and the lines where two are the same."""
        rows = [getattr(source.node, "lineno", 0) for source in mixture.sources]
        one, other = (source.maker for source in mixture.sources)
        return f"`{one}` on line {rows[0]}", f"`{other}` on line {rows[1]}"
