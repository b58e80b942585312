"""What known functions and methods do with the values that they are handed: rows of data.

Forward, all rows say where a value goes. Backward, those whose result is the value itself say what
a call is made of; there a function is known by its module, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal, TypeAlias

from ssot_lint.analysis.dataflow.access_paths import SUBSTRING, WHOLE, Label, Labels, Through

_ELEMENT, _KEY, _VALUE = Through.ELEMENT, Through.KEY, Through.VALUE
_ITERATED = frozenset({_ELEMENT, _KEY})
_TEXTS = (WHOLE, SUBSTRING)


class Port(Enum):
    """What of a call is handed the value."""

    FIRST = auto()  # its first argument
    SECOND = auto()
    LAST = auto()  # its last one, where there are several
    ANY = auto()  # any argument by position
    DEFAULT = auto()  # the keyword `default`
    RECEIVER = auto()  # what a method is called on


At: TypeAlias = "int | Literal[Port.DEFAULT] | None"
"""How a call is handed a value: by which index, from 0; None for what a method is called on."""


class Only(Enum):
    """Which values a row is about."""

    TEXTS = auto()  # the value itself, or a text that has it in it
    CONTAINERS = auto()  # what holds it in any other way
    NOT_WHOLE = auto()  # all but the value itself


_ARGUMENT = -1
"""Stands for the index of the argument."""


@dataclass(frozen=True)
class Row:
    """Functions or methods that give a value on.

    `taken` are the labels that lead to the value in what the call is handed, `given` those that
    lead to it in its result, or in what the method is called on: `enters`.
    """

    names: frozenset[str]
    port: Port
    taken: tuple[frozenset[Through] | Label, ...] = ()
    given: tuple[Label, ...] = ()
    only: Only | None = None
    enters: bool = False
    count: int | None = None
    """How many arguments the call has, where that tells it from others of the name."""
    unless_text_key: bool = False
    """Not for a key that is written out: it is the name of another field."""
    starred: bool = False
    """For `*values` only."""
    anywhere: bool = False
    """Whether an index that was known is not known in the result."""
    modules: frozenset[str] = frozenset()
    """Where functions of the names come from: for readers who have to be sure."""

    @property
    def is_same(self) -> bool:
        """Whether the result of the call is the value."""
        return not self.enters and not self.taken and not self.given

    def passes(self, labels: Labels, at: At, count: int, *, starred: bool = False) -> Labels | None:
        """Where the value is behind the call; None where the row does not give it on.

        `at` is the index of the argument, from 0; None for what a method is called on, and
        `DEFAULT` for what is handed over by that keyword.
        """
        if not self._is_at(at, count) or (self.starred != starred and self._minds_stars):
            return None
        if self.count not in (None, count) or not self._is_about(labels):
            return None
        for kind in self.taken:
            if isinstance(kind, Label):
                fits = labels.chain[:1] == (kind,)
            else:
                fits = labels.through in kind
            if not fits:
                return None
            labels = WHOLE if labels.through is Through.SUBSTRING else labels.inner
        if self.anywhere:
            labels = labels.anywhere
        for label in reversed(self.given):
            if label.through is Through.SUBSTRING:
                if labels not in _TEXTS:
                    return None
                labels = SUBSTRING
            else:
                index = at if label.at == _ARGUMENT and isinstance(at, int) else label.at
                labels = labels.within(label.through, index)
        return labels

    @property
    def _minds_stars(self) -> bool:
        return self.starred or any(label.at == _ARGUMENT for label in self.given)

    def _is_at(self, at: At, count: int) -> bool:
        if at is Port.DEFAULT or self.port is Port.DEFAULT:
            return at is self.port
        if at is None or self.port is Port.RECEIVER:
            return at is None and self.port is Port.RECEIVER
        if self.port is Port.LAST:
            return at == count - 1 > 0
        return self.port is Port.ANY or at == (0 if self.port is Port.FIRST else 1)

    def _is_about(self, labels: Labels) -> bool:
        if self.only is Only.TEXTS:
            return labels in _TEXTS
        if self.only is Only.CONTAINERS:
            return labels not in _TEXTS
        return self.only is None or labels != WHOLE


def _row(
    names: str,
    port: Port,
    *,
    taken: Iterable[frozenset[Through] | Label] = (),
    given: Iterable[Label] = (),
    only: Only | None = None,
    enters: bool = False,
    count: int | None = None,
    unless_text_key: bool = False,
    starred: bool = False,
    anywhere: bool = False,
    modules: str = "",
) -> Row:
    return Row(
        frozenset(names.split()),
        port,
        tuple(taken),
        tuple(given),
        only,
        enters,
        count,
        unless_text_key,
        starred,
        anywhere,
        frozenset(modules.split()),
    )


_each = (frozenset({_ELEMENT}),)
_iterated = (_ITERATED,)
_key = (frozenset({_KEY}),)
_value = (frozenset({_VALUE}),)

# What gives the result of a coroutine, or of a function that it is handed.
AWAITING = (
    "create_task ensure_future shield wait_for run_until_complete run run_coroutine_threadsafe"
)
LOOKUPS = frozenset({"get", "pop", "setdefault"})
"""Methods that look something up by a key, with a default behind it."""

ROWS: tuple[Row, ...] = (
    # The same value
    _row("str", Port.FIRST, only=Only.TEXTS, modules="builtins"),
    _row("copy deepcopy", Port.FIRST, only=Only.TEXTS, modules="copy"),
    _row("cast", Port.ANY, only=Only.TEXTS, modules="typing typing_extensions"),
    _row(AWAITING, Port.FIRST, only=Only.TEXTS),
    _row("get pop setdefault getattr getenv next", Port.LAST, only=Only.TEXTS),  # the default
    _row("get pop getenv min max first last one only", Port.DEFAULT, only=Only.TEXTS),
    _row(f"copy deepcopy {AWAITING}", Port.ANY, only=Only.CONTAINERS),
    _row("copy result", Port.RECEIVER),  # of a task
    # The same text in another case, with other letters, or without what stands around it
    _row(
        "lower upper casefold title capitalize swapcase strip lstrip rstrip replace translate "
        "encode",
        Port.RECEIVER,
        only=Only.TEXTS,
    ),
    # Texts with it in them
    _row("join", Port.ANY, taken=_iterated, given=[Label(Through.SUBSTRING)]),
    _row("removeprefix removesuffix", Port.RECEIVER, taken=[frozenset({Through.SUBSTRING})]),
    # Containers of the same values
    _row(
        "list tuple set frozenset sorted reversed iter filter deque chain",
        Port.ANY,
        taken=_iterated,
        given=[Label(_ELEMENT)],
    ),
    _row("gather", Port.ANY, given=[Label(_ELEMENT, _ARGUMENT)]),
    _row("gather", Port.ANY, taken=_each, given=[Label(_ELEMENT)], starred=True),
    _row("zip", Port.ANY, taken=_iterated, given=[Label(_ELEMENT), Label(_ELEMENT, _ARGUMENT)]),
    _row("enumerate", Port.ANY, taken=_iterated, given=[Label(_ELEMENT), Label(_ELEMENT, 1)]),
    _row("fromkeys Counter", Port.ANY, taken=_iterated, given=[Label(_KEY)]),
    _row("dict", Port.ANY, taken=[*_each, Label(_ELEMENT, 0)], given=[Label(_KEY)]),
    _row("dict", Port.ANY, taken=[*_each, Label(_ELEMENT, 1)], given=[Label(_VALUE)]),
    _row("dict", Port.ANY, taken=_key, given=[Label(_KEY)]),
    _row("dict", Port.ANY, taken=_value, given=[Label(_VALUE)]),
    _row("keys", Port.RECEIVER, taken=_key, given=[Label(_ELEMENT)]),
    _row("values", Port.RECEIVER, taken=_value, given=[Label(_ELEMENT)]),
    _row("items", Port.RECEIVER, taken=_key, given=[Label(_ELEMENT), Label(_ELEMENT, 0)]),
    _row("items", Port.RECEIVER, taken=_value, given=[Label(_ELEMENT), Label(_ELEMENT, 1)]),
    # One of several
    _row("next min max choice first", Port.ANY, taken=_iterated),
    _row("pop popleft get get_nowait __next__", Port.RECEIVER, taken=_each),
    _row(" ".join(sorted(LOOKUPS)), Port.RECEIVER, taken=_value, unless_text_key=True),
    # Into what the method is called on
    _row(
        "append appendleft add insert put put_nowait",
        Port.ANY,
        given=[Label(_ELEMENT)],
        enters=True,
    ),
    _row("extend update", Port.ANY, only=Only.NOT_WHOLE, enters=True, anywhere=True),
    _row("setdefault", Port.FIRST, given=[Label(_KEY)], enters=True, count=2),
    _row("setdefault", Port.SECOND, given=[Label(_VALUE)], enters=True, count=2),
    _row("set", Port.ANY, given=[Label(_VALUE)], enters=True, count=1),  # of a context variable
    _row("set_result", Port.FIRST, enters=True),  # of a future
)


def _by_name(rows: Iterable[Row]) -> Mapping[str, tuple[Row, ...]]:
    found: dict[str, tuple[Row, ...]] = {}
    for row in rows:
        for name in row.names:
            found[name] = (*found.get(name, ()), row)
    return found


_RESULTS = _by_name(row for row in ROWS if not row.enters)
_ENTERING = _by_name(row for row in ROWS if row.enters)


def rows_of(name: str, *, enters: bool = False) -> tuple[Row, ...]:
    """The rows of functions and methods of a name."""
    return (_ENTERING if enters else _RESULTS).get(name, ())


def same_row(name: str | None, port: Port) -> Row | None:
    """The row by which the result of a call of the name is what it is handed there, if any."""
    same = (row for row in rows_of(name or "") if row.is_same and row.only is Only.TEXTS)
    return next((row for row in same if row.port in (port, Port.ANY)), None)


# Functions that are handed functions


@dataclass(frozen=True)
class RunningWith:
    """Where a call is handed the function that it hands its other arguments to."""

    at: int = 0
    """Its index, from 0."""
    keyword: str = ""


RUNNING_WITH: Mapping[str, RunningWith] = {
    **dict.fromkeys(("partial", "map", "starmap", "filter", "reduce"), RunningWith()),
    **dict.fromkeys(("to_thread", "submit", "run_in_threadpool", "run_sync"), RunningWith()),
    **dict.fromkeys(("call_soon", "call_soon_threadsafe", "add_task"), RunningWith()),
    **dict.fromkeys(("apply_async", "starmap_async", "map_async"), RunningWith()),
    **dict.fromkeys(("run_in_executor", "call_later", "call_at"), RunningWith(1)),
    "Thread": RunningWith(1, "target"),
    "Process": RunningWith(1, "target"),
    "Timer": RunningWith(1, "function"),
}
"""What hands its arguments on to a function."""
WRAPPING = frozenset({"partial", "partialmethod", "sync_to_async", "async_to_sync", "wraps"})
"""What gives a function that calls the one that it is handed."""
LOADING = frozenset({"import_module", "__import__", "load_module"})
"""What gives a module by a name that only the program knows."""
FIXING_ARGUMENTS = frozenset({"partial", "partialmethod"})
"""Which of those hand it arguments of their own, before all others."""
CARRYING = frozenset({"kwargs", "kwds"})
"""Keywords that take a mapping of keywords for a function that stands beside them."""
RUNNING = frozenset({"to_thread", "run_in_executor", "submit", "run_in_threadpool", "run_sync"})
"""What runs a function that it is handed, and gives its result."""
EACH = frozenset({
    "map", "filter", "sorted", "sort", "min", "max", "groupby", "reduce", "imap", "imap_unordered",
    "map_async",
})  # fmt: skip
"""What hands a function one element after the other."""
EACH_SPREAD = frozenset({"starmap", "starmap_async"})
"""What hands it the elements of one element after the other."""
YIELDING_ONE = frozenset({"contextmanager", "asynccontextmanager", "fixture"})
"""Decorators that make one value of what a generator function yields."""

RUN_BY_OBJECTS = frozenset({
    "__str__", "__format__", "__bytes__", "__iter__", "__next__", "__getitem__", "__getattr__",
    "__getattribute__", "__get__", "__fspath__", "__reversed__", "__enter__", "__aenter__",
    "__anext__", "__call__",
})  # fmt: skip
"""Methods that code runs which does not name them, for their results."""

# Texts

GROUPS = frozenset({"group", "groups"})
"""What gives the pieces that a pattern found."""


@dataclass(frozen=True)
class TextMethods:
    """Methods of a text: whether they give a text or pieces of it, and whether they mind its form.

    What takes a text apart minds where it can be cut; what only puts it into another one does not.
    """

    names: frozenset[str]
    gives: bool
    minds_form: bool


def _methods(names: str, *, gives: bool, minds_form: bool) -> TextMethods:
    return TextMethods(frozenset(names.split()), gives, minds_form)


WORD_CUTS = frozenset({"split", "rsplit", "partition", "rpartition"})
"""What takes a text apart at a separator."""
REPLACING = frozenset({"replace", "translate"})
"""What puts other letters in the place of some, and minds nothing where there are none."""
TEXT_METHODS: tuple[TextMethods, ...] = (
    TextMethods(WORD_CUTS, gives=True, minds_form=True),
    TextMethods(REPLACING, gives=True, minds_form=True),
    _methods("removeprefix removesuffix", gives=True, minds_form=True),
    _methods("strip lstrip rstrip join format sub", gives=True, minds_form=False),
    TextMethods(GROUPS, gives=True, minds_form=False),
    _methods(
        "isalnum isdigit isalpha hex ljust rjust center zfill count index rindex find rfind "
        "__getitem__ __len__",
        gives=False,
        minds_form=True,
    ),
)
SURGERY = frozenset(name for row in TEXT_METHODS if row.gives for name in row.names)
"""Methods by which code takes strings apart or makes others of them."""
MINDING_FORM = frozenset(name for row in TEXT_METHODS if row.minds_form for name in row.names)
"""Methods that give something else, or fail, when a text has another form."""
