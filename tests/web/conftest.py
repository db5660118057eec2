"""The visitor API over real HTTP semantics, with a real database; the engine is down unless a test says."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.booking.seed import seed
from bot.database import Database
from bot.knowledge.store import KnowledgeBase
from bot.knowledge.tables import ClinicFacts
from bot.settings import Settings
from bot.web.app import create_app
from bot.web.services import Services


@dataclass
class Visitor:
    """A visitor with a conversation."""

    http: TestClient
    id: str = ""
    token: str = ""
    messages: list[dict[str, Any]] = field(default_factory=list)

    def begin(self) -> Visitor:
        begun = self.http.post("/api/v1/conversations", json={"consent_version": "test"})
        assert begun.status_code == 201, begun.text
        body = begun.json()
        self.id, self.token, self.messages = body["id"], body["token"], body["messages"]
        return self

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def call(self, method: str, path: str = "", **kwargs: Any) -> Any:
        kwargs.setdefault("headers", self.headers)
        return self.http.request(method, f"/api/v1/conversations/{self.id}{path}", **kwargs)

    def send(self, text: str, client_message_id: str | None = None) -> Any:
        body = {"client_message_id": client_message_id or uuid.uuid4().hex, "text": text}
        return self.call("POST", "/messages", json=body)


@pytest.fixture
def app(settings: Settings, database: Database) -> FastAPI:
    assert database
    return create_app(Services.of(settings))


@pytest.fixture
def http(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def visitor(http: TestClient) -> Visitor:
    return Visitor(http).begin()


def open_for_bookings(database: Database, **booking: Any) -> Database:
    """Lets visitors book online at the demonstration clinic, which ships with requests only."""
    seed(database, KnowledgeBase(database).clinic())
    with database.write() as session:
        row = session.get_one(ClinicFacts, 1)
        row.facts = {**row.facts, "booking": {**row.facts["booking"], "mode": "slots", **booking}}
    return database
