"""Screens: what each rule's cheap looks need, told without libcst.

A rule and its screen belong together. The screen says which words a file must hold for the rule
to speak, and whether the rule could speak about a statement: generously, never short. It stands
apart from the rule because most files need nothing more, and importing the rules takes longer
than screening a thousand files.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache, cached_property
from typing import ClassVar, TypeAlias

from ssot_lint.known import (
    BUILTIN_SOURCES,
    COUNTER,
    EXIT_WORDS,
    FACTORIES,
    LOOKUPS,
    SOURCE_NAMES,
    SOURCE_TRIGGERS,
    SOURCE_WORDS,
    SURGERY,
)
from ssot_lint.parsing import walk
from ssot_lint.settings import Settings
from ssot_lint.words import (
    class_names,
    generator_classes,
    kind_of,
    literal_prefixes,
    names_an_id,
    snake_case,
)

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Prefixes: TypeAlias = Mapping[str, str]
"""How ids of each kind begin."""

# Ends the name of everything that holds an id. Begins with a set: this makes it quick to look for.
_ID_ENDING = r"[iI][dD][sS]?_*\b"
# Calls a source, takes a reference to one, or counts something up.
_NAMES = "|".join(sorted(SOURCE_NAMES))
_SOURCE = (
    rf"(?<!\w)(?:{_NAMES}|id|hash)[\s\\]*\("
    rf"|(?<!\w)(?:{_NAMES})(?=[\s\\]*(?:[,)\]}}\n\r;:#\"']|$|(?:as|if|else|or|and|for)\b))"
    r"|(?:counter|count|seq|sequence)[\s\\)]*[^\s\w=]{1,2}="
    r"|\+=[\s\\(]*1\b"
)


class Statement:
    """A statement as screens see it: gathered once, looked at by all of them."""

    def __init__(self, node: ast.stmt) -> None:
        self.node = node

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """The statement and all that is in it."""
        return walk(self.node)

    @cached_property
    def words(self) -> frozenset[str]:
        """The names and texts by which the statement can speak of something."""
        return frozenset(word for node in self.nodes for word in words_of(node))

    @property
    def texts(self) -> Iterator[str]:
        """The strings in the statement."""
        for node in self.nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


class Screen:
    """The screen of one rule under given settings."""

    code: ClassVar[str]
    on_by_default: ClassVar[bool] = True
    """Whether the rule speaks unless somebody selects something else."""
    follows_calls: ClassVar[bool] = False
    """Whether the rule speaks where a function of the same file is handed an id, too."""
    depends_on: AbstractSet[str] = frozenset()
    """Words besides the triggers whose binding changes what the rule says."""

    def __init__(self, settings: Settings) -> None:
        self.triggers = frozenset(self._triggers(settings))
        """Words of which a file must hold at least one for the rule to speak.

        A statement that holds none of them, nor a name bound to one, must not matter to the
        rule: it is blanked before the rule sees the file.
        """
        self.pieces = shortest(self.triggers)
        """The triggers without those that hold another one."""
        self.needs = tuple(tuple(choices) for choices in self._needs(settings))
        """Besides a trigger: of each of these, a file must match one regular expression."""

    def _triggers(self, settings: Settings) -> Iterable[str]:
        return ()

    def _needs(self, settings: Settings) -> Iterable[Iterable[str]]:
        return ()

    def could_speak(self, statement: Statement, takers: AbstractSet[str]) -> bool:
        """Whether a statement that holds a trigger deserves a look: a coarse guess, never short.

        For rules whose triggers stand nearly everywhere. `takers` are the functions and classes
        of the file that take an id of a known kind.
        """
        return True


class _OfBannedCalls(Screen):
    def _triggers(self, settings: Settings) -> Iterable[str]:
        return [name.rpartition(".")[2] for name in settings.banned_calls]


class DirectUuidCallScreen(_OfBannedCalls):
    """OST101."""

    code = "OST101"


class UuidCallableReferenceScreen(_OfBannedCalls):
    """OST102."""

    code = "OST102"


class _OfGenerator(Screen):
    def _triggers(self, settings: Settings) -> Iterable[str]:
        return generator_classes(settings)


class EmergencyUuidFallbackScreen(_OfGenerator):
    """OST103."""

    code = "OST103"
    depends_on = SOURCE_WORDS


class HandBuiltIdScreen(Screen):
    """OST104."""

    code = "OST104"
    depends_on = SOURCE_WORDS

    def _triggers(self, settings: Settings) -> Iterable[str]:
        return SOURCE_TRIGGERS

    def _needs(self, settings: Settings) -> Iterable[Iterable[str]]:
        # Context classes name ids that stand in the settings alone.
        return [[_ID_ENDING, *map(re.escape, class_names(settings))], [_SOURCE]]

    def could_speak(self, statement: Statement, takers: AbstractSet[str]) -> bool:
        """Whether something built, of what may be a source, may get the name of an id."""
        nodes = (node for node in statement.nodes if isinstance(node, _BINDING_IDS))
        built = [value for node in nodes for value in _bound_to_id(node)]
        if not built:
            return False
        telling = _source_names(statement)
        return any(_mentions(value, telling) for value in built)


class MultipleGeneratorCallsScreen(Screen):
    """OST201."""

    code = "OST201"
    depends_on = EXIT_WORDS

    def _triggers(self, settings: Settings) -> Iterable[str]:
        # The class too: an instance of it may be made in one function and used in another.
        return [settings.context_method, *generator_classes(settings)]


class PiecemealContextIdsScreen(Screen):
    """OST202."""

    code = "OST202"
    depends_on = EXIT_WORDS

    def _triggers(self, settings: Settings) -> Iterable[str]:
        return [settings.id_method, *generator_classes(settings)]


class ShadowedGeneratorImportScreen(Screen):
    """OST203."""

    code = "OST203"
    depends_on = EXIT_WORDS | {"contextlib", "suppress"}

    def _triggers(self, settings: Settings) -> Iterable[str]:
        # The class and the modules that have it, each by its own name.
        parts = (part for name in settings.generator_names for part in name.split(".")[-2:])
        return [part for part in parts if part]

    def could_speak(self, statement: Statement, takers: AbstractSet[str]) -> bool:
        """Whether it imports one of them."""
        return any(not self.triggers.isdisjoint(_imported(node)) for node in statement.nodes)


class UnknownGeneratorCallScreen(_OfGenerator):
    """OST204."""

    code = "OST204"
    depends_on = frozenset({"functools", "partial"})


class UnprefixedThreadLiteralScreen(Screen):
    """OST301."""

    code = "OST301"
    follows_calls = True

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.depends_on = class_names(settings)
        self._prefixes = dict(settings.id_prefixes)

    def _triggers(self, settings: Settings) -> Iterable[str]:
        kinds = [kind for kind, _ in settings.id_prefixes]
        return [*kinds, *settings.context_classes] if kinds else []

    def could_speak(self, statement: Statement, takers: AbstractSet[str]) -> bool:
        """Whether a text may become an id of one of the kinds."""
        called = takers | self.depends_on
        return any(
            _may_bind_text(node, self._prefixes, called)
            for node in statement.nodes
            if isinstance(node, _BINDING_TEXTS)
        )


class DoubledIdPrefixScreen(Screen):
    """OST302."""

    code = "OST302"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._classes = generator_classes(settings)
        self._prefixes = literal_prefixes(settings)

    def _triggers(self, settings: Settings) -> Iterable[str]:
        # A prefix in front of a value ends a literal, or has a placeholder behind it.
        endings = [prefix + sign for prefix in literal_prefixes(settings) for sign in "\"'{%"]
        return [*generator_classes(settings), *endings]

    def could_speak(self, statement: Statement, takers: AbstractSet[str]) -> bool:
        """Whether it names the generator, or a literal in front of an id and one that it has."""
        if not self._classes.isdisjoint(statement.words):
            return True
        beginnings = endings = both = 0
        for text in statement.texts:
            if any(name in text for name in self._classes):
                return True
            begins = text.startswith(self._prefixes)
            ends = any(p + end in text + "%s" for p in self._prefixes for end in ("%s", "{"))
            beginnings, endings = beginnings + begins, endings + ends
            both += begins and ends
        return beginnings > 0 and endings > 0 and beginnings + endings > 1 + (both == 1)


class TruncatedGeneratedIdScreen(_OfGenerator):
    """OST303."""

    code = "OST303"


class DerivedThreadIdScreen(Screen):
    """OST304."""

    code = "OST304"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._kinds = settings.context_ids
        self._method = settings.context_method
        self._classes = class_names(settings)

    def _triggers(self, settings: Settings) -> Iterable[str]:
        return {*settings.context_ids, *class_names(settings), *generator_classes(settings)}

    def could_speak(self, statement: Statement, takers: AbstractSet[str]) -> bool:
        """Whether it speaks of two kinds of ids, and puts something together for one."""
        words = statement.words
        named = sum(any(kind in word for word in words) for kind in self._kinds)
        if not named:
            return False
        called = takers | self._classes
        if named < 2 and self._method not in words and called.isdisjoint(_called(statement)):
            return False
        bound = [
            (node, kinds, value)
            for node in statement.nodes
            for kinds, value in _bound(node, self._kinds, called)
        ]
        if not bound:
            return False
        flows = list(_flows(statement))
        made = _made_names(flows)
        values = [
            (kinds, value)
            for node, kinds, value in bound
            if isinstance(node, ast.AugAssign) or _is_made(value, made)
        ]
        if not values:
            return False
        derived = _derived_names(flows, (*self._kinds, self._method))
        return any(self._may_derive(value, kinds, derived) for kinds, value in values)

    def _may_derive(self, value: ast.AST, own: AbstractSet[str], derived: AbstractSet[str]) -> bool:
        """Whether a value for ids of some kinds speaks of another, or of what was made of one."""
        others = [kind for kind in (*self._kinds, self._method) if own != {kind}]
        return any(
            word in derived or any(kind in word for kind in others)
            for node in walk(value)
            for word in words_of(node)
        )


class UnvalidatedThreadLookupScreen(Screen):
    """OST401."""

    code = "OST401"
    on_by_default = False

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._kinds = tuple(kind for kind, _ in settings.id_prefixes)

    def _triggers(self, settings: Settings) -> Iterable[str]:
        return [kind for kind, _ in settings.id_prefixes]

    def could_speak(self, statement: Statement, takers: AbstractSet[str]) -> bool:
        """Whether a function in it takes an id and calls something."""
        return any(self._takes_id(node) for node in statement.nodes)

    def _takes_id(self, node: ast.AST) -> bool:
        if not isinstance(node, _FUNCTIONS):
            return False
        args = node.args
        every = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
        takes_id = any(arg is not None and kind_of(arg.arg, self._kinds) for arg in every)
        return takes_id and any(isinstance(part, ast.Call) for part in walk(node))


class FileNotAnalysedScreen(Screen):
    """OST900. Its name and message are here, because no tree is needed to report it."""

    code = "OST900"
    name = "file-not-analysed"
    message = "file not analysed: {reason}"


class UnusedSuppressionScreen(Screen):
    """OST901."""

    code = "OST901"

    def _triggers(self, settings: Settings) -> Iterable[str]:
        # With a digit, because `POST` and `HOST` stand everywhere.
        return [f"OST{digit}" for digit in range(10)]

    def could_speak(self, statement: Statement, takers: AbstractSet[str]) -> bool:
        """Never: it speaks about comments, which are looked for in the whole text."""
        return False


class UnexplainedSuppressionScreen(UnusedSuppressionScreen):
    """OST902."""

    code = "OST902"

    def _triggers(self, settings: Settings) -> Iterable[str]:
        return super()._triggers(settings) if settings.require_noqa_reason else ()


SCREENS: tuple[type[Screen], ...] = (
    DirectUuidCallScreen,
    UuidCallableReferenceScreen,
    EmergencyUuidFallbackScreen,
    HandBuiltIdScreen,
    MultipleGeneratorCallsScreen,
    PiecemealContextIdsScreen,
    ShadowedGeneratorImportScreen,
    UnknownGeneratorCallScreen,
    UnprefixedThreadLiteralScreen,
    DoubledIdPrefixScreen,
    TruncatedGeneratedIdScreen,
    DerivedThreadIdScreen,
    UnvalidatedThreadLookupScreen,
    FileNotAnalysedScreen,
    UnusedSuppressionScreen,
    UnexplainedSuppressionScreen,
)

CODES: tuple[str, ...] = tuple(screen.code for screen in SCREENS)


def shortest(words: AbstractSet[str]) -> list[str]:
    """The words, sorted, without those that hold another one of them."""
    return [w for w in sorted(words) if not any(other != w and other in w for other in words)]


# What nodes say


def words_of(node: ast.AST) -> Iterator[str]:
    """The names and texts by which a node itself can speak of an id."""
    match node:
        case (
            ast.Name(id=name)
            | ast.Attribute(attr=name)
            | ast.arg(arg=name)
            | ast.keyword(arg=str(name))
            | ast.Constant(value=str(name))
            | ast.FunctionDef(name=name)
            | ast.AsyncFunctionDef(name=name)
            | ast.alias(name=name)
        ):
            yield name


def _called(statement: Statement) -> set[str]:
    calls = (node.func for node in statement.nodes if isinstance(node, ast.Call))
    return {word for func in calls for word in words_of(func)}


def _imported(node: ast.AST) -> Iterator[str]:
    """The words of the names that an import gives or takes."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        for alias in node.names:
            yield from alias.name.split(".")
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            yield from node.module.split(".")


# Ids built by hand


def _source_names(statement: Statement) -> set[str]:
    """Names that may stand for a source, or for a local variable that got its value from one."""
    found = {*SOURCE_NAMES, *BUILTIN_SOURCES}
    assigned: list[tuple[str, ast.expr]] = []
    for node in statement.nodes:
        match node:
            case ast.AugAssign(op=ast.Add(), target=ast.Name(id=name) | ast.Attribute(attr=name)):
                found.add(name)
            case ast.Name(id=name) | ast.Attribute(attr=name) if COUNTER.search(name):
                found.add(name)
            case ast.Assign(targets=targets, value=value):
                assigned += [(t.id, value) for t in targets if isinstance(t, ast.Name)]
            case (
                ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                | ast.NamedExpr(target=ast.Name(id=name), value=value)
            ):
                assigned.append((name, value))
    left = assigned
    while left:
        told = [name for name, value in left if _mentions(value, found)]
        if not told:
            break
        found.update(told)
        left = [(name, value) for name, value in left if name not in found]
    return found


def _mentions(value: ast.expr, names: AbstractSet[str]) -> bool:
    for node in walk(value):
        match node:
            case ast.Name(id=name) if name in names:
                return True
            case ast.Attribute(attr=name) if name in names and name not in BUILTIN_SOURCES:
                return True
            case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value=name), *_]):
                if name in names:
                    return True
    return False


def _bound_to_id(node: ast.AST) -> Iterator[ast.expr]:
    """The strings put together that the node may bind to the name of an id."""
    return (value for value in _may_become_id(node) if _may_be_built(value))


_BINDING_IDS = (
    ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.keyword, ast.Dict, ast.FunctionDef,
    ast.AsyncFunctionDef, ast.Call, ast.arguments, ast.Lambda,
)  # fmt: skip


def _may_become_id(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.Assign(targets=targets, value=value):
            if any(map(_may_name_id, targets)):
                yield value
        case (
            ast.AnnAssign(target=target, value=ast.expr() as value)
            | ast.NamedExpr(target=target, value=value)
        ):
            if _may_name_id(target):
                yield value
        case ast.keyword(arg=str(name), value=value):
            if name in FACTORIES or _is_id(name):
                yield value
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and _is_id(str(key.value)):
                    yield value
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) if _is_id(name):
            returns = (n.value for n in walk(node) if isinstance(n, (ast.Return, ast.Yield)))
            yield from (value for value in returns if value is not None)
        case ast.Call(func=func, args=arguments) if _may_name_parameters(func):
            yield from arguments
        case ast.arguments(defaults=defaults, kw_defaults=more):
            yield from (value for value in (*defaults, *more) if value is not None)
        case ast.Lambda(body=body):
            yield body


@cache
def _is_id(name: str) -> bool:
    return names_an_id(snake_case(name))


def _may_name_parameters(func: ast.expr) -> bool:
    """Whether the file may say what the arguments of a call by position are."""
    match func:
        case ast.Attribute(value=ast.Name(id="self" | "cls")):
            return True
        case ast.Name(id=name):
            return name != "print" and not name.endswith(("Error", "Exception"))
        case ast.Attribute(attr=name):
            return name in LOOKUPS or name[:1].isupper()
    return False


def _may_name_id(target: ast.AST) -> bool:
    """Whether a target, or a part of it, may be named as an id."""
    match target:
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return any(map(_may_name_id, parts))
        case ast.Starred(value=inner):
            return _may_name_id(inner)
    name = _name_of(target)
    return name is not None and _is_id(name)


def _may_be_built(value: ast.expr) -> bool:
    match value:
        case ast.BoolOp(values=parts):
            return any(map(_may_be_built, parts))
        case ast.IfExp(body=body, orelse=other):
            return _may_be_built(body) or _may_be_built(other)
        case ast.JoinedStr(values=values):
            return any(isinstance(part, ast.FormattedValue) for part in values)
        case ast.BinOp(left=left, op=ast.Add() | ast.Mod(), right=right):
            return any(_is_text(side) or _may_be_built(side) for side in (left, right))
        case ast.Call(func=ast.Name(id="str"), args=[ast.Call(func=ast.Name(id="id"))]):
            return False  # tells which object it is
        case ast.Call(func=ast.Name(id="str")):
            return True
        case ast.Call(func=ast.Attribute(attr="format" | "join" | "hexdigest")):
            return True
        case ast.Subscript(value=inner):
            return _may_be_built(inner)
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
            return _may_be_built(value.elt)
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            return any(map(_may_be_built, elements))
        case ast.Lambda(body=body):
            return _may_be_built(body)
        case ast.NamedExpr(value=inner) | ast.Starred(value=inner):
            return _may_be_built(inner)
    return False


def _is_text(value: ast.expr) -> bool:
    return isinstance(value, ast.JoinedStr) or (
        isinstance(value, ast.Constant) and isinstance(value.value, (str, bytes))
    )


# Literals that become ids


_BINDING_TEXTS = (
    ast.keyword, ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.Dict, ast.arguments, ast.Call,
    ast.BoolOp, ast.IfExp,
)  # fmt: skip


def _may_bind_text(node: ast.AST, prefixes: Prefixes, called: AbstractSet[str]) -> bool:
    """Whether the node itself may bind a text to an id of a kind that begins otherwise."""
    match node:
        case ast.keyword(arg=name, value=value):
            return _takes_text(name, value, prefixes)
        case ast.Assign(targets=targets, value=value):
            return any(_assigns_text(target, value, prefixes) for target in targets)
        case ast.AnnAssign(target=target, value=value) | ast.NamedExpr(target=target, value=value):
            return value is not None and _assigns_text(target, value, prefixes)
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return any(_takes_text(_name_of(key), value, prefixes) for key, value in pairs)
        case ast.arguments(defaults=defaults, kw_defaults=kw_defaults):
            positional = [*node.posonlyargs, *node.args]
            given = [
                *zip(positional[::-1], defaults[::-1], strict=False),
                *zip(node.kwonlyargs, kw_defaults, strict=True),
            ]
            return any(_takes_text(arg.arg, value, prefixes) for arg, value in given)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=arguments):
            if name in called and any(_may_begin(argument) for argument in arguments):
                return True
            at = _key_of_lookup(node)
            if at is None or len(arguments) <= at + 1:
                return False
            return _takes_text(_name_of(arguments[at]), arguments[at + 1], prefixes)
        case ast.BoolOp(values=values):
            # `a or b or c` is one node here, and two of libcst: every part may give the name.
            return any(
                _takes_text(_name_held_by(value), other, prefixes)
                for value in values[:-1]
                for other in values[1:]
            )
        case ast.IfExp(body=value, orelse=other):
            return _takes_text(_name_held_by(value), other, prefixes)
    return False


def _takes_text(name: str | None, value: ast.expr | None, prefixes: Prefixes) -> bool:
    kind = kind_of(name, tuple(prefixes))
    return kind is not None and value is not None and _may_begin(value, prefixes[kind])


def _assigns_text(target: ast.expr, value: ast.expr, prefixes: Prefixes) -> bool:
    if isinstance(target, (ast.Tuple, ast.List)):
        named = any(kind_of(_name_of(part), tuple(prefixes)) for part in walk(target))
        return named and _may_begin(value)
    return _takes_text(_name_of(target), value, prefixes)


def _name_of(node: ast.AST | None) -> str | None:
    """The name of what a target is, or of what stands behind a key."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Constant(value=str(name)):
            return name
        case ast.Subscript(slice=index):
            return _name_of(index)
    return None


def _name_held_by(node: ast.expr) -> str | None:
    """As `_name_of`; of `x.get("thread_id")` and `getattr(x, "thread_id")` too."""
    if isinstance(node, ast.Call):
        at = _key_of_lookup(node)
        return _name_of(node.args[at]) if at is not None and len(node.args) > at else None
    return _name_of(node)


def _key_of_lookup(call: ast.Call) -> int | None:
    """Which argument is the key, if the call may look something up."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return 1 if name == "getattr" else 0 if name in LOOKUPS else None
    return None


def _may_begin(value: ast.expr, prefix: str | None = None) -> bool:
    """Whether a value may be a text that the code writes, and that does not begin with `prefix`."""
    match value:
        case ast.Constant(value=str(text)):
            return bool(text) and not (prefix and text.startswith(prefix))
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            return not (prefix and text.startswith(prefix))
        case ast.BoolOp(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
            return any(_may_begin(part, prefix) for part in parts)
        case ast.IfExp(body=body, orelse=other):
            return _may_begin(body, prefix) or _may_begin(other, prefix)
        case ast.NamedExpr(value=inner) | ast.Lambda(body=inner) | ast.Starred(value=inner):
            return _may_begin(inner, prefix)
        case ast.BinOp(left=left, op=ast.Add() | ast.Mod(), right=right):
            return _may_begin(left) or _may_begin(right)
        case ast.Call(func=func, args=arguments, keywords=keywords):
            if isinstance(func, ast.Attribute) and func.attr == "format":
                return _may_begin(func.value)
            at = _key_of_lookup(value)
            given = [*arguments[0 if at is None else at + 1 :], *(word.value for word in keywords)]
            return any(map(_may_begin, given))
    return False


# Ids made of others


def _speaks_of(node: ast.AST, kinds: Sequence[str]) -> bool:
    return any(kind in word for word in words_of(node) for kind in kinds)


_Flow: TypeAlias = tuple[set[str], ast.AST]
"""Names, and what they get their value from."""


def _flows(statement: Statement) -> Iterator[_Flow]:
    for node in statement.nodes:
        match node:
            case ast.Assign(targets=targets, value=value):
                yield _words_in(*targets), value
            case (
                ast.AnnAssign(target=target, value=ast.expr() as value)
                | ast.NamedExpr(target=target, value=value)
                | ast.For(target=target, iter=value)
                | ast.AsyncFor(target=target, iter=value)
                | ast.comprehension(target=target, iter=value)
            ):
                yield _words_in(target), value
            case ast.AugAssign(target=target):
                yield _words_in(target), node
            case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                yield _words_in(target), value
            case ast.Match(subject=value, cases=cases):
                yield _captured(cases), value


def _made_names(flows: Iterable[_Flow]) -> set[str]:
    """Names whose value may be put together or cut."""
    found: set[str] = set()
    left = list(flows)
    while True:
        told = [flow for flow in left if _is_made(flow[1], found)]
        if not told:
            return found
        found.update(name for names, _ in told for name in names)
        left = [flow for flow in left if flow not in told]


def _derived_names(flows: Iterable[_Flow], kinds: Sequence[str]) -> set[str]:
    """Names whose value comes from what speaks of an id, or from another such name."""
    left = [(names, _words_in(value)) for names, value in flows]
    found: set[str] = set()
    while True:
        told = [
            flow
            for flow in left
            if not found.isdisjoint(flow[1]) or any(k in word for word in flow[1] for k in kinds)
        ]
        if not told:
            return found
        found.update(word for names, _ in told for word in names)
        left = [flow for flow in left if flow not in told]


def _words_in(*nodes: ast.AST) -> set[str]:
    return {word for node in nodes for part in walk(node) for word in words_of(part)}


def _names_in_target(target: ast.AST) -> Iterator[str]:
    """The names by which what is assigned can be an id: not those of containers and indices."""
    match target:
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from _names_in_target(part)
        case ast.Starred(value=inner):
            yield from _names_in_target(inner)
        case ast.Subscript(slice=index):
            if isinstance(index, ast.Constant):
                yield from words_of(index)
        case _:
            yield from words_of(target)


def _captured(cases: Sequence[ast.match_case]) -> set[str]:
    parts = (part for case in cases for part in walk(case.pattern))
    return {
        part.name for part in parts if isinstance(part, (ast.MatchAs, ast.MatchStar)) and part.name
    }


def _bound(
    node: ast.AST, kinds: Sequence[str], called: AbstractSet[str]
) -> Iterator[tuple[AbstractSet[str], ast.AST]]:
    """The values that the node itself binds to something named as an id, with the kinds of it."""

    def named(*targets: ast.AST) -> set[str]:
        words = {word for target in targets for word in _names_in_target(target)}
        return {kind for kind in kinds if any(kind in word for word in words)}

    match node:
        case ast.Assign(targets=targets, value=value) if found := named(*targets):
            yield found, value
        case (
            ast.AnnAssign(target=target, value=ast.expr() as value)
            | ast.NamedExpr(target=target, value=value)
        ) if found := named(target):
            yield found, value
        case ast.AugAssign(value=value):
            yield set(), value  # what it adds to may become any id
        case ast.keyword(arg=str(name), value=value) if any(kind in name for kind in kinds):
            yield {kind for kind in kinds if kind in name}, value
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if key is not None and (found := named(key)):
                    yield found, value
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            if found := {kind for kind in kinds if kind in name}:
                inside = (part for part in walk(node) if isinstance(part, (ast.Return, ast.Yield)))
                yield from ((found, part.value) for part in inside if part.value is not None)
        case ast.arguments() if found := named(*ast.iter_child_nodes(node)):
            yield from ((set(), v) for v in (*node.defaults, *filter(None, node.kw_defaults)))
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=arguments):
            if name in called or any(_speaks_of(argument, kinds) for argument in arguments):
                yield from ((set(), argument) for argument in arguments)


def _is_made(node: ast.AST, made: AbstractSet[str]) -> bool:
    """Whether a value may be put together or cut, here or where a name of `made` in it got it."""
    match node:
        case ast.JoinedStr() | ast.BinOp() | ast.Slice() | ast.AugAssign():
            return True
        case ast.Subscript(slice=ast.Constant(value=int()) | ast.UnaryOp()):
            return True  # a group of a pattern, or a piece of what was split
        case ast.Name(id=name):
            return name in made
        case ast.Attribute() | ast.Constant() | ast.Subscript(slice=ast.Constant(value=str())):
            return False
        case ast.Call(func=ast.Attribute(attr=name, value=receiver), args=arguments):
            if name in SURGERY:
                return True
            return any(_is_made(part, made) for part in (receiver, *arguments))
        case ast.Call(args=arguments):
            return any(_is_made(argument, made) for argument in arguments)
    return any(_is_made(part, made) for part in ast.iter_child_nodes(node))
