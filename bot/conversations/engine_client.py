"""Asks the language engine what a message means and what to reply. Knows nothing of records."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from typing import Any

import httpx

from bot.conversations.record import Reply, Understood
from bot.conversations.tables import Disposition


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
        self._http = httpx.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=seconds,
            trust_env=False,  # no proxy stands between this process and loopback
        )

    async def ask(
        self, conversation_id: str, message_id: str, *, text: str, payload: str | None = None
    ) -> Turn:
        """One turn: the visitor's text, or the payload of the quick reply they chose.

        Raises:
            EngineUnavailable.
        """
        body = {"conversation_id": conversation_id, "message_id": message_id}
        body |= {"text": text} if payload is None else {"choice": payload}
        begun = time.perf_counter()
        try:
            response = await self._http.post("/webhooks/meridian/message", json=body)
        except httpx.TimeoutException:
            raise EngineUnavailable("timeout") from None
        except httpx.HTTPError as error:
            raise EngineUnavailable(type(error).__name__) from None
        if response.status_code != httpx.codes.OK:
            raise EngineUnavailable(f"status {response.status_code}")
        try:
            return _turn(response.json(), (time.perf_counter() - begun) * 1000)
        except (ValueError, KeyError, TypeError) as error:
            raise EngineUnavailable(f"bad answer: {type(error).__name__}") from None

    async def ready(self) -> dict[str, Any] | None:
        """What the engine serves, or None while it does not."""
        try:
            response = await self._http.get("/webhooks/meridian/health", timeout=2)
            return dict(response.json()) if response.status_code == httpx.codes.OK else None
        except (httpx.HTTPError, ValueError):
            return None

    async def forget(self, conversation_id: str) -> None:
        """Drops what the engine holds of a conversation. One that is down holds nothing."""
        with contextlib.suppress(httpx.HTTPError):
            await self._http.post("/webhooks/meridian/forget", json={"conversation_id": conversation_id})

    async def close(self) -> None:
        """Closes the connection."""
        await self._http.aclose()


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
    )
