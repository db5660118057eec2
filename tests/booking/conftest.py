"""A small clinic with two practitioners, a clock that tests set, and bookings over a real database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.booking.appointments import Booking, Bookings, Visitor
from bot.booking.contact import Contact
from bot.booking.seed import seed
from bot.booking.slots import Slot
from bot.database import Database
from bot.knowledge.clinic import Clinic
from tests.conftest import MakeDatabase

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday")
ADA = Contact(name="Ada Example", phone="+14035550142")
FACTS: dict[str, Any] = {
    "name": "Willow Lane",
    "region": "CA-AB",
    "time_zone": "America/Denver",  # its clock changes twice a year
    "hours": {day: ["09:00-12:00", "13:00-17:00"] for day in WEEK},
    "services": [
        {"name": "First visit", "minutes": 60, "visit": "first", "after_minutes": 15},
        {"name": "Follow-up", "minutes": 45, "visit": "follow-up"},
    ],
    "practitioners": [{"name": "Dana"}, {"name": "Robin", "services": ["Follow-up"]}],
    "cancellation": {"notice_hours": 24},
    "booking": {
        "mode": "slots",
        "notice_hours": 2,
        "farthest_days": 60,
        "open_bookings": 3,
        "step_minutes": 15,
    },
}
FIRST_VISIT, FOLLOW_UP = 1, 2
DANA, ROBIN = 1, 2


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **length: float) -> None:
        self.at += timedelta(**length)


class Desk:
    """A clinic's bookings, and short ways to say what tests do with them."""

    def __init__(self, database: Database, clinic: Clinic, clock: Clock) -> None:
        self.database, self.clinic, self.clock = database, clinic, clock
        self.bookings = Bookings(database, lambda: clinic, clock)
        seed(database, clinic)

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """A time on the clinic's clock."""
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.clinic.zone)

    def times(self, slots: list[Slot]) -> list[str]:
        """The beginnings of slots as the clinic's clock shows them."""
        return [f"{slot.starts_at.astimezone(self.clinic.zone):%H:%M}" for slot in slots]

    def free(self, day: date, service: int = FOLLOW_UP, practitioner: int | None = DANA) -> list[str]:
        """The free times of one day."""
        return self.times(self.bookings.free(service, day, day, practitioner))

    def book(
        self, starts_at: datetime, who: str = "ada", service: int = FOLLOW_UP, practitioner: int | None = DANA
    ) -> Booking:
        """Holds a time and confirms it."""
        visitor = Visitor(who)
        held = self.bookings.hold(visitor, f"{starts_at}", service, starts_at, practitioner_id=practitioner)
        contact = ADA.model_copy(update={"name": who, "phone": None, "email": f"{who}@willow-lane.example"})
        return self.bookings.confirm(visitor, held.id, contact)


MONDAY = date(2027, 1, 11)
TUESDAY = MONDAY + timedelta(days=1)

MakeDesk = Callable[..., Desk]


@pytest.fixture
def make_desk(make_database: MakeDatabase) -> MakeDesk:
    """Makes a desk from the small clinic's facts with others in their place."""

    def make(at: datetime = datetime(2027, 1, 8, 15, tzinfo=UTC), **facts: Any) -> Desk:
        return Desk(make_database(), Clinic.model_validate({**FACTS, **facts}), Clock(at))

    return make


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    """The small clinic on Friday 8 January 2027, 8 am."""
    return make_desk()
