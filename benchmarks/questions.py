"""Real questions put to both: what was right, what was answered though it should not be, what was missed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.figures import share
from benchmarks.progress import track
from benchmarks.stock import FALLBACK
from benchmarks.understanding import Understood, understood
from bot.knowledge.topics import intent_of
from bot.learning.evaluation import WARNINGS, Case, Outcome, evaluate, outcome, verdict

ALARMS = ("emergency", "crisis")
OUT_OF_SCOPE = "out_of_scope"


def ask_meridian(url: str, cases: Sequence[Case]) -> list[Outcome]:
    """Asks each question in a conversation of its own, through the whole app."""
    return list(track(evaluate(url, cases), "Meridian: visitors' questions", len(cases)))


def ask_stock(url: str, cases: Sequence[Case], dispositions: Mapping[str, str]) -> list[Outcome]:
    """Asks stock Rasa for the intent of each question; `dispositions` tells what is done about an intent."""
    answers = understood(url, [case.text for case in cases], "Stock Rasa: visitors' questions", fallback=True)
    return [stock_outcome(case, answer, dispositions) for case, answer in zip(cases, answers, strict=True)]


def stock_outcome(case: Case, answer: Understood, dispositions: Mapping[str, str]) -> Outcome:
    """The intent as a reply, judged as Meridian's replies are."""
    intent = answer.intent or FALLBACK
    disposition = OUT_OF_SCOPE if intent == FALLBACK else dispositions.get(intent, "answer")
    topic = intent.removeprefix(intent_of("")) if disposition in ("answer", "booking") else None
    reply = {"disposition": disposition, "topic": topic, "confidence": answer.confidence, "text": ""}
    return outcome(case, [reply], 0.0)


def counted(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Counts and shares of what the table reports; names no question."""
    verdicts = [verdict(each) for each in outcomes]
    plain = [each for each in outcomes if each.expected not in WARNINGS]
    outside = [each for each in outcomes if each.expected == OUT_OF_SCOPE]
    alarms = [each for each in outcomes if each.expected in ALARMS]
    calm = [each for each in outcomes if set(each.accept).isdisjoint(ALARMS)]
    return {
        **{name: share(verdicts.count(name), len(outcomes)) for name in ("right", "wrong", "refused")},
        "right_without_warnings": share(sum(each.right for each in plain), len(plain)),
        "outside_answered": share(sum(verdict(each) == "wrong" for each in outside), len(outside)),
        "alarms_missed": share(sum(not each.right for each in alarms), len(alarms)),
        "false_alarms": share(sum(each.disposition in ALARMS for each in calm), len(calm)),
    }
