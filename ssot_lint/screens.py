"""Screens: what each rule's cheap looks need, told without libcst.

A rule and its screen belong together. The screen says which words a file must hold for the rule
to speak, and whether the rule could speak about a statement: generously, never short. It stands
apart from the rule because most files need nothing more, and importing the rules takes longer
than screening a thousand files.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import ClassVar

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

# Ends the name of everything that holds an id. Begins with a set: this makes it quick to look for.
_ID_ENDING = r"[iI][dD][sS]?_*\b"
# Calls a source, takes a reference to one, or counts something up.
_NAMES = "|".join(sorted(SOURCE_NAMES))
_SOURCE = (
    rf"(?:{_NAMES}|id|hash)[\s\\]*\("
    rf"|(?:{_NAMES})(?=[\s\\]*(?:[,)\]}}\n\r;:#\"']|$|(?:as|if|else|or|and|for)\b))"
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
        self.pattern = "|".join(map(re.escape, sorted(self.triggers))) or "(?!)"
        """A regular expression for any of the triggers."""
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
        built = [value for node in statement.nodes for value in _bound_to_id(node)]
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
        self._kinds = tuple(kind for kind, _ in settings.id_prefixes)

    def _triggers(self, settings: Settings) -> Iterable[str]:
        kinds = [kind for kind, _ in settings.id_prefixes]
        return [*kinds, *settings.context_classes] if kinds else []

    def could_speak(self, statement: Statement, takers: AbstractSet[str]) -> bool:
        """Whether a text may become an id of one of the kinds."""
        called = takers | self.depends_on
        return any(_may_bind_text(node, self._kinds, called) for node in statement.nodes)


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
        made = [
            (kinds, value)
            for node in statement.nodes
            for kinds, value in _bound(node, self._kinds, called)
            if isinstance(node, ast.AugAssign) or _is_made(value, self._kinds)
        ]
        if not made:
            return False
        derived = _derived_names(statement, (*self._kinds, self._method))
        return any(self._may_derive(value, kinds, derived) for kinds, value in made)

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
)

CODES: tuple[str, ...] = tuple(screen.code for screen in SCREENS)


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


def _holds_text(node: ast.AST) -> bool:
    return any(
        isinstance(part, ast.Constant) and isinstance(part.value, str) for part in walk(node)
    )


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
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in names:
                return True
            case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value=name), *_]):
                if name in names:
                    return True
    return False


def _bound_to_id(node: ast.AST) -> Iterator[ast.expr]:
    """The strings put together that the node may bind to the name of an id."""
    return (value for value in _may_become_id(node) if _may_be_built(value))


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


def _is_id(name: str) -> bool:
    return names_an_id(snake_case(name.replace("-", "_")))


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
    """Whether a target may be named as an id; not sure of items, so those may."""
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return _is_id(name)
    return True


def _may_be_built(value: ast.expr) -> bool:
    match value:
        case ast.IfExp() | ast.BoolOp():
            return True
        case ast.JoinedStr(values=values):
            return any(isinstance(part, ast.FormattedValue) for part in values)
        case ast.BinOp(op=ast.Add() | ast.Mod()):
            return True
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


# Literals that become ids


def _may_bind_text(node: ast.AST, kinds: Sequence[str], called: AbstractSet[str]) -> bool:
    """Whether the node itself may bind a string to an id of one of the kinds."""
    match node:
        case ast.keyword(arg=name, value=value):
            return kind_of(name, kinds) is not None and _holds_text(value)
        case ast.Assign(targets=targets, value=value):
            named = any(_names_kind(part, kinds) for t in targets for part in walk(t))
            return named and _holds_text(value)
        case ast.AnnAssign(target=target, value=value) | ast.NamedExpr(target=target, value=value):
            return value is not None and _names_kind(target, kinds) and _holds_text(value)
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return any(key and _names_kind(key, kinds) and _holds_text(v) for key, v in pairs)
        case ast.arguments():
            every = [*node.posonlyargs, *node.args, *node.kwonlyargs]
            defaults = [*node.defaults, *filter(None, node.kw_defaults)]
            named = any(kind_of(argument.arg, kinds) for argument in every)
            return named and any(map(_holds_text, defaults))
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=arguments):
            if name in called:
                return any(map(_holds_text, arguments))
            looks_up = name in LOOKUPS or name == "getattr"
            return looks_up and any(_names_kind(argument, kinds) for argument in arguments)
        case ast.BoolOp() | ast.IfExp():
            named = any(_names_kind(part, kinds) for part in walk(node))
            return named and _holds_text(node)
    return False


def _names_kind(node: ast.AST, kinds: Sequence[str]) -> bool:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Constant(value=str(name)):
            return kind_of(name, kinds) is not None
        case ast.Subscript(slice=index):
            return _names_kind(index, kinds)
    return False


# Ids made of others


def _speaks_of(node: ast.AST, kinds: Sequence[str]) -> bool:
    return any(kind in word for word in words_of(node) for kind in kinds)


def _derived_names(statement: Statement, kinds: Sequence[str]) -> set[str]:
    """Names whose value comes from what speaks of an id, or from another such name."""
    flows: list[tuple[set[str], set[str]]] = []
    for node in statement.nodes:
        match node:
            case ast.Assign(targets=targets, value=value):
                flows.append((_words_in(*targets), _words_in(value)))
            case (
                ast.AnnAssign(target=target, value=ast.expr() as value)
                | ast.AugAssign(target=target, value=value)
                | ast.NamedExpr(target=target, value=value)
                | ast.For(target=target, iter=value)
                | ast.AsyncFor(target=target, iter=value)
                | ast.comprehension(target=target, iter=value)
            ):
                flows.append((_words_in(target), _words_in(value)))
            case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                flows.append((_words_in(target), _words_in(value)))
            case ast.Match(subject=value, cases=cases):
                flows.append((_captured(cases), _words_in(value)))
    found: set[str] = set()
    while True:
        told = [
            flow
            for flow in flows
            if not found.isdisjoint(flow[1]) or any(k in word for word in flow[1] for k in kinds)
        ]
        if not told:
            return found
        found.update(word for names, _ in told for word in names)
        flows = [flow for flow in flows if flow not in told]


def _words_in(*nodes: ast.AST) -> set[str]:
    return {word for node in nodes for part in walk(node) for word in words_of(part)}


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
        words = _words_in(*targets)
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


def _is_made(node: ast.AST, kinds: Sequence[str]) -> bool:
    """Whether a value may be put together or cut, here or where a variable in it got it."""
    match node:
        case ast.JoinedStr() | ast.BinOp() | ast.Slice():
            return True
        case ast.Name():
            return not _speaks_of(node, kinds)
        case ast.Attribute() | ast.Constant() | ast.Subscript(slice=ast.Constant(value=str())):
            return False
        case ast.Call(func=ast.Attribute(attr=name, value=receiver), args=arguments):
            if name in SURGERY:
                return True
            return any(_is_made(part, kinds) for part in (receiver, *arguments))
        case ast.Call(args=arguments):
            return any(_is_made(argument, kinds) for argument in arguments)
    return any(_is_made(part, kinds) for part in ast.iter_child_nodes(node))
