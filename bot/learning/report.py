"""The evaluation as a page for the people of the clinic: how many answers are right, and which are not.

One HTML file that needs nothing else: no script, no request, readable in light, dark and on paper.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from bot.learning import plots
from bot.learning.calibration import (
    WRONG_COSTS,
    AtThreshold,
    at_threshold,
    bins,
    brier_score,
    cheapest,
    expected_calibration_error,
    offer_table,
    threshold_table,
)
from bot.learning.evaluation import Outcome, interval, summary, verdict
from bot.learning.misspelling import Pair
from bot.learning.readings import Model, Reading, guesses

SLOWEST = 10
# More rows than this cannot be read as a picture; the table of topics has them all.
MOST_CONFUSED = 25
THRESHOLDS = tuple(round(step / 20, 2) for step in range(20))
_TABLED = tuple(round(step / 10, 1) for step in range(10))
# Columns of the confusion matrix that are no topics; the first ones are refusals.
REFUSED_AS = {
    "clarify": "(asked back)",
    "out_of_scope": "(declined)",
    "handoff": "(passed on)",
    "unavailable": "(no answer)",
}
OTHER = "(something else)"
# What became of a message, in words for people.
DISPOSITIONS = {
    "answer": "an answer",
    "clarify": "asked back",
    "booking": "the booking form",
    "handoff": "passed on to a person",
    "smalltalk": "small talk",
    "out_of_scope": "declined as not its field",
    "unavailable": "no answer: the language engine did not respond",
    "emergency": "the emergency warning",
    "urgent": "the urgent warning",
    "crisis": "the crisis warning",
}


@dataclass(frozen=True)
class Evaluation:
    """All that one run found. `readings` are by conversation; `misspelt` is empty where it was not asked."""

    file: str
    at: datetime
    model: Model
    outcomes: Sequence[Outcome]
    readings: Mapping[str, Reading] = field(default_factory=dict)
    misspelt: Sequence[Pair] = ()

    def values(self) -> dict[str, Any]:
        """The summary as JSON holds it: counts and shares, calibration, thresholds, misspellings."""
        found = guesses(self.outcomes, self.readings, self.model)
        answer = self.model.thresholds.get("answer")
        best = cheapest(threshold_table(found, THRESHOLDS))
        values = {
            "file": self.file,
            "at": self.at.isoformat(timespec="seconds"),
            "model": {"file": self.model.file, "id": self.model.id, "thresholds": {**self.model.thresholds}},
            **summary(list(self.outcomes)),
            "calibration": {
                "messages": len(found),
                "expected_calibration_error": round(expected_calibration_error(found), 4),
                "brier_score": round(brier_score(found), 4),
                "bins": [
                    {
                        "above": each.low,
                        "to": each.high,
                        "count": each.count,
                        "confidence": round(each.confidence, 4),
                        "right": round(each.accuracy, 4),
                    }
                    for each in bins(found)
                ],
            },
            "thresholds": {
                "now": _row(at_threshold(found, answer)) if found and answer is not None else None,
                "cheapest": _row(best) if found and best else None,
                "wrong_costs": WRONG_COSTS,
                "table": [_row(row) for row in threshold_table(found, THRESHOLDS)] if found else [],
            },
        }
        if self.misspelt:
            changed = sum(pair.changed for pair in self.misspelt)
            values["misspelt"] = {
                "questions": len(self.misspelt),
                "changed": changed,
                "share": round(changed / len(self.misspelt), 4),
                "interval_95": [round(bound, 4) for bound in interval(changed, len(self.misspelt))],
            }
        return values


def render(evaluation: Evaluation) -> str:
    """The report as an HTML page; everything that came from visitors or files is escaped."""
    outcomes = list(evaluation.outcomes)
    found = guesses(outcomes, evaluation.readings, evaluation.model)
    values = evaluation.values()
    thresholds = evaluation.model.thresholds
    answer = thresholds.get("answer")
    now = at_threshold(found, answer) if found and answer is not None else None
    rows, columns, counts = confused(outcomes)
    by_verdict = {
        name: [each for each in outcomes if verdict(each) == name] for name in ("right", "wrong", "refused")
    }
    return _template(
        "report.html"
    ).render(
        evaluation=evaluation,
        values=values,
        topics=topic_rows(outcomes),
        by_verdict=by_verdict,
        confusion=Markup(  # noqa: S704  # our own drawing; matplotlib escapes every label
            plots.confusion(
                [*map(title, rows)],
                [*map(title, columns)],
                _titled(counts),
                refusals=frozenset(REFUSED_AS.values()),
            )
        )
        if rows
        else None,
        confused_rows=rows,
        reliability=Markup(plots.reliability(bins(found))) if found else None,  # noqa: S704
        risk=Markup(  # noqa: S704
            plots.risk_and_coverage(threshold_table(found, _fine(found_at=answer)), now)
        )
        if found
        else None,
        guesses=found,
        now=now,
        best=cheapest(threshold_table(found, THRESHOLDS)) if found else None,
        threshold_rows=threshold_table(found, sorted({*_TABLED, *([answer] if answer is not None else [])})),
        offer_now=thresholds.get("clarify"),
        offers=offer_table(
            found, answer or 0.0, sorted({0.2, 0.3, 0.4, 0.5, thresholds.get("clarify", 0.3)})
        ),
        wrong_costs=WRONG_COSTS,
        slowest=sorted(outcomes, key=lambda each: -each.latency_ms)[:SLOWEST],
        misspelt_changed=sorted(
            (pair for pair in evaluation.misspelt if pair.changed),
            key=lambda pair: (verdict(pair.misspelt) != "wrong", not pair.well.right),
        ),
    )


def _template(name: str) -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(percent=percent, title=title, got=got, verdict=verdict)
    return environment.get_template(name)


@dataclass(frozen=True)
class TopicRow:
    """How the questions of one topic went."""

    name: str
    right: int
    wrong: int
    refused: int

    @property
    def total(self) -> int:
        return self.right + self.wrong + self.refused


def topic_rows(outcomes: Iterable[Outcome]) -> list[TopicRow]:
    """Every topic that was asked, those in most trouble first: wrong weighs as in the choice of thresholds."""
    counts: dict[str, Counter[str]] = {}
    for each in outcomes:
        counts.setdefault(each.expected, Counter())[verdict(each)] += 1
    rows = [TopicRow(name, each["right"], each["wrong"], each["refused"]) for name, each in counts.items()]
    return sorted(rows, key=lambda row: (-(row.wrong * WRONG_COSTS + row.refused), -row.total, row.name))


def confused(outcomes: Iterable[Outcome]) -> tuple[list[str], list[str], dict[tuple[str, str], int]]:
    """The confusion matrix of the topics that were taken for another: rows, columns, counts of (row, column).

    A right answer counts for the topic that was asked, whichever of the accepted was given.
    """
    outcomes = list(outcomes)
    troubled = [row.name for row in topic_rows(outcomes) if row.wrong][:MOST_CONFUSED]
    counts = Counter(
        (each.expected, each.expected if each.right else _understood(each))
        for each in outcomes
        if each.expected in troubled
    )
    taken_for = Counter(column for (_, column) in counts.elements())
    others = [name for name, _ in taken_for.most_common() if name not in troubled and name[0] != "("]
    ends = [name for name in (*REFUSED_AS.values(), OTHER) if name in taken_for]
    return troubled, [*troubled, *others, *ends], dict(counts)


def _understood(outcome: Outcome) -> str:
    if outcome.topics:
        return outcome.topics[0]
    return REFUSED_AS.get(outcome.disposition, OTHER)


def _titled(counts: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    return {(title(row), title(column)): count for (row, column), count in counts.items()}


def _row(row: AtThreshold) -> dict[str, float]:
    return {
        "threshold": row.threshold,
        "answered": row.answered,
        "right": row.right,
        "wrong": row.wrong,
        "refused": row.refused,
        "coverage": round(row.coverage, 4),
        "wrong_among_answered": round(row.risk, 4),
        "cost": round(row.cost, 4),
    }


def _fine(found_at: float | None) -> list[float]:
    """Thresholds close enough for a curve, the present one among them."""
    return sorted({*(step / 50 for step in range(50)), *([] if found_at is None else [found_at])})


def percent(share: float) -> str:
    """A share for people: `84.7 %`, with a space that does not break."""
    return f"{share * 100:.1f}\N{NO-BREAK SPACE}%"


def title(name: str) -> str:
    """A topic by its name, readable: `how_many_sessions` is `How many sessions`."""
    return name if name.startswith("(") else name.replace("_", " ").capitalize()


def got(outcome: Outcome, readings: Mapping[str, Reading]) -> str:
    """What a visitor got, in words: the topics answered, or what became of the message."""
    if outcome.topics:
        return " and ".join(title(topic) for topic in outcome.topics)
    said = DISPOSITIONS.get(outcome.disposition, outcome.disposition)
    reading = readings.get(outcome.conversation)
    offered = [
        title(topic)
        for question in (reading.questions if reading else ())
        for topic in question.get("candidates") or ()
    ]
    return f"{said}, offering: {', '.join(offered)}" if offered else said
