"""The stream: a conversation's messages as they come, over a WebSocket."""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from anyio.to_thread import run_sync
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.conversations.stream import Behind, Ended, Event, Said, Typing
from bot.web.api.access import address, services
from bot.web.api.conversations import accept, replay
from bot.web.api.schemas import MAX_ID, MessageOut, SendMessage
from bot.web.api.views import as_seen
from bot.web.problems import refusal_of
from bot.web.services import Services
from bot.web.tokens import InvalidToken

log = logging.getLogger(__name__)
router = APIRouter()

BAD_TOKEN = 4401
ERASED = 4410
FOREIGN_ORIGIN = 1008  # policy violation (RFC 6455, 7.4.1)
BAD_FRAME = 4400
COME_BACK = 1013
_FIRST_FRAME_SECONDS = 10.0
_PING = {"type": "ping"}


class _Hello(BaseModel):
    model_config = ConfigDict(extra="ignore")

    token: str
    after: int = Field(0, ge=0, lt=2**31)


class _Frame(SendMessage):
    type: str = "message"


@router.websocket("/api/v1/conversations/{conversation_id}/stream")
async def stream(socket: WebSocket, conversation_id: str) -> None:
    """First frame from the client `{token, after}`; then it may send `{client_message_id, text|choice}`.

    From the server: `{type: "message", message}`, `{type: "typing", on}`, `{type: "error", …problem}` with the
    `client_message_id` it refuses. `{type: "ping"}` is answered `{type: "pong"}`: a browser cannot see WebSocket's
    own pings, and a line may be dead without a word.
    """
    app = services(socket)
    if not origin_allowed(socket, app.settings.allowed_origins):
        await socket.close(FOREIGN_ORIGIN)
        return
    await socket.accept()
    try:
        hello = _Hello.model_validate(await asyncio.wait_for(socket.receive_json(), _FIRST_FRAME_SECONDS))
        app.tokens.check(hello.token, conversation_id)
    except InvalidToken:
        await socket.close(BAD_TOKEN)
        return
    except (ValueError, KeyError, TimeoutError):
        await socket.close(BAD_FRAME)
        return
    except WebSocketDisconnect:
        return
    with app.stream.watch(conversation_id) as events:
        try:
            # Watching first, replaying second: what comes in between comes twice, never not at all;
            # the client knows a message by its seq.
            missed = await run_sync(replay, app, conversation_id, hello.after)
        except LookupError:
            await socket.close(ERASED)
            return
        sender = asyncio.create_task(_send(socket, app, events, missed))
        try:
            await _receive(socket, app, conversation_id)
        except (WebSocketDisconnect, RuntimeError):
            pass  # closed, perhaps while something was sent to it
        finally:
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)


def origin_allowed(socket: WebSocket, allowed: list[str]) -> bool:
    """Whether the page that opens the socket is ours or one of those in the settings.

    A client that is no browser sends no Origin; the token is what it must have.
    """
    origin = socket.headers.get("origin")
    if origin is None:
        return True
    return origin in allowed or urlsplit(origin).netloc == socket.headers.get("host")


async def _send(
    socket: WebSocket, app: Services, events: asyncio.Queue[Event], missed: list[MessageOut]
) -> None:
    try:
        await _send_all(socket, app, events, missed)
    except (WebSocketDisconnect, RuntimeError):
        pass  # closed while something was sent to it
    except Exception as error:
        # An open socket that brings nothing would be worse than a closed one: the visitor's page comes back.
        log.error("stream failed", extra={"fault": type(error).__name__})
        await socket.close(COME_BACK)


async def _send_all(
    socket: WebSocket, app: Services, events: asyncio.Queue[Event], missed: list[MessageOut]
) -> None:
    for message in missed:
        await _send_message(socket, message)
    while True:
        event = await events.get()
        if isinstance(event, Said):
            (seen,) = await run_sync(as_seen, [event.message], app.knowledge)
            await _send_message(socket, seen)
        elif isinstance(event, Typing):
            await socket.send_json({"type": "typing", "on": event.on})
        elif isinstance(event, Ended):
            await socket.close(ERASED)
            return
        elif isinstance(event, Behind):
            await socket.close(COME_BACK)
            return


async def _send_message(socket: WebSocket, message: MessageOut) -> None:
    await socket.send_json({"type": "message", "message": message.model_dump(mode="json")})


async def _receive(socket: WebSocket, app: Services, conversation_id: str) -> None:
    while True:
        try:
            received = await socket.receive_json()
        except (ValueError, KeyError):
            await socket.close(BAD_FRAME)
            return
        try:
            if received == _PING:
                await socket.send_json({"type": "pong"})
            else:
                await accept(app, conversation_id, _Frame.model_validate(received), address(socket))
        except WebSocketDisconnect:
            raise
        except ValidationError as error:
            details = [{**detail, "loc": ("body", *detail["loc"])} for detail in error.errors()]
            await _refuse(socket, received, RequestValidationError(details))
        except Exception as error:
            await _refuse(socket, received, error)


async def _refuse(socket: WebSocket, frame: Any, error: Exception) -> None:
    document: dict[str, Any] = refusal_of(error).document()
    if document["status"] >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("message failed", extra={"fault": type(error).__name__})
    named = frame.get("client_message_id") if isinstance(frame, dict) else None
    if isinstance(named, str) and len(named) <= MAX_ID and named.isprintable():
        document["client_message_id"] = named
    # `type` tells the kind of frame; the problem's own type is under another name.
    await socket.send_json({**document, "type": "error", "problem": document["type"]})
