"""
## What it does
Finds thread, run and request ids that are cut or put together from an id of another kind.

By string surgery: an f-string, `+`, `+=`, `%` or `.format` around the other id, `replace`, `split`,
`removeprefix`, `join`, `re.sub`, groups of `re.match` and slices of it, also through a variable of
the same function. Silent: plain copies, groups that have the name of the id they hold, keys and
other ids that are made of several ids, comparisons and text for people, ids that hold another one
of their own kind, and what the generator makes.

## Why is this bad?
The form of an id is the generator's business. Code that takes a thread id out of a run id breaks
silently when the form changes, and messages then go to a thread that does not exist. An id that
is built around another one is not unique by itself, and no prefix or check fits it.

## Example
```python
def resume(run_id):
    thread_id = run_id.replace("run_", "thread_")
    return thread_id
```
Write instead:
```python
def resume(context):
    thread_id = context.thread_id
    return thread_id
```

## Fix safety
No fix: where the right id comes from, only a person knows.

## References
- OST201 multiple-generator-calls
- OST302 doubled-id-prefix
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet

import libcst as cst

from ssot_lint.calls import class_names
from ssot_lint.rule import Rule
from ssot_lint.settings import Settings
from ssot_lint.surgery import SURGERY, Derived, DerivedIds, DoubledPrefixes


class DerivedThreadId(Rule):
    """OST304."""

    code = "OST304"
    name = "derived-thread-id"
    fixable = "never"
    message = (
        "{kind} is made of a {source} by string surgery; take both from one call of `{method}` "
        "and hand them on together"
    )

    @classmethod
    def triggers(cls, settings: Settings) -> Iterable[str]:
        classes = {name.rpartition(".")[2] for name in settings.generator_names}
        return [*settings.context_ids, *class_names(settings), *classes]

    @classmethod
    def could_speak(cls, statement: ast.stmt, takers: AbstractSet[str], settings: Settings) -> bool:
        kinds = settings.context_ids
        nodes = list(ast.walk(statement))
        named = {kind for node in nodes for word in _words(node) for kind in kinds if kind in word}
        from_call = any(settings.context_method in _words(node) for node in nodes)
        called = takers | class_names(settings)
        calls = {word for node in nodes if isinstance(node, ast.Call) for word in _words(node.func)}
        if len(named) < 2 and not (named and (from_call or calls & called)):
            return False
        return any(
            isinstance(node, ast.AugAssign)
            or any(_is_made(value, kinds) for value in _bound(node, kinds, called))
            for node in nodes
        )

    def visit_FormattedString(self, node: cst.FormattedString) -> None:
        self._check(node)

    def visit_ConcatenatedString(self, node: cst.ConcatenatedString) -> None:
        self._check(node)

    def visit_BinaryOperation(self, node: cst.BinaryOperation) -> None:
        self._check(node)

    def visit_Call(self, node: cst.Call) -> None:
        self._check(node)

    def visit_Subscript(self, node: cst.Subscript) -> None:
        self._check(node)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        if "OST302" in self.file.codes and self.file.once(DoubledPrefixes).added(node) is not None:
            return
        self._report(node, self.file.once(DerivedIds).added(node))

    def _check(self, node: cst.BaseExpression) -> None:
        if "OST302" in self.file.codes and self.file.once(DoubledPrefixes).at(node) is not None:
            return
        self._report(node, self.file.once(DerivedIds).at(node))

    def _report(self, node: cst.CSTNode, found: Derived | None) -> None:
        if found is not None:
            method = self.file.settings.context_method
            self.report(node, kind=found.kind, source=found.source, method=method)


def _words(node: ast.AST) -> Iterator[str]:
    """The names and texts by which a node itself can speak of an id."""
    match node:
        case (
            ast.Name(id=name)
            | ast.Attribute(attr=name)
            | ast.arg(arg=name)
            | ast.keyword(arg=str(name))
            | ast.Constant(value=str(name))
            | ast.FunctionDef(name=name)
            | ast.AsyncFunctionDef(name=name)
        ):
            yield name


def _names_kind(node: ast.AST, kinds: Sequence[str]) -> bool:
    return any(kind in word for word in _words(node) for kind in kinds)


def _bound(node: ast.AST, kinds: Sequence[str], called: AbstractSet[str]) -> Iterator[ast.AST]:
    """The values that `node` itself binds to something named as one of the kinds."""

    def names_one(*targets: ast.AST) -> bool:
        return any(_names_kind(part, kinds) for t in targets for part in ast.walk(t))

    match node:
        case ast.Assign(targets=targets, value=value) if names_one(*targets):
            yield value
        case (
            ast.AnnAssign(target=target, value=ast.expr() as value)
            | ast.NamedExpr(target=target, value=value)
        ) if names_one(target):
            yield value
        case ast.keyword(value=value) if _names_kind(node, kinds):
            yield value
        case ast.Dict(keys=keys, values=values):
            yield from (v for k, v in zip(keys, values, strict=True) if k and names_one(k))
        case ast.FunctionDef() | ast.AsyncFunctionDef() if _names_kind(node, kinds):
            inside = (part for part in ast.walk(node) if isinstance(part, (ast.Return, ast.Yield)))
            yield from (part.value for part in inside if part.value is not None)
        case ast.arguments() if any(names_one(part) for part in ast.iter_child_nodes(node)):
            yield from (*node.defaults, *filter(None, node.kw_defaults))
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=arguments):
            if name in called or any(_names_kind(argument, kinds) for argument in arguments):
                yield from arguments


def _is_made(node: ast.AST, kinds: Sequence[str]) -> bool:
    """Whether a value may be put together or cut, here or where a variable in it got it."""
    match node:
        case ast.JoinedStr() | ast.BinOp() | ast.Slice():
            return True
        case ast.Name():
            return not _names_kind(node, kinds)
        case ast.Attribute() | ast.Constant() | ast.Subscript(slice=ast.Constant(value=str())):
            return False
        case ast.Call(func=ast.Attribute(attr=name, value=receiver), args=arguments):
            if name in SURGERY:
                return True
            return any(_is_made(part, kinds) for part in (receiver, *arguments))
        case ast.Call(args=arguments):
            return any(_is_made(argument, kinds) for argument in arguments)
    return any(_is_made(part, kinds) for part in ast.iter_child_nodes(node))
