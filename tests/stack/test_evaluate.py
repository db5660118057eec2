"""`meridian evaluate` from a file of questions to the report that people read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app

QUESTIONS = {
    "are the needles sterile?": "needles_sterile",
    "how many sessions will i need": "how_many_sessions",
    "who won the ice hockey game last night": "out_of_scope",
    "does it hurt?": "cost",  # marked wrongly: a wrong answer
    "hello": "smalltalk",
}


def test_an_evaluation_writes_outcomes_summary_and_report(
    model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MERIDIAN_MODEL", model)
    questions, out = tmp_path / "five.jsonl", tmp_path / "new" / "out.jsonl"
    rows = [json.dumps({"text": text, "topic": topic}) for text, topic in QUESTIONS.items()]
    questions.write_text("\n".join(rows))

    done = CliRunner().invoke(app, ["evaluate", str(questions), "--json", str(out), "--misspelt"])

    assert done.exit_code == 0, done.output
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert [line["text"] for line in lines] == list(QUESTIONS)
    assert {frozenset(line) for line in lines} == {
        frozenset(
            ("text", "topic", "topics", "disposition", "confidence", "accept", "right", "reply", "latency_ms")
        )
    }
    values = json.loads(out.with_suffix(".summary.json").read_text())
    assert values["wrong"]["count"] == 1
    # What was declined has a confidence, too: from the engine's own reading.
    assert values["calibration"]["messages"] == 5
    assert values["thresholds"]["now"]["threshold"] == values["model"]["thresholds"]["answer"]
    assert values["misspelt"]["questions"] == 5
    page = out.with_suffix(".html").read_text()
    assert "does it hurt?" in page
    assert page.count("<svg") == 3
    assert str(out.with_suffix(".html")) in done.output.replace("\n", "")
