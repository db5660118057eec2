"""A booking in progress, which the application keeps, in the engine's dialogue."""

from typing import Any

import pytest

from tests.engine.process import Answer, Engine

BEGUN: dict[str, Any] = {"booking_service": "1", "booking_day": None, "booking_time": None}


def said(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.body
    return [reply["text"] for reply in answer.body["replies"]]


def test_a_draft_puts_a_conversation_that_the_engine_never_saw_into_the_form(engine: Engine) -> None:
    answer = engine.say("Tuesday", "lost", draft=BEGUN)
    assert said(answer) == ["booking_time?"]
    assert answer.body["replies"][0]["custom"]["known"] == {"booking_service": "1", "booking_day": "tuesday"}


def test_a_question_in_the_middle_is_answered_and_the_booking_goes_on(engine: Engine) -> None:
    assert said(engine.say("what does it cost", "asks", draft=BEGUN)) == [
        "action_answer to ask_cost",
        "booking_day?",
    ]
    assert said(engine.say("on tuesday then", "asks", draft=BEGUN)) == ["booking_time?"]


def test_what_the_draft_says_wins_over_what_the_engine_remembers(engine: Engine) -> None:
    engine.say("tuesday", "changed", draft=BEGUN)
    answer = engine.say("what does it cost", "changed", draft={**BEGUN, "booking_service": None})
    assert said(answer)[1] == "booking_service?"
    assert answer.body["replies"][1]["custom"]["known"] == {}


def test_without_a_draft_nothing_is_being_booked(engine: Engine) -> None:
    engine.say("tuesday", "over", draft=BEGUN)
    assert said(engine.say("what does it cost", "over")) == ["action_answer to ask_cost"]


def test_the_visitor_can_end_it(engine: Engine) -> None:
    (reply,) = said(engine.say("never mind, tuesday", "ended", draft=BEGUN))
    assert reply.startswith("action_end_booking")
    assert said(engine.say("hello there", "ended")) == ["action_smalltalk to greet"]


@pytest.mark.parametrize("draft", ["soon", ["booking_day"], {"booking_day": 1}])
def test_a_draft_that_is_none_is_refused(engine: Engine, draft: Any) -> None:
    assert engine.say("hello", draft=draft).status == 400
