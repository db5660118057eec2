"""The record: taken in for good, once, in one order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bot.conversations.personal_data import erase
from bot.conversations.record import (
    STILL_ABOUT,
    About,
    ConflictingRetry,
    Record,
    Reply,
    Understood,
    UnknownChoice,
    UnknownConversation,
)
from bot.conversations.tables import (
    Alert,
    AlertKind,
    Author,
    Conversation,
    Disposition,
    Status,
    Understanding,
)
from bot.database import Database
from tests.conftest import MakeDatabase

HELLO = Reply("Hello", Disposition.SMALLTALK)


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database(make_database: MakeDatabase) -> Database:
    return make_database()


@pytest.fixture
def record(database: Database) -> Record:
    return Record(database)


@pytest.fixture
def conversation(record: Record) -> str:
    return record.begin(HELLO, None, None)[0].conversation_id


def test_a_message_is_stored_before_anything_else_happens(
    record: Record, conversation: str, database: Database
) -> None:
    message = record.accept(conversation, "one", text="Is it safe?")
    database.engine.dispose()  # what another process would find
    another = Database(database.url)
    (stored,) = Record(another).messages(conversation, after=1)
    another.dispose()
    assert (stored.id, stored.text, stored.status) == (message.id, "Is it safe?", Status.ACCEPTED)


def test_the_same_client_id_is_the_same_message(record: Record, conversation: str) -> None:
    first = record.accept(conversation, "one", text="Is it safe?")
    assert record.accept(conversation, "one", text="Is it safe?").id == first.id
    with pytest.raises(ConflictingRetry):
        record.accept(conversation, "one", text="Is it cheap?")


def test_seq_has_no_gaps_though_many_write_at_once(record: Record, conversation: str) -> None:
    with ThreadPoolExecutor(16) as pool:
        # Every message twice, as from a client that retries.
        calls = [str(n % 100) for n in range(200)]
        stored = list(pool.map(lambda n: record.accept(conversation, n, text=f"question {n}"), calls))
    assert sorted({message.seq for message in stored}) == list(range(2, 102))
    assert [message.seq for message in record.messages(conversation)] == list(range(1, 102))


def test_replies_are_stored_once_with_what_was_understood(
    record: Record, conversation: str, database: Database
) -> None:
    message = record.accept(conversation, "one", text="Is it safe?")
    replies = [
        Reply("Yes, mostly", Disposition.ANSWER, topic="is_it_safe"),
        Reply("And…", Disposition.CLARIFY),
    ]
    understood = Understood(
        rule="confident", ranking=[{"intent": "ask_is_it_safe", "confidence": 0.9}], model_id="m"
    )
    stored = record.answer(message.id, replies, understood)
    assert record.answer(message.id, [HELLO], Understood()) == []
    assert [reply.id for reply in record.replies_to(message.id)] == [reply.id for reply in stored]
    assert [reply.seq for reply in stored] == [3, 4]
    assert {reply.author for reply in stored} == {Author.BOT}
    with database.read() as session:
        kept = session.get_one(Understanding, message.id)
        assert (kept.rule, kept.model_id, kept.disposition) == ("confident", "m", Disposition.ANSWER)
    assert record.unanswered() == []


def test_what_was_accepted_and_not_answered_is_found_after_a_restart(
    record: Record, conversation: str
) -> None:
    message = record.accept(conversation, "one", text="Is it safe?")
    assert [each.id for each in record.unanswered()] == [message.id]


def test_a_handoff_writes_one_alert_in_the_same_transaction(
    record: Record, conversation: str, database: Database
) -> None:
    for number in ("one", "two"):
        message = record.accept(conversation, number, text="A person, please")
        record.answer(message.id, [Reply("I have told them", Disposition.HANDOFF)], Understood())
    with database.read() as session:
        (alert,) = session.query(Alert).all()
        assert alert.kind is AlertKind.HANDOFF
        assert session.get_one(Conversation, conversation).person_wanted_at


def test_an_outage_is_reported_once(record: Record, conversation: str, database: Database) -> None:
    for number in ("one", "two", "three"):
        message = record.accept(conversation, number, text="Is it safe?")
        record.answer(message.id, [Reply("I cannot answer", Disposition.UNAVAILABLE)], Understood())
    with database.read() as session:
        assert session.query(Alert).one().kind is AlertKind.UNAVAILABLE
    assert record.unanswered() == []


def test_a_choice_is_one_that_this_conversation_was_offered(record: Record, conversation: str) -> None:
    offered = record.say(
        conversation,
        Reply("Which?", Disposition.CLARIFY, quick_replies=[{"title": "Cost", "payload": "/ask_cost"}]),
    )
    choice = offered.quick_replies[0]["id"]
    message = record.accept(conversation, "one", choice=choice)
    assert (message.text, message.payload) == ("Cost", "/ask_cost")
    other = record.begin(HELLO, None, None)[0].conversation_id
    with pytest.raises(UnknownChoice):
        record.accept(other, "one", choice=choice)
    with pytest.raises(UnknownChoice):
        record.accept(conversation, "two", choice="/ask_cost")


def test_nothing_is_taken_for_a_conversation_that_does_not_exist(record: Record) -> None:
    with pytest.raises(UnknownConversation):
        record.accept("nobody", "one", text="Hello?")
    with pytest.raises(UnknownConversation):
        record.messages("nobody")


@pytest.mark.parametrize("kind", ["sqlite"])
def test_what_is_erased_leaves_no_bytes_behind(record: Record, conversation: str, database: Database) -> None:
    canary = "zygomatic-canary"
    message = record.accept(conversation, "one", text=f"my {canary} hurts")
    record.answer(message.id, [Reply(f"re {canary}", Disposition.ANSWER)], Understood())
    folder = Path(database.url.removeprefix("sqlite:///")).parent
    assert any(canary.encode() in path.read_bytes() for path in folder.iterdir())
    erase(database, conversation)
    assert not any(canary.encode() in path.read_bytes() for path in folder.iterdir())


def test_what_was_erased_is_not_answered(record: Record, conversation: str, database: Database) -> None:
    message = record.accept(conversation, "one", text="Is it safe?")
    erase(database, conversation)
    with pytest.raises(UnknownConversation):
        record.answer(message.id, [Reply("Yes", Disposition.ANSWER)], Understood())
    with pytest.raises(UnknownConversation):
        record.accept(conversation, "two", text="Is it safe?")


def answered(record: Record, conversation: str, topic: str, **question: Any) -> None:
    """A question that was asked and answered."""
    message = record.accept(conversation, topic, text=f"{topic}?")
    reply = Reply("…", Disposition.ANSWER, topic=topic)
    questions = [{"topic": topic, "entities": [], "carried": [], **question}]
    record.answer(message.id, [reply], Understood(rule="confident", questions=questions))


SCIATICA = {"entity": "condition", "value": "sciatica"}
NECK = {"entity": "body_part", "value": "neck"}


def test_a_conversation_is_about_what_it_last_had_an_answer_to(record: Record, conversation: str) -> None:
    assert record.about(record.accept(conversation, "first", text="hello")) is None
    answered(record, conversation, "sciatica")
    answered(record, conversation, "how_many_sessions", entities=[NECK], carried=[SCIATICA])
    thanks = record.accept(conversation, "thanks", text="thanks")
    record.answer(
        thanks.id, [HELLO], Understood(rule="confident", questions=[{"topic": None, "entities": []}])
    )
    following = record.accept(conversation, "then", text="and how often?")
    assert record.about(following) == About("how_many_sessions", [NECK, SCIATICA])


def test_what_was_said_long_ago_is_not_what_a_conversation_is_about(
    record: Record, conversation: str
) -> None:
    answered(record, conversation, "sciatica")
    for number in range(STILL_ABOUT):
        assert record.about(record.accept(conversation, str(number), text="…")) is not None
    assert record.about(record.accept(conversation, "late", text="…")) is None


def test_a_message_is_not_about_what_comes_after_it(record: Record, conversation: str) -> None:
    early = record.accept(conversation, "early", text="…")
    answered(record, conversation, "sciatica")
    assert record.about(early) is None
