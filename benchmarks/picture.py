"""Draws the results: each ratio as a share of its target, and the growth beside the straight line.

Run by the environment that has matplotlib: `python picture.py FOLDER` reads `latest.json` there.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")

from matplotlib import pyplot
from matplotlib.ticker import PercentFormatter

# Middle tones on no background: the contrast is the same on white and on a dark page.
INK, MET, MISSED, FAINT = "#757c85", "#2a8c82", "#cf5f1f", "#8b929b"


def draw(report: dict[str, Any], target: Path) -> None:
    """Write the picture of a report."""
    aimed = [row for row in report["results"] if row["target"] is not None][::-1]
    pyplot.rcParams |= {
        "axes.edgecolor": FAINT,
        "axes.labelcolor": INK,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlelocation": "left",
        "font.size": 12,
        "svg.hashsalt": "ssot-lint",
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
    }
    figure, (bars, line) = pyplot.subplots(
        1,
        2,
        figsize=(12, 1.8 + 0.4 * max(len(aimed), 4)),
        width_ratios=(3, 2),
        layout="constrained",
    )
    _draw_ratios(bars, aimed)
    _draw_growth(line, report["growth"], report["growth_target"])
    figure.savefig(target, transparent=True, metadata={"Date": None})


def _draw_ratios(axes: Any, rows: list[dict[str, Any]]) -> None:
    shares = [row["value"] / row["target"] for row in rows]
    colours = [MET if share <= 1 else MISSED for share in shares]
    # On a logarithmic scale, from the target on: half of it is as long as twice of it.
    widths = [share - 1 for share in shares]
    axes.barh([_label(row) for row in rows], widths, left=1, color=colours, height=0.62)
    axes.axvline(1, color=INK, linewidth=1.5, linestyle="--")
    axes.set_title("Share of the target: met left of the line")
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.set_xlim(min([0.25, *shares]) / 1.2, max([4, *shares]) * 1.2)
    axes.tick_params(axis="y", length=0)


def _label(row: dict[str, Any]) -> str:
    if row["peer"] is None:
        return f"{row['name']}: {row['value'] / 1e6:.0f} of {row['target'] / 1e6:.0f} MB"
    return f"{row['name']}: {row['value']:.3g}x of {row['target']:g}x"


def _draw_growth(axes: Any, points: list[dict[str, Any]], target: float) -> None:
    axes.set_title("First check of 1, 2, 4 copies")
    if not points:
        axes.set_axis_off()
        return
    copies = [point["copies"] for point in points]
    seconds = [point["usage"]["seconds"] for point in points]
    linear = [count * seconds[0] for count in copies]
    axes.plot(copies, linear, color=INK, linewidth=1.5, linestyle="--", label="linear")
    upper = [value * (1 + target) for value in linear]
    lower = [value * (1 - target) for value in linear]
    axes.fill_between(copies, lower, upper, color=FAINT, alpha=0.25, label=f"±{target:.0%}")
    axes.plot(copies, seconds, color=MET, linewidth=2.5, marker="o", label="ssot-lint")
    memory = [f"{point['copies']}x\n{point['usage']['peak'] / 1e6:.0f} MB" for point in points]
    axes.set_xticks(copies, memory)
    axes.set_xlim(0.8, copies[-1] * 1.15)
    axes.set_ylim(0)
    axes.set_ylabel("seconds")
    axes.legend(frameon=False, loc="upper left")


if __name__ == "__main__":
    FOLDER = Path(sys.argv[1])
    draw(json.loads((FOLDER / "latest.json").read_text("utf-8")), FOLDER / "latest.svg")
