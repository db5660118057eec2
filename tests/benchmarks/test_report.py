"""A recorded result as a report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import report
from benchmarks.figures import share
from benchmarks.goals import Row, rows

SCORES = {"right": share(910, 1000), "auroc": 0.965, "draws": [0.90, 0.92], "training_seconds": 20.0}
RESULTS: dict[str, Any] = {
    "begun": "2026-11-21 12:00",
    "machine": "a processor, 2 cores, 8 GB",
    "commit": "abc1234",
    "quick": False,
    "left_out": ["visitors' questions, which are not there."],
    "meridian": {"training_seconds": 14.0, "clinc150": SCORES, "memory": {"engine": 300.0, "all": 420.0}},
    "stock": {"training_seconds": 260.0, "memory": {"engine": 1200.0, "all": 1300.0}},
    "messages": {
        "engine": {"message": {"p50": 10.0, "p95": 14.0, "p99": 20.0}, "per_second": 50.0},
        "stock": {"message": {"p50": 60.0, "p95": 80.0, "p99": 90.0}, "per_second": 16.0},
    },
}


def row(what: str) -> Row:
    return next(row for row in rows(RESULTS) if row.figure.what == what)


@pytest.mark.parametrize(
    ("what", "verdict"),
    [
        ("training, nothing to a model file", "reached"),
        ("one message, engine, p50", "floor kept"),
        ("messages a second, 16 clients, engine", "below the floor"),
        ("one message, engine, p95", ""),
        ("CLINC150, out of scope, AUROC", "floor kept"),
    ],
)
def test_each_figure_says_whether_its_goal_was_reached(what: str, verdict: str) -> None:
    assert row(what).verdict == verdict


def test_what_was_not_measured_has_no_row_and_what_stock_lacks_no_ratio() -> None:
    assert not any("BANKING77" in each.figure.what for each in rows(RESULTS))
    assert row("CLINC150, 10 examples each, right").ratio is None
    assert row("memory of the engine").ratio == 0.25


def test_the_report_is_a_table_for_people_json_for_programs_and_a_plot(tmp_path: Path) -> None:
    report.write(RESULTS, tmp_path)
    assert json.loads((tmp_path / "report.json").read_text()) == RESULTS
    table = (tmp_path / "report.md").read_text()
    line = "| one message, engine, p50 | 10.0 ms | 60.0 ms | 0.17 | ≤ 1/5 of stock | ≤ 1/8 of stock | floor kept |"
    assert line in table.splitlines()
    assert "910 of 1000 (91.0%, 95 % 89.1% to 92.6%)" in table
    assert "Left out: visitors' questions" in table
    assert "10.0 ms against 60.0 ms" in (tmp_path / "report.svg").read_text().replace("<!-- ", "")
    assert (tmp_path / "report.png").stat().st_size > 10_000
