"""The three doors that messages are sent to: Meridian's engine, the whole of Meridian, stock Rasa."""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from benchmarks.serving import Server
from bot.scratch import Stack


class NoAnswer(Exception):
    """A message got no reply; the time it took would mean nothing."""


class Target(ABC):
    """Something that answers messages over HTTP."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http

    async def begin(self) -> str:
        """Begins a conversation; gives its name."""
        return uuid.uuid4().hex

    @abstractmethod
    async def ask(self, conversation: str, text: str) -> None:
        """Sends one message and reads the whole reply.

        Raises:
            NoAnswer: there was none.
        """

    async def _post(self, path: str, body: dict[str, Any], token: str = "") -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with self._http.post(path, json=body, headers=headers) as answer:
            if answer.status >= 400:
                raise NoAnswer(f"{path} answered {answer.status}.")
            return await answer.json()


class MeridianEngine(Target):
    """Meridian's language engine with its actions, past the app's record."""

    def __init__(self, http: aiohttp.ClientSession, token: str) -> None:
        super().__init__(http)
        self._token = token

    async def ask(self, conversation: str, text: str) -> None:
        body = {"conversation_id": conversation, "message_id": uuid.uuid4().hex, "text": text}
        answer = await self._post("/webhooks/meridian/message", body, self._token)
        _replied(answer["replies"])


class MeridianApp(Target):
    """The visitor API: screened, stored, understood, answered, stored."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        super().__init__(http)
        self._tokens: dict[str, str] = {}

    async def begin(self) -> str:
        begun = await self._post("/api/v1/conversations", {})
        self._tokens[begun["id"]] = begun["token"]
        return str(begun["id"])

    async def ask(self, conversation: str, text: str) -> None:
        body = {"client_message_id": uuid.uuid4().hex, "text": text}
        path = f"/api/v1/conversations/{conversation}/messages"
        answer = await self._post(path, body, self._tokens[conversation])
        replies = answer["replies"]
        _replied(replies)
        if any(reply["disposition"] == "unavailable" for reply in replies):
            raise NoAnswer("The app had no answer from its engine.")


class Stock(Target):
    """Rasa's REST channel."""

    async def ask(self, conversation: str, text: str) -> None:
        _replied(await self._post("/webhooks/rest/webhook", {"sender": conversation, "message": text}))


@asynccontextmanager
async def open_targets(stack: Stack, server: Server | None) -> AsyncIterator[dict[str, Target]]:
    """The targets by name, each with connections of its own that are kept open."""
    settings = stack.settings
    engine_url = f"http://127.0.0.1:{settings.engine_port}"
    token = settings.derived_key("engine")
    doors: dict[str, tuple[str, Callable[[aiohttp.ClientSession], Target]]] = {
        "engine": (engine_url, lambda http: MeridianEngine(http, token)),
        "app": (stack.url, MeridianApp),
    }
    if server:
        doors["stock"] = (server.url, Stock)
    sessions = {name: _session(url) for name, (url, _) in doors.items()}
    try:
        yield {name: made(sessions[name]) for name, (_, made) in doors.items()}
    finally:
        for session in sessions.values():
            await session.close()


def _session(url: str) -> aiohttp.ClientSession:
    patience = aiohttp.ClientTimeout(total=60)
    return aiohttp.ClientSession(url, timeout=patience, connector=aiohttp.TCPConnector(limit=0))


def _replied(replies: Any) -> None:
    if not replies:
        raise NoAnswer("The reply was empty.")
