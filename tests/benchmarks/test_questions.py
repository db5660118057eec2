"""Stock Rasa's intents are judged as Meridian's replies are."""

from __future__ import annotations

import pytest

from benchmarks.questions import counted, stock_outcome
from benchmarks.understanding import Understood
from bot.learning.evaluation import Case, Outcome, verdict

DISPOSITIONS = {"ask_booking": "booking", "request_person": "handoff", "out_of_scope": "out_of_scope"}


def asked(intent: str | None, topic: str, *accept: str) -> Outcome:
    case = Case("a question", topic, accept or (topic,))
    return stock_outcome(case, Understood(intent, 0.8), DISPOSITIONS)


@pytest.mark.parametrize(
    ("intent", "topic", "expected"),
    [
        ("ask_cost", "cost", "right"),
        ("ask_cost", "insurance", "wrong"),
        ("ask_booking", "booking", "right"),
        ("request_person", "handoff", "right"),
        ("nlu_fallback", "out_of_scope", "right"),
        ("nlu_fallback", "cost", "refused"),
        ("out_of_scope", "cost", "refused"),
        (None, "cost", "refused"),
        ("ask_sciatica", "emergency", "wrong"),
    ],
)
def test_an_intent_is_right_wrong_or_a_refusal(intent: str | None, topic: str, expected: str) -> None:
    assert verdict(asked(intent, topic)) == expected


def test_any_accepted_topic_is_right() -> None:
    assert verdict(asked("ask_insurance", "cost", "cost", "insurance")) == "right"


def test_the_counts_tell_kinds_of_fault_apart() -> None:
    found = counted(
        [
            asked("ask_cost", "cost"),
            asked("ask_cost", "out_of_scope"),
            asked("nlu_fallback", "out_of_scope"),
            asked("ask_sciatica", "emergency"),
        ]
    )
    assert found["right"]["count"] == 2
    assert found["wrong"]["count"] == 2
    assert (found["outside_answered"]["count"], found["outside_answered"]["total"]) == (1, 2)
    assert (found["alarms_missed"]["count"], found["alarms_missed"]["total"]) == (1, 1)
    assert (found["false_alarms"]["count"], found["false_alarms"]["total"]) == (0, 3)
    assert (found["right_without_warnings"]["count"], found["right_without_warnings"]["total"]) == (2, 3)
