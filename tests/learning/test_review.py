"""The review queue: everything that was not answered well is in it, and nothing else."""

from __future__ import annotations

import pytest

from bot.conversations.record import Record, Reply, Understood
from bot.conversations.tables import Disposition, Message
from bot.database import Database
from bot.learning.review import Reason, waiting

HELLO = Reply("Hello", Disposition.SMALLTALK)


class Chat:
    """A conversation that is answered as the test says."""

    def __init__(self, database: Database) -> None:
        self.record = Record(database)
        self.id = self.record.begin(HELLO, None, None)[0].conversation_id

    def asks(self, text: str, reply: Reply, rule: str = "confident", choice: str | None = None) -> Message:
        message = self.record.accept(self.id, text, text=None if choice else text, choice=choice)
        return self.record.answer(message.id, [reply], Understood(rule=rule))[0]


@pytest.fixture
def chat(database: Database) -> Chat:
    return Chat(database)


ANSWER = Reply("…", Disposition.ANSWER, topic="cost")


def entries(database: Database) -> list[tuple[str, Reason, str | None]]:
    return [(each.text, each.reason, each.detail) for each in waiting(database)]


def test_what_was_answered_well_is_not_in_the_queue(database: Database, chat: Chat) -> None:
    reply = chat.asks("what does it cost", ANSWER)
    chat.record.feedback(chat.id, reply.id, True, None)
    chat.asks("thanks", HELLO)
    assert waiting(database) == []


def test_what_was_not_understood_waits(database: Database, chat: Chat) -> None:
    chat.asks("gibberish", Reply("…", Disposition.OUT_OF_SCOPE), "unsure")
    chat.asks("a joke please", Reply("…", Disposition.OUT_OF_SCOPE))  # recognised: nothing to learn
    assert entries(database) == [("gibberish", Reason.NOT_UNDERSTOOD, None)]


def test_a_choice_is_kept_with_what_it_clarified(database: Database, chat: Chat) -> None:
    offered = [{"title": "What does it cost?", "payload": "/ask_cost"}]
    asked = chat.asks("money", Reply("Which?", Disposition.CLARIFY, quick_replies=offered), "two_close")
    assert entries(database) == [("money", Reason.CLARIFIED, None)]
    chat.asks("pressed", ANSWER, "choice", choice=asked.quick_replies[0]["id"])
    assert entries(database) == [("money", Reason.CLARIFIED, "What does it cost?")]


def test_what_has_only_a_general_answer_waits_for_its_own(database: Database, chat: Chat) -> None:
    chat.asks("sessions for gout?", Reply("…", Disposition.ANSWER, topic="cost", general_for="gout"))
    assert entries(database) == [("sessions for gout?", Reason.GENERAL_ONLY, "gout")]


def test_an_answer_that_did_not_help_waits_with_the_reason(database: Database, chat: Chat) -> None:
    reply = chat.asks("what does it cost", ANSWER)
    chat.record.feedback(chat.id, reply.id, False, "Not what I asked")
    assert entries(database) == [("what does it cost", Reason.NOT_HELPFUL, "Not what I asked")]


def test_the_newest_come_first_and_no_more_than_wanted(database: Database, chat: Chat) -> None:
    for number in range(5):
        chat.asks(f"gibberish {number}", Reply("…", Disposition.UNAVAILABLE), "unavailable")
    assert [each.text for each in waiting(database, 2)] == ["gibberish 4", "gibberish 3"]
    assert waiting(database)[0].reason is Reason.UNAVAILABLE
