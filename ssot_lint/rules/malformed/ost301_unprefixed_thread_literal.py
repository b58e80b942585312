"""
## What it does
Finds strings that become a thread id and begin with a literal other than `thread_`.

Other kinds of ids and their prefixes are set by `id-prefixes`.

A string becomes a thread id when it is bound to a name, attribute or item that is or ends in
`thread_id`; as keyword argument, dict value, parameter or field default; as positional argument
of a context class or of a function of the same file; as the other side of an `or` or `if else`;
as default of `.get("thread_id", ...)` or `getattr`; as prefix handed to the generator.

Silent: comparisons, schemas and descriptions, text for logs and people, docstrings, the empty
string, and sentinels such as `"unknown"` unless a context class is given one.

## Why is this bad?
The database knows threads by ids that start with `thread_`. One without it is stored, never
found again, and comes back as "404: Thread not found".

## Example
```python
context = UserExecutionContext(user_id=user_id, thread_id=f"ws_thread_{user_id}", run_id=run_id)
```
Write instead:
```python
thread_id, run_id, _ = UnifiedIdGenerator.generate_user_context_ids(user_id, "ws")
context = UserExecutionContext(user_id=user_id, thread_id=thread_id, run_id=run_id)
```

## Fix safety
Unsafe, because other code or stored data may know the old id: the prefix goes in front once, and a
word that says the same goes (`ws_thread_1` becomes `thread_ws_1`). Never where the string holds
another id of the kind, is a placeholder, this file looks for ids that begin as it does, a function
gives it back to callers who may put the prefix in front, or a comment says that it has none.

## References
- OST101 direct-uuid-call
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import libcst as cst

from ssot_lint.analysis.dataflow.backward import choices
from ssot_lint.analysis.dataflow.strings import Head, Text, literal_head, pieces_of
from ssot_lint.analysis.semantics.known_functions import FACTORIES
from ssot_lint.analysis.syntax.libcst_nodes import last_name, plain_text, walk
from ssot_lint.fixes.edits import Draft, Replace
from ssot_lint.fixes.file_context import FileContext
from ssot_lint.fixes.refusal import Refusal
from ssot_lint.ids.bindings import Binder
from ssot_lint.ids.call_arguments import is_context_class, parameter_lists
from ssot_lint.ids.kinds import kind_of, with_required_prefix
from ssot_lint.ids.precedence import is_superseded
from ssot_lint.ids.shown import hands_on, is_getattr, is_lookup, is_text_output
from ssot_lint.ids.strings.sources import target_name
from ssot_lint.model.findings import Applicability
from ssot_lint.rules.rule import Rule

_TYPE_NAME = re.compile(
    r"(typing\.)?(optional|union|list|dict|str|string|text|uuid4?|int|integer|bigint|float|bool|"
    r"boolean|bytes|date|datetime|jsonb?|hash|keyword|any|object|(n?var)?char|nullable|fixedstring|"
    r"lowcardinality|required|null|number|path|query|asc|desc)"
    r"([\[(<|?!].*)?",
    re.IGNORECASE | re.DOTALL,
)
_CHOOSING = (cst.BooleanOperation, cst.IfExp)
_UNPREFIXED = re.compile(
    r"\b(un-?prefixed|prefix-?less|raw|bare"
    r"|(no|not|without|lacks?|lacking|misses|missing|omits?)\s+(\w+\s+)?prefix(es|ed)?)\b",
    re.IGNORECASE,
)
# Patterns, placeholders, paths and sentences hold characters that an id does not.
_LOOKS_LIKE_ID = re.compile(r"[\w:@-][\w.:@-]*(?<!\.)")
# What `_silence` says something of.
_SHOWING = frozenset({
    cst.BinaryOperation, cst.BooleanOperation, cst.Call, cst.Dict, cst.IfExp, cst.List, cst.Set,
    cst.Subscript, cst.Tuple,
})  # fmt: skip
_TAKES_DEFAULT_FIRST = frozenset({"Body", "Cookie", "Field", "Form", "Header", "Path", "Query"})


class UnprefixedThreadLiteral(Rule):
    """OST301."""

    code = "OST301"
    name = "unprefixed-thread-literal"
    fixable = "sometimes"
    message = '{kind} {text} does not start with "{prefix}"; {advice}'

    def __init__(self, file: FileContext) -> None:
        super().__init__(file)
        self._prefixes = dict(file.ids.settings.id_prefixes)
        self._kinds = tuple(self._prefixes)
        self._checked: set[cst.CSTNode] = set()
        self._quiet: set[cst.CSTNode] = set()
        self._scopes: list[cst.CSTNode] = []

    # Where a string becomes an id

    def visit_Assign(self, node: cst.Assign) -> None:
        if self._in_enum():
            return
        for target in node.targets:
            self._check_target(target.target, node.value)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        if node.value is not None:
            self._check_target(node.target, node.value)

    def visit_NamedExpr(self, node: cst.NamedExpr) -> None:
        self._check_target(node.target, node.value)

    def visit_Param(self, node: cst.Param) -> None:
        if node.default is not None:
            self._check_default(node.name.value, node.default)

    def visit_Dict(self, node: cst.Dict) -> None:
        if node in self._quiet:
            return
        for element in node.elements:
            if isinstance(element, cst.DictElement):
                key = plain_text(element.key)
                if kind_of(key, self._kinds) and not _is_description(element.value):
                    self._check(key, element.value, may_be_text=True)

    def visit_BooleanOperation(self, node: cst.BooleanOperation) -> None:
        if isinstance(node.operator, cst.Or) and node not in self._quiet:
            self._check(self._held_by(node.left), node.right, may_be_text=True)

    def visit_IfExp(self, node: cst.IfExp) -> None:
        if node not in self._quiet:
            self._check(self._held_by(node.body), node.orelse, may_be_text=True)

    def _held_by(self, node: cst.BaseExpression) -> str | None:
        """The name of what an expression holds: of `x.thread_id` and of `x.get("thread_id")`."""
        if not isinstance(node, cst.Call):
            return last_name(node)
        at = 1 if is_getattr(node) else 0
        if (at or is_lookup(node)) and len(node.args) > at:
            return plain_text(node.args[at].value)
        return None

    def visit_Call(self, node: cst.Call) -> None:
        if node in self._quiet:
            return
        if is_text_output(node):
            self._silence(node)
            return
        self._check_lookup(node)
        for name, value in self._arguments(node):
            if kind_of(name, self._kinds) is not None:
                in_context = is_context_class(self.file.ids, node.func)
                self._check(name, value, in_context=in_context)

    # What is no id, but text

    def visit_Comparison(self, node: cst.Comparison) -> None:
        for side in (node.left, *(target.comparator for target in node.comparisons)):
            self._silence(side)

    def visit_FormattedStringExpression(self, node: cst.FormattedStringExpression) -> None:
        self._silence(node.expression)

    def visit_Raise(self, node: cst.Raise) -> None:
        if isinstance(node.exc, cst.Call):
            for arg in node.exc.args:
                if arg.keyword is None:
                    self._silence(arg.value)

    def visit_BinaryOperation(self, node: cst.BinaryOperation) -> None:
        if isinstance(node.operator, cst.Modulo) and isinstance(node.left, cst.BaseString):
            self._silence(node.right)

    def _silence(self, node: cst.CSTNode) -> None:
        """Dicts, lists, strings and look-ups below are shown or compared, not used as ids.

        A call of anything else is code that runs: what it is handed counts.
        """
        if type(node) not in _SHOWING:
            return
        match node:
            case cst.Dict() | cst.List() | cst.Tuple() | cst.Set():
                parts = [element.value for element in node.elements]
            case cst.Call() if is_text_output(node) or hands_on(node):
                parts = [arg.value for arg in node.args]
                if isinstance(node.func, cst.Attribute):
                    parts.append(node.func.value)
            case cst.BooleanOperation() | cst.BinaryOperation():
                parts = [node.left, node.right]
            case cst.IfExp():
                parts = [node.body, node.orelse]
            case cst.Subscript():
                parts = [node.value]
            case _:
                return
        self._quiet.add(node)
        for part in parts:
            self._silence(part)

    # Targets

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self._scopes.append(node)

    def leave_ClassDef(self, original_node: cst.ClassDef) -> None:
        self._scopes.pop()

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self._scopes.append(node)

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self._scopes.pop()

    def _in_enum(self) -> bool:
        scope = self._scopes[-1] if self._scopes else None
        return isinstance(scope, cst.ClassDef) and any(
            (last_name(base.value) or "").endswith(("Enum", "Choices")) for base in scope.bases
        )

    def _check_target(self, target: cst.CSTNode, value: cst.BaseExpression) -> None:
        if isinstance(target, (cst.Tuple, cst.List)):
            if isinstance(value, (cst.Tuple, cst.List)):
                for one, item in zip(target.elements, value.elements, strict=False):
                    if isinstance(one, cst.StarredElement) or isinstance(item, cst.StarredElement):
                        return
                    self._check_target(one.value, item.value)
            return
        name = target_name(target)
        self._check_default(name, value)

    def _check_default(self, name: str | None, value: cst.BaseExpression) -> None:
        """A value, or what `Field("...")` and the like give as one."""
        if isinstance(value, cst.Call) and kind_of(name, self._kinds):
            for default in _field_defaults(value):
                self._check(name, default)
        self._check(name, value)

    def _arguments(self, node: cst.Call) -> Iterator[tuple[str, cst.BaseExpression]]:
        """Names of parameters and what the call hands to them, as far as they are known."""
        positional: list[cst.Arg] = []
        for arg in node.args:
            if arg.keyword is not None:
                yield arg.keyword.value, arg.value
            elif arg.star:
                break
            else:
                positional.append(arg)
        if positional:
            for names in parameter_lists(self.file.ids, node):
                for name, arg in zip(names, positional, strict=False):
                    yield name, arg.value

    def _check_lookup(self, node: cst.Call) -> None:
        """`.get("thread_id", default)`, `getattr(context, "thread_id", default)`."""
        at = 1 if is_getattr(node) else 0
        if (at or is_lookup(node)) and len(node.args) > at + 1:
            name = plain_text(node.args[at].value)
            if name is not None:
                self._check(name, node.args[at + 1].value)

    # The string

    def _check(
        self,
        name: str | None,
        value: cst.BaseExpression,
        *,
        in_context: bool = False,
        may_be_text: bool = False,
    ) -> None:
        kind = kind_of(name, self._kinds)
        if kind is None:
            return
        for part in choices(value):
            self._check_string(kind, part, in_context, may_be_text=may_be_text)
            if isinstance(part, cst.Call):
                self._check_call(kind, part, in_context)

    def _check_call(self, kind: str, call: cst.Call, in_context: bool) -> None:
        ids = self.file.ids
        if ids.generator_method(call) == ids.settings.id_method:
            for arg in call.args[:1]:
                if arg.keyword is None or arg.keyword.value == "prefix":
                    self._check_string(kind, arg.value, False, is_prefix=True)
        elif in_context and (is_lookup(call) or is_getattr(call)) and len(call.args) > 1:
            for part in choices(call.args[-1].value):
                self._check_string(kind, part, True)

    def _check_string(
        self,
        kind: str,
        node: cst.BaseExpression,
        in_context: bool,
        *,
        is_prefix: bool = False,
        may_be_text: bool = False,
    ) -> None:
        head = literal_head(node)
        if head is None or head.node in self._checked:
            return
        if is_superseded(self.file.ids, self.code, node):
            return
        self._checked.add(head.node)  # what is visited first knows best where it stands
        prefix = self._prefixes[kind]
        # The generator puts the separator behind the prefix it is handed.
        bare = prefix.rstrip("_-.:/")
        if head.text.startswith(prefix) or (is_prefix and head.text == bare):
            return
        if self._is_placeholder(head, in_context) or (may_be_text and _is_prose(head, kind)):
            return
        shown = head.text if head.exact else f"{head.text}..."
        self.report(
            head.node,
            fix=self._fix(kind, node, head, is_prefix=is_prefix),
            kind=kind,
            text=_quoted(shown),
            prefix=prefix,
            advice=self._advice(bare, is_prefix),
        )

    def _advice(self, bare: str, is_prefix: bool) -> str:
        settings = self.file.ids.settings
        if is_prefix:
            return f'pass "{bare}" to `{settings.generator_class}.{settings.id_method}`'
        return f"use an id from `{settings.generator_class}.{settings.context_method}`"

    def _fix(
        self, kind: str, node: cst.BaseExpression, head: Head, *, is_prefix: bool
    ) -> Draft | Refusal:
        """The prefix in front, once."""
        settings = self.file.ids.settings
        if head.exact and head.text.lower() in {s.lower() for s in settings.sentinels}:
            return Refusal("a placeholder does not become an id by a prefix")
        if re.search(r"\s", head.text):
            return Refusal("it reads as text, not as an id")
        if self._holds_another(kind, node):
            return Refusal(f"it holds another {kind}, which would double the prefix")
        if self._is_given_back(node):
            return Refusal("a function gives it back, and who calls it may put the prefix in front")
        if any(
            _UNPREFIXED.search(comment) for comment in self.file.semantics.comments_at(head.node)
        ):
            return Refusal("a comment says that it has no prefix")
        if self.file.ids.looks_for(head.text):
            return Refusal("this file looks for ids that begin as it does")
        prefix = self._prefixes[kind]
        moved = with_required_prefix(head.text, prefix)
        if moved == prefix.rstrip("_-.:/") and not is_prefix:
            if head.exact:
                return Refusal("nothing would be left behind the prefix")
            moved = prefix
        replaced = _with_beginning(head, moved)
        if replaced is None:
            return Refusal("it is written with escapes")
        return self.file.draft(Applicability.UNSAFE, f'begin with "{prefix}"', [replaced])

    def _is_given_back(self, node: cst.BaseExpression) -> bool:
        """Whether the string is what a function returns, at once or through a local name."""
        if self._is_returned(node):
            return True
        target = Binder(self.file.ids).of(node).target
        scope = self.file.semantics.scope_of(node)
        if not isinstance(target, cst.Name) or not isinstance(scope, cst.FunctionDef):
            return False
        loads = self.file.semantics.uses(scope).of(target)
        return any(map(self._is_returned, loads))

    def _is_returned(self, node: cst.CSTNode) -> bool:
        """Whether a value, or a choice with it, stands behind a `return`."""
        outer = next(
            (n for n in self.file.semantics.ancestors(node) if not isinstance(n, _CHOOSING)), None
        )
        return isinstance(outer, cst.Return)

    def _holds_another(self, kind: str, node: cst.BaseExpression) -> bool:
        """Whether a part of the string is itself an id of the kind."""
        return any(
            isinstance(part, (cst.Name, cst.Attribute)) and kind_of(last_name(part), (kind,))
            for part in walk(node)
        )

    def _is_placeholder(self, head: Head, in_context: bool) -> bool:
        """The empty string; a sentinel, unless a context class is handed it as an id."""
        if not head.text:
            return True
        sentinels = {sentinel.lower() for sentinel in self.file.ids.settings.sentinels}
        return head.exact and not in_context and head.text.lower() in sentinels


def _with_beginning(head: Head, text: str) -> Replace | None:
    """The first literal of a string with another beginning; None for one with escapes."""
    first = next(iter(pieces_of(head.node) or ()), None)
    if not isinstance(first, Text) or first.literal is None:
        return None
    literal = first.literal
    code = first.raw if isinstance(literal, cst.SimpleString) else first.code
    if "\\" in code or "{{" in code or not code.startswith(head.text):
        return None
    changed = text + code[len(head.text) :]
    if isinstance(literal, cst.SimpleString):
        return Replace(literal, literal.prefix + literal.quote + changed + literal.quote)
    return Replace(literal.parts[0], changed)


def _is_prose(head: Head, kind: str) -> bool:
    """Whether a text describes or names an id: a sentence, a pattern, a field's name."""
    if any(char.isspace() for char in head.text):
        return True
    squeezed = re.sub("[^a-z]", "", head.text.lower())
    names_it = squeezed.endswith(kind.replace("_", ""))
    return head.exact and (names_it or _LOOKS_LIKE_ID.fullmatch(head.text) is None)


def _field_defaults(call: cst.Call) -> Iterator[cst.BaseExpression]:
    """The defaults that `field(...)`, `Field(...)`, `Query(...)` or a column give."""
    for index, arg in enumerate(call.args):
        keyword = arg.keyword.value if arg.keyword is not None else None
        first = index == 0 and keyword is None and last_name(call.func) in _TAKES_DEFAULT_FIRST
        if not first and keyword not in FACTORIES and keyword != "server_default":
            continue
        yield arg.value.body if isinstance(arg.value, cst.Lambda) else arg.value


def _is_description(node: cst.BaseExpression) -> bool:
    text = plain_text(node)
    return text is not None and _TYPE_NAME.fullmatch(text) is not None


def _quoted(text: str) -> str:
    shown = text if len(text) <= 40 else text[:37] + "..."
    return json.dumps(shown, ensure_ascii=False)
