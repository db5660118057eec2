"""The report's figures as SVG that takes its colours and its letters from the page around it.

Imports matplotlib, which takes a second: import this module only to draw.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from io import StringIO

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import PercentFormatter

from bot.learning.calibration import AtThreshold, Bin
from bot.learning.evaluation import interval

# Each stands for a colour of the page's style sheet, so that a figure follows light, dark and print.
_INK, _MUTED, _RIGHT, _WRONG, _REFUSED, _PAPER = (
    "#010101",
    "#020202",
    "#030303",
    "#040404",
    "#050505",
    "#060606",
)
_VARIABLES = {
    _INK: "--ink", _MUTED: "--muted", _RIGHT: "--right", _WRONG: "--wrong", _REFUSED: "--refused",
    _PAPER: "--surface",
}  # fmt: skip
_PERCENT = "\N{NO-BREAK SPACE}%"
_STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "meridian",
    "font.family": "sans-serif",
    "font.size": 11,
    "text.parse_math": False,  # a label may hold a dollar sign
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.edgecolor": _MUTED,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "figure.facecolor": "none",
    "legend.frameon": False,
}


def reliability(found: Sequence[Bin]) -> str:
    """The share right against the confidence, a point for each bin with its 95 % interval; the line is perfect."""
    with rc_context(_STYLE):  # type: ignore[arg-type]  # the names are literals in matplotlib's types
        figure = Figure(figsize=(6.4, 4.6), layout="constrained")
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], color=_MUTED, linestyle="--", linewidth=1.2, label="as sure as it is right")
        most = max((each.count for each in found), default=1)
        for each in found:
            low, high = interval(each.right, each.count)
            axes.plot([each.confidence] * 2, [low, high], color=_RIGHT, linewidth=1.4)
            size = 30 + 220 * each.count / most
            axes.scatter(each.confidence, each.accuracy, s=size, color=_RIGHT, edgecolor=_PAPER, zorder=3)
        axes.scatter([], [], s=70, color=_RIGHT, label="measured; larger: more questions; bar: 95 % interval")
        axes.set(xlim=(0, 1.02), ylim=(0, 1.04), xlabel="How sure it was", ylabel="How often it was right")
        _percent(axes)
        figure.legend(loc="outside upper left")
        return _svg(figure, "reliability")


def risk_and_coverage(table: Sequence[AtThreshold], current: AtThreshold | None) -> str:
    """The share wrong among the answered against the share answered; one point for each threshold."""
    with rc_context(_STYLE):  # type: ignore[arg-type]
        figure = Figure(figsize=(6.4, 4.2), layout="constrained")
        axes = figure.subplots()
        rows = [row for row in table if row.answered]
        axes.plot([row.coverage for row in rows], [row.risk for row in rows], color=_RIGHT, linewidth=1.4)
        last = None
        for row in rows:
            if abs(row.threshold * 10 - round(row.threshold * 10)) > 1e-9 or row == current:
                continue
            axes.scatter(row.coverage, row.risk, s=34, color=_RIGHT, zorder=3)
            # Where the curve has hardly moved on, a second label would cover the first.
            if last is None or abs(row.coverage - last.coverage) > 0.05:
                axes.annotate(
                    f"{row.threshold:.1f}", (row.coverage, row.risk), xytext=(0, 7), textcoords="offset points",
                    color=_INK, ha="center",
                )  # fmt: skip
                last = row
        if current and current.answered:
            axes.scatter(current.coverage, current.risk, s=90, color=_WRONG, zorder=4)
            axes.annotate(
                f"now: {current.threshold:g}", (current.coverage, current.risk), xytext=(9, -14),
                textcoords="offset points", color=_WRONG,
            )  # fmt: skip
        axes.set(xlabel="Share of questions answered", ylabel="Wrong among the answered")
        axes.set_xlim(0, 1.04)
        axes.set_ylim(0, max(0.05, *(row.risk * 1.15 for row in rows)) if rows else 0.05)
        _percent(axes)
        return _svg(figure, "risk")


def confusion(
    rows: Sequence[str],
    columns: Sequence[str],
    counts: Mapping[tuple[str, str], int],
    refusals: Collection[str] = (),
) -> str:
    """What was asked (rows) against what was understood (columns); on the diagonal it is the same."""
    with rc_context(_STYLE):  # type: ignore[arg-type]
        width, height = 2.6 + 0.42 * len(columns), 2.4 + 0.36 * len(rows)
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = figure.subplots()
        totals = {row: sum(counts.get((row, column), 0) for column in columns) for row in rows}
        for y, row in enumerate(rows):
            for x, column in enumerate(columns):
                count = counts.get((row, column), 0)
                colour = _RIGHT if row == column else _REFUSED if column in refusals else _WRONG
                share = count / totals[row] if count else 0
                cell = Rectangle(
                    (x - 0.5, y - 0.5), 1, 1, facecolor=colour, alpha=0.15 + 0.45 * share if count else 0,
                    linewidth=0,
                )  # fmt: skip
                axes.add_patch(cell)
                if count:
                    axes.text(x, y, str(count), ha="center", va="center")
        axes.set_xlim(-0.5, len(columns) - 0.5)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xticks(range(len(columns)), columns, rotation=50, ha="right", rotation_mode="anchor")
        axes.set_yticks(range(len(rows)), rows)
        axes.set(xlabel="What it understood", ylabel="What was asked")
        axes.tick_params(length=0)
        axes.hlines(
            [y - 0.5 for y in range(1, len(rows))], -0.5, len(columns) - 0.5, color=_MUTED, lw=0.4, alpha=0.5
        )
        axes.vlines(
            [x - 0.5 for x in range(1, len(columns))], -0.5, len(rows) - 0.5, color=_MUTED, lw=0.4, alpha=0.5
        )
        return _svg(figure, "confusion")


def _percent(axes: Axes) -> None:
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=_PERCENT))
    axes.yaxis.set_major_formatter(PercentFormatter(1, symbol=_PERCENT))
    axes.grid(color=_MUTED, alpha=0.2, linewidth=0.6)


def _svg(figure: Figure, name: str) -> str:
    """The figure as one `<svg>` element for an HTML page: no header, no metadata, ids of its own."""
    written = StringIO()
    figure.savefig(written, format="svg", transparent=True, metadata={"Date": None})
    svg = written.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<(metadata|style).*?</\1>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' xmlns(:xlink)?="[^"]*"', "", svg).replace("xlink:href", "href")
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'(href="|url\()#', rf"\1#{name}-", svg)
    for colour, variable in _VARIABLES.items():
        svg = svg.replace(colour, f"var({variable})")
    # Letters in the page's own font; the figure as wide as it was drawn, or as its column where that is less.
    svg = re.sub(r"font-family: [^;\"]*", "font-family: inherit", svg)
    return re.sub(r'<svg ([^>]*?)height="[\d.]+pt"', r'<svg aria-hidden="true" \1', svg, count=1)
