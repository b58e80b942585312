"""What makes a finding the same one tomorrow: no line numbers, no layout of the code."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zlib import crc32

from ssot_lint.model.findings import Finding

# A string with its prefix, a comment, a continued line, a word or number, or any other sign.
_TOKEN = re.compile(
    r"(?P<prefix>(?<!\w)[a-zA-Z]{0,2})(?P<string>\"\"\".*?\"\"\"|'''.*?'''"
    r"|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')"
    r"|(?P<comment>\#[^\n]*)|(?P<gap>\\\r?\n|\s+)|(?P<word>\w+)|(?P<sign>.)",
    re.DOTALL,
)
_LONGEST = 160


def normalised(code: str) -> str:
    """Code on one line, as every formatter would leave it: without layout, comments and such.

    Not sure to be Python any more: it is only to be compared, and to be read by people. What is
    long is cut and ends in a checksum.
    """
    tokens: list[str] = []
    for match in _TOKEN.finditer(code):
        kind = match.lastgroup
        if kind in ("comment", "gap"):
            continue
        token = match[0]
        if kind == "string":
            token = match["prefix"].lower() + _quoted(match["string"])
        elif kind == "word" and token[0].isdigit():
            token = token.lower()
        if token in (")", "]", "}") and tokens and tokens[-1] == ",":
            tokens.pop()  # a formatter's, where it has put each argument on a line
        tokens.append(token)
    text = "".join(_spaced(tokens))
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}... {crc32(text.encode('utf-8', 'surrogatepass')):08x}"
    return text


def _quoted(string: str) -> str:
    """A literal in double quotes, where that takes no escapes."""
    quotes = string[:3] if string[:3] in ("'''", '"""') else string[0]
    inside = string[len(quotes) : -len(quotes)]
    if '"' in inside or "\\" in inside:
        return string
    return f'"""{inside}"""' if len(quotes) == 3 else f'"{inside}"'


def _spaced(tokens: Iterable[str]) -> Iterator[str]:
    before = ""
    for token in tokens:
        apart = (before[-1:].isalnum() or before[-1:] in ("_", '"', "'")) and (
            token[0].isalnum() or token[0] in ("_", '"', "'")
        )
        yield f" {token}" if apart or before == "," else token
        before = token


@dataclass(frozen=True, order=True)
class Identity:
    """What tells findings apart whatever moves around them. Several may share it.

    `path` is relative to the project, with forward slashes; `scope` the qualified name of the
    function or class around the finding, empty for a module's own code; `text` the code that is
    at fault, without its layout.
    """

    path: str
    code: str
    scope: str
    text: str

    @classmethod
    def of(cls, finding: Finding, path: str) -> Identity:
        """`path` is the finding's, as said above."""
        return cls(path, finding.code, finding.scope, finding.text)


def fingerprints(identities: Iterable[Identity]) -> Iterator[str]:
    """A name for each finding that no other one of the same report has, in hexadecimal digits.

    Those that share an identity are told apart by their order.
    """
    from hashlib import blake2b  # only some reports need it

    seen: Counter[Identity] = Counter()
    for identity in identities:
        parts = (identity.path, identity.code, identity.scope, identity.text, seen[identity])
        seen[identity] += 1
        yield blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
