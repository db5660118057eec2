"""What counts as right, wrong and refused, and the figures that follow from it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.learning.evaluation import Case, Outcome, interval, outcome, read_cases, summary, verdict
from bot.learning.misspelling import misspell, misspelt, pairs
from bot.problems import Problems


def test_questions_that_cannot_be_read_are_named_by_line(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text('{"text": "a", "topic": "cost"}\nnot json\n{"text": "b"}\n')
    with pytest.raises(Problems) as caught:
        read_cases(path)
    assert [problem.line for problem in caught.value.problems] == [2, 3]


def reply(disposition: str, topic: str | None = None) -> dict[str, object]:
    return {"disposition": disposition, "topic": topic, "confidence": 0.9, "text": "…"}


@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        ([reply("answer", "cost")], "right"),
        ([reply("answer", "location"), reply("answer", "cost")], "right"),
        ([reply("answer", "location"), reply("out_of_scope")], "wrong"),
        ([reply("out_of_scope"), reply("answer", "insurance")], "right"),
        ([reply("out_of_scope"), reply("answer", "location")], "wrong"),
        ([reply("answer", "location")], "wrong"),
        ([reply("clarify")], "refused"),
        ([reply("unavailable")], "refused"),
        ([], "refused"),
        ([reply("smalltalk")], "wrong"),
    ],
)
def test_an_outcome_is_right_wrong_or_refused(replies: list[dict[str, object]], expected: str) -> None:
    assert verdict(outcome(Case("How much?", "cost", ("cost", "insurance")), replies, 1.0)) == expected


def test_a_summary_counts_and_names_missed_warnings() -> None:
    cases = [
        Case("a", "cost", ("cost",)),
        Case("b", "emergency", ("emergency",)),
        Case("c", "cost", ("cost",)),
    ]
    answers = [reply("answer", "cost"), reply("answer", "cost"), reply("emergency")]
    outcomes: list[Outcome] = [outcome(c, [r], 1.0) for c, r in zip(cases, answers, strict=True)]
    values = summary(outcomes)
    assert values["right"]["count"] == 1
    assert values["warnings"]["emergency"] == {"missed": ["b"], "false_alarms": ["c"]}
    assert set(json.loads(outcomes[0].line())) == {
        "text", "topic", "topics", "disposition", "confidence", "accept", "right", "reply", "latency_ms",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("hits", "total", "expected"),
    [
        (95, 100, (0.888, 0.978)),
        (0, 10, (0.0, 0.278)),
        (10, 10, (0.722, 1.0)),
        (81, 263, (0.255, 0.366)),  # Newcombe, Stat Med 1998;17:857, table I
        (0, 0, (0.0, 1.0)),
    ],
)
def test_wilsons_interval(hits: int, total: int, expected: tuple[float, float]) -> None:
    low, high = interval(hits, total)
    assert (low, high) == pytest.approx(expected, abs=0.0006)


def test_the_topic_is_of_the_first_reply_that_answers() -> None:
    both = outcome(Case("?", "cost", ("cost",)), [reply("smalltalk"), reply("answer", "cost")], 1.0)
    assert (both.topic, both.topics, both.disposition) == ("cost", ["cost"], "smalltalk")


def test_a_slip_is_always_the_same_and_spares_first_letters_and_short_words() -> None:
    text = "are the needles sterile, or do you use them twice?"
    slipped = misspell(text)
    assert slipped != text
    assert misspell(text) == slipped
    assert [word[0] for word in slipped.split()] == [word[0] for word in text.split()]
    assert slipped.split()[:2] == ["are", "the"]
    assert misspell("is it ok?") == "is it ok?"
    assert all(misspell(word) != word for word in ("feel", "aaaa", "needle", "session"))


def test_a_pair_is_changed_when_the_visitor_gets_something_else() -> None:
    cases = [Case("does it hurt?", "does_it_hurt", ("does_it_hurt",)), Case("why?", "clarify", ("clarify",))]
    well = [outcome(case, [reply("answer", "does_it_hurt")], 1.0) for case in cases]
    slips = [outcome(misspelt(case), [reply("clarify")], 1.0) for case in cases]
    (pair,) = pairs(well, slips)
    assert pair.changed
    assert not pairs(
        well, [outcome(misspelt(case), [reply("answer", "does_it_hurt")], 1.0) for case in cases]
    )[0].changed
