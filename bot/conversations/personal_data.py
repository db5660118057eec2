"""What Meridian keeps of one conversation, for the visitor's own copy and for erasure.

A folder that keeps anything about a person registers here how to export and to erase it, so that
neither needs to know the folder.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.conversations.record import UnknownConversation
from bot.conversations.tables import Alert, Conversation, Feedback, Message, Understanding, Warning
from bot.database import Database


@dataclass(frozen=True)
class Keeper:
    """A kind of personal data: `export` gives plain JSON values, `erase` removes every row."""

    name: str
    export: Callable[[Session, str], Any]
    erase: Callable[[Session, str], None]


_keepers: list[Keeper] = []


def register(keeper: Keeper) -> None:
    """Adds a kind of personal data; registering a name again replaces it."""
    _keepers[:] = [kept for kept in _keepers if kept.name != keeper.name] + [keeper]


def export(database: Database, conversation_id: str) -> dict[str, Any]:
    """Everything kept of a conversation, as the visitor may have it.

    Raises:
        UnknownConversation.
    """
    with database.read() as session:
        if session.get(Conversation, conversation_id) is None:
            raise UnknownConversation
        return {keeper.name: keeper.export(session, conversation_id) for keeper in _keepers}


def erase(database: Database, conversation_id: str) -> None:
    """Removes everything kept of a conversation, in one transaction.

    Raises:
        UnknownConversation.
    """
    with database.write() as session:
        # The conversation first, as everywhere, so that two never wait for each other.
        if session.get(Conversation, conversation_id, with_for_update=True) is None:
            raise UnknownConversation
        for keeper in reversed(_keepers):
            keeper.erase(session, conversation_id)
    database.scrub()


def _export_conversation(session: Session, conversation_id: str) -> dict[str, Any]:
    conversation = session.get_one(Conversation, conversation_id)
    return {
        "id": conversation.id,
        "begun_at": conversation.created_at.isoformat(),
        "consent_version": conversation.consent_version,
        "page": conversation.page_url,
    }


def _export_messages(session: Session, conversation_id: str) -> list[dict[str, Any]]:
    query = (
        select(Message, Understanding, Feedback)
        .outerjoin(Understanding, Understanding.message_id == Message.id)
        .outerjoin(Feedback, Feedback.message_id == Message.id)
        .where(Message.conversation_id == conversation_id)
        .order_by(Message.seq)
    )
    exported = []
    for message, understanding, feedback in session.execute(query):
        entry: dict[str, Any] = {
            "at": message.created_at.isoformat(),
            "from": message.author,
            "text": message.text,
            "disposition": message.disposition,
            "topic": message.topic,
        }
        if understanding is not None:
            entry["understood_as"] = {
                "questions": understanding.questions,
                "entities": understanding.entities,
                "ranking": understanding.ranking,
            }
        if feedback is not None:
            entry["feedback"] = {"helpful": feedback.helpful, "reason": feedback.reason}
        exported.append(entry)
    return exported


def _export_warnings(session: Session, conversation_id: str) -> list[dict[str, Any]]:
    query = select(Warning).where(Warning.conversation_id == conversation_id).order_by(Warning.id)
    return [
        {"at": warning.created_at.isoformat(), "level": warning.level, "sign": warning.sign}
        for warning in session.scalars(query)
    ]


def _erase_warnings(session: Session, conversation_id: str) -> None:
    session.execute(delete(Warning).where(Warning.conversation_id == conversation_id))


def _erase_conversation(session: Session, conversation_id: str) -> None:
    session.execute(delete(Alert).where(Alert.conversation_id == conversation_id))
    session.execute(delete(Conversation).where(Conversation.id == conversation_id))


def _erase_messages(session: Session, conversation_id: str) -> None:
    ids = select(Message.id).where(Message.conversation_id == conversation_id).scalar_subquery()
    session.execute(delete(Feedback).where(Feedback.message_id.in_(ids)))
    session.execute(delete(Understanding).where(Understanding.message_id.in_(ids)))
    session.execute(delete(Message).where(Message.conversation_id == conversation_id))


register(Keeper("conversation", _export_conversation, _erase_conversation))
register(Keeper("messages", _export_messages, _erase_messages))
register(Keeper("warnings", _export_warnings, _erase_warnings))
