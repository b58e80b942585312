"""Can a file matter, and which of its lines: cheap looks before anything becomes a libcst tree.

The sieve looks at bytes. The mask blanks the statements that no rule can speak about and keeps
every line where it was, so that a place in the masked text is the place in the file.
Both are sound: what the analysis of the whole file would report, they let through.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ssot_lint.ids import kind_of
from ssot_lint.settings import Settings
from ssot_lint.source import decode, line_end, split_lines

# The letters outside ASCII that are ASCII letters or digits to Python's identifiers, and some
# more: a fullwidth `uuid` is `uuid` (PEP 3131, NFKC). In UTF-8; a test holds this complete.
_FOLDING_LETTERS = re.compile(
    rb"\xc2[\xaa\xba]|\xc4[\xb2\xb3]|\xc5\xbf|\xc7[\x87-\xb3]|\xca[\xb0-\xb8]|\xcb[\xa1-\xa3]"
    rb"|\xe1[\xb4-\xb6]|\xe2[\x81\x82\x84\x85\xb1]|\xea\x9f|\xef[\xac\xb8\xb9\xbc\xbd]"
    rb"|\xf0\x90\x9e|\xf0\x9d|\xf0\x9f\xaf"
)
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=]", re.MULTILINE)


class Sieve:
    """Tells from the bytes of a file whether any rule could speak about it."""

    def __init__(self, triggers: Iterable[str]) -> None:
        words = sorted(set(triggers))
        # NUL: a file in UTF-16 must be refused, not taken as clean.
        self._pattern = re.compile("|".join(map(re.escape, [*words, "\0"])).encode())
        self._idle = not words

    def lets_through(self, source: bytes) -> bool:
        """Whether a file of these bytes can hold anything that a rule speaks about."""
        if self._idle:
            return False
        if self._pattern.search(source):
            return True
        return not source.isascii() and self._in_other_letters(source)

    def _in_other_letters(self, source: bytes) -> bool:
        if not _FOLDING_LETTERS.search(source) and not _COOKIE.search(source[:400]):
            return False
        try:
            text = decode(source)
        except (SyntaxError, UnicodeDecodeError):
            return True
        return self._pattern.search(_folded(text).encode("utf-8", "surrogatepass")) is not None


def mask(text: str, tree: ast.Module, triggers: Iterable[str], settings: Settings) -> str:
    """`text` with every statement blanked that cannot matter; lines and columns stay.

    `tree` is `ast.parse(text)`, `triggers` the words of the rules that run. Kept are all
    imports and every statement outside functions, and every function, that mentions a trigger,
    a name bound to one, or binds such a name; with the headers of the classes around.
    """
    lines = split_lines(text)
    units = list(_units(tree.body, None))
    words = _Words(frozenset(triggers), settings)
    kept: set[_Unit] = set()
    waiting = [(unit, _folded("".join(lines[unit.first - 1 : unit.last]))) for unit in units]
    while True:
        fresh = [unit for unit, code in waiting if words.concern(unit, code)]
        if not fresh:
            break
        kept.update(fresh)
        waiting = [(unit, code) for unit, code in waiting if unit not in kept]
        for unit in fresh:
            words.learn(unit.node)
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
    owner: _Unit | None
    is_header: bool = False

    @cached_property
    def holds_import(self) -> bool:
        if isinstance(self.node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            return False
        return any(isinstance(n, (ast.Import, ast.ImportFrom)) for n in ast.walk(self.node))


def _units(body: list[ast.stmt], owner: _Unit | None) -> Iterator[_Unit]:
    for node in body:
        first, last = _first_row(node), node.end_lineno or node.lineno
        if isinstance(node, ast.ClassDef) and _first_row(node.body[0]) > _header_row(node):
            header = _Unit(node, first, _first_row(node.body[0]) - 1, owner, is_header=True)
            yield header
            yield from _units(node.body, header)
        else:
            yield _Unit(node, first, last, owner)


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
    for one, other in zip(units, units[1:], strict=False):
        if one in keep and max(one.first, other.first) <= min(one.last, other.last):
            keep.add(other)


class _Words:
    """The words that make a unit matter; grows with what the kept units bind."""

    def __init__(self, triggers: frozenset[str], settings: Settings) -> None:
        self._triggers = triggers
        self._spoken: set[str] = set()
        """What is reported stands where a trigger or one of these is mentioned."""
        self._binding = {name.partition(".")[0] for name in settings.known_names}
        self._binding |= {name.rpartition(".")[2] for name in settings.known_names}
        """What those stand for is decided where one of these is bound."""
        self._called: set[str] = set()
        """Functions of this file that take an id, which a call may hand them."""
        self._makers = {name.rpartition(".")[2] for name in settings.generator_names}
        self._makers |= {"getattr", "__import__", "import_module"}
        """Functions whose result may stand for something that matters."""
        self._kinds = tuple(kind for kind, _ in settings.id_prefixes if kind in triggers)
        self._compile()

    def _compile(self) -> None:
        anywhere = "|".join(map(re.escape, sorted(self._triggers)))
        self._speaks = re.compile(f"{anywhere}|{_any_word(self._spoken)}")
        self._binds = re.compile(_any_word(self._binding | self._spoken | self._called))
        self._calls = re.compile(_any_word(self._called) + r"[\s\\]*\(")
        self._size = self._count()

    def _count(self) -> int:
        return len(self._spoken) + len(self._binding) + len(self._called)

    def concern(self, unit: _Unit, code: str) -> bool:
        """Whether the unit, whose folded source is `code`, must be kept."""
        if self._size != self._count():
            self._compile()
        if unit.holds_import or self._speaks.search(code) or self._calls.search(code):
            return True
        node = unit.node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return bool(self._binds.fullmatch(node.name)) or (
                "global" in code and self._binds.search(code) is not None
            )
        return self._binds.search(code) is not None

    def learn(self, node: ast.stmt) -> None:
        """Add the names that a kept statement binds to something that matters."""
        for inner in ast.walk(node):
            if isinstance(inner, (ast.Import, ast.ImportFrom)):
                for alias in inner.names:
                    if alias.asname is not None:
                        self._alias(alias.name.rpartition(".")[2], alias.asname)
                        self._alias(alias.name.partition(".")[0], alias.asname)
            elif isinstance(inner, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
                targets = inner.targets if isinstance(inner, ast.Assign) else [inner.target]
                for name in (name for target in targets for name in _plain_names(target)):
                    for leaf in self._leaves(inner.value):
                        self._alias(leaf, name)
            elif isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._learn_function(inner)
            elif isinstance(inner, ast.ClassDef):
                self._learn_class(inner)
            elif isinstance(inner, ast.Try):
                self._learn_flags(inner)

    def _alias(self, source: str, target: str) -> None:
        if source in self._triggers or source in self._spoken:
            self._spoken.add(target)
        elif source in self._binding:
            self._binding.add(target)
        if source in self._makers:
            self._makers.add(target)

    def _learn_function(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        parameters = [*function.args.posonlyargs, *function.args.args]
        if any(kind_of(parameter.arg, self._kinds) for parameter in parameters):
            self._called.add(function.name)

    def _learn_class(self, owner: ast.ClassDef) -> None:
        for statement in owner.body:
            match statement:
                case ast.AnnAssign(target=ast.Name(id=name)) if kind_of(name, self._kinds):
                    self._called.add(owner.name)
                case ast.FunctionDef(name="__init__", args=arguments):
                    if any(kind_of(argument.arg, self._kinds) for argument in arguments.args):
                        self._called.add(owner.name)

    def _learn_flags(self, node: ast.Try) -> None:
        """`HAS_GENERATOR = False` where the import of the generator failed."""
        imports = [n for part in node.body for n in ast.walk(part)]
        if not any(isinstance(n, (ast.Import, ast.ImportFrom)) for n in imports):
            return
        for inner in (n for handler in node.handlers for n in ast.walk(handler)):
            if isinstance(inner, ast.Assign) and isinstance(inner.value, ast.Constant):
                if inner.value.value in (None, False):
                    names = (name for target in inner.targets for name in _plain_names(target))
                    self._spoken.update(names)

    def _leaves(self, value: ast.expr | None) -> Iterator[str]:
        """The names that the value of an expression can be taken from."""
        match value:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                yield name
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


def _any_word(words: Iterable[str]) -> str:
    """A pattern for any of the words; one that never matches when there is none."""
    alternatives = "|".join(map(re.escape, sorted(words)))
    return rf"\b(?:{alternatives})\b" if alternatives else "(?!)"


def _folded(text: str) -> str:
    """Identifiers as Python reads them: in NFKC form (PEP 3131)."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)
