"""Asks the language engine what a message means and what to reply. Knows nothing of records."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp

from bot.conversations.record import About, Reply, Understood
from bot.conversations.tables import Disposition
from bot.knowledge.topics import topics


class EngineUnavailable(Exception):
    """The engine is down, slow, broken or empty; the message holds the kind of fault, no visitor text."""


@dataclass(frozen=True)
class Turn:
    """What the engine made of one message."""

    replies: list[Reply]
    understood: Understood


class EngineClient:
    """A kept-alive connection to the engine on loopback."""

    def __init__(self, url: str, token: str, seconds: float) -> None:
        """`url` of the engine, its `token`, and how many `seconds` it may take for one message."""
        self._routes = f"{url}/webhooks/meridian"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._seconds = aiohttp.ClientTimeout(total=seconds)
        self._session: aiohttp.ClientSession | None = None

    @property
    def _http(self) -> aiohttp.ClientSession:
        # Made on first use: a session belongs to the loop that runs then.
        if self._session is None:
            no_cookies = aiohttp.DummyCookieJar()  # none are set, and to look for some takes time
            self._session = aiohttp.ClientSession(
                headers=self._headers, timeout=self._seconds, cookie_jar=no_cookies
            )
        return self._session

    async def ask(
        self,
        conversation_id: str,
        message_id: str,
        *,
        text: str,
        payload: str | None = None,
        about: About | None = None,
        draft: Mapping[str, str | None] | None = None,
    ) -> Turn:
        """One turn: the visitor's text, or the payload of the quick reply they chose.

        `about` is what was last answered, `draft` the slots of a booking in progress.

        Raises:
            EngineUnavailable.
        """
        body: dict[str, Any] = {"conversation_id": conversation_id, "message_id": message_id}
        body |= {"text": text} if payload is None else {"choice": payload}
        if about is not None:
            words = topics().get(about.topic, "")
            body["about"] = {"topic": about.topic, "words": words, "entities": list(about.entities)}
        if draft is not None:
            body["draft"] = dict(draft)
        begun = time.perf_counter()
        try:
            async with self._http.post(f"{self._routes}/message", json=body) as response:
                if response.status != HTTPStatus.OK:
                    raise EngineUnavailable(f"status {response.status}")
                answer = await response.json()
            return _turn(answer, (time.perf_counter() - begun) * 1000)
        except TimeoutError:
            raise EngineUnavailable("timeout") from None
        except aiohttp.ClientError as error:
            raise EngineUnavailable(type(error).__name__) from None
        except (ValueError, KeyError, TypeError) as error:
            raise EngineUnavailable(f"bad answer: {type(error).__name__}") from None

    async def ready(self) -> dict[str, Any] | None:
        """What the engine serves, or None while it does not."""
        try:
            async with self._http.get(f"{self._routes}/health") as response:
                return dict(await response.json()) if response.status == HTTPStatus.OK else None
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return None

    async def forget(self, conversation_id: str) -> None:
        """Drops what the engine holds of a conversation. One that is down holds nothing."""
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            async with self._http.post(f"{self._routes}/forget", json={"conversation_id": conversation_id}):
                pass

    async def close(self) -> None:
        """Closes the connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def _turn(body: dict[str, Any], milliseconds: float) -> Turn:
    replies = [_reply(reply) for reply in body["replies"]]
    if not replies:
        raise ValueError("no replies")
    understanding = body["understanding"]
    return Turn(
        replies,
        Understood(
            rule=understanding["rule"],
            ranking=understanding["ranking"],
            entities=understanding["entities"],
            questions=understanding["questions"],
            model_id=body["model_id"],
            engine_ms=milliseconds,
        ),
    )


def _reply(reply: dict[str, Any]) -> Reply:
    custom = reply["custom"]
    return Reply(
        text=reply["text"],
        disposition=Disposition(custom["disposition"]),
        topic=custom.get("topic"),
        confidence=custom.get("confidence"),
        quick_replies=[{"title": b["title"], "payload": b["payload"]} for b in reply.get("buttons") or ()],
        form=custom.get("form"),
        article_version_id=custom.get("article_version"),
        general_for=custom.get("general_for"),
    )
