"""Keeps the warning signs that visitors told of, what was said to them, the flag and the alert to staff.

Every call is one short transaction, as in the record.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from bot.conversations.record import Reply, UnknownConversation, append, lock, select_replies
from bot.conversations.tables import (
    Alert,
    AlertKind,
    Conversation,
    Disposition,
    Message,
    Status,
    Understanding,
    Warning,
)
from bot.database import Database, now
from bot.safety.screen import Finding, Level

WARNED_AGAIN_AFTER = timedelta(hours=6)
WARNINGS = (Disposition.EMERGENCY, Disposition.CRISIS, Disposition.URGENT)
_BY_WARNING = "warning"


class Signs:
    """Warning signs of conversations in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def known(self, conversation_id: str) -> frozenset[str]:
        """The warning signs that a conversation was told of in full, not too long ago."""
        with self._database.read() as session:
            query = select(Warning.sign).where(_still_known(conversation_id), Warning.said)
            return frozenset(session.scalars(query))

    def warn(
        self,
        conversation_id: str,
        replies: Sequence[Reply],
        findings: Sequence[Finding],
        said: Collection[str],
        *,
        message_id: str | None = None,
        stops: bool = False,
    ) -> list[Message]:
        """Stores what is said to warning signs and gives it; flags the conversation and alerts staff.

        Once for a message: after that it gives what was stored, unless only now something is found that stops.
        `said` are the signs whose words were given in full. The text they were in is the message, or none of the
        chat's messages; `stops` says that the message gets nothing else.

        Raises:
            UnknownConversation.
        """
        with self._database.write() as session:
            lock(session, conversation_id)
            message = message_id and session.get(Message, message_id)
            if message_id and not message:
                raise UnknownConversation
            earlier = list(session.scalars(select_replies(message.id))) if message else []
            if message and (message.status is not Status.ACCEPTED or (earlier and not stops)):
                return earlier
            stored = [append(session, conversation_id, reply, message_id) for reply in replies]
            _flag(session, conversation_id, findings, said, message_id)
            if message and stops:
                message.status = Status.ANSWERED
                first = stored[0].disposition
                understood = Understanding(
                    message_id=message.id,
                    rule=_BY_WARNING,
                    disposition=first,
                    ranking=[],
                    entities=[],
                    questions=[],
                )
                session.add(understood)
            return [*earlier, *stored]

    def warned(self, conversation_id: str, replies: Sequence[Reply]) -> list[Message]:
        """The latest warnings of the kinds that `replies` are of; none where they were handed to a person."""
        kinds = {reply.disposition for reply in replies}.intersection(WARNINGS)
        with self._database.read() as session:
            of_conversation = select(Message).where(Message.conversation_id == conversation_id)
            latest = (
                session.scalar(
                    of_conversation.where(Message.disposition == kind).order_by(Message.seq.desc()).limit(1)
                )
                for kind in WARNINGS
                if kind in kinds
            )
            return [message for message in latest if message is not None]


def _still_known(conversation_id: str) -> ColumnElement[bool]:
    return and_(Warning.conversation_id == conversation_id, Warning.created_at > now() - WARNED_AGAIN_AFTER)


def _flag(
    session: Session,
    conversation_id: str,
    findings: Sequence[Finding],
    said: Collection[str],
    message_id: str | None,
) -> None:
    """Keeps what was found and flags the conversation; a sign that is new alerts staff."""
    conversation = session.get_one(Conversation, conversation_id)
    known = set(session.scalars(select(Warning.sign).where(_still_known(conversation_id))))
    for finding in findings:
        session.add(
            Warning(
                conversation_id=conversation_id,
                message_id=message_id,
                level=finding.level,
                sign=finding.sign,
                rule=finding.rule,
                version=finding.version,
                said=finding.sign in said,
            )
        )
    levels = [finding.level for finding in findings]
    conversation.flag = min([*levels, conversation.flag or levels[0]], key=lambda level: level.rank)
    if Level.CONCERN in levels:
        conversation.person_wanted_at = conversation.person_wanted_at or now()
    if any(finding.sign not in known for finding in findings):
        session.add(Alert(conversation_id=conversation_id, kind=AlertKind.WARNING))
