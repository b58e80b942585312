"""Which classes of a project make ids beside its generator, and how many files call them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ssot_lint.analysis.source.text import decode
from ssot_lint.config.settings import Settings
from ssot_lint.ids.makers import MAKING, MAKING_ID
from ssot_lint.run import files

_SIEVE = re.compile(rb"def[ \t]+(?:%s)[ \t]*\(" % MAKING_ID.pattern.removesuffix("$").encode())
# What is called of fewer files is a helper of theirs.
_FEWEST = 2


@dataclass(frozen=True)
class OtherMaker:
    """A class that makes ids beside the generator."""

    dotted: str
    files: int
    """How many others call what it makes ids by; tests apart."""

    @property
    def says(self) -> str:
        """It in a sentence, with what to do."""
        name = self.dotted.rpartition(".")[2]
        told = f"`{name}` makes ids in {self.files} files beside the generator"
        return f'{told}; put "{self.dotted}" into `other-makers` or `accepted-makers`'


def find_other_makers(paths: Sequence[str], settings: Settings) -> list[OtherMaker]:
    """Those that no setting names, the most used first. Files that cannot be read have none."""
    sources: dict[str, bytes] = {}
    classes: dict[str, str] = {}
    for path in paths:
        relative = settings.relative(path)
        if settings.is_test(relative) or settings.is_exempt(path) or not relative.endswith(".py"):
            continue
        try:
            source = files.read(path)
        except OSError:
            continue
        sources[relative] = source
        if _SIEVE.search(source):
            classes.update(dict.fromkeys(_classes(source), relative))
    known = {*settings.generator_names, *settings.other_makers, *settings.accepted_makers}
    names = {name.rpartition(".")[2] for name in known}
    wanted = {name: path for name, path in classes.items() if name not in names}
    counts = _count(wanted, sources)
    found = [
        OtherMaker(f"{_module(path)}.{name}", counts[name])
        for name, path in wanted.items()
        if counts[name] >= _FEWEST
    ]
    return sorted(found, key=lambda one: (-one.files, one.dotted))


def _classes(source: bytes) -> Iterator[str]:
    try:
        tree = ast.parse(decode(source))
    except (SyntaxError, ValueError, LookupError, RecursionError, MemoryError):
        return
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            methods = [
                f for f in node.body if isinstance(f, (ast.FunctionDef, ast.AsyncFunctionDef))
            ]
            if sum(MAKING_ID.match(method.name) is not None for method in methods) > 1:
                yield node.name


def _count(classes: Iterable[str], sources: dict[str, bytes]) -> dict[str, int]:
    """How many files call a making method of each class, by its name, or make an object of it."""
    counts = dict.fromkeys(classes, 0)
    if not counts:
        return counts
    names = "|".join(map(re.escape, sorted(counts)))
    calls = re.compile(rf"(?<!class )\b({names})(?:\(|\.{MAKING.pattern})".encode())
    for source in sources.values():
        for name in {match[1].decode() for match in calls.finditer(source)}:
            if f"class {name}".encode() not in source:
                counts[name] += 1
    return counts


def _module(path: str) -> str:
    module = path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__")
    return module.replace("/", ".")
