"""What the generator's ids look like, and whether its validators accept them: read from its source.

Ids are worked out as the source makes them, at several times and with several counters and random
parts, and handed to the validator, which is worked out in the same way.
"""

from __future__ import annotations

import ast
import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ssot_lint.analysis.syntax.parsing import Function
from ssot_lint.ids.generator.evaluation import RAISED, Evaluator, External, UnknownError, calls_in
from ssot_lint.ids.generator.source import Class, Module, Modules

_CLOCKS = ("time.", "datetime.")
_PLAIN = re.compile(r"\w{1,64}", re.ASCII)
_PREFIX = re.compile(r"[a-z]+[_.:/-]", re.IGNORECASE)
_USERS = ("u1", "user_17-b")
# Names of functions serve as operations; they hold separators, or none.
_OPERATIONS = ("chat", "open_session", "run2")


@dataclass(frozen=True)
class _World:
    """What an id is made of besides what the caller hands over."""

    seconds: float
    counter: int
    digits: str
    """Two hexadecimal digits, of which random parts are made."""

    def externals(self) -> Mapping[str, External]:
        """The functions of the standard library with which generators make ids."""
        byte = int(self.digits, 16)
        moment = datetime.fromtimestamp(self.seconds, timezone.utc)
        unique = uuid.UUID(self.digits * 16)
        return {
            "time.time": lambda: self.seconds,
            "time.time_ns": lambda: int(self.seconds * 1_000_000_000),
            "datetime.datetime.now": lambda zone=None: moment,
            "datetime.datetime.utcnow": lambda: moment,
            "secrets.token_hex": lambda size=32: self.digits * _small(size),
            "secrets.token_bytes": lambda size=32: bytes([byte]) * _small(size),
            "os.urandom": lambda size: bytes([byte]) * _small(size),
            "secrets.choice": lambda items: items[byte % len(items)],
            "random.choice": lambda items: items[byte % len(items)],
            "random.choices": lambda items, k=1: [items[byte % len(items)]] * _small(k),
            "secrets.randbelow": lambda limit: byte % limit,
            "random.randint": lambda low, high: low + byte % (high - low + 1),
            "random.randrange": lambda low, high=None: byte % low if high is None else low,
            **{f"uuid.uuid{n}": lambda: unique for n in (1, 4, 6, 7)},
            "itertools.count": lambda start=0, step=1: _Count(self.counter),
            "threading.Lock": lambda: None,
            "threading.RLock": lambda: None,
        }


_WORLDS = (
    _World(1_700_000_000.25, 1, "a1"),
    _World(1_700_000_000.25, 42, "07"),
    _World(1_893_456_000.5, 1_234, "ff"),
    _World(1_750_000_000.75, 1_234_567, "0c"),
)


@dataclass(frozen=True)
class _WidestWorld(_World):
    """What functions give makes ids as long as they can be."""

    def externals(self) -> Mapping[str, External]:
        longest: Callable[[Sequence[Any]], Any] = lambda items: max(items, key=_length)  # noqa: E731
        return {
            **super().externals(),
            "secrets.choice": longest,
            "random.choice": longest,
            "random.choices": lambda items, k=1: [longest(items)] * _small(k),
            "secrets.randbelow": lambda limit: limit - 1,
            "random.randint": lambda low, high: high,
            "random.randrange": lambda low, high=None: (low if high is None else high) - 1,
        }


def _length(item: Any) -> int:
    return len(str(item))


# All digits that clocks give. The counter may be one more when it is read.
_WIDEST = tuple(
    _WidestWorld(1_789_999_999.1234567, 10**digits // 9, "ff") for digits in range(1, 11)
)
# Two prefixes show whether ids grow with them.
_PREFIXES = ("run", "run_open_session")


@dataclass
class _Count:
    """`itertools.count`."""

    value: int

    def __next__(self) -> int:
        self.value += 1
        return self.value


def _small(size: Any) -> int:
    if not isinstance(size, int) or not 0 <= size <= 500:
        raise UnknownError("makes large values")
    return size


@dataclass(frozen=True)
class IdMaker:
    """A method that makes ids, and what it may be handed for several of them."""

    name: str
    calls: tuple[tuple[str, ...], ...]
    position: int | None = None
    """Which of its values is the id; None where it gives one."""


def context_maker(name: str, position: int, operations: Sequence[str] = ()) -> IdMaker:
    """The context method, as it makes one of its ids; `operations` are those that it takes."""
    given = tuple(operations) or _OPERATIONS
    return IdMaker(name, tuple((user, one) for user in _USERS for one in given), position)


def id_maker(name: str, prefix: str) -> IdMaker:
    """The method for single ids, as it makes those that begin with the prefix."""
    return IdMaker(name, ((prefix,), (f"{prefix}_open_session",)))


@dataclass
class Formats:
    """What the methods of a class make of ids, and of what is handed to them."""

    modules: Modules
    found: Class
    functions: Mapping[str, Function]

    def _made(self, maker: IdMaker, worlds: Sequence[_World] = _WORLDS) -> Iterator[str]:
        """Ids as a method makes them. Raises UnknownError where its source does not show that."""
        for world in worlds:
            for given in maker.calls:
                evaluator = Evaluator(
                    self.modules,
                    self.found,
                    self.functions,
                    externals=world.externals(),
                    counter=world.counter,
                )
                value = _worked_out(lambda: evaluator.call(maker.name, *given))  # noqa: B023
                if maker.position is not None:
                    is_there = isinstance(value, (tuple, list)) and len(value) > maker.position
                    value = value[maker.position] if is_there else None
                if not isinstance(value, str):
                    raise UnknownError("does not show what its ids look like")
                yield value

    def widths_beside_prefix(self, method: str) -> tuple[int, ...]:
        """How many characters ids of a method have beside the prefix that it is handed.

        With a counter of one digit, of two, and so on up to ten. Empty where its source does not
        show that, or where it depends on the prefix.
        """
        maker = IdMaker(method, tuple((prefix,) for prefix in _PREFIXES))
        try:
            made = list(self._made(maker, _WIDEST))
        except UnknownError:
            return ()
        pairs = list(zip(made, _PREFIXES * len(_WIDEST), strict=True))
        widths = [len(one) - len(prefix) for one, prefix in pairs]
        is_in_front = all(one.startswith(prefix) for one, prefix in pairs)
        # One for each prefix.
        return tuple(widths[::2]) if is_in_front and widths[::2] == widths[1::2] else ()

    def prefix_of_kind(self, method: str, parameters: int) -> str:
        """What the ids of a method begin with that is handed users alone.

        Empty where nothing tells, and where the ids carry something of these: that may be any text,
        where other ids hold letters, digits and underscores.
        """
        one, other = (IdMaker(method, ((user,) * parameters,)) for user in _USERS)
        try:
            made = list(self._made(one))
            is_plain = all(map(_PLAIN.fullmatch, made)) and made == list(self._made(other))
        except UnknownError:
            return ""
        return self.prefix(one) if is_plain else ""

    def prefix(self, maker: IdMaker) -> str:
        """What the ids of a method begin with, with its separator; empty where nothing tells."""
        try:
            found = {match[0] if match else "" for match in map(_PREFIX.match, self._made(maker))}
        except UnknownError:
            return ""
        return found.pop() if len(found) == 1 else ""

    def are_begun_by(self, method: str) -> bool:
        """Whether the ids of a method are sure to begin with the text that it is handed."""
        maker = IdMaker(method, tuple((prefix,) for prefix in _PREFIXES))
        try:
            made = list(self._made(maker))
        except UnknownError:
            return False
        given = _PREFIXES * len(_WORLDS)
        return all(one.startswith(prefix) for one, prefix in zip(made, given, strict=True))

    def refusal(self, validator: str, prefix: str, maker: IdMaker) -> str:
        """Why a validator may refuse the ids of a method; empty when it is sure to accept them.

        The end of a sentence that begins with what it speaks about.
        """
        try:
            for sample in self._made(maker):
                reason = self._objection(validator, sample, prefix, maker)
                if reason:
                    return f"`{validator}` {reason}"
        except UnknownError as error:
            return f"how `{maker.name}` makes ids cannot be read: it {error}"
        return ""

    def _objection(self, validator: str, sample: str, prefix: str, maker: IdMaker) -> str:
        """Why a validator does not accept an id, behind its name; empty where it does."""
        try:
            accepts = _worked_out(lambda: self._verdict(validator, sample, prefix))
        except UnknownError as error:
            return str(error)
        return "" if accepts else f"refuses ids of `{maker.name}` such as `{sample}`"

    def _verdict(self, validator: str, sample: str, prefix: str) -> Any:
        evaluator = Evaluator(
            self.modules, self.found, self.functions, externals={}, forbidden=_clock_in
        )
        return evaluator.call(validator, sample, prefix)


def may_refuse(function: Function, parameter: str) -> bool:
    """Whether a function fails for some texts of a parameter, but for empty ones."""
    for test in _refusing(function):
        names = {part.id for part in ast.walk(test) if isinstance(part, ast.Name)}
        if parameter in names and not _asks_for_anything(test):
            return True
    return False


def _refusing(function: Function) -> Iterator[ast.expr]:
    """The tests on which a function raises."""
    for node in ast.walk(function):
        match node:
            case ast.If(test=test, body=body) if any(isinstance(n, ast.Raise) for n in body):
                yield test
            case ast.Assert(test=test):
                yield test


def _asks_for_anything(test: ast.expr) -> bool:
    """Whether a test is passed by every text that is not empty: `not prefix`, `isinstance`."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _asks_for_anything(operand)
        case ast.BoolOp(values=values):
            return all(map(_asks_for_anything, values))
        case ast.Name() | ast.Compare(comparators=[ast.Constant(value=None | "")]):
            return True
        case ast.Call(func=ast.Name(id="isinstance")):
            return True
        case ast.Call(func=ast.Attribute(value=ast.Name(), attr="strip"), args=[]):
            return True
    return False


def _worked_out(call: Callable[[], Any]) -> Any:
    """What is given; None where an exception of the program that is read gives nothing."""
    try:
        return call()
    except RAISED:
        return None


def _clock_in(function: Function, module: Module) -> str:
    reads = any(name.startswith(_CLOCKS) for name in calls_in(function, module))
    return "reads a clock, so that it refuses ids at some time" if reads else ""
