"""
## What it does
Finds calls of methods that the generator does not have, or with arguments it does not take.

What the generator has is read from its own source, which `ssot-lint check --show-settings` names.
Silent: calls with `*args` or `**kwargs`, methods behind a decorator that nobody here knows, code
that asks `hasattr` first, expects the AttributeError or TypeError, or puts the method there
itself. Without the source only the context method's arguments are known.

## Why is this bad?
Such a call fails when it runs, and the code that makes ids in an emergency seldom runs in tests.
Rewrites by hand and by script wrote several of them.

## Example
```python
request_id = UnifiedIdGenerator.generate_user_context_ids(user="u1", operation="shutdown")[2]
```
Write instead:
```python
request_id = UnifiedIdGenerator.generate_user_context_ids(user_id="u1", operation="shutdown")[2]
```

## Fix safety
There is no fix: which method or argument was meant is for a person to say.

## References
- OST303 truncated-generated-id, for ids that are to be shorter
"""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from ssot_lint.generator_api import Shape
from ssot_lint.names import Kind
from ssot_lint.rule import Rule
from ssot_lint.settings import Settings
from ssot_lint.tree import SCOPES, last_name, plain_text, walk


class UnknownGeneratorCall(Rule):
    """OST204."""

    code = "OST204"
    name = "unknown-generator-call"
    fixable = "never"
    message = "`{generator}.{method}` {problem}; {advice}"

    @classmethod
    def triggers(cls, settings: Settings) -> Iterable[str]:
        return [name.rpartition(".")[2] for name in settings.generator_names]

    def visit_Call(self, node: cst.Call) -> None:
        method = self.file.names.generator_method(node)
        if method is None:
            return
        if self.file.api.is_unknown(method):
            if not self._is_expected(node, method, "AttributeError"):
                self._report_unknown(node, method)
            return
        problem = self._mismatch(node, method)
        if problem is not None and not self._is_expected(node, method, "TypeError"):
            self._report(node, method, problem, "it fails with a TypeError")

    def visit_Attribute(self, node: cst.Attribute) -> None:
        """A method that is handed on without a call."""
        parent = self.file.parent(node)
        if isinstance(parent, (cst.AssignTarget, cst.Del, cst.AugAssign, cst.AnnAssign)):
            return
        if isinstance(parent, cst.Call) and parent.func is node:
            return
        if not self.file.names.is_generator(node.value):
            return
        method = node.attr.value
        if self.file.api.is_unknown(method) and not self._is_expected(
            node, method, "AttributeError"
        ):
            self._report_unknown(node, method)

    def _report_unknown(self, node: cst.BaseExpression, method: str) -> None:
        nearest = self.file.api.nearest(method)
        advice = f"did you mean `{nearest}`?" if nearest else "--show-settings lists what does"
        where = f" in {self.file.api.origin}" if self.file.api.origin else ""
        self._report(node, method, f"does not exist{where}", advice)

    def _report(self, node: cst.BaseExpression, method: str, problem: str, advice: str) -> None:
        generator = self.file.settings.generator_class
        self.report(node, generator=generator, method=method, problem=problem, advice=advice)

    def _mismatch(self, node: cst.Call, method: str) -> str | None:
        shape = _shape(node)
        if shape.has_more:
            return None
        problems = [
            self.file.api.mismatch(method, shape, on_class=on_class)
            for on_class in self._ways(node.func)
        ]
        return problems[0] if all(problems) else None

    def _ways(self, func: cst.BaseExpression) -> list[bool]:
        """Whether the method may be taken from the class, from an instance of it, or both."""
        if not isinstance(func, cst.Attribute):
            return [True, False]
        kinds = {value.kind for value in self.file.names.values(func.value)}
        return [kind is not Kind.INSTANCE for kind in kinds & {Kind.IMPORTED, Kind.INSTANCE}]

    def _is_expected(self, node: cst.CSTNode, method: str, error: str) -> bool:
        """Whether the code reckons with the failure, or gives the generator the method itself."""
        below = node
        for outer in self.file.ancestors(node):
            if isinstance(outer, (cst.Try, cst.TryStar)) and below is outer.body:
                caught = {last_name(n) for h in outer.handlers if h.type for n in walk(h.type)}
                if error in caught:
                    return True
            elif isinstance(outer, cst.With):
                items = (item.item for item in outer.items)
                names = {last_name(i.func) or "" for i in items if isinstance(i, cst.Call)}
                if names & {"raises", "assertRaises", "assertRaisesRegex", "suppress"}:
                    return True
            elif isinstance(outer, SCOPES) and self._asks_for(outer, method):
                return True
            below = outer
        return self._asks_for(self.file.module, method)

    def _asks_for(self, scope: cst.CSTNode, method: str) -> bool:
        into_scopes = not isinstance(scope, cst.Module)
        return any(self._is_about(part, method) for part in walk(scope, into_scopes=into_scopes))

    def _is_about(self, node: cst.CSTNode, method: str) -> bool:
        """Whether the node asks for a method by name, or sets it."""
        match node:
            case cst.Call(func=cst.Name("hasattr" | "setattr"), args=[owner, name, *_]):
                return plain_text(name.value) == method and self.file.names.is_generator(
                    owner.value
                )
            case cst.AssignTarget(target=cst.Attribute(value=owner, attr=cst.Name(attribute))):
                return attribute == method and self.file.names.is_generator(owner)
        return False


def _shape(call: cst.Call) -> Shape:
    return Shape(
        positional=sum(arg.keyword is None and not arg.star for arg in call.args),
        keywords=tuple(arg.keyword.value for arg in call.args if arg.keyword is not None),
        has_more=any(arg.star for arg in call.args),
    )
