"""Tables of the record: conversations, messages, what was understood, feedback, alerts to staff."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.database import Base, Moment, now, one_of
from bot.safety.patterns import Level


class Author(StrEnum):
    """Who wrote a message."""

    VISITOR = "visitor"
    BOT = "bot"
    STAFF = "staff"
    SYSTEM = "system"


class Disposition(StrEnum):
    """What became of a question; the names are shared with the evaluation."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    BOOKING = "booking"
    HANDOFF = "handoff"
    SMALLTALK = "smalltalk"
    OUT_OF_SCOPE = "out_of_scope"
    UNAVAILABLE = "unavailable"
    URGENT = "urgent"
    EMERGENCY = "emergency"
    CRISIS = "crisis"


class Status(StrEnum):
    """How far a visitor's message has come."""

    ACCEPTED = "accepted"
    ANSWERED = "answered"
    UNAVAILABLE = "unavailable"


class Conversation(Base):
    """One visitor's chat."""

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    last_seq: Mapped[int] = mapped_column(default=0)
    consent_version: Mapped[str | None] = mapped_column(String(40))
    page_url: Mapped[str | None] = mapped_column(String(500))
    # When the visitor first asked for a person; staff are waited for from then on.
    person_wanted_at: Mapped[datetime | None] = mapped_column(Moment)
    # The worst warning sign that the visitor told of: staff look at such a conversation first.
    flag: Mapped[Level | None] = mapped_column(one_of(Level))


class Message(Base):
    """One message; `seq` counts without gaps within its conversation."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("conversation_id", "client_message_id"),
        Index("ix_messages_status", "status"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    seq: Mapped[int]
    author: Mapped[Author] = mapped_column(one_of(Author))
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)

    # Of a visitor's message.
    client_message_id: Mapped[str | None] = mapped_column(String(64))
    payload: Mapped[str | None]
    status: Mapped[Status | None] = mapped_column(one_of(Status))

    # Of a reply.
    in_reply_to: Mapped[str | None] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    disposition: Mapped[Disposition | None] = mapped_column(one_of(Disposition))
    topic: Mapped[str | None] = mapped_column(String(80))
    confidence: Mapped[float | None]
    quick_replies: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    form: Mapped[str | None] = mapped_column(String(16))
    article_version_id: Mapped[int | None] = mapped_column(ForeignKey("article_versions.id"))
    # What was asked about where there is a general answer only; such an answer is waiting to be written.
    general_for: Mapped[str | None] = mapped_column(String(80))


class Understanding(Base):
    """What the engine made of a visitor's message; review and learning live on this."""

    __tablename__ = "understandings"

    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    ranking: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    entities: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    rule: Mapped[str | None] = mapped_column(String(40))
    disposition: Mapped[Disposition] = mapped_column(one_of(Disposition))
    model_id: Mapped[str | None] = mapped_column(String(64))
    article_version_id: Mapped[int | None] = mapped_column(ForeignKey("article_versions.id"))
    engine_ms: Mapped[float | None]
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class Feedback(Base):
    """Whether a reply helped."""

    __tablename__ = "feedback"

    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    helpful: Mapped[bool]
    reason: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class Warning(Base):
    """A warning sign that was found: which rule fired and by which version of the rules, never the words."""

    __tablename__ = "warnings"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    # None for what was refused, or stood on a form.
    message_id: Mapped[str | None] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    level: Mapped[Level] = mapped_column(one_of(Level))
    sign: Mapped[str] = mapped_column(String(40))
    rule: Mapped[str] = mapped_column(String(80))
    version: Mapped[str] = mapped_column(String(16))
    # Whether the visitor was told of it in full; beside something graver it is not.
    said: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class AlertKind(StrEnum):
    """Why staff are told."""

    WARNING = "warning"
    HANDOFF = "handoff"
    CALLBACK = "callback"
    UNAVAILABLE = "unavailable"
    MAIL = "mail"


class Alert(Base):
    """Something staff must hear of: written with the event itself, sent afterwards, tried until it is."""

    __tablename__ = "alerts"
    # An id is never given again: what is sent must not be taken for another.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    kind: Mapped[AlertKind] = mapped_column(one_of(AlertKind))
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(Moment, default=now)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    # The kind of fault only: a mail server's words may quote an address.
    last_error: Mapped[str | None] = mapped_column(String(80))
