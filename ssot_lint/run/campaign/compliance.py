"""How much of a code base makes its ids through the generator: figures, and how they develop."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from typing import Any

from ssot_lint.model.errors import UserError
from ssot_lint.model.findings import FileResult, Finding
from ssot_lint.rules.registry import OTHER_MAKER

# What makes an id, or turns one into another, without the generator.
_BYPASSING = ("OST1", "OST3")
BANNED, BY_HAND = "banned calls", "by hand"
_MADE_BY = {"OST101": BANNED, "OST102": BANNED, "OST103": BANNED, "OST104": BY_HAND}
SIDES = ("production", "tests")
"""The fields of `Compliance` and `Point` that hold figures."""


@dataclass(frozen=True)
class Share:
    """How many ids are made by the generator, and how many are not."""

    generated: int = 0
    bypassing: int = 0
    makers: Mapping[str, int] = field(default_factory=dict)
    """How many of the latter are made by whom: other makers by their names, `BANNED`, `BY_HAND`;
    the rest are ids that have the wrong form."""

    def __add__(self, other: Share) -> Share:
        makers = dict(sorted((Counter(self.makers) + Counter(other.makers)).items()))
        bypassing = self.bypassing + other.bypassing
        return Share(self.generated + other.generated, bypassing, makers)

    @property
    def by_maker(self) -> list[tuple[str, int]]:
        """The makers with the numbers of their ids, the most first."""
        return sorted(self.makers.items(), key=lambda row: (-row[1], row[0]))

    @property
    def percent(self) -> float | None:
        """From 0 to 100; None where no ids are made."""
        every = self.generated + self.bypassing
        return 100 * self.generated / every if every else None


@dataclass(frozen=True)
class Figures:
    """The figures of the production code, or of the tests."""

    share: Share = Share()
    files: Mapping[str, Share] = field(default_factory=dict)
    packages: Mapping[str, Share] = field(default_factory=dict)
    codes: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    """The names of the rules."""
    results: Mapping[str, FileResult] = field(default_factory=dict)
    """Of the files with findings."""

    def worst(self, of: Mapping[str, Share], count: int) -> list[tuple[str, Share]]:
        """Those with the most ids that are not generated, the worst first."""
        rows = [(name, share) for name, share in of.items() if share.bypassing]
        rows.sort(key=lambda row: (-row[1].bypassing, row[1].generated, row[0]))
        return rows[:count]


@dataclass(frozen=True)
class Compliance:
    """The figures of a run."""

    production: Figures
    tests: Figures
    not_analysed: int

    @classmethod
    def of(
        cls,
        results: Iterable[FileResult],
        is_test: Callable[[str], bool],
        whole: Callable[[str], str],
    ) -> Compliance:
        """`is_test` tells of a file's path whether it holds tests.

        `whole` gives the path that no other file of the run has, with forward slashes.
        """
        sides: dict[bool, list[tuple[str, FileResult]]] = {False: [], True: []}
        not_analysed = 0
        for result in results:
            is_tests = is_test(result.path)
            sides[is_tests].append((whole(result.path), result))
            not_analysed += not result.analysed
        return cls(_side(sides[False]), _side(sides[True]), not_analysed)


def _side(results: Sequence[tuple[str, FileResult]]) -> Figures:
    files: dict[str, Share] = {}
    packages: dict[str, Share] = {}
    codes: Counter[str] = Counter()
    names: dict[str, str] = {}
    found: dict[str, FileResult] = {}
    total = Share()
    for path, result in results:
        if result.findings:
            found[path] = result
        bypassing = [f for f in result.findings if f.code.startswith(_BYPASSING)]
        share = Share(result.generated, len({f.location for f in bypassing}), _makers(bypassing))
        total += share
        package = path.rpartition("/")[0] or "."
        if share != Share():
            files[path] = share
            packages[package] = packages.get(package, Share()) + share
        codes.update(finding.code for finding in result.findings)
        names.update((finding.code, finding.name) for finding in result.findings)
    return Figures(total, files, packages, codes, names, found)


def _makers(bypassing: Iterable[Finding]) -> dict[str, int]:
    """Who made the ids that findings are about, each place counted once."""
    by_place = {f.location: maker for f in bypassing if (maker := _maker(f)) is not None}
    return dict(sorted(Counter(by_place.values()).items()))


def _maker(finding: Finding) -> str | None:
    if finding.code == OTHER_MAKER:
        # Its message begins with what is called: `IdManager.new_id()`.
        called = finding.message.partition("`")[2].partition("(")[0]
        return called.rpartition(".")[0] or called
    return _MADE_BY.get(finding.code)


# Over time


@dataclass(frozen=True)
class Point:
    """The figures of one day."""

    date: str
    """In ISO 8601, with the time."""
    commit: str | None
    production: Share
    tests: Share

    @property
    def time(self) -> float:
        """The date in seconds, to compare. Raises ValueError when it is none."""
        # Python 3.10 does not read the Z for UTC.
        moment = datetime.fromisoformat(self.date.replace("Z", "+00:00"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()

    def line(self) -> str:
        """As one line of JSON."""
        figures = {name: asdict(getattr(self, name)) for name in SIDES}
        return json.dumps({"date": self.date, "commit": self.commit, **figures}) + "\n"


def read_history(name: str, content: bytes) -> list[Point]:
    """The points of a history file, the oldest first. Raises UserError."""
    points: list[Point] = []
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            points.append(_point(json.loads(line)))
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            raise UserError(f"{name}:{number}: is no point of a history; remove the line") from None
    return sorted(points, key=lambda point: point.time)


def _point(entry: Any) -> Point:
    commit = entry["commit"]
    if commit is not None and not isinstance(commit, str):
        raise TypeError
    shares = _share(entry["production"]), _share(entry["tests"])
    point = Point(str(entry["date"]), commit, *shares)
    point.time  # noqa: B018  # raises for what is no date
    return point


def _share(entry: Any) -> Share:
    makers = entry.get("makers", {})  # older points have none
    if not isinstance(makers, dict):
        raise TypeError
    counted = {str(name): _count(value) for name, value in makers.items()}
    return Share(_count(entry["generated"]), _count(entry["bypassing"]), counted)


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError
    return value
