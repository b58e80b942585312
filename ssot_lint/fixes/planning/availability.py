"""Which users are at hand at a point of a scope: read on every way there, and surely texts.

Names and chains of attributes that the code itself asks for, or that get a value which may be
none, are in doubt until a check that leaves, or a better value, settles it.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from itertools import chain, pairwise

from ssot_lint.analysis.dataflow.calls.possible_values import possible_values
from ssot_lint.analysis.dataflow.references import references_of
from ssot_lint.analysis.semantics.bindings import (
    FUNCTION_NODES,
    FunctionNode,
    ScopeNode,
    body_of,
    bound_names,
)
from ssot_lint.analysis.semantics.constants import Constants
from ssot_lint.analysis.semantics.control_flow.conditions import (
    Condition,
    exclude,
    is_none,
    paths,
    without_walrus,
)
from ssot_lint.analysis.semantics.control_flow.walk import Flow, State
from ssot_lint.analysis.semantics.semantic_model import SemanticModel
from ssot_lint.analysis.syntax.parsing import (
    FUNCTIONS,
    Function,
    dotted_name,
    last_name,
    parameters,
    walk,
)
from ssot_lint.ids.kinds import kind_of, snake_case

_OPTIONAL = re.compile(r"\b(Optional|None)\b")
_NOBODY = frozenset({"None", "Optional"})
_TYPE_NAME = re.compile(r"[A-Za-z_]\w*")
# What may stand around the type of a text in an annotation.
_AROUND_TEXT = frozenset({"str", "typing", "Annotated", "Union"})
# Names of what gives or asks about a user id, rather than being one.
_ASKING = re.compile(
    r"_*(get|fetch|find|resolve|extract|make|create|load|parse|set|update|is|has|validate|verify"
    r"|check|include|exclude|require|need|needs|use|allow|show|hide|mask|anonymi[sz]e)_"
)


_NO_TEXTS = (
    ast.Compare, ast.Dict, ast.DictComp, ast.GeneratorExp, ast.Lambda, ast.List, ast.ListComp,
    ast.Set, ast.SetComp, ast.Tuple, ast.UnaryOp,
)  # fmt: skip
# Functions of Python's own whose result is no text.
_MAKING_NO_TEXT = frozenset({
    "UUID", "abs", "bool", "bytes", "dict", "float", "hash", "id", "int", "len", "list", "object",
    "ord", "round", "set", "sum", "tuple",
})  # fmt: skip


# Names of the numbers that databases give their rows.
_ROW_KEYS = frozenset({"pk", "rowid", "oid"})


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

    def __init__(
        self, scope: ScopeNode, semantics: SemanticModel, user_ids: tuple[str, ...]
    ) -> None:
        flow = _AvailabilityFlow(scope, semantics, user_ids)
        flow.run_scope()
        if flow.asked:
            # What the code asks for anywhere may be missing above that place, too.
            flow = _AvailabilityFlow(scope, semantics, user_ids, frozenset(flow.asked))
            flow.run_scope()
        self._at = flow.at

    def at(self, node: ast.AST) -> UsersHere | None:
        """What is known where an expression was evaluated, or in front of a statement.

        None for what the code of the scope does not run itself.
        """
        return self._at.get(node)


def is_user_name(name: str, user_ids: tuple[str, ...]) -> bool:
    """Whether a name says that it holds a user."""
    return kind_of(name, user_ids) is not None and not _ASKING.match(name)


def doubted_params(function: FunctionNode, user_ids: tuple[str, ...]) -> set[str]:
    """The parameters that may hold nothing, or no text."""
    args = function.args
    given = _defaults(args)
    return {
        arg.arg
        for arg in parameters(args)
        if arg in (args.vararg, args.kwarg)
        or (arg in given and may_be_nobody(given[arg]))
        or (arg.annotation is not None and not _is_text(arg.annotation, user_ids))
    }


def optional_params(function: FunctionNode, user_ids: tuple[str, ...]) -> set[str]:
    """The parameters that are declared to hold a text or None: `user_id: str | None`."""
    given = _defaults(function.args)
    return {
        arg.arg
        for arg in parameters(function.args)
        if arg.annotation is not None
        and (_is_none(given.get(arg)) or _OPTIONAL.search(ast.unparse(arg.annotation)))
        and _is_text(arg.annotation, user_ids, _NOBODY)
    }


def _is_none(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _defaults(args: ast.arguments) -> dict[ast.arg, ast.expr]:
    """The values of parameters that calls need not give."""
    positional = [*args.posonlyargs, *args.args]
    given = dict(zip(reversed(positional), reversed(args.defaults), strict=False))
    return given | {
        arg: value
        for arg, value in zip(args.kwonlyargs, args.kw_defaults, strict=True)
        if value is not None
    }


def _is_text(
    annotation: ast.expr, user_ids: tuple[str, ...], beside: frozenset[str] = frozenset()
) -> bool:
    """Whether the type is that of a text, or named as that of a user: `UserID`.

    `beside` are names that may stand in it, too.
    """
    match annotation:
        case ast.Subscript(value=value, slice=ast.Tuple(elts=[first, *_])):
            if last_name(value) == "Annotated":
                annotation = first
    return all(
        name in _AROUND_TEXT | beside or kind_of(snake_case(name), user_ids) is not None
        for name in _TYPE_NAME.findall(ast.unparse(annotation))
    )


def is_no_text(value: ast.expr) -> bool:
    """Whether a value is surely no text on one of its ways: a number, an answer, a container."""
    match value:
        case ast.BinOp(op=ast.Sub() | ast.Div() | ast.FloorDiv()):
            return True
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return is_no_text(left) or is_no_text(right)
        case ast.BoolOp(op=ast.Or(), values=[*_, last]):
            return is_no_text(last)
        case ast.IfExp(body=body, orelse=orelse):
            return is_no_text(body) or is_no_text(orelse)
        case ast.Call(func=ast.Name(id=name)):
            return name in _MAKING_NO_TEXT
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in ("encode", "UUID")
        case ast.Constant(value=bytes() | int() | float() | complex() as constant):
            return not isinstance(constant, bool)
    return isinstance(value, _NO_TEXTS)


def _names_nobody(value: ast.expr) -> bool:
    """Whether a value itself is none, empty or no text."""
    return is_no_text(value) or _is_nobody(value)


def _is_key_of_row(value: ast.expr) -> bool:
    """Whether a value is what a table counts its rows by, or what stands at a place of a row."""
    match value:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in _ROW_KEYS
        case ast.Subscript(slice=ast.Constant(value=int())):
            return True
    return False


def may_be_nobody(value: ast.expr) -> bool:
    """Whether a value may be none, empty or no text, as far as one can see."""
    return is_no_text(value) or any(map(_is_nobody, walk(value)))


def _is_nobody(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=None | True | False | ""):
            return True
        case (
            ast.Call(func=ast.Attribute(attr="get" | "getenv"))
            | ast.Call(func=ast.Name(id="getenv"))
        ):
            return len(node.args) + len(node.keywords) == 1
    return False


def _is_text_for_sure(value: ast.AST | None, constants: Constants) -> bool:
    """Whether a value is a text, or what somebody asked for; `constants` are those of the file."""
    match value:
        case ast.Constant(value=str() | bytes()) | ast.JoinedStr():
            return True
        case ast.Call(func=ast.Name(id="str")):
            return True
        case ast.Name(id=name) if name.isupper():
            return bool(constants.get(name)) and isinstance(constants[name], str)
        case ast.BoolOp(op=ast.Or(), values=[*_, last]):
            # Who writes `user_id or self.user_id` has that for the case that there is none.
            return isinstance(last, ast.Attribute) or _is_text_for_sure(last, constants)
        case ast.IfExp():
            ways = ((value.body, True), (value.orelse, False))
            return all(
                _is_text_for_sure(part, constants) or _is_settled(part, value.test, held)
                for part, held in ways
            )
    return False


def _is_settled(value: ast.expr, test: ast.expr, held: bool) -> bool:
    """Whether what a test has found says that a value is not none."""
    if dotted_name(value) is None:
        return False
    return exclude([Condition(test, held)], [Condition(is_none(value), True)])


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
        self,
        scope: ScopeNode,
        semantics: SemanticModel,
        user_ids: tuple[str, ...],
        asked: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__()
        self._scope = scope
        self._semantics = semantics
        self._user_ids = user_ids
        self.at: dict[ast.AST, UsersHere] = {}
        self._users_by_test: dict[ast.expr, frozenset[str]] = {}
        self.asked = set(asked)
        """What a test found missing on one of its ways."""
        self._texts: set[str] = set()
        """The parameters of which the type says that they are texts."""

    def run_scope(self) -> None:
        doubted = set(self.asked)
        scope = self._scope
        if isinstance(scope, FUNCTION_NODES):
            missing = doubted_params(scope, self._user_ids)
            if isinstance(scope, FUNCTIONS):
                missing |= self._handed_nobody(scope)
            typed = {arg.arg for arg in parameters(scope.args) if arg.annotation is not None}
            self._texts = typed - missing - bound_names(body_of(scope)).names
            doubted = (doubted - self._texts) | missing
        state = _State(UsersHere(frozenset(), frozenset(doubted)))
        if isinstance(scope, ast.Lambda):
            self.expression(scope.body, state)
        else:
            self.run(scope.body, state, at_top=isinstance(scope, (ast.Module, ast.ClassDef)))

    def _handed_nobody(self, function: Function) -> set[str]:
        """The users among the parameters that calls in the file hand none, or no text.

        Of a parameter with a type only what is written out is held against it.
        """
        users = [arg for arg in parameters(function.args) if is_user_name(arg.arg, self._user_ids)]
        defined = self._semantics.once(references_of).definition(function) if users else None
        if defined is None:
            return set()
        values = self._semantics.once(possible_values)
        defaults = _defaults(function.args)
        return {
            arg.arg
            for arg in users
            for given in (*values.handed(defined, arg.arg), *filter(None, [defaults.get(arg)]))
            if _names_nobody(given)
            or (arg.annotation is None and self._may_stand_for_nobody(given))
        }

    def _may_stand_for_nobody(self, value: ast.expr) -> bool:
        """Whether what a name, a field or a call stands for in the file is none, or no text."""
        fields = self._semantics.fields
        for meant in (
            value,
            *(one.node for one in self._semantics.once(possible_values).of(value)),
        ):
            if isinstance(meant, ast.expr) and (_names_nobody(meant) or _is_key_of_row(meant)):
                return True
            if isinstance(meant, ast.Attribute) and self._is_number_argument(meant.attr):
                return True
            for declared in fields.named(meant.attr) if isinstance(meant, ast.Attribute) else ():
                annotation = declared.annotation
                if isinstance(annotation, ast.expr) and last_name(annotation) in _MAKING_NO_TEXT:
                    return True
        return False

    def _is_number_argument(self, name: str) -> bool:
        """Whether a command line takes it as a number: `add_argument("--user-id", type=int)`."""
        calls = (n for piece in self._semantics.mentions.of("add_argument") for n in walk(piece))
        for call in calls:
            if isinstance(call, ast.Call) and last_name(call.func) == "add_argument":
                said = {word.arg: word.value for word in call.keywords}
                names = [*call.args, *filter(None, [said.get("dest")])]
                texts = [one.value for one in names if isinstance(one, ast.Constant)]
                is_named = any(str(t).lstrip("-").replace("-", "_") == name for t in texts)
                if is_named and last_name(said.get("type", call)) in _MAKING_NO_TEXT:
                    return True
        return False

    # What is read

    def statement(self, node: ast.stmt, state: _State) -> _State:
        self._note(node, state)
        state = super().statement(node, state)
        if isinstance(node, ast.Delete):
            for target in node.targets:
                for part in walk(target):
                    self._forget(dotted_name(part), state)
        elif isinstance(node, _AWAITING):
            self._forget_all(state)
        return state

    def enter_body(self, node: ast.stmt, state: _State) -> None:
        if isinstance(node, _AWAITING):
            self._forget_all(state)

    def leave(self, node: ast.AST, state: _State) -> None:
        match node:
            case ast.Attribute():
                path = dotted_name(node)
                if path is not None and self._is_user(node, path):
                    state.known = UsersHere(state.known.read | {path}, state.known.doubted)
            case ast.Call():
                self._call(node, state)
            case ast.Await() | ast.Yield() | ast.YieldFrom():
                self._forget_all(state)  # others run meanwhile
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                if any(clause.is_async for clause in node.generators):
                    self._forget_all(state)
        self._note(node, state)

    def _note(self, node: ast.AST, state: _State) -> None:
        if state.live:
            before = self.at.get(node)
            self.at[node] = state.known if before is None else before.merged(state.known)

    def _is_user(self, node: ast.Attribute, path: str) -> bool:
        """Whether what is read is a user, rather than a method, an answer or a column."""
        *owners, name = path.split(".")
        if not is_user_name(name, self._user_ids) or any(o[:1].isupper() for o in owners):
            return False
        syntax = self._semantics.syntax
        parent = syntax.parent(node)
        match parent:
            case ast.Call(func=func) if func is node:
                return False
            case ast.Attribute(attr=attribute):
                return hasattr(str, attribute)
            case ast.Compare():
                return not any(
                    isinstance(outer, ast.keyword) or _hands_over(outer, below)
                    for below, outer in pairwise(chain([parent], syntax.ancestors(parent)))
                )
        return True

    # What changes

    def _call(self, call: ast.Call, state: _State) -> None:
        """An object that is called or handed on may change; others do not, as far as one sees."""
        given = [arg.value if isinstance(arg, ast.Starred) else arg for arg in call.args]
        given += [keyword.value for keyword in call.keywords]
        if isinstance(call.func, ast.Attribute):
            given.append(call.func.value)
        for path in filter(None, map(dotted_name, given)):
            self._forget(f"{path}.", state)

    def bind(self, name: str, binder: ast.AST, value: ast.AST | None, state: _State) -> None:
        self._forget(f"{name}.", state)
        inner = {path for path in state.known.doubted if path.startswith(f"{name}.")}
        self._trust(inner - self.asked, state)
        self._judge(name, value, binder, state)

    def bind_place(self, target: ast.expr, value: ast.expr | None, state: _State) -> None:
        path = dotted_name(target)
        if path is not None:
            self._forget(path, state)
            self._judge(path, value, None, state)

    def bind_import(self, node: ast.Import | ast.ImportFrom, state: _State) -> None:
        for alias in node.names:
            bound = alias.asname or alias.name.partition(".")[0]
            self._forget(f"{bound}.", state)
            self._doubt(bound, state)

    def declare(self, node: ast.AnnAssign, state: _State) -> None:
        path, annotation = dotted_name(node.target), node.annotation
        is_optional = _OPTIONAL.search(ast.unparse(annotation))
        if path is not None and (is_optional or not _is_text(annotation, self._user_ids)):
            self._doubt(path, state)

    def _judge(
        self, path: str, value: ast.AST | None, binder: ast.AST | None, state: _State
    ) -> None:
        """Doubt or trust what got a value; `binder` is the name that did, or what binds it."""
        constants = self._semantics.constants
        if value is None:
            doubtful = binder is not None and self._is_doubtful(binder)
        else:
            is_of_user = is_user_name(path.rpartition(".")[2], self._user_ids)
            doubtful = not isinstance(value, ast.expr) or self._may_be_nobody(
                value, state, is_of_user=is_of_user
            )
        sure = _is_text_for_sure(value, constants) or self._is_text_of_user(value, state)
        if doubtful or (path in self.asked and not sure):
            self._doubt(path, state)
        else:
            self._trust({path}, state)

    def _is_doubtful(self, binder: ast.AST) -> bool:
        """Whether a handler, a manager or a pattern binds the name, or a loop that counts."""
        if not isinstance(binder, ast.Name):
            return True
        syntax = self._semantics.syntax
        outer = syntax.parent(binder)
        if isinstance(outer, ast.withitem):
            return True
        while isinstance(outer, (ast.Tuple, ast.Starred)):
            outer = syntax.parent(outer)
        match outer:
            case ast.For(iter=ast.Call(func=func)) | ast.AsyncFor(iter=ast.Call(func=func)):
                return last_name(func) in ("enumerate", "range")
            case ast.Assign(value=value, targets=[ast.Tuple(elts=elts)]) if binder in elts:
                return self._is_no_text_among(value, elts.index(binder))
        return False

    def _is_no_text_among(self, value: ast.expr, at: int) -> bool:
        """Whether some tuple that is unpacked has no text at an index."""
        for meant in self._semantics.once(possible_values).of(value):
            match meant.node:
                case ast.Tuple(elts=elts) if at < len(elts):
                    if _names_nobody(elts[at]):
                        return True
        return False

    def _is_text_of_user(self, value: ast.AST | None, state: _State) -> bool:
        """Whether the value is `user_id.strip()`, where there is a user."""
        match value:
            case ast.Call(func=ast.Attribute(value=user, attr="strip" | "lower")):
                path = dotted_name(user) or ""
                is_user = kind_of(path.rpartition(".")[2], self._user_ids) is not None
                return is_user and path not in state.known.doubted
        return False

    def _may_be_nobody(self, value: ast.expr, state: _State, *, is_of_user: bool) -> bool:
        if _is_text_for_sure(value, self._semantics.constants):
            return False
        if is_of_user and self._may_stand_for_nobody(value):
            return True
        if dotted_name(value) in state.known.doubted or may_be_nobody(value):
            return True
        calls = (part for part in walk(value) if isinstance(part, ast.Call))
        return any(last_name(call.func) in self._semantics.optional_results for call in calls)

    def _users_in(self, test: ast.expr) -> frozenset[str]:
        """The users that a test mentions; of each part of `a or b or c` it is asked once."""
        if test not in self._users_by_test:
            if isinstance(test, ast.BoolOp):
                users = frozenset[str]().union(*map(self._users_in, test.values))
            else:
                named = (p for p in paths(test) if kind_of(p.rpartition(".")[2], self._user_ids))
                users = frozenset(named)
            self._users_by_test[test] = users
        return self._users_by_test[test]

    def assume(self, test: ast.expr, held: bool, state: _State) -> None:
        users = self._users_in(test)
        test = without_walrus(test) if users else test
        for path in users - self._texts:
            way = [Condition(test, held)]
            name = ast.parse(path, mode="eval").body
            if exclude(way, [Condition(is_none(name), True)]):
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


def _hands_over(outer: ast.AST, part: ast.AST) -> bool:
    """Whether a part of a node is an argument of it."""
    return isinstance(outer, ast.Call) and part is not outer.func


# Other code may run before each round of these loops, and around what these `with` hold.
_AWAITING = (ast.AsyncFor, ast.AsyncWith)
