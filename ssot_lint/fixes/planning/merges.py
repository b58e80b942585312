"""Several context calls for the same user become one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

import libcst as cst

from ssot_lint.analysis.syntax.libcst_nodes import access_path, canonical, code_of, walk
from ssot_lint.fixes.edits import Change, Draft, InsertBefore, Remove, Replace, comments_in
from ssot_lint.fixes.file_context import FileContext
from ssot_lint.fixes.planning.groups import is_inert
from ssot_lint.fixes.planning.guards import FAR, around, blank_beside, is_temporary, why_apart
from ssot_lint.fixes.planning.users import Users, declared_inside, user_argument
from ssot_lint.fixes.refusal import Refusal, RefusedError
from ssot_lint.model.wording import with_article

_Block = cst.IndentedBlock | cst.Module
_Blank = Callable[[str], str]


@dataclass(eq=False)
class _Take:
    """What one call's ids go to."""

    call: cst.Call
    line: cst.SimpleStatementLine
    block: _Block
    targets: dict[int, str]
    """By position among the context ids, the code of the target; `_` left out."""
    nodes: dict[int, cst.Name] = field(default_factory=dict)
    """The targets that are plain names."""
    item: cst.Subscript | None = None
    """`call[0]`, where the ids are not unpacked."""


class Merger:
    """Plans the merge of context calls in one file."""

    def __init__(self, file: FileContext) -> None:
        self._file = file
        self._semantics = file.semantics
        self._ids = file.ids.settings.context_ids

    def merge(
        self, first: cst.Call, others: Sequence[cst.Call], scope: cst.CSTNode
    ) -> dict[cst.Call, Draft | Refusal]:
        """For each of the later calls, the draft that serves it from the first one's ids.

        Or the reason why there is none.
        """
        if self._file.ids.api.context_remark:
            return dict.fromkeys(others, Refusal(self._file.ids.api.context_remark))
        plans: dict[cst.Call, Draft | Refusal] = {}
        try:
            takes = [self._take(first)]
        except RefusedError as error:
            return dict.fromkeys(others, error.refusal)
        for call in others:
            try:
                take = self._take(call)
                takes.append(take)
            except RefusedError as error:
                plans[call] = error.refusal
        merged = [take.call for take in takes[1:]]
        plans.update(dict.fromkeys(merged, self._draft(takes, scope)) if merged else {})
        return plans

    def _draft(self, takes: Sequence[_Take], scope: cst.CSTNode) -> Draft | Refusal:
        try:
            self._expect_apart(takes)
            changes = list(self._changes(takes, scope))
        except RefusedError as error:
            return error.refusal
        operations = {_operation(take.call) for take in takes}
        sure = len(operations) == 1 and all(_is_constant(take.call) for take in takes)
        doubt = None if sure else Refusal("the calls name different operations")
        return self._file.draft("unpack the ids from one call", changes, doubt=doubt)

    # What the calls are for

    def _take(self, call: cst.Call) -> _Take:
        line = self._semantics.statement_of(call)
        block = self._semantics.parent(line) if line is not None else None
        if (
            not isinstance(line, cst.SimpleStatementLine)
            or len(line.body) != 1
            or not isinstance(block, (cst.IndentedBlock, cst.Module))
        ):
            raise RefusedError("one of the calls is no statement of its own", call)
        if not self._semantics.is_certain(call, line):
            raise RefusedError("one of the calls is not made each time its statement runs", call)
        if any(isinstance(n, (cst.NamedExpr, cst.Await)) for n in walk(call)) or any(
            isinstance(n, cst.Call) for arg in call.args for n in walk(arg)
        ):
            raise RefusedError("the arguments of one of the calls do more than look", call)
        if list(comments_in(call)):
            raise RefusedError("a comment stands inside one of the calls", call)
        parent = self._semantics.parent(call)
        if isinstance(parent, cst.Assign) and len(parent.targets) == 1:
            return self._unpacked(call, parent.targets[0].target, line, block)
        if isinstance(parent, cst.Subscript) and parent.value is call:
            index = _index_of(parent)
            if index is not None and 0 <= index < len(self._ids):
                if self._semantics.scope_of(call) is not self._semantics.scope_of(line):
                    raise RefusedError("one of the calls runs at another time", call)
                return _Take(call, line, block, {index: ""}, item=parent)
        raise RefusedError("the ids of one of the calls are kept together", call)

    def _unpacked(
        self,
        call: cst.Call,
        target: cst.BaseExpression,
        line: cst.SimpleStatementLine,
        block: _Block,
    ) -> _Take:
        if not isinstance(target, (cst.Tuple, cst.List)) or len(target.elements) != len(self._ids):
            raise RefusedError("the ids of one of the calls are kept together", call)
        targets: dict[int, str] = {}
        nodes: dict[int, cst.Name] = {}
        for index, element in enumerate(target.elements):
            path = access_path(element.value)
            if isinstance(element, cst.StarredElement) or path is None:
                raise RefusedError("the ids of one of the calls go to something computed", call)
            if path != "_":
                targets[index] = path
                if isinstance(element.value, cst.Name):
                    nodes[index] = element.value
        return _Take(call, line, block, targets, nodes)

    def _expect_apart(self, takes: Sequence[_Take]) -> None:
        used: set[int] = set()
        names: set[str] = set()
        for take in takes:
            both = used & take.targets.keys()
            if both:
                kind = with_article(self._ids[min(both)])
                raise RefusedError(f"two of the calls give {kind}", take.call)
            again = names.intersection(take.targets.values()) - {""}
            if again:
                raise RefusedError(f"`{min(again)}` gets ids of two of the calls", take.call)
            used |= take.targets.keys()
            names.update(take.targets.values())

    # How they become one

    def _changes(self, takes: Sequence[_Take], scope: cst.CSTNode) -> Iterator[Change]:
        if isinstance(scope, cst.ClassDef):
            raise RefusedError("in a class, new names would be attributes")
        block, statements = self._common(takes)
        first = takes[0]
        self._expect_same_user(takes, statements, block)
        if statements[0] is first.line:
            self._expect_not_repeated(takes[1:], statements[1:])
            return self._onto_first(takes, block, scope)
        if all(isinstance(statement, cst.If) for statement in statements):
            return self._guarded(
                takes, [s for s in statements if isinstance(s, cst.If)], block, scope
            )
        raise RefusedError(FAR)

    def _common(self, takes: Sequence[_Take]) -> tuple[_Block, list[cst.CSTNode]]:
        """The innermost block around all calls, and its statement that holds each of them."""
        paths = [[take.line, *self._semantics.ancestors(take.line)] for take in takes]
        for block in paths[0]:
            if isinstance(block, (cst.IndentedBlock, cst.Module)) and all(
                any(node is block for node in path) for path in paths
            ):
                below = [
                    path[next(i for i, n in enumerate(path) if n is block) - 1] for path in paths
                ]
                return block, below
        raise RefusedError(FAR)

    def _expect_same_user(
        self, takes: Sequence[_Take], statements: Sequence[cst.CSTNode], block: _Block
    ) -> None:
        """What others share may change in any code that runs between the calls."""
        user = user_argument(takes[0].call)
        if isinstance(user, cst.SimpleString):
            return
        body = list(block.body)
        between = body[body.index(statements[0]) : body.index(statements[-1]) + 1]  # type: ignore[arg-type]
        root, path = _user_root(takes[0].call), access_path(user)
        for statement in between:
            changed = self._semantics.assigned_in([statement])
            if root in changed or path in _attributes_set([statement]):
                raise RefusedError("the user changes between the calls", statement)
        if path == root and self._is_own_name(root, takes[0].call):
            return
        own = {take.call for take in takes}
        before_last = between[:-1] if statements[-1] is takes[-1].line else between
        for node in (node for statement in before_last for node in walk(statement)):
            if isinstance(node, (cst.Call, cst.Await, cst.Yield)) and node not in own:
                raise RefusedError("the user may change between the calls", node)

    def _is_own_name(self, name: str, call: cst.Call) -> bool:
        """Whether no other function can give the name another value."""
        scope = self._semantics.scope_of(call)
        if not isinstance(scope, cst.FunctionDef):
            return False
        return name in self._semantics.names.local_names(scope) and name not in declared_inside(
            scope
        )

    def _expect_not_repeated(
        self, takes: Sequence[_Take], statements: Sequence[cst.CSTNode]
    ) -> None:
        """A call in a loop makes ids for each round; one before it does not."""
        for take, statement in zip(takes, statements, strict=True):
            around = [take.line, *self._semantics.ancestors(take.line)]
            inside = around[: around.index(statement) + 1]
            if any(isinstance(node, (cst.For, cst.While)) for node in inside):
                raise RefusedError(
                    "one of the calls is made anew in each round of a loop", take.call
                )

    def _onto_first(
        self, takes: Sequence[_Take], block: _Block, scope: cst.CSTNode
    ) -> Iterator[Change]:
        """The first call gives all ids; it is reached before the others."""
        first = takes[0]
        names = dict(first.targets)
        changes: list[Change] = []
        if first.item is not None:
            position = next(iter(first.targets))
            names[position] = self._fresh(position, scope)
            changes.append(Replace(first.item, names[position]))
        for take in takes[1:]:
            if take.item is not None:
                position = next(iter(take.targets))
                names[position] = self._fresh(position, scope)
                changes.append(Replace(take.item, names[position]))
                continue
            left: dict[int, str] = {}
            for position, target in take.targets.items():
                if self._may_move_up(target, take, first, block, scope):
                    names[position] = target
                else:
                    names[position] = self._fresh(position, scope)
                    left[position] = target
            changes.append(_assignments(take, left, names))
        code = self._call_code(
            names, first.call, lambda kind: self._file.new_code.blank(kind, scope)
        )
        if first.item is not None:
            yield InsertBefore(first.line, (code,))
        else:
            yield Replace(first.line.body[0], code)
        yield from changes

    def _may_move_up(
        self, target: str, take: _Take, first: _Take, block: _Block, scope: cst.CSTNode
    ) -> bool:
        """Whether the name may get its id where the first call stands already."""
        if take.block is not block or not isinstance(scope, cst.FunctionDef):
            return False
        body = list(block.body)
        between = body[body.index(first.line) + 1 : body.index(take.line)]
        if not all(map(is_inert, between)):
            return False
        mentioned = {access_path(node) for statement in between for node in walk(statement)}
        root = target.partition(".")[0]
        return target not in mentioned and root not in mentioned and root != _user_root(first.call)

    def _guarded(
        self,
        takes: Sequence[_Take],
        guards: Sequence[cst.If],
        block: _Block,
        scope: cst.CSTNode,
    ) -> Iterator[Change]:
        """Each call stands under an `if` of its own; one `if` for all of them goes around."""
        first = takes[0].call
        why = why_apart(guards, block, [take.block for take in takes], _needed(takes), self._file)
        if why is not None:
            raise RefusedError(why)
        user = access_path(user_argument(first))
        if user is not None and self._file.once(Users).loses(user, first, guards[0]):
            raise RefusedError("the user is checked between the calls", guards[0])
        names: dict[int, str] = {}
        changes: list[Change] = []
        for take, guard in zip(takes, guards, strict=True):
            left: dict[int, str] = {}
            for position, target in take.targets.items():
                node = take.nodes.get(position)
                if node is not None and is_temporary(node, guard, guards, scope, self._file):
                    names[position] = target
                else:
                    names[position] = self._fresh(position, scope)
                    left[position] = target
            if take.item is not None:
                position = next(iter(take.targets))
                changes.append(Replace(take.item, names[position]))
            else:
                changes.append(_assignments(take, left, names))
        named = {self._ids[position]: name for position, name in names.items()}
        blank = blank_beside(named, scope, self._file)
        yield from around(guards, self._call_code(names, first, blank))
        yield from changes

    # Code

    def _call_code(self, names: dict[int, str], call: cst.Call, blank: _Blank) -> str:
        targets = [names.get(i) or blank(kind) for i, kind in enumerate(self._ids)]
        return f"{', '.join(targets)} = {code_of(call)}"

    def _fresh(self, position: int, scope: cst.CSTNode) -> str:
        kind = self._ids[position]
        numbered = (f"generated_{kind}_{number}" for number in range(2, 100))
        return self._file.new_code.fresh_name(chain((f"generated_{kind}",), numbered), scope)


def _assignments(take: _Take, left: dict[int, str], names: dict[int, str]) -> Change:
    """What becomes of a call's statement: the targets that are left get their ids, or it goes."""
    statement = take.line.body[0]
    if not left:
        return Remove(statement, take.line, take.block)
    targets = ", ".join(left.values())
    return Replace(statement, f"{targets} = {', '.join(names[p] for p in left)}")


def _index_of(node: cst.Subscript) -> int | None:
    if len(node.slice) == 1 and isinstance(node.slice[0].slice, cst.Index):
        value = node.slice[0].slice.value
        if isinstance(value, cst.Integer):
            return value.evaluated_value
    return None


def _operation(call: cst.Call) -> str:
    """What the ids are made for, and whatever else the call is given but the user."""
    user = user_argument(call)
    others = [
        canonical(arg.value) for arg in call.args if not any(part is user for part in walk(arg))
    ]
    return ", ".join(others)


def _is_constant(call: cst.Call) -> bool:
    """Whether what the call is given besides the user is the same whenever it is read."""
    user = user_argument(call)
    others = [arg for arg in call.args if not any(part is user for part in walk(arg))]
    return all(isinstance(arg.value, (cst.SimpleString, cst.BaseNumber)) for arg in others)


def _user_root(call: cst.Call) -> str:
    path = access_path(user_argument(call)) or ""
    return path.partition(".")[0]


def _needed(takes: Sequence[_Take]) -> dict[str, str]:
    """The names that the call in front reads, each with the reason why they must stay."""
    makers = (access_path(part) for part in walk(takes[0].call.func) if isinstance(part, cst.Name))
    needed = {name: "what makes the ids is bound between the calls" for name in makers if name}
    return needed | {_user_root(take.call): "the user changes between the calls" for take in takes}


def _attributes_set(statements: Sequence[cst.CSTNode]) -> set[str]:
    """The attributes that statements give a value or delete."""
    targets: list[cst.CSTNode] = []
    for node in (n for statement in statements for n in walk(statement)):
        if isinstance(node, cst.AsName):
            targets.append(node.name)
        elif isinstance(node, (cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.For, cst.Del)):
            targets.append(node.target)
    parts = (part for target in targets for part in walk(target))
    return {path for part in parts if (path := access_path(part)) is not None}
