"""Tables of bookings: what is offered and when, appointments, and requests for a call back."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.database import Base, Moment, now, one_of


class Visit(StrEnum):
    """Whom a service is for: those who come for the first time, or those who came before."""

    FIRST = "first"
    FOLLOW_UP = "follow-up"


class SpanKind(StrEnum):
    """What a practitioner does in a span of the week."""

    WORK = "work"
    BREAK = "break"


class State(StrEnum):
    """How far an appointment has come. A hold that is let go leaves no row behind."""

    HELD = "held"
    BOOKED = "booked"
    CANCELLED = "cancelled"


class BookingRules(Base):
    """What holds for every booking: one row."""

    __tablename__ = "booking_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_minutes: Mapped[int]
    farthest_days: Mapped[int]
    # Visits to come that one visitor may have.
    open_bookings: Mapped[int]
    cancel_minutes: Mapped[int]
    # Visits begin every so many minutes from the beginning of a working span.
    step_minutes: Mapped[int]
    open_on_holidays: Mapped[bool]


class Service(Base):
    """Something that can be booked. The buffers keep the practitioner's time before and after the visit."""

    __tablename__ = "services"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    minutes: Mapped[int]
    # In the clinic's currency.
    price: Mapped[float | None]
    before_minutes: Mapped[int] = mapped_column(default=0)
    after_minutes: Mapped[int] = mapped_column(default=0)
    visit: Mapped[Visit | None] = mapped_column(one_of(Visit))
    active: Mapped[bool] = mapped_column(default=True)


class Practitioner(Base):
    """Who treats."""

    __tablename__ = "practitioners"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    active: Mapped[bool] = mapped_column(default=True)


class Offering(Base):
    """A practitioner gives a service."""

    __tablename__ = "offerings"

    practitioner_id: Mapped[int] = mapped_column(
        ForeignKey("practitioners.id", ondelete="CASCADE"), primary_key=True
    )
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id", ondelete="CASCADE"), primary_key=True)


class WeeklySpan(Base):
    """A span of a practitioner's week, on the clinic's clock. `weekday` counts from Monday, 0."""

    __tablename__ = "weekly_spans"
    __table_args__ = (CheckConstraint("begins < ends", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practitioner_id: Mapped[int] = mapped_column(
        ForeignKey("practitioners.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[SpanKind] = mapped_column(one_of(SpanKind))
    weekday: Mapped[int]
    begins: Mapped[time]
    ends: Mapped[time]


class TimeOff(Base):
    """A practitioner is away, or the whole clinic where none is named."""

    __tablename__ = "time_off"
    __table_args__ = (CheckConstraint("begins_at < ends_at", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practitioner_id: Mapped[int | None] = mapped_column(ForeignKey("practitioners.id", ondelete="CASCADE"))
    begins_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment, index=True)


class Appointment(Base):
    """A time that is held, booked or was cancelled.

    No two that are held or booked overlap for a practitioner, from `busy_from` until `busy_until`: the database
    itself refuses it (migration 0004), so nothing here depends on what was looked up before.
    """

    __tablename__ = "appointments"
    __table_args__ = (
        UniqueConstraint("visitor", "hold_key"),
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint("busy_from <= starts_at AND ends_at <= busy_until", name="buffers"),
        CheckConstraint("state <> 'held' OR held_until IS NOT NULL", name="held_until"),
        CheckConstraint("state <> 'booked' OR (name IS NOT NULL AND code IS NOT NULL)", name="booked_for"),
        Index("ix_appointments_busy", "practitioner_id", "busy_until"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    practitioner_id: Mapped[int] = mapped_column(ForeignKey("practitioners.id"))
    state: Mapped[State] = mapped_column(one_of(State))
    starts_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    busy_from: Mapped[datetime] = mapped_column(Moment)
    busy_until: Mapped[datetime] = mapped_column(Moment)
    held_until: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    # Counts the moves, as a calendar file tells them.
    sequence: Mapped[int] = mapped_column(default=0)

    # Whose it is: a conversation, or a visitor of a page without chat.
    visitor: Mapped[str] = mapped_column(String(64))
    conversation_id: Mapped[str | None] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    # Made by the client: the same key is the same hold.
    hold_key: Mapped[str] = mapped_column(String(64))

    # From the booking on.
    code: Mapped[str | None] = mapped_column(String(9), unique=True)
    name: Mapped[str | None] = mapped_column(String(100))
    phone: Mapped[str | None] = mapped_column(String(20), index=True)
    email: Mapped[str | None] = mapped_column(String(254), index=True)
    note: Mapped[str | None] = mapped_column(String(500))


class Told(StrEnum):
    """What a mail is about. What a notice says is decided when it goes: booked, changed or cancelled."""

    NOTICE = "notice"
    REMINDER = "reminder"


class Way(StrEnum):
    """How far a mail has come.

    It waits, is claimed by one sender, is handed over to the mail server, and is sent. `dropped` had nothing left
    to say; `failed` will not be tried again; of one that is `unsure` nobody knows whether the mail server took it.
    """

    WAITING = "waiting"
    CLAIMED = "claimed"
    HANDED_OVER = "handed-over"
    SENT = "sent"
    DROPPED = "dropped"
    FAILED = "failed"
    UNSURE = "unsure"


class Mail(Base):
    """A mail to whoever booked: written with what it tells of, sent afterwards (post.py)."""

    __tablename__ = "mails"
    # An id is never given again: it is part of what tells one mail from another.
    __table_args__ = (Index("ix_mails_way", "way", "due_at"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[str] = mapped_column(ForeignKey("appointments.id", ondelete="CASCADE"), index=True)
    kind: Mapped[Told] = mapped_column(one_of(Told))
    way: Mapped[Way] = mapped_column(one_of(Way), default=Way.WAITING)
    created_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=0)
    # The kind of fault only: a mail server's words may quote an address.
    fault: Mapped[str | None] = mapped_column(String(80))

    # Of the last attempt: whose it is, until when nobody else may try, and what the mail says.
    claim: Mapped[str | None] = mapped_column(String(32))
    leased_until: Mapped[datetime | None] = mapped_column(Moment)
    told_state: Mapped[State | None] = mapped_column(one_of(State))
    told_starts_at: Mapped[datetime | None] = mapped_column(Moment)
    told_practitioner_id: Mapped[int | None]
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    # Somebody of the clinic has seen that it failed, or is unsure.
    seen_at: Mapped[datetime | None] = mapped_column(Moment)


class Calendar(Base):
    """A practitioner's two calendars: the one Meridian gives (under a secret key), and their own, which it reads."""

    __tablename__ = "calendars"

    practitioner_id: Mapped[int] = mapped_column(
        ForeignKey("practitioners.id", ondelete="CASCADE"), primary_key=True
    )
    feed_key: Mapped[str] = mapped_column(String(43), unique=True)
    own_address: Mapped[str | None] = mapped_column(String(2000))
    read_at: Mapped[datetime | None] = mapped_column(Moment)
    fault: Mapped[str | None] = mapped_column(String(80))


class BusyTime(Base):
    """When a practitioner's own calendar says that they are busy; nothing is offered then. What for is not kept."""

    __tablename__ = "busy_times"
    __table_args__ = (CheckConstraint("begins_at < ends_at", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practitioner_id: Mapped[int] = mapped_column(
        ForeignKey("practitioners.id", ondelete="CASCADE"), index=True
    )
    begins_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)


class BookingDraft(Base):
    """How far a conversation has come with a booking: what the visitor wants, and what was last offered to them.

    `day` and `until` are by the clinic's calendar, `not_before` and `not_after` by its clock; `excluded` are weekdays
    that will not do, Monday is 0.
    """

    __tablename__ = "booking_drafts"

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    service_id: Mapped[int | None] = mapped_column(ForeignKey("services.id", ondelete="CASCADE"))
    day: Mapped[date | None]
    until: Mapped[date | None]
    not_before: Mapped[time | None]
    not_after: Mapped[time | None]
    excluded: Mapped[list[int]] = mapped_column(JSON, default=list)
    # No foreign key: a hold that has lapsed is swept away, and the draft still knows that there was one.
    hold_id: Mapped[str | None] = mapped_column(String(32))
    days: Mapped[list[str]] = mapped_column(JSON, default=list)
    times: Mapped[list[str]] = mapped_column(JSON, default=list)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now)


class CallbackRequest(Base):
    """Somebody asks the clinic to get in touch."""

    __tablename__ = "callback_requests"
    # An id is never given again: staff may close a request by its number long after.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(100))
    phone: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    preferred_times: Mapped[str | None] = mapped_column(String(300))
    note: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    handled_at: Mapped[datetime | None] = mapped_column(Moment)
