"""A visitor of a running Meridian, through the visitor API: for evaluation, the command line and tests."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

Message = dict[str, Any]


class Visitor:
    """One conversation."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        begun = http.post("/api/v1/conversations", json={}).raise_for_status().json()
        self.id: str = begun["id"]
        self.token: str = begun["token"]
        self.greeting: Message = begun["messages"][0]

    def call(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        """A request to a route of this conversation."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return self._http.request(method, f"/api/v1/conversations/{self.id}{path}", headers=headers, **kwargs)

    def ask(self, text: str, client_message_id: str | None = None) -> list[Message]:
        """Sends a text; gives the replies. Raises httpx's `HTTPStatusError` where it is refused."""
        return self._send({"text": text}, client_message_id)

    def choose(self, choice: str) -> list[Message]:
        """Presses a quick reply; gives the replies."""
        return self._send({"choice": choice}, None)

    def transcript(self, after: int = 0) -> list[Message]:
        """All messages after `seq`."""
        found: list[Message] = self.call("GET", "/messages", params={"after": after}).json()["messages"]
        return found

    def _send(self, body: dict[str, str], client_message_id: str | None) -> list[Message]:
        body["client_message_id"] = client_message_id or uuid.uuid4().hex
        replies: list[Message] = (
            self.call("POST", "/messages", json=body).raise_for_status().json()["replies"]
        )
        return replies


@contextmanager
def client(url: str) -> Iterator[httpx.Client]:
    """An HTTP client of a Meridian at `url`, through no proxy."""
    with httpx.Client(base_url=url, timeout=20, trust_env=False) as http:
        yield http
