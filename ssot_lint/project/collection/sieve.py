"""Whether the bytes of a file may hold any fact: a look that costs little."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from ssot_lint.analysis.dataflow.declared_types import TYPES, WIDTHS
from ssot_lint.analysis.dataflow.library import MINDING_FORM
from ssot_lint.analysis.dataflow.sinks.effects import CONVERTERS
from ssot_lint.ids.makers import MODULES
from ssot_lint.project.imports import imports_in


def _shortest(words: Iterable[str]) -> tuple[bytes, ...]:
    """The words without those that have another one in them: who has `UUID4` has `UUID`."""
    all_ = frozenset(words)
    kept = (word for word in sorted(all_) if not any(one in word for one in all_ - {word}))
    return tuple(word.encode() for word in kept)


# A field of a class that is named as an id, with its type, or what makes the column.
_FIELD = re.compile(rb"id ?(?:: ?|= ?(?:\w+\.)?\w*[cC]olumn\()([^\n]*[^\n,])\n")
_INDENTED = re.compile(rb"[ \t]+\w*\Z")
# What must stand in a file that declares the form of anything: a type or what makes one, a width,
# a part of a route, the definition of a table.
_DECLARING = tuple(
    (word, re.compile(re.escape(word) + behind))
    for words, behind in (
        # `GUIDE` is none, and what is handed nothing has no width.
        (_shortest(row.name for row in TYPES if row.is_uuid), rb"(?!E)"),
        (_shortest(f"{row.name}(" for row in TYPES if not row.is_uuid), rb"\s*[^\s)]"),
        ((*(f"{name}=".encode() for name in WIDTHS), b"<uuid:", b"<uuid(", b":uuid}"), b""),
    )
    for word in words
)
# The definition of a table, and a column in it of a type that counts.
_TABLES = tuple(
    re.compile(word + rb"\s+" + table)
    for table, words in ((b"TABLE", (b"CREATE", b"ALTER")), (b"table", (b"create", b"alter")))
    for word in words
)
_COLUMN = re.compile(
    rb"(?i)id\b[^,\n]{0,40}?\b(?:%s)\b" % b"|".join(row.name.encode() for row in TYPES)
)
_MEASURING = (
    re.compile(
        rb"_id[\"`\]]? (?:NOT |not )?(?:I?LIKE|GLOB|REGEXP|i?like|glob|SIMILAR TO) "
        rb"'[%_*?[][^'\n]{0,80}?-"
    ),
    # What queries measure: in capitals, or in small letters.
    *(re.compile(word + rb"\(\w{0,60}_id\b") for word in (b"length", b"LENGTH")),
    *(re.compile(word + rb"\(\w{0,60}_id\b") for word in (b"substr", b"SUBSTR", b"instr")),
)
_ID = rb"(?:\w{0,60}(?:_i|I|_I)[dD]|id)"
# What reads the form of what is named as an id: cuts, methods that take it apart, `len`, patterns;
# a text in front of what a function gives. One for each beginning: a search for a word is quick,
# for one of two it is not.
_METHODS = b"|".join(sorted(name.encode() for name in MINDING_FORM | {"count"}))
_DONE = (
    rb"""['\"]?(?:,[^()\n]{0,20})?\]?\)?(?:\([^()\n]{0,80}\))?"""
    rb"""(?:\[\s*:?\s*-?\d|\.(?:%s)\(|:[<>^.]*\d)""" % _METHODS
)
_READS_BEHIND = tuple(
    (end, re.compile(end + _DONE)) for end in (b"_id", b"Id", b"_ID", b"-ID", b"-Id", b"-id")
)
_READS_WHOLE = re.compile(rb"\.id" + _DONE)
_READS = (
    re.compile(rb"len\([\w.\[\]'\"]{0,80}?(\b%s)\b" % _ID),
    re.compile(rb"issuperset\([\w.\[\]'\"]{0,80}?(\b%s)\b" % _ID),
    re.compile(rb"case [^\n]{0,120}?['\"](%s)['\"]\s*:" % _ID),
    re.compile(rb"atch\([^\n]{0,120}?(\b%s)\b" % _ID),
    re.compile(rb"assertRegex\([^\n]{0,80}?(\b%s)\b" % _ID),
    re.compile(rb"' in [\w.\[\]'\"]{0,80}?(\b%s)\b" % _ID),
    re.compile(rb"\" in [\w.\[\]'\"]{0,80}?(\b%s)\b" % _ID),
    re.compile(rb"_\{[\w.]{0,80}?(\b%s)\(" % _ID),
    re.compile(rb"_['\"]\s*\+\s*[\w.]{0,80}?(\b%s)\(" % _ID),
)
# What parses a text, and what that is, or the id in it.
_PARSES = tuple(
    (
        word + b"(",
        re.compile(word + rb"\(\s*(?:\w+=)?(?:str\()?[\w.]*?(\b\w+\b)[^\w.(]", re.DOTALL),
        re.compile(word + rb"\(.{0,80}?(\b%s)\b" % _ID, re.DOTALL),
    )
    for word in _shortest(CONVERTERS)
)
# A length that any id has: who asserts that, minds nothing.
_ANY_LENGTH = re.compile(rb"['\"\])]*\)\s*>=?\s*(?:\d|1[0-6])\b")
# Another name for an id that is read of something, at the end of a line.
_RENAMED = re.compile(rb"_id['\"]?[\])]*\n")
_RENAMED_INSIDE = re.compile(rb" := [\w.\[\]'\"]*?(\w+_id)\b")
# What other functions make of one, unless they are named as if they made one, is another thing.
_RENAMES = re.compile(
    rb"[ \t]*(\w+)[ \t]*(?::[^=\n]*)?=[ \t]*(?:str\(|[\w.]*_id\()?"
    rb"(?:[\w.\[\]'\"]|\(\))*?(?:\(['\"])?(\w+_id)['\"\])]*\Z"
)
# What minds the form of a variable: a cut or a method behind its name, a function around it.
_MINDED = re.compile(rb"\b(\w+)(?:\[\s*:?\s*-?\d|\.(?:%s)\()" % _METHODS)
_MINDING = re.compile(rb"(?:len|atch|egex|%s)\(([^()\n]{1,60})" % b"|".join(_shortest(CONVERTERS)))
_WORDS = re.compile(rb"\w+")
_LINE_END = re.compile(rb"\n")
_WORD_BEFORE = re.compile(rb"[\w-]*\Z")
# What puts the address or the hash of an object into a text: braces, `%`, a call that is added to
# another text or that texts are handed to.
_ADDRESS = rb"(?<![\w.])(?:id|hash)\("
_ADDRESSES = tuple(b"%c%s(" % (sign, name) for name in (b"id", b"hash") for sign in b"{( ")
_INTO_TEXTS = tuple(
    re.compile(before + _ADDRESS)
    for before in (
        rb"\{[^{}\n]{0,60}",
        rb"['\")] ?% ?\(?[^%#]{0,80}?",
        rb"\+\s*\w+\(\s*(?:\w+\()?",
        rb"(?:format|join)\([^#]{0,120}?",
    )
)
# What tests put in the place of what makes ids.
_PATCHING = (rb"patch\w*(?:\.\w+)?", rb"setattr")
# A file with more is left out: no table is in it, and to parse it takes long.
_LARGEST = 4_000_000


@dataclass(frozen=True)
class Sayings:
    """What the bytes of a file may hold facts of."""

    declares: bool = False
    reads: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """The names of ids, or of functions that make some, whose form it may read, with the rows, from
    1, on which it does so."""
    patches: bool = False
    finds: bool = False
    """Whether it may find something by a text of `id()` or `hash()`."""

    def __bool__(self) -> bool:
        return self.declares or bool(self.reads) or self.patches or self.finds


@lru_cache(maxsize=1)  # who finds that it is worth it asks for what
def sayings(
    source: bytes, *, is_test: bool = False, banned: frozenset[str] = frozenset()
) -> Sayings:
    """What it is worth parsing a file for; `banned` are the last names of what settings ban.

    The classes that a test declares, and what it cuts, are its own; of others, it says what it
    asserts, and which tables there are.
    """
    if len(source) > _LARGEST:
        return Sayings()
    return Sayings(
        _may_declare(source, is_test=is_test),
        _by_row(source, _read_in(source, is_test=is_test)),
        any(way.search(source) for way in _patches(banned)),
        _may_find(source),
    )


def _may_find(source: bytes) -> bool:
    if not any(text in source for text in _ADDRESSES):  # quick, as in most files
        return False
    return any(way.search(source) for way in _INTO_TEXTS)


@lru_cache
def _patches(banned: frozenset[str]) -> tuple[re.Pattern[bytes], ...]:
    words = b"|".join(re.escape(name.encode()) for name in sorted(MODULES | banned))
    return tuple(re.compile(call + rb"\([^()]{0,200}\b(?:%s)" % words) for call in _PATCHING)


def _by_row(source: bytes, found: Iterable[tuple[str, int]]) -> Mapping[str, frozenset[int]]:
    rows: dict[str, set[int]] = {}
    ends: list[int] = []
    for word, at in found:
        ends = ends or [end.start() for end in _LINE_END.finditer(source)]
        rows.setdefault(word, set()).add(bisect(ends, at) + 1)
    return {word: frozenset(at) for word, at in rows.items()}


def _may_declare(source: bytes, *, is_test: bool) -> bool:
    if not is_test and any(word in source and way.search(source) for word, way in _DECLARING):
        return True
    if not is_test and _declares_by_name(source):
        return True
    if any(way.search(source) for way in _TABLES) and _COLUMN.search(source):
        return True
    return any(way.search(source) for way in _MEASURING)


def _declares_by_name(source: bytes) -> bool:
    """Whether a field of a class may have a type that the file imports."""
    words: set[bytes] = set()
    for found in _FIELD.finditer(source):
        line = source[source.rfind(b"\n", 0, found.start()) + 1 : found.start()]
        if _INDENTED.match(line):
            words.update(_WORDS.findall(found[1]))
    if not words:
        return False
    imported = set(re.split(r"[ :,.]", imports_in(source)))
    return any(_text(word) in imported for word in words)


def _read_in(source: bytes, *, is_test: bool) -> Iterator[tuple[str, int]]:
    """The names, each with the offset where that is."""
    for end, way in _READS_BEHIND:
        for found in way.finditer(source):
            if not is_test or _is_asserted(source, found.start()):
                word = _word_before(source, found.start()) + end
                at = found.start() + len(end)
                if not _is_index(source, at - len(word), at):
                    yield _text(word), found.start()
    for way in _READS:
        for found in way.finditer(source):
            if _is_index(source, found.start(1), found.end(1)):
                continue
            if not is_test or _may_assert(source, found):
                yield _text(found[1]), found.start(1)
    for call, *ways in _PARSES:
        for way in ways if call in source else ():
            yield from ((_text(found[1]), found.start(1)) for found in way.finditer(source))
    if not is_test:
        yield from (("id", found.start()) for found in _READS_WHOLE.finditer(source))
    yield from _renamed_in(source, is_test=is_test)


def _word_before(source: bytes, at: int) -> bytes:
    found = _WORD_BEFORE.search(source[max(at - 60, 0) : at])
    return found[0] if found is not None else b""


def _text(word: bytes) -> str:
    return word.decode("ascii", "ignore")


def _renamed_in(source: bytes, *, is_test: bool) -> Iterator[tuple[str, int]]:
    """The ids that get another name, whose form is minded then; in a test, also their own."""
    minded: frozenset[bytes] | None = None
    for name, renamed, at in _renaming_in(source):
        if name == renamed and not is_test:
            continue
        if minded is None:  # most files need not know
            minded = _minded_in(source, is_test=is_test)
        if name in minded:
            yield _text(renamed), at


def _renaming_in(source: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """The new names, each with that of the id and the offset."""
    for found in _RENAMED.finditer(source):
        line = source[source.rfind(b"\n", 0, found.start()) + 1 : found.end() - 1]
        renames = _RENAMES.match(line)
        if renames is not None and not _is_index(line, renames.start(2), renames.end(2)):
            yield renames[1], renames[2], found.start()
    for found in _RENAMED_INSIDE.finditer(source):
        yield _word_before(source, found.start()), found[1], found.start()


def _minded_in(source: bytes, *, is_test: bool) -> frozenset[bytes]:
    """The names of variables whose form is minded; in a test, where it asserts that."""
    if is_test:
        source = b"\n".join(line for line in source.split(b"\n") if b"assert" in line)
    words = {found[1] for found in _MINDED.finditer(source)}
    words.update(word for found in _MINDING.finditer(source) for word in _WORDS.findall(found[1]))
    return frozenset(words)


def _is_index(source: bytes, start: int, end: int) -> bool:
    """Whether a word is by what an element is taken: that is read then, and not the id."""
    return source[start - 1 : start] == b"[" and source[end : end + 1] == b"]"


def _may_assert(source: bytes, found: re.Match[bytes]) -> bool:
    """Whether a test asserts what it reads there, and not only that it is not empty."""
    if not _is_asserted(source, found.start()):
        return False
    return not found[0].startswith(b"len(") or not _ANY_LENGTH.match(source, found.end(1))


def _is_asserted(source: bytes, at: int) -> bool:
    """Whether an offset stands on a line that asserts something, and is no comment."""
    line = source[source.rfind(b"\n", 0, at) + 1 : at]
    return b"assert" in line and not line.lstrip().startswith(b"#")


def may_say(source: bytes, *, is_test: bool = False, banned: frozenset[str] = frozenset()) -> bool:
    """Whether it is worth parsing for anything."""
    return bool(sayings(source, is_test=is_test, banned=banned))
