"""What becomes of a message, by what the classifier said of it and of its parts."""

from typing import Any

import pytest
from rasa.shared.exceptions import InvalidConfigException

from bot.engine.components.decision import judge_of
from bot.engine.components.judgement import Judge, Reading

CONFIG: dict[str, Any] = {
    "thresholds": {"answer": 0.5, "clarify": 0.4, "candidate": 0.1},
    "dispositions": {
        "booking": ["ask_booking"],
        "handoff": ["request_person"],
        "clarify": ["ask_for_help"],
        "out_of_scope": ["out_of_scope"],
        "smalltalk": ["greet", "thank"],
    },
    "alike": ["ask_herniated_disc", "ask_does_it_work"],
}


@pytest.fixture
def judge() -> Judge:
    return judge_of(CONFIG)


def reading(text: str, **ranking: float) -> Reading:
    return Reading(text, sorted(ranking.items(), key=lambda one: -one[1]))


def wanted(judge: Judge, whole: Reading, *parts: Reading) -> list[tuple[str, str | None]]:
    return [(one.disposition, one.topic) for one in judge.decide(whole, parts).questions]


@pytest.mark.parametrize(
    ("ranking", "rule", "disposition", "topic", "intent"),
    [
        ({"ask_cost": 0.9, "ask_insurance": 0.05}, "confident", "answer", "cost", "ask_cost"),
        ({"ask_cost": 0.5, "ask_insurance": 0.45}, "confident", "answer", "cost", "ask_cost"),
        ({"ask_booking": 0.8}, "confident", "booking", "booking", "ask_booking"),
        ({"request_person": 0.8}, "confident", "handoff", None, "request_person"),
        ({"greet": 0.8}, "confident", "smalltalk", None, "greet"),
        ({"ask_for_help": 0.8}, "confident", "clarify", None, "ask_for_help"),
        ({"out_of_scope": 0.8}, "confident", "out_of_scope", None, "out_of_scope"),
        ({"an_unknown_intent": 0.8}, "confident", "out_of_scope", None, "an_unknown_intent"),
        ({"ask_cost": 0.4, "ask_insurance": 0.3}, "two_close", "clarify", None, "nlu_fallback"),
        (
            {"ask_herniated_disc": 0.4, "ask_does_it_work": 0.2},
            "alike",
            "answer",
            "herniated_disc",
            "ask_herniated_disc",
        ),
        ({"ask_cost": 0.2, "ask_insurance": 0.15}, "unsure", "out_of_scope", None, "nlu_fallback"),
        ({"ask_cost": 0.45, "out_of_scope": 0.3}, "one_close", "clarify", None, "nlu_fallback"),
        ({"out_of_scope": 0.45, "ask_cost": 0.4}, "unsure", "out_of_scope", None, "nlu_fallback"),
        ({"greet": 0.4, "thank": 0.3}, "unsure", "out_of_scope", None, "nlu_fallback"),
        ({}, "empty", "clarify", None, "nlu_fallback"),
    ],
)
def test_one_question(  # noqa: PLR0917
    judge: Judge, ranking: dict[str, float], rule: str, disposition: str, topic: str | None, intent: str
) -> None:
    decision = judge.decide(reading("how much?", **ranking))
    (question,) = decision.questions
    assert (decision.rule, question.disposition, question.topic) == (rule, disposition, topic)
    assert decision.intent == intent
    assert question.confidence == (max(ranking.values()) if ranking else 0)


def test_candidates_are_topics_in_the_order_of_their_confidence(judge: Judge) -> None:
    close = reading("?", ask_cost=0.3, ask_insurance=0.35, out_of_scope=0.2, ask_booking=0.19)
    assert judge.decide(close).questions[0].candidates == ["insurance", "cost"]
    three = reading("?", ask_cost=0.3, ask_insurance=0.35, ask_booking=0.2)
    assert judge.decide(three).questions[0].candidates == ["insurance", "cost", "booking"]
    assert judge.decide(reading("?", ask_cost=0.45, ask_insurance=0.05)).rule == "one_close"


COST = reading("How much is it?", ask_cost=0.9)
COST_AGAIN = reading("What's the price?", ask_cost=0.8)
HURT = reading("Does it hurt?", ask_does_it_hurt=0.9)
BOOK = reading("Can I book?", ask_booking=0.9)
HELLO = reading("Hello you.", greet=0.9)
AGE = reading("I am 45.", out_of_scope=0.9)
WEATHER = reading("What is the weather like?", out_of_scope=0.9)
REALLY = reading("Really?", out_of_scope=0.9)
MURKY = reading("Is that the thing with it?", ask_needles=0.2)
SESSIONS = reading("How many sessions would I need?", ask_how_many_sessions=0.45)
THURSDAY = reading("Would Thursday suit you?", ask_booking=0.42)
TORN = reading("Is that for a disc or for the nerve?", ask_sciatica=0.3, ask_needles=0.25)
WHOLE = reading("all of it", ask_insurance=0.9)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([COST, HURT], [("answer", "cost"), ("answer", "does_it_hurt")]),
        ([HURT, COST], [("answer", "does_it_hurt"), ("answer", "cost")]),
        ([COST, HURT, BOOK], [("answer", "cost"), ("answer", "does_it_hurt"), ("booking", "booking")]),
        # The same answer is given once; then it was one question.
        ([COST, HURT, COST_AGAIN], [("answer", "cost"), ("answer", "does_it_hurt")]),
        ([COST, COST_AGAIN], [("answer", "cost")]),
        # Small talk and context beside questions get no reply of their own.
        ([HELLO, COST, HURT], [("answer", "cost"), ("answer", "does_it_hurt")]),
        ([HELLO, COST], [("answer", "cost")]),
        ([AGE, COST, HURT], [("answer", "cost"), ("answer", "does_it_hurt")]),
        ([COST, REALLY, HURT], [("answer", "cost"), ("answer", "does_it_hurt")]),
        # A question that cannot be answered is told so, beside those that can.
        ([COST, WEATHER, HURT], [("answer", "cost"), ("out_of_scope", None), ("answer", "does_it_hurt")]),
        ([COST, WEATHER], [("answer", "cost"), ("out_of_scope", None)]),
        # Beside a certain part, one with a single likely reading is taken to mean it, in its place.
        ([COST, SESSIONS], [("answer", "cost"), ("answer", "how_many_sessions")]),
        ([SESSIONS, COST], [("answer", "how_many_sessions"), ("answer", "cost")]),
        ([SESSIONS, WEATHER], [("answer", "how_many_sessions"), ("out_of_scope", None)]),
        ([COST, THURSDAY], [("answer", "cost"), ("booking", "booking")]),
        # It counts as certain only then, and two likely readings are still a question.
        ([SESSIONS, THURSDAY], [("answer", "insurance")]),
        ([SESSIONS, MURKY], [("answer", "insurance")]),
        ([COST, TORN], [("answer", "insurance")]),
        ([COST, TORN, HURT], [("answer", "cost"), ("clarify", None), ("answer", "does_it_hurt")]),
        # Without two certain parts the message is one question.
        ([COST, MURKY], [("answer", "insurance")]),
        ([MURKY, MURKY], [("answer", "insurance")]),
        ([WEATHER, AGE], [("answer", "insurance")]),
        ([HELLO, REALLY], [("answer", "insurance")]),
        ([], [("answer", "insurance")]),
    ],
)
def test_several_questions(
    judge: Judge, parts: list[Reading], expected: list[tuple[str, str | None]]
) -> None:
    assert wanted(judge, WHOLE, *parts) == expected


def test_what_is_taken_as_meant_offers_nothing_and_keeps_its_confidence(judge: Judge) -> None:
    _, sessions = judge.decide(WHOLE, [COST, SESSIONS]).questions
    assert (sessions.candidates, sessions.confidence) == ([], 0.45)
    assert judge.decide(WHOLE, [SESSIONS, COST]).intent == "ask_how_many_sessions"


def test_a_likely_question_behind_a_statement_is_answered_too(judge: Judge) -> None:
    """What comes first is a statement: whether a part asks something is read of all its sentences."""
    likely = reading("I have sciatica. Does it help", ask_sciatica=0.45)
    assert wanted(judge, WHOLE, likely, COST) == [("answer", "sciatica"), ("answer", "cost")]


def test_the_first_question_gives_the_intent(judge: Judge) -> None:
    decision = judge.decide(WHOLE, [HURT, COST])
    assert (decision.rule, decision.intent) == ("several_questions", "ask_does_it_hurt")


def test_a_question_carries_its_entities_only_by_type_and_value(judge: Judge) -> None:
    entity = {"entity": "condition", "value": "sciatica", "start": 0, "end": 8, "extractor": "x"}
    (question,) = judge.decide(Reading("sciatica", [("ask_sciatica", 0.9)], [entity])).questions
    assert question.as_dict()["entities"] == [{"entity": "condition", "value": "sciatica"}]


@pytest.mark.parametrize(
    "dispositions", [{"booking": ["greet"], "smalltalk": ["greet"]}, {"answer": ["ask_cost"]}, {"x": []}]
)
def test_a_muddled_configuration_is_refused(dispositions: dict[str, list[str]]) -> None:
    with pytest.raises(InvalidConfigException):
        judge_of({**CONFIG, "dispositions": dispositions})
