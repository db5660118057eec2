"""Actions through rasa-sdk's own executor and protocol, over the shipped knowledge base."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.actions.answer import LEADS_TO_A_VISIT
from bot.actions.server import actions_app
from bot.booking.desk import Desk
from bot.conversations.record import Record, Reply
from bot.conversations.tables import Disposition
from bot.database import Database
from bot.knowledge.store import KnowledgeBase
from bot.knowledge.topics import BOOKING, topics
from tests.web.conftest import open_for_bookings


@pytest.fixture
def desk(database: Database, knowledge: KnowledgeBase) -> Desk:
    return Desk.of(database, knowledge.clinic)


@pytest.fixture
def server(knowledge: KnowledgeBase, desk: Desk) -> TestClient:
    return TestClient(actions_app(knowledge, desk, "secret"), headers={"Authorization": "Bearer secret"})


def run(
    server: TestClient, action: str, *questions: dict[str, Any], sender_id: str = "a"
) -> list[dict[str, Any]]:
    """What an action responds to a message with these questions."""
    latest = {
        "text": "…",
        "intent": {"name": "x"},
        "entities": [],
        "decision": {"questions": list(questions)},
    }
    call = {
        "next_action": action,
        "sender_id": sender_id,
        "version": "3.6.21",
        "domain": {},
        "tracker": {
            "sender_id": sender_id, "slots": {}, "latest_message": latest, "events": [], "paused": False,
            "latest_action_name": None, "active_loop": {}, "followup_action": None,
        },
    }  # fmt: skip
    answer = server.post("/webhook", json=call)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["responses"])


def question(disposition: str, topic: str | None = None, **more: Any) -> dict[str, Any]:
    return {"disposition": disposition, "topic": topic, "intent": f"ask_{topic}", "confidence": 0.9, **more}


@pytest.mark.parametrize("topic", sorted(set(topics()) - {BOOKING}))
def test_every_topic_is_answered_from_its_article(server: TestClient, topic: str) -> None:
    (response,) = run(server, "action_answer", question("answer", topic))
    assert response["custom"]["disposition"] == "answer"
    assert response["custom"]["topic"] == topic
    assert response["custom"]["article_version"] > 0
    assert 15 <= len(response["text"].split()) <= 75


def test_two_questions_get_two_responses_in_their_order(server: TestClient) -> None:
    responses = run(server, "action_answer", question("answer", "cost"), question("booking", "booking"))
    assert [response["custom"]["disposition"] for response in responses] == ["answer", "booking"]
    assert responses[1]["custom"]["form"] == "callback"


def test_a_clarification_offers_its_candidates_and_a_person(server: TestClient) -> None:
    (response,) = run(server, "action_fallback", question("clarify", None, candidates=["cost", "insurance"]))
    payloads = [button["payload"] for button in response["buttons"]]
    assert payloads == ["/ask_cost", "/ask_insurance", "/request_person"]
    assert response["custom"]["topic"] is None


def test_what_is_out_of_scope_is_declined_with_what_the_assistant_can_do(server: TestClient) -> None:
    (response,) = run(server, "action_fallback", question("out_of_scope"))
    assert "no written answer" in response["text"]


def test_what_a_clarified_question_named_goes_with_the_choice(server: TestClient) -> None:
    named = [{"entity": "condition", "value": "sciatica"}, {"entity": "condition", "value": "arthritis"}]
    asked = question("clarify", None, candidates=["cost"], entities=named)
    (response,) = run(server, "action_fallback", asked)
    assert response["buttons"][0]["payload"] == '/ask_cost{"condition": "sciatica"}'


def test_what_has_no_answer_of_its_own_is_told_so(server: TestClient) -> None:
    for kind, name, words in (("condition", "gout", "about gout"), ("body_part", "elbow", "about the elbow")):
        asked = question("answer", "how_many_sessions", entities=[{"entity": kind, "value": name}])
        (response,) = run(server, "action_answer", asked)
        assert words in response["text"].split("\n\n")[0]
        assert response["custom"]["general_for"] == name
    asked = question("answer", "how_many_sessions", entities=[{"entity": "condition", "value": "sciatica"}])
    (response,) = run(server, "action_answer", asked)
    assert response["custom"]["general_for"] is None
    assert response["text"].startswith("For sciatica")


def test_more_of_an_answer_is_the_rest_of_its_article(server: TestClient) -> None:
    (first,) = run(server, "action_answer", question("answer", "sciatica"))
    (more,) = run(server, "action_answer", question("answer", "sciatica", more=True))
    assert first["custom"]["article_version"] == more["custom"]["article_version"]
    assert first["text"] != more["text"]
    assert len(more["text"]) > 100


def test_a_clinic_that_books_online_begins_a_booking(server: TestClient, database: Database) -> None:
    open_for_bookings(database)
    conversation_id = (
        Record(database).begin(Reply("Hello", Disposition.SMALLTALK), None, None)[0].conversation_id
    )
    (response,) = run(
        server, "action_start_booking", question("booking", "booking"), sender_id=conversation_id
    )
    assert response["text"].startswith("Before you book:")
    assert response["custom"]["form"] is None
    (answer,) = run(server, "action_answer", question("answer", "cost"), sender_id=conversation_id)
    assert answer["custom"]["topic"] == "cost"


def test_a_clinic_that_books_elsewhere_leads_there(server: TestClient, database: Database) -> None:
    open_for_bookings(database, mode="link", link="https://book.example/willow-lane")
    (response,) = run(server, "action_start_booking", question("booking", "booking"))
    assert (response["custom"]["form"], response["custom"]["disposition"]) == ("booking_page", "booking")


def test_after_some_answers_a_visit_is_offered_and_never_after_a_caution(server: TestClient) -> None:
    def offered(topic: str) -> bool:
        (response,) = run(server, "action_answer", question("answer", topic))
        return any(button["payload"].startswith("/ask_booking") for button in response["buttons"])

    assert all(map(offered, LEADS_TO_A_VISIT))
    cautions = [
        "pregnancy",
        "blood_thinners",
        "pacemaker",
        "contraindications",
        "cancer_treatment",
        "when_to_see_a_doctor",
    ]
    assert not any(map(offered, cautions))


def test_smalltalk_says_what_it_is(server: TestClient) -> None:
    (response,) = run(server, "action_smalltalk", {**question("smalltalk"), "intent": "who_are_you"})
    assert "automatic assistant" in response["text"]


def test_a_topic_without_an_article_says_so_and_offers_a_person(server: TestClient) -> None:
    (response,) = run(server, "action_answer", question("answer", "no_such_topic"))
    assert response["custom"]["disposition"] == "out_of_scope"
    assert response["buttons"][0]["payload"] == "/request_person"


def test_the_port_serves_nobody_without_the_token(knowledge: KnowledgeBase, desk: Desk) -> None:
    stranger = TestClient(actions_app(knowledge, desk, "secret"))
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "secret"}):
        assert (
            stranger.post("/webhook", json={"next_action": "action_answer"}, headers=headers).status_code
            == 401
        )


def test_a_fault_gives_back_nothing_of_the_tracker(server: TestClient) -> None:
    answer = server.post("/webhook", json={"next_action": "action_answer", "tracker": {"text": "purple ear"}})
    assert answer.status_code == 500
    assert "purple" not in answer.text
    assert server.post("/webhook", content=b"not json").status_code == 400
    unknown = {"next_action": "action_evil", "tracker": {}, "domain": {}}
    assert server.post("/webhook", json=unknown).status_code == 404


@pytest.mark.parametrize(
    ("named", "said"), [("pacemaker", 2), ("stent", 1)], ids=["an answer of its own", "nothing of its own"]
)
def test_a_caution_that_was_not_asked_for_is_said_only_with_something_to_say(
    server: TestClient, named: str, said: int
) -> None:
    device = [{"entity": "device", "value": named}]
    responses = run(
        server,
        "action_answer",
        question("answer", "medication"),
        question("answer", "is_it_safe", entities=device, beside=True),
    )
    assert len(responses) == said
