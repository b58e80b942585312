"""What a whole file does with an id, under whatever names, that only its form of today allows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ssot_lint.hazards import (
    CONVERTING,
    CONVERTING_BUILTINS,
    FIXED_FORMS,
    MATCHING,
    OBJECT_PARTS,
    SAME_TEXT,
    TAKING_APART,
    fixed_by,
    is_delicate,
    is_uuid_type,
    secret_in,
    words_of,
)
from ssot_lint.holders import Defined, Holder, Holders, Kind, last_name_of
from ssot_lint.rule import FileContext

_HANDING_ON = frozenset({"str", "cast", "copy", "deepcopy"})
_LETTERS = frozenset({"list", "tuple", "set", "frozenset", "sorted", "enumerate", "iter"})
_VALIDATING = re.compile(r"(?i)validator|validates")
_TOLD = re.compile(r"([\w-]+)=$")
_SQL = re.compile(
    r"(?i)^\s*(create|drop|alter|truncate|insert|select|update|delete|listen|notify)\b"
)
_SQL_CAST = re.compile(r"(?i)::\s*uuid\b|\bas\s+uuid\s*\)")
_WIDTH = re.compile(r"%-?\d*\.?\d+s|\{[^{}]*:[^{}]*\d[^{}]*\}")
_OPENING = frozenset({"open", "Path", "join", "mkdir", "makedirs", "remove", "unlink", "exists"})


@dataclass(frozen=True)
class Fate:
    """What speaks against another form of an id."""

    obstacle: str | None = None
    """Why there is no fix."""
    doubt: str | None = None
    """Why a fix is unsafe at most."""


class Fates:
    """Follows ids through one file. Made once per file: `file.once(Fates)`."""

    def __init__(self, file: FileContext) -> None:
        self._file = file
        self._holders = Holders(file.tree)
        self._known: dict[tuple[frozenset[Holder], str | None], Fate] = {}

    def handed_to(self, function: str, name: str) -> Iterator[Holder]:
        """What gets a value that a call hands a function or a class under a name."""
        search = _Search(self._file, self._holders, frozenset(), None)
        yield from search.as_keyword(function, name, many=False)

    def of(self, first: Iterable[Holder], required: str | None = None) -> Fate:
        """The fate of an id that gets into all of these holders.

        `required` is what ids of its kind must begin with, if anything.
        """
        key = (frozenset(first), required)
        if key not in self._known:
            self._known[key] = _Search(self._file, self._holders, key[0], required).fate()
        return self._known[key]


@dataclass(frozen=True)
class _Reason:
    text: str
    is_doubt: bool = False


class _Search:
    """Goes from the first holders of an id to all that get it from them."""

    def __init__(
        self, file: FileContext, holders: Holders, first: frozenset[Holder], required: str | None
    ) -> None:
        self._file = file
        self._holders = holders
        self._first = first
        self._required = required

    def fate(self) -> Fate:
        pending = sorted(self._first, key=lambda holder: (holder.name, holder.scope))
        seen = set(pending)
        doubt: str | None = None
        while pending:
            holder = pending.pop(0)
            for found in self._at(holder):
                if isinstance(found, Holder):
                    if found not in seen:
                        seen.add(found)
                        pending.append(found)
                elif found.is_doubt:
                    doubt = doubt or found.text
                else:
                    return Fate(found.text, doubt)
        return Fate(None, doubt)

    def _at(self, holder: Holder) -> Iterator[Holder | _Reason]:
        """What happens to the id in one holder, and who gets it from there."""
        if holder not in self._first:
            yield from self._by_name(holder.name)
        if holder.kind is not Kind.RESULT and not holder.many:
            yield from self._by_declaration(holder)
        if holder.kind is Kind.FIELD:
            yield from self._validated(holder.name)
            if self._holders.is_property(holder.name):
                yield replace(holder, kind=Kind.RESULT)
        for load in self._loads(holder):
            yield from self._along(load, holder)

    def _loads(self, holder: Holder) -> Iterator[ast.expr]:
        yield from self._holders.loads(holder)
        if holder.kind is Kind.RESULT and self._holders.is_property(holder.name):
            yield from self._holders.loads(Holder(Kind.FIELD, holder.name))

    # What the name of a holder says

    @staticmethod
    def _by_name(name: str) -> Iterator[_Reason]:
        if secret_in([name]) is not None:
            yield _Reason(f"it becomes `{name}`, a secret; use `secrets.token_urlsafe()`")
        if words_of(name) & FIXED_FORMS:
            yield _Reason("the trace headers fix its width and alphabet")
        if is_delicate(name):
            yield _Reason(f"it becomes `{name}`", is_doubt=True)

    def _by_declaration(self, holder: Holder) -> Iterator[_Reason]:
        name = holder.name
        if any(map(is_uuid_type, self._annotations(holder))):
            yield _Reason(f"a UUID object is needed: that is how `{name}` is annotated")
        if holder.kind is Kind.FIELD:
            fields = self._file.fields
            own = fields.of(holder.owner).get(name, "")
            for declaration in [own] if holder.owner else fields.named(name):
                fixed = fixed_by(self._spelled_out(declaration), name)
                if fixed is not None:
                    yield _Reason(fixed)
            if self._is_uuid_in_text(name):
                yield _Reason(f"this file describes `{name}` as a UUID")

    def _annotations(self, holder: Holder) -> Iterator[str]:
        """Of the parameter; for a field, of all parameters of its name."""
        for defined in self._functions():
            if holder.kind is Kind.FIELD or holder.scope == defined.scope:
                for arg in _all_arguments(defined):
                    if arg.arg == holder.name and arg.annotation is not None:
                        yield ast.unparse(arg.annotation)

    def _functions(self) -> Iterator[Defined]:
        for found in self._holders.functions.values():
            yield from found

    def _spelled_out(self, declaration: str) -> str:
        """A declaration with the module's own names for types and widths put in."""
        own = self._file.fields.aliases
        for _ in range(2):
            declaration = re.sub(
                r"(?<![\w.'\"])[A-Za-z_]\w*\b(?!=)",  # not keywords
                lambda match: own.get(match[0], match[0]),
                declaration,
            )
        return declaration

    def _is_uuid_in_text(self, name: str) -> bool:
        word = re.escape(name)
        text = self._file.text.text
        return "uuid" in text.lower() and any(
            re.search(pattern, text)
            for pattern in (
                rf"<uuid:{word}>",
                rf"\b{word}\s+(?:UUID|uuid)\s*(?:[,)]|PRIMARY|NOT|DEFAULT|REFERENCES|UNIQUE)",
                rf"[\"']{word}[\"']\s*:\s*\{{[^{{}}]*[\"']format[\"']\s*:\s*[\"']uuid",
            )
        )

    def _validated(self, name: str) -> Iterator[Holder]:
        """The parameters of functions that validate the field."""
        for defined in self._functions():
            for decorator in defined.node.decorator_list:
                if not isinstance(decorator, ast.Call):
                    continue
                named = {arg.value for arg in decorator.args if isinstance(arg, ast.Constant)}
                if name in named and _VALIDATING.search(last_name_of(decorator)):
                    for arg in defined.parameters:
                        yield Holder(Kind.VARIABLE, arg.arg, defined.scope)

    # What is done where it is read

    def _along(self, load: ast.expr, holder: Holder) -> Iterator[Holder | _Reason]:
        """What is done with the value of an expression, and with what has the same value."""
        step: _Step | None = _Step(load, holder.many)
        while step is not None:
            if not step.many:
                what = self._done_to(step.node)
                if what is not None:
                    of = "the result of " if holder.kind is Kind.RESULT else ""
                    yield _Reason(f"{of}`{holder.name}` {what} in this file")
            yield from self._written_into(step.node)
            yield from self._given_on(step)
            step = self._next(step)

    def _next(self, step: _Step) -> _Step | None:
        """The expression around one that has the same value, or holds it among others."""
        node = step.node
        parent = self._holders.parents[node]
        match parent:
            case ast.Call(func=func, args=args) if node in args:
                name = last_name_of(func)
                is_one = name in _HANDING_ON and (name == "cast" or args[0] is node)
                return replace(step, node=parent) if is_one else None
            case ast.Attribute(attr=name) if name in SAME_TEXT:
                call = self._holders.parents[parent]
                is_called = isinstance(call, ast.Call) and call.func is parent
                return (
                    replace(step, node=call) if is_called and isinstance(call, ast.Call) else None
                )
            case ast.BoolOp() | ast.NamedExpr() | ast.Await():
                return replace(step, node=parent)
            case ast.IfExp(test=test) if node is not test:
                return replace(step, node=parent)
            case ast.FormattedValue(format_spec=None):
                whole = self._holders.parents[parent]
                if isinstance(whole, ast.JoinedStr) and len(whole.values) == 1:
                    return replace(step, node=whole)
            case ast.List() | ast.Set():
                return _Step(parent, many=True)
            case ast.Tuple():
                assign = self._holders.parents[parent]
                return _Step(parent, many=True) if not isinstance(assign, ast.Assign) else None
            case ast.ListComp(elt=elt) | ast.SetComp(elt=elt) | ast.GeneratorExp(elt=elt) if (
                node is elt
            ):
                return _Step(parent, many=True)
            case ast.Subscript(value=value, slice=ast.Constant(value=int())) if (
                step.many and value is node
            ):
                return _Step(parent, many=False)
        return None

    def _done_to(self, node: ast.expr) -> str | None:
        """What is done to the value that depends on its form."""
        parent = self._holders.parents[node]
        match parent:
            case ast.Subscript(value=value, slice=part) if value is node and _is_place(part):
                return "is cut"
            case ast.Attribute(attr=name) if isinstance(node, ast.expr):
                return self._done_by_method(parent, name)
            case ast.Call(func=func, args=args) if node in args:
                return self._done_by_call(parent, last_name_of(func))
            case ast.Compare():
                return self._done_by_comparison(node, parent)
            case ast.For(iter=iterated) | ast.comprehension(iter=iterated) if iterated is node:
                return "is taken apart"
            case ast.Starred():
                return "is taken apart"
            case ast.Assign(targets=targets) if any(
                isinstance(target, (ast.Tuple, ast.List)) for target in targets
            ):
                # Only a call gives several values at once.
                return None if isinstance(node, (ast.Call, ast.Await)) else "is taken apart"
            case ast.FormattedValue(format_spec=ast.JoinedStr(values=values)) if any(
                isinstance(part, ast.Constant) and re.search(r"\d", str(part.value))
                for part in values
            ):
                return "is formatted to a width"
            case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str(text)), right=right) if (
                right is node and _WIDTH.search(text)
            ):
                return "is formatted to a width"
        return None

    def _done_by_method(self, attribute: ast.Attribute, name: str) -> str | None:
        parent = self._holders.parents[attribute]
        is_called = isinstance(parent, ast.Call) and parent.func is attribute
        if name in TAKING_APART and is_called:
            return "is taken apart"
        if (name in OBJECT_PARTS or name == "hex") and not is_called:
            return "is used as a UUID object"
        return None

    def _done_by_call(self, call: ast.Call, name: str) -> str | None:
        is_builtin = isinstance(call.func, ast.Name)
        if name in CONVERTING or "uuid" in name.lower():
            return f"is handed to `{name}()`"
        if (is_builtin and name in CONVERTING_BUILTINS) or ast.unparse(
            call.func
        ) == "codecs.decode":
            return f"is handed to `{name}()`"
        if is_builtin and name == "len":
            return "is measured"
        if (is_builtin and name in _LETTERS) or name == "islice":
            return "is taken apart"
        is_of_re = isinstance(call.func, ast.Attribute) and last_name_of(call.func.value) == "re"
        if is_of_re or name in MATCHING:
            return "is matched with a pattern"
        if name == "isinstance" and any(is_uuid_type(ast.unparse(arg)) for arg in call.args[1:]):
            return "is tested for being a UUID"
        texts = (n.value for n in ast.walk(call) if isinstance(n, ast.Constant))
        if any(isinstance(text, str) and _SQL_CAST.search(text) for text in texts):
            return "is cast to a UUID"
        return None

    @staticmethod
    def _done_by_comparison(node: ast.expr, compare: ast.Compare) -> str | None:
        sides = [compare.left, *compare.comparators]
        if any(last_name_of(s) == "UUID" for s in sides if isinstance(s, ast.Call)):
            return "is compared with a UUID"
        at = next(i for i, side in enumerate(sides) if side is node)
        if at and isinstance(compare.ops[at - 1], (ast.In, ast.NotIn)):
            before = sides[at - 1]
            if isinstance(before, ast.Constant) and isinstance(before.value, str):
                return "is searched"
        around = compare.ops[max(at - 1, 0) : at + 1]
        if any(isinstance(op, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)) for op in around):
            return "is compared by its order"
        return None

    # Texts that it is written into

    def _written_into(self, node: ast.expr) -> Iterator[_Reason]:
        parent = self._holders.parents[node]
        match parent:
            case ast.FormattedValue():
                whole = self._holders.parents[parent]
                if isinstance(whole, ast.JoinedStr):
                    at = next(i for i, part in enumerate(whole.values) if part is parent)
                    yield from self._behind(self._text_of(whole.values[:at]), whole)
            case ast.BinOp(op=ast.Add(), left=left, right=right) if right is node:
                yield from self._behind(self._text_of([left]), parent)
            case ast.BinOp(op=ast.Mod(), left=left, right=right) if right is node:
                yield from self._behind(self._text_of([left]).partition("%")[0], parent)
            case ast.Call(func=ast.Attribute(value=text, attr="format"), args=args) if node in args:
                yield from self._behind(self._text_of([text]).partition("{")[0], parent)
            case ast.List(elts=elts) | ast.Tuple(elts=elts):
                call = self._holders.parents[parent]
                match call:
                    case ast.Call(
                        func=ast.Attribute(value=ast.Constant(value=str(between)), attr="join")
                    ):
                        at = next(i for i, part in enumerate(elts) if part is node)
                        yield from self._behind(self._text_of(elts[:at]) + between, call)

    def _behind(self, text: str, whole: ast.expr) -> Iterator[_Reason]:
        """What follows from the text in front of the id."""
        if self._required and text.endswith(self._required):
            yield _Reason(f"this file puts `{self._required}` in front of it")
        if text.startswith("00-"):
            yield _Reason("the trace headers fix its width and alphabet")
        told = _TOLD.search(text)
        if told is not None:
            yield from self._by_name(told[1])
        parent = self._holders.parents[whole]
        if _SQL.match(text) or (
            isinstance(parent, ast.Call) and last_name_of(parent.func) in _OPENING
        ):
            yield _Reason("it becomes a part of a name or a path", is_doubt=True)

    def _text_of(self, parts: Sequence[ast.expr]) -> str:
        """The text of parts as far as it is known; a NUL for each that is not."""
        found = ""
        for part in parts:
            inner = part.value if isinstance(part, ast.FormattedValue) else part
            if isinstance(inner, ast.Name):
                found += str(self._file.constants.get(inner.id, "\0"))
            elif isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                found += inner.value
            elif isinstance(inner, ast.JoinedStr):
                found += self._text_of(inner.values)
            elif isinstance(inner, ast.BinOp):
                found += self._text_of([inner.left, inner.right])
            else:
                found += "\0"
        return found

    # Who gets it

    def _given_on(self, step: _Step) -> Iterator[Holder | _Reason]:
        node = step.node
        parent = self._holders.parents[node]
        match parent:
            case ast.Assign(targets=targets):
                for target in targets:
                    yield from self._into(target, step.many)
            case ast.AnnAssign(target=target, value=value, annotation=annotation) if value is node:
                if is_uuid_type(ast.unparse(annotation)):
                    yield _Reason("a UUID object is needed: that is how it is annotated")
                yield from self._into(target, step.many)
            case ast.NamedExpr(target=target):
                yield from self._into(target, step.many)
            case (
                ast.For(target=target, iter=source) | ast.comprehension(target=target, iter=source)
            ) if source is node and step.many:
                yield from self._into(target, many=False)
            case ast.Dict(keys=keys, values=values) if node in values:
                key = keys[next(i for i, value in enumerate(values) if value is node)]
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield Holder(Kind.FIELD, key.value, many=step.many)
            case ast.Tuple(elts=elts):
                yield from self._unpacked(parent, elts.index(node))
            case ast.Return() | ast.Yield():
                function = self._function_around(parent)
                if function is not None:
                    yield Holder(Kind.RESULT, function.name, many=step.many)
            case ast.keyword(arg=str(name)):
                call = self._holders.parents[parent]
                if isinstance(call, ast.Call):
                    yield from self.as_keyword(last_name_of(call.func), name, step.many)
            case ast.Call(args=args) if node in args:
                yield from self._as_argument(parent, args.index(node), step.many)

    def _into(self, target: ast.expr, many: bool) -> Iterator[Holder]:
        match target:
            case ast.Name():
                yield replace(self._holders.variable(target), many=many)
            case ast.Attribute(attr=name):
                yield Holder(Kind.FIELD, name, many=many)
            case ast.Subscript(slice=ast.Constant(value=str(key))):
                yield Holder(Kind.FIELD, key, many=many)

    def _unpacked(self, values: ast.Tuple, at: int) -> Iterator[Holder]:
        assign = self._holders.parents[values]
        if not isinstance(assign, ast.Assign):
            return
        for target in assign.targets:
            if isinstance(target, (ast.Tuple, ast.List)) and len(target.elts) == len(values.elts):
                yield from self._into(target.elts[at], many=False)

    def _function_around(self, node: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        outer: ast.AST | None = node
        while outer is not None and not isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef)):
            outer = None if isinstance(outer, ast.Lambda) else self._holders.parents.get(outer)
        return outer

    def as_keyword(self, called: str, name: str, many: bool) -> Iterator[Holder]:
        """What gets a value that a call hands on under a name."""
        owner = called if self._file.fields.of(called) else ""
        yield Holder(Kind.FIELD, name, many=many, owner=owner)
        for defined in self._called(called):
            if any(arg.arg == name for arg in _all_arguments(defined)):
                yield Holder(Kind.VARIABLE, name, defined.scope, many)

    def _as_argument(self, call: ast.Call, at: int, many: bool) -> Iterator[Holder | _Reason]:
        if any(keyword.arg == "nx" for keyword in call.keywords):
            yield _Reason("it becomes a lock", is_doubt=True)
        for defined in self._called(last_name_of(call.func)):
            if at < len(defined.parameters):
                yield Holder(Kind.VARIABLE, defined.parameters[at].arg, defined.scope, many)

    def _called(self, name: str) -> Iterator[Defined]:
        """The functions of the file that a call of the name may be."""
        yield from self._holders.functions.get(name, ())
        if self._file.fields.of(name):
            for init in self._holders.functions.get("__init__", ()):
                if init.scope.split(".")[-2:-1] == [name]:
                    yield init


@dataclass(frozen=True)
class _Step:
    """An expression that has the value, or holds it among others."""

    node: ast.expr
    many: bool


def _all_arguments(defined: Defined) -> list[ast.arg]:
    arguments = defined.node.args
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]


def _is_place(part: ast.expr) -> bool:
    """Whether what stands in brackets is a place in a text, not a key."""
    match part:
        case ast.Slice() | ast.Constant(value=int()):
            return True
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int())):
            return True
    return False
