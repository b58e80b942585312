"""The one command: measures ssot_lint beside its peers, prints a table and keeps the results."""

from __future__ import annotations

import argparse
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import environment, report, rows, trees
from benchmarks.measure import paired_rounds
from benchmarks.shapes import SHAPES

RESULTS = environment.HERE / "results"


def main(args: Sequence[str] | None = None) -> None:
    """Set up, measure, report."""
    parser = _parser()
    options = parser.parse_args(args)
    folder = options.folder.resolve()
    if options.rounds < 1 or not folder.is_dir():
        parser.error("FOLDER is a folder, and N is at least 1")
    with environment.alone():
        _run(folder, options.only, 1 if options.quick else options.rounds, options.quick)


def _run(folder: Path, only: Sequence[str], rounds: int, quick: bool) -> None:
    peers = environment.set_up()
    versions = peers.versions()
    with tempfile.TemporaryDirectory(prefix="ssot-lint-benchmarks-") as work:
        stage = rows.Stage(peers, trees.Trees(folder, Path(work).resolve()))
        if not stage.trees.files:
            sys.exit(f"no Python files in {folder}")
        made = measured(stage, versions, only, rounds, quick)
    print(made.as_text(), end="")
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "latest.md").write_text(made.as_text(), encoding="utf-8")
    (RESULTS / "latest.json").write_text(made.as_json(), encoding="utf-8")
    # matplotlib is in the peers' environment, and would make every child of ours look big.
    picture = [str(environment.HERE / "picture.py"), str(RESULTS)]
    if subprocess.run([peers.peer("python"), *picture], check=False).returncode != 0:
        print("left out: the picture")


def measured(
    stage: rows.Stage, versions: dict[str, str], only: Sequence[str], rounds: int, quick: bool
) -> report.Report:
    """Everything that is asked for."""
    results: list[report.Result | None] = []
    notes = list(stage.environment.notes)
    for group in rows.GROUPS:
        wanted = [
            row for row in group.rows if (not only or row.name in only) and not (quick and row.slow)
        ]
        if not wanted:
            continue
        print(f"measuring {', '.join(row.name for row in wanted)} ...", file=sys.stderr)
        named = {name for row in wanted for name in (row.ours, row.peer)}
        commands = [
            command
            for command in group.commands(stage)
            if command.name in named and Path(command.argv[0]).exists()
        ]
        taken, failures = paired_rounds(commands, rounds * group.times)
        notes += failures
        results += [report.result(row, taken) for row in wanted]
    points: tuple[report.Point, ...] = ()
    if not only or rows.GROWTH in only:
        print(f"measuring {rows.GROWTH} ...", file=sys.stderr)
        taken, failures = paired_rounds(rows.growing(stage), rounds)
        notes += failures
        files, size = trees.size(stage.trees.growing[0])
        points = report.points(taken, [(files * count, size * count) for count in rows.SIZES])
    shapes: list[report.Grown | None] = []
    if rows.SHAPES in only or not (only or quick):
        for name in SHAPES:
            print(f"measuring {rows.SHAPES}: {name} ...", file=sys.stderr)
            # One round: four runs of each of a hundred shapes, by processor time.
            taken, failures = paired_rounds(rows.shaped(stage, name), 1)
            notes += failures
            shapes.append(report.grown(name, taken))
    return report.Report(
        folder=stage.trees.source.name,
        files=len(stage.trees.files),
        rounds=rounds,
        versions=versions,
        results=tuple(result for result in results if result is not None),
        growth=points,
        shapes=tuple(shape for shape in shapes if shape is not None),
        notes=tuple(notes),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    stdlib = Path(sysconfig.get_path("stdlib"))
    parser.add_argument(
        "folder",
        type=Path,
        nargs="?",
        default=stdlib,
        metavar="FOLDER",
        help="default: the standard library",
    )
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="default: 5")
    parser.add_argument(
        "--only", action="append", default=[], choices=rows.NAMES, help="this row; repeatable"
    )
    parser.add_argument("--quick", action="store_true", help="one round, without the slow peers")
    return parser


if __name__ == "__main__":
    main()
