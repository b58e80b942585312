"""Which users are at hand at a point of a scope: read on every way there, and surely texts.

Names and chains of attributes that the code itself asks for, or that get a value which may be
none, are in doubt until a check that leaves, or a better value, settles it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import libcst as cst

from ssot_lint.analysis.semantics.arguments import handed_no_text
from ssot_lint.analysis.semantics.constants import Constants
from ssot_lint.analysis.semantics.control_flow.conditions import (
    Condition,
    exclude,
    paths,
    without_walrus,
)
from ssot_lint.analysis.semantics.control_flow.walk import Flow, State, all_params
from ssot_lint.analysis.semantics.scopes import FunctionNode
from ssot_lint.analysis.syntax.libcst_nodes import access_path, code_of, last_name, walk
from ssot_lint.fixes.file_context import FileContext
from ssot_lint.ids.kinds import kind_of, snake_case

_OPTIONAL = re.compile(r"\b(Optional|None)\b")
_TYPE_NAME = re.compile(r"[A-Za-z_]\w*")
# What may stand around the type of a text in an annotation.
_AROUND_TEXT = frozenset({"str", "typing", "Annotated", "Union"})
# Names of what gives or asks about a user id, rather than being one.
_ASKING = re.compile(
    r"_*(get|fetch|find|resolve|extract|make|create|load|parse|set|update|is|has|validate|verify"
    r"|check|include|exclude|require|need|needs|use|allow|show|hide|mask|anonymi[sz]e)_"
)


_NO_TEXTS = (
    cst.BaseComp, cst.BaseDict, cst.BaseNumber, cst.Comparison, cst.Lambda, cst.List, cst.Set,
    cst.Tuple, cst.UnaryOperation,
)  # fmt: skip
# Functions of Python's own whose result is no text.
_MAKING_NO_TEXT = frozenset({
    "UUID", "abs", "bool", "bytes", "dict", "float", "hash", "id", "int", "len", "list", "object",
    "ord", "round", "set", "sum", "tuple",
})  # fmt: skip


@dataclass(frozen=True)
class UsersHere:
    """What is known at one point."""

    read: frozenset[str]
    """Chains of attributes that every way there has read, unchanged since."""
    doubted: frozenset[str]
    """Names and chains of attributes that may hold nothing, or no text."""

    def merged(self, other: UsersHere) -> UsersHere:
        """What is known where two ways meet."""
        return UsersHere(self.read & other.read, self.doubted | other.doubted)


class Availability:
    """The users of one scope, point by point."""

    def __init__(self, scope: cst.CSTNode, file: FileContext) -> None:
        flow = _AvailabilityFlow(scope, file)
        flow.run_scope()
        if flow.asked:
            # What the code asks for anywhere may be missing above that place, too.
            flow = _AvailabilityFlow(scope, file, frozenset(flow.asked))
            flow.run_scope()
        self._at = flow.at

    def at(self, node: cst.CSTNode) -> UsersHere | None:
        """What is known where an expression was evaluated, or in front of a statement.

        None for what the code of the scope does not run itself.
        """
        return self._at.get(node)


def is_user_name(name: str, user_ids: tuple[str, ...]) -> bool:
    """Whether a name says that it holds a user."""
    return kind_of(name, user_ids) is not None and not _ASKING.match(name)


def doubted_params(function: FunctionNode, user_ids: tuple[str, ...]) -> set[str]:
    """The parameters that may hold nothing, or no text."""
    return {
        param.name.value
        for param in all_params(function.params)
        if param.star
        or (param.default is not None and may_be_nobody(param.default))
        or (param.annotation is not None and not _is_text(param.annotation, user_ids))
    }


def _is_text(annotation: cst.Annotation, user_ids: tuple[str, ...]) -> bool:
    """Whether the type is that of a text, or named as that of a user: `UserID`."""
    code = code_of(annotation.annotation)
    metadata = (
        code.partition(",")[0] if code.startswith(("Annotated", "typing.Annotated")) else code
    )
    return all(
        name in _AROUND_TEXT or kind_of(snake_case(name), user_ids) is not None
        for name in _TYPE_NAME.findall(metadata)
    )


def is_no_text(value: cst.BaseExpression) -> bool:
    """Whether a value is surely no text on one of its ways: a number, an answer, a container."""
    match value:
        case cst.BinaryOperation(operator=cst.Subtract() | cst.Divide() | cst.FloorDivide()):
            return True
        case cst.BinaryOperation(left=left, operator=cst.Add(), right=right):
            return is_no_text(left) or is_no_text(right)
        case cst.BooleanOperation(operator=cst.Or(), right=right):
            return is_no_text(right)
        case cst.IfExp(body=body, orelse=orelse):
            return is_no_text(body) or is_no_text(orelse)
        case cst.Call(func=cst.Name(value=name)):
            return name in _MAKING_NO_TEXT
        case cst.Call(func=cst.Attribute(attr=cst.Name(value=name))):
            return name in ("encode", "UUID")
        case cst.SimpleString():
            return "b" in value.prefix.lower()
    return isinstance(value, _NO_TEXTS)


def may_be_nobody(value: cst.BaseExpression) -> bool:
    """Whether a value may be none, empty or no text, as far as one can see."""
    if is_no_text(value):
        return True
    for part in walk(value):
        match part:
            case cst.Name(value="None" | "True" | "False"):
                return True
            case cst.SimpleString() if not part.raw_value:
                return True
            case cst.Call(func=cst.Attribute(attr=cst.Name("get" | "getenv")), args=[_]):
                return True
            case cst.Call(func=cst.Name("getenv"), args=[_]):
                return True
    return False


def _is_text_for_sure(value: cst.CSTNode | None, constants: Constants) -> bool:
    """Whether a value is a text, or what somebody asked for; `constants` are those of the file."""
    match value:
        case cst.SimpleString() | cst.FormattedString():
            return True
        case cst.Call(func=cst.Name("str")):
            return True
        case cst.Name() if value.value.isupper():
            return bool(constants.get(value.value)) and isinstance(constants[value.value], str)
        case cst.BooleanOperation(operator=cst.Or()):
            return _is_text_for_sure(value.right, constants)
        case cst.IfExp():
            ways = ((value.body, True), (value.orelse, False))
            return all(
                _is_text_for_sure(part, constants) or _is_settled(part, value.test, held)
                for part, held in ways
            )
    return False


def _is_settled(value: cst.BaseExpression, test: cst.BaseExpression, held: bool) -> bool:
    """Whether what a test has found says that a value is not none."""
    if access_path(value) is None:
        return False
    return exclude([Condition(test, held)], [Condition(_is_none(value), True)])


class _State(State):
    __slots__ = ("known", "live")

    def __init__(self, known: UsersHere) -> None:
        self.known = known
        self.live = True

    def fork(self) -> _State:
        copy = _State(self.known)
        copy.live = self.live
        return copy

    def absorb(self, other: _State) -> None:
        self.known = self.known.merged(other.known)

    def covers(self, other: _State) -> bool:
        return not other.live or self.known.merged(other.known) == self.known


class _AvailabilityFlow(Flow[_State]):
    loops_repeat = True

    def __init__(
        self, scope: cst.CSTNode, file: FileContext, asked: frozenset[str] = frozenset()
    ) -> None:
        super().__init__()
        self._scope = scope
        self._semantics = file.semantics
        self._user_ids = file.ids.settings.user_ids
        self.at: dict[cst.CSTNode, UsersHere] = {}
        self._users_by_test: dict[cst.BaseExpression, frozenset[str]] = {}
        self.asked = set(asked)
        """What a test found missing on one of its ways."""
        self._texts: set[str] = set()
        """The parameters of which the type says that they are texts."""

    def run_scope(self) -> None:
        doubted = set(self.asked)
        scope = self._scope
        if isinstance(scope, (cst.FunctionDef, cst.Lambda)):
            missing = doubted_params(scope, self._user_ids)
            if isinstance(scope, cst.FunctionDef):
                missing |= handed_no_text(scope, self._semantics.mentions)
            typed = {p.name.value for p in all_params(scope.params) if p.annotation is not None}
            self._texts = {
                name for name in typed - missing if not self._semantics.binders(name, scope.body)
            }
            doubted = (doubted - self._texts) | missing
        state = _State(UsersHere(frozenset(), frozenset(doubted)))
        if isinstance(scope, cst.Lambda):
            self.expression(scope.body, state)
        elif isinstance(scope, cst.Module):
            self.run(scope.body, state, at_top=True)
        elif isinstance(scope, (cst.FunctionDef, cst.ClassDef)):
            self.run(scope.body.body, state, at_top=isinstance(scope, cst.ClassDef))

    # What is read

    def statement(self, node: cst.CSTNode, state: _State) -> _State:
        if isinstance(node, cst.BaseSuite) and _is_awaiting(self._semantics.parent(node)):
            self._forget_all(state)
        self._note(node, state)
        state = super().statement(node, state)
        if isinstance(node, cst.Del):
            for part in walk(node.target):
                self._forget(access_path(part), state)
        elif _is_awaiting(node):
            self._forget_all(state)
        return state

    def leave(self, node: cst.CSTNode, state: _State) -> None:
        match node:
            case cst.Attribute():
                path = access_path(node)
                if path is not None and self._is_user(node, path):
                    state.known = UsersHere(state.known.read | {path}, state.known.doubted)
            case cst.Call():
                self._call(node, state)
            case (
                cst.Await()
                | cst.Yield()
                | cst.BaseComp(for_in=cst.CompFor(asynchronous=cst.Asynchronous()))
            ):
                self._forget_all(state)  # others run meanwhile
        self._note(node, state)

    def _note(self, node: cst.CSTNode, state: _State) -> None:
        if state.live:
            before = self.at.get(node)
            self.at[node] = state.known if before is None else before.merged(state.known)

    def _is_user(self, node: cst.Attribute, path: str) -> bool:
        """Whether what is read is a user, rather than a method, an answer or a column."""
        *owners, name = path.split(".")
        if not is_user_name(name, self._user_ids) or any(o[:1].isupper() for o in owners):
            return False
        parent = self._semantics.parent(node)
        if isinstance(parent, cst.Call):
            return False
        if isinstance(parent, cst.Attribute):
            return hasattr(str, parent.attr.value)
        if isinstance(parent, (cst.Comparison, cst.ComparisonTarget)):
            return not any(True for _ in self._semantics.around(parent, cst.Arg))
        return True

    # What changes

    def _call(self, call: cst.Call, state: _State) -> None:
        """An object that is called or handed on may change; others do not, as far as one sees."""
        given = [arg.value for arg in call.args]
        if isinstance(call.func, cst.Attribute):
            given.append(call.func.value)
        for path in filter(None, map(access_path, given)):
            self._forget(f"{path}.", state)

    def bind(self, name: cst.Name, value: cst.CSTNode | None, state: _State) -> None:
        self._forget(f"{name.value}.", state)
        inner = {path for path in state.known.doubted if path.startswith(f"{name.value}.")}
        self._trust(inner - self.asked, state)
        self._judge(name.value, value, self._semantics.parent(name), state)

    def bind_place(self, target: cst.CSTNode, value: cst.CSTNode | None, state: _State) -> None:
        path = access_path(target)
        if path is not None:
            self._forget(path, state)
            self._judge(path, value, None, state)

    def bind_import(self, node: cst.Import | cst.ImportFrom, state: _State) -> None:
        if not isinstance(node.names, cst.ImportStar):
            for alias in node.names:
                bound = alias.evaluated_alias or alias.evaluated_name.partition(".")[0]
                self._forget(f"{bound}.", state)
                self._doubt(bound, state)

    def declare(self, node: cst.AnnAssign, state: _State) -> None:
        path = access_path(node.target)
        annotation = node.annotation
        is_optional = _OPTIONAL.search(code_of(annotation.annotation))
        if path is not None and (is_optional or not _is_text(annotation, self._user_ids)):
            self._doubt(path, state)

    def _judge(
        self,
        path: str,
        value: cst.CSTNode | None,
        around: cst.CSTNode | None,
        state: _State,
    ) -> None:
        """Doubt or trust what got a value. `around` holds the target."""
        if value is None:
            doubtful = self._is_counted(around) or isinstance(
                around, (cst.AsName, cst.MatchAs, cst.MatchStar, cst.MatchMapping)
            )
        else:
            doubtful = not isinstance(value, cst.BaseExpression) or self._may_be_nobody(
                value, state
            )
        sure = _is_text_for_sure(value, self._semantics.constants) or self._is_text_of_user(
            value, state
        )
        if doubtful or (path in self.asked and not sure):
            self._doubt(path, state)
        else:
            self._trust({path}, state)

    def _is_counted(self, around: cst.CSTNode | None) -> bool:
        """Whether a loop gives its target numbers. `around` is the loop, or in its target."""
        outer = around
        while isinstance(outer, (cst.Element, cst.Tuple)):
            outer = self._semantics.parent(outer)
        if not isinstance(outer, cst.For) or not isinstance(outer.iter, cst.Call):
            return False
        return last_name(outer.iter.func) in ("enumerate", "range")

    def _is_text_of_user(self, value: cst.CSTNode | None, state: _State) -> bool:
        """Whether the value is `user_id.strip()`, where there is a user."""
        match value:
            case cst.Call(func=cst.Attribute(value=user, attr=cst.Name("strip" | "lower"))):
                path = access_path(user) or ""
                is_user = kind_of(path.rpartition(".")[2], self._user_ids) is not None
                return is_user and path not in state.known.doubted
        return False

    def _may_be_nobody(self, value: cst.BaseExpression, state: _State) -> bool:
        if _is_text_for_sure(value, self._semantics.constants):
            return False
        if access_path(value) in state.known.doubted or may_be_nobody(value):
            return True
        calls = (part for part in walk(value) if isinstance(part, cst.Call))
        return any(last_name(call.func) in self._semantics.optional_results for call in calls)

    def _users_in(self, test: cst.BaseExpression) -> frozenset[str]:
        """The users that a test mentions; of each part of `a or b or c` it is asked once."""
        if test not in self._users_by_test:
            if isinstance(test, cst.BooleanOperation):
                users = self._users_in(test.left) | self._users_in(test.right)
            else:
                named = (p for p in paths(test) if kind_of(p.rpartition(".")[2], self._user_ids))
                users = frozenset(named)
            self._users_by_test[test] = users
        return self._users_by_test[test]

    def assume(self, test: cst.BaseExpression, held: bool, state: _State) -> None:
        users = self._users_in(test)
        test = without_walrus(test) if users else test
        for path in users - self._texts:
            way = [Condition(test, held)]
            name = cst.parse_expression(path)
            if exclude(way, [Condition(_is_none(name), True)]):
                self._trust({path}, state)
            elif exclude(way, [Condition(name, True)]):
                self.asked.add(path)
                self._doubt(path, state)

    # Changes of the state, of which a `try` around takes note

    def _forget_all(self, state: _State) -> None:
        for each in (state, *self.failing):
            each.known = UsersHere(frozenset(), each.known.doubted)

    def _forget(self, start: str | None, state: _State) -> None:
        """Forget what was read of the paths that begin so."""
        for each in (state, *self.failing):
            read = each.known.read
            gone = {path for path in read if start is not None and path.startswith(start)}
            if gone:
                each.known = UsersHere(read - gone, each.known.doubted)

    def _doubt(self, path: str, state: _State) -> None:
        for each in (state, *self.failing):
            each.known = UsersHere(each.known.read, each.known.doubted | {path})

    def _trust(self, doubted: set[str], state: _State) -> None:
        if not doubted.isdisjoint(state.known.doubted):
            state.known = UsersHere(state.known.read, state.known.doubted - doubted)


def _is_awaiting(node: cst.CSTNode | None) -> bool:
    """Whether other code may run before each round of a loop, or around what `with` holds."""
    return isinstance(node, (cst.For, cst.With)) and node.asynchronous is not None


def _is_none(path: cst.BaseExpression) -> cst.Comparison:
    return cst.Comparison(path, [cst.ComparisonTarget(cst.Is(), cst.Name("None"))])
