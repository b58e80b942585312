"""Can a file matter, and which of its lines: cheap looks before anything becomes a libcst tree.

The sieve looks at bytes. The mask blanks the statements that no rule can speak about and keeps
every line where it was, so that a place in the masked text is the place in the file.
Both are sound: what the analysis of the whole file would report, they let through.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from ssot_lint.parsing import parse, walk
from ssot_lint.screens import SCREENS, Screen, Statement, words_of
from ssot_lint.settings import Settings
from ssot_lint.source import (
    decode,
    drop_form_feeds,
    fold_letters,
    line_end,
    may_fold,
    split_lines,
)
from ssot_lint.words import kind_of

# As PEP 263 defines it: a comment in one of the first two lines.
_TRIES: tuple[type[ast.AST], ...] = (ast.Try,)
if sys.version_info >= (3, 11):
    _TRIES = (ast.Try, ast.TryStar)

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_IMPORTS = (ast.Import, ast.ImportFrom)
_WORD = re.compile(r"\w+")
_TELLING = (
    ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.Call, ast.ClassDef,
    *_TRIES,
)  # fmt: skip

_COOKIE = re.compile(rb"(?:[^\r\n]*\r?\n)?[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-\w.]+)")
_PLAIN_ENCODINGS = frozenset({b"utf-8", b"utf8", b"ascii", b"latin-1", b"iso-8859-1", b"cp1252"})


class Screening:
    """The screens of some rules under given settings, with what can be prepared for all files."""

    def __init__(self, codes: Iterable[str], settings: Settings) -> None:
        wanted = frozenset(codes)
        self.settings = settings
        self.screens = [kind(settings) for kind in SCREENS if kind.code in wanted]
        self.patterns = {
            screen.code: re.compile(screen.pattern) for screen in self.screens if screen.triggers
        }
        self.sieve = Sieve(self.screens)


class Sieve:
    """Tells from the bytes of a file whether any rule could speak about it."""

    def __init__(self, screens: Iterable[Screen]) -> None:
        active = [screen for screen in screens if screen.triggers]
        plain = {word for screen in active if not screen.needs for word in screen.triggers}
        # NUL: a file in UTF-16 must be refused, not taken as clean.
        self._words = _encoded({*plain, "\0"})
        self._demanding = [
            (
                _encoded(screen.triggers),
                [[re.compile(one.encode()) for one in choices] for choices in screen.needs],
            )
            for screen in active
            if screen.needs
        ]
        self._idle = not active

    def lets_through(self, source: bytes) -> bool:
        """Whether a file of these bytes can hold anything that a rule speaks about."""
        if self._idle:
            return False
        if self._finds(source):
            return True
        return self._may_be_spelled_otherwise(source) and self._finds_decoded(source)

    def _finds(self, source: bytes) -> bool:
        # Looked for one by one, which is twice as fast as one regular expression for all.
        if any(word in source for word in self._words):
            return True
        return any(
            any(word in source for word in words)
            and all(any(one.search(source) for one in choices) for choices in needs)
            for words, needs in self._demanding
        )

    @staticmethod
    def _may_be_spelled_otherwise(source: bytes) -> bool:
        """Whether the bytes of a word may differ from its ASCII form."""
        cookie = _COOKIE.match(source)
        if cookie is not None and cookie[1].lower() not in _PLAIN_ENCODINGS:
            return True
        return not source.isascii() and may_fold(source)

    def _finds_decoded(self, source: bytes) -> bool:
        try:
            text = decode(source)
        except (SyntaxError, UnicodeError, LookupError):
            return True
        folded = fold_letters(text).encode("utf-8", "surrogatepass")
        return self._finds(folded)


@dataclass(frozen=True)
class Excerpt:
    """A text, and what is left of it when all that cannot matter is blanked."""

    text: str
    tree: ast.Module
    """Of the text with its letters folded and without form feeds, as `plain`."""
    plain: str
    masked: str
    feeds: Mapping[int, int]
    """How many form feeds begin a row."""

    @classmethod
    def of(cls, text: str, screening: Screening, *, focus: bool = True) -> Excerpt:
        """Without `focus` nothing is blanked. Raises NotAnalysedError."""
        tree = parse(text)
        folded = text
        if not text.isascii() and may_fold(text.encode("utf-8", "surrogatepass")):
            folded = fold_letters(text)
        lines, feeds = drop_form_feeds(split_lines(folded))
        plain = "".join(lines)
        masked = mask(plain, tree, screening) if focus else plain
        return cls(text, tree, plain, masked, feeds)


def mask(text: str, tree: ast.Module, screening: Screening) -> str:
    """`text` with every statement blanked that cannot matter; lines and columns stay.

    `tree` is `ast.parse(text)`; `text` has been through `fold_letters`. Kept are all imports,
    and every statement outside functions and every function that a rule could speak about or
    that binds a name it speaks of; with the headers of the classes around.
    """
    lines = split_lines(text)
    units = list(_units(tree.body, None, lines))
    words = _Words(screening, text)
    words.learn_takers(units)
    kept: set[_Unit] = set()
    waiting = units
    while True:
        fresh = [unit for unit in waiting if words.concern(unit)]
        if not fresh:
            break
        kept.update(fresh)
        waiting = [unit for unit in waiting if unit not in kept]
        words.learn_all(kept)
    if not any(words.may_matter(unit) for unit in kept):
        kept.clear()  # imports and what is bound, but nothing to speak about
    rows = _rows(units, kept)
    return "".join(
        line if row in rows else line_end(line) for row, line in enumerate(lines, start=1)
    )


@dataclass(frozen=True, eq=False)
class _Unit:
    """The smallest part that is kept or blanked, with its rows from 1.

    A statement outside functions, or the header of a class whose body is units of its own.
    """

    node: ast.stmt
    first: int
    last: int
    code: str
    owner: _Unit | None
    is_header: bool = False

    @cached_property
    def holds_import(self) -> bool:
        """Whether it imports something outside functions."""
        if isinstance(self.node, (*_FUNCTIONS, ast.ClassDef)) or "import" not in self.names:
            return False
        return any(isinstance(node, _IMPORTS) for node in self.statement.nodes)

    @cached_property
    def names(self) -> frozenset[str]:
        """The words in the code, those in strings and comments too."""
        return frozenset(_WORD.findall(self.code))

    @cached_property
    def statement(self) -> Statement:
        return Statement(self.node)

    @cached_property
    def telling(self) -> list[ast.AST]:
        """The nodes in it that bind names or call functions."""
        if self.is_header:
            return [self.node]
        return [inner for inner in self.statement.nodes if isinstance(inner, _TELLING)]


def _units(body: list[ast.stmt], owner: _Unit | None, lines: list[str]) -> Iterator[_Unit]:
    for node in body:
        first, last = _first_row(node), node.end_lineno or node.lineno
        inside: list[ast.stmt] = []
        if isinstance(node, ast.ClassDef) and _first_row(node.body[0]) > _header_row(node):
            inside = node.body
            last = _first_row(inside[0]) - 1
        code = "".join(lines[first - 1 : last])
        unit = _Unit(node, first, last, code, owner, bool(inside))
        yield unit
        yield from _units(inside, unit, lines)


def _first_row(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _header_row(node: ast.ClassDef) -> int:
    """The last row on which the header of a class is known to be."""
    parts: list[ast.expr] = [*node.bases, *(keyword.value for keyword in node.keywords)]
    return max([node.lineno, *(part.end_lineno or 0 for part in parts)])


def _rows(units: list[_Unit], kept: set[_Unit]) -> set[int]:
    """The rows of the units that stay, with what they cannot stand without."""
    keep = set(kept)
    for unit in units:
        whole_class = unit.owner is not None and unit.owner in kept
        if whole_class:
            # A header that is kept for its own sake needs a body.
            keep.add(unit)
            if unit.is_header:
                kept.add(unit)
    for unit in list(keep):
        owner = unit.owner
        while owner is not None:
            keep.add(owner)
            owner = owner.owner
    for unit in units:
        # The fields of a class are the parameters of its constructor, in order.
        if isinstance(unit.node, ast.AnnAssign) and unit.owner in keep:
            keep.add(unit)
    _add_neighbours(units, keep)
    _add_neighbours(units[::-1], keep)
    return {row for unit in keep for row in range(unit.first, unit.last + 1)}


def _add_neighbours(units: list[_Unit], keep: set[_Unit]) -> None:
    """Statements on the same row, behind a semicolon, stay together."""
    for one, other in pairwise(units):
        if one in keep and max(one.first, other.first) <= min(one.last, other.last):
            keep.add(other)


class _Words:
    """The words that make a unit matter; grows with what the kept units bind."""

    def __init__(self, screening: Screening, text: str) -> None:
        self._settings = settings = screening.settings
        self._screens = [
            (screen, pattern)
            for screen in screening.screens
            if (pattern := screening.patterns.get(screen.code)) and pattern.search(text)
        ]
        self._spoken: set[str] = set()
        """Names bound to what triggers a rule: it may speak wherever they are mentioned."""
        self._triggers = {word for screen, _ in self._screens for word in screen.triggers}
        self._binding = {part for name in settings.known_names for part in name.split(".")}
        self._binding.update(word for screen, _ in self._screens for word in screen.depends_on)
        """What the spoken words stand for is decided where one of these is bound."""
        self._generator_words = frozenset(
            part for name in settings.generator_names for part in name.split(".")[-2:]
        )
        self._makers = {name.rpartition(".")[2] for name in settings.generator_names}
        self._makers |= {"getattr", "__import__", "import_module"}
        """Functions whose result may stand for something that matters."""
        self._kinds = tuple(kind for kind, _ in settings.id_prefixes if kind in self._triggers)
        self._users = frozenset(re.findall(_any_ending(settings.user_ids), text))
        """Names that may hold a user."""
        self._takers: dict[str, list[_Unit]] = {}
        """Functions and classes of this file that take an id, and where they are defined."""
        self._wanted: set[_Unit] = set()
        self._speaking: dict[_Unit, bool] = {}

    def _count(self) -> int:
        return len(self._spoken) + len(self._binding) + len(self._takers)

    def learn_takers(self, units: list[_Unit]) -> None:
        """Find the functions and classes that a call may hand an id literal."""
        for unit in units:
            if not any(kind in unit.code for kind in self._kinds):
                continue
            for name in self._takers_in(unit):
                self._takers.setdefault(name, []).append(unit)

    def _takers_in(self, unit: _Unit) -> Iterator[str]:
        owner = unit.owner.node if unit.owner is not None else None
        if isinstance(owner, ast.ClassDef) and self._takes_id(owner, unit.node):
            yield owner.name
        for inner in [] if unit.is_header else unit.statement.nodes:
            if self._takes_id(inner, inner):
                yield getattr(inner, "name", "")
            if isinstance(inner, ast.ClassDef) and any(
                self._takes_id(inner, statement) for statement in inner.body
            ):
                yield inner.name

    def _takes_id(self, owner: ast.AST, statement: ast.AST) -> bool:
        """Whether `statement` makes calls of `owner`, itself or a class around it, take an id."""
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name)):
                return isinstance(owner, ast.ClassDef) and kind_of(name, self._kinds) is not None
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                if owner is statement or name == "__init__":
                    parameters = [*statement.args.posonlyargs, *statement.args.args]
                    return any(kind_of(item.arg, self._kinds) for item in parameters)
        return False

    def concern(self, unit: _Unit) -> bool:
        """Whether the unit must be kept."""
        if unit in self._wanted or unit.holds_import or self._mentions(unit) or self._speaks(unit):
            return True
        node = unit.node
        if isinstance(node, _FUNCTIONS):
            if node.name in self._binding or node.name in self._spoken:
                return True
            if "global" not in unit.code and ":=" not in unit.code:
                return False
        return not unit.names.isdisjoint(self._binding)

    def may_matter(self, unit: _Unit) -> bool:
        """Whether a rule may speak about the unit, once all words are learned."""
        if self._speaks(unit):
            return True
        return not isinstance(unit.node, _IMPORTS) and (
            unit in self._wanted or self._mentions(unit)
        )

    def _mentions(self, unit: _Unit) -> bool:
        return not unit.names.isdisjoint(self._spoken)

    def _speaks(self, unit: _Unit) -> bool:
        """Whether a rule could speak about the unit for what it holds itself."""
        if unit not in self._speaking:
            self._speaking[unit] = any(
                self._could_speak(screen, pattern, unit) for screen, pattern in self._screens
            )
        return self._speaking[unit]

    def _could_speak(self, screen: Screen, pattern: re.Pattern[str], unit: _Unit) -> bool:
        mentioned = pattern.search(unit.code) is not None
        if unit.is_header:
            return mentioned
        if not mentioned and not (screen.follows_calls and self._calls_taker(unit)):
            return False
        return screen.could_speak(unit.statement, self._takers.keys())

    def _calls_taker(self, unit: _Unit) -> bool:
        return not unit.names.isdisjoint(self._takers)

    def learn_all(self, kept: set[_Unit]) -> None:
        """Add the names that the kept units bind to something that matters.

        Again and again, because a name learned from one may give meaning to another.
        """
        while True:
            before = self._count()
            for unit in kept:
                self._learn(unit)
            if self._count() == before:
                return

    def _learn(self, unit: _Unit) -> None:
        for inner in unit.telling:
            if isinstance(inner, _IMPORTS):
                for alias in inner.names:
                    if alias.asname is not None:
                        self._alias(alias.name.rpartition(".")[2], alias.asname)
                        self._alias(alias.name.partition(".")[0], alias.asname)
            elif isinstance(inner, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
                targets = inner.targets if isinstance(inner, ast.Assign) else [inner.target]
                for target in targets:
                    self._learn_assignment(target, inner.value)
                if isinstance(inner, ast.AnnAssign) and self._names_generator(inner.annotation):
                    self._spoken.update(_plain_names(inner.target))
            elif isinstance(inner, ast.Call):
                self._want_taker(inner)
                self._learn_arguments(inner, unit)
            elif isinstance(inner, _TRIES):
                self._learn_flags(inner)
            elif isinstance(inner, ast.ClassDef):
                self._learn_heir(inner)

    def _learn_arguments(self, call: ast.Call, unit: _Unit) -> None:
        """What ids made outside functions depend on: the names around, and the user at hand."""
        if isinstance(unit.node, _FUNCTIONS):
            return
        match call.func:
            case ast.Attribute(attr=name) | ast.Name(id=name):
                settings = self._settings
                if name in self._spoken or name in (settings.context_method, settings.id_method):
                    names = (n.id for n in unit.statement.nodes if isinstance(n, ast.Name))
                    self._binding.update(self._users, names)
                elif name in self._triggers:
                    self._binding.update(self._users)

    def _learn_assignment(self, target: ast.expr, value: ast.expr | None) -> None:
        for leaf in self._leaves(value):
            for name in _plain_names(target):
                self._alias(leaf, name)
            if isinstance(target, ast.Attribute) and leaf in self._makers:
                self._spoken.add(target.attr)  # self.generator = UnifiedIdGenerator()

    def _names_generator(self, annotation: ast.expr) -> bool:
        parts = (word for node in walk(annotation) for word in words_of(node))
        return any(maker in part for part in parts for maker in self._makers)

    def _want_taker(self, call: ast.Call) -> None:
        """A function that takes an id and is called here stays, with what may shadow it."""
        match call.func:
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in self._takers:
                self._wanted.update(self._takers[name])
                self._binding.add(name)

    def _alias(self, source: str, target: str) -> None:
        if source in self._triggers or source in self._spoken:
            self._spoken.add(target)
        elif source in self._binding:
            self._binding.add(target)
        if source in self._makers:
            self._makers.add(target)

    def _learn_heir(self, node: ast.ClassDef) -> None:
        """A class derived from the generator makes ids, too."""
        if any(leaf in self._makers for base in node.bases for leaf in self._leaves(base)):
            self._makers.add(node.name)
            self._spoken.add(node.name)

    def _learn_flags(self, node: ast.AST) -> None:
        """`HAS_GENERATOR = False` where the import of the generator failed, and the like."""
        inside = walk(node)
        imported = {
            alias.name.rpartition(".")[2]
            for inner in inside
            if isinstance(inner, _IMPORTS)
            for alias in inner.names
        }
        if imported.isdisjoint(self._generator_words):
            return
        for inner in inside:
            match inner:
                case ast.Assign(targets=targets, value=ast.Constant(value=None | False | True)):
                    for target in targets:
                        self._spoken.update(_plain_names(target))
                case ast.AnnAssign(target=target, value=ast.Constant(value=None | False | True)):
                    self._spoken.update(_plain_names(target))

    def _leaves(self, value: ast.expr | None) -> Iterator[str]:
        """The names that the value of an expression can be taken from."""
        match value:
            case ast.Name(id=name):
                yield name
            case ast.Attribute(attr=name, value=owner):
                yield name
                yield from self._leaves(owner)
            case ast.Call(func=function, args=arguments):
                called = list(self._leaves(function))
                if any(name in self._makers for name in called):
                    yield from called
                    for argument in arguments:
                        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                            yield argument.value.partition(".")[0]
            case ast.IfExp(body=one, orelse=other):
                yield from self._leaves(one)
                yield from self._leaves(other)
            case ast.BoolOp(values=items) | ast.Tuple(elts=items) | ast.List(elts=items):
                for item in items:
                    yield from self._leaves(item)
            case ast.NamedExpr(value=inner) | ast.Await(value=inner):
                yield from self._leaves(inner)


def _plain_names(target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, (ast.Tuple, ast.List)):
        for element in target.elts:
            yield from _plain_names(element)


def _any_ending(endings: Iterable[str]) -> str:
    """A pattern for the words that end in one of the endings; never matches when there is none."""
    alternatives = "|".join(map(re.escape, sorted(endings)))
    return rf"\b\w*(?:{alternatives})\b" if alternatives else "(?!)"


def _encoded(words: Iterable[str]) -> list[bytes]:
    """The words, without those that hold another one of them."""
    return [
        word.encode()
        for word in sorted(words)
        if not any(other != word and other in word for other in words)
    ]
