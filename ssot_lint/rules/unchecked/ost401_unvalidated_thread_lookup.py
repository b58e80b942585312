'''
## What it does
Finds functions that hand a thread id to a query or a new row before a validator saw it.

Off by default: select `OST401` to turn it on. Other kinds of ids are set by `id-prefixes`.

A repository is a class whose name, or that of a base, ends in `Repository`, `Repo` or `DAO`. A
query is a call that looks rows up by what it is handed: `.where(...)`, `.filter(...)`,
`.filter_by(...)`, `.execute(...)` and what drivers offer in its place, `.get(...)` of a session,
`self.get_by_id(...)` and the like of a base class. What stores a new row counts as well:
`session.add(Thread(id=thread_id))`, `.values(...)`, `self.create(...)` of a base class. Other
functions are spoken of where they hand an id that they take to a query or a session themselves; not
in tests. For each id one finding: the first such query.

Silent: a method of the class itself that takes the id, or a repository that is asked (they are
looked at themselves), ids that a function has made something else of, parameters of another type
(`UUID`, `int`).
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

Never, with the reason in the message, outside repositories, in static and class methods, for a
default other than None and the empty string, where the class has another method of that name.

## References
- OST301 unprefixed-thread-literal
'''

from __future__ import annotations

import ast
import json
import keyword
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import libcst as cst

from ssot_lint.analysis.syntax.libcst_nodes import (
    all_params,
    last_name,
    walk,
)
from ssot_lint.analysis.syntax.parsing import FUNCTIONS, Function
from ssot_lint.config.settings import Settings
from ssot_lint.fixes.edits import Change, Draft, InsertAbove
from ssot_lint.fixes.file_context import FileContext
from ssot_lint.fixes.new_code import Reference
from ssot_lint.fixes.refusal import Refusal
from ssot_lint.ids.generator.api import Shape
from ssot_lint.ids.uses.lookups import Classes, UncheckedLookups, base_name
from ssot_lint.rules.rule import Rule

_TEXT = r"(str|\w*(Thread|Session|Run)I[dD])"
_SHAPE_OF_TEXT = re.compile(
    rf"{_TEXT}( ?\| ?None)?|(typing\.)?Optional\[{_TEXT}\]|None ?\| ?{_TEXT}"
)

# `is_valid_id(thread_id, "thread")`
_ID_AND_PREFIX = Shape(positional=2)


_RAISES = Refusal("an id that was looked up in vain before raises then")
_OUTSIDE = Refusal("outside a repository, a person has to say what becomes of a wrong id")


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
    def _unchecked(self) -> UncheckedLookups:
        return self.file.ids.once(UncheckedLookups)

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        inside = walk(node.body, into_scopes=False)
        lookups = [
            lookup
            for method in inside
            if isinstance(method, cst.FunctionDef)
            for lookup in self._lookups(method)
        ]
        if not lookups:
            return
        fixer = _Fixer(self.file, self._unchecked.classes, node, self._extended)
        fixes = fixer.fixes(
            [one for one in lookups if not self.file.is_suppressed(self.code, one.query)]
        )
        self._extended[node.name.value] = fixer.added
        for lookup in lookups:
            self.report(
                lookup.query, fix=fixes.get(lookup), name=lookup.name, advice=self._advice(lookup)
            )

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        twin = self.file.semantics.node_map.twin(node)
        if isinstance(twin, FUNCTIONS):
            for lookup in self._lookups(node, of_repositories=False):
                self.report(
                    lookup.query, fix=_OUTSIDE, name=lookup.name, advice=self._advice(lookup)
                )

    def _advice(self, lookup: _Lookup) -> str:
        settings = self.file.ids.settings
        if not settings.validators:
            return ""
        prefix = dict(settings.id_prefixes)[lookup.kind]
        refusal = self.file.ids.api.refusal(lookup.kind)
        if refusal:
            return f'; check that it begins with "{prefix}", and only that, since {refusal}'
        validator = settings.shown(settings.validators[0])
        return f'; check it with `{validator}({lookup.name}, "{_bare(prefix)}")` first'

    def _lookups(
        self, method: cst.FunctionDef, *, of_repositories: bool = True
    ) -> Iterator[_Lookup]:
        node_map = self.file.semantics.node_map
        twin = node_map.twin(method)
        for found in self._unchecked.of(twin) if isinstance(twin, FUNCTIONS) else ():
            query, param = node_map.node_of(found.query), node_map.node_of(found.param)
            if found.is_of_repository is not of_repositories:
                continue
            if isinstance(query, cst.Call) and isinstance(param, cst.Param):
                yield _Lookup(method, param, found.kind, query, found.tests)


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


# The fix


class _Fixer:
    """Drafts the checks of one class: all in one draft, which adds the validator once."""

    def __init__(
        self,
        file: FileContext,
        classes: Classes,
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
        return {lookup: why or draft for lookup, why in reasons.items()}

    def _obstacle(self, lookup: _Lookup) -> Refusal | None:
        """Why a method cannot get a check, if it cannot."""
        method = lookup.method
        names = _decorator_names(method)
        first = next(iter(all_params(method.params)))
        if {"staticmethod", "classmethod"} & {*names} or first is lookup.param or first.star:
            return Refusal("the method has no `self`", method)
        if self._semantics.parent(method) is not self._owner.body:
            return Refusal("the method stands in a branch", method)
        if _first_statement(method) is None:
            return Refusal("the method has no line of its own for it", method)
        default = lookup.param.default
        if default is not None and not (_is_none(default) or _is_empty(default)):
            return Refusal("its default may be no such id", default)
        if not lookup.kind.isidentifier() or keyword.iskeyword(lookup.kind):
            return Refusal(f"`{lookup.kind}` is no name")
        if _SHAPE_OF_TEXT.fullmatch(_annotation(lookup.param) or "str") is None:
            return Refusal("it is not annotated as a string", lookup.param)
        if not self._classes.is_unique(self._owner.name.value):
            return Refusal("several classes of the file share a name")
        return self._unusable_validator(lookup)

    def _unusable_validator(self, lookup: _Lookup) -> Refusal | None:
        name = _validator_name(lookup.kind)
        member = self._classes.member(self._owner.name.value, name)
        if member is None:
            if not self._ids.settings.validators:
                return Refusal("no validator is set")
            for base in self._classes.family(self._owner.name.value):
                if lookup.kind in self._extended.get(base, ()):
                    return Refusal(f"its base class `{base}` gets `{name}` first")
            reference = self._generator(lookup) if self._is_accepting(lookup.kind) else None
            return reference if isinstance(reference, Refusal) else None
        if not isinstance(member, FUNCTIONS) or not _takes_one(member):
            return Refusal(f"the class has another `{name}`", member)
        if isinstance(member, ast.AsyncFunctionDef) and lookup.method.asynchronous is None:
            return Refusal(f"`{name}` must be awaited", member)
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
                    lines = self._validator(
                        kind, reference.method(self._ids.settings.validators[0])
                    )
                changes.append(InsertAbove(lookups[0].method, (*lines, "")))
                self.added |= {kind}
        for lookup in lookups:
            statement = _first_statement(lookup.method)
            assert statement is not None
            changes.append(InsertAbove(statement, self._check(lookup)))
        names = ", ".join(sorted({_validator_name(lookup.kind) for lookup in lookups}))
        return self._file.draft(f"call `{names}` first", changes, references, doubt=_RAISES)

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
        maker = settings.maker_of(kind)
        return (
            "\t\traise ValueError(",
            f'\t\t\tf"invalid {kind} {{{kind}!r}}: "',
            f'\t\t\t"take one from {settings.shown(maker)}"',
            "\t\t)",
        )

    def _validator(self, kind: str, method: str) -> tuple[str, ...]:
        settings = self._ids.settings
        prefix = dict(settings.id_prefixes)[kind]
        valid = f"{method}({kind}, {json.dumps(_bare(prefix))})"
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


def _takes_one(method: Function) -> bool:
    """Whether the method of an instance can be called with one id."""
    args = method.args
    names = {base_name(d) for d in method.decorator_list}
    if names - {"staticmethod", "classmethod"}:
        return False
    positional = [*args.posonlyargs, *args.args]
    taken = len(positional) - (0 if "staticmethod" in names else 1)
    needed = taken - len(args.defaults)
    keywords = any(default is None for default in args.kw_defaults)
    return needed <= 1 <= taken and not keywords
