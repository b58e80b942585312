"""The mask: which statements of a file could matter to a rule. The others are blanked.

Lines and columns stay, so that a place in the masked text is the place in the file. Sound: what
the analysis of the whole file would report, the masked text still holds. Works on `ast` and on
searches in the text, because most files hold nothing and must not cost more than that.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Collection, Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import pairwise

from ssot_lint.analysis.source.text import line_end, split_lines
from ssot_lint.analysis.syntax.parsing import FUNCTIONS, TRIES, names_bound, walk
from ssot_lint.config.settings import Settings
from ssot_lint.engine.units import IMPORTS, Finder, Rows, Unit, units_of
from ssot_lint.ids.kinds import kind_of
from ssot_lint.ids.statements import words_of
from ssot_lint.rules.triggers import Trigger

_CONSTRUCTORS = frozenset({"__init__", "__new__"})
_REFLECTING = frozenset({"getattr", "__import__", "import_module"})
_DEFINITION = re.compile(r"\b(?:def|class)\b")
_LINES = re.compile(r"[^\r\n]+")
# What a file may hide by a name of its own: `str` is then no `str`.
_BUILTINS = frozenset(vars(builtins))


def mask(
    text: str,
    tree: ast.Module,
    triggers: Iterable[Trigger],
    settings: Settings,
    around: Collection[int] | None = None,
) -> str:
    """`text` with every statement blanked that cannot matter; lines and columns stay.

    `tree` is `ast.parse(text)`; `text` has been through `fold_letters`. Kept is every statement
    outside functions and every function that a rule could speak about or that binds a name it
    speaks of; with the headers of the classes around and the imports of what is mentioned there.
    Where no rule could speak about anything, nothing is kept.

    With `around`, only what is said about these rows matters: other functions go.
    """
    lines = split_lines(text)
    units = list(units_of(tree.body, None, Rows(lines)))
    choice = _Choice(triggers, settings, Finder(text, lines, units))
    kept = choice.kept()
    if around is not None:
        kept = {unit for unit in kept if not _is_aside(unit, around)}
    if not kept:
        return _LINES.sub("", text)
    rows = _rows(units, kept, choice)
    return _blanked(lines, rows)


def _is_aside(unit: Unit, rows: Collection[int]) -> bool:
    """Whether it is a function on none of the rows that tells the rest of the file nothing."""
    if not unit.is_function or _is_of_constructor(unit) or unit.binds_outside():
        return False
    return not any(row in rows for row in range(unit.first, unit.last + 1))


def _blanked(lines: list[str], rows: Collection[int]) -> str:
    """The lines on these rows, from 1, and the ends of all others."""
    if not any("\r" in line for line in lines):
        shown = ["\n"] * len(lines)
        for row in rows:
            shown[row - 1] = lines[row - 1]
        if lines and len(lines) not in rows:
            shown[-1] = line_end(lines[-1])
        return "".join(shown)
    shown = [line if row in rows else line_end(line) for row, line in enumerate(lines, start=1)]
    if any(line.endswith("\r") for line in lines):
        for index in range(len(shown) - 1, 0, -1):
            before = shown[index - 1]
            # A lone CR and an LF behind it would be one end of a line.
            if shown[index] == "\n" and before.endswith("\r"):
                shown[index - 1] = before[:-1] + "\n"
    return "".join(shown)


def _rows(units: list[Unit], kept: set[Unit], choice: _Choice) -> set[int]:
    """The rows of the units that stay, with what they cannot stand without."""
    keep = set(kept)
    whole: set[Unit] = set()
    bodies: dict[Unit, list[Unit]] = {}
    for unit in units:
        owner = unit.owner
        if owner is None:
            continue
        bodies.setdefault(owner, []).append(unit)
        if owner in whole or (owner in kept and choice.speaks_of_class(owner)):
            keep.add(unit)
            whole.add(owner)
            if unit.is_header:
                whole.add(unit)
    for owner in choice.owners_of_takers & bodies.keys():
        keep.update(filter(_is_of_constructor, bodies[owner]))
    for unit in list(keep):
        around = unit.owner
        while around is not None:
            keep.add(around)
            around = around.owner
    for owner, body in reversed(bodies.items()):
        if owner in keep and keep.isdisjoint(body):
            # A header needs a body.
            keep.add(min(body, key=lambda unit: (unit.is_header, unit.last - unit.first)))
    _add_neighbours(units, keep)
    _add_neighbours(units[::-1], keep)
    return {row for unit in keep for row in range(unit.first, unit.last + 1)}


def _is_of_constructor(unit: Unit) -> bool:
    """Whether it says what a class is made of: fields in order, or the method that takes them."""
    if isinstance(unit.node, ast.AnnAssign):
        return True
    return isinstance(unit.node, FUNCTIONS) and unit.node.name in _CONSTRUCTORS


def _add_neighbours(units: list[Unit], keep: set[Unit]) -> None:
    """Statements on the same row, behind a semicolon, stay together."""
    for one, other in pairwise(units):
        if one in keep and max(one.first, other.first) <= min(one.last, other.last):
            keep.add(other)


class _Choice:
    """Chooses the units that stay; the words that decide grow with what the kept ones bind."""

    def __init__(self, triggers: Iterable[Trigger], settings: Settings, finder: Finder) -> None:
        self._settings = settings
        self._finder = finder
        self._candidates: list[tuple[Trigger, frozenset[Unit]]] = []
        """The units in which words of a trigger stand."""
        for trigger in triggers:
            if finder.holds_any(trigger):
                self._candidates.append((trigger, self._holding_cause(trigger)))
        found = [trigger for trigger, _ in self._candidates]
        self._triggers = {word for trigger in found for word in trigger.any_of}
        self._spoken: set[str] = set()
        """Names bound to what triggers a rule: it may speak wherever they are mentioned."""
        self._binding = {part for name in settings.known_names for part in name.split(".")}
        self._binding.update(word for trigger in found for word in trigger.depends_on)
        """What the spoken words stand for is decided where one of these is bound."""
        self._generator_words = frozenset(
            part for name in settings.generator_names for part in name.split(".")[-2:]
        )
        self._makers = {name.rpartition(".")[2] for name in settings.generator_names}
        """Functions whose result may stand for something that matters."""
        self._reflecting = set(_REFLECTING)
        """Functions that give what they are told the name of."""
        self._kinds = tuple(kind for kind, _ in settings.id_prefixes if kind in self._triggers)
        self._takers = self._find_takers()
        """Functions and classes of this file that take an id, and where they are defined."""
        self._wanted: set[Unit] = set()
        self._inside: set[str] = set()
        """Names that imports in functions bind: at module level they may be something else."""

    def kept(self) -> set[Unit]:
        """The units that stay, but for what these cannot stand without."""
        speaking = self._speaking
        holding = self._finder.holding("import")
        kept = {*speaking, *(unit for unit in holding if unit.holds_import())}
        while True:
            self._learn_all(kept)
            fresh = self._concerned() - kept
            if not fresh:
                break
            kept |= fresh
        # Imports, what is bound and what is called matter only to what speaks or uses them.
        may_matter = speaking | self._mentioned()
        if all(isinstance(unit.node, IMPORTS) for unit in may_matter):
            return set()
        others = [unit for unit in kept if not isinstance(unit.node, IMPORTS)]
        words = self._binding.union(*self._names_of(others))
        return {*others, *(unit for unit in kept if unit.imports_any(words))}

    def speaks_of_class(self, header: Unit) -> bool:
        """Whether a class matters as a whole, not for what stands in its header alone."""
        name = getattr(header.node, "name", "")
        return name in self._spoken or header in self._speaking or header in self._mentioned()

    def _holding_cause(self, trigger: Trigger) -> frozenset[Unit]:
        """The units that hold what a rule may speak about by itself."""
        if trigger.cause is not None:
            return self._finder.matching(trigger.cause)
        return frozenset().union(*map(self._finder.holding, trigger.pieces))

    @property
    def owners_of_takers(self) -> set[Unit]:
        """The classes whose constructors are called here and take an id."""
        return {unit.owner for unit in self._wanted if unit.owner is not None}

    # Which units matter

    @cached_property
    def _speaking(self) -> frozenset[Unit]:
        """The units about which a rule could speak for what they hold themselves."""
        speaking: set[Unit] = set()
        for trigger, units in self._candidates:
            candidates: AbstractSet[Unit] = units
            if trigger.follows_calls:
                candidates = units | self._finder.mentioning_any(self._takers)
            for unit in candidates - speaking:
                if not unit.is_text and trigger.could_speak(unit.statement, self._takers.keys()):
                    speaking.add(unit)
        return frozenset(speaking)

    def _mentioned(self) -> set[Unit]:
        """The units that mention what stands for something a rule speaks of."""
        return self._finder.mentioning_any(self._spoken)

    def _concerned(self) -> set[Unit]:
        """The units that must be kept for the words known so far."""
        loose = (*self._loose, *self._sharing)
        # By the names, which a thousand statements on one row share.
        bind = {id(names): not names.isdisjoint(self._binding) for names in self._names_of(loose)}
        bound = {unit for unit in loose if bind[id(unit.names)]}
        words = self._binding | self._spoken
        named = {unit for name, units in self._functions.items() if name in words for unit in units}
        hiding = {
            unit
            for name, units in self._binders.items()
            if name in _BUILTINS or name in self._inside
            for unit in units
        }
        return bound | named | hiding | self._mentioned() | self._wanted

    @staticmethod
    def _names_of(units: Iterable[Unit]) -> Iterable[frozenset[str]]:
        return {id(unit.names): unit.names for unit in units}.values()

    @cached_property
    def _binders(self) -> dict[str, list[Unit]]:
        """The units that bind a name at module level, by name; without imports."""
        found: dict[str, list[Unit]] = {}
        for unit in self._finder.units:
            if unit.owner is None and not isinstance(unit.node, IMPORTS):
                for name in _names_bound(unit.node):
                    found.setdefault(name, []).append(unit)
        return found

    @cached_property
    def _functions(self) -> dict[str, list[Unit]]:
        found: dict[str, list[Unit]] = {}
        for unit in self._finder.units:
            if isinstance(unit.node, FUNCTIONS):
                found.setdefault(unit.node.name, []).append(unit)
        return found

    @cached_property
    def _loose(self) -> list[Unit]:
        """The units outside functions: these bind names for others."""
        return [u for u in self._finder.units if not u.is_function and not u.is_text]

    @cached_property
    def _sharing(self) -> set[Unit]:
        """The functions that bind names of the module."""
        finder = self._finder
        units = finder.mentioning("global") | finder.holding(":=")
        return {unit for unit in units if unit.binds_outside()}

    # What takes ids

    def _find_takers(self) -> dict[str, list[Unit]]:
        """The functions and classes that a call may hand an id literal."""
        finder = self._finder
        holding = {unit for kind in self._kinds for unit in finder.holding(kind)}
        found: dict[str, list[Unit]] = {}
        for unit in finder.units:
            for name in self._takers_in(unit) if unit in holding else ():
                found.setdefault(name, []).append(unit)
        return found

    def _takers_in(self, unit: Unit) -> Iterator[str]:
        owner = unit.owner.node if unit.owner is not None else None
        if isinstance(owner, ast.ClassDef) and self._takes_id(owner, unit.node):
            yield owner.name
        for inner in self._definitions_in(unit):
            if self._takes_id(inner, inner):
                yield getattr(inner, "name", "")
            if isinstance(inner, ast.ClassDef) and any(
                self._takes_id(inner, statement) for statement in inner.body
            ):
                yield inner.name

    def _definitions_in(self, unit: Unit) -> Iterable[ast.AST]:
        """The functions and classes in a unit, itself among them; maybe more nodes."""
        if unit.is_header:
            return ()
        own = isinstance(unit.node, (*FUNCTIONS, ast.ClassDef))
        words = _DEFINITION.finditer(unit.code)
        if sum(1 for _ in words) > own:
            return unit.statement.nodes
        return (unit.node,)

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

    # What kept units tell

    def _count(self) -> int:
        words = (
            self._spoken,
            self._binding,
            self._makers,
            self._reflecting,
            self._wanted,
            self._inside,
        )
        return sum(len(known) for known in words)

    def _learn_all(self, kept: set[Unit]) -> None:
        """Add the names that the kept units bind to something that matters.

        Again and again, because a name learned from one may give meaning to another.
        """
        while True:
            before = self._count()
            for unit in kept:
                self._learn(unit)
            if self._count() == before:
                return

    def _learn(self, unit: Unit) -> None:
        if unit.is_function and unit not in self._sharing:
            self._learn_function(unit)
            return
        for inner in unit.telling:
            if isinstance(inner, IMPORTS):
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
            elif isinstance(inner, TRIES):
                self._learn_flags(inner)
            elif isinstance(inner, ast.ClassDef):
                self._learn_heir(inner)

    def _learn_function(self, unit: Unit) -> None:
        """Its variables are its own; the attributes it sets are those of others, too."""
        assigned: list[tuple[ast.expr, ast.expr | None]] = []
        own: set[str] = set()
        """Its variables that hold what the makers gave, or one of these."""
        for inner in unit.telling:
            if isinstance(inner, ast.Call):
                self._want_taker(inner)
            elif isinstance(inner, ast.Assign):
                assigned += [(target, inner.value) for target in inner.targets]
            elif isinstance(inner, (ast.AnnAssign, ast.NamedExpr)):
                assigned.append((inner.target, inner.value))
            elif isinstance(inner, IMPORTS):
                renamed = [alias for alias in inner.names if alias.asname is not None]
                self._inside.update(alias.asname or "" for alias in renamed)
                own.update(
                    alias.asname or ""
                    for alias in renamed
                    if alias.name.rpartition(".")[2] in self._makers
                )
        while True:
            before = len(own)
            for target, value in assigned:
                leaves = [leaf for leaf in self._leaves(value, own) if self._makes(leaf, own)]
                if leaves and isinstance(target, ast.Attribute):
                    self._spoken.add(target.attr)
                elif leaves:
                    own.update(_plain_names(target))
            if len(own) == before:
                return

    def _makes(self, name: str, own: AbstractSet[str]) -> bool:
        return name in self._makers or name in own

    def _learn_arguments(self, call: ast.Call, unit: Unit) -> None:
        """What ids made outside functions depend on: the names around, and the user at hand."""
        if isinstance(unit.node, FUNCTIONS):
            return
        match call.func:
            case ast.Attribute(attr=name) | ast.Name(id=name):
                settings = self._settings
                if name in self._spoken or name in (settings.context_method, settings.id_method):
                    self._binding.update(self._users, unit.variables)
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

    @cached_property
    def _users(self) -> frozenset[str]:
        """Names that may hold a user."""
        return frozenset(re.findall(_any_ending(self._settings.user_ids), self._finder.text))

    def _want_taker(self, call: ast.Call) -> None:
        """A function that takes an id and is called here stays, with what may shadow it."""
        match call.func:
            case ast.Attribute(attr="__init__", value=ast.Call(func=ast.Name(id="super"))):
                pass  # nobody knows of which class that is
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
        if source in self._reflecting:
            self._reflecting.add(target)

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
            if isinstance(inner, IMPORTS)
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

    def _leaves(self, value: ast.expr | None, own: AbstractSet[str] = frozenset()) -> Iterator[str]:
        """The names that the value of an expression can be taken from.

        `own` are the names that make something in the function around.
        """
        match value:
            case ast.Name(id=name):
                yield name
            case ast.Attribute(attr=name, value=owner):
                yield name
                yield from self._leaves(owner, own)
            case ast.Call(func=function, args=arguments):
                called = list(self._leaves(function, own))
                makes = any(self._makes(name, own) for name in called)
                if makes:
                    yield from called
                if makes or not self._reflecting.isdisjoint(called):
                    for argument in arguments:
                        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                            yield argument.value.partition(".")[0]
            case ast.IfExp(body=one, orelse=other):
                yield from self._leaves(one, own)
                yield from self._leaves(other, own)
            case ast.BoolOp(values=items) | ast.Tuple(elts=items) | ast.List(elts=items):
                for item in items:
                    yield from self._leaves(item, own)
            case ast.NamedExpr(value=inner) | ast.Await(value=inner):
                yield from self._leaves(inner, own)


def _names_bound(node: ast.stmt) -> Iterator[str]:
    """As `names_bound`; in less time for what most statements are."""
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        yield node.name
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _plain_names(target)
    elif not isinstance(node, ast.Expr):
        yield from names_bound(node)


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
