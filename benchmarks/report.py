"""What was measured, as data, as JSON and as the printed tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from benchmarks.measure import Quantity, Round, Usage, amount, median_ratio, medians
from benchmarks.rows import (
    DOUBLED_TARGET,
    GROWTH_TARGET,
    LINES,
    LONGEST_TARGET,
    MB,
    SIZES,
    Row,
)


@dataclass(frozen=True, slots=True)
class Result:
    """A row with its numbers. `value` is the ratio; without a peer, the amount."""

    name: str
    what: str
    quantity: Quantity
    ours: Usage
    peer: Usage | None
    value: float
    target: float | None

    @property
    def verdict(self) -> str:
        """Whether the target is met."""
        return "" if self.target is None else "ok" if self.value <= self.target else "over"

    def shown(self, value: float | None) -> str:
        """A ratio or an amount as people read it."""
        if value is None:
            return ""
        if self.peer is None and self.quantity == "seconds":
            return f"{value:.2f} s"
        return f"{value / MB:.0f} MB" if self.peer is None else f"{value:.3g}x"


@dataclass(frozen=True, slots=True)
class Point:
    """What so many copies took, and how far that is from so many times what one took."""

    copies: int
    files: int
    bytes: int
    usage: Usage
    deviation: float
    cpu_deviation: float


@dataclass(frozen=True, slots=True)
class Grown:
    """What programs of one shape took at each size, and the fix of the longest."""

    name: str
    checks: tuple[Usage, ...]
    fix: Usage | None

    @property
    def doubled(self) -> float:
        """How many times as long the longest took as the one of half its size."""
        half, whole = self.checks[-2:]
        return whole.cpu / half.cpu

    @property
    def verdict(self) -> str:
        """Whether the targets are met."""
        longest = max([usage.cpu for usage in (self.checks[-1], self.fix) if usage is not None])
        is_met = longest <= LONGEST_TARGET and self.doubled <= DOUBLED_TARGET
        return "ok" if is_met else "over"


@dataclass(frozen=True, slots=True)
class Report:
    """One run of the benchmarks."""

    folder: str
    files: int
    rounds: int
    versions: dict[str, str]
    results: tuple[Result, ...]
    growth: tuple[Point, ...]
    notes: tuple[str, ...]
    shapes: tuple[Grown, ...] = ()

    def as_json(self) -> str:
        """What the picture is drawn from."""
        shown = asdict(self) | {"growth_target": GROWTH_TARGET}
        return json.dumps(shown, indent=2) + "\n"

    def as_text(self) -> str:
        """The tables, in Markdown that is readable as it is."""
        versions = ", ".join(f"{name} {version}" for name, version in self.versions.items())
        parts = [f"{self.folder}: {self.files} files, {self.rounds} round(s). {versions}."]
        if self.results:
            parts.append(_table(_HEAD, [_cells(result) for result in self.results]))
        if self.growth:
            parts.append(_table(_GROWTH_HEAD, [_growth_cells(point) for point in self.growth]))
        if self.shapes:
            parts.append(_table(_SHAPES_HEAD, [_shape_cells(shape) for shape in self.shapes]))
        return "\n\n".join([*parts, *self.notes]) + "\n"


def result(row: Row, rounds: Sequence[Round]) -> Result | None:
    """A row from its rounds; None where a command of it failed."""
    names = [row.ours] + ([] if row.peer is None else [row.peer])
    if not rounds or any(name not in rounds[0] for name in names):
        return None
    ours = medians(rounds, row.ours)
    if row.peer is None:
        return Result(
            row.name, row.what, row.quantity, ours, None, amount(ours, row.quantity), row.target
        )
    value = median_ratio(rounds, row.ours, row.peer, row.quantity)
    peer = medians(rounds, row.peer)
    return Result(row.name, row.what, row.quantity, ours, peer, value, row.target)


def points(rounds: Sequence[Round], sizes: Sequence[tuple[int, int]]) -> tuple[Point, ...]:
    """The growth from its rounds; `sizes` are files and bytes of each step."""
    if not rounds or any(f"{count}x" not in rounds[0] for count in SIZES):
        return ()
    return tuple(
        Point(
            count,
            files,
            size,
            medians(rounds, f"{count}x"),
            *(
                median_ratio(rounds, f"{count}x", "1x", quantity) / count - 1
                for quantity in ("seconds", "cpu")
            ),
        )
        for count, (files, size) in zip(SIZES, sizes, strict=True)
    )


def grown(name: str, rounds: Sequence[Round]) -> Grown | None:
    """A shape from its rounds; None where a check of it failed."""
    if not rounds or any(str(lines) not in rounds[0] for lines in LINES):
        return None
    checks = tuple(medians(rounds, str(lines)) for lines in LINES)
    return Grown(name, checks, medians(rounds, "fix") if "fix" in rounds[0] else None)


_HEAD = ("row", "ours : peer", "ours", "peer", "memory", "peer's", "ratio", "target", "")
_GROWTH_HEAD = (
    "copies",
    "files",
    "source",
    "time",
    "CPU",
    "memory",
    "off linear",
    "CPU off linear",
    "target",
    "",
)


_SHAPES_HEAD = (
    "shape",
    *(f"{lines} lines" for lines in LINES),
    "doubled",
    "fix",
    "target",
    "",
)


def _cells(result: Result) -> list[str]:
    used = [(_time(usage, result.quantity), _memory(usage)) for usage in (result.ours, result.peer)]
    (ours, memory), (peer, peer_memory) = used
    numbers = [ours, peer, memory, peer_memory, result.shown(result.value)]
    return [result.name, result.what, *numbers, result.shown(result.target), result.verdict]


def _growth_cells(point: Point) -> list[str]:
    return [
        f"{point.copies}x",
        str(point.files),
        f"{point.bytes / MB:.1f} MB",
        f"{point.usage.seconds:.2f} s",
        f"{point.usage.cpu:.2f} s",
        _memory(point.usage),
        f"{point.deviation:+.0%}",
        f"{point.cpu_deviation:+.0%}",
        f"{GROWTH_TARGET:+.0%}",
        "ok" if point.deviation <= GROWTH_TARGET else "over",
    ]


def _shape_cells(shape: Grown) -> list[str]:
    return [
        shape.name,
        *(_time(usage, "cpu") for usage in shape.checks),
        f"{shape.doubled:.2g}x",
        _time(shape.fix, "cpu"),
        f"{LONGEST_TARGET:.0f} s, {DOUBLED_TARGET}x",
        shape.verdict,
    ]


def _time(usage: Usage | None, quantity: Quantity) -> str:
    if usage is None:
        return ""
    return f"{usage.cpu:.2f} s CPU" if quantity == "cpu" else f"{usage.seconds:.2f} s"


def _memory(usage: Usage | None) -> str:
    return "" if usage is None else f"{usage.peak / MB:.0f} MB"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    columns = zip(head, *rows, strict=True)
    widths = [max(3, *(len(cell) for cell in column)) for column in columns]
    lines = [head, ["-" * width for width in widths], *rows]
    return "\n".join(
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in lines
    )
