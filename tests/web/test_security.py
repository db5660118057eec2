"""Headers on every answer, limits, and faults that say nothing of the visitor."""

from __future__ import annotations

import logging

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.conversations.record import Record
from bot.web.limits import Limits, TooMany
from bot.web.security import HEADERS
from tests.web.conftest import Visitor

CANARY = "my left ear is purple"


@pytest.mark.parametrize("path", ["/", "/healthz", "/api/openapi.json", "/nowhere"])
def test_every_answer_carries_the_security_headers(http: TestClient, path: str) -> None:
    answer = http.get(path)
    for name in HEADERS:
        assert name in answer.headers, name
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'self'" in policy


def test_what_is_not_there_is_a_problem_document(http: TestClient) -> None:
    answer = http.get("/nowhere")
    assert answer.status_code == 404
    assert answer.json()["type"] == "/problems/not-found"


def test_too_many_messages_are_refused_with_when_to_come_back(app: FastAPI, http: TestClient) -> None:
    limits: Limits = app.state.services.limits
    strict = Limits("2/minute", "100/minute", "100/hour")
    vars(limits).update(vars(strict))
    mine, theirs = Visitor(http).begin(), Visitor(http).begin()
    assert [mine.send("x").status_code for _ in range(3)] == [200, 200, 429]
    refused = mine.send("x")
    assert refused.headers["retry-after"] == str(refused.json()["retry_after"])
    assert 1 <= refused.json()["retry_after"] <= 60
    assert theirs.send("x").status_code == 200


def test_a_retry_of_an_accepted_message_is_not_refused_and_does_not_count(
    app: FastAPI, visitor: Visitor
) -> None:
    limits: Limits = app.state.services.limits
    vars(limits).update(vars(Limits("2/minute", "100/minute", "100/hour")))
    first = visitor.send("x", "one").json()["message"]
    assert [visitor.send("x", "one").status_code for _ in range(5)] == [200] * 5
    assert [visitor.send("x", name).status_code for name in ("two", "three")] == [200, 429]
    again = visitor.send("x", "one")
    assert (again.status_code, again.json()["message"]) == (200, first)


def test_an_address_that_floods_fills_only_its_own_bucket() -> None:
    limits = Limits("100/minute", "3/minute", "2/hour")
    for number in range(3):
        limits.message(str(number), "10.0.0.1")
    with pytest.raises(TooMany):
        limits.message("4", "10.0.0.1")
    limits.message("5", "10.0.0.2")


def test_a_fault_says_nothing_of_the_visitors_words(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError(f"cannot store {CANARY}")

    monkeypatch.setattr(Record, "accept", fail)
    with caplog.at_level(logging.DEBUG):
        answer = visitor.send(CANARY)
    assert answer.status_code == 500
    assert answer.json()["type"] == "/problems/internal-fault"
    logged = " ".join(str(vars(record)) for record in caplog.records if record.name.startswith("bot"))
    assert "RuntimeError" in logged
    assert CANARY not in logged + answer.text
