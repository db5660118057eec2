"""Turns: one message of a conversation at a time, whoever waits."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from bot.booking.appointments import Bookings
from bot.booking.drafts import Drafts
from bot.conversations.engine_client import EngineClient, Turn
from bot.conversations.record import About, Record, Reply, Understood
from bot.conversations.signs import Signs
from bot.conversations.stream import Said, Stream, Typing
from bot.conversations.tables import Disposition, Message, Understanding
from bot.conversations.turns import Turns
from bot.conversations.warnings import Warnings
from bot.database import Database
from bot.knowledge.store import KnowledgeBase
from bot.safety.screen import Finding, Level, Screen

SCREEN = Screen.load()
NUMB = "My back hurts and I can't feel myself pee"
FEVER = "I have a fever with my back pain. What does it cost?"


class SlowEngine(EngineClient):
    """An engine that takes a moment, to see what happens meanwhile."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:9", "", 1)
        self.at_work = 0
        self.most_at_work = 0
        self.asked: list[str] = []
        self.disposition = Disposition.ANSWER

    async def ready(self) -> dict[str, object] | None:
        return {}

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
        self.at_work += 1
        self.most_at_work = max(self.most_at_work, self.at_work)
        await asyncio.sleep(0.02)
        self.asked.append(text)
        self.at_work -= 1
        return Turn([Reply(f"re: {text}", self.disposition)], Understood(rule="confident"))


def setup(database: Database) -> tuple[Record, Stream, SlowEngine, Turns, str]:
    record, stream, engine = Record(database), Stream(), SlowEngine()
    drafts = Drafts(database, Bookings(database, KnowledgeBase(database).clinic))
    warnings = Warnings(SCREEN, Signs(database), KnowledgeBase(database), drafts.drop)
    turns = Turns(
        record,
        warnings=warnings,
        engine=engine,
        stream=stream,
        drafts=drafts,
        apology=lambda: "sorry",
        on_alert=lambda: None,
    )
    conversation = record.begin(Reply("Hello", Disposition.SMALLTALK), None, None)[0].conversation_id
    return record, stream, engine, turns, conversation


async def take(turns: Turns, message: Message) -> list[Message]:
    return await turns.take(message)


def ids(messages: Sequence[Message]) -> list[str]:
    return [message.id for message in messages]


def test_messages_of_one_conversation_are_answered_in_order_one_at_a_time(database: Database) -> None:
    record, _, engine, turns, conversation = setup(database)

    async def scenario() -> None:
        messages = [record.accept(conversation, str(n), text=str(n)) for n in range(5)]
        await asyncio.gather(*map(turns.take, messages))

    asyncio.run(scenario())
    assert engine.most_at_work == 1
    assert engine.asked == ["0", "1", "2", "3", "4"]


def test_other_conversations_do_not_wait(database: Database) -> None:
    record, _, engine, turns, _ = setup(database)
    greeting = Reply("Hello", Disposition.SMALLTALK)

    async def scenario() -> None:
        begun = [record.begin(greeting, None, None)[0].conversation_id for _ in range(4)]
        await asyncio.gather(*(turns.take(record.accept(each, "a", text="x")) for each in begun))

    asyncio.run(scenario())
    assert engine.most_at_work == 4


def test_a_retry_joins_the_turn_that_is_running(database: Database) -> None:
    record, _, engine, turns, conversation = setup(database)

    async def scenario() -> None:
        first, again = (record.accept(conversation, "a", text="x") for _ in range(2))
        replies = await asyncio.gather(turns.take(first), turns.take(again))
        assert [reply.id for reply in replies[0]] == [reply.id for reply in replies[1]]
        late = await turns.take(record.accept(conversation, "a", text="x"))
        assert [reply.id for reply in late] == [reply.id for reply in replies[0]]

    asyncio.run(scenario())
    assert engine.asked == ["x"]


def test_a_visitor_who_leaves_does_not_stop_the_turn(database: Database) -> None:
    record, _, _, turns, conversation = setup(database)

    async def scenario() -> None:
        message = record.accept(conversation, "a", text="x")
        waiting = asyncio.create_task(asyncio.wait_for(asyncio.shield(turns.take(message)), 5))
        await asyncio.sleep(0)
        waiting.cancel()
        await turns.settle(5)

    asyncio.run(scenario())
    assert [message.text for message in record.messages(conversation)][-1] == "re: x"


def test_what_was_left_unanswered_is_taken_up(database: Database) -> None:
    record, _, engine, turns, conversation = setup(database)
    record.accept(conversation, "a", text="before the crash")

    async def scenario() -> int:
        resumed = await turns.resume()
        await turns.settle(5)
        return resumed

    assert asyncio.run(scenario()) == 1
    assert engine.asked == ["before the crash"]


def test_typing_always_ends(database: Database) -> None:
    record, stream, _, turns, conversation = setup(database)

    async def scenario() -> list[object]:
        with stream.watch(conversation) as events:
            await turns.take(record.accept(conversation, "a", text="x"))
            return [events.get_nowait() for _ in range(events.qsize())]

    on, said, off = asyncio.run(scenario())
    assert (on, off) == (Typing(True), Typing(False))
    assert isinstance(said, Said)


def test_an_emergency_is_answered_without_the_engine_and_nothing_stands_beside_it(database: Database) -> None:
    record, _, engine, turns, conversation = setup(database)

    async def scenario() -> None:
        message = record.accept(conversation, "1", text=NUMB)
        (reply,) = await turns.take(message)
        assert (reply.disposition, reply.quick_replies) == (Disposition.EMERGENCY, [])
        assert "911" in reply.text

    asyncio.run(scenario())
    assert engine.asked == []


def test_an_urgent_sign_is_said_first_and_the_question_is_answered_after_it(database: Database) -> None:
    record, _, engine, turns, conversation = setup(database)

    async def scenario() -> None:
        message = record.accept(conversation, "1", text=FEVER)
        replies = await turns.take(message)
        assert [reply.disposition for reply in replies] == [Disposition.URGENT, Disposition.ANSWER]
        again = await turns.take(record.accept(conversation, "1", text=FEVER))
        assert ids(again) == ids(replies)

    asyncio.run(scenario())
    assert len(engine.asked) == 1


@pytest.mark.parametrize(
    ("disposition", "kept"),
    [(Disposition.ANSWER, Disposition.ANSWER), (Disposition.OUT_OF_SCOPE, Disposition.URGENT)],
)
def test_each_reply_is_sent_once_also_where_the_warning_is_all(
    database: Database, disposition: Disposition, kept: Disposition
) -> None:
    record, stream, engine, turns, conversation = setup(database)
    engine.disposition = disposition

    async def scenario() -> tuple[Message, list[Message], list[Message]]:
        with stream.watch(conversation) as events:
            message = record.accept(conversation, "1", text=FEVER)
            replies = await turns.take(message)
            sent = [events.get_nowait() for _ in range(events.qsize())]
        return message, replies, [event.message for event in sent if isinstance(event, Said)]

    message, replies, sent = asyncio.run(scenario())
    assert ids(sent) == ids(replies) == ids(record.replies_to(message.id))
    with database.read() as session:
        assert session.get_one(Understanding, message.id).disposition is kept


def test_a_warning_given_before_a_crash_comes_before_the_answer_and_once(database: Database) -> None:
    record, _, engine, turns, conversation = setup(database)
    message = record.accept(conversation, "1", text=FEVER)
    warnings = Warnings(SCREEN, Signs(database), KnowledgeBase(database), lambda _: None)
    (given,) = warnings.give(
        message, warnings.answer(conversation, warnings.find(FEVER))
    )  # and then the process ended
    engine.disposition = Disposition.OUT_OF_SCOPE

    async def scenario() -> list[Message]:
        await turns.resume()
        return await turns.take(record.accept(conversation, "1", text=FEVER))

    assert ids(asyncio.run(scenario())) == [given.id], "nothing but an answer stands beside it"


def test_what_only_a_later_reading_finds_grave_still_stops(database: Database) -> None:
    """As after new rules were installed between the warning and the answer."""
    record, _, engine, turns, conversation = setup(database)
    message = record.accept(conversation, "1", text=NUMB)
    mild = Reply("Have it looked at", Disposition.URGENT)
    sign = Finding(Level.URGENT, "new_neurology", "a_rule", "1")
    (given,) = Signs(database).warn(conversation, [mild], [sign], [sign.sign], message_id=message.id)

    first, second = asyncio.run(take(turns, message))
    assert first.id == given.id
    assert second.disposition is Disposition.EMERGENCY
    assert record.unanswered() == []
    assert engine.asked == []


def test_what_another_process_answered_meanwhile_is_given_and_sent(database: Database) -> None:
    record, stream, _, turns, conversation = setup(database)

    async def scenario() -> None:
        with stream.watch(conversation) as events:
            message = record.accept(conversation, "1", text="x")
            running = turns.take(message)
            (stored,) = record.answer(message.id, [Reply("theirs", Disposition.ANSWER)], Understood())
            assert ids(await running) == [stored.id]
            sent = [events.get_nowait() for _ in range(events.qsize())]
            assert [event.message.id for event in sent if isinstance(event, Said)] == [stored.id]

    asyncio.run(scenario())
