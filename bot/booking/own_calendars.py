"""Practitioners' calendars: the address of the one Meridian gives, and the busy times of the one they keep.

A calendar that cannot be read leaves the busy times of its last good reading: an old "busy" costs an offer, an old
"free" would cost somebody a journey.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import recurring_ical_events
from icalendar import Calendar as Parsed
from icalendar import Component
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.booking import hours
from bot.booking.calendar_files import UID_ENDING
from bot.booking.tables import BookingRules, BusyTime, Calendar, Practitioner
from bot.database import Database, now
from bot.knowledge.clinic import Clinic

log = logging.getLogger(__name__)

MOST_BYTES = 4 * 1024 * 1024
MOST_EVENTS = 5_000
MOST_SECONDS = 15.0
_MIDNIGHT = datetime.min.time()
# Rules that repeat as often could fill the memory, and nobody's day looks like that.
_TOO_OFTEN = {"SECONDLY", "MINUTELY"}

Busy = tuple[datetime, datetime]


class Unreadable(Exception):
    """A calendar cannot be read; `fault` is why, in one word."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True)
class Known:
    """What is known of a practitioner's calendars."""

    practitioner_id: int
    practitioner: str
    feed_key: str
    own_address: str | None
    read_at: datetime | None
    fault: str | None


class OwnCalendars:
    """Reads practitioners' own calendars, and keeps the keys of those they are given."""

    def __init__(
        self, database: Database, clinic: Callable[[], Clinic], clock: Callable[[], datetime] = now
    ) -> None:
        self._database = database
        self._clinic = clinic
        self._now = clock

    def known(self) -> list[Known]:
        """Every practitioner's calendars."""
        with self._database.write() as session:
            people = session.scalars(
                select(Practitioner).where(Practitioner.active).order_by(Practitioner.id)
            )
            return [
                Known(person.id, person.name, row.feed_key, row.own_address, row.read_at, row.fault)
                for person in people.all()
                for row in (_calendar_of(session, person.id),)
            ]

    def owner(self, feed_key: str) -> Practitioner | None:
        """Whose visits are shown under a key."""
        with self._database.read() as session:
            query = select(Practitioner).join(Calendar).where(Calendar.feed_key == feed_key)
            return session.scalar(query)

    def renew(self, practitioner_id: int) -> None:
        """Gives a practitioner's calendar a new secret address; the old one shows nothing from now on."""
        with self._database.write() as session:
            _calendar_of(session, practitioner_id).feed_key = _new_key()

    def read_from(self, practitioner_id: int, address: str | None) -> None:
        """Sets where a practitioner's own calendar is read, or that none is.

        Raises:
            ValueError: that is no address.
        """
        if address:
            address = address.replace("webcal://", "https://", 1)
            if not address.startswith(("https://", "http://")):
                raise ValueError("The address of a calendar begins with https://")
        with self._database.write() as session:
            row = _calendar_of(session, practitioner_id)
            row.own_address, row.read_at, row.fault = address or None, None, None
            session.execute(delete(BusyTime).where(BusyTime.practitioner_id == practitioner_id))

    def read_all(self) -> int:
        """Reads every calendar that has an address; gives how many could be read."""
        with self._database.read() as session:
            query = select(Calendar).where(Calendar.own_address.is_not(None))
            rows = session.scalars(query.order_by(Calendar.practitioner_id)).all()
        return sum(self._read(row.practitioner_id, str(row.own_address)) for row in rows)

    def _read(self, practitioner_id: int, address: str) -> bool:
        at, clinic = self._now(), self._clinic()
        with self._database.read() as session:
            rules = session.get(BookingRules, 1)
        until = at + timedelta(days=(rules.farthest_days if rules else 60) + 2)
        fault, busy = None, list[Busy]()
        try:
            busy = busy_times(fetch(address), at, until, clinic.zone)
        except Unreadable as error:
            fault = error.fault
            log.warning("calendar not read", extra={"practitioner": practitioner_id, "fault": fault})
        with self._database.write() as session:
            row = _calendar_of(session, practitioner_id)
            if row.own_address != address:  # set anew meanwhile
                return False
            row.fault = fault
            if fault is None:
                row.read_at = at
                session.execute(delete(BusyTime).where(BusyTime.practitioner_id == practitioner_id))
                session.add_all(
                    BusyTime(practitioner_id=practitioner_id, begins_at=begins, ends_at=ends)
                    for begins, ends in busy
                )
        return fault is None


def fetch(address: str) -> bytes:
    """What stands at an address, within limits of time and size.

    Raises:
        Unreadable.
    """
    begun, body = time.monotonic(), bytearray()
    try:
        with (
            httpx.Client(timeout=5, follow_redirects=True, max_redirects=3, trust_env=False) as http,
            http.stream("GET", address, headers={"Accept": "text/calendar"}) as answer,
        ):
            answer.raise_for_status()
            for part in answer.iter_bytes():
                body += part
                if len(body) > MOST_BYTES:
                    raise Unreadable("TooLarge")
                if time.monotonic() - begun > MOST_SECONDS:
                    raise Unreadable("TooSlow")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unreadable(type(error).__name__) from None
    return bytes(body)


def busy_times(file: bytes, begins: datetime, ends: datetime, zone: ZoneInfo) -> list[Busy]:
    """When a calendar says that its owner is busy, repeated events counted out, in order and without overlaps.

    Whole days and times without a zone are the clinic's. Not counted: cancelled events, those that are marked as
    leaving one free, and Meridian's own.

    Raises:
        Unreadable.
    """
    try:
        calendar = Parsed.from_ical(file)
        if any(_TOO_OFTEN & set(rule.get("FREQ", ())) for rule in _rules(calendar)):
            raise Unreadable("TooOften")
        events = recurring_ical_events.of(calendar).between(begins, ends)
    except Unreadable:
        raise
    except Exception as error:  # whatever stands in other people's files
        raise Unreadable(f"NoCalendar: {type(error).__name__}"[:80]) from None
    if len(events) > MOST_EVENTS:
        raise Unreadable("TooMany")
    spans = sorted(
        (max(span[0], begins), min(span[1], ends)) for event in events if (span := _busy(event, zone))
    )
    merged: list[Busy] = []
    for first, last in spans:
        if merged and first <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], last)
        elif first < last:
            merged.append((first, last))
    return merged


def _rules(calendar: Component) -> Iterator[dict[str, list[str]]]:
    for event in calendar.walk("VEVENT"):
        rules = event.get("RRULE", [])
        yield from rules if isinstance(rules, list) else [rules]


def _busy(event: Component, zone: ZoneInfo) -> Busy | None:
    if (
        str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
        or str(event.get("STATUS", "")).upper() == "CANCELLED"
        or str(event.get("UID", "")).endswith(UID_ENDING)
    ):
        return None
    begins, ends = event.decoded("DTSTART"), event.decoded("DTEND")
    return _moment(begins, zone), _moment(ends, zone)


def _moment(told: date, zone: ZoneInfo) -> datetime:
    if not isinstance(told, datetime):
        return datetime.fromtimestamp(hours.moment(told, _MIDNIGHT, zone), UTC)
    return (told if told.tzinfo else told.replace(tzinfo=zone)).astimezone(UTC)


def _calendar_of(session: Session, practitioner_id: int) -> Calendar:
    row = session.get(Calendar, practitioner_id)
    if row is None:
        row = Calendar(practitioner_id=practitioner_id, feed_key=_new_key())
        session.add(row)
        session.flush()
    return row


def _new_key() -> str:
    return secrets.token_urlsafe(32)
