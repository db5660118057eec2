"""Takes each stored message past the screen of warning signs and through the engine, and stores the replies.

One at a time in a conversation.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Protocol
from weakref import WeakValueDictionary

from bot.conversations.engine_client import EngineClient, EngineUnavailable, Turn
from bot.conversations.record import About, Record, Reply, Understood, UnknownConversation
from bot.conversations.stream import Stream, Typing
from bot.conversations.tables import Disposition, Message, Status
from bot.conversations.warnings import Warned, Warnings, beside_warning
from bot.safety.screen import Finding

log = logging.getLogger(__name__)

Reading = asyncio.Task[list[Finding]]
"""A text is being read for warning signs."""

Before = tuple[About | None, Mapping[str, str | None] | None]
"""What was last answered, and the slots of a booking in progress."""

# The record wrote an alert with these.
_ALERTING = {Disposition.HANDOFF, Disposition.UNAVAILABLE}


class Drafts(Protocol):
    """Bookings in progress, kept elsewhere."""

    def slots(self, conversation_id: str) -> Mapping[str, str | None] | None:
        """What the dialogue begins a turn with; None where nothing is being booked."""


class Turns:
    """Work in progress. A turn goes on when the visitor who asked is gone."""

    def __init__(
        self,
        record: Record,
        *,
        warnings: Warnings,
        engine: EngineClient,
        stream: Stream,
        drafts: Drafts,
        apology: Callable[[], str],
        on_alert: Callable[[], None],
    ) -> None:
        """`apology` gives the words for an engine that does not answer; `on_alert` says that staff wait."""
        self._record = record
        self._warnings = warnings
        self._engine = engine
        self._stream = stream
        self._drafts = drafts
        self._apology = apology
        self._on_alert = on_alert
        self._running: dict[str, asyncio.Task[list[Message]]] = {}
        # A lock lives as long as somebody holds or awaits it; asyncio hands it on in the order of asking.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def read(self, text: str) -> Reading:
        """Begins to read a text for warning signs while it is stored."""
        return asyncio.create_task(asyncio.to_thread(self._warnings.find, text))

    def take(self, message: Message, reading: Reading | None = None) -> asyncio.Task[list[Message]]:
        """Starts the turn of an accepted message, or joins the one that is running; gives its replies.

        `reading` is that of its text, where it was begun before.
        """
        task = self._running.get(message.id)
        if task is None:
            task = asyncio.create_task(self._turn(message, reading))
            self._running[message.id] = task
            task.add_done_callback(lambda done: self._finish(message.id, done))
        return task

    async def resume(self, patience: float = 60.0) -> int:
        """Takes up what an earlier process accepted and did not answer; gives how many.

        An engine that starts beside this process gets `patience` seconds to be ready.
        """
        messages = await asyncio.to_thread(self._record.unanswered)
        for message in messages:  # a warning waits for nothing
            await self._warn(message)
        deadline = asyncio.get_running_loop().time() + patience
        while messages and await self._engine.ready() is None:
            if asyncio.get_running_loop().time() > deadline:
                break
            await asyncio.sleep(0.2)
        for message in messages:
            self.take(message)
        return len(messages)

    async def settle(self, seconds: float) -> None:
        """Waits for the turns that are running, at most `seconds`."""
        if self._running:
            await asyncio.wait(tuple(self._running.values()), timeout=seconds)

    def _finish(self, message_id: str, task: asyncio.Task[list[Message]]) -> None:
        self._running.pop(message_id, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            # Only the kind: an exception's words may quote the visitor.
            log.error("turn failed", extra={"message_id": message_id, "fault": type(error).__name__})

    async def _turn(self, message: Message, reading: Reading | None) -> list[Message]:
        if message.status is not Status.ACCEPTED:
            return await asyncio.to_thread(self._record.replies_to, message.id)
        lock = self._locks.setdefault(message.conversation_id, asyncio.Lock())
        # Its place in line is taken first; its warning signs are read without waiting for those before it.
        its_turn = asyncio.create_task(lock.acquire())
        before = asyncio.create_task(self._before(message, its_turn))
        try:
            warned, given = await self._warn(message, reading)
            if warned.stops:
                return given
            return await self._answer(message, given, await before)
        finally:
            before.cancel()
            if not its_turn.cancel():  # it has the lock
                lock.release()

    async def _answer(self, message: Message, given: list[Message], before: Before) -> list[Message]:
        """Stores and sends what the engine replies; gives it behind the warnings that were given."""
        conversation_id = message.conversation_id
        self._stream.send(conversation_id, Typing(True))
        try:
            turn = await self._ask(message, before)
            replies = beside_warning(turn.replies) if given else turn.replies
            try:
                answers = await asyncio.to_thread(self._record.answer, message.id, replies, turn.understood)
            except UnknownConversation:
                # Erased meanwhile: the engine must not keep what it has just been told.
                await self._engine.forget(conversation_id)
                return []
            if not answers:  # the warning is all, or another process was sooner
                shown = {reply.id for reply in given}
                every = await asyncio.to_thread(self._record.replies_to, message.id)
                answers = [reply for reply in every if reply.id not in shown]
            self._stream.said(conversation_id, answers)
        finally:
            self._stream.send(conversation_id, Typing(False))
        if _ALERTING.intersection(reply.disposition for reply in answers):
            self._on_alert()
        return [*given, *answers]

    async def _warn(self, message: Message, reading: Reading | None = None) -> tuple[Warned, list[Message]]:
        """Reads a message for warning signs, and stores and sends what is said to them; gives both.

        A quick reply has the words of the assistant itself, and is not read.
        """
        if message.payload is not None:
            return Warned(), []
        findings = await (reading or self.read(message.text))
        if not findings:
            return Warned(), []
        conversation_id = message.conversation_id
        given: list[Message] = []
        warned = await asyncio.to_thread(self._warnings.answer, conversation_id, findings)
        with suppress(UnknownConversation):  # erased meanwhile
            given = await asyncio.to_thread(self._warnings.give, message, warned)
            self._stream.said(conversation_id, given)
        self._on_alert()
        if warned.stops:
            await asyncio.to_thread(self._warnings.stop, conversation_id)
        return warned, given

    async def _ask(self, message: Message, before: Before) -> Turn:
        about, draft = before
        try:
            return await self._engine.ask(
                message.conversation_id,
                message.id,
                text=message.text,
                payload=message.payload,
                about=about,
                draft=draft,
            )
        except EngineUnavailable as fault:
            log.warning("engine unavailable", extra={"message_id": message.id, "fault": str(fault)})
            words = await asyncio.to_thread(self._apology)
            return Turn([Reply(words, Disposition.UNAVAILABLE)], Understood(rule="unavailable"))

    async def _before(self, message: Message, its_turn: asyncio.Task[Any]) -> Before:
        """What the engine is told of the conversation so far, once it is this message's turn."""
        await asyncio.shield(its_turn)

        def read() -> Before:
            return self._record.about(message), self._drafts.slots(message.conversation_id)

        return await asyncio.to_thread(read)
