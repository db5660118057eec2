"""The visitor API: what it takes, what it refuses, and in which words."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.database import now
from bot.settings import Settings
from bot.web import tokens
from bot.web.security import MAX_BODY
from bot.web.tokens import Tokens
from tests.web.conftest import Visitor


def assert_problem(answer: Any, status: int, kind: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document["type"] == f"/problems/{kind}"
    assert document["status"] == status
    assert document["detail"]
    return document


def test_a_conversation_begins_with_a_greeting_that_says_it_is_automatic(visitor: Visitor) -> None:
    (greeting,) = visitor.messages
    assert greeting["seq"] == 1
    assert "automatic assistant" in greeting["text"]
    assert "Willow Lane Acupuncture" in greeting["text"]


def test_an_engine_that_is_down_gives_an_honest_reply_and_keeps_the_message(visitor: Visitor) -> None:
    answer = visitor.send("How many sessions will I need?")
    assert answer.status_code == 200
    (reply,) = answer.json()["replies"]
    assert reply["disposition"] == "unavailable"
    assert reply["topic"] is None
    stored = visitor.call("GET", "/messages").json()["messages"]
    assert [message["seq"] for message in stored] == [1, 2, 3]
    assert stored[1]["text"] == "How many sessions will I need?"
    assert stored[2]["in_reply_to"] == stored[1]["id"]


def test_a_retry_returns_the_same_message_and_replies(visitor: Visitor) -> None:
    first = visitor.send("Does it hurt?", "one").json()
    again = visitor.send("Does it hurt?", "one").json()
    assert again == first
    assert len(visitor.call("GET", "/messages").json()["messages"]) == 3


def test_a_retry_with_other_words_is_refused(visitor: Visitor) -> None:
    visitor.send("Does it hurt?", "one")
    assert_problem(visitor.send("Is it safe?", "one"), 409, "conflicting-retry")


def test_messages_after_a_seq_are_replayed(visitor: Visitor) -> None:
    visitor.send("Does it hurt?")
    replayed = visitor.call("GET", "/messages", params={"after": 2}).json()["messages"]
    assert [message["seq"] for message in replayed] == [3]


@pytest.mark.parametrize(
    ("body", "status", "kind", "words"),
    [
        ({"client_message_id": "a", "text": ""}, 422, "invalid-request", "empty"),
        ({"client_message_id": "a", "text": "   \n "}, 422, "invalid-request", "empty"),
        ({"client_message_id": "a", "text": "x" * 1001}, 422, "invalid-request", "1001 characters"),
        ({"client_message_id": "a", "text": "nul \u0000 byte"}, 422, "invalid-request", "no text"),
        ({"client_message_id": "a", "text": "lone \ud800 surrogate"}, 422, "invalid-request", ""),
        ({"client_message_id": "a"}, 422, "invalid-request", "either"),
        ({"client_message_id": "a", "text": "x", "choice": "y"}, 422, "invalid-request", "either"),
        ({"text": "no id"}, 422, "invalid-request", "client_message_id"),
        ({"client_message_id": "a", "text": 7}, 422, "invalid-request", "text"),
        ({"client_message_id": "a", "text": "x", "sender": "admin"}, 422, "invalid-request", "sender"),
        ({"client_message_id": "a", "choice": "never-offered"}, 422, "unknown-choice", "not offered"),
    ],
)
def test_a_message_that_does_not_fit_is_refused_in_plain_words(
    visitor: Visitor, body: dict[str, Any], status: int, kind: str, words: str
) -> None:
    content = json.dumps(body).encode()
    headers = {**visitor.headers, "Content-Type": "application/json"}
    document = assert_problem(
        visitor.call("POST", "/messages", content=content, headers=headers), status, kind
    )
    assert words in document["detail"]
    assert len(visitor.call("GET", "/messages").json()["messages"]) == 1


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00binary", b"{", b"hello", b'"text"', b"[1, 2]", b"\x00" * 64]
)
def test_a_body_that_is_no_json_object_is_refused(visitor: Visitor, content: bytes) -> None:
    headers = {**visitor.headers, "Content-Type": "application/json"}
    answer = visitor.call("POST", "/messages", content=content, headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_thousand_characters_are_taken(visitor: Visitor) -> None:
    assert visitor.send("é" * 1000).status_code == 200


def test_a_body_far_longer_than_any_message_is_refused(visitor: Visitor) -> None:
    headers = {**visitor.headers, "Content-Type": "application/json"}
    answer = visitor.call("POST", "/messages", content=b" " * (MAX_BODY + 1), headers=headers)
    assert_problem(answer, 413, "too-large")


def test_every_route_of_a_conversation_refuses_a_wrong_or_foreign_token(http: TestClient) -> None:
    mine, theirs = Visitor(http).begin(), Visitor(http).begin()
    theirs.send("My secret question")
    routes = [
        ("GET", "/messages", None),
        ("POST", "/messages", {"client_message_id": "a", "text": "x"}),
        ("POST", "/token", None),
        ("POST", "/feedback", {"message_id": "a", "helpful": True}),
        ("POST", "/handoff", None),
        ("POST", "/callback", {"name": "A", "phone": "403 555 0142"}),
        ("GET", "/export", None),
        ("DELETE", "", None),
    ]
    for method, path, body in routes:
        for header in (
            {},
            {"Authorization": "Bearer nonsense"},
            {"Authorization": "Basic abc"},
            mine.headers,
        ):
            answer = theirs.call(method, path, json=body, headers=header)
            assert_problem(answer, 401, "invalid-token")
    assert len(theirs.call("GET", "/messages").json()["messages"]) == 3


def test_an_expired_token_is_refused_and_can_be_renewed(visitor: Visitor, settings: Settings) -> None:
    expired, _ = Tokens(settings.derived_key("visitor"), -5, 7).issue(visitor.id)
    old = {"Authorization": f"Bearer {expired}"}
    assert_problem(visitor.call("GET", "/messages", headers=old), 401, "invalid-token")
    renewed = visitor.call("POST", "/token", headers=old)
    assert renewed.status_code == 200
    fresh = {"Authorization": f"Bearer {renewed.json()['token']}"}
    assert visitor.call("GET", "/messages", headers=fresh).status_code == 200


@pytest.mark.parametrize(
    ("days", "minutes", "status"),
    [
        (6.9, 60, 200),
        (7.1, 60, 401),
        # The days count from the issue, not from the end of a long life.
        (7.1, 60 * 24 * 7, 401),
        (7.1, 60 * 24 * 8, 200),
    ],
)
def test_a_token_is_renewed_for_some_days_after_its_issue_and_while_it_lives(
    visitor: Visitor, settings: Settings, days: float, minutes: int, status: int
) -> None:
    with pytest.MonkeyPatch.context() as then:
        then.setattr(tokens, "now", lambda: now() - timedelta(days=days))
        old, _ = Tokens(settings.derived_key("visitor"), minutes, 7).issue(visitor.id)
    answer = visitor.call("POST", "/token", headers={"Authorization": f"Bearer {old}"})
    assert answer.status_code == status
    if status == 200:
        assert answer.json()["expires_in"] == settings.token_minutes * 60


def test_a_token_of_another_purpose_is_no_visitors_token(visitor: Visitor, settings: Settings) -> None:
    for purpose in ("engine", "actions"):
        forged, _ = Tokens(settings.derived_key(purpose), 60, 7).issue(visitor.id)
        answer = visitor.call("GET", "/messages", headers={"Authorization": f"Bearer {forged}"})
        assert_problem(answer, 401, "invalid-token")


def test_feedback_belongs_to_a_reply_of_this_conversation(http: TestClient) -> None:
    mine, theirs = Visitor(http).begin(), Visitor(http).begin()
    reply = mine.send("Does it hurt?").json()["replies"][0]
    body = {"message_id": reply["id"], "helpful": False, "reason": "too short"}
    assert mine.call("POST", "/feedback", json=body).status_code == 204
    assert_problem(theirs.call("POST", "/feedback", json=body), 404, "unknown-reply")


def test_feedback_comes_back_with_the_messages_to_who_gave_it(http: TestClient) -> None:
    mine, theirs = Visitor(http).begin(), Visitor(http).begin()
    for visitor in (mine, theirs):
        visitor.send("Does it hurt?")
    reply = mine.call("GET", "/messages").json()["messages"][-1]
    assert reply["feedback"] is None
    for verdict in ({"helpful": True}, {"helpful": False, "reason": "too short"}):
        mine.call("POST", "/feedback", json={"message_id": reply["id"], **verdict})
    seen = [visitor.call("GET", "/messages").json()["messages"] for visitor in (mine, theirs)]
    given = [[message["feedback"] for message in messages] for messages in seen]
    assert given == [[None, None, {"helpful": False, "reason": "too short"}], [None, None, None]]


def test_asking_for_a_person_says_who_answers_and_shows_the_form(visitor: Visitor) -> None:
    (reply,) = visitor.call("POST", "/handoff").json()["replies"]
    assert reply["disposition"] == "handoff"
    assert reply["form"] == "callback"
    assert "Willow Lane Acupuncture" in reply["text"]
    assert "open" in reply["text"]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"name": "", "phone": "403 555 0142"}, "name"),
        ({"name": "x" * 200, "phone": "403 555 0142"}, "name"),
        ({"name": "Ada"}, "body"),
        ({"name": "Ada", "phone": "call me"}, "phone"),
        ({"name": "A\x1b[2J", "phone": "403 555 0142"}, "name"),
        ({"name": "Ada\nTelephone: 1", "phone": "403 555 0142"}, "name"),
        ({"name": "Ada", "phone": "403 555 0142", "note": "nul \x00"}, "note"),
        ({"name": "Ada", "phone": "12"}, "phone"),
        ({"name": "Ada", "email": "ada@"}, "email"),
    ],
)
def test_a_call_back_form_says_which_field_is_wrong(
    visitor: Visitor, form: dict[str, str], field: str
) -> None:
    document = assert_problem(visitor.call("POST", "/callback", json=form), 422, "invalid-request")
    assert [error["field"] for error in document["errors"]] == [field]


def test_a_call_back_is_kept_once_though_the_form_is_sent_twice(visitor: Visitor) -> None:
    form = {"name": "Ada", "phone": "(403) 555-0142", "preferred_times": "mornings"}
    for _ in range(2):
        assert visitor.call("POST", "/callback", json=form).status_code == 201
    exported = visitor.call("GET", "/export").json()
    (request,) = exported["callback_requests"]
    assert request["phone"] == "+14035550142"


def test_a_visitor_gets_a_copy_of_everything_and_can_delete_it(visitor: Visitor) -> None:
    visitor.send("My very own words")
    assert "My very own words" in visitor.call("GET", "/export").text
    assert visitor.call("DELETE").status_code == 204
    assert_problem(visitor.call("GET", "/messages"), 404, "unknown-conversation")
    assert_problem(visitor.call("POST", "/token"), 404, "unknown-conversation")
    assert_problem(visitor.send("still there?"), 404, "unknown-conversation")


def test_openapi_describes_the_visitor_api(http: TestClient) -> None:
    paths = http.get("/api/openapi.json").json()["paths"]
    assert "/api/v1/conversations/{conversation_id}/messages" in paths


def test_the_api_page_loads_nothing_from_elsewhere(http: TestClient) -> None:
    page = http.get("/api/docs").text
    assert "http://" not in page
    assert "https://" not in page
    assert "//cdn" not in page
    assets = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert [asset.rsplit("/", 1)[-1] for asset in assets] == [
        "swagger-ui.css", "favicon.svg", "swagger-ui-bundle.js", "api-docs.js",
    ]  # fmt: skip
    assert {http.get(asset).status_code for asset in assets} == {200}


def test_the_pages_static_files_may_be_kept_and_everything_else_may_not(http: TestClient) -> None:
    page = http.get("/")
    assert page.headers["cache-control"] == "no-store"
    assets = re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)
    assert len(assets) > 5
    for asset in assets:
        answer = http.get(asset)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
