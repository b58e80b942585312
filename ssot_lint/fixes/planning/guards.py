"""One `if` around neighbouring `if`s that each want an id: a call inside it serves them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import libcst as cst

from ssot_lint.analysis.syntax.libcst_nodes import code_of, walk
from ssot_lint.fixes.edits import Change, Indent, InsertBefore
from ssot_lint.fixes.file_context import FileContext
from ssot_lint.fixes.refusal import Refusal

Block = cst.IndentedBlock | cst.Module
_ACTING = (cst.Call, cst.Await, cst.NamedExpr, cst.Yield)
FAR = "the calls stand too far apart to be merged"


def why_apart(
    guards: Sequence[cst.CSTNode],
    block: Block,
    inner: Sequence[cst.CSTNode | None],
    needed: Mapping[str, str],
    file: FileContext,
) -> Refusal | None:
    """Why no one `if` can go around the guards, statements of `block`; None if it can.

    `inner` is for each guard the block that its id is made in, `needed` are the names that a call
    in front of them all reads, each with the reason why they must not get another value there.

    What one of them does may change whether another's condition holds, as they still ask one after
    the other: the first that holds is found in front, too.
    """
    body = list(block.body)
    at = [next((i for i, node in enumerate(body) if node is guard), -1) for guard in guards]
    first = min(at)
    if sorted(set(at)) != list(range(first, first + len(set(at)))):
        return Refusal("other code stands between the calls")
    for guard, inside in zip(guards, inner, strict=True):
        if not isinstance(guard, cst.If) or guard.orelse is not None or inside is not guard.body:
            return Refusal(FAR, guard)
        if any(isinstance(node, _ACTING) for node in walk(guard.test)):
            return Refusal("a condition around one of the calls does more than look", guard)
        around = file.semantics.parent(guard)
        if isinstance(around, cst.If) and around.orelse is guard:
            return Refusal(FAR, guard)
    bound = file.semantics.assigned_in(guards) | file.semantics.bound_by(guards)
    return next((Refusal(why) for name, why in needed.items() if name in bound), None)


def around(guards: Sequence[cst.If], call: str) -> Iterator[Change]:
    """The changes that put a call in front of the guards, for when one of them holds."""
    own = tuple(dict.fromkeys(guards))
    tests = dict.fromkeys(_test_code(guard.test) for guard in own)
    yield InsertBefore(own[0], (f"if {' or '.join(tests)}:", f"\t{call}"))
    yield Indent(own)


def is_temporary(
    target: cst.Name,
    guard: cst.If,
    guards: Sequence[cst.If],
    scope: cst.CSTNode,
    file: FileContext,
) -> bool:
    """Whether a name only carries an id within its own `if`, so that the call can set it."""
    if not isinstance(scope, cst.FunctionDef):
        return False
    uses = file.semantics.uses(scope)
    loads, inside = uses.loads(target.value), set(walk(guard.body))
    tested = {n.value for g in guards for n in walk(g.test) if isinstance(n, cst.Name)}
    return (
        target.value not in tested
        and target.value not in uses.captured
        and all(load in inside and uses.sources(load) == {target} for load in loads)
        and target.value in file.semantics.names.local_names(scope)
    )


def blank_beside(
    names: Mapping[str, str], scope: cst.CSTNode, file: FileContext
) -> Callable[[str], str]:
    """How ids of other kinds that nobody takes are called: as the others are, else `_`.

    `names` are these, by their kinds.
    """
    starts = {name.removesuffix(kind) for kind, name in names.items()}
    start = starts.pop() if len(starts) == 1 else ""
    if not start.endswith("_") or not start.isidentifier():
        return lambda kind: file.new_code.blank(kind, scope)
    return lambda kind: file.new_code.fresh_name(
        (start + kind, file.new_code.blank(kind, scope)), scope
    )


def _test_code(test: cst.BaseExpression) -> str:
    code = code_of(test)
    if isinstance(test, (cst.IfExp, cst.Lambda)) or "\n" in code:
        return f"({code})"
    return code
