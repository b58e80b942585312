"""Which functions look rows up by an id that nothing has checked, or store one. Works on `ast`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ssot_lint.analysis.dataflow.sinks.effects import expects_form
from ssot_lint.analysis.semantics.bindings import (
    Comprehension,
    FunctionNode,
    hidden_by,
)
from ssot_lint.analysis.semantics.control_flow.walk import Flow, State
from ssot_lint.analysis.syntax.ast_nodes import SCOPES, Syntax
from ssot_lint.analysis.syntax.parsing import (
    FUNCTIONS,
    Function,
    children,
    last_name,
    last_name_of,
    parameters,
    walk,
)
from ssot_lint.config.settings import Settings
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.kinds import kind_of, snake_case

_REPOSITORY = re.compile(r"(?!Test)\w*(Repository|Repo|DAO|Dao)(Impl|Mixin|Base)?$")
# Verbs that say of themselves that the form is checked, and those that need to name it.
_VALIDATING = frozenset({"validate", "validated", "validates", "valid", "parse"})
_CHECKING = frozenset({
    "ensure", "ensures", "check", "checks", "verify", "verifies", "assert", "asserts", "require",
    "requires", "is",
})  # fmt: skip
_OF_FORM = frozenset({
    "id", "ids", "uuid", "format", "form", "syntax", "pattern", "prefix", "valid", "validity",
})  # fmt: skip
# What is checked instead, whatever else the name says.
_OF_OTHER = frozenset({
    "access", "permission", "permissions", "owner", "ownership", "exists", "existence", "auth",
    "rights", "role", "limit", "quota", "unique",
})  # fmt: skip
# Methods that look rows up by what they are handed, whoever has them.
_QUERIES = frozenset(
    {
        "where", "filter", "filter_by", "having", "query", "execute", "exec_driver_sql", "scalar",
        "scalars", "fetch", "fetchrow", "fetchval", "fetch_one", "fetch_all", "fetch_val",
        "find_one", "find_one_and_update", "find_one_and_delete", "find_one_and_replace",
        "update_one", "update_many", "delete_one", "delete_many", "replace_one",
        "count_documents", "aggregate", "get_item", "update_item", "delete_item", "get_or_404",
        "one_or_404",
    }
)  # fmt: skip
_SESSION = re.compile(r"_*(\w+_)?(session|db|database|conn|connection|cursor|objects|query)$", re.I)
_COLLECTION = re.compile(r"_*(\w+_)?(collection|coll)$", re.I)
# Methods of a base class that look rows up; `get_lock` and `get_key` are none.
_LOOKUP = re.compile(
    r"_*(get(_(by|or|one|all|many|for)\w*)?"
    r"|(find|fetch|load|exists|delete|remove|update|soft_delete|count|query|select|read|retrieve"
    r"|filter|archive)(_\w+)?)$"
)
# Methods that store a new row which they are handed, and those of a base class that make it, too.
_ADDING = frozenset({"add", "add_all", "merge", "bulk_save_objects", "save"})
_INSERTING = frozenset({
    "values", "insert_one", "insert_many", "put_item", "bulk_insert_mappings",
})  # fmt: skip
# `add_listener` and `put_aside` are none.
_STORING = re.compile(r"_*((create|insert|save|upsert|bulk_create)(_\w+)?|add|store|put|write)$")
# Those that others than sessions and queries have, too, with other meanings.
_ORDINARY = frozenset({
    "aggregate", "delete_item", "execute", "fetch", "filter", "get_item", "having", "query",
    "scalar", "scalars", "update_item",
})  # fmt: skip
# What gives back the id, or an expression of SQL that holds it.
_HANDING_ON = frozenset(
    {
        "and_", "or_", "not_", "select", "exists", "cast", "literal", "bindparam", "any_", "text",
        "in_", "not_in", "notin_", "is_", "op", "like", "ilike", "contains", "startswith",
        "endswith", "coalesce", "lower", "upper", "trim", "eq", "Q", "str", "strip", "casefold",
        "dict", "list", "tuple", "format",
    }
)  # fmt: skip
# Types that check the id, or are no text.
_OTHER_TYPE = re.compile(
    r"[\s|\[\](),]*((UUID|int|None|Optional|Union|uuid|typing)\b[\s.|\[\](),]*)+"
)


@dataclass(frozen=True)
class UncheckedLookup:
    """A query, or what stores a new row, that is handed an id which nothing has checked."""

    function: Function
    param: ast.arg
    """The parameter that holds it."""
    kind: str
    query: ast.Call
    tests: frozenset[str]
    """How the method finds out whether there is an id: `is None`, `empty`."""
    is_of_repository: bool = True


class UncheckedLookups:
    """The unchecked look-ups of one file. Made once per file: `ids.once(UncheckedLookups)`."""

    def __init__(self, ids: IdModel) -> None:
        self._settings = ids.settings
        self._is_test = ids.settings.is_test(ids.path)
        self._syntax = ids.semantics.syntax
        self._kinds = tuple(kind for kind, _ in ids.settings.id_prefixes)
        self._found: dict[Function, Sequence[UncheckedLookup]] = {}

    @cached_property
    def classes(self) -> Classes:
        """The classes of the file."""
        return Classes(self._syntax, self._kinds)

    def in_(self, code: ast.AST) -> Iterator[UncheckedLookup]:
        """Those in a statement of the module or of a class."""
        for node in self._syntax.below(code):
            if isinstance(node, FUNCTIONS):
                yield from self.of(node)

    def of(self, method: Function) -> Sequence[UncheckedLookup]:
        """Those of a method of a repository, or of another function; of tests, the former alone."""
        if method not in self._found:
            taken = self._taken(method)
            owner = next(self._syntax.around(method, *SCOPES), None) if taken else None
            is_method = isinstance(owner, ast.ClassDef) and self.classes.is_repository(owner.name)
            is_told = bool(taken) and (is_method or not self._is_test)
            found = self._find(method, owner, taken, is_method=is_method) if is_told else ()
            self._found[method] = list(found)
        return self._found[method]

    def _taken(self, method: Function) -> dict[str, tuple[ast.arg, str]]:
        """The parameters of a method that hold ids, with their kinds."""
        if any(checks_form(last_name_of(decorator)) for decorator in method.decorator_list):
            return {}
        rest = (method.args.vararg, method.args.kwarg)
        return {
            arg.arg: (arg, kind)
            for arg in parameters(method.args)
            if (kind := kind_of(arg.arg, self._kinds)) and arg not in rest
            if _OTHER_TYPE.fullmatch(written_type(arg)) is None
        }

    def _find(
        self,
        method: Function,
        owner: ast.AST | None,
        taken: Mapping[str, tuple[ast.arg, str]],
        *,
        is_method: bool,
    ) -> Iterator[UncheckedLookup]:
        own = self.classes.own_methods(getattr(owner, "name", "")) if is_method else {}
        first = next((arg.arg for arg in parameters(method.args)), None) if is_method else None
        flow = _LookupFlow(Calls(self._settings, first, own, is_of_repository=is_method))
        flow.run(method.body, _Seen({name: frozenset({name}) for name in taken}))
        for name, query in flow.queries.items():
            tests = flow.tests.get(name, frozenset())
            yield UncheckedLookup(method, *taken[name], query, tests, is_method)


def written_type(arg: ast.arg) -> str:
    """The type of a parameter as it is written, without quotes; empty where there is none."""
    return ast.unparse(arg.annotation).strip("\"'") if arg.annotation is not None else ""


def checks_form(name: str) -> bool:
    """Whether the name of a function says that it checks what an id looks like."""
    words = {*snake_case(name).split("_")}
    if words & _OF_OTHER:
        return False
    return bool(words & _VALIDATING) or bool(words & _CHECKING and words & _OF_FORM)


# The classes of the file


class Classes:
    """What the classes of a whole file are and have, by name."""

    def __init__(self, syntax: Syntax, kinds: Sequence[str]) -> None:
        self._kinds = kinds
        self._own_methods: dict[str, dict[str, bool]] = {}
        self._members: dict[str, dict[str | None, ast.stmt]] = {}
        """For each class, the statement that first binds or mentions a name."""
        self._nodes: dict[str, list[ast.ClassDef]] = {}
        for node in syntax.of(ast.ClassDef):
            self._nodes.setdefault(node.name, []).append(node)

    def is_repository(self, name: str) -> bool:
        """Whether the name of the class, or of one it inherits from, says so."""
        if name.startswith("Test"):
            return False
        return any(_REPOSITORY.match(base) is not None for base in self.family(name))

    def is_unique(self, name: str) -> bool:
        """Whether only one class of the file, and of its bases there, has the name."""
        return all(len(self._nodes.get(base, ())) < 2 for base in self.family(name))

    def family(self, name: str) -> list[str]:
        """The names of a class and, as far as the file says, of all that it inherits from."""
        names = [name]
        for one in names:
            bases = (base for node in self._nodes.get(one, ()) for base in node.bases)
            names += [b for b in map(base_name, bases) if b is not None and b not in names]
        return names

    def own_methods(self, name: str) -> Mapping[str, bool]:
        """The methods of a class and its bases in the file; whether calls of each are queries.

        They are none when the method takes an id, because then it is looked at itself, or asks
        nothing.
        """
        if name not in self._own_methods:
            found = self._own_methods.setdefault(name, {})
            for node in self._bodies(name):
                for part in walk(node):
                    if isinstance(part, FUNCTIONS):
                        found.setdefault(part.name, self._asks(part))
        return self._own_methods[name]

    def _asks(self, method: Function) -> bool:
        args = (*method.args.posonlyargs, *method.args.args, *method.args.kwonlyargs)
        if any(kind_of(arg.arg, self._kinds) for arg in args):
            return False
        return any(
            isinstance(part, ast.Call)
            and isinstance(part.func, ast.Attribute)
            and (part.func.attr in _QUERIES or part.func.attr == "get")
            for part in walk(method)
        )

    def member(self, name: str, member: str) -> ast.stmt | None:
        """The statement of a class, or of a base in the file, that binds the member."""
        if name not in self._members:
            found = self._members.setdefault(name, {})
            for part in (part for node in self._bodies(name) for part in node.body):
                names = {n.id for n in walk(part) if isinstance(n, ast.Name)}
                for one in (*names, getattr(part, "name", None)):
                    found.setdefault(one, part)
        return self._members[name].get(member)

    def _bodies(self, name: str) -> list[ast.ClassDef]:
        return [node for base in self.family(name) for node in self._nodes.get(base, ())]


def base_name(node: ast.expr) -> str | None:
    """The name of a base class or decorator, without what is in its brackets."""
    while isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


# What happens to an id in a method


@dataclass(frozen=True)
class Calls:
    """Tells queries and validators from other calls, in one method."""

    settings: Settings
    owner: str | None
    """What the method calls `self`."""
    own_methods: Mapping[str, bool]
    is_of_repository: bool = True

    def is_validator(self, call: ast.Call) -> bool:
        """Whether the call checks the form of what it is handed."""
        name = last_name(call.func)
        return name in self.settings.validators or expects_form(name) or checks_form(name)

    def is_query(self, call: ast.Call) -> bool:
        """Whether the call looks up rows by what it is handed."""
        if not isinstance(call.func, ast.Attribute):
            return False
        name, receiver = call.func.attr, call.func.value
        if not self.is_of_repository and name in _ORDINARY:
            return _is_session(receiver)
        if not self.is_of_repository and name == "get" and len(call.args) < 2:
            return False  # of a session of HTTP: a database is told of which table
        if isinstance(receiver, ast.Name) and receiver.id == self.owner:
            return self.own_methods.get(name, _is_of_base(name))
        if isinstance(receiver, ast.Call) and last_name(receiver.func) == "super":
            return _is_of_base(name)
        if name == "find":  # strings have it, too
            given = (*call.args, *(keyword.value for keyword in call.keywords))
            is_filter = any(isinstance(arg, ast.Dict) for arg in given)
            return is_filter or _COLLECTION.match(last_name(receiver)) is not None
        return name in _QUERIES | _INSERTING or (name == "get" and _is_session(receiver))

    @staticmethod
    def stores(call: ast.Call) -> bool:
        """Whether the call stores the rows that it is handed."""
        func = call.func
        return isinstance(func, ast.Attribute) and func.attr in _ADDING and _is_session(func.value)


def _is_of_base(name: str) -> bool:
    """Whether a method that the class does not have itself looks rows up, or stores one."""
    return _LOOKUP.match(name) is not None or _STORING.match(name) is not None


def _is_row(node: ast.AST) -> bool:
    """Whether an expression makes an object of a class."""
    return isinstance(node, ast.Call) and last_name(node.func)[:1].isupper()


def _is_session(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return last_name(node.func) in ("query", "session", "options", "with_for_update")
    return _SESSION.match(last_name(node)) is not None


# In front of the name of a variable that holds a row: the ids in that.
_ROW = "="


class _Seen(State):
    """Which names hold which of the method's ids, and which ids a validator has seen."""

    __slots__ = ("checked", "held", "live")

    def __init__(
        self, held: dict[str, frozenset[str]], checked: frozenset[str] = frozenset()
    ) -> None:
        self.held = held
        self.checked = checked
        self.live = True

    def fork(self) -> _Seen:
        copy = _Seen(dict(self.held), self.checked)
        copy.live = self.live
        return copy

    def absorb(self, other: _Seen) -> None:
        for name, ids in other.held.items():
            self.held[name] = self.held.get(name, frozenset()) | ids
        self.checked &= other.checked

    def covers(self, other: _Seen) -> bool:
        mine = self.held
        return self.checked <= other.checked and all(
            ids <= mine.get(name, frozenset()) for name, ids in other.held.items()
        )


class _LookupFlow(Flow[_Seen]):
    """Collects, for each id, the first query that is handed it unchecked."""

    loops_repeat = True

    def __init__(self, calls: Calls) -> None:
        super().__init__()
        self._calls = calls
        self._hidden: list[frozenset[str]] = []
        self.queries: dict[str, ast.Call] = {}
        self.tests: dict[str, frozenset[str]] = {}
        """How it is found out whether there is an id: `is None`, `empty`."""

    # Where there is no id, or one of those that are known, none needs a check

    def assume(self, test: ast.expr, held: bool, state: _Seen) -> None:
        state.checked |= self._settled(test, held, state)

    def _settled(self, test: ast.expr, held: bool, state: _Seen) -> frozenset[str]:
        """The ids that are None, empty or known when the test held or failed."""
        match test:
            case ast.UnaryOp(op=ast.Not()):
                return self._settled(test.operand, not held, state)
            case ast.BoolOp():
                parts = [self._settled(value, held, state) for value in test.values]
                every = held is isinstance(test.op, ast.And)
                return frozenset.union(*parts) if every else frozenset.intersection(*parts)
            case ast.Compare(left=ast.Name() as name, ops=[sign], comparators=[other]):
                if isinstance(sign, (ast.In, ast.NotIn)):
                    is_known = isinstance(sign, ast.In)
                    return self._ids_of(name, state) if held is is_known else frozenset()
                if not isinstance(other, ast.Constant) or other.value is not None:
                    return frozenset()
                is_none = isinstance(sign, (ast.Is, ast.Eq))
                ids = self._tested(name, "is None", state)
                return ids if held is is_none else frozenset()
            case ast.Name():
                ids = self._tested(test, "empty", state)
                return ids if not held else frozenset()
        return frozenset()

    def _tested(self, name: ast.Name, how: str, state: _Seen) -> frozenset[str]:
        ids = self._ids_of(name, state)
        for one in ids:
            self.tests[one] = self.tests.get(one, frozenset()) | {how}
        return ids

    # Calls

    def leave(self, node: ast.AST, state: _Seen) -> None:
        if not isinstance(node, ast.Call):
            return
        handed = self._ids_in([*node.args, *node.keywords], state)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "startswith":
            state.checked |= self._ids_in([node.func.value], state)
        if self._calls.is_validator(node):
            state.checked |= handed
        elif state.live:
            stored = self._calls.stores(node)
            if stored or self._calls.is_query(node):
                handed = self._ids_in_rows(node.args, state) if stored else handed
                for name in sorted(handed - state.checked):
                    self.queries.setdefault(name, node)

    def _ids_in_rows(self, nodes: Iterable[ast.AST], state: _Seen) -> frozenset[str]:
        """The ids that rows hold, of which some are written out or have a name."""
        found: frozenset[str] = frozenset()
        for node in nodes:
            if isinstance(node, ast.Name):
                found |= state.held.get(_ROW + node.id, frozenset())
            elif isinstance(node, (ast.List, ast.Tuple)):
                found |= self._ids_in_rows(node.elts, state)
            elif isinstance(node, ast.Call) and _is_row(node):
                found |= self._ids_in([*node.args, *node.keywords], state)
        return found

    def _ids_in(self, nodes: Iterable[ast.AST], state: _Seen) -> frozenset[str]:
        """The ids that are part of what the expressions give."""
        found: frozenset[str] = frozenset()
        for node in nodes:
            match node:
                case ast.Name():
                    found |= self._ids_of(node, state)
                case ast.Call():
                    if _hands_on(node):
                        receiver = [node.func.value] if isinstance(node.func, ast.Attribute) else []
                        found |= self._ids_in([*node.args, *node.keywords, *receiver], state)
                case ast.IfExp():
                    found |= self._ids_in([node.body, node.orelse], state)
                case ast.Lambda():
                    self._hidden.append(frozenset(arg.arg for arg in parameters(node.args)))
                    found |= self._ids_in([node.body], state)
                    self._hidden.pop()
                case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                    self.enter_comprehension(node)
                    found |= self._ids_in(children(node), state)
                    self.leave_comprehension()
                case ast.Attribute() | ast.Subscript():
                    pass  # a part of it
                case _:
                    found |= self._ids_in(children(node), state)
        return found

    def _ids_of(self, name: ast.Name, state: _Seen) -> frozenset[str]:
        if any(name.id in hidden for hidden in self._hidden):
            return frozenset()
        return state.held.get(name.id, frozenset())

    # Names

    def bind(self, name: str, binder: ast.AST, value: ast.AST | None, state: _Seen) -> None:
        ids = self._ids_in([value], state) if isinstance(value, ast.expr) else frozenset()
        state.held[name] = ids
        is_row = value is not None and _is_row(value)
        state.held[_ROW + name] = self._ids_in_rows([value], state) if is_row and value else ids
        for failed in self.failing:
            failed.held[name] = failed.held.get(name, frozenset()) | ids

    def bind_import(self, node: ast.Import | ast.ImportFrom, state: _Seen) -> None:
        for alias in node.names:
            state.held.pop(alias.asname or alias.name, None)

    def unbind(self, name: str, node: ast.AST, state: _Seen) -> None:
        state.held.pop(name, None)

    def enter_function(self, node: FunctionNode, state: _Seen) -> None:
        """A function inside the method finds the ids as they are where it comes into being."""
        inside = state.fork()
        for param in parameters(node.args):
            inside.held.pop(param.arg, None)
        loops, self._loops = self._loops, []
        failing, self.failing = self.failing, []
        if isinstance(node, ast.Lambda):
            self.expression(node.body, inside)
        else:
            self.run(node.body, inside)
        self._loops, self.failing = loops, failing

    def enter_comprehension(self, node: Comprehension) -> None:
        self._hidden.append(hidden_by(node))

    def leave_comprehension(self) -> None:
        self._hidden.pop()


def _hands_on(call: ast.Call) -> bool:
    func = call.func
    if isinstance(func, ast.Call):  # column.op("->>")("key")
        return last_name(func) == "op"
    return last_name(func) in _HANDING_ON or (
        isinstance(func, ast.Attribute) and last_name(func.value) == "func"
    )
