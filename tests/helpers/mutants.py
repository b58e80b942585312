"""Programs that nobody would write: real files with lines, tokens and indentation changed."""

from __future__ import annotations

import ast
import functools
import io
import random
import re
import sysconfig
import tokenize
from collections.abc import Callable
from pathlib import Path

from tests.helpers.fixture_files import BACKEND, GOLDENS, ROOT

# Bigger files take longer and hold nothing else.
_MOST_BYTES = 30_000
# What the rules look for; only files that hold some of it are worth changing.
_TRIGGER = re.compile(rb"uuid|_id\b|UnifiedIdGenerator|time\.time")
# What programs of a grammar are renamed to, so that they say something to the rules.
VOCABULARY = (
    "uuid", "uuid4", "str", "thread_id", "run_id", "request_id", "user_id", "session_id",
    "UnifiedIdGenerator", "generate_user_context_ids", "generate_base_id", "time", "hex",
    "UserExecutionContext", "get", "logger", "self", "Field", "default_factory", "random", "id",
)  # fmt: skip
IMPORTS = (
    "import uuid, time, random\nfrom uuid import uuid4\n"
    "from shared.id_generation import UnifiedIdGenerator\n"
)


@functools.cache
def corpus() -> tuple[str, ...]:
    """The texts that mutants are made of: ours, the standard library's, other packages'."""
    ours = [
        path
        for folder in (ROOT / "tests" / "fixtures", ROOT / "tests" / "programs", BACKEND)
        for path in sorted(folder.rglob("*.py"))
        if not path.name.endswith(GOLDENS)
    ]
    paths = sysconfig.get_paths()
    others = [
        path
        for folder in ("stdlib", "purelib")
        for path in sorted(Path(paths[folder]).rglob("*.py"))
    ]
    texts = [_text(path) for path in [*ours, *others]]
    return tuple(text for text in texts if text)


def _text(path: Path) -> str:
    if path.stat().st_size > _MOST_BYTES:
        return ""
    source = path.read_bytes()
    if not _TRIGGER.search(source):
        return ""
    try:
        text = source.decode("utf-8")
        ast.parse(text)
    except (UnicodeError, SyntaxError, ValueError, RecursionError):
        return ""
    return text


def mutant(seed: int) -> str:
    """The program of that number; always the same on one interpreter."""
    chance = random.Random(seed)
    text = chance.choice(corpus())
    for _ in range(chance.randint(1, 6)):
        text = chance.choice(_CHANGES)(text, chance)
    return text


def _drop_line(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    if lines:
        del lines[chance.randrange(len(lines))]
    return "".join(lines)


def _swap_lines(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    if len(lines) > 1:
        one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]
    return "".join(lines)


def _repeat_line(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    if lines:
        at = chance.randrange(len(lines))
        lines.insert(at, lines[at])
    return "".join(lines)


def _indent(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    at = chance.randrange(len(lines) or 1)
    for row in range(at, min(at + chance.randint(1, 8), len(lines))):
        lines[row] = "    " + lines[row] if chance.random() < 0.6 else lines[row][4:]
    return "".join(lines)


def _swap_tokens(text: str, chance: random.Random) -> str:
    spans = _token_spans(text)
    if len(spans) < 2:
        return text
    (a, b), (c, d) = sorted(chance.sample(spans, 2))
    return text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:]


def _drop_token(text: str, chance: random.Random) -> str:
    spans = _token_spans(text)
    if not spans:
        return text
    start, end = chance.choice(spans)
    return text[:start] + text[end:]


def _rename(text: str, chance: random.Random) -> str:
    """One name becomes another of the file or one that the rules look for, everywhere."""
    names = sorted(set(re.findall(r"\b[A-Za-z_]\w*\b", text)))
    if not names:
        return text
    new = chance.choice(names if chance.random() < 0.4 else VOCABULARY)
    return re.sub(rf"\b{re.escape(chance.choice(names))}\b", new, text)


def _splice(text: str, chance: random.Random) -> str:
    """A statement of another program, at the indentation of the place it comes to."""
    other = chance.choice(corpus())
    statements = [n for n in ast.walk(ast.parse(other)) if isinstance(n, ast.stmt)]
    lines = text.splitlines(keepends=True)
    if not statements or not lines:
        return text
    chosen = ast.unparse(chance.choice(statements))
    at = chance.randrange(len(lines))
    space = lines[at][: len(lines[at]) - len(lines[at].lstrip())].rstrip("\r\n")
    lines.insert(at, "".join(f"{space}{line}\n" for line in chosen.splitlines()))
    return "".join(lines)


def _join_lines(text: str, chance: random.Random) -> str:
    """Two statements on one line."""
    lines = text.splitlines(keepends=True)
    if len(lines) > 1:
        at = chance.randrange(len(lines) - 1)
        lines[at : at + 2] = [lines[at].rstrip("\r\n") + "; " + lines[at + 1].lstrip()]
    return "".join(lines)


def _line_ends(text: str, chance: random.Random) -> str:
    return text.replace("\r\n", "\n").replace("\n", chance.choice(["\r\n", "\r", "\n"]))


def _odd_letters(text: str, chance: random.Random) -> str:
    """Letters outside ASCII before whatever comes behind them, form feeds, tabs."""
    lines = text.splitlines(keepends=True)
    at = chance.randrange(len(lines) or 1)
    if lines:
        odd = chance.choice(["'😀é'; ", "\f", "\t", "ﬁ = 1; ", "'''\\\n😀'''; "])
        space = len(lines[at]) - len(lines[at].lstrip(" "))
        lines[at] = lines[at][:space] + odd + lines[at][space:]
    return "".join(lines)


def _token_spans(text: str) -> list[tuple[int, int]]:
    """Where the tokens stand that are no layout."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found: list[tuple[int, int]] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline=None).readline):
            if token.type in (tokenize.NAME, tokenize.OP, tokenize.NUMBER, tokenize.STRING):
                (row, column), (end_row, end_column) = token.start, token.end
                if max(row, end_row) <= len(starts):
                    found.append((starts[row - 1] + column, starts[end_row - 1] + end_column))
    except (tokenize.TokenError, SyntaxError):
        pass  # what came before the error will do
    return found


_CHANGES: tuple[Callable[[str, random.Random], str], ...] = (
    _drop_line, _swap_lines, _repeat_line, _indent, _swap_tokens, _drop_token, _rename, _rename,
    _splice, _splice, _splice, _join_lines, _line_ends, _odd_letters,
)  # fmt: skip


def renamed(text: str, seed: int) -> str:
    """A program of a grammar with its names changed to those that the rules look for."""
    chance = random.Random(seed)
    names = sorted({n.id for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)})
    for name in names:
        if name.isascii():
            text = re.sub(rf"\b{re.escape(name)}\b", chance.choice(VOCABULARY), text)
    return IMPORTS + text
