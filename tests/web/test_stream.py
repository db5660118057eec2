"""The stream: replay and live messages, the right token, the right origin."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from bot.settings import Settings
from bot.web.api.stream import BAD_FRAME, BAD_TOKEN, ERASED, FOREIGN_ORIGIN
from bot.web.tokens import Tokens
from tests.web.conftest import Visitor


def stream(visitor: Visitor, **headers: str) -> Any:
    return visitor.http.websocket_connect(f"/api/v1/conversations/{visitor.id}/stream", headers=headers)


def messages(socket: Any, count: int) -> list[dict[str, Any]]:
    """The next messages, past the typing that comes between."""
    found: list[dict[str, Any]] = []
    while len(found) < count:
        frame = socket.receive_json()
        if frame["type"] == "message":
            found.append(frame["message"])
    return found


def test_a_socket_replays_what_it_missed_and_then_brings_what_comes(visitor: Visitor) -> None:
    visitor.send("Is it safe?")
    with stream(visitor) as socket:
        socket.send_json({"token": visitor.token, "after": 1})
        assert [message["seq"] for message in messages(socket, 2)] == [2, 3]
        visitor.send("Does it hurt?")
        assert [message["seq"] for message in messages(socket, 2)] == [4, 5]


def test_two_sockets_and_the_poll_see_the_same(visitor: Visitor) -> None:
    with stream(visitor) as one, stream(visitor) as two:
        for socket in (one, two):
            socket.send_json({"token": visitor.token, "after": 1})
        one.send_json({"client_message_id": "a", "text": "Is it safe?"})
        seen = [messages(socket, 2) for socket in (one, two)]
    assert seen[0] == seen[1] == visitor.call("GET", "/messages", params={"after": 1}).json()["messages"]


def test_a_message_that_does_not_fit_is_refused_and_the_socket_stays(visitor: Visitor) -> None:
    with stream(visitor) as socket:
        socket.send_json({"token": visitor.token, "after": 1})
        socket.send_json({"client_message_id": "a", "text": "x" * 1001})
        refused = socket.receive_json()
        assert (refused["type"], refused["problem"]) == ("error", "/problems/invalid-request")
        assert refused["client_message_id"] == "a"
        assert "1001 characters" in refused["detail"]
        socket.send_json({"client_message_id": "b", "text": "Is it safe?"})
        assert messages(socket, 1)[0]["text"] == "Is it safe?"


@pytest.mark.parametrize(
    ("frame", "named"),
    [
        ({"client_message_id": "a", "choice": "never-offered"}, "a"),
        ({"client_message_id": "a", "text": ""}, "a"),
        ({"client_message_id": "a", "text": "x", "sender": "admin"}, "a"),
        ({"client_message_id": "a\ud800", "text": "x"}, None),
        ({"client_message_id": "a" * 65, "text": "x"}, None),
        ({"client_message_id": 7, "text": "x"}, None),
        ([], None),
    ],
)
def test_a_refusal_names_what_it_refuses_where_that_has_a_name(
    visitor: Visitor, frame: Any, named: str | None
) -> None:
    with stream(visitor) as socket:
        socket.send_json({"token": visitor.token, "after": 1})
        socket.send_json(frame)
        refused = socket.receive_json()
        assert (refused["type"], refused.get("client_message_id")) == ("error", named)
        socket.send_json({"type": "ping"})
        assert socket.receive_json() == {"type": "pong"}


@pytest.mark.parametrize("token", ["", "nonsense", "foreign", "expired"])
def test_a_wrong_token_sees_nothing(
    http: TestClient, visitor: Visitor, settings: Settings, token: str
) -> None:
    if token == "foreign":
        token = Visitor(http).begin().token
    elif token == "expired":
        token, _ = Tokens(settings.derived_key("visitor"), -5, 7).issue(visitor.id)
    with stream(visitor) as socket:
        socket.send_json({"token": token, "after": 0})
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
    assert closed.value.code == BAD_TOKEN


@pytest.mark.parametrize("frame", ["hello", "[]", '{"after": 0}', '{"token": "a", "after": -1}'])
def test_a_first_frame_that_is_no_greeting_closes_the_socket(visitor: Visitor, frame: str) -> None:
    with stream(visitor) as socket:
        socket.send_text(frame)
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
    assert closed.value.code == BAD_FRAME


def test_a_page_of_another_origin_cannot_open_the_stream(visitor: Visitor) -> None:
    with (
        pytest.raises(WebSocketDisconnect) as closed,
        stream(visitor, origin="https://elsewhere.example") as socket,
    ):
        # Were it let in, its good token would bring it the chat.
        socket.send_json({"token": visitor.token, "after": 0})
        socket.receive_json()
    assert closed.value.code == FOREIGN_ORIGIN


def test_our_own_page_and_those_in_the_settings_can(visitor: Visitor, settings: Settings) -> None:
    settings.allowed_origins.append("https://clinic.example")
    for origin in ("http://testserver", "https://clinic.example"):
        with stream(visitor, origin=origin) as socket:
            socket.send_json({"token": visitor.token, "after": 0})
            assert messages(socket, 1)[0]["seq"] == 1


def test_deleting_the_chat_closes_its_sockets(visitor: Visitor) -> None:
    with stream(visitor) as socket:
        socket.send_json({"token": visitor.token, "after": 1})
        visitor.call("DELETE")
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
    assert closed.value.code == ERASED
