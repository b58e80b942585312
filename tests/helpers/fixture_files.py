"""Reading fixtures: the marks in them and the settings they ask for.

A trailing `# expect: OST101` marks a line that must be reported, `# expect: OST101@9` pins the
column, `# expect: OST101, OST301` names two. What is refused a fix says why, in a part of the
reason: `# expect: OST101 no-fix: is cut`; a mark without one holds that nothing is refused.
`# expect: OST101 says: bypasses` pins a part of the message. Where the findings of a line differ,
they stand behind semicolons, those of one code from left to right:
`# expect: OST101 no-fix: is cut; OST301`. Leading comment lines may hold `# settings: {json}` and
`# min-python: 3.12`, and `# checked-as: app/chat.py` where the path matters: else it is that of a
test.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ssot_lint.config.settings import Settings, settings_from_table
from ssot_lint.ids.generator.api import GeneratorApi
from ssot_lint.ids.generator.reading import read_generator_api
from ssot_lint.rules.registry import CODES

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests" / "fixtures"
BACKEND = ROOT / "tests" / "backend"
"""Holds the generator that the fixtures are checked against."""

GOLDENS = (".fixed.py", ".unsafe.py")

_MARK = re.compile(r"[ \t]*# expect: (?P<parts>OST\d.*?)[ \t]*$", re.M)
_BETWEEN_PARTS = re.compile(r"; (?=OST\d)")
_PART = re.compile(
    r"(?P<codes>OST\d+(?:@\d+)?(?:, OST\d+(?:@\d+)?)*)"
    r"(?: says: (?P<says>.+?))?(?: no-fix: (?P<no_fix>.+))?"
)
_SETTINGS = re.compile(r"^# settings: (\{.*\})$", re.M)
_CHECKED_AS = re.compile(r"^# checked-as: (.+)$", re.M)
_MIN_PYTHON = re.compile(r"^# min-python: 3\.(\d+)$", re.M)


@dataclass(frozen=True)
class Expected:
    """One expected finding; the column only where the fixture pins it."""

    row: int
    code: str
    column: int | None
    says: str = ""
    """A part of the message, where the fixture pins it."""

    no_fix: str = ""
    """A part of the reason why there is no fix; empty where none is refused."""


@dataclass(frozen=True)
class Fixture:
    """A fixture without its marks."""

    path: Path
    source: bytes
    expected: tuple[Expected, ...]
    table: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.path.parent.name}/{self.path.stem}"

    @property
    def checked_as(self) -> str:
        """The path under which it is checked."""
        found = _CHECKED_AS.search(self.source.decode())
        return str(ROOT / found[1] if found else self.path)

    @property
    def keeps_imports(self) -> bool:
        """Whether fixes leave imports without use here, because others may rely on them."""
        return b"\n# keeps-unused-imports\n" in self.source

    @property
    def silent_lines(self) -> int:
        marked = {item.row for item in self.expected}
        lines = self.source.decode().splitlines()
        return sum(bool(line.strip()) for row, line in enumerate(lines, 1) if row not in marked)

    def settings(self, root: Path = ROOT) -> Settings:
        return settings_from_table(self.table, root=root, source=None, codes=CODES)

    def api(self) -> GeneratorApi:
        return read_generator_api(self.settings(BACKEND))


def load(path: Path) -> Fixture:
    text = path.read_bytes().decode()
    expected = [
        item
        for match in _MARK.finditer(text)
        for part in _BETWEEN_PARTS.split(match["parts"])
        for item in _expected(part, row=text.count("\n", 0, match.start()) + 1)
    ]
    settings = _SETTINGS.search(text)
    table = json.loads(settings[1]) if settings else {}
    return Fixture(path, _MARK.sub("", text).encode(), tuple(expected), table)


def _expected(part: str, row: int) -> Iterator[Expected]:
    match = _PART.fullmatch(part)
    assert match, f"line {row}: cannot read the mark {part!r}"
    for item in match["codes"].split(", "):
        code, _, column = item.partition("@")
        yield Expected(
            row, code, int(column) if column else None, match["says"] or "", match["no_fix"] or ""
        )


def all_fixtures() -> list[Fixture]:
    """All fixtures that the running interpreter can read, in order."""
    paths = [path for path in sorted(FIXTURES.rglob("*.py")) if not path.name.endswith(GOLDENS)]
    return [load(path) for path in paths if _is_readable(path)]


def _is_readable(path: Path) -> bool:
    needed = _MIN_PYTHON.search(path.read_text(encoding="utf-8"))
    return needed is None or sys.version_info >= (3, int(needed[1]))
