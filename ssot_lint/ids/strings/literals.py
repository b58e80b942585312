"""Literals that become ids of a kind whose ids begin otherwise."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ssot_lint.analysis.dataflow.backward import choices
from ssot_lint.analysis.dataflow.strings import Head, is_literal, literal_head
from ssot_lint.analysis.semantics.known_functions import FACTORIES
from ssot_lint.analysis.syntax.ast_nodes import own_nodes, statements
from ssot_lint.analysis.syntax.parsing import arguments_of, last_name, plain_text
from ssot_lint.ids.call_arguments import is_context_class, named_arguments
from ssot_lint.ids.id_model import IdModel
from ssot_lint.ids.kinds import kind_of
from ssot_lint.ids.shown import hands_on, held_by, is_getattr, is_lookup, is_text_output
from ssot_lint.ids.strings.generated import followed
from ssot_lint.ids.strings.sources import target_name

_TYPE_NAME = re.compile(
    r"(typing\.)?(optional|union|list|dict|str|string|text|uuid4?|int|integer|bigint|float|bool|"
    r"boolean|bytes|date|datetime|jsonb?|hash|keyword|any|object|(n?var)?char|nullable|fixedstring|"
    r"lowcardinality|required|null|number|path|query|asc|desc)"
    r"([\[(<|?!].*)?",
    re.IGNORECASE | re.DOTALL,
)
# Patterns, placeholders, paths and sentences hold characters that an id does not.
_LOOKS_LIKE_ID = re.compile(r"[\w:@-][\w.:@-]*(?<!\.)")
# What says of a literal below what it becomes.
_TELLING = frozenset({
    ast.AnnAssign, ast.Assign, ast.BinOp, ast.BoolOp, ast.Call, ast.Compare, ast.Dict,
    ast.FormattedValue, ast.IfExp, ast.NamedExpr, ast.Raise, ast.arguments,
})  # fmt: skip
_TAKES_DEFAULT_FIRST = frozenset({"Body", "Cookie", "Field", "Form", "Header", "Path", "Query"})


@dataclass(frozen=True)
class Unprefixed:
    """A string that becomes an id, and does not begin as ids of its kind do."""

    kind: str
    prefix: str
    string: ast.expr
    """The whole string."""
    head: Head
    """What it begins with, and the literal that holds this."""
    is_prefix: bool = False
    """Whether it is handed to the generator, which puts a separator behind it."""
    given_by: str = ""
    """The function that gives it, and where that is; the string is then the call."""


_Found = dict[ast.expr, Unprefixed]


class UnprefixedLiterals:
    """Finds them in one file. Made once per file: `ids.once(UnprefixedLiterals)`."""

    def __init__(self, ids: IdModel) -> None:
        self._ids = ids
        self._prefixes = dict(ids.settings.id_prefixes)
        self._known: dict[ast.AST, _Found] = {}

    def at(self, literal: ast.expr) -> Unprefixed | None:
        """What is to say of a literal."""
        around = self._ids.semantics.syntax.around(
            literal, ast.stmt, ast.excepthandler, ast.match_case
        )
        statement = next(around, None)
        return self._of(statement).get(literal) if statement is not None else None

    def in_(self, statement: ast.AST) -> Iterator[Unprefixed]:
        """Those in a statement and in what stands below it."""
        for part in statements(statement):
            yield from self._of(part).values()

    def _of(self, statement: ast.AST) -> Mapping[ast.expr, Unprefixed]:
        """Those in a statement without the statements below it, by their literals."""
        if statement not in self._known:
            nodes = own_nodes(statement)
            found: _Found = {}
            if self._prefixes and (any(map(is_literal, nodes)) or self._may_be_given(statement)):
                found = _Reader(self._ids, self._prefixes).read(nodes)
            self._known[statement] = found
        return self._known[statement]

    def _may_be_given(self, statement: ast.AST) -> bool:
        """Whether a function may give an id there; a look that costs little."""
        if not self._ids.follows_calls or not isinstance(statement, ast.stmt):
            return False
        code = self._ids.semantics.text.code(statement)
        return "(" in code and any(kind in code for kind in self._prefixes)


class _Reader:
    """Reads the nodes of one statement, outer ones first: they know best what a literal is."""

    def __init__(self, ids: IdModel, prefixes: Mapping[str, str]) -> None:
        self._ids = ids
        self._prefixes = prefixes
        self._kinds = tuple(prefixes)
        self._read: dict[ast.expr, Unprefixed | None] = {}
        self._quiet: set[ast.AST] = set()
        """What is text, not an id."""

    def read(self, nodes: Iterable[ast.AST]) -> _Found:
        """The literals that do not begin as they should."""
        for node in nodes:
            if type(node) in _TELLING and node not in self._quiet:
                self._bindings(node)
                self._shown(node)
        return {literal: found for literal, found in self._read.items() if found is not None}

    # Where a string becomes an id

    def _bindings(self, node: ast.AST) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                if any(self._is_named(target) for target in targets) and not self._in_enum(node):
                    for target in targets:
                        self._target(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._target(target, value)
            case ast.NamedExpr(target=target, value=value):
                self._target(target, value)
            case ast.arguments():
                for parameter, default in _defaults(node):
                    self._default(parameter, default)
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    name = plain_text(key)
                    if kind_of(name, self._kinds) and not _is_description(value):
                        self._check(name, value, may_be_text=True)
            case ast.BoolOp(op=ast.Or(), values=[held, value, *_]):
                self._check(held_by(held), value, may_be_text=True)
            case ast.IfExp(body=held, orelse=value):
                self._check(held_by(held), value, may_be_text=True)
            case ast.Call():
                self._silence(node) if is_text_output(node) else self._call(node)

    def _target(self, target: ast.expr, value: ast.expr) -> None:
        if not isinstance(target, (ast.Tuple, ast.List)):
            self._default(target_name(target), value)
        elif isinstance(value, (ast.Tuple, ast.List)):
            for one, item in zip(target.elts, value.elts, strict=False):
                if isinstance(one, ast.Starred) or isinstance(item, ast.Starred):
                    return
                self._target(one, item)

    def _is_named(self, target: ast.expr) -> bool:
        """Whether a target may have the name of an id; a look that costs little."""
        is_several = isinstance(target, (ast.Tuple, ast.List))
        return is_several or kind_of(target_name(target), self._kinds) is not None

    def _in_enum(self, node: ast.Assign) -> bool:
        scope = self._ids.semantics.syntax.scope_of(node)
        return isinstance(scope, ast.ClassDef) and any(
            last_name(base).endswith(("Enum", "Choices")) for base in scope.bases
        )

    def _default(self, name: str | None, value: ast.expr) -> None:
        """A value, or what `Field("...")` and the like give as one."""
        if isinstance(value, ast.Call) and kind_of(name, self._kinds):
            for default in _field_defaults(value):
                self._check(name, default)
        self._check(name, value)

    def _call(self, node: ast.Call) -> None:
        at = 1 if is_getattr(node) else 0
        given = arguments_of(node)
        if (at or is_lookup(node)) and len(given) > at + 1:
            self._check(plain_text(given[at]), given[at + 1])
        for name, value in named_arguments(self._ids, node):
            if kind_of(name, self._kinds) is not None:
                in_context = is_context_class(self._ids, node.func)
                self._check(name, value, in_context=in_context)

    # What is no id, but text

    def _shown(self, node: ast.AST) -> None:
        match node:
            case ast.Compare(left=left, comparators=others):
                self._silence(left, *others)
            case ast.FormattedValue(value=value):
                self._silence(value)
            case ast.Raise(exc=ast.Call(args=given)):
                self._silence(*given)
            case ast.BinOp(op=ast.Mod(), left=left, right=right) if is_literal(left):
                self._silence(right)

    def _silence(self, *nodes: ast.expr) -> None:
        """Dicts, lists, strings and look-ups below are shown or compared, not used as ids.

        A call of anything else is code that runs: what it is handed counts.
        """
        pending = list(nodes)
        for node in pending:  # grows while it is gone through
            parts: list[ast.expr] = []
            match node:
                case ast.Dict(values=parts) | ast.BoolOp(values=parts):
                    pass
                case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
                    pass
                case ast.Call() if is_text_output(node) or hands_on(node):
                    parts = arguments_of(node)
                    if isinstance(node.func, ast.Attribute):
                        parts.append(node.func.value)
                case ast.BinOp(left=left, right=right) | ast.IfExp(body=left, orelse=right):
                    parts = [left, right]
                case ast.Subscript(value=value) | ast.Starred(value=value):
                    parts = [value]
                case _:
                    continue
            self._quiet.add(node)
            pending += parts

    # The string

    def _check(
        self,
        name: str | None,
        value: ast.expr,
        *,
        in_context: bool = False,
        may_be_text: bool = False,
    ) -> None:
        kind = kind_of(name, self._kinds)
        if kind is None:
            return
        for part in choices(value):
            self._check_string(kind, part, in_context, may_be_text=may_be_text)
            if isinstance(part, ast.Call):
                self._check_call(kind, part, in_context)

    def _check_call(self, kind: str, call: ast.Call, in_context: bool) -> None:
        method = self._ids.semantics.names.method_of(call.func)
        if method == self._ids.settings.id_method:
            named = [keyword.value for keyword in call.keywords[:1] if keyword.arg == "prefix"]
            for prefix in (call.args or named)[:1]:
                self._check_string(kind, prefix, False, is_prefix=True)
        elif is_lookup(call) or is_getattr(call):
            given = arguments_of(call)
            for part in choices(given[-1]) if in_context and len(given) > 1 else ():
                self._check_string(kind, part, True)
        elif method is None and call not in self._read:
            self._read[call] = self._given(kind, call)

    def _given(self, kind: str, call: ast.Call) -> Unprefixed | None:
        """What is to say of an id that a function gives."""
        prefix = self._prefixes[kind]
        sentinels = {sentinel.lower() for sentinel in self._ids.settings.sentinels}
        origins = self._ids.once(followed).origins(call)
        for origin in origins:
            is_good = not origin.given_by or not _LOOKS_LIKE_ID.fullmatch(origin.head)
            is_good = is_good or (origin.exact and origin.head.lower() in sentinels)
            if is_good or origin.head.startswith(prefix):
                return None
        if not origins:
            return None
        head = Head(origins[0].head, origins[0].exact, call)
        return Unprefixed(kind, prefix, call, head, given_by=origins[0].given_by)

    def _check_string(
        self,
        kind: str,
        node: ast.expr,
        in_context: bool,
        *,
        is_prefix: bool = False,
        may_be_text: bool = False,
    ) -> None:
        head = literal_head(node)
        if head is None or head.node in self._read:
            return
        prefix = self._prefixes[kind]
        # The generator puts the separator behind the prefix it is handed.
        is_good = head.text.startswith(prefix) or (is_prefix and head.text == bare(prefix))
        is_text = self._is_placeholder(head, in_context) or (may_be_text and _is_prose(head, kind))
        found = Unprefixed(kind, prefix, node, head, is_prefix)
        self._read[head.node] = None if is_good or is_text else found

    def _is_placeholder(self, head: Head, in_context: bool) -> bool:
        """The empty string; a sentinel, unless a context class is handed it as an id."""
        if not head.text:
            return True
        sentinels = {sentinel.lower() for sentinel in self._ids.settings.sentinels}
        return head.exact and not in_context and head.text.lower() in sentinels


def bare(prefix: str) -> str:
    """A prefix without the separator at its end."""
    return prefix.rstrip("_-.:/")


def _is_prose(head: Head, kind: str) -> bool:
    """Whether a text describes or names an id: a sentence, a pattern, a field's name."""
    if any(char.isspace() for char in head.text):
        return True
    squeezed = re.sub("[^a-z]", "", head.text.lower())
    names_it = squeezed.endswith(kind.replace("_", ""))
    return head.exact and (names_it or _LOOKS_LIKE_ID.fullmatch(head.text) is None)


def _defaults(given: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    """The parameters that calls may leave out, and what they are then."""
    positional = [*given.posonlyargs, *given.args]
    behind = positional[len(positional) - len(given.defaults) :]
    named = zip(given.kwonlyargs, given.kw_defaults, strict=True)
    for arg, default in (*zip(behind, given.defaults, strict=True), *named):
        if default is not None:
            yield arg.arg, default


def _field_defaults(call: ast.Call) -> Iterator[ast.expr]:
    """The defaults that `field(...)`, `Field(...)`, `Query(...)` or a column give."""
    found = call.args[:1] if last_name(call.func) in _TAKES_DEFAULT_FIRST else []
    giving = (*FACTORIES, "server_default")
    for value in (*found, *(k.value for k in call.keywords if k.arg in giving)):
        yield value.body if isinstance(value, ast.Lambda) else value


def _is_description(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=str(text)):
            return _TYPE_NAME.fullmatch(text) is not None
    return False
