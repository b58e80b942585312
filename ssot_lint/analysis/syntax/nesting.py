"""How deep code is nested that libcst is to read, told from the `ast`, and what libcst can bear.

libcst's parser calls itself for each level: where the stack ends it takes the process with it. In
deep expressions its time grows with the square of their depth, in patterns of `match` by a factor
for each bracket. Nothing can interrupt it, so what it cannot bear is refused before it begins.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, get_args

from ssot_lint.analysis.source.location import Location
from ssot_lint.analysis.syntax.parsing import CODE_FIELDS, NotAnalysedError, nested_too_deeply
from ssot_lint.analysis.syntax.stack import USUAL, stack_size

# Bytes of stack for each level, as measured with libcst 1.9 and rounded up.
_BRACKET = 8_000
_PATTERN = 24_000
_STATEMENT = 30_000
_ELIF = 1_400
_CLAUSE = 1_900  # of a comprehension
_PIECE = 1_000  # of a literal in pieces
_DOT = 1_700
# What is between the parts of a chain, or of an expression without brackets.
_LIGHT: Mapping[type[ast.AST], Mapping[str, int]] = MappingProxyType(
    {
        ast.Attribute: {"value": _DOT},
        ast.BinOp: {"left": 1_400, "right": 1_400},
        ast.BoolOp: {"values": 1_400},
        ast.Call: {"func": _DOT},
        ast.Compare: {"left": 1_400, "comparators": 1_400},
        ast.IfExp: {"test": _DOT, "body": _DOT, "orelse": _DOT},
        ast.Lambda: {"body": 2_600},
        ast.Subscript: {"value": _DOT},
        ast.UnaryOp: {"operand": 1_200},
    }
)
_BLOCKS = frozenset({"body", "orelse", "handlers", "finalbody", "cases"})
# The `ast` does not show brackets that only group. The interpreter takes so many in each other.
_MOST_BRACKETS = 200
# What the way to the parser takes, and what share of the stack is used.
_BASE = 150_000
_SHARE = 0.7

# Time: nodes by the bytes of stack that they are deep in an expression, beyond what is usual. Each
# byte takes about a nanosecond.
_USUAL_DEPTH = 100_000
_MOST_WORK = 2_000_000_000
# Of patterns: how often a token is read, a third of a microsecond each time.
_MOST_READS = 5_000_000

_TOKEN = re.compile(
    rb"""'''(?:[^\\']|\\.|'(?!''))*'''|"{3}(?:[^\\"]|\\.|"(?!""))*"{3}"""
    rb"""|'(?:[^\\'\n]|\\.)*'|"(?:[^\\"\n]|\\.)*"|\#[^\n]*|[\w.]+|[^\w\s]""",
    re.DOTALL,
)
_QUOTES = (b"'", b'"')
_OPENING = frozenset({b"(", b"[", b"{"})
_CLOSING = frozenset({b")", b"]", b"}"})
# Shorter literals are not in so many pieces that it matters.
_SHORT = 100


def _costs_of(kind: type[ast.AST]) -> tuple[tuple[str, int], ...]:
    """What a level costs below a node of a kind, by the field."""
    light = _LIGHT.get(kind, {})
    other = _PATTERN if issubclass(kind, ast.pattern) else _BRACKET
    blocks = dict.fromkeys(_BLOCKS, _STATEMENT)
    return tuple((name, {**blocks, **light}.get(name, other)) for name in CODE_FIELDS[kind])


_COSTS: Mapping[type[ast.AST], tuple[tuple[str, int], ...]] = MappingProxyType(
    {kind: _costs_of(kind) for kind in CODE_FIELDS}
)


def expect_bearable(tree: ast.Module, lines: Sequence[str], rows: Collection[int]) -> None:
    """Raise NotAnalysedError for code that libcst would not survive, or not in time.

    `lines` are those of the text that `tree` is of; only what begins on one of `rows` is read.
    """
    depth = _Depth(tree, lines, rows)
    size = stack_size()
    room = int(size * _SHARE) - _BASE
    if depth.stack + _MOST_BRACKETS * _BRACKET > room:
        brackets = _brackets_in(lines[row - 1] for row in sorted(rows))
        if depth.stack + brackets * _BRACKET > room:
            stack = f" in a stack of {size // 1024} KiB (ulimit -s)" if size < USUAL else ""
            raise NotAnalysedError(nested_too_deeply(f" for libcst{stack}"), depth.place)
    if depth.work > _MOST_WORK or depth.reads > _MOST_READS:
        raise NotAnalysedError(nested_too_deeply(" for libcst"), depth.place)


class _Depth:
    """How deep the code on some rows is."""

    def __init__(self, tree: ast.Module, lines: Sequence[str], rows: Collection[int]) -> None:
        self._lines = lines
        self._encoded: dict[int, bytes] = {}
        self.stack = 0
        """The bytes that the deepest place needs."""
        self.work = 0
        self.reads = 0
        self.place = Location(1, 1)
        """Of the statement with the deepest place."""
        # Not by calls, which would end before libcst's. Each node comes with the bytes of stack
        # that it is deep, and how many of them in its expression.
        pending: list[tuple[ast.AST, int, int]] = [(tree, 0, 0)]
        statement: ast.stmt | None = None
        while pending:
            node, stack, inside = pending.pop()
            if isinstance(node, ast.stmt):
                if node.lineno not in rows:
                    continue
                statement, inside = node, 0
            elif inside > _USUAL_DEPTH:
                self.work += inside - _USUAL_DEPTH
            kind = type(node)
            own = _OWN.get(kind)
            if own is not None:
                stack += own(self, node)
            if stack > self.stack:
                self.stack = stack
                self.place = Location(statement.lineno if statement is not None else 1, 1)
            for name, cost in _COSTS[kind]:
                value = getattr(node, name, None)
                if type(value) is not list:
                    if isinstance(value, ast.AST):
                        pending.append((value, stack + cost, inside + cost))
                    continue
                level = _ELIF if _is_elif(node, name, value) else cost
                pending += [
                    (item, stack + level, inside + level)
                    for item in value
                    if isinstance(item, ast.AST)
                ]

    # What some nodes take besides their levels

    def _boolean(self, node: ast.BoolOp) -> int:
        """To libcst, `a or b or c` is one operation in the other."""
        return len(node.values) * _LIGHT[ast.BoolOp]["values"]

    def _comprehension(self, node: _Comprehension) -> int:
        return len(node.generators) * _CLAUSE

    def _imported(self, node: ast.alias) -> int:
        return node.name.count(".") * _DOT

    def _imported_from(self, node: ast.ImportFrom) -> int:
        return (node.module or "").count(".") * _DOT

    def _literal(self, node: ast.Constant | ast.JoinedStr) -> int:
        """Of a literal in pieces, of which the `ast` makes one."""
        if isinstance(node, ast.Constant) and not isinstance(node.value, (str, bytes)):
            return 0
        begin = (node.lineno, node.col_offset)
        end = (node.end_lineno or node.lineno, node.end_col_offset or 0)
        if begin[0] == end[0] and end[1] - begin[1] < _SHORT:
            return 0
        tokens: list[bytes] = _TOKEN.findall(self._between(begin, end))
        return sum(token.endswith(_QUOTES) for token in tokens) * _PIECE

    def _match(self, node: ast.Match) -> int:
        """Takes none; counts how often libcst reads the tokens of the patterns."""
        before: ast.AST = node.subject
        for case in node.cases:
            begin = (getattr(before, "end_lineno", 1), getattr(before, "end_col_offset", 0))
            first = case.body[0]
            self.reads += _reads(self._between(begin, (first.lineno, first.col_offset)))
            before = case.body[-1]
        return 0

    def _between(self, begin: tuple[int, int], end: tuple[int, int]) -> bytes:
        """The text between places as the `ast` has them: rows from 1, columns in bytes."""
        rows = [self._row(row) for row in range(begin[0], end[0] + 1)]
        rows[-1] = rows[-1][: end[1]]
        rows[0] = rows[0][begin[1] :]
        return b"".join(rows)

    def _row(self, row: int) -> bytes:
        if row not in self._encoded:
            self._encoded[row] = self._lines[row - 1].encode("utf-8", "surrogatepass")
        return self._encoded[row]


_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_OWN: Mapping[type[ast.AST], Callable[[_Depth, Any], int]] = MappingProxyType(
    {
        ast.BoolOp: _Depth._boolean,
        **dict.fromkeys(get_args(_Comprehension), _Depth._comprehension),
        ast.alias: _Depth._imported,
        ast.ImportFrom: _Depth._imported_from,
        ast.Constant: _Depth._literal,
        ast.JoinedStr: _Depth._literal,
        ast.Match: _Depth._match,
    }
)


def _is_elif(node: ast.AST, name: str, body: list[Any]) -> bool:
    """Whether the `else` of a node is an `elif`: what stands in an `else` is indented further."""
    if name != "orelse" or len(body) != 1 or not isinstance(body[0], ast.If):
        return False
    return isinstance(node, ast.If) and body[0].col_offset == node.col_offset


def _reads(header: bytes) -> int:
    """How often libcst reads the tokens of a `case`."""
    total = 0
    factors = [1]
    before = b""
    for token in _TOKEN.findall(header):
        if token in _OPENING:
            # What opens a tuple or a mapping, or only groups, is tried as more things.
            is_class = token == b"(" and before[:1].isalpha()
            factors.append(factors[-1] * (2 if is_class or token == b"[" else 4))
        elif token in _CLOSING and len(factors) > 1:
            factors.pop()
        total += factors[-1]
        before = token
    return total


def _brackets_in(lines: Iterable[str]) -> int:
    """How many brackets stand in each other, and what may be a bit more than that."""
    depth = deepest = 0
    text = "".join(lines).encode("utf-8", "surrogatepass")
    for token in _TOKEN.findall(text):
        if token in _OPENING:
            depth += 1
            deepest = max(deepest, depth)
        elif token in _CLOSING:
            depth = max(depth - 1, 0)
    return min(deepest, _MOST_BRACKETS)
