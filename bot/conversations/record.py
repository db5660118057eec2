"""The record: takes a visitor's message in for good, and the replies to it.

Every call is one short transaction. What it returns is stored.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from bot.conversations.tables import (
    Alert,
    AlertKind,
    Author,
    Conversation,
    Disposition,
    Feedback,
    Message,
    Status,
    Understanding,
)
from bot.database import Database, now, table_of

SAID_AGAIN_AFTER = timedelta(minutes=15)
# So many messages back, and no further, an answer is still what a conversation is about.
STILL_ABOUT = 8


class UnknownConversation(LookupError):
    """There is no such conversation, or it was erased."""


class UnknownChoice(LookupError):
    """The quick reply was never offered in this conversation."""


class UnknownReply(LookupError):
    """The conversation has no such reply."""


class ConflictingRetry(ValueError):
    """The same `client_message_id` came again with other words."""


@dataclass(frozen=True)
class Reply:
    """A reply before it is stored. `quick_replies` are `{title, payload}`; they get their ids here."""

    text: str
    disposition: Disposition
    author: Author = Author.BOT
    topic: str | None = None
    confidence: float | None = None
    quick_replies: Sequence[dict[str, str]] = ()
    form: str | None = None
    article_version_id: int | None = None
    general_for: str | None = None


@dataclass(frozen=True)
class About:
    """What a conversation last had an answer to: the topic, and the entities it was asked for."""

    topic: str
    entities: Sequence[dict[str, str]] = ()


@dataclass(frozen=True)
class Understood:
    """What the engine made of a message, as it is kept."""

    rule: str | None = None
    ranking: list[dict[str, Any]] = field(default_factory=list)
    entities: list[dict[str, Any]] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)
    model_id: str | None = None
    engine_ms: float | None = None


# Of every message: put together once, and past the unit of work, which takes as long again as the database.
_conversations, _messages, _understandings = (
    table_of(kind) for kind in (Conversation, Message, Understanding)
)
_LOCKED = (
    select(_conversations.c.id).where(_conversations.c.id == bindparam("conversation")).with_for_update()
)
_EARLIER = select(_messages.c.id).where(
    _messages.c.conversation_id == bindparam("conversation"),
    _messages.c.client_message_id == bindparam("key"),
)
_LOCKED_OF_MESSAGE = (
    select(_conversations.c.id)
    .where(
        _conversations.c.id
        == select(_messages.c.conversation_id).where(_messages.c.id == bindparam("message")).scalar_subquery()
    )
    .with_for_update()
)
_STATUS = select(_messages.c.status).where(_messages.c.id == bindparam("message"))
_NEXT_SEQ = (
    update(_conversations)
    .where(_conversations.c.id == bindparam("conversation"))
    .values(last_seq=_conversations.c.last_seq + 1)
    .returning(_conversations.c.last_seq)
)
_ADD_MESSAGE = insert(_messages)
_ADD_UNDERSTANDING = insert(_understandings)
_SETTLE = update(_messages).where(_messages.c.id == bindparam("message")).values(status=bindparam("settled"))
_ANSWERED = (
    select(_messages.c.topic, _understandings.c.questions)
    .join(_understandings, _understandings.c.message_id == _messages.c.in_reply_to)
    .where(
        _messages.c.conversation_id == bindparam("conversation"),
        _messages.c.seq.between(bindparam("first"), bindparam("last")),
        _messages.c.disposition == Disposition.ANSWER,
    )
    .order_by(_messages.c.seq.desc())
    .limit(1)
)


class Record:
    """Conversations and their messages in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, greeting: Reply, consent_version: str | None, page_url: str | None) -> list[Message]:
        """Begins a conversation with its greeting; the messages carry its id."""
        with self._database.write() as session:
            conversation = Conversation(
                id=_new_id(), consent_version=consent_version, page_url=page_url, last_seq=0
            )
            session.add(conversation)
            session.flush()
            return [append(session, conversation.id, greeting)]

    def accept(
        self,
        conversation_id: str,
        client_message_id: str,
        *,
        text: str | None = None,
        choice: str | None = None,
        admit: Callable[[], None] = lambda: None,
    ) -> Message:
        """Stores a visitor's message, or returns the one stored before under the same client id.

        A choice is stored with the words of its quick reply. What `admit` raises refuses a message that is new.

        Raises:
            UnknownConversation, UnknownChoice, ConflictingRetry.
        """
        with self._database.write() as session:
            lock(session, conversation_id)
            place = {"conversation": conversation_id, "key": client_message_id}
            earlier_id = session.scalar(_EARLIER, place)
            if earlier_id is None:
                admit()
            payload = None
            if choice is not None:
                text, payload = _offered(session, conversation_id, choice)
            assert text is not None, "a message has text or a choice"
            if earlier_id is not None:
                earlier = session.get_one(Message, earlier_id)
                if (earlier.text, earlier.payload) != (text, payload):
                    raise ConflictingRetry
                return earlier
            return _append(
                session,
                conversation_id,
                author=Author.VISITOR,
                text=text,
                payload=payload,
                client_message_id=client_message_id,
                status=Status.ACCEPTED,
            )

    def answer(
        self,
        message_id: str,
        replies: Sequence[Reply],
        understood: Understood,
    ) -> list[Message]:
        """Stores the replies to a message with what was understood, once, and gives what it stored.

        No `replies` say that the warning before them is all. A handoff also notes that a person is wanted; the
        alert to staff is written in the same transaction.

        Raises:
            UnknownConversation: it was erased meanwhile.
        """
        with self._database.write() as session:
            of_message = {"message": message_id}
            conversation_id = session.scalar(_LOCKED_OF_MESSAGE, of_message)
            # Read under the lock: another process may have answered, or erased, a moment ago.
            status = session.scalar(_STATUS, of_message)
            if conversation_id is None or status is None:
                raise UnknownConversation
            if status is not Status.ACCEPTED:
                return []
            stored = [append(session, conversation_id, reply, message_id) for reply in replies]
            dispositions = [reply.disposition for reply in replies]
            unavailable = Disposition.UNAVAILABLE in dispositions
            settled = Status.UNAVAILABLE if unavailable else Status.ANSWERED
            session.execute(_SETTLE, {**of_message, "settled": settled})
            session.execute(
                _ADD_UNDERSTANDING,
                {
                    "message_id": message_id,
                    "ranking": understood.ranking,
                    "entities": understood.entities,
                    "questions": understood.questions,
                    "rule": understood.rule,
                    "model_id": understood.model_id,
                    "engine_ms": understood.engine_ms,
                    "disposition": dispositions[0] if dispositions else Disposition.URGENT,
                    "article_version_id": replies[0].article_version_id if replies else None,
                },
            )
            if Disposition.HANDOFF in dispositions:
                _want_person(session, conversation_id)
            elif unavailable:
                _report_fault(session, conversation_id)
            return stored

    def say(self, conversation_id: str, reply: Reply) -> Message:
        """Stores a reply that answers no message: after a form, or a button outside the transcript.

        Raises:
            UnknownConversation.
        """
        with self._database.write() as session:
            return append_reply(session, conversation_id, reply)

    def replies_to(self, message_id: str) -> list[Message]:
        """The replies to one message, in order."""
        with self._database.read() as session:
            return list(session.scalars(select_replies(message_id)))

    def messages(self, conversation_id: str, after: int = 0) -> list[Message]:
        """Everything of a conversation after `seq`, in order.

        Raises:
            UnknownConversation.
        """
        with self._database.read() as session:
            if session.get(Conversation, conversation_id) is None:
                raise UnknownConversation
            query = select(Message).where(Message.conversation_id == conversation_id, Message.seq > after)
            return list(session.scalars(query.order_by(Message.seq)))

    def feedback_in(self, conversation_id: str) -> dict[str, Feedback]:
        """What the visitor said of replies, by the reply's id."""
        with self._database.read() as session:
            query = select(Feedback).join(Message).where(Message.conversation_id == conversation_id)
            return {feedback.message_id: feedback for feedback in session.scalars(query)}

    def about(self, message: Message) -> About | None:
        """What the conversation was last about when `message` was sent: the last answer shortly before it."""
        place = {
            "conversation": message.conversation_id,
            "first": message.seq - STILL_ABOUT,
            "last": message.seq - 1,
        }
        found = self._database.first(_ANSWERED, place)
        if found is None or found.topic is None:
            return None
        return About(found.topic, _asked_for(found.topic, found.questions))

    def unanswered(self) -> list[Message]:
        """Messages that were accepted and never answered: the process ended in between."""
        with self._database.read() as session:
            query = select(Message).where(Message.status == Status.ACCEPTED)
            return list(session.scalars(query.order_by(Message.created_at, Message.seq)))

    def feedback(self, conversation_id: str, message_id: str, helpful: bool, reason: str | None) -> None:
        """Keeps whether a reply helped; the last word counts.

        Raises:
            UnknownReply.
        """
        with self._database.write() as session:
            message = session.get(Message, message_id)
            if (
                message is None
                or message.conversation_id != conversation_id
                or message.author is Author.VISITOR
            ):
                raise UnknownReply
            session.merge(Feedback(message_id=message_id, helpful=helpful, reason=reason))


def append_reply(session: Session, conversation_id: str, reply: Reply) -> Message:
    """Stores a reply within the caller's transaction; a handoff alerts staff.

    Raises:
        UnknownConversation.
    """
    lock(session, conversation_id)
    if reply.disposition is Disposition.HANDOFF:
        _want_person(session, conversation_id)
    return append(session, conversation_id, reply)


def lock(session: Session, conversation_id: str) -> None:
    """Makes the conversation the caller's transaction's alone, on PostgreSQL, too.

    So whether a message came before, was answered, was alerted of or was erased is still so when the caller has acted.

    Raises:
        UnknownConversation.
    """
    if session.scalar(_LOCKED, {"conversation": conversation_id}) is None:
        raise UnknownConversation


def append(session: Session, conversation_id: str, reply: Reply, in_reply_to: str | None = None) -> Message:
    """Stores a reply, to the message with that id or to none, in a conversation that is locked."""
    return _append(
        session,
        conversation_id,
        author=reply.author,
        text=reply.text,
        in_reply_to=in_reply_to,
        disposition=reply.disposition,
        topic=reply.topic,
        confidence=reply.confidence,
        quick_replies=[{"id": _new_id(), **quick_reply} for quick_reply in reply.quick_replies],
        form=reply.form,
        article_version_id=reply.article_version_id,
        general_for=reply.general_for,
    )


def select_replies(message_id: str) -> Select[Message]:
    """What reads the replies to one message, in order."""
    return select(Message).where(Message.in_reply_to == message_id).order_by(Message.seq)


def _report_fault(session: Session, conversation_id: str) -> None:
    """One alert for an outage, however many visitors it meets."""
    recently = select(Alert.id).where(
        Alert.kind == AlertKind.UNAVAILABLE, Alert.created_at > now() - SAID_AGAIN_AFTER
    )
    if session.scalar(recently.limit(1)) is None:
        session.add(Alert(conversation_id=conversation_id, kind=AlertKind.UNAVAILABLE))


def _want_person(session: Session, conversation_id: str) -> None:
    conversation = session.get_one(Conversation, conversation_id)
    conversation.person_wanted_at = conversation.person_wanted_at or now()
    recently = select(Alert.id).where(
        Alert.kind == AlertKind.HANDOFF,
        Alert.conversation_id == conversation_id,
        Alert.created_at > now() - SAID_AGAIN_AFTER,
    )
    if session.scalar(recently.limit(1)) is None:
        session.add(Alert(conversation_id=conversation_id, kind=AlertKind.HANDOFF))


def _new_id() -> str:
    """128 bits that nobody can guess."""
    return secrets.token_urlsafe(16)


def _append(session: Session, conversation_id: str, **content: Any) -> Message:
    row = {
        "id": _new_id(),
        "conversation_id": conversation_id,
        "seq": session.scalar(_NEXT_SEQ, {"conversation": conversation_id}),
        "created_at": now(),
        "quick_replies": [],
        **content,
    }
    session.execute(_ADD_MESSAGE, row)
    return Message(**row)


def _asked_for(topic: str, questions: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The entities of the question on a topic, those it took over from earlier ones behind its own."""
    for question in questions:
        if question.get("topic") == topic:
            return [*question["entities"], *question.get("carried", ())]
    return []


def _offered(session: Session, conversation_id: str, choice: str) -> tuple[str, str]:
    """The words and the payload of a quick reply that this conversation was offered."""
    query = select(Message.quick_replies).where(
        Message.conversation_id == conversation_id, func.json_array_length(Message.quick_replies) > 0
    )
    for offered in session.scalars(query.order_by(Message.seq.desc())):
        for quick_reply in offered:
            if quick_reply["id"] == choice:
                return quick_reply["title"], quick_reply["payload"]
    raise UnknownChoice
