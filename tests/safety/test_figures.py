"""The screen over real questions and other people's data, where they are at hand: what is missed, what alarms."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.encoder.encoder import SentenceEncoder
from bot.learning.evaluation import interval
from bot.safety.screen import Level, Screen
from bot.settings import ROOT, Settings

SHARED = Settings().shared
LEVELS = {"emergency", "crisis", "urgent"}
SAMPLE = 1000
"""Of each data set."""

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the real questions stay outside of the project")


@pytest.fixture(scope="module")
def screen() -> Screen:
    return Screen.load(SentenceEncoder.load(ROOT / "models/encoder"))


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def level(screen: Screen, text: object) -> str:
    found = screen.find(str(text))
    return found[0].level.value if found else "calm"


def share(wrong: Iterable[str], total: int) -> str:
    listed = list(wrong)
    low, high = interval(len(listed), total)
    return f"{len(listed)} of {total} (95 %: {low:.2%} to {high:.2%})\n" + "\n".join(listed)


def test_every_warning_of_real_visitors_is_found(screen: Screen) -> None:
    questions = rows(SHARED / "questions/visitor_questions.jsonl")
    due = [row for row in questions if row["topic"] in LEVELS]
    missed = [str(row["text"]) for row in due if level(screen, row["text"]) not in str(row["accept"])]
    assert due
    assert not missed, share(missed, len(due))


def test_real_questions_raise_almost_no_alarm(screen: Screen) -> None:
    questions = rows(SHARED / "questions/visitor_questions.jsonl") + rows(ROOT / "tests/data/questions.jsonl")
    calm = [row for row in questions if LEVELS.isdisjoint([row["topic"], *list(row.get("accept") or [])])]  # type: ignore[call-overload]
    alarms = [str(row["text"]) for row in calm if level(screen, row["text"]) != "calm"]
    assert len(alarms) <= 0.01 * len(calm), share(alarms, len(calm))


def test_what_has_nothing_to_do_with_health_is_no_emergency(screen: Screen) -> None:
    clinc = json.loads((SHARED / "datasets/clinc150_full.json").read_text(encoding="utf-8"))
    texts = [text for split in clinc.values() for text, _ in split]
    with (SHARED / "datasets/banking77_train.csv").open(encoding="utf-8", newline="") as file:
        banking = [row["text"] for row in csv.DictReader(file)]
    drawn = random.Random(2)
    sample = drawn.sample(texts, SAMPLE) + drawn.sample(banking, SAMPLE)
    alarms = [text for text in sample if level(screen, text) in (Level.EMERGENCY, Level.CRISIS)]
    assert len(alarms) <= 0.005 * len(sample), share(alarms, len(sample))
