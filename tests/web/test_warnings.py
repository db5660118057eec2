"""Warning signs over the visitor API: nothing comes before them, and nothing can refuse them."""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.database import Database
from bot.settings import Settings
from bot.web.app import create_app
from bot.web.services import Services
from tests.web.conftest import Visitor

NUMB = "my bottom is numb and I can't feel myself pee"
DIE = "I want to kill myself"


def dispositions(answer: Any) -> list[str]:
    return [reply["disposition"] for reply in answer.json()["replies"]]


def test_a_warning_comes_though_the_engine_is_down_and_within_a_second(visitor: Visitor) -> None:
    visitor.send("hello")  # what is loaded on first use is loaded
    begun = time.monotonic()
    answer = visitor.send(NUMB)
    assert time.monotonic() - begun < 1
    assert dispositions(answer) == ["emergency"]
    (reply,) = answer.json()["replies"]
    assert "911" in reply["text"]
    assert (reply["topic"], reply["quick_replies"], reply["form"]) == (None, [], None)


def test_a_warning_does_not_wait_for_an_engine_that_never_answers(
    settings: Settings, database: Database
) -> None:
    assert database
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hung = settings.model_copy(update={"engine_port": silent.getsockname()[1], "engine_seconds": 5})
        with TestClient(create_app(Services.of(hung))) as http:
            visitor = Visitor(http).begin()
            with ThreadPoolExecutor() as others:
                others.submit(visitor.send, "does it hurt?")
                time.sleep(0.5)  # the engine has the question now
                begun = time.monotonic()
                assert dispositions(visitor.send(NUMB)) == ["emergency"]
                assert time.monotonic() - begun < 2


def test_an_urgent_sign_is_said_before_the_honest_fallback(visitor: Visitor) -> None:
    assert dispositions(visitor.send("I have a fever with my back pain, what now")) == [
        "urgent",
        "unavailable",
    ]


@pytest.mark.parametrize("length", [1_001, 20_000, 200_000])
def test_a_message_that_is_too_long_still_gets_its_warning(visitor: Visitor, length: int) -> None:
    answer = visitor.send("it hurts. " * (length // 10) + NUMB)
    assert answer.status_code == 422
    document = answer.json()
    assert "Please shorten it" in document["detail"]
    assert document["reply"]["disposition"] == "emergency"
    stored = visitor.call("GET", "/messages").json()["messages"]
    assert [message["disposition"] for message in stored] == ["smalltalk", "emergency"]


def test_a_message_that_comes_too_soon_still_gets_its_warning_once(
    settings: Settings, database: Database
) -> None:
    assert database
    few = settings.model_copy(update={"rate_per_conversation": "1/minute"})
    with TestClient(create_app(Services.of(few)), raise_server_exceptions=False) as http:
        visitor = Visitor(http).begin()
        visitor.send("hello")
        for _ in range(3):
            answer = visitor.send(DIE)
            assert answer.status_code == 429
            assert answer.json()["reply"]["disposition"] == "crisis"
        assert "reply" not in visitor.send("does it hurt?").json()
        stored = visitor.call("GET", "/messages").json()["messages"]
        assert [message["disposition"] for message in stored].count("crisis") == 1


def test_a_note_on_the_form_is_read_too(visitor: Visitor) -> None:
    form = {"name": "Ann", "phone": "+1 403 555 0142", "note": DIE}
    answer = visitor.call("POST", "/callback", json=form)
    assert answer.status_code == 201
    assert dispositions(answer) == ["crisis"], "the request is kept, and no thanks stand beside a crisis"
    assert visitor.call("GET", "/export").json()["callback_requests"][0]["note"] == DIE


def test_a_note_on_a_form_that_is_refused_is_read_too(visitor: Visitor) -> None:
    answer = visitor.call("POST", "/callback", json={"name": "Ann", "phone": "12", "note": DIE})
    assert answer.status_code == 422
    assert answer.json()["reply"]["disposition"] == "crisis"


@pytest.mark.parametrize("text", [f"{NUMB}\0", f"{NUMB}\x1b[2J"])
def test_a_text_with_control_characters_is_refused_and_read(visitor: Visitor, text: str) -> None:
    answer = visitor.send(text)
    assert answer.status_code == 422
    assert answer.json()["reply"]["disposition"] == "emergency"


def test_a_search_of_the_answers_is_read_too(http: TestClient) -> None:
    assert "911" in http.get("/answers", params={"q": NUMB}).text
    assert 'role="alert"' not in http.get("/answers", params={"q": "does it hurt"}).text


def test_why_an_answer_did_not_help_is_read_too(visitor: Visitor) -> None:
    reply = visitor.send("does it hurt?").json()["replies"][0]
    told = {"message_id": reply["id"], "helpful": False, "reason": DIE}
    assert visitor.call("POST", "/feedback", json=told).status_code == 204
    assert visitor.call("GET", "/messages").json()["messages"][-1]["disposition"] == "crisis"


def test_over_the_stream_a_refused_message_gets_its_warning_too(http: TestClient, visitor: Visitor) -> None:
    with http.websocket_connect(f"/api/v1/conversations/{visitor.id}/stream") as socket:
        socket.send_json({"token": visitor.token, "after": 1})
        socket.send_json({"type": "message", "client_message_id": "1", "text": "it hurts. " * 200 + NUMB})
        frames = [socket.receive_json(), socket.receive_json()]
    by_type = {frame["type"]: frame for frame in frames}
    assert by_type["message"]["message"]["disposition"] == "emergency"
    assert by_type["error"]["reply"]["disposition"] == "emergency"


def test_no_word_of_the_message_is_in_the_log(visitor: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    visitor.send(f"purple elephants, {NUMB}")
    assert "elephants" not in caplog.text
    assert "numb" not in caplog.text
