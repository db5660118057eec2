"""A booking in progress in the chat: what the visitor wants so far. The only state of it there is.

What is asked next is left to the dialogue; what a wish comes to, to `desk`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from bot.booking.appointments import Booking, Bookings, Visitor
from bot.booking.refusals import Refusal
from bot.booking.tables import BookingDraft
from bot.conversations import personal_data
from bot.conversations.record import UnknownConversation
from bot.conversations.tables import Conversation
from bot.database import Database, now, table_of
from bot.knowledge.clinic import WEEKDAYS

KEPT = timedelta(hours=12)
"""Whoever comes back later begins anew."""

SLOTS = ("booking_service", "booking_day", "booking_time", "booking_details")
"""What the dialogue asks for, in this order. The last is asked by a form beside the chat and never filled in it."""

_drafts = table_of(BookingDraft)
_KEPT = select(_drafts).where(
    _drafts.c.conversation_id == bindparam("conversation")
)  # read for every message


@dataclass(frozen=True)
class Draft:
    """What a visitor wants: of `day`, or of the days until `until`, the times between two clock times, but none on the
    weekdays `excluded`.

    `held` is the time that is kept for them; `lapsed` says that one was, and its five minutes are over. `days` and
    `times` are what was offered last, in that order.
    """

    service_id: int | None = None
    day: date | None = None
    until: date | None = None
    not_before: time | None = None
    not_after: time | None = None
    excluded: frozenset[int] = frozenset()
    hold_id: str | None = None
    days: tuple[date, ...] = ()
    times: tuple[datetime, ...] = ()
    held: Booking | None = None
    lapsed: bool = False

    @property
    def slots(self) -> dict[str, str | None]:
        """The draft as the slots of the dialogue."""
        return {
            "booking_service": None if self.service_id is None else str(self.service_id),
            "booking_day": self.day.isoformat() if self.day else None,
            "booking_time": self.held.starts_at.isoformat() if self.held else None,
            "booking_details": None,
        }

    @property
    def asked(self) -> str:
        """The slot that is asked for next."""
        return next(name for name in SLOTS if self.slots[name] is None)

    def excludes(self, day: date) -> bool:
        """Whether its weekday is one that will not do; a moment counts by its own clock."""
        return day.weekday() in self.excluded


class Drafts:
    """The drafts in the database, one a conversation."""

    def __init__(self, database: Database, bookings: Bookings, clock: Callable[[], datetime] = now) -> None:
        self._database = database
        self._bookings = bookings
        self._now = clock

    def of(self, conversation_id: str) -> Draft | None:
        """The draft of a conversation, if it has one that is not too old."""
        kept = self._database.first(_KEPT, {"conversation": conversation_id})
        if kept is None or kept.updated_at < self._now() - KEPT:
            return None
        held = self._held(conversation_id, kept.hold_id) if kept.hold_id else None
        return Draft(
            kept.service_id,
            kept.day,
            kept.until,
            kept.not_before,
            kept.not_after,
            frozenset(kept.excluded),
            kept.hold_id,
            tuple(map(date.fromisoformat, kept.days)),
            tuple(map(datetime.fromisoformat, kept.times)),
            held,
            lapsed=bool(kept.hold_id) and held is None,
        )

    def slots(self, conversation_id: str) -> dict[str, str | None] | None:
        """What the dialogue begins a turn with; None where nothing is being booked."""
        draft = self.of(conversation_id)
        return draft.slots if draft else None

    def write(self, conversation_id: str, draft: Draft) -> None:
        """Keeps the draft; a time that it no longer holds is let go.

        Raises:
            UnknownConversation.
        """
        with self._database.write() as session:
            if session.get(Conversation, conversation_id) is None:
                raise UnknownConversation
            kept = session.get(BookingDraft, conversation_id)
            let_go = kept.hold_id if kept and kept.hold_id != draft.hold_id else None
            if kept is None:
                kept = BookingDraft(conversation_id=conversation_id)
                session.add(kept)
            for name in ("service_id", "day", "until", "not_before", "not_after", "hold_id"):
                setattr(kept, name, getattr(draft, name))
            kept.excluded = sorted(draft.excluded)
            kept.days = [day.isoformat() for day in draft.days]
            kept.times = [moment.isoformat() for moment in draft.times]
            kept.updated_at = self._now()
        if let_go:
            self._bookings.release(Visitor.of(conversation_id), let_go)

    def drop(self, conversation_id: str) -> None:
        """Ends the booking in progress; a time that is held is let go, one that is booked stays."""
        with self._database.write() as session:
            kept = session.get(BookingDraft, conversation_id)
            if kept is None:
                return
            hold_id = kept.hold_id
            session.delete(kept)
        if hold_id:
            self._bookings.release(Visitor.of(conversation_id), hold_id)

    def finish(self, conversation_id: str, hold_id: str) -> bool:
        """Ends the booking in progress since its hold is booked; whether it was this one, and had not ended yet."""
        with self._database.write() as session:
            return bool(
                session.scalars(
                    delete(BookingDraft)
                    .where(BookingDraft.conversation_id == conversation_id, BookingDraft.hold_id == hold_id)
                    .returning(BookingDraft.conversation_id)
                ).all()
            )

    def _held(self, conversation_id: str, hold_id: str) -> Booking | None:
        try:
            held = self._bookings.held(Visitor.of(conversation_id), hold_id)
        except Refusal:
            return None
        return held if held.held_until else None


def _export(session: Session, conversation_id: str) -> dict[str, Any] | None:
    kept = session.get(BookingDraft, conversation_id)
    if kept is None:
        return None
    return {
        "at": kept.updated_at.isoformat(),
        **{
            name: str(value) if (value := getattr(kept, name)) is not None else None
            for name in ("service_id", "day", "until", "not_before", "not_after")
        },
        "excluded": [WEEKDAYS[day] for day in kept.excluded],
    }


def _erase(session: Session, conversation_id: str) -> None:
    session.execute(delete(BookingDraft).where(BookingDraft.conversation_id == conversation_id))


personal_data.register(personal_data.Keeper("booking_draft", _export, _erase))
