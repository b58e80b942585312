"""What is done to a value that only the form it has today allows: it is cut, parsed, matched."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from enum import Enum, auto

from ssot_lint.analysis.dataflow.library import MINDING_FORM, REPLACING
from ssot_lint.analysis.syntax.parsing import integer


class Way(Enum):
    """How code does something to a value."""

    METHOD = auto()  # it calls a method of it
    ATTRIBUTE = auto()  # it reads an attribute of it
    FUNCTION = auto()  # it hands it to a function or a method of something else
    BUILTIN = auto()  # it hands it to a function without an owner: methods may be called so, too


@dataclass(frozen=True)
class Effect:
    """Something that depends on the form of a value, and the node that does it."""

    what: str
    at: ast.AST | None = None
    is_doubt: bool = False
    """Whether it only may depend on it."""
    subject: str = ""
    """What it is said of, where `what` is no sentence by itself."""
    demands_form: bool = False
    """Whether a type, a width or a conversion takes nothing but a certain form."""
    only_result: bool = False
    """Whether it cannot fail, so that it matters only to who gets its result."""
    sought: str = ""
    """The text that is looked for in the value: it only matters to values that may have it."""
    width: int | None = None
    """How many characters there may be, where nothing else is asked for."""

    @property
    def says(self) -> str:
        """It as a sentence."""
        return f"{self.subject} {self.what}".strip()


@dataclass(frozen=True)
class Sink:
    """What depends on the form of the value that it is done to.

    `says` goes behind the name of the value; `owner` is what the function is taken from.
    """

    names: frozenset[str]
    way: Way
    says: str
    owner: str = ""
    word: str = ""
    """What its name has in it, in whatever case."""
    converts: bool = False
    """Whether it makes something else of a text, which must have a certain form for that."""
    only_result: bool = False
    is_doubt: bool = False

    def done(self, callee: str = "") -> Effect:
        """What it does to a value that it is done to."""
        return Effect(
            self.says.format(callee=callee),
            demands_form=self.converts and callee in self.names,
            only_result=self.only_result,
            is_doubt=self.is_doubt,
        )

    def takes(self, name: str, owner: str, *, is_plain: bool) -> bool:
        """Whether it is a function of the name and the owner; `is_plain` when it has none."""
        if self.way is not Way.FUNCTION and not (self.way is Way.BUILTIN and is_plain):
            return False
        is_named = name in self.names or (bool(self.word) and self.word in name.lower())
        return self.owner in ("", owner) and (is_named or not (self.names or self.word))


def _sink(
    names: str, way: Way, says: str, owner: str = "", word: str = "", *, converts: bool = False
) -> Sink:
    return Sink(frozenset(names.split()), way, says, owner, word, converts)


CUT = Effect("is cut", only_result=True)
TAKEN_APART = Effect("is taken apart")
ORDERED = Effect("is compared by its order")
MEASURED = Effect("is measured", only_result=True)
WIDE = Effect("is formatted to a width", only_result=True)
_MATCHED = "is matched with a pattern"
MATCHED = Effect(_MATCHED)
MATCHING = frozenset({"match", "fullmatch"})
GLOBBING = frozenset({"fnmatch", "fnmatchcase"})
# The first one that fits speaks.
SINKS: tuple[Sink, ...] = (
    Sink(REPLACING, Way.METHOD, "is written otherwise", is_doubt=True, only_result=True),
    Sink(MINDING_FORM, Way.METHOD, "is taken apart"),
    _sink(
        "bytes bytes_le int fields time time_low time_mid time_hi_version clock_seq node urn "
        "variant version is_safe hex",
        Way.ATTRIBUTE,
        "is used as a UUID object",
    ),
    _sink(
        "fromhex unhexlify a2b_hex b16decode ObjectId UUID",
        Way.FUNCTION,
        "is handed to `{callee}()`",
        word="uuid",
        converts=True,
    ),
    _sink("decode", Way.FUNCTION, "is handed to `{callee}()`", owner="codecs"),
    _sink("int float bytes bytearray", Way.BUILTIN, "is handed to `{callee}()`"),
    Sink(frozenset({"len"}), Way.BUILTIN, MEASURED.what, only_result=True),
    _sink(
        "list tuple set frozenset sorted reversed enumerate iter zip", Way.BUILTIN, "is taken apart"
    ),
    _sink("issuperset Counter fromkeys", Way.FUNCTION, "is taken apart"),
    Sink(frozenset({"pack", "pack_into"}), Way.FUNCTION, "is packed", is_doubt=True),
    _sink("islice takewhile dropwhile groupby pairwise batched", Way.FUNCTION, "is taken apart"),
    _sink("wrap fill shorten", Way.FUNCTION, "is taken apart", owner="textwrap"),
    Sink(MINDING_FORM, Way.FUNCTION, "is taken apart", owner="str"),
    _sink("", Way.FUNCTION, _MATCHED, owner="re"),
    Sink(MATCHING, Way.FUNCTION, _MATCHED),
    Sink(GLOBBING, Way.FUNCTION, _MATCHED),
    _sink("search assertRegex", Way.FUNCTION, _MATCHED),
)


# So little of the front of an id that nothing unique is left of it.
_LEAST = 24


def keeps_much(cut: ast.AST | None) -> bool:
    """Whether a cut leaves more than the front of an id."""
    match cut:
        case ast.Subscript(slice=ast.Slice(upper=upper)):
            end = integer(upper)
            return keeps_end(cut) or (end is not None and (end > _LEAST or end < 0))
    return False


def keeps_end(cut: ast.AST | None) -> bool:
    """Whether a cut leaves the end of an id, where what is unique stands."""
    match cut:
        case ast.Subscript(slice=ast.Slice(lower=lower, upper=None)):
            return lower is not None
    return False


CONVERTERS = frozenset(name for sink in SINKS if sink.converts for name in sink.names)
"""Functions that make something else of a text, which must have a certain form for that."""


def converts(name: str) -> bool:
    """Whether a function of the name makes something else of a text of a certain form."""
    return name in CONVERTERS


def expects_form(name: str) -> bool:
    """Whether a function of the name tells texts of a certain form from all others."""
    return converts(name) or name in MATCHING
