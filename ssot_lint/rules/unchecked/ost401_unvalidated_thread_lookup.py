'''
## What it does
Finds methods of repositories that hand a thread id to a query before a validator saw it.

Off by default: select `OST401` to turn it on. Other kinds of ids are set by `id-prefixes`.

A repository is a class whose name, or that of a base, ends in `Repository`, `Repo` or `DAO`. A
query is a call that looks rows up by what it is handed: `.where(...)`, `.filter(...)`,
`.filter_by(...)`, `.execute(...)` and what drivers offer in its place, `.get(...)` of a session,
`self.get_by_id(...)` and the like of a base class. For each id one finding: the first such query.

Silent: what only stores a new row, a method of the class itself that takes the id (it is looked at
itself), ids that a function has made something else of, parameters of another type (`UUID`, `int`).
A validator is one of `validators`, a function whose name says that it validates, or that it checks
or ensures an id or a format (not access, ownership or existence), a match of a pattern, a test with
`startswith`, a membership test. It must see the id on every path to the query, but for those on
which there is no id.

## Why is this bad?
An id of another form (a run id, an id from before the prefix) finds no row. The caller takes that
for a thread that does not exist, and makes a second one.

## Example
```python
class ThreadRepository:
    def find(self, db, thread_id: str):
        return db.get(Thread, thread_id)
```
Write instead:
```python
class ThreadRepository:
    def validate_thread_id_format(self, thread_id: str) -> None:
        """Raise ValueError unless the generator could have made the thread_id."""
        has_prefix = thread_id.startswith("thread_")
        if not has_prefix or not UnifiedIdGenerator.is_valid_id(thread_id, "thread"):
            raise ValueError(
                f"invalid thread_id {thread_id!r}: "
                "take one from UnifiedIdGenerator.generate_user_context_ids"
            )

    def find(self, db, thread_id: str):
        self.validate_thread_id_format(thread_id)
        return db.get(Thread, thread_id)
```

## Fix safety
Always unsafe: what was looked up in vain before now raises, and so do the ids of old rows that the
generator did not make. Look at what is in the table first. The generator's validator is called
only where its source shows that it accepts what the generator makes: where it reads a clock, counts
other parts, or does more than can be read, only the prefix is checked, and the message says why.
All methods of a class are fixed together: the class gets the validator once, unless it has one.
Where a method may be called without an id, only an id is checked.

Never, with the reason in the message, in static and class methods, for a default other than None
and the empty string, where the class has another method of that name.

## References
- OST301 unprefixed-thread-literal
'''

from __future__ import annotations

import ast
import json
import keyword
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import libcst as cst

from ssot_lint.analysis.semantics.control_flow.walk import Flow, State, all_params
from ssot_lint.analysis.semantics.scopes import target_names
from ssot_lint.analysis.syntax import parsing
from ssot_lint.analysis.syntax.ast_nodes import Syntax
from ssot_lint.analysis.syntax.libcst_nodes import children, last_name, walk
from ssot_lint.config.settings import Settings
from ssot_lint.fixes.edits import Change, Draft, InsertAbove
from ssot_lint.fixes.file_context import FileContext
from ssot_lint.fixes.new_code import Reference
from ssot_lint.fixes.refusal import Refusal
from ssot_lint.ids.generator.api import Shape
from ssot_lint.ids.kinds import kind_of, snake_case
from ssot_lint.model.findings import Applicability
from ssot_lint.rules.rule import Rule

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
_MATCHING = frozenset({"match", "fullmatch", "UUID"})
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
# What gives back the id, or an expression of SQL that holds it.
_HANDING_ON = frozenset(
    {
        "and_", "or_", "not_", "select", "exists", "cast", "literal", "bindparam", "any_", "text",
        "in_", "not_in", "notin_", "is_", "op", "like", "ilike", "contains", "startswith",
        "endswith", "coalesce", "lower", "upper", "trim", "eq", "Q", "str", "strip", "casefold",
        "dict", "list", "tuple", "format",
    }
)  # fmt: skip
_OTHER_TYPE = re.compile(
    r"[\s|\[\](),]*((UUID|int|None|Optional|Union|uuid|typing)\b[\s.|\[\](),]*)+"
)
_TEXT = r"(str|\w*(Thread|Session|Run)I[dD])"
_SHAPE_OF_TEXT = re.compile(
    rf"{_TEXT}( ?\| ?None)?|(typing\.)?Optional\[{_TEXT}\]|None ?\| ?{_TEXT}"
)

# `is_valid_id(thread_id, "thread")`
_ID_AND_PREFIX = Shape(positional=2)

_Method = ast.FunctionDef | ast.AsyncFunctionDef


class UnvalidatedThreadLookup(Rule):
    """OST401."""

    code = "OST401"
    name = "unvalidated-thread-lookup"
    fixable = "sometimes"
    message = "no validator has seen `{name}` before this query{advice}"

    def __init__(self, file: FileContext) -> None:
        super().__init__(file)
        self._kinds = _kinds(file.ids.settings)
        self._extended: dict[str, frozenset[str]] = {}
        """The classes whose fix adds validators, and for which kinds."""

    @cached_property
    def _classes(self) -> _Classes:
        return _Classes(self.file.semantics.syntax, self._kinds)

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        if not self._classes.is_repository(node.name.value):
            return
        inside = walk(node.body, into_scopes=False)
        lookups = [
            lookup
            for method in inside
            if isinstance(method, cst.FunctionDef)
            for lookup in self._lookups(method, node)
        ]
        fixer = _Fixer(self.file, self._classes, node, self._extended)
        fixes = fixer.fixes(
            [one for one in lookups if not self.file.ids.is_suppressed(self.code, one.query)]
        )
        self._extended[node.name.value] = fixer.added
        for lookup in lookups:
            self.report(
                lookup.query, fix=fixes.get(lookup), name=lookup.name, advice=self._advice(lookup)
            )

    def _advice(self, lookup: _Lookup) -> str:
        settings = self.file.ids.settings
        if not settings.validators:
            return ""
        prefix = dict(settings.id_prefixes)[lookup.kind]
        refusal = self.file.ids.api.refusal(lookup.kind)
        if refusal:
            return f'; check first that it begins with "{prefix}", no more, because {refusal}'
        validator = f"{settings.generator_class}.{settings.validators[0]}"
        return f'; check it with `{validator}({lookup.name}, "{_bare(prefix)}")` first'

    def _lookups(self, method: cst.FunctionDef, owner: cst.ClassDef) -> Iterator[_Lookup]:
        if any(map(_checks_form, _decorator_names(method))):
            return
        params = {
            param.name.value: (param, kind)
            for param in all_params(method.params)
            if (kind := kind_of(param.name.value, self._kinds)) and not _has_other_type(param)
        }
        if not params:
            return
        own = self._classes.own_methods(owner.name.value)
        flow = _LookupFlow(_Calls(self.file.ids.settings, _first_parameter(method), own))
        flow.statement(method.body, _Seen({name: frozenset({name}) for name in params}))
        for name, query in flow.queries.items():
            yield _Lookup(method, *params[name], query, flow.tests.get(name, frozenset()))


@dataclass(frozen=True)
class _Lookup:
    """A query that is handed an id which nothing has checked."""

    method: cst.FunctionDef
    param: cst.Param
    kind: str
    query: cst.Call
    tests: frozenset[str]
    """How the method finds out whether there is an id."""

    @property
    def name(self) -> str:
        return self.param.name.value


def _kinds(settings: Settings) -> tuple[str, ...]:
    return tuple(kind for kind, _ in settings.id_prefixes)


def _bare(prefix: str) -> str:
    """The generator puts the separator behind the prefix it is handed."""
    return prefix.rstrip("_-.:/")


def _validator_name(kind: str) -> str:
    return f"validate_{kind}_format"


def _first_parameter(method: cst.FunctionDef) -> str | None:
    return next((param.name.value for param in all_params(method.params)), None)


def _decorator_names(method: cst.FunctionDef) -> list[str]:
    calls = (decorator.decorator for decorator in method.decorators)
    return [last_name(d.func if isinstance(d, cst.Call) else d) or "" for d in calls]


def _annotation(param: cst.Param) -> str:
    if param.annotation is None:
        return ""
    code = cst.Module(body=[]).code_for_node(param.annotation.annotation)
    return code.strip("\"'")


def _has_other_type(param: cst.Param) -> bool:
    """Whether the parameter is annotated with types that check the id, or are no text."""
    return bool(param.star) or _OTHER_TYPE.fullmatch(_annotation(param)) is not None


# The classes of the file


class _Classes:
    """What the classes of a whole file are and have, by name; the mask may have blanked parts."""

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
            names += [b for b in map(_base_name, bases) if b is not None and b not in names]
        return names

    def own_methods(self, name: str) -> Mapping[str, bool]:
        """The methods of a class and its bases in the file; whether calls of each are queries.

        They are none when the method takes an id, because then it is looked at itself, or asks
        nothing.
        """
        if name not in self._own_methods:
            found = self._own_methods.setdefault(name, {})
            for node in self._bodies(name):
                for part in parsing.walk(node):
                    if isinstance(part, _Method):
                        found.setdefault(part.name, self._asks(part))
        return self._own_methods[name]

    def _asks(self, method: _Method) -> bool:
        args = (*method.args.posonlyargs, *method.args.args, *method.args.kwonlyargs)
        if any(kind_of(arg.arg, self._kinds) for arg in args):
            return False
        return any(
            isinstance(part, ast.Call)
            and isinstance(part.func, ast.Attribute)
            and (part.func.attr in _QUERIES or part.func.attr == "get")
            for part in parsing.walk(method)
        )

    def member(self, name: str, member: str) -> ast.stmt | None:
        """The statement of a class, or of a base in the file, that binds the member."""
        if name not in self._members:
            found = self._members.setdefault(name, {})
            for part in (part for node in self._bodies(name) for part in node.body):
                names = {n.id for n in parsing.walk(part) if isinstance(n, ast.Name)}
                for one in (*names, getattr(part, "name", None)):
                    found.setdefault(one, part)
        return self._members[name].get(member)

    def _bodies(self, name: str) -> list[ast.ClassDef]:
        return [node for base in self.family(name) for node in self._nodes.get(base, ())]


def _base_name(node: ast.expr) -> str | None:
    while isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


# What happens to an id in a method


@dataclass(frozen=True)
class _Calls:
    """Tells queries and validators from other calls, in one method."""

    settings: Settings
    owner: str | None
    """What the method calls `self`."""
    own_methods: Mapping[str, bool]

    def is_validator(self, call: cst.Call) -> bool:
        name = last_name(call.func)
        if name is None:
            return False
        return name in self.settings.validators or name in _MATCHING or _checks_form(name)

    def is_query(self, call: cst.Call) -> bool:
        if not isinstance(call.func, cst.Attribute):
            return False
        name, receiver = call.func.attr.value, call.func.value
        if self._is_owner(receiver):
            return self.own_methods.get(name, _LOOKUP.match(name) is not None)
        if isinstance(receiver, cst.Call) and last_name(receiver.func) == "super":
            return _LOOKUP.match(name) is not None
        if name == "find":  # strings have it, too
            is_filter = any(isinstance(arg.value, cst.Dict) for arg in call.args)
            return is_filter or _COLLECTION.match(last_name(receiver) or "") is not None
        return name in _QUERIES or (name == "get" and _is_session(receiver))

    def _is_owner(self, node: cst.BaseExpression) -> bool:
        return isinstance(node, cst.Name) and node.value == self.owner


def _checks_form(name: str) -> bool:
    """Whether the name of a function says that it checks what an id looks like."""
    words = {*snake_case(name).split("_")}
    if words & _OF_OTHER:
        return False
    return bool(words & _VALIDATING) or bool(words & _CHECKING and words & _OF_FORM)


def _is_session(node: cst.BaseExpression) -> bool:
    if isinstance(node, cst.Call):
        return last_name(node.func) in ("query", "session", "options", "with_for_update")
    return _SESSION.match(last_name(node) or "") is not None


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

    def __init__(self, calls: _Calls) -> None:
        super().__init__()
        self._calls = calls
        self._hidden: list[frozenset[str]] = []
        self.queries: dict[str, cst.Call] = {}
        self.tests: dict[str, frozenset[str]] = {}
        """How it is found out whether there is an id: `is None`, `empty`."""

    # Where there is no id, or one of those that are known, none needs a check

    def assume(self, test: cst.BaseExpression, held: bool, state: _Seen) -> None:
        state.checked |= self._settled(test, held, state)

    def _settled(self, test: cst.BaseExpression, held: bool, state: _Seen) -> frozenset[str]:
        """The ids that are None, empty or known when the test held or failed."""
        match test:
            case cst.UnaryOperation(operator=cst.Not()):
                return self._settled(test.expression, not held, state)
            case cst.BooleanOperation():
                if held is isinstance(test.operator, cst.And):
                    return self._settled(test.left, held, state) | self._settled(
                        test.right, held, state
                    )
                return self._settled(test.left, held, state) & self._settled(
                    test.right, held, state
                )
            case cst.Comparison(
                left=cst.Name() as name, comparisons=[cst.ComparisonTarget() as only]
            ):
                if isinstance(only.operator, (cst.In, cst.NotIn)):
                    is_known = isinstance(only.operator, cst.In)
                    return self._ids_of(name, state) if held is is_known else frozenset()
                if last_name(only.comparator) != "None":
                    return frozenset()
                is_none = isinstance(only.operator, (cst.Is, cst.Equal))
                ids = self._tested(name, "is None", state)
                return ids if held is is_none else frozenset()
            case cst.Name():
                ids = self._tested(test, "empty", state)
                return ids if not held else frozenset()
        return frozenset()

    def _tested(self, name: cst.Name, how: str, state: _Seen) -> frozenset[str]:
        ids = self._ids_of(name, state)
        for one in ids:
            self.tests[one] = self.tests.get(one, frozenset()) | {how}
        return ids

    # Calls

    def leave(self, node: cst.CSTNode, state: _Seen) -> None:
        if not isinstance(node, cst.Call):
            return
        handed = self._ids_in(node.args, state)
        if isinstance(node.func, cst.Attribute) and node.func.attr.value == "startswith":
            state.checked |= self._ids_in([node.func.value], state)
        if self._calls.is_validator(node):
            state.checked |= handed
        elif self._calls.is_query(node) and state.live:
            for name in sorted(handed - state.checked):
                self.queries.setdefault(name, node)

    def _ids_in(self, nodes: Iterable[cst.CSTNode], state: _Seen) -> frozenset[str]:
        """The ids that are part of what the expressions give."""
        found: frozenset[str] = frozenset()
        for node in nodes:
            match node:
                case cst.Name():
                    found |= self._ids_of(node, state)
                case cst.Arg():
                    found |= self._ids_in([node.value], state)
                case cst.Call():
                    if _hands_on(node):
                        receiver = node.func.value if isinstance(node.func, cst.Attribute) else None
                        found |= self._ids_in(node.args, state)
                        found |= self._ids_in([receiver] if receiver else [], state)
                case cst.IfExp():
                    found |= self._ids_in([node.body, node.orelse], state)
                case cst.Lambda():
                    hidden = frozenset(param.name.value for param in all_params(node.params))
                    self._hidden.append(hidden)
                    found |= self._ids_in([node.body], state)
                    self._hidden.pop()
                case cst.BaseComp():
                    self.enter_comprehension([node.for_in.target])
                    found |= self._ids_in(children(node), state)
                    self.leave_comprehension()
                case cst.Attribute() | cst.Subscript():
                    pass  # a part of it
                case _:
                    found |= self._ids_in(children(node), state)
        return found

    def _ids_of(self, name: cst.Name, state: _Seen) -> frozenset[str]:
        if any(name.value in hidden for hidden in self._hidden):
            return frozenset()
        return state.held.get(name.value, frozenset())

    # Names

    def bind(self, name: cst.Name, value: cst.CSTNode | None, state: _Seen) -> None:
        is_expression = isinstance(value, cst.BaseExpression)
        ids = self._ids_in([value], state) if value is not None and is_expression else frozenset()
        state.held[name.value] = ids
        for failed in self.failing:
            failed.held[name.value] = failed.held.get(name.value, frozenset()) | ids

    def bind_import(self, node: cst.Import | cst.ImportFrom, state: _Seen) -> None:
        if not isinstance(node.names, cst.ImportStar):
            for alias in node.names:
                state.held.pop(alias.evaluated_alias or alias.evaluated_name, None)

    def unbind(self, name: cst.Name, state: _Seen) -> None:
        state.held.pop(name.value, None)

    def enter_function(self, node: cst.FunctionDef | cst.Lambda, state: _Seen) -> None:
        """A function inside the method finds the ids as they are where it comes into being."""
        inside = state.fork()
        for param in all_params(node.params):
            inside.held.pop(param.name.value, None)
        loops, self._loops = self._loops, []
        failing, self.failing = self.failing, []
        if isinstance(node, cst.Lambda):
            self.expression(node.body, inside)
        else:
            self.statement(node.body, inside)
        self._loops, self.failing = loops, failing

    def enter_comprehension(self, targets: Sequence[cst.CSTNode]) -> None:
        self._hidden.append(frozenset(n for target in targets for n in target_names(target)))

    def leave_comprehension(self) -> None:
        self._hidden.pop()


def _hands_on(call: cst.Call) -> bool:
    func = call.func
    if isinstance(func, cst.Call):  # column.op("->>")("key")
        return last_name(func.func) == "op"
    return last_name(func) in _HANDING_ON or (
        isinstance(func, cst.Attribute) and last_name(func.value) == "func"
    )


# The fix


class _Fixer:
    """Drafts the checks of one class: all in one draft, which adds the validator once."""

    def __init__(
        self,
        file: FileContext,
        classes: _Classes,
        owner: cst.ClassDef,
        extended: Mapping[str, frozenset[str]],
    ) -> None:
        self._file = file
        self._semantics = file.semantics
        self._ids = file.ids
        self._classes = classes
        self._owner = owner
        self._extended = extended
        self.added: frozenset[str] = frozenset()
        """The kinds for which the class gets a validator."""

    def fixes(self, lookups: Sequence[_Lookup]) -> dict[_Lookup, Draft | Refusal]:
        reasons = {lookup: self._obstacle(lookup) for lookup in lookups}
        fixable = [lookup for lookup, reason in reasons.items() if reason is None]
        draft = self._draft(fixable) if fixable else Refusal("")
        return {lookup: draft if why is None else Refusal(why) for lookup, why in reasons.items()}

    def _obstacle(self, lookup: _Lookup) -> str | None:
        """Why a method cannot get a check, if it cannot."""
        method = lookup.method
        names = _decorator_names(method)
        first = next(iter(all_params(method.params)))
        if {"staticmethod", "classmethod"} & {*names} or first is lookup.param or first.star:
            return "the method has no `self`"
        if self._semantics.parent(method) is not self._owner.body:
            return "the method stands in a branch"
        if _first_statement(method) is None:
            return "the method has no line of its own for it"
        default = lookup.param.default
        if default is not None and not (_is_none(default) or _is_empty(default)):
            return "its default may be no such id"
        if not lookup.kind.isidentifier() or keyword.iskeyword(lookup.kind):
            return f"`{lookup.kind}` is no name"
        if _SHAPE_OF_TEXT.fullmatch(_annotation(lookup.param) or "str") is None:
            return "it is not annotated as a string"
        if not self._classes.is_unique(self._owner.name.value):
            return "several classes of the file share a name"
        return self._unusable_validator(lookup)

    def _unusable_validator(self, lookup: _Lookup) -> str | None:
        name = _validator_name(lookup.kind)
        member = self._classes.member(self._owner.name.value, name)
        if member is None:
            if not self._ids.settings.validators:
                return "no validator is set"
            for base in self._classes.family(self._owner.name.value):
                if lookup.kind in self._extended.get(base, ()):
                    return f"its base class `{base}` gets `{name}` first"
            reference = self._generator(lookup) if self._is_accepting(lookup.kind) else None
            return reference.reason if isinstance(reference, Refusal) else None
        if not isinstance(member, _Method) or not _takes_one(member):
            return f"the class has another `{name}`"
        if isinstance(member, ast.AsyncFunctionDef) and lookup.method.asynchronous is None:
            return f"`{name}` must be awaited"
        return None

    def _is_accepting(self, kind: str) -> bool:
        """Whether the generator's validator is sure to accept the ids that the generator makes."""
        return not self._ids.api.refusal(kind)

    def _generator(self, lookup: _Lookup) -> Reference | Refusal:
        """How a method of the class can name the generator."""
        method = self._ids.settings.validators[0]
        reference = self._file.new_code.generator_at(lookup.query, method, _ID_AND_PREFIX)
        if isinstance(reference, Refusal):
            return reference
        known = reference.code.partition(".")[0]
        scopes = self._semantics.around(lookup.query, cst.FunctionDef)
        if any(known in self._semantics.names.local_names(scope) for scope in scopes):
            return Refusal(f"`{known}` is a local name here")
        return reference

    def _draft(self, lookups: Sequence[_Lookup]) -> Draft:
        changes: list[Change] = []
        references: list[Reference] = []
        for kind in sorted({lookup.kind for lookup in lookups}):
            if self._classes.member(self._owner.name.value, _validator_name(kind)) is None:
                lines = self._prefix_check(kind)
                if self._is_accepting(kind):
                    first = next(lookup for lookup in lookups if lookup.kind == kind)
                    reference = self._generator(first)
                    assert isinstance(reference, Reference)
                    references.append(reference)
                    lines = self._validator(kind, reference.code)
                changes.append(InsertAbove(lookups[0].method, (*lines, "")))
                self.added |= {kind}
        for lookup in lookups:
            statement = _first_statement(lookup.method)
            assert statement is not None
            changes.append(InsertAbove(statement, self._check(lookup)))
        names = ", ".join(sorted({_validator_name(lookup.kind) for lookup in lookups}))
        return self._file.draft(Applicability.UNSAFE, f"call `{names}` first", changes, references)

    def _check(self, lookup: _Lookup) -> tuple[str, ...]:
        name = _validator_name(lookup.kind)
        member = self._classes.member(self._owner.name.value, name)
        wait = "await " if isinstance(member, ast.AsyncFunctionDef) else ""
        call = f"{wait}{_first_parameter(lookup.method)}.{name}({lookup.name})"
        default = lookup.param.default
        annotation = _annotation(lookup.param)
        if "empty" in lookup.tests or (default is not None and _is_empty(default)):
            return f"if {lookup.name}:", f"\t{call}"
        if lookup.tests or default is not None or "None" in annotation or "Optional" in annotation:
            return f"if {lookup.name} is not None:", f"\t{call}"
        return (call,)

    def _prefix_check(self, kind: str) -> tuple[str, ...]:
        prefix = dict(self._ids.settings.id_prefixes)[kind]
        return (
            f"def {_validator_name(kind)}(self, {kind}: str) -> None:",
            f'\t"""Raise ValueError unless the {kind} begins as all of them do."""',
            f"\tif not {kind}.startswith({json.dumps(prefix)}):",
            *self._raising(kind),
        )

    def _raising(self, kind: str) -> tuple[str, ...]:
        settings = self._ids.settings
        maker = settings.context_method if kind in settings.context_ids else settings.id_method
        return (
            "\t\traise ValueError(",
            f'\t\t\tf"invalid {kind} {{{kind}!r}}: "',
            f'\t\t\t"take one from {settings.generator_class}.{maker}"',
            "\t\t)",
        )

    def _validator(self, kind: str, generator: str) -> tuple[str, ...]:
        settings = self._ids.settings
        prefix = dict(settings.id_prefixes)[kind]
        valid = f"{generator}.{settings.validators[0]}({kind}, {json.dumps(_bare(prefix))})"
        return (
            f"def {_validator_name(kind)}(self, {kind}: str) -> None:",
            f'\t"""Raise ValueError unless the generator could have made the {kind}."""',
            f"\thas_prefix = {kind}.startswith({json.dumps(prefix)})",
            f"\tif not has_prefix or not {valid}:",
            *self._raising(kind),
        )


def _first_statement(method: cst.FunctionDef) -> cst.BaseStatement | None:
    """The statement, alone on its line, that a check can stand above: behind the docstring."""
    if not isinstance(method.body, cst.IndentedBlock):
        return None
    statements = method.body.body
    first = statements[0]
    if method.get_docstring() is None:
        return first
    alone = isinstance(first, cst.SimpleStatementLine) and len(first.body) == 1
    return statements[1] if alone and len(statements) > 1 else None


def _is_none(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Name) and node.value == "None"


def _is_empty(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.SimpleString) and not node.evaluated_value


def _takes_one(method: _Method) -> bool:
    """Whether the method of an instance can be called with one id."""
    args = method.args
    names = {_base_name(d) for d in method.decorator_list}
    if names - {"staticmethod", "classmethod"}:
        return False
    positional = [*args.posonlyargs, *args.args]
    taken = len(positional) - (0 if "staticmethod" in names else 1)
    needed = taken - len(args.defaults)
    keywords = any(default is None for default in args.kw_defaults)
    return needed <= 1 <= taken and not keywords
