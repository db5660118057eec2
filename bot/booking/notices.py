"""What a visitor must be written, put down in the transaction of what it tells of; post.py sends it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.booking import hours
from bot.booking.tables import Appointment, Mail, State, Told, Way

GRACE = timedelta(minutes=3)
"""So long a notice waits: what is corrected meanwhile is told in the same mail."""

REMINDED_AT = time(9)
"""When a reminder goes out the day before, on the clinic's clock."""


def announce(session: Session, appointment: Appointment, at: datetime, zone: ZoneInfo) -> None:
    """Puts down the mails that follow from an appointment as it is now. Its row must be locked.

    One notice waits at most, and what it says is decided when it goes. Without an e-mail address there is none.
    """
    if appointment.email is None:
        return
    waiting = (Mail.appointment_id == appointment.id, Mail.way == Way.WAITING)
    # Whoever is about to send it has claimed it by then, or waits here for us.
    notice = session.scalar(select(Mail).where(*waiting, Mail.kind == Told.NOTICE).with_for_update())
    if notice is None:
        session.add(_mail(appointment, Told.NOTICE, at, at + GRACE))
    else:
        notice.due_at = at + GRACE
    session.execute(delete(Mail).where(*waiting, Mail.kind == Told.REMINDER))
    if appointment.state is State.BOOKED and (due := reminder_due(appointment.starts_at, at, zone)):
        session.add(_mail(appointment, Told.REMINDER, at, due))


def reminder_due(starts_at: datetime, at: datetime, zone: ZoneInfo) -> datetime | None:
    """When to remind of a visit: the day before. Not of one that was booked or moved as late as that."""
    day = starts_at.astimezone(zone).date() - timedelta(days=1)
    if at.astimezone(zone).date() >= day:
        return None
    return datetime.fromtimestamp(hours.moment(day, REMINDED_AT, zone), UTC)


def _mail(appointment: Appointment, kind: Told, at: datetime, due: datetime) -> Mail:
    return Mail(appointment_id=appointment.id, kind=kind, created_at=at, due_at=due)
