"""Warning signs as they are kept: once for a message, with their rule, and no longer than they should be."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.conversations import personal_data
from bot.conversations.record import Record, Reply, Understood, UnknownConversation
from bot.conversations.signs import Signs
from bot.conversations.tables import Conversation, Disposition, Understanding, Warning
from bot.database import Database
from bot.safety.screen import Finding, Level
from tests.conftest import MakeDatabase

FEVER = Finding(Level.URGENT, "fever", "fever_and_back", "0123456789ab")
NUMB = Finding(Level.EMERGENCY, "cauda_equina", "saddle_numb", "0123456789ab")
SEE_SOMEBODY = Reply("See a doctor today", Disposition.URGENT)
CALL = Reply("Call now", Disposition.EMERGENCY)


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
def signs(database: Database) -> Signs:
    return Signs(database)


@pytest.fixture
def conversation(record: Record) -> str:
    return record.begin(Reply("Hello", Disposition.SMALLTALK), None, None)[0].conversation_id


def test_what_is_kept_names_the_rule_and_its_version_and_no_word_of_the_text(
    record: Record, signs: Signs, conversation: str, database: Database
) -> None:
    message = record.accept(conversation, "1", text="I cannot feel my bottom")
    signs.warn(conversation, [CALL], [NUMB], [NUMB.sign], message_id=message.id, stops=True)
    with database.read() as session:
        (kept,) = session.scalars(select(Warning))
        assert (kept.level, kept.sign, kept.rule, kept.version) == (
            NUMB.level,
            NUMB.sign,
            NUMB.rule,
            NUMB.version,
        )
        assert kept.message_id == message.id
        assert session.get_one(Conversation, conversation).flag is Level.EMERGENCY
    assert personal_data.export(database, conversation)["warnings"][0]["sign"] == NUMB.sign
    personal_data.erase(database, conversation)
    with database.read() as session:
        assert session.scalar(select(Warning)) is None


def test_what_stops_is_all_that_a_message_gets(
    record: Record, signs: Signs, conversation: str, database: Database
) -> None:
    message = record.accept(conversation, "1", text="…")
    (given,) = signs.warn(conversation, [CALL], [NUMB], [NUMB.sign], message_id=message.id, stops=True)
    assert record.answer(message.id, [Reply("…", Disposition.ANSWER)], Understood()) == []
    assert [reply.id for reply in record.replies_to(message.id)] == [given.id]
    with database.read() as session:
        kept = session.get_one(Understanding, message.id)
        assert (kept.rule, kept.disposition) == ("warning", Disposition.EMERGENCY)


def test_a_message_is_warned_of_once_unless_only_now_something_stops(
    record: Record, signs: Signs, conversation: str
) -> None:
    message = record.accept(conversation, "1", text="…")
    (given,) = signs.warn(conversation, [SEE_SOMEBODY], [FEVER], [FEVER.sign], message_id=message.id)
    (again,) = signs.warn(conversation, [SEE_SOMEBODY], [FEVER], [FEVER.sign], message_id=message.id)
    assert again.id == given.id
    both = signs.warn(conversation, [CALL], [NUMB], [NUMB.sign], message_id=message.id, stops=True)
    assert [reply.disposition for reply in both] == [Disposition.URGENT, Disposition.EMERGENCY]
    assert record.unanswered() == []


def test_only_what_was_said_in_full_is_known(signs: Signs, conversation: str) -> None:
    signs.warn(conversation, [CALL], [NUMB, FEVER], [NUMB.sign])
    assert signs.known(conversation) == {NUMB.sign}


def test_the_latest_warning_of_each_kind_is_given_back(signs: Signs, conversation: str) -> None:
    for _ in range(2):
        (call,) = signs.warn(conversation, [CALL], [NUMB], [NUMB.sign])
        (see,) = signs.warn(conversation, [SEE_SOMEBODY], [FEVER], [FEVER.sign])
    assert [each.id for each in signs.warned(conversation, [SEE_SOMEBODY, CALL])] == [call.id, see.id]
    assert signs.warned(conversation, [Reply("A person will call", Disposition.HANDOFF)]) == []


def test_nothing_is_kept_for_a_conversation_or_a_message_that_does_not_exist(
    signs: Signs, conversation: str
) -> None:
    with pytest.raises(UnknownConversation):
        signs.warn("nobody", [CALL], [NUMB], [NUMB.sign])
    with pytest.raises(UnknownConversation):
        signs.warn(conversation, [CALL], [NUMB], [NUMB.sign], message_id="erased")
