"""Writes what was measured: a table for people, JSON for programs, a plot for both."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot
from rich.table import Table

from benchmarks.goals import Row, rows, said

INK, OURS, STOCK = "#22302e", "#1f6f66", "#b9c2bf"


def write(results: dict[str, Any], folder: Path) -> list[Path]:
    """Writes report.json and report.md into the folder, and with stock Rasa report.svg and report.png.

    Gives their paths.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = rows(results)
    data, table, *plots = (folder / f"report.{kind}" for kind in ("json", "md", "svg", "png"))
    data.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    table.write_text(markdown(results, written), encoding="utf-8")
    for path in plots:
        path.unlink(missing_ok=True)  # not to be taken for this run's
    if not any(row.ratio for row in written):
        return [data, table]
    figure = plot(written)
    for path in plots:
        figure.savefig(path, bbox_inches="tight", dpi=120)
    pyplot.close(figure)
    return [data, table, *plots]


def markdown(results: dict[str, Any], written: list[Row]) -> str:
    """The table, with what was measured where and how much of it."""
    head = ["", "Meridian", "stock Rasa", "ours / stock", "floor", "to reach", ""]
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(_cells(row))} |" for row in written]
    return "\n".join([*_notes(results), "", *lines, ""])


def table(written: list[Row]) -> Table:
    """The same without the goals, for a terminal."""
    shown = Table("", "Meridian", "stock Rasa", "ratio", "goal")
    for row in written:
        what, ours, theirs, ratio, _, _, verdict = _cells(row)
        shown.add_row(what, ours, theirs, ratio, verdict)
    return shown


def plot(written: list[Row]) -> Any:
    """Each figure that both have, ours as a multiple of stock Rasa's, on a logarithmic scale."""
    both = [row for row in reversed(written) if row.ratio]
    figure, axes = pyplot.subplots(figsize=(9, 0.36 * max(len(both), 2) + 1.2))
    for at, row in enumerate(both):
        ratio = row.ratio or 1.0
        axes.plot([1, ratio], [at, at], color=STOCK, linewidth=2, zorder=1)
        axes.scatter([1], [at], color=STOCK, zorder=2)
        axes.scatter([ratio], [at], color=OURS, zorder=3)
        label = f"{row.figure.form.format(row.ours)} against {row.figure.form.format(row.stock)}"
        axes.annotate(label, (max(ratio, 1), at), (8, 0), textcoords="offset points", va="center", fontsize=8)
    axes.set_xscale("log")
    axes.set_yticks(range(len(both)), [row.figure.what.strip() for row in both], fontsize=8, color=INK)
    axes.axvline(1, color=INK, linewidth=0.8)
    axes.margins(x=0.25)
    axes.set_xlabel("Meridian, as a multiple of stock Rasa (the line)", color=INK, fontsize=9)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    return figure


def _cells(row: Row) -> list[str]:
    form = row.figure.form
    return [
        row.figure.what.strip(),
        *("–" if value is None else form.format(value) for value in (row.ours, row.stock)),
        "–" if row.ratio is None else f"{row.ratio:.2f}",
        said(row.figure.floor, form),
        said(row.figure.reach, form),
        row.verdict,
    ]


def _notes(results: dict[str, Any]) -> list[str]:
    lines = [f"{results['begun']}, {results['machine']}, commit {results['commit']}."]
    if results["quick"]:
        lines.append(
            "A quick run: few measurements, late turns around the 100th; figures to look at, not to quote."
        )
    for name, part in (("Meridian", results["meridian"]), ("Stock Rasa", results.get("stock") or {})):
        for key, title in (("banking77", "BANKING77"), ("clinc150", "CLINC150")):
            if key in part:
                lines.append(f"{name}, {title}: {_counted(part[key]['right'])}, {_draws(part[key])}.")
        if "questions" in part:
            lines.append(f"{name}, visitors' questions: {_counted(part['questions']['right'])} right.")
    lines += [f"Left out: {what}" for what in results["left_out"]]
    return lines


def _counted(share: dict[str, Any]) -> str:
    low, high = share["interval_95"]
    return f"{share['count']} of {share['total']} ({share['share']:.1%}, 95 % {low:.1%} to {high:.1%})"


def _draws(scores: dict[str, Any]) -> str:
    shares = ", ".join(f"{share:.1%}" for share in scores["draws"])
    return f"draws of examples: {shares}" if len(scores["draws"]) > 1 else "one draw of examples"
