"""What a message means after an answer: the same for something else, more of it, or what only context decides."""

from typing import Any

import pytest

from bot.engine.components.decision import judge_of
from bot.engine.components.follow_ups import About, FollowUps
from bot.engine.components.judgement import Judge, Question, Reading, may_follow
from tests.engine.test_judgement import CONFIG, reading

FOLLOW_UPS = {
    "varying": ["how_many_sessions", "does_it_hurt", "is_it_safe"],
    "first": {"ask_pregnancy": "condition", "ask_pacemaker": "device"},
    "beside": "ask_is_it_safe",
    "more": ["tell_me_more"],
}
SCIATICA = {"entity": "condition", "value": "sciatica"}
SESSIONS = About("how_many_sessions", "How many sessions will I need?")


@pytest.fixture
def judge() -> Judge:
    dispositions = {**CONFIG["dispositions"], "clarify": ["ask_for_help", "tell_me_more"]}
    return judge_of({**CONFIG, "dispositions": dispositions, "follow_ups": FOLLOW_UPS})


def naming(text: str, words: str, kind: str, value: str, **ranking: float) -> Reading:
    """A text that names something; `words` are those it names it by."""
    start = text.index(words)
    entity = {"entity": kind, "value": value, "start": start, "end": start + len(words)}
    return Reading(text, reading(text, **ranking).ranking, [entity])


def only(
    judge: Judge, whole: Reading, about: About | None, again: Reading | None = None
) -> tuple[str, Question]:
    decision = judge.decide(whole, (), about, again)
    (question,) = decision.questions
    return decision.rule, question


@pytest.mark.parametrize(
    "text",
    ["and for sciatica?", "What about sciatica", "sciatica", "and if I have sciatica, is it the same?"],
)
def test_what_is_only_named_is_asked_the_same_question(judge: Judge, text: str) -> None:
    whole = naming(text, "sciatica", "condition", "sciatica", ask_sciatica=0.9)
    again = reading(text, ask_how_many_sessions=0.8, ask_sciatica=0.1)
    rule, question = only(judge, whole, SESSIONS, again)
    assert (rule, question.topic, question.intent) == (
        "follow_up",
        "how_many_sessions",
        "ask_how_many_sessions",
    )
    assert question.entities == [SCIATICA]
    assert question.confidence == 0.8


@pytest.mark.parametrize(
    "text", ["does it help sciatica?", "how long does sciatica last", "sciatica is hereditary"]
)
def test_a_question_of_its_own_is_no_follow_up(judge: Judge, text: str) -> None:
    whole = naming(text, "sciatica", "condition", "sciatica", ask_sciatica=0.9)
    assert only(judge, whole, SESSIONS)[1].topic == "sciatica"


def test_without_an_answer_before_it_a_name_stands_for_itself(judge: Judge) -> None:
    whole = naming("and for sciatica?", "sciatica", "condition", "sciatica", ask_sciatica=0.9)
    assert only(judge, whole, None)[1].topic == "sciatica"


def test_a_topic_whose_answer_never_varies_is_not_taken_along(judge: Judge) -> None:
    whole = naming("and for sciatica?", "sciatica", "condition", "sciatica", ask_sciatica=0.9)
    assert only(judge, whole, About("cost", "What does it cost?"))[1].topic == "sciatica"


def test_a_pregnancy_comes_first_whatever_was_talked_about(judge: Judge) -> None:
    for confidence in (0.9, 0.3):
        whole = naming("and if I'm pregnant?", "pregnant", "condition", "pregnancy", ask_pregnancy=confidence)
        assert only(judge, whole, SESSIONS)[1].topic != "how_many_sessions"


def test_more_is_asked_of_the_answer_before(judge: Judge) -> None:
    about = About("how_many_sessions", "", (SCIATICA,))
    rule, question = only(judge, reading("why?", tell_me_more=0.9), about)
    assert (rule, question.topic, question.disposition, question.more) == (
        "more", "how_many_sessions", "answer", True,
    )  # fmt: skip
    assert question.entities == [SCIATICA]


def test_more_of_nothing_is_asked_back(judge: Judge) -> None:
    rule, question = only(judge, reading("tell me more", tell_me_more=0.9), None)
    assert (rule, question.disposition, question.more) == ("confident", "clarify", False)


def test_what_leans_on_the_answer_before_is_read_behind_it(judge: Judge) -> None:
    whole = reading("and how long then?", ask_session_length=0.3, ask_how_often=0.25)
    again = reading("…", ask_session_length=0.8)
    assert only(judge, whole, SESSIONS, again)[0] == "in_context"
    assert only(judge, whole, SESSIONS, again)[1].topic == "session_length"


@pytest.mark.parametrize(
    ("text", "ranking"),
    [
        ("purple elephants", {"ask_session_length": 0.3}),  # leans on nothing
        ("and elephants?", {"ask_cost": 0.3}),  # the reading in context is none of its own
    ],
)
def test_context_alone_makes_no_answer(judge: Judge, text: str, ranking: dict[str, float]) -> None:
    again = reading("…", ask_session_length=0.8)
    assert only(judge, reading(text, **ranking), SESSIONS, again)[0] == "unsure"


def test_the_last_topic_is_not_found_again_by_its_own_words(judge: Judge) -> None:
    whole = reading("and what would each set me back?", ask_cost=0.3, ask_how_many_sessions=0.1)
    again = reading("…", ask_how_many_sessions=0.9)
    rule, question = only(judge, whole, SESSIONS, again)
    assert (rule, question.disposition) == ("two_close", "clarify")
    assert question.candidates == ["cost", "how_many_sessions"]


def test_an_answer_takes_over_what_was_talked_about(judge: Judge) -> None:
    about = About("sciatica", "", (SCIATICA, {"entity": "technique", "value": "cupping"}))
    _, question = only(judge, reading("how many sessions will I need", ask_how_many_sessions=0.9), about)
    assert question.entities == []
    assert question.carried == list(about.entities)


def test_what_a_question_names_itself_is_not_taken_over(judge: Judge) -> None:
    whole = naming("does it hurt in the neck", "neck", "condition", "neck pain", ask_does_it_hurt=0.9)
    assert only(judge, whole, About("sciatica", "", (SCIATICA,)))[1].carried == []


def test_a_general_question_takes_nothing_over_unless_it_points_back(judge: Judge) -> None:
    about = About("cupping", "", ({"entity": "technique", "value": "cupping"},))
    for text, carried in (("who invented acupuncture", 0), ("does it work?", 1)):
        assert len(only(judge, reading(text, ask_does_it_work=0.9), about)[1].carried) == carried


def test_each_question_of_a_message_takes_over_what_the_message_names(judge: Judge) -> None:
    text = "I have sciatica. How many sessions, and does it hurt?"
    whole = naming(text, "sciatica", "condition", "sciatica", ask_does_it_hurt=0.3)
    parts = [
        reading("How many sessions", ask_how_many_sessions=0.9),
        reading("does it hurt?", ask_does_it_hurt=0.9),
    ]
    decision = judge.decide(whole, parts)
    assert [question.carried for question in decision.questions] == [[SCIATICA], [SCIATICA]]


@pytest.mark.parametrize(
    ("text", "about", "again"),
    [
        ("and how long?", SESSIONS, "How many sessions will I need? and how long?"),
        ("and how long?", None, None),
        ("a message of more than eight words stands quite alone", SESSIONS, None),
        ("", SESSIONS, None),
    ],
)
def test_only_a_short_message_is_read_again(text: str, about: About | None, again: str | None) -> None:
    assert FollowUps.again(text, about) == again


@pytest.mark.parametrize(
    ("rule", "text", "about", "worth"),
    [
        ("two_close", "is that safe?", SESSIONS, True),
        ("follow_up", "sciatica?", SESSIONS, True),
        ("confident", "is that safe?", SESSIONS, False),
        ("unsure", "parking", SESSIONS, False),  # leans on nothing
        ("unsure", "is that safe?", None, False),
        ("unsure", "is that a message of more than eight words then", SESSIONS, False),
    ],
)
def test_only_what_is_open_and_leans_on_the_last_answer_is_read_again(
    rule: str, text: str, about: About | None, worth: bool
) -> None:
    assert may_follow(rule, text, about) is worth


@pytest.mark.parametrize("metadata", [None, {}, {"about": None}, {"other": 1}])
def test_a_message_may_follow_nothing(metadata: dict[str, Any] | None) -> None:
    assert About.of(metadata) is None


def test_two_reasons_for_care_get_an_answer_each(judge: Judge) -> None:
    text = "I have a pacemaker and take warfarin"
    whole = naming(text, "warfarin", "medicine", "warfarin", ask_pacemaker=0.9)
    decision = judge.decide(whole)
    assert [question.topic for question in decision.questions] == ["pacemaker", "is_it_safe"]
    assert decision.questions[1].entities == [{"entity": "medicine", "value": "warfarin"}]
    alone = naming("I have a pacemaker", "pacemaker", "device", "pacemaker", ask_pacemaker=0.9)
    assert len(judge.decide(alone).questions) == 1
