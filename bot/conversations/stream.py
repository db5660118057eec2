"""Carries what happens in a conversation to every socket that watches it, within this process."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bot.conversations.tables import Message


@dataclass(frozen=True)
class Said:
    """A stored message."""

    message: Message


@dataclass(frozen=True)
class Typing:
    """The assistant is at work on a reply, or no longer."""

    on: bool


@dataclass(frozen=True)
class Ended:
    """The conversation was erased."""


@dataclass(frozen=True)
class Behind:
    """The watcher is too far behind: it should come back and replay."""


Event = Said | Typing | Ended | Behind

# A socket this far behind has lost its reader: it is told to come back and replay from the record.
_BACKLOG = 256


class Stream:
    """Who watches which conversation. The record stays the truth; a missed event is replayed from it."""

    def __init__(self) -> None:
        self._watchers: dict[str, set[asyncio.Queue[Event]]] = defaultdict(set)

    @contextmanager
    def watch(self, conversation_id: str) -> Iterator[asyncio.Queue[Event]]:
        """The events of a conversation from now on."""
        queue: asyncio.Queue[Event] = asyncio.Queue(_BACKLOG)
        self._watchers[conversation_id].add(queue)
        try:
            yield queue
        finally:
            self._watchers[conversation_id].discard(queue)
            if not self._watchers[conversation_id]:
                del self._watchers[conversation_id]

    def send(self, conversation_id: str, *events: Event) -> None:
        """Hands events to every watcher; never waits."""
        for queue in tuple(self._watchers.get(conversation_id, ())):
            for event in events:
                try:
                    queue.put_nowait(event)
                except asyncio.QueueFull:
                    self._watchers[conversation_id].discard(queue)
                    while not queue.empty():
                        queue.get_nowait()
                    queue.put_nowait(Behind())
                    break

    def said(self, conversation_id: str, messages: Sequence[Message]) -> None:
        """Hands stored messages to every watcher."""
        self.send(conversation_id, *map(Said, messages))
