"""Brings what clinic.yml says into the booking tables: once by itself, then when told; the tables are the owner."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.booking.tables import (
    BookingRules,
    Offering,
    Practitioner,
    Service,
    SpanKind,
    TimeOff,
    Visit,
    WeeklySpan,
)
from bot.database import Database
from bot.knowledge import clinic as facts
from bot.knowledge.clinic import WEEKDAYS, Clinic

Row = TypeVar("Row", Service, Practitioner)


def seed(database: Database, clinic: Clinic) -> bool:
    """Fills tables that are empty; gives whether they were.

    A clinic that names no services or no practitioners gets rules only: then nothing can be booked.
    """
    with database.write() as session:
        if session.get(BookingRules, 1) is not None:
            return False
        _write(session, clinic)
        return True


def take_over(database: Database, clinic: Clinic) -> None:
    """Brings the tables in line with the clinic's facts, whatever was in them.

    Services and practitioners are told by their names. One that is no longer named is not offered any more; the visits
    that are booked stay.
    """
    with database.write() as session:
        for table in (Offering, WeeklySpan, TimeOff):
            session.execute(delete(table))
        for offered in (Service, Practitioner):
            session.execute(update(offered).values(active=False))
        _write(session, clinic)


def _write(session: Session, clinic: Clinic) -> None:
    rules = clinic.booking or facts.Booking.model_validate({})
    session.merge(
        BookingRules(
            id=1,
            notice_minutes=rules.notice_hours * 60,
            farthest_days=rules.farthest_days,
            open_bookings=rules.open_bookings,
            cancel_minutes=clinic.cancellation.notice_hours * 60 if clinic.cancellation else 0,
            step_minutes=rules.step_minutes,
            open_on_holidays=rules.public_holidays == "open",
        )
    )
    _add_time_off(session, None, rules.time_off, clinic.zone)
    services = {service.name: _write_service(session, service) for service in clinic.services or ()}
    for practitioner in clinic.practitioners or ():
        row = _named(session, Practitioner, practitioner.name)
        for name in services if practitioner.services is None else practitioner.services:
            session.add(Offering(practitioner_id=row.id, service_id=services[name].id))
        hours = clinic.hours if practitioner.hours is None else practitioner.hours
        _add_spans(session, row.id, SpanKind.WORK, hours)
        _add_spans(session, row.id, SpanKind.BREAK, practitioner.breaks or {})
        _add_time_off(session, row.id, practitioner.time_off, clinic.zone)


def _write_service(session: Session, service: facts.Service) -> Service:
    return _named(
        session,
        Service,
        service.name,
        minutes=service.minutes,
        price=service.price,
        before_minutes=service.before_minutes or 0,
        after_minutes=service.after_minutes or 0,
        visit=Visit(service.visit) if service.visit else None,
    )


def _named(session: Session, table: type[Row], name: str, **values: Any) -> Row:
    """The row of this name, offered and with these values, a new one where there was none."""
    row = session.scalar(select(table).where(table.name == name))
    if row is None:
        row = table(name=name)
        session.add(row)
    for column, value in {**values, "active": True}.items():
        setattr(row, column, value)
    session.flush()
    return row


def _add_spans(session: Session, practitioner_id: int, kind: SpanKind, hours: facts.Hours) -> None:
    for day, spans in hours.items():
        for span in spans:
            begins, ends = map(time.fromisoformat, span.split("-"))
            session.add(
                WeeklySpan(
                    practitioner_id=practitioner_id,
                    kind=kind,
                    weekday=WEEKDAYS.index(day),
                    begins=begins,
                    ends=ends,
                )
            )


def _add_time_off(
    session: Session, practitioner_id: int | None, time_off: list[facts.TimeOff] | None, zone: ZoneInfo
) -> None:
    for span in time_off or ():
        first, after = span.first, span.last + timedelta(days=1)
        session.add(
            TimeOff(
                practitioner_id=practitioner_id,
                begins_at=datetime.combine(first, time.min, zone).astimezone(UTC),
                ends_at=datetime.combine(after, time.min, zone).astimezone(UTC),
            )
        )
