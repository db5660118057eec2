"""The review queue: what visitors asked that the assistant could not answer, or not well, for people to look at.

Only reads the record; turning an entry into an answer, an example or a test is left to those who review.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from bot.conversations.tables import Disposition, Feedback, Message, Understanding
from bot.database import Database


class Reason(StrEnum):
    """Why a question waits for a person's eye."""

    NOT_UNDERSTOOD = "not understood"
    CLARIFIED = "asked back"
    GENERAL_ONLY = "general answer only"
    NOT_HELPFUL = "not helpful"
    UNAVAILABLE = "engine did not answer"


@dataclass(frozen=True)
class Waiting:
    """A question in the queue. `detail` says more: what was chosen, what has no answer of its own, or why it
    was no help."""

    message_id: str
    asked_at: datetime
    text: str
    reason: Reason
    detail: str | None = None


_reply = aliased(Message)


def waiting(database: Database, limit: int = 100) -> list[Waiting]:
    """The latest entries of the queue, the newest first; a question may be there for two reasons."""
    with database.read() as session:
        entries = [*_unclear(session, limit), *_general(session, limit), *_unhelpful(session, limit)]
    return sorted(entries, key=lambda entry: entry.asked_at, reverse=True)[:limit]


def _unclear(session: Session, limit: int) -> Iterable[Waiting]:
    by_rule = {
        "unsure": Reason.NOT_UNDERSTOOD,
        "empty": Reason.NOT_UNDERSTOOD,
        "two_close": Reason.CLARIFIED,
        "one_close": Reason.CLARIFIED,
    }
    query = (
        select(Message, Understanding.rule)
        .join(Understanding, Understanding.message_id == Message.id)
        .where(Understanding.rule.in_(by_rule) | (Understanding.disposition == Disposition.UNAVAILABLE))
        .order_by(Message.created_at.desc())
        .limit(limit)
    )
    for message, rule in session.execute(query):
        reason = by_rule.get(rule or "", Reason.UNAVAILABLE)
        chosen = _chosen(session, message) if reason is Reason.CLARIFIED else None
        yield Waiting(message.id, message.created_at, message.text, reason, chosen)


def _general(session: Session, limit: int) -> Iterable[Waiting]:
    query = (
        select(Message, _reply.general_for)
        .join(_reply, _reply.in_reply_to == Message.id)
        .where(_reply.general_for.is_not(None))
        .order_by(Message.created_at.desc())
        .limit(limit)
    )
    for message, lacking in session.execute(query):
        yield Waiting(message.id, message.created_at, message.text, Reason.GENERAL_ONLY, lacking)


def _unhelpful(session: Session, limit: int) -> Iterable[Waiting]:
    query = (
        select(Message, Feedback.reason)
        .join(_reply, _reply.in_reply_to == Message.id)
        .join(Feedback, Feedback.message_id == _reply.id)
        .where(Feedback.helpful.is_(False))
        .order_by(Message.created_at.desc())
        .limit(limit)
    )
    for message, why in session.execute(query):
        yield Waiting(message.id, message.created_at, message.text, Reason.NOT_HELPFUL, why)


def _chosen(session: Session, message: Message) -> str | None:
    """The words of the quick reply that the visitor pressed when they were asked back, if they did."""
    following = (
        select(Message)
        .where(
            Message.conversation_id == message.conversation_id,
            Message.seq > message.seq,
            Message.client_message_id.is_not(None),
        )
        .order_by(Message.seq)
        .limit(1)
    )
    after = session.scalar(following)
    return after.text if after is not None and after.payload else None
