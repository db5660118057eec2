"""The visitor API: begin a conversation, send, read, give feedback, ask for a person, copy, delete."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from bot.booking.callbacks import CallbackForm, request_callback
from bot.conversations import personal_data
from bot.conversations.record import ConflictingRetry, Reply
from bot.conversations.stream import Ended
from bot.conversations.tables import Disposition, Message
from bot.database import now
from bot.knowledge.phrases import phrase, phrase_with_hours
from bot.printable import is_printable
from bot.web.api.access import Address, App, Bearer, ConversationId, OwnConversation
from bot.web.api.schemas import (
    MAX_REASON,
    MAX_TEXT,
    BeginConversation,
    ConversationOut,
    GiveFeedback,
    MessageOut,
    MessagesOut,
    ProblemOut,
    RepliesOut,
    SendMessage,
    TokenOut,
    TurnOut,
)
from bot.web.api.views import as_seen
from bot.web.limits import TooMany
from bot.web.problems import Refused, refusal_of, too_long, unprintable
from bot.web.services import Services

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": ProblemOut, "content": {"application/problem+json": {}}}
    for status in (400, 401, 404, 413, 422, 429)
}
# A turn that runs on, whoever waits for it; its result are the replies.
Turn = asyncio.Task[list[Message]]

router = APIRouter(prefix="/api/v1/conversations", tags=["conversations"], responses=_PROBLEMS)


@router.post("", status_code=HTTPStatus.CREATED)
async def begin(body: BeginConversation, app: App, address: Address) -> ConversationOut:
    """Begins a conversation with the assistant's greeting."""
    app.limits.conversation(address)

    def work() -> ConversationOut:
        greeting = Reply(phrase("greeting", app.knowledge.clinic()), Disposition.SMALLTALK)
        messages = app.record.begin(greeting, body.consent_version, body.page_url)
        conversation_id = messages[0].conversation_id
        token, expires = app.tokens.issue(conversation_id)
        seen = as_seen(messages, app.knowledge)
        return ConversationOut(
            id=conversation_id,
            token=token,
            expires_at=expires,
            expires_in=app.tokens.seconds,
            messages=seen,
        )

    return await run_sync(work)


@router.post("/{conversation_id}/token")
async def renew(conversation_id: ConversationId, token: Bearer, app: App) -> TokenOut:
    """Renews a token, also one that has expired but was issued not too long ago."""
    app.tokens.check_for_renewal(token, conversation_id)
    await run_sync(app.record.messages, conversation_id, 2**31 - 1)  # refuses an erased conversation
    fresh, expires = app.tokens.issue(conversation_id)
    return TokenOut(token=fresh, expires_at=expires, expires_in=app.tokens.seconds)


@router.post("/{conversation_id}/messages")
async def send(conversation_id: OwnConversation, body: SendMessage, app: App, address: Address) -> TurnOut:
    """Stores a message, then waits for its replies. The same `client_message_id` is the same message."""
    message, turn = await accept(app, conversation_id, body, address)
    replies = await _in_time(turn, app.settings.reply_seconds)
    return await run_sync(_turn, app, message, replies)


@router.get("/{conversation_id}/messages")
async def messages(
    conversation_id: OwnConversation, app: App, after: Annotated[int, Query(ge=0, lt=2**31)] = 0
) -> MessagesOut:
    """What came after `seq`, each reply with the feedback it was given."""
    return MessagesOut(messages=await run_sync(replay, app, conversation_id, after))


@router.post("/{conversation_id}/feedback", status_code=HTTPStatus.NO_CONTENT)
async def feedback(conversation_id: OwnConversation, body: GiveFeedback, app: App) -> None:
    """Keeps whether a reply helped."""
    told = await heard(app, conversation_id, body.reason)
    if body.reason and len(body.reason) > MAX_REASON:
        raise too_long(len(body.reason), MAX_REASON, "reason").beside(reply=told.worst)
    await run_sync(app.record.feedback, conversation_id, body.message_id, body.helpful, body.reason)


@router.post("/{conversation_id}/handoff")
async def handoff(conversation_id: OwnConversation, app: App, address: Address) -> RepliesOut:
    """Asks for a person."""
    app.limits.message(conversation_id, address)

    def work() -> Message:
        words = phrase_with_hours("handoff", app.knowledge.clinic(), now())
        return app.record.say(conversation_id, Reply(words, Disposition.HANDOFF, form="callback"))

    return await _said(app, conversation_id, await run_sync(work))


@router.post("/{conversation_id}/callback", status_code=HTTPStatus.CREATED)
async def callback(
    conversation_id: OwnConversation, body: dict[str, Any], app: App, address: Address
) -> RepliesOut:
    """Leaves a telephone number or an e-mail address: `name, phone?, email?, preferred_times?, note?`.

    What is written on the form is read for warning signs first. Where one stops the chat, the request is kept and
    the warning is the answer.
    """
    told = await heard(app, conversation_id, *(str(value) for value in body.values() if value))

    def work() -> Message | None:
        app.limits.message(conversation_id, address)
        clinic = app.knowledge.clinic()
        try:
            form = CallbackForm.model_validate(body, context={"region": clinic.region})
        except ValidationError as error:
            details = [{**detail, "loc": ("body", *detail["loc"])} for detail in error.errors()]
            raise RequestValidationError(details) from None
        thanks = Reply(phrase_with_hours("callback_taken", clinic, now()), Disposition.BOOKING)
        return request_callback(app.database, conversation_id, form, None if told.stops else thanks)

    try:
        taken = await run_sync(work)
    except (TooMany, RequestValidationError) as error:
        raise refusal_of(error).beside(reply=told.worst) from None
    said = await _said(app, conversation_id, taken) if taken else RepliesOut(replies=[])
    return RepliesOut(replies=[*told.warnings, *said.replies])


@router.get("/{conversation_id}/export")
async def export(conversation_id: OwnConversation, app: App) -> dict[str, Any]:
    """Everything that is kept of the conversation."""
    return await run_sync(personal_data.export, app.database, conversation_id)


@router.delete("/{conversation_id}", status_code=HTTPStatus.NO_CONTENT)
async def erase(conversation_id: OwnConversation, app: App) -> None:
    """Deletes the conversation and everything kept of it."""
    await run_sync(personal_data.erase, app.database, conversation_id)
    app.stream.send(conversation_id, Ended())
    await app.engine.forget(conversation_id)


def replay(app: Services, conversation_id: str, after: int) -> list[MessageOut]:
    """What came after `seq`, as it is seen. Raises `UnknownConversation`."""
    stored = app.record.messages(conversation_id, after)
    return as_seen(stored, app.knowledge, app.record.feedback_in(conversation_id) if stored else None)


async def accept(
    app: Services, conversation_id: str, body: SendMessage, address: str
) -> tuple[Message, Turn]:
    """Stores a visitor's message and starts its turn; gives both.

    A retry of a message that was accepted is never refused for coming too soon, and does not count.

    Raises:
        Refused: it is too long, or came too soon; its warning, where it has one, is with the refusal.
    """

    def admit() -> None:
        app.limits.message(conversation_id, address)
        if body.text and len(body.text) > MAX_TEXT:
            raise too_long(len(body.text), MAX_TEXT)
        if body.text and not is_printable(body.text):
            raise unprintable()

    def work() -> Message:
        return app.record.accept(
            conversation_id, body.client_message_id, text=body.text, choice=body.choice, admit=admit
        )

    reading = None
    # What is refused is read only a little at a time.
    if body.text and len(body.text) <= MAX_TEXT and app.limits.has_room(conversation_id, address):
        reading = app.turns.read(body.text)
    try:
        message = await run_sync(work)
    except (TooMany, Refused, ConflictingRetry) as error:
        told = await heard(app, conversation_id, body.text)
        raise refusal_of(error).beside(reply=told.worst) from None
    app.stream.said(conversation_id, [message])
    return message, app.turns.take(message, reading)


@dataclass(frozen=True)
class Told:
    """The warnings to a text beside the chat, as they are shown. `stops` says that nothing else is done with it."""

    warnings: Sequence[MessageOut] = ()
    stops: bool = False

    @property
    def worst(self) -> dict[str, Any] | None:
        """The worst of them, as a problem document carries it."""
        return self.warnings[0].model_dump(mode="json") if self.warnings else None


async def heard(app: Services, conversation_id: str, *texts: str | None) -> Told:
    """Reads texts that are no message of the chat, and stores and sends what is said to the signs in them."""
    if not any(texts):
        return Told()
    # Nobody may fill all threads with texts that are refused anyway.
    found = await run_sync(app.warnings.heard, conversation_id, *texts, limiter=app.limits.reading)
    if found.warnings:
        app.stream.said(conversation_id, found.warnings)
        app.alerts.wake()
    if found.stops:
        await run_sync(app.warnings.stop, conversation_id)
    return Told(await run_sync(as_seen, found.warnings, app.knowledge), found.stops)


async def _in_time(turn: Turn, seconds: float) -> list[Message]:
    """The replies, or none yet where the turn takes longer than a request should wait."""
    try:
        return await asyncio.wait_for(asyncio.shield(turn), seconds)
    except TimeoutError:
        return []


def _turn(app: Services, message: Message, replies: list[Message]) -> TurnOut:
    seen, *replies_seen = as_seen([message, *replies], app.knowledge)
    return TurnOut.model_construct(message=seen, replies=replies_seen)


async def _said(app: Services, conversation_id: str, message: Message) -> RepliesOut:
    app.stream.said(conversation_id, [message])
    app.alerts.wake()
    return RepliesOut(replies=await run_sync(as_seen, [message], app.knowledge))
